/* How a failed task is shown at once: its name, the parameters that tell it from the others of the
   sweep, and the reason. */
#ifndef TD_SWEEP_RUN_FAILURE_H
#define TD_SWEEP_RUN_FAILURE_H

#include <stddef.h>

#include "sweep/plan.h"

enum { TD_FAILURE_TEXT_MAX = 2400 };

/* "selu/training net.depth=8 seed=3 failed (task 5be0...): REASON" */
void td_failure_text(const struct td_plan *plan, size_t task, const char *reason, char *buffer,
                     size_t size);

#endif
