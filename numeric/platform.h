/* The process and the machine: one-time set-up that makes results repeatable, the check that the
   CPU has what the binary was compiled for, and the fingerprint that goes with every result. */
#ifndef TD_NUMERIC_PLATFORM_H
#define TD_NUMERIC_PLATFORM_H

#include <stdbool.h>

#include "numeric/status.h"

/* NULL if this CPU has every instruction set that the libraries were compiled for, else the name of
   the first missing one ("avx512f"). Compiled for the baseline: safe to call on any CPU. */
const char *td_cpu_missing(void);

/* OpenBLAS to one thread, GSL's aborting error handler off. Call once before anything else.
   `portable`: pins OPENBLAS_CORETYPE and LIBXSMM_TARGET to a common level; must be the environment
   of a fresh process, so this re-executes argv when they are not yet set. */
td_status td_platform_init(bool portable, char **argv, struct td_error *err);

/* "tdyn 0.1.0 float avx2+fma gcc-12 openblas-0.3.21-Zen+libxsmm-1.17-hsw
   libmvec-2.36-avx2+sleef-3.5" (one line): results are equal byte for byte only under equal
   fingerprints. Static storage. */
const char *td_fingerprint(void);
const char *td_version(void);

/* True if flush-to-zero and denormals-are-zero are off (no library was linked with -ffast-math). */
bool td_denormals_kept(void);

/* Seconds of a monotonic clock, for progress and durations only. */
double td_clock(void);

/* Peak resident memory of this process in bytes. */
double td_peak_memory(void);

#endif
