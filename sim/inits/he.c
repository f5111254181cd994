#include <math.h>

#include "sim/init.h"
#include "sim/inits/distribution.h"

static td_status draw(const void *params, size_t rows, size_t cols, double fan_in, double fan_out,
                      struct td_stream stream, uint32_t layer, real *w, struct td_error *err) {
    (void)err;
    (void)fan_out;
    const struct td_scaled_init *p = params;
    td_draw((enum td_distribution)p->distribution, p->gain * sqrt(2 / fan_in), stream, layer,
            rows * cols, w);
    return TD_OK;
}

extern const struct td_init td_init_he;
const struct td_init td_init_he = {
    .kind = TD_KIND(
        "he", "Mean 0, variance 2 gain^2 / fan_in: keeps the second moment through relu layers.",
        "He et al. 2015, eq. 10", td_scaled_init_table, struct td_scaled_init),
    .draw = draw,
};
