/* Nearest-neighbour estimators of information: users' cases, Gaussian closed forms, and plain loops
   over all pairs. */
#include "collect.h"

#include "measure/knn.h"
#include "numeric/memory.h"
#include "numeric/random.h"

static void normal(uint64_t seed, size_t n, double *x) {
    td_random_dnormal(td_stream_make(seed, "test"), 0, 0, 0, n, x);
}

/* psi(n) = -gamma + sum 1/j */
static double psi(size_t n) {
    double sum = -0.57721566490153286;
    for (size_t j = 1; j < n; ++j)
        sum += 1 / (double)j;
    return sum;
}

static double far(size_t d, const double *a, const double *b) {
    double most = 0;
    for (size_t c = 0; c < d; ++c)
        most = fmax(most, fabs(a[c] - b[c]));
    return most;
}

/* ---- the search ---- */

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void check_search(size_t n, size_t d, enum td_knn_method method, unsigned levels) {
    double *v = td_calloc(n * d, sizeof *v), *all = td_calloc(n, sizeof *all), got[8];
    size_t index[8], k = n - 1 < 5 ? n - 1 : 5;
    normal(n + d, n * d, v);
    for (size_t i = 0; i < n * d && levels; ++i) /* many ties */
        v[i] = round(v[i] * levels);
    struct td_knn *knn = td_knn_create(n, d, v, method, NULL);
    for (size_t i = 0; i < n; i += 1 + n / 40) {
        const double *q = v + i * d;
        for (size_t j = 0; j < n; ++j)
            all[j] = far(d, q, v + j * d);
        for (int closed = 0; closed < 2; ++closed)
            for (size_t j = 0; j < n; j += 1 + n / 10) {
                size_t count = 0;
                for (size_t l = 0; l < n; ++l)
                    count += closed ? all[l] <= all[j] : all[l] < all[j];
                assert_int_equal(td_knn_count(knn, q, all[j], closed), count);
            }
        if (k == 0)
            continue;
        td_knn_nearest(knn, q, i, k, got, index);
        for (size_t j = 0; j < k; ++j) {
            assert_int_not_equal(index[j], i);
            assert_true(got[j] == all[index[j]]);
            /* of equal distances those that come first, in order */
            assert_true(j == 0 || got[j - 1] < got[j] ||
                        (got[j - 1] == got[j] && index[j - 1] < index[j]));
        }
        size_t closer = 0;
        for (size_t l = 0; l < n; ++l)
            closer += l != i && (all[l] < got[k - 1] || (all[l] == got[k - 1] && l < index[k - 1]));
        assert_int_equal(closer, k - 1);
        double without_index[8];
        td_knn_nearest(knn, q, i, k, without_index, NULL);
        assert_memory_equal(without_index, got, k * sizeof *got);
        all[i] = INFINITY;
        qsort(all, n, sizeof *all, compare);
        assert_memory_equal(all, got, k * sizeof *got);
    }
    td_knn_free(knn);
    td_free(v);
    td_free(all);
}

static void search_finds_what_loops_find(void **state) {
    (void)state;
    static const size_t sizes[] = {1, 2, 12, 13, 25, 100, 1000};
    for (size_t s = 0; s < 7; ++s)
        for (size_t d = 1; d <= 5; d += 2)
            for (unsigned levels = 0; levels < 4; ++levels) {
                check_search(sizes[s], d, TD_KNN_TREE, levels);
                check_search(sizes[s], d, TD_KNN_BRUTE, levels);
            }
    check_search(300, 20, TD_KNN_AUTO, 0);
}

/* ---- KSG ---- */

