#include "measure/distances.h"

#include <string.h>

#include "measure/lanes.h"
#include "numeric/gemm.h"
#include "numeric/memory.h"

enum {
    DIFFERENCES_UP_TO = 48, /* dimensions */
    DIFFERENCE_ROWS = 4,
    PRODUCT_ROWS = 64,
    ROWS_AT_ONCE = 4,
    VECTORS = 2,
    STEP = VECTORS * TD_LANES /* columns at once; divides TD_TILE_STEP */
};
/* |a - b|^2 below this share of |a|^2 + |b|^2 is taken from differences: the sum's own error is a
   few 1e-16 of |a|^2 + |b|^2. */
static const double cancelled = 1e-5;

/* ---- copies ---- */

static void copy_scaled(size_t n, const double *v, double scale, double *out) {
    for (size_t i = 0; i < n; ++i)
        out[i] = v[i] * scale;
}

static void transpose(const struct td_distances *s, const double *b) {
    for (size_t j = 0; j < s->m; ++j)
        for (size_t c = 0; c < s->d; ++c)
            s->bt[c * s->stride + j] = b[j * s->d + c];
}

/* out = v - mean, rows of d; their squared lengths. */
static void subtract(size_t n, size_t d, const double *v, const double *mean, double *out,
                     double *squared) {
    for (size_t i = 0; i < n; ++i)
        for (size_t c = 0; c < d; ++c) {
            double x = out[i * d + c] = v[i * d + c] - mean[c];
            squared[i] += x * x;
        }
}

/* Takes the means of a's columns off both, so that an offset does not cancel. */
static td_status center(struct td_distances *s, struct td_error *err) {
    double *mean = td_calloc(s->d, sizeof *mean);
    if (!mean)
        return td_fail_memory(err, s->d * sizeof *mean);
    for (size_t i = 0; i < s->n; ++i)
        for (size_t c = 0; c < s->d; ++c)
            mean[c] += s->a[i * s->d + c] / (double)s->n;
    subtract(s->n, s->d, s->a, mean, s->ac, s->a_sq);
    subtract(s->m, s->d, s->b, mean, s->bc, s->b_sq);
    td_free(mean);
    return TD_OK;
}

static td_status make_by_product(struct td_distances *s, const double *b, double scale,
                                 struct td_error *err) {
    s->b = b ? td_calloc(s->m * s->d, sizeof *s->b) : s->a;
    s->ac = td_calloc(s->n * s->d, sizeof *s->ac);
    s->bc = td_calloc(s->m * s->d, sizeof *s->bc);
    s->a_sq = td_calloc(s->n, sizeof *s->a_sq);
    s->b_sq = td_calloc(s->m, sizeof *s->b_sq);
    if (!s->b || !s->ac || !s->bc || !s->a_sq || !s->b_sq)
        return td_fail_memory(err, s->m * s->d * sizeof *s->b);
    if (b)
        copy_scaled(s->m * s->d, b, scale, s->b);
    return center(s, err);
}

static td_status make_by_differences(struct td_distances *s, const double *b, double scale,
                                     struct td_error *err) {
    size_t total;
    s->stride = (s->m + STEP - 1) / STEP * STEP;
    s->bt = td_mul(s->d, s->stride, &total) ? td_calloc(total, sizeof *s->bt) : NULL;
    if (!s->bt)
        return td_fail_memory(err, s->d * s->stride * sizeof *s->bt);
    transpose(s, b ? b : s->a);
    if (b)
        copy_scaled(total, s->bt, scale, s->bt);
    return TD_OK;
}

td_status td_distances_make(struct td_distances *s, size_t n, const double *a, size_t m,
                            const double *b, size_t d, double scale, struct td_error *err) {
    *s = (struct td_distances){.n = n, .m = b ? m : n, .d = d, .by_product = d > DIFFERENCES_UP_TO};
    s->tile_rows = s->by_product ? PRODUCT_ROWS : DIFFERENCE_ROWS;
    s->a = td_calloc(n * d, sizeof *s->a);
    td_status status = s->a ? TD_OK : td_fail_memory(err, n * d * sizeof *s->a);
    if (!status) {
        copy_scaled(n * d, a, scale, s->a);
        status = s->by_product ? make_by_product(s, b, scale, err)
                               : make_by_differences(s, b, scale, err);
    }
    if (status)
        td_distances_free(s);
    return status;
}

