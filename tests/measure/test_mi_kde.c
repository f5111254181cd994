/* Kernel bounds on information against plain double loops and closed forms; pairwise distances
   against long double differences. */
#include "collect.h"

#include "measure/distances.h"
#include "measure/lanes.h"
#include "numeric/memory.h"
#include "numeric/random.h"

static double get(const char *output, const char *const *pairs, const struct input *in) {
    return value_of(measured("mi-kde", pairs, in), output)->value;
}

static void normal(uint64_t seed, size_t n, double *x) {
    td_random_dnormal(td_stream_make(seed, "test"), 0, 0, 0, n, x);
}

/* Every distance of (n, m) rows in d dimensions with an offset, relative error at most `bound`. */
static void check_distances(size_t n, size_t m, size_t d, double offset, double bound) {
    double *a = td_calloc(n * d, sizeof *a), *b = td_calloc(m * d, sizeof *b);
    normal(n, n * d, a);
    normal(m + 1, m * d, b);
    for (size_t i = 0; i < n * d; ++i)
        a[i] += offset;
    for (size_t i = 0; i < m * d; ++i)
        b[i] += offset;
    for (size_t c = 0; c < d; ++c) /* a pair that nearly and one that does coincide */
        b[c] = a[c] + 1e-7 * (1 + offset * 1e-5);
    for (size_t c = 0; c < d && m > 1; ++c)
        b[d + c] = a[c];
    struct td_distances s;
    assert_int_equal(td_distances_make(&s, n, a, m, b, d, 0.25, NULL), TD_OK);
    double *tile = td_calloc(s.tile_rows * TD_TILE_COLUMNS, sizeof *tile);
    for (size_t i0 = 0; i0 < n; i0 += s.tile_rows)
        for (size_t j0 = 0; j0 < m; j0 += TD_TILE_COLUMNS) {
            size_t rows = n - i0 < s.tile_rows ? n - i0 : s.tile_rows;
            size_t columns = m - j0 < TD_TILE_COLUMNS ? m - j0 : TD_TILE_COLUMNS;
            td_distances_tile(&s, i0, rows, j0, columns, tile);
            for (size_t i = 0; i < rows; ++i)
                for (size_t j = 0; j < columns; ++j) {
                    long double sum = 0;
                    for (size_t c = 0; c < d; ++c) {
                        long double x = a[(i0 + i) * d + c], y = b[(j0 + j) * d + c];
                        sum += (x - y) * (x - y) / 16;
                    }
                    double got = tile[i * TD_TILE_COLUMNS + j];
                    near(got, (double)sum, bound * (double)sum);
                }
        }
    td_distances_free(&s);
    td_free(tile);
    td_free(a);
    td_free(b);
}

static void distances_are_exact(void **state) {
    (void)state;
    static const size_t dims[] = {1, 3, 8, 10, 48, 49, 60, 130};
    for (size_t k = 0; k < 8; ++k) {
        check_distances(37, 21, dims[k], 0, 1e-10);
        check_distances(13, 270, dims[k], 0, 1e-10);
        check_distances(20, 33, dims[k], 1e6, 1e-10);
    }
    check_distances(1, 1, 2, 0, 1e-10);
    check_distances(130, 70, 50, 1000, 1e-10);
}

static void exponentials_in_registers(void **state) {
    (void)state;
    double x[TD_LANES];
    for (double from = -700; from < 700 - 0.01; from += 0.0137) {
        td_lanes v, y;
        for (size_t l = 0; l < TD_LANES; ++l)
            v[l] = x[l] = from + 0.0011 * (double)l;
        y = td_lanes_exp(v);
        for (size_t l = 0; l < TD_LANES; ++l) {
            long double want = expl(x[l]);
            near(y[l], (double)want, 2 * 0x1p-52 * (double)want);
        }
    }
    td_lanes zero = {0}, limits = {NAN, -INFINITY}, cut = td_lanes_max(limits, -3);
    assert_true(td_lanes_exp(zero)[0] == 1 && td_lanes_exp(-zero)[TD_LANES - 1] == 1);
    assert_true(cut[0] == -3 && cut[1] == -3 && td_lanes_max(zero, -3)[0] == 0);
}