/* Cases N02 */
static void self_information_is_at_the_ceiling(void **state) {
    (void)state;
    enum { N = 1000 };
    double x[N];
    for (size_t i = 0; i < N; ++i)
        x[i] = exp((double)(i + 1) / 200);
    const struct input *in = INPUTS({N, 1, x}, {N, 1, x});
    const struct td_value *v = only("mi-ksg", PAIRS("unit", "nats"), in);
    near(v->value, 5.9844709, 5e-8);
    assert_non_null(strstr(v->warning, "ceiling"));
    v = only("mi-ksg", PAIRS("unit", "bits"), in);
    near(v->value, 8.6337664, 5e-8);
    assert_non_null(strstr(v->warning, "8.6337664 bits for N = 1000, k = 3"));
    v = only("mi-ksg", PAIRS("unit", "nats", "form", "2"), in);
    near(v->value, 5.6511375, 5e-8);
    assert_non_null(strstr(v->warning, "ceiling"));
    v = only("mi-ksg", PAIRS("unit", "nats", "jitter", "1e-10"), in);
    near(v->value, 5.9844709, 5e-8);
    assert_non_null(strstr(only("mi-gao", NO_PAIRS, in)->warning, "ceiling"));
}

/* Cases N04 */
static void integers_with_ties(void **state) {
    (void)state;
    enum { N = 101 };
    double v[N], w[N];
    for (size_t i = 0; i < N; ++i) {
        v[i] = i < 100 ? (double)i : 1000;
        w[i] = (double)(i * i % 17);
    }
    const char *const *plain = PAIRS("unit", "nats");
    const struct td_value *value = only("mi-ksg", plain, INPUTS({N, 1, v}, {N, 1, v}));
    near(value->value, 3.6873775, 5e-8);
    assert_non_null(strstr(value->warning, "ties"));
    static const char *const settings[][2] = {
        {"jitter", "0"}, {"jitter", "1e-10"}, {"form", "2"}, {"k", "5"}};
    for (size_t s = 0; s < 4; ++s) {
        const char *const *pairs = PAIRS(settings[s][0], settings[s][1]);
        for (size_t m = 0; m < 2; ++m) {
            const char *name = m ? "mi-gao" : "mi-ksg";
            if (m && s == 2)
                continue;
            double ab = only(name, pairs, INPUTS({N, 1, v}, {N, 1, w}))->value;
            double ba = only(name, pairs, INPUTS({N, 1, w}, {N, 1, v}))->value;
            assert_true(ab == ba);
        }
    }
}

/* I4: bias below 0.02 nats over 20 seeds; also independence and other dependences. */
static void gaussian_pairs(void **state) {
    (void)state;
    enum { N = 2000, SEEDS = 20 };
    static double z[2 * N], x[N], y[N];
    const double rho[] = {0.9, 0, 0.5};
    static const char *const names[] = {"mi-ksg", "mi-ksg", "mi-gao"};
    static const char *const forms[] = {"1", "2", NULL};
    for (size_t r = 0; r < 3; ++r)
        for (size_t m = 0; m < 3; ++m) {
            double sum = 0, truth = -0.5 * log(1 - rho[r] * rho[r]);
            for (unsigned seed = 0; seed < (r ? 5 : SEEDS); ++seed) {
                normal(seed + 1, 2 * N, z);
                for (size_t i = 0; i < N; ++i) {
                    x[i] = z[i];
                    y[i] = rho[r] * z[i] + sqrt(1 - rho[r] * rho[r]) * z[N + i];
                }
                sum +=
                    only(names[m],
                         forms[m] ? PAIRS("unit", "nats", "form", forms[m]) : PAIRS("unit", "nats"),
                         INPUTS({N, 1, x}, {N, 1, y}))
                        ->value;
            }
            /* one estimate's sd is about 0.025 */
            near(sum / (r ? 5 : SEEDS), truth, r ? 0.035 : 0.02);
        }
}

