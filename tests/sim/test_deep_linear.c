/* Deep linear pathways, their aligned start, gates, silence and lesions, and the tree data: against
   closed forms and plain loops in double. */
#include "train_setup.h"

#include <math.h>

#include "numeric/linalg.h"
#include "sim/ops/ops.h"
#include "sim/task_modes.h"

static void assert_near(double a, double b, double tolerance) {
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.17g is not %.17g (difference %g, allowed %g)", a, b, a - b, tolerance);
}

/* Rounding errors of products of order one over a few hundred terms. */
static const double ROUNDING = 100 * (double)TD_REAL_EPS;

/* --- data ----------------------------------------------------------------------------------- */

struct data_part {
    struct td_part data;
};
static const struct td_param data_table[] = {{.name = "data",
                                              .type = TD_PART,
                                              .offset = offsetof(struct data_part, data),
                                              .initial = "tree",
                                              .registry = &td_datas},
                                             {0}};

static td_status try_tree(const char *settings, struct td_dataset *out, struct td_error *err) {
    struct td_arena *arena = td_arena_create();
    struct data_part part;
    td_status status =
        td_params_from_text(data_table, pairs_of(arena, settings), arena, &part, sizeof part, err);
    if (!status)
        status = ((const struct td_data *)part.data.kind)->load(part.data.params, 3, out, err);
    td_arena_free(arena);
    return status;
}

static struct td_dataset tree(const char *settings) {
    struct td_dataset data;
    struct td_error err = {0};
    if (try_tree(settings, &data, &err))
        fail_msg("%s", err.message);
    return data;
}

static void test_tree_features(void **state) {
    (void)state;
    struct td_dataset data = tree("");
    static const char *const features[15] = {"11111111", "11110000", "00001111", "11000000",
                                             "00110000", "00001100", "00000011", "10000000",
                                             "01000000", "00100000", "00010000", "00001000",
                                             "00000100", "00000010", "00000001"};
    assert_int_equal(data.d, 8);
    assert_int_equal(data.train.n, 8);
    assert_int_equal(data.n_targets, 15);
    for (size_t i = 0; i < 8; i++) {
        for (size_t f = 0; f < 15; f++)
            assert_true(data.train.target[i * 15 + f] == (real)(features[f][i] - '0'));
        for (size_t j = 0; j < 8; j++)
            assert_true(data.train.x[i * 8 + j] == (real)(i == j));
    }
    td_dataset_free(&data);
}

/* Level by level: S^2 = sum of the subtree sizes from there down. */
static void test_tree_strengths(void **state) {
    (void)state;
    static const struct {
        const char *settings;
        size_t n;
        double squares[9];
    } cases[] = {{"", 8, {15, 7, 3, 3, 1, 1, 1, 1}},
                 {"data.levels=2 data.branching=3", 9, {13, 4, 4, 1, 1, 1, 1, 1, 1}},
                 {"data.levels=0", 1, {1}},
                 {"data.levels=1 data.branching=5", 5, {6, 1, 1, 1, 1}}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct td_dataset data = tree(cases[c].settings);
        struct td_task_modes m;
        struct td_error err = {0};
        assert_int_equal(td_task_modes_make(&data, &m, &err), TD_OK);
        assert_int_equal(m.n, cases[c].n);
        for (size_t i = 0; i < m.n; i++)
            assert_near(m.s[i], sqrt(cases[c].squares[i]), 1e-13);
        td_task_modes_free(&m);
        td_dataset_free(&data);
    }
}

static void test_coloured_inputs(void **state) {
    (void)state;
    struct td_dataset data = tree("data.condition=50");
    double x[64], s[8];
    for (size_t i = 0; i < 64; i++)
        x[i] = (double)data.train.x[i];
    assert_int_equal(td_svd(8, 8, x, s, NULL, NULL, NULL), TD_OK);
    for (size_t i = 0; i < 8; i++)
        assert_near(s[i] * s[i], pow(50, 0.5 - (double)i / 7), 50 * ROUNDING);
    td_dataset_free(&data);
}

static void test_tree_too_large(void **state) {
    (void)state;
    struct td_dataset data;
    struct td_error err = {0};
    assert_int_equal(try_tree("data.levels=12 data.branching=4096", &data, &err), TD_BAD_INPUT);
    assert_non_null(strstr(err.message, "4096 items"));
}

/* --- runs ----------------------------------------------------------------------------------- */

struct run {
    struct td_arena *arena;
    struct td_dataset data;
    struct setup setup;
    struct td_train_options o;
    struct td_train *t;
};

