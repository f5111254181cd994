/* Steps at which something is measured. */
#ifndef TD_EXPERIMENTS_TRAIN_WHEN_H
#define TD_EXPERIMENTS_TRAIN_WHEN_H

#include <stdint.h>

#include "numeric/memory.h"
#include "numeric/param.h"

/* Like td_steps_expand over [0, last], but steps beyond the run are refused, and so is a schedule
   without any step. `where` opens the message ("measure.2.at"). */
td_status train_when(const struct td_steps *at, int64_t last, const char *where,
                     struct td_arena *arena, size_t *n, const int64_t **steps,
                     struct td_error *err);

#endif
