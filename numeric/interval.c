#include "numeric/interval.h"

typedef struct td_interval interval;

#define add td_interval_add
#define sub td_interval_subtract
#define mul td_interval_multiply
#define quot td_interval_divide
#define point td_interval_point

interval td_interval_multiply(interval a, interval b) {
    double p = a.lo * b.lo, q = a.lo * b.hi, r = a.hi * b.lo, s = a.hi * b.hi;
    if (isnan(p + q) || isnan(r + s)) {
        if (isnan(p) || isnan(q) || isnan(r) || isnan(s))
            return (interval){-INFINITY, INFINITY};
    }
    return td_interval_outward(fmin(fmin(p, q), fmin(r, s)), fmax(fmax(p, q), fmax(r, s)));
}

interval td_interval_divide(interval a, interval b) {
    if (b.lo <= 0 && b.hi >= 0)
        return (interval){-INFINITY, INFINITY};
    double p = a.lo / b.lo, q = a.lo / b.hi, r = a.hi / b.lo, s = a.hi / b.hi;
    if (isnan(p) || isnan(q) || isnan(r) || isnan(s))
        return (interval){-INFINITY, INFINITY};
    return td_interval_outward(fmin(fmin(p, q), fmin(r, s)), fmax(fmax(p, q), fmax(r, s)));
}

interval td_interval_square(interval a) {
    double far = fmax(fabs(a.lo), fabs(a.hi)), near = fmin(fabs(a.lo), fabs(a.hi));
    if (td_interval_holds(a, 0))
        near = 0;
    interval square = td_interval_outward(near * near, far * far);
    return (interval){fmax(0, square.lo), square.hi};
}

interval td_interval_sqrt(interval a) {
    interval root = td_interval_outward(sqrt(fmax(0, a.lo)), sqrt(fmax(0, a.hi)));
    return (interval){fmax(0, root.lo), root.hi};
}

/* e^x = 2^k e^r, r = x - k ln 2, |r| < 0.36; Taylor's sum up to r^18 / 18!. What is left out is
   less than r^19 / 19! e^|r| < 1e-25. */
static interval exp_of_point(double x) {
    const double ln2_high = 0x1.62e42fefap-1; /* 37 bits: its product with k is exact */
    static const interval ln2_low = {0x1.cf79abc9e3b39p-40, 0x1.cf79abc9e3b3ap-40};
    const double largest = 709, smallest = -740, left_out = 1e-25;
    enum { TERMS = 18 };
    if (x > largest)
        return (interval){x > 710 ? DBL_MAX : 0x1p1022, INFINITY};
    if (x < smallest)
        return (interval){0, 1e-320};
    double k = nearbyint(x / M_LN2);
    interval r = sub(sub(point(x), point(k * ln2_high)), mul(point(k), ln2_low)), sum = point(1);
    for (int n = TERMS; n > 0; n--)
        sum = add(point(1), mul(quot(r, point(n)), sum));
    sum = add(sum, (interval){-left_out, left_out});
    interval scaled = td_interval_outward(ldexp(sum.lo, (int)k), ldexp(sum.hi, (int)k));
    return (interval){fmax(0, scaled.lo), scaled.hi};
}

interval td_interval_exp(interval a) {
    return (interval){exp_of_point(a.lo).lo, exp_of_point(a.hi).hi};
}

static const interval sqrt_2pi = {0x1.40d931ff62705p+1, 0x1.40d931ff62706p+1};

interval td_interval_normal_density(interval a) {
    interval half = mul(point(-0.5), td_interval_square(a));
    return quot(td_interval_exp(half), sqrt_2pi);
}

/* sum_k x^(2k+1) / (2k+1)!! = (Phi(x) - 1/2) / phi(x), all terms positive for x > 0. Once 2 k + 3 >
   2 x^2, what is left out is less than twice its first term. */
static interval series(double x) {
    enum { TERMS = 40 };
    interval square = td_interval_square(point(x)), term = point(x), sum = point(x);
    for (int k = 1; k < TERMS; k++) {
        term = quot(mul(term, square), point(2 * k + 1));
        sum = add(sum, term);
    }
    term = quot(mul(term, square), point(2 * TERMS + 1));
    return add(sum, (interval){0, 2 * td_round_up(term.hi)});
}

/* Laplace's continued fraction 1/(x + 1/(x + 2/(x + ...))): its tail x + k/(x + ...) lies between x
   and x + k/x. */
static interval continued_fraction(double x) {
    enum { TERMS = 100 };
    interval tail = {x, td_round_up(x + td_round_up(TERMS / x))};
    for (int k = TERMS - 1; k > 0; k--)
        tail = add(point(x), quot(point(k), tail));
    return quot(point(1), tail);
}

static interval mills_of_point(double x) {
    const double fraction_from = 2;
    if (x >= fraction_from)
        return isinf(x) ? (interval){0, DBL_TRUE_MIN} : continued_fraction(x);
    interval all = quot(point(1), td_interval_normal_density(point(x))); /* 1 / phi */
    if (x < 0) /* (1 - Phi(x)) / phi(x) = 1 / phi(x) - Phi(x) / phi(x) */
        return sub(all, mills_of_point(-x));
    return sub(mul(point(0.5), all), series(x));
}

interval td_interval_mills(interval a) {
    return (interval){fmax(0, mills_of_point(a.hi).lo), mills_of_point(a.lo).hi};
}

static interval cdf_of_point(double x) {
    if (isinf(x))
        return x > 0 ? (interval){1, 1} : (interval){0, 0};
    interval tail = mul(td_interval_normal_density(point(x)), mills_of_point(fabs(x)));
    return x > 0 ? sub(point(1), tail) : tail;
}

interval td_interval_normal_cdf(interval a) {
    return (interval){fmax(0, cdf_of_point(a.lo).lo), fmin(1, cdf_of_point(a.hi).hi)};
}
