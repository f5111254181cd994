#include "measure/task_modes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "numeric/cross_svd.h"
#include "numeric/gemm.h"
#include "numeric/linalg.h"
#include "numeric/memory.h"

const char *const td_mode_names[] = {"1",  "2",  "3",  "4",  "5",  "6",  "7",  "8",  "9",
                                     "10", "11", "12", "13", "14", "15", "16", "17", "18",
                                     "19", "20", "21", "22", "23", "24", "25", "26", "27",
                                     "28", "29", "30", "31", "32", NULL};

/* Gram matrices have rounding errors of this order beside their largest eigenvalue. */
static double floor_of(const struct td_mode_basis *b) {
    return (double)(b->n > b->d ? b->n : b->d) * 2.3e-16;
}

/* (X^T X)^-1 = sum over eigenvalues that are not rounding errors of q q^T / lambda. */
static td_status invert(struct td_mode_basis *b, struct td_error *err) {
    size_t d = b->d, size = d * d;
    double *gram = td_calloc(size, sizeof *gram), *q = td_calloc(size, sizeof *q),
           *scaled = td_calloc(size, sizeof *scaled), *w = td_calloc(d, sizeof *w);
    td_status status =
        gram && q && scaled && w ? TD_OK : td_fail_memory(err, 3 * size * sizeof *gram);
    if (!status) {
        td_dgemm(true, false, d, d, b->n, b->x, b->x, 0, gram);
        status = td_eigh(d, gram, w, q, err);
    }
    for (size_t j = 0; j < d && !status; j++) {
        bool counts = w[j] > floor_of(b) * w[d - 1];
        b->spanned += counts;
        for (size_t i = 0; i < d; i++)
            scaled[i * d + j] = counts ? q[i * d + j] / w[j] : 0;
    }
    if (!status)
        td_dgemm(false, true, d, d, d, scaled, q, 0, b->inverse);
    td_free(gram);
    td_free(q);
    td_free(scaled);
    td_free(w);
    return status;
}

td_status td_mode_basis_make(const struct td_matrix *x, const struct td_matrix *target,
                             struct td_mode_basis *out, struct td_error *err) {
    struct td_mode_basis b = {.n = x->n, .k = target->d, .d = x->d, .x = x->v};
    size_t square = 0, left = 0, right = 0;
    b.r = b.k < b.d ? b.k : b.d;
    bool fits = td_mul(b.d, b.d, &square) && td_mul(b.k, b.r, &left) && td_mul(b.r, b.d, &right);
    if (fits) {
        b.s = td_calloc(b.r, sizeof *b.s);
        b.u = td_calloc(left, sizeof *b.u);
        b.vt = td_calloc(right, sizeof *b.vt);
        b.inverse = td_calloc(square, sizeof *b.inverse);
    }
    td_status status = b.s && b.u && b.vt && b.inverse
                           ? td_cross_svd(b.n, b.k, b.d, target->v, x->v, b.s, b.u, b.vt, err)
                           : td_fail_memory(err, square * sizeof *b.inverse);
    if (!status)
        status = invert(&b, err);
    if (status)
        td_mode_basis_free(&b);
    *out = b;
    return status;
}

void td_mode_basis_free(struct td_mode_basis *b) {
    td_free(b->s);
    td_free(b->u);
    td_free(b->vt);
    td_free(b->inverse);
    memset(b, 0, sizeof *b);
}

/* u_m^T W v_m = sum over samples of (out u_m)_i (X (X^T X)^-1 v_m)_i. */
td_status td_mode_strengths(const struct td_mode_basis *b, const struct td_matrix *out, size_t n,
                            double *strength, struct td_error *err) {
    double *direction = td_calloc(b->d, sizeof *direction);
    if (!direction)
        return td_fail_memory(err, b->d * sizeof *direction);
    for (size_t m = 0; m < n; m++) {
        td_dgemm(false, false, b->d, 1, b->d, b->inverse, b->vt + m * b->d, 0, direction);
        strength[m] = 0;
        for (size_t i = 0; i < b->n; i++) {
            double answer = 0, input = 0;
            for (size_t k = 0; k < b->k; k++)
                answer += out->v[i * b->k + k] * b->u[k * b->r + m];
            for (size_t j = 0; j < b->d; j++)
                input += b->x[i * b->d + j] * direction[j];
            strength[m] += answer * input;
        }
    }
    td_free(direction);
    return TD_OK;
}

const char *td_mode_warning(const struct td_mode_basis *b, char buffer[TD_WARNING_MAX]) {
    *buffer = '\0';
    if (b->s[0] == 0)
        snprintf(buffer, TD_WARNING_MAX, "targets and inputs are unrelated: there are no modes");
    else if (b->spanned < b->d)
        snprintf(buffer, TD_WARNING_MAX, "the inputs span %zu of %zu directions", b->spanned, b->d);
    return buffer;
}
