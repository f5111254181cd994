#include <stdlib.h>

#include "numeric/memory.h"
#include "numeric/random.h"
#include "sim/datas/tabular.h"

static td_status check(const struct td_tabular *p, const char *name, size_t n, size_t n_classes,
                       struct td_error *err) {
    if (n_classes < 2)
        return td_fail(err, TD_BAD_INPUT,
                       "%s: the target has the same value in all %zu rows; at least 2 classes are "
                       "needed",
                       name, n);
    if (p->fold > p->folds)
        return td_fail(err, TD_BAD_INPUT, "fold %lld of %lld: folds are numbered 1 to %lld",
                       (long long)p->fold, (long long)p->folds, (long long)p->folds);
    uint64_t used = p->rows > 0 && (uint64_t)p->rows < n ? (uint64_t)p->rows : n;
    if (used < (uint64_t)p->folds)
        return td_fail(err, TD_BAD_INPUT, "%s: %llu rows cannot be dealt to %lld folds", name,
                       (unsigned long long)used, (long long)p->folds);
    return TD_OK;
}

/* Row numbers by class, shuffled within each. */
static td_status order_by_class(uint64_t seed, const int32_t *label, size_t n, size_t n_classes,
                                uint32_t *order, struct td_error *err) {
    uint32_t *shuffled = td_calloc(n, sizeof *shuffled);
    size_t *next = td_calloc(n_classes + 1, sizeof *next);
    if (shuffled && next) {
        td_random_permutation(td_stream_make(seed, "folds"), 0, 0, n, shuffled);
        for (size_t i = 0; i < n; ++i)
            ++next[label[i] + 1];
        for (size_t k = 0; k < n_classes; ++k)
            next[k + 1] += next[k];
        for (size_t i = 0; i < n; ++i)
            order[next[label[shuffled[i]]]++] = shuffled[i];
    }
    bool fits = shuffled && next;
    td_free(shuffled);
    td_free(next);
    return fits ? TD_OK : td_fail_memory(err, n * sizeof *order);
}

/* Keeps `wanted` of n at even distances. */
static size_t thin_out(uint64_t wanted, size_t n, uint32_t *order) {
    size_t kept = 0;
    if (wanted == 0 || wanted >= n)
        return n;
    for (uint64_t k = 0; k < n; ++k)
        if ((k + 1) * wanted / n > k * wanted / n)
            order[kept++] = order[k];
    return kept;
}

/* Splits n rows: those of `fold` to test, the others to rest, both in their order. */
static void deal(const struct td_tabular *p, const uint32_t *order, size_t n, uint32_t *test,
                 size_t *n_test, uint32_t *rest, size_t *n_rest) {
    *n_test = *n_rest = 0;
    for (size_t k = 0; k < n; ++k) {
        if (p->folds > 1 && k % (size_t)p->folds == (size_t)p->fold - 1)
            test[(*n_test)++] = order[k];
        else
            rest[(*n_rest)++] = order[k];
    }
}

/* Moves about `share` of the rows from train to validation. In a class of m rows all but the first
   may go, each with weight m / (m - 1), so that the share of the whole stays. */
static void take_validation(double share, const int32_t *label, uint32_t *train, size_t *n_train,
                            uint32_t *validation, size_t *n_validation) {
    size_t n = *n_train, kept = 0;
    double due = 0.5;
    *n_validation = 0;
    for (size_t first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && label[train[end]] == label[train[first]];)
            ++end;
        size_t m = end - first;
        train[kept++] = train[first];
        for (size_t k = first + 1; k < end; ++k) {
            due += share * (double)m / (double)(m - 1);
            if (due >= 1) {
                due -= 1;
                validation[(*n_validation)++] = train[k];
            } else {
                train[kept++] = train[k];
            }
        }
    }
    *n_train = kept;
}

static int ascending(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

td_status td_tabular_rows(const struct td_tabular *p, const char *name, const int32_t *label,
                          size_t n, size_t n_classes, struct td_rows *out, struct td_error *err) {
    *out = (struct td_rows){0};
    td_status status = check(p, name, n, n_classes, err);
    if (status)
        return status;
    /* order, test, rest, validation: n each */
    out->memory = td_calloc(n, 4 * sizeof *out->memory);
    if (!out->memory)
        return td_fail_memory(err, 4 * n * sizeof *out->memory);
    uint32_t *order = out->memory, *test = order + n, *train = test + n, *validation = train + n;
    status = order_by_class((uint64_t)p->fold_seed, label, n, n_classes, order, err);
    if (status)
        return status;
    n = thin_out((uint64_t)p->rows, n, order);
    deal(p, order, n, test, &out->n_test, train, &out->n_train);
    if (p->validation_share > 0)
        take_validation(p->validation_share, label, train, &out->n_train, validation,
                        &out->n_validation);
    if (p->validation_share > 0 && out->n_validation == 0)
        return td_fail(err, TD_BAD_INPUT,
                       "%s: validation_share %g of %zu rows is no row (every class keeps one for "
                       "training)",
                       name, p->validation_share, out->n_train);
    qsort(test, out->n_test, sizeof *test, ascending);
    qsort(train, out->n_train, sizeof *train, ascending);
    qsort(validation, out->n_validation, sizeof *validation, ascending);
    out->test = test;
    out->train = train;
    out->validation = validation;
    return TD_OK;
}
