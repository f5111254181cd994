#include "sim/datas/prepare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "numeric/memory.h"
#include "numeric/random.h"

const char *const td_standardize_names[] = {"none", "feature", "global", NULL};

/* ---- memory ---- */

td_status td_split_alloc(struct td_split *split, size_t n, size_t d, size_t n_targets,
                         struct td_error *err) {
    size_t values;
    memset(split, 0, sizeof *split);
    if (n == 0)
        return TD_OK;
    if (!td_mul(n, d, &values) || !td_mul(values, sizeof(real), &values))
        return td_fail(err, TD_BAD_INPUT, "%zu samples of %zu features are too many", n, d);
    split->n = n;
    split->x = td_calloc(n * d, sizeof(real));
    if (n_targets && td_mul(n, n_targets, &values))
        split->target = td_calloc(values, sizeof(real));
    else if (!n_targets)
        split->label = td_calloc(n, sizeof(int32_t));
    if (split->x && (split->target || split->label))
        return TD_OK;
    td_split_free(split);
    return td_fail_memory(err, n * (d + n_targets) * sizeof(real));
}

void td_split_free(struct td_split *split) {
    td_free(split->x);
    td_free(split->label);
    td_free(split->target);
    memset(split, 0, sizeof *split);
}

/* ---- rows ---- */

td_status td_samples_take(int64_t wanted, size_t there, const char *what, size_t *out,
                          struct td_error *err) {
    if (wanted > 0 && (uint64_t)wanted > there)
        return td_fail(err, TD_BAD_INPUT, "%s: %lld samples wanted, there are %zu", what,
                       (long long)wanted, there);
    *out = wanted > 0 ? (size_t)wanted : there;
    return TD_OK;
}

/* round(share n); a share above 0 must leave samples both in the part and, of the `left` that are
   not taken yet, outside it. */
static td_status take_share(double share, const char *name, size_t n, size_t left, size_t *out,
                            struct td_error *err) {
    *out = (size_t)(share * (double)n + 0.5);
    if (share > 0 && (*out == 0 || *out >= left))
        return td_fail(err, TD_BAD_INPUT,
                       "%s %g of %zu samples leaves one part empty; every part needs a sample",
                       name, share, n);
    return TD_OK;
}

td_status td_rows_split(size_t n, struct td_shares shares, const struct td_data_common *common,
                        uint64_t seed, struct td_rows *out, struct td_error *err) {
    memset(out, 0, sizeof *out);
    if (n > UINT32_MAX)
        return td_fail(err, TD_BAD_INPUT, "%zu samples; at most %u are handled", n, UINT32_MAX);
    size_t n_test, n_validation = 0;
    td_status status = take_share(shares.test, "test_share", n, n, &n_test, err);
    if (!status)
        status =
            take_share(shares.validation, "validation_share", n, n - n_test, &n_validation, err);
    if (!status)
        status = td_samples_take(common->train, n - n_test - n_validation, "training part",
                                 &out->n_train, err);
    if (!status && shares.test > 0)
        status = td_samples_take(common->test, n_test, "test part", &out->n_test, err);
    if (status)
        return status;
    out->memory = td_calloc(n, sizeof *out->memory);
    if (!out->memory)
        return td_fail_memory(err, n * sizeof *out->memory);
    if (shares.test > 0 || shares.validation > 0)
        td_random_permutation(td_stream_make(seed, "data"), 0, 0, n, out->memory);
    else
        for (size_t i = 0; i < n; ++i)
            out->memory[i] = (uint32_t)i;
    out->test = out->memory;
    out->n_validation = n_validation;
    out->validation = out->memory + n_test;
    out->train = out->validation + n_validation;
    return TD_OK;
}

void td_rows_free(struct td_rows *rows) {
    td_free(rows->memory);
    memset(rows, 0, sizeof *rows);
}

const char *td_parts_text(const struct td_dataset *data, char out[TD_PARTS_TEXT]) {
    if (data->validation.n)
        snprintf(out, TD_PARTS_TEXT, "%zu + %zu + %zu", data->train.n, data->validation.n,
                 data->test.n);
    else
        snprintf(out, TD_PARTS_TEXT, "%zu + %zu", data->train.n, data->test.n);
    return out;
}

/* ---- numbers ---- */

td_status td_to_real(double x, const char *name, size_t row, size_t column, real *out,
                     struct td_error *err) {
    *out = (real)x;
    if (isfinite(*out))
        return TD_OK;
    if (isnan(x) || isinf(x))
        return td_fail(err, TD_BAD_INPUT,
                       "%s: row %zu, column %zu (counted from 0) is %s; only finite numbers are "
                       "allowed",
                       name, row, column,
                       isnan(x) ? "nan"
                       : x > 0  ? "inf"
                                : "-inf");
    return td_fail(err, TD_BAD_INPUT,
                   "%s: row %zu, column %zu (counted from 0) is %g, beyond the range of %s", name,
                   row, column, x, TD_REAL_NAME);
}

td_status td_to_label(double x, const char *name, size_t row, int32_t *out, struct td_error *err) {
    if (!(x >= 0 && x < TD_CLASSES_MAX && x == floor(x)))
        return td_fail(err, TD_BAD_INPUT,
                       "%s: row %zu (counted from 0): %g is no class; whole numbers from 0 to %d "
                       "are",
                       name, row, x, TD_CLASSES_MAX - 1);
    *out = (int32_t)x;
    return TD_OK;
}

