#include "sweep/index_rows.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sweep/index_observed.h"

static int rank_of(const struct td_found_record *record, const struct td_member *member) {
    bool asked = member && member->observed == record->observed;
    bool failed = record->status == TD_TASK_FAILED;
    return asked ? (failed ? 2 : 3) : (failed ? 0 : 1);
}

size_t td_rows_choose(const struct td_found_record *records, size_t n,
                      const struct td_member *member, bool *current) {
    size_t best = 0;
    for (size_t i = 1; i < n; ++i) {
        int rank = rank_of(&records[i], member), best_rank = rank_of(&records[best], member);
        /* Records that answer other requests: by what they measured, not by which log is read
           last, so that the index does not depend on how records are spread over logs. */
        if (rank > best_rank ||
            (rank == best_rank && records[i].observed >= records[best].observed))
            best = i;
    }
    *current = n > 0 && rank_of(&records[best], member) >= 2;
    return best;
}

static int by_key(const char *measure_a, const char *site_a, int64_t step_a, const char *measure_b,
                  const char *site_b, int64_t step_b) {
    int order = strcmp(measure_a, measure_b);
    if (!order)
        order = strcmp(site_a, site_b);
    return order ? order : (step_a > step_b) - (step_a < step_b);
}

static int by_value_key(const void *a, const void *b) {
    const struct td_record_value *x = a, *y = b;
    return by_key(x->measure, x->site, x->step, y->measure, y->site, y->step);
}

static int by_array_key(const void *a, const void *b) {
    const struct td_record_array *x = a, *y = b;
    return by_key(x->measure, x->site, x->step, y->measure, y->site, y->step);
}

static td_status fail_twice(const struct td_record *record, const char *measure, const char *site,
                            int64_t step, struct td_error *err) {
    return td_fail(err, TD_FAILED,
                   "task %s (%s, seed %" PRIu64 ") holds %s at '%s', step %" PRId64 " twice",
                   record->id, record->experiment, record->seed, measure, site, step);
}

td_status td_rows_sort(struct td_record *record, struct td_error *err) {
    /* td_record_unpack gave memory of our own; the record only promises not to change it. */
    struct td_record_value *values = (struct td_record_value *)(uintptr_t)record->values;
    struct td_record_array *arrays = (struct td_record_array *)(uintptr_t)record->arrays;
    if (record->n_values)
        qsort(values, record->n_values, sizeof *values, by_value_key);
    if (record->n_arrays)
        qsort(arrays, record->n_arrays, sizeof *arrays, by_array_key);
    for (size_t i = 1; i < record->n_values; ++i)
        if (by_value_key(&values[i - 1], &values[i]) == 0)
            return fail_twice(record, values[i].measure, values[i].site, values[i].step, err);
    for (size_t i = 1; i < record->n_arrays; ++i)
        if (by_array_key(&arrays[i - 1], &arrays[i]) == 0)
            return fail_twice(record, arrays[i].measure, arrays[i].site, arrays[i].step, err);
    return TD_OK;
}

static bool same_number(double a, double b) {
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static td_status fail_differ(const struct td_record *a, const char *what, const char *measure,
                             const char *site, int64_t step, struct td_error *err) {
    return td_fail(err, TD_FAILED,
                   "task %s (%s, seed %" PRIu64 ") was computed twice with different results: %s%s "
                   "at '%s', step %" PRId64
                   ". Equal tasks must give equal bytes: this is a bug, or "
                   "a file of the store was changed; --fresh starts again",
                   a->id, a->experiment, a->seed, measure, what, site, step);
}

static td_status values_agree(const struct td_record *a, const struct td_record *b,
                              struct td_error *err) {
    bool all = a->observed == b->observed;
    size_t i = 0, j = 0;
    while (i < a->n_values && j < b->n_values) {
        const struct td_record_value *x = &a->values[i], *y = &b->values[j];
        int order = by_value_key(x, y);
        const struct td_record_value *only = order < 0 ? x : y;
        if (order && all)
            return fail_differ(a, " is in one only,", only->measure, only->site, only->step, err);
        if (!order && (!same_number(x->value, y->value) || strcmp(x->flag, y->flag) != 0)) {
            char what[120];
            snprintf(what, sizeof what, " is %.17g in one, %.17g in the other", x->value, y->value);
            return fail_differ(a, what, x->measure, x->site, x->step, err);
        }
        i += order <= 0;
        j += order >= 0;
    }
    if (all && (i < a->n_values || j < b->n_values)) {
        const struct td_record_value *only = i < a->n_values ? &a->values[i] : &b->values[j];
        return fail_differ(a, " is in one only,", only->measure, only->site, only->step, err);
    }
    return TD_OK;
}

static bool same_array(const struct td_record_array *x, const struct td_record_array *y) {
    size_t count = 1;
    for (size_t i = 0; i < x->ndim; ++i)
        count *= x->shape[i];
    if (x->ndim != y->ndim || memcmp(x->shape, y->shape, x->ndim * sizeof *x->shape) != 0)
        return false;
    for (size_t i = 0; i < count; ++i)
        if (!same_number(x->v[i], y->v[i]))
            return false;
    return true;
}

static td_status arrays_agree(const struct td_record *a, const struct td_record *b,
                              struct td_error *err) {
    bool all = a->observed == b->observed;
    for (size_t i = 0, j = 0; i < a->n_arrays || j < b->n_arrays;) {
        int order = i == a->n_arrays   ? 1
                    : j == b->n_arrays ? -1
                                       : by_array_key(&a->arrays[i], &b->arrays[j]);
        const struct td_record_array *x = order <= 0 ? &a->arrays[i] : &b->arrays[j];
        if (order ? all : !same_array(x, &b->arrays[j]))
            return fail_differ(a, " (an array) differs", x->measure, x->site, x->step, err);
        i += order <= 0;
        j += order >= 0;
    }
    return TD_OK;
}

td_status td_rows_agree(const struct td_record *a, const struct td_record *b,
                        struct td_error *err) {
    if (a->status != b->status || a->status_step != b->status_step)
        return td_fail(err, TD_FAILED,
                       "task %s (%s, seed %" PRIu64 ") was computed twice: once it diverged, at "
                       "step %" PRId64 ", once it did not, or elsewhere; --fresh starts again",
                       a->id, a->experiment, a->seed,
                       a->status == TD_TASK_DIVERGED ? a->status_step : b->status_step);
    if (a->observed != b->observed && !td_observed_within(&a->settings, &b->settings) &&
        !td_observed_within(&b->settings, &a->settings))
        return TD_OK; /* equal names may stand for different measures */
    td_status status = values_agree(a, b, err);
    return status ? status : arrays_agree(a, b, err);
}
