/* Mode strengths and pathway shares against maps whose modes are known. */
#include "collect.h"

#include "numeric/cross_svd.h"

/* Task with modes S = 3, 2 along rotated axes: Y^T X = U diag(3, 2) V^T, X orthonormal. */
static const double C = 0.6, S = 0.8;
static const double x[] = {1, 0, 0, 1};

/* W = U diag(a, b) V^T with U = [[C, -S], [S, C]], V = identity; outputs (n, k) = X W^T. */
static void outputs(double a, double b, double out[4]) {
    const double w[] = {C * a, -S * b, S * a, C * b};
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < 2; k++)
            out[i * 2 + k] = w[k * 2 + i];
}

static void strengths_of_known_maps(void **state) {
    (void)state;
    double target[4], out[4];
    outputs(3, 2, target);
    outputs(0.25, -1.5, out);
    const struct collected *c =
        measured("mode-strengths", NO_PAIRS, INPUTS({2, 2, out}, {2, 2, x}, {2, 2, target}));
    assert_int_equal(c->n, 2);
    near(value_of(c, "1")->value, 0.25, 1e-14);
    near(value_of(c, "2")->value, -1.5, 1e-14);
    c = measured("mode-strengths", PAIRS("modes", "1"),
                 INPUTS({2, 2, target}, {2, 2, x}, {2, 2, target}));
    assert_int_equal(c->n, 1);
    near(value_of(c, "1")->value, 3, 1e-14);
}

/* The map counts, not the inputs' covariance: outputs of W on inputs that are coloured. */
static void coloured_inputs(void **state) {
    (void)state;
    const double coloured[] = {2, 0, 0, 0.5, 0, 0};
    /* W = diag(4, 1): targets X W^T; Y^T X = W X^T X has modes along the axes */
    const double target[] = {8, 0, 0, 0.5, 0, 0}, out[] = {2 * 0.7, 0, 0, 0.5 * 0.3, 0, 0};
    const struct collected *c =
        measured("mode-strengths", NO_PAIRS, INPUTS({3, 2, out}, {3, 2, coloured}, {3, 2, target}));
    near(value_of(c, "1")->value, 0.7, 1e-14);
    near(value_of(c, "2")->value, 0.3, 1e-14);
    assert_string_equal(c->v[0].warning, "");
}

static void inputs_that_do_not_span(void **state) {
    (void)state;
    const double flat[] = {1, 1, 2, 2, -1, -1}, target[] = {2, 4, -2};
    const struct collected *c =
        measured("mode-strengths", NO_PAIRS, INPUTS({3, 1, target}, {3, 2, flat}, {3, 1, target}));
    /* W = (1, 1) is the smallest that fits; V = (1, 1) / sqrt 2 */
    near(value_of(c, "1")->value, sqrt(2), 1e-13);
    assert_string_equal(c->v[0].warning, "the inputs span 1 of 2 directions");
    const double none[] = {0, 0, 0};
    c = measured("mode-strengths", NO_PAIRS, INPUTS({3, 1, target}, {3, 2, flat}, {3, 1, none}));
    assert_non_null(strstr(c->v[0].warning, "unrelated"));
}

static void shares(void **state) {
    (void)state;
    double target[4], a[4], b[4], nothing[4] = {0};
    outputs(3, 2, target);
    outputs(2.4, 0.5, a);
    outputs(0.6, 1.5, b);
    const struct collected *c = measured("pathway-share", NO_PAIRS,
                                         INPUTS({2, 2, a}, {2, 2, b}, {2, 2, x}, {2, 2, target}));
    near(value_of(c, "1")->value, 0.8, 1e-14);
    near(value_of(c, "2")->value, 0.25, 1e-14);
    c = measured("pathway-share", NO_PAIRS,
                 INPUTS({2, 2, nothing}, {2, 2, nothing}, {2, 2, x}, {2, 2, target}));
    near(value_of(c, "2")->value, 0.5, 0);
    assert_non_null(strstr(c->v[0].warning, "neither"));
    outputs(-2.4, -0.5, b); /* they cancel */
    c = measured("pathway-share", NO_PAIRS,
                 INPUTS({2, 2, a}, {2, 2, b}, {2, 2, x}, {2, 2, target}));
    near(value_of(c, "1")->value, 0.5, 0);
}

static void wrong_shapes(void **state) {
    (void)state;
    const double v[6] = {1, 2, 3, 4, 5, 6};
    refused("mode-strengths", NO_PAIRS, INPUTS({2, 2, v}, {2, 2, v}, {2, 3, v}), "columns");
    refused("mode-strengths", NO_PAIRS, INPUTS({3, 2, v}, {2, 2, v}, {2, 2, v}), "rows");
    refused("pathway-share", NO_PAIRS, INPUTS({2, 2, v}, {2, 3, v}, {2, 2, v}, {2, 2, v}),
            "columns");
    refused("mode-strengths", PAIRS("modes", "33"), INPUTS({2, 2, v}, {2, 2, v}, {2, 2, v}),
            "modes");
}

/* Signs are settled, and the product comes back. */
static void cross_svd(void **state) {
    (void)state;
    const double y[] = {1, -2, 0.5, 3, -1, 2, 0.25, 1, -4}, z[] = {2, 1, -1, 3, 0, -2};
    double s[2], u[6], vt[4];
    assert_int_equal(td_cross_svd(3, 3, 2, y, z, s, u, vt, NULL), TD_OK);
    assert_true(s[0] >= s[1] && s[1] >= 0);
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 2; j++) {
            double want = 0, got = 0;
            for (size_t k = 0; k < 3; k++)
                want += y[k * 3 + i] * z[k * 2 + j];
            for (size_t m = 0; m < 2; m++)
                got += u[i * 2 + m] * s[m] * vt[m * 2 + j];
            near(got, want, 1e-13);
        }
    for (size_t m = 0; m < 2; m++) {
        double largest = 0;
        for (size_t i = 0; i < 3; i++)
            largest = fabs(u[i * 2 + m]) > fabs(largest) ? u[i * 2 + m] : largest;
        assert_true(largest > 0);
    }
    const double nan_y[] = {NAN};
    assert_int_equal(td_cross_svd(1, 1, 1, nan_y, z, s, u, vt, NULL), TD_BAD_INPUT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strengths_of_known_maps),
        cmocka_unit_test(coloured_inputs),
        cmocka_unit_test(inputs_that_do_not_span),
        cmocka_unit_test(shares),
        cmocka_unit_test(wrong_shapes),
        cmocka_unit_test(cross_svd),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
