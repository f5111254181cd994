/* The graph: which memory there is, who writes and who adds, sharing, errors, and that running
   allocates nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "sim/graph_params.h"
#include "tests/sim/graph_support.h"

/* ---- Counts allocations. The sanitizer brings an allocator of its own. ---- */

static size_t allocations;

#ifndef __SANITIZE_ADDRESS__
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t),
    *__libc_memalign(size_t, size_t);

void *malloc(size_t n) {
    allocations++;
    return __libc_malloc(n);
}
void *calloc(size_t n, size_t size) {
    allocations++;
    return __libc_calloc(n, size);
}
void *realloc(void *p, size_t n) {
    allocations++;
    return __libc_realloc(p, n);
}
void *aligned_alloc(size_t alignment, size_t n) {
    allocations++;
    return __libc_memalign(alignment, n);
}
#endif

/* ---- A network with every kind of op: weight norm, dense, batch norm, dropouts, residual. ---- */

static td_node weight(struct td_graph *g, const char *name, size_t rows, size_t cols,
                      struct td_arena *arena) {
    struct td_weight_init lecun = init_of("lecun", arena);
    return td_graph_weight(g, name, rows, cols, &lecun);
}

static td_node constant(struct td_graph *g, const char *name, size_t rows, double value) {
    const struct td_weight_init init = {.value = value};
    return td_graph_weight(g, name, rows, 1, &init);
}

static td_node dense(struct td_graph *g, td_node w, td_node x, td_node b, const char *f,
                     const char *name) {
    struct td_arena *arena = td_arena_create();
    const struct td_activation_attrs attrs = {part_of(&td_activations, f, NULL, arena)};
    td_node in[] = {w, x, b};
    td_node y = td_graph_apply(g, &td_op_dense, &attrs, b < 0 ? 2 : 3, in, name);
    td_arena_free(arena); /* attrs and their parts are copied */
    return y;
}

/* Returns the loss (or -1 if not wanted); the output is called "output". */
static td_node build(struct td_graph *g, size_t batch, bool with_loss) {
    struct td_arena *arena = td_arena_create();
    td_node x = td_graph_input(g, "x", 6, batch, false);
    td_node normed[] = {weight(g, "v", 8, 6, arena), constant(g, "g", 8, 1)};
    td_node w = td_graph_apply(g, &td_op_weight_norm, NULL, 2, normed, NULL);
    td_node h = dense(g, w, x, constant(g, "b1", 8, 0.1), "selu", "hidden.1");
    td_node bn[] = {h, constant(g, "gain", 8, 1), constant(g, "shift", 8, 0)};
    h = td_graph_apply(g, &td_op_batch_norm, NULL, 3, bn, "norm");
    const struct td_alpha_dropout_attrs alpha = {0.1, 0, 1};
    const struct td_dropout_attrs plain = {0.2};
    td_node dropped = td_graph_apply(g, &td_op_alpha_dropout, &alpha, 1, &h, NULL);
    dropped = td_graph_apply(g, &td_op_dropout, &plain, 1, &dropped, NULL);
    td_node deep = dense(g, weight(g, "w2", 8, 8, arena), dropped, -1, "gelu", "hidden.2");
    td_node both[] = {deep, h};
    h = td_graph_apply(g, &td_op_add, NULL, 2, both, "residual");
    td_node y =
        dense(g, weight(g, "w3", 3, 8, arena), h, constant(g, "b3", 3, 0), "identity", "output");
    td_arena_free(arena);
    if (!with_loss)
        return -1;
    td_node two[] = {y, td_graph_input(g, "labels", 1, batch, false)};
    return td_graph_apply(g, &td_op_softmax_cross_entropy, NULL, 2, two, "loss");
}

