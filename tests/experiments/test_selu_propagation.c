/* selu/propagation and selu/dropout against exact identities, published theory with margins from
   the sampling error, and finite differences. */
#include "experiments/collect.h"

#include "experiments/selu/inputs.h"
#include "experiments/selu/layers.h"
#include "experiments/selu/selu.h"
#include "numeric/memory.h"
#include "numeric/vec.h"
#include "sim/activation.h"
#include "sim/init.h"

static struct collected run_of(const struct td_experiment *e, const char *const *pairs,
                               uint64_t seed) {
    struct collected c = {0};
    struct td_error err = {0};
    td_status status = collect_run(e, pairs, seed, &c, &err);
    if (status)
        print_error("%s\n", err.message);
    assert_int_equal(status, TD_OK);
    return c;
}

static double simulated(const struct collected *c, const char *measure, int64_t layer) {
    return collected_value(c, measure, "simulation", layer);
}

/* Orthogonal weights and no activation rotate: second moment and gradient stay as they are. */
static void test_rotations_keep_everything(void **state) {
    (void)state;
    const char *const pairs[] = {"activation", "identity", "init", "orthogonal", "width",
                                 "48",         "samples",  "32",   "depth",      "20",
                                 "gradients",  "true",     NULL};
    struct collected c = run_of(&td_experiment_selu_propagation, pairs, 3);
    double second = simulated(&c, "variance", 0) + pow(simulated(&c, "mean", 0), 2);
    double gradient = simulated(&c, "gradient", 20);
    for (int l = 1; l <= 20; l++) {
        double margin =
            20.0 * l * (double)TD_REAL_EPS; /* a random walk of rounding would be sqrt(l) */
        near("second moment", simulated(&c, "variance", l) + pow(simulated(&c, "mean", l), 2),
             second, margin);
        near("gradient", simulated(&c, "gradient", l), gradient, margin);
        near("saturated", simulated(&c, "saturated", l), 0, 0);
        near("theory", collected_value(&c, "variance", "theory", l), 1, 1e-12);
        near("gradient theory", collected_value(&c, "gradient", "theory", l), 1, 1e-12);
    }
    collect_free(&c);
}

/* Wide SELU layers follow the map. Margin: the variance of one draw has a standard deviation of
   about 0.03 at width 256 (0.0024 at most from 65536 independent values), the mean of 0.03. */
static void test_selu_follows_the_map(void **state) {
    (void)state;
    const char *const pairs[] = {"width",    "256", "samples", "256", "depth", "30",
                                 "variance", "1.4", "mean",    "0",   NULL};
    double mean = 0, variance = 0, first = 0;
    enum { SEEDS = 6 };
    struct collected c;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        c = run_of(&td_experiment_selu_propagation, pairs, seed);
        first += simulated(&c, "variance", 1) / SEEDS;
        mean += simulated(&c, "mean", 30) / SEEDS;
        variance += simulated(&c, "variance", 30) / SEEDS;
        near("drawn theory, layer 1", collected_value(&c, "variance", "theory.drawn", 1),
             collected_value(&c, "variance", "theory", 1), 0.03);
        if (seed < SEEDS)
            collect_free(&c);
    }
    double se = 0.03 / sqrt(SEEDS);
    near("variance at layer 1", first, collected_value(&c, "variance", "theory", 1), 4 * se);
    near("mean at layer 30", mean, collected_value(&c, "mean", "theory", 30), 4 * se);
    near("variance at layer 30", variance, collected_value(&c, "variance", "theory", 30), 4 * se);
    near("theory ends at 1", collected_value(&c, "variance", "theory", 30), 1, 1e-2);
    near("theory ends at 0", collected_value(&c, "mean", "theory", 30), 0, 1e-2);
    collect_free(&c);
}

