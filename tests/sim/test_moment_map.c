/* The moment map against adaptive quadrature by GSL, closed forms of other activations, finite
   differences and the numbers that the paper prints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_rng.h>

#include "sim/activation.h"
#include "sim/moment_map.h"
#include "sim/quadrature.h"

#define EPS 2.220446049250313e-16

static void near(const char *what, double got, double want, double margin) {
    if (!(fabs(got - want) <= margin)) {
        print_error("%s: %.17g, expected %.17g, off by %.3g, allowed %.3g\n", what, got, want,
                    fabs(got - want), margin);
        fail();
    }
}

/* --- reference: GSL adaptive quadrature of centred integrands --- */

struct reference {
    double m, s;
    int power; /* of f(z) - f(m) */
};

static double selu(double z) {
    const struct td_selu f = td_selu_01;
    return z > 0 ? f.lambda * z : f.lambda * f.alpha * expm1(z);
}

static double centred_integrand(double x, void *context) {
    const struct reference *r = context;
    const struct td_selu f = td_selu_01;
    double dz = r->s * x, z = r->m + dz, d;
    if (z <= 0 && r->m <= 0)
        d = f.lambda * f.alpha * exp(r->m) * expm1(dz);
    else
        d = z > 0 && r->m > 0 ? f.lambda * dz : selu(z) - selu(r->m);
    return (r->power == 1 ? d : d * d) * exp(-0.5 * x * x) / sqrt(2 * M_PI);
}

static double integrate(const struct reference *r) {
    double kink = -r->m / r->s, reach = 14 + fmin(2 * r->s, fmax(kink, 0)), total = 0;
    double edges[] = {-14, kink, r->s, 2 * r->s, reach}, from = -14;
    gsl_integration_workspace *work = gsl_integration_workspace_alloc(2000);
    gsl_function fn = {centred_integrand, (void *)r};
    for (;;) {
        double to = reach, part, error;
        for (size_t i = 0; i < 5; i++)
            if (edges[i] > from && edges[i] < to)
                to = edges[i];
        gsl_integration_qag(&fn, from, to, 0, 1e-13, 2000, GSL_INTEG_GAUSS61, work, &part, &error);
        total += part;
        if (to >= reach)
            break;
        from = to;
    }
    gsl_integration_workspace_free(work);
    return total;
}

static void compare_with_quadrature(double m, double s2, double relative) {
    struct reference r = {m, sqrt(s2), 1};
    double d = integrate(&r), mean = selu(m) + d;
    r.power = 2;
    double dd = integrate(&r), var = dd - d * d;
    struct td_moment_image image = td_selu_image(td_selu_01, m, s2);
    char what[80];
    snprintf(what, sizeof what, "mean at m %.17g, s2 %.17g", m, s2);
    /* Where the mean crosses zero it is a difference of terms of size |f(m)| and sd f(z). */
    near(what, image.mean, mean, relative * fabs(mean) + 20 * EPS * (fabs(selu(m)) + sqrt(dd)));
    snprintf(what, sizeof what, "variance at m %.17g, s2 %.17g", m, s2);
    near(what, image.var, var, relative * var);
}

static double uniform(gsl_rng *rng, double lo, double hi) {
    return lo + (hi - lo) * gsl_rng_uniform(rng);
}

static void test_ordinary_arguments(void **state) {
    (void)state;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    for (int i = 0; i < 300; i++) {
        double m = uniform(rng, -3, 3);
        compare_with_quadrature(m, pow(10, uniform(rng, -3, 1.5)), 1e-12);
    }
    gsl_rng_free(rng);
}

static void test_extreme_arguments(void **state) {
    (void)state;
    const double ms[] = {-40, -25, -8, -1, -1e-3, -1e-7, 0, 1e-7, 1e-3, 1, 8, 25, 40};
    for (size_t i = 0; i < sizeof ms / sizeof *ms; i++)
        for (int e = -12; e <= 6; e++)
            compare_with_quadrature(ms[i], pow(10, e), 1e-9);
}

