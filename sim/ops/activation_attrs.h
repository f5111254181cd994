/* The attribute that dense and activation share. */
#ifndef TD_SIM_OPS_ACTIVATION_ATTRS_H
#define TD_SIM_OPS_ACTIVATION_ATTRS_H

#include "sim/activation.h"
#include "sim/ops/ops.h"

extern const struct td_param td_activation_table[];

/* The activation of attrs; NULL for the identity. TD_BAD_INPUT if its parameters are missing. */
td_status td_activation_of(const struct td_activation_attrs *attrs, const struct td_activation **f,
                           struct td_error *err);

#endif