/* ---- standardisation ---- */

/* Of d columns: mean, scale (1 / standard deviation, with 1/n), least and most value. */
struct moments {
    double *memory, *mean, *scale, *least, *most;
};

static td_status moments_alloc(struct moments *m, size_t d, struct td_error *err) {
    m->memory = d <= SIZE_MAX / 4 ? td_calloc(4 * d, sizeof(double)) : NULL;
    if (!m->memory)
        return td_fail_memory(err, 4 * d * sizeof(double));
    m->mean = m->memory;
    m->scale = m->mean + d;
    m->least = m->scale + d;
    m->most = m->least + d;
    return TD_OK;
}

static void sum_columns(const struct td_split *s, size_t d, struct moments *m) {
    double each = 1.0 / (double)s->n; /* summing x / n cannot overflow */
    for (size_t j = 0; j < d; ++j)
        m->least[j] = m->most[j] = (double)s->x[j];
    for (size_t i = 0; i < s->n; ++i) {
        for (size_t j = 0; j < d; ++j) {
            double x = (double)s->x[i * d + j];
            m->mean[j] += x * each;
            m->least[j] = x < m->least[j] ? x : m->least[j];
            m->most[j] = x > m->most[j] ? x : m->most[j];
        }
    }
    for (size_t i = 0; i < s->n; ++i) {
        for (size_t j = 0; j < d; ++j) {
            double x = (double)s->x[i * d + j] - m->mean[j];
            m->scale[j] += x * x * each;
        }
    }
}

/* From sums of squares to factors. A constant is told by its range, for rounding may leave a tiny
   sum of squares. */
static td_status find_scales(size_t d, struct moments *m, struct td_error *err) {
    for (size_t j = 0; j < d; ++j) {
        bool constant = m->least[j] == m->most[j];
        if (constant)
            m->mean[j] = m->least[j];
        m->scale[j] = constant ? 1.0 : 1.0 / sqrt(m->scale[j]);
        if (!(m->scale[j] > 0 && isfinite(m->scale[j])))
            return td_fail(err, TD_BAD_INPUT,
                           "column %zu (counted from 0) cannot be standardized: its values span %g "
                           "to %g",
                           j, m->least[j], m->most[j]);
    }
    return TD_OK;
}

static void apply_moments(struct td_split *s, size_t d, const struct moments *m) {
    for (size_t i = 0; i < s->n; ++i)
        for (size_t j = 0; j < d; ++j)
            s->x[i * d + j] = (real)(((double)s->x[i * d + j] - m->mean[j]) * m->scale[j]);
}

/* Of the training part. */
static td_status find_moments(const struct td_split *train, size_t d, struct moments *m,
                              struct td_error *err) {
    td_status status = moments_alloc(m, d, err);
    if (status)
        return status;
    sum_columns(train, d, m);
    return find_scales(d, m, err);
}

/* Values of the other parts may leave the range of `real` when a feature hardly varies in training.
 */
static td_status check_finite(const struct td_split *s, size_t d, const char *part,
                              struct td_error *err) {
    for (size_t i = 0; i < s->n * d; ++i)
        if (!isfinite(s->x[i]))
            return td_fail(err, TD_BAD_INPUT,
                           "%s sample %zu, feature %zu (counted from 0) leaves the range of %s "
                           "when standardized",
                           part, i / d, i % d, TD_REAL_NAME);
    return TD_OK;
}

static td_status standardize_parts(struct td_dataset *data, int standardize, struct td_error *err) {
    /* global: all values as one column */
    size_t width = standardize == TD_STANDARDIZE_GLOBAL ? data->d : 1, d = data->d / width;
    struct td_split parts[] = {data->train, data->validation, data->test};
    struct moments m = {0};
    for (int i = 0; i < 3; ++i)
        parts[i].n *= width;
    td_status status = find_moments(&parts[0], d, &m, err);
    for (int i = 0; i < 3 && !status; ++i)
        apply_moments(&parts[i], d, &m);
    td_free(m.memory);
    if (!status)
        status = check_finite(&data->validation, data->d, "validation", err);
    return status ? status : check_finite(&data->test, data->d, "test", err);
}

/* ---- checksum ---- */

static uint64_t checksum_split(const struct td_split *s, const struct td_dataset *data,
                               uint64_t seed) {
    uint64_t h = XXH3_64bits_withSeed(&s->n, sizeof s->n, seed);
    if (s->x)
        h = XXH3_64bits_withSeed(s->x, s->n * data->d * sizeof *s->x, h);
    if (s->label)
        h = XXH3_64bits_withSeed(s->label, s->n * sizeof *s->label, h);
    if (s->target)
        h = XXH3_64bits_withSeed(s->target, s->n * data->n_targets * sizeof *s->target, h);
    return h;
}

td_status td_dataset_finish(struct td_dataset *data, int standardize, struct td_error *err) {
    td_status status = TD_OK;
    if (standardize != TD_STANDARDIZE_NONE)
        status = standardize_parts(data, standardize, err);
    data->checksum = checksum_split(&data->test, data, checksum_split(&data->train, data, 0));
    if (data->validation.n)
        data->checksum = checksum_split(&data->validation, data, data->checksum);
    return status;
}
