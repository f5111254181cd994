#include "measure/kde.h"

#include <math.h>
#include <string.h>

#include "measure/distances.h"
#include "measure/lanes.h"
#include "numeric/memory.h"

/* exp(-175)^4 is still a normal number, and 1e304 of them would not be seen beside a row's own
   kernel, which is 1. */
static const double least_exponent = -175;

/* Sums over other rows, of all or of the own class: out[i] = sum_{j != i} weight[j] K(i, j). */
struct sums {
    const double *weight[TD_KDE_BOUNDS]; /* (n); NULL: 1 */
    double *out[TD_KDE_BOUNDS];          /* (n), padded to lanes */
};
struct pairs {
    struct td_distances distances;
    double rate;
    double *tile;      /* (tile_rows, TD_TILE_COLUMNS) */
    size_t *class_end; /* (n) where the row's class ends; NULL: no classes */
    struct sums all, class;
};

/* Kernels of a tile's columns first .. n_columns - 1, first a multiple of TD_TILE_STEP. */
static void kernels(const struct pairs *s, size_t n_rows, size_t first, size_t n_columns) {
    td_lanes rate = -s->rate - (td_lanes){0};
    for (size_t r = 0; r < n_rows; ++r)
        for (size_t j = first; j < n_columns; j += TD_LANES) {
            td_lanes *k = td_lanes_to(s->tile + r * TD_TILE_COLUMNS + j);
            *k = td_lanes_exp(td_lanes_max(*k * rate, least_exponent));
        }
}

/* One row's kernels k with columns first .. end - 1 of the tile, to both their sums; kernels beside
   them, up to a register's end, become 0. */
static void add_row(const struct sums *s, double *k, size_t i, size_t j0, size_t first,
                    size_t end) {
    double *upper = s->out[TD_KDE_UPPER] + j0, *lower = s->out[TD_KDE_LOWER] + j0;
    td_lanes row_upper = {0}, row_lower = {0};
    size_t from = first / TD_LANES * TD_LANES, to = (end + TD_LANES - 1) / TD_LANES * TD_LANES;
    for (size_t j = from; j < first; ++j)
        k[j] = 0;
    for (size_t j = end; j < to; ++j)
        k[j] = 0;
    for (size_t j = from; j < to; j += TD_LANES) {
        td_lanes k1 = *td_lanes_at(k + j), k2 = k1 * k1, k4 = k2 * k2;
        row_upper += k4;
        row_lower += k1;
        *td_lanes_to(upper + j) += k4;
        *td_lanes_to(lower + j) += k1;
    }
    s->out[TD_KDE_UPPER][i] += td_lanes_sum(&row_upper);
    s->out[TD_KDE_LOWER][i] += td_lanes_sum(&row_lower);
}

static void add_row_weighted(const struct sums *s, const double *k, size_t i, size_t j0,
                             size_t first, size_t end) {
    for (size_t b = 0; b < TD_KDE_BOUNDS; ++b) {
        const double *weight = s->weight[b];
        double sum = 0;
        for (size_t j = first; j < end; ++j) {
            double kernel = b == TD_KDE_LOWER ? k[j] : k[j] * k[j] * (k[j] * k[j]);
            sum += weight[j0 + j] * kernel;
            s->out[b][j0 + j] += weight[i] * kernel;
        }
        s->out[b][i] += sum;
    }
}

static void add(const struct sums *s, double *k, size_t i, size_t j0, size_t first, size_t end) {
    if (first >= end)
        return;
    if (s->weight[0])
        add_row_weighted(s, k, i, j0, first, end);
    else
        add_row(s, k, i, j0, first, end);
}

/* Every pair once: rows above the diagonal of each block of columns. A class is a run of rows, so
   its columns end before those of all, and come after them, as add_row overwrites kernels. */
static void add_all(const struct pairs *s) {
    size_t n = s->distances.n, rows = s->distances.tile_rows;
    for (size_t j0 = 0; j0 < n; j0 += TD_TILE_COLUMNS) {
        size_t n_columns = n - j0 < TD_TILE_COLUMNS ? n - j0 : TD_TILE_COLUMNS;
        for (size_t i0 = 0; i0 < j0 + n_columns; i0 += rows) {
            size_t n_rows = n - i0 < rows ? n - i0 : rows;
            size_t left =
                i0 < j0 ? 0 : (i0 - j0) / TD_TILE_STEP * TD_TILE_STEP; /* nothing before */
            td_distances_tile(&s->distances, i0, n_rows, j0 + left, n_columns - left,
                              s->tile + left);
            kernels(s, n_rows, left, n_columns);
            for (size_t i = i0; i < i0 + n_rows; ++i) {
                double *k = s->tile + (i - i0) * TD_TILE_COLUMNS;
                size_t first = i < j0 ? 0 : i + 1 - j0;
                add(&s->all, k, i, j0, first, n_columns);
                size_t end = s->class_end && s->class_end[i] > j0 ? s->class_end[i] - j0 : 0;
                add(&s->class, k, i, j0, first, end < n_columns ? end : n_columns);
            }
        }
    }
}

