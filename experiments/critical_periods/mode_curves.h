/* Strengths of a task's modes over time in deep linear pathways: by training, and by eq. 1. */
#ifndef TD_EXPERIMENTS_CRITICAL_PERIODS_MODE_CURVES_H
#define TD_EXPERIMENTS_CRITICAL_PERIODS_MODE_CURVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/memory.h"
#include "numeric/param.h"
#include "numeric/task.h"
#include "sim/dataset.h"

enum { MODE_SAMPLES_MAX = 4096 };

enum mode_deficit { MODE_GATE, MODE_SILENCE };

struct mode_options {
    struct td_part net, data;
    double lr, end;
    int deficit; /* enum mode_deficit */
    double onset, length, probability;
    struct td_steps at, compare;
};

/* The same in steps; onset -1: no deficit. */
struct mode_timing {
    int64_t steps, onset, until;
};
/* TD_BAD_INPUT: not whole numbers of steps, an onset at or after the end. */
td_status mode_timing(const struct mode_options *o, struct mode_timing *t, struct td_error *err);

struct mode_curves {
    size_t pathways, modes, n_steps;
    const int64_t *steps;       /* (n_steps), ascending; 0 and the last one among them */
    bool *stored;               /* (n_steps) whether `at` asks for it */
    double lr;                  /* time of a step */
    double *target;             /* (modes) S */
    double *network, *equation; /* (n_steps, pathways, modes) K */
    double *crossing;           /* (modes) time at which the equation reaches S/2; NaN: never */
};

/* Room for everything, in `arena`. Modes without strength (S = 0 to rounding) are left out. */
td_status mode_curves_make(const struct mode_options *o, const struct td_dataset *data,
                           struct td_arena *arena, struct mode_curves *out, struct td_error *err);
/* Fills `network`; *drift: how far W(l+1)^T W(l+1) - W(l) W(l)^T has moved, largest entry against
   the largest of any W W^T in the end. Goes on from a checkpoint of the task. */
td_status mode_curves_train(struct mode_curves *c, struct td_task *task,
                            const struct mode_options *o, const struct td_dataset *data,
                            uint64_t seed, struct td_arena *arena, double *drift,
                            struct td_error *err);
/* Fills `equation` and `crossing`, from the network's strengths at step 0. */
td_status mode_curves_integrate(struct mode_curves *c, const struct mode_options *o,
                                struct td_error *err);

/* Of mode m: Ka / sum of K at the last step, in `network` or `equation`; the largest
   |K network - K equation| / S; when the network's sum of K first reaches S/2, between steps on the
   straight line, NaN: never. */
double mode_share(const struct mode_curves *c, const double *strengths, size_t m);
double mode_deviation(const struct mode_curves *c, size_t m);
double mode_learning_time(const struct mode_curves *c, size_t m);

#endif
