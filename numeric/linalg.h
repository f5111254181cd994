/* Dense linear algebra in double over row-major matrices, through LAPACKE. Inputs with NaN or inf
   are refused (TD_BAD_INPUT). Nothing is modified unless it says so. */
#ifndef TD_NUMERIC_LINALG_H
#define TD_NUMERIC_LINALG_H

#include <stddef.h>

#include "numeric/status.h"

/* Singular values of A (m,n), descending, min(m,n) of them into s. u (m,r), vt (r,n), r = min(m,n):
   NULL if not wanted. */
td_status td_svd(size_t m, size_t n, const double *a, double *s, double *u, double *vt,
                 struct td_error *err);
/* Eigenvalues of a symmetric A (n,n), ascending, into w; eigenvectors as columns of v (n,n) or
 * NULL. */
td_status td_eigh(size_t n, const double *a, double *w, double *v, struct td_error *err);
/* Eigenvalues of a general A (n,n) as re, im (n each). */
td_status td_eig(size_t n, const double *a, double *re, double *im, struct td_error *err);
/* Thin QR of A (m,n), m >= n: q (m,n) with orthonormal columns, r (n,n) upper triangular with a
   non-negative diagonal (which makes Q of a Gaussian matrix Haar distributed). r may be NULL. */
td_status td_qr(size_t m, size_t n, const double *a, double *q, double *r, struct td_error *err);
/* Solves A X = B, A (n,n), B (n,k), X over B. TD_FAILED if A is singular. */
td_status td_solve(size_t n, size_t k, const double *a, double *b, struct td_error *err);

#endif
