/* The member's side of a team: a short queue of tasks for this rank's main thread. */
#include "sweep/run_team_parts.h"

#include "sweep/interrupt.h"

void td_team_member_ask(struct td_team *team) {
    struct td_team_member *m = &team->member;
    bool ask, say_idle;
    pthread_mutex_lock(&team->lock);
    ask = !m->asked && !m->over && 2 * m->n_queued <= m->last_chunk;
    say_idle = m->idle && !m->told_idle && !m->over;
    m->asked = m->asked || ask;
    m->told_idle = m->told_idle || say_idle;
    pthread_mutex_unlock(&team->lock);
    if (ask)
        td_team_to_leader(team, &(struct td_team_message){.kind = TD_TEAM_ASK});
    if (say_idle)
        td_team_to_leader(team, &(struct td_team_message){.kind = TD_TEAM_IDLE});
}

static void take_in(struct td_team_member *m, const struct td_team_message *message) {
    for (size_t i = 0; i < m->n_queued; i++) /* what is left moves to the front */
        m->queue[i] = m->queue[m->first + i];
    m->first = 0;
    for (size_t i = 0; i < message->n; i++)
        m->queue[m->n_queued++] = message->tasks[i];
    m->last_chunk = message->n;
    m->asked = m->told_idle = false;
}

static void give_back(struct td_team *team) {
    struct td_team_member *m = &team->member;
    struct td_team_message back = {.kind = TD_TEAM_GIVE_BACK};
    pthread_mutex_lock(&team->lock);
    back.n = (uint32_t)m->n_queued;
    for (size_t i = 0; i < m->n_queued; i++)
        back.tasks[i] = m->queue[m->first + i];
    m->n_queued = 0;
    pthread_mutex_unlock(&team->lock);
    td_team_to_leader(team, &back);
}

void td_team_member_hear(struct td_team *team, const struct td_team_message *message) {
    struct td_team_member *m = &team->member;
    if (message->kind == TD_TEAM_RECALL) {
        give_back(team);
        return;
    }
    pthread_mutex_lock(&team->lock);
    switch (message->kind) {
    case TD_TEAM_TASKS:
        take_in(m, message);
        break;
    case TD_TEAM_STOP:
        if (message->code)
            td_interrupt_raise(message->code);
        atomic_store(&team->stop, 1);
        m->over = true;
        m->n_queued = 0;
        break;
    case TD_TEAM_OVER:
        m->over = true;
        break;
    case TD_TEAM_END:
        m->over = m->ended = true;
        m->end = *message;
        break;
    default:
        break;
    }
    pthread_cond_broadcast(&team->for_main);
    pthread_mutex_unlock(&team->lock);
}