static struct td_graph *ready(size_t batch, bool with_loss, struct td_weights *share) {
    struct td_graph *g = td_graph_create();
    struct td_error err = {0};
    must(td_graph_plan(g, build(g, batch, with_loss), share, &err), &err);
    if (!share)
        must(td_weights_init(td_graph_weights(g), 3, &err), &err);
    fill_normal(1, 6 * batch, td_graph_find(g, "x")->v);
    for (size_t i = 0; with_loss && i < batch; i++)
        td_graph_find(g, "labels")->v[i] = (real)(i % 3);
    return g;
}

static void descend(struct td_weights *w, real rate) {
    for (size_t i = 0; i < w->n; i++)
        w->theta[i] -= rate * w->grad[i];
}

static void test_running_allocates_nothing(void **state) {
    (void)state;
    struct td_graph *g = ready(32, true, NULL);
    struct td_run run = training_run(0);
    td_graph_forward(g, &run);
    double first = (double)td_graph_find(g, "loss")->v[0];
    size_t before = allocations;
    for (; run.step < 100; run.step++) {
        td_graph_forward(g, &run);
        td_graph_backward(g, &run);
        descend(td_graph_weights(g), (real)0.1);
    }
    assert_int_equal(allocations, before);
#ifndef __SANITIZE_ADDRESS__
    assert_true(before > 0); /* the counter counts */
#endif
    run.training = false;
    td_graph_forward(g, &run);
    assert_true((double)td_graph_find(g, "loss")->v[0] < 0.8 * first); /* and it learns */
    td_graph_free(g);
}

static void test_same_run_same_bytes(void **state) {
    (void)state;
    struct td_graph *g[2] = {ready(32, true, NULL), ready(32, true, NULL)};
    struct td_weights *w[2] = {td_graph_weights(g[0]), td_graph_weights(g[1])};
    for (int i = 0; i < 2; i++)
        for (struct td_run run = training_run(0); run.step < 20; run.step++) {
            td_graph_forward(g[i], &run);
            td_graph_backward(g[i], &run);
            descend(w[i], (real)0.1);
        }
    assert_memory_equal(w[0]->theta, w[1]->theta, w[0]->n * sizeof(real));
    assert_memory_equal(w[0]->state, w[1]->state, w[0]->n_state * sizeof(real));
    td_graph_free(g[0]);
    td_graph_free(g[1]);
}

/* ---- Padding. ---- */

static void test_padding_stays_0(void **state) {
    (void)state;
    struct td_graph *g = ready(7, true, NULL);
    struct td_weights *w = td_graph_weights(g);
    for (struct td_run run = training_run(0); run.step < 5; run.step++) {
        td_graph_forward(g, &run);
        td_graph_backward(g, &run);
        descend(w, (real)0.1);
    }
    size_t inside = 0, nonzero_outside = 0, at = 0;
    for (size_t i = 0; i < w->n_slices; i++) {
        const struct td_slice *s = &w->slices[i];
        assert_int_equal((uintptr_t)(w->theta + s->offset) % TD_ALIGN, 0);
        for (; at < s->offset; at++)
            nonzero_outside += w->theta[at] != 0 || w->grad[at] != 0;
        at += s->rows * s->cols;
        inside += s->rows * s->cols;
    }
    for (; at < w->n; at++)
        nonzero_outside += w->theta[at] != 0 || w->grad[at] != 0;
    assert_int_equal(nonzero_outside, 0);
    assert_int_equal(inside, 48 + 8 + 8 + 8 + 8 + 64 + 24 + 3);
    td_graph_free(g);
}

/* ---- Who has a gradient. ---- */

static void test_gradient_memory_only_where_needed(void **state) {
    (void)state;
    struct td_graph *g = ready(5, true, NULL), *only = ready(5, false, NULL);
    assert_null(td_graph_find(g, "x")->g);
    assert_null(td_graph_find(g, "labels")->g);
    assert_non_null(td_graph_find(g, "hidden.1")->g);
    for (size_t i = 0; td_graph_name(only, i); i++)
        assert_null(td_graph_find(only, td_graph_name(only, i))->g);
    assert_null(td_graph_weights(only)->grad);
    assert_true(td_graph_bytes(only) < td_graph_bytes(g));
    td_graph_free(g);
    td_graph_free(only);
}

