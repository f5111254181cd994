/* What the files of this folder share: block-wise loops that the compiler vectorises. */
#ifndef TD_SIM_ACTIVATIONS_ELEMENTWISE_H
#define TD_SIM_ACTIVATIONS_ELEMENTWISE_H

#include <stddef.h>

#include "numeric/vec.h"
#include "sim/activation.h"

/* Elements whose intermediate values stay on the stack and in L1. */
enum { TD_BLOCK = 512 };

/* |f'| at most this counts as saturated. */
#define TD_SATURATION_SLOPE 0.05

/* for (i = 0 .. n - 1), where writing element i never touches another element's inputs (y may be
   x). */
#define TD_EACH(i, n) _Pragma("GCC ivdep") for (size_t i = 0; i < (n); i++)

/* for blocks [at, at + len) of at most TD_BLOCK elements. */
#define TD_EACH_BLOCK(at, len, n)                                                                  \
    for (size_t at = 0, len; (len = (n)-at < TD_BLOCK ? (n)-at : TD_BLOCK) > 0; at += len)

static inline size_t td_no_kinks(const void *params, double out[4]) {
    (void)params;
    (void)out;
    return 0;
}

static inline size_t td_kink_at_zero(const void *params, double out[4]) {
    (void)params;
    out[0] = 0;
    return 1;
}

#endif
