/* critical-periods/phase-portrait: where two (or more) pathways end up that learn one feature, with
   and without a deficit, from many starts; the flow field and its streamlines. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/critical_periods/critical_periods.h"
#include "experiments/critical_periods/pathway_options.h"
#include "numeric/memory.h"
#include "numeric/random.h"

enum { ROWS_MAX = 10000000 };

struct options {
    struct pathway_options pathway;
    struct deficit_options deficit;
    int64_t starts, paths, grid, streamlines;
    double spread, resolution;
};

static const struct td_param params[] = {
    PATHWAY_PARAMS(struct options, pathway, "unbalanced", "[0]", "1"),
    DEFICIT_PARAMS(struct options, deficit),
    DEFICIT_TIME_PARAMS(struct options, deficit, "0.015", TD_OPEN_MIN, "how long it lasts"),
    {.name = "starts",
     .type = TD_INT,
     .offset = offsetof(struct options, starts),
     .initial = "100",
     .min = 1,
     .max = 100000,
     .help = "random starts"},
    {.name = "spread",
     .type = TD_REAL,
     .offset = offsetof(struct options, spread),
     .initial = "0.01",
     .min = 0,
     .max = 1e6,
     .help = "standard deviation of the starts; in the balanced forms below an eighth of `start`"},
    {.name = "paths",
     .type = TD_INT,
     .offset = offsetof(struct options, paths),
     .initial = "20",
     .min = 0,
     .max = 10000,
     .help = "starts whose trajectory is kept and whose end is computed in closed form",
     .flags = TD_OBSERVED},
    {.name = "resolution",
     .type = TD_REAL,
     .offset = offsetof(struct options, resolution),
     .initial = "0.02",
     .min = 1e-4,
     .max = 1,
     .help = "distance of two kept points of a trajectory, as a share of S",
     .flags = TD_OBSERVED},
    {.name = "grid",
     .type = TD_INT,
     .offset = offsetof(struct options, grid),
     .initial = "20",
     .min = 0,
     .max = 500,
     .help = "arrows a side of the flow field",
     .flags = TD_OBSERVED},
    {.name = "streamlines",
     .type = TD_INT,
     .offset = offsetof(struct options, streamlines),
     .initial = "15",
     .min = 0,
     .max = 500,
     .help = "streamlines, evenly spaced where they meet the line of solutions",
     .flags = TD_OBSERVED},
    {0}};

static td_status check_spread(const struct options *o, const double *start, struct td_error *err) {
    const double sigmas = 8; /* no draw of 64 bits falls below */
    if (o->pathway.form == TD_PATHWAY_UNBALANCED)
        return TD_OK;
    for (int64_t i = 0; i < o->pathway.pathways; i++)
        if (sigmas * o->spread > start[i])
            return td_fail(err, TD_BAD_INPUT,
                           "spread %g around a start of %g gives negative ones, which the form "
                           "'%s' has not: at most %g",
                           o->spread, start[i], td_pathway_forms[o->pathway.form],
                           start[i] / sigmas);
    return TD_OK;
}

static td_status check(const void *p, struct td_error *err) {
    const struct options *o = p;
    struct td_pathways model;
    double start[TD_PATHWAYS_MAX];
    const struct td_ode_options ode = pathway_ode_options(&o->pathway);
    td_status status = pathway_model(&o->pathway, &o->deficit, &model, start, err);
    if (!status)
        status = check_spread(o, start, err);
    return status ? status : td_ode_options_check(&ode, err);
}

static double cost(const void *p) {
    const struct options *o = p;
    double steps = o->pathway.method == TD_ODE_EULER ? o->pathway.end / o->pathway.step : 5000;
    return steps * (double)(o->starts * o->pathway.pathways);
}

/* --- trajectories --------------------------------------------------------------------------- */

struct paths {
    const struct td_pathways *model;
    size_t columns, rows, capacity; /* start, time, K_1, K_2, ... */
    double *v;
    double start, distance; /* of the path being kept; between two of its points */
};