/* The bounds by definition, in nats: out = upper, lower of I(X;T'). */
static void slow_bounds(size_t n, size_t d, const double *x, double s2, double out[2]) {
    out[0] = out[1] = 0;
    for (size_t i = 0; i < n; ++i) {
        long double upper = 0, lower = 0;
        for (size_t j = 0; j < n; ++j) {
            long double sum = 0;
            for (size_t c = 0; c < d; ++c)
                sum += ((long double)x[i * d + c] - x[j * d + c]) *
                       ((long double)x[i * d + c] - x[j * d + c]);
            upper += expl(-sum / (2 * s2));
            lower += expl(-sum / (8 * s2));
        }
        out[0] -= (double)(logl(upper / n) / n);
        out[1] -= (double)(logl(lower / n) / n);
    }
}

static void bounds_by_definition(void **state) {
    (void)state;
    static const size_t sizes[][2] = {{1, 1},   {2, 1},    {9, 3},  {255, 2},
                                      {256, 5}, {300, 10}, {70, 60}};
    static double x[300 * 60], class[300 * 60], y[300];
    for (size_t k = 0; k < 7; ++k) {
        size_t n = sizes[k][0], d = sizes[k][1], m = 0;
        double bounds[2], part[2], of_y[2];
        normal(k, n * d, x);
        for (size_t i = 0; i < n; ++i)
            y[i] = i % 3 == 1 ? -2.5 : 7;
        slow_bounds(n, d, x, 0.3, bounds);
        const struct collected *c = measured("mi-kde", PAIRS("variance", "0.3", "unit", "nats"),
                                             INPUTS({n, d, x}, {n, 1, y}));
        near(value_of(c, "x-upper")->value, bounds[0], 1e-12);
        near(value_of(c, "x-lower")->value, bounds[1], 1e-12);
        assert_true(value_of(c, "x-lower")->value <= value_of(c, "x-upper")->value + 1e-15);
        double noise = (double)d / 2 * (log(2 * M_PI * 0.3) + 1);
        near(value_of(c, "entropy-upper")->value, bounds[0] + noise, 1e-12 * (1 + fabs(noise)));
        near(value_of(c, "variance")->value, 0.3, 1e-15);
        memcpy(of_y, bounds, sizeof of_y);
        for (int label = 0; label < 2; ++label) {
            m = 0;
            for (size_t i = 0; i < n; ++i)
                if ((i % 3 == 1) == label)
                    memcpy(class + m++ * d, x + i * d, d * sizeof *x);
            if (m == 0)
                continue;
            slow_bounds(m, d, class, 0.3, part);
            of_y[0] -= part[0] * (double)m / (double)n;
            of_y[1] -= part[1] * (double)m / (double)n;
        }
        near(value_of(c, "y-upper")->value, of_y[0], 1e-12);
        near(value_of(c, "y-lower")->value, of_y[1], 1e-12);
    }
}

/* I2: two unit Gaussians far apart: h = h(N) + ln 2. The mixture has two components. */
static void mixture_of_two_gaussians(void **state) {
    (void)state;
    const double x[] = {0, 40};
    const char *const *pairs = PAIRS("variance", "1", "unit", "nats");
    double truth = 0.5 * (log(2 * M_PI) + 1) + log(2);
    near(get("entropy-upper", pairs, INPUTS({2, 1, x})), truth, 1e-6);
    near(get("entropy-lower", pairs, INPUTS({2, 1, x})), truth, 1e-6);
    /* overlapping: the bounds bracket the integral */
    for (double apart = 0.5; apart < 6; apart += 0.5) {
        const double pair[] = {0, apart};
        double h = 0, step = 1e-3;
        for (double t = -10; t < apart + 10; t += step) {
            double p = (exp(-t * t / 2) + exp(-(t - apart) * (t - apart) / 2)) / sqrt(8 * M_PI);
            h -= step * p * log(p);
        }
        assert_true(get("entropy-upper", pairs, INPUTS({2, 1, pair})) > h);
        assert_true(get("entropy-lower", pairs, INPUTS({2, 1, pair})) < h);
    }
}

/* I3 */
static void all_equal_and_all_apart(void **state) {
    (void)state;
    enum { N = 700, D = 3 };
    static double x[N * D];
    for (size_t i = 0; i < N * D; ++i)
        x[i] = 0.7;
    const struct collected *c = measured("mi-kde", PAIRS("unit", "nats"), INPUTS({N, D, x}));
    near(value_of(c, "x-upper")->value, 0, 1e-12);
    near(value_of(c, "x-lower")->value, 0, 1e-12);
    assert_non_null(strstr(c->v[0].warning, "constant"));
    for (size_t i = 0; i < N; ++i)
        x[i * D] = (double)i;
    c = measured("mi-kde", PAIRS("unit", "nats"), INPUTS({N, D, x}));
    near(value_of(c, "x-upper")->value, log(N), 1e-12);
    near(value_of(c, "x-lower")->value, log(N), 1e-12);
    assert_non_null(strstr(c->v[0].warning, "ceiling"));
}

