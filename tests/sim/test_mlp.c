/* The multi-layer perceptron: shapes, names, initialisation, and its forward pass against plain
   loops. */
#include "mlp_support.h"

#include "sim/activation.h"

static double activation_of(const struct setup *s, double x) {
    (void)s;
    const double alpha = 1.6732632423543772848, lambda = 1.0507009873554804934;
    return x > 0 ? lambda * x : lambda * alpha * expm1(x);
}

/* --- names and shapes ----------------------------------------------------------------------- */

static void test_names_and_widths(void **state) {
    (void)state;
    const char settings[] = "net.depth=3 net.width=0";
    struct net n = build(settings, 7, 5, 2, TD_BUILD_PROBED, NULL);
    static const char *const names[] = {"pre.1", "hidden.1", "pre.2", "hidden.2",
                                        "pre.3", "hidden.3", "input"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(tensor(&n, names[i])->rows, 7);
        assert_int_equal(tensor(&n, names[i])->cols, 5);
    }
    assert_int_equal(tensor(&n, "output")->rows, 2);
    weights(&n, "hidden.1.weight", 7, 7);
    weights(&n, "hidden.3.bias", 7, 1);
    weights(&n, "output.weight", 2, 7);
    weights(&n, "output.bias", 2, 1);
    assert_int_equal(td_graph_weights(n.graph)->n_slices, 8);
    drop(&n);
}

/* From 1000 units by equal factors to 1 output: 1000, 100, 10, (1). */
static void test_conic(void **state) {
    (void)state;
    const char settings[] = "net.depth=3 net.width=1000 net.shape=conic";
    struct net n = build(settings, 4, 2, 1, TD_BUILD_FAST, NULL);
    assert_int_equal(tensor(&n, "hidden.1")->rows, 1000);
    assert_int_equal(tensor(&n, "hidden.2")->rows, 100);
    assert_int_equal(tensor(&n, "hidden.3")->rows, 10);
    const struct td_network *network = (const struct td_network *)n.setup.net.kind;
    assert_near(network->flops(n.setup.net.params, 4, 1),
                2.0 * (4 * 1000 + 1000 * 100 + 100 * 10 + 10), 0);
    drop(&n);
}

static void test_widths(void **state) {
    (void)state;
    const char settings[] = "net.widths=[10,7,5]";
    struct net n = build(settings, 12, 2, 2, TD_BUILD_FAST, NULL);
    weights(&n, "hidden.1.weight", 10, 12);
    weights(&n, "hidden.2.weight", 7, 10);
    weights(&n, "hidden.3.weight", 5, 7);
    weights(&n, "output.weight", 2, 5);
    const struct td_network *network = (const struct td_network *)n.setup.net.kind;
    assert_near(network->flops(n.setup.net.params, 12, 2), 2.0 * (12 * 10 + 10 * 7 + 7 * 5 + 5 * 2),
                0);
    drop(&n);
}

/* --- values --------------------------------------------------------------------------------- */

/* y (out) = W x + b for one sample. */
static void plain_product(const real *w, const real *b, size_t out, size_t in, const double *x,
                          double *y) {
    for (size_t i = 0; i < out; i++) {
        y[i] = b ? (double)b[i] : 0;
        for (size_t j = 0; j < in; j++)
            y[i] += (double)w[i * in + j] * x[j];
    }
}

/* Plain, residual, weight-normalised and layer-normalised nets by plain loops. */
enum { D = 6, WIDTH = 8, OUT = 3, BATCH = 9, DEPTH = 3 };

