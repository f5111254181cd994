/* Bernoulli masks for the dropouts. */
#ifndef TD_SIM_OPS_MASK_H
#define TD_SIM_OPS_MASK_H

#include "sim/graph.h"

/* mask[i] = 0 with probability rate (to 2^-32), else 1, from elements 0 .. n - 1 of the draw
   (run->step, layer) of run->dropout. */
void td_mask_draw(const struct td_run *run, uint32_t layer, double rate, size_t n, real *mask);

/* TD_BAD_INPUT unless rate is in [0, 1). */
td_status td_mask_check_rate(double rate, struct td_error *err);

#endif
