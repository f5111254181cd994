/* Where self-normalisation breaks: linear response of finite layers against closed forms and
   against the chain that it linearises, moments by sample and by unit against plain sums, unusual
   inputs and weights of a mean that is not 0. */
#include "experiments/collect.h"

#include "experiments/selu/fluctuations.h"
#include "experiments/selu/inputs.h"
#include "experiments/selu/selu.h"
#include "experiments/selu/spread.h"
#include "numeric/memory.h"
#include "sim/activation.h"

static struct td_part activation_of(const char *name, struct td_arena *arena) {
    const char *const none[] = {NULL};
    struct td_part part = {0};
    struct td_error err;
    assert_int_equal(td_registry_get(&td_activations, name, &part.kind, &err), TD_OK);
    if (part.kind->params_size == 0)
        return part;
    void *p = td_arena_alloc(arena, part.kind->params_size);
    assert_int_equal(
        td_params_from_text(part.kind->params, none, arena, p, part.kind->params_size, &err),
        TD_OK);
    part.params = p;
    return part;
}

static struct td_fluctuations through(const char *name, double n, double tau, double samples,
                                      int layers) {
    struct td_arena *arena = td_arena_create();
    struct td_part f = activation_of(name, arena);
    struct td_fluctuations at = td_fluctuations_start(n, tau, samples, 1);
    struct td_error err;
    for (int l = 0; l < layers; l++)
        assert_int_equal(td_fluctuations_step(&f, &at, &err), TD_OK);
    td_arena_free(arena);
    return at;
}

/* Linear layers: the second moment gains 2/n a layer; the squared correlation of two inputs 1/n,
   and twice that, over n, is what a batch gains. */
static void test_linear_layers(void **state) {
    (void)state;
    enum { L = 7 };
    const double n = 50;
    struct td_fluctuations f = through("identity", n, 1, 10, L);
    near("q", f.q, 1, 1e-13);
    near("variance of q", f.var_q, 2 * (L + 1) / n, 1e-12);
    near("variance of the mean", f.var_mean, 1 / n, 1e-13);
    near("squared correlation", f.pairs2, (L + 1) / n, 1e-13);
    assert_true(f.batch);
    near("batch", f.batch_var_q, L * (L + 1) / (n * n), 1e-13);
    struct td_spread batch = td_fluctuations_batch(&f);
    near("batch of 10", batch.var_variance, 0.9 * L * (L + 1) / (n * n) + 0.1 * 2 * (L + 1) / n,
         1e-12);
    near("units", td_fluctuations_units(&f), sqrt(0.1), 1e-12);
}

/* He-initialised ReLU: E f^4 = 6, so 5/n a layer; inputs get correlated: no theory for a batch. */
static void test_rectified_layers(void **state) {
    (void)state;
    const double n = 100;
    struct td_fluctuations f = through("relu", n, 2, 10, 6);
    near("q", f.q, 1, 1e-12);
    near("mean", f.mean, 1 / sqrt(M_PI), 1e-12);
    near("variance of q", f.var_q, 2 / n + 6 * 5 / n, 1e-11);
    assert_false(f.batch);
}

/* Constants by plain summation of E f^4 = 2.5031404506, E f' = 0.98523111, d var / d m = 0.30298844
   in the recursions' fixed points. */
static void test_selu_ends(void **state) {
    (void)state;
    const double n = 400;
    struct td_fluctuations f = through("selu", n, 1, 1e18, 1500);
    near("one input", sqrt(f.var_q * n), 1.9696323, 1e-5);
    near("units", td_fluctuations_units(&f) * sqrt(n), 3.0523268, 2e-5);
    near("batch", sqrt(f.batch_var_q) * n, 7.5451316, 1e-4);
}

/* q' is the mean of n independent f^2(sqrt(q) z): the chain itself, drawn. The chain's standard
   deviation has an error of 1/sqrt(2 CHAINS) = 1.6 %, linear response one of a few / n. */
