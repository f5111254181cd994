/* Ops: one test walks all of them and checks gradients against central differences; the others
   check values against closed forms and plain loops. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/sim/graph_support.h"

/* ---- A loss for any tensor: sum_i c_i v_i with c_i = cos(1 + i). ---- */

static real coefficient(size_t i) {
    return (real)cos(1.0 + (double)i);
}

static td_status probe_shape(struct td_apply *a, struct td_error *err) {
    (void)err;
    a->out.rows = a->out.cols = 1;
    return TD_OK;
}

static void probe_forward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    double sum = 0;
    for (size_t i = 0; i < elements(a->in[0]); i++)
        sum += (double)coefficient(i) * (double)a->in[0]->v[i];
    a->out.v[0] = (real)sum;
}

static void probe_backward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    for (size_t i = 0; a->in[0]->g && i < elements(a->in[0]); i++)
        a->in[0]->g[i] = coefficient(i) * a->out.g[0] + (a->add[0] ? a->in[0]->g[i] : 0);
}

static const struct td_op probe = {
    .kind = TD_KIND_PLAIN("probe", "sum of cos(1 + i) v_i", ""),
    .min_in = 1,
    .max_in = 1,
    .shape = probe_shape,
    .forward = probe_forward,
    .backward = probe_backward,
};

/* ---- The gradient check. ---- */

/* Whether other ops take the op's inputs too, and so who writes their gradients first. */
enum company { ALONE, PROBED_AFTER, PROBED_BEFORE, COMPANIES };

struct check {
    struct td_graph *graph;
    struct td_tensor *in[TD_OP_INPUTS], *out, *loss;
    struct td_op_example e;
    struct td_run run;
};

static td_node plus(struct td_graph *g, td_node a, td_node b) {
    td_node both[] = {a, b};
    return a < 0 ? b : td_graph_apply(g, &td_op_add, NULL, 2, both, NULL);
}

static void build_check(struct check *c, const struct td_op *op, enum company company,
                        struct td_arena *arena) {
    struct td_graph *g = c->graph = td_graph_create();
    struct td_error err = {0};
    td_node in[TD_OP_INPUTS], loss = -1;
    for (size_t i = 0; i < c->e.n_in; i++) {
        in[i] = td_graph_input(g, NULL, c->e.rows[i], c->e.cols[i], !c->e.no_gradient[i]);
        if (company == PROBED_BEFORE)
            loss = plus(g, loss, td_graph_apply(g, &probe, NULL, 1, &in[i], NULL));
    }
    td_node out =
        td_graph_apply(g, op, params_of(&op->kind, c->e.attrs, arena), c->e.n_in, in, "out");
    for (size_t i = 0; i < c->e.n_in && company == PROBED_AFTER; i++)
        loss = plus(g, loss, td_graph_apply(g, &probe, NULL, 1, &in[i], NULL));
    loss = plus(g, loss, td_graph_apply(g, &probe, NULL, 1, &out, NULL));
    must(td_graph_plan(g, loss, NULL, &err), &err);
    for (size_t i = 0; i < c->e.n_in; i++)
        c->in[i] = td_graph_tensor(g, in[i]);
    c->out = td_graph_tensor(g, out);
    c->loss = td_graph_tensor(g, loss);
}

/* Numbers on (-1.7, 1.7) that no random stream moves onto the kink of an activation. */
static void fill_scattered(size_t which, size_t n, real *v) {
    for (size_t i = 0; i < n; i++)
        v[i] = (real)(1.7 * sin(1 + 12.9898 * (double)i + 78.233 * (double)which));
}

static void fill_inputs(struct check *c) {
    for (size_t i = 0; i < c->e.n_in; i++) {
        fill_scattered(i, elements(c->in[i]), c->in[i]->v);
        for (size_t k = 0; c->e.label[i] && k < elements(c->in[i]); k++)
            c->in[i]->v[k] = (real)((5 * k + 3) % c->e.n_classes);
    }
}

