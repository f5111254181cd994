#include "measure/singular.h"

#include <math.h>

#include "measure/support.h"
#include "numeric/gemm.h"
#include "numeric/linalg.h"
#include "numeric/memory.h"

td_status td_scaled_svd(const struct td_matrix *x, double *s, double *u, double *scale,
                        struct td_error *err) {
    size_t count = x->n * x->d;
    double *scaled = td_calloc(count, sizeof *scaled);
    if (!scaled)
        return td_fail_memory(err, count * sizeof *scaled);
    *scale = td_unit_scale(count, x->v);
    for (size_t i = 0; i < count; ++i)
        scaled[i] = x->v[i] * *scale;
    td_status status = td_svd(x->n, x->d, scaled, s, u, NULL, err);
    td_free(scaled);
    return status;
}

size_t td_numerical_rank(const struct td_matrix *x, size_t most, const double *s) {
    double floor = (double)(x->n > x->d ? x->n : x->d) * 2.3e-16 * s[0];
    size_t k = 0;
    while (k < most && s[k] > floor)
        ++k;
    return k;
}

void td_matrix_rank(size_t n, const double *s, struct td_matrix_rank *out) {
    double most = 0, sum = 0, squares = 0, fourths = 0, entropy = 0;
    *out = (struct td_matrix_rank){0};
    for (size_t i = 0; i < n; ++i)
        most = s[i] > most ? s[i] : most;
    if (!(most > 0))
        return;
    for (size_t i = 0; i < n; ++i) {
        double x = s[i] / most; /* in units of the largest: nothing overflows */
        sum += x;
        squares += x * x;
        fourths += x * x * (x * x);
    }
    for (size_t i = 0; i < n; ++i) {
        double share = s[i] / most / sum;
        entropy -= share > 0 ? share * log(share) : 0;
    }
    out->entropy = exp(entropy);
    out->stable = squares;
    out->participation = squares * squares / fourths;
}

/* b - a a^T b (n, kb) and a^T b (ka, kb): singular values are sines and cosines. */
static td_status sines_and_cosines(size_t n, size_t ka, const double *a, size_t kb, const double *b,
                                   double *sines, double *cosines, struct td_error *err) {
    double *inner = td_calloc(ka * kb, sizeof *inner), *rest = td_calloc(n * kb, sizeof *rest);
    td_status status = inner && rest ? TD_OK : td_fail_memory(err, (n + ka) * kb * sizeof *rest);
    if (!status) {
        td_dgemm(true, false, ka, kb, n, a, b, 0, inner);
        td_dgemm(false, false, n, kb, ka, a, inner, 0, rest);
        for (size_t i = 0; i < n * kb; ++i)
            rest[i] = b[i] - rest[i];
        status = td_svd(ka, kb, inner, cosines, NULL, NULL, err);
    }
    if (!status)
        status = td_svd(n, kb, rest, sines, NULL, NULL, err);
    td_free(inner);
    td_free(rest);
    return status;
}

td_status td_principal_angles(size_t n, size_t ka, const double *a, size_t kb, const double *b,
                              double *angles, struct td_error *err) {
    if (ka < kb)
        return td_principal_angles(n, kb, b, ka, a, angles, err);
    if (kb == 0 || ka > n)
        return td_fail(err, TD_BAD_INPUT, "subspaces of %zu and %zu dimensions in %zu", ka, kb, n);
    double *sines = td_calloc(2 * kb, sizeof *sines), *cosines = sines + kb;
    if (!sines)
        return td_fail_memory(err, 2 * kb * sizeof *sines);
    td_status status = sines_and_cosines(n, ka, a, kb, b, sines, cosines, err);
    for (size_t i = 0; i < kb && !status; ++i) {
        double s = sines[kb - 1 - i], c = cosines[i]; /* of the same angle: cosines descend */
        angles[i] = c * c > 0.5 ? asin(s < 1 ? s : 1) : acos(c < 1 ? c : 1);
    }
    td_free(sines);
    return status;
}

double td_subspace_alignment(size_t count, const double *angles) {
    double sum = 0;
    for (size_t i = 0; i < count; ++i)
        sum += cos(angles[i]) * cos(angles[i]);
    return sum / (double)count;
}
