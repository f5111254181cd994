#include "measure/pooled.h"

#include <math.h>
#include <string.h>

#include "measure/support.h"

enum { POWERS = 4 };
/* Below, influence functions are no guide to skewness and kurtosis: on normal samples of 20 a 95 %
   interval of the kurtosis covered 79 %, of 200 88 %, of 1000 92 %. */
enum { ROWS_FOR_SHAPE = 100 };

/* The entries as scaled by a power of two, which keeps fourth powers in range. */
struct view {
    const double *v;
    size_t n, width, stride;
    double scale;
};

static struct view view_make(const struct td_block *b, bool *constant) {
    struct view w = {.v = b->x->v + b->first, .n = b->x->n, .width = b->width, .stride = b->x->d};
    double most = 0;
    *constant = true;
    for (size_t i = 0; i < w.n; ++i) {
        for (size_t j = 0; j < w.width; ++j) {
            double x = w.v[i * w.stride + j];
            most = fabs(x) > most ? fabs(x) : most;
            *constant &= x == w.v[0];
        }
    }
    w.scale = td_unit_scale(1, &most);
    return w;
}

/* Mean of (x - origin), row by row so that rounding grows with rows + columns only. */
static double mean_from(const struct view *w, double origin) {
    double total = 0;
    for (size_t i = 0; i < w->n; ++i) {
        double row = 0;
        for (size_t j = 0; j < w->width; ++j)
            row += w->v[i * w->stride + j] * w->scale - origin;
        total += row / (double)w->width;
    }
    return total / (double)w->n;
}

static double variance_about(const struct view *w, double mean) {
    double total = 0;
    for (size_t i = 0; i < w->n; ++i) {
        double row = 0;
        for (size_t j = 0; j < w->width; ++j) {
            double x = w->v[i * w->stride + j] * w->scale - mean;
            row += x * x;
        }
        total += row / (double)w->width;
    }
    return total / (double)w->n;
}

/* Powers z, z^2, z^3, z^4 of the standardised entries: means over all, and the covariance (1/n) of
   the rows' means. */
struct powers {
    double mean[POWERS], covariance[POWERS][POWERS];
};

static void powers_make(const struct view *w, double mean, double sd, struct powers *p) {
    memset(p, 0, sizeof *p);
    for (size_t i = 0; i < w->n; ++i) {
        double row[POWERS] = {0};
        for (size_t j = 0; j < w->width; ++j) {
            double z = (w->v[i * w->stride + j] * w->scale - mean) / sd, power = 1;
            for (size_t k = 0; k < POWERS; ++k)
                row[k] += power *= z;
        }
        /* Welford's update for vectors */
        double before[POWERS], after[POWERS];
        for (size_t k = 0; k < POWERS; ++k) {
            double x = row[k] / (double)w->width;
            before[k] = x - p->mean[k];
            p->mean[k] += before[k] / (double)(i + 1);
            after[k] = x - p->mean[k];
        }
        for (size_t k = 0; k < POWERS; ++k)
            for (size_t l = 0; l < POWERS; ++l)
                p->covariance[k][l] += before[k] * after[l];
    }
    for (size_t k = 0; k < POWERS; ++k)
        for (size_t l = 0; l < POWERS; ++l)
            p->covariance[k][l] /= (double)w->n;
}

/* Standard error of the mean over rows of sum_k weights[k] z^(k+1). */
static double error_of(const struct powers *p, const double weights[POWERS], size_t n) {
    double variance = 0;
    for (size_t k = 0; k < POWERS; ++k)
        for (size_t l = 0; l < POWERS; ++l)
            variance += weights[k] * weights[l] * p->covariance[k][l];
    return sqrt((variance > 0 ? variance : 0) / (double)(n - 1));
}

/* Influence functions of g = m3 / m2^(3/2): z^3 - g - 3 z - (3/2) g (z^2 - 1), and of
   k = m4 / m2^2: z^4 - k - 4 g z - 2 k (z^2 - 1). */
static void find_intervals(const struct powers *p, size_t n, double entries, double mean_scale,
                           double level, struct td_pooled *out) {
    double g = p->mean[2], k = p->mean[3], q = td_t_quantile(level, (double)(n - 1));
    double half_mean = q * mean_scale * error_of(p, (double[]){1, 0, 0, 0}, n);
    double half_log = q * error_of(p, (double[]){0, 1, 0, 0}, n); /* of ln variance */
    double half_skewness = q * error_of(p, (double[]){-3, -1.5 * g, 1, 0}, n);
    double half_kurtosis = q * error_of(p, (double[]){-4 * g, -2 * k, 0, 1}, n);
    double unbiased = out->value[TD_VARIANCE] * (entries / (entries - 1));
    out->lo[TD_MEAN] = out->value[TD_MEAN] - half_mean;
    out->hi[TD_MEAN] = out->value[TD_MEAN] + half_mean;
    out->lo[TD_VARIANCE] = unbiased * exp(-half_log);
    out->hi[TD_VARIANCE] = unbiased * exp(half_log);
    if (n < ROWS_FOR_SHAPE)
        return;
    out->lo[TD_SKEWNESS] = g - half_skewness;
    out->hi[TD_SKEWNESS] = g + half_skewness;
    out->lo[TD_KURTOSIS] = k - 3 - half_kurtosis;
    out->hi[TD_KURTOSIS] = k - 3 + half_kurtosis;
}

void td_pooled_moments(const struct td_block *block, double level, struct td_pooled *out) {
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < TD_POOLED; ++i)
        out->lo[i] = out->hi[i] = NAN;
    struct view w = view_make(block, &out->constant);
    if (out->constant) {
        out->value[TD_MEAN] = w.v[0];
        return;
    }
    double mean = mean_from(&w, 0);
    mean += mean_from(&w, mean); /* what rounding left */
    double variance = variance_about(&w, mean), sd = sqrt(variance);
    struct powers p;
    powers_make(&w, mean, sd, &p);
    out->value[TD_MEAN] = mean / w.scale;
    out->value[TD_VARIANCE] = variance / w.scale / w.scale;
    out->value[TD_SKEWNESS] = p.mean[2];
    out->value[TD_KURTOSIS] = p.mean[3] - 3;
    if (w.n > 1)
        find_intervals(&p, w.n, (double)w.n * (double)w.width, sd / w.scale, level, out);
}

const char *td_pooled_warning(const struct td_block *block, const struct td_pooled *pooled) {
    if (pooled->constant)
        return block->x->n == 1 && block->width == 1
                   ? "one number: variance, skewness and kurtosis are set to 0"
                   : "constant input: skewness and kurtosis are set to 0";
    return block->x->n == 1 ? "one sample: no interval" : "";
}
