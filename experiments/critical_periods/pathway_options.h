/* What the experiments on linear pathways share: the model, the integrator and one deficit as
   parameters, and runs of one feature through them. */
#ifndef TD_EXPERIMENTS_CRITICAL_PERIODS_PATHWAY_OPTIONS_H
#define TD_EXPERIMENTS_CRITICAL_PERIODS_PATHWAY_OPTIONS_H

#include <stddef.h>

#include "numeric/param.h"
#include "sim/ode_pathways.h"

struct pathway_options {
    int form;
    int64_t pathways, depth;
    struct td_ints depths;
    double target;
    struct td_reals start;
    double end;
    int method;
    double rel_tol, abs_tol, step;
};

/* The deficit of all pathways that `on` lists (counted from 1). */
struct deficit_options {
    bool silent;
    struct td_ints on;
    double onset, length, strength;
};

/* Lines of a parameter table; `in` is the field of type struct pathway_options. */
#define PATHWAY_PARAMS(owner, in, default_form, default_start, default_end)                        \
    {.name = "form",                                                                               \
     .type = TD_CHOICE,                                                                            \
     .offset = offsetof(owner, in.form),                                                           \
     .initial = default_form,                                                                      \
     .choices = td_pathway_forms,                                                                  \
     .help = "balanced in K (eq. 1), balanced in the factor p (2), or unbalanced with large "      \
             "weights (3)"},                                                                       \
        {.name = "pathways",                                                                       \
         .type = TD_INT,                                                                           \
         .offset = offsetof(owner, in.pathways),                                                   \
         .initial = "2",                                                                           \
         .min = 1,                                                                                 \
         .max = TD_PATHWAYS_MAX,                                                                   \
         .help = "pathways that learn the feature together"},                                      \
        {.name = "depth",                                                                          \
         .type = TD_INT,                                                                           \
         .offset = offsetof(owner, in.depth),                                                      \
         .initial = "2",                                                                           \
         .min = 1,                                                                                 \
         .max = TD_PATHWAY_DEPTH_MAX,                                                              \
         .help = "weight matrices in each pathway"},                                               \
        {.name = "depths",                                                                         \
         .type = TD_INTS,                                                                          \
         .offset = offsetof(owner, in.depths),                                                     \
         .initial = "[]",                                                                          \
         .min = 1,                                                                                 \
         .max = TD_PATHWAY_DEPTH_MAX,                                                              \
         .help = "one depth a pathway where they differ; empty: all `depth`"},                     \
        {.name = "target",                                                                         \
         .type = TD_REAL,                                                                          \
         .offset = offsetof(owner, in.target),                                                     \
         .initial = "10",                                                                          \
         .min = 0,                                                                                 \
         .max = 1e6,                                                                               \
         .flags = TD_OPEN_MIN,                                                                     \
         .help = "singular value S of the feature"},                                               \
        {.name = "start",                                                                          \
         .type = TD_REALS,                                                                         \
         .offset = offsetof(owner, in.start),                                                      \
         .initial = default_start,                                                                 \
         .min = -1e6,                                                                              \
         .max = 1e6,                                                                               \
         .help = "initial K (form strength) or p, for all pathways or one each; below 0 only "     \
                 "in form unbalanced"},                                                            \
        {.name = "end",                                                                            \
         .type = TD_REAL,                                                                          \
         .offset = offsetof(owner, in.end),                                                        \
         .initial = default_end,                                                                   \
         .min = 0,                                                                                 \
         .max = 1e9,                                                                               \
         .flags = TD_OPEN_MIN,                                                                     \
         .unit = "time",                                                                           \
         .help = "duration; a training step is the learning rate"},                                \
        {.name = "method",                                                                         \
         .type = TD_CHOICE,                                                                        \
         .offset = offsetof(owner, in.method),                                                     \
         .initial = "rk8pd",                                                                       \
         .choices = td_ode_methods,                                                                \
         .help = "integrator; euler with its `step` is the paper's"},                              \
        {.name = "rel_tol",                                                                        \
         .type = TD_REAL,                                                                          \
         .offset = offsetof(owner, in.rel_tol),                                                    \
         .initial = "1e-13",                                                                       \
         .min = 0,                                                                                 \
         .max = 1,                                                                                 \
         .help = "relative error allowed a step; not for euler"},                                  \
        {.name = "abs_tol",                                                                        \
         .type = TD_REAL,                                                                          \
         .offset = offsetof(owner, in.abs_tol),                                                    \
         .initial = "1e-15",                                                                       \
         .min = 0,                                                                                 \
         .max = 1,                                                                                 \
         .help = "absolute error allowed a step; not for euler"},                                  \
    {                                                                                              \
        .name = "step", .type = TD_REAL, .offset = offsetof(owner, in.step), .initial = "0.001",   \
        .min = 0, .max = 1e6, .flags = TD_OPEN_MIN, .unit = "time",                                \
        .help = "euler's step, and the first that the other methods try"                           \
    }

