/* Before a run: which of its tasks are longer versions of stored ones, and whether they go on from
   there or start again, and why. */
#ifndef TD_SWEEP_RUN_LONGER_H
#define TD_SWEEP_RUN_LONGER_H

#include "sweep/extend.h"
#include "sweep/plan.h"

enum {
    TD_LONGER_REASONS = 4, /* told apart; the rest is counted with the last */
    TD_LONGER_TEXT = 300
};

struct td_longer_reason {
    char text[TD_LONGER_TEXT];
    size_t tasks;
    double seconds; /* that they will take, by what the shorter ones took */
};
struct td_longer {
    size_t going_on;
    double share;     /* of the work of those that go on: done */
    double *done;     /* (plan n): share of a task that is done; NULL: nowhere any */
    size_t n_reasons; /* for starting again */
    struct td_longer_reason reasons[TD_LONGER_REASONS];
};

/* Judges plan tasks left[n_left] by what DIR's logs and DIR/ends hold; `stale`: stored tasks that
   are not in the plan (the logs are read only where something can be found). */
td_status td_longer_find(const char *dir, const struct td_plan *plan, const size_t *left,
                         size_t n_left, size_t stale, enum td_end_states ends,
                         struct td_longer *out, struct td_error *err);
void td_longer_free(struct td_longer *longer);

#endif