static double loss_of(struct check *c) {
    td_graph_forward(c->graph, &c->run);
    return (double)c->loss->v[0];
}

/* sum |terms| of the loss: its rounding error is a few eps times this. */
static double loss_scale(const struct check *c) {
    double s = 1;
    for (size_t i = 0; i < elements(c->out); i++)
        s += fabs((double)coefficient(i) * (double)c->out->v[i]);
    for (size_t k = 0; k < c->e.n_in; k++)
        for (size_t i = 0; i < elements(c->in[k]); i++)
            s += fabs((double)coefficient(i) * (double)c->in[k]->v[i]);
    return s;
}

/* The largest |analytic - numeric| over all elements of input k, in units of the error to expect
   with steps h = eps^(1/3): rounding eps S / h and truncation h^2 f''' / 6 are both of the order
   eps^(2/3) S. */
static double worst_error(struct check *c, size_t k) {
    const double h = cbrt((double)TD_REAL_EPS), unit = h * h * loss_scale(c);
    struct td_tensor *t = c->in[k];
    double worst = 0;
    for (size_t i = 0; i < elements(t); i++) {
        const real x = t->v[i], above = x + (real)h, below = x - (real)h;
        const double analytic = (double)t->g[i];
        t->v[i] = above;
        double up = loss_of(c);
        t->v[i] = below;
        double down = loss_of(c);
        t->v[i] = x;
        double numeric = (up - down) / ((double)above - (double)below);
        double error = fabs(numeric - analytic) / unit;
        if (!(error <= worst))
            worst = error; /* NaN counts as worst */
        if (isnan(worst))
            return worst;
    }
    return worst;
}

/* Third derivatives of order 10, as normalisation over few elements has them, make about 2. */
static const double ALLOWED = 5;

/* Largest error of all gradients of one application. */
static double gradient_error(const struct td_op *op, const struct td_op_example *e, bool training,
                             enum company company) {
    struct td_arena *arena = td_arena_create();
    struct check c = {.e = *e, .run = training_run(3)};
    c.run.training = training;
    build_check(&c, op, company, arena);
    fill_inputs(&c);
    double worst = 0;
    for (size_t k = 0; k < e->n_in; k++) {
        if (e->no_gradient[k]) {
            assert_null(c.in[k]->g);
            continue;
        }
        for (size_t i = 0; i < elements(c.in[k]); i++)
            c.in[k]->g[i] = (real)NAN; /* must be overwritten */
        loss_of(&c);
        td_graph_backward(c.graph, &c.run);
        double error = worst_error(&c, k);
        if (!(error <= worst))
            worst = error;
    }
    td_graph_free(c.graph);
    td_arena_free(arena);
    return worst;
}

static void test_gradients_of_all_ops(void **state) {
    (void)state;
    for (size_t i = 0; i < td_registry_count(&td_ops); i++) {
        const struct td_op *op = (const struct td_op *)td_registry_at(&td_ops, i);
        struct td_op_example e;
        assert_non_null(op->example);
        int variant = 0;
        for (; memset(&e, 0, sizeof e), op->example(variant, &e); variant++)
            for (int how = 0; how < 2 * COMPANIES; how++) {
                double error = gradient_error(op, &e, how % 2 == 0, (enum company)(how / 2));
                if (!(error < ALLOWED))
                    fail_msg("%s, variant %d, %s, company %d: error %g of %g allowed",
                             op->kind.name, variant, how % 2 ? "evaluation" : "training", how / 2,
                             error, ALLOWED);
            }
        assert_true(variant > 0);
    }
}

/* An op whose backward is 1 % off must be caught, or the walk proves nothing. */
static void wrong_backward(struct td_apply *a, const struct td_run *run) {
    td_op_activation.backward(a, run);
    a->in[0]->g[0] *= (real)1.01;
}

