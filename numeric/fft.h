/* FFT through FFTW with a cache of plans (FFTW_ESTIMATE: a measured plan would make bits vary). */
#ifndef TD_NUMERIC_FFT_H
#define TD_NUMERIC_FFT_H

#include <complex.h>
#include <stddef.h>

#include "numeric/status.h"

/* X[k] = sum_j x[j] exp(-2 pi i j k / n), k = 0 .. n/2 (n/2 + 1 values), unnormalised. */
td_status td_fft_real(size_t n, const double *x, double complex *out, struct td_error *err);
/* Inverse of the above, divided by n: n real values. */
td_status td_fft_real_inverse(size_t n, const double complex *x, double *out, struct td_error *err);
/* Complex transform; sign -1 forward, +1 backward; unnormalised. */
td_status td_fft_complex(size_t n, int sign, const double complex *x, double complex *out,
                         struct td_error *err);
void td_fft_cleanup(void); /* frees the cached plans */

#endif