static void free_pairs(struct pairs *s) {
    td_distances_free(&s->distances);
    td_free(s->tile);
    td_free(s->class_end);
    for (size_t b = 0; b < TD_KDE_BOUNDS; ++b) {
        td_free(s->all.out[b]);
        td_free(s->class.out[b]);
    }
}

static td_status make_classes(struct pairs *s, const struct td_kde_classes *classes,
                              struct td_error *err) {
    size_t n = s->distances.n;
    s->class_end = td_calloc(n, sizeof *s->class_end);
    for (size_t b = 0; b < TD_KDE_BOUNDS; ++b)
        s->class.out[b] = td_calloc(n, sizeof(double));
    if (!s->class_end || !s->class.out[0] || !s->class.out[1])
        return td_fail_memory(err, 3 * n * sizeof(double));
    for (size_t k = 0; k < classes->count; ++k)
        for (size_t i = classes->first[k]; i < classes->first[k + 1]; ++i)
            s->class_end[i] = classes->first[k + 1];
    return TD_OK;
}

static td_status make_pairs(struct pairs *s, size_t n, size_t d, const double *x, double log_rate,
                            struct td_error *err) {
    memset(s, 0, sizeof *s);
    /* a rate that leaves the range: all rows apart, or none */
    s->rate = log_rate > 690 ? exp(690) : exp(log_rate);
    td_status status = td_distances_make(&s->distances, n, x, 0, NULL, d, 1, err);
    if (!status) {
        s->tile = td_calloc(s->distances.tile_rows * TD_TILE_COLUMNS, sizeof *s->tile);
        for (size_t b = 0; b < TD_KDE_BOUNDS; ++b)
            s->all.out[b] = td_calloc(n, sizeof(double));
        if (!s->tile || !s->all.out[0] || !s->all.out[1])
            status = td_fail_memory(err, 2 * n * sizeof(double));
    }
    return status;
}

/* ---- terms ---- */

/* ln (rows of all or of the class) - ln S_i, S with a row's own kernel, 1. */
static void terms_of(const struct sums *s, const struct td_kde_classes *classes,
                     double *const term[TD_KDE_BOUNDS]) {
    for (size_t k = 0; k < classes->count; ++k) {
        size_t first = classes->first[k], end = classes->first[k + 1];
        for (size_t b = 0; b < TD_KDE_BOUNDS; ++b)
            for (size_t i = first; i < end; ++i)
                term[b][i] = log1p((double)(end - first - 1)) - log1p(s->out[b][i]);
    }
}

/* From sums to the weights 1 / S of the second pass, whose sums start at 0. */
static void invert(struct sums *s, size_t n, double *inverse) {
    for (size_t b = 0; b < TD_KDE_BOUNDS; ++b) {
        s->weight[b] = inverse + b * n;
        for (size_t i = 0; i < n; ++i)
            inverse[b * n + i] = 1 / (1 + s->out[b][i]);
        memset(s->out[b], 0, n * sizeof *s->out[b]);
    }
}

static void add_influence_terms(const struct sums *s, size_t n, double *const term[TD_KDE_BOUNDS]) {
    for (size_t b = 0; b < TD_KDE_BOUNDS; ++b)
        for (size_t i = 0; i < n; ++i)
            term[b][i] += 1 - s->weight[b][i] - s->out[b][i];
}

/* Adds 1 - K(i, i) / S_i - sum_{j != i} K(i, j) / S_j. */
static td_status add_influence(struct pairs *s, double *const all[TD_KDE_BOUNDS],
                               double *const class[TD_KDE_BOUNDS], struct td_error *err) {
    size_t n = s->distances.n;
    double *inverse = td_calloc(4 * n, sizeof *inverse);
    if (!inverse)
        return td_fail_memory(err, 4 * n * sizeof *inverse);
    invert(&s->all, n, inverse);
    if (s->class_end)
        invert(&s->class, n, inverse + 2 * n);
    add_all(s);
    add_influence_terms(&s->all, n, all);
    if (s->class_end)
        add_influence_terms(&s->class, n, class);
    td_free(inverse);
    return TD_OK;
}

td_status td_kde_terms(size_t n, size_t d, const double *x, double log_rate,
                       const struct td_kde_classes *classes, bool influence,
                       double *const all[TD_KDE_BOUNDS], double *const class[TD_KDE_BOUNDS],
                       struct td_error *err) {
    struct pairs s;
    const struct td_kde_classes one = {1, (const size_t[]){0, n}};
    td_status status = make_pairs(&s, n, d, x, log_rate, err);
    if (!status && classes)
        status = make_classes(&s, classes, err);
    if (!status) {
        add_all(&s);
        terms_of(&s.all, &one, all);
        if (classes)
            terms_of(&s.class, classes, class);
        if (influence)
            status = add_influence(&s, all, class, err);
    }
    free_pairs(&s);
    return status;
}
