#include "sim/ops/ops.h"

static const struct td_kind *const kinds[] = {
    &td_op_dense.kind,
    &td_op_activation.kind,
    &td_op_batch_norm.kind,
    &td_op_layer_norm.kind,
    &td_op_weight_norm.kind,
    &td_op_dropout.kind,
    &td_op_alpha_dropout.kind,
    &td_op_add.kind,
    &td_op_highway.kind,
    &td_op_concat_rows.kind,
    &td_op_scale.kind,
    &td_op_gate.kind,
    &td_op_project_out.kind,
    &td_op_mse.kind,
    &td_op_softmax_cross_entropy.kind,
    &td_op_sigmoid_cross_entropy.kind,
    NULL,
};

struct td_registry td_ops = {.family = "op", .kinds = kinds};
