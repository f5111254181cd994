#include "numeric/linalg.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include <lapacke.h>

#include "numeric/memory.h"
#include "numeric/threads.h"

/* A copy of A (m,n), after checking that sizes fit LAPACK's int and that every element is finite.
 */
static td_status copy_matrix(const char *name, size_t m, size_t n, const double *a, double **out,
                             struct td_error *err) {
    size_t count;
    *out = NULL;
    if (m > INT_MAX || n > INT_MAX || !td_mul(m, n, &count))
        return td_fail(err, TD_BAD_INPUT, "%s: a matrix of %zu x %zu is larger than LAPACK allows",
                       name, m, n);
    for (size_t i = 0; i < count; i++)
        if (!isfinite(a[i]))
            return td_fail(err, TD_BAD_INPUT, "%s: element (%zu, %zu) is %g, not a finite number",
                           name, i / n, i % n, a[i]);
    double *copy = td_calloc(count, sizeof *copy);
    if (!copy)
        return td_fail_memory(err,
                              count > SIZE_MAX / sizeof *copy ? SIZE_MAX : count * sizeof *copy);
    if (count)
        memcpy(copy, a, count * sizeof *copy);
    *out = copy;
    td_one_thread();
    return TD_OK;
}

/* LAPACK's info as a status: negative is our mistake or no memory, positive is the routine's own
   failure. */
static td_status lapack_status(const char *routine, lapack_int info, struct td_error *err) {
    if (info == 0)
        return TD_OK;
    if (info == LAPACK_WORK_MEMORY_ERROR || info == LAPACK_TRANSPOSE_MEMORY_ERROR)
        return td_fail(err, TD_FAILED, "%s: out of memory", routine);
    if (info < 0)
        return td_fail(err, TD_FAILED, "%s: argument %d is invalid", routine, (int)-info);
    return td_fail(err, TD_FAILED, "%s did not converge (info %d)", routine, (int)info);
}

td_status td_svd(size_t m, size_t n, const double *a, double *s, double *u, double *vt,
                 struct td_error *err) {
    if (m == 0 || n == 0)
        return TD_OK;
    double *work = NULL, *left = NULL, *right = NULL;
    size_t r = m < n ? m : n;
    bool vectors = u || vt;
    td_status status = copy_matrix("singular values", m, n, a, &work, err);
    if (status != TD_OK)
        return status;
    if (vectors) {
        left = u ? u : td_calloc(m * r, sizeof *left);
        right = vt ? vt : td_calloc(r * n, sizeof *right);
        if (!left || !right) {
            status = td_fail_memory(err, (m + n) * r * sizeof *left);
            goto done;
        }
    }
    int im = (int)m, in = (int)n, ir = (int)r;
    status = lapack_status("dgesdd (singular values)",
                           LAPACKE_dgesdd(LAPACK_ROW_MAJOR, vectors ? 'S' : 'N', im, in, work, in,
                                          s, left, vectors ? ir : 1, right, in),
                           err);
done:
    if (left != u)
        td_free(left);
    if (right != vt)
        td_free(right);
    td_free(work);
    return status;
}

td_status td_eigh(size_t n, const double *a, double *w, double *v, struct td_error *err) {
    if (n == 0)
        return TD_OK;
    double *work;
    td_status status = copy_matrix("symmetric eigenvalues", n, n, a, &work, err);
    if (status != TD_OK)
        return status;
    int in = (int)n;
    status =
        lapack_status("dsyevd (symmetric eigenvalues)",
                      LAPACKE_dsyevd(LAPACK_ROW_MAJOR, v ? 'V' : 'N', 'U', in, work, in, w), err);
    if (status == TD_OK && v)
        memcpy(v, work, n * n * sizeof *v);
    td_free(work);
    return status;
}

td_status td_eig(size_t n, const double *a, double *re, double *im, struct td_error *err) {
    if (n == 0)
        return TD_OK;
    double *work;
    td_status status = copy_matrix("eigenvalues", n, n, a, &work, err);
    if (status != TD_OK)
        return status;
    int in = (int)n;
    status = lapack_status(
        "dgeev (eigenvalues)",
        LAPACKE_dgeev(LAPACK_ROW_MAJOR, 'N', 'N', in, work, in, re, im, NULL, 1, NULL, 1), err);
    td_free(work);
    return status;
}