/* A branch that the loss does not see, a weight that nothing uses, an input whose gradient is
   wanted but does not exist. */
static void test_what_the_loss_does_not_see(void **state) {
    (void)state;
    struct td_graph *g = td_graph_create();
    struct td_error err = {0};
    struct td_arena *arena = td_arena_create();
    td_node x = td_graph_input(g, "x", 2, 3, true), other = td_graph_input(g, "other", 2, 3, true);
    td_node t = td_graph_input(g, "t", 2, 3, false);
    td_node seen = dense(g, weight(g, "seen", 2, 2, arena), x, -1, "tanh", "y");
    dense(g, weight(g, "unseen", 2, 2, arena), other, -1, "tanh", "z");
    weight(g, "unused", 2, 2, arena);
    td_node two[] = {seen, t};
    must(td_graph_plan(g, td_graph_apply(g, &td_op_mse, NULL, 2, two, "loss"), NULL, &err), &err);
    struct td_weights *w = td_graph_weights(g);
    must(td_weights_init(w, 1, &err), &err);
    for (size_t i = 0; i < w->n; i++)
        w->grad[i] = (real)NAN;
    fill_normal(1, 6, td_graph_find(g, "x")->v);
    struct td_run run = training_run(0);
    td_graph_forward(g, &run);
    td_graph_backward(g, &run);
    for (size_t i = 0; i < 4; i++) {
        assert_true(w->grad[td_weights_find(w, "seen")->offset + i] != 0);
        assert_true(w->grad[td_weights_find(w, "unseen")->offset + i] == 0);
        assert_true(w->grad[td_weights_find(w, "unused")->offset + i] == 0);
        assert_true(td_graph_find(g, "other")->g[i] == 0);
    }
    assert_null(td_graph_find(g, "z")->g);
    assert_true(td_graph_find(g, "x")->g[0] != 0);
    td_graph_free(g);
    td_arena_free(arena);
}

/* Gradient of y = a x + x and of y = x + x + x, by hand. */
static void test_one_tensor_many_uses(void **state) {
    (void)state;
    struct td_graph *g = td_graph_create();
    struct td_error err = {0};
    const struct td_scale_attrs minus_4 = {-4};
    const struct td_loss_attrs sum = {TD_LOSS_SUM};
    td_node x = td_graph_input(g, "x", 1, 2, true), zero = td_graph_input(g, "zero", 1, 2, false);
    td_node scaled = td_graph_apply(g, &td_op_scale, &minus_4, 1, &x, NULL);
    td_node three[] = {x, x, x}, pair[2];
    td_node y = td_graph_apply(g, &td_op_add, NULL, 3, three, NULL); /* 3 x */
    pair[0] = y, pair[1] = scaled;
    y = td_graph_apply(g, &td_op_add, NULL, 2, pair, NULL); /* -x */
    pair[0] = pair[1] = y;
    y = td_graph_apply(g, &td_op_add, NULL, 2, pair, NULL); /* -2 x */
    pair[0] = y, pair[1] = zero;
    td_node loss = td_graph_apply(g, &td_op_mse, &sum, 2, pair, "loss"); /* mean 4 x^2 */
    must(td_graph_plan(g, loss, NULL, &err), &err);
    struct td_tensor *t = td_graph_find(g, "x");
    t->v[0] = 3;
    t->v[1] = -1;
    struct td_run run = training_run(0);
    for (int again = 0; again < 2; again++) {
        td_graph_forward(g, &run);
        td_graph_backward(g, &run);
        assert_true(td_graph_find(g, "loss")->v[0] == 20);
        assert_true(t->g[0] == 12 && t->g[1] == -4); /* 8 x / 2 */
    }
    td_graph_free(g);
}

/* ---- Sharing. ---- */

