#include <math.h>

#include "sim/activations/elementwise.h"

static void forward(const void *params, const real *learned, size_t n, const real *x, real *y) {
    (void)params;
    (void)learned;
    TD_EACH (i, n)
        y[i] = x[i] > 0 ? x[i] : 0 - x[i];
}

static void backward(const void *params, const real *learned, size_t n, const real *x,
                     const real *y, const real *dy, real *dx) {
    (void)params;
    (void)learned;
    (void)y;
    TD_EACH (i, n)
        dx[i] = x[i] > 0 ? dy[i] : -dy[i];
}

static double value(const void *params, const double *learned, double x) {
    (void)params;
    (void)learned;
    return fabs(x);
}

static double slope(const void *params, const double *learned, double x) {
    (void)params;
    (void)learned;
    if (isnan(x))
        return x;
    return x > 0 ? 1 : -1;
}

extern const struct td_activation td_activation_abs;
const struct td_activation td_activation_abs = {
    .kind = TD_KIND_PLAIN("abs",
                          "Absolute value, f(x) = |x|; f'(0) = -1. It keeps the second moment, as "
                          "the identity does.",
                          ""),
    .forward = forward,
    .backward = backward,
    .needs_x = true,
    .value = value,
    .slope = slope,
    .kinks = td_kink_at_zero,
    .saturation_slope = TD_SATURATION_SLOPE,
};
