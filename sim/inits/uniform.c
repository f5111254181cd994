#include <math.h>

#include "sim/init.h"
#include "sim/inits/distribution.h"

struct uniform {
    double a;
    int per;
};

static const struct td_param table[] = {
    {.name = "a",
     .type = TD_REAL,
     .offset = offsetof(struct uniform, a),
     .initial = "1",
     .min = 0,
     .max = 1e6,
     .help = "half width"},
    {.name = "per",
     .type = TD_CHOICE,
     .offset = offsetof(struct uniform, per),
     .initial = "nothing",
     .choices = td_per_choices,
     .help = "fan-in: a is divided by sqrt(fan_in), fan-out: by the root of the layer's own units"},
    {0}};

static td_status draw(const void *params, size_t rows, size_t cols, double fan_in, double fan_out,
                      struct td_stream stream, uint32_t layer, real *w, struct td_error *err) {
    (void)err;
    const struct uniform *p = params;
    td_draw(TD_UNIFORM, p->a * td_per_factor(p->per, fan_in, fan_out) / sqrt(3), stream, layer,
            rows * cols, w);
    return TD_OK;
}

extern const struct td_init td_init_uniform;
const struct td_init td_init_uniform = {
    .kind = TD_KIND("uniform", "Uniform on (-a, a), or on (-a, a) / sqrt(fan_in).", "", table,
                    struct uniform),
    .draw = draw,
};
