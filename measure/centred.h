/* Columns less their means, for measures that compare two sets of features. */
#ifndef TD_MEASURE_CENTRED_H
#define TD_MEASURE_CENTRED_H

#include <stdbool.h>

#include "measure/measure.h"

/* x (n, d) times a power of two that keeps squares in range, each column less its mean. What the
   means leave of a constant column, a few roundings of it, is 0. td_free; NULL: no memory. *zero:
   nothing is left of any column. */
double *td_centred(const struct td_matrix *x, bool *zero);

#endif
