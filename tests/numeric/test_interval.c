/* Intervals contain the exact results: against long double (64 bits of mantissa) at random
   arguments, and they are narrow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "numeric/interval.h"
#include "numeric/random.h"

typedef struct td_interval interval;

enum { N = 20000 };

static double uniform(size_t i, uint32_t which) {
    double u;
    td_random_duniform(td_stream_make(11, "interval"), 0, which, i, 1, &u);
    return u;
}

static void holds(const char *what, double x, interval a, long double exact) {
    if (!((long double)a.lo <= exact && exact <= (long double)a.hi))
        fail_msg("%s at %.17g: [%.17g, %.17g] does not hold %.20Lg", what, x, a.lo, a.hi, exact);
}

/* A number of any size and sign, and an interval around it. */
static double any(size_t i, uint32_t which) {
    double sign = uniform(i, which) < 0.5 ? -1 : 1;
    return sign * exp(40 * (uniform(i, which + 1) - 0.5));
}
static interval around(double x, double share) {
    double w = fabs(x) * share;
    return (interval){x - w, x + w};
}

static void test_arithmetic(void **state) {
    (void)state;
    for (size_t i = 0; i < N; i++) {
        double x = any(i, 0), y = any(i, 2), share = i % 3 ? uniform(i, 4) * (i % 2 ? 2 : 1e-9) : 0;
        interval a = around(x, share), b = around(y, share);
        long double u = x, v = y;
        holds("+", x, td_interval_add(a, b), u + v);
        holds("-", x, td_interval_subtract(a, b), u - v);
        holds("*", x, td_interval_multiply(a, b), u * v);
        holds("/", x, td_interval_divide(a, b), u / v);
        holds("^2", x, td_interval_square(a), u * u);
        holds("sqrt", x, td_interval_sqrt(around(fabs(x), share)), sqrtl(fabsl(u)));
        if (share == 0) { /* one rounding: three ulps wide at most */
            interval p = td_interval_multiply(a, b);
            assert_true(p.hi - p.lo <= 6 * DBL_EPSILON * fabs(x * y));
        }
    }
    interval across = {-2, 3}, one = {1, 1};
    assert_true(td_interval_square(across).lo == 0);
    assert_true(isinf(td_interval_divide(one, across).hi));
    assert_true(td_interval_multiply(across, across).lo <= -6);
    assert_true(td_interval_multiply(across, across).hi >= 9);
}

/* Infinite and overflowing ends lose knowledge, never truth. */
static void test_infinity(void **state) {
    (void)state;
    interval huge = {1e200, 1e300}, line = {-INFINITY, INFINITY}, zero = {0, 0};
    interval product = td_interval_multiply(huge, huge);
    assert_true(product.lo <= DBL_MAX && product.hi == INFINITY);
    product = td_interval_multiply(line, zero);
    assert_true(product.lo <= 0 && product.hi >= 0);
    interval sum = td_interval_subtract(line, line);
    assert_true(sum.lo == -INFINITY && sum.hi == INFINITY);
    interval e = td_interval_exp((interval){-INFINITY, INFINITY});
    assert_true(e.lo == 0 && e.hi == INFINITY);
    e = td_interval_exp((interval){800, 801});
    assert_true(e.lo == DBL_MAX && e.hi == INFINITY);
    e = td_interval_exp((interval){-760, -745});
    assert_true(e.lo == 0 && e.hi > 0 && e.hi < 1e-300);
    interval tiny = td_interval_multiply((interval){1e-200, 1e-200}, (interval){1e-200, 1e-200});
    assert_true(tiny.lo <= 0 && tiny.hi > 0);
}

static void test_exp(void **state) {
    (void)state;
    for (size_t i = 0; i < N; i++) {
        double x = i % 2 ? 1400 * (uniform(i, 6) - 0.5) : 4 * (uniform(i, 6) - 0.5);
        interval e = td_interval_exp(td_interval_point(x));
        holds("exp", x, e, expl((long double)x));
        assert_true(e.hi - e.lo < 40 * DBL_EPSILON * e.hi + DBL_MIN);
        holds("exp", x, td_interval_exp((interval){x - 0.1, x + 0.1}), expl((long double)x));
    }
    assert_true(td_interval_holds(td_interval_exp(td_interval_point(0)), 1));
}

/* Mills ratio in long double: 1 / phi times erfc / 2 where that does not cancel. */
static long double mills(long double x) {
    return sqrtl(2 * acosl(-1)) * expl(x * x / 2) * 0.5L * erfcl(x / sqrtl(2));
}

static void test_normal(void **state) {
    (void)state;
    const long double root = sqrtl(2);
    for (size_t i = 0; i < N / 4; i++) {
        double x = i % 2 ? 60 * (uniform(i, 8) - 0.5) : 8 * (uniform(i, 8) - 0.5);
        interval point = td_interval_point(x), wide = {x - 0.01, x + 0.02};
        long double density = expl(-(long double)x * x / 2) / sqrtl(2 * acosl(-1));
        holds("density", x, td_interval_normal_density(point), density);
        holds("density", x, td_interval_normal_density(wide), density);
        interval m = td_interval_mills(point);
        holds("Mills", x, m, mills(x));
        holds("Mills", x, td_interval_mills(wide), mills(x));
        assert_true(m.hi - m.lo < 6e-13 * m.hi);
        holds("cdf", x, td_interval_normal_cdf(point), 0.5L * erfcl(-(long double)x / root));
        holds("cdf", x, td_interval_normal_cdf(wide), 0.5L * erfcl(-(long double)x / root));
    }
    interval far = td_interval_mills((interval){1000, INFINITY});
    assert_true(far.lo >= 0 && far.hi > 0.000999 && far.hi < 0.001);
}

/* A series summed by intervals holds what it converges to; its width is the price of 2000
   roundings. */
static void test_sums(void **state) {
    (void)state;
    interval sum = td_interval_point(0);
    enum { TERMS = 1000 };
    for (int k = 1; k <= TERMS; k++) {
        interval term = td_interval_divide(td_interval_point(1), td_interval_point(k));
        sum = td_interval_add(sum, td_interval_square(term));
    }
    /* pi^2/6 minus the tail 1/n - 1/(2 n^2) + 1/(6 n^3) - ... */
    const long double pi = acosl(-1), n = TERMS;
    holds("sum", TERMS, sum, pi * pi / 6 - 1 / n + 1 / (2 * n * n) - 1 / (6 * n * n * n));
    assert_true(sum.hi - sum.lo < 4000 * DBL_EPSILON * 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arithmetic), cmocka_unit_test(test_infinity),
        cmocka_unit_test(test_exp),        cmocka_unit_test(test_normal),
        cmocka_unit_test(test_sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