/* Eq. 8 and 9 of Kraskov et al. by loops, several dimensions. */
static void ksg_by_definition(void **state) {
    (void)state;
    enum { N = 150, DX = 2, DY = 3, K = 4 };
    double x[N * DX], y[N * DY], first = 0, second = 0;
    normal(1, N * DX, x);
    normal(2, N * DY, y);
    for (size_t i = 0; i < N; ++i)
        y[i * DY] += 2 * x[i * DX];
    for (size_t i = 0; i < N; ++i) {
        size_t chosen[K] = {N, N, N, N}, counts[4] = {0};
        double radius = 0, ex = 0, ey = 0;
        for (size_t k = 0; k < K; ++k) { /* the next nearest */
            double least = INFINITY;
            for (size_t j = 0; j < N; ++j) {
                double dist =
                    fmax(far(DX, x + i * DX, x + j * DX), far(DY, y + i * DY, y + j * DY));
                bool taken = j == i;
                for (size_t l = 0; l < k; ++l)
                    taken |= chosen[l] == j;
                if (!taken && dist < least) {
                    least = dist;
                    chosen[k] = j;
                }
            }
            radius = least;
            ex = fmax(ex, far(DX, x + i * DX, x + chosen[k] * DX));
            ey = fmax(ey, far(DY, y + i * DY, y + chosen[k] * DY));
        }
        for (size_t j = 0; j < N; ++j) {
            double dx = far(DX, x + i * DX, x + j * DX), dy = far(DY, y + i * DY, y + j * DY);
            counts[0] += j != i && dx < radius;
            counts[1] += j != i && dy < radius;
            counts[2] += j != i && dx <= ex;
            counts[3] += j != i && dy <= ey;
        }
        first += (psi(K) + psi(N) - psi(counts[0] + 1) - psi(counts[1] + 1)) / N;
        second += (psi(K) - 1.0 / K + psi(N) - psi(counts[2]) - psi(counts[3])) / N;
    }
    const struct input *in = INPUTS({N, DX, x}, {N, DY, y});
    near(only("mi-ksg", PAIRS("k", "4", "unit", "nats"), in)->value, first, 1e-11);
    near(only("mi-ksg", PAIRS("k", "4", "unit", "nats", "form", "2"), in)->value, second, 1e-11);
    /* continuous: the two differ by ln N - psi(N) */
    near(only("mi-gao", PAIRS("k", "4", "unit", "nats"), in)->value, first + log(N) - psi(N),
         1e-11);
}

/* ---- mixtures ---- */

static void gao_of_discrete_and_mixed(void **state) {
    (void)state;
    enum { N = 4000 };
    static double x[N], y[N], u[2 * N];
    td_random_duniform(td_stream_make(3, "test"), 0, 0, 0, 2 * N, u);
    for (size_t i = 0; i < N; ++i) {
        x[i] = floor(u[i] * 4);
        y[i] = u[N + i] < 0.8 ? x[i] : 3 - x[i];
    }
    /* I = 2 - H(0.8) bits; sd of the estimate sqrt(0.16) log2(4) / sqrt(N) */
    double truth = 2 + 0.8 * log2(0.8) + 0.2 * log2(0.2);
    near(only("mi-gao", NO_PAIRS, INPUTS({N, 1, x}, {N, 1, y}))->value, truth, 0.04);
    near(only("mi-ross", NO_PAIRS, INPUTS({N, 1, y}, {N, 1, x}))->value, truth, 0.04);
    /* Gao et al. 2017, section 5: X uniform on 0 .. m - 1, Y uniform on [X, X + 2]:
       I = ln m - (m - 1) ln 2 / m */
    for (size_t i = 0; i < N; ++i)
        y[i] = x[i] + 2 * u[N + i];
    truth = log(4) - 0.75 * log(2);
    near(only("mi-gao", PAIRS("unit", "nats"), INPUTS({N, 1, x}, {N, 1, y}))->value, truth, 0.04);
    near(only("mi-ross", PAIRS("unit", "nats"), INPUTS({N, 1, y}, {N, 1, x}))->value, truth, 0.04);
    /* half continuous, half zeros, X = Y's class of sign: a ReLU */
    for (size_t i = 0; i < N; ++i) {
        x[i] = u[i] < 0.5;
        y[i] = fmax(0, u[i] - 0.5);
    }
    near(only("mi-gao", NO_PAIRS, INPUTS({N, 1, y}, {N, 1, x}))->value, 1, 0.02);
    near(only("mi-ross", NO_PAIRS, INPUTS({N, 1, y}, {N, 1, x}))->value, 1, 0.02);
}

