#include "experiments/selu/fluctuations.h"

#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "sim/activation.h"
#include "sim/quadrature.h"

struct td_fluctuations td_fluctuations_start(double n, double tau, double samples,
                                             double variance) {
    const double square = variance * variance;
    return (struct td_fluctuations){.n = n,
                                    .tau = tau,
                                    .samples = samples,
                                    .q = variance,
                                    .var_mean = variance / n,
                                    .var_q = 2 * square / n,
                                    .batch = true,
                                    .pairs2 = square / n};
}

/* --- moments of f --- */

struct argument {
    const struct td_activation *activation;
    const void *params;
    double s;
};

static void powers(const void *context, double x, double *h) {
    const struct argument *a = context;
    double f = a->activation->value(a->params, a->activation->learned_initial, a->s * x);
    h[0] = f;
    h[1] = f * f;
    h[2] = f * f * f;
    h[3] = f * f * f * f;
}

/* E f^k(z), z ~ N(0, s2), k = 1 .. 4. */
static td_status moments_of(const struct td_part *activation, double s2, double e[4],
                            struct td_error *err) {
    struct argument a = {(const struct td_activation *)activation->kind, activation->params,
                         sqrt(s2)};
    double breaks[TD_EXPECT_BREAKS] = {0};
    size_t n = 1; /* whatever f does, it does around 0 */
    if (a.activation->kinks && a.s > 0) {
        n = a.activation->kinks(a.params, breaks);
        for (size_t i = 0; i < n; i++)
            breaks[i] /= a.s;
        breaks[n++] = 0;
    }
    return td_normal_expectation(powers, &a, 4, n, breaks, e, err);
}

/* --- one layer --- */

/* Of the wide limit: (mean, q) after a layer change by slope_mean, slope_q with q before it. */
struct response {
    double slope_mean, slope_q;
};

static void step_input(struct td_fluctuations *f, const double e[4], struct response r) {
    f->var_mean = r.slope_mean * r.slope_mean * f->var_q + (e[1] - e[0] * e[0]) / f->n;
    f->cov = r.slope_mean * r.slope_q * f->var_q + (e[2] - e[0] * e[1]) / f->n;
    f->var_q = r.slope_q * r.slope_q * f->var_q + (e[3] - e[1] * e[1]) / f->n;
}

/* Covariances of f and f^2 at two inputs with pre-activations of covariance tau p, to second order
   in p: E[g(z1) h(z2)] - E g E h = g' h' tau p + g'' h'' (tau p)^2 / 2, where g' is d E g / d mean
   of z and g'' is 2 d E g / d variance of z. */
static void step_batch(struct td_fluctuations *f, const double e[4],
                       const struct td_moment_image *image, struct response r) {
    const double p = f->tau * f->pairs, p2 = f->pairs2, old = f->batch_var_q;
    const double first = image->mean_m, first_q = image->var_m + 2 * image->mean * image->mean_m;
    f->batch_var_mean = r.slope_mean * r.slope_mean * old +
                        (first * first * p + 2 * r.slope_mean * r.slope_mean * p2) / f->n;
    f->batch_cov = r.slope_mean * r.slope_q * old +
                   (first * first_q * p + 2 * r.slope_mean * r.slope_q * p2) / f->n;
    f->batch_var_q = r.slope_q * r.slope_q * old +
                     (first_q * first_q * p + 2 * r.slope_q * r.slope_q * p2) / f->n;
    /* A unit's mean over the batch: it follows the mean of its pre-activation, and their variance,
       which is 2 p2 tau^2 from unit to unit. */
    f->pairs = first * first * p + 2 * r.slope_mean * r.slope_mean * p2;
    const double slope = f->tau * first * first;
    f->pairs2 = slope * slope * p2 + e[1] * e[1] / f->n;
}

td_status td_fluctuations_step(const struct td_part *activation, struct td_fluctuations *f,
                               struct td_error *err) {
    const double zero = 1e-9; /* rounding of an E f that is 0 */
    const double s2 = f->tau * f->q;
    struct td_moment_image image;
    double e[4];
    td_status status = td_activation_image(activation, 0, s2, &image, err);
    if (!status)
        status = moments_of(activation, s2, e, err);
    if (status)
        return status;
    struct response r = {f->tau * image.mean_s2,
                         f->tau * (image.var_s2 + 2 * image.mean * image.mean_s2)};
    step_input(f, e, r);
    f->batch = f->batch && fabs(image.mean) <= zero * sqrt(image.var);
    if (f->batch)
        step_batch(f, e, &image, r);
    f->mean = image.mean;
    f->q = image.var + image.mean * image.mean;
    return TD_OK;
}

/* --- what follows for mean and variance --- */

/* variance = q - mean^2. */
static struct td_spread spread_of(double mean, double q, double var_mean, double cov, double var_q,
                                  double lost) {
    return (struct td_spread){.mean = mean,
                              .variance = q - mean * mean - lost,
                              .var_mean = var_mean,
                              .cov = cov - 2 * mean * var_mean,
                              .var_variance = var_q - 4 * mean * cov + 4 * mean * mean * var_mean};
}

struct td_spread td_fluctuations_input(const struct td_fluctuations *f) {
    return spread_of(f->mean, f->q, f->var_mean, f->cov, f->var_q, f->var_mean);
}

/* Two inputs are the same one in 1 / samples of the pairs. */
struct td_spread td_fluctuations_batch(const struct td_fluctuations *f) {
    const double own = 1 / f->samples, common = 1 - own;
    const double var_mean = common * f->batch_var_mean + own * f->var_mean;
    return spread_of(f->mean, f->q, var_mean, common * f->batch_cov + own * f->cov,
                     common * f->batch_var_q + own * f->var_q, var_mean);
}

double td_fluctuations_units(const struct td_fluctuations *f) {
    const double own = 1 / f->samples, variance = f->q - f->mean * f->mean;
    return sqrt((1 - own) * f->pairs + own * variance);
}

double td_spread_inside(const struct td_spread *s, double most, double lo, double hi) {
    enum { POINTS = 2000 }; /* midpoints; the integrand is smooth */
    const double sd = sqrt(s->var_mean), slope = sd > 0 ? s->cov / s->var_mean : 0;
    const double rest = sqrt(fmax(0, s->var_variance - slope * s->cov));
    if (!(sd > 0) || !(rest > 0))
        return fabs(s->mean) <= most && s->variance >= lo && s->variance <= hi;
    double sum = 0, width = 2 * most / POINTS;
    for (int i = 0; i < POINTS; i++) {
        double mean = -most + (i + 0.5) * width, centre = s->variance + slope * (mean - s->mean);
        sum += width * gsl_ran_gaussian_pdf(mean - s->mean, sd) *
               (gsl_cdf_gaussian_P(hi - centre, rest) - gsl_cdf_gaussian_P(lo - centre, rest));
    }
    return sum;
}
