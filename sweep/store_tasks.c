#include "sweep/store_tasks.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { FIRST_SLOTS = 64 };

static struct td_stored_task *slot_of(const struct td_stored_tasks *tasks, const char *id,
                                      uint64_t observed) {
    size_t mask = tasks->n_slots - 1;
    size_t i = (size_t)XXH3_64bits_withSeed(id, strlen(id), observed) & mask;
    for (;; i = (i + 1) & mask) {
        struct td_stored_task *slot = &tasks->slots[i];
        if (!slot->id[0] || (slot->observed == observed && strcmp(slot->id, id) == 0))
            return slot;
    }
}

static bool grow(struct td_stored_tasks *tasks) {
    if (2 * (tasks->n + 1) <= tasks->n_slots)
        return true;
    struct td_stored_tasks larger = {.n = tasks->n,
                                     .n_slots = tasks->n_slots ? 2 * tasks->n_slots : FIRST_SLOTS};
    larger.slots = calloc(larger.n_slots, sizeof *larger.slots);
    if (!larger.slots)
        return false;
    for (size_t i = 0; i < tasks->n_slots; ++i)
        if (tasks->slots[i].id[0])
            *slot_of(&larger, tasks->slots[i].id, tasks->slots[i].observed) = tasks->slots[i];
    free(tasks->slots);
    *tasks = larger;
    return true;
}

bool td_stored_tasks_put(struct td_stored_tasks *tasks, const char *id, uint64_t observed,
                         enum td_task_status status, bool *added) {
    if (!grow(tasks))
        return false;
    struct td_stored_task *slot = slot_of(tasks, id, observed);
    bool is_new = !slot->id[0];
    if (added)
        *added = is_new;
    if (is_new) {
        strcpy(slot->id, id);
        slot->observed = observed;
        slot->status = status;
        ++tasks->n;
    } else if (status != TD_TASK_FAILED) {
        slot->status = status;
    }
    return true;
}

const struct td_stored_task *td_stored_tasks_find(const struct td_stored_tasks *tasks,
                                                  const char *id, uint64_t observed) {
    if (!tasks->n)
        return NULL;
    const struct td_stored_task *slot = slot_of(tasks, id, observed);
    return slot->id[0] ? slot : NULL;
}

void td_stored_tasks_free(struct td_stored_tasks *tasks) {
    free(tasks->slots);
    *tasks = (struct td_stored_tasks){0};
}