static void test_sharing_between_batch_sizes(void **state) {
    (void)state;
    struct td_graph *train = ready(16, true, NULL);
    struct td_weights *w = td_graph_weights(train);
    struct td_graph *one = ready(1, false, w), *with_loss = ready(5, true, w);
    struct td_run run = training_run(0);
    for (; run.step < 10; run.step++) {
        td_graph_forward(train, &run);
        td_graph_backward(train, &run);
        descend(w, (real)0.1);
    }
    run.training = false; /* running moments are shared too */
    td_graph_forward(train, &run);
    const real *x = td_graph_find(train, "x")->v, *y = td_graph_find(train, "output")->v;
    for (size_t sample = 0; sample < 16; sample++) {
        for (size_t r = 0; r < 6; r++)
            td_graph_find(one, "x")->v[r] = x[r * 16 + sample];
        td_graph_forward(one, &run);
        for (size_t r = 0; r < 3; r++)
            assert_true(fabs((double)(td_graph_find(one, "output")->v[r] - y[r * 16 + sample])) <
                        100 * TD_REAL_EPS);
    }
    assert_ptr_equal(td_graph_weights(with_loss), w);
    td_graph_forward(with_loss, &run);
    td_graph_backward(with_loss, &run);
    td_graph_free(one);
    td_graph_free(with_loss);
    td_graph_free(train); /* owns the weights: last */
}

static void test_sharing_refused(void **state) {
    (void)state;
    struct td_graph *owner = ready(4, true, NULL);
    struct td_error err = {0};
    struct td_graph *g = td_graph_create();
    constant(g, "nowhere", 3, 0);
    must_refuse(td_graph_plan(g, -1, td_graph_weights(owner), &err), &err, "nowhere");
    td_graph_free(g);
    g = td_graph_create();
    constant(g, "b1", 3, 0);
    must_refuse(td_graph_plan(g, -1, td_graph_weights(owner), &err), &err,
                "\"b1\" is 3 x 1 in this graph, 8 x 1 in the shared ones");
    td_graph_free(g);
    g = td_graph_create();
    td_node in[] = {td_graph_input(g, "x", 8, 2, false), constant(g, "gain", 8, 1),
                    constant(g, "shift", 8, 0)};
    td_graph_apply(g, &td_op_batch_norm, NULL, 3, in, "another norm");
    must_refuse(td_graph_plan(g, -1, td_graph_weights(owner), &err), &err, "another norm");
    td_graph_free(g);
    td_graph_free(owner);
}

/* ---- Errors of building. ---- */

static void test_first_error_sticks(void **state) {
    (void)state;
    struct td_graph *g = td_graph_create();
    struct td_error err = {0};
    td_node x = td_graph_input(g, "x", 2, 3, false), y = td_graph_input(g, "y", 3, 2, false);
    td_node in[] = {x, y};
    assert_int_equal(td_graph_apply(g, &td_op_add, NULL, 2, in, "sum"), -1);
    assert_int_equal(td_graph_input(g, "x", 2, 3, false), -1);
    in[0] = -1;
    assert_int_equal(td_graph_apply(g, &td_op_mse, NULL, 2, in, "loss"), -1);
    assert_int_equal(td_graph_weight(g, "w", 1, 1, NULL), -1);
    assert_int_equal(td_graph_error(g, TD_BAD_INPUT, "later %d", 1), TD_BAD_INPUT);
    must_refuse(td_graph_plan(g, -1, NULL, &err), &err, "op add \"sum\": summand");
    td_graph_free(g);
}

static void plan_refused(struct td_graph *g, const char *text) {
    struct td_error err = {0};
    must_refuse(td_graph_plan(g, -1, NULL, &err), &err, text);
    td_graph_free(g);
}