/* ReLU with LeCun weights halves the second moment in every layer, with He weights it keeps it. */
static void test_relu_vanishes_without_he(void **state) {
    (void)state;
    const char *const lecun[] = {"activation", "relu", "width", "256", "depth", "100", NULL};
    const char *const he[] = {"activation", "relu", "init",  "he", "tau", "2",
                              "width",      "256",  "depth", "5",  NULL};
    struct collected c = run_of(&td_experiment_selu_propagation, lecun, 1);
    assert_true(simulated(&c, "variance", 100) < 1e-20);
    /* mean^2 + variance = 2^-l; mean^2 / variance = 1 / (pi - 1). */
    near("theory", log2(collected_value(&c, "variance", "theory", 1)), log2(0.5 * (1 - 1 / M_PI)),
         1e-12);
    collect_free(&c);
    c = run_of(&td_experiment_selu_propagation, he, 1);
    double second = simulated(&c, "variance", 5) + pow(simulated(&c, "mean", 5), 2);
    /* ln of the second moment: sd sqrt(5 * 5 / 256) over draws (kurtosis of the products). */
    near("log second moment", log(second), 0, 4 * sqrt(25.0 / 256));
    collect_free(&c);
}

/* The mean squared gradient grows by chi = lambda^2 (1/2 + alpha^2 e^2 Phi(-2)) a layer. */
static void test_gradient_theory(void **state) {
    (void)state;
    const char *const pairs[] = {"width", "128",       "samples", "64", "depth",
                                 "12",    "gradients", "true",    NULL};
    double slope = 0;
    enum { SEEDS = 10 };
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct collected c = run_of(&td_experiment_selu_propagation, pairs, seed);
        slope += log(simulated(&c, "gradient", 0) / simulated(&c, "gradient", 12)) / 12 / SEEDS;
        near("theory", collected_value(&c, "gradient", "theory", 0), pow(1.071575, 12), 1e-5);
        collect_free(&c);
    }
    /* Per layer the log fluctuates by about sqrt(5 / 128) over draws. */
    near("slope", slope, log(1.071575), 4 * sqrt(5.0 / 128 / 12 / SEEDS));
}

/* A part with its defaults; params live in `arena`. */
static struct td_part part_of(const struct td_registry *registry, const char *name,
                              struct td_arena *arena) {
    const char *const none[] = {NULL};
    struct td_part part = {0};
    struct td_error err;
    assert_int_equal(td_registry_get(registry, name, &part.kind, &err), TD_OK);
    if (part.kind->params_size == 0)
        return part;
    void *p = td_arena_alloc(arena, part.kind->params_size);
    assert_int_equal(
        td_params_from_text(part.kind->params, none, arena, p, part.kind->params_size, &err),
        TD_OK);
    part.params = p;
    return part;
}

enum { W = 24, S = 3, L = 3 };

static struct td_layers *go_through(const struct td_layers_options *o, const real *x) {
    struct td_layers *l;
    struct td_weight_sums sums;
    struct td_error err;
    assert_int_equal(td_layers_create(o, &l, &err), TD_OK);
    memcpy(td_layers_values(l), x, W * S * sizeof *x);
    for (size_t layer = 1; layer <= L; layer++)
        assert_int_equal(td_layers_forward(l, layer, &sums, &err), TD_OK);
    return l;
}

