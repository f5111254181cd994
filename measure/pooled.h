/* Mean, variance, skewness and excess kurtosis of all entries of a block of columns, with intervals
   that hold for independent rows whatever the distribution. */
#ifndef TD_MEASURE_POOLED_H
#define TD_MEASURE_POOLED_H

#include "measure/measure.h"

/* Columns first .. first + width - 1 of a matrix. */
struct td_block {
    const struct td_matrix *x;
    size_t first, width;
};

enum td_pooled_value { TD_MEAN, TD_VARIANCE, TD_SKEWNESS, TD_KURTOSIS, TD_POOLED };

struct td_pooled {
    double value[TD_POOLED]; /* variance: mean square deviation (1/n); kurtosis: normal is 0 */
    double lo[TD_POOLED], hi[TD_POOLED]; /* NaN: none (one row, constant, shape of few rows) */
    bool constant; /* all entries are equal: variance, skewness and kurtosis are set to 0 */
};
/* The intervals have the given level: mean by the t distribution over rows, variance by the same on
   a logarithmic scale, skewness and kurtosis by their influence functions (from 100 rows on; the
   kurtosis' is still short then: about 0.9 for 0.95). Values may overflow to inf, never to NaN. */
void td_pooled_moments(const struct td_block *block, double level, struct td_pooled *out);

/* "" or what makes moments of this block doubtful. */
const char *td_pooled_warning(const struct td_block *block, const struct td_pooled *pooled);

#endif
