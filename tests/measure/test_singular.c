/* matrix-rank, singular-values and subspace-angles against closed forms and known geometry. */
#include "collect.h"

#include "measure/singular.h"
#include "numeric/linalg.h"
#include "numeric/random.h"

static double rank_by(const char *which, const struct input *in) {
    return value_of(measured("matrix-rank", NO_PAIRS, in), which)->value;
}

static void ranks_of_known_spectra(void **state) {
    (void)state;
    const double w[] = {0, 3, 0, 0, 0, 0, -1, 0, 0, 0, 0, 0}; /* s = 3, 1, 0 */
    const struct input *in = INPUTS({3, 4, w});
    near(rank_by("entropy", in), exp(-0.75 * log(0.75) - 0.25 * log(0.25)), 1e-14);
    near(rank_by("stable", in), 10.0 / 9, 1e-14);
    near(rank_by("participation", in), 100.0 / 82, 1e-14);
    const double vast[] = {1.5e308, 0, 0, 5e307}, tiny[] = {3e-200, 0, 0, 1e-200};
    near(rank_by("participation", INPUTS({2, 2, vast})), 100.0 / 82, 1e-13);
    near(rank_by("stable", INPUTS({2, 2, tiny})), 10.0 / 9, 1e-13);
}

/* k equal singular values: all three are k. */
static void equal_singular_values(void **state) {
    (void)state;
    enum { N = 6, K = 4 };
    double raw[N * K], q[N * K];
    td_random_dnormal(td_stream_make(3, "test"), 0, 0, 0, N * K, raw);
    assert_int_equal(td_qr(N, K, raw, q, NULL, NULL), TD_OK);
    const char *const which[] = {"entropy", "stable", "participation"};
    for (size_t i = 0; i < 3; ++i)
        near(rank_by(which[i], INPUTS({N, K, q})), K, 1e-12);
    const struct collected *c = measured("singular-values", PAIRS("top", "3"), INPUTS({N, K, q}));
    assert_int_equal(c->n, 3);
    for (size_t i = 0; i < 3; ++i)
        near(c->v[i].value, 1, 1e-13);
    assert_string_equal(c->v[2].name, "s.3");
}

static void zero_matrix_and_short_spectra(void **state) {
    (void)state;
    const double zero[4] = {0};
    const struct collected *c = measured("matrix-rank", NO_PAIRS, INPUTS({2, 2, zero}));
    for (size_t i = 0; i < c->n; ++i)
        assert_true(c->v[i].value == 0 && strstr(c->v[i].warning, "all entries are 0"));
    c = measured("singular-values", NO_PAIRS, INPUTS({1, 3, (double[]){3, 0, 4}}));
    assert_int_equal(c->n, 1);
    close_to(c->v[0].value, 5);
}

/* Planes of R^4 turned by two known angles, also next to 0 and to a right angle, where arc cosine
   or arc sine alone would lose half of the digits. */
static void known_angles(void **state) {
    (void)state;
    const double pairs[][2] = {{0.3, 1.1}, {1e-9, 0.5}, {0, M_PI / 2 - 1e-9}, {0.2, M_PI / 2}};
    const double a[] = {1, 0, 0, 1, 0, 0, 0, 0};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; ++i) {
        double x = pairs[i][0], y = pairs[i][1], angles[2];
        const double b[] = {cos(x), 0, 0, cos(y), sin(x), 0, 0, sin(y)};
        assert_int_equal(td_principal_angles(4, 2, a, 2, b, angles, NULL), TD_OK);
        near(angles[0], x, 1e-15);
        near(angles[1], y, 1e-15);
        near(td_subspace_alignment(2, angles), (cos(x) * cos(x) + cos(y) * cos(y)) / 2, 1e-15);
        const struct input *in = INPUTS({4, 2, a}, {4, 2, b});
        near(value_of(measured("subspace-angles", NO_PAIRS, in), "largest")->value, y * 180 / M_PI,
             1e-12);
        near(value_of(measured("subspace-angles", NO_PAIRS, in), "smallest")->value, x * 180 / M_PI,
             1e-12);
    }
}

