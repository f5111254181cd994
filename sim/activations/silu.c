#include <math.h>

#include "numeric/param.h"
#include "sim/activations/elementwise.h"

struct silu {
    double beta;
};

static const struct td_param table[] = {{.name = "beta",
                                         .type = TD_REAL,
                                         .offset = offsetof(struct silu, beta),
                                         .initial = "1",
                                         .min = 0,
                                         .max = 1000,
                                         .flags = TD_OPEN_MIN,
                                         .help = "steepness; 1 is SiLU, large tends to relu"},
                                        {0}};

/* Beyond this the logistic function is 0 or 1 in double; cutting off there keeps inf * 0 away. */
enum { FAR = 1000 };

/* z[i] = beta x[i] cut to [-FAR, FAR]. */
static void cut_far(size_t n, real beta, const real *x, real *z) {
    TD_EACH (i, n) {
        real t = beta * x[i], cut = -FAR > t ? -FAR : t;
        z[i] = FAR < cut ? FAR : cut;
    }
}

static void forward(const void *params, const real *learned, size_t n, const real *x, real *y) {
    (void)learned;
    const real beta = (real)((const struct silu *)params)->beta;
    real z[TD_BLOCK], s[TD_BLOCK];
    TD_EACH_BLOCK (at, len, n) {
        const real *xb = x + at;
        real *yb = y + at;
        cut_far(len, beta, xb, z);
        td_vec_sigmoid(len, z, s);
        TD_EACH (i, len)
            yb[i] = (-TD_REAL_MAX > xb[i] ? -TD_REAL_MAX : xb[i]) * s[i];
    }
}

/* f' = s (1 + z (1 - s)) with s = f(x) / x, which spares the exponential; near 0, where that is
   0 / 0, s is 1/2, and far out 0 or 1. */
static void backward(const void *params, const real *learned, size_t n, const real *x,
                     const real *y, const real *dy, real *dx) {
    (void)learned;
    const real beta = (real)((const struct silu *)params)->beta, near = (real)1e-20;
    real z[TD_BLOCK];
    TD_EACH_BLOCK (at, len, n) {
        const real *xb = x + at, *yb = y + at, *dyb = dy + at;
        real *dxb = dx + at;
        cut_far(len, beta, xb, z);
        TD_EACH (i, len) {
            real s = yb[i] / xb[i];
            s = xb[i] <= near && xb[i] >= -near ? (real)0.5 : s;
            s = z[i] <= -FAR ? 0 : s;
            s = z[i] >= FAR ? 1 : s;
            dxb[i] = s * (1 + z[i] * (1 - s)) * dyb[i];
        }
    }
}

/* exp(-z) overflows to inf for very negative z, and 1 / (1 + inf) is the right 0. */
static double logistic(double z) {
    return 1 / (1 + exp(-z));
}

static double value(const void *params, const double *learned, double x) {
    (void)learned;
    const double beta = ((const struct silu *)params)->beta;
    return beta * x < -FAR ? 0 : x * logistic(beta * x);
}

static double slope(const void *params, const double *learned, double x) {
    (void)learned;
    const double z = ((const struct silu *)params)->beta * x;
    if (fabs(z) > FAR)
        return z > 0;
    return logistic(z) * (1 + z * logistic(-z));
}

extern const struct td_activation td_activation_silu;
const struct td_activation td_activation_silu = {
    .kind = TD_KIND("silu", "Sigmoid linear unit (Swish), f(x) = x / (1 + e^(-beta x)).",
                    "Ramachandran, Zoph and Le 2017", table, struct silu),
    .forward = forward,
    .backward = backward,
    .needs_x = true,
    .value = value,
    .slope = slope,
    .saturation_slope = TD_SATURATION_SLOPE,
};
