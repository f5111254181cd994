#include <math.h>
#include <stdio.h>
#include <string.h>

#include "measure/singular.h"
#include "measure/support.h"
#include "numeric/memory.h"

struct subspaces {
    int64_t rank;
};

/* Orthonormal basis (n, k) of the leading column space: the `rank` first left singular vectors, or
   all above rounding if rank is 0. */
struct basis {
    size_t k;
    double *v;
};

static td_status basis_of(const struct td_matrix *x, size_t rank, struct basis *out,
                          struct td_error *err) {
    size_t most = x->n < x->d ? x->n : x->d;
    double *s = td_calloc(most, sizeof *s), *u = td_calloc(x->n * most, sizeof *u);
    double scale;
    out->v = NULL;
    td_status status = s && u ? TD_OK : td_fail_memory(err, x->n * most * sizeof *u);
    if (!status)
        status = td_scaled_svd(x, s, u, &scale, err);
    if (!status) {
        out->k = td_numerical_rank(x, most, s);
        if (out->k == 0)
            status = td_fail(err, TD_BAD_INPUT, "%s is 0: it spans no subspace", x->name);
        else if (rank > out->k)
            status = td_fail(err, TD_BAD_INPUT,
                             "rank is %zu, but %s (%zu, %zu) has rank %zu; allowed are 0 (all) to "
                             "its rank",
                             rank, x->name, x->n, x->d, out->k);
        else if (rank)
            out->k = rank;
    }
    if (!status) {
        out->v = td_calloc(x->n * out->k, sizeof *u);
        if (!out->v)
            status = td_fail_memory(err, x->n * out->k * sizeof *u);
    }
    for (size_t i = 0; i < x->n && !status; ++i)
        memcpy(out->v + i * out->k, u + i * most, out->k * sizeof *u);
    td_free(s);
    td_free(u);
    return status;
}

static td_status add_angles(size_t count, const double *angles, const char *warning,
                            struct td_values *out, struct td_error *err) {
    const double degrees = 180 / M_PI;
    struct td_result results[] = {
        {.name = "alignment", .value = td_subspace_alignment(count, angles), .unit = ""},
        {.name = "smallest", .value = angles[0] * degrees, .unit = "degrees"},
        {.name = "largest", .value = angles[count - 1] * degrees, .unit = "degrees"}};
    td_status status = TD_OK;
    for (size_t i = 0; i < sizeof results / sizeof *results && !status; ++i) {
        results[i].lo = results[i].hi = NAN;
        results[i].warning = warning;
        status = td_value_add(out, "subspace-angles", &results[i], err);
    }
    return status;
}

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    const struct subspaces *p = params;
    struct basis a = {0}, b = {0};
    double *angles = NULL;
    char warning[TD_WARNING_MAX] = "";
    td_status status = td_check_rows(in, n_in, err);
    if (!status)
        status = basis_of(&in[0], (size_t)p->rank, &a, err);
    if (!status)
        status = basis_of(&in[1], (size_t)p->rank, &b, err);
    if (!status) {
        angles = td_calloc(a.k < b.k ? a.k : b.k, sizeof *angles);
        if (!angles)
            status = td_fail_memory(err, a.k * sizeof *angles);
    }
    if (!status)
        status = td_principal_angles(in->n, a.k, a.v, b.k, b.v, angles, err);
    if (!status && a.k + b.k > in->n)
        snprintf(warning, sizeof warning,
                 "subspaces of %zu and %zu dimensions in %zu share directions whatever they are",
                 a.k, b.k, in->n);
    if (!status)
        status = add_angles(a.k < b.k ? a.k : b.k, angles, warning, out, err);
    td_free(a.v);
    td_free(b.v);
    td_free(angles);
    return status;
}

static const struct td_param table[] = {
    {.name = "rank",
     .type = TD_INT,
     .offset = offsetof(struct subspaces, rank),
     .initial = "0",
     .min = 0,
     .max = 1e6,
     .help = "Leading left singular vectors that span each space; 0: all columns"},
    {0}};

static const char *const outputs[] = {"alignment", "smallest", "largest", NULL};

const struct td_measure td_measure_subspace_angles = {
    .kind = TD_KIND("subspace-angles",
                    "Principal angles between the column spaces of two matrices: the smallest and "
                    "the largest, and the alignment, the mean of their squared cosines (1: one "
                    "space holds the other; 0: orthogonal). For row spaces, transpose.",
                    "Bjorck, Golub 1973", table, struct subspaces),
    .min_in = 2,
    .max_in = 2,
    .in_help = "a (n, d), b (n, e): matrices with the same number of rows",
    .outputs = outputs,
    .unit = "",
    .complexity = "O(n max(d, e)^2)",
    .compute = compute,
};
