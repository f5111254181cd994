#include <math.h>

#include "sim/activations/elementwise.h"

/* f(x) = x/2 (1 + tanh(A (x + B x^3))) */
#define A 0.79788456080286535588 /* sqrt(2 / pi) */
#define B 0.044715
/* Beyond this tanh is +-1; cutting off there keeps inf * 0 away. */
enum { FAR = 40 };

/* t[i] = tanh(A (z + B z^3)), z = x[i] cut to [-FAR, FAR] and kept in z[i]. */
static void tanh_of(size_t n, const real *x, real *z, real *t) {
    TD_EACH (i, n) {
        real cut = -FAR > x[i] ? -FAR : x[i];
        z[i] = FAR < cut ? FAR : cut;
        t[i] = (real)A * z[i] * (1 + (real)B * z[i] * z[i]);
    }
    td_vec_tanh(n, t, t);
}

static void forward(const void *params, const real *learned, size_t n, const real *x, real *y) {
    (void)params;
    (void)learned;
    real z[TD_BLOCK], t[TD_BLOCK];
    TD_EACH_BLOCK (at, len, n) {
        const real *xb = x + at;
        real *yb = y + at;
        tanh_of(len, xb, z, t);
        TD_EACH (i, len)
            yb[i] = (xb[i] > FAR ? xb[i] : z[i]) * ((real)0.5 + (real)0.5 * t[i]);
    }
}

static void backward(const void *params, const real *learned, size_t n, const real *x,
                     const real *y, const real *dy, real *dx) {
    (void)params;
    (void)learned;
    (void)y;
    real z[TD_BLOCK], t[TD_BLOCK];
    TD_EACH_BLOCK (at, len, n) {
        const real *dyb = dy + at;
        real *dxb = dx + at;
        tanh_of(len, x + at, z, t);
        TD_EACH (i, len) {
            real inner = (real)A * (1 + (real)(3 * B) * z[i] * z[i]);
            real half = (real)0.5 + (real)0.5 * t[i];
            dxb[i] = (half + (real)0.5 * z[i] * (1 - t[i] * t[i]) * inner) * dyb[i];
        }
    }
}

static double value(const void *params, const double *learned, double x) {
    (void)params;
    (void)learned;
    return x < -FAR ? 0 : 0.5 * x * (1 + tanh(A * x * (1 + B * x * x)));
}

static double slope(const void *params, const double *learned, double x) {
    (void)params;
    (void)learned;
    if (fabs(x) > FAR)
        return x > 0;
    double t = tanh(A * x * (1 + B * x * x));
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * A * (1 + 3 * B * x * x);
}

extern const struct td_activation td_activation_gelu_tanh;
const struct td_activation td_activation_gelu_tanh = {
    .kind = TD_KIND_PLAIN("gelu-tanh",
                          "GELU by its tanh approximation, f(x) = x/2 (1 + tanh(sqrt(2/pi) (x + "
                          "0.044715 x^3))).",
                          "Hendrycks and Gimpel 2016, eq. 2"),
    .forward = forward,
    .backward = backward,
    .needs_x = true,
    .value = value,
    .slope = slope,
    .kinks = td_no_kinks,
    .saturation_slope = TD_SATURATION_SLOPE,
};
