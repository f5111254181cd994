/* Ranks of numbers, ties sharing the mean of the ranks that they take up. */
#ifndef TD_SWEEP_SQL_RANK_H
#define TD_SWEEP_SQL_RANK_H

#include <stddef.h>

/* Ranks 1 .. n of x (n) in increasing order, into rank (n); order (n) is scratch and holds the
   permutation that sorts x. Returns the sum of t^3 - t over groups of t equal values. */
double td_sql_mid_ranks(const double *x, size_t n, size_t *order, double *rank);

/* Pearson's correlation of x and y (n), each point counted weight[i] times (NULL: once); NaN where
   one of them does not vary. */
double td_sql_correlation(const double *x, const double *y, const double *weight, size_t n);

#endif
