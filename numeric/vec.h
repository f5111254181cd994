/* Vector functions over contiguous arrays, y[i] = f(x[i]); y may be x itself. At most 4 ulp, right
   for inf, NaN, -0 and denormals, and an element's bits do not depend on its place or on n (tails
   run through the same kernel, padded). */
#ifndef TD_NUMERIC_VEC_H
#define TD_NUMERIC_VEC_H

#include <stddef.h>

#include "numeric/real.h"

typedef void td_vec_fn(size_t n, const real *x, real *y);
td_vec_fn td_vec_exp, td_vec_expm1, td_vec_log, td_vec_log1p, td_vec_tanh, td_vec_erf, td_vec_sin,
    td_vec_cos, td_vec_sigmoid, td_vec_sqrt;

/* The same in double, whatever `real` is, for measures. */
typedef void td_dvec_fn(size_t n, const double *x, double *y);
td_dvec_fn td_dvec_exp, td_dvec_expm1, td_dvec_log, td_dvec_log1p, td_dvec_tanh, td_dvec_erf,
    td_dvec_sin, td_dvec_cos, td_dvec_sigmoid;

/* Sums in a fixed order that does not depend on anything but n (blocked pairwise). */
double td_vec_sum(size_t n, const real *x);
double td_dvec_sum(size_t n, const double *x);
double td_vec_sumsq(size_t n, const real *x);
double td_vec_dot(size_t n, const real *x, const real *y);

/* "libmvec-2.36-avx2+sleef-3.5", "sleef-3.5-neon", ...: part of the fingerprint. */
const char *td_vec_kernels(void);

#endif
