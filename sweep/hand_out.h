/* The ledger of a run, kept by the rank that leads: which tasks are left, who holds how many, in
   what order they go out. Costliest first, so that the last to finish is short; one at a time, or
   a chunk where tasks are so short that asking would cost more than computing. Speaks no MPI. */
#ifndef TD_SWEEP_HAND_OUT_H
#define TD_SWEEP_HAND_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/status.h"

enum { TD_CHUNK_MAX = 64 };   /* tasks handed out at once */
#define TD_CHUNK_SECONDS 0.05 /* work that one chunk should hold */

struct td_hand_out;

/* tasks[n] are the tasks left (numbers of the plan), cost[i] that of tasks[i] in any unit (what is
   not finite and positive counts as 1); both are copied. */
td_status td_hand_out_create(const size_t *tasks, const double *cost, size_t n, int ranks,
                             struct td_hand_out **out, struct td_error *err);
void td_hand_out_free(struct td_hand_out *h);

/* Next tasks for `rank`, up to `max`, into out; returns how many (0: none is left here now). */
size_t td_hand_out_take(struct td_hand_out *h, int rank, size_t max, size_t *out);
/* `rank` gives n tasks back that it has not begun. */
void td_hand_out_give_back(struct td_hand_out *h, int rank, const size_t *tasks, size_t n);
/* `rank` has finished a task that took `seconds`. */
void td_hand_out_finish(struct td_hand_out *h, int rank, size_t task, double seconds);
/* Nothing more goes out (a stop). */
void td_hand_out_close(struct td_hand_out *h);

/* True when no task is left to go out and none is held, or when closed. */
bool td_hand_out_over(const struct td_hand_out *h);
/* Whether `rank` holds tasks that it cannot have begun. */
bool td_hand_out_hoards(const struct td_hand_out *h, int rank);
/* Cost of task number `task` of the plan, as above. */
double td_hand_out_cost(const struct td_hand_out *h, size_t task);

#endif
