/* Highway layers: the op, the layer's forward pass against plain loops, what a closed gate passes
   on, training at a depth where the plain net stands still. */
#include "mlp_support.h"

#include "sim/ops/ops.h"

enum { D = 5, WIDTH = 7, OUT = 3, BATCH = 6, DEPTH = 3 };

static struct net build_here(const char *settings, enum td_build how, struct td_weights *share) {
    return build(settings, D, BATCH, OUT, how, share);
}

static real *of_layer(struct net *n, const char *layer, const char *what, size_t rows,
                      size_t cols) {
    char name[60];
    snprintf(name, sizeof name, "%s.%s", layer, what);
    return weights(n, name, rows, cols);
}

/* --- the op ----------------------------------------------------------------------------------- */

/* Gate 0 passes x, gate 1 passes h, both bit for bit; between them the weighted mean. */
static void test_op_values(void **state) {
    (void)state;
    static const real h[] = {3, -2, (real)0.1, 8}, t[] = {0, 1, (real)0.25, (real)0.5},
                      x[] = {(real)0.3, 5, (real)0.7, -8}, expected[] = {(real)0.3, -2, 0.55f, 0};
    struct td_graph *g = td_graph_create();
    struct td_error err = {0};
    td_node in[3];
    for (int i = 0; i < 3; i++)
        in[i] = td_graph_input(g, NULL, 2, 2, false);
    td_node y = td_graph_apply(g, &td_op_highway, NULL, 3, in, "y");
    assert_int_equal(td_graph_plan(g, -1, NULL, &err), TD_OK);
    memcpy(td_graph_tensor(g, in[0])->v, h, sizeof h);
    memcpy(td_graph_tensor(g, in[1])->v, t, sizeof t);
    memcpy(td_graph_tensor(g, in[2])->v, x, sizeof x);
    td_graph_forward(g, &(struct td_run){.training = false});
    const real *v = td_graph_tensor(g, y)->v;
    assert_true(v[0] == expected[0] && v[1] == expected[1] && v[3] == expected[3]);
    assert_near((double)v[2], 0.1 * 0.25 + 0.7 * 0.75, 2 * TD_REAL_EPS);
    td_graph_free(g);
}

static void test_op_shapes(void **state) {
    (void)state;
    static const char *const texts[] = {"gate (input 1) is 2 x 3", "carried (input 2) is 2 x 3"};
    for (size_t wrong = 1; wrong < 3; wrong++) {
        struct td_graph *g = td_graph_create();
        struct td_error err = {0};
        td_node in[3];
        for (size_t i = 0; i < 3; i++)
            in[i] = td_graph_input(g, NULL, 2, i == wrong ? 3 : 4, false);
        assert_int_equal(td_graph_apply(g, &td_op_highway, NULL, 3, in, "y"), -1);
        assert_int_equal(td_graph_plan(g, -1, NULL, &err), TD_BAD_INPUT);
        assert_non_null(strstr(err.message, texts[wrong - 1]));
        td_graph_free(g);
    }
}

/* --- the layer -------------------------------------------------------------------------------- */

/* y (out) = W x + b for one sample. */
static void plain_product(const real *w, const real *b, size_t out, size_t in, const double *x,
                          double *y) {
    for (size_t i = 0; i < out; i++) {
        y[i] = (double)b[i];
        for (size_t j = 0; j < in; j++)
            y[i] += (double)w[i * in + j] * x[j];
    }
}

static void plain_forward(struct net *n, size_t sample, double *out) {
    double x[WIDTH], h[WIDTH], t[WIDTH];
    size_t in = D;
    for (size_t i = 0; i < D; i++)
        x[i] = (double)tensor(n, "input")->v[i * BATCH + sample];
    for (int l = 1; l <= DEPTH; l++) {
        char layer[40];
        snprintf(layer, sizeof layer, "hidden.%d", l);
        plain_product(of_layer(n, layer, "weight", WIDTH, in), of_layer(n, layer, "bias", WIDTH, 1),
                      WIDTH, in, x, h);
        if (l > 1)
            plain_product(of_layer(n, layer, "gate.weight", WIDTH, in),
                          of_layer(n, layer, "gate.bias", WIDTH, 1), WIDTH, in, x, t);
        for (size_t i = 0; i < WIDTH; i++) {
            double gate = l > 1 ? 1 / (1 + exp(-t[i])) : 1;
            x[i] = tanh(h[i]) * gate + (gate < 1 ? x[i] * (1 - gate) : 0);
        }
        in = WIDTH;
    }
    plain_product(of_layer(n, "output", "weight", OUT, WIDTH),
                  of_layer(n, "output", "bias", OUT, 1), OUT, WIDTH, x, out);
}

#define HIGHWAY "net.depth=3 net.width=7 net.activation=tanh net.highway=true "

