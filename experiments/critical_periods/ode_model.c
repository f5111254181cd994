/* critical-periods/ode-model: strengths of the pathways over time, integrated, beside the closed
   form; how well the integrator keeps the invariants. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "experiments/critical_periods/critical_periods.h"
#include "experiments/critical_periods/pathway_options.h"
#include "numeric/memory.h"

struct options {
    struct pathway_options pathway;
    struct deficit_options deficit;
    int64_t points;
};

static const struct td_param params[] = {
    PATHWAY_PARAMS(struct options, pathway, "factor", "[0.05]", "2"),
    DEFICIT_PARAMS(struct options, deficit),
    DEFICIT_TIME_PARAMS(struct options, deficit, "0", 0, "how long it lasts; 0: there is none"),
    {.name = "points",
     .type = TD_INT,
     .offset = offsetof(struct options, points),
     .initial = "101",
     .min = 2,
     .max = 100000,
     .help = "times at which the strengths are given, evenly spaced from 0 to the end"},
    {0}};

static td_status model_of(const struct options *o, struct td_pathways *model, double *start,
                          struct td_error *err) {
    return pathway_model(&o->pathway, o->deficit.length > 0 ? &o->deficit : NULL, model, start,
                         err);
}

static td_status check(const void *p, struct td_error *err) {
    const struct options *o = p;
    struct td_pathways model;
    double start[TD_PATHWAYS_MAX];
    const struct td_ode_options ode = pathway_ode_options(&o->pathway);
    td_status status = model_of(o, &model, start, err);
    return status ? status : td_ode_options_check(&ode, err);
}

struct run {
    struct pathway_run pathway; /* first: the run's context */
    struct td_task *task;
    const struct options *o;
    struct td_pathways model;
    double start[TD_PATHWAYS_MAX];
    struct invariants invariants;
    double *times, *strengths; /* (points), (points, pathways) */
    struct td_error *err;
};

static td_status emit(struct run *r, const char *measure, const char *site, int64_t step,
                      double value) {
    return td_task_emit(r->task, measure, site, step, value, "", r->err);
}

static td_status output(void *context, size_t i, double t, const double *state,
                        struct td_error *err) {
    (void)t, (void)err;
    struct run *r = context;
    for (size_t x = 0; x < r->model.n; x++)
        r->strengths[i * r->model.n + x] =
            td_pathway_strength(r->model.form, r->model.depth[x], state[x]);
    return TD_OK;
}

/* Everything that a run which goes on needs back. */
static td_status keep(struct run *r) {
    size_t bytes = (size_t)r->o->points * r->model.n * sizeof *r->strengths;
    td_status status = td_task_state(r->task, "strengths", r->strengths, bytes, NULL, r->err);
    return status ? status
                  : td_task_state(r->task, "invariants", &r->invariants, sizeof r->invariants, NULL,
                                  r->err);
}

static td_status integrate(struct run *r) {
    double state[TD_PATHWAYS_MAX];
    memcpy(state, r->start, sizeof state);
    struct td_ode_run plan = pathway_run_plan(&r->pathway);
    plan.n_outputs = (size_t)r->o->points;
    plan.outputs = r->times;
    plan.output = output;
    plan.state = "ode";
    td_status status = td_ode_solve(r->pathway.ode, r->task, &plan, state, r->err);
    if (!status)
        status = emit(r, "steps", "", 0, (double)td_ode_steps(r->pathway.ode));
    if (!status && r->model.n > 1)
        status = emit(r, "drift", "", 0, r->invariants.drift);
    if (!status && r->model.n > 1 && r->model.form != TD_PATHWAY_UNBALANCED &&
        r->model.depth[0] == 2)
        status = emit(r, "drift.ratio", "", 0, r->invariants.ratio_drift);
    return status;
}

/* sum K without deficit where it is elementary: all depths 1, or all 2 in a balanced form. */
static double elementary_total(const struct run *r, double t) {
    const struct td_pathways *m = &r->model;
    double s = m->target, k0 = td_pathways_total(m, r->start);
    for (size_t i = 0; i < m->n; i++)
        if (m->depth[i] != m->depth[0] || m->n_deficits)
            return NAN;
    if (m->depth[0] == 1)
        return s + (k0 - s) * exp(-(double)m->n * t);
    if (m->depth[0] == 2 && m->form != TD_PATHWAY_UNBALANCED)
        return s / (1 + (s / k0 - 1) * exp(-2 * s * t));
    return NAN;
}

