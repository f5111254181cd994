/* Moments, distance to a fixed point, saturation and norms against closed forms; the coverage of
   their intervals by simulation. */
#include "collect.h"

#include <float.h>

#include <gsl/gsl_cdf.h>

#include "numeric/random.h"

static const double six[] = {2, 4, 4, 4, 5, 11};

/* Mean 5, deviations -3 -1 -1 -1 0 6: sums of powers 48, 186, 1380. */
static void moments_of_six_numbers(void **state) {
    (void)state;
    const struct collected *c = measured("moments", NO_PAIRS, INPUTS({6, 1, six}));
    assert_int_equal(c->n, 4);
    close_to(value_of(c, "mean")->value, 5);
    close_to(value_of(c, "variance")->value, 8);
    close_to(value_of(c, "skewness")->value, 186 / 6.0 / pow(8, 1.5));
    close_to(value_of(c, "kurtosis")->value, 1380 / 6.0 / 64 - 3);
    /* Student: 5 -+ t(0.975, 5) * sqrt(48 / 5 / 6), t = 2.571 in published tables */
    double half = 2.571 * sqrt(48 / 5.0 / 6);
    near(value_of(c, "mean")->lo, 5 - half, 1e-3);
    near(value_of(c, "mean")->hi, 5 + half, 1e-3);
    for (size_t i = 0; i < 4; ++i)
        assert_string_equal(c->v[i].warning, "");
    assert_true(value_of(c, "variance")->lo > 0);
    assert_true(value_of(c, "variance")->lo < 8 && 8 < value_of(c, "variance")->hi);
    assert_true(isnan(value_of(c, "skewness")->lo) && isnan(value_of(c, "kurtosis")->lo));
}

static void by_column_and_pooled(void **state) {
    (void)state;
    const double x[] = {1, 10, 3, 20, 5, 60};
    const struct collected *c = measured("moments", PAIRS("by", "column"), INPUTS({3, 2, x}));
    assert_int_equal(c->n, 8);
    close_to(value_of(c, "mean.0")->value, 3);
    close_to(value_of(c, "mean.1")->value, 30);
    close_to(value_of(c, "variance.0")->value, 8 / 3.0);
    close_to(value_of(c, "variance.1")->value, 1400 / 3.0);
    near(value_of(c, "skewness.0")->value, 0, 1e-15);
    c = measured("moments", NO_PAIRS, INPUTS({3, 2, x}));
    close_to(value_of(c, "mean")->value, 16.5);
    /* rows as samples: their means 5.5, 11.5, 32.5 are what is independent */
    double s = sqrt((121 + 25 + 256) / 2.0 / 3);
    near(value_of(c, "mean")->hi, 16.5 + gsl_cdf_tdist_Pinv(0.975, 2) * s, 1e-12);
    /* equal columns add nothing: the interval is that of one of them */
    const double twice[] = {2, 2, 4, 4, 4, 4, 4, 4, 5, 5, 11, 11};
    struct collected single = *measured("moments", NO_PAIRS, INPUTS({6, 1, six}));
    c = measured("moments", NO_PAIRS, INPUTS({6, 2, twice}));
    for (size_t i = 0; i < 4; ++i)
        near(c->v[i].value, single.v[i].value, 1e-14);
    near(c->v[0].lo, single.v[0].lo, 1e-12);
    near(c->v[0].hi, single.v[0].hi, 1e-12);
}

