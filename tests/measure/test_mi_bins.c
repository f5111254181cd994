/* Plug-in entropies of discretised layers against published cases, direct counting and closed
   forms. */
#include "collect.h"

#include <float.h>

#include "measure/ascending.h"
#include "measure/entropy.h"
#include "measure/entropy_bins.h"
#include "numeric/random.h"

static double get(const char *output, const char *const *pairs, const struct input *in) {
    return value_of(measured("mi-bins", pairs, in), output)->value;
}

/* Cases N09: bins on [-1,1] and activations that leave it. */
static void values_outside_the_bins(void **state) {
    (void)state;
    const double t[] = {0.1, 0.9, 1.1, 1.9, 2.1, 2.9, 3.1, 3.9};
    const struct input *in = INPUTS({8, 1, t});
    const struct collected *c = measured("mi-bins", PAIRS("method", "clipped"), in);
    near(value_of(c, "x")->value, 1.0612781, 5e-8);
    assert_non_null(strstr(value_of(c, "x")->warning, "6 of 8 outside [-1,1]"));
    assert_string_equal(value_of(c, "x")->unit, "bits");
    c = measured("mi-bins", PAIRS("method", "width", "width", "0.5"), in);
    assert_true(value_of(c, "x")->value == 3);
    assert_null(strstr(value_of(c, "x")->warning, "outside"));
    c = measured("mi-bins", PAIRS("method", "equal-count", "count", "4"), in);
    assert_true(value_of(c, "x")->value == 2);
    near(get("x", PAIRS("width", "0.5", "unit", "nats"), in), 3 * log(2), 1e-15);
}

/* Cases N10: inputs that repeat. */
static void repeated_inputs(void **state) {
    (void)state;
    const double t[] = {0.1, 0.6, 0.6, 0.6, 0.9}, ids[] = {0, 0, 1, 1, 2};
    const char *const *pairs = PAIRS("width", "0.5", "second", "ids");
    const struct input *in = INPUTS({5, 1, t}, {5, 1, ids});
    near(get("entropy", pairs, in), 0.7219281, 5e-8);
    near(get("entropy-given-x", pairs, in), 0.4, 1e-15);
    near(get("x", pairs, in), 0.3219281, 5e-8);
    near(get("x", PAIRS("width", "0.5"), INPUTS({5, 1, t})), 0.7219281, 5e-8);
    /* ids may be the inputs themselves, of any width */
    const double inputs[] = {3, 4, 3, 4, 3, 5, 3, 5, 7, 7};
    near(get("x", pairs, INPUTS({5, 1, t}, {5, 2, inputs})), 0.3219281, 5e-8);
    /* and come with labels */
    const double labels[] = {1, 1, 0, 0, 0};
    const struct collected *c =
        measured("mi-bins", PAIRS("width", "0.5"), INPUTS({5, 1, t}, {5, 1, labels}, {5, 1, ids}));
    near(value_of(c, "x")->value, 0.3219281, 5e-8);
    /* H(T) - 2/5 H(1/2): class 1 has one row in either bin, class 0 all in one */
    near(value_of(c, "y")->value, 0.7219280948873623 - 0.4, 1e-15);
}

/* The released EBAB on T_ij = max(0, sin(1.3 (3 i + j) + 0.4) + 0.2), 4 bins. */
static void ebab_as_released(void **state) {
    (void)state;
    double t[24], column[8];
    static const double edges[] = {0, 0.12484888, 0.58941834, 0.91116122, 1.0676441, 1.19166481};
    static const double expected[] = {2, 0, 4, 0, 0, 4, 0, 2};
    for (size_t i = 0; i < 24; ++i)
        t[i] = fmax(0, sin(1.3 * (double)i + 0.4) + 0.2);
    struct td_matrix x = {8, 3, t, "t"};
    struct td_bins_rule rule = {.method = TD_BINS_EBAB, .floor = TD_FLOOR_ZERO, .count = 4};
    struct td_bins bins;
    assert_int_equal(td_bins_make(&bins, &rule, &x, NULL), TD_OK);
    assert_int_equal(bins.n_edges, 6);
    for (size_t i = 0; i < 6; ++i)
        near(bins.edges[i], edges[i], 5e-9);
    for (size_t i = 0; i < 8; ++i)
        assert_true(td_bins_find(&bins, t[3 * i]) == expected[i]);
    td_bins_free(&bins);
    const char *const *pairs = PAIRS("method", "ebab", "floor", "zero", "count", "4");
    near(get("x", pairs, INPUTS({8, 3, t})), 3, 1e-15);
    /* column 0 with the same edges: 1.5 bits */
    for (size_t i = 0; i < 8; ++i)
        column[i] = expected[i];
    near(get("x", PAIRS("width", "1"), INPUTS({8, 1, column})), 1.5, 1e-15);
}

