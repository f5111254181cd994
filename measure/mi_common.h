/* What the estimators of mutual information share: units, bootstrap intervals, labels, warnings. */
#ifndef TD_MEASURE_MI_COMMON_H
#define TD_MEASURE_MI_COMMON_H

#include <stdarg.h>
#include <stdbool.h>

#include "measure/entropy.h"
#include "measure/support.h"
#include "numeric/random.h"

enum td_mi_unit { TD_BITS, TD_NATS };
extern const char *const td_mi_unit_names[]; /* "bits", "nats", NULL */

/* Parameters that every estimator has, as the first member of its struct. */
struct td_mi_options {
    int unit;          /* enum td_mi_unit */
    int64_t bootstrap; /* replicates; 0: no interval */
    int64_t seed;      /* of bootstrap, jitter and noise */
};
/* clang-format off */
#define TD_MI_UNIT_PARAM(struct_)                                                                  \
    {.name = "unit", .type = TD_CHOICE, .offset = offsetof(struct struct_, common.unit),           \
     .initial = "bits", .choices = td_mi_unit_names,                                               \
     .help = "Base 2 (bits) or natural logarithms (nats)"}
#define TD_MI_SEED_PARAM(struct_)                                                                  \
    {.name = "seed", .type = TD_INT, .offset = offsetof(struct struct_, common.seed),              \
     .initial = "1", .min = 0, .max = 9e15, .help = "Seed of everything random in the estimate"}
#define TD_MI_BOOTSTRAP_PARAM(struct_)                                                             \
    {.name = "bootstrap", .type = TD_INT, .offset = offsetof(struct struct_, common.bootstrap),    \
     .initial = "0", .min = 0, .max = 1e5,                                                         \
     .help = "Replicates for a 95 % interval of the error of sampling rows; 0: no interval"}
/* clang-format on */

/* A value in nats (bits) in the unit that was asked for. */
double td_mi_from_nats(const struct td_mi_options *o, double nats);
double td_mi_from_bits(const struct td_mi_options *o, double bits);
/* max - min of x (n, d), of the column where that is greatest. */
double td_mi_range(size_t n, size_t d, const double *x);

/* Percentile interval of the mean of terms[n] over `replicates` resamples of the rows (Efron 1979);
   both NaN for no replicates or one row. O(replicates n). */
td_status td_mi_bootstrap_mean(const struct td_mi_options *o, size_t n, const double *terms,
                               double *lo, double *hi, struct td_error *err);
/* Draws of replicate r: how often each of n rows counts (multinomial), into weight. */
void td_mi_resample(const struct td_mi_options *o, size_t replicate, size_t n, double *weight);
/* Two-sided TD_INTERVAL_LEVEL quantiles of v[n], which is sorted in place. */
void td_mi_quantiles(size_t n, double *v, double *lo, double *hi);

/* Interval around an estimate in whose terms rows take part together, as they do in those of
   neighbours, so that terms are not independent: the spread of estimates from disjoint subsamples,
   in several random partitions, whose variance falls as 1 / rows (Politis, Romano 1994; for KSG
   Holmes, Nemenman 2019). A third of the rows a subsample, at least 20, and as many subsamples as
   `bootstrap` says, but at most 48, as more share the same rows. Both NaN for none, or fewer than
   40 rows. `plain`: compute's parameters without bootstrap; compute gives one value. */
typedef td_status td_mi_compute(const void *params, const struct td_matrix *in, size_t n_in,
                                struct td_values *out, struct td_error *err);
td_status td_mi_subsample(const struct td_mi_options *o, td_mi_compute *compute, const void *plain,
                          const struct td_matrix in[2], double value, double *lo, double *hi,
                          struct td_error *err);

/* Adds "; text" to a warning; what does not fit is cut. */
void td_mi_warn(char warning[TD_WARNING_MAX], const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Warns of one sample, of all entries equal, or of all rows equal. */
void td_mi_warn_degenerate(char warning[TD_WARNING_MAX], const struct td_matrix *x);

/* Labels as classes: any numbers, one a row, equal ones are one class. TD_BAD_INPUT unless (n, 1).
 */
td_status td_mi_classes(const struct td_matrix *labels, struct td_groups *out,
                        struct td_error *err);

/* Rows of x in the order of their group: out (n, d), groups g at first[g] .. first[g + 1] - 1;
   `row` (n): the row that each came from. `first` holds count + 1. */
void td_mi_sort_rows(const struct td_groups *g, size_t d, const double *x, double *out,
                     size_t *first, size_t *row);

#endif
