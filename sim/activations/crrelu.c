#include <math.h>

#include "sim/activations/elementwise.h"

/* Beyond this e^(-x^2/2) is 0 in double; cutting off there keeps inf * 0 away. */
enum { FAR = 40 };

static const double initial[] = {0.01}; /* Sun et al. 2024, section 4 */

/* z[i] = x[i] cut to [-FAR, FAR], e[i] = e^(-z^2/2). */
static void gaussian_of(size_t n, const real *x, real *z, real *e) {
    TD_EACH (i, n) {
        real cut = -FAR > x[i] ? -FAR : x[i];
        z[i] = FAR < cut ? FAR : cut;
        e[i] = (real)-0.5 * z[i] * z[i];
    }
    td_vec_exp(n, e, e);
}

static void forward(const void *params, const real *learned, size_t n, const real *x, real *y) {
    (void)params;
    const real epsilon = learned[0];
    real z[TD_BLOCK], e[TD_BLOCK];
    TD_EACH_BLOCK (at, len, n) {
        const real *xb = x + at;
        real *yb = y + at;
        gaussian_of(len, xb, z, e);
        TD_EACH (i, len)
            yb[i] = (0 > xb[i] ? 0 : xb[i]) + epsilon * z[i] * e[i];
    }
}

static void backward(const void *params, const real *learned, size_t n, const real *x,
                     const real *y, const real *dy, real *dx) {
    (void)params;
    (void)y;
    const real epsilon = learned[0];
    real z[TD_BLOCK], e[TD_BLOCK];
    TD_EACH_BLOCK (at, len, n) {
        const real *dyb = dy + at;
        real *dxb = dx + at;
        gaussian_of(len, x + at, z, e);
        TD_EACH (i, len)
            dxb[i] = ((z[i] > 0 ? 1 : 0) + epsilon * (1 - z[i] * z[i]) * e[i]) * dyb[i];
    }
}

static void backward_learned(const void *params, const real *learned, size_t n, const real *x,
                             const real *dy, real *dlearned) {
    (void)params;
    (void)learned;
    real z[TD_BLOCK], e[TD_BLOCK];
    double sum = 0;
    TD_EACH_BLOCK (at, len, n) {
        gaussian_of(len, x + at, z, e);
        TD_EACH (i, len)
            e[i] *= z[i];
        sum += td_vec_dot(len, e, dy + at);
    }
    dlearned[0] += (real)sum;
}

static double value(const void *params, const double *learned, double x) {
    (void)params;
    if (fabs(x) > FAR)
        return x > 0 ? x : 0;
    return (0 > x ? 0 : x) + (learned ? learned : initial)[0] * x * exp(-0.5 * x * x);
}

static double slope(const void *params, const double *learned, double x) {
    (void)params;
    if (fabs(x) > FAR)
        return x > 0;
    return (x > 0) + (learned ? learned : initial)[0] * (1 - x * x) * exp(-0.5 * x * x);
}

extern const struct td_activation td_activation_crrelu;
const struct td_activation td_activation_crrelu = {
    .kind = TD_KIND_PLAIN("crrelu",
                          "Correction-regularised ReLU, f(x) = max(0, x) + epsilon x e^(-x^2/2); "
                          "epsilon is learned, one a layer, and starts at 0.01.",
                          "Sun et al. 2024 (arXiv 2405.12954)"),
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