/* The two branches meet: at s = 1/8 quadrature hands over to the closed form. */
static void test_branches_meet(void **state) {
    (void)state;
    for (double m = -40; m <= 40; m += 1.7) {
        struct td_moment_image below = td_selu_image(td_selu_01, m, (1 - 1e-15) / 64);
        struct td_moment_image above = td_selu_image(td_selu_01, m, (1 + 1e-15) / 64);
        near("mean", below.mean, above.mean, 1e-13 * fabs(above.mean) + 1e-15);
        near("variance", below.var, above.var, 2e-12 * above.var);
        near("slope", below.slope2, above.slope2, 1e-12 * above.slope2);
        near("d mean / d s2", below.mean_s2, above.mean_s2, 1e-12 * fabs(above.mean_s2) + 1e-20);
        near("d var / d s2", below.var_s2, above.var_s2, 1e-12 * above.var_s2);
    }
}

static void test_limits(void **state) {
    (void)state;
    const struct td_selu f = td_selu_01;
    struct td_moment_image point = td_selu_image(f, -1, 0);
    near("mean at s2 = 0", point.mean, selu(-1), 0);
    near("variance at s2 = 0", point.var, 0, 0);
    near("d var / d s2 at s2 = 0", point.var_s2, pow(f.lambda * f.alpha * exp(-1), 2), 1e-15);
    /* Smooth point: var -> f'(m)^2 s2. */
    struct td_moment_image small = td_selu_image(f, -1, 1e-12);
    near("variance", small.var / 1e-12, point.var_s2, 1e-10);
    /* At the kink: var -> s2 lambda^2 ((1 + alpha^2)/2 - (1 - alpha)^2 / (2 pi)). */
    double a = f.alpha, slope = (1 + a * a) / 2 - (1 - a) * (1 - a) / (2 * M_PI);
    near("variance at the kink", td_selu_image(f, 0, 1e-12).var / 1e-12,
         f.lambda * f.lambda * slope, 1e-5); /* the next term is of order s = 1e-6 */
    assert_true(isinf(td_selu_image(f, 0, 0).mean_s2));
    assert_true(isnan(td_selu_image(f, NAN, 1).mean));
    assert_true(isnan(td_selu_image(f, 0, -1).var));
    assert_true(isnan(td_selu_image(f, INFINITY, 1).var));
}

/* --- derivatives --- */

static void test_jacobian_is_the_derivative(void **state) {
    (void)state;
    const double ms[] = {-30, -4, -0.5, 0, 0.2, 3, 20}, variances[] = {1e-3, 0.1, 1, 3, 100};
    for (size_t i = 0; i < 7; i++)
        for (size_t j = 0; j < 5; j++) {
            double m = ms[i], s2 = variances[j], hm = 1e-4 * sqrt(s2), hs = 1e-4 * s2;
            struct td_moment_image at = td_selu_image(td_selu_01, m, s2);
            struct td_moment_image r = td_selu_image(td_selu_01, m + hm, s2);
            struct td_moment_image l = td_selu_image(td_selu_01, m - hm, s2);
            struct td_moment_image u = td_selu_image(td_selu_01, m, s2 + hs);
            struct td_moment_image d = td_selu_image(td_selu_01, m, s2 - hs);
            /* Truncation: h^2/6 of a third derivative, 1e-8 of the value's scale; rounding: eps /
               1e-4 of the value. */
            double scale_m = sqrt(at.var) / sqrt(s2), scale_v = at.var / s2;
            double off = 1e-7, noise = EPS / 1e-4;
            near("d mean / d m", at.mean_m, (r.mean - l.mean) / (2 * hm),
                 off * scale_m + 4 * noise * fabs(at.mean) / sqrt(s2));
            near("d var / d m", at.var_m, (r.var - l.var) / (2 * hm),
                 off * scale_v * sqrt(s2) * 10 + 1e3 * noise * at.var / sqrt(s2));
            near("d mean / d s2", at.mean_s2, (u.mean - d.mean) / (2 * hs),
                 off * scale_m / sqrt(s2) + 4 * noise * fabs(at.mean) / s2);
            near("d var / d s2", at.var_s2, (u.var - d.var) / (2 * hs),
                 off * scale_v * 10 + 1e3 * noise * at.var / s2);
        }
}