/* Ross 2014 by loops: m counts rows closer than the k-th of the own class, and the row itself. */
static void ross_by_definition(void **state) {
    (void)state;
    enum { N = 120, D = 2, K = 3 };
    double t[N * D], y[N], sum = 0, all[N];
    normal(4, N * D, t);
    for (size_t i = 0; i < N; ++i) {
        y[i] = i % 5 == 0 ? 1.5 : i % 2 ? -1 : 4;
        t[i * D] += y[i];
    }
    for (size_t i = 0; i < N; ++i) {
        size_t same = 0, m = 0;
        for (size_t j = 0; j < N; ++j)
            if (j != i && y[j] == y[i])
                all[same++] = far(D, t + i * D, t + j * D);
        qsort(all, same, sizeof *all, compare);
        for (size_t j = 0; j < N; ++j)
            m += far(D, t + i * D, t + j * D) < all[K - 1];
        sum += (psi(N) - psi(same + 1) + psi(K) - psi(m)) / N;
    }
    near(only("mi-ross", PAIRS("unit", "nats"), INPUTS({N, D, t}, {N, 1, y}))->value, sum, 1e-11);
    /* two unit Gaussians 40 apart: I = H(Y) */
    for (size_t i = 0; i < N; ++i) {
        y[i] = i % 2 ? 1 : 0;
        t[i] += 40 * y[i];
    }
    near(only("mi-ross", NO_PAIRS, INPUTS({N, 1, t}, {N, 1, y}))->value, 1, 0.05);
}

static void degenerate_inputs(void **state) {
    (void)state;
    static const char *const names[] = {"mi-ksg", "mi-gao", "mi-ross"};
    const double equal[] = {2, 2, 2, 2, 2, 2}, x[] = {1, 2, 4, 7, 11, 16}, y[] = {0, 1, 0, 1, 0, 1};
    for (size_t m = 0; m < 3; ++m) {
        const struct td_value *v = only(names[m], NO_PAIRS, INPUTS({6, 1, equal}, {6, 1, y}));
        near(v->value, 0, 1e-15);
        assert_non_null(strstr(v->warning, "constant"));
        v = only(names[m], NO_PAIRS, INPUTS({1, 1, x}, {1, 1, y}));
        assert_true(v->value == 0);
        assert_non_null(strstr(v->warning, "one sample"));
        v = only(names[m], PAIRS("k", "100"), INPUTS({6, 1, x}, {6, 1, y}));
        assert_non_null(strstr(v->warning, "few samples"));
        refused(names[m], NO_PAIRS, INPUTS({6, 1, x}, {5, 1, y}), "rows");
        refused(names[m], PAIRS("k", "0"), INPUTS({6, 1, x}, {6, 1, y}), "k");
    }
    assert_true(only("mi-ksg", NO_PAIRS, INPUTS({6, 1, x}, {6, 1, equal}))->value == 0);
    /* duplicates: told */
    const double twice[] = {1, 1, 1, 1, 5, 5, 5, 5};
    const struct td_value *v = only("mi-ksg", NO_PAIRS, INPUTS({8, 1, twice}, {8, 1, twice}));
    assert_non_null(strstr(v->warning, "8 rows have k duplicates"));
    /* classes of one row */
    const double alone[] = {0, 0, 0, 1, 1, 7};
    v = only("mi-ross", NO_PAIRS, INPUTS({6, 1, x}, {6, 1, alone}));
    assert_non_null(strstr(v->warning, "1 rows are alone"));
    v = only("mi-ross", NO_PAIRS, INPUTS({6, 1, x}, {6, 1, x}));
    assert_true(v->value == 0);
    assert_non_null(strstr(v->warning, "no class has two rows"));
    refused("mi-ross", NO_PAIRS, INPUTS({3, 1, x}, {3, 2, x}), "one class a row");
    const double vast[] = {1.7e308, -1.7e308, 0, 1, 5e-324, -1e308};
    for (size_t m = 0; m < 3; ++m)
        only(names[m], PAIRS("jitter", "1", "bootstrap", "10"), INPUTS({6, 1, vast}, {6, 1, y}));
}

