/* selu/dropout: what alpha dropout and plain dropout make of the mean and variance of activations
   that are at the fixed point. The op of the training graph itself is applied. */
#include <math.h>
#include <stddef.h>

#include "experiments/selu/inputs.h"
#include "experiments/selu/layers.h"
#include "experiments/selu/selu.h"
#include "numeric/memory.h"

struct options {
    double rate;
    int kind;
    int64_t samples;
    struct td_inputs inputs;
};

static const struct td_param params[] = {
    {.name = "kind",
     .type = TD_CHOICE,
     .offset = offsetof(struct options, kind),
     .initial = "alpha",
     .choices = td_dropout_names,
     .help = "plain sets to 0 and scales the rest by 1/(1 - rate)"},
    {.name = "rate",
     .type = TD_REAL,
     .offset = offsetof(struct options, rate),
     .initial = "0.1",
     .min = 0,
     .max = 1,
     .flags = TD_OPEN_MAX,
     .help = "share of activations that are dropped"},
    {.name = "samples",
     .type = TD_INT,
     .offset = offsetof(struct options, samples),
     .initial = "1000000",
     .min = 2,
     .max = 1e9,
     .help = "activations"},
    TD_INPUTS_PARAMS(struct options, inputs, "activations"),
    {0}};

static double cost(const void *p) {
    return (double)((const struct options *)p)->samples;
}

/* Sums of powers about a shift close to the mean, so that blocks can be added up. */
struct powers {
    double shift, n, s1, s2, s3, s4;
};

static void add_powers(struct powers *p, size_t n, const real *x) {
    p->n += (double)n;
    for (size_t i = 0; i < n; i++) {
        double d = (double)x[i] - p->shift, d2 = d * d;
        p->s1 += d;
        p->s2 += d2;
        p->s3 += d2 * d;
        p->s4 += d2 * d2;
    }
}

struct estimate {
    double mean, mean_se, variance, variance_se;
};

/* Standard errors: sqrt(var/n) and sqrt((m4 - var^2)/n). */
static struct estimate estimate_of(const struct powers *p) {
    double d = p->s1 / p->n, m2 = p->s2 / p->n, m3 = p->s3 / p->n, m4 = p->s4 / p->n;
    double var = m2 - d * d, fourth = m4 - 4 * d * m3 + 6 * d * d * m2 - 3 * d * d * d * d;
    return (struct estimate){p->shift + d, sqrt(var / p->n), var,
                             sqrt(fmax(0, fourth - var * var) / p->n)};
}

static td_status emit_estimate(struct td_task *task, const char *site, const struct powers *p,
                               struct td_error *err) {
    struct estimate e = estimate_of(p);
    td_status status = td_task_emit(task, "mean", site, 0, e.mean, "", err);
    if (!status)
        status = td_task_emit(task, "mean.se", site, 0, e.mean_se, "", err);
    if (!status)
        status = td_task_emit(task, "variance", site, 0, e.variance, "", err);
    return status ? status : td_task_emit(task, "variance.se", site, 0, e.variance_se, "", err);
}

/* Applies the op block by block: before and after. */
static td_status apply(struct td_task *task, const struct options *o, uint64_t seed,
                       struct powers after[2], struct td_error *err) {
    enum { COLUMNS = 4096 };
    struct td_single_op op;
    struct td_stream data = td_stream_make(seed, "data");
    struct td_run run = {.training = true, .dropout = td_stream_make(seed, "dropout")};
    td_status status = td_single_op_create((enum td_dropout)o->kind, o->rate, 1, COLUMNS, &op, err);
    for (int64_t done = 0; done < o->samples && !status; done += COLUMNS, run.step++) {
        size_t n = o->samples - done < COLUMNS ? (size_t)(o->samples - done) : COLUMNS;
        td_draw_inputs(&o->inputs, data, (uint32_t)run.step, COLUMNS, op.in.v);
        op.apply.op->forward(&op.apply, &run);
        add_powers(&after[0], n, op.in.v);
        add_powers(&after[1], n, op.apply.out.v);
        status = td_task_poll(task, err);
    }
    td_single_op_free(&op);
    return status;
}

static td_status emit_exact(struct td_task *task, const struct options *o, struct td_error *err) {
    struct td_dropout_constants c = td_dropout_constants((enum td_dropout)o->kind, o->rate);
    struct td_moments x = {o->inputs.mean, o->inputs.variance};
    td_drop_moments((enum td_dropout)o->kind, o->rate, &x);
    td_status status = td_task_emit(task, "constant", "a", 0, c.a, "", err);
    if (!status)
        status = td_task_emit(task, "constant", "b", 0, c.b, "", err);
    if (!status)
        status = td_task_emit(task, "constant", "dropped", 0, c.dropped, "", err);
    if (!status)
        status = td_task_emit(task, "mean", "exact", 0, x.mean, "", err);
    return status ? status : td_task_emit(task, "variance", "exact", 0, x.var, "", err);
}

static td_status run(struct td_task *task, const void *p, uint64_t seed, struct td_error *err) {
    const struct options *o = p;
    struct powers sums[2] = {{.shift = o->inputs.mean}, {.shift = o->inputs.mean}};
    td_status status = apply(task, o, seed, sums, err);
    if (!status)
        status = emit_exact(task, o, err);
    if (!status)
        status = emit_estimate(task, "before", &sums[0], err);
    return status ? status : emit_estimate(task, "after", &sums[1], err);
}

static const char *const emits[] = {
    "constant: site a, b: y = a x + b for what is kept; dropped: y of what is dropped",
    "mean, variance: site before, after: measured; exact: by the formula, after",
    "mean.se, variance.se: their standard errors", NULL};

const struct td_experiment td_experiment_selu_dropout = {
    .kind =
        TD_KIND("selu/dropout",
                "Mean and variance of activations before and after alpha dropout or plain "
                "dropout, and the constants of alpha dropout.",
                "Klambauer et al. 2017, section 2, new dropout technique", params, struct options),
    .version = 1,
    .cost = cost,
    .run = run,
    .emits = emits,
};
