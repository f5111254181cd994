/* Internal to measure/: a register's worth of doubles side by side. Wider vectors than the machine
   has would be kept in memory. */
#ifndef TD_MEASURE_LANES_H
#define TD_MEASURE_LANES_H

#include <stddef.h>
#include <stdint.h>

#if defined(__AVX512F__)
enum { TD_LANES = 8 };
#elif defined(__AVX__)
enum { TD_LANES = 4 };
#else
enum { TD_LANES = 2 };
#endif
typedef double td_lanes __attribute__((vector_size(TD_LANES * sizeof(double))));
typedef int64_t td_lanes_mask __attribute__((vector_size(TD_LANES * sizeof(int64_t))));
typedef uint64_t td_lanes_bits __attribute__((vector_size(TD_LANES * sizeof(uint64_t))));

/* Aligned to a register. */
static inline const td_lanes *td_lanes_at(const double *x) {
    return (const td_lanes *)(const void *)x;
}
static inline td_lanes *td_lanes_to(double *x) {
    return (td_lanes *)(void *)x;
}

static inline double td_lanes_sum(const td_lanes *v) {
    double sum = 0;
    for (size_t l = 0; l < TD_LANES; ++l)
        sum += (*v)[l];
    return sum;
}

/* x where it is greater than `least`, else (and for NaN) `least`. */
static inline td_lanes td_lanes_max(td_lanes x, double least) {
    td_lanes_mask greater = x > least;
    return (td_lanes)(((td_lanes_mask)x & greater) |
                      ((td_lanes_mask)(least - (td_lanes){0}) & ~greater));
}

/* exp(x) for |x| <= 700, to 2 ulp: td_dvec_exp without its care for inf, NaN and overflow, which
   sums of kernels need not, and in registers. x = n ln 2 + r, |r| <= ln 2 / 2, ln 2 in two parts
   (Cody, Waite 1980), and the series of exp(r) up to r^13 / 13!, pairwise (Estrin), so that what
   follows need not wait. */
static inline td_lanes td_lanes_exp(td_lanes x) {
    const double round = 0x1.8p52, ln2_high = 0x1.62e42fefa38p-1, ln2_low = 0x1.ef35793c7673p-45;
    enum { EXPONENT_BIT = 52 };
    td_lanes shifted = x * 1.4426950408889634 + round; /* its last bits are n */
    td_lanes n = shifted - round;
    td_lanes r = x - n * ln2_high - n * ln2_low;
    td_lanes r2 = r * r, r4 = r2 * r2, r8 = r4 * r4;
    td_lanes to3 = (1 + r) + (1.0 / 2 + r * (1.0 / 6)) * r2;
    td_lanes to7 = (1.0 / 24 + r * (1.0 / 120)) + (1.0 / 720 + r * (1.0 / 5040)) * r2;
    td_lanes to11 =
        (1.0 / 40320 + r * (1.0 / 362880)) + (1.0 / 3628800 + r * (1.0 / 39916800)) * r2;
    td_lanes to13 = 1.0 / 479001600 + r * (1.0 / 6227020800);
    td_lanes sum = (to3 + to7 * r4) + (to11 + to13 * r4) * r8;
    return (td_lanes)((td_lanes_bits)sum + ((td_lanes_bits)shifted << EXPONENT_BIT));
}

#endif
