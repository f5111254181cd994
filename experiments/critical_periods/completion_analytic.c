/* critical-periods/completion-analytic: singular values of W while a deep matrix factorization
   learns one matrix and then another, by gradient descent and by the two gradient flows. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include "experiments/critical_periods/completion.h"
#include "numeric/linalg.h"
#include "numeric/memory.h"
#include "sim/factorization_flow.h"
#include "sim/optimizer.h"

struct options {
    struct completion_options c;
    double rate;
    int64_t pretraining, steps, compared;
    bool matrix_flow;
    double tolerance;
    struct td_steps at;
};

/* Ties need parting here, and only balanced factors follow the flows. */
static const struct td_param params[] = {
    COMPLETION_PARAMS(struct options, c),
    {.name = "lr",
     .type = TD_REAL,
     .offset = offsetof(struct options, rate),
     .initial = "0.25",
     .min = 0,
     .max = 1e6,
     .flags = TD_OPEN_MIN,
     .help =
         "learning rate of gradient descent on half the mean squared error; a step is this much "
         "time of the flows"},
    COMPLETION_STEPS_PARAMS(struct options, pretraining, steps, "1000"),
    {.name = "compared",
     .type = TD_INT,
     .offset = offsetof(struct options, compared),
     .initial = "8",
     .min = 1,
     .max = 512,
     .help = "how many of the largest singular values are recorded and compared"},
    {.name = "matrix_flow",
     .type = TD_BOOL,
     .offset = offsetof(struct options, matrix_flow),
     .initial = "true",
     .help = "integrate the flow of W too, not of its singular values and vectors alone"},
    {.name = "tolerance",
     .type = TD_REAL,
     .offset = offsetof(struct options, tolerance),
     .initial = "1e-9",
     .min = 1e-14,
     .max = 1e-2,
     .help = "of the integration, absolute and relative"},
    {.name = "at",
     .type = TD_STEPS,
     .offset = offsetof(struct options, at),
     .initial = "lin(0,end,51)",
     .help = "steps at which singular values are compared"},
    {0}};

static td_status check(const void *p, struct td_error *err) {
    const struct options *o = p;
    const int64_t side_max = 512;
    if (o->c.n > side_max)
        return td_fail(err, TD_BAD_INPUT,
                       "n is %lld: the flows decompose (n, n) matrices at every step, n up to %lld "
                       "is allowed",
                       (long long)o->c.n, (long long)side_max);
    if (o->c.start == TD_FACTOR_GAUSSIAN)
        return td_fail(err, TD_BAD_INPUT,
                       "init is gaussian: the flows hold for balanced factors; choose identity");
    if (!(o->c.spread > 0))
        return td_fail(err, TD_BAD_INPUT,
                       "spread is 0: all singular values of the start are equal, where the flow of "
                       "singular vectors has no value; choose a small one (the paper: 1e-5)");
    if (o->c.start == TD_FACTOR_ORTHOGONAL)
        return td_fail(err, TD_BAD_INPUT,
                       "init is orthogonal with spread %g: the factors are no longer balanced; "
                       "choose identity",
                       o->c.spread);
    return completion_check(&o->c, err);
}

static double cost(const void *p) {
    const struct options *o = p;
    const double flow = 20; /* about what both flows take, as a multiple of descent */
    return flow * td_factorization_flops((size_t)o->c.n, (size_t)o->c.depth, 1) *
           (double)(o->pretraining + o->steps);
}

enum way { DESCENT, SINGULAR_FLOW, MATRIX_FLOW, WAYS };
static const char *const way_names[WAYS] = {"descent", "singular-flow", "matrix-flow"};

struct run {
    struct td_task *task;
    const struct options *o;
    struct td_matrix_task tasks[2];
    struct td_factorization net;
    int64_t step, last, done; /* done: how many ways have come to their end */
    struct td_arena *arena;
    size_t n, n_at;
    const int64_t *at;
    double *singular[WAYS]; /* (n_at, n) */
    double *start, *matrix; /* (n, n) */
    double top[2];          /* largest singular value of each task's matrix */
    struct td_error *err;
};

/* --- gradient descent ------------------------------------------------------------------------ */

static td_status product_spectrum(struct run *r, double *s) {
    td_factorization_forward(&r->net);
    for (size_t i = 0; i < r->n * r->n; i++)
        r->matrix[i] = (double)r->net.product[i];
    return td_svd(r->n, r->n, r->matrix, s, NULL, NULL, r->err);
}