#define DEFICIT_PARAMS(owner, in)                                                                  \
    {.name = "silent",                                                                             \
     .type = TD_BOOL,                                                                              \
     .offset = offsetof(owner, in.silent),                                                         \
     .initial = "false",                                                                           \
     .help = "the deficit also removes the pathway's output; false: only its gradient"},           \
        {.name = "on",                                                                             \
         .type = TD_INTS,                                                                          \
         .offset = offsetof(owner, in.on),                                                         \
         .initial = "[2]",                                                                         \
         .min = 1,                                                                                 \
         .max = TD_PATHWAYS_MAX,                                                                   \
         .help = "pathways that the deficit hits, counted from 1"},                                \
    {                                                                                              \
        .name = "strength", .type = TD_REAL, .offset = offsetof(owner, in.strength),               \
        .initial = "1", .min = 0, .max = 1,                                                        \
        .help = "share of the gradient that is blocked; a gate closed with this probability a "    \
                "step does the same on average"                                                    \
    }

/* When it acts; `shortest` is 0 or TD_OPEN_MIN: whether a length of 0, no deficit, is allowed. */
#define DEFICIT_TIME_PARAMS(owner, in, default_length, shortest, length_help)                      \
    {.name = "onset",                                                                              \
     .type = TD_REAL,                                                                              \
     .offset = offsetof(owner, in.onset),                                                          \
     .initial = "0",                                                                               \
     .min = 0,                                                                                     \
     .max = 1e9,                                                                                   \
     .unit = "time",                                                                               \
     .help = "when the deficit begins"},                                                           \
    {                                                                                              \
        .name = "length", .type = TD_REAL, .offset = offsetof(owner, in.length),                   \
        .initial = (default_length), .min = 0, .max = 1e9, .flags = (shortest), .unit = "time",    \
        .help = (length_help)                                                                      \
    }

/* The model of the parameters, with the deficit unless it is NULL. Refuses depths or starts of
   another number than pathways, negative starting strengths, an onset at or after the end, an
   empty interval. state (pathways): the start. */
td_status pathway_model(const struct pathway_options *o, const struct deficit_options *deficit,
                        struct td_pathways *model, double *state, struct td_error *err);
struct td_ode_options pathway_ode_options(const struct pathway_options *o);

/* Invariants: phi_x - phi_1 of every pathway x, constant away from deficits; by how much they move.
   The drift is relative to the larger of the two terms where the segment starts; ratio_drift is the
   relative change of K_x / K_1, for balanced pathways of depth 2 (there the gap is half its
   logarithm). */
struct invariants {
    size_t segments; /* begun: what is conserved is taken anew in each, not where a run goes on */
    bool started;
    double gap[TD_PATHWAYS_MAX], scale[TD_PATHWAYS_MAX];
    double drift, ratio_drift;
};
void invariants_look(struct invariants *in, const struct td_pathways_flow *flow,
                     const double *state);

/* One model ready to be run again and again. */
struct pathway_run {
    struct td_pathways_flow flow; /* first: the run's context is one of these */
    struct td_ode *ode;
    double end;
    bool can_rest;                 /* not with euler, which does every step that it is asked for */
    struct invariants *invariants; /* followed; NULL: not */
    td_status (*trace)(void *context, double t, const double *state, struct td_error *err);
    void *trace_context; /* gets every step; trace may be NULL */
};
/* `model` and `run` must stay where they are. */
td_status pathway_run_open(struct pathway_run *run, const struct td_pathways *model,
                           const struct pathway_options *o, struct td_error *err);
void pathway_run_close(struct pathway_run *run);
/* What td_ode_solve needs, to be completed by outputs, levels, a name for the state. */
struct td_ode_run pathway_run_plan(struct pathway_run *run);
/* Integrates state (in place) to the end. */
td_status pathway_run_go(struct pathway_run *run, struct td_task *task, double *state,
                         struct td_error *err);

#endif
