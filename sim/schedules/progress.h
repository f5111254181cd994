#ifndef TD_SIM_SCHEDULES_PROGRESS_H
#define TD_SIM_SCHEDULES_PROGRESS_H

#include <stdint.h>

/* How far a run has come: 0 at the first step, 1 at the last and after it. */
static inline double td_schedule_progress(uint64_t step, uint64_t steps) {
    if (steps <= 1)
        return 0.0;
    return step < steps ? (double)step / (double)(steps - 1) : 1.0;
}

#endif