static td_status look(struct run *r) {
    for (size_t i = 0; i < r->n_at && r->at[i] <= r->step; i++)
        if (r->at[i] == r->step)
            return product_spectrum(r, r->singular[DESCENT] + i * r->n);
    return TD_OK;
}

static td_status descend(struct run *r) {
    const struct td_observed *seen = &r->tasks[r->step >= r->o->pretraining].observed;
    struct td_weights *w = r->net.weights;
    double loss = td_factorization_gradient(&r->net, seen, 1 / (double)seen->count, 1);
    if (!isfinite(loss))
        return td_fail(r->err, TD_DIVERGED, "the loss is not finite at step %lld",
                       (long long)r->step);
    for (size_t i = 0; i < w->n; i++)
        w->theta[i] -= (real)r->o->rate * w->grad[i];
    r->step++;
    return TD_OK;
}

static td_status run_descent(struct run *r) {
    td_status status = TD_OK;
    while (!status) {
        status = look(r);
        if (status || r->step == r->last)
            break;
        status = descend(r);
        if (!status)
            status = td_task_poll(r->task, r->err);
    }
    return status;
}

/* --- flows ------------------------------------------------------------------------------------ */

static td_status run_flow(struct run *r, enum way way) {
    double *times = td_calloc(r->n_at, sizeof *times);
    if (!times)
        return td_fail_memory(r->err, r->n_at * sizeof *times);
    for (size_t i = 0; i < r->n_at; i++)
        times[i] = r->o->rate * (double)r->at[i];
    struct td_flow_options flow = {
        .kind = way == SINGULAR_FLOW ? TD_FLOW_SINGULAR : TD_FLOW_MATRIX,
        .depth = r->net.depth,
        .switch_at = r->o->rate * (double)r->o->pretraining,
        .until = r->o->rate * (double)r->last,
        .weight = {1 / (double)r->tasks[0].observed.count, 1 / (double)r->tasks[1].observed.count},
        .ode = {.method = TD_ODE_RK8PD, .rel_tol = r->o->tolerance, .abs_tol = r->o->tolerance},
        .n_outputs = r->n_at,
        .outputs = times,
        .state = way_names[way]};
    for (size_t i = 0; i < r->n * r->n; i++)
        r->matrix[i] = r->start[i];
    td_status status =
        td_factorization_flow(&flow, r->tasks, r->matrix, r->singular[way], r->task, r->err);
    td_free(times);
    return status;
}

/* --- what is recorded --------------------------------------------------------------------------
 */

static td_status emit_singular(struct run *r, enum way way, size_t i) {
    td_status status = TD_OK;
    for (size_t k = 0; k < r->n && k < (size_t)r->o->compared && !status; k++) {
        char site[TD_SITE_MAX];
        snprintf(site, sizeof site, "%s.%zu", way_names[way], k + 1);
        status = td_task_emit(r->task, "singular", site, r->at[i], r->singular[way][i * r->n + k],
                              "", r->err);
    }
    return status;
}

/* Largest difference of a singular value, in units of the largest one of the task's matrix. */
static td_status emit_deviation(struct run *r, enum way a, enum way b, const char *site, size_t i) {
    double most = 0, unit = r->top[r->at[i] > r->o->pretraining];
    for (size_t k = 0; k < r->n && k < (size_t)r->o->compared; k++)
        most = fmax(most, fabs(r->singular[a][i * r->n + k] - r->singular[b][i * r->n + k]));
    return td_task_emit(r->task, "deviation", site, r->at[i], most / unit, "", r->err);
}

static td_status emit_all(struct run *r) {
    td_status status = TD_OK;
    enum way ways = r->o->matrix_flow ? WAYS : MATRIX_FLOW;
    for (size_t i = 0; i < r->n_at && !status; i++) {
        for (enum way way = 0; way < ways && !status; way++)
            status = emit_singular(r, way, i);
        for (enum way way = SINGULAR_FLOW; way < ways && !status; way++)
            status = emit_deviation(r, DESCENT, way, way_names[way], i);
        if (!status && r->o->matrix_flow)
            status = emit_deviation(r, SINGULAR_FLOW, MATRIX_FLOW, "flows", i);
    }
    return status;
}

/* --- set-up ------------------------------------------------------------------------------------
 */

static td_status keep_state(struct run *r) {
    td_status status = td_task_state(r->task, "weights", r->net.weights->theta,
                                     r->net.weights->n * sizeof(real), NULL, r->err);
    if (!status)
        status = td_task_state(r->task, "step", &r->step, sizeof r->step, NULL, r->err);
    if (!status)
        status = td_task_state(r->task, "done", &r->done, sizeof r->done, NULL, r->err);
    for (int way = 0; way < WAYS && !status; way++) {
        char name[64];
        snprintf(name, sizeof name, "singular.%s", way_names[way]);
        status = td_task_state(r->task, name, r->singular[way], r->n_at * r->n * sizeof(double),
                               NULL, r->err);
    }
    return status;
}