static void ebab_floors(void **state) {
    (void)state;
    const double t[] = {-2, -1.000001, 0.5, 0.5, 1, 3};
    const struct input *in = INPUTS({6, 1, t});
    const struct collected *c =
        measured("mi-bins", PAIRS("method", "ebab", "floor", "minus-one"), in);
    assert_non_null(strstr(c->v[0].warning, "1 of 6 below the lowest edge -1.000001"));
    near(value_of(c, "x")->value, log2(6) - 2.0 / 6, 1e-14);
    c = measured("mi-bins", PAIRS("method", "ebab"), in);
    assert_null(strstr(c->v[0].warning, "below"));
    near(value_of(c, "x")->value, log2(6) - 2.0 / 6, 1e-14);
    /* nothing but the floor: one bin */
    const double zeros[] = {0, 0, 0};
    assert_true(get("x", PAIRS("method", "ebab", "floor", "zero"), INPUTS({3, 1, zeros})) == 0);
    /* two bins over ten values: the greatest has one of its own */
    const double ten[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    double h = 0.5 * log2(2) + 0.4 * log2(2.5) + 0.1 * log2(10);
    near(get("x", PAIRS("method", "ebab", "count", "2"), INPUTS({10, 1, ten})), h, 1e-14);
}

/* Without being told, what the released floors give: ReLU-like values, tanh-like ones. */
static void ebab_floor_by_the_values(void **state) {
    (void)state;
    double relu[24], tanhs[24];
    for (size_t i = 0; i < 24; ++i) {
        tanhs[i] = sin(1.3 * (double)i + 0.4);
        relu[i] = fmax(0, tanhs[i] + 0.2);
    }
    const char *const *automatic = PAIRS("method", "ebab", "floor", "auto", "count", "4");
    const char *const *zero = PAIRS("method", "ebab", "floor", "zero", "count", "4");
    const char *const *minus_one = PAIRS("method", "ebab", "floor", "minus-one", "count", "4");
    const struct input *pair = INPUTS({24, 1, relu}), *other = INPUTS({24, 1, tanhs});
    assert_true(get("x", automatic, pair) == get("x", zero, pair));
    assert_true(get("x", automatic, pair) != get("x", PAIRS("method", "ebab", "count", "4"), pair));
    assert_true(get("x", automatic, other) == get("x", minus_one, other));
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void sorted_as_by_comparison(void **state) {
    (void)state;
    enum { MOST = 5000 };
    static double v[MOST], expected[MOST], room[MOST];
    static const size_t sizes[] = {0, 1, 2, 3, 257, MOST};
    for (int kind = 0; kind < 3; ++kind)
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; ++k) {
            size_t n = sizes[k];
            td_random_dnormal(td_stream_make(3, "sort"), 0, 0, 0, n, v);
            for (size_t i = 0; i < n; ++i) /* wide, as float, with many ties */
                v[i] = kind == 0   ? v[i] * pow(10, 300 * sin((double)i))
                       : kind == 1 ? (double)(float)v[i]
                                   : floor(2 * v[i]) + 0.0;
            memcpy(expected, v, sizeof v);
            qsort(expected, n, sizeof *expected, by_value);
            td_sort_ascending(n, v, room);
            for (size_t i = 0; i < n; ++i)
                assert_true(v[i] == expected[i]);
        }
    double edge[] = {1, -0.0, DBL_MAX, 0, -DBL_MAX, -1, DBL_TRUE_MIN, -DBL_TRUE_MIN};
    static const double want[] = {-DBL_MAX, -1, -DBL_TRUE_MIN, 0, 0, DBL_TRUE_MIN, 1, DBL_MAX};
    td_sort_ascending(8, edge, room);
    for (size_t i = 0; i < 8; ++i)
        assert_true(edge[i] == want[i]);
}

/* No bins at all: values that differ by one bit are apart, 0 and -0 are not. */
static void exact_patterns(void **state) {
    (void)state;
    const double t[] = {0, 1, -0.0, 1, 0, nextafter(1, 2), 1e300, -1e300};
    const char *const *pairs = PAIRS("method", "exact");
    near(get("x", pairs, INPUTS({4, 2, t})), 0.5 * log2(2) + 0.5 * log2(4), 1e-15);
    assert_true(get("patterns", pairs, INPUTS({8, 1, t})) == 5);
}

static void equal_count_merges_close_values(void **state) {
    (void)state;
    const double t[] = {1, 1 + 1e-9, 2, 2, 3, 4};
    const struct input *in = INPUTS({6, 1, t});
    const char *const *merged = PAIRS("method", "equal-count", "count", "30");
    near(get("x", merged, in), 2.0 / 3 * log2(3) + 1.0 / 3 * log2(6), 1e-14);
    const char *const *exact = PAIRS("method", "equal-count", "count", "30", "tolerance", "0");
    near(get("x", exact, in), 4.0 / 6 * log2(6) + 1.0 / 3 * log2(3), 1e-14);
}

static uint32_t bits_at(uint32_t seed, size_t i) {
    uint32_t bits;
    td_random_bits(td_stream_make(seed, "test"), 0, 0, i, 1, &bits);
    return bits;
}

/* Entropy of rows [n][d] of small integers by comparing all pairs. */
static double slow_entropy(size_t n, size_t d, const double *v, const double *given) {
    double h = 0;
    for (size_t i = 0; i < n; ++i) {
        size_t same = 0, all = 0;
        for (size_t j = 0; j < n; ++j) {
            bool equal = true, member = !given || given[i] == given[j];
            for (size_t c = 0; c < d; ++c)
                equal &= v[i * d + c] == v[j * d + c];
            same += equal && member;
            all += member;
        }
        h += log2((double)all / (double)same) / (double)n;
    }
    return h;
}

static void entropies_by_counting_pairs(void **state) {
    (void)state;
    enum { N = 200, D = 3 };
    double t[N * D], y[N], x[N];
    for (uint32_t seed = 0; seed < 5; ++seed) {
        for (size_t i = 0; i < N * D; ++i)
            t[i] = (double)(bits_at(seed, i) % (2 + seed)) - 1;
        for (size_t i = 0; i < N; ++i) {
            y[i] = (double)(bits_at(seed + 10, i) % 3);
            x[i] = (double)(bits_at(seed + 20, i) % 40);
        }
        const struct collected *c =
            measured("mi-bins", PAIRS("width", "1"), INPUTS({N, D, t}, {N, 1, y}, {N, 1, x}));
        double h = slow_entropy(N, D, t, NULL);
        near(value_of(c, "entropy")->value, h, 1e-12);
        near(value_of(c, "entropy-given-x")->value, slow_entropy(N, D, t, x), 1e-12);
        near(value_of(c, "y")->value, h - slow_entropy(N, D, t, y), 1e-12);
    }
}

static void miller_madow(void **state) {
    (void)state;
    const double t[] = {0, 1, 1, 2, 2, 2, 3, 3}, y[] = {0, 0, 0, 0, 1, 1, 1, 1};
    const struct input *in = INPUTS({8, 1, t}, {8, 1, y});
    const char *const *plain = PAIRS("width", "1", "unit", "nats");
    const char *const *corrected =
        PAIRS("width", "1", "unit", "nats", "correction", "miller-madow");
    near(get("entropy", corrected, in) - get("entropy", plain, in), 3.0 / 16, 1e-14);
    /* I(T;Y): + (K_T - 1)/2N - (K_TY - K_Y)/2N = (3 - (5 - 2))/16 */
    near(get("y", corrected, in) - get("y", plain, in), 0, 1e-14);
    /* uniform over 16, N = 64: the bias of the plug-in estimate is mostly gone */
    double plain_sum = 0, corrected_sum = 0, u[64];
    enum { REPEATS = 400 };
    for (unsigned r = 0; r < REPEATS; ++r) {
        td_random_duniform(td_stream_make(r, "test"), 0, 0, 0, 64, u);
        const struct input *drawn = INPUTS({64, 1, u});
        plain_sum += get("x", PAIRS("width", "0.0625"), drawn);
        corrected_sum += get("x", PAIRS("width", "0.0625", "correction", "miller-madow"), drawn);
    }
    assert_true(plain_sum / REPEATS < 4 - 0.13); /* (16 - 1) / 128 nats = 0.169 bits */
    near(corrected_sum / REPEATS, 4, 0.03);
}

/* I17: adaptive bins do not see the scale; fixed ones do. */
static void adaptive_bins_are_scale_free(void **state) {
    (void)state;
    enum { N = 300, D = 3 };
    double t[N * D], scaled[N * D];
    td_random_dnormal(td_stream_make(3, "test"), 0, 0, 0, N * D, t);
    for (size_t i = 0; i < N * D; ++i)
        t[i] = fmax(0, t[i]); /* ReLU: ties at 0 */
    const double factors[] = {10, 0.3, 1e-8, 1e9};
    for (size_t f = 0; f < 4; ++f) {
        for (size_t i = 0; i < N * D; ++i)
            scaled[i] = factors[f] * t[i];
        const struct input *a = INPUTS({N, D, t});
        const struct input *b = INPUTS({N, D, scaled});
        const char *const *ebab = PAIRS("method", "ebab", "count", "4");
        const char *const *equal = PAIRS("method", "equal-count", "count", "4");
        assert_true(get("x", ebab, a) == get("x", ebab, b));
        assert_true(get("x", equal, a) == get("x", equal, b));
        assert_true(get("x", PAIRS("width", "0.5"), a) != get("x", PAIRS("width", "0.5"), b));
    }
}

/* I14: exact values of a deterministic net obey the data processing inequality layer by layer. */
static void data_processing_inequality(void **state) {
    (void)state;
    enum { N = 512, D = 4, LAYERS = 5 };
    const char *const *exact = PAIRS("method", "equal-count", "count", "1000000", "tolerance", "0");
    double t[N * D], next[N * D], y[N], w[D * D];
    double lost = 0;
    for (uint32_t seed = 0; seed < 4; ++seed) {
        double before_x = INFINITY, before_y = INFINITY;
        for (size_t i = 0; i < N; ++i) {
            for (size_t j = 0; j < D; ++j)
                t[i * D + j] = (double)(i >> (2 * j) & 3); /* 256 inputs, each twice */
            y[i] = (double)(bits_at(seed, i) % 2);
        }
        for (uint32_t l = 0; l < LAYERS; ++l) {
            const struct collected *c = measured("mi-bins", exact, INPUTS({N, D, t}, {N, 1, y}));
            double x = value_of(c, "x")->value, of_y = value_of(c, "y")->value;
            assert_true(x <= before_x + 1e-12 && of_y <= before_y + 1e-12);
            lost += before_x < INFINITY ? before_x - x : 0;
            before_x = x;
            before_y = of_y;
            td_random_dnormal(td_stream_make(seed, "weights"), l, 0, 0, D * D, w);
            for (size_t i = 0; i < N; ++i)
                for (size_t k = 0; k < D; ++k) {
                    double sum = 0;
                    for (size_t j = 0; j < D; ++j)
                        sum += w[k * D + j] * t[i * D + j];
                    next[i * D + k] = fmax(0, sum);
                }
            memcpy(t, next, sizeof t);
        }
    }
    assert_true(lost > 0.1); /* ReLU loses something: the test sees a decrease */
}

static void degenerate_inputs(void **state) {
    (void)state;
    static const char *const methods[] = {"clipped", "width", "equal-count", "ebab"};
    const double constant[] = {0.5, 0.5, 0.5, 0.5}, rows[] = {1, 2, 1, 2};
    for (size_t m = 0; m < 4; ++m) {
        const char *const *pairs = PAIRS("method", methods[m]);
        const struct collected *c = measured("mi-bins", pairs, INPUTS({4, 1, constant}));
        assert_true(c->v[0].value == 0);
        assert_non_null(strstr(c->v[0].warning, "constant"));
        c = measured("mi-bins", pairs, INPUTS({2, 2, rows}));
        assert_true(c->v[0].value == 0);
        assert_non_null(strstr(c->v[0].warning, "all rows are equal"));
        c = measured("mi-bins", pairs, INPUTS({1, 2, rows}));
        assert_true(c->v[0].value == 0);
        assert_non_null(strstr(c->v[0].warning, "one sample"));
    }
    const double apart[] = {1, 2, 3, 4};
    assert_non_null(
        strstr(measured("mi-bins", NO_PAIRS, INPUTS({4, 1, apart}))->v[0].warning, "ceiling"));
    refused("mi-bins", PAIRS("method", "clipped", "lower", "1"), INPUTS({4, 1, apart}), "lower");
    refused("mi-bins", PAIRS("width", "1e-300"), INPUTS({1, 1, (double[]){1e300}}), "overflows");
    refused("mi-bins", PAIRS("width", "0"), INPUTS({4, 1, apart}), "(0, 1e300]");
    refused("mi-bins", NO_PAIRS, INPUTS({4, 1, apart}, {2, 2, apart}), "rows");
    refused("mi-bins", NO_PAIRS, INPUTS({2, 1, apart}, {2, 2, apart}), "one class a row");
    const double vast[] = {1.7e308, -1.7e308, 0, 1};
    assert_true(
        get("x", PAIRS("method", "clipped", "lower", "-1.7e308", "upper", "1.7e308", "count", "2"),
            INPUTS({4, 1, vast})) > 0);
    assert_true(get("x", PAIRS("width", "1e300"), INPUTS({2, 1, (double[]){0, -0.0}})) == 0);
}

/* The interval covers the truth: entropy of a fair die of 8, 200 rows. Basic bootstrap of a bounded
   functional at its maximum is not exact: at least 80 %. */
static void bootstrap_intervals(void **state) {
    (void)state;
    enum { N = 200, REPEATS = 200 };
    double u[N], p[] = {0.5, 0.7, 0.8, 0.88, 0.94, 0.98, 1}, truth = 0, t[N];
    unsigned covered = 0;
    for (size_t k = 0; k < 7; ++k) {
        double q = p[k] - (k ? p[k - 1] : 0);
        truth -= q * log2(q);
    }
    for (unsigned r = 0; r < REPEATS; ++r) {
        td_random_duniform(td_stream_make(r, "test"), 0, 0, 0, N, u);
        for (size_t i = 0; i < N; ++i)
            for (t[i] = 0; u[i] > p[(size_t)t[i]];)
                t[i] += 1;
        const struct td_value *v = value_of(
            measured("mi-bins", PAIRS("width", "1", "bootstrap", "200"), INPUTS({N, 1, t})),
            "entropy");
        covered += v->lo <= truth && truth <= v->hi;
    }
    /* 95 % less 4 standard errors and the bootstrap's own shortfall */
    assert_in_range(covered, (unsigned)(0.87 * REPEATS), REPEATS);
    /* seeded */
    const struct input *in = INPUTS({N, 1, t});
    double lo = measured("mi-bins", PAIRS("width", "1", "bootstrap", "50"), in)->v[0].lo;
    assert_true(measured("mi-bins", PAIRS("width", "1", "bootstrap", "50"), in)->v[0].lo == lo);
    assert_true(
        measured("mi-bins", PAIRS("width", "1", "bootstrap", "50", "seed", "2"), in)->v[0].lo !=
        lo);
}

/* Intervals of corrected and uncorrected entropies alike cover the truth where the bias is as large
   as they are: 30 equally likely patterns in 200 rows, (30 - 1) / 400 nats = 0.1 bits. */
static void bootstrap_takes_the_bias_off(void **state) {
    (void)state;
    enum { N = 200, REPEATS = 100, K = 30 };
    static const char *const corrections[] = {"none", "miller-madow"};
    for (int c = 0; c < 2; ++c) {
        unsigned covered = 0;
        for (unsigned r = 0; r < REPEATS; ++r) {
            double t[N];
            td_random_duniform(td_stream_make(r, "test"), 0, 0, 0, N, t);
            for (size_t i = 0; i < N; ++i)
                t[i] = floor(K * t[i]);
            const struct collected *all = measured(
                "mi-bins", PAIRS("width", "1", "bootstrap", "100", "correction", corrections[c]),
                INPUTS({N, 1, t}));
            const struct td_value *v = value_of(all, "entropy");
            covered += v->lo <= log2(K) && log2(K) <= v->hi;
        }
        assert_in_range(covered, (unsigned)(0.87 * REPEATS), REPEATS);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_outside_the_bins),
        cmocka_unit_test(repeated_inputs),
        cmocka_unit_test(ebab_as_released),
        cmocka_unit_test(ebab_floors),
        cmocka_unit_test(ebab_floor_by_the_values),
        cmocka_unit_test(sorted_as_by_comparison),
        cmocka_unit_test(exact_patterns),
        cmocka_unit_test(equal_count_merges_close_values),
        cmocka_unit_test(entropies_by_counting_pairs),
        cmocka_unit_test(miller_madow),
        cmocka_unit_test(adaptive_bins_are_scale_free),
        cmocka_unit_test(data_processing_inequality),
        cmocka_unit_test(degenerate_inputs),
        cmocka_unit_test(bootstrap_intervals),
        cmocka_unit_test(bootstrap_takes_the_bias_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
