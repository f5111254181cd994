/* An activation in one file: snake, x + sin(a x)^2 / a, with its slope, in `real` and in double. */
#include <math.h>
#include <stddef.h>

#include "numeric/param.h"
#include "sim/activation.h"

struct snake {
    double a;
};

static const struct td_param params[] = {
    {.name = "a",
     .type = TD_REAL,
     .offset = offsetof(struct snake, a),
     .initial = "1",
     .min = 0,
     .max = 1e6,
     .flags = TD_OPEN_MIN,
     .help = "frequency of the ripple"},
    {0},
};

static void forward(const void *p, const real *learned, size_t n, const real *x, real *y) {
    (void)learned;
    const real a = (real)((const struct snake *)p)->a;
    for (size_t i = 0; i < n; ++i) {
        real s = (real)sin((double)(a * x[i]));
        y[i] = x[i] + s * s / a;
    }
}

/* d/dx (x + sin(a x)^2 / a) = 1 + sin(2 a x) */
static void backward(const void *p, const real *learned, size_t n, const real *x, const real *y,
                     const real *dy, real *dx) {
    (void)learned, (void)y;
    const real a = (real)((const struct snake *)p)->a;
    for (size_t i = 0; i < n; ++i)
        dx[i] = (1 + (real)sin((double)(2 * a * x[i]))) * dy[i];
}

static double value(const void *p, const double *learned, double x) {
    (void)learned;
    const double a = ((const struct snake *)p)->a, s = sin(a * x);
    return x + s * s / a;
}

static double slope(const void *p, const double *learned, double x) {
    (void)learned;
    return 1 + sin(2 * ((const struct snake *)p)->a * x);
}

const struct td_activation snake_activation = {
    .kind =
        TD_KIND("snake", "x + sin(a x)^2 / a: the identity with a ripple, for periodic targets.",
                "Ziyin et al. 2020, eq. 3", params, struct snake),
    .forward = forward,
    .backward = backward,
    .needs_x = true,
    .value = value,
    .slope = slope,
    .saturation_slope = 0.05,
};

/* What a plugin exports. Inside tdyn, the line in sim/activations/registry.c takes its place. */
const struct td_plugin_kind td_plugin[] = {{"activation", &snake_activation.kind}, {0}};
