/* Student's t distribution from uniform numbers. */
#ifndef TD_SIM_INITS_STUDENT_T_H
#define TD_SIM_INITS_STUDENT_T_H

#include <stddef.h>
#include <stdint.h>

#include "numeric/random.h"

/* t[i], i < n: Student's t with `freedom` > 0 degrees of freedom, unscaled, by Bailey's polar
   method (1994, eq. 2.1): sqrt(freedom (u^(-2/freedom) - 1)) cos(2 pi v). Element `first` + i takes
   elements 2 (first + i) (u) and 2 (first + i) + 1 (v) of the draw (step, layer). */
void td_draw_student_t(double freedom, struct td_stream stream, uint64_t step, uint32_t layer,
                       size_t first, size_t n, double *t);

/* Factor that gives it variance 1; where the variance is infinite (freedom <= 2), the quartiles of
   the standard normal. */
double td_student_t_scale(double freedom);

#endif
