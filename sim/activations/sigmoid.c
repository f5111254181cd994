#include <math.h>

#include "sim/activations/elementwise.h"

static void forward(const void *params, const real *learned, size_t n, const real *x, real *y) {
    (void)params;
    (void)learned;
    td_vec_sigmoid(n, x, y);
}

static void backward(const void *params, const real *learned, size_t n, const real *x,
                     const real *y, const real *dy, real *dx) {
    (void)params;
    (void)learned;
    (void)x;
    TD_EACH (i, n)
        dx[i] = y[i] * (1 - y[i]) * dy[i];
}

static double value(const void *params, const double *learned, double x) {
    (void)params;
    (void)learned;
    return 1 / (1 + exp(-x));
}

static double slope(const void *params, const double *learned, double x) {
    (void)params;
    (void)learned;
    return 1 / (1 + exp(-x)) / (1 + exp(x));
}

extern const struct td_activation td_activation_sigmoid;
const struct td_activation td_activation_sigmoid = {
    .kind = TD_KIND_PLAIN("sigmoid", "Logistic function, f(x) = 1 / (1 + e^(-x)).", ""),
    .forward = forward,
    .backward = backward,
    .value = value,
    .slope = slope,
    .saturation_slope = TD_SATURATION_SLOPE,
};
