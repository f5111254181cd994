/* Mean and variance of each column (a sample, over units) and of each row (a unit, over samples) of
   an activation matrix (units, samples), and how they spread. */
#ifndef TD_EXPERIMENTS_SELU_SPREAD_H
#define TD_EXPERIMENTS_SELU_SPREAD_H

#include <stddef.h>

#include "numeric/real.h"
#include "numeric/status.h"

struct td_slice_moments; /* buffers; nothing is allocated per matrix */
td_status td_slice_moments_create(size_t units, size_t samples, struct td_slice_moments **out,
                                  struct td_error *err);
void td_slice_moments_free(struct td_slice_moments *s);

/* Standard deviations of the means and of the variances over the slices; share of slices with
   |mean| <= most and variance in [lo, hi]. */
struct td_slice_spread {
    double mean, variance, inside;
};
struct td_slice_box {
    double most, lo, hi;
};

/* x (units, samples). */
void td_slice_moments_of(struct td_slice_moments *s, const real *x, struct td_slice_box box,
                         struct td_slice_spread *by_sample, struct td_slice_spread *by_unit);

#endif