static td_status add_point(struct paths *p, double t, const double *strength,
                           struct td_error *err) {
    if (p->rows == p->capacity) {
        size_t capacity = p->capacity ? 2 * p->capacity : 1024;
        double *v = capacity <= ROWS_MAX ? realloc(p->v, capacity * p->columns * sizeof *v) : NULL;
        if (!v)
            return td_fail_memory(err, capacity * p->columns * sizeof *v);
        p->v = v;
        p->capacity = capacity;
    }
    double *row = p->v + p->rows++ * p->columns;
    row[0] = p->start;
    row[1] = t;
    memcpy(row + 2, strength, p->model->n * sizeof *row);
    return TD_OK;
}

static td_status trace(void *context, double t, const double *state, struct td_error *err) {
    struct paths *p = context;
    double strength[TD_PATHWAYS_MAX], moved = 0;
    const double *last = p->rows ? p->v + (p->rows - 1) * p->columns : NULL;
    for (size_t i = 0; i < p->model->n; i++) {
        strength[i] = td_pathway_strength(p->model->form, p->model->depth[i], state[i]);
        if (last)
            moved = hypot(moved, strength[i] - last[2 + i]);
    }
    if (t > 0 && moved < p->distance)
        return TD_OK;
    return add_point(p, t, strength, err);
}

/* The path's last point, however close. */
static td_status end_path(struct paths *p, double end, const double *state, struct td_error *err) {
    double distance = p->distance;
    p->distance = 0;
    td_status status = trace(p, end, state, err);
    p->distance = distance;
    return status;
}

/* --- starts --------------------------------------------------------------------------------- */

struct run {
    struct td_task *task;
    const struct options *o;
    struct td_pathways model, without;
    double start[TD_PATHWAYS_MAX];
    struct pathway_run run, run_without;
    struct invariants invariants;
    struct paths paths;
    struct td_error *err;
};

static td_status emit(struct run *r, const char *measure, size_t pathway, int64_t step,
                      double value) {
    char site[24] = "";
    if (pathway)
        snprintf(site, sizeof site, "%zu", pathway);
    return td_task_emit(r->task, measure, site, step, value, "", r->err);
}

static td_status emit_ends(struct run *r, int64_t k, const double *end, const double *without,
                           const double *exact) {
    td_status status =
        emit(r, "residual", 0, k, r->model.target - td_pathways_total(&r->model, end));
    for (size_t i = 0; i < r->model.n && !status; i++) {
        double share = td_pathways_share(&r->model, end, i);
        double share_without = td_pathways_share(&r->model, without, i);
        status = emit(r, "share", i + 1, k, share);
        if (!status)
            status = emit(r, "share.none", i + 1, k, share_without);
        if (!status)
            status = emit(r, "effect", i + 1, k, share - share_without);
        if (!status && exact)
            status = emit(r, "share.theory", i + 1, k, td_pathways_share(&r->model, exact, i));
    }
    return status;
}

static td_status run_start(struct run *r, int64_t k, struct td_stream stream) {
    double end[TD_PATHWAYS_MAX], without[TD_PATHWAYS_MAX], exact[TD_PATHWAYS_MAX];
    size_t n = r->model.n;
    td_random_dnormal(stream, 0, 0, (size_t)(k - 1) * n, n, end);
    for (size_t i = 0; i < n; i++)
        end[i] = r->start[i] + r->o->spread * end[i];
    memcpy(without, end, sizeof end);
    memcpy(exact, end, sizeof end);
    bool look = k <= r->o->paths;
    r->run.trace = look ? trace : NULL;
    r->paths.start = (double)k;
    td_status status = pathway_run_go(&r->run_without, r->task, without, r->err);
    if (!status)
        status = pathway_run_go(&r->run, r->task, end, r->err);
    if (!status && look)
        status = end_path(&r->paths, r->o->pathway.end, end, r->err);
    if (!status && look)
        status = td_pathways_exact(&r->model, exact, r->o->pathway.end, r->err);
    return status ? status : emit_ends(r, k, end, without, look ? exact : NULL);
}

