/* Runs one task of a plan: implements numeric/task.h. Collects what the task emits, keeps its
   registered state in checkpoints (when a stop is asked for, and every so often), and puts it back
   when the task goes on. A finished task's values do not depend on how often it was interrupted.

   State. Registered memory must stay valid until run() returns, or until it is released by
   td_task_state(task, name, NULL, 0, NULL, err). A name may be registered again once released
   (several trainings one after the other); each registration is kept apart. What was emitted before
   the checkpoint may be emitted again with the same bits (a prelude that runs again).

   A task without a checkpoint goes on from the end state of a shorter run, if the store holds one
   that td_experiment.extends accepts, and leaves its own at td_task_end. */
#ifndef TD_SWEEP_TASK_H
#define TD_SWEEP_TASK_H

#include <stdatomic.h>

#include "numeric/task.h"
#include "sweep/extend.h"
#include "sweep/record.h"

struct td_runner;

struct td_runner_options {
    const char *dir;            /* the store's directory; NULL: no checkpoints */
    const char *fingerprint;    /* td_fingerprint() */
    double checkpoint_interval; /* seconds */
    enum td_end_states ends;
    size_t ends_room; /* TD_ENDS_AUTO: bytes of end states that this runner may write */
    int rank;
    const atomic_int *stop; /* besides signals: non-zero asks for a stop; NULL: none */
    /* Called a few times a second while a task polls (to flush logs); NULL: none. */
    void (*idle)(void *context);
    /* A warning for the user (a damaged checkpoint was ignored); NULL: none. */
    void (*note)(void *context, const char *text);
    void *context;
};

td_status td_runner_create(const struct td_runner_options *options, struct td_runner **out,
                           struct td_error *err);
void td_runner_free(struct td_runner *runner);

/* Runs `spec` from its newest checkpoint or from the start and fills *out, which holds until the
   next call. TD_OK: the record is to be stored; it says done, diverged or failed (then `error` has
   the message, and values are dropped). TD_INTERRUPTED: stopped, go on later. Anything else: it is
   not the task that failed. */
td_status td_runner_run(struct td_runner *runner, const struct td_task_spec *spec,
                        struct td_record *out, struct td_error *err);
/* Call once the record is safe on disk: removes the task's checkpoint, if there is one. */
void td_runner_forget(struct td_runner *runner);
/* Whether the last task left a checkpoint on disk. */
bool td_runner_has_checkpoint(const struct td_runner *runner);

#endif
