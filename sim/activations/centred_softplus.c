#include <math.h>

#include "sim/activations/elementwise.h"

/* f(x) = max(0, x) + log1p(expm1(-|x|) / 2): no digits are lost near 0, where f(x) is about x / 2.
 */
static void forward(const void *params, const real *learned, size_t n, const real *x, real *y) {
    (void)params;
    (void)learned;
    real e[TD_BLOCK];
    TD_EACH_BLOCK (at, len, n) {
        const real *xb = x + at;
        real *yb = y + at;
        TD_EACH (i, len)
            e[i] = 0 > xb[i] ? xb[i] : -xb[i];
        td_vec_expm1(len, e, e);
        TD_EACH (i, len)
            e[i] *= (real)0.5;
        td_vec_log1p(len, e, e);
        TD_EACH (i, len)
            yb[i] = (0 > xb[i] ? 0 : xb[i]) + e[i];
    }
}

/* f' = 1 / (1 + e^-x) = 1 - e^-(f + ln 2). */
static void backward(const void *params, const real *learned, size_t n, const real *x,
                     const real *y, const real *dy, real *dx) {
    (void)params;
    (void)learned;
    (void)x;
    real e[TD_BLOCK];
    TD_EACH_BLOCK (at, len, n) {
        const real *yb = y + at, *dyb = dy + at;
        real *dxb = dx + at;
        TD_EACH (i, len)
            e[i] = -(yb[i] + (real)M_LN2);
        td_vec_expm1(len, e, e);
        TD_EACH (i, len)
            dxb[i] = -e[i] * dyb[i];
    }
}

static double value(const void *params, const double *learned, double x) {
    (void)params;
    (void)learned;
    return (0 > x ? 0 : x) + log1p(expm1(-fabs(x)) / 2);
}

static double slope(const void *params, const double *learned, double x) {
    (void)params;
    (void)learned;
    return 1 / (1 + exp(-x));
}

extern const struct td_activation td_activation_centred_softplus;
const struct td_activation td_activation_centred_softplus = {
    .kind =
        TD_KIND_PLAIN("centred-softplus", "Softplus through the origin, f(x) = ln(1 + e^x) - ln 2.",
                      "Chelombiev, Houghton and O'Donnell 2019"),
    .forward = forward,
    .backward = backward,
    .value = value,
    .slope = slope,
    .saturation_slope = TD_SATURATION_SLOPE,
};