static td_status run_starts(struct run *r, uint64_t seed) {
    struct td_stream stream = td_stream_make(seed, "starts");
    td_status status = TD_OK;
    for (int64_t k = 1; k <= r->o->starts && !status; k++)
        status = run_start(r, k, stream);
    if (!status && r->model.n > 1)
        status = emit(r, "drift", 0, 0, r->invariants.drift);
    if (!status && r->model.n > 1 && r->invariants.ratio_drift > 0)
        status = emit(r, "drift.ratio", 0, 0, r->invariants.ratio_drift);
    if (!status && r->paths.rows > 0) {
        size_t shape[2] = {r->paths.rows, r->paths.columns};
        status = td_task_emit_array(r->task, "paths", "", 0, 2, shape, r->paths.v, r->err);
    }
    return status;
}

/* --- the flow ------------------------------------------------------------------------------- */

/* dK of all pathways at strengths `at`, without deficit. */
static void flow_at(struct run *r, const double *at, double *change) {
    const struct td_pathways *m = &r->without;
    double state[TD_PATHWAYS_MAX];
    for (size_t i = 0; i < m->n; i++)
        state[i] = td_pathway_state(m->form, m->depth[i], at[i]);
    td_pathways_segment(&r->run_without.flow, 0);
    r->run_without.flow.system.rate(0, state, change, &r->run_without.flow);
    for (size_t i = 0; i < m->n; i++)
        change[i] *= td_pathway_strength_slope(m->form, m->depth[i], state[i]);
}

/* Array "field" (grid^2, 4): K_1, K_2, dK_1/dt, dK_2/dt; further pathways stay at their start. */
static td_status draw_field(struct run *r) {
    const double margin = 1e-3; /* of S: the paper's grid begins at 0.01 for S = 10 */
    size_t n = (size_t)r->o->grid, shape[2] = {n * n, 4};
    double *v = td_calloc(n * n * 4, sizeof *v), at[TD_PATHWAYS_MAX], change[TD_PATHWAYS_MAX];
    if (!v)
        return td_fail_memory(r->err, n * n * 4 * sizeof *v);
    for (size_t i = 0; i < r->model.n; i++)
        at[i] = td_pathway_strength(r->model.form, r->model.depth[i], r->start[i]);
    double step = n > 1 ? (1 - margin) / (double)(n - 1) : 0;
    for (size_t k = 0; k < n * n; k++) {
        at[0] = r->model.target * (margin + step * (double)(k % n));
        at[1] = r->model.target * (margin + step * (double)(k / n));
        flow_at(r, at, change);
        memcpy(v + 4 * k, (double[]){at[0], at[1], change[0], change[1]}, 4 * sizeof *v);
    }
    td_status status = td_task_emit_array(r->task, "field", "", 0, 2, shape, v, r->err);
    td_free(v);
    return status;
}

/* K of the other pathway where pathway `i` has K = x, on the streamline of gap phi_2 - phi_1. */
static double along_streamline(const struct td_pathways *m, size_t i, double x, double gap) {
    size_t j = 1 - i;
    double phi =
        td_pathway_coordinate(m->form, m->depth[i], td_pathway_state(m->form, m->depth[i], x));
    double other = td_pathway_at_coordinate(m->form, m->depth[j], phi + (i == 0 ? gap : -gap));
    return td_pathway_strength(m->form, m->depth[j], other);
}

