/* critical-periods/effect-map: what a deficit does to the shares in the end, by its onset, measured
   by integration and from the closed form; learning time and length of the critical period. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "experiments/critical_periods/critical_periods.h"
#include "experiments/critical_periods/pathway_options.h"
#include "sim/ode_root.h"

struct options {
    struct pathway_options pathway;
    struct deficit_options deficit; /* its onset unused */
    struct td_reals onsets;
    bool relative;
};

static const struct td_param params[] = {
    PATHWAY_PARAMS(struct options, pathway, "factor", "[0.005]", "20"),
    DEFICIT_PARAMS(struct options, deficit),
    {.name = "length",
     .type = TD_REAL,
     .offset = offsetof(struct options, deficit.length),
     .initial = "0.1",
     .min = 0,
     .max = 1e9,
     .flags = TD_OPEN_MIN,
     .help = "how long the deficit lasts"},
    {.name = "onsets",
     .type = TD_REALS,
     .offset = offsetof(struct options, onsets),
     .initial = "[0,0.25,0.5,0.75,0.9,1,1.1,1.25,1.5,2]",
     .min = 0,
     .max = 1e9,
     .help = "when it begins, one run each"},
    {.name = "relative",
     .type = TD_BOOL,
     .offset = offsetof(struct options, relative),
     .initial = "true",
     .help = "onsets, length and end are multiples of the learning time; false: plain time"},
    {0}};

/* Options in plain time. */
static struct options in_time(const struct options *o, double unit, double onset) {
    struct options t = *o;
    t.pathway.end *= unit;
    t.deficit.length *= unit;
    t.deficit.onset = onset * unit;
    return t;
}

static td_status check_learns(const struct options *o, struct td_error *err) {
    struct td_pathways model;
    double start[TD_PATHWAYS_MAX], time = NAN;
    td_status status = pathway_model(&o->pathway, NULL, &model, start, err);
    if (!status)
        td_pathways_time_to(&model, start, model.target / 2, &time, NULL);
    if (!status && !isfinite(time))
        status = td_fail(err, TD_BAD_INPUT,
                         "start: from there the strengths never reach S/2 (a start of 0 does not "
                         "grow)");
    return status;
}

static td_status check(const void *p, struct td_error *err) {
    const struct options *o = p;
    struct td_pathways model;
    double start[TD_PATHWAYS_MAX];
    const struct td_ode_options ode = pathway_ode_options(&o->pathway);
    if (o->onsets.n == 0)
        return td_fail(err, TD_BAD_INPUT, "onsets: at least one is needed");
    td_status status = td_ode_options_check(&ode, err);
    for (size_t i = 0; i < o->onsets.n && !status; i++) {
        const struct options at = in_time(o, 1, o->onsets.v[i]);
        status = pathway_model(&at.pathway, &at.deficit, &model, start, err);
    }
    if (!status && td_pathways_total(&model, start) >= o->pathway.target / 2)
        status = td_fail(err, TD_BAD_INPUT,
                         "the starts sum to %g, half of the target or more: there is nothing to "
                         "learn until S/2 = %g",
                         td_pathways_total(&model, start), o->pathway.target / 2);
    return status ? status : check_learns(o, err);
}

static double cost(const void *p) {
    const struct options *o = p;
    return 2000.0 * (double)o->onsets.n * (double)o->pathway.pathways;
}

struct run {
    struct td_task *task;
    const struct options *o;
    struct td_pathways without;
    double start[TD_PATHWAYS_MAX];
    double unit;                /* of onsets, length, end */
    double share, share_theory; /* of pathway 1 without deficit */
    double reference;           /* effect of onset 0 */
    bool theory;                /* the effect is sought from the closed form */
    td_status status;
    struct td_error *err;
};

static td_status emit(struct run *r, const char *measure, const char *site, int64_t step,
                      double value) {
    return isfinite(value) ? td_task_emit(r->task, measure, site, step, value, "", r->err) : TD_OK;
}

/* Share of pathway 1 at the end by integration. */
static td_status measured_share(struct run *r, const struct td_pathways *model,
                                const struct pathway_options *o, double *out) {
    struct pathway_run run;
    double state[TD_PATHWAYS_MAX];
    memcpy(state, r->start, sizeof state);
    td_status status = pathway_run_open(&run, model, o, r->err);
    if (!status)
        status = pathway_run_go(&run, r->task, state, r->err);
    pathway_run_close(&run);
    *out = td_pathways_share(model, state, 0);
    return status;
}

static td_status closed_share(struct run *r, const struct td_pathways *model, double *out) {
    double state[TD_PATHWAYS_MAX];
    memcpy(state, r->start, sizeof state);
    td_status status = td_pathways_exact(model, state, INFINITY, r->err);
    *out = td_pathways_share(model, state, 0);
    return status;
}

/* What the deficit at `onset` adds to the share of pathway 1. */
static td_status effect_at(struct run *r, double onset, bool theory, double *out) {
    const struct options at = in_time(r->o, r->unit, onset);
    struct td_pathways model;
    double ignored[TD_PATHWAYS_MAX], share = NAN;
    td_status status = pathway_model(&at.pathway, &at.deficit, &model, ignored, r->err);
    if (!status)
        status = theory ? closed_share(r, &model, &share)
                        : measured_share(r, &model, &at.pathway, &share);
    *out = share - (theory ? r->share_theory : r->share);
    return status;
}