static void test_building_refused(void **state) {
    (void)state;
    struct td_graph *g = td_graph_create();
    td_graph_input(g, "x", 2, 3, false);
    td_graph_input(g, "x", 2, 3, false);
    plan_refused(g, "two tensors are called \"x\"");
    g = td_graph_create();
    td_graph_input(g, "x", 0, 3, false);
    plan_refused(g, "0 x 3");
    g = td_graph_create();
    td_graph_input(g, "x", SIZE_MAX / 2, 3, false);
    plan_refused(g, "less than the memory");
    g = td_graph_create();
    td_graph_weight(g, "", 2, 3, NULL);
    plan_refused(g, "needs a name");
    g = td_graph_create();
    td_node foreign[] = {7};
    td_graph_apply(g, &td_op_scale, NULL, 1, foreign, "y");
    plan_refused(g, "input 0 is not a tensor of this graph");
    g = td_graph_create();
    td_node x = td_graph_input(g, "x", 2, 3, false), bn[] = {x, x, x};
    td_graph_apply(g, &td_op_batch_norm, NULL, 3, bn, "n");
    plan_refused(g, "gain (input 1) is 2 x 3, 2 x 1 expected");
    g = td_graph_create();
    td_node nameless[] = {td_graph_input(g, "x", 2, 3, false), constant(g, "a", 2, 1),
                          constant(g, "b", 2, 1)};
    td_graph_apply(g, &td_op_batch_norm, NULL, 3, nameless, NULL);
    plan_refused(g, "an op with state needs a name");
    g = td_graph_create();
    td_graph_error(g, TD_BAD_INPUT, "depth %d is odd", 3);
    plan_refused(g, "depth 3 is odd");
}

static void test_huge_is_an_error(void **state) {
    (void)state;
    const size_t rows = (size_t)1 << 31, cols = (size_t)1 << 28; /* 2^61 bytes or more */
    struct td_error err = {0};
    struct td_graph *g = td_graph_create();
    for (int i = 0; i < 4; i++)
        td_graph_input(g, NULL, rows, cols, false);
    assert_int_equal(td_graph_plan(g, -1, NULL, &err), TD_FAILED);
    assert_non_null(strstr(err.message, "address space"));
    td_graph_free(g);
#ifndef __SANITIZE_ADDRESS__ /* which ends the program instead of returning NULL */
    g = td_graph_create();
    td_graph_input(g, NULL, rows, cols, false);
    assert_int_equal(td_graph_plan(g, -1, NULL, &err), TD_FAILED);
    assert_non_null(strstr(err.message, "out of memory"));
    td_graph_free(g);
#endif
}

static void test_loss_refused(void **state) {
    (void)state;
    struct td_graph *g = td_graph_create();
    struct td_error err = {0};
    td_node x = td_graph_input(g, "x", 2, 3, true);
    must_refuse(td_graph_plan(g, x, NULL, &err), &err, "the loss \"x\" is 2 x 3: it must be 1 x 1");
    must_refuse(td_graph_plan(g, 5, NULL, &err), &err, "not a tensor");
    must(td_graph_plan(g, -1, NULL, &err), &err);
    must_refuse(td_graph_plan(g, -1, NULL, &err), &err, "twice");
    assert_int_equal(td_graph_input(g, "late", 1, 1, false), -1);
    td_graph_free(g);
}

static void test_names(void **state) {
    (void)state;
    struct td_graph *g = td_graph_create();
    td_node x = td_graph_input(g, "x", 2, 3, false);
    td_node nameless = td_graph_apply(g, &td_op_scale, NULL, 1, &x, NULL);
    td_graph_apply(g, &td_op_scale, NULL, 1, &nameless, "y");
    assert_string_equal(td_graph_name(g, 0), "x");
    assert_string_equal(td_graph_name(g, 1), "y");
    assert_null(td_graph_name(g, 2));
    assert_null(td_graph_find(g, "z"));
    assert_null(td_graph_find(g, ""));
    assert_null(td_graph_tensor(g, -1));
    assert_null(td_graph_weights(g));
    assert_ptr_equal(td_graph_find(g, "x"), td_graph_tensor(g, x));
    td_graph_free(g);
    td_graph_free(NULL);
}