/* Array "streamlines" (rows, 3): line, K_1, K_2, from the invariant; within 0 .. S of both. */
static td_status draw_streamlines(struct run *r) {
    enum { POINTS = 40 };
    const struct td_pathways *m = &r->without;
    size_t lines = (size_t)r->o->streamlines, rows = 0;
    double *v = td_calloc(lines * POINTS * 3, sizeof *v);
    if (!v)
        return td_fail_memory(r->err, lines * POINTS * 3 * sizeof *v);
    for (size_t l = 1; l <= lines; l++) {
        double meet[2] = {m->target * (double)l / (double)(lines + 1), 0}, phi[2];
        meet[1] = m->target - meet[0];
        for (size_t i = 0; i < 2; i++)
            phi[i] = td_pathway_coordinate(m->form, m->depth[i],
                                           td_pathway_state(m->form, m->depth[i], meet[i]));
        size_t leader = meet[0] >= meet[1] ? 0 : 1;
        for (size_t k = 1; k <= POINTS; k++) {
            double x = m->target * (double)k / POINTS;
            double other = along_streamline(m, leader, x, phi[1] - phi[0]);
            if (!(other >= 0 && other <= m->target))
                continue;
            double *row = v + 3 * rows++;
            row[0] = (double)l;
            row[1 + leader] = x;
            row[2 - leader] = other;
        }
    }
    size_t shape[2] = {rows, 3};
    td_status status =
        rows ? td_task_emit_array(r->task, "streamlines", "", 0, 2, shape, v, r->err) : TD_OK;
    td_free(v);
    return status;
}

static td_status run(struct td_task *task, const void *p, uint64_t seed, struct td_error *err) {
    const struct options *o = p;
    struct run *r = td_calloc(1, sizeof *r);
    if (!r)
        return td_fail_memory(err, sizeof *r);
    r->task = task;
    r->o = o;
    r->err = err;
    td_status status = pathway_model(&o->pathway, &o->deficit, &r->model, r->start, err);
    if (!status)
        status = pathway_model(&o->pathway, NULL, &r->without, r->start, err);
    if (!status)
        status = pathway_run_open(&r->run, &r->model, &o->pathway, err);
    if (!status)
        status = pathway_run_open(&r->run_without, &r->without, &o->pathway, err);
    r->run.invariants = r->model.n > 1 ? &r->invariants : NULL;
    r->paths = (struct paths){.model = &r->model,
                              .columns = 2 + r->model.n,
                              .distance = o->resolution * o->pathway.target};
    r->run.trace_context = &r->paths;
    if (!status)
        status = run_starts(r, seed);
    if (!status && r->model.n > 1 && o->grid > 0)
        status = draw_field(r);
    if (!status && r->model.n == 2 && o->streamlines > 0)
        status = draw_streamlines(r);
    pathway_run_close(&r->run);
    pathway_run_close(&r->run_without);
    free(r->paths.v);
    td_free(r);
    return status;
}

static const char *const emits[] = {
    "share: K_x / sum K at the end, after the deficit; site is the pathway, step the start",
    "share.none: the same from the same start without deficit",
    "effect: the difference of the two",
    "share.theory: share from the closed form, without integrator; first `paths` starts",
    "residual: S - sum K at the end",
    "drift: largest relative change of an invariant away from the deficit, over all starts",
    "drift.ratio: the same of K_x / K_1; balanced forms at depth 2",
    "paths (rows, 2 + pathways): start, time, K_1, K_2, ... of the first `paths` starts",
    "field (grid^2, 4): K_1, K_2, dK_1/dt, dK_2/dt",
    "streamlines (rows, 3): line, K_1, K_2, from the invariant",
    NULL};

const struct td_experiment td_experiment_critical_phase_portrait = {
    .kind =
        TD_KIND("critical-periods/phase-portrait",
                "Pathways of a deep linear network that learn one feature: which share each "
                "has in the end, with and without a deficit on some of them, from random "
                "starts; trajectories, flow field, streamlines, invariants.",
                "Kleinman et al. 2024, section 3, figure 1 and appendix", params, struct options),
    .version = 1,
    .check = check,
    .cost = cost,
    .run = run,
    .emits = emits,
};
