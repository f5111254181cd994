#include "sweep/run_team.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "numeric/platform.h"
#include "sweep/interrupt.h"
#include "sweep/mpi.h"
#include "sweep/run_team_parts.h"

/* How long a clerk sleeps: short after something happened, then longer and longer. */
static const double nap_shortest = 0.0002, nap_longest = 0.005, nap_alone = 0.05;

_Static_assert(sizeof(struct td_team_message) <= TD_MPI_MESSAGE_MAX, "one message");

/* ---- the clerk ---- */

void td_team_to_leader(struct td_team *team, const struct td_team_message *message) {
    if (team->rank == 0)
        td_team_leader_hear(team, message, 0);
    else
        td_mpi_send(0, message, sizeof *message);
}

void td_team_to_member(struct td_team *team, int rank, const struct td_team_message *message) {
    if (rank == team->rank)
        td_team_member_hear(team, message);
    else
        td_mpi_send(rank, message, sizeof *message);
}

/* Sends on what the main thread has put into the outbox; false: it was empty. */
static bool empty_outbox(struct td_team *team) {
    struct td_team_member *m = &team->member;
    pthread_mutex_lock(&team->lock);
    struct td_team_message *messages = m->outbox;
    size_t n = m->n_out;
    m->outbox = m->sending;
    m->sending = messages;
    m->n_out = 0;
    pthread_cond_broadcast(&team->for_main);
    pthread_mutex_unlock(&team->lock);
    for (size_t i = 0; i < n; i++)
        td_team_to_leader(team, &messages[i]);
    return n > 0;
}

static bool hear_others(struct td_team *team) {
    if (team->size == 1)
        return false;
    bool any = false;
    struct td_team_message message;
    int from;
    while (td_mpi_receive(&message, sizeof message, &from)) {
        any = true;
        if (team->rank == 0)
            td_team_leader_hear(team, &message, from);
        else
            td_team_member_hear(team, &message);
        if (team->member.ended)
            break;
    }
    return any;
}

static void watch_signals(struct td_team *team) {
    if (td_mpi_orphaned())
        td_interrupt_raise(SIGHUP); /* MPI itself would end us a second later, state unsaved */
    int signal_number = td_interrupt_pending();
    if (!signal_number || team->told_signal)
        return;
    team->told_signal = true;
    struct td_team_message stop = {.kind = TD_TEAM_STOP, .code = signal_number};
    td_team_member_hear(team, &stop);
    td_team_to_leader(team, &stop);
}

static void nap(struct td_team *team, double seconds) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)(seconds * 1e9);
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&team->lock);
    if (!team->member.n_out && !team->quit && !(team->member.idle && !team->member.told_idle))
        pthread_cond_timedwait(&team->for_clerk, &team->lock, &until);
    pthread_mutex_unlock(&team->lock);
}

static bool clerk_may_go(struct td_team *team) {
    pthread_mutex_lock(&team->lock);
    while (!team->go && !team->quit)
        pthread_cond_wait(&team->for_clerk, &team->lock);
    bool go = team->go;
    pthread_mutex_unlock(&team->lock);
    return go;
}

static bool clerk_is_done(struct td_team *team) {
    return team->member.ended && (team->rank != 0 || team->leader.n_gone == team->size);
}

static void *clerk(void *argument) {
    struct td_team *team = argument;
    if (!clerk_may_go(team))
        return NULL;
    double sleep = nap_shortest;
    while (!clerk_is_done(team)) {
        bool busy = empty_outbox(team);
        busy |= hear_others(team);
        watch_signals(team);
        td_team_member_ask(team);
        if (team->rank == 0) {
            td_team_leader_serve(team);
            td_progress_tick(team->leader.progress, td_clock());
        }
        if (clerk_is_done(team))
            break;
        sleep = busy ? nap_shortest : sleep * 1.5;
        if (sleep > nap_longest)
            sleep = nap_longest;
        nap(team, team->size == 1 ? nap_alone : sleep);
    }
    if (team->rank != 0)
        td_team_to_leader(team, &(struct td_team_message){.kind = TD_TEAM_GONE});
    return NULL;
}

/* ---- the main thread ---- */

/* The next message of the outbox; waits while it is full. With the lock held. */
static struct td_team_message *new_message(struct td_team *team, uint32_t kind) {
    struct td_team_member *m = &team->member;
    while (m->n_out == TD_TEAM_OUTBOX) {
        pthread_cond_signal(&team->for_clerk);
        pthread_cond_wait(&team->for_main, &team->lock);
    }
    struct td_team_message *message = &m->outbox[m->n_out++];
    memset(message, 0, sizeof *message);
    message->kind = kind;
    return message;
}

static void post(struct td_team *team, uint32_t kind, int code, const char *text,
                 const struct td_run_summary *summary) {
    pthread_mutex_lock(&team->lock);
    struct td_team_message *message = new_message(team, kind);
    message->code = code;
    if (text)
        snprintf(message->text, sizeof message->text, "%s", text);
    if (summary)
        message->summary = *summary;
    pthread_cond_signal(&team->for_clerk);
    pthread_mutex_unlock(&team->lock);
}

bool td_team_take(struct td_team *team, size_t *task) {
    struct td_team_member *m = &team->member;
    pthread_mutex_lock(&team->lock);
    while (!m->n_queued && !m->over) {
        m->idle = true;
        pthread_cond_signal(&team->for_clerk);
        pthread_cond_wait(&team->for_main, &team->lock);
    }
    m->idle = false;
    bool taken = m->n_queued && !td_interrupt_pending() && !atomic_load(&team->stop);
    if (taken) {
        *task = m->queue[m->first++];
        m->n_queued--;
        if (2 * m->n_queued <= m->last_chunk)
            pthread_cond_signal(&team->for_clerk); /* asks for more while this one runs */
    }
    pthread_mutex_unlock(&team->lock);
    return taken;
}

