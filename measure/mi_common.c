#include "measure/mi_common.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "numeric/memory.h"

const char *const td_mi_unit_names[] = {"bits", "nats", NULL};

double td_mi_from_nats(const struct td_mi_options *o, double nats) {
    return o->unit == TD_NATS ? nats : nats / M_LN2;
}

double td_mi_from_bits(const struct td_mi_options *o, double bits) {
    return o->unit == TD_NATS ? bits * M_LN2 : bits;
}

double td_mi_range(size_t n, size_t d, const double *x) {
    double most = 0;
    for (size_t c = 0; c < d; ++c) {
        double lo = x[c], hi = x[c];
        for (size_t i = 1; i < n; ++i) {
            lo = fmin(lo, x[i * d + c]);
            hi = fmax(hi, x[i * d + c]);
        }
        most = fmax(most, hi - lo);
    }
    return most;
}

/* ---- bootstrap ---- */

enum { DRAWS = 256 };

void td_mi_resample(const struct td_mi_options *o, size_t replicate, size_t n, double *weight) {
    struct td_stream stream = td_stream_make((uint64_t)o->seed, "bootstrap");
    uint32_t bits[DRAWS];
    memset(weight, 0, n * sizeof *weight);
    for (size_t i = 0; i < n; i += DRAWS) {
        size_t m = n - i < DRAWS ? n - i : DRAWS;
        td_random_bits(stream, replicate, 0, i, m, bits);
        for (size_t j = 0; j < m; ++j) /* n < 2^32: uneven by less than n / 2^32 */
            weight[(uint64_t)bits[j] * n >> 32] += 1;
    }
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* By linear interpolation between order statistics. */
static double quantile(size_t n, const double *v, double p) {
    double at = p * (double)(n - 1);
    size_t i = (size_t)at;
    return i + 1 < n ? v[i] + (at - (double)i) * (v[i + 1] - v[i]) : v[n - 1];
}

void td_mi_quantiles(size_t n, double *v, double *lo, double *hi) {
    qsort(v, n, sizeof *v, compare);
    *lo = quantile(n, v, (1 - TD_INTERVAL_LEVEL) / 2);
    *hi = quantile(n, v, (1 + TD_INTERVAL_LEVEL) / 2);
}

td_status td_mi_bootstrap_mean(const struct td_mi_options *o, size_t n, const double *terms,
                               double *lo, double *hi, struct td_error *err) {
    size_t replicates = (size_t)o->bootstrap;
    *lo = *hi = NAN;
    if (replicates == 0 || n < 2)
        return TD_OK;
    double *weight = td_calloc(n, sizeof *weight), *mean = td_calloc(replicates, sizeof *mean);
    td_status status = weight && mean ? TD_OK : td_fail_memory(err, (n + replicates) * 8);
    for (size_t r = 0; r < replicates && !status; ++r) {
        td_mi_resample(o, r, n, weight);
        for (size_t i = 0; i < n; ++i)
            mean[r] += weight[i] * terms[i] / (double)n;
    }
    if (!status)
        td_mi_quantiles(replicates, mean, lo, hi);
    td_free(weight);
    td_free(mean);
    return status;
}

/* ---- subsamples ---- */

enum { PARTS = 3, FEWEST_ROWS = 20, MOST_ROUNDS = 16 };

struct subsample {
    struct td_values values; /* first: catches the estimate */
    double value;
    struct td_matrix in[2];
    double *v[2];
    uint32_t *order;
};

static void catch_value(struct td_values *self, const struct td_value *v) {
    ((struct subsample *)self)->value = v->value;
}

static void gather(struct subsample *s, const struct td_matrix in[2], size_t first) {
    for (size_t a = 0; a < 2; ++a)
        for (size_t i = 0; i < s->in[a].n; ++i)
            memcpy(s->v[a] + i * in[a].d, in[a].v + s->order[first + i] * in[a].d,
                   in[a].d * sizeof(double));
}

/* Estimates from the parts of one partition, their squared distances from the mean added. */
static td_status add_partition(struct subsample *s, td_mi_compute *compute, const void *plain,
                               const struct td_matrix in[2], size_t parts, double *squares,
                               struct td_error *err) {
    struct td_spread spread = {0};
    for (size_t p = 0; p < parts; ++p) {
        gather(s, in, p * s->in[0].n);
        td_status status = compute(plain, s->in, 2, &s->values, err);
        if (status)
            return status;
        td_spread_add(&spread, s->value);
    }
    *squares += spread.squares;
    return TD_OK;
}

static td_status make_subsample(struct subsample *s, const struct td_matrix in[2], size_t rows,
                                struct td_error *err) {
    s->values.add = catch_value;
    s->order = td_calloc(in->n, sizeof *s->order);
    for (size_t a = 0; a < 2; ++a) {
        s->v[a] = td_calloc(rows * in[a].d, sizeof(double));
        s->in[a] = (struct td_matrix){rows, in[a].d, s->v[a], in[a].name};
    }
    bool made = s->order && s->v[0] && s->v[1];
    return made ? TD_OK : td_fail_memory(err, rows * (in[0].d + in[1].d) * sizeof(double));
}

td_status td_mi_subsample(const struct td_mi_options *o, td_mi_compute *compute, const void *plain,
                          const struct td_matrix in[2], double value, double *lo, double *hi,
                          struct td_error *err) {
    size_t n = in->n, parts = n / FEWEST_ROWS < PARTS ? n / FEWEST_ROWS : PARTS;
    *lo = *hi = NAN;
    if (o->bootstrap == 0 || parts < 2)
        return TD_OK;
    size_t rounds = ((size_t)o->bootstrap + parts - 1) / parts;
    rounds = rounds < MOST_ROUNDS ? rounds : MOST_ROUNDS;
    struct subsample s = {0};
    double squares = 0;
    td_status status = make_subsample(&s, in, n / parts, err);
    for (size_t r = 0; r < rounds && !status; ++r) {
        td_random_permutation(td_stream_make((uint64_t)o->seed, "subsample"), r, 0, n, s.order);
        status = add_partition(&s, compute, plain, in, parts, &squares, err);
    }
    if (!status) { /* the variance of an estimate from n / parts rows is parts times that from n */
        double sd = sqrt(squares / (double)(rounds * (parts - 1)) / (double)parts);
        *lo = value - gsl_cdf_ugaussian_Pinv((1 + TD_INTERVAL_LEVEL) / 2) * sd;
        *hi = value + gsl_cdf_ugaussian_Pinv((1 + TD_INTERVAL_LEVEL) / 2) * sd;
    }
    td_free(s.order);
    td_free(s.v[0]);
    td_free(s.v[1]);
    return status;
}

/* ---- warnings ---- */

void td_mi_warn(char warning[TD_WARNING_MAX], const char *format, ...) {
    size_t used = strlen(warning);
    va_list args;
    if (used && used + 2 < TD_WARNING_MAX) {
        memcpy(warning + used, "; ", 3);
        used += 2;
    }
    va_start(args, format);
    vsnprintf(warning + used, TD_WARNING_MAX - used, format, args);
    va_end(args);
}

void td_mi_warn_degenerate(char warning[TD_WARNING_MAX], const struct td_matrix *x) {
    bool rows_equal = true, constant = true;
    for (size_t i = 0; i < x->n * x->d && rows_equal; ++i) {
        rows_equal = x->v[i] == x->v[i % x->d];
        constant &= x->v[i] == x->v[0];
    }
    if (x->n == 1)
        td_mi_warn(warning, "one sample");
    else if (rows_equal)
        td_mi_warn(warning, "%.60s: %s", x->name,
                   constant ? "constant input" : "all rows are equal");
}

/* ---- labels ---- */

td_status td_mi_classes(const struct td_matrix *labels, struct td_groups *out,
                        struct td_error *err) {
    if (labels->d != 1)
        return td_fail(err, TD_BAD_INPUT, "%s is (%zu, %zu): labels are one class a row, (n, 1)",
                       labels->name, labels->n, labels->d);
    return td_groups_of_rows(out, labels, err);
}

void td_mi_sort_rows(const struct td_groups *g, size_t d, const double *x, double *out,
                     size_t *first, size_t *row) {
    memset(first, 0, (g->count + 1) * sizeof *first);
    for (size_t i = 0; i < g->n; ++i)
        ++first[g->of[i] + 1];
    for (size_t k = 0; k < g->count; ++k)
        first[k + 1] += first[k];
    for (size_t i = 0; i < g->n; ++i) { /* first[k] runs to the end of group k ... */
        size_t at = first[g->of[i]]++;
        memcpy(out + at * d, x + i * d, d * sizeof *x);
        row[at] = i;
    }
    for (size_t k = g->count; k > 0; --k) /* ... which is where k + 1 began */
        first[k] = first[k - 1];
    first[0] = 0;
}
