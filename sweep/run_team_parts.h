/* Inside a team: messages, and the two roles that a clerk plays. Every rank is a member; rank 0
   is the leader as well. Not for users of the layer. */
#ifndef TD_SWEEP_RUN_TEAM_PARTS_H
#define TD_SWEEP_RUN_TEAM_PARTS_H

#include <pthread.h>
#include <stdint.h>

#include "sweep/run_team.h"

enum td_team_kind {
    /* member to leader */
    TD_TEAM_ASK = 1,   /* send me tasks */
    TD_TEAM_IDLE,      /* my main thread has nothing to do */
    TD_TEAM_FINISHED,  /* finished[n] */
    TD_TEAM_SAY,       /* text */
    TD_TEAM_GIVE_BACK, /* tasks[n], not begun */
    TD_TEAM_ABORT,     /* code, text */
    TD_TEAM_LEAVE,     /* nothing more comes from my main thread */
    TD_TEAM_GONE,      /* nothing more comes from me */
    TD_TEAM_ENDING,    /* leader's main to its clerk: code, text, summary */
    /* both ways */
    TD_TEAM_STOP, /* code: signal number, 0 if none */
    /* leader to member */
    TD_TEAM_TASKS,  /* tasks[n] */
    TD_TEAM_OVER,   /* no more tasks will come */
    TD_TEAM_RECALL, /* give back what has not begun: somebody is idle */
    TD_TEAM_END     /* code, text, summary */
};

enum { TD_TEAM_TEXT_MAX = 2400, TD_TEAM_OUTBOX = 16 };

struct td_team_finished {
    uint64_t task;
    double seconds;
    int32_t status, unused;
};

struct td_team_message {
    uint32_t kind, n;
    int32_t code, unused;
    struct td_run_summary summary;
    union {
        uint64_t tasks[TD_CHUNK_MAX];
        struct td_team_finished finished[TD_CHUNK_MAX];
        char text[TD_TEAM_TEXT_MAX];
    };
};

/* What the main thread and the clerk of one rank share; guarded by td_team.lock. */
struct td_team_member {
    size_t queue[TD_CHUNK_MAX]; /* tasks to run, in order */
    size_t n_queued, first;
    size_t last_chunk; /* size of the last hand-out */
    bool asked, idle;  /* ASK is under way; the main thread waits in take */
    bool told_idle;
    bool over, ended;
    /* From the main thread to the leader: one is filled while the clerk sends the other. */
    struct td_team_message *outbox, *sending;
    size_t n_out;
    struct td_team_message end; /* once ended */
};

/* The leader's clerk alone uses this. */
struct td_team_leader {
    struct td_hand_out *ledger;
    struct td_progress *progress;
    bool fail_fast;
    bool *asks, *idle, *recalled, *left; /* by rank */
    int n_left, n_gone;
    bool stopping, told_over;
    struct td_team_message abort; /* kind 0: none */
};

struct td_team {
    int rank, size;
    pthread_t clerk;
    bool clerk_runs;
    pthread_mutex_t lock;
    pthread_cond_t for_clerk, for_main;
    bool go, quit; /* guarded by lock */
    atomic_int stop;
    bool told_signal; /* clerk only */
    bool all_left;    /* guarded by lock */
    struct td_team_member member;
    struct td_team_leader leader;
};

/* Clerk side. td_team_to_leader and td_team_to_member deliver, over MPI or directly. */
void td_team_to_leader(struct td_team *team, const struct td_team_message *message);
void td_team_to_member(struct td_team *team, int rank, const struct td_team_message *message);
void td_team_member_hear(struct td_team *team, const struct td_team_message *message);
void td_team_member_ask(struct td_team *team); /* asks for tasks where they run low */
void td_team_leader_hear(struct td_team *team, const struct td_team_message *message, int from);
void td_team_leader_serve(struct td_team *team); /* hands out what was asked for */

#endif
