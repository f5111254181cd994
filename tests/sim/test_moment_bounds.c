/* Intervals of SELU's moment map hold the values of the closed form all over their boxes, are
   narrow for points, and the closed-form solutions for wanted fixed points are solutions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "numeric/random.h"
#include "sim/moment_bounds.h"

static double uniform(size_t i, uint32_t which, double lo, double hi) {
    double u;
    td_random_duniform(td_stream_make(5, "bounds"), 0, which, i, 1, &u);
    return lo + u * (hi - lo);
}

static void holds(const char *what, struct td_interval a, double x, double rounding) {
    if (!(a.lo - rounding <= x && x <= a.hi + rounding))
        fail_msg("%s: [%.17g, %.17g] does not hold %.17g", what, a.lo, a.hi, x);
}

/* `rounding`: of the closed form in doubles, which is what is compared. */
static void all_hold(const struct td_moment_bounds *b, double m, double s2, double rounding) {
    struct td_moment_image at = td_selu_image(td_selu_01, m, s2);
    holds("mean", b->mean, at.mean, rounding);
    holds("variance", b->var, at.var, rounding * (1 + at.var));
    holds("d mean / d m", b->mean_m, at.mean_m, rounding);
    holds("d mean / d s2", b->mean_s2, at.mean_s2, rounding * (1 + fabs(at.mean_s2)));
    holds("d variance / d m", b->var_m, at.var_m, rounding * (1 + fabs(at.var_m)));
    holds("d variance / d s2", b->var_s2, at.var_s2, rounding * (1 + fabs(at.var_s2)));
}

static void test_boxes_hold_their_points(void **state) {
    (void)state;
    for (size_t i = 0; i < 300; i++) {
        double m = uniform(i, 0, -2, 2), s2 = exp(uniform(i, 1, -5, 3));
        double dm = uniform(i, 2, 0, 0.3), ds2 = s2 * uniform(i, 3, 0, 0.5);
        struct td_interval ms = {m, m + dm}, s2s = {s2, s2 + ds2};
        struct td_moment_bounds b = td_selu_bounds(td_selu_01, ms, s2s);
        for (size_t k = 0; k < 20; k++)
            all_hold(&b, fmin(ms.hi, uniform(20 * i + k, 4, m, m + dm)),
                     fmin(s2s.hi, uniform(20 * i + k, 5, s2, s2 + ds2)), 1e-12);
    }
}

static double width(struct td_interval a) {
    return a.hi - a.lo;
}

static void test_points_are_narrow(void **state) {
    (void)state;
    for (size_t i = 0; i < 300; i++) {
        double m = uniform(i, 6, -1, 1), s2 = exp(uniform(i, 7, -4, 3));
        struct td_moment_bounds b =
            td_selu_bounds(td_selu_01, td_interval_point(m), td_interval_point(s2));
        all_hold(&b, m, s2, 1e-12);
        assert_true(width(b.mean) < 1e-11 && width(b.var) < 1e-10 * (1 + s2));
        assert_true(width(b.mean_s2) < 1e-10 && width(b.var_s2) < 1e-9);
    }
}

/* Half the box, half the width and less: the enclosure converges. */
static void test_width_shrinks_with_the_box(void **state) {
    (void)state;
    double before = INFINITY;
    for (double size = 0.4; size > 1e-6; size /= 4) {
        struct td_interval m = {-size, size}, s2 = {1 - size, 1 + size};
        struct td_moment_bounds b = td_selu_bounds(td_selu_01, m, s2);
        assert_true(width(b.var) < 0.3 * before && width(b.var) < 40 * size);
        before = width(b.var);
    }
    struct td_moment_bounds none =
        td_selu_bounds(td_selu_01, td_interval_point(0), (struct td_interval){0, 1});
    assert_true(none.var.lo == -INFINITY && none.var.hi == INFINITY);
}

/* The theorem's own fixed point, proved: the image of (0, 1) holds (0, 1) and is 1e-12 wide. */
static void test_fixed_point(void **state) {
    (void)state;
    struct td_moment_bounds b =
        td_selu_bounds(td_selu_01, td_interval_point(0), td_interval_point(1));
    holds("mean", b.mean, 0, 0);
    holds("variance", b.var, 1, 0);
    assert_true(width(b.mean) < 1e-12 && width(b.var) < 1e-12);
}

static void test_solutions(void **state) {
    (void)state;
    struct td_selu out[2];
    struct td_error err;
    size_t n, solved = 0, pairs = 0;
    assert_int_equal(td_selu_solutions((struct td_moments){0, 1}, 0, 1, out, &n, &err), TD_OK);
    assert_int_equal(n, 1);
    assert_true(fabs(out[0].alpha - td_selu_01.alpha) < 1e-13);
    assert_true(fabs(out[0].lambda - td_selu_01.lambda) < 1e-13);
    for (size_t i = 0; i < 400; i++) {
        struct td_moments target = {uniform(i, 8, -1, 2), exp(uniform(i, 9, -2, 3))};
        double omega = uniform(i, 10, -1, 1), tau = uniform(i, 11, 0.5, 2);
        assert_int_equal(td_selu_solutions(target, omega, tau, out, &n, &err), TD_OK);
        solved += n > 0;
        pairs += n == 2;
        for (size_t k = 0; k < n; k++) {
            struct td_moment_image image =
                td_selu_image(out[k], target.mean * omega, target.var * tau);
            assert_true(out[k].alpha >= 0 && out[k].lambda > 0);
            /* alpha near a double root, or large, loses digits. */
            double allowed = 1e-9 * (1 + out[k].alpha * out[k].lambda);
            assert_true(fabs(image.mean - target.mean) < allowed);
            assert_true(fabs(image.var - target.var) < allowed * (1 + target.var));
        }
    }
    assert_true(solved > 100 && solved < 400);
    /* Newton's method finds the same where it finds anything. */
    for (size_t i = 0; i < 100; i++) {
        struct td_moments target = {uniform(i, 12, 0, 1), uniform(i, 13, 1.5, 4)};
        struct td_selu newton;
        if (td_selu_solve(target, &newton, NULL) || newton.alpha < 0 || newton.lambda < 0)
            continue;
        assert_int_equal(td_selu_solutions(target, 0, 1, out, &n, &err), TD_OK);
        assert_true(n > 0);
        double off = fabs(out[0].alpha - newton.alpha);
        if (n == 2)
            off = fmin(off, fabs(out[1].alpha - newton.alpha));
        assert_true(off < 1e-9 * (1 + newton.alpha));
    }
    /* A mean that positive values of this size cannot have. */
    assert_int_equal(td_selu_solutions((struct td_moments){1, 0.1}, 0, 1, out, &n, &err), TD_OK);
    assert_int_equal(n, 0);
    assert_int_equal(td_selu_solutions((struct td_moments){0, 0}, 0, 1, out, &n, &err),
                     TD_BAD_INPUT);
    assert_int_equal(td_selu_solutions((struct td_moments){NAN, 1}, 0, 1, out, &n, &err),
                     TD_BAD_INPUT);
    (void)pairs;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_boxes_hold_their_points),
        cmocka_unit_test(test_points_are_narrow),
        cmocka_unit_test(test_width_shrinks_with_the_box),
        cmocka_unit_test(test_fixed_point),
        cmocka_unit_test(test_solutions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