static struct run begin(const char *settings, const char *data_settings) {
    struct run r = {.arena = td_arena_create(), .data = tree(data_settings)};
    char all[1000];
    snprintf(all, sizeof all, "net=deep-linear optimizer=gd %s", settings);
    r.setup = setup_from(r.arena, all);
    r.o = options_of(&r.setup, NULL, 0, 100, 5);
    r.o.loss = TD_LOSS_HALF_SQUARED_SUM;
    return r;
}

static void start(struct run *r) {
    r->o.data = &r->data;
    r->t = create(&r->o);
}

static void finish(struct run *r) {
    td_train_free(r->t);
    td_dataset_free(&r->data);
    td_arena_free(r->arena);
}

static void step(struct run *r) {
    struct td_error err = {0};
    if (td_train_step(r->t, &err))
        fail_msg("%s", err.message);
}

static const struct td_slice *slice(const struct run *r, const char *name) {
    const struct td_slice *s = td_weights_find(td_train_weights(r->t), name);
    if (!s)
        fail_msg("no weights \"%s\"", name);
    return s;
}

/* A matrix of the network in double. */
struct matrix {
    size_t rows, cols;
    double v[400];
};

static struct matrix weight(const struct run *r, const char *name) {
    const struct td_slice *s = slice(r, name);
    struct matrix m = {.rows = s->rows, .cols = s->cols};
    assert_true(s->rows * s->cols <= 400);
    for (size_t i = 0; i < s->rows * s->cols; i++)
        m.v[i] = (double)td_train_weights(r->t)->theta[s->offset + i];
    return m;
}

/* op(A) op(B) by plain loops. */
static struct matrix times(const struct matrix *a, bool ta, const struct matrix *b, bool tb) {
    struct matrix c = {.rows = ta ? a->cols : a->rows, .cols = tb ? b->rows : b->cols};
    size_t inner = ta ? a->rows : a->cols;
    assert_int_equal(inner, tb ? b->cols : b->rows);
    for (size_t i = 0; i < c.rows; i++)
        for (size_t j = 0; j < c.cols; j++)
            for (size_t k = 0; k < inner; k++)
                c.v[i * c.cols + j] += (ta ? a->v[k * a->cols + i] : a->v[i * a->cols + k]) *
                                       (tb ? b->v[j * b->cols + k] : b->v[k * b->cols + j]);
    return c;
}

static void add_to(struct matrix *a, const struct matrix *b, double factor) {
    assert_true(a->rows == b->rows && a->cols == b->cols);
    for (size_t i = 0; i < a->rows * a->cols; i++)
        a->v[i] += factor * b->v[i];
}

static void assert_matrix(const struct matrix *a, const struct matrix *b, double tolerance) {
    assert_true(a->rows == b->rows && a->cols == b->cols);
    for (size_t i = 0; i < a->rows * a->cols; i++)
        assert_near(a->v[i], b->v[i], tolerance);
}

/* X (d, n) and Y (n_out, n), samples as columns as in the network. */
static struct matrix inputs_of(const struct run *r) {
    struct matrix x = {.rows = r->data.d, .cols = r->data.train.n};
    for (size_t i = 0; i < x.cols; i++)
        for (size_t j = 0; j < x.rows; j++)
            x.v[j * x.cols + i] = (double)r->data.train.x[i * x.rows + j];
    return x;
}

static struct matrix targets_of(const struct run *r) {
    struct matrix y = {.rows = r->data.n_targets, .cols = r->data.train.n};
    for (size_t i = 0; i < y.cols; i++)
        for (size_t j = 0; j < y.rows; j++)
            y.v[j * y.cols + i] = (double)r->data.train.target[i * y.rows + j];
    return y;
}

/* --- the aligned start ---------------------------------------------------------------------- */

/* U^T W V of a pathway of depth 3 is diagonal, positive and descending; the pair of layers that
   meets in the middle is balanced. */