static void test_forward(void **state) {
    (void)state;
    for (int how = 0; how < 2; how++) {
        struct net n = build_here(HIGHWAY, how ? TD_BUILD_FAST : TD_BUILD_PROBED, NULL);
        for (size_t i = 0; i < WIDTH; i++)
            assert_true(weights(&n, "hidden.2.gate.bias", WIDTH, 1)[i] == -2);
        assert_null(td_weights_find(td_graph_weights(n.graph), "hidden.1.gate.weight"));
        assert_int_equal(tensor(&n, "gate.2")->rows, WIDTH);
        for (size_t sample = 0; sample < BATCH; sample++) {
            double out[OUT];
            plain_forward(&n, sample, out);
            for (size_t i = 0; i < OUT; i++)
                assert_near((double)tensor(&n, "output")->v[i * BATCH + sample], out[i],
                            (1 + fabs(out[i])) * 200 * TD_REAL_EPS);
        }
        drop(&n);
    }
}

/* Gates that are shut pass the first layer on, whatever lies between. */
static void test_shut_gates(void **state) {
    (void)state;
    struct net n = build_here(HIGHWAY "net.gate_bias=-100", TD_BUILD_FAST, NULL);
    const struct td_tensor *first = tensor(&n, "hidden.1"), *last = tensor(&n, "hidden.3");
    assert_memory_equal(first->v, last->v, WIDTH * BATCH * sizeof(real));
    drop(&n);
}

/* Fused and unfused agree bit for bit beside every normalisation and dropout. */
static void test_beside_other_options(void **state) {
    (void)state;
    static const char *const others[] = {"net.norm=batch", "net.norm=layer", "net.norm=weight",
                                         "net.dropout=plain", "net.bias=false"};
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
        char settings[200];
        snprintf(settings, sizeof settings, HIGHWAY "%s", others[k]);
        struct net fast = build_here(settings, TD_BUILD_FAST, NULL);
        struct net probed = build_here(settings, TD_BUILD_PROBED, td_graph_weights(fast.graph));
        weights(&fast, "hidden.3.gate.bias", WIDTH, 1); /* also with bias=false */
        assert_memory_equal(tensor(&fast, "output")->v, tensor(&probed, "output")->v,
                            OUT * BATCH * sizeof(real));
        drop(&probed);
        drop(&fast);
    }
}

static void test_flops(void **state) {
    (void)state;
    struct net n = build_here(HIGHWAY, TD_BUILD_FAST, NULL);
    const struct td_network *network = (const struct td_network *)n.setup.net.kind;
    assert_near(network->flops(n.setup.net.params, D, OUT),
                2.0 * (D * WIDTH + 2 * 2 * WIDTH * WIDTH + WIDTH * OUT), 0);
    drop(&n);
}

/* --- training --------------------------------------------------------------------------------- */

static double loss_after(const char *settings, const struct td_dataset *data, uint64_t steps) {
    struct td_arena *arena = td_arena_create();
    struct setup s = setup_from(arena, settings);
    struct td_train_options o = options_of(&s, data, 64, steps, 5);
    struct td_train *t = create(&o);
    struct td_error err = {0};
    double sum = 0;
    for (uint64_t i = 0; i < steps; i++) {
        if (td_train_step(t, &err))
            fail_msg("%s", err.message);
        sum += i + 8 >= steps ? td_train_loss(t) / 8 : 0;
    }
    td_train_free(t);
    td_arena_free(arena);
    return sum;
}

/* 40 layers of relu from variance 1/n: plain, neither signal nor gradient gets through and the loss
   stays near ln 4, that of guessing; through highway layers it does. Of what the first layer puts
   out, gates at -4 pass (1 - 0.018)^39 = 0.49 on, gates at -2 0.7 %. */
static void test_trains_deep(void **state) {
    (void)state;
    struct td_dataset data = class_data(512, 0, 4, 4);
    static const char deep[] = "net.depth=40 net.width=16 net.activation=relu optimizer.lr=0.3 ";
    char highway[200];
    snprintf(highway, sizeof highway, "%snet.highway=true net.gate_bias=-4", deep);
    double plain = loss_after(deep, &data, 300), through = loss_after(highway, &data, 300);
    assert_true(plain > 0.95 * log(4));
    assert_true(through < 0.5 * log(4));
    free_data(&data);
}

/* --- refusals --------------------------------------------------------------------------------- */

static void test_refusals(void **state) {
    (void)state;
    assert_refused("net.highway=true net.depth=3 net.shape=conic", "conic");
    assert_refused("net.highway=true net.widths=[4,4,5]", "widths");
    assert_refused("net.highway=true net.depth=1", "at least 2");
    assert_refused("net.highway=true net.depth=3 net.residual=1", "net.residual");
    assert_refused("net.highway=true net.gate_bias=nan", "gate_bias");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_op_values),
        cmocka_unit_test(test_op_shapes),
        cmocka_unit_test(test_forward),
        cmocka_unit_test(test_shut_gates),
        cmocka_unit_test(test_beside_other_options),
        cmocka_unit_test(test_flops),
        cmocka_unit_test(test_trains_deep),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