/* The way back is the derivative of sum_ij g_ij y_ij, here along a random direction. */
static void check_backward(const char *activation, enum td_dropout dropout) {
    struct td_arena *arena = td_arena_create();
    struct td_part a = part_of(&td_activations, activation, arena);
    struct td_part i = part_of(&td_inits, "lecun", arena);
    struct td_layers_options o = {.activation = &a,
                                  .init = &i,
                                  .width = W,
                                  .samples = S,
                                  .depth = L,
                                  .noise = 0.1,
                                  .dropout = dropout,
                                  .rate = 0.2,
                                  .gradients = true,
                                  .seed = 5};
    real x[W * S], direction[W * S], g[W * S], moved[W * S];
    const struct td_inputs standard = {.distribution = TD_GAUSSIAN, .variance = 1};
    td_draw_inputs(&standard, td_stream_make(1, "x"), 0, W * S, x);
    td_draw_inputs(&standard, td_stream_make(1, "v"), 0, W * S, direction);
    td_draw_inputs(&standard, td_stream_make(1, "g"), 0, W * S, g);
    const double h = sizeof(real) == 8 ? 1e-6 : 1e-3;
    double ends[2];
    for (int side = 0; side < 2; side++) {
        for (size_t k = 0; k < W * S; k++)
            moved[k] = x[k] + (real)(side ? h : -h) * direction[k];
        struct td_layers *l = go_through(&o, moved);
        ends[side] = td_vec_dot(W * S, td_layers_values(l), g);
        td_layers_free(l);
    }
    struct td_layers *l = go_through(&o, x);
    struct td_error err;
    memcpy(td_layers_gradient(l), g, sizeof g);
    for (size_t layer = L; layer > 0; layer--)
        assert_int_equal(td_layers_backward(l, layer, &err), TD_OK);
    double along = td_vec_dot(W * S, td_layers_gradient(l), direction);
    td_layers_free(l);
    td_arena_free(arena);
    /* Rounding eps * |sum| / h, truncation h^2; |sum| is about sqrt(W S) = 8. */
    near(activation, (ends[1] - ends[0]) / (2 * h), along, sizeof(real) == 8 ? 1e-7 : 2e-2);
}

static void test_backward_is_the_derivative(void **state) {
    (void)state;
    check_backward("tanh", TD_DROPOUT_NONE);
    check_backward("gelu", TD_DROPOUT_PLAIN);
    check_backward("tanh", TD_DROPOUT_ALPHA);
    check_backward("silu", TD_DROPOUT_NONE);
}

static void test_input_distributions(void **state) {
    (void)state;
    enum { N = 200000 };
    real *x = td_calloc(N, sizeof *x);
    /* Fourth standardised moment; t with 5 degrees of freedom: 9, but its estimate has no finite
       variance, so only "well above 3". */
    const double kurtosis[] = {3, 1.8, 9}, margin[] = {0.06, 0.02, 5};
    for (int d = 0; d < 3; d++) {
        struct td_inputs inputs = {.distribution = d, .mean = 0.5, .variance = 4};
        td_draw_inputs(&inputs, td_stream_make(7, "x"), 0, N, x);
        double mean = td_vec_sum(N, x) / N, m2 = 0, m4 = 0;
        for (size_t i = 0; i < N; i++) {
            double z = (double)x[i] - mean;
            m2 += z * z / N;
            m4 += z * z * z * z / N;
        }
        near("mean", mean, 0.5, 5 * 2 / sqrt(N));
        near("variance", m2, 4, 5 * 4 * sqrt((kurtosis[d] - 1) / N));
        near("kurtosis", m4 / (m2 * m2), kurtosis[d], margin[d]);
    }
    td_free(x);
}

static void test_correlated_inputs(void **state) {
    (void)state;
    /* Identity weights would be needed to see the inputs; the sum over units of one sample is
       visible in omega's place: with correlation 1 all inputs of a sample are equal. */
    const char *const pairs[] = {"width",       "64",  "samples",    "4096",     "depth", "1",
                                 "correlation", "0.5", "activation", "identity", NULL};
    struct collected c = run_of(&td_experiment_selu_propagation, pairs, 1);
    /* Input variance: 0.5 of 64 * 4096 values + 0.5 of 4096 values. */
    near("variance", simulated(&c, "variance", 0), 1, 5 * 0.5 * sqrt(2.0 / 4096));
    collect_free(&c);
}

static void test_chosen_layers_and_determinism(void **state) {
    (void)state;
    const char *const all[] = {"width", "32",   "samples", "16",    "depth", "6", "dropout",
                               "alpha", "rate", "0.1",     "noise", "0.1",   NULL};
    const char *const some[] = {"width",   "32",      "samples",   "16",   "depth", "6",
                                "dropout", "alpha",   "rate",      "0.1",  "noise", "0.1",
                                "at",      "[2,end]", "gradients", "true", NULL};
    struct collected a = run_of(&td_experiment_selu_propagation, all, 9);
    struct collected b = run_of(&td_experiment_selu_propagation, some, 9);
    near("layer 2", simulated(&b, "variance", 2), simulated(&a, "variance", 2), 0);
    near("layer 6", simulated(&b, "skewness", 6), simulated(&a, "skewness", 6), 0);
    for (size_t i = 0; i < b.n; i++)
        assert_true(b.v[i].step == 2 || b.v[i].step == 6);
    collect_free(&a);
    collect_free(&b);
}

