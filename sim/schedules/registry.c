/* All learning-rate schedules, one line each. */
#include "sim/schedules/schedules.h"

struct td_registry td_schedules = {
    .family = "schedule",
    .kinds =
        (const struct td_kind *const[]){
            &td_schedule_constant.kind,
            &td_schedule_step.kind,
            &td_schedule_linear.kind,
            &td_schedule_cosine.kind,
            &td_schedule_exponential.kind,
            NULL,
        },
};
