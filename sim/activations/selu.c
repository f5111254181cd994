#include "sim/activations/selu.h"

#include <math.h>

#include "numeric/param.h"
#include "sim/activations/elementwise.h"

struct selu {
    double alpha, lambda;
};

static const struct td_param table[] = {{.name = "alpha",
                                         .type = TD_REAL,
                                         .offset = offsetof(struct selu, alpha),
                                         .initial = TD_SELU_ALPHA_TEXT,
                                         .min = 0,
                                         .max = 100,
                                         .help = "default: fixed point (0, 1) of the moment map"},
                                        {.name = "lambda",
                                         .type = TD_REAL,
                                         .offset = offsetof(struct selu, lambda),
                                         .initial = TD_SELU_LAMBDA_TEXT,
                                         .min = 0,
                                         .max = 100,
                                         .flags = TD_OPEN_MIN,
                                         .help = "default: fixed point (0, 1) of the moment map"},
                                        {0}};

static void forward(const void *params, const real *learned, size_t n, const real *x, real *y) {
    (void)learned;
    const struct selu *p = params;
    const real lambda = (real)p->lambda, lambda_alpha = (real)(p->lambda * p->alpha);
    real e[TD_BLOCK];
    TD_EACH_BLOCK (at, len, n) {
        const real *xb = x + at;
        real *yb = y + at;
        TD_EACH (i, len)
            e[i] = xb[i] > 0 ? 0 : xb[i];
        td_vec_expm1(len, e, e);
        TD_EACH (i, len)
            yb[i] = xb[i] > 0 ? lambda * xb[i] : lambda_alpha * e[i];
    }
}

/* x <= 0: f' = lambda alpha e^x = f + lambda alpha. */
static void backward(const void *params, const real *learned, size_t n, const real *x,
                     const real *y, const real *dy, real *dx) {
    (void)learned;
    (void)x;
    const struct selu *p = params;
    const real lambda = (real)p->lambda, lambda_alpha = (real)(p->lambda * p->alpha);
    TD_EACH (i, n)
        dx[i] = (y[i] > 0 ? lambda : y[i] + lambda_alpha) * dy[i];
}

static double value(const void *params, const double *learned, double x) {
    (void)learned;
    const struct selu *p = params;
    return p->lambda * (x > 0 ? x : p->alpha * expm1(x));
}

static double slope(const void *params, const double *learned, double x) {
    (void)learned;
    const struct selu *p = params;
    return p->lambda * (x > 0 ? 1 : p->alpha * exp(x));
}

static size_t kinks(const void *params, double out[TD_KINKS_MAX]) {
    out[0] = 0;
    return ((const struct selu *)params)->alpha != 1;
}

extern const struct td_activation td_activation_selu;
const struct td_activation td_activation_selu = {
    .kind =
        TD_KIND("selu",
                "Scaled exponential linear unit, f(x) = lambda x (x > 0), lambda alpha (e^x - 1) "
                "(x <= 0): with the default constants mean 0 and variance 1 are a fixed point.",
                "Klambauer et al. 2017, eq. 2", table, struct selu),
    .forward = forward,
    .backward = backward,
    .value = value,
    .slope = slope,
    .kinks = kinks,
    .saturation_slope = TD_SATURATION_SLOPE,
};
