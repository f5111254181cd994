#include <math.h>

#include "sim/activations/elementwise.h"

static void forward(const void *params, const real *learned, size_t n, const real *x, real *y) {
    (void)params;
    (void)learned;
    TD_EACH (i, n) {
        real low = -TD_REAL_MAX > x[i] ? -TD_REAL_MAX : x[i]; /* inf / inf would be NaN */
        real cut = TD_REAL_MAX < low ? TD_REAL_MAX : low;
        y[i] = cut / (1 + (0 > cut ? -cut : cut));
    }
}

/* By x, not by y: 1 - |y| has lost its digits when |y| is near 1. */
static void backward(const void *params, const real *learned, size_t n, const real *x,
                     const real *y, const real *dy, real *dx) {
    (void)params;
    (void)learned;
    (void)y;
    TD_EACH (i, n) {
        real r = 1 / (1 + (0 > x[i] ? -x[i] : x[i]));
        dx[i] = r * r * dy[i];
    }
}

static double value(const void *params, const double *learned, double x) {
    (void)params;
    (void)learned;
    return isinf(x) ? copysign(1, x) : x / (1 + fabs(x));
}

static double slope(const void *params, const double *learned, double x) {
    (void)params;
    (void)learned;
    double r = 1 / (1 + fabs(x));
    return r * r;
}

extern const struct td_activation td_activation_softsign;
const struct td_activation td_activation_softsign = {
    .kind = TD_KIND_PLAIN("softsign", "Softsign, f(x) = x / (1 + |x|).", "Bergstra et al. 2009"),
    .forward = forward,
    .backward = backward,
    .needs_x = true,
    .value = value,
    .slope = slope,
    .saturation_slope = TD_SATURATION_SLOPE,
};
