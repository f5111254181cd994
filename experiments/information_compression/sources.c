/* What the sources share, and the truths that are no one-liners. */
#include "experiments/information_compression/sources.h"

#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "numeric/memory.h"

td_status source_add(struct source_sample *s, const char *name, size_t n, size_t d, double **v,
                     struct td_error *err) {
    size_t total;
    *v = td_mul(n, d, &total) ? td_calloc(total, sizeof **v) : NULL;
    if (!*v)
        return td_fail_memory(err, n * d * sizeof **v);
    s->owned[s->n_in] = *v;
    s->in[s->n_in++] = (struct td_matrix){n, d, *v, name};
    return TD_OK;
}

void source_truth(struct source_sample *s, const char *output, double nats) {
    s->truths[s->n_truths++] = (struct source_truth){output, nats};
}

void source_sample_free(struct source_sample *s) {
    for (size_t i = 0; i < SOURCE_ARRAYS; i++)
        td_free(s->owned[i]);
    *s = (struct source_sample){0};
}

/* --- truths --------------------------------------------------------------------------------- */

double source_gaussian_pair_information(double correlation, double dimension) {
    return -dimension / 2 * log1p(-correlation * correlation);
}

/* Normal densities are integrated by the trapezoid rule, which converges faster than any power of
   the step for them, between these bounds, beyond which less than 1e-32 is left. */
enum { STEPS = 2400 };
static const double bound = 12, step = 0.01;

double source_rectified_information(double correlation) {
    double slope = -correlation / sqrt(1 - correlation * correlation), sum = 0;
    for (int i = 0; i <= STEPS; i++) {
        double x = i * step - bound;
        double zero = gsl_cdf_ugaussian_P(slope * x); /* P(T = 0 | x), 1/2 in the mean */
        if (zero > 0)
            sum += gsl_ran_ugaussian_pdf(x) * zero * log(2 * zero) * step;
    }
    return source_gaussian_pair_information(correlation, 1) / 2 + sum;
}

/* h(X + noise) - ln width: the sum's density is a trapezoid, or a wider one if width > 1. */
double source_uniform_noise_information(double width) {
    return width <= 1 ? width / 2 - log(width) : 1 / (2 * width);
}

/* -ln (1/count) sum_j exp(-(z + (i - j) spacing)^2 / 2 + z^2 / 2): of a point i moved by z. */
static double surprise(size_t i, size_t count, double spacing, double z) {
    const double reach = 40; /* exp(-reach (reach - 2 bound) / 2) is nothing */
    size_t near = spacing * (double)count < reach ? count : (size_t)(reach / spacing) + 1;
    size_t first = i > near ? i - near : 0, end = i + near < count ? i + near + 1 : count;
    double sum = 0;
    for (size_t j = first; j < end; j++) {
        double apart = ((double)i - (double)j) * spacing;
        sum += exp(-apart * (apart / 2 + z));
    }
    return log((double)count) - log(sum);
}

double source_clusters_information(size_t count, double spacing) {
    double sum = 0, weight = 0;
    for (int k = 0; k <= STEPS; k++) {
        double z = k * step - bound, here = 0;
        for (size_t i = 0; i < count; i++)
            here += surprise(i, count, spacing, z) / (double)count;
        sum += gsl_ran_ugaussian_pdf(z) * here;
        weight += gsl_ran_ugaussian_pdf(z); /* 1 / step but for rounding */
    }
    return sum / weight;
}
