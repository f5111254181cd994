/* Runs a plan: hands tasks to MPI ranks (or runs them here), watches signals, reports progress,
   merges at the end. */
#ifndef TD_SWEEP_RUN_H
#define TD_SWEEP_RUN_H

#include <stdbool.h>
#include <stdio.h>

#include "numeric/status.h"
#include "sweep/extend.h"
#include "sweep/plan.h"

/* Above so many ranks, those of one node share a log, unless the options say otherwise. */
enum { TD_LOGS_RANKS = 64 };
enum td_logs { TD_LOGS_AUTO, TD_LOGS_RANK, TD_LOGS_NODE };

struct td_run_options {
    const char *dir;
    bool fresh, retry_failed, fail_fast, quiet;
    int part, parts;            /* --part i/n: every n-th task of the plan; 0/0: all */
    double checkpoint_interval; /* seconds; 0: TD_CHECKPOINT_SECONDS */
    enum td_end_states ends;    /* what is kept for longer runs to go on from */
    enum td_logs logs;          /* a log a rank or a node */
    FILE *progress;             /* bar on a terminal, a line every 10 s otherwise; NULL: none */
};
#define TD_CHECKPOINT_SECONDS 60.0

/* The tasks of this run (of its part): computed now (done, failed, diverged), skipped because an
   earlier run stored them, left. The same on every rank. */
struct td_run_summary {
    size_t done, failed, diverged, skipped, left;
    double seconds;
};

/* Returns TD_OK when all tasks are done or diverged, TD_FAILED if some failed (now, or earlier and
   not tried again), TD_INTERRUPTED when stopped by a signal with everything kept, TD_BAD_INPUT for
   a directory of another sweep. Under MPI all ranks call it with equal arguments and get the same
   status and message; `progress` counts on rank 0. */
td_status td_run(const struct td_plan *plan, const struct td_run_options *options,
                 struct td_run_summary *summary, struct td_error *err);

#endif
