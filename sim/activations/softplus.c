#include <math.h>

#include "numeric/param.h"
#include "sim/activations/elementwise.h"

struct softplus {
    double beta;
};

static const struct td_param table[] = {{.name = "beta",
                                         .type = TD_REAL,
                                         .offset = offsetof(struct softplus, beta),
                                         .initial = "1",
                                         .min = 0,
                                         .max = 1000,
                                         .flags = TD_OPEN_MIN,
                                         .help = "steepness; large tends to relu"},
                                        {0}};

/* f(x) = max(0, x) + log1p(e^(-beta |x|)) / beta: no overflow, no lost digits. */
static void forward(const void *params, const real *learned, size_t n, const real *x, real *y) {
    (void)learned;
    const real beta = (real)((const struct softplus *)params)->beta, inverse = 1 / beta;
    real e[TD_BLOCK];
    TD_EACH_BLOCK (at, len, n) {
        const real *xb = x + at;
        real *yb = y + at;
        TD_EACH (i, len)
            e[i] = -beta * (0 > xb[i] ? -xb[i] : xb[i]);
        td_vec_exp(len, e, e);
        td_vec_log1p(len, e, e);
        TD_EACH (i, len)
            yb[i] = (0 > xb[i] ? 0 : xb[i]) + inverse * e[i];
    }
}

/* f' = 1 / (1 + e^(-beta x)) = 1 - e^(-beta f). */
static void backward(const void *params, const real *learned, size_t n, const real *x,
                     const real *y, const real *dy, real *dx) {
    (void)learned;
    (void)x;
    const real beta = (real)((const struct softplus *)params)->beta;
    real e[TD_BLOCK];
    TD_EACH_BLOCK (at, len, n) {
        const real *yb = y + at, *dyb = dy + at;
        real *dxb = dx + at;
        TD_EACH (i, len)
            e[i] = -beta * yb[i];
        td_vec_expm1(len, e, e);
        TD_EACH (i, len)
            dxb[i] = -e[i] * dyb[i];
    }
}

static double value(const void *params, const double *learned, double x) {
    (void)learned;
    const double beta = ((const struct softplus *)params)->beta;
    return (0 > x ? 0 : x) + log1p(exp(-beta * fabs(x))) / beta;
}

static double slope(const void *params, const double *learned, double x) {
    (void)learned;
    return 1 / (1 + exp(-((const struct softplus *)params)->beta * x));
}

extern const struct td_activation td_activation_softplus;
const struct td_activation td_activation_softplus = {
    .kind = TD_KIND("softplus", "Softplus, f(x) = ln(1 + e^(beta x)) / beta.", "Dugas et al. 2001",
                    table, struct softplus),
    .forward = forward,
    .backward = backward,
    .value = value,
    .slope = slope,
    .saturation_slope = TD_SATURATION_SLOPE,
};
