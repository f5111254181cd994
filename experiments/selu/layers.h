/* What selu/propagation sends through: random inputs, one dense layer after another, gradients
   back. Matrices are (width, samples), as everywhere in sim/. Weights are drawn anew whenever they
   are needed (draws are addressed by layer), so memory does not grow with depth squared. */
#ifndef TD_EXPERIMENTS_SELU_LAYERS_H
#define TD_EXPERIMENTS_SELU_LAYERS_H

#include <stdint.h>

#include "numeric/gemm.h"
#include "numeric/param.h"
#include "numeric/random.h"
#include "sim/graph.h"
#include "sim/moment_map.h"
#include "sim/ops/ops.h"

enum td_dropout { TD_DROPOUT_NONE, TD_DROPOUT_PLAIN, TD_DROPOUT_ALPHA };
extern const char *const td_dropout_names[]; /* for TD_CHOICE */

/* What dropout makes of x = (mean, variance), exactly; y = a x + b for what is kept, `dropped`
   otherwise. Returns the factor on the mean squared gradient, a^2 (1 - rate). */
struct td_dropout_constants {
    double a, b, dropped;
};
struct td_dropout_constants td_dropout_constants(enum td_dropout kind, double rate);
double td_drop_moments(enum td_dropout kind, double rate, struct td_moments *x);

/* One op outside a graph: input and output (rows, cols). */
struct td_single_op {
    struct td_apply apply;
    struct td_tensor in, out;
    union {
        struct td_dropout_attrs plain;
        struct td_alpha_dropout_attrs alpha;
    } attrs;
};
/* The training graph's op for a dropout. `out` stays where it is; td_single_op_free, also after an
   error. */
td_status td_single_op_create(enum td_dropout kind, double rate, size_t rows, size_t cols,
                              struct td_single_op *out, struct td_error *err);
void td_single_op_free(struct td_single_op *op);

struct td_layers_options {
    const struct td_part *activation, *init;
    size_t width, samples, depth;
    double noise;       /* each weight times 1 + noise N(0, 1) */
    double weight_mean; /* added to each weight, divided by the width */
    enum td_dropout dropout;
    double rate;
    bool gradients; /* keep what the way back needs */
    uint64_t seed;
};

/* Sums of weights over the units of a layer. */
struct td_weight_sums {
    double omega_mean, omega_var; /* of the sum of a unit's weights */
    double tau_mean;              /* of the sum of its squared weights */
};

struct td_layers; /* buffers and plans; nothing is allocated per layer */
td_status td_layers_create(const struct td_layers_options *options, struct td_layers **out,
                           struct td_error *err);
void td_layers_free(struct td_layers *l);

real *
td_layers_values(struct td_layers *l); /* (width, samples): activations of the layer reached */
real *td_layers_gradient(struct td_layers *l); /* (width, samples): gradient at that layer */
/* From layer - 1 to `layer` (1 .. depth): values are overwritten. */
td_status td_layers_forward(struct td_layers *l, size_t layer, struct td_weight_sums *sums,
                            struct td_error *err);
/* Share of units and samples whose slope in `layer` (the one just computed) counts as saturated. */
double td_layers_saturated(struct td_layers *l, size_t layer);
/* The gradient from `layer` to layer - 1. Needs `gradients`. */
td_status td_layers_backward(struct td_layers *l, size_t layer, struct td_error *err);

#endif
