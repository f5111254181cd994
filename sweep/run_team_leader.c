/* The leader's side of a team: who asked, who is idle, who has left. */
#include "sweep/run_team_parts.h"

#include "numeric/platform.h"

static void tell_all(struct td_team *team, const struct td_team_message *message) {
    for (int rank = team->size - 1; rank >= 0; rank--)
        td_team_to_member(team, rank, message);
}

static void stop_all(struct td_team *team, int signal_number) {
    struct td_team_leader *l = &team->leader;
    if (l->stopping)
        return;
    l->stopping = true;
    td_hand_out_close(l->ledger);
    tell_all(team, &(struct td_team_message){.kind = TD_TEAM_STOP, .code = signal_number});
}

static void count_finished(struct td_team *team, const struct td_team_message *message, int from) {
    struct td_team_leader *l = &team->leader;
    for (size_t i = 0; i < message->n; i++) {
        const struct td_team_finished *f = &message->finished[i];
        td_hand_out_finish(l->ledger, from, f->task, f->seconds);
        td_progress_count(l->progress, (enum td_task_status)f->status,
                          td_hand_out_cost(l->ledger, f->task), td_clock());
        if (f->status == TD_TASK_FAILED && l->fail_fast)
            stop_all(team, 0);
    }
}

static void take_back(struct td_team_leader *l, const struct td_team_message *message, int from) {
    size_t tasks[TD_CHUNK_MAX];
    for (size_t i = 0; i < message->n; i++)
        tasks[i] = message->tasks[i];
    td_hand_out_give_back(l->ledger, from, tasks, message->n);
    l->recalled[from] = false;
}

static void note_left(struct td_team *team, int from) {
    struct td_team_leader *l = &team->leader;
    if (l->left[from])
        return;
    l->left[from] = true;
    if (++l->n_left < team->size)
        return;
    pthread_mutex_lock(&team->lock);
    team->all_left = true;
    pthread_cond_broadcast(&team->for_main);
    pthread_mutex_unlock(&team->lock);
}

static void end_all(struct td_team *team, const struct td_team_message *ending) {
    struct td_team_message end = *ending;
    end.kind = TD_TEAM_END;
    tell_all(team, &end);
    team->leader.n_gone++; /* the leader itself */
}

void td_team_leader_hear(struct td_team *team, const struct td_team_message *message, int from) {
    struct td_team_leader *l = &team->leader;
    switch (message->kind) {
    case TD_TEAM_ASK:
        l->asks[from] = true;
        break;
    case TD_TEAM_IDLE:
        l->idle[from] = true;
        break;
    case TD_TEAM_FINISHED:
        count_finished(team, message, from);
        break;
    case TD_TEAM_SAY:
        td_progress_say(l->progress, message->text);
        break;
    case TD_TEAM_GIVE_BACK:
        take_back(l, message, from);
        break;
    case TD_TEAM_ABORT:
        if (!l->abort.kind)
            l->abort = *message;
        stop_all(team, 0);
        break;
    case TD_TEAM_STOP:
        stop_all(team, message->code);
        break;
    case TD_TEAM_LEAVE:
        note_left(team, from);
        break;
    case TD_TEAM_GONE:
        l->n_gone++;
        break;
    case TD_TEAM_ENDING:
        end_all(team, message);
        break;
    default:
        break;
    }
}

static void serve_rank(struct td_team *team, int rank) {
    struct td_team_leader *l = &team->leader;
    struct td_team_message answer = {.kind = TD_TEAM_TASKS};
    size_t tasks[TD_CHUNK_MAX];
    /* Half a queue may still be full: what is sent must fit beside it. */
    size_t n = td_hand_out_take(l->ledger, rank, TD_CHUNK_MAX / 2, tasks);
    if (!n)
        return;
    for (size_t i = 0; i < n; i++)
        answer.tasks[i] = tasks[i];
    answer.n = (uint32_t)n;
    l->asks[rank] = l->idle[rank] = false;
    td_team_to_member(team, rank, &answer);
}

static void recall_for_idle(struct td_team *team) {
    struct td_team_leader *l = &team->leader;
    bool idle = false;
    for (int rank = 0; rank < team->size; rank++)
        idle = idle || (l->asks[rank] && l->idle[rank]);
    for (int rank = 0; idle && rank < team->size; rank++)
        if (!l->recalled[rank] && td_hand_out_hoards(l->ledger, rank)) {
            l->recalled[rank] = true;
            td_team_to_member(team, rank, &(struct td_team_message){.kind = TD_TEAM_RECALL});
        }
}

void td_team_leader_serve(struct td_team *team) {
    struct td_team_leader *l = &team->leader;
    for (int rank = 0; rank < team->size; rank++)
        if (l->asks[rank] && l->idle[rank])
            serve_rank(team, rank);
    for (int rank = 0; rank < team->size; rank++)
        if (l->asks[rank] && !l->idle[rank])
            serve_rank(team, rank);
    recall_for_idle(team);
    if (td_hand_out_over(l->ledger) && !l->told_over) {
        l->told_over = true;
        tell_all(team, &(struct td_team_message){.kind = TD_TEAM_OVER});
    }
}
