#include <math.h>
#include <stdio.h>
#include <string.h>

#include "measure/centred.h"
#include "measure/singular.h"
#include "measure/support.h"
#include "numeric/memory.h"

struct cca {
    int64_t top;
};

/* Orthonormal basis (n, k) of what centred features span; k = 0: they are constant. */
struct span {
    size_t k;
    double *basis;
};

static td_status span_of(const struct td_matrix *x, struct span *out, struct td_error *err) {
    size_t most = x->n < x->d ? x->n : x->d;
    bool zero;
    double *centred = td_centred(x, &zero), scale;
    double *s = td_calloc(most, sizeof *s), *u = td_calloc(x->n * most, sizeof *u);
    *out = (struct span){.basis = td_calloc(x->n * most, sizeof *u)};
    td_status status =
        centred && s && u && out->basis ? TD_OK : td_fail_memory(err, 3 * x->n * most * sizeof *u);
    struct td_matrix c = *x;
    c.v = centred;
    if (!status && !zero)
        status = td_scaled_svd(&c, s, u, &scale, err);
    if (!status && !zero)
        out->k = td_numerical_rank(&c, most, s);
    if (out->k == x->n) /* centring takes one dimension: the last is rounding */
        out->k--;
    for (size_t i = 0; i < x->n && !status; ++i)
        memcpy(out->basis + i * out->k, u + i * most, out->k * sizeof *u);
    td_free(centred);
    td_free(s);
    td_free(u);
    return status;
}

static td_status add(struct td_values *out, const char *name, double value, const char *warning,
                     struct td_error *err) {
    const struct td_result result = {
        .name = name, .value = value, .lo = NAN, .hi = NAN, .warning = warning};
    return td_value_add(out, "cca", &result, err);
}

/* 1 - cos as 2 sin^2 of half the angle: never negative, and exact near 0. */
static double distance_of(double angle) {
    double s = sin(angle / 2);
    return 2 * s * s;
}

static td_status add_all(size_t count, const double *angles, size_t top, const char *warning,
                         struct td_values *out, struct td_error *err) {
    double distance = 0;
    for (size_t i = 0; i < count; ++i)
        distance += distance_of(angles[i]) / (double)count;
    if (count == 0)
        distance = 1;
    td_status status = add(out, "mean", 1 - distance, warning, err);
    if (!status)
        status = add(out, "distance", distance, warning, err);
    for (size_t i = 0; i < count && i < top && !status; ++i) {
        char name[32];
        snprintf(name, sizeof name, "r.%zu", i + 1);
        status = add(out, name, 1 - distance_of(angles[i]), warning, err);
    }
    return status;
}

/* In the n - 1 dimensions that centring leaves, spans of ka and kb dimensions share at least ka +
   kb
   - (n - 1). */
static void warn(const struct td_matrix *in, const struct span span[2],
                 char warning[TD_WARNING_MAX]) {
    size_t dimensions = in->n - 1, k = span[0].k + span[1].k;
    for (size_t i = 0; i < 2; ++i)
        if (span[i].k == 0)
            snprintf(warning, TD_WARNING_MAX, "%.60s is constant: no correlations", in[i].name);
    if (!*warning && k > dimensions)
        snprintf(warning, TD_WARNING_MAX,
                 "%zu samples are too few for %zu and %zu features; correlations that are 1 "
                 "whatever the data: %zu",
                 in->n, in[0].d, in[1].d, k - dimensions);
}

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    const struct cca *p = params;
    td_status status = td_check_rows(in, n_in, err);
    if (status)
        return status;
    struct span span[2] = {{0}, {0}};
    char warning[TD_WARNING_MAX] = "";
    double *angles = NULL;
    for (size_t i = 0; i < 2 && !status; ++i)
        status = span_of(&in[i], &span[i], err);
    size_t count = span[0].k < span[1].k ? span[0].k : span[1].k;
    if (!status) {
        angles = td_calloc(count, sizeof *angles);
        if (!angles)
            status = td_fail_memory(err, count * sizeof *angles);
    }
    if (!status && count)
        status = td_principal_angles(in->n, span[0].k, span[0].basis, span[1].k, span[1].basis,
                                     angles, err);
    if (!status) {
        warn(in, span, warning);
        status = add_all(count, angles, (size_t)p->top, warning, out, err);
    }
    td_free(span[0].basis);
    td_free(span[1].basis);
    td_free(angles);
    return status;
}

static const struct td_param table[] = {
    {.name = "top",
     .type = TD_INT,
     .offset = offsetof(struct cca, top),
     .initial = "0",
     .min = 0,
     .max = 4096,
     .help = "How many of the correlations to give besides mean and distance, the largest first"},
    {0}};

static const char *const outputs[] = {"mean", "distance", "r", NULL};

const struct td_measure td_measure_cca = {
    .kind = TD_KIND("cca",
                    "Canonical correlations between two sets of features over the same samples: "
                    "their mean over the smaller rank, the distance 1 - mean, and r.1, r.2, ... as "
                    "many as `top` says. Columns are centred; any invertible linear map of either "
                    "set changes nothing. With as many features as samples all are 1 whatever the "
                    "data (warned of). Constant features: mean 0, distance 1.",
                    "Hotelling 1936; Bjorck, Golub 1973", table, struct cca),
    .min_in = 2,
    .max_in = 2,
    .in_help = "a (n, d), b (n, e): activations, rows are the same samples",
    .outputs = outputs,
    .unit = "",
    .complexity = "O(n max(d, e)^2)",
    .compute = compute,
};
