#include <float.h>
#include <math.h>

#include <gsl/gsl_cdf.h>

#include "numeric/param.h"
#include "sim/init.h"

struct sparse {
    double zeros, gain;
};

static const struct td_param table[] = {{.name = "zeros",
                                         .type = TD_REAL,
                                         .offset = offsetof(struct sparse, zeros),
                                         .initial = "0.9",
                                         .min = 0,
                                         .max = 1,
                                         .flags = TD_OPEN_MAX,
                                         .help = "probability that a weight is 0"},
                                        {.name = "gain",
                                         .type = TD_REAL,
                                         .offset = offsetof(struct sparse, gain),
                                         .initial = "1",
                                         .min = 0,
                                         .max = 1e6,
                                         .help = "factor on the standard deviation"},
                                        {0}};

/* One uniform number an element: below `zeros` the weight is 0, what is above is spread over (0, 1)
   again and turned into a normal number. */
static td_status draw(const void *params, size_t rows, size_t cols, double fan_in, double fan_out,
                      struct td_stream stream, uint32_t layer, real *w, struct td_error *err) {
    (void)fan_out;
    (void)err;
    enum { BLOCK = 256 };
    const struct sparse *p = params;
    const double kept = 1 - p->zeros, std = p->gain / sqrt(fan_in * kept);
    const size_t n = rows * cols;
    double u[BLOCK];
    for (size_t at = 0; at < n; at += BLOCK) {
        size_t len = n - at < BLOCK ? n - at : BLOCK;
        td_random_duniform(stream, 0, layer, at, len, u);
        for (size_t i = 0; i < len; i++)
            w[at + i] = u[i] <= p->zeros
                            ? 0
                            : (real)(std * gsl_cdf_ugaussian_Pinv(
                                               fmin((u[i] - p->zeros) / kept, 1 - DBL_EPSILON)));
    }
    return TD_OK;
}

extern const struct td_init td_init_sparse;
const struct td_init td_init_sparse = {
    .kind = TD_KIND("sparse",
                    "Each weight is 0 with probability `zeros`, otherwise normal with mean 0 and "
                    "variance gain^2 / (fan_in (1 - zeros)): variance gain^2 / fan_in over all.",
                    "", table, struct sparse),
    .draw = draw,
};