/* Makes the diagonal of R non-negative: flips rows of R and columns of Q. */
static void make_diagonal_positive(size_t m, size_t n, const double *factored, double *q,
                                   double *r) {
    for (size_t j = 0; j < n; j++) {
        if (!signbit(factored[j * n + j]))
            continue;
        for (size_t i = 0; i < m; i++)
            q[i * n + j] = -q[i * n + j];
        for (size_t k = j; r && k < n; k++)
            r[j * n + k] = -r[j * n + k];
    }
}

td_status td_qr(size_t m, size_t n, const double *a, double *q, double *r, struct td_error *err) {
    if (m < n)
        return td_fail(err, TD_BAD_INPUT,
                       "QR: %zu rows and %zu columns; there must be at least as many rows", m, n);
    if (n == 0)
        return TD_OK;
    double *work, *tau = NULL;
    td_status status = copy_matrix("QR", m, n, a, &work, err);
    if (status != TD_OK)
        return status;
    tau = td_calloc(n, sizeof *tau);
    if (!tau) {
        status = td_fail_memory(err, n * sizeof *tau);
        goto done;
    }
    int im = (int)m, in = (int)n;
    status =
        lapack_status("dgeqrf (QR)", LAPACKE_dgeqrf(LAPACK_ROW_MAJOR, im, in, work, in, tau), err);
    if (status != TD_OK)
        goto done;
    memcpy(q, work, m * n * sizeof *q);
    for (size_t i = 0; r && i < n; i++)
        for (size_t j = 0; j < n; j++)
            r[i * n + j] = j < i ? 0 : work[i * n + j];
    status =
        lapack_status("dorgqr (QR)", LAPACKE_dorgqr(LAPACK_ROW_MAJOR, im, in, in, q, in, tau), err);
    if (status == TD_OK)
        make_diagonal_positive(m, n, work, q, r);
done:
    td_free(tau);
    td_free(work);
    return status;
}

/* Reciprocal condition number below which no digit of a solution is right. */
static const double SINGULAR = DBL_EPSILON;

td_status td_solve(size_t n, size_t k, const double *a, double *b, struct td_error *err) {
    if (n == 0 || k == 0)
        return TD_OK;
    double *lu, *x = NULL;
    lapack_int *pivots = NULL;
    td_status status = copy_matrix("linear system", n, n, a, &lu, err);
    if (status == TD_OK)
        status = copy_matrix("right side of a linear system", n, k, b, &x, err);
    if (status != TD_OK)
        goto done;
    pivots = td_calloc(n, sizeof *pivots);
    if (!pivots) {
        status = td_fail_memory(err, n * sizeof *pivots);
        goto done;
    }
    int in = (int)n, ik = (int)k;
    double rcond = 0, norm = LAPACKE_dlange(LAPACK_ROW_MAJOR, '1', in, in, lu, in);
    lapack_int info = LAPACKE_dgetrf(LAPACK_ROW_MAJOR, in, in, lu, in, pivots);
    if (info == 0)
        info = LAPACKE_dgecon(LAPACK_ROW_MAJOR, '1', in, lu, in, norm, &rcond);
    if (info < 0) {
        status = lapack_status("dgetrf (linear system)", info, err);
        goto done;
    }
    if (info > 0 || !(rcond > SINGULAR)) {
        status = td_fail(err, TD_FAILED,
                         "linear system: the matrix (%zu x %zu) is singular (reciprocal condition "
                         "number %.2g)",
                         n, n, rcond);
        goto done;
    }
    status =
        lapack_status("dgetrs (linear system)",
                      LAPACKE_dgetrs(LAPACK_ROW_MAJOR, 'N', in, ik, lu, in, pivots, x, ik), err);
    if (status == TD_OK)
        memcpy(b, x, n * k * sizeof *b);
done:
    td_free(pivots);
    td_free(x);
    td_free(lu);
    return status;
}