static void test_published_jacobian(void **state) {
    (void)state;
    struct td_moment_map map = {NULL, td_selu_01, 0, 1};
    struct td_moments out;
    double j[2][2];
    assert_int_equal(td_moment_map_apply(&map, (struct td_moments){0, 1}, &out, j, NULL), TD_OK);
    near("mean", out.mean, 0, 1e-15);
    near("variance", out.var, 1, 1e-15);
    near("d mean / d mean", j[0][0], 0, 1e-15);
    near("d mean / d var", j[0][1], 0.088834, 1e-6);
    near("d var / d mean", j[1][0], 0, 1e-15);
    near("d var / d var", j[1][1], 0.782648, 5e-7);
    near("spectral norm", hypot(j[0][1], j[1][1]), 0.7877, 5e-5);
    /* Mean-field growth of the squared gradient: lambda^2 (1/2 + alpha^2 e^2 Phi(-2)). */
    near("growth", td_selu_image(td_selu_01, 0, 1).slope2, 1.071575, 5e-7);
}

/* --- fixed points --- */

static void test_published_constants(void **state) {
    (void)state;
    struct td_selu f;
    struct td_error err;
    assert_int_equal(td_selu_solve((struct td_moments){0, 1}, &f, &err), TD_OK);
    near("alpha01", f.alpha, 1.6732632423543772848, 1e-13);
    near("lambda01", f.lambda, 1.0507009873554804934, 1e-13);
}

static void test_solution_has_the_fixed_point_asked_for(void **state) {
    (void)state;
    const struct td_moments targets[] = {{0, 0.1}, {0, 62.5}, {0.5, 2.5}, {-0.5, 2.5}, {1, 12.5}};
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        struct td_moment_map map = {NULL, td_selu_01, 0, 1};
        struct td_moments image;
        struct td_error err;
        assert_int_equal(td_selu_solve(targets[i], &map.selu, &err), TD_OK);
        assert_int_equal(td_moment_map_apply(&map, targets[i], &image, NULL, &err), TD_OK);
        near("mean", image.mean, targets[i].mean, 1e-12);
        near("variance", image.var, targets[i].var, 1e-12 * targets[i].var);
    }
    struct td_selu f;
    struct td_error err = {0};
    assert_int_equal(td_selu_solve((struct td_moments){0, -1}, &f, &err), TD_BAD_INPUT);
    assert_int_equal(td_selu_solve((struct td_moments){5, 0.01}, &f, &err), TD_FAILED);
    assert_non_null(err.message);
}

static void test_fixed_point_is_where_iteration_ends(void **state) {
    (void)state;
    struct td_moment_map map = {NULL, td_selu_01, -0.08, 1.07};
    struct td_moments fixed, at = {0.1, 1.4};
    struct td_error err;
    assert_int_equal(td_moment_map_fixed_point(&map, (struct td_moments){0, 1}, &fixed, &err),
                     TD_OK);
    for (int i = 0; i < 400; i++)
        assert_int_equal(td_moment_map_apply(&map, at, &at, NULL, &err), TD_OK);
    near("mean", fixed.mean, at.mean, 1e-13);
    near("variance", fixed.var, at.var, 1e-12);
    assert_int_equal(td_moment_map_fixed_point(&map, (struct td_moments){0, 0}, &fixed, &err),
                     TD_BAD_INPUT);
}

/* --- other activations by quadrature --- */

