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
    real decay; /* 1: weight decay applies (matrices); 0: it does not (biases, gains) */
};

struct td_weights {
    size_t n;    /* padded so that every slice starts on TD_ALIGN bytes; padding stays 0 */
    real *theta; /* (n) values */
    real *grad;  /* (n) d loss / d theta */
    size_t n_slices;
    struct td_slice *slices;
    size_t n_state; /* reals of op state (running moments) */
    real *state;
};

struct td_slice *td_weights_find(struct td_weights *w, const char *name); /* NULL: no such slice */

/* Draws every slice: slice i uses draw (step 0, layer i) of stream (seed, "init"). */
td_status td_weights_init(struct td_weights *w, uint64_t seed, struct td_error *err);

#endif
