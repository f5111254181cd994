/* Interval arithmetic with outward rounding: the result of every function contains the exact result
   for all numbers in its arguments, rounding included, so that an inequality between intervals is a
   proof. Nothing here trusts the C library's exp or erfc: those are summed here, with bounds on
   what is left out. Needs IEEE doubles rounded to nearest (no -ffast-math, no x87 registers). */
#ifndef TD_NUMERIC_INTERVAL_H
#define TD_NUMERIC_INTERVAL_H

#include <float.h>
#include <math.h>
#include <stdbool.h>

/* lo <= hi; infinite ends are allowed and mean that nothing is known on that side. */
struct td_interval {
    double lo, hi;
};

/* A number below x and one above x, beyond any rounding of x: 2^-52 |x| is at least the distance to
   the neighbouring double, half of which is the rounding error of one operation. */
static inline double td_round_down(double x) {
    return x == INFINITY ? DBL_MAX : x - (fabs(x) * DBL_EPSILON + DBL_TRUE_MIN);
}
static inline double td_round_up(double x) {
    return x == -INFINITY ? -DBL_MAX : x + (fabs(x) * DBL_EPSILON + DBL_TRUE_MIN);
}

/* Ends that were computed with one rounding each; NaN (inf - inf, 0 inf) knows nothing. */
static inline struct td_interval td_interval_outward(double lo, double hi) {
    if (isnan(lo) || isnan(hi))
        return (struct td_interval){-INFINITY, INFINITY};
    return (struct td_interval){td_round_down(lo), td_round_up(hi)};
}
static inline struct td_interval td_interval_point(double x) {
    return (struct td_interval){x, x};
}
/* Contains the decimal constant whose nearest double is x. */
static inline struct td_interval td_interval_near(double x) {
    return td_interval_outward(x, x);
}

static inline double td_interval_middle(struct td_interval a) {
    return a.lo + 0.5 * (a.hi - a.lo);
}
static inline bool td_interval_holds(struct td_interval a, double x) {
    return a.lo <= x && x <= a.hi;
}
/* Both contain the same value: so does what they share. */
static inline struct td_interval td_interval_meet(struct td_interval a, struct td_interval b) {
    return (struct td_interval){fmax(a.lo, b.lo), fmin(a.hi, b.hi)};
}

static inline struct td_interval td_interval_negate(struct td_interval a) {
    return (struct td_interval){-a.hi, -a.lo};
}
static inline struct td_interval td_interval_add(struct td_interval a, struct td_interval b) {
    return td_interval_outward(a.lo + b.lo, a.hi + b.hi);
}
static inline struct td_interval td_interval_subtract(struct td_interval a, struct td_interval b) {
    return td_interval_outward(a.lo - b.hi, a.hi - b.lo);
}
struct td_interval td_interval_multiply(struct td_interval a, struct td_interval b);
/* The whole line if 0 lies in b. */
struct td_interval td_interval_divide(struct td_interval a, struct td_interval b);
/* a^2 of one and the same a: never negative. */
struct td_interval td_interval_square(struct td_interval a);
/* Of the part of a that is not negative. */
struct td_interval td_interval_sqrt(struct td_interval a);

struct td_interval td_interval_exp(struct td_interval a);
/* Standard normal density, distribution function, and Mills ratio (1 - Phi(x)) / phi(x), which
   falls and is positive. For points exp is 3e-15 wide (relative), the Mills ratio 6e-13 for |x|
   < 30. */
struct td_interval td_interval_normal_density(struct td_interval a);
struct td_interval td_interval_normal_cdf(struct td_interval a);
struct td_interval td_interval_mills(struct td_interval a);

#endif
