/* Matrix products over row-major matrices. Plan once per shape, run many times: the kernel
   (LIBXSMM's JIT for small shapes where installed, OpenBLAS otherwise, our own for the weight
   gradients of narrow layers) is chosen in td_gemm_plan by
   a rule that times nothing, so the same shape always runs the same kernel and gives the same bits.
 */
#ifndef TD_NUMERIC_GEMM_H
#define TD_NUMERIC_GEMM_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/real.h"
#include "numeric/status.h"

struct td_gemm {
    size_t m, n, k;       /* C is (m, n), the summed dimension is k */
    size_t lda, ldb, ldc; /* row strides in elements */
    bool ta, tb;          /* A is stored (k, m) / B is stored (n, k) */
    real beta;            /* 0: C is overwritten (even if it holds NaN); 1: added to */
    void (*run)(const struct td_gemm *, const real *a, const real *b, real *c);
    void (*jit)(void); /* LIBXSMM kernel or NULL */
};

/* C (m,n) = op(A) (m,k) op(B) (k,n) + beta C, dense strides. Sizes up to INT_MAX; m, n > 0; k may
   be 0. beta must be 0 or 1. */
td_status td_gemm_plan(struct td_gemm *plan, bool ta, bool tb, size_t m, size_t n, size_t k,
                       real beta, struct td_error *err);
/* The same with row strides lda, ldb, ldc. */
td_status td_gemm_plan_strided(struct td_gemm *plan, bool ta, bool tb, size_t m, size_t n, size_t k,
                               size_t lda, size_t ldb, size_t ldc, real beta, struct td_error *err);

static inline void td_gemm_run(const struct td_gemm *plan, const real *a, const real *b, real *c) {
    plan->run(plan, a, b, c);
}

/* One-off double product for measures: C (m,n) = op(A) op(B) + beta C, any beta (0 overwrites),
   sizes up to INT_MAX. */
void td_dgemm(bool ta, bool tb, size_t m, size_t n, size_t k, const double *a, const double *b,
              double beta, double *c);

/* Name of the kernels in use, part of the fingerprint: "openblas-0.3.21-Zen+libxsmm-1.17-hsw". */
const char *td_gemm_kernels(void);

#endif
