/* What the losses share: targets as a matrix or as class labels. */
#ifndef TD_SIM_OPS_LOSS_H
#define TD_SIM_OPS_LOSS_H

#include "sim/ops/ops.h"

extern const struct td_param td_loss_table[]; /* of struct td_loss_attrs */

/* Checks the target (input 1) against the predictions (input 0) and sets the output to (1, 1). */
td_status td_loss_shape(struct td_apply *a, struct td_error *err);

/* Whether the target holds labels (1, B) that stand for one-hot columns. */
bool td_loss_labelled(const struct td_apply *a);

/* Row k of the target (B): in place, or one-hot made from labels in `buffer` (B). */
const real *td_loss_target_row(const struct td_apply *a, size_t k, real *buffer);

/* 0, or NaN if some label is not one of 0 .. K - 1: to be added to the loss. */
real td_loss_check_labels(const struct td_apply *a);

/* What the sum over samples (and outputs) is multiplied by: 1 / B, or 1 / (B K). */
double td_loss_share(const struct td_apply *a, enum td_loss_outputs outputs);

/* The target's gradient is 0 where it holds labels. Returns whether one has to be computed. */
bool td_loss_target_gradient(struct td_apply *a);

#endif
