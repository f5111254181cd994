/* What measures share: handing out values, checking shapes, intervals. All intervals have level
   95 %. Rows are the independent samples: where a value pools all entries, its interval comes from
   the spread of the rows' contributions, so that equal entries within a row do not count twice. */
#ifndef TD_MEASURE_SUPPORT_H
#define TD_MEASURE_SUPPORT_H

#include <stdbool.h>

#include "measure/measure.h"

#define TD_INTERVAL_LEVEL 0.95

/* The parts of a value that vary; lo, hi NaN: no interval; unit, warning NULL: "". */
struct td_result {
    const char *name;
    double value, lo, hi;
    const char *unit, *warning;
};
/* Hands `result` to the sink. A value that is not finite is TD_BAD_INPUT ("... overflows ..."):
   inputs are finite, so it left the range of double. */
td_status td_value_add(struct td_values *out, const char *measure, const struct td_result *result,
                       struct td_error *err);

/* TD_BAD_INPUT unless every array has a row and a column and all have the same number of rows. */
td_status td_check_rows(const struct td_matrix *in, size_t n_in, struct td_error *err);

/* Power of two p for which the largest |x p| lies in [1/2, 1): multiplying by it is exact and keeps
   squares in range. 1 if all are 0. */
double td_unit_scale(size_t n, const double *x);

/* Two-sided quantile of the t distribution: P(|t| < q) = level. */
double td_t_quantile(double level, double df);

/* Wilson's interval of a share k/n (real-valued: effective numbers are allowed), n > 0. */
void td_wilson(double share, double n, double *lo, double *hi);

/* Running mean and sum of squares (Welford) of contributions, one a row. */
struct td_spread {
    size_t n;
    double mean, squares;
};
void td_spread_add(struct td_spread *s, double x);
/* Standard error of the mean; NaN for fewer than two. */
double td_spread_error(const struct td_spread *s);
/* mean -+ t * standard error; NaN, NaN for fewer than two. */
void td_spread_interval(const struct td_spread *s, double *lo, double *hi);

#endif
