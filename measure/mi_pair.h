/* Two continuous variables and their neighbours, as the nearest-neighbour estimators need them. */
#ifndef TD_MEASURE_MI_PAIR_H
#define TD_MEASURE_MI_PAIR_H

#include "measure/knn.h"
#include "measure/mi_common.h"

struct td_mi_neighbour_options {
    int64_t k;
    double jitter; /* sd of the noise that breaks ties, as a share of each column's max|x| */
};
#define TD_MI_K_PARAM(struct_)                                                                     \
    {                                                                                              \
        .name = "k", .type = TD_INT, .offset = offsetof(struct struct_, neighbours.k),             \
        .initial = "3", .min = 1, .max = 10000,                                                    \
        .help = "Neighbours: fewer, less bias; more, less variance"                                \
    }
#define TD_MI_JITTER_PARAM(struct_)                                                                \
    {                                                                                              \
        .name = "jitter", .type = TD_REAL, .offset = offsetof(struct struct_, neighbours.jitter),  \
        .initial = "0", .min = 0, .max = 1,                                                        \
        .help =                                                                                    \
            "Breaks ties: sd of seeded noise, as a share of each column's max|x|; 1e-10 is usual"  \
    }

/* Copies of x (n, dx), y (n, dy) and (x, y), in one common scale (a power of two), jittered by
   noise that an array gets at either place (and that equal arrays share). */
struct td_mi_pair {
    size_t n, dx, dy, k; /* k: at most n - 1 */
    double *x, *y, *xy;
    struct td_knn *near_x, *near_y, *near_xy;
    double range_x, range_y; /* the largest spread of a column */
    bool degenerate;         /* x or y is constant, or there is one row: I = 0 */
};
td_status td_mi_pair_make(struct td_mi_pair *p, const struct td_mi_neighbour_options *o,
                          uint64_t seed, const struct td_matrix *in, struct td_error *err);
void td_mi_pair_free(struct td_mi_pair *p);

/* A copy of m, jittered in `layer` of the noise and multiplied by scale; NULL: no memory. */
double *td_mi_jittered(const struct td_matrix *m, double jitter, uint64_t seed, unsigned layer,
                       double scale, struct td_error *err);

/* What distances say of the data, counted over rows. */
struct td_mi_ties {
    size_t tied;       /* the k-th and the next neighbour are equally far */
    size_t duplicates; /* the k-th neighbour is at distance 0 */
    size_t flat_x;     /* the k-th neighbour is farther than any two rows in x: y alone counts */
    size_t flat_y;
    size_t
        repeated; /* rows of x or of y that equal an earlier one, where that is worth a warning */
};
/* Distance of row i from its k-th neighbour in (x, y); `index` (k + 1) or NULL: the neighbours. */
double td_mi_pair_radius(const struct td_mi_pair *p, size_t i, double *distance, size_t *index,
                         struct td_mi_ties *ties);

/* Value of mean(terms) nats with the interval of td_mi_subsample and warnings (degenerate, ceiling
   in nats, ties, k reduced, no more rows than columns, units that do not fit). */
td_status td_mi_pair_add(const struct td_mi_pair *p, const struct td_mi_options *o,
                         const struct td_mi_neighbour_options *k, const struct td_matrix *in,
                         const char *measure, const double *terms, double ceiling,
                         const struct td_mi_ties *ties, td_mi_compute *compute, const void *plain,
                         struct td_values *out, struct td_error *err);

#endif
