#include <math.h>

#include "numeric/param.h"
#include "sim/activations/elementwise.h"

struct elu {
    double alpha;
};

static const struct td_param table[] = {{.name = "alpha",
                                         .type = TD_REAL,
                                         .offset = offsetof(struct elu, alpha),
                                         .initial = "1",
                                         .min = 0,
                                         .max = 100,
                                         .help = "minus the limit at -inf"},
                                        {0}};

static void forward(const void *params, const real *learned, size_t n, const real *x, real *y) {
    (void)learned;
    const real alpha = (real)((const struct elu *)params)->alpha;
    real e[TD_BLOCK];
    TD_EACH_BLOCK (at, len, n) {
        const real *xb = x + at;
        real *yb = y + at;
        TD_EACH (i, len)
            e[i] = xb[i] > 0 ? 0 : xb[i];
        td_vec_expm1(len, e, e);
        TD_EACH (i, len)
            yb[i] = xb[i] > 0 ? xb[i] : alpha * e[i];
    }
}

/* x <= 0: f' = alpha e^x = f + alpha. */
static void backward(const void *params, const real *learned, size_t n, const real *x,
                     const real *y, const real *dy, real *dx) {
    (void)learned;
    (void)x;
    const real alpha = (real)((const struct elu *)params)->alpha;
    TD_EACH (i, n)
        dx[i] = (y[i] > 0 ? 1 : y[i] + alpha) * dy[i];
}

static double value(const void *params, const double *learned, double x) {
    (void)learned;
    return x > 0 ? x : ((const struct elu *)params)->alpha * expm1(x);
}

static double slope(const void *params, const double *learned, double x) {
    (void)learned;
    return x > 0 ? 1 : ((const struct elu *)params)->alpha * exp(x);
}

static size_t kinks(const void *params, double out[TD_KINKS_MAX]) {
    out[0] = 0;
    return ((const struct elu *)params)->alpha != 1;
}

extern const struct td_activation td_activation_elu;
const struct td_activation td_activation_elu = {
    .kind = TD_KIND("elu", "Exponential linear unit, f(x) = x (x > 0), alpha (e^x - 1) (x <= 0).",
                    "Clevert, Unterthiner and Hochreiter 2016, eq. 15", table, struct elu),
    .forward = forward,
    .backward = backward,
    .value = value,
    .slope = slope,
    .kinks = kinks,
    .saturation_slope = TD_SATURATION_SLOPE,
};
