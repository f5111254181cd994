/* Information of noisy and of linear layers against integrals and closed forms. */
#include "collect.h"

#include "numeric/random.h"

static void normal(uint64_t seed, size_t n, double *x) {
    td_random_dnormal(td_stream_make(seed, "test"), 0, 0, 0, n, x);
}

/* I(X; X + noise) of equally likely values f[n], in nats, by summing over a grid. */
static double integral(size_t n, const double *f, const double *weight, double sd) {
    double h = 0, step = sd / 200;
    for (double t = -4 - 9 * sd; t < 4 + 9 * sd; t += step) {
        double p = 0;
        for (size_t i = 0; i < n; ++i)
            p += weight[i] * exp(-(t - f[i]) * (t - f[i]) / (2 * sd * sd)) / sd / sqrt(2 * M_PI);
        h -= p > 0 ? step * p * log(p) : 0;
    }
    return h - 0.5 * (log(2 * M_PI * sd * sd) + 1);
}

static void noisy_layers_against_integrals(void **state) {
    (void)state;
    const double f[] = {-1, -0.3, 0.2, 0.9}, even[] = {0.25, 0.25, 0.25, 0.25};
    const double y[] = {0, 0, 1, 1}, half[] = {0.5, 0.5};
    static const char *const variances[] = {"0.01", "0.1", "1", "100"};
    unsigned inside = 0;
    for (size_t v = 0; v < 4; ++v) {
        double sd = sqrt(atof(variances[v])), truth = integral(4, f, even, sd);
        double of_y = truth - (integral(2, f, half, sd) + integral(2, f + 2, half, sd)) / 2;
        const struct collected *c =
            measured("mi-noisy", PAIRS("variance", variances[v], "draws", "3000", "unit", "nats"),
                     INPUTS({4, 1, f}, {4, 1, y}));
        const struct td_value *x = value_of(c, "x"), *iy = value_of(c, "y");
        double ex = value_of(c, "x-error")->value, ey = value_of(c, "y-error")->value;
        assert_true(ex > 0 && ex < 0.02 && ey < 0.02);
        near(x->value, truth, 4 * ex);
        near(iy->value, of_y, 4 * ey);
        near(x->hi - x->lo, 2 * 1.959964 * ex, 1e-6 * ex);
        inside += x->lo < truth && truth < x->hi;
    }
    assert_true(inside >= 2);
}

/* Two of four inputs are one: I(X;T) counts it once, with its weight. */
static void noisy_layers_with_ids(void **state) {
    (void)state;
    const double f[] = {-1, -1, 0.2, 0.9}, y[] = {0, 0, 0, 0}, ids[] = {5, 5, 6, 7};
    const double three[] = {-1, 0.2, 0.9}, weight[] = {0.5, 0.25, 0.25};
    const struct collected *c =
        measured("mi-noisy", PAIRS("variance", "0.1", "draws", "2000", "unit", "nats"),
                 INPUTS({4, 1, f}, {4, 1, y}, {4, 1, ids}));
    near(value_of(c, "x")->value, integral(3, three, weight, sqrt(0.1)),
         4 * value_of(c, "x-error")->value);
    near(value_of(c, "y")->value, 0, 1e-15); /* one class */
}

static void noisy_limits(void **state) {
    (void)state;
    enum { N = 300, D = 60 };
    static double f[N * D];
    const struct collected *c = measured("mi-noisy", PAIRS("unit", "nats"), INPUTS({N, D, f}));
    near(value_of(c, "x")->value, 0, 1e-12);
    assert_non_null(strstr(c->v[0].warning, "constant"));
    for (size_t i = 0; i < N; ++i)
        f[i * D + i % D] = 1e3 * (double)(i + 1);
    c = measured("mi-noisy", PAIRS("unit", "nats"), INPUTS({N, D, f}));
    near(value_of(c, "x")->value, log(N), 1e-12);
    near(value_of(c, "x-error")->value, 0, 1e-12);
    assert_non_null(strstr(c->v[0].warning, "ceiling"));
    c = measured("mi-noisy", NO_PAIRS, INPUTS({1, D, f}));
    assert_true(c->v[0].value == 0);
    assert_non_null(strstr(c->v[0].warning, "one sample"));
    const double vast[] = {1.7e308, -1.7e308, 0}, labels[] = {0, 1, 1};
    measured("mi-noisy", PAIRS("variance", "1e-300"), INPUTS({3, 1, vast}, {3, 1, labels}));
    measured("mi-noisy", PAIRS("variance", "1e300"),
             INPUTS({3, 1, (double[]){5e-324, 0, 0}}, {3, 1, labels}));
    refused("mi-noisy", PAIRS("draws", "1"), INPUTS({1, D, f}), "draws");
}

