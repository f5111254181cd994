/* Accuracy, cross-entropy and mean squared error against closed forms and long double sums; what
   every measure's descriptor must say. */
#include "collect.h"

#include "numeric/random.h"

static void accuracy_of_logits_and_classes(void **state) {
    (void)state;
    const double logits[] = {0.1, 0.7, 0.2, 3, -1, 2, -5, -6, -4, 1, 2, 3};
    const double labels[] = {1, 0, 0, 2}, classes[] = {1, 1, 0, 2};
    const struct td_value *v = only("accuracy", NO_PAIRS, INPUTS({4, 3, logits}, {4, 1, labels}));
    close_to(v->value, 0.75);
    assert_string_equal(v->warning, "");
    /* Wilson 1927, 3 of 4 */
    double z = 1.959963984540054, zz = z * z / 4;
    double half = z / (1 + zz) * sqrt(0.75 * 0.25 / 4 + zz / 16);
    near(v->lo, (0.75 + zz / 2) / (1 + zz) - half, 1e-12);
    near(v->hi, (0.75 + zz / 2) / (1 + zz) + half, 1e-12);
    close_to(only("accuracy", NO_PAIRS, INPUTS({4, 1, classes}, {4, 1, labels}))->value, 0.75);
    const double tied[] = {0, 0, 1, 1};
    v = only("accuracy", NO_PAIRS, INPUTS({2, 2, tied}, {2, 1, (double[]){0, 1}}));
    close_to(v->value, 0.5); /* the first of equal logits */
    assert_non_null(strstr(v->warning, "2 of 2 samples have tied"));
}

/* The plain sum in long double, which no small logit overflows. */
static long double reference(size_t k, const double *x, size_t label) {
    long double sum = 0;
    for (size_t j = 0; j < k; ++j)
        sum += expl((long double)x[j]);
    return logl(sum) - (long double)x[label];
}

static void cross_entropy_of_random_logits(void **state) {
    (void)state;
    enum { N = 50, K = 7 };
    double x[N * K], labels[N];
    long double sum = 0;
    td_random_dnormal(td_stream_make(1, "test"), 0, 0, 0, N * K, x);
    for (size_t i = 0; i < N; ++i) {
        for (size_t j = 0; j < K; ++j)
            x[i * K + j] *= 5;
        labels[i] = (double)(i * 3 % K);
        sum += reference(K, x + i * K, i * 3 % K);
    }
    const struct input *in = INPUTS({N, K, x}, {N, 1, labels});
    near(only("cross-entropy", NO_PAIRS, in)->value, (double)(sum / N), 1e-13);
    assert_string_equal(only("cross-entropy", NO_PAIRS, in)->unit, "nats");
    near(only("cross-entropy", PAIRS("unit", "bits"), in)->value, (double)(sum / N) / log(2),
         1e-13);
    assert_string_equal(only("cross-entropy", PAIRS("unit", "bits"), in)->unit, "bits");
}

static void cross_entropy_at_the_extremes(void **state) {
    (void)state;
    const double even[] = {3, 3, 3, 3}, far[] = {1e5, 0, -1e5, 0};
    const double zero[] = {0, 0}, one[] = {1, 1};
    close_to(only("cross-entropy", NO_PAIRS, INPUTS({2, 2, even}, {2, 1, zero}))->value, log(2));
    close_to(only("cross-entropy", NO_PAIRS, INPUTS({2, 2, far}, {2, 1, zero}))->value, 5e4);
    close_to(only("cross-entropy", NO_PAIRS, INPUTS({2, 2, far}, {2, 1, one}))->value, 5e4);
    const double sure[] = {50, 0};
    close_to(only("cross-entropy", NO_PAIRS, INPUTS({1, 2, sure}, {1, 1, zero}))->value, exp(-50));
    /* one logit: the same as two logits (0, x) */
    const double x[] = {-40, -2, 0, 0.5, 800, -800};
    for (size_t i = 0; i < 6; ++i) {
        const double pair[] = {0, x[i]};
        for (double label = 0; label < 2; ++label) {
            double a =
                only("cross-entropy", NO_PAIRS, INPUTS({1, 1, &x[i]}, {1, 1, &label}))->value;
            double b = only("cross-entropy", NO_PAIRS, INPUTS({1, 2, pair}, {1, 1, &label}))->value;
            near(a, b, 1e-14 * b);
        }
    }
    const double vast[] = {1e308, -1e308};
    refused("cross-entropy", NO_PAIRS, INPUTS({1, 2, vast}, {1, 1, one}), "overflows");
}