static double relu_value(const void *p, const double *l, double x) {
    (void)p, (void)l;
    return x > 0 ? x : 0;
}
static double relu_slope(const void *p, const double *l, double x) {
    (void)p, (void)l;
    return x > 0 ? 1 : 0;
}
static size_t kink_at_zero(const void *p, double out[4]) {
    (void)p;
    out[0] = 0;
    return 1;
}
static double sine_value(const void *p, const double *l, double x) {
    (void)l;
    return sin(*(const double *)p * x);
}
static double sine_slope(const void *p, const double *l, double x) {
    (void)l;
    return *(const double *)p * cos(*(const double *)p * x);
}
static double selu_value(const void *p, const double *l, double x) {
    (void)p, (void)l;
    return selu(x);
}
static double selu_slope(const void *p, const double *l, double x) {
    (void)p, (void)l;
    return x > 0 ? td_selu_01.lambda : td_selu_01.lambda * td_selu_01.alpha * exp(x);
}
static const struct td_activation relu_kind = {
    .kind = {.name = "relu"}, .value = relu_value, .slope = relu_slope, .kinks = kink_at_zero};
static const struct td_activation sine_kind = {
    .kind = {.name = "sine"}, .value = sine_value, .slope = sine_slope};
static const struct td_activation selu_kind = {.kind = {.name = "selu by quadrature"},
                                               .value = selu_value,
                                               .slope = selu_slope,
                                               .kinks = kink_at_zero};

static void test_relu_closed_form(void **state) {
    (void)state;
    const struct td_part part = {.kind = &relu_kind.kind};
    for (double m = -3; m <= 3; m += 0.75)
        for (double s2 = 1e-30; s2 < 1e7; s2 *= 1e6) {
            double s = sqrt(s2), mm = m * s, p = 0.5 * erfc(-m * M_SQRT1_2);
            double phi = exp(-0.5 * m * m) / sqrt(2 * M_PI), mean = mm * p + s * phi;
            double var = (mm * mm + s2) * p + mm * s * phi - mean * mean;
            struct td_moment_image image;
            struct td_error err;
            assert_int_equal(td_activation_image(&part, mm, s2, &image, &err), TD_OK);
            near("mean", image.mean, mean, 1e-13 * (fabs(mm) + s));
            near("variance", image.var, var, 1e-12 * s2);
            near("slope", image.slope2, p, 1e-13);
            near("d mean / d m", image.mean_m, p, 1e-13);
            near("d mean / d s2", image.mean_s2, phi / (2 * s), 1e-12 / s);
        }
}

static void test_sine_closed_form(void **state) {
    (void)state;
    const double omegas[] = {0.3, 1, 30};
    for (size_t i = 0; i < 3; i++) {
        const struct td_part part = {.kind = &sine_kind.kind, .params = &omegas[i]};
        double w = omegas[i], m = 0.4;
        for (double s2 = 1e-4; s2 < 20; s2 *= 7) {
            double mean = exp(-0.5 * w * w * s2) * sin(w * m);
            double second = 0.5 * (1 - exp(-2 * w * w * s2) * cos(2 * w * m));
            double slope2 = 0.5 * w * w * (1 + exp(-2 * w * w * s2) * cos(2 * w * m));
            struct td_moment_image image;
            struct td_error err;
            assert_int_equal(td_activation_image(&part, m, s2, &image, &err), TD_OK);
            near("mean", image.mean, mean, 1e-12);
            near("variance", image.var, second - mean * mean, 1e-12);
            near("slope", image.slope2, slope2, 1e-12 * w * w);
            near("d mean / d s2", image.mean_s2, -0.5 * w * w * mean, 1e-11 * w * w);
        }
    }
}

static void test_selu_by_quadrature_equals_closed_form(void **state) {
    (void)state;
    const struct td_part part = {.kind = &selu_kind.kind};
    for (double m = -5; m <= 5; m += 0.7)
        for (double s2 = 1e-4; s2 < 1e5; s2 *= 11) {
            struct td_moment_image want = td_selu_image(td_selu_01, m, s2), got;
            struct td_error err;
            assert_int_equal(td_activation_image(&part, m, s2, &got, &err), TD_OK);
            double s = sqrt(s2);
            near("mean", got.mean, want.mean, 1e-12 * (s + fabs(selu(m))));
            near("variance", got.var, want.var, 1e-11 * want.var);
            near("slope", got.slope2, want.slope2, 1e-12);
            near("d mean / d m", got.mean_m, want.mean_m, 1e-12);
            near("d mean / d s2", got.mean_s2, want.mean_s2, 1e-12 / s);
            near("d var / d m", got.var_m, want.var_m, 1e-11 * (1 + s));
            near("d var / d s2", got.var_s2, want.var_s2, 1e-11 * (1 + 1 / s));
        }
}