/* The empty graph, a graph of inputs alone, and backward without anything to learn. */
static void test_degenerate_graphs(void **state) {
    (void)state;
    struct td_error err = {0};
    struct td_run run = training_run(0);
    struct td_graph *g = td_graph_create();
    must(td_graph_plan(g, -1, NULL, &err), &err);
    td_graph_forward(g, &run);
    td_graph_backward(g, &run);
    td_graph_free(g);
    g = td_graph_create();
    td_node in[] = {td_graph_input(g, "x", 1, 1, false), td_graph_input(g, "t", 1, 1, false)};
    must(td_graph_plan(g, td_graph_apply(g, &td_op_mse, NULL, 2, in, "loss"), NULL, &err), &err);
    td_graph_forward(g, &run);
    td_graph_backward(g, &run);
    assert_null(td_graph_find(g, "loss")->g);
    td_graph_free(g);
}

/* ---- Copies of parameters share nothing with the original. ---- */

struct every_kind {
    double number;
    const char *text;
    struct td_reals reals;
    struct td_ints ints;
    struct td_strings strings;
    struct td_steps steps;
    struct td_part part;
    struct td_parts parts;
};

#define FIELD(name_, type_)                                                                        \
    { .name = #name_, .type = type_, .offset = offsetof(struct every_kind, name_) }

static void test_parameters_are_copied(void **state) {
    (void)state;
    static const struct td_param table[] = {
        FIELD(number, TD_REAL),     FIELD(text, TD_STRING), FIELD(reals, TD_REALS),
        FIELD(ints, TD_INTS),       FIELD(steps, TD_STEPS), FIELD(part, TD_PART),
        FIELD(strings, TD_STRINGS), FIELD(parts, TD_PARTS), {0}};
    struct td_arena *arena = td_arena_create(), *own = td_arena_create();
    char text[] = "text", word[] = "word", steps[] = "0..9";
    double reals[] = {1, 2};
    int64_t ints[] = {3, 4, 5};
    const char *strings[] = {word};
    struct td_part parts[] = {part_of(&td_activations, "sine", NULL, own),
                              part_of(&td_activations, "tanh", NULL, own)};
    const struct every_kind original = {.number = 7,
                                        .text = text,
                                        .reals = {2, reals},
                                        .ints = {3, ints},
                                        .strings = {1, strings},
                                        .steps = {steps},
                                        .part = parts[0],
                                        .parts = {2, parts}};
    const struct every_kind *copy = td_params_copy(arena, table, sizeof original, &original);
    memset(text, 'x', 4), memset(word, 'x', 4), memset(steps, 'x', 4);
    memset(reals, 0, sizeof reals), memset(ints, 0, sizeof ints), memset(parts, 0, sizeof parts);
    strings[0] = NULL;
    td_arena_free(own);
    assert_true(copy->number == 7);
    assert_string_equal(copy->text, "text");
    assert_string_equal(copy->strings.v[0], "word");
    assert_string_equal(copy->steps.text, "0..9");
    assert_true(copy->reals.v[1] == 2 && copy->ints.v[2] == 5);
    assert_string_equal(copy->parts.v[1].kind->name, "tanh");
    const struct td_activation *sine = (const struct td_activation *)copy->part.kind;
    assert_true(sine->value(copy->part.params, NULL, 0.1) == sin(3.0)); /* omega 30 */
    assert_true(sine->value(copy->parts.v[0].params, NULL, 0.1) == sin(3.0));
    td_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_running_allocates_nothing),
        cmocka_unit_test(test_same_run_same_bytes),
        cmocka_unit_test(test_padding_stays_0),
        cmocka_unit_test(test_gradient_memory_only_where_needed),
        cmocka_unit_test(test_what_the_loss_does_not_see),
        cmocka_unit_test(test_one_tensor_many_uses),
        cmocka_unit_test(test_sharing_between_batch_sizes),
        cmocka_unit_test(test_sharing_refused),
        cmocka_unit_test(test_first_error_sticks),
        cmocka_unit_test(test_building_refused),
        cmocka_unit_test(test_huge_is_an_error),
        cmocka_unit_test(test_loss_refused),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_degenerate_graphs),
        cmocka_unit_test(test_parameters_are_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
