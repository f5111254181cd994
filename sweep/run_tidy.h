/* What killed runs leave in DIR/checkpoints and DIR/ends. */
#ifndef TD_SWEEP_RUN_TIDY_H
#define TD_SWEEP_RUN_TIDY_H

#include "sweep/plan.h"
#include "sweep/store.h"

/* Removes checkpoints of tasks that are stored (killed between record and removal) and those that
   were being written. Looks only at the plan's tasks of --part `part`/`parts` (0/0: all), which
   nobody else runs; call before they run here. */
void td_run_tidy(const struct td_store *store, const struct td_plan *plan, int part, int parts);

#endif
