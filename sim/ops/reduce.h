/* Sums over rows inside ops: vector lanes within blocks, blocks in double. The order depends on n
   alone, so that equal rows give equal bits wherever they lie. */
#ifndef TD_SIM_OPS_REDUCE_H
#define TD_SIM_OPS_REDUCE_H

#include <stddef.h>
#include <string.h>

#include "numeric/real.h"

/* gcc keeps lanes of 32 bytes in registers (one AVX, two SSE), wider ones not. They are never
   passed to or returned from functions: that has no stable ABI. */
enum { TD_LANE_BYTES = 32, TD_LANES = TD_LANE_BYTES / sizeof(real), TD_REDUCE_BLOCK = 1024 };
typedef real td_lanes __attribute__((vector_size(TD_LANE_BYTES)));
/* The same in memory, wherever a row may start. */
typedef real td_lanes_at
    __attribute__((vector_size(TD_LANE_BYTES), aligned(sizeof(real)), may_alias));

static inline real td_lanes_sum(const td_lanes *v) {
    real r[TD_LANES];
    memcpy(r, v, sizeof r);
    for (size_t half = TD_LANES / 2; half > 0; half /= 2)
        for (size_t i = 0; i < half; i++)
            r[i] += r[i + half];
    return r[0];
}

/* sum += TERM of the lanes that begin at a[at], b[at]. */
#define TD_REDUCE_LANES(sum, at, TERM)                                                             \
    do {                                                                                           \
        td_lanes x = *(const td_lanes_at *)(a + (at)), y = *(const td_lanes_at *)(b + (at));       \
        (sum) += TERM;                                                                             \
        (void)y;                                                                                   \
    } while (0)

/* Defines NAME(n, a, b, c) = sum over i of TERM, written with x = a[i], y = b[i] and the scalar c;
   TERM is compiled for lanes and for the tail's single numbers. */
#define TD_DEFINE_REDUCTION(NAME, TERM)                                                            \
    static inline double NAME(size_t n, const real *a, const real *b, real c) {                    \
        double total = 0;                                                                          \
        (void)c;                                                                                   \
        for (size_t at = 0; at < n; at += TD_REDUCE_BLOCK) {                                       \
            size_t end = n - at < TD_REDUCE_BLOCK ? n : at + TD_REDUCE_BLOCK, i = at;              \
            td_lanes s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};                                       \
            for (; i + 4 * TD_LANES <= end; i += 4 * TD_LANES) {                                   \
                TD_REDUCE_LANES(s0, i, TERM);                                                      \
                TD_REDUCE_LANES(s1, i + TD_LANES, TERM);                                           \
                TD_REDUCE_LANES(s2, i + 2 * TD_LANES, TERM);                                       \
                TD_REDUCE_LANES(s3, i + 3 * TD_LANES, TERM);                                       \
            }                                                                                      \
            for (; i + TD_LANES <= end; i += TD_LANES)                                             \
                TD_REDUCE_LANES(s0, i, TERM);                                                      \
            real tail = 0;                                                                         \
            for (; i < end; i++) {                                                                 \
                real x = a[i], y = b[i];                                                           \
                tail += TERM;                                                                      \
                (void)y;                                                                           \
            }                                                                                      \
            s0 = (s0 + s2) + (s1 + s3);                                                            \
            total += (double)td_lanes_sum(&s0) + (double)tail;                                     \
        }                                                                                          \
        return total;                                                                              \
    }
TD_DEFINE_REDUCTION(td_reduce_plain, x)
TD_DEFINE_REDUCTION(td_reduce_product, x *y)
TD_DEFINE_REDUCTION(td_reduce_square, (x - c) * (x - c))
TD_DEFINE_REDUCTION(td_reduce_centred_product, (x - c) * y)

/* sum_i x[i] */
static inline double td_row_sum(size_t n, const real *x) {
    return td_reduce_plain(n, x, x, 0);
}
/* sum_i x[i] y[i] */
static inline double td_row_dot(size_t n, const real *x, const real *y) {
    return td_reduce_product(n, x, y, 0);
}
/* sum_i (x[i] - c)^2 */
static inline double td_row_squares(size_t n, const real *x, real c) {
    return td_reduce_square(n, x, x, c);
}
/* sum_i (x[i] - c) y[i] */
static inline double td_row_centred_dot(size_t n, const real *x, real c, const real *y) {
    return td_reduce_centred_product(n, x, y, c);
}

#endif