static void test_aligned_start(void **state) {
    (void)state;
    struct run r = begin("net.width=12 net.init.scale=0.05 net.init.spread=0.1", "");
    start(&r);
    struct td_task_modes m;
    struct td_error err = {0};
    assert_int_equal(td_task_modes_make(&r.data, &m, &err), TD_OK);
    for (char letter = 'a'; letter <= 'b'; letter++) {
        struct matrix w[3], product;
        for (int l = 0; l < 3; l++) {
            char name[40];
            snprintf(name, sizeof name, "path.%c.%d.weight", letter, l + 1);
            w[l] = weight(&r, name);
        }
        product = times(&w[1], false, &w[0], false);
        product = times(&w[2], false, &product, false);
        struct matrix u = {.rows = m.n_out, .cols = m.n}, vt = {.rows = m.n, .cols = m.d};
        memcpy(u.v, m.u, m.n_out * m.n * sizeof *u.v);
        memcpy(vt.v, m.vt, m.n * m.d * sizeof *vt.v);
        product = times(&u, true, &product, false);
        product = times(&product, false, &vt, true);
        for (size_t i = 0; i < m.n; i++)
            for (size_t j = 0; j < m.n; j++) {
                double k = product.v[i * m.n + j];
                if (i != j)
                    assert_near(k, 0, ROUNDING);
                else /* 12 draws of standard deviation 0.1 stay within 5 of them */
                    assert_near(k, 0.05, 0.05 * 0.5 + ROUNDING);
                if (i == j && i > 0)
                    assert_true(k <= product.v[(i - 1) * (m.n + 1)] + ROUNDING);
            }
        /* the 8 directions of W1 are those of W2, the rest of W2 meets nothing */
        struct matrix outer = times(&w[0], false, &w[0], true),
                      inner = times(&w[1], true, &w[1], false);
        struct matrix both = times(&outer, false, &inner, false),
                      square = times(&outer, false, &outer, false);
        assert_matrix(&both, &square, ROUNDING);
    }
    td_task_modes_free(&m);
    finish(&r);
}

/* The two pathways start differently, and so do seeds. */
static void test_starts_differ(void **state) {
    (void)state;
    struct run r = begin("net.width=12", ""), s = begin("net.width=12", "");
    s.o.seed = 6;
    start(&r);
    start(&s);
    struct matrix a = weight(&r, "path.a.2.weight"), b = weight(&r, "path.b.2.weight"),
                  other = weight(&s, "path.a.2.weight");
    assert_true(memcmp(a.v, b.v, sizeof a.v) != 0);
    assert_true(memcmp(a.v, other.v, sizeof a.v) != 0);
    finish(&r);
    finish(&s);
}

static void test_gaussian_scale(void **state) {
    (void)state;
    struct run r = begin("net.width=20 net.depth=4 net.init=gaussian net.init.scale=0.01", "");
    start(&r);
    struct matrix w = weight(&r, "path.b.3.weight");
    double squares = 0;
    for (size_t i = 0; i < 400; i++)
        squares += w.v[i] * w.v[i];
    /* variance scale^(2/4) / 20 from 400 draws: relative standard error sqrt(2/400) */
    double variance = pow(0.01, 0.5) / 20;
    assert_near(squares / 400, variance, 5 * sqrt(2.0 / 400) * variance);
    finish(&r);
}

/* --- training against plain loops ----------------------------------------------------------- */

/* One step of gradient descent on half the summed squared error, by hand: depth 2 and 1. */
static void test_step(void **state) {
    (void)state;
    struct run r = begin("net.depths=[2,1] net.width=7 optimizer.lr=0.03 net.init=gaussian "
                         "net.init.scale=0.5",
                         "data.condition=4");
    start(&r);
    struct matrix x = inputs_of(&r), y = targets_of(&r);
    struct matrix a1 = weight(&r, "path.a.1.weight"), a2 = weight(&r, "path.a.2.weight"),
                  b1 = weight(&r, "path.b.1.weight");
    struct matrix hidden = times(&a1, false, &x, false),
                  residual = times(&a2, false, &hidden, false), b = times(&b1, false, &x, false);
    add_to(&residual, &b, 1);
    add_to(&residual, &y, -1);
    double loss = 0;
    for (size_t i = 0; i < residual.rows * residual.cols; i++)
        loss += residual.v[i] * residual.v[i] / 2;
    struct matrix ga2 = times(&residual, false, &hidden, true),
                  back = times(&a2, true, &residual, false);
    struct matrix ga1 = times(&back, false, &x, true), gb1 = times(&residual, false, &x, true);
    add_to(&a1, &ga1, -0.03);
    add_to(&a2, &ga2, -0.03);
    add_to(&b1, &gb1, -0.03);
    step(&r);
    assert_near(td_train_loss(r.t), loss, ROUNDING * loss);
    struct matrix now = weight(&r, "path.a.1.weight");
    assert_matrix(&now, &a1, ROUNDING);
    now = weight(&r, "path.a.2.weight");
    assert_matrix(&now, &a2, ROUNDING);
    now = weight(&r, "path.b.1.weight");
    assert_matrix(&now, &b1, ROUNDING);
    finish(&r);
}

