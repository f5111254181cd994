#include <math.h>
#include <stdio.h>

#include "measure/centred.h"
#include "measure/support.h"
#include "numeric/gemm.h"
#include "numeric/memory.h"

static double inner(size_t n, const double *a, const double *b) {
    double sum = 0;
    for (size_t i = 0; i < n; ++i)
        sum += a[i] * b[i];
    return sum;
}

/* |A^T B|_F^2 of centred a (n, d), b (n, e); NaN: no memory. */
static double by_features(size_t n, size_t d, const double *a, size_t e, const double *b) {
    double *c = td_calloc(d * e, sizeof *c);
    if (!c)
        return NAN;
    td_dgemm(true, false, d, e, n, a, b, 0, c);
    double sum = inner(d * e, c, c);
    td_free(c);
    return sum;
}

/* A A^T (n, n) or NULL. */
static double *gram(size_t n, size_t d, const double *a) {
    double *k = td_calloc(n * n, sizeof *k);
    if (k)
        td_dgemm(false, true, n, n, d, a, a, 0, k);
    return k;
}

/* Through features, (d, e) matrices, or through samples, (n, n) ones, whichever are smaller. NaN:
   no memory. */
static double alignment(size_t n, size_t d, const double *a, size_t e, const double *b) {
    double ab, aa, bb;
    if (d <= n && e <= n) {
        ab = by_features(n, d, a, e, b);
        aa = by_features(n, d, a, d, a);
        bb = by_features(n, e, b, e, b);
    } else {
        double *k = gram(n, d, a), *l = gram(n, e, b);
        ab = k && l ? inner(n * n, k, l) : NAN;
        aa = k ? inner(n * n, k, k) : NAN;
        bb = l ? inner(n * n, l, l) : NAN;
        td_free(k);
        td_free(l);
    }
    double value = ab / sqrt(aa) / sqrt(bb);
    return value > 1 ? 1 : value < 0 ? 0 : value; /* rounding; NaN stays */
}

static void warn(const struct td_matrix *x, bool zero, char warning[TD_WARNING_MAX]) {
    if (zero)
        snprintf(warning, TD_WARNING_MAX, "%.60s is constant: 0 by definition", x->name);
    else if (!*warning && x->n <= x->d)
        snprintf(warning, TD_WARNING_MAX,
                 "no more samples (%zu) than features (%zu) of %.60s: near 1 whatever the data",
                 x->n, x->d, x->name);
}

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    (void)params;
    td_status status = td_check_rows(in, n_in, err);
    if (status)
        return status;
    char warning[TD_WARNING_MAX] = "";
    bool zero[2];
    double *a = td_centred(&in[0], &zero[0]), *b = td_centred(&in[1], &zero[1]);
    struct td_result result = {.name = "", .lo = NAN, .hi = NAN, .warning = warning};
    for (size_t i = 0; i < 2; ++i)
        warn(&in[i], zero[i], warning);
    if (a && b && !zero[0] && !zero[1])
        result.value = alignment(in->n, in[0].d, a, in[1].d, b);
    status = a && b && !isnan(result.value) ? td_value_add(out, "cka", &result, err)
                                            : td_fail_memory(err, in->n * in->n * sizeof *a);
    td_free(a);
    td_free(b);
    return status;
}

static const char *const outputs[] = {"", NULL};

const struct td_measure td_measure_cka = {
    .kind = TD_KIND_PLAIN(
        "cka",
        "Linear centred kernel alignment of two sets of features over the same samples, "
        "|A^T B|^2 / (|A^T A| |B^T B|) in Frobenius norms of centred columns: 1 where they agree "
        "up "
        "to rotation and scale, 0 where they are uncorrelated. Biased upwards where features are "
        "not far fewer than samples, and near 1 for any data where they are more (warned of). 0 "
        "for constant features.",
        "Kornblith et al. 2019"),
    .min_in = 2,
    .max_in = 2,
    .in_help = "a (n, d), b (n, e): activations, rows are the same samples",
    .outputs = outputs,
    .unit = "",
    .complexity = "O(n d e), or O(n^2 (d + e)) with more features than samples",
    .compute = compute,
};
