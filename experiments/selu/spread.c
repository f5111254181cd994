#include "experiments/selu/spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/memory.h"

struct td_slice_moments {
    size_t units, samples;
    double *sum, *square; /* (samples): of x - shift, over the units so far */
    double *mean, *var;   /* (units) */
};

td_status td_slice_moments_create(size_t units, size_t samples, struct td_slice_moments **out,
                                  struct td_error *err) {
    struct td_slice_moments *s = calloc(1, sizeof *s);
    *out = s;
    if (!s)
        return td_fail_memory(err, sizeof *s);
    s->units = units;
    s->samples = samples;
    s->sum = td_calloc(samples, sizeof *s->sum);
    s->square = td_calloc(samples, sizeof *s->square);
    s->mean = td_calloc(units, sizeof *s->mean);
    s->var = td_calloc(units, sizeof *s->var);
    if (!s->sum || !s->square || !s->mean || !s->var)
        return td_fail_memory(err, 2 * (units + samples) * sizeof(double));
    return TD_OK;
}

void td_slice_moments_free(struct td_slice_moments *s) {
    if (!s)
        return;
    td_free(s->sum);
    td_free(s->square);
    td_free(s->mean);
    td_free(s->var);
    free(s);
}

static double deviation(size_t n, const double *v) {
    double mean = 0, square = 0;
    for (size_t i = 0; i < n; i++)
        mean += v[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        square += (v[i] - mean) * (v[i] - mean) / (double)n;
    return sqrt(square);
}

static struct td_slice_spread spread_of(size_t n, const double *mean, const double *var,
                                        struct td_slice_box box) {
    size_t inside = 0;
    for (size_t i = 0; i < n; i++)
        inside += fabs(mean[i]) <= box.most && var[i] >= box.lo && var[i] <= box.hi;
    return (struct td_slice_spread){deviation(n, mean), deviation(n, var),
                                    (double)inside / (double)n};
}

/* Moments of one unit; adds it to the sums of the samples. */
static void add_unit(struct td_slice_moments *s, const real *x, double shift, double *mean,
                     double *var) {
    double sum = 0, square = 0, n = (double)s->samples;
    for (size_t j = 0; j < s->samples; j++) {
        double d = (double)x[j] - shift;
        sum += d;
        s->sum[j] += d;
        s->square[j] += d * d;
    }
    *mean = shift + sum / n;
    for (size_t j = 0; j < s->samples; j++) {
        double d = (double)x[j] - *mean;
        square += d * d;
    }
    *var = square / n;
}

void td_slice_moments_of(struct td_slice_moments *s, const real *x, struct td_slice_box box,
                         struct td_slice_spread *by_sample, struct td_slice_spread *by_unit) {
    const double n = (double)s->units, shift = (double)x[0]; /* against cancellation */
    memset(s->sum, 0, s->samples * sizeof *s->sum);
    memset(s->square, 0, s->samples * sizeof *s->square);
    for (size_t i = 0; i < s->units; i++)
        add_unit(s, x + i * s->samples, shift, &s->mean[i], &s->var[i]);
    *by_unit = spread_of(s->units, s->mean, s->var, box);
    for (size_t j = 0; j < s->samples; j++) {
        double d = s->sum[j] / n;
        s->square[j] = fmax(0, s->square[j] / n - d * d);
        s->sum[j] = shift + d;
    }
    *by_sample = spread_of(s->samples, s->sum, s->square, box);
}