/* Depth 1, one pathway, whitened: W(t) = Y + (1 - lr)^t (W(0) - Y). */
static void test_depth_one_closed_form(void **state) {
    (void)state;
    struct run r = begin("net.depth=1 net.pathways=1 optimizer.lr=0.1 net.init=gaussian "
                         "net.init.scale=1",
                         "");
    start(&r);
    struct matrix y = targets_of(&r), w = weight(&r, "path.a.1.weight");
    for (size_t i = 0; i < w.rows * w.cols; i++)
        w.v[i] = y.v[i] + pow(0.9, 20) * (w.v[i] - y.v[i]);
    for (int k = 0; k < 20; k++)
        step(&r);
    struct matrix now = weight(&r, "path.a.1.weight");
    assert_matrix(&now, &w, ROUNDING);
    finish(&r);
}

static double loss_after(const char *settings, int steps) {
    struct run r = begin(settings, "");
    start(&r);
    for (int k = 0; k < steps; k++)
        step(&r);
    double loss = td_train_loss(r.t);
    finish(&r);
    return loss;
}

/* Leaving out the first product, and the gates, changes nothing but rounding. */
static void test_identity_inputs(void **state) {
    (void)state;
    static const char *const nets[] = {"net.width=10 net.depth=3 net.init.scale=0.3",
                                       "net.width=10 net.depth=1 net.init.scale=0.3",
                                       "net.width=10 net.pathways=1 net.activation=tanh "
                                       "net.init.scale=0.3",
                                       "net.width=10 net.pathways=1 net.depth=1 net.init.scale=0.3",
                                       "net.width=10 net.pathways=7 net.init.scale=0.1"};
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++) {
        char data[200], identity[300];
        snprintf(data, sizeof data, "%s optimizer.lr=0.02", nets[i]);
        snprintf(identity, sizeof identity, "%s net.gates=false net.inputs=identity", data);
        double want = loss_after(data, 20), got = loss_after(identity, 20);
        assert_true(isfinite(want) && want > 0);
        assert_near(got, want, 10 * ROUNDING * (1 + want));
    }
}

static void add_loss(void *self, const struct td_chunk *c) {
    *(double *)self += c->loss * (double)c->n;
}

/* Over several chunks of evaluation (512 items) the sum stays the sum. */
static void test_half_sum_over_chunks(void **state) {
    (void)state;
    struct run r = begin("net.pathways=1 net.depth=1 net.init=constant net.init.value=0",
                         "data.levels=1 data.branching=300");
    r.o.steps = 1;
    start(&r);
    struct td_error err = {0};
    double sum = 0, loss = 0, squares = 0;
    size_t n = td_train_weights(r.t)->n;
    double *grad = calloc(n, sizeof *grad);
    assert_int_equal(td_train_prepare(r.t, TD_ON_TRAIN, 0, false, &err), TD_OK);
    assert_int_equal(td_train_prepare(r.t, TD_ON_TRAIN, 0, true, &err), TD_OK);
    assert_int_equal(td_train_evaluate(r.t, TD_ON_TRAIN, 0, add_loss, &sum, NULL, &err), TD_OK);
    assert_int_equal(td_train_gradient(r.t, TD_ON_TRAIN, 0, grad, &loss, NULL, &err), TD_OK);
    /* output 0, each item has two features: loss 300 x 2 / 2, gradient -Y */
    assert_near(sum / 300, 300, 300 * ROUNDING);
    assert_near(loss, 300, 300 * ROUNDING);
    for (size_t i = 0; i < n; i++)
        squares += grad[i] * grad[i];
    assert_near(squares, 600, 600 * ROUNDING);
    free(grad);
    finish(&r);
}

/* --- events --------------------------------------------------------------------------------- */

static bool moves(struct run *r, const char *name) {
    struct matrix before = weight(r, name);
    step(r);
    struct matrix after = weight(r, name);
    return memcmp(before.v, after.v, sizeof before.v) != 0;
}

#define SMALL "net.width=10 net.init.scale=0.2 optimizer.lr=0.01 "

