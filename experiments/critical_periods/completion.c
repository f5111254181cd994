/* critical-periods/completion: a deep matrix factorization learns one matrix from some of its
   entries for a while, then another one, and is tested on the second. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "experiments/critical_periods/completion.h"
#include "measure/singular.h"
#include "numeric/linalg.h"
#include "numeric/memory.h"
#include "sim/optimizer.h"

struct options {
    struct completion_options c;
    int64_t pathways, gated;
    struct td_part optimizer;
    int rate;
    int64_t pretraining, steps;
    int64_t singular_values;
    struct td_steps at, spectra_at;
};

enum rate { RATE_OF_MEAN, RATE_PER_OBSERVATION };
static const char *const rate_names[] = {"mean", "sum", NULL};

static const struct td_param params[] = {
    COMPLETION_PARAMS(struct options, c),
    {.name = "pathways",
     .type = TD_INT,
     .offset = offsetof(struct options, pathways),
     .initial = "1",
     .min = 1,
     .max = TD_FACTOR_PATHWAYS_MAX,
     .help = "products that W is the sum of"},
    {.name = "gated",
     .type = TD_INT,
     .offset = offsetof(struct options, gated),
     .initial = "0",
     .min = 0,
     .max = TD_FACTOR_PATHWAYS_MAX - 1,
     .help = "how many of the last pathways do not learn during task 1 (their output stays)"},
    {.name = "optimizer",
     .type = TD_PART,
     .offset = offsetof(struct options, optimizer),
     .initial = "gd",
     .registry = &td_optimizers,
     .help = "always over all observed entries"},
    {.name = "loss",
     .type = TD_CHOICE,
     .offset = offsetof(struct options, rate),
     .initial = "mean",
     .choices = rate_names,
     .help =
         "half the mean, or half the sum, of the squared errors over the observed entries; with "
         "a sum the learning rate is one per observation"},
    COMPLETION_STEPS_PARAMS(struct options, pretraining, steps, "10000"),
    {.name = "singular_values",
     .type = TD_INT,
     .offset = offsetof(struct options, singular_values),
     .initial = "10",
     .min = 1,
     .max = TD_FACTOR_SIDE_MAX,
     .flags = TD_OBSERVED,
     .help = "how many are recorded"},
    {.name = "at",
     .type = TD_STEPS,
     .offset = offsetof(struct options, at),
     .initial = "end",
     .flags = TD_OBSERVED,
     .help = "steps, from the start of task 1, at which errors are recorded"},
    {.name = "spectra_at",
     .type = TD_STEPS,
     .offset = offsetof(struct options, spectra_at),
     .initial = "end",
     .flags = TD_OBSERVED,
     .help = "steps at which singular values, effective ranks and alignments are"},
    {0}};

static td_status check(const void *p, struct td_error *err) {
    const struct options *o = p;
    if (o->gated >= o->pathways)
        return td_fail(err, TD_BAD_INPUT,
                       "gated is %lld of %lld pathways: one at least must learn task 1",
                       (long long)o->gated, (long long)o->pathways);
    const double most = 4294967296.0; /* factors, gradients and products: 16 GiB of floats */
    double kept = 3 * (double)o->pathways * (double)o->c.depth * (double)o->c.n * (double)o->c.n;
    if (kept > most)
        return td_fail(err, TD_BAD_INPUT,
                       "3 x pathways x depth x n^2: %g values are kept, at most %g are allowed",
                       kept, most);
    return completion_check(&o->c, err);
}

static double cost(const void *p) {
    const struct options *o = p;
    return td_factorization_flops((size_t)o->c.n, (size_t)o->c.depth, (size_t)o->pathways) *
           (double)(o->pretraining + o->steps);
}

/* --- one run -------------------------------------------------------------------------------- */

enum { MOMENTS_MAX = 4 };

struct run {
    struct td_task *task;
    const struct options *o;
    struct td_matrix_task tasks[2];
    struct td_factorization net;
    const struct td_optimizer *optimizer;
    real *moments[MOMENTS_MAX];
    int64_t step, last;
    struct td_arena *arena;
    size_t n_at, n_spectra;
    const int64_t *at, *spectra;
    double *matrix, *s, *u, *vt; /* SVD of W */
    struct td_error *err;
};

static int now(const struct run *r) {
    return r->step < r->o->pretraining ? 0 : 1;
}

static double weight_of(const struct run *r, int task) {
    return r->o->rate == RATE_OF_MEAN ? 1 / (double)r->tasks[task].observed.count : 1;
}

static bool due(size_t n, const int64_t *steps, int64_t step) {
    for (size_t i = 0; i < n && steps[i] <= step; i++)
        if (steps[i] == step)
            return true;
    return false;
}

static td_status emit(struct run *r, const char *measure, const char *site, double value) {
    if (!isfinite(value))
        return td_fail(r->err, TD_DIVERGED, "%s is not finite at step %lld", measure,
                       (long long)r->step);
    return td_task_emit(r->task, measure, site, r->step, value, "", r->err);
}