static void test_against_the_chain(void **state) {
    (void)state;
    enum { WIDTH = 128, CHAINS = 2000, DEPTH = 10 };
    struct td_arena *arena = td_arena_create();
    struct td_part part = activation_of("selu", arena);
    const struct td_activation *f = (const struct td_activation *)part.kind;
    const struct td_stream stream = td_stream_make(3, "chain");
    double q1 = 0, q2 = 0, m1 = 0, m2 = 0, cross = 0, z[WIDTH];
    for (uint32_t c = 0; c < CHAINS; c++) {
        double q = 0, m = 0;
        for (uint32_t l = 0; l <= DEPTH; l++) {
            double s = sqrt(l ? q : 1), square = 0, sum = 0;
            td_random_dnormal(stream, l, c, 0, WIDTH, z);
            for (size_t i = 0; i < WIDTH; i++) {
                double y = l ? f->value(part.params, NULL, s * z[i]) : z[i];
                sum += y / WIDTH;
                square += y * y / WIDTH;
            }
            q = square;
            m = sum;
        }
        q1 += q / CHAINS;
        q2 += q * q / CHAINS;
        m1 += m / CHAINS;
        m2 += m * m / CHAINS;
        cross += q * m / CHAINS;
    }
    struct td_fluctuations theory = through("selu", WIDTH, 1, 1, DEPTH);
    near("sd of q", sqrt((q2 - q1 * q1) / theory.var_q), 1, 0.08);
    near("sd of the mean", sqrt((m2 - m1 * m1) / theory.var_mean), 1, 0.08);
    /* Correlation of the two: standard error 1/sqrt(CHAINS). */
    near("correlation", (cross - q1 * m1) / sqrt((q2 - q1 * q1) * (m2 - m1 * m1)),
         theory.cov / sqrt(theory.var_q * theory.var_mean), 0.1);
    td_arena_free(arena);
}

static void test_inside(void **state) {
    (void)state;
    const double phi1 = 0.68268949213708590, phi2 = 0.95449973610364159; /* within 1, 2 sd */
    struct td_spread s = {0, 1, 0.01, 0, 0.01};
    near("independent", td_spread_inside(&s, 0.1, 0.8, 1.2), phi1 * phi2, 1e-6);
    s.variance = 1.2; /* half of it */
    near("off", td_spread_inside(&s, 0.1, 1.2, 9), 0.5 * phi1, 1e-6);
    s = (struct td_spread){0, 1, 0.01, 0.01 * (1 - 1e-9), 0.01}; /* one number */
    near("equal", td_spread_inside(&s, 0.1, 0.8, 1.2), phi1, 1e-3);
    s = (struct td_spread){0, 1, 0, 0, 0};
    near("certain", td_spread_inside(&s, 0.1, 0.8, 1.2), 1, 0);
    near("certainly not", td_spread_inside(&s, 0.1, 1.1, 1.2), 0, 0);
}

/* Numbers near 1000, to catch cancellation. */
static void test_slices(void **state) {
    (void)state;
    const real x[3][2] = {{1000, 1002}, {1001, 1003}, {1005, 1004}};
    struct td_slice_moments *s;
    struct td_slice_spread by_sample, by_unit;
    struct td_error err;
    assert_int_equal(td_slice_moments_create(3, 2, &s, &err), TD_OK);
    td_slice_moments_of(s, &x[0][0], (struct td_slice_box){1002.5, 0.5, 2}, &by_sample, &by_unit);
    /* Units: means 1001, 1002, 1004.5; variances 1, 1, 1/4. */
    const double mean = 3007.5 / 3;
    near("mean of units", by_unit.mean,
         sqrt((pow(1001 - mean, 2) + pow(1002 - mean, 2) + pow(1004.5 - mean, 2)) / 3), 1e-9);
    near("variance of units", by_unit.variance, sqrt(0.125), 1e-9);
    near("units inside", by_unit.inside, 2.0 / 3, 1e-15);
    /* Samples: means 1002, 1003; variances 14/3, 2/3. */
    near("mean of samples", by_sample.mean, 0.5, 1e-9);
    near("variance of samples", by_sample.variance, 2, 1e-9);
    near("samples inside", by_sample.inside, 0, 0);
    td_slice_moments_free(s);
}

