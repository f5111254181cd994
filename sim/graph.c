#include "sim/graph.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/graph_internal.h"
#include "sim/graph_params.h"

struct td_graph *td_graph_create(void) {
    struct td_graph *g = calloc(1, sizeof *g);
    if (g && !(g->arena = td_arena_create())) {
        free(g);
        return NULL;
    }
    return g;
}

void td_graph_free(struct td_graph *g) {
    if (!g)
        return;
    if (g->owns_weights)
        td_weights_free(g->weights);
    free(g->nodes);
    free(g->applies);
    free(g->slices);
    free(g->backward);
    free(g->idle);
    td_free(g->memory);
    td_arena_free(g->arena);
    free(g);
}

td_status td_graph_keep_error(struct td_graph *g, const struct td_error *err) {
    if (!g->error.status)
        g->error = *err;
    return err->status;
}

td_status td_graph_error(struct td_graph *g, td_status status, const char *format, ...) {
    struct td_error err = {.status = status};
    va_list args;
    va_start(args, format);
    vsnprintf(err.message, sizeof err.message, format, args);
    va_end(args);
    return td_graph_keep_error(g, &err);
}

/* Room for one more element of an array that doubles; the array, or NULL with the error kept. */
static void *grow(struct td_graph *g, void *array, size_t n, size_t *room, size_t size) {
    if (n < *room)
        return array;
    size_t more = *room ? 2 * *room : 16;
    void *larger = reallocarray(array, more, size);
    if (larger)
        *room = more;
    else
        td_graph_error(g, TD_FAILED, "out of memory: %zu elements of %zu bytes asked for", more,
                       size);
    return larger;
}

static bool name_taken(const struct td_graph *g, const char *name) {
    for (size_t i = 0; i < g->n_nodes; i++)
        if (strcmp(g->nodes[i].name, name) == 0)
            return true;
    return false;
}

/* Whether a tensor may be added now, and with this name and shape; else the error is kept. */
static bool may_add(struct td_graph *g, const char *name, size_t rows, size_t cols) {
    size_t n;
    if (g->error.status)
        return false;
    if (g->planned)
        td_graph_error(g, TD_BAD_INPUT, "tensor \"%s\" added after td_graph_plan", name);
    else if (*name && name_taken(g, name))
        td_graph_error(g, TD_BAD_INPUT, "two tensors are called \"%s\"", name);
    else if (!rows || !cols || !td_mul(rows, cols, &n) || !td_mul(n, sizeof(double), &n))
        td_graph_error(g, TD_BAD_INPUT,
                       "tensor \"%s\" is %zu x %zu: at least 1 x 1 and less than the memory", name,
                       rows, cols);
    return !g->error.status;
}

static td_node add_node(struct td_graph *g, enum td_node_kind kind, const char *name, size_t index,
                        struct td_tensor *tensor) {
    struct td_graph_node *nodes = grow(g, g->nodes, g->n_nodes, &g->nodes_room, sizeof *nodes);
    if (!nodes)
        return -1;
    g->nodes = nodes;
    if (g->n_nodes >= INT32_MAX) {
        td_graph_error(g, TD_BAD_INPUT, "more than %d tensors", INT32_MAX);
        return -1;
    }
    nodes[g->n_nodes] =
        (struct td_graph_node){.kind = kind, .name = name, .tensor = tensor, .index = index};
    return (td_node)g->n_nodes++;
}

static td_node add_leaf(struct td_graph *g, enum td_node_kind kind, const char *name, size_t rows,
                        size_t cols, size_t index) {
    struct td_tensor *tensor = td_arena_alloc(g->arena, sizeof *tensor);
    char *copy = td_arena_strdup(g->arena, name);
    if (!tensor || !copy) {
        td_graph_error(g, TD_FAILED, "out of memory");
        return -1;
    }
    tensor->rows = rows;
    tensor->cols = cols;
    return add_node(g, kind, copy, index, tensor);
}

