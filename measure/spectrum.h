/* The covariance spectrum of samples, up to a common factor. */
#ifndef TD_MEASURE_SPECTRUM_H
#define TD_MEASURE_SPECTRUM_H

#include <stdbool.h>

#include "measure/measure.h"

/* The smaller of X^T X (d, d) and X X^T (n, n), X = x - column means if `center`, scaled by a power
   of two; both have the covariance's nonzero eigenvalues times a common factor. */
struct td_gram {
    size_t k;  /* min(n, d) */
    double *v; /* (k, k), NULL if `zero` */
    bool zero; /* X vanishes: constant columns, or one sample */
};
td_status td_gram_make(const struct td_matrix *x, bool center, struct td_gram *out,
                       struct td_error *err);
void td_gram_free(struct td_gram *g);

/* "" or what makes a dimension of these samples doubtful, into buffer; returns buffer. */
const char *td_gram_warning(const struct td_matrix *x, bool center, const struct td_gram *g,
                            char buffer[TD_WARNING_MAX]);

#endif
