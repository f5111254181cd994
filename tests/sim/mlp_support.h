/* One network in a graph, for tests of multi-layer perceptrons. */
#ifndef TD_TESTS_MLP_SUPPORT_H
#define TD_TESTS_MLP_SUPPORT_H

#include "train_setup.h"

#include <math.h>

#include "sim/weights.h"

static inline void assert_near(double a, double b, double tolerance) {
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.17g is not %.17g (difference %g, allowed %g)", a, b, a - b, tolerance);
}

/* A planned graph of one network over `batch` random samples. */
struct net {
    struct td_arena *arena;
    struct setup setup;
    struct td_graph *graph;
    td_node output;
};

static inline struct net build(const char *settings, size_t d, size_t batch, size_t n_out,
                               enum td_build how, struct td_weights *share) {
    struct net n = {.arena = td_arena_create(), .graph = td_graph_create()};
    struct td_error err = {0};
    n.setup = setup_from(n.arena, settings);
    const struct td_network *network = (const struct td_network *)n.setup.net.kind;
    assert_int_equal(network->check(n.setup.net.params, &err), TD_OK);
    td_node input = td_graph_input(n.graph, "input", d, batch, false);
    n.output = network->build(n.setup.net.params, n.graph, input, n_out, how);
    if (td_graph_plan(n.graph, -1, share, &err))
        fail_msg("%s", err.message);
    if (!share)
        assert_int_equal(td_weights_init(td_graph_weights(n.graph), 3, &err), TD_OK);
    fill_normal(9, "x", d * batch, td_graph_tensor(n.graph, input)->v);
    td_graph_forward(n.graph, &(struct td_run){.training = false});
    return n;
}

static inline void drop(struct net *n) {
    td_graph_free(n->graph);
    td_arena_free(n->arena);
}

static inline const struct td_tensor *tensor(struct net *n, const char *name) {
    const struct td_tensor *t = td_graph_find(n->graph, name);
    if (!t)
        fail_msg("no tensor %s", name);
    return t;
}

static inline real *weights(struct net *n, const char *name, size_t rows, size_t cols) {
    struct td_weights *w = td_graph_weights(n->graph);
    struct td_slice *s = td_weights_find(w, name);
    if (!s)
        fail_msg("no weights %s", name);
    assert_int_equal(s->rows, rows);
    assert_int_equal(s->cols, cols);
    return w->theta + s->offset;
}

/* That the network's check, or its parameters' ranges, refuse `settings`; `part` is in the message.
 */
static inline void assert_refused(const char *settings, const char *part) {
    struct td_arena *arena = td_arena_create();
    struct td_error err = {0};
    struct setup s;
    td_status status =
        td_params_from_text(setup_table, pairs_of(arena, settings), arena, &s, sizeof s, &err);
    if (!status)
        status = ((const struct td_network *)s.net.kind)->check(s.net.params, &err);
    assert_int_equal(status, TD_BAD_INPUT);
    if (!strstr(err.message, part))
        fail_msg("\"%s\" does not say \"%s\"", err.message, part);
    td_arena_free(arena);
}

#endif