td_node td_graph_input(struct td_graph *g, const char *name, size_t rows, size_t cols,
                       bool gradient) {
    if (!name)
        name = "";
    if (!may_add(g, name, rows, cols))
        return -1;
    td_node node = add_leaf(g, TD_NODE_INPUT, name, rows, cols, 0);
    if (node >= 0)
        g->nodes[node].wanted = gradient;
    return node;
}

td_node td_graph_control(struct td_graph *g, const char *name, size_t rows, size_t cols) {
    td_node node = td_graph_input(g, name, rows, cols, false);
    if (node >= 0)
        g->nodes[node].control = true;
    return node;
}

td_node td_graph_weight(struct td_graph *g, const char *name, size_t rows, size_t cols,
                        const struct td_weight_init *init) {
    if (!name || !*name) {
        td_graph_error(g, TD_BAD_INPUT, "a weight needs a name");
        return -1;
    }
    if (!may_add(g, name, rows, cols))
        return -1;
    struct td_slice *slices = grow(g, g->slices, g->n_slices, &g->slices_room, sizeof *slices);
    if (!slices)
        return -1;
    g->slices = slices;
    td_node node = add_leaf(g, TD_NODE_WEIGHT, name, rows, cols, g->n_slices);
    if (node < 0)
        return -1;
    struct td_slice *s = &slices[g->n_slices++];
    *s = (struct td_slice){.name = g->nodes[node].name, .rows = rows, .cols = cols};
    if (init)
        s->init = *init;
    const struct td_kind *kind = init && init->scheme ? (const void *)init->scheme : NULL;
    if (kind && kind->params_size && init->params &&
        !(s->init.params =
              td_params_copy(g->arena, kind->params, kind->params_size, init->params))) {
        td_graph_error(g, TD_FAILED, "out of memory");
        return -1;
    }
    return node;
}

/* The op's attrs in the graph's arena: a copy, or the defaults of its table. */
static td_status copy_attrs(struct td_graph *g, struct td_apply *a, const void *attrs,
                            struct td_error *err) {
    const struct td_kind *kind = &a->op->kind;
    if (!kind->params_size)
        return TD_OK;
    if (attrs) {
        a->attrs = td_params_copy(g->arena, kind->params, kind->params_size, attrs);
        return a->attrs ? TD_OK : td_fail_memory(err, kind->params_size);
    }
    const char *const none[] = {NULL};
    void *defaults = td_arena_alloc(g->arena, kind->params_size);
    a->attrs = defaults;
    return defaults
               ? td_params_from_text(kind->params, none, g->arena, defaults, kind->params_size, err)
               : td_fail_memory(err, kind->params_size);
}

static td_status connect(struct td_graph *g, struct td_graph_apply *entry, size_t n_in,
                         const td_node *in, struct td_error *err) {
    struct td_apply *a = entry->apply;
    if (n_in < a->op->min_in || n_in > a->op->max_in || n_in > TD_OP_INPUTS)
        return td_fail(err, TD_BAD_INPUT, "%zu inputs given, %zu to %zu allowed", n_in,
                       a->op->min_in, a->op->max_in);
    a->n_in = n_in;
    for (size_t i = 0; i < n_in; i++) {
        if (in[i] < 0 || (size_t)in[i] >= g->n_nodes)
            return td_fail(err, TD_BAD_INPUT, "input %zu is not a tensor of this graph", i);
        entry->in[i] = in[i];
        a->in[i] = g->nodes[in[i]].tensor;
    }
    return TD_OK;
}

static uint32_t ordinal(const struct td_graph *g, const struct td_op *op) {
    uint32_t n = 0;
    for (size_t i = 0; i < g->n_applies; i++)
        n += g->applies[i].apply->op == op;
    return n;
}

