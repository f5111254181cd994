#include "sweep/run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include <xxhash.h>

#include "numeric/platform.h"
#include "sweep/hand_out.h"
#include "sweep/index.h"
#include "sweep/interrupt.h"
#include "sweep/mpi.h"
#include "sweep/progress.h"
#include "sweep/run_failure.h"
#include "sweep/run_longer.h"
#include "sweep/run_team.h"
#include "sweep/run_tidy.h"
#include "sweep/store.h"
#include "sweep/task.h"

static const double sync_seconds = 1; /* a record waits at most this long for the disk */

struct run {
    const struct td_plan *plan;
    const struct td_run_options *options;
    struct td_store_options store_options;
    bool leads; /* rank 0 */
    double start;

    struct td_store *store;
    struct td_runner *runner;
    struct td_team *team;

    /* rank 0 */
    struct td_hand_out *ledger;
    struct td_progress progress;
    size_t total, skipped; /* tasks of this part; stored before */
    size_t failed_before;
    struct td_store_counts stored;
    struct td_longer longer;

    bool unsynced;
    double last_sync;
};

/* ---- all ranks do the same thing ---- */

struct identity {
    char fingerprint[256];
    uint64_t plan;
};

static uint64_t plan_hash(const struct td_plan *plan, const struct td_run_options *options) {
    int part[2] = {options->part, options->parts};
    uint64_t hash = XXH3_64bits(part, sizeof part);
    for (size_t i = 0; i < plan->n; i++) {
        const struct td_task_spec *task = &plan->tasks[i];
        hash = XXH3_64bits_withSeed(task->id, TD_ID_CHARS, hash);
        hash = XXH3_64bits_withSeed(&task->observed, sizeof task->observed, hash);
    }
    return hash;
}

/* Results of different fingerprints must not be mixed, nor ranks that were started differently. */
static td_status check_identities(const struct identity *all, size_t n, struct td_error *err) {
    for (size_t rank = 1; rank < n; rank++) {
        if (strcmp(all[rank].fingerprint, all[0].fingerprint) != 0)
            return td_fail(err, TD_BAD_INPUT,
                           "ranks would not give the same bytes: rank 0 is \"%s\", rank %zu is "
                           "\"%s\"; use equal machines and one build, or --portable",
                           all[0].fingerprint, rank, all[rank].fingerprint);
        if (all[rank].plan != all[0].plan)
            return td_fail(err, TD_BAD_INPUT,
                           "ranks 0 and %zu were asked for different tasks: do they read the same "
                           "files?",
                           rank);
    }
    return TD_OK;
}

static td_status compare_ranks(const struct run *run, struct td_error *err) {
    size_t n = (size_t)td_mpi_size();
    if (n == 1)
        return TD_OK;
    struct identity mine;
    memset(&mine, 0, sizeof mine);
    snprintf(mine.fingerprint, sizeof mine.fingerprint, "%s", td_fingerprint());
    mine.plan = plan_hash(run->plan, run->options);
    struct identity *all = calloc(n, sizeof *all);
    td_status status = td_mpi_agree(all ? TD_OK : td_fail_memory(err, n * sizeof *all), err);
    if (!status && all) {
        td_mpi_gather(&mine, sizeof mine, all);
        status = check_identities(all, n, err);
    }
    free(all);
    return status;
}

/* Rank 0 opens the store; with logs a node, the lowest rank of each node comes before the others.
 */
static td_status open_store(struct run *run, struct td_error *err) {
    struct td_store_options *o = &run->store_options;
    bool shared = run->options->logs == TD_LOGS_NODE ||
                  (run->options->logs == TD_LOGS_AUTO && td_mpi_size() > TD_LOGS_RANKS);
    td_status status = TD_OK;
    if (shared) {
        bool lowest;
        td_mpi_node(&o->node, &lowest);
        o->node++;
        o->joins_node = !lowest;
    }
    for (int turn = 0; turn < 3 && !status; turn++) {
        int mine = run->leads ? 0 : o->joins_node ? 2 : 1;
        if (turn == mine && run->leads)
            status =
                td_store_open(run->options->dir, run->plan, td_fingerprint(), o, &run->store, err);
        else if (turn == mine)
            status = td_store_join(run->options->dir, td_fingerprint(), td_mpi_rank(), o,
                                   &run->store, err);
        status = td_mpi_agree(status, err);
    }
    return status;
}

/* ---- what is left ---- */

static bool in_part(const struct run *run, size_t task) {
    size_t parts = (size_t)run->options->parts;
    return parts == 0 || task % parts == (size_t)run->options->part - 1;
}

