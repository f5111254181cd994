#include "sim/init.h"
#include "sim/inits/distribution.h"

struct normal {
    double std;
    int per;
};

static const struct td_param table[] = {
    {.name = "std",
     .type = TD_REAL,
     .offset = offsetof(struct normal, std),
     .initial = "0.01",
     .min = 0,
     .max = 1e6,
     .help = "standard deviation"},
    {.name = "per",
     .type = TD_CHOICE,
     .offset = offsetof(struct normal, per),
     .initial = "nothing",
     .choices = td_per_choices,
     .help =
         "fan-in: std is divided by sqrt(fan_in), fan-out: by the root of the layer's own units"},
    {0}};

static td_status draw(const void *params, size_t rows, size_t cols, double fan_in, double fan_out,
                      struct td_stream stream, uint32_t layer, real *w, struct td_error *err) {
    (void)err;
    const struct normal *p = params;
    td_draw(TD_NORMAL, p->std * td_per_factor(p->per, fan_in, fan_out), stream, layer, rows * cols,
            w);
    return TD_OK;
}

extern const struct td_init td_init_normal;
const struct td_init td_init_normal = {
    .kind = TD_KIND("normal", "Normal, mean 0, standard deviation std or std / sqrt(fan_in).", "",
                    table, struct normal),
    .draw = draw,
};
