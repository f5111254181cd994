#include <math.h>

#include "sim/init.h"
#include "sim/inits/distribution.h"

static td_status draw(const void *params, size_t rows, size_t cols, double fan_in, double fan_out,
                      struct td_stream stream, uint32_t layer, real *w, struct td_error *err) {
    (void)err;
    (void)fan_out;
    const struct td_scaled_init *p = params;
    td_draw((enum td_distribution)p->distribution, p->gain * sqrt(1 / fan_in), stream, layer,
            rows * cols, w);
    return TD_OK;
}

extern const struct td_init td_init_lecun;
const struct td_init td_init_lecun = {
    .kind = TD_KIND("lecun",
                    "Mean 0, variance gain^2 / fan_in: keeps the variance through linear layers "
                    "and, with selu, through any depth.",
                    "LeCun et al. 1998, section 4.6", td_scaled_init_table, struct td_scaled_init),
    .draw = draw,
};