static void degenerate_input_is_warned_of(void **state) {
    (void)state;
    const double constant[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    const struct collected *c = measured("moments", NO_PAIRS, INPUTS({3, 2, constant}));
    assert_true(value_of(c, "mean")->value == 0.1);
    for (size_t i = 1; i < 4; ++i) {
        assert_true(c->v[i].value == 0);
        assert_non_null(strstr(c->v[i].warning, "constant"));
    }
    c = measured("moments", NO_PAIRS, INPUTS({1, 1, six}));
    assert_true(value_of(c, "mean")->value == 2 && isnan(value_of(c, "mean")->lo));
    assert_non_null(strstr(c->v[0].warning, "one number"));
    c = measured("moments", NO_PAIRS, INPUTS({1, 6, six}));
    close_to(value_of(c, "variance")->value, 8);
    assert_true(isnan(value_of(c, "mean")->lo));
    assert_non_null(strstr(c->v[0].warning, "one sample"));
    refused("moments", NO_PAIRS, INPUTS({0, 3, six}), "a.npy is empty");
}

/* The same numbers shifted by 2^30 and scaled by powers of two from 2^-1000 to 2^500. */
static void shifts_and_scales(void **state) {
    (void)state;
    double x[6];
    for (size_t i = 0; i < 6; ++i)
        x[i] = six[i] + 0x1p30;
    const struct collected *c = measured("moments", NO_PAIRS, INPUTS({6, 1, x}));
    close_to(value_of(c, "mean")->value, 5 + 0x1p30);
    near(value_of(c, "variance")->value, 8, 1e-12);
    near(value_of(c, "kurtosis")->value, 1380 / 6.0 / 64 - 3, 1e-12);
    for (int e = -1020; e <= 500; e += 40) {
        for (size_t i = 0; i < 6; ++i)
            x[i] = ldexp(six[i], e);
        c = measured("moments", NO_PAIRS, INPUTS({6, 1, x}));
        close_to(value_of(c, "mean")->value, ldexp(5, e));
        assert_true(fabs(value_of(c, "variance")->value - ldexp(8, 2 * e)) <=
                    1e-14 * ldexp(8, 2 * e) + DBL_TRUE_MIN);
        close_to(value_of(c, "skewness")->value, 186 / 6.0 / pow(8, 1.5));
    }
    const double vast[] = {-1e308, 1e308, 1.7e308};
    refused("moments", NO_PAIRS, INPUTS({3, 1, vast}), "moments.variance overflows");
}

static void means_of_many_numbers(void **state) {
    (void)state;
    enum { N = 100000 };
    double *x = malloc(N * sizeof *x);
    long double sum = 0;
    assert_non_null(x);
    td_random_duniform(td_stream_make(4, "test"), 0, 0, 0, N, x);
    for (size_t i = 0; i < N; ++i) {
        x[i] += 1e8;
        sum += (long double)x[i];
    }
    const struct collected *c = measured("moments", NO_PAIRS, INPUTS({N, 1, x}));
    near(value_of(c, "mean")->value, (double)(sum / N), 1.5e-8); /* one unit in the last place */
    free(x);
}

/* The four statistics in plain loops, leaving out one number (`without` n: none); the variance as
   its logarithm, the scale of its interval. */
static void plain_moments(size_t n, const double *x, size_t without, double out[4]) {
    double m[5] = {0}, count = 0;
    for (size_t i = 0; i < n; ++i)
        if (i != without) {
            m[1] += x[i];
            ++count;
        }
    m[1] /= count;
    for (size_t i = 0; i < n; ++i)
        for (int k = 2; k <= 4 && i != without; ++k)
            m[k] += pow(x[i] - m[1], k) / count;
    out[0] = m[1];
    out[1] = log(m[2]);
    out[2] = m[3] / pow(m[2], 1.5);
    out[3] = m[4] / (m[2] * m[2]) - 3;
}

/* Standard errors for a skew, bounded distribution against the jackknife, which they equal up to
   O(1/n). */
static void errors_agree_with_the_jackknife(void **state) {
    (void)state;
    enum { N = 2000 };
    static double x[N], left[N][4];
    double all[4], q = gsl_cdf_tdist_Pinv(0.975, N - 1);
    td_random_duniform(td_stream_make(3, "test"), 0, 0, 0, N, x);
    for (size_t i = 0; i < N; ++i)
        x[i] *= x[i];
    plain_moments(N, x, N, all);
    for (size_t i = 0; i < N; ++i)
        plain_moments(N, x, i, left[i]);
    const struct collected *c = measured("moments", NO_PAIRS, INPUTS({N, 1, x}));
    assert_true(all[2] > 0.5 && all[3] < -0.5); /* or the test would not see their terms */
    for (size_t k = 0; k < 4; ++k) {
        double mean = 0, squares = 0;
        for (size_t i = 0; i < N; ++i)
            mean += left[i][k] / N;
        for (size_t i = 0; i < N; ++i)
            squares += pow(left[i][k] - mean, 2);
        double error = sqrt(squares * (N - 1) / N);
        const struct td_value *v = &c->v[k];
        double half = k == 1 ? log(v->hi / v->lo) / 2 : (v->hi - v->lo) / 2;
        near(half / q, error, 0.01 * error);
        near(k == 1 ? log(v->value) : v->value, all[k], 1e-11);
    }
}

/* Independent normal rows, 2000 repetitions: each interval covers the truth in 95 % of them, up to
   4 binomial standard errors and what an asymptotic interval may lack at this n. */
static void intervals_cover(void **state) {
    (void)state;
    enum { REPEATS = 2000, N = 200, D = 3 };
    static double x[N * D];
    static const double truth[] = {1, 4, 0, 0}, lack[] = {0, 0.01, 0.02, 0.05};
    size_t covered[4] = {0};
    for (unsigned r = 0; r < REPEATS; ++r) {
        td_random_dnormal(td_stream_make(r, "test"), 0, 0, 0, N * D, x);
        for (size_t i = 0; i < N; ++i) { /* columns share a part: they are not independent */
            double shared = x[i * D];
            for (size_t j = 0; j < D; ++j)
                x[i * D + j] = 1 + 2 * (0.6 * shared + 0.8 * (j ? x[i * D + j] : shared / 2));
        }
        const struct collected *c = measured("moments", NO_PAIRS, INPUTS({N, D, x}));
        for (size_t i = 0; i < 4; ++i)
            covered[i] += c->v[i].lo <= truth[i] && truth[i] <= c->v[i].hi;
    }
    double error = 4 * sqrt(0.95 * 0.05 / REPEATS);
    for (size_t i = 0; i < 4; ++i) {
        double share = (double)covered[i] / REPEATS;
        assert_true(share > 0.95 - error - lack[i] && share < 0.95 + error + 0.01);
    }
}

static void distance_to_the_fixed_point(void **state) {
    (void)state;
    const struct td_value *v = only("fixed-point-distance", NO_PAIRS, INPUTS({6, 1, six}));
    close_to(v->value, hypot(5, 7));
    assert_true(v->lo < v->value && v->value < v->hi);
    v = only("fixed-point-distance", PAIRS("mean", "5", "variance", "8"), INPUTS({6, 1, six}));
    near(v->value, 0, 1e-14);
    assert_true(v->lo == 0 && v->hi > 0);
    const double constant[] = {3, 3};
    v = only("fixed-point-distance", NO_PAIRS, INPUTS({2, 1, constant}));
    close_to(v->value, hypot(3, 1));
    assert_non_null(strstr(v->warning, "constant"));
}

/* The interval of the distance covers at least as often as it says. */
static void distance_interval_covers(void **state) {
    (void)state;
    enum { REPEATS = 1000, N = 100 };
    static double x[N];
    static const double shift[] = {0, 0.05, 1};
    for (size_t s = 0; s < 3; ++s) {
        size_t covered = 0;
        for (unsigned r = 0; r < REPEATS; ++r) {
            td_random_dnormal(td_stream_make(r, "test"), 1, 0, 0, N, x);
            for (size_t i = 0; i < N; ++i)
                x[i] += shift[s];
            const struct td_value *v = only("fixed-point-distance", NO_PAIRS, INPUTS({N, 1, x}));
            covered += v->lo <= shift[s] && shift[s] <= v->hi;
        }
        assert_true((double)covered / REPEATS > 0.95 - 4 * sqrt(0.95 * 0.05 / REPEATS) - 0.01);
    }
}

static void saturated_shares(void **state) {
    (void)state;
    const double x[] = {-1, -0.95, 0, 0.95, 0.96, 2, -3, 0.5};
    const struct collected *c = measured("saturation", NO_PAIRS, INPUTS({8, 1, x}));
    close_to(value_of(c, "share")->value, 4 / 8.0);
    close_to(value_of(c, "below")->value, 2 / 8.0);
    close_to(value_of(c, "above")->value, 2 / 8.0);
    /* Wilson 1927 for 4 of 8: n_eff = p (1-p) / se^2 = n - 1 = 7, raised to the 8 rows */
    double z = 1.959963984540054, zz = z * z / 8;
    double half = z / (1 + zz) * sqrt(0.25 / 8 + zz / 32);
    near(value_of(c, "share")->lo, 0.5 - half, 1e-12);
    near(value_of(c, "share")->hi, 0.5 + half, 1e-12);
    c = measured("saturation", PAIRS("lower", "-10", "upper", "10"), INPUTS({4, 2, x}));
    assert_true(value_of(c, "share")->value == 0 && value_of(c, "share")->lo == 0);
    zz = z * z / 4; /* none of 4 rows: hi = z^2 / (n + z^2) */
    near(value_of(c, "share")->hi, zz / (1 + zz), 1e-12);
    refused("saturation", PAIRS("lower", "1", "upper", "-1"), INPUTS({4, 2, x}), "less than upper");
}

static void norms(void **state) {
    (void)state;
    const double x[] = {3, -4, 0, 12};
    const struct collected *c = measured("norm", NO_PAIRS, INPUTS({2, 2, x}));
    close_to(value_of(c, "frobenius")->value, 13);
    close_to(value_of(c, "rms")->value, 6.5);
    assert_true(value_of(c, "max")->value == 12);
    const double large[] = {3e307, -4e307}, small[] = {3e-320, -4e-320}, zero[] = {0, 0};
    close_to(value_of(measured("norm", NO_PAIRS, INPUTS({1, 2, large})), "frobenius")->value,
             5e307);
    near(value_of(measured("norm", NO_PAIRS, INPUTS({1, 2, small})), "frobenius")->value, 5e-320,
         2 * DBL_TRUE_MIN);
    assert_true(value_of(measured("norm", NO_PAIRS, INPUTS({1, 2, zero})), "rms")->value == 0);
    const double vast[] = {1.7e308, -1.7e308};
    refused("norm", NO_PAIRS, INPUTS({2, 1, vast}), "norm.frobenius overflows");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_of_six_numbers),
        cmocka_unit_test(by_column_and_pooled),
        cmocka_unit_test(degenerate_input_is_warned_of),
        cmocka_unit_test(shifts_and_scales),
        cmocka_unit_test(means_of_many_numbers),
        cmocka_unit_test(errors_agree_with_the_jackknife),
        cmocka_unit_test(intervals_cover),
        cmocka_unit_test(distance_to_the_fixed_point),
        cmocka_unit_test(distance_interval_covers),
        cmocka_unit_test(saturated_shares),
        cmocka_unit_test(norms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