void td_distances_free(struct td_distances *s) {
    if (s->b != s->a)
        td_free(s->b);
    td_free(s->a);
    td_free(s->bt);
    td_free(s->ac);
    td_free(s->bc);
    td_free(s->a_sq);
    td_free(s->b_sq);
    memset(s, 0, sizeof *s);
}

/* ---- by differences ---- */

/* ROWS_AT_ONCE rows of a against STEP rows of b, all sums in registers. */
static inline void difference_block(const struct td_distances *s, size_t i, size_t j, double *out) {
    td_lanes sum[ROWS_AT_ONCE][VECTORS];
    const double *a = s->a + i * s->d, *bt = s->bt + j;
    for (size_t r = 0; r < ROWS_AT_ONCE; ++r)
        for (size_t v = 0; v < VECTORS; ++v)
            sum[r][v] = (td_lanes){0};
    for (size_t c = 0; c < s->d; ++c) {
        td_lanes b[VECTORS];
        for (size_t v = 0; v < VECTORS; ++v)
            b[v] = *td_lanes_at(bt + c * s->stride + v * TD_LANES);
        for (size_t r = 0; r < ROWS_AT_ONCE; ++r)
            for (size_t v = 0; v < VECTORS; ++v) {
                td_lanes difference = a[r * s->d + c] - b[v];
                sum[r][v] += difference * difference;
            }
    }
    for (size_t r = 0; r < ROWS_AT_ONCE; ++r)
        for (size_t v = 0; v < VECTORS; ++v)
            *td_lanes_to(out + r * TD_TILE_COLUMNS + v * TD_LANES) = sum[r][v];
}

static inline void difference_lanes(const struct td_distances *s, size_t i, size_t j, double *out) {
    td_lanes sum = {0};
    for (size_t c = 0; c < s->d; ++c) {
        td_lanes difference = s->a[i * s->d + c] - *td_lanes_at(s->bt + c * s->stride + j);
        sum += difference * difference;
    }
    *td_lanes_to(out) = sum;
}

static void tile_by_differences(const struct td_distances *s, size_t i0, size_t n_rows, size_t j0,
                                size_t n_columns, double *out) {
    size_t r = 0;
    for (; r + ROWS_AT_ONCE <= n_rows; r += ROWS_AT_ONCE)
        for (size_t j = 0; j < n_columns; j += STEP)
            difference_block(s, i0 + r, j0 + j, out + r * TD_TILE_COLUMNS + j);
    for (; r < n_rows; ++r)
        for (size_t j = 0; j < n_columns; j += TD_LANES)
            difference_lanes(s, i0 + r, j0 + j, out + r * TD_TILE_COLUMNS + j);
}

/* ---- by product ---- */

static double difference(size_t d, const double *a, const double *b) {
    enum { SUMS = 8 }; /* of their own, so that they can be formed at once */
    double sums[SUMS] = {0}, sum = 0;
    size_t c = 0;
    for (; c + SUMS <= d; c += SUMS)
        for (size_t l = 0; l < SUMS; ++l)
            sums[l] += (a[c + l] - b[c + l]) * (a[c + l] - b[c + l]);
    for (; c < d; ++c)
        sum += (a[c] - b[c]) * (a[c] - b[c]);
    for (size_t l = 0; l < SUMS; ++l)
        sum += sums[l];
    return sum;
}

static void tile_by_product(const struct td_distances *s, size_t i0, size_t n_rows, size_t j0,
                            size_t n_columns, double *out) {
    double product[PRODUCT_ROWS * TD_TILE_COLUMNS];
    const double *a = s->a + i0 * s->d, *b = s->b + j0 * s->d;
    td_dgemm(false, true, n_rows, n_columns, s->d, s->ac + i0 * s->d, s->bc + j0 * s->d, 0,
             product);
    for (size_t r = 0; r < n_rows; ++r)
        for (size_t j = 0; j < n_columns; ++j) {
            double sum = s->a_sq[i0 + r] + s->b_sq[j0 + j];
            double distance = sum - 2 * product[r * n_columns + j];
            if (distance <= cancelled * sum)
                distance = difference(s->d, a + r * s->d, b + j * s->d);
            out[r * TD_TILE_COLUMNS + j] = distance;
        }
}

void td_distances_tile(const struct td_distances *s, size_t i0, size_t n_rows, size_t j0,
                       size_t n_columns, double *out) {
    if (s->by_product)
        tile_by_product(s, i0, n_rows, j0, n_columns, out);
    else
        tile_by_differences(s, i0, n_rows, j0, n_columns, out);
}
