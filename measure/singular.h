/* Sizes of a matrix by its singular values, and angles between subspaces, for code that has the
   decompositions already; the measures matrix-rank, singular-values and subspace-angles hand them
   out. */
#ifndef TD_MEASURE_SINGULAR_H
#define TD_MEASURE_SINGULAR_H

#include "measure/measure.h"

/* Singular values of x in units of 1 / *scale, a power of two that keeps everything in range:
   s (min(n, d)), descending; u (n, min(n, d)) left singular vectors or NULL. */
td_status td_scaled_svd(const struct td_matrix *x, double *s, double *u, double *scale,
                        struct td_error *err);

/* How many of the `most` singular values s of x, descending, are above the rounding of x. */
size_t td_numerical_rank(const struct td_matrix *x, size_t most, const double *s);

/* Three effective ranks of singular values s (n) >= 0; all 0 if all s are 0, all k if k are equal
   and the others 0. */
struct td_matrix_rank {
    double entropy;       /* exp of the entropy of s / sum s (Roy, Vetterli 2007) */
    double stable;        /* sum s^2 / max s^2 (Rudelson, Vershynin 2007) */
    double participation; /* (sum s^2)^2 / sum s^4 */
};
void td_matrix_rank(size_t n, const double *s, struct td_matrix_rank *out);

/* Principal angles in radians, ascending, min(ka, kb) of them, between the spaces spanned by the
   orthonormal columns of a (n, ka) and b (n, kb), ka, kb <= n. Accurate near 0 and near a right
   angle (Bjorck, Golub 1973). */
td_status td_principal_angles(size_t n, size_t ka, const double *a, size_t kb, const double *b,
                              double *angles, struct td_error *err);

/* Sum of cos^2 of the principal angles over their number, |A^T B|_F^2 / min(ka, kb): 1 if one space
   holds the other, k / n on average for random spaces, k the larger dimension. */
double td_subspace_alignment(size_t count, const double *angles);

#endif
