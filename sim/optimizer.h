/* Optimizers: one fused pass over the flat weights a step. Learning-rate schedules: factors on an
   optimizer's base rate. */
#ifndef TD_SIM_OPTIMIZER_H
#define TD_SIM_OPTIMIZER_H

#include <stdbool.h>

#include "numeric/kind.h"
#include "numeric/param.h"
#include "sim/weights.h"

struct td_optimizer {
    struct td_kind kind;
    size_t n_moments; /* vectors of td_weights.n reals that it keeps (0 GD, 1 momentum, 2 Adam) */
    /* theta -= update(grad) for every slice of w and nothing else: a caller that hands over fewer
       slices freezes the others, their moments included. `lr`: the schedule's value at this step;
       step counts from 0. */
    void (*step)(const void *params, struct td_weights *w, real *const *moments, double lr,
                 uint64_t step);
    double (*rate)(const void *params); /* the base learning rate */
    bool full_batch;                    /* every step takes the whole training set */
};
extern struct td_registry td_optimizers; /* gd, sgd, adam, adamw */

struct td_schedule {
    struct td_kind kind;
    /* Factor on the base learning rate at `step` of `steps`. */
    double (*factor)(const void *params, uint64_t step, uint64_t steps);
    bool open_ended; /* the factor does not depend on `steps`: longer runs begin alike */
};
extern struct td_registry td_schedules; /* constant, step, linear, cosine, exponential */
extern const struct td_schedule td_schedule_constant;

/* What every schedule shares: a linear warm-up before it begins. */
struct td_schedule_common {
    int64_t warmup; /* steps */
};
extern const struct td_param td_schedule_common_params[];

/* The factor at `step` of `steps`: during warm-up (step + 1) / warmup, afterwards the schedule's
   own over what remains. `schedule->common` is a struct td_schedule_common or NULL (no warm-up). */
double td_schedule_factor(const struct td_part *schedule, uint64_t step, uint64_t steps);

#endif