/* --- learning time -------------------------------------------------------------------------- */

static double half_learned(void *context, size_t i, const double *state) {
    (void)i;
    const struct pathway_run *run = context;
    const struct td_pathways *m = run->flow.model;
    return td_pathways_total(m, state) - m->target / 2;
}

static td_status measure_learning_time(struct run *r, const struct pathway_options *o,
                                       double *out) {
    struct pathway_run run;
    double state[TD_PATHWAYS_MAX];
    memcpy(state, r->start, sizeof state);
    td_status status = pathway_run_open(&run, &r->without, o, r->err);
    if (!status) {
        struct td_ode_run plan = pathway_run_plan(&run);
        plan.n_levels = 1;
        plan.level = half_learned;
        plan.crossing = out;
        status = td_ode_solve(run.ode, r->task, &plan, state, r->err);
    }
    pathway_run_close(&run);
    return status;
}

/* The logistic's half time, for pathways of depth 2 in a balanced form (Saxe et al. 2014). */
static double closed_learning_time(const struct run *r) {
    const struct td_pathways *m = &r->without;
    for (size_t i = 0; i < m->n; i++)
        if (m->depth[i] != 2 || m->form == TD_PATHWAY_UNBALANCED)
            return NAN;
    double k0 = td_pathways_total(m, r->start);
    return log(m->target / k0 - 1) / (2 * m->target);
}

static td_status learning_times(struct run *r) {
    double theory, measured;
    td_status status =
        td_pathways_time_to(&r->without, r->start, r->without.target / 2, &theory, r->err);
    if (status)
        return status;
    r->unit = r->o->relative ? theory : 1;
    const struct options at = in_time(r->o, r->unit, 0);
    status = measure_learning_time(r, &at.pathway, &measured);
    if (!status)
        status = emit(r, "learning-time", "integrated", 0, measured);
    if (!status)
        status = emit(r, "learning-time", "theory", 0, theory);
    return status ? status : emit(r, "learning-time", "logistic", 0, closed_learning_time(r));
}

/* --- effects -------------------------------------------------------------------------------- */

static td_status effects(struct run *r) {
    td_status status = TD_OK;
    for (size_t i = 0; i < r->o->onsets.n && !status; i++) {
        double onset = r->o->onsets.v[i], measured, theory;
        int64_t step = (int64_t)i;
        status = effect_at(r, onset, false, &measured);
        if (!status)
            status = effect_at(r, onset, true, &theory);
        if (!status)
            status = emit(r, "onset", "", step, onset);
        if (!status)
            status = emit(r, "effect", "integrated", step, measured);
        if (!status)
            status = emit(r, "effect", "theory", step, theory);
        if (!status)
            status = emit(r, "residual", "", step, measured - theory);
    }
    return status;
}

static double above_half(double onset, void *context) {
    struct run *r = context;
    double effect = 0;
    td_status status = effect_at(r, onset, r->theory, &effect);
    if (status)
        r->status = status;
    return effect / r->reference - 0.5;
}

/* Onset at which the effect has fallen to half of that of onset 0. */
static td_status critical_period(struct run *r, bool theory) {
    const double tolerance = 1e-7, nothing = 1e-9; /* of the onset; an effect */
    double onset = NAN, last = r->o->pathway.end * (1 - 1e-9);
    r->theory = theory;
    td_status status = effect_at(r, 0, theory, &r->reference);
    if (status || fabs(r->reference) < nothing || above_half(last, r) > 0)
        return status ? status : r->status;
    status = td_root(above_half, r, 0, last, tolerance, &onset, r->err);
    if (!status)
        status = r->status;
    return status ? status : emit(r, "critical-period", theory ? "theory" : "integrated", 0, onset);
}

static td_status run(struct td_task *task, const void *p, uint64_t seed, struct td_error *err) {
    (void)seed; /* nothing is drawn */
    const struct options *o = p;
    struct run r = {.task = task, .o = o, .err = err};
    td_status status = pathway_model(&o->pathway, NULL, &r.without, r.start, err);
    if (!status)
        status = learning_times(&r);
    const struct options at = in_time(o, r.unit, 0);
    if (!status)
        status = measured_share(&r, &r.without, &at.pathway, &r.share);
    if (!status)
        status = closed_share(&r, &r.without, &r.share_theory);
    if (!status)
        status = effects(&r);
    if (!status)
        status = critical_period(&r, false);
    return status ? status : critical_period(&r, true);
}

static const char *const emits[] = {
    "learning-time: until sum K = S/2 without deficit; site integrated, theory (quadrature) or "
    "logistic (closed form, depth 2) [time]",
    "onset: of run `step` [multiples of the learning time, or time]",
    "effect: share of pathway 1 at the end minus that without deficit; site integrated or theory; "
    "step is the run",
    "residual: difference of the two",
    "critical-period: onset at which the effect is half of that of onset 0; site integrated or "
    "theory [as onset]",
    NULL};

const struct td_experiment td_experiment_critical_effect_map = {
    .kind =
        TD_KIND("critical-periods/effect-map",
                "What a deficit changes for good, by onset, length and depth: integrated, and "
                "from the invariants of the flow by quadrature and a root; learning time and "
                "length of the critical period.",
                "after Kleinman et al. 2024, section 3; Saxe et al. 2014", params, struct options),
    .version = 1,
    .check = check,
    .cost = cost,
    .run = run,
    .emits = emits,
};
