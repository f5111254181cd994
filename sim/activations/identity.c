#include <string.h>

#include "sim/activations/elementwise.h"

static void forward(const void *params, const real *learned, size_t n, const real *x, real *y) {
    (void)params;
    (void)learned;
    if (y != x)
        memcpy(y, x, n * sizeof *y);
}

static void backward(const void *params, const real *learned, size_t n, const real *x,
                     const real *y, const real *dy, real *dx) {
    (void)params;
    (void)learned;
    (void)x;
    (void)y;
    if (dx != dy)
        memcpy(dx, dy, n * sizeof *dx);
}

static double value(const void *params, const double *learned, double x) {
    (void)params;
    (void)learned;
    return x;
}

static double slope(const void *params, const double *learned, double x) {
    (void)params;
    (void)learned;
    (void)x;
    return 1;
}

extern const struct td_activation td_activation_identity;
const struct td_activation td_activation_identity = {
    .kind = TD_KIND_PLAIN("identity", "f(x) = x: a linear layer.", ""),
    .forward = forward,
    .backward = backward,
    .value = value,
    .slope = slope,
    .saturation_slope = TD_SATURATION_SLOPE,
};
