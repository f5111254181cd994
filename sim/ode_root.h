/* The root of a function of one variable between two points, by GSL's Brent solver. */
#ifndef TD_SIM_ODE_ROOT_H
#define TD_SIM_ODE_ROOT_H

#include "numeric/status.h"

/* *out: x in [lo, hi] with f(x) = 0, to a relative `tolerance` (0: to rounding); f(lo) and f(hi)
   must differ in sign or one of them be 0. TD_FAILED: they do not, or f is not finite there. */
td_status td_root(double (*f)(double x, void *context), void *context, double lo, double hi,
                  double tolerance, double *out, struct td_error *err);

#endif