/* I5: a Gaussian T = W x with noise of variance s2: the lower bound is below, the upper above the
   exact information 1/2 ln det(I + W W^T / s2), less sampling errors. */
static void linear_gaussian_is_bracketed(void **state) {
    (void)state;
    enum { N = 4000 };
    static double x[N * 2], t[N * 2];
    const double w[] = {1, 0.5, -0.3, 0.8};
    double exact = value_of(measured("mi-linear", PAIRS("noise-variance", "0.1", "unit", "nats"),
                                     INPUTS({2, 2, w})),
                            "x")
                       ->value;
    double a = 1 + 1.25 / 0.1, b = 1 + 0.73 / 0.1, ab = 0.1 / 0.1;
    near(exact, 0.5 * log(a * b - ab * ab), 1e-12);
    normal(5, N * 2, x);
    for (size_t i = 0; i < N; ++i)
        for (size_t k = 0; k < 2; ++k)
            t[i * 2 + k] = w[2 * k] * x[2 * i] + w[2 * k + 1] * x[2 * i + 1];
    const struct collected *c = measured(
        "mi-kde", PAIRS("variance", "0.1", "unit", "nats", "bootstrap", "200"), INPUTS({N, 2, t}));
    const struct td_value *upper = value_of(c, "x-upper"), *lower = value_of(c, "x-lower");
    assert_true(upper->hi > exact && upper->value > exact - 0.05);
    assert_true(lower->lo < exact && lower->value < exact);
    assert_true(upper->value - lower->value < 1.5);
    assert_true(upper->lo < upper->value && upper->value < upper->hi);
}

/* I17 and I18 */
static void scale(void **state) {
    (void)state;
    enum { N = 200, D = 3 };
    double x[N * D], scaled[N * D];
    normal(8, N * D, x);
    const char *const *adaptive = PAIRS("variant", "adaptive");
    const double factors[] = {10, 1e-3, 7e100, 3e-150};
    double before = get("x-upper", adaptive, INPUTS({N, D, x}));
    const char *const *fixed_pairs = PAIRS("variance", "0.1");
    double fixed = get("x-upper", fixed_pairs, INPUTS({N, D, x}));
    for (size_t f = 0; f < 4; ++f) {
        for (size_t i = 0; i < N * D; ++i)
            scaled[i] = factors[f] * x[i];
        near(get("x-upper", adaptive, INPUTS({N, D, scaled})), before, 1e-11);
        if (f < 2)
            assert_true(fabs(get("x-upper", fixed_pairs, INPUTS({N, D, scaled})) - fixed) > 0.01);
    }
    /* the variance is variance * max|t|^power */
    const double three[] = {-3, 1, 2};
    near(get("variance", PAIRS("variant", "adaptive", "variance", "0.5"), INPUTS({3, 1, three})),
         4.5, 1e-14);
    near(get("variance", PAIRS("variant", "adaptive", "power", "1"), INPUTS({3, 1, three})), 3e-3,
         1e-16);
}

static void offsets_cost_no_digits(void **state) {
    (void)state;
    enum { N = 120 };
    static double x[N * 60], moved[N * 60];
    static const size_t dims[] = {4, 60};
    for (size_t k = 0; k < 2; ++k) {
        size_t d = dims[k];
        normal(9, N * d, x);
        for (size_t i = 0; i < N * d; ++i) {
            x[i] = round(x[i] * 1048576) / 1048576; /* so that the sum below is exact */
            moved[i] = x[i] + 1048576;
        }
        const char *const *pairs = PAIRS("variance", "1", "unit", "nats");
        near(get("x-upper", pairs, INPUTS({N, d, moved})), get("x-upper", pairs, INPUTS({N, d, x})),
             1e-11);
    }
}

