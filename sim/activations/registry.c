#include "sim/activation.h"

extern const struct td_activation td_activation_identity, td_activation_relu,
    td_activation_leaky_relu, td_activation_elu, td_activation_selu, td_activation_gelu,
    td_activation_gelu_tanh, td_activation_silu, td_activation_softplus, td_activation_softsign,
    td_activation_tanh, td_activation_sigmoid, td_activation_sine, td_activation_crrelu,
    td_activation_centred_softplus, td_activation_abs, td_activation_prelu, td_activation_srelu,
    td_activation_formula;

static const struct td_kind *const kinds[] = {
    &td_activation_identity.kind,
    &td_activation_relu.kind,
    &td_activation_leaky_relu.kind,
    &td_activation_elu.kind,
    &td_activation_selu.kind,
    &td_activation_gelu.kind,
    &td_activation_gelu_tanh.kind,
    &td_activation_silu.kind,
    &td_activation_softplus.kind,
    &td_activation_softsign.kind,
    &td_activation_tanh.kind,
    &td_activation_sigmoid.kind,
    &td_activation_sine.kind,
    &td_activation_crrelu.kind,
    &td_activation_centred_softplus.kind,
    &td_activation_abs.kind,
    &td_activation_prelu.kind,
    &td_activation_srelu.kind,
    &td_activation_formula.kind,
    NULL,
};

struct td_registry td_activations = {.family = "activation", .kinds = kinds};
