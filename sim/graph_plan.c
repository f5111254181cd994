#include <stdlib.h>
#include <string.h>

#include "sim/graph_internal.h"

/* Memory is laid out twice by the same code: once to add up sizes (base NULL), once to hand out
   addresses. */
struct layout {
    unsigned char *base;
    size_t used;
    bool overflow;
};

static void *place(struct layout *layout, size_t n, size_t size) {
    size_t bytes, at = layout->used;
    if (!td_mul(n, size, &bytes) || __builtin_add_overflow(bytes, TD_ALIGN - 1, &bytes) ||
        __builtin_add_overflow(at, bytes / TD_ALIGN * TD_ALIGN, &layout->used) ||
        layout->used > PTRDIFF_MAX)
        layout->overflow = true;
    return layout->base && n ? layout->base + at : NULL;
}

static size_t size_of(const struct td_tensor *t) {
    return t->rows * t->cols;
}

/* Which tensors need d loss / d tensor: those between a weight (or an input whose gradient is
   wanted) and the loss. */
static void mark_gradients(struct td_graph *g, td_node loss) {
    for (size_t i = 0; i < g->n_nodes; i++) {
        struct td_graph_node *node = &g->nodes[i];
        node->gradient = loss >= 0 && (node->kind == TD_NODE_WEIGHT || node->wanted);
        if (node->kind != TD_NODE_OP)
            continue;
        const struct td_graph_apply *entry = &g->applies[node->index];
        for (size_t k = 0; k < entry->apply->n_in; k++)
            node->gradient |= g->nodes[entry->in[k]].gradient;
    }
    /* `written` serves here as "the loss depends on it". */
    if (loss >= 0)
        g->nodes[loss].written = true;
    for (size_t i = g->n_nodes; i-- > 0;) {
        struct td_graph_node *node = &g->nodes[i];
        if (node->kind == TD_NODE_OP && node->written) {
            const struct td_graph_apply *entry = &g->applies[node->index];
            for (size_t k = 0; k < entry->apply->n_in; k++)
                g->nodes[entry->in[k]].written = true;
        }
        node->gradient &= node->written || node->kind == TD_NODE_INPUT;
        node->written = false;
    }
}

static bool occurs_twice(const struct td_graph_apply *entry, size_t i) {
    for (size_t k = 0; k < entry->apply->n_in; k++)
        if (k != i && entry->in[k] == entry->in[i])
            return true;
    return false;
}

/* add[] of one op: everything that runs before it in backward has been through here. */
static void set_add_flags(struct td_graph *g, struct td_graph_apply *entry) {
    struct td_apply *a = entry->apply;
    for (size_t i = 0; i < a->n_in; i++) {
        struct td_graph_node *in = &g->nodes[entry->in[i]];
        bool twice = occurs_twice(entry, i);
        a->add[i] = in->written || twice;
        if (twice && !in->written && in->gradient)
            entry->clear[entry->n_clear++] = a->in[i];
        in->written |= in->gradient;
    }
}

static bool propagates(const struct td_graph *g, const struct td_graph_apply *entry) {
    for (size_t i = 0; i < entry->apply->n_in; i++)
        if (g->nodes[entry->in[i]].gradient)
            return true;
    return false;
}

static td_status order_backward(struct td_graph *g, struct td_error *err) {
    g->backward = calloc(g->n_applies + 1, sizeof *g->backward);
    if (!g->backward)
        return td_fail_memory(err, g->n_applies * sizeof *g->backward);
    for (size_t i = g->n_nodes; i-- > 0;) {
        const struct td_graph_node *node = &g->nodes[i];
        struct td_graph_apply *entry = node->kind == TD_NODE_OP ? &g->applies[node->index] : NULL;
        if (!entry || !node->gradient || !propagates(g, entry))
            continue;
        set_add_flags(g, entry);
        g->backward[g->n_backward++] = entry;
    }
    return TD_OK;
}

static td_status new_weights(struct td_graph *g, struct td_error *err) {
    struct td_state_slice *states = calloc(g->n_applies + 1, sizeof *states);
    if (!states)
        return td_fail_memory(err, g->n_applies * sizeof *states);
    size_t n_states = 0;
    for (size_t i = 0; i < g->n_applies; i++)
        if (g->applies[i].apply->n_state)
            states[n_states++] = (struct td_state_slice){.name = g->applies[i].name,
                                                         .n = g->applies[i].apply->n_state};
    td_status status =
        td_weights_create(g->slices, g->n_slices, states, n_states, &g->weights, err);
    g->owns_weights = !status;
    free(states);
    return status;
}

static td_status find_weights(struct td_graph *g, struct td_error *err) {
    for (size_t i = 0; i < g->n_slices; i++) {
        const struct td_slice *want = &g->slices[i];
        const struct td_slice *have = td_weights_find(g->weights, want->name);
        if (!have)
            return td_fail(err, TD_BAD_INPUT, "the shared weights have no \"%s\"", want->name);
        if (have->rows != want->rows || have->cols != want->cols)
            return td_fail(err, TD_BAD_INPUT,
                           "weight \"%s\" is %zu x %zu in this graph, %zu x %zu in the shared ones",
                           want->name, want->rows, want->cols, have->rows, have->cols);
    }
    for (size_t i = 0; i < g->n_applies; i++) {
        size_t n = g->applies[i].apply->n_state;
        const char *name = g->applies[i].name;
        const struct td_state_slice *have = n ? td_weights_find_state(g->weights, name) : NULL;
        if (n && (!have || have->n != n))
            return td_fail(err, TD_BAD_INPUT,
                           "op \"%s\" needs %zu numbers of state, the shared weights have %zu",
                           name, n, have ? have->n : 0);
    }
    return TD_OK;
}

