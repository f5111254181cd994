#include "sim/init.h"
#include "sim/inits/distribution.h"

struct truncated_normal {
    double std;
    int per;
    bool rescale;
};

static const struct td_param table[] = {
    {.name = "std",
     .type = TD_REAL,
     .offset = offsetof(struct truncated_normal, std),
     .initial = "0.01",
     .min = 0,
     .max = 1e6,
     .help = "standard deviation before the cut at 2 std, or after it (rescale)"},
    {.name = "per",
     .type = TD_CHOICE,
     .offset = offsetof(struct truncated_normal, per),
     .initial = "nothing",
     .choices = td_per_choices,
     .help =
         "fan-in: std is divided by sqrt(fan_in), fan-out: by the root of the layer's own units"},
    {.name = "rescale",
     .type = TD_BOOL,
     .offset = offsetof(struct truncated_normal, rescale),
     .initial = "false",
     .help = "widen so that the standard deviation after the cut is std, not 0.8796 std"},
    {0}};

static td_status draw(const void *params, size_t rows, size_t cols, double fan_in, double fan_out,
                      struct td_stream stream, uint32_t layer, real *w, struct td_error *err) {
    (void)err;
    const struct truncated_normal *p = params;
    double std =
        p->std * td_per_factor(p->per, fan_in, fan_out) * (p->rescale ? 1 : TD_TRUNCATED_STD);
    td_draw(TD_TRUNCATED_NORMAL, std, stream, layer, rows * cols, w);
    return TD_OK;
}

extern const struct td_init td_init_truncated_normal;
const struct td_init td_init_truncated_normal = {
    .kind = TD_KIND("truncated-normal",
                    "Normal, mean 0, standard deviation std, std / sqrt(fan_in) or std / "
                    "sqrt(fan_out), cut at 2 "
                    "standard deviations: what remains has 0.8796 times the standard deviation (as "
                    "TensorFlow's truncated_normal), unless rescale is true.",
                    "", table, struct truncated_normal),
    .draw = draw,
};
