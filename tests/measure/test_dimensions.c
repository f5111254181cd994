/* Participation ratio and effective rank against the cases' number, closed forms and invariances.
 */
#include "collect.h"

#include "numeric/linalg.h"
#include "numeric/random.h"

static void case_d3(void **state) {
    (void)state;
    near(only("participation-ratio", NO_PAIRS, INPUTS({4, 3, matrix_a}))->value, 2.3910343, 5e-8);
}

/* Columns along the axes with standard deviations s: eigenvalues s^2. */
static void known_spectra(void **state) {
    (void)state;
    const double x[] = {1, 0, 0, -1, 0, 0, 0, 2, 0, 0, -2, 0, 0, 0, 3, 0, 0, -3};
    const struct input *in = INPUTS({6, 3, x});
    double l[] = {1, 4, 9}, sum = 14, squares = 98, entropy = 0, roots = 0;
    close_to(only("participation-ratio", NO_PAIRS, in)->value, sum * sum / squares);
    for (size_t i = 0; i < 3; ++i) {
        entropy -= l[i] / sum * log(l[i] / sum);
        roots -= sqrt(l[i]) / 6 * log(sqrt(l[i]) / 6);
    }
    near(only("effective-rank", NO_PAIRS, in)->value, exp(entropy), 1e-13);
    near(only("effective-rank", PAIRS("spectrum", "singular-values"), in)->value, exp(roots),
         1e-13);
    assert_string_equal(only("effective-rank", NO_PAIRS, in)->unit, "dimensions");
    assert_string_equal(only("effective-rank", NO_PAIRS, in)->warning, "");
}

static void equal_and_single_directions(void **state) {
    (void)state;
    const double cube[] = {1,  1, 1, 1,  1, -1, 1,  -1, 1, 1,  -1, -1,
                           -1, 1, 1, -1, 1, -1, -1, -1, 1, -1, -1, -1};
    close_to(only("participation-ratio", NO_PAIRS, INPUTS({8, 3, cube}))->value, 3);
    near(only("effective-rank", NO_PAIRS, INPUTS({8, 3, cube}))->value, 3, 1e-13);
    const double line[] = {1, 2, -3, 2, 4, -6, 5, 10, -15, -1, -2, 3};
    near(only("participation-ratio", NO_PAIRS, INPUTS({4, 3, line}))->value, 1, 1e-14);
    near(only("effective-rank", NO_PAIRS, INPUTS({4, 3, line}))->value, 1, 1e-12);
    /* rounding errors of vanishing eigenvalues must not count, nor their roots */
    near(only("effective-rank", PAIRS("spectrum", "singular-values"), INPUTS({4, 3, line}))->value,
         1, 1e-12);
}

/* A weight matrix without centring: the entropy of its singular values, as LAPACK finds them. */
static void uncentred_is_the_rank_of_a_matrix(void **state) {
    (void)state;
    double s[3], sum = 0, entropy = 0;
    assert_int_equal(td_svd(4, 3, matrix_a, s, NULL, NULL, NULL), TD_OK);
    for (size_t i = 0; i < 3; ++i)
        sum += s[i];
    for (size_t i = 0; i < 3; ++i)
        entropy -= s[i] / sum * log(s[i] / sum);
    near(only("effective-rank", PAIRS("spectrum", "singular-values", "center", "false"),
              INPUTS({4, 3, matrix_a}))
             ->value,
         exp(entropy), 1e-12);
}

/* Rotations, shifts, scales and the order of samples change nothing; wide data go through the other
   Gram matrix. */
