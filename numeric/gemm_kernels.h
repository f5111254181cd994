/* Internal to numeric/gemm.c: kernels of our own for A B^T, which LIBXSMM has no kernel for. */
#ifndef TD_NUMERIC_GEMM_KERNELS_H
#define TD_NUMERIC_GEMM_KERNELS_H

#include "numeric/gemm.h"

/* C (m,n) = A (m,k) B (n,k)^T + beta C with m or n small, as the gradient of a narrow layer's
   weights over its batch: tiles of dot products held in vector registers, summed in an order that
   the shape alone decides. Needs k >= td_gemm_dot_min_k. */
void td_gemm_dot(const struct td_gemm *plan, const real *a, const real *b, real *c);
extern const size_t td_gemm_dot_min_k;

/* t (k,n) = B (n,k)^T, row stride of B ldb. */
void td_gemm_transpose(size_t n, size_t k, const real *b, size_t ldb, real *t);

#endif
