#include "experiments/critical_periods/pathway_options.h"

#include <math.h>
#include <string.h>

static td_status check_count(const char *name, size_t n, int64_t pathways, struct td_error *err) {
    if (n == 1 || (int64_t)n == pathways)
        return TD_OK;
    return td_fail(err, TD_BAD_INPUT, "%s: %zu values for %lld pathways: give one each, or one",
                   name, n, (long long)pathways);
}

static td_status add_deficit(const struct deficit_options *d, struct td_pathways *model,
                             struct td_error *err) {
    if (d->on.n == 0 || d->on.n > TD_DEFICITS_MAX)
        return td_fail(err, TD_BAD_INPUT, "on: %zu pathways: name 1 to %d", d->on.n,
                       TD_DEFICITS_MAX);
    for (size_t i = 0; i < d->on.n; i++)
        model->deficits[model->n_deficits++] =
            (struct td_deficit){.pathway = (size_t)d->on.v[i] - 1,
                                .silent = d->silent,
                                .from = d->onset,
                                .until = d->onset + d->length,
                                .strength = d->strength};
    return TD_OK;
}

static td_status check_steps(const struct pathway_options *o, struct td_error *err) {
    const double most = 1e9; /* about a minute */
    if (o->method != TD_ODE_EULER || o->end / o->step <= most)
        return TD_OK;
    return td_fail(err, TD_BAD_INPUT, "end %g in euler's steps of %g: more than %g steps", o->end,
                   o->step, most);
}

td_status pathway_model(const struct pathway_options *o, const struct deficit_options *deficit,
                        struct td_pathways *model, double *state, struct td_error *err) {
    memset(model, 0, sizeof *model);
    model->form = o->form;
    model->n = (size_t)o->pathways;
    model->target = o->target;
    td_status status = o->depths.n ? check_count("depths", o->depths.n, o->pathways, err) : TD_OK;
    if (!status)
        status = check_count("start", o->start.n, o->pathways, err);
    for (size_t i = 0; i < model->n && !status; i++) {
        model->depth[i] = o->depths.n ? o->depths.v[o->depths.n > 1 ? i : 0] : o->depth;
        state[i] = o->start.v[o->start.n > 1 ? i : 0];
    }
    if (!status && deficit)
        status = add_deficit(deficit, model, err);
    if (!status)
        status = td_pathways_check(model, o->end, err);
    if (!status)
        status = check_steps(o, err);
    return status ? status : td_pathways_check_start(model, state, err);
}

struct td_ode_options pathway_ode_options(const struct pathway_options *o) {
    return (struct td_ode_options){
        .method = o->method, .rel_tol = o->rel_tol, .abs_tol = o->abs_tol, .step = o->step};
}

static double coordinate(const struct td_pathways *m, const double *state, size_t i) {
    return td_pathway_coordinate(m->form, m->depth[i], state[i]);
}

static void compare_gap(struct invariants *in, const struct td_pathways *m, size_t i, double phi,
                        double first) {
    double moved = fabs(phi - first - in->gap[i]);
    if (moved > 0)
        in->drift = fmax(in->drift, moved / in->scale[i]);
    if (m->form != TD_PATHWAY_UNBALANCED && m->depth[0] == 2 && m->depth[i] == 2)
        in->ratio_drift = fmax(in->ratio_drift, expm1(2 * moved));
}

void invariants_look(struct invariants *in, const struct td_pathways_flow *flow,
                     const double *state) {
    const struct td_pathways *m = flow->model;
    double first = coordinate(m, state, 0);
    for (size_t i = 1; i < m->n; i++) {
        double phi = coordinate(m, state, i);
        if (flow->gate[0] < 1 || flow->gate[i] < 1 || !isfinite(phi) || !isfinite(first))
            continue;
        if (in->started) {
            compare_gap(in, m, i, phi, first);
            continue;
        }
        in->gap[i] = phi - first;
        in->scale[i] = fmax(fabs(phi), fabs(first));
    }
    in->started = true;
}

static void start_segment(void *context, size_t k) {
    struct pathway_run *run = context;
    td_pathways_segment(&run->flow, k);
    struct invariants *in = run->invariants;
    if (in && in->segments != k + 1) {
        in->segments = k + 1;
        in->started = false;
    }
}

static td_status look(void *context, double t, const double *state, struct td_error *err) {
    struct pathway_run *run = context;
    if (run->invariants)
        invariants_look(run->invariants, &run->flow, state);
    return run->trace ? run->trace(run->trace_context, t, state, err) : TD_OK;
}

td_status pathway_run_open(struct pathway_run *run, const struct td_pathways *model,
                           const struct pathway_options *o, struct td_error *err) {
    const struct td_ode_options options = pathway_ode_options(o);
    memset(run, 0, sizeof *run);
    run->end = o->end;
    run->can_rest = o->method != TD_ODE_EULER;
    td_pathways_system(model, o->end, &run->flow);
    return td_ode_create(&run->flow.system, &options, &run->ode, err);
}

void pathway_run_close(struct pathway_run *run) {
    td_ode_free(run->ode);
    run->ode = NULL;
}

struct td_ode_run pathway_run_plan(struct pathway_run *run) {
    return (struct td_ode_run){.until = run->end,
                               .n_breaks = run->flow.n_breaks,
                               .breaks = run->flow.breaks,
                               .segment = start_segment,
                               .look = run->invariants || run->trace ? look : NULL,
                               .at_rest = run->can_rest ? td_pathways_at_rest : NULL,
                               .context = run};
}

td_status pathway_run_go(struct pathway_run *run, struct td_task *task, double *state,
                         struct td_error *err) {
    const struct td_ode_run plan = pathway_run_plan(run);
    if (run->invariants)
        run->invariants->segments = 0;
    return td_ode_solve(run->ode, task, &plan, state, err);
}
