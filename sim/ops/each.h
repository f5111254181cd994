/* Loops over arrays that the compiler vectorises. */
#ifndef TD_SIM_OPS_EACH_H
#define TD_SIM_OPS_EACH_H

#include <stddef.h>

#ifdef __clang__
#define TD_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define TD_INDEPENDENT _Pragma("GCC ivdep")
#endif

/* for (i = 0 .. n - 1), where writing element i never touches another element's inputs (y may be
   x). */
#define TD_EACH(i, n) TD_INDEPENDENT for (size_t i = 0; i < (n); i++)

/* Elements whose intermediate values stay on the stack and in L1. */
enum { TD_BLOCK = 512 };

/* for blocks [at, at + len) of at most TD_BLOCK elements. */
#define TD_EACH_BLOCK(at, len, n)                                                                  \
    for (size_t at = 0, len; (len = (n)-at < TD_BLOCK ? (n)-at : TD_BLOCK) > 0; at += len)

#endif
