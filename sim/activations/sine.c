#include <math.h>

#include "numeric/param.h"
#include "sim/activations/elementwise.h"

struct sine {
    double omega;
};

static const struct td_param table[] = {{.name = "omega",
                                         .type = TD_REAL,
                                         .offset = offsetof(struct sine, omega),
                                         .initial = "30",
                                         .min = 0,
                                         .max = 1e6,
                                         .flags = TD_OPEN_MIN,
                                         .unit = "rad",
                                         .help = "factor on the pre-activation (bias included)"},
                                        {0}};

static void forward(const void *params, const real *learned, size_t n, const real *x, real *y) {
    (void)learned;
    const real omega = (real)((const struct sine *)params)->omega;
    TD_EACH_BLOCK (at, len, n) {
        const real *xb = x + at;
        real *yb = y + at;
        TD_EACH (i, len)
            yb[i] = omega * xb[i];
        td_vec_sin(len, yb, yb);
    }
}

static void backward(const void *params, const real *learned, size_t n, const real *x,
                     const real *y, const real *dy, real *dx) {
    (void)learned;
    (void)y;
    const real omega = (real)((const struct sine *)params)->omega;
    real c[TD_BLOCK];
    TD_EACH_BLOCK (at, len, n) {
        const real *xb = x + at, *dyb = dy + at;
        real *dxb = dx + at;
        TD_EACH (i, len)
            c[i] = omega * xb[i];
        td_vec_cos(len, c, c);
        TD_EACH (i, len)
            dxb[i] = omega * c[i] * dyb[i];
    }
}

static double value(const void *params, const double *learned, double x) {
    (void)learned;
    return sin(((const struct sine *)params)->omega * x);
}

static double slope(const void *params, const double *learned, double x) {
    (void)learned;
    const double omega = ((const struct sine *)params)->omega;
    return omega * cos(omega * x);
}

extern const struct td_activation td_activation_sine;
const struct td_activation td_activation_sine = {
    .kind = TD_KIND("sine", "Sine, f(x) = sin(omega x): implicit representations (SIREN).",
                    "Sitzmann et al. 2020, eq. 1", table, struct sine),
    .forward = forward,
    .backward = backward,
    .needs_x = true,
    .value = value,
    .slope = slope,
    .saturation_slope = TD_SATURATION_SLOPE,
};