static td_status allocate(struct run *r) {
    r->arena = td_arena_create();
    r->start = td_calloc(2 * r->n * r->n, sizeof(double));
    if (!r->arena || !r->start)
        return td_fail_memory(r->err, 2 * r->n * r->n * sizeof(double));
    r->matrix = r->start + r->n * r->n;
    td_status status = td_steps_expand(&r->o->at, r->last, r->arena, &r->n_at, &r->at, r->err);
    const size_t most = 50000000;
    if (!status && r->n_at > most / r->n)
        return td_fail(r->err, TD_BAD_INPUT,
                       "at: %zu times of %zu singular values each are kept, at most %zu values are "
                       "allowed",
                       r->n_at, r->n, most);
    for (int way = 0; way < WAYS && !status; way++)
        if (!(r->singular[way] = td_calloc(r->n_at * r->n, sizeof(double))))
            status = td_fail_memory(r->err, r->n_at * r->n * sizeof(double));
    return status;
}

static td_status prepare(struct run *r, uint64_t seed) {
    const struct completion_options *c = &r->o->c;
    struct td_matrix_tasks_options tasks = completion_tasks(c);
    td_status status = td_matrix_tasks_create(&tasks, seed, r->tasks, r->err);
    if (!status)
        status = td_factorization_create(r->n, (size_t)c->depth, 1, &r->net, r->err);
    if (!status)
        status = td_factorization_start(&r->net, c->start, c->scale, c->spread,
                                        td_stream_make(seed, "init"), r->err);
    if (!status)
        status = allocate(r);
    for (int t = 0; t < 2 && !status; t++) {
        status = td_svd(r->n, r->n, r->tasks[t].matrix, r->matrix, NULL, NULL, r->err);
        r->top[t] = r->matrix[0];
    }
    if (status)
        return status;
    status = td_factorization_diagonal(r->n, r->net.depth, c->scale, c->spread,
                                       td_stream_make(seed, "init"), r->matrix, r->err);
    if (status)
        return status;
    for (size_t i = 0; i < r->n; i++)
        r->start[i * r->n + i] = pow(r->matrix[i], (double)r->net.depth);
    return keep_state(r);
}

static void release(struct run *r) {
    for (int way = 0; way < WAYS; way++)
        td_free(r->singular[way]);
    td_free(r->start);
    td_arena_free(r->arena);
    td_factorization_free(&r->net);
    td_matrix_tasks_free(r->tasks);
}

static td_status run(struct td_task *task, const void *p, uint64_t seed, struct td_error *err) {
    const struct options *o = p;
    struct run r = {
        .task = task, .o = o, .n = (size_t)o->c.n, .last = o->pretraining + o->steps, .err = err};
    td_status status = prepare(&r, seed);
    if (!status && r.done == DESCENT && !(status = run_descent(&r)))
        r.done = SINGULAR_FLOW;
    if (!status && r.done == SINGULAR_FLOW && !(status = run_flow(&r, SINGULAR_FLOW)))
        r.done = MATRIX_FLOW;
    if (!status && r.done == MATRIX_FLOW && o->matrix_flow)
        status = run_flow(&r, MATRIX_FLOW);
    if (!status)
        status = emit_all(&r);
    release(&r);
    return status;
}

static const char *const emits[] = {
    "singular: singular values of W; site descent.k, singular-flow.k, matrix-flow.k, k = 1 the "
    "largest; step is the step of descent, whose learning rate is the flows' time",
    "deviation: largest difference of those values, in units of the largest singular value of the "
    "matrix that is learned; site singular-flow, matrix-flow: from descent; flows: from each other",
    NULL};

const struct td_experiment td_experiment_critical_completion_analytic = {
    .kind = TD_KIND(
        "critical-periods/completion-analytic",
        "Singular values of a deep matrix factorization that learns one matrix and then another "
        "from some of their entries: gradient descent beside the flow of singular values and "
        "vectors and, independent of it, the flow of the matrix.",
        "Kleinman, Achille, Soatto 2024, appendix; Arora, Cohen, Hu, Luo 2019", params,
        struct options),
    .version = 1,
    .check = check,
    .cost = cost,
    .run = run,
    .emits = emits,
};
