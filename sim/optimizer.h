/* Optimizers: one fused pass over the flat weights a step. */
#ifndef TD_SIM_OPTIMIZER_H
#define TD_SIM_OPTIMIZER_H

#include "numeric/kind.h"
#include "sim/weights.h"

struct td_optimizer {
    struct td_kind kind;
    size_t n_moments; /* vectors of td_weights.n reals that it keeps (0 SGD, 1 momentum, 2 Adam) */
    /* theta -= update(grad). `lr`: the schedule's value at this step; step counts from 0. */
    void (*step)(const void *params, struct td_weights *w, real *const *moments, double lr,
                 uint64_t step);
    double (*rate)(const void *params); /* the base learning rate */
};
extern struct td_registry td_optimizers;

struct td_schedule {
    struct td_kind kind;
    /* Factor on the base learning rate at `step` of `steps`. */
    double (*factor)(const void *params, uint64_t step, uint64_t steps);
};
extern struct td_registry td_schedules;

#endif