static void invariances(void **state) {
    (void)state;
    enum { N = 9, D = 20 };
    static double x[N * D], y[N * D], g[D * D], q[D * D];
    td_random_dnormal(td_stream_make(1, "test"), 0, 0, 0, N * D, x);
    td_random_dnormal(td_stream_make(1, "test"), 0, 1, 0, D * D, g);
    assert_int_equal(td_qr(D, D, g, q, NULL, NULL), TD_OK);
    for (size_t i = 0; i < N; ++i)
        for (size_t j = 0; j < D; ++j) {
            y[(N - 1 - i) * D + j] = 7 + (double)j;
            for (size_t k = 0; k < D; ++k)
                y[(N - 1 - i) * D + j] += 1e-3 * x[i * D + k] * q[k * D + j];
        }
    static const char *const names[] = {"participation-ratio", "effective-rank"};
    for (size_t m = 0; m < 2; ++m) {
        double a = only(names[m], NO_PAIRS, INPUTS({N, D, x}))->value;
        const struct td_value *b = only(names[m], NO_PAIRS, INPUTS({N, D, y}));
        near(b->value, a, 1e-10);
        assert_true(a > 1 && a < N - 1);
        assert_non_null(strstr(b->warning, "9 samples for 20 features: at most 8"));
        static double padded[N * (D + 1)]; /* a constant column adds nothing */
        for (size_t i = 0; i < N; ++i) {
            memcpy(padded + i * (D + 1), x + i * D, D * sizeof *x);
            padded[i * (D + 1) + D] = 0.1;
        }
        near(only(names[m], NO_PAIRS, INPUTS({N, D + 1, padded}))->value, a, 1e-12);
        for (size_t i = 0; i < N * D; ++i)
            y[i] = ldexp(x[i], -900);
        near(only(names[m], NO_PAIRS, INPUTS({N, D, y}))->value, a, 1e-12);
        for (size_t i = 0; i < N * D; ++i)
            y[i] = ldexp(x[i], 1000);
        near(only(names[m], NO_PAIRS, INPUTS({N, D, y}))->value, a, 1e-12);
        for (size_t i = 0; i < N; ++i)
            for (size_t j = 0; j < D; ++j) { /* as in the first pass */
                y[(N - 1 - i) * D + j] = 7 + (double)j;
                for (size_t k = 0; k < D; ++k)
                    y[(N - 1 - i) * D + j] += 1e-3 * x[i * D + k] * q[k * D + j];
            }
    }
}

/* Isotropic Gaussian data: E (participation ratio) is close to d n / (d + n). */
static void gaussian_bias(void **state) {
    (void)state;
    enum { N = 400, D = 100 };
    static double x[N * D];
    td_random_dnormal(td_stream_make(2, "test"), 0, 0, 0, N * D, x);
    near(only("participation-ratio", NO_PAIRS, INPUTS({N, D, x}))->value, (double)N * D / (N + D),
         1);
}

static void degenerate_input_is_warned_of(void **state) {
    (void)state;
    static const char *const names[] = {"participation-ratio", "effective-rank"};
    /* the mean of ten times 0.1, summed up, is not 0.1 */
    double constant[20], zero[4] = {0};
    for (size_t i = 0; i < 20; ++i)
        constant[i] = i % 2 ? 0.1 : 0.3;
    for (size_t m = 0; m < 2; ++m) {
        const struct td_value *v = only(names[m], NO_PAIRS, INPUTS({10, 2, constant}));
        assert_true(v->value == 0 && strstr(v->warning, "constant"));
        v = only(names[m], NO_PAIRS, INPUTS({1, 3, matrix_a}));
        assert_true(v->value == 0 && strstr(v->warning, "one sample"));
        v = only(names[m], PAIRS("center", "false"), INPUTS({2, 2, zero}));
        assert_true(v->value == 0 && strstr(v->warning, "all entries are 0"));
        v = only(names[m], NO_PAIRS, INPUTS({3, 3, matrix_a}));
        assert_non_null(strstr(v->warning, "3 samples for 3 features: at most 2"));
        v = only(names[m], NO_PAIRS, INPUTS({4, 1, matrix_a}));
        near(v->value, 1, 1e-15);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_d3),
        cmocka_unit_test(known_spectra),
        cmocka_unit_test(equal_and_single_directions),
        cmocka_unit_test(uncentred_is_the_rank_of_a_matrix),
        cmocka_unit_test(invariances),
        cmocka_unit_test(gaussian_bias),
        cmocka_unit_test(degenerate_input_is_warned_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