static void test_explosion_is_divergence(void **state) {
    (void)state;
    const char *const pairs[] = {"activation", "identity", "noise",   "100", "depth", "200",
                                 "width",      "16",       "samples", "4",   NULL};
    struct collected c = {0};
    struct td_error err;
    /* The second moment grows by 1e4 a layer: past FLT_MAX after 10 layers, DBL_MAX after 80. */
    assert_int_equal(collect_run(&td_experiment_selu_propagation, pairs, 1, &c, &err), TD_DIVERGED);
    assert_non_null(strstr(err.message, "step"));
    collect_free(&c);
}

static void test_refusals(void **state) {
    (void)state;
    const char *const rate[] = {"rate", "0.1", NULL}, *const one[] = {"rate", "1", NULL};
    const char *const big[] = {"width", "16384", "samples", "1048576", NULL};
    struct collected c = {0};
    struct td_error err;
    assert_int_equal(collect_run(&td_experiment_selu_propagation, rate, 1, &c, &err), TD_BAD_INPUT);
    assert_int_equal(collect_run(&td_experiment_selu_propagation, big, 1, &c, &err), TD_BAD_INPUT);
    assert_int_equal(collect_run(&td_experiment_selu_dropout, one, 1, &c, &err), TD_BAD_INPUT);
    assert_non_null(strstr(err.message, "[0, 1)"));
    collect_free(&c);
}

static void check_dropout(const char *kind, const char *rate, double a, double b, double dropped,
                          double variance) {
    const char *const pairs[] = {"kind", kind, "rate", rate, "samples", "300000", NULL};
    struct collected c = run_of(&td_experiment_selu_dropout, pairs, 2);
    near("a", collected_value(&c, "constant", "a", 0), a, 5e-8);
    near("b", collected_value(&c, "constant", "b", 0), b, 5e-8);
    near("dropped", collected_value(&c, "constant", "dropped", 0), dropped, 5e-7);
    near("exact mean", collected_value(&c, "mean", "exact", 0), 0, 1e-14);
    near("exact variance", collected_value(&c, "variance", "exact", 0), variance, 1e-12);
    near("mean", collected_value(&c, "mean", "after", 0), 0,
         5 * collected_value(&c, "mean.se", "after", 0));
    near("variance", collected_value(&c, "variance", "after", 0), variance,
         5 * collected_value(&c, "variance.se", "after", 0));
    near("mean before", collected_value(&c, "mean", "before", 0), 0, 5 / sqrt(3e5));
    near("standard error", collected_value(&c, "variance.se", "before", 0), sqrt(2 / 3e5), 1e-4);
    collect_free(&c);
}

static void test_dropout_constants_and_moments(void **state) {
    (void)state;
    check_dropout("alpha", "0.05", 0.9548445, 0.0839356, -1.5947761, 1);
    check_dropout("alpha", "0.1", 0.9212845, 0.1619710, -1.4577387, 1);
    check_dropout("alpha", "0.5", 0.8864049, 0.7791939, -0.7791939, 1);
    check_dropout("plain", "0.1", 1 / 0.9, 0, 0, 1 / 0.9);
    check_dropout("alpha", "0", 1, 0, -1.7580993408473766, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rotations_keep_everything),
        cmocka_unit_test(test_selu_follows_the_map),
        cmocka_unit_test(test_relu_vanishes_without_he),
        cmocka_unit_test(test_gradient_theory),
        cmocka_unit_test(test_backward_is_the_derivative),
        cmocka_unit_test(test_input_distributions),
        cmocka_unit_test(test_correlated_inputs),
        cmocka_unit_test(test_chosen_layers_and_determinism),
        cmocka_unit_test(test_explosion_is_divergence),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_dropout_constants_and_moments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
