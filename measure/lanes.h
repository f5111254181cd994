/* Internal to measure/: a register's worth of doubles side by side. Wider vectors than the machine
   has would be kept in memory. */
#ifndef TD_MEASURE_LANES_H
#define TD_MEASURE_LANES_H

#include <stddef.h>

#if defined(__AVX512F__)
enum { TD_LANES = 8 };
#elif defined(__AVX__)
enum { TD_LANES = 4 };
#else
enum { TD_LANES = 2 };
#endif
typedef double td_lanes __attribute__((vector_size(TD_LANES * sizeof(double))));

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

#endif