static td_status make_apply(struct td_graph *g, struct td_graph_apply *entry,
                            const struct td_op *op, const void *attrs, size_t n_in,
                            const td_node *in, struct td_error *err) {
    struct td_apply *a = td_arena_alloc(g->arena, sizeof *a);
    if (!a)
        return td_fail_memory(err, sizeof *a);
    entry->apply = a;
    a->op = op;
    a->layer = ordinal(g, op);
    td_status status = copy_attrs(g, a, attrs, err);
    if (!status)
        status = connect(g, entry, n_in, in, err);
    if (!status)
        status = op->shape(a, err);
    if (!status && a->n_state && !*entry->name)
        status = td_fail(err, TD_BAD_INPUT, "an op with state needs a name");
    return status;
}

td_node td_graph_apply(struct td_graph *g, const struct td_op *op, const void *attrs, size_t n_in,
                       const td_node *in, const char *name) {
    struct td_graph_apply entry = {.name = td_arena_strdup(g->arena, name ? name : "")};
    struct td_error err = {0};
    if (g->error.status)
        return -1;
    if (!entry.name) {
        td_graph_error(g, TD_FAILED, "out of memory");
        return -1;
    }
    if (make_apply(g, &entry, op, attrs, n_in, in, &err)) {
        td_fail_in(&err, "op %s \"%s\"", op->kind.name, entry.name);
        td_graph_keep_error(g, &err);
        return -1;
    }
    if (!may_add(g, entry.name, entry.apply->out.rows, entry.apply->out.cols))
        return -1;
    struct td_graph_apply *applies =
        grow(g, g->applies, g->n_applies, &g->applies_room, sizeof *applies);
    if (!applies)
        return -1;
    g->applies = applies;
    applies[g->n_applies] = entry;
    return add_node(g, TD_NODE_OP, entry.name, g->n_applies++, &entry.apply->out);
}

struct td_weights *td_graph_weights(struct td_graph *g) {
    return g->weights;
}

struct td_tensor *td_graph_tensor(struct td_graph *g, td_node node) {
    return node >= 0 && (size_t)node < g->n_nodes ? g->nodes[node].tensor : NULL;
}

struct td_tensor *td_graph_find(struct td_graph *g, const char *name) {
    if (!*name)
        return NULL;
    for (size_t i = 0; i < g->n_nodes; i++)
        if (strcmp(g->nodes[i].name, name) == 0)
            return g->nodes[i].tensor;
    return NULL;
}

static const char *name_of_kind(const struct td_graph *g, size_t i, bool control) {
    for (size_t k = 0; k < g->n_nodes; k++)
        if (*g->nodes[k].name && g->nodes[k].control == control && i-- == 0)
            return g->nodes[k].name;
    return NULL;
}

const char *td_graph_name(const struct td_graph *g, size_t i) {
    return name_of_kind(g, i, false);
}

const char *td_graph_control_name(const struct td_graph *g, size_t i) {
    return name_of_kind(g, i, true);
}

size_t td_graph_bytes(const struct td_graph *g) {
    return g->bytes;
}

void td_graph_forward(struct td_graph *g, const struct td_run *run) {
    for (size_t i = 0; i < g->n_applies; i++) {
        struct td_apply *a = g->applies[i].apply;
        a->op->forward(a, run);
    }
}

void td_graph_backward(struct td_graph *g, const struct td_run *run) {
    for (size_t i = 0; i < g->n_idle; i++)
        memset(g->weights->grad + g->idle[i].offset, 0, g->idle[i].n * sizeof(real));
    if (!g->loss || !g->loss->g)
        return;
    g->loss->g[0] = 1;
    for (size_t i = 0; i < g->n_backward; i++) {
        struct td_graph_apply *entry = g->backward[i];
        for (size_t k = 0; k < entry->n_clear; k++) {
            struct td_tensor *t = entry->clear[k];
            memset(t->g, 0, t->rows * t->cols * sizeof *t->g);
        }
        entry->apply->op->backward(entry->apply, run);
    }
}