static void test_walk_catches_wrong_gradient(void **state) {
    (void)state;
    struct td_op wrong = td_op_activation;
    wrong.backward = wrong_backward;
    struct td_op_example e = {
        .n_in = 1, .rows = {2}, .cols = {2}, .attrs = {"activation.kind", "tanh"}};
    assert_true(gradient_error(&td_op_activation, &e, true, ALONE) < ALLOWED);
    assert_true(gradient_error(&wrong, &e, true, ALONE) > ALLOWED);
}

static void test_descriptors(void **state) {
    (void)state;
    check_descriptors(&td_ops);
}

/* ---- Values. ---- */

/* One op on inputs of given shapes, ready to run. */
struct single {
    struct td_arena *arena;
    struct td_graph *graph;
    struct td_tensor *in[TD_OP_INPUTS], *out;
    struct td_run run;
};

static struct single single(const struct td_op *op, const void *attrs, size_t n_in,
                            const size_t (*shapes)[2]) {
    struct single s = {.graph = td_graph_create(), .run = training_run(1)};
    struct td_error err = {0};
    td_node in[TD_OP_INPUTS];
    for (size_t i = 0; i < n_in; i++)
        in[i] = td_graph_input(s.graph, NULL, shapes[i][0], shapes[i][1], false);
    td_node out = td_graph_apply(s.graph, op, attrs, n_in, in, "op");
    must(td_graph_plan(s.graph, -1, NULL, &err), &err);
    for (size_t i = 0; i < n_in; i++) {
        s.in[i] = td_graph_tensor(s.graph, in[i]);
        fill_normal((uint32_t)i, elements(s.in[i]), s.in[i]->v);
    }
    s.out = td_graph_tensor(s.graph, out);
    return s;
}

/* The message with which an op refuses inputs of these shapes. */
static void refuses(const struct td_op *op, const void *attrs, size_t n_in,
                    const size_t (*shapes)[2], const char *text) {
    struct td_graph *g = td_graph_create();
    struct td_error err = {0};
    td_node in[TD_OP_INPUTS];
    for (size_t i = 0; i < n_in; i++)
        in[i] = td_graph_input(g, NULL, shapes[i][0], shapes[i][1], false);
    assert_int_equal(td_graph_apply(g, op, attrs, n_in, in, "op"), -1);
    must_refuse(td_graph_plan(g, -1, NULL, &err), &err, text);
    td_graph_free(g);
}

static void test_dense_against_plain_loops(void **state) {
    (void)state;
    const size_t shapes[][2] = {{7, 5}, {5, 9}, {7, 1}};
    struct single s = single(&td_op_dense, NULL, 3, shapes);
    td_graph_forward(s.graph, &s.run);
    for (size_t r = 0; r < 7; r++)
        for (size_t c = 0; c < 9; c++) {
            double sum = (double)s.in[2]->v[r], scale = fabs(sum);
            for (size_t k = 0; k < 5; k++) {
                double term = (double)s.in[0]->v[r * 5 + k] * (double)s.in[1]->v[k * 9 + c];
                sum += term;
                scale += fabs(term);
            }
            assert_true(fabs((double)s.out->v[r * 9 + c] - sum) <= 6 * TD_REAL_EPS * scale);
        }
    td_graph_free(s.graph);
}

