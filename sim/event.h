/* Events: what is done to a training run from one step to another (frozen weights, a changed
   learning rate, noise). An event is a function of the step, so it has no state of its own that a
   checkpoint would have to keep; random ones draw from a stream of their own. */
#ifndef TD_SIM_EVENT_H
#define TD_SIM_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "numeric/kind.h"
#include "numeric/param.h"
#include "numeric/random.h"
#include "sim/weights.h"

struct td_dataset; /* sim/dataset.h */

/* What every event of a list shares: it acts on the steps at <= step < until. */
struct td_event_common {
    int64_t at;
    int64_t until; /* -1: to the end of training */
};
extern const struct td_param td_event_common_params[];

/* How far a pathway's gate is closed, 0 .. 1 each (td_op_gate). */
struct td_gate {
    double silent, detached;
};

struct td_event {
    struct td_kind kind;
    /* Name prefix of the weights it acts on (sim/names.h); NULL: it acts on none. */
    const char *(*what)(const void *params);
    bool freezes; /* these weights are left out of the optimizer's step */
    /* Changes the gradient (rows, cols) of one of these weights before clipping; NULL: does not. */
    void (*gradient)(const void *params, size_t n, real *grad);
    /* Changes one of these weights after the step. `noise`: draw (step, slice) of this event's own
       stream. NULL: does not. */
    void (*weights)(const void *params, const struct td_slice *slice, real *theta,
                    struct td_stream noise, uint64_t step, uint32_t layer, real *work);
    /* The learning rate that holds instead of `rate`; NULL: unchanged. */
    double (*rate)(const void *params, double rate);
    /* Closes the gates of the pathways under `what` at a step at which it acts; evaluations between
       two steps are those of the coming one. `draws`: draw (step, 0) of this event's own stream.
       NULL: does not. */
    void (*gate)(const void *params, struct td_stream draws, uint64_t step, struct td_gate *gate);
    /* The feature that it removes from the pathways under `what` while it acts: unit vectors left
       (outputs) and right (data->d). TD_BAD_INPUT: this data set has no such feature. NULL: none.
     */
    td_status (*lesion)(const void *params, const struct td_dataset *data, double *left,
                        double *right, struct td_error *err);
};
extern struct td_registry td_events; /* freeze, scale-gradient, set-rate, noise, gate, silence,
                                        lesion */

/* Whether the event acts at `step`. */
bool td_event_acts(const struct td_part *event, uint64_t step);

/* Refuses intervals that are empty, start beyond the last of `steps`, and names that no weight has.
   `index`: place in the list, for the message. */
td_status td_event_check(const struct td_part *event, size_t index, const struct td_weights *w,
                         uint64_t steps, struct td_error *err);
/* Refuses an event on gates for a network none of whose controls (td_graph_control_name) is under
   its `what`. */
td_status td_event_check_gates(const struct td_part *event, size_t index,
                               const char *const *controls, size_t n, struct td_error *err);

#endif
