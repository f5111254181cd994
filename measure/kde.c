#include "measure/kde.h"

#include <math.h>
#include <string.h>

#include "measure/distances.h"
#include "measure/lanes.h"
#include "numeric/memory.h"
#include "numeric/vec.h"

/* exp(-175)^4 is still a normal number, and 1e304 of them would not be seen beside a row's own
   kernel, which is 1. */
static const double least_exponent = -175;

/* Sums over pairs of different rows: out[i] = sum_{j != i} weight[j] K(i, j). */
struct sums {
    struct td_distances distances;
    double rate;
    const double *weight[TD_KDE_BOUNDS]; /* NULL: 1 */
    double *out[TD_KDE_BOUNDS];          /* (n, padded) */
    double *tile;                        /* (tile_rows, TD_TILE_COLUMNS) */
};

static void kernels(const struct sums *s, size_t n_rows, size_t n_columns) {
    for (size_t r = 0; r < n_rows; ++r) {
        double *row = s->tile + r * TD_TILE_COLUMNS;
        for (size_t j = 0; j < n_columns; ++j) {
            double x = -s->rate * row[j];
            row[j] = x > least_exponent ? x : least_exponent;
        }
        td_dvec_exp(n_columns, row, row);
    }
}

/* One row's kernels with columns first .. n_columns - 1 of the tile, to both their sums; those
   before `first` become 0. */
static void add_row(const struct sums *s, size_t i, size_t j0, size_t first, size_t n_columns) {
    double *k = s->tile + i % s->distances.tile_rows * TD_TILE_COLUMNS;
    double *upper = s->out[TD_KDE_UPPER] + j0, *lower = s->out[TD_KDE_LOWER] + j0;
    td_lanes row_upper = {0}, row_lower = {0};
    size_t j = first / TD_LANES * TD_LANES, end = (n_columns + TD_LANES - 1) / TD_LANES * TD_LANES;
    for (size_t l = j; l < first; ++l)
        k[l] = 0;
    for (size_t l = n_columns; l < end; ++l)
        k[l] = 0;
    for (; j < end; j += TD_LANES) {
        td_lanes k1 = *td_lanes_at(k + j), k2 = k1 * k1, k4 = k2 * k2;
        row_upper += k4;
        row_lower += k1;
        *td_lanes_to(upper + j) += k4;
        *td_lanes_to(lower + j) += k1;
    }
    s->out[TD_KDE_UPPER][i] += td_lanes_sum(&row_upper);
    s->out[TD_KDE_LOWER][i] += td_lanes_sum(&row_lower);
}

static void add_row_weighted(const struct sums *s, size_t i, size_t j0, size_t first,
                             size_t n_columns) {
    const double *k = s->tile + i % s->distances.tile_rows * TD_TILE_COLUMNS;
    for (size_t b = 0; b < TD_KDE_BOUNDS; ++b) {
        const double *weight = s->weight[b];
        double sum = 0;
        for (size_t j = first; j < n_columns; ++j) {
            double kernel = b == TD_KDE_LOWER ? k[j] : k[j] * k[j] * (k[j] * k[j]);
            sum += weight[j0 + j] * kernel;
            s->out[b][j0 + j] += weight[i] * kernel;
        }
        s->out[b][i] += sum;
    }
}

/* Every pair once: rows above the diagonal of each block of columns. */
static void add_all(const struct sums *s) {
    size_t n = s->distances.n, rows = s->distances.tile_rows;
    for (size_t j0 = 0; j0 < n; j0 += TD_TILE_COLUMNS) {
        size_t n_columns = n - j0 < TD_TILE_COLUMNS ? n - j0 : TD_TILE_COLUMNS;
        for (size_t i0 = 0; i0 < j0 + n_columns; i0 += rows) {
            size_t n_rows = n - i0 < rows ? n - i0 : rows;
            td_distances_tile(&s->distances, i0, n_rows, j0, n_columns, s->tile);
            kernels(s, n_rows, n_columns);
            for (size_t i = i0; i < i0 + n_rows; ++i) {
                size_t first = i < j0 ? 0 : i + 1 - j0;
                if (s->weight[0])
                    add_row_weighted(s, i, j0, first, n_columns);
                else
                    add_row(s, i, j0, first, n_columns);
            }
        }
    }
}

static void free_sums(struct sums *s) {
    td_distances_free(&s->distances);
    td_free(s->tile);
    for (size_t b = 0; b < TD_KDE_BOUNDS; ++b)
        td_free(s->out[b]);
}

static td_status make_sums(struct sums *s, size_t n, size_t d, const double *x, double log_rate,
                           struct td_error *err) {
    memset(s, 0, sizeof *s);
    /* a rate that leaves the range: all rows apart, or none */
    s->rate = log_rate > 690 ? exp(690) : exp(log_rate);
    td_status status = td_distances_make(&s->distances, n, x, 0, NULL, d, 1, err);
    if (!status) {
        s->tile = td_calloc(s->distances.tile_rows * TD_TILE_COLUMNS, sizeof *s->tile);
        for (size_t b = 0; b < TD_KDE_BOUNDS; ++b)
            s->out[b] = td_calloc(n, sizeof(double));
        if (!s->tile || !s->out[0] || !s->out[1])
            status = td_fail_memory(err, 2 * n * sizeof(double));
    }
    return status;
}

/* Adds 1 - K(i, i) / S_i - sum_{j != i} K(i, j) / S_j, S = sums with a row's own kernel, 1. */
static td_status add_influence(struct sums *s, double *const term[TD_KDE_BOUNDS],
                               struct td_error *err) {
    size_t n = s->distances.n;
    double *inverse = td_calloc(2 * n, sizeof *inverse);
    if (!inverse)
        return td_fail_memory(err, 2 * n * sizeof *inverse);
    for (size_t b = 0; b < TD_KDE_BOUNDS; ++b) {
        s->weight[b] = inverse + b * n;
        for (size_t i = 0; i < n; ++i)
            inverse[b * n + i] = 1 / (1 + s->out[b][i]);
        memset(s->out[b], 0, n * sizeof *s->out[b]);
    }
    add_all(s);
    for (size_t b = 0; b < TD_KDE_BOUNDS; ++b)
        for (size_t i = 0; i < n; ++i)
            term[b][i] += 1 - inverse[b * n + i] - s->out[b][i];
    td_free(inverse);
    return TD_OK;
}

td_status td_kde_terms(size_t n, size_t d, const double *x, double log_rate, bool influence,
                       double *const term[TD_KDE_BOUNDS], struct td_error *err) {
    struct sums s;
    td_status status = make_sums(&s, n, d, x, log_rate, err);
    if (!status) {
        add_all(&s);
        for (size_t b = 0; b < TD_KDE_BOUNDS; ++b)
            for (size_t i = 0; i < n; ++i)
                term[b][i] = log((double)n) - log1p(s.out[b][i]);
        if (influence)
            status = add_influence(&s, term, err);
    }
    free_sums(&s);
    return status;
}