void td_team_report(struct td_team *team, size_t task, enum td_task_status status, double seconds,
                    const char *failure) {
    if (failure)
        post(team, TD_TEAM_SAY, 0, failure, NULL);
    struct td_team_member *m = &team->member;
    pthread_mutex_lock(&team->lock);
    struct td_team_message *last = m->n_out ? &m->outbox[m->n_out - 1] : NULL;
    if (!last || last->kind != TD_TEAM_FINISHED || last->n == TD_CHUNK_MAX)
        last = new_message(team, TD_TEAM_FINISHED);
    last->finished[last->n++] =
        (struct td_team_finished){.task = task, .seconds = seconds, .status = (int32_t)status};
    pthread_mutex_unlock(&team->lock);
}

void td_team_say(struct td_team *team, const char *text) {
    post(team, TD_TEAM_SAY, 0, text, NULL);
}

void td_team_abort(struct td_team *team, td_status status, const char *message) {
    atomic_store(&team->stop, 1);
    post(team, TD_TEAM_ABORT, (int)status, message, NULL);
}

const atomic_int *td_team_stop(const struct td_team *team) {
    return &team->stop;
}

static td_status answer_of(const struct td_team_message *message, struct td_error *err) {
    td_status status = (td_status)message->code;
    return status ? td_fail(err, status, "%.*s", TD_MESSAGE_MAX - 1, message->text) : TD_OK;
}

td_status td_team_leave(struct td_team *team, struct td_run_summary *summary,
                        struct td_error *err) {
    post(team, TD_TEAM_LEAVE, 0, NULL, NULL);
    bool leads = team->rank == 0;
    pthread_mutex_lock(&team->lock);
    while (!(leads ? team->all_left : team->member.ended))
        pthread_cond_wait(&team->for_main, &team->lock);
    pthread_mutex_unlock(&team->lock);
    if (leads)
        return answer_of(&team->leader.abort, err);
    pthread_join(team->clerk, NULL);
    team->clerk_runs = false;
    *summary = team->member.end.summary;
    return answer_of(&team->member.end, err);
}

void td_team_end(struct td_team *team, td_status status, const char *message,
                 const struct td_run_summary *summary) {
    post(team, TD_TEAM_ENDING, (int)status, message, summary);
    pthread_join(team->clerk, NULL);
    team->clerk_runs = false;
}

/* ---- life ---- */

static td_status make_leader(struct td_team *team, const struct td_team_options *options,
                             struct td_error *err) {
    struct td_team_leader *l = &team->leader;
    size_t n = (size_t)team->size;
    *l = (struct td_team_leader){.ledger = options->ledger,
                                 .progress = options->progress,
                                 .fail_fast = options->fail_fast,
                                 .asks = calloc(n, sizeof(bool)),
                                 .idle = calloc(n, sizeof(bool)),
                                 .recalled = calloc(n, sizeof(bool)),
                                 .left = calloc(n, sizeof(bool))};
    return l->asks && l->idle && l->recalled && l->left ? TD_OK : td_fail_memory(err, 4 * n);
}

/* The clerk takes no signals, so that they wake the main thread. */
static td_status start_clerk(struct td_team *team, struct td_error *err) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&team->clerk, NULL, clerk, team);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error)
        return td_fail(err, TD_FAILED, "no thread could be started: %s", strerror(error));
    team->clerk_runs = true;
    return TD_OK;
}

td_status td_team_create(const struct td_team_options *options, struct td_team **out,
                         struct td_error *err) {
    struct td_team *team = calloc(1, sizeof *team);
    if (!team)
        return td_fail_memory(err, sizeof *team);
    team->rank = td_mpi_rank();
    team->size = td_mpi_size();
    pthread_mutex_init(&team->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&team->for_clerk, &monotonic);
    pthread_cond_init(&team->for_main, &monotonic);
    pthread_condattr_destroy(&monotonic);
    size_t bytes = TD_TEAM_OUTBOX * sizeof(struct td_team_message);
    team->member.outbox = malloc(bytes);
    team->member.sending = malloc(bytes);
    td_status status =
        team->member.outbox && team->member.sending ? TD_OK : td_fail_memory(err, 2 * bytes);
    if (!status && team->rank == 0)
        status = make_leader(team, options, err);
    if (!status)
        status = start_clerk(team, err);
    if (status)
        td_team_free(team);
    else
        *out = team;
    return status;
}

void td_team_go(struct td_team *team) {
    pthread_mutex_lock(&team->lock);
    team->go = true;
    pthread_cond_signal(&team->for_clerk);
    pthread_mutex_unlock(&team->lock);
}

void td_team_free(struct td_team *team) {
    if (!team)
        return;
    if (team->clerk_runs) {
        pthread_mutex_lock(&team->lock);
        team->quit = true;
        pthread_cond_signal(&team->for_clerk);
        pthread_mutex_unlock(&team->lock);
        pthread_join(team->clerk, NULL);
    }
    pthread_mutex_destroy(&team->lock);
    pthread_cond_destroy(&team->for_clerk);
    pthread_cond_destroy(&team->for_main);
    free(team->member.outbox);
    free(team->member.sending);
    free(team->leader.asks);
    free(team->leader.idle);
    free(team->leader.recalled);
    free(team->leader.left);
    free(team);
}