/* The plan as far as it is this part's; free tasks unless they are the plan's. */
static td_status plan_of_part(const struct run *run, struct td_plan *out, struct td_error *err) {
    *out = *run->plan;
    if (run->options->parts == 0)
        return TD_OK;
    out->tasks = calloc(run->plan->n ? run->plan->n : 1, sizeof *out->tasks);
    if (!out->tasks)
        return td_fail_memory(err, run->plan->n * sizeof *out->tasks);
    out->n = 0;
    for (size_t i = 0; i < run->plan->n; i++)
        if (in_part(run, i))
            out->tasks[out->n++] = run->plan->tasks[i];
    return TD_OK;
}

/* Room for every task of the plan: tasks that are left, what they cost. */
struct left {
    size_t *tasks, n;
    double *cost;
};

static void free_left(struct left *left) {
    free(left->tasks);
    free(left->cost);
}

static void find_left(struct run *run, struct left *left) {
    const struct td_plan *plan = run->plan;
    for (size_t i = 0; i < plan->n; i++) {
        if (!in_part(run, i))
            continue;
        run->total++;
        if (td_store_has(run->store, &plan->tasks[i]))
            continue;
        left->cost[left->n] = plan->tasks[i].cost;
        left->tasks[left->n++] = i;
    }
    run->skipped = run->total - left->n;
}

static td_status count_stored(struct run *run, struct td_error *err) {
    struct td_plan part;
    td_status status = plan_of_part(run, &part, err);
    if (status)
        return status;
    run->stored = td_store_count(run->store, &part);
    if (part.tasks != run->plan->tasks)
        free(part.tasks);
    run->failed_before = run->options->retry_failed ? 0 : run->stored.failed;
    return TD_OK;
}

/* Which of them go on from the end of shorter runs, and so cost less. */
static td_status find_longer(struct run *run, struct left *left, struct td_error *err) {
    td_status status = td_longer_find(td_store_dir(run->store), run->plan, left->tasks, left->n,
                                      run->stored.stale, run->options->ends, &run->longer, err);
    for (size_t i = 0; !status && run->longer.done && i < left->n; i++)
        left->cost[i] *= 1 - run->longer.done[left->tasks[i]];
    return status;
}

static td_status list_left(struct run *run, double *cost_left, struct td_error *err) {
    size_t room = run->plan->n ? run->plan->n : 1;
    struct left left = {.tasks = calloc(room, sizeof *left.tasks),
                        .cost = calloc(room, sizeof *left.cost)};
    td_status status =
        left.tasks && left.cost ? TD_OK : td_fail_memory(err, 2 * room * sizeof *left.tasks);
    *cost_left = 0;
    if (!status) {
        find_left(run, &left);
        status = find_longer(run, &left, err);
    }
    if (!status)
        status =
            td_hand_out_create(left.tasks, left.cost, left.n, td_mpi_size(), &run->ledger, err);
    for (size_t i = 0; i < left.n && !status; i++)
        *cost_left += td_hand_out_cost(run->ledger, left.tasks[i]);
    free_left(&left);
    return status;
}

static void say_longer(struct run *run) {
    const struct td_longer *longer = &run->longer;
    char text[500];
    if (longer->going_on) {
        snprintf(text, sizeof text,
                 "%zu tasks go on from the end of shorter ones: %.0f %% of their steps are done",
                 longer->going_on, 100 * longer->share);
        td_progress_say(&run->progress, text);
    }
    for (size_t i = 0; i < longer->n_reasons; i++) {
        const struct td_longer_reason *reason = &longer->reasons[i];
        char time[64];
        td_duration_text(reason->seconds, time, sizeof time);
        snprintf(text, sizeof text,
                 "%zu tasks are longer versions of stored ones, but start again, which takes about "
                 "%s of computing: %s",
                 reason->tasks, time, reason->text);
        td_progress_say(&run->progress, text);
    }
}

static void say_what_is_there(struct run *run) {
    const struct td_store_counts *counts = &run->stored;
    char text[256];
    if (run->skipped) {
        snprintf(text, sizeof text, "%zu of %zu tasks are stored already", run->skipped,
                 run->total);
        td_progress_say(&run->progress, text);
    }
    if (counts->failed) {
        snprintf(text, sizeof text, "%zu tasks failed in an earlier run and %s", counts->failed,
                 run->options->retry_failed ? "are computed again"
                                            : "stay failed; --retry-failed computes them again");
        td_progress_say(&run->progress, text);
    }
    if (counts->replayed) {
        snprintf(text, sizeof text,
                 "%zu stored tasks are computed again, because other things are measured of them "
                 "now",
                 counts->replayed);
        td_progress_say(&run->progress, text);
    }
    if (counts->stale && run->options->parts == 0) {
        snprintf(text, sizeof text, "%zu stored tasks are not part of this sweep: kept, not used",
                 counts->stale);
        td_progress_say(&run->progress, text);
    }
    say_longer(run);
}

