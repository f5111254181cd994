#include "experiments/critical_periods/mode_curves.h"

#include <math.h>
#include <string.h>

#include "sim/networks/deep_linear.h"
#include "sim/ode_pathways.h"
#include "sim/task_modes.h"

/* --- room ----------------------------------------------------------------------------------- */

/* The union of two ascending lists and of 0 and `last`. */
static td_status join_steps(struct mode_curves *c, size_t n_at, const int64_t *at, size_t n_more,
                            const int64_t *more, int64_t last, struct td_arena *arena,
                            struct td_error *err) {
    int64_t *steps = td_arena_alloc(arena, (n_at + n_more + 2) * sizeof *steps);
    c->stored = td_arena_alloc(arena, (n_at + n_more + 2) * sizeof *c->stored);
    if (!steps || !c->stored)
        return td_fail_memory(err, (n_at + n_more + 2) * sizeof *steps);
    size_t i = 0, j = 0;
    for (int64_t next = 0;;) {
        while (i < n_at && at[i] < next)
            i++;
        while (j < n_more && more[j] < next)
            j++;
        int64_t step = next == 0 ? 0 : last;
        step = i < n_at && at[i] < step ? at[i] : step;
        step = j < n_more && more[j] < step ? more[j] : step;
        c->stored[c->n_steps] = i < n_at && at[i] == step;
        steps[c->n_steps++] = step;
        if (step == last)
            break;
        next = step + 1;
    }
    c->steps = steps;
    return TD_OK;
}

static td_status choose_steps(struct mode_curves *c, const struct mode_options *o, int64_t last,
                              struct td_arena *arena, struct td_error *err) {
    size_t n_at = 0, n_more = 0;
    const int64_t *at = NULL, *more = NULL;
    td_status status = td_steps_expand(&o->at, last, arena, &n_at, &at, err);
    if (!status)
        status = td_steps_expand(&o->compare, last, arena, &n_more, &more, err);
    return status ? status : join_steps(c, n_at, at, n_more, more, last, arena, err);
}

static td_status choose_modes(struct mode_curves *c, const struct td_dataset *data,
                              struct td_arena *arena, struct td_error *err) {
    struct td_task_modes task;
    td_status status = td_task_modes_make(data, &task, err);
    if (status)
        return status;
    while (c->modes < task.n && task.s[c->modes] > 1e-6 * task.s[0])
        c->modes++;
    c->target = td_arena_alloc(arena, (c->modes + 1) * sizeof *c->target);
    if (!c->target)
        status = td_fail_memory(err, c->modes * sizeof *c->target);
    else if (c->modes)
        memcpy(c->target, task.s, c->modes * sizeof *c->target);
    else
        status = td_fail(err, TD_BAD_INPUT,
                         "data: targets and inputs are unrelated, there is "
                         "nothing to learn");
    td_task_modes_free(&task);
    return status;
}

td_status mode_curves_make(const struct mode_options *o, const struct td_dataset *data,
                           struct td_arena *arena, struct mode_curves *out, struct td_error *err) {
    struct mode_timing timing;
    const struct td_deep_linear *net = o->net.params;
    *out = (struct mode_curves){.pathways = (size_t)net->pathways, .lr = o->lr};
    td_status status = mode_timing(o, &timing, err);
    if (!status)
        status = choose_steps(out, o, timing.steps, arena, err);
    if (!status)
        status = choose_modes(out, data, arena, err);
    if (status)
        return status;
    size_t n = 0;
    bool fits = td_mul(out->n_steps * out->pathways, out->modes * sizeof(double), &n);
    out->network = fits ? td_arena_alloc(arena, n) : NULL;
    out->equation = fits ? td_arena_alloc(arena, n) : NULL;
    out->crossing = td_arena_alloc(arena, out->modes * sizeof *out->crossing);
    return out->network && out->equation && out->crossing ? TD_OK : td_fail_memory(err, n);
}

/* --- the equation --------------------------------------------------------------------------- */

/* One mode of all pathways; `flow` first: it is the context of the run. */
struct mode_flow {
    struct td_pathways_flow flow;
    struct td_pathways model;
    struct mode_curves *c;
    size_t mode;
};

static double *strengths_at(const struct mode_curves *c, double *strengths, size_t i, size_t x) {
    return strengths + (i * c->pathways + x) * c->modes;
}

static td_status keep_output(void *context, size_t i, double t, const double *y,
                             struct td_error *err) {
    (void)t, (void)err;
    struct mode_flow *f = context;
    for (size_t x = 0; x < f->c->pathways; x++)
        strengths_at(f->c, f->c->equation, i, x)[f->mode] = y[x];
    return TD_OK;
}

