/* cca and cka against closed forms and plain loops; what they say where samples are too few. */
#include "collect.h"

#include "numeric/random.h"

enum { N = 40, D = 3, E = 2 };

static void draw(const char *purpose, size_t n, double *out) {
    td_random_dnormal(td_stream_make(5, purpose), 0, 0, 0, n, out);
}

/* Features b that share something with a. */
static void make_pair(double *a, double *b) {
    draw("a", N * D, a);
    draw("b", N * E, b);
    for (size_t i = 0; i < N; ++i) {
        b[i * E] += 0.8 * a[i * D] - 0.3 * a[i * D + 2];
        b[i * E + 1] += 0.5 * a[i * D + 1];
    }
}

static void means(size_t n, size_t d, const double *x, double *mean) {
    for (size_t j = 0; j < d; ++j)
        mean[j] = 0;
    for (size_t i = 0; i < n * d; ++i)
        mean[i % d] += x[i] / (double)n;
}

/* Linear CKA by its definition over samples: centred Gram matrices, plain loops. */
static double plain_cka(size_t n, size_t d, const double *a, size_t e, const double *b) {
    double mean_a[64], mean_b[64];
    double ab = 0, aa = 0, bb = 0;
    means(n, d, a, mean_a);
    means(n, e, b, mean_b);
    for (size_t i = 0; i < n; ++i)
        for (size_t k = 0; k < n; ++k) {
            double x = 0, y = 0;
            for (size_t j = 0; j < d; ++j)
                x += (a[i * d + j] - mean_a[j]) * (a[k * d + j] - mean_a[j]);
            for (size_t j = 0; j < e; ++j)
                y += (b[i * e + j] - mean_b[j]) * (b[k * e + j] - mean_b[j]);
            ab += x * y;
            aa += x * x;
            bb += y * y;
        }
    return ab / sqrt(aa * bb);
}

static void published_value(void **state) {
    (void)state;
    const double b[] = {0, 1, 2, 4};
    near(only("cka", NO_PAIRS, INPUTS({4, 3, matrix_a}, {4, 1, b}))->value, 0.5528459, 5e-8);
}

static void cka_is_its_definition(void **state) {
    (void)state;
    double a[N * D], b[N * E];
    make_pair(a, b);
    near(only("cka", NO_PAIRS, INPUTS({N, D, a}, {N, E, b}))->value, plain_cka(N, D, a, E, b),
         1e-13);
    /* more features than samples: through Gram matrices */
    near(only("cka", NO_PAIRS, INPUTS({2, D * N / 2, a}, {2, E * N / 2, b}))->value, 1, 1e-13);
    near(only("cka", NO_PAIRS, INPUTS({6, 20, a}, {6, 13, b}))->value, plain_cka(6, 20, a, 13, b),
         1e-13);
}

static void cka_does_not_see_rotation_scale_and_offset(void **state) {
    (void)state;
    double a[N * D], b[N * E], turned[N * D];
    make_pair(a, b);
    for (size_t i = 0; i < N; ++i) {
        const double *x = a + i * D;
        turned[i * D] = 300 * (0.6 * x[0] - 0.8 * x[1]) + 1e5;
        turned[i * D + 1] = 300 * (0.8 * x[0] + 0.6 * x[1]) - 4;
        turned[i * D + 2] = 300 * x[2];
    }
    double value = only("cka", NO_PAIRS, INPUTS({N, D, a}, {N, E, b}))->value;
    near(only("cka", NO_PAIRS, INPUTS({N, D, turned}, {N, E, b}))->value, value, 1e-10);
    near(only("cka", NO_PAIRS, INPUTS({N, D, turned}, {N, D, a}))->value, 1, 1e-10);
    near(only("cka", NO_PAIRS, INPUTS({N, E, b}, {N, D, a}))->value, value, 1e-14);
}

/* Of one feature and several: the multiple correlation, here of b on one and two features. */
static void cca_is_the_multiple_correlation(void **state) {
    (void)state;
    enum { M = 5 };
    const double x[M] = {1, 2, 4, 5, 8}, y[M] = {2, 1, 3, 7, 6};
    double sx = 0, sy = 0, xx = 0, yy = 0, xy = 0;
    for (size_t i = 0; i < M; ++i) {
        sx += x[i] / M;
        sy += y[i] / M;
    }
    for (size_t i = 0; i < M; ++i) {
        xx += (x[i] - sx) * (x[i] - sx);
        yy += (y[i] - sy) * (y[i] - sy);
        xy += (x[i] - sx) * (y[i] - sy);
    }
    const struct collected *c = measured("cca", NO_PAIRS, INPUTS({M, 1, x}, {M, 1, y}));
    near(value_of(c, "mean")->value, xy / sqrt(xx * yy), 1e-14);
    /* y = u + v exactly, u and v orthogonal and centred, |u|^2 : |v|^2 = 9 : 16 */
    const double u[] = {3, -3, 3, -3}, uv[] = {3 + 4, -3 + 4, 3 - 4, -3 - 4};
    c = measured("cca", PAIRS("top", "5"), INPUTS({4, 1, u}, {4, 1, uv}));
    assert_int_equal(c->n, 3);
    near(value_of(c, "r.1")->value, 0.6, 1e-14);
    near(value_of(c, "distance")->value, 0.4, 1e-14);
}