/* Rank 0: the ledger of what is left, and what the user is told of the rest. */
static td_status open_ledger(struct run *run, struct td_error *err) {
    double cost_left;
    td_status status = count_stored(run, err);
    if (!status)
        status = list_left(run, &cost_left, err);
    if (status)
        return status;
    struct td_progress_counts stored = {run->stored.done, run->failed_before, run->stored.diverged};
    FILE *stream = run->options->quiet ? NULL : run->options->progress;
    td_progress_start(&run->progress, stream, run->total, stored, cost_left, td_clock());
    say_what_is_there(run);
    return TD_OK;
}

/* ---- one task after the other ---- */

static void sync_when_due(void *context) {
    struct run *run = context;
    struct td_error err;
    if (!run->unsynced || td_clock() - run->last_sync < sync_seconds)
        return;
    run->last_sync = td_clock();
    run->unsynced = false;
    if (td_store_sync(run->store, &err))
        td_team_abort(run->team, err.status, err.message);
}

static void say(void *context, const char *text) {
    struct run *run = context;
    td_team_say(run->team, text);
}

/* The record first, then, once it is on disk, the checkpoint goes. */
static td_status keep_record(struct run *run, const struct td_record *record,
                             struct td_error *err) {
    td_status status = td_store_append(run->store, record, err);
    run->unsynced = true;
    if (!status && td_runner_has_checkpoint(run->runner)) {
        status = td_store_sync(run->store, err);
        run->unsynced = false;
        run->last_sync = td_clock();
        if (!status)
            td_runner_forget(run->runner);
    }
    return status;
}

static td_status run_task(struct run *run, size_t task, struct td_error *err) {
    struct td_record record;
    double start = td_clock();
    td_status status = td_runner_run(run->runner, &run->plan->tasks[task], &record, err);
    if (!status)
        status = keep_record(run, &record, err);
    if (status)
        return status;
    char text[TD_FAILURE_TEXT_MAX];
    bool failed = record.status == TD_TASK_FAILED;
    if (failed)
        td_failure_text(run->plan, task, record.error, text, sizeof text);
    td_team_report(run->team, task, record.status, td_clock() - start, failed ? text : NULL);
    return TD_OK;
}

static void work(struct run *run) {
    struct td_error err;
    size_t task;
    td_status status = TD_OK;
    while (!status && td_team_take(run->team, &task))
        status = run_task(run, task, &err);
    if (status && status != TD_INTERRUPTED)
        td_team_abort(run->team, status, err.message);
}

/* ---- the end ---- */

static const char *signal_name(int signal_number) {
    const char *name = sigabbrev_np(signal_number);
    return name ? name : "?";
}

/* Parts of a job array merge one after the other. */
static td_status lock_merging(struct run *run, int *fd, struct td_error *err) {
    char path[4096];
    snprintf(path, sizeof path, "%s/index.lock", td_store_dir(run->store));
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (*fd < 0)
        return td_fail(err, TD_FAILED, "%s: %s", path, strerror(errno));
    while (flock(*fd, LOCK_EX | LOCK_NB)) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return td_fail(err, TD_FAILED, "%s: %s", path, strerror(errno));
        if (td_interrupt_pending())
            return td_fail(err, TD_INTERRUPTED, "stopped while another part merges");
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    }
    return TD_OK;
}

static td_status merge(struct run *run, struct td_error *err) {
    int fd = -1;
    td_status status = run->options->parts ? lock_merging(run, &fd, err) : TD_OK;
    if (!status)
        status = td_index_build(td_store_dir(run->store), err);
    if (fd >= 0)
        close(fd);
    return status;
}

static void summarize(const struct run *run, struct td_run_summary *summary) {
    const struct td_progress *p = &run->progress;
    *summary = (struct td_run_summary){.done = p->now.done,
                                       .failed = p->now.failed,
                                       .diverged = p->now.diverged,
                                       .skipped = run->skipped,
                                       .seconds = td_clock() - run->start};
    summary->left = run->total - run->skipped - td_progress_computed(p);
}

/* What a full disk and the like did: the reason, and what is kept. */
static td_status fail_aborted(const struct run *run, const struct td_run_summary *s,
                              td_status status, struct td_error *err) {
    struct td_error reason = *err;
    return td_fail(err, status, "%.900s; %zu of %zu tasks are stored, the same command goes on",
                   reason.message, run->total - s->left, run->total);
}

