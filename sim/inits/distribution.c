#include "sim/inits/distribution.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

static const char *const distributions[] = {"normal", "uniform", "truncated-normal", NULL};

const struct td_param td_scaled_init_table[] = {
    {.name = "gain",
     .type = TD_REAL,
     .offset = offsetof(struct td_scaled_init, gain),
     .initial = "1",
     .min = 0,
     .max = 1e6,
     .help = "factor on the standard deviation"},
    {.name = "distribution",
     .type = TD_CHOICE,
     .offset = offsetof(struct td_scaled_init, distribution),
     .initial = "normal",
     .choices = distributions,
     .help = "all with the same standard deviation"},
    {0}};

const char *const td_per_choices[] = {"nothing", "fan-in", "fan-out", NULL};

double td_per_factor(int per, double fan_in, double fan_out) {
    if (per == TD_PER_NOTHING)
        return 1;
    return 1 / sqrt(per == TD_PER_FAN_IN ? fan_in : fan_out);
}

static void scale(real factor, size_t n, real *w) {
    for (size_t i = 0; i < n; i++)
        w[i] *= factor;
}

/* Uniform numbers u become Phi^-1(Phi(-2) + u (Phi(2) - Phi(-2))), one element a draw. */
static void draw_truncated(double std, struct td_stream stream, uint32_t layer, size_t n, real *w) {
    enum { BLOCK = 256 };
    double u[BLOCK];
    const double low = gsl_cdf_ugaussian_P(-2), width = 1 - 2 * low;
    for (size_t at = 0; at < n; at += BLOCK) {
        size_t len = n - at < BLOCK ? n - at : BLOCK;
        td_random_duniform(stream, 0, layer, at, len, u);
        for (size_t i = 0; i < len; i++)
            w[at + i] = (real)(std / TD_TRUNCATED_STD * gsl_cdf_ugaussian_Pinv(low + u[i] * width));
    }
}

void td_draw(enum td_distribution distribution, double std, struct td_stream stream, uint32_t layer,
             size_t n, real *w) {
    switch (distribution) {
    case TD_NORMAL:
        td_random_normal(stream, 0, layer, 0, n, w);
        scale((real)std, n, w);
        break;
    case TD_UNIFORM: /* on (-a, a) the variance is a^2 / 3 */
        td_random_uniform(stream, 0, layer, 0, n, w);
        for (size_t i = 0; i < n; i++)
            w[i] = 2 * w[i] - 1;
        scale((real)(std * sqrt(3)), n, w);
        break;
    case TD_TRUNCATED_NORMAL:
        draw_truncated(std, stream, layer, n, w);
        break;
    }
}