static void cca_does_not_see_linear_maps(void **state) {
    (void)state;
    double a[N * D], b[N * E], mapped[N * D];
    make_pair(a, b);
    for (size_t i = 0; i < N; ++i) {
        const double *x = a + i * D;
        mapped[i * D] = 1e3 * x[0] + 7;
        mapped[i * D + 1] = x[0] - 0.01 * x[1];
        mapped[i * D + 2] = x[2] + 5 * x[1] - 1e4;
    }
    struct collected before = *measured("cca", PAIRS("top", "2"), INPUTS({N, D, a}, {N, E, b}));
    struct collected after = *measured("cca", PAIRS("top", "2"), INPUTS({N, D, mapped}, {N, E, b}));
    assert_int_equal(before.n, 4);
    for (size_t i = 0; i < before.n; ++i)
        near(after.v[i].value, before.v[i].value, 1e-8);
    assert_true(value_of(&before, "r.1")->value > value_of(&before, "r.2")->value);
    assert_string_equal(before.v[0].warning, "");
}

/* As many features as samples (N07). */
static void too_few_samples_are_warned_of(void **state) {
    (void)state;
    double x[10 * 20], y[10 * 15];
    for (int i = 0; i < 10; ++i) {
        for (int k = 1; k <= 20; ++k)
            x[i * 20 + k - 1] = sin(1 + 0.37 * i * k * k + 0.9 * i * i * k);
        for (int k = 1; k <= 15; ++k)
            y[i * 15 + k - 1] = cos(2 + 0.71 * i * k * k + 0.53 * i * i * k);
    }
    const struct collected *c =
        measured("cca", PAIRS("top", "20"), INPUTS({10, 20, x}, {10, 15, y}));
    assert_int_equal(c->n, 2 + 9);
    for (size_t i = 0; i < c->n; ++i) {
        near(c->v[i].value, i == 1 ? 0 : 1, 1e-12);
        assert_non_null(strstr(c->v[i].warning, "10 samples are too few for 20 and 15 features"));
    }
    assert_true(value_of(c, "distance")->value >= 0);
    assert_true(value_of(c, "mean")->value <= 1);
    const struct td_value *v = only("cka", NO_PAIRS, INPUTS({10, 20, x}, {10, 15, y}));
    assert_non_null(strstr(v->warning, "no more samples (10) than features (20)"));
    refused("cca", NO_PAIRS, INPUTS({10, 20, x}, {9, 20, x}), "rows are samples");
    refused("cka", NO_PAIRS, INPUTS({10, 20, x}, {9, 20, x}), "rows are samples");
}

static void constant_features_and_one_sample(void **state) {
    (void)state;
    const double constant[] = {0.1, 0.1, 0.1, 0.1}, b[] = {0, 1, 2, 4};
    const struct td_value *v = only("cka", NO_PAIRS, INPUTS({4, 1, constant}, {4, 1, b}));
    assert_true(v->value == 0 && strstr(v->warning, "a.npy is constant"));
    const struct collected *c = measured("cca", NO_PAIRS, INPUTS({4, 1, b}, {4, 1, constant}));
    assert_true(c->v[0].value == 0 && c->v[1].value == 1);
    assert_non_null(strstr(c->v[0].warning, "b.npy is constant"));
    c = measured("cca", NO_PAIRS, INPUTS({1, 4, b}, {1, 4, b}));
    assert_true(c->v[0].value == 0 && c->v[0].warning[0]);
    v = only("cka", NO_PAIRS, INPUTS({1, 4, b}, {1, 4, b}));
    assert_true(v->value == 0 && v->warning[0]);
}

static void huge_and_tiny_numbers_stay_in_range(void **state) {
    (void)state;
    double a[N * D], b[N * E], huge[N * D], tiny[N * E];
    make_pair(a, b);
    for (size_t i = 0; i < N * D; ++i)
        huge[i] = a[i] * 0x1p1020;
    for (size_t i = 0; i < N * E; ++i)
        tiny[i] = b[i] * 0x1p-900;
    near(only("cka", NO_PAIRS, INPUTS({N, D, huge}, {N, E, tiny}))->value,
         only("cka", NO_PAIRS, INPUTS({N, D, a}, {N, E, b}))->value, 1e-14);
    near(measured("cca", NO_PAIRS, INPUTS({N, D, huge}, {N, E, tiny}))->v[0].value,
         measured("cca", NO_PAIRS, INPUTS({N, D, a}, {N, E, b}))->v[0].value, 1e-13);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_value),
        cmocka_unit_test(cka_is_its_definition),
        cmocka_unit_test(cka_does_not_see_rotation_scale_and_offset),
        cmocka_unit_test(cca_is_the_multiple_correlation),
        cmocka_unit_test(cca_does_not_see_linear_maps),
        cmocka_unit_test(too_few_samples_are_warned_of),
        cmocka_unit_test(constant_features_and_one_sample),
        cmocka_unit_test(huge_and_tiny_numbers_stay_in_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
