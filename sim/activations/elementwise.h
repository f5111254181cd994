/* What the files of this folder share. */
#ifndef TD_SIM_ACTIVATIONS_ELEMENTWISE_H
#define TD_SIM_ACTIVATIONS_ELEMENTWISE_H

#include <stddef.h>

#include "numeric/vec.h"
#include "sim/activation.h"
#include "sim/ops/each.h"

/* |f'| at most this counts as saturated. */
#define TD_SATURATION_SLOPE 0.05

static inline size_t td_kink_at_zero(const void *params, double out[TD_KINKS_MAX]) {
    (void)params;
    out[0] = 0;
    return 1;
}

#endif