static td_status fail_interrupted(const struct run *run, const struct td_run_summary *s,
                                  struct td_error *err) {
    return td_fail(err, TD_INTERRUPTED,
                   "stopped by SIG%s with %zu of %zu tasks stored: the same command goes on",
                   signal_name(td_interrupt_pending()), run->total - s->left, run->total);
}

/* Rank 0: how the run ended, once every record is on disk. */
static td_status conclude(struct run *run, td_status aborted, struct td_run_summary *summary,
                          struct td_error *err) {
    summarize(run, summary);
    if (aborted)
        return fail_aborted(run, summary, aborted, err);
    if (td_interrupt_pending())
        return fail_interrupted(run, summary, err);
    td_status status = merge(run, err);
    if (status == TD_INTERRUPTED)
        return fail_interrupted(run, summary, err);
    if (status)
        return status;
    size_t failed = summary->failed + run->failed_before;
    if (failed)
        return td_fail(err, TD_FAILED,
                       "%zu of %zu tasks failed%s: tdyn status %s names them, --retry-failed "
                       "computes them again",
                       failed, run->total, summary->left ? " and the run stopped there" : "",
                       run->options->dir);
    return TD_OK;
}

/* Closes this rank's log before it leaves, so that the merge sees everything. */
static td_status finish(struct run *run, struct td_run_summary *summary, struct td_error *err) {
    td_status status =
        run->leads ? td_store_sync(run->store, err) : td_store_close(run->store, err);
    if (!run->leads)
        run->store = NULL;
    if (status)
        td_team_abort(run->team, status, err->message);
    status = td_team_leave(run->team, summary, err);
    if (!run->leads)
        return status;
    status = conclude(run, status, summary, err);
    struct td_error closing;
    if (td_store_close(run->store, &closing) && (!status || status == TD_INTERRUPTED)) {
        status = closing.status;
        *err = closing;
    }
    run->store = NULL;
    td_team_end(run->team, status, status ? err->message : "", summary);
    td_progress_end(&run->progress, td_clock());
    return status;
}

/* ---- set-up ---- */

static td_status make_workers(struct run *run, struct td_error *err) {
    struct td_team_options team = {
        .ledger = run->ledger, .progress = &run->progress, .fail_fast = run->options->fail_fast};
    td_status status = td_team_create(&team, &run->team, err);
    if (status)
        return status;
    double interval = run->options->checkpoint_interval > 0 ? run->options->checkpoint_interval
                                                            : TD_CHECKPOINT_SECONDS;
    struct td_runner_options runner = {.dir = td_store_dir(run->store),
                                       .fingerprint = td_fingerprint(),
                                       .checkpoint_interval = interval,
                                       .ends = run->options->ends,
                                       .ends_room = TD_ENDS_BYTES / (size_t)td_mpi_size(),
                                       .rank = td_mpi_rank(),
                                       .stop = td_team_stop(run->team),
                                       .idle = sync_when_due,
                                       .note = say,
                                       .context = run};
    return td_runner_create(&runner, &run->runner, err);
}

static td_status set_up(struct run *run, struct td_error *err) {
    td_status status = compare_ranks(run, err);
    if (!status)
        status = open_store(run, err);
    if (status)
        return status;
    if (run->leads) {
        td_run_tidy(run->store, run->plan, run->options->part, run->options->parts);
        status = open_ledger(run, err);
    }
    if (!status)
        status = make_workers(run, err);
    return td_mpi_agree(status, err);
}

static void clean_up(struct run *run) {
    td_team_free(run->team);
    td_runner_free(run->runner);
    td_hand_out_free(run->ledger);
    td_longer_free(&run->longer);
    if (run->store)
        td_store_close(run->store, NULL);
}

td_status td_run(const struct td_plan *plan, const struct td_run_options *options,
                 struct td_run_summary *summary, struct td_error *err) {
    td_interrupt_install();
    struct td_error unwanted = {0};
    err = err ? err : &unwanted;
    struct run run = {.plan = plan,
                      .options = options,
                      .store_options = {.fresh = options->fresh,
                                        .retry_failed = options->retry_failed,
                                        .part = options->part,
                                        .parts = options->parts},
                      .leads = td_mpi_rank() == 0,
                      .start = td_clock(),
                      .last_sync = td_clock()};
    *summary = (struct td_run_summary){0};
    td_status status = set_up(&run, err);
    if (!status) {
        td_team_go(run.team);
        work(&run);
        status = finish(&run, summary, err);
    }
    clean_up(&run);
    return status;
}