/* Standardised, with the skewness, and for sparse the share of zeros, that they are named after. */
static void test_unusual_inputs(void **state) {
    (void)state;
    enum { N = 100000 };
    real *x = td_calloc(N, sizeof *x);
    static const struct {
        enum td_distribution d;
        double skewness, kurtosis;
    } cases[] = {{TD_EXPONENTIAL, 2, 9}, {TD_BINARY, 0, 1}, {TD_SPARSE, 0, 15}};
    for (size_t c = 0; c < 3; c++) {
        struct td_inputs in = {cases[c].d, 3, 0.8, -1, 9};
        td_draw_inputs(&in, td_stream_make(2, "x"), 0, N, x);
        double m = 0, m2 = 0, m3 = 0;
        size_t zeros = 0;
        for (size_t i = 0; i < N; i++)
            m += (double)x[i] / N;
        for (size_t i = 0; i < N; i++) {
            double d = (double)x[i] - m;
            m2 += d * d / N;
            m3 += d * d * d / N;
            zeros += x[i] == -1; /* where the mean is */
        }
        near("mean", m, -1, 5 * 3 / sqrt(N));
        near("variance", m2 / 9, 1, 5 * sqrt(cases[c].kurtosis / N));
        near("skewness", m3 / 27, cases[c].skewness, 0.3);
        near("zeros", (double)zeros / N, cases[c].d == TD_SPARSE ? 0.8 : 0, 5 * 0.4 / sqrt(N));
    }
    struct td_inputs cauchy = {TD_STUDENT_T, 1, 0, 0, 1};
    td_draw_inputs(&cauchy, td_stream_make(2, "x"), 0, N, x);
    size_t within = 0;
    for (size_t i = 0; i < N; i++)
        within += fabs((double)x[i]) < 0.67448975;
    near("quartiles", (double)within / N, 0.5, 5 * 0.5 / sqrt(N));
    td_free(x);
}

static struct collected propagate(const char *const *pairs) {
    struct collected c = {0};
    struct td_error err = {0};
    if (collect_run(&td_experiment_selu_propagation, pairs, 4, &c, &err))
        fail_msg("%s", err.message);
    return c;
}

/* Weights of mean omega / width and no spread: all units of a layer are the mean of the one before,
   times omega, exactly. */
static void test_weights_with_a_mean(void **state) {
    (void)state;
    const char *const pairs[] = {"activation", "identity", "init",        "zeros", "width", "32",
                                 "samples",    "8",        "depth",       "3",     "mean",  "2",
                                 "variance",   "0",        "weight_mean", "-0.5",  NULL};
    struct collected c = propagate(pairs);
    near("mean", collected_value(&c, "mean", "simulation", 3), -0.25, 1e-5);
    near("variance", collected_value(&c, "variance", "simulation", 3), 0, 1e-9);
    collect_free(&c);
}

/* Observing the spread changes no other value, and theory is kept back where it does not hold. */
static void test_spread_is_only_observed(void **state) {
    (void)state;
    const char *const with[] = {"width", "16",     "samples", "8", "depth",
                                "4",     "spread", "true",    NULL};
    const char *const without[] = {"width", "16", "samples", "8", "depth", "4", NULL};
    const char *const skewed[] = {"width",  "16",   "samples",      "8",           "depth", "4",
                                  "spread", "true", "distribution", "exponential", NULL};
    struct collected a = propagate(with), b = propagate(without), s = propagate(skewed);
    for (int l = 0; l <= 4; l++)
        near("variance", collected_value(&a, "variance", "simulation", l),
             collected_value(&b, "variance", "simulation", l), 0);
    assert_true(collected_value(&a, "spread.variance", "theory", 4) > 0);
    assert_true(collected_value(&a, "inside", "samples", 4) >= 0);
    for (size_t i = 0; i < s.n; i++)
        assert_false(!strcmp(s.v[i].measure, "spread.variance") &&
                     !strncmp(s.v[i].site, "theory", 6));
    collect_free(&a);
    collect_free(&b);
    collect_free(&s);
    struct collected c = {0};
    struct td_error err;
    const char *const reversed[] = {"box_variance", "[2,1]", NULL};
    assert_int_equal(collect_run(&td_experiment_selu_propagation, reversed, 1, &c, &err),
                     TD_BAD_INPUT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linear_layers),
        cmocka_unit_test(test_rectified_layers),
        cmocka_unit_test(test_selu_ends),
        cmocka_unit_test(test_against_the_chain),
        cmocka_unit_test(test_inside),
        cmocka_unit_test(test_slices),
        cmocka_unit_test(test_unusual_inputs),
        cmocka_unit_test(test_weights_with_a_mean),
        cmocka_unit_test(test_spread_is_only_observed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
