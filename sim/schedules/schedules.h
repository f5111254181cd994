/* The learning-rate schedules that come with tdyn. All are 1 at step 0. */
#ifndef TD_SIM_SCHEDULES_SCHEDULES_H
#define TD_SIM_SCHEDULES_SCHEDULES_H

#include "sim/optimizer.h"

/* How far a run has come: 0 at the first step, 1 at the last. */
static inline double td_schedule_progress(uint64_t step, uint64_t steps) {
    return steps > 1 ? (double)step / (double)(steps - 1) : 0.0;
}

extern const struct td_schedule td_schedule_constant, td_schedule_step, td_schedule_linear,
    td_schedule_cosine, td_schedule_exponential;

#endif
