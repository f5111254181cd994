/* What a long computation may ask of whoever runs it: keep my state, is it time to stop, here is a
   value. The sweep layer implements it (store, checkpoints, signals); a NULL task means "nobody
   listens": state is not kept, poll says go on, values are dropped. */
#ifndef TD_NUMERIC_TASK_H
#define TD_NUMERIC_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/status.h"

struct td_task;

enum { TD_SITE_MAX = 64, TD_ARRAY_DIMS = 4 };

struct td_task_ops {
    td_status (*state)(struct td_task *, const char *name, void *ptr, size_t bytes, bool *restored,
                       struct td_error *);
    td_status (*poll)(struct td_task *, struct td_error *);
    td_status (*emit)(struct td_task *, const char *measure, const char *site, int64_t step,
                      double value, const char *flag, struct td_error *);
    td_status (*emit_array)(struct td_task *, const char *measure, const char *site, int64_t step,
                            size_t ndim, const size_t *shape, const double *v, struct td_error *);
    td_status (*end)(struct td_task *, struct td_error *); /* NULL: ends are not kept */
};
struct td_task {
    const struct td_task_ops *ops; /* the implementation follows in memory */
};

/* Registers memory that the task must keep to go on bit for bit. If the task is being resumed, ptr
   is overwritten with the stored bytes and *restored (may be NULL) becomes true. Register
   everything after it is initialised and before the loop starts; a step counter belongs to it. The
   memory must stay valid until run() returns or the name is released (the same call with ptr NULL,
   bytes 0); a released name may be used anew, for the next training of the same task. */
static inline td_status td_task_state(struct td_task *task, const char *name, void *ptr,
                                      size_t bytes, bool *restored, struct td_error *err) {
    if (restored)
        *restored = false;
    return task ? task->ops->state(task, name, ptr, bytes, restored, err) : TD_OK;
}

/* A safe point: all registered state is consistent. TD_INTERRUPTED: a checkpoint has been written,
   return it to the caller at once. Cheap enough for every training step. */
static inline td_status td_task_poll(struct td_task *task, struct td_error *err) {
    return task ? task->ops->poll(task, err) : TD_OK;
}

/* The end of the trajectory, before anything is measured there: what is registered now is what a
   longer run of the same trajectory has at this point, and what was emitted so far it would have
   emitted as well. Whoever runs the task may keep both for such a run to go on from. */
static inline td_status td_task_end(struct td_task *task, struct td_error *err) {
    return task && task->ops->end ? task->ops->end(task, err) : TD_OK;
}

/* One measured value. `site`: where in the network ("hidden.3", "" if none); `step`: training step,
   layer or iteration, as the experiment documents; `flag`: "" or a warning that travels with it.
   The same (measure, site, step) twice in one task is an error. */
static inline td_status td_task_emit(struct td_task *task, const char *measure, const char *site,
                                     int64_t step, double value, const char *flag,
                                     struct td_error *err) {
    return task ? task->ops->emit(task, measure, site, step, value, flag, err) : TD_OK;
}

/* One measured array, row-major. */
static inline td_status td_task_emit_array(struct td_task *task, const char *measure,
                                           const char *site, int64_t step, size_t ndim,
                                           const size_t *shape, const double *v,
                                           struct td_error *err) {
    return task ? task->ops->emit_array(task, measure, site, step, ndim, shape, v, err) : TD_OK;
}

#endif