static void plain_forward(struct net *n, const char *norm, int residual, size_t sample,
                          double *out) {
    double x[WIDTH], y[WIDTH], block[WIDTH] = {0};
    size_t in = D;
    for (size_t i = 0; i < D; i++)
        x[i] = (double)tensor(n, "input")->v[i * BATCH + sample];
    for (int l = 1; l <= DEPTH; l++) {
        char name[40];
        snprintf(name, sizeof name, "hidden.%d.weight", l);
        real w[WIDTH * WIDTH];
        memcpy(w, weights(n, name, WIDTH, in), WIDTH * in * sizeof *w);
        snprintf(name, sizeof name, "hidden.%d.bias", l);
        const real *b = weights(n, name, WIDTH, 1);
        if (!strcmp(norm, "weight")) {
            snprintf(name, sizeof name, "hidden.%d.gain", l);
            for (size_t i = 0; i < WIDTH; i++) {
                double square = 0;
                for (size_t j = 0; j < in; j++)
                    square += (double)w[i * in + j] * (double)w[i * in + j];
                for (size_t j = 0; j < in; j++)
                    w[i * in + j] *= weights(n, name, WIDTH, 1)[i] / (real)sqrt(square);
            }
        }
        plain_product(w, b, WIDTH, in, x, y);
        if (!strcmp(norm, "layer")) {
            double mean = 0, variance = 0;
            for (size_t i = 0; i < WIDTH; i++)
                mean += y[i] / WIDTH;
            for (size_t i = 0; i < WIDTH; i++)
                variance += (y[i] - mean) * (y[i] - mean) / WIDTH;
            for (size_t i = 0; i < WIDTH; i++)
                y[i] = (y[i] - mean) / sqrt(variance + 1e-5);
        }
        bool ends = residual && l > 1 && (l - 1) % residual == 0;
        for (size_t i = 0; i < WIDTH; i++)
            x[i] = activation_of(&n->setup, y[i]) + (ends ? block[i] : 0);
        if (l == 1 || ends)
            memcpy(block, x, sizeof block);
        in = WIDTH;
    }
    plain_product(weights(n, "output.weight", OUT, WIDTH), weights(n, "output.bias", OUT, 1), OUT,
                  WIDTH, x, out);
}

static void test_forward(void **state) {
    (void)state;
    static const char *const norms[] = {"none", "weight", "layer"};
    static const char *const residuals[] = {"0", "1", "2"};
    for (int k = 0; k < 9; k++) {
        char settings[400];
        snprintf(settings, sizeof settings, "net.depth=3 net.width=8 net.norm=%s net.residual=%s",
                 norms[k / 3], residuals[k % 3]);
        struct net n =
            build(settings, D, BATCH, OUT, k % 2 ? TD_BUILD_FAST : TD_BUILD_PROBED, NULL);
        for (size_t sample = 0; sample < BATCH; sample++) {
            double out[OUT];
            plain_forward(&n, norms[k / 3], k % 3, sample, out);
            for (size_t i = 0; i < OUT; i++)
                assert_near((double)tensor(&n, "output")->v[i * BATCH + sample], out[i],
                            (1 + fabs(out[i])) * 200 * TD_REAL_EPS);
        }
        drop(&n);
    }
}

/* Batch norm in training: every pre-activation has mean 0 and variance 1 over the batch. */
static void test_batch_norm(void **state) {
    (void)state;
    const char settings[] = "net.depth=2 net.width=8 net.norm=batch";
    struct net n = build(settings, D, 64, OUT, TD_BUILD_FAST, NULL);
    td_graph_forward(n.graph, &(struct td_run){.training = true});
    assert_null(td_weights_find(td_graph_weights(n.graph), "hidden.1.bias"));
    weights(&n, "hidden.2.shift", 8, 1);
    for (size_t u = 0; u < 8; u++) {
        double mean = 0, square = 0;
        for (size_t j = 0; j < 64; j++) {
            double x = (double)tensor(&n, "pre.2")->v[u * 64 + j];
            mean += x / 64;
            square += x * x / 64;
        }
        assert_near(mean, 0, 50 * TD_REAL_EPS);
        assert_near(square, 1, 1e-3); /* eps 1e-5 beside a variance of order 1 */
    }
    drop(&n);
}

/* Fused and probed graphs share weights and agree bit for bit, whatever the net. */
static void test_fast_and_probed_agree(void **state) {
    (void)state;
    for (size_t k = 0; k < td_registry_count(&td_activations); k++)
        for (int norm = 0; norm < 4; norm++) {
            static const char *const norms[] = {"none", "batch", "layer", "weight"};
            char settings[400];
            snprintf(settings, sizeof settings,
                     "net.depth=3 net.width=9 net.norm=%s net.residual=%s net.dropout=%s "
                     "net.activation=%s",
                     norms[norm], norm == 2 ? "1" : "0", norm == 1 ? "plain" : "none",
                     td_registry_at(&td_activations, k)->name);
            struct net fast = build(settings, D, BATCH, OUT, TD_BUILD_FAST, NULL);
            struct net probed =
                build(settings, D, BATCH, OUT, TD_BUILD_PROBED, td_graph_weights(fast.graph));
            const struct td_tensor *a = tensor(&fast, "output"), *b = tensor(&probed, "output");
            assert_memory_equal(a->v, b->v, OUT * BATCH * sizeof(real));
            for (size_t i = 0; i < OUT * BATCH; i++)
                assert_true(isfinite(a->v[i]));
            tensor(&probed, "pre.3");
            drop(&probed);
            drop(&fast);
        }
}

