/* The ranks of one run and how they share its tasks. Each rank has two threads: the main thread
   computes, a clerk (asleep nearly always) alone talks MPI, so that messages are answered while a
   task runs for hours. Rank 0's clerk also keeps the ledger and shows progress. Alone, everything
   is the same without MPI.

   Main thread: create, (agree with the other ranks), go, { take, run, report }..., leave; then rank
   0 merges and ends, and the others' leave returns. A signal to one rank stops all. */
#ifndef TD_SWEEP_RUN_TEAM_H
#define TD_SWEEP_RUN_TEAM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "numeric/status.h"
#include "sweep/hand_out.h"
#include "sweep/progress.h"
#include "sweep/run.h"

struct td_team;

struct td_team_options {
    struct td_hand_out *ledger;   /* rank 0 only; used by the clerk alone once the team goes */
    struct td_progress *progress; /* rank 0 only; likewise */
    bool fail_fast;               /* stop all at the first failed task */
};

/* Makes everything, the thread included, which waits for td_team_go. */
td_status td_team_create(const struct td_team_options *options, struct td_team **out,
                         struct td_error *err);
/* From here to the end of td_team_end (rank 0) or td_team_leave (others) nobody else talks MPI. */
void td_team_go(struct td_team *team);
/* A team that never went, or has ended. */
void td_team_free(struct td_team *team);

/* The next task (number in the plan) for this rank; waits. false: no more, or a stop. */
bool td_team_take(struct td_team *team, size_t *task);
/* A task that was taken is stored. `failure`: what the user is told at once, or NULL. */
void td_team_report(struct td_team *team, size_t task, enum td_task_status status, double seconds,
                    const char *failure);
/* A line for the user. */
void td_team_say(struct td_team *team, const char *text);
/* This rank cannot go on: all stop, and the run returns this status and message. */
void td_team_abort(struct td_team *team, td_status status, const char *message);
/* Non-zero: a stop that no signal asked for (for td_runner_options.stop). */
const atomic_int *td_team_stop(const struct td_team *team);

/* This rank's records are on disk. Rank 0: returns when this holds for all; the first abort's
   status and message, else TD_OK. Others: returns when rank 0 has ended, with its answer. */
td_status td_team_leave(struct td_team *team, struct td_run_summary *summary, struct td_error *err);
/* Rank 0: tells all how the run ended, and waits until all have heard. */
void td_team_end(struct td_team *team, td_status status, const char *message,
                 const struct td_run_summary *summary);

#endif