static void test_gate_steps(void **state) {
    (void)state;
    struct run r =
        begin(SMALL "events.0=gate events.0.what=path.b events.0.at=3 events.0.until=6", "");
    struct run free_run = begin(SMALL, "");
    start(&r);
    start(&free_run);
    for (int k = 0; k < 10; k++) {
        struct run copy = r;
        bool b = moves(&copy, "path.b.2.weight");
        r = copy;
        assert_int_equal(b, k < 3 || k >= 6);
        step(&free_run);
        if (k <= 3) /* the output stays while the gradient is gone */
            assert_true(td_train_loss(r.t) == td_train_loss(free_run.t));
    }
    finish(&r);
    finish(&free_run);
}

/* Plain gradient descent behind a gate is the same as frozen weights, bit for bit. */
static void test_gate_is_freeze(void **state) {
    (void)state;
    struct run gate = begin(SMALL "events.0=gate events.0.until=8", "");
    struct run freeze = begin(SMALL "events.0=freeze events.0.what=path.b events.0.until=8", "");
    start(&gate);
    start(&freeze);
    for (int k = 0; k < 20; k++) {
        step(&gate);
        step(&freeze);
    }
    assert_memory_equal(td_train_weights(gate.t)->theta, td_train_weights(freeze.t)->theta,
                        td_train_weights(gate.t)->n * sizeof(real));
    finish(&gate);
    finish(&freeze);
}

/* With B silent, A trains as if it were alone. */
static void test_silence(void **state) {
    (void)state;
    struct run r = begin(SMALL "events.0=silence", ""), alone = begin(SMALL "net.pathways=1", "");
    start(&r);
    start(&alone);
    for (int k = 0; k < 15; k++) {
        assert_false(moves(&r, "path.b.1.weight"));
        step(&alone);
        assert_near(td_train_loss(r.t), td_train_loss(alone.t), ROUNDING * td_train_loss(r.t));
    }
    struct matrix a = weight(&r, "path.a.3.weight"), b = weight(&alone, "path.a.3.weight");
    assert_matrix(&a, &b, ROUNDING);
    finish(&r);
    finish(&alone);
}

/* Evaluation between two steps shows the pathway as the coming step will. */
static void keep_path(void *self, const struct td_chunk *c) {
    td_chunk_rows(c, td_graph_find(c->graph, "path.b"), self);
}

static double norm_of_b(struct run *r) {
    double v[8 * 15], sum = 0;
    struct td_error err = {0};
    assert_int_equal(td_train_prepare(r->t, TD_ON_TRAIN, 0, false, &err), TD_OK);
    assert_int_equal(td_train_evaluate(r->t, TD_ON_TRAIN, 0, keep_path, v, NULL, &err), TD_OK);
    for (size_t i = 0; i < 8 * 15; i++)
        sum += v[i] * v[i];
    return sum;
}

static void test_evaluation_sees_gates(void **state) {
    (void)state;
    struct run r = begin(SMALL "events.0=silence events.0.at=2 events.0.until=4", "");
    start(&r);
    for (int k = 0; k < 6; k++) {
        assert_int_equal(norm_of_b(&r) == 0, k == 2 || k == 3);
        step(&r);
    }
    finish(&r);
}

static uint64_t closed_steps(double probability, uint64_t seed) {
    char settings[200];
    snprintf(settings, sizeof settings, SMALL "events.0=gate events.0.probability=%g", probability);
    struct run r = begin(settings, "");
    r.o.seed = seed;
    start(&r);
    uint64_t closed = 0;
    for (int k = 0; k < 60; k++)
        closed |= (uint64_t)!moves(&r, "path.b.2.weight") << k;
    finish(&r);
    return closed;
}

static void test_probability(void **state) {
    (void)state;
    assert_true(closed_steps(0, 1) == 0);
    assert_true(closed_steps(1, 1) == (UINT64_C(1) << 60) - 1);
    uint64_t once = closed_steps(0.5, 1), again = closed_steps(0.5, 1),
             other = closed_steps(0.5, 2);
    assert_true(once == again);
    assert_true(once != other);
    /* 60 draws: 30 +- 5 standard deviations of 3.9 */
    assert_in_range(__builtin_popcountll(once), 11, 49);
    /* a gate closed more often is closed at every step of the one closed less often */
    assert_true((once & ~closed_steps(0.9, 1)) == 0);
}