static double broken_value(const void *p, const double *l, double x) {
    (void)p, (void)l;
    return x > 1 ? NAN : x;
}
static const struct td_activation broken_kind = {
    .kind = {.name = "broken"}, .value = broken_value, .slope = relu_slope};

static void test_refusals(void **state) {
    (void)state;
    const struct td_part relu = {.kind = &relu_kind.kind}, broken = {.kind = &broken_kind.kind};
    struct td_moment_image image;
    struct td_error err;
    assert_int_equal(td_activation_image(&relu, NAN, 1, &image, &err), TD_BAD_INPUT);
    assert_int_equal(td_activation_image(&relu, 0, -1, &image, &err), TD_BAD_INPUT);
    assert_int_equal(td_activation_image(&broken, 0, 1, &image, &err), TD_FAILED);
    const double fast = 1e9;
    const struct td_part sine = {.kind = &sine_kind.kind, .params = &fast};
    assert_int_equal(td_activation_image(&sine, 0, 1e12, &image, &err), TD_FAILED);
    struct td_moment_map map = {NULL, td_selu_01, INFINITY, 1};
    struct td_moments out;
    assert_int_equal(td_moment_map_apply(&map, (struct td_moments){0, 1}, &out, NULL, &err),
                     TD_BAD_INPUT);
}

static void test_mills_ratio(void **state) {
    (void)state;
    /* sqrt(pi/2) erfcx(x / sqrt 2): erfcx(1) and the asymptotic series at large x. */
    near("Mills(sqrt 2)", td_mills_ratio(M_SQRT2), sqrt(M_PI / 2) * 0.42758357615580700441, 4e-16);
    near("Mills(0)", td_mills_ratio(0), sqrt(M_PI / 2), 4e-16);
    near("Mills(1000)", td_mills_ratio(1000) * 1000, 1 - 1e-6 + 3e-12 - 1.5e-17, 4e-16);
    for (double x = 3.9; x < 4.1; x += 0.01) { /* where the formulas meet */
        double h = 1e-5, slope = (td_mills_ratio(x + h) - td_mills_ratio(x - h)) / (2 * h);
        near("Mills'", slope, x * td_mills_ratio(x) - 1, 1e-10);
    }
    assert_true(isinf(td_mills_ratio(-50)));
}

static void powers(const void *context, double x, double *h) {
    (void)context;
    for (int k = 0; k < TD_EXPECT_OUT; k++)
        h[k] = pow(x, 2 * k);
}

static void test_even_normal_moments(void **state) {
    (void)state;
    double e[TD_EXPECT_OUT], factorial = 1;
    struct td_error err;
    assert_int_equal(td_normal_expectation(powers, NULL, TD_EXPECT_OUT, 0, NULL, e, &err), TD_OK);
    for (int k = 0; k < TD_EXPECT_OUT; k++) { /* E x^2k = (2k - 1)!! */
        near("moment", e[k], factorial, 1e-13 * factorial);
        factorial *= 2 * k + 1;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ordinary_arguments),
        cmocka_unit_test(test_extreme_arguments),
        cmocka_unit_test(test_branches_meet),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_jacobian_is_the_derivative),
        cmocka_unit_test(test_published_jacobian),
        cmocka_unit_test(test_published_constants),
        cmocka_unit_test(test_solution_has_the_fixed_point_asked_for),
        cmocka_unit_test(test_fixed_point_is_where_iteration_ends),
        cmocka_unit_test(test_relu_closed_form),
        cmocka_unit_test(test_sine_closed_form),
        cmocka_unit_test(test_selu_by_quadrature_equals_closed_form),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_mills_ratio),
        cmocka_unit_test(test_even_normal_moments),
    };
    gsl_set_error_handler_off(); /* qag says when rounding stops it; its result stays good */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
