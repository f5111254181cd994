#include <math.h>

#include "sim/activations/elementwise.h"

static const double initial[] = {0.25}; /* He et al. 2015, section 2.1 */

/* A slope of 0 times -inf would be NaN: then x is cut off at the lowest finite number. */
static real lowest(real slope) {
    return slope != 0 ? -(real)INFINITY : -TD_REAL_MAX;
}

static void forward(const void *params, const real *learned, size_t n, const real *x, real *y) {
    (void)params;
    const real a = learned[0], low = lowest(a);
    TD_EACH (i, n) {
        real cut = low > x[i] ? low : x[i];
        y[i] = x[i] > 0 ? x[i] : a * cut;
    }
}

/* By x: once a has become negative y does not tell on which side it was. */
static void backward(const void *params, const real *learned, size_t n, const real *x,
                     const real *y, const real *dy, real *dx) {
    (void)params;
    (void)y;
    const real a = learned[0];
    TD_EACH (i, n)
        dx[i] = (x[i] > 0 ? 1 : a) * dy[i];
}

static void backward_learned(const void *params, const real *learned, size_t n, const real *x,
                             const real *dy, real *dlearned) {
    (void)params;
    (void)learned;
    real negative[TD_BLOCK];
    double sum = 0;
    TD_EACH_BLOCK (at, len, n) {
        const real *xb = x + at;
        TD_EACH (i, len)
            negative[i] = xb[i] > 0 ? 0 : xb[i];
        sum += td_vec_dot(len, negative, dy + at);
    }
    dlearned[0] += (real)sum;
}

static double value(const void *params, const double *learned, double x) {
    (void)params;
    const double a = (learned ? learned : initial)[0];
    if (x > 0)
        return x;
    return a != 0 || isnan(x) ? a * x : 0;
}

static double slope(const void *params, const double *learned, double x) {
    (void)params;
    if (isnan(x))
        return x;
    return x > 0 ? 1 : (learned ? learned : initial)[0];
}

extern const struct td_activation td_activation_prelu;
const struct td_activation td_activation_prelu = {
    .kind = TD_KIND_PLAIN("prelu",
                          "Parametric rectified linear unit, f(x) = x (x > 0), a x (x <= 0); a is "
                          "learned, one a layer, and starts at 0.25.",
                          "He et al. 2015 (arXiv 1502.01852), eq. 1"),
    .forward = forward,
    .backward = backward,
    .needs_x = true,
    .n_learned = 1,
    .learned_initial = initial,
    .backward_learned = backward_learned,
    .value = value,
    .slope = slope,
    .kinks = td_kink_at_zero,
    .saturation_slope = TD_SATURATION_SLOPE,
};
