#include <math.h>
#include <stdio.h>
#include <string.h>

#include "numeric/gemm.h"
#include "numeric/linalg.h"
#include "numeric/memory.h"
#include "numeric/random.h"
#include "sim/datas/prepare.h"

struct tree {
    int64_t levels, branching;
    double condition;
};

enum { ITEMS_MAX = 4096 };

/* Leaves of the tree; 0 if there are more than ITEMS_MAX. */
static size_t count_items(const struct tree *p) {
    size_t items = 1;
    for (int64_t l = 0; l < p->levels; l++) {
        items *= (size_t)p->branching;
        if (items > ITEMS_MAX)
            return 0;
    }
    return items;
}

/* One feature a node, root first: 1 for the items below it. */
static size_t count_features(const struct tree *p) {
    size_t features = 0, nodes = 1;
    for (int64_t l = 0; l <= p->levels; l++, nodes *= (size_t)p->branching)
        features += nodes;
    return features;
}

static void fill_targets(const struct tree *p, struct td_dataset *out) {
    size_t n = out->train.n, feature = 0, nodes = 1;
    for (int64_t l = 0; l <= p->levels; l++, nodes *= (size_t)p->branching) {
        for (size_t i = 0; i < n; i++)
            out->train.target[i * out->n_targets + feature + i / (n / nodes)] = 1;
        feature += nodes;
    }
}

/* X = R diag(c) R^T, R random orthogonal, c^2 geometric from condition^(-1/2) to condition^(1/2):
   X^T X has that condition number and determinant 1. */
static td_status colour(double condition, uint64_t seed, size_t n, real *x, struct td_error *err) {
    double *a = td_calloc(n * n, sizeof *a), *q = td_calloc(n * n, sizeof *q);
    td_status status = a && q ? TD_OK : td_fail_memory(err, n * n * sizeof *a);
    if (!status) {
        td_random_dnormal(td_stream_make(seed, "data"), 0, 0, 0, n * n, a);
        status = td_qr(n, n, a, q, NULL, err);
    }
    for (size_t i = 0; i < n && !status; i++)
        for (size_t k = 0; k < n; k++) {
            double at = n > 1 ? (double)k / (double)(n - 1) - 0.5 : 0;
            a[i * n + k] = q[i * n + k] * pow(condition, at / 2);
        }
    double *product = status ? NULL : td_calloc(n * n, sizeof *product);
    if (!status && !product)
        status = td_fail_memory(err, n * n * sizeof *product);
    if (!status) {
        td_dgemm(false, true, n, n, n, a, q, 0, product);
        for (size_t i = 0; i < n * n; i++)
            x[i] = (real)product[i];
    }
    td_free(product);
    td_free(a);
    td_free(q);
    return status;
}

static td_status fill_inputs(const struct tree *p, uint64_t seed, struct td_dataset *out,
                             struct td_error *err) {
    size_t n = out->train.n;
    if (p->condition > 1)
        return colour(p->condition, seed, n, out->train.x, err);
    for (size_t i = 0; i < n; i++)
        out->train.x[i * n + i] = 1;
    return TD_OK;
}

static td_status load(const void *params, uint64_t seed, struct td_dataset *out,
                      struct td_error *err) {
    const struct tree *p = params;
    memset(out, 0, sizeof *out);
    size_t items = count_items(p);
    if (!items)
        return td_fail(err, TD_BAD_INPUT,
                       "tree: %lld levels of branching %lld have more than %d items",
                       (long long)p->levels, (long long)p->branching, ITEMS_MAX);
    out->d = items;
    out->n_targets = count_features(p);
    td_status status = td_split_alloc(&out->train, items, out->d, out->n_targets, err);
    if (!status)
        status = fill_inputs(p, seed, out, err);
    if (!status) {
        fill_targets(p, out);
        status = td_dataset_finish(out, TD_STANDARDIZE_NONE, err);
    }
    if (status)
        td_dataset_free(out);
    else
        snprintf(out->summary, sizeof out->summary,
                 "tree of %lld levels, branching %lld: %zu items, %zu features",
                 (long long)p->levels, (long long)p->branching, items, out->n_targets);
    return status;
}

static bool uses_seed(const void *params) {
    return ((const struct tree *)params)->condition > 1;
}

static const struct td_param table[] = {
    {.name = "levels",
     .type = TD_INT,
     .offset = offsetof(struct tree, levels),
     .initial = "3",
     .min = 0,
     .max = 12,
     .help = "Branchings between the root and an item"},
    {.name = "branching",
     .type = TD_INT,
     .offset = offsetof(struct tree, branching),
     .initial = "2",
     .min = 1,
     .max = ITEMS_MAX,
     .help = "Children of a node"},
    {.name = "condition",
     .type = TD_REAL,
     .offset = offsetof(struct tree, condition),
     .initial = "1",
     .min = 1,
     .max = 1e6,
     .help = "Condition number of X^T X. 1: whitened, the inputs are the identity; else X is a "
             "random symmetric matrix with that spectrum"},
    {0}};

extern const struct td_data td_data_tree;
const struct td_data td_data_tree = {
    .kind = TD_KIND("tree",
                    "Items at the leaves of a tree, one input each, and one target a node, root "
                    "first: 1 for the items below it. Whitened, the singular values of Y^T X are "
                    "known: the differences between siblings whose subtrees have m items each "
                    "have S^2 = sum of the subtree sizes m, m / branching, ..., 1; the mean has "
                    "the same with all items.",
                    "Saxe, McClelland and Ganguli 2019, section 3; Kleinman et al. 2024, figure 2",
                    table, struct tree),
    .load = load,
    .uses_seed = uses_seed,
};