/* Loss through dense with f, or through dense then f, and all gradients: the same bits. */
static void build_fused_or_not(bool fused, struct td_part activation, struct td_graph **out) {
    struct td_graph *g = *out = td_graph_create();
    struct td_error err = {0};
    const struct td_activation *f = (const struct td_activation *)activation.kind;
    const struct td_activation_attrs with = {activation}, without = {{0}};
    td_node in[] = {td_graph_input(g, "w", 19, 23, true), td_graph_input(g, "x", 23, 37, true),
                    td_graph_input(g, "b", 19, 1, true),
                    f->n_learned ? td_graph_input(g, "c", f->n_learned, 1, true) : -1};
    size_t n_learned = f->n_learned ? 1 : 0;
    td_node y;
    if (fused) {
        y = td_graph_apply(g, &td_op_dense, &with, 3 + n_learned, in, "y");
    } else {
        td_node pre = td_graph_apply(g, &td_op_dense, &without, 3, in, "pre"), two[] = {pre, in[3]};
        y = td_graph_apply(g, &td_op_activation, &with, 1 + n_learned, two, "y");
    }
    must(td_graph_plan(g, td_graph_apply(g, &probe, NULL, 1, &y, NULL), NULL, &err), &err);
    const char *names[] = {"w", "x", "b", "c"};
    for (uint32_t i = 0; i < 3 + n_learned; i++) {
        struct td_tensor *t = td_graph_find(g, names[i]);
        fill_normal(i, elements(t), t->v);
    }
    struct td_run run = training_run(0);
    td_graph_forward(g, &run);
    td_graph_backward(g, &run);
}

static void test_fused_equals_unfused(void **state) {
    (void)state;
    struct td_arena *arena = td_arena_create();
    for (size_t i = 0; i < td_registry_count(&td_activations); i++) {
        const char *name = td_registry_at(&td_activations, i)->name;
        struct td_part f = part_of(&td_activations, name, NULL, arena);
        struct td_graph *graph[2];
        build_fused_or_not(true, f, &graph[0]);
        build_fused_or_not(false, f, &graph[1]);
        for (size_t k = 0; td_graph_name(graph[0], k); k++) {
            struct td_tensor *a = td_graph_find(graph[0], td_graph_name(graph[0], k));
            struct td_tensor *b = td_graph_find(graph[1], td_graph_name(graph[0], k));
            assert_memory_equal(a->v, b->v, elements(a) * sizeof(real));
            assert_memory_equal(a->g, b->g, elements(a) * sizeof(real));
        }
        td_graph_free(graph[0]);
        td_graph_free(graph[1]);
    }
    td_arena_free(arena);
}

static void test_batch_norm_moments(void **state) {
    (void)state;
    enum { R = 3, N = 50 };
    const size_t shapes[][2] = {{R, N}, {R, 1}, {R, 1}};
    struct single s = single(&td_op_batch_norm, NULL, 3, shapes);
    const real *x = s.in[0]->v, *gain = s.in[1]->v, *shift = s.in[2]->v;
    double running_mean[R] = {0}, running_variance[R] = {1, 1, 1};
    s.run.training = false; /* before any training: mean 0, variance 1 */
    td_graph_forward(s.graph, &s.run);
    for (size_t r = 0; r < R; r++)
        assert_true(fabs((double)s.out->v[r * N] - (double)(x[r * N] * gain[r]) / sqrt(1 + 1e-5) -
                         (double)shift[r]) < 20 * TD_REAL_EPS);
    for (int step = 0; step < 3; step++) {
        s.run.training = true;
        fill_normal(10 + (uint32_t)step, R * N, s.in[0]->v);
        td_graph_forward(s.graph, &s.run);
        for (size_t r = 0; r < R; r++) {
            double mean = 0, squares = 0;
            for (size_t i = 0; i < N; i++)
                mean += (double)x[r * N + i] / N;
            for (size_t i = 0; i < N; i++)
                squares += pow((double)x[r * N + i] - mean, 2);
            double y = ((double)x[r * N + 7] - mean) / sqrt(squares / N + 1e-5);
            assert_true(fabs((double)s.out->v[r * N + 7] - y * (double)gain[r] - (double)shift[r]) <
                        40 * TD_REAL_EPS);
            running_mean[r] = 0.9 * running_mean[r] + 0.1 * mean;
            running_variance[r] = 0.9 * running_variance[r] + 0.1 * squares / (N - 1);
        }
    }
    s.run.training = false;
    td_graph_forward(s.graph, &s.run);
    for (size_t r = 0; r < R; r++) {
        double y = ((double)x[r * N] - running_mean[r]) / sqrt(running_variance[r] + 1e-5);
        assert_true(fabs((double)s.out->v[r * N] - y * (double)gain[r] - (double)shift[r]) <
                    40 * TD_REAL_EPS);
    }
    td_graph_free(s.graph);
}