static void bind_weights(struct td_graph *g) {
    for (size_t i = 0; i < g->n_nodes; i++) {
        struct td_graph_node *node = &g->nodes[i];
        if (node->kind != TD_NODE_WEIGHT)
            continue;
        const struct td_slice *s = td_weights_find(g->weights, node->name);
        node->tensor->v = g->weights->theta + s->offset;
        node->tensor->g = node->gradient ? g->weights->grad + s->offset : NULL;
    }
    for (size_t i = 0; i < g->n_applies; i++)
        if (g->applies[i].apply->n_state)
            g->applies[i].apply->state =
                g->weights->state + td_weights_find_state(g->weights, g->applies[i].name)->offset;
}

/* The slices whose gradient no op of this graph writes. */
static td_status list_idle(struct td_graph *g, struct td_error *err) {
    g->idle = calloc(g->weights->n_slices + 1, sizeof *g->idle);
    if (!g->idle)
        return td_fail_memory(err, g->weights->n_slices * sizeof *g->idle);
    for (size_t i = 0; i < g->weights->n_slices; i++) {
        const struct td_slice *s = &g->weights->slices[i];
        const struct td_tensor *t = td_graph_find(g, s->name);
        if (!t || t->g != g->weights->grad + s->offset)
            g->idle[g->n_idle++] =
                (struct td_graph_idle){.offset = s->offset, .n = s->rows * s->cols};
    }
    return TD_OK;
}

/* Values and gradients in the order in which forward touches them. */
static void place_tensors(struct td_graph *g, struct layout *layout) {
    for (size_t i = 0; i < g->n_nodes; i++) {
        const struct td_graph_node *node = &g->nodes[i];
        if (node->kind == TD_NODE_WEIGHT)
            continue;
        struct td_tensor *t = node->tensor;
        t->v = place(layout, size_of(t), sizeof *t->v);
        if (node->kind == TD_NODE_OP) {
            struct td_apply *a = g->applies[node->index].apply;
            a->work = place(layout, a->n_work, sizeof *a->work);
            a->plan = place(layout, a->n_plan, 1);
        }
    }
    size_t n_scratch = 0;
    for (size_t i = 0; i < g->n_applies; i++)
        if (g->applies[i].apply->n_scratch > n_scratch)
            n_scratch = g->applies[i].apply->n_scratch;
    real *scratch = place(layout, n_scratch, sizeof *scratch);
    for (size_t i = 0; i < g->n_applies; i++)
        g->applies[i].apply->scratch = scratch;
    for (size_t i = 0; i < g->n_nodes; i++) {
        struct td_graph_node *node = &g->nodes[i];
        if (node->kind != TD_NODE_WEIGHT)
            node->tensor->g =
                node->gradient ? place(layout, size_of(node->tensor), sizeof(real)) : NULL;
    }
}

static td_status allocate(struct td_graph *g, struct td_error *err) {
    struct layout layout = {0};
    place_tensors(g, &layout);
    if (layout.overflow)
        return td_fail(err, TD_FAILED, "the network's tensors exceed the address space");
    g->memory = td_calloc(layout.used, 1);
    if (!g->memory)
        return td_fail_memory(err, layout.used);
    g->bytes = layout.used;
    layout = (struct layout){.base = g->memory};
    place_tensors(g, &layout);
    return TD_OK;
}

static td_status plan_kernels(struct td_graph *g, struct td_error *err) {
    for (size_t i = 0; i < g->n_applies; i++) {
        struct td_apply *a = g->applies[i].apply;
        td_status status = a->op->plan ? a->op->plan(a, err) : TD_OK;
        if (status)
            return td_fail_in(err, "op %s \"%s\"", a->op->kind.name, g->applies[i].name);
    }
    return TD_OK;
}

static td_status check_request(const struct td_graph *g, td_node loss, struct td_error *err) {
    if (g->error.status)
        return td_fail(err, g->error.status, "%s", g->error.message);
    if (g->planned)
        return td_fail(err, TD_BAD_INPUT, "td_graph_plan called twice");
    if (loss < 0)
        return TD_OK;
    if ((size_t)loss >= g->n_nodes)
        return td_fail(err, TD_BAD_INPUT, "the loss is not a tensor of this graph");
    const struct td_tensor *t = g->nodes[loss].tensor;
    if (t->rows != 1 || t->cols != 1)
        return td_fail(err, TD_BAD_INPUT, "the loss \"%s\" is %zu x %zu: it must be 1 x 1",
                       g->nodes[loss].name, t->rows, t->cols);
    return TD_OK;
}

td_status td_graph_plan(struct td_graph *g, td_node loss, struct td_weights *share,
                        struct td_error *err) {
    td_status status = check_request(g, loss, err);
    if (status)
        return status;
    g->planned = true;
    mark_gradients(g, loss);
    g->loss = loss < 0 ? NULL : g->nodes[loss].tensor;
    g->weights = share;
    status = share ? find_weights(g, err) : new_weights(g, err);
    if (!status && g->loss)
        status = td_weights_need_grad(g->weights, err);
    if (!status)
        status = allocate(g, err);
    if (!status) {
        bind_weights(g);
        status = g->loss ? list_idle(g, err) : TD_OK;
    }
    if (!status)
        status = order_backward(g, err);
    if (!status)
        status = plan_kernels(g, err);
    if (!status && !share)
        g->bytes += (2 * g->weights->n + g->weights->n_state) * sizeof(real);
    return status;
}