static td_status emit_errors(struct run *r) {
    static const char *const sites[2] = {"task.1", "task.2"};
    td_status status = TD_OK;
    for (int t = 0; t < 2 && !status; t++) {
        struct td_completion_errors e;
        td_matrix_task_errors(&r->tasks[t], r->net.product, &e);
        status = emit(r, "test", sites[t], e.all);
        if (!status)
            status = emit(r, "observed", sites[t], e.observed);
        if (!status && !isnan(e.unobserved))
            status = emit(r, "unobserved", sites[t], e.unobserved);
    }
    return status;
}

/* The mean over column and row space of the alignment between the leading singular vectors of W,
   as many as the task's rank, and the task's own. */
static td_status emit_alignment(struct run *r, int task, const char *site) {
    const struct td_matrix_task *t = &r->tasks[task];
    size_t n = t->n, k = t->rank;
    double *lead = td_calloc(n * k + k, sizeof *lead), sum = 0, largest = 0;
    if (!lead)
        return td_fail_memory(r->err, (n + 1) * k * sizeof *lead);
    double *angles = lead + n * k;
    td_status status = TD_OK;
    for (int side = 0; side < 2 && !status; side++) {
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < k; j++)
                lead[i * k + j] = side ? r->vt[j * n + i] : r->u[i * n + j];
        status = td_principal_angles(n, k, lead, k, side ? t->right : t->left, angles, r->err);
        sum += status ? 0 : td_subspace_alignment(k, angles);
        largest = fmax(largest, angles[k - 1]);
    }
    td_free(lead);
    if (!status)
        status = emit(r, "alignment", site, sum / 2);
    return status ? status : emit(r, "angle", site, largest * 180 / M_PI);
}

static td_status emit_spectrum(struct run *r) {
    size_t n = r->net.n;
    struct td_matrix_rank rank;
    for (size_t i = 0; i < n * n; i++)
        r->matrix[i] = (double)r->net.product[i];
    td_status status = td_svd(n, n, r->matrix, r->s, r->u, r->vt, r->err);
    for (size_t i = 0; i < n && i < (size_t)r->o->singular_values && !status; i++) {
        char site[TD_SITE_MAX];
        snprintf(site, sizeof site, "%zu", i + 1);
        status = emit(r, "singular", site, r->s[i]);
    }
    if (status)
        return status;
    td_matrix_rank(n, r->s, &rank);
    status = emit(r, "rank", "entropy", rank.entropy);
    if (!status)
        status = emit(r, "rank", "stable", rank.stable);
    if (!status)
        status = emit(r, "rank", "participation", rank.participation);
    if (!status)
        status = emit_alignment(r, 0, "task.1");
    return status ? status : emit_alignment(r, 1, "task.2");
}

/* What part of W a pathway makes: <W_p, W> / <W, W>. */
static td_status emit_shares(struct run *r) {
    size_t square = r->net.n * r->net.n;
    double whole = 0;
    td_status status = TD_OK;
    for (size_t i = 0; i < square; i++)
        whole += (double)r->net.product[i] * (double)r->net.product[i];
    for (size_t p = 0; p < r->net.pathways && r->net.pathways > 1 && whole > 0 && !status; p++) {
        const real *w = td_factorization_pathway(&r->net, p);
        char site[2] = {(char)('a' + p), '\0'};
        double part = 0;
        for (size_t i = 0; i < square; i++)
            part += (double)w[i] * (double)r->net.product[i];
        status = emit(r, "share", site, part / whole);
    }
    return status;
}

/* The state after r->step steps. */
static td_status look(struct run *r) {
    bool errors = due(r->n_at, r->at, r->step);
    bool spectrum = due(r->n_spectra, r->spectra, r->step);
    if (!errors && !spectrum && r->step != r->last)
        return TD_OK;
    td_factorization_forward(&r->net);
    td_status status = TD_OK;
    if (errors)
        status = emit_errors(r);
    if (!status && spectrum)
        status = emit_spectrum(r);
    if (!status && spectrum)
        status = emit_shares(r);
    if (status || r->step != r->last)
        return status;
    struct td_completion_errors e;
    td_matrix_task_errors(&r->tasks[1], r->net.product, &e);
    status = emit(r, "final", "test", e.all);
    if (!status)
        status = emit(r, "final", "observed", e.observed);
    if (!status && !isnan(e.unobserved))
        status = emit(r, "final", "unobserved", e.unobserved);
    return status;
}

static td_status descend(struct run *r) {
    int task = now(r);
    size_t learning = r->net.pathways - (task == 0 ? (size_t)r->o->gated : 0);
    double loss =
        td_factorization_gradient(&r->net, &r->tasks[task].observed, weight_of(r, task), learning);
    if (!isfinite(loss))
        return td_fail(r->err, TD_DIVERGED, "the loss is not finite at step %lld",
                       (long long)r->step);
    struct td_weights active = *r->net.weights;
    active.n_slices = learning * r->net.depth;
    const void *own = r->o->optimizer.params;
    r->optimizer->step(own, &active, r->moments, r->optimizer->rate(own), (uint64_t)r->step);
    r->step++;
    return TD_OK;
}

