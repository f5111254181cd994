/* What the two completion experiments share: the tasks, the factors and their start. */
#ifndef TD_EXPERIMENTS_CRITICAL_PERIODS_COMPLETION_H
#define TD_EXPERIMENTS_CRITICAL_PERIODS_COMPLETION_H

#include "numeric/param.h"
#include "sim/factorization_tasks.h"
#include "sweep/experiment.h"

struct completion_options {
    int64_t n, depth, rank[2], observations[2];
    bool same;
    double angle;
    int start;
    double scale, spread;
};

#define COMPLETION_FIELD(struct_, field_, member_)                                                 \
    (offsetof(struct_, field_) + offsetof(struct completion_options, member_))

#define COMPLETION_INT(struct_, field_, name_, member_, initial_, max_, help_)                     \
    {                                                                                              \
        .name = (name_), .type = TD_INT, .offset = COMPLETION_FIELD(struct_, field_, member_),     \
        .initial = (initial_), .min = 1, .max = (max_), .help = (help_)                            \
    }

/* Rows of a parameter table for the member `field_` of `struct_`. */
#define COMPLETION_PARAMS(struct_, field_)                                                         \
    COMPLETION_INT(struct_, field_, "n", n, "40", TD_FACTOR_SIDE_MAX, "matrices are n x n"),       \
        COMPLETION_INT(struct_, field_, "depth", depth, "3", TD_FACTOR_DEPTH_MAX,                  \
                       "number of factors"),                                                       \
        COMPLETION_INT(struct_, field_, "rank1", rank[0], "4", TD_FACTOR_SIDE_MAX,                 \
                       "rank of task 1's matrix"),                                                 \
        COMPLETION_INT(struct_, field_, "rank2", rank[1], "2", TD_FACTOR_SIDE_MAX,                 \
                       "rank of task 2's matrix"),                                                 \
        COMPLETION_INT(struct_, field_, "observations1", observations[0], "320", 16777216,         \
                       "entries of task 1 that are seen, at most n^2"),                            \
        COMPLETION_INT(struct_, field_, "observations2", observations[1], "320", 16777216,         \
                       "entries of task 2 that are seen; of the two tasks' positions the fewer "   \
                       "are among the more"),                                                      \
        {.name = "same",                                                                           \
         .type = TD_BOOL,                                                                          \
         .offset = COMPLETION_FIELD(struct_, field_, same),                                        \
         .initial = "false",                                                                       \
         .help = "task 2 is the matrix of task 1 (from other observations)"},                      \
        {.name = "angle",                                                                          \
         .type = TD_REAL,                                                                          \
         .offset = COMPLETION_FIELD(struct_, field_, angle),                                       \
         .initial = "-1",                                                                          \
         .min = -1,                                                                                \
         .max = 90,                                                                                \
         .unit = "degrees",                                                                        \
         .help = "principal angle between the tasks' column spaces and between their row spaces; " \
                 "-1: drawn independently"},                                                       \
        {.name = "init",                                                                           \
         .type = TD_CHOICE,                                                                        \
         .offset = COMPLETION_FIELD(struct_, field_, start),                                       \
         .initial = "gaussian",                                                                    \
         .choices = td_factor_start_names,                                                         \
         .help = "how factors start; norm of W about scale sqrt(n) (gaussian, identity), scale n " \
                 "(orthogonal)"},                                                                  \
        {.name = "scale",                                                                          \
         .type = TD_REAL,                                                                          \
         .offset = COMPLETION_FIELD(struct_, field_, scale),                                       \
         .initial = "1e-3",                                                                        \
         .min = 0,                                                                                 \
         .max = 1e6,                                                                               \
         .flags = TD_OPEN_MIN,                                                                     \
         .help = "size of W at the start"},                                                        \
    {                                                                                              \
        .name = "spread", .type = TD_REAL, .offset = COMPLETION_FIELD(struct_, field_, spread),    \
        .initial = "0", .min = 0, .max = 1,                                                        \
        .help = "standard deviation of what is added to every factor's diagonal, which parts "     \
                "equal singular values (the paper: 1e-5)"                                          \
    }

/* Training steps on the two tasks, int64_t members `pretraining_` and `steps_` of `struct_`. */
#define COMPLETION_STEPS_PARAMS(struct_, pretraining_, steps_, initial_steps)                      \
    {.name = "pretraining",                                                                        \
     .type = TD_INT,                                                                               \
     .offset = offsetof(struct_, pretraining_),                                                    \
     .initial = "1000",                                                                            \
     .min = 0,                                                                                     \
     .max = 1e9,                                                                                   \
     .unit = "steps",                                                                              \
     .help = "on task 1"},                                                                         \
    {                                                                                              \
        .name = "steps", .type = TD_INT, .offset = offsetof(struct_, steps_),                      \
        .initial = (initial_steps), .min = 1, .max = 1e9, .flags = TD_LENGTH, .unit = "steps",     \
        .help = "on task 2, after task 1"                                                          \
    }

struct td_matrix_tasks_options completion_tasks(const struct completion_options *o);
/* TD_BAD_INPUT: ranks above n, more observations than entries, an angle that does not fit. */
td_status completion_check(const struct completion_options *o, struct td_error *err);

extern const struct td_experiment td_experiment_critical_completion,
    td_experiment_critical_completion_analytic;

#endif
