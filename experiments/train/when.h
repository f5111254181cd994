/* Steps at which something is measured. */
#ifndef TD_EXPERIMENTS_TRAIN_WHEN_H
#define TD_EXPERIMENTS_TRAIN_WHEN_H

#include <stdint.h>

#include "numeric/memory.h"
#include "numeric/param.h"

/* What the numbers of a schedule count: steps, or the epochs that begin with them. */
struct train_unit {
    const char *name; /* "step", "epoch" */
    int64_t steps;    /* of one */
};

/* Like td_steps_expand over [0, last], where `last` is the run's last step and the schedule counts
   `unit`s, of which `end` is the last whole one. What lies beyond the run is refused, and so is a
   schedule without any step. `where` opens the message ("measure.2.at"). */
td_status train_when(const struct td_steps *at, struct train_unit unit, int64_t last,
                     const char *where, struct td_arena *arena, size_t *n, const int64_t **steps,
                     struct td_error *err);

#endif
