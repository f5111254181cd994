#include <math.h>

#include "numeric/param.h"
#include "sim/activations/elementwise.h"

struct leaky_relu {
    double slope;
};

static const struct td_param table[] = {{.name = "slope",
                                         .type = TD_REAL,
                                         .offset = offsetof(struct leaky_relu, slope),
                                         .initial = "0.01",
                                         .min = 0,
                                         .max = 1,
                                         .help = "slope for x < 0; 0 is relu"},
                                        {0}};

/* slope 0 times -inf would be NaN: then x is cut off at the lowest finite number. */
static real lowest(real slope) {
    return slope > 0 ? -(real)INFINITY : -TD_REAL_MAX;
}

static void forward(const void *params, const real *learned, size_t n, const real *x, real *y) {
    (void)learned;
    const real a = (real)((const struct leaky_relu *)params)->slope, low = lowest(a);
    TD_EACH (i, n) {
        real cut = low > x[i] ? low : x[i];
        y[i] = x[i] > 0 ? x[i] : a * cut;
    }
}

static void backward(const void *params, const real *learned, size_t n, const real *x,
                     const real *y, const real *dy, real *dx) {
    (void)learned;
    (void)x;
    const real a = (real)((const struct leaky_relu *)params)->slope;
    TD_EACH (i, n)
        dx[i] = (y[i] > 0 ? 1 : a) * dy[i];
}

static double value(const void *params, const double *learned, double x) {
    (void)learned;
    const double a = ((const struct leaky_relu *)params)->slope;
    if (x > 0)
        return x;
    return a > 0 || isnan(x) ? a * x : 0;
}

static double slope(const void *params, const double *learned, double x) {
    (void)learned;
    if (isnan(x))
        return x;
    return x > 0 ? 1 : ((const struct leaky_relu *)params)->slope;
}

extern const struct td_activation td_activation_leaky_relu;
const struct td_activation td_activation_leaky_relu = {
    .kind =
        TD_KIND("leaky-relu", "Leaky rectified linear unit, f(x) = x (x > 0), slope x (x <= 0).",
                "Maas, Hannun and Ng 2013", table, struct leaky_relu),
    .forward = forward,
    .backward = backward,
    .value = value,
    .slope = slope,
    .kinks = td_kink_at_zero,
    .saturation_slope = TD_SATURATION_SLOPE,
};
