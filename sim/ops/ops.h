/* The ops that networks are built from, their attributes and, where theory needs them, their
   constants. Shapes: features are rows, samples are columns; B = number of samples. */
#ifndef TD_SIM_OPS_OPS_H
#define TD_SIM_OPS_OPS_H

#include "numeric/param.h"
#include "sim/graph.h"

/* y = f(W x + b). Inputs: W (out, in), X (in, B), then, each only if there is one, b (out, 1) and
   the activation's learned coefficients (n_learned, 1). Output (out, B). Fused and unfused (dense,
   then td_op_activation) give the same bits. */
extern const struct td_op td_op_dense;
/* y = f(x). Inputs: X (rows, B) and the activation's learned coefficients if it has any. */
extern const struct td_op td_op_activation;
struct td_activation_attrs {   /* of both */
    struct td_part activation; /* of td_activations; kind NULL: identity */
};

/* Inputs X (rows, B), gain (rows, 1), shift (rows, 1): each feature over the batch to mean 0 and
   variance 1, then gain and shift. Training uses the batch's moments (variance divided by B) and
   updates running = (1 - momentum) running + momentum batch (variance divided by B - 1; starts at
   mean 0, variance 1); otherwise the running moments are used. */
extern const struct td_op td_op_batch_norm;
/* Inputs X (rows, B) and, optionally, gain (rows, 1), shift (rows, 1): each sample over its
   features to mean 0 and variance 1 (divided by rows), then gain and shift. */
extern const struct td_op td_op_layer_norm;
struct td_norm_attrs {
    double eps;      /* added to the variance */
    double momentum; /* batch norm only */
};

/* W = g v / |v|, row by row. Inputs v (out, in), g (out, 1); output the matrix (out, in). A row
   v = 0 gives W = 0 and no gradient. */
extern const struct td_op td_op_weight_norm;

/* Training: each element is 0 with probability rate, else divided by 1 - rate. Otherwise, and at
   rate 0, the identity, bit for bit. Element i of (rows, B) uses element i of the draw
   (run->step, layer) of run->dropout. */
extern const struct td_op td_op_dropout;
struct td_dropout_attrs {
    double rate; /* in [0, 1) */
};

/* Training: each element becomes the SELU limit alpha' = -lambda alpha with probability rate, then
   all go through a x + b, which keeps mean and variance at (mean, variance) if they were there.
   Otherwise, and at rate 0, the identity. Draws as dropout, apart from it. */
extern const struct td_op td_op_alpha_dropout;
struct td_alpha_dropout_attrs {
    double rate;           /* in [0, 1) */
    double mean, variance; /* the fixed point (m0, v0), default (0, 1) */
};
/* With q = 1 - rate: a = sqrt(v0 / (q ((1 - q) (alpha' - m0)^2 + v0))), b = m0 - a (q m0 + (1 - q)
   alpha'), *dropped = a alpha' + b: what a dropped element becomes. TD_BAD_INPUT unless rate is in
   [0, 1), m0 finite and v0 > 0. (Klambauer et al. 2017, section "new dropout technique") */
td_status td_alpha_dropout_constants(double rate, double m0, double v0, double *a, double *b,
                                     double *dropped, struct td_error *err);

/* Sum of 2 to 5 tensors of one shape (residual connections). */
extern const struct td_op td_op_add;
/* A highway layer's output. Inputs h, t, x, all (rows, B): y = h t + x (1 - t), element by element,
   h what the layer computes, t its transform gate in [0, 1], x what it received. */
extern const struct td_op td_op_highway;
/* 2 to 5 tensors with the same number of columns, one below the other. */
extern const struct td_op td_op_concat_rows;
/* factor times x. */
extern const struct td_op td_op_scale;
struct td_scale_attrs {
    double factor;
};

/* A pathway's gate. Inputs X (rows, B), silent (1, 1), detached (1, 1), both controls:
   y = (1 - silent) x, dx = (1 - silent) (1 - detached) dy. Both 0, the gate is open: y = x. */
extern const struct td_op td_op_gate;
/* Removes directions. Inputs X (rows, B) and D (rows, k), whose columns are orthonormal or 0:
   y = x - D D^T x. All columns 0: y = x. */
extern const struct td_op td_op_project_out;

/* Losses: output (1, 1), the mean over the B samples. Inputs: predictions or logits (K, B) and the
   target, either of the same shape or, for K >= 2, class labels (1, B): whole numbers 0 .. K - 1,
   standing for one-hot columns. A label outside makes the loss NaN. */

/* sum or mean over k of (y_k - t_k)^2. */
extern const struct td_op td_op_mse;
/* sum or mean over k of -t_k ln s(z_k) - (1 - t_k) ln(1 - s(z_k)), s the logistic function. */
extern const struct td_op td_op_sigmoid_cross_entropy;
struct td_loss_attrs {
    int outputs; /* enum td_loss_outputs */
};
enum td_loss_outputs { TD_LOSS_MEAN, TD_LOSS_SUM };
/* -sum_k t_k ln softmax(z)_k in nats; K >= 2. */
extern const struct td_op td_op_softmax_cross_entropy;

#endif
