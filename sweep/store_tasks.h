/* Which tasks a store holds: a hash table from (id, observed) to status. */
#ifndef TD_SWEEP_STORE_TASKS_H
#define TD_SWEEP_STORE_TASKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sweep/record.h"

struct td_stored_task {
    char id[TD_ID_CHARS + 1]; /* "" marks an empty slot */
    enum td_task_status status;
    uint64_t observed;
};
struct td_stored_tasks {
    size_t n, n_slots;
    struct td_stored_task *slots;
};

/* Adds a task, or its newer status: what is done or diverged stays so whatever failed before or
   after. *added (may be NULL): it was not there. false: memory was short. */
bool td_stored_tasks_put(struct td_stored_tasks *tasks, const char *id, uint64_t observed,
                         enum td_task_status status, bool *added);
const struct td_stored_task *td_stored_tasks_find(const struct td_stored_tasks *tasks,
                                                  const char *id, uint64_t observed);
void td_stored_tasks_free(struct td_stored_tasks *tasks);

#endif
