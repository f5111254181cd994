#include <math.h>

#include "sim/activations/elementwise.h"

static void forward(const void *params, const real *learned, size_t n, const real *x, real *y) {
    (void)params;
    (void)learned;
    td_vec_tanh(n, x, y);
}

static void backward(const void *params, const real *learned, size_t n, const real *x,
                     const real *y, const real *dy, real *dx) {
    (void)params;
    (void)learned;
    (void)x;
    TD_EACH (i, n)
        dx[i] = (1 - y[i] * y[i]) * dy[i];
}

static double value(const void *params, const double *learned, double x) {
    (void)params;
    (void)learned;
    return tanh(x);
}

static double slope(const void *params, const double *learned, double x) {
    (void)params;
    (void)learned;
    double c = 1 / cosh(x);
    return c * c;
}

extern const struct td_activation td_activation_tanh;
const struct td_activation td_activation_tanh = {
    .kind = TD_KIND_PLAIN("tanh", "Hyperbolic tangent.", ""),
    .forward = forward,
    .backward = backward,
    .value = value,
    .slope = slope,
    .saturation_slope = TD_SATURATION_SLOPE,
};
