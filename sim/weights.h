/* A network's trainable numbers as one flat vector with named slices, so that optimizers are one
   loop, checkpoints one block, and graphs of different batch sizes share them. */
#ifndef TD_SIM_WEIGHTS_H
#define TD_SIM_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

#include "numeric/param.h"
#include "numeric/real.h"
#include "numeric/status.h"

/* How one matrix is drawn; `scheme` NULL: the constant `value` (biases 0, gains 1). */
struct td_weight_init {
    const struct td_init *scheme; /* sim/init.h */
    const void *params;           /* its struct */
    double value;
    double fan_in, fan_out; /* 0: from the shape (out, in) */
};

struct td_slice {
    const char *name; /* "hidden.3.weight" */
    size_t offset, rows, cols;
    struct td_weight_init init;
    real decay; /* 1: weight decay applies (whatever a scheme draws: matrices); 0: it does not
                   (constants: biases, gains) */
};

/* The state of one op, called by the op's name in the graph ("hidden.3.norm"). */
struct td_state_slice {
    const char *name;
    size_t offset, n;
};

struct td_weights {
    size_t n;    /* padded so that every slice starts on TD_ALIGN bytes; padding stays 0 */
    real *theta; /* (n) values */
    real *grad;  /* (n) d loss / d theta; NULL as long as no graph with a loss uses them */
    size_t n_slices;
    struct td_slice *slices;
    size_t n_state; /* reals of op state (running moments) */
    real *state;
    size_t n_state_slices;
    struct td_state_slice *state_slices;
    struct td_arena *arena; /* holds names and parameters */
};

/* Weights of their own, all 0, for graphs to share: offsets and decay are set here, names and
   params are copied. td_graph_plan calls this for graphs that share nothing. */
td_status td_weights_create(const struct td_slice *slices, size_t n_slices,
                            const struct td_state_slice *states, size_t n_states,
                            struct td_weights **out, struct td_error *err);
void td_weights_free(struct td_weights *w);

/* Makes sure that w->grad exists. */
td_status td_weights_need_grad(struct td_weights *w, struct td_error *err);

/* TD_OK if some slice is called `prefix` or lies under it (sim/names.h); else TD_BAD_INPUT with the
   nearest name, after `where` ("events.2.what"). Reads only the slices' names. */
td_status td_weights_check_under(const struct td_weights *w, const char *prefix, const char *where,
                                 struct td_error *err);

struct td_slice *td_weights_find(struct td_weights *w, const char *name); /* NULL: no such slice */
struct td_state_slice *td_weights_find_state(struct td_weights *w, const char *name);

/* Draws every slice: slice i uses draw (step 0, layer i) of stream (seed, "init"). Op state becomes
   0, which every op takes for "not yet run". */
td_status td_weights_init(struct td_weights *w, uint64_t seed, struct td_error *err);

#endif