/* A batch of one has no variance: the output is the shift, nothing is NaN. */
static void test_batch_norm_of_one_sample(void **state) {
    (void)state;
    const size_t shapes[][2] = {{2, 1}, {2, 1}, {2, 1}};
    struct single s = single(&td_op_batch_norm, NULL, 3, shapes);
    td_graph_forward(s.graph, &s.run);
    assert_true(s.out->v[0] == s.in[2]->v[0] && s.out->v[1] == s.in[2]->v[1]);
    s.run.training = false;
    td_graph_forward(s.graph, &s.run);
    assert_true(isfinite(s.out->v[0]) && isfinite(s.out->v[1]));
    td_graph_free(s.graph);
}

static void test_layer_norm_columns(void **state) {
    (void)state;
    enum { R = 40, N = 3 };
    const size_t shapes[][2] = {{R, N}};
    struct single s = single(&td_op_layer_norm, NULL, 1, shapes);
    for (size_t i = 0; i < R * N; i++)
        s.in[0]->v[i] = 5 + 3 * s.in[0]->v[i];
    td_graph_forward(s.graph, &s.run);
    for (size_t c = 0; c < N; c++) {
        double mean = 0, square = 0;
        for (size_t r = 0; r < R; r++) {
            mean += (double)s.out->v[r * N + c] / R;
            square += pow((double)s.out->v[r * N + c], 2) / R;
        }
        assert_true(fabs(mean) < 20 * TD_REAL_EPS);
        assert_true(fabs(square - 1) < 1e-5 + 50 * TD_REAL_EPS); /* eps = 1e-5 over variance ~9 */
    }
    td_graph_free(s.graph);
}

static void test_weight_norm_rows(void **state) {
    (void)state;
    enum { R = 3, N = 37 };
    const size_t shapes[][2] = {{R, N}, {R, 1}};
    struct single s = single(&td_op_weight_norm, NULL, 2, shapes);
    memset(s.in[0]->v + 2 * N, 0, N * sizeof(real));
    td_graph_forward(s.graph, &s.run);
    for (size_t r = 0; r < R; r++) {
        double square = 0, along = 0;
        for (size_t i = 0; i < N; i++) {
            square += pow((double)s.out->v[r * N + i], 2);
            along += (double)s.out->v[r * N + i] * (double)s.in[0]->v[r * N + i];
        }
        double g = (double)s.in[1]->v[r], expected = r == 2 ? 0 : fabs(g);
        assert_true(fabs(sqrt(square) - expected) <= 10 * TD_REAL_EPS * fabs(g));
        assert_true(r == 2 || along * g > 0);
    }
    td_graph_free(s.graph);
}

/* The number of zeros of n has mean n p and standard deviation sqrt(n p (1 - p)). */
static size_t zeros(const struct td_tensor *t) {
    size_t n = 0;
    for (size_t i = 0; i < elements(t); i++)
        n += t->v[i] == 0;
    return n;
}

static void test_dropout_masks(void **state) {
    (void)state;
    enum { R = 100, N = 401 };
    const size_t shapes[][2] = {{R, N}};
    struct td_dropout_attrs attrs = {0.3};
    struct single s = single(&td_op_dropout, &attrs, 1, shapes);
    td_graph_forward(s.graph, &s.run);
    const double n = R * N, p = 0.3;
    assert_true(fabs((double)zeros(s.out) - n * p) < 5 * sqrt(n * p * (1 - p)));
    for (size_t i = 0; i < elements(s.out); i++) {
        double kept = (double)s.in[0]->v[i] / 0.7;
        assert_true(s.out->v[i] == 0 ||
                    fabs((double)s.out->v[i] - kept) <= 2 * TD_REAL_EPS * fabs(kept));
    }
    static real first[R * N];
    memcpy(first, s.out->v, sizeof first);
    td_graph_forward(s.graph, &s.run);
    assert_memory_equal(first, s.out->v, sizeof first); /* the draw depends on the step alone */
    s.run.step++;
    td_graph_forward(s.graph, &s.run);
    assert_memory_not_equal(first, s.out->v, sizeof first);
    s.run.training = false;
    td_graph_forward(s.graph, &s.run);
    assert_memory_equal(s.in[0]->v, s.out->v, sizeof first);
    td_graph_free(s.graph);
}