/* The removed feature gets no answer from A, and all of it from B. */
static void test_lesion(void **state) {
    (void)state;
    struct run r = begin("net.width=12 net.init.scale=0.1 optimizer.lr=0.02 events.0=lesion "
                         "events.0.what=path.a events.0.mode=2",
                         "");
    struct td_task_modes m;
    struct td_error err = {0};
    start(&r);
    struct matrix before = weight(&r, "path.a.2.weight");
    for (int k = 0; k < 600; k++)
        step(&r);
    assert_int_equal(td_task_modes_make(&r.data, &m, &err), TD_OK);
    struct matrix b = weight(&r, "path.b.1.weight");
    for (int l = 2; l <= 3; l++) {
        char name[40];
        snprintf(name, sizeof name, "path.b.%d.weight", l);
        struct matrix w = weight(&r, name);
        b = times(&w, false, &b, false);
    }
    double strength = 0, loss = td_train_loss(r.t);
    for (size_t i = 0; i < m.n_out; i++)
        for (size_t j = 0; j < m.d; j++)
            strength += m.u[i * m.n + 1] * b.v[i * b.cols + j] * m.vt[m.d + j];
    assert_near(strength, sqrt(7), 1e-3);
    assert_true(loss < 1e-5);
    struct matrix after = weight(&r, "path.a.2.weight");
    assert_true(memcmp(before.v, after.v, sizeof before.v) != 0);
    td_task_modes_free(&m);
    finish(&r);
}

/* All four strongest features: what is left of A has nothing to do with them; two lesions of one
   feature are one. */
static void test_several_lesions(void **state) {
    (void)state;
    const char *one =
        "net.pathways=1 " SMALL "events.0=lesion events.0.what=path.a events.0.mode=3";
    const char *twice = "net.pathways=1 " SMALL "events.0=lesion events.0.what=path.a "
                        "events.0.mode=3 events.1=lesion events.1.what=path.a events.1.mode=3";
    assert_true(loss_after(one, 5) == loss_after(twice, 5));
    const char *four =
        "net.pathways=1 " SMALL "events.0=lesion events.0.what=path.a events.0.mode=1 "
        "events.1=lesion events.1.what=path.a events.1.mode=2 "
        "events.2=lesion events.2.what=path.a events.2.mode=3 "
        "events.3=lesion events.3.what=path.a events.3.mode=4";
    /* features that nobody can learn: (15 + 7 + 3 + 3) / 2 stays */
    assert_near(loss_after(four, 2000), 14, 0.01);
}

/* --- what is refused ------------------------------------------------------------------------ */

static void refuse(const char *settings, const char *data_settings, const char *text) {
    struct run r = begin(settings, data_settings);
    struct td_error err = {0};
    r.o.data = &r.data;
    assert_int_equal(td_train_create(&r.o, &r.t, &err), TD_BAD_INPUT);
    if (!strstr(err.message, text))
        fail_msg("\"%s\" not in \"%s\"", text, err.message);
    finish(&r);
}

static void test_refusals(void **state) {
    (void)state;
    refuse("net.depths=[1,2,3]", "", "net.depths: 3 values for 2 pathways");
    refuse("net.init.scales=[1,2,3]", "", "net.init.scales: 3 values for 2 pathways");
    refuse("net.activation=crrelu", "", "learned coefficients");
    refuse("net.inputs=identity", "", "net.gates false");
    refuse("net.inputs=identity net.gates=false", "data.condition=2", "rows of the identity");
    refuse("events.0=gate events.0.what=path.c", "", "no weights are called \"path.c\"");
    refuse("events.0=gate events.0.at=100", "", "beyond the run");
    refuse("events.0=gate events.0.at=5 events.0.until=5", "", "never act");
    refuse("net.gates=false events.0=gate", "", "pathways with gates");
    refuse("net=mlp events.0=silence events.0.what=hidden.1", "", "pathways with gates");
    refuse("events.0=lesion events.0.mode=9", "", "has 8 features");
    refuse("events.0=lesion events.1=lesion events.2=lesion events.3=lesion events.4=lesion", "",
           "at most 4");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tree_features),
        cmocka_unit_test(test_tree_strengths),
        cmocka_unit_test(test_coloured_inputs),
        cmocka_unit_test(test_tree_too_large),
        cmocka_unit_test(test_aligned_start),
        cmocka_unit_test(test_starts_differ),
        cmocka_unit_test(test_gaussian_scale),
        cmocka_unit_test(test_step),
        cmocka_unit_test(test_depth_one_closed_form),
        cmocka_unit_test(test_identity_inputs),
        cmocka_unit_test(test_half_sum_over_chunks),
        cmocka_unit_test(test_gate_steps),
        cmocka_unit_test(test_gate_is_freeze),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_evaluation_sees_gates),
        cmocka_unit_test(test_probability),
        cmocka_unit_test(test_lesion),
        cmocka_unit_test(test_several_lesions),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
