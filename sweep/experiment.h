/* What can be run: C experiments (one descriptor) and compositions (a YAML file that names one and
   sets its parameters). Both are listed and run by name. */
#ifndef TD_SWEEP_EXPERIMENT_H
#define TD_SWEEP_EXPERIMENT_H

#include <stdint.h>

#include "numeric/kind.h"
#include "numeric/param.h"
#include "numeric/task.h"

struct td_experiment {
    struct td_kind kind; /* "train", "selu/moment-map" */
    unsigned version;    /* raised when the trajectory of equal parameters changes */
    /* Refuses senseless combinations before anything runs; NULL: none. */
    td_status (*check)(const void *params, struct td_error *err);
    /* Relative cost of a task (any unit, for costliest-first hand-out); NULL: all equal. */
    double (*cost)(const void *params);
    /* Whether the task `longer` may go on from the end (td_task_end) of `shorter`, which has the
       same seed and differs at most in what is flagged TD_LENGTH or TD_OBSERVED: every step up to
       that end, and all that is emitted before it, must be the same bytes. *share: length of
       shorter / length of longer, also where it refuses. TD_BAD_INPUT: no, with the reason ("the
       schedule cosine depends on the length of the run"). NULL: never. */
    td_status (*extends)(const void *shorter, const void *longer, double *share,
                         struct td_error *err);
    /* Runs one task. TD_DIVERGED (with the step in the message) and TD_INTERRUPTED are statuses of
       their own. Deterministic in (params, seed). */
    td_status (*run)(struct td_task *task, const void *params, uint64_t seed, struct td_error *err);
    /* Documentation of what it emits: NULL-terminated "measure: meaning [unit]; step is ...". */
    const char *const *emits;
};
extern struct td_registry td_experiments; /* defined in experiments/, passed down by the program */

#endif