/* inf or NaN that is dropped is gone. */
static void test_dropout_drops_what_is_not_finite(void **state) {
    (void)state;
    const size_t shapes[][2] = {{1, 1000}};
    struct td_dropout_attrs attrs = {0.5};
    struct single s = single(&td_op_dropout, &attrs, 1, shapes);
    for (size_t i = 0; i < 1000; i++)
        s.in[0]->v[i] = (real)INFINITY;
    td_graph_forward(s.graph, &s.run);
    for (size_t i = 0; i < 1000; i++)
        assert_true(s.out->v[i] == 0 || isinf(s.out->v[i]));
    td_graph_free(s.graph);
}

static void test_dropout_rates(void **state) {
    (void)state;
    const size_t shapes[][2] = {{2, 3}};
    const double bad[] = {1, -0.1, NAN, INFINITY, 2};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct td_dropout_attrs attrs = {bad[i]};
        refuses(&td_op_dropout, &attrs, 1, shapes, "[0, 1)");
    }
    struct td_dropout_attrs none = {0};
    struct single s = single(&td_op_dropout, &none, 1, shapes);
    td_graph_forward(s.graph, &s.run);
    assert_memory_equal(s.in[0]->v, s.out->v, 6 * sizeof(real));
    td_graph_free(s.graph);
}

static void test_concat_and_scale(void **state) {
    (void)state;
    const size_t shapes[][2] = {{2, 3}, {1, 3}};
    struct single s = single(&td_op_concat_rows, NULL, 2, shapes);
    td_graph_forward(s.graph, &s.run);
    assert_int_equal(s.out->rows, 3);
    assert_memory_equal(s.out->v, s.in[0]->v, 6 * sizeof(real));
    assert_memory_equal(s.out->v + 6, s.in[1]->v, 3 * sizeof(real));
    td_graph_free(s.graph);
    struct td_scale_attrs attrs = {-2};
    s = single(&td_op_scale, &attrs, 1, shapes);
    td_graph_forward(s.graph, &s.run);
    for (size_t i = 0; i < 6; i++)
        assert_true(s.out->v[i] == -2 * s.in[0]->v[i]);
    td_graph_free(s.graph);
}

/* ---- Losses. ---- */

/* The loss of one op for given predictions and targets, B columns. */
static double loss_value(const struct td_op *op, const void *attrs, size_t k, size_t t_rows,
                         size_t b, const double *y, const double *t) {
    const size_t shapes[][2] = {{k, b}, {t_rows, b}};
    struct single s = single(op, attrs, 2, shapes);
    for (size_t i = 0; i < k * b; i++)
        s.in[0]->v[i] = (real)y[i];
    for (size_t i = 0; i < t_rows * b; i++)
        s.in[1]->v[i] = (real)t[i];
    td_graph_forward(s.graph, &s.run);
    double loss = (double)s.out->v[0];
    td_graph_free(s.graph);
    return loss;
}