static td_status keep_state(struct run *r) {
    size_t bytes = r->net.weights->n * sizeof(real);
    td_status status =
        td_task_state(r->task, "weights", r->net.weights->theta, bytes, NULL, r->err);
    for (size_t i = 0; i < r->optimizer->n_moments && !status; i++) {
        char name[32];
        snprintf(name, sizeof name, "moments.%zu", i);
        status = td_task_state(r->task, name, r->moments[i], bytes, NULL, r->err);
    }
    return status ? status : td_task_state(r->task, "step", &r->step, sizeof r->step, NULL, r->err);
}

static td_status learn(struct run *r) {
    td_status status = keep_state(r);
    while (!status) {
        status = look(r);
        if (status || r->step == r->last)
            return status;
        status = descend(r);
        if (!status)
            status = td_task_poll(r->task, r->err);
    }
    return status;
}

/* --- set-up --------------------------------------------------------------------------------- */

static td_status allocate(struct run *r) {
    size_t n = r->net.n, bytes = n * n * sizeof(double);
    r->optimizer = (const struct td_optimizer *)r->o->optimizer.kind;
    if (r->optimizer->n_moments > MOMENTS_MAX)
        return td_fail(r->err, TD_BAD_INPUT, "optimizer %s keeps %zu moments, at most %d fit",
                       r->optimizer->kind.name, r->optimizer->n_moments, MOMENTS_MAX);
    for (size_t i = 0; i < r->optimizer->n_moments; i++)
        if (!(r->moments[i] = td_calloc(r->net.weights->n, sizeof(real))))
            return td_fail_memory(r->err, r->net.weights->n * sizeof(real));
    r->matrix = td_calloc(n * n, sizeof(double));
    r->s = td_calloc(n, sizeof(double));
    r->u = td_calloc(n * n, sizeof(double));
    r->vt = td_calloc(n * n, sizeof(double));
    r->arena = td_arena_create();
    if (!r->matrix || !r->s || !r->u || !r->vt || !r->arena)
        return td_fail_memory(r->err, bytes);
    td_status status = td_steps_expand(&r->o->at, r->last, r->arena, &r->n_at, &r->at, r->err);
    return status ? status
                  : td_steps_expand(&r->o->spectra_at, r->last, r->arena, &r->n_spectra,
                                    &r->spectra, r->err);
}

static void release(struct run *r) {
    for (size_t i = 0; i < MOMENTS_MAX; i++)
        td_free(r->moments[i]);
    td_free(r->matrix);
    td_free(r->s);
    td_free(r->u);
    td_free(r->vt);
    td_arena_free(r->arena);
    td_factorization_free(&r->net);
    td_matrix_tasks_free(r->tasks);
}

static td_status run(struct td_task *task, const void *p, uint64_t seed, struct td_error *err) {
    const struct options *o = p;
    struct run r = {.task = task, .o = o, .last = o->pretraining + o->steps, .err = err};
    struct td_matrix_tasks_options tasks = completion_tasks(&o->c);
    td_status status = td_matrix_tasks_create(&tasks, seed, r.tasks, err);
    if (!status)
        status = td_factorization_create((size_t)o->c.n, (size_t)o->c.depth, (size_t)o->pathways,
                                         &r.net, err);
    if (!status)
        status = td_factorization_start(&r.net, o->c.start, o->c.scale, o->c.spread,
                                        td_stream_make(seed, "init"), err);
    if (!status)
        status = allocate(&r);
    if (!status)
        status = learn(&r);
    release(&r);
    return status;
}

static const char *const emits[] = {
    "final: at the end, mean squared error of W on the matrix of task 2; site test: over all "
    "entries, observed, unobserved; step is the number of steps",
    "test, observed, unobserved: the same on the matrix of site task.1 and task.2; step is the "
    "training step, counted from the start of task 1",
    "singular: singular values of W; site 1 is the largest",
    "rank: effective rank of W by its singular values; site entropy, stable or participation",
    "alignment: mean squared cosine of the principal angles between W's leading singular vectors "
    "and those of task.1, task.2 (site), as many as its rank; mean over columns and rows",
    "angle: the largest of those principal angles [degrees]",
    "share: part <W_p, W> / <W, W> of pathway p (site a, b, ...), if there are several",
    NULL};

const struct td_experiment td_experiment_critical_completion = {
    .kind = TD_KIND(
        "critical-periods/completion",
        "Matrix completion and transfer: a deep matrix factorization learns a matrix of one rank "
        "from some of its entries, then another matrix (or the same one from more entries), with "
        "chosen ranks and a chosen angle between the two.",
        "Kleinman, Achille, Soatto 2024, section 4", params, struct options),
    .version = 1,
    .check = check,
    .cost = cost,
    .run = run,
    .emits = emits,
};