static void scale_and_seed(void **state) {
    (void)state;
    enum { N = 200 };
    double x[N], y[N], scaled_x[N], scaled_y[N];
    normal(5, N, x);
    normal(6, N, y);
    for (size_t i = 0; i < N; ++i) {
        y[i] += x[i];
        scaled_x[i] = ldexp(x[i], 900);
        scaled_y[i] = ldexp(y[i], 900);
    }
    const struct input *in = INPUTS({N, 1, x}, {N, 1, y});
    double value = only("mi-ksg", NO_PAIRS, in)->value;
    assert_true(value ==
                only("mi-ksg", NO_PAIRS, INPUTS({N, 1, scaled_x}, {N, 1, scaled_y}))->value);
    const struct td_value first = *only("mi-ksg", PAIRS("bootstrap", "300"), in);
    assert_true(first.lo < value && value < first.hi);
    const struct td_value again = *only("mi-ksg", PAIRS("bootstrap", "300"), in);
    assert_true(first.lo == again.lo && first.hi == again.hi);
    assert_true(only("mi-ksg", PAIRS("bootstrap", "300", "seed", "9"), in)->lo != first.lo);
    assert_true(only("mi-ksg", PAIRS("jitter", "0.1"), in)->value !=
                only("mi-ksg", PAIRS("jitter", "0.1", "seed", "9"), in)->value);
}

/* Intervals are as wide as estimates of new samples spread: half of one within 35 % of 1.96
   standard deviations (known to 10 % from 50 repeats; subsamples of a third are a little too sure).
 */
static void intervals_have_the_right_width(void **state) {
    (void)state;
    enum { N = 600, REPEATS = 50 };
    static const char *const names[] = {"mi-ksg", "mi-gao", "mi-ross"};
    double x[N], y[N], labels[N];
    for (size_t m = 0; m < 3; ++m) {
        double half = 0, sum = 0, squares = 0;
        for (unsigned r = 0; r < REPEATS; ++r) {
            normal(100 + r, N, x);
            normal(200 + r, N, y);
            for (size_t i = 0; i < N; ++i) {
                y[i] = 0.9 * x[i] + sqrt(0.19) * y[i];
                labels[i] = x[i] > 0;
            }
            const struct td_value *v = only(names[m], PAIRS("bootstrap", "12", "unit", "nats"),
                                            INPUTS({N, 1, y}, {N, 1, m == 2 ? labels : x}));
            half += (v->hi - v->lo) / 2 / REPEATS;
            sum += v->value / REPEATS;
            squares += v->value * v->value / REPEATS;
        }
        double ratio = half / (1.96 * sqrt((squares - sum * sum) * REPEATS / (REPEATS - 1)));
        if (!(ratio > 0.65 && ratio < 1.35))
            fail_msg("%s: %g times as wide", names[m], ratio);
    }
    const double few[39] = {1, 2, 3};
    assert_true(
        isnan(only("mi-ksg", PAIRS("bootstrap", "12"), INPUTS({39, 1, few}, {39, 1, x}))->lo));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(search_finds_what_loops_find),
        cmocka_unit_test(self_information_is_at_the_ceiling),
        cmocka_unit_test(integers_with_ties),
        cmocka_unit_test(gaussian_pairs),
        cmocka_unit_test(ksg_by_definition),
        cmocka_unit_test(gao_of_discrete_and_mixed),
        cmocka_unit_test(ross_by_definition),
        cmocka_unit_test(degenerate_inputs),
        cmocka_unit_test(scale_and_seed),
        cmocka_unit_test(intervals_have_the_right_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