#define NEAR(value, expected)                                                                      \
    do {                                                                                           \
        double value_ = (value), expected_ = (expected);                                           \
        if (!(fabs(value_ - expected_) <= 20 * TD_REAL_EPS * (1 + fabs(expected_))))               \
            fail_msg("%s is %.17g, not %.17g", #value, value_, expected_);                         \
    } while (0)

static void test_mse_values(void **state) {
    (void)state;
    const double y[] = {1, 2, 3, 4, 5, 6}, t[] = {0, 0, 0, 0, 0, 0}, labels[] = {0, 1, 0};
    const struct td_loss_attrs mean = {TD_LOSS_MEAN}, sum = {TD_LOSS_SUM};
    NEAR(loss_value(&td_op_mse, &mean, 2, 2, 3, y, t), 91.0 / 6);
    NEAR(loss_value(&td_op_mse, &sum, 2, 2, 3, y, t), 91.0 / 3);
    NEAR(loss_value(&td_op_mse, NULL, 2, 2, 3, y, t), 91.0 / 6);
    /* one-hot columns (1,0) (0,1) (1,0) */
    NEAR(loss_value(&td_op_mse, &sum, 2, 1, 3, y, labels), (0 + 4 + 4 + 16 + 16 + 36) / 3.0);
}

static void test_softmax_values(void **state) {
    (void)state;
    const double equal[] = {5, 5, 5, 5}, labels[] = {2};
    NEAR(loss_value(&td_op_softmax_cross_entropy, NULL, 4, 1, 1, equal, labels), log(4));
    /* ln(1 + e^-1) and 1 + ln(1 + e^-1) */
    const double z[] = {1, 0, 0, 1}, two[] = {0, 0}, onehot[] = {1, 1, 0, 0};
    double expected = log1p(exp(-1)) + 0.5;
    NEAR(loss_value(&td_op_softmax_cross_entropy, NULL, 2, 1, 2, z, two), expected);
    NEAR(loss_value(&td_op_softmax_cross_entropy, NULL, 2, 2, 2, z, onehot), expected);
    const double soft[] = {0.25, 0.25, 0.75, 0.75};
    NEAR(loss_value(&td_op_softmax_cross_entropy, NULL, 2, 2, 2, z, soft), expected);
}

static void test_softmax_extremes(void **state) {
    (void)state;
    const struct td_op *op = &td_op_softmax_cross_entropy;
    const double huge[] = {1e4, -1e4}, first[] = {0}, second[] = {1};
    NEAR(loss_value(op, NULL, 2, 1, 1, huge, first), 0);
    NEAR(loss_value(op, NULL, 2, 1, 1, huge, second), 2e4);
    const double masked[] = {1, -INFINITY};
    NEAR(loss_value(op, NULL, 2, 1, 1, masked, first), 0);
    assert_true(loss_value(op, NULL, 2, 1, 1, masked, second) == INFINITY);
    const double broken[] = {1, NAN}, bad_labels[] = {2, -1, 0.5, NAN, INFINITY, 1e30};
    assert_true(isnan(loss_value(op, NULL, 2, 1, 1, broken, first)));
    for (size_t i = 0; i < sizeof bad_labels / sizeof *bad_labels; i++)
        assert_true(isnan(loss_value(op, NULL, 2, 1, 1, huge, &bad_labels[i])));
}

static void test_sigmoid_values(void **state) {
    (void)state;
    const struct td_op *op = &td_op_sigmoid_cross_entropy;
    const struct td_loss_attrs sum = {TD_LOSS_SUM};
    const double z[] = {0, 2, -2}, t[] = {1, 1, 1};
    NEAR(loss_value(op, NULL, 1, 1, 3, z, t), (log(2) + log1p(exp(-2)) + 2 + log1p(exp(-2))) / 3);
    const double one[] = {2, -2}, second[] = {1}, onehot[] = {0, 1};
    NEAR(loss_value(op, &sum, 2, 1, 1, one, second), 4 + 2 * log1p(exp(-2)));
    NEAR(loss_value(op, NULL, 2, 2, 1, one, onehot), 2 + log1p(exp(-2)));
    const double huge[] = {1e4, -1e4, INFINITY, -INFINITY}, right[] = {1, 0, 1, 0};
    NEAR(loss_value(op, NULL, 4, 4, 1, huge, right), 0);
    const double wrong[] = {0, 1, 1, 0};
    NEAR(loss_value(op, NULL, 4, 4, 1, huge, wrong), 5e3);
    const double bad[] = {2}, broken[] = {NAN, 0};
    assert_true(isnan(loss_value(op, NULL, 2, 1, 1, one, bad)));
    assert_true(isnan(loss_value(op, NULL, 2, 1, 1, broken, second)));
}

/* ---- Refusals. ---- */

static void test_shapes_refused(void **state) {
    (void)state;
    const size_t inner[][2] = {{4, 3}, {2, 5}};
    refuses(&td_op_dense, NULL, 2, inner, "inner sizes differ");
    const size_t bias[][2] = {{4, 3}, {3, 5}, {3, 1}};
    refuses(&td_op_dense, NULL, 3, bias, "bias (input 2) is 3 x 1, 4 x 1 expected");
    const size_t many[][2] = {{4, 3}, {3, 5}, {4, 1}, {1, 1}};
    refuses(&td_op_dense, NULL, 4, many, "inputs given");
    refuses(&td_op_add, NULL, 2, inner, "summand");
    refuses(&td_op_add, NULL, 1, inner, "1 inputs given, 2 to 5 allowed");
    refuses(&td_op_concat_rows, NULL, 2, inner, "part");
    refuses(&td_op_layer_norm, NULL, 2, inner, "gain and shift come together");
    refuses(&td_op_batch_norm, NULL, 3, bias, "gain");
    refuses(&td_op_weight_norm, NULL, 2, inner, "gain");
    refuses(&td_op_mse, NULL, 2, inner, "predictions are 4 x 3, the target 2 x 5");
    const size_t one_class[][2] = {{1, 5}, {1, 5}};
    refuses(&td_op_softmax_cross_entropy, NULL, 2, one_class, "at least 2");
}

static void test_attributes_refused(void **state) {
    (void)state;
    const size_t shapes[][2] = {{4, 3}, {4, 1}, {4, 1}};
    const struct td_norm_attrs eps = {.eps = 0, .momentum = 0.1}, momentum = {1e-5, NAN};
    refuses(&td_op_batch_norm, &eps, 3, shapes, "eps");
    refuses(&td_op_batch_norm, &momentum, 3, shapes, "momentum");
    refuses(&td_op_layer_norm, &eps, 3, shapes, "eps");
    const struct td_scale_attrs factor = {INFINITY};
    refuses(&td_op_scale, &factor, 1, shapes, "finite");
    struct td_activation_attrs selu = {{.kind = kind_named(&td_activations, "selu")}};
    refuses(&td_op_activation, &selu, 1, shapes, "needs its parameters");
    struct td_activation_attrs crrelu = {{.kind = kind_named(&td_activations, "crrelu")}};
    refuses(&td_op_activation, &crrelu, 1, shapes, "2 expected");
    refuses(&td_op_activation, &crrelu, 2, shapes, "learned coefficients");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_descriptors),
        cmocka_unit_test(test_gradients_of_all_ops),
        cmocka_unit_test(test_walk_catches_wrong_gradient),
        cmocka_unit_test(test_dense_against_plain_loops),
        cmocka_unit_test(test_fused_equals_unfused),
        cmocka_unit_test(test_batch_norm_moments),
        cmocka_unit_test(test_batch_norm_of_one_sample),
        cmocka_unit_test(test_layer_norm_columns),
        cmocka_unit_test(test_weight_norm_rows),
        cmocka_unit_test(test_dropout_masks),
        cmocka_unit_test(test_dropout_drops_what_is_not_finite),
        cmocka_unit_test(test_dropout_rates),
        cmocka_unit_test(test_concat_and_scale),
        cmocka_unit_test(test_mse_values),
        cmocka_unit_test(test_softmax_values),
        cmocka_unit_test(test_softmax_extremes),
        cmocka_unit_test(test_sigmoid_values),
        cmocka_unit_test(test_shapes_refused),
        cmocka_unit_test(test_attributes_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
