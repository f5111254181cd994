/* Sums of Gaussian kernels over all pairs, from which the pairwise bounds on the entropy of a
   mixture are made (Kolchinsky, Tracey 2017). O(n^2 d) time, O(n d) memory. */
#ifndef TD_MEASURE_KDE_H
#define TD_MEASURE_KDE_H

#include <stdbool.h>

#include "numeric/status.h"

/* The two kernels of one noise variance s2: exp(-D / (2 s2)) of the upper bound, exp(-D / (8 s2))
   of the lower one. */
enum td_kde_bound { TD_KDE_UPPER, TD_KDE_LOWER, TD_KDE_BOUNDS };

/* Classes as runs of rows: class k is rows first[k] .. first[k + 1] - 1. */
struct td_kde_classes {
    size_t count;
    const size_t *first; /* (count + 1) */
};

/* x (n, d), all |x| <= 1; log_rate = ln(1 / (8 s2)), s2 in x's units. Without `influence`:
   all[b][i] = ln n - ln sum_j K_b(i, j), whose mean over i is the bound b on I(X; T + noise) in
   nats; class[b][i] the same among the rows of i's class (both NULL if there are none). With it,
   1 - sum_j K_b(i, j) / sum_l K_b(j, l) is added: the terms' mean is the same, and their spread is
   that of the bound under sampling of rows (its influence function), at twice the time. */
td_status td_kde_terms(size_t n, size_t d, const double *x, double log_rate,
                       const struct td_kde_classes *classes, bool influence,
                       double *const all[TD_KDE_BOUNDS], double *const class[TD_KDE_BOUNDS],
                       struct td_error *err);

#endif