/* --- initialisation ------------------------------------------------------------------------- */

static double variance_of(struct net *n, const char *name, size_t rows, size_t cols) {
    const real *v = weights(n, name, rows, cols);
    double square = 0;
    for (size_t i = 0; i < rows * cols; i++)
        square += (double)v[i] * (double)v[i];
    return square / (double)(rows * cols);
}

/* auto: 2/n before relu, 1/n before selu and in the output layer. The variance of m normal numbers
   has a relative standard deviation of sqrt(2 / m). */
static void test_auto_init(void **state) {
    (void)state;
    static const char *const activations[] = {"relu", "selu"};
    for (int k = 0; k < 2; k++) {
        char settings[400];
        snprintf(settings, sizeof settings,
                 "net.depth=2 net.width=150 net.init=auto net.activation=%s", activations[k]);
        struct net n = build(settings, 100, 2, 40, TD_BUILD_FAST, NULL);
        double hidden = k == 0 ? 2 : 1;
        assert_near(variance_of(&n, "hidden.1.weight", 150, 100) * 100 / hidden, 1,
                    5 * sqrt(2.0 / 15000));
        assert_near(variance_of(&n, "hidden.2.weight", 150, 150) * 150 / hidden, 1,
                    5 * sqrt(2.0 / 22500));
        assert_near(variance_of(&n, "output.weight", 40, 150) * 150, 1, 5 * sqrt(2.0 / 6000));
        assert_near(variance_of(&n, "hidden.1.bias", 150, 1), 0, 0);
        drop(&n);
    }
}

/* Weight norm starts with rows as long as the plain initialisation's: sqrt(2) for he, else 1. */
static void test_weight_norm_gain(void **state) {
    (void)state;
    static const char *const nets[] = {"net.norm=weight net.init=he", "net.norm=weight",
                                       "net.norm=weight net.init=auto net.activation=relu"};
    for (int k = 0; k < 3; k++) {
        struct net n = build(nets[k], D, 2, OUT, TD_BUILD_FAST, NULL);
        assert_near((double)weights(&n, "hidden.2.gain", 64, 1)[63], k == 1 ? 1 : sqrt(2),
                    TD_REAL_EPS);
        assert_null(td_weights_find(td_graph_weights(n.graph), "output.gain"));
        drop(&n);
    }
}

/* --- dropout -------------------------------------------------------------------------------- */

/* Rate 0 is no dropout, bit for bit, also in training. */
static void test_dropout_rate_0(void **state) {
    (void)state;
    static const char *const kinds[] = {"none", "plain", "alpha"};
    real reference[OUT * BATCH];
    for (int k = 0; k < 3; k++) {
        char with[400];
        snprintf(with, sizeof with, "net.dropout=%s net.dropout.rate=0", kinds[k]);
        const char without[] = "net.dropout=none";
        struct net n = build(k ? with : without, D, BATCH, OUT, TD_BUILD_FAST, NULL);
        td_graph_forward(n.graph, &(struct td_run){.training = true, .step = 4});
        if (k == 0)
            memcpy(reference, tensor(&n, "output")->v, sizeof reference);
        assert_memory_equal(reference, tensor(&n, "output")->v, sizeof reference);
        drop(&n);
    }
}

/* --- refusals ------------------------------------------------------------------------------- */

static void test_refusals(void **state) {
    (void)state;
    assert_refused("net.depth=0", "net.depth");
    assert_refused("net.residual=2 net.depth=2", "net.residual");
    assert_refused("net.residual=1 net.depth=3 net.shape=conic", "conic");
    assert_refused("net.residual=1 net.widths=[4,4,5]", "widths");
    assert_refused("net.widths=[4,0]", "net.widths");
    assert_refused("net.dropout=alpha net.dropout.rate=1", "[0, 1)");
    assert_refused("net.dropout.rate=0.1", "rate");
    assert_refused("net.activation=sellu", "selu");
    assert_refused("net.init=xavier", "glorot");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_and_widths),
        cmocka_unit_test(test_widths),
        cmocka_unit_test(test_conic),
        cmocka_unit_test(test_forward),
        cmocka_unit_test(test_batch_norm),
        cmocka_unit_test(test_fast_and_probed_agree),
        cmocka_unit_test(test_auto_init),
        cmocka_unit_test(test_weight_norm_gain),
        cmocka_unit_test(test_dropout_rate_0),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
