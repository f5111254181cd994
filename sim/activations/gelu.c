#include <math.h>

#include "sim/activations/elementwise.h"

/* Beyond this Phi and phi are 0 or 1 in double; cutting off there keeps inf * 0 away. */
enum { FAR = 40 };

/* e[i] = erf(z / sqrt 2), z = x[i] cut to [-FAR, FAR] and kept in z[i]. */
static void erf_of(size_t n, const real *x, real *z, real *e) {
    TD_EACH (i, n) {
        real cut = -FAR > x[i] ? -FAR : x[i];
        z[i] = FAR < cut ? FAR : cut;
        e[i] = z[i] * (real)M_SQRT1_2;
    }
    td_vec_erf(n, e, e);
}

static void forward(const void *params, const real *learned, size_t n, const real *x, real *y) {
    (void)params;
    (void)learned;
    real z[TD_BLOCK], e[TD_BLOCK];
    TD_EACH_BLOCK (at, len, n) {
        const real *xb = x + at;
        real *yb = y + at;
        erf_of(len, xb, z, e);
        TD_EACH (i, len)
            yb[i] = (xb[i] > FAR ? xb[i] : z[i]) * ((real)0.5 + (real)0.5 * e[i]);
    }
}

static void backward(const void *params, const real *learned, size_t n, const real *x,
                     const real *y, const real *dy, real *dx) {
    (void)params;
    (void)learned;
    (void)y;
    const real density_at_0 = (real)(0.5 * M_2_SQRTPI * M_SQRT1_2);
    real z[TD_BLOCK], e[TD_BLOCK], density[TD_BLOCK];
    TD_EACH_BLOCK (at, len, n) {
        const real *dyb = dy + at;
        real *dxb = dx + at;
        erf_of(len, x + at, z, e);
        TD_EACH (i, len)
            density[i] = (real)-0.5 * z[i] * z[i];
        td_vec_exp(len, density, density);
        TD_EACH (i, len)
            dxb[i] = ((real)0.5 + (real)0.5 * e[i] + z[i] * density_at_0 * density[i]) * dyb[i];
    }
}

static double value(const void *params, const double *learned, double x) {
    (void)params;
    (void)learned;
    return x < -FAR ? 0 : 0.5 * x * erfc(-x * M_SQRT1_2);
}

static double slope(const void *params, const double *learned, double x) {
    (void)params;
    (void)learned;
    if (fabs(x) > FAR)
        return x > 0;
    double density = 0.5 * M_2_SQRTPI * M_SQRT1_2 * exp(-0.5 * x * x);
    return 0.5 * erfc(-x * M_SQRT1_2) + x * density;
}

extern const struct td_activation td_activation_gelu;
const struct td_activation td_activation_gelu = {
    .kind =
        TD_KIND_PLAIN("gelu",
                      "Gaussian error linear unit, f(x) = x Phi(x), Phi the normal distribution "
                      "function (exact, by erf).",
                      "Hendrycks and Gimpel 2016, eq. 1"),
    .forward = forward,
    .backward = backward,
    .needs_x = true,
    .value = value,
    .slope = slope,
    .saturation_slope = TD_SATURATION_SLOPE,
};