/* ---- linear ---- */

static void linear_closed_forms(void **state) {
    (void)state;
    const double w[] = {3, 4}, w0[] = {1, 2};
    const struct collected *c = measured("mi-linear",
                                         PAIRS("input-variance", "2", "noise-variance", "0.5",
                                               "teacher-noise-variance", "0.1", "unit", "nats"),
                                         INPUTS({1, 2, w}, {1, 2, w0}));
    near(value_of(c, "x")->value, 0.5 * log(1 + 2 * 25 / 0.5), 1e-14);
    /* scalars: r^2 = cov^2 / (var T var Y) */
    double rr = 22.0 * 22 / ((2 * 25 + 0.5) * (2 * 5 + 0.1));
    near(value_of(c, "y")->value, -0.5 * log(1 - rr), 1e-12);
    near(value_of(measured("mi-linear", NO_PAIRS, INPUTS({1, 2, w})), "x")->value, 0.5 * log2(26),
         1e-14);
}

static double log_det(size_t n, double *a) { /* elimination of a positive matrix */
    double sum = 0;
    for (size_t k = 0; k < n; ++k) {
        sum += log(a[k * n + k]);
        for (size_t i = k + 1; i < n; ++i)
            for (size_t j = n; j-- > k;)
                a[i * n + j] -= a[i * n + k] * a[k * n + j] / a[k * n + k];
    }
    return sum;
}

/* 1/2 ln [det S_T det S_Y / det S_TY] by elimination. */
static void linear_by_determinants(void **state) {
    (void)state;
    enum { IN = 7, N = 4, M = 3, ALL = N + M };
    double w[ALL * IN], s[ALL * ALL], t[N * N], y[M * M];
    normal(3, ALL * IN, w);
    for (size_t i = 0; i < ALL; ++i)
        for (size_t j = 0; j < ALL; ++j) {
            s[i * ALL + j] = i != j ? 0 : i < N ? 0.3 : 0.2;
            for (size_t c = 0; c < IN; ++c)
                s[i * ALL + j] += 1.5 * w[i * IN + c] * w[j * IN + c];
            if (i < N && j < N)
                t[i * N + j] = s[i * ALL + j];
            if (i >= N && j >= N)
                y[(i - N) * M + j - N] = s[i * ALL + j];
        }
    double of_t = log_det(N, t);
    const struct collected *c = measured("mi-linear",
                                         PAIRS("input-variance", "1.5", "noise-variance", "0.3",
                                               "teacher-noise-variance", "0.2", "unit", "nats"),
                                         INPUTS({N, IN, w}, {M, IN, w + N * IN}));
    near(value_of(c, "x")->value, 0.5 * (of_t - N * log(0.3)), 1e-11);
    near(value_of(c, "y")->value, 0.5 * (of_t + log_det(M, y) - log_det(ALL, s)), 1e-10);
}

static void linear_limits(void **state) {
    (void)state;
    const double zero[] = {0, 0}, vast[] = {1e308, -1e308}, same[] = {1e10, 0};
    assert_true(only("mi-linear", NO_PAIRS, INPUTS({1, 2, zero}))->value == 0);
    near(only("mi-linear", PAIRS("unit", "nats"), INPUTS({1, 2, vast}))->value,
         308 * log(10) + 0.5 * log(2), 1e-9);
    refused("mi-linear", NO_PAIRS, INPUTS({1, 2, vast}, {1, 2, zero}), "at most 1e60");
    refused("mi-linear", NO_PAIRS, INPUTS({1, 2, zero}, {2, 1, zero}), "columns");
    measured("mi-linear", NO_PAIRS, INPUTS({1, 2, same}, {1, 2, same}));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(noisy_layers_against_integrals),
        cmocka_unit_test(noisy_layers_with_ids),
        cmocka_unit_test(noisy_limits),
        cmocka_unit_test(linear_closed_forms),
        cmocka_unit_test(linear_by_determinants),
        cmocka_unit_test(linear_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
