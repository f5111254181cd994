/* A static computational graph: built once per network and batch size, planned once (memory,
   kernels), then run many times without allocation, one indirect call an op.

   A tensor is a row-major matrix (rows, cols). In networks rows are features and columns are the
   samples of the batch: a layer's activations are (width, batch), weights are (out, in). Data sets
   keep samples as rows (n, d); loading a batch transposes.

   Building never needs a check a call: the first error sticks in the graph, later calls return -1,
   and td_graph_plan reports it. */
#ifndef TD_SIM_GRAPH_H
#define TD_SIM_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/kind.h"
#include "numeric/memory.h"
#include "numeric/random.h"
#include "numeric/real.h"
#include "numeric/status.h"
#include "sim/weights.h"

struct td_graph;
typedef int32_t td_node; /* a tensor of the graph; -1: an error has stuck */

enum { TD_OP_INPUTS = 5 };

struct td_tensor {
    size_t rows, cols;
    real *v; /* (rows, cols) values */
    real *g; /* (rows, cols) d loss / d v; NULL if no gradient flows here */
};

/* One run's circumstances; the same for every op of the graph. */
struct td_run {
    bool training;            /* false: dropout is the identity, batch norm uses running moments */
    uint64_t step;            /* training step: addresses random draws */
    struct td_stream dropout; /* stream of purpose "dropout" */
};

/* One application of an op. */
struct td_apply {
    const struct td_op *op;
    const void *attrs; /* the op's parameter struct (op->kind.params_size bytes); NULL if none */
    size_t n_in;
    struct td_tensor *in[TD_OP_INPUTS];
    bool add[TD_OP_INPUTS]; /* backward adds into in[i]->g (another op wrote it) or overwrites it */
    struct td_tensor out;
    uint32_t layer; /* ordinal among the ops of its kind in this graph: addresses random draws,
                       which therefore stay what they are when ops of other kinds are added */
    /* Asked for in op->shape, allocated by the graph (zeroed). */
    size_t n_work; /* reals kept from forward to backward */
    real *work;
    size_t n_scratch; /* reals used within one forward or backward; all ops share the same memory */
    real *scratch;
    size_t n_plan; /* bytes for plans (struct td_gemm ...), filled in op->plan */
    void *plan;
    size_t n_state; /* reals that persist from step to step and belong to checkpoints (running
                       moments); they live in td_weights.state, shared between graphs */
    real *state;
};

/* Shapes of one example application, for the gradient test. */
struct td_op_example {
    size_t n_in, rows[TD_OP_INPUTS], cols[TD_OP_INPUTS];
    bool no_gradient[TD_OP_INPUTS]; /* e.g. labels */
    bool label[TD_OP_INPUTS];       /* values are class indices 0 .. n_classes - 1 */
    size_t n_classes;
    const char *attrs[12]; /* name, text, name, text, NULL */
};

/* A graph op. forward reads in[i]->v and writes out.v; backward reads out.g (and in, out, work) and
   writes or adds in[i]->g for every i with in[i]->g != NULL, honouring add[i]; it leaves all values
   and out.g as they are. One tensor may be several inputs: then add[i] is set for all of them. */
struct td_op {
    struct td_kind kind;
    size_t min_in, max_in;
    /* Checks the inputs' shapes (and the attrs, which C programs fill by hand) and sets out.rows,
       out.cols, n_work, n_scratch, n_plan, n_state. */
    td_status (*shape)(struct td_apply *a, struct td_error *err);
    /* Once pointers are known: plan kernels. NULL: nothing to plan. */
    td_status (*plan)(struct td_apply *a, struct td_error *err);
    void (*forward)(struct td_apply *a, const struct td_run *run);
    void (*backward)(struct td_apply *a, const struct td_run *run);
    /* Shapes of example inputs for the gradient test that walks all ops, variant v = 0, 1, ...:
       fills rows, cols and optionally attrs (text pairs); false: no more variants. */
    bool (*example)(int variant, struct td_op_example *e);
};
extern struct td_registry td_ops;

struct td_graph *td_graph_create(void); /* NULL: no memory */
void td_graph_free(struct td_graph *g);

/* An input of the graph: values are written by the caller before td_graph_forward
   (td_graph_tensor). `gradient`: whether d loss / d input is wanted. */
td_node td_graph_input(struct td_graph *g, const char *name, size_t rows, size_t cols,
                       bool gradient);
/* An input that says how far an op acts ("path.a.silent"): 0 until somebody writes it, no gradient.
   td_graph_find finds it, td_graph_name does not list it; td_graph_control_name does, in order of
   creation, NULL at the end. */
td_node td_graph_control(struct td_graph *g, const char *name, size_t rows, size_t cols);
const char *td_graph_control_name(const struct td_graph *g, size_t i);
/* A trainable matrix; its slice of td_weights is made (or, when the weights are shared, found) by
   name. `init` says how td_weights_init draws it; fan_in and fan_out are taken from (rows, cols)
   = (out, in) unless set. */
td_node td_graph_weight(struct td_graph *g, const char *name, size_t rows, size_t cols,
                        const struct td_weight_init *init);
/* Applies an op; attrs are copied with everything they point at (NULL: the op's defaults). Names
   make tensors findable by measures: "hidden.3"; NULL or "": nameless. An op with state needs a
   name: its state is shared by name like weights. */
td_node td_graph_apply(struct td_graph *g, const struct td_op *op, const void *attrs, size_t n_in,
                       const td_node *in, const char *name);
/* The first error of building, for builders that detect one themselves. */
td_status td_graph_error(struct td_graph *g, td_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Ends building: allocates everything. `loss` (1,1) is where backward starts; -1: forward only, no
   gradient memory. `share`: NULL makes new weights (td_graph_weights, owned by the graph);
   otherwise those, which must have every named weight and op state with the same shape and outlive
   the graph. Memory of new weights is 0: td_weights_init draws them. */
td_status td_graph_plan(struct td_graph *g, td_node loss, struct td_weights *share,
                        struct td_error *err);

struct td_weights *td_graph_weights(struct td_graph *g); /* NULL before td_graph_plan */
/* Shapes are valid at once, pointers after td_graph_plan; NULL for -1. */
struct td_tensor *td_graph_tensor(struct td_graph *g, td_node node);
/* A named tensor or NULL; names in order of creation by td_graph_name(g, i), NULL at the end. */
struct td_tensor *td_graph_find(struct td_graph *g, const char *name);
const char *td_graph_name(const struct td_graph *g, size_t i);
size_t td_graph_bytes(const struct td_graph *g); /* memory planned */

/* Computes every tensor. No allocation. */
void td_graph_forward(struct td_graph *g, const struct td_run *run);
/* After forward with the same run: fills td_weights.grad (overwritten; 0 where the loss does not
   depend on a weight) and every gradient tensor. No allocation. */
void td_graph_backward(struct td_graph *g, const struct td_run *run);

#endif
