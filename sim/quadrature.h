/* Expectations under a standard normal distribution, by adaptive Gauss-Legendre quadrature that is
   told where the integrand has kinks. Many expectations of one argument are computed together. */
#ifndef TD_SIM_QUADRATURE_H
#define TD_SIM_QUADRATURE_H

#include <stddef.h>

#include "numeric/status.h"

enum { TD_EXPECT_OUT = 8, TD_EXPECT_BREAKS = 24 };

/* Writes the values h_k(x), k < n_out, of one point. */
typedef void td_expectand(const void *context, double x, double *h);

/* out[k] = E[h_k(x)], x ~ N(0, 1), k < n_out <= TD_EXPECT_OUT. `breaks` (n_breaks <=
   TD_EXPECT_BREAKS, any order) are the points where some h_k or its derivative jumps. The error is
   about 1e-14 of E[|h_k|]; x beyond +-12 is left out (density below 1e-31), so h may grow like a
   polynomial or like exp(|x|). TD_FAILED: a value is not finite, or h varies faster than 2^-50 of
   the range resolves. */
td_status td_normal_expectation(td_expectand *h, const void *context, size_t n_out, size_t n_breaks,
                                const double *breaks, double *out, struct td_error *err);

#endif
