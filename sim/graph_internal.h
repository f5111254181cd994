/* What graph.c (building, running) and graph_plan.c (memory) share. */
#ifndef TD_SIM_GRAPH_INTERNAL_H
#define TD_SIM_GRAPH_INTERNAL_H

#include "sim/graph.h"

enum td_node_kind { TD_NODE_INPUT, TD_NODE_WEIGHT, TD_NODE_OP };

struct td_graph_node {
    enum td_node_kind kind;
    const char *name;         /* "" if nameless */
    struct td_tensor *tensor; /* of an op: &applies[index].apply->out */
    size_t index;             /* into slices or applies */
    bool wanted;              /* input: its gradient is asked for */
    bool control;             /* input: td_graph_control */
    bool gradient;            /* d loss / d tensor is computed */
    bool written;             /* while planning: some op has already written its gradient */
};

struct td_graph_apply {
    struct td_apply *apply;
    const char *name;
    td_node in[TD_OP_INPUTS];
    /* Gradients that backward sets to 0 before the op, which adds into them more than once. */
    size_t n_clear;
    struct td_tensor *clear[TD_OP_INPUTS];
};

/* A stretch of td_weights.grad that the loss does not depend on. */
struct td_graph_idle {
    size_t offset, n;
};

struct td_graph {
    struct td_arena *arena;
    struct td_error error; /* the first one sticks */
    bool planned;

    size_t n_nodes, nodes_room;
    struct td_graph_node *nodes;
    size_t n_applies, applies_room;
    struct td_graph_apply *applies;
    size_t n_slices, slices_room;
    struct td_slice *slices; /* as asked for; td_weights has its own */

    struct td_tensor *loss; /* NULL: forward only */
    struct td_weights *weights;
    bool owns_weights;
    void *memory;
    size_t bytes;
    size_t n_backward; /* ops of backward, in the order they run */
    struct td_graph_apply **backward;
    size_t n_idle;
    struct td_graph_idle *idle;
};

/* Stores an error that `err` holds as the graph's first. */
td_status td_graph_keep_error(struct td_graph *g, const struct td_error *err);

#endif