static void mean_squared_error(void **state) {
    (void)state;
    const double a[] = {1, 2, 3, 4, 5, 6}, b[] = {1, 0, 3, 4, 8, 6};
    const struct td_value *v = only("mse", NO_PAIRS, INPUTS({3, 2, a}, {3, 2, b}));
    close_to(v->value, 13.0 / 6);
    /* rows 2, 0, 4.5; with 2 degrees of freedom t(0.975) = 0.95 sqrt(2 / (1 - 0.95^2)) */
    double mean = 13.0 / 6, s2 = (pow(2 - mean, 2) + mean * mean + pow(4.5 - mean, 2)) / 2;
    double half = 0.95 * sqrt(2 / (1 - 0.95 * 0.95)) * sqrt(s2 / 3);
    near(v->hi, mean + half, 1e-8); /* GSL's quantile is good to 1e-9 or so */
    near(v->lo, mean - half, 1e-8);
    v = only("mse", NO_PAIRS, INPUTS({1, 6, a}, {1, 6, b}));
    assert_true(isnan(v->lo));
    assert_non_null(strstr(v->warning, "one sample"));
    refused("mse", NO_PAIRS, INPUTS({3, 2, a}, {3, 1, b}), "same shape");
}

static void shapes_and_labels_are_checked(void **state) {
    (void)state;
    const double x[] = {0, 1, 2, 3, 4, 5};
    static const char *const names[] = {"accuracy", "cross-entropy", "mse"};
    for (size_t i = 0; i < 3; ++i)
        refused(names[i], NO_PAIRS, INPUTS({3, 2, x}, {2, 1, x}),
                "a.npy has 3 rows, b.npy has 2: rows are samples");
    for (size_t i = 0; i < 2; ++i) {
        refused(names[i], NO_PAIRS, INPUTS({3, 2, x}, {3, 2, x}), "one class a row");
        refused(names[i], NO_PAIRS, INPUTS({3, 2, x}, {3, 1, (double[]){0, 1, 2}}),
                "row 2 (counted from 0) is 2; labels are whole numbers from 0 to 1");
        refused(names[i], NO_PAIRS, INPUTS({2, 2, x}, {2, 1, (double[]){0, -1}}), "row 1");
        refused(names[i], NO_PAIRS, INPUTS({2, 2, x}, {2, 1, (double[]){0.5, 1}}), "row 0");
    }
    refused("accuracy", NO_PAIRS, INPUTS({2, 1, (double[]){0.5, 1}}, {2, 1, x}), "a.npy: row 0");
    refused("cross-entropy", NO_PAIRS, INPUTS({3, 1, x}, {3, 1, x}), "from 0 to 1");
}

/* 95 % intervals of accuracy cover the truth in at least about 95 % of samples. */
static void accuracy_interval_covers(void **state) {
    (void)state;
    enum { REPEATS = 2000, N = 50 };
    double guess[N], labels[N] = {0}, u[N];
    size_t covered = 0;
    for (unsigned r = 0; r < REPEATS; ++r) {
        td_random_duniform(td_stream_make(r, "test"), 0, 0, 0, N, u);
        for (size_t i = 0; i < N; ++i)
            guess[i] = u[i] < 0.8 ? 0 : 1;
        const struct td_value *v =
            only("accuracy", NO_PAIRS, INPUTS({N, 1, guess}, {N, 1, labels}));
        covered += v->lo <= 0.8 && 0.8 <= v->hi;
    }
    /* exact coverage at n = 50, p = 0.8, summed from the binomial distribution: 0.9507 */
    near((double)covered / REPEATS, 0.9507, 4 * sqrt(0.95 * 0.05 / REPEATS));
}