/* The released variant: seeded noise of sd 0.01, absolute values, variance 0.01. */
static void released_variant(void **state) {
    (void)state;
    enum { N = 400 };
    double x[N], mirrored[N];
    normal(4, N, x);
    for (size_t i = 0; i < N; ++i)
        mirrored[i] = fabs(x[i]);
    const char *const *released = PAIRS("variant", "released");
    double value = get("x-upper", released, INPUTS({N, 1, x}));
    /* close to a fixed variance of 0.01 on |x|, not on x */
    double folded = get("x-upper", PAIRS("variance", "0.01"), INPUTS({N, 1, mirrored}));
    double plain = get("x-upper", PAIRS("variance", "0.01"), INPUTS({N, 1, x}));
    near(value, folded, 0.05);
    assert_true(fabs(value - plain) > 0.2);
    assert_true(value == get("x-upper", released, INPUTS({N, 1, x})));
    assert_true(value !=
                get("x-upper", PAIRS("variant", "released", "seed", "2"), INPUTS({N, 1, x})));
    near(get("variance", released, INPUTS({N, 1, x})), 0.01, 1e-16);
}

/* The interval's width is the spread over independent samples, of x and of y. */
static void bootstrap_has_the_right_width(void **state) {
    (void)state;
    enum { N = 300, REPEATS = 100 };
    static const char *const names[] = {"x-upper", "y-lower"};
    double x[N], y[N], value[2][REPEATS], width[2] = {0}, mean[2] = {0};
    const char *const *pairs = PAIRS("variance", "4", "bootstrap", "200");
    for (unsigned r = 0; r < REPEATS; ++r) {
        normal(100 + r, N, x);
        td_random_duniform(td_stream_make(r, "labels"), 0, 0, 0, N, y);
        for (size_t i = 0; i < N; ++i) {
            y[i] = y[i] < 0.3;
            x[i] += 3 * y[i];
        }
        const struct collected *c = measured("mi-kde", pairs, INPUTS({N, 1, x}, {N, 1, y}));
        for (size_t k = 0; k < 2; ++k) {
            const struct td_value *v = value_of(c, names[k]);
            assert_true(v->lo < v->value && v->value < v->hi);
            value[k][r] = v->value;
            mean[k] += v->value / REPEATS;
            width[k] += (v->hi - v->lo) / REPEATS;
        }
    }
    for (size_t k = 0; k < 2; ++k) {
        double variance = 0;
        for (unsigned r = 0; r < REPEATS; ++r)
            variance += (value[k][r] - mean[k]) * (value[k][r] - mean[k]) / (REPEATS - 1);
        /* the sd is known to 7 % (1 / sqrt(2 REPEATS)): 3 of those */
        near(width[k] / (2 * 1.96 * sqrt(variance)), 1, 0.21);
    }
}

static void extremes(void **state) {
    (void)state;
    const double vast[] = {1.7e308, -1.7e308, 0}, tiny[] = {5e-324, 0, -5e-324};
    static const char *const variants[] = {"fixed", "adaptive", "released"};
    for (size_t k = 0; k < 3; ++k) {
        measured("mi-kde", PAIRS("variant", variants[k]), INPUTS({3, 1, vast}));
        measured("mi-kde", PAIRS("variant", variants[k], "variance", "1e-300"),
                 INPUTS({3, 1, tiny}, {3, 1, vast}));
        measured("mi-kde", PAIRS("variant", variants[k], "variance", "1e300"),
                 INPUTS({3, 1, vast}, {3, 1, vast}));
        const struct collected *c = measured(
            "mi-kde", PAIRS("variant", variants[k], "bootstrap", "5"), INPUTS({1, 3, vast}));
        assert_true(c->v[0].value == 0);
        assert_non_null(strstr(c->v[0].warning, "one sample"));
        assert_true(isnan(c->v[0].lo));
    }
    near(get("x-upper", NO_PAIRS, INPUTS({3, 1, vast})), log2(3), 1e-12);
    near(get("x-upper", NO_PAIRS, INPUTS({3, 1, tiny})), 0, 1e-12);
    const double zeros[] = {0, 0};
    assert_true(get("x-upper", PAIRS("variant", "adaptive"), INPUTS({2, 1, zeros})) == 0);
    refused("mi-kde", NO_PAIRS, INPUTS({3, 1, vast}, {2, 1, vast}), "rows");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances_are_exact),
        cmocka_unit_test(exponentials_in_registers),
        cmocka_unit_test(bounds_by_definition),
        cmocka_unit_test(mixture_of_two_gaussians),
        cmocka_unit_test(all_equal_and_all_apart),
        cmocka_unit_test(linear_gaussian_is_bracketed),
        cmocka_unit_test(scale),
        cmocka_unit_test(offsets_cost_no_digits),
        cmocka_unit_test(released_variant),
        cmocka_unit_test(bootstrap_has_the_right_width),
        cmocka_unit_test(extremes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