/* Only the spaces count, not the columns that span them; a line in a plane lies at angle 0. */
static void spaces_not_bases(void **state) {
    (void)state;
    const double a[] = {1, 2, 0, 1, 1, 0, 2, -1}, b[] = {-1, 5, -1, 2, -1, 1, 3, 0};
    double mixed[8];
    for (size_t i = 0; i < 4; ++i) {
        mixed[2 * i] = a[2 * i] - a[2 * i + 1];
        mixed[2 * i + 1] = 2 * a[2 * i] + 1.5 * a[2 * i + 1];
    }
    const struct collected *c =
        measured("subspace-angles", NO_PAIRS, INPUTS({4, 2, a}, {4, 2, mixed}));
    near(value_of(c, "alignment")->value, 1, 1e-14);
    near(value_of(c, "largest")->value, 0, 1e-12);
    const double line[] = {3, 1, 1, 1};
    c = measured("subspace-angles", NO_PAIRS, INPUTS({4, 1, line}, {4, 2, a}));
    assert_true(value_of(c, "smallest")->value == value_of(c, "largest")->value);
    c = measured("subspace-angles", PAIRS("rank", "1"), INPUTS({4, 2, a}, {4, 2, b}));
    assert_true(value_of(c, "largest")->value > 1);
    c = measured("subspace-angles", NO_PAIRS, INPUTS({2, 2, a}, {2, 1, line}));
    assert_non_null(strstr(c->v[0].warning, "share directions"));
}

/* Random spaces of dimension k in n: alignment k / n on average. One draw has a variance of about
   2 / n^2 times (1 - k / n)^2. */
static void random_spaces(void **state) {
    (void)state;
    enum { N = 40, K = 5, DRAWS = 200 };
    static double raw[2][N * K], q[2][N * K];
    double sum = 0, angles[K];
    for (uint32_t draw = 0; draw < DRAWS; ++draw) {
        for (uint32_t side = 0; side < 2; ++side) {
            td_random_dnormal(td_stream_make(5, "test"), draw, side, 0, N * K, raw[side]);
            assert_int_equal(td_qr(N, K, raw[side], q[side], NULL, NULL), TD_OK);
        }
        assert_int_equal(td_principal_angles(N, K, q[0], K, q[1], angles, NULL), TD_OK);
        sum += td_subspace_alignment(K, angles);
    }
    near(sum / DRAWS, (double)K / N, 5 * sqrt(2.0 / DRAWS) / N);
}

static void refusals(void **state) {
    (void)state;
    const double zero[4] = {0}, one[] = {1, 2, 2, 4};
    refused("subspace-angles", NO_PAIRS, INPUTS({2, 2, one}, {2, 2, zero}), "spans no subspace");
    refused("subspace-angles", PAIRS("rank", "2"), INPUTS({2, 2, one}, {2, 2, one}), "rank is 2");
    refused("subspace-angles", NO_PAIRS, INPUTS({2, 2, one}, {4, 1, one}), "rows");
    const double vast[] = {1.7e308, 1.7e308, 1.7e308, 1.7e308}, plus[] = {1, 1};
    refused("singular-values", NO_PAIRS, INPUTS({2, 2, vast}), "overflows");
    near(value_of(measured("subspace-angles", NO_PAIRS, INPUTS({2, 2, vast}, {2, 1, plus})),
                  "largest")
             ->value,
         0, 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_of_known_spectra),
        cmocka_unit_test(equal_singular_values),
        cmocka_unit_test(zero_matrix_and_short_spectra),
        cmocka_unit_test(known_angles),
        cmocka_unit_test(spaces_not_bases),
        cmocka_unit_test(random_spaces),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
