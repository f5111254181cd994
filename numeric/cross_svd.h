/* Singular value decomposition of a cross product, the modes of a linear task. */
#ifndef TD_NUMERIC_CROSS_SVD_H
#define TD_NUMERIC_CROSS_SVD_H

#include <stddef.h>

#include "numeric/status.h"

/* Y^T X = U diag(s) V^T for Y (n, k) and X (n, d), samples as rows, r = min(k, d): s (r)
   descending, u (k, r), vt (r, d). Where singular values coincide U and V are some basis, the same
   for the same arrays. Each column of U is turned so that its largest entry is positive.
   TD_BAD_INPUT: values that are not finite. */
td_status td_cross_svd(size_t n, size_t k, size_t d, const double *y, const double *x, double *s,
                       double *u, double *vt, struct td_error *err);

#endif