static void every_measure_is_described(void **state) {
    (void)state;
    for (size_t i = 0; i < td_registry_count(&td_measures); ++i) {
        const struct td_measure *m = (const struct td_measure *)td_registry_at(&td_measures, i);
        assert_int_equal(m->kind.abi, TD_ABI);
        assert_int_equal(m->kind.real_size, sizeof(real));
        assert_true(strlen(m->kind.doc) > 20);
        assert_true(strlen(m->in_help) > 5);
        assert_true(strlen(m->complexity) > 3);
        assert_non_null(m->unit);
        assert_true(m->min_in >= 1 && m->min_in <= m->max_in && m->max_in <= TD_MEASURE_INPUTS);
        assert_non_null(m->outputs[0]);
        for (const struct td_param *p = m->kind.params; p && p->name; ++p)
            assert_true(p->help && strlen(p->help) > 5);
    }
}

/* Whatever finite input: a finite value or TD_BAD_INPUT, never NaN (collect checks), and the values
   come under the names that the descriptor announces. */
/* An output that comes in numbers is listed by its stem: "s" stands for "s.1", "s.2", ... */
static bool is_listed(const struct td_measure *m, const char *name) {
    for (size_t i = 0; m->outputs[i]; ++i) {
        size_t n = strlen(m->outputs[i]);
        if (strcmp(name, m->outputs[i]) == 0)
            return true;
        if (n && strncmp(name, m->outputs[i], n) == 0 && name[n] == '.' &&
            strspn(name + n + 1, "0123456789") == strlen(name + n + 1))
            return true;
    }
    return false;
}

static void extreme_inputs_never_give_nan(void **state) {
    (void)state;
    static const double numbers[] = {0, 1, -1, 1e308, -1.7e308, 1e-308, 5e-324, 0.1, 3};
    enum { N = 4, D = 2 };
    double x[N * D], y[N];
    for (unsigned r = 0; r < 3000; ++r) {
        uint32_t bits[N * D + N + 1];
        td_random_bits(td_stream_make(r, "test"), 0, 0, 0, N * D + N + 1, bits);
        size_t n = 1 + bits[N * D + N] % N;
        for (size_t i = 0; i < N * D; ++i)
            x[i] = numbers[bits[i] % 9];
        for (size_t i = 0; i < N; ++i)
            y[i] = (double)(bits[N * D + i] % 2);
        const struct td_measure *m = (const struct td_measure *)td_registry_at(
            &td_measures, r % td_registry_count(&td_measures));
        static struct collected c;
        struct input in[TD_MEASURE_INPUTS + 1] = {{n, D, x}, {n, 1, y}};
        for (size_t i = 0; m->min_in > 2 && i < m->min_in; ++i) /* outputs, inputs, targets */
            in[i] = (struct input){n, D, x};
        if (m->min_in == 1)
            in[1].v = NULL;
        else if (strcmp(m->kind.name, "mse") == 0)
            in[0].d = 1;
        td_status status = measure(m->kind.name, NO_PAIRS, in, &c);
        assert_true(status == TD_OK || status == TD_BAD_INPUT);
        for (size_t i = 0; i < c.n && status == TD_OK; ++i)
            assert_true(is_listed(m, c.v[i].name));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accuracy_of_logits_and_classes),
        cmocka_unit_test(cross_entropy_of_random_logits),
        cmocka_unit_test(cross_entropy_at_the_extremes),
        cmocka_unit_test(mean_squared_error),
        cmocka_unit_test(shapes_and_labels_are_checked),
        cmocka_unit_test(accuracy_interval_covers),
        cmocka_unit_test(every_measure_is_described),
        cmocka_unit_test(extreme_inputs_never_give_nan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
