#include <math.h>

#include "sim/activations/elementwise.h"

static void forward(const void *params, const real *learned, size_t n, const real *x, real *y) {
    (void)params;
    (void)learned;
    TD_EACH (i, n)
        y[i] = 0 > x[i] ? 0 : x[i]; /* this way round NaN stays NaN */
}

static void backward(const void *params, const real *learned, size_t n, const real *x,
                     const real *y, const real *dy, real *dx) {
    (void)params;
    (void)learned;
    (void)x;
    TD_EACH (i, n)
        dx[i] = y[i] > 0 ? dy[i] : 0;
}

static double value(const void *params, const double *learned, double x) {
    (void)params;
    (void)learned;
    return 0 > x ? 0 : x;
}

static double slope(const void *params, const double *learned, double x) {
    (void)params;
    (void)learned;
    return isnan(x) ? x : x > 0;
}

extern const struct td_activation td_activation_relu;
const struct td_activation td_activation_relu = {
    .kind = TD_KIND_PLAIN("relu", "Rectified linear unit, f(x) = max(0, x); f'(0) = 0.",
                          "Nair and Hinton 2010"),
    .forward = forward,
    .backward = backward,
    .value = value,
    .slope = slope,
    .kinks = td_kink_at_zero,
    .saturation_slope = TD_SATURATION_SLOPE,
};
