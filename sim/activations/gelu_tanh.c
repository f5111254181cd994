#include <math.h>

#include "sim/activations/elementwise.h"

/* f(x) = x/2 (1 + tanh(u)) = x S(2 u), u = A (x + B x^3), S the logistic function: in this form
   small values keep their digits. */
#define A 0.79788456080286535588 /* sqrt(2 / pi) */
#define B 0.044715
/* Beyond this S is 0 or 1; cutting off there keeps inf * 0 away. */
enum { FAR = 40 };

/* e[i] = S(-|2 u|), z = x[i] cut to [-FAR, FAR] and kept in z[i]. */
static void logistic_of(size_t n, const real *x, real *z, real *e) {
    TD_EACH (i, n) {
        real cut = -FAR > x[i] ? -FAR : x[i];
        z[i] = FAR < cut ? FAR : cut;
        real u = 2 * (real)A * z[i] * (1 + (real)B * z[i] * z[i]);
        e[i] = 0 > u ? u : -u;
    }
    td_vec_sigmoid(n, e, e);
}

static void forward(const void *params, const real *learned, size_t n, const real *x, real *y) {
    (void)params;
    (void)learned;
    real z[TD_BLOCK], e[TD_BLOCK];
    TD_EACH_BLOCK (at, len, n) {
        const real *xb = x + at;
        real *yb = y + at;
        logistic_of(len, xb, z, e);
        TD_EACH (i, len) {
            yb[i] = (xb[i] > FAR ? xb[i] : z[i]) * (z[i] > 0 ? 1 - e[i] : e[i]);
        }
    }
}

/* f' = S + x S (1 - S) 2 u' */
static void backward(const void *params, const real *learned, size_t n, const real *x,
                     const real *y, const real *dy, real *dx) {
    (void)params;
    (void)learned;
    (void)y;
    real z[TD_BLOCK], e[TD_BLOCK];
    TD_EACH_BLOCK (at, len, n) {
        const real *dyb = dy + at;
        real *dxb = dx + at;
        logistic_of(len, x + at, z, e);
        TD_EACH (i, len) {
            real slope_2u = 2 * (real)A * (1 + (real)(3 * B) * z[i] * z[i]);
            real logistic = z[i] > 0 ? 1 - e[i] : e[i];
            dxb[i] = (logistic + z[i] * e[i] * (1 - e[i]) * slope_2u) * dyb[i];
        }
    }
}

static double value(const void *params, const double *learned, double x) {
    (void)params;
    (void)learned;
    return x < -FAR ? 0 : x / (1 + exp(-2 * A * x * (1 + B * x * x)));
}

static double slope(const void *params, const double *learned, double x) {
    (void)params;
    (void)learned;
    if (fabs(x) > FAR)
        return x > 0;
    double u = A * x * (1 + B * x * x), logistic = 1 / (1 + exp(-2 * u));
    return logistic + x * logistic / (1 + exp(2 * u)) * 2 * A * (1 + 3 * B * x * x);
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
    .saturation_slope = TD_SATURATION_SLOPE,
};