/* sum of K - S/2 */
static double level(void *context, size_t i, const double *y) {
    (void)i;
    struct mode_flow *f = context;
    double sum = 0;
    for (size_t x = 0; x < f->c->pathways; x++)
        sum += y[x];
    return sum - f->model.target / 2;
}

static void set_model(struct mode_flow *f, const struct mode_options *o) {
    const struct td_deep_linear *net = o->net.params;
    f->model = (struct td_pathways){
        .form = TD_PATHWAY_STRENGTH, .n = f->c->pathways, .target = f->c->target[f->mode]};
    for (size_t x = 0; x < f->c->pathways; x++)
        f->model.depth[x] = (int64_t)td_deep_depth(net, x);
    if (o->onset >= 0 && o->probability > 0)
        f->model.deficits[f->model.n_deficits++] =
            (struct td_deficit){.pathway = 1,
                                .silent = o->deficit == MODE_SILENCE,
                                .from = o->onset,
                                .until = o->onset + o->length,
                                .strength = o->probability};
}

static td_status integrate_mode(struct mode_flow *f, const struct mode_options *o,
                                const double *times, struct td_error *err) {
    static const struct td_ode_options options = {
        .method = TD_ODE_RK8PD, .rel_tol = 1e-11, .abs_tol = 1e-14};
    struct mode_curves *c = f->c;
    double state[TD_DEEP_PATHWAYS_MAX];
    set_model(f, o);
    for (size_t x = 0; x < c->pathways; x++)
        state[x] = strengths_at(c, c->network, 0, x)[f->mode];
    td_status status = td_pathways_check(&f->model, o->end, err);
    if (!status)
        status = td_pathways_check_start(&f->model, state, err);
    if (status)
        return status;
    struct td_ode *ode = NULL;
    td_pathways_system(&f->model, o->end, &f->flow);
    const struct td_ode_run run = {.until = o->end,
                                   .n_breaks = f->flow.n_breaks,
                                   .breaks = f->flow.breaks,
                                   .segment = td_pathways_segment,
                                   .n_outputs = c->n_steps,
                                   .outputs = times,
                                   .output = keep_output,
                                   .n_levels = 1,
                                   .level = level,
                                   .crossing = &c->crossing[f->mode],
                                   .context = f};
    status = td_ode_create(&f->flow.system, &options, &ode, err);
    if (!status)
        status = td_ode_solve(ode, NULL, &run, state, err);
    td_ode_free(ode);
    return status ? td_fail_in(err, "mode %zu", f->mode + 1) : TD_OK;
}

td_status mode_curves_integrate(struct mode_curves *c, const struct mode_options *o,
                                struct td_error *err) {
    double *times = td_calloc(c->n_steps, sizeof *times);
    struct mode_flow *f = td_calloc(1, sizeof *f);
    td_status status = times && f ? TD_OK : td_fail_memory(err, c->n_steps * sizeof *times);
    for (size_t i = 0; i < c->n_steps && !status; i++)
        times[i] = fmin(c->lr * (double)c->steps[i], o->end);
    for (size_t m = 0; m < c->modes && !status; m++) {
        f->c = c;
        f->mode = m;
        status = integrate_mode(f, o, times, err);
    }
    td_free(times);
    td_free(f);
    return status;
}

/* --- what follows --------------------------------------------------------------------------- */

static double total(const struct mode_curves *c, const double *strengths, size_t i, size_t m) {
    double sum = 0;
    for (size_t x = 0; x < c->pathways; x++)
        sum += strengths[(i * c->pathways + x) * c->modes + m];
    return sum;
}

double mode_share(const struct mode_curves *c, const double *strengths, size_t m) {
    size_t last = c->n_steps - 1;
    return strengths[last * c->pathways * c->modes + m] / total(c, strengths, last, m);
}

double mode_deviation(const struct mode_curves *c, size_t m) {
    double largest = 0;
    for (size_t i = 0; i < c->n_steps; i++)
        for (size_t x = 0; x < c->pathways; x++) {
            size_t at = (i * c->pathways + x) * c->modes + m;
            largest = fmax(largest, fabs(c->network[at] - c->equation[at]) / c->target[m]);
        }
    return largest;
}

double mode_learning_time(const struct mode_curves *c, size_t m) {
    double half = c->target[m] / 2, before = total(c, c->network, 0, m);
    if (before >= half)
        return 0;
    for (size_t i = 1; i < c->n_steps; i++) {
        double now = total(c, c->network, i, m);
        double from = (double)c->steps[i - 1], to = (double)c->steps[i];
        if (now >= half)
            return c->lr * (from + (to - from) * (half - before) / (now - before));
        before = now;
    }
    return NAN;
}