static td_status compare(struct run *r) {
    double exact_deviation = 0, elementary_deviation = 0, exact[TD_PATHWAYS_MAX];
    const struct td_pathways *m = &r->model;
    td_status status = TD_OK;
    for (size_t i = 0; i < (size_t)r->o->points && !status; i++) {
        const double *k = r->strengths + i * m->n;
        double total = 0;
        memcpy(exact, r->start, sizeof exact);
        status = td_pathways_exact(m, exact, r->times[i], r->err);
        if (!status)
            status = emit(r, "time", "", (int64_t)i, r->times[i]);
        for (size_t x = 0; x < m->n && !status; x++) {
            char site[24];
            snprintf(site, sizeof site, "%zu", x + 1);
            double theory = td_pathway_strength(m->form, m->depth[x], exact[x]);
            exact_deviation = fmax(exact_deviation, fabs(k[x] - theory));
            total += k[x];
            status = emit(r, "strength", site, (int64_t)i, k[x]);
            if (!status)
                status = emit(r, "strength.theory", site, (int64_t)i, theory);
        }
        elementary_deviation =
            fmax(elementary_deviation, fabs(total - elementary_total(r, r->times[i])));
        if (!status)
            status = td_task_poll(r->task, r->err);
    }
    if (!status)
        status = emit(r, "deviation", "theory", 0, exact_deviation / m->target);
    if (!status && isfinite(elementary_total(r, 0)))
        status = emit(r, "deviation", m->depth[0] == 1 ? "exponential" : "sigmoid", 0,
                      elementary_deviation / m->target);
    return status;
}

static td_status run(struct td_task *task, const void *p, uint64_t seed, struct td_error *err) {
    (void)seed; /* nothing is drawn */
    const struct options *o = p;
    struct run *r = td_calloc(1, sizeof *r);
    if (!r)
        return td_fail_memory(err, sizeof *r);
    r->task = task;
    r->o = o;
    r->err = err;
    td_status status = model_of(o, &r->model, r->start, err);
    if (!status)
        status = pathway_run_open(&r->pathway, &r->model, &o->pathway, err);
    size_t points = (size_t)o->points;
    r->pathway.invariants = &r->invariants;
    r->times = td_calloc(points, sizeof *r->times);
    r->strengths = td_calloc(points * (r->model.n ? r->model.n : 1), sizeof *r->strengths);
    if (!status && !(r->times && r->strengths))
        status = td_fail_memory(err, points * r->model.n * sizeof *r->strengths);
    for (size_t i = 0; i < points && !status; i++)
        r->times[i] = o->pathway.end * ((double)i / (double)(points - 1));
    if (!status)
        status = keep(r);
    if (!status)
        status = integrate(r);
    if (!status)
        status = compare(r);
    pathway_run_close(&r->pathway);
    td_free(r->times);
    td_free(r->strengths);
    td_free(r);
    return status;
}

static const char *const emits[] = {
    "time: of point `step`",
    "strength: K_x by integration; site is the pathway, step the point",
    "strength.theory: the same by quadrature and a root, without integrator",
    "deviation: largest difference of the two over S (site theory); of sum K from its elementary "
    "solution (site sigmoid at depth 2, exponential at depth 1)",
    "drift: largest relative change of an invariant away from the deficit",
    "drift.ratio: the same of K_x / K_1; balanced forms at depth 2",
    "steps: that the integrator took",
    NULL};

const struct td_experiment td_experiment_critical_ode_model = {
    .kind = TD_KIND("critical-periods/ode-model",
                    "Strength of each pathway over time, integrated, beside the closed form: any "
                    "number of pathways, depths, integrators; how well invariants are kept.",
                    "Kleinman et al. 2024, section 3; Saxe et al. 2014", params, struct options),
    .version = 1,
    .check = check,
    .run = run,
    .emits = emits,
};
