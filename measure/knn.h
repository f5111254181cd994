/* Nearest neighbours in the maximum norm: a k-d tree in few dimensions, all distances in many. */
#ifndef TD_MEASURE_KNN_H
#define TD_MEASURE_KNN_H

#include <stdbool.h>

#include "numeric/status.h"

enum td_knn_method { TD_KNN_AUTO, TD_KNN_TREE, TD_KNN_BRUTE };
struct td_knn;

/* Keeps a copy of points v (n, d), n < 2^32. TD_KNN_AUTO: a tree up to 12 dimensions if n >= 2^d,
   which it needs to exclude anything. NULL: no memory, *err filled. O(n d log n). */
struct td_knn *td_knn_create(size_t n, size_t d, const double *v, enum td_knn_method method,
                             struct td_error *err);
void td_knn_free(struct td_knn *knn);

/* The k points nearest to q (d), point `self` left out: ascending distances and, unless `index` is
   NULL, their points, of equally distant ones those that come first. 1 <= k < n. */
void td_knn_nearest(const struct td_knn *knn, const double *q, size_t self, size_t k,
                    double *distance, size_t *index);
/* Number of points closer to q than radius, or, if `closed`, at most as far. */
size_t td_knn_count(const struct td_knn *knn, const double *q, double radius, bool closed);

#endif
