/* critical-periods/network-vs-ode: deep linear pathways trained by gradient descent, with a deficit
   of pathway B, beside the equation of their modes (eq. 1) integrated from the same start. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "experiments/critical_periods/critical_periods.h"
#include "experiments/critical_periods/mode_curves.h"
#include "numeric/memory.h"
#include "sim/network.h"
#include "sim/networks/deep_linear.h"
#include "sim/task_modes.h"

extern const struct td_network td_network_deep_linear;

/* Only this network has an equation for its modes. */
static struct td_registry nets = {
    .family = "network",
    .kinds = (const struct td_kind *const[]){&td_network_deep_linear.kind, NULL},
};

static const char *const deficit_names[] = {"gate", "silence", NULL};

static const struct td_param params[] = {
    {.name = "net",
     .type = TD_PART,
     .offset = offsetof(struct mode_options, net),
     .initial = "deep-linear",
     .registry = &nets,
     .help = "the pathways: linear, init aligned, with gates"},
    {.name = "data",
     .type = TD_PART,
     .offset = offsetof(struct mode_options, data),
     .initial = "tree",
     .registry = &td_datas,
     .help = "the task; the equation holds for whitened inputs"},
    {.name = "lr",
     .type = TD_REAL,
     .offset = offsetof(struct mode_options, lr),
     .initial = "0.01",
     .min = 0,
     .max = 100,
     .flags = TD_OPEN_MIN,
     .unit = "time",
     .help = "learning rate of full-batch gradient descent: the time that a step takes"},
    {.name = "end",
     .type = TD_REAL,
     .offset = offsetof(struct mode_options, end),
     .initial = "10",
     .min = 0,
     .max = 1e9,
     .flags = TD_OPEN_MIN,
     .unit = "time",
     .help = "duration, a whole number of steps"},
    {.name = "deficit",
     .type = TD_CHOICE,
     .offset = offsetof(struct mode_options, deficit),
     .initial = "gate",
     .choices = deficit_names,
     .help = "of path.b: its gradient is blocked (gate), or it is silent"},
    {.name = "onset",
     .type = TD_REAL,
     .offset = offsetof(struct mode_options, onset),
     .initial = "-1",
     .min = -1,
     .max = 1e9,
     .unit = "time",
     .help = "when the deficit begins, a whole number of steps; -1: there is none"},
    {.name = "length",
     .type = TD_REAL,
     .offset = offsetof(struct mode_options, length),
     .initial = "1.5",
     .min = 0,
     .max = 1e9,
     .flags = TD_OPEN_MIN,
     .unit = "time",
     .help = "how long it lasts, a whole number of steps"},
    {.name = "probability",
     .type = TD_REAL,
     .offset = offsetof(struct mode_options, probability),
     .initial = "1",
     .min = 0,
     .max = 1,
     .help = "of the gate being closed at a step of the deficit; the equation has its mean"},
    {.name = "at",
     .type = TD_STEPS,
     .offset = offsetof(struct mode_options, at),
     .initial = "lin(0,end,51)",
     .flags = TD_OBSERVED,
     .help = "steps whose strengths are stored"},
    {.name = "compare",
     .type = TD_STEPS,
     .offset = offsetof(struct mode_options, compare),
     .initial = "lin(0,end,201)",
     .flags = TD_OBSERVED,
     .help = "steps at which network and equation are compared, beside those of `at`"},
    {0}};

/* --- before anything runs ------------------------------------------------------------------- */

/* value / lr as a number of steps. */
static td_status whole_steps(const char *name, double value, double lr, int64_t *out,
                             struct td_error *err) {
    double steps = value / lr, whole = round(steps);
    if (whole > 1e9)
        return td_fail(err, TD_BAD_INPUT, "%s: %g is %g steps of lr = %g; at most 1e9 are possible",
                       name, value, whole, lr);
    if (fabs(steps - whole) > 1e-6)
        return td_fail(err, TD_BAD_INPUT,
                       "%s: %g is not a whole number of steps of lr = %g; nearest: %.9g", name,
                       value, lr, whole * lr);
    *out = (int64_t)whole;
    return TD_OK;
}

td_status mode_timing(const struct mode_options *o, struct mode_timing *t, struct td_error *err) {
    *t = (struct mode_timing){.onset = -1, .until = -1};
    td_status status = whole_steps("end", o->end, o->lr, &t->steps, err);
    if (!status && t->steps < 1)
        return td_fail(err, TD_BAD_INPUT, "end: %g is shorter than a step, lr = %g", o->end, o->lr);
    if (status || o->onset == -1)
        return status;
    if (o->onset < 0)
        return td_fail(err, TD_BAD_INPUT, "onset: %g; 0 or later, or -1 for no deficit", o->onset);
    if (o->onset >= o->end)
        return td_fail(err, TD_BAD_INPUT, "onset: %g is not before the end at %g", o->onset,
                       o->end);
    status = whole_steps("onset", o->onset, o->lr, &t->onset, err);
    if (!status)
        status = whole_steps("length", o->length, o->lr, &t->until, err);
    if (!status && t->until < 1)
        return td_fail(err, TD_BAD_INPUT, "length: %g is shorter than a step, lr = %g", o->length,
                       o->lr);
    t->until += t->onset;
    return status;
}

static td_status check_net(const struct mode_options *o, struct td_error *err) {
    const struct td_deep_linear *net = o->net.params;
    td_status status = td_network_deep_linear.check(net, err);
    if (status)
        return status;
    if (strcmp(net->activation.kind->name, "identity") != 0)
        return td_fail(err, TD_BAD_INPUT,
                       "net.activation: %s; the modes of a nonlinear network have no equation of "
                       "their own (train has such networks)",
                       net->activation.kind->name);
    if (strcmp(net->init.kind->name, "aligned") != 0)
        return td_fail(err, TD_BAD_INPUT,
                       "net.init: %s; the equation holds from a balanced start: aligned",
                       net->init.kind->name);
    if (!net->gates)
        return td_fail(err, TD_BAD_INPUT, "net.gates: false; the deficit needs them");
    if (o->onset >= 0 && net->pathways < 2)
        return td_fail(err, TD_BAD_INPUT, "net.pathways: 1, but the deficit is one of path.b");
    return TD_OK;
}

static td_status check(const void *p, struct td_error *err) {
    struct mode_timing timing;
    const struct td_dataset *data;
    td_status status = check_net(p, err);
    if (!status)
        status = mode_timing(p, &timing, err);
    if (!status)
        status = td_dataset_get(&((const struct mode_options *)p)->data, 1, &data, err);
    if (status)
        return status;
    if (data->train.n > MODE_SAMPLES_MAX)
        status = td_fail(err, TD_BAD_INPUT, "data: %zu samples; at most %d are possible here",
                         data->train.n, MODE_SAMPLES_MAX);
    td_dataset_release(data);
    return status;
}

static double cost(const void *p) {
    const struct mode_options *o = p;
    const struct td_deep_linear *net = o->net.params;
    return o->end / o->lr * (double)net->pathways * (double)net->width * (double)net->width;
}

/* --- what is stored ------------------------------------------------------------------------- */

struct emitter {
    struct td_task *task;
    const struct mode_curves *c;
    struct td_error *err;
};

static td_status emit(const struct emitter *e, const char *measure, const char *site, int64_t step,
                      double value) {
    return td_task_emit(e->task, measure, site, step, value, "", e->err);
}

/* Strengths of one step: sites a.1, a.2, ..., b.1, ... */
static td_status emit_step(const struct emitter *e, size_t i) {
    const struct mode_curves *c = e->c;
    td_status status = TD_OK;
    for (size_t x = 0; x < c->pathways && !status; x++)
        for (size_t m = 0; m < c->modes && !status; m++) {
            char site[32];
            size_t at = (i * c->pathways + x) * c->modes + m;
            snprintf(site, sizeof site, "%c.%zu", (char)('a' + x), m + 1);
            status = emit(e, "strength.network", site, c->steps[i], c->network[at]);
            if (!status)
                status = emit(e, "strength.equation", site, c->steps[i], c->equation[at]);
        }
    return status;
}

/* Numbers of one mode, site its number. */
static td_status emit_mode(const struct emitter *e, size_t m) {
    const struct mode_curves *c = e->c;
    char site[24];
    snprintf(site, sizeof site, "%zu", m + 1);
    td_status status = emit(e, "singular-value", site, 0, c->target[m]);
    if (!status && c->pathways > 1)
        status = emit(e, "share.network", site, 0, mode_share(c, c->network, m));
    if (!status && c->pathways > 1)
        status = emit(e, "share.equation", site, 0, mode_share(c, c->equation, m));
    if (!status)
        status = emit(e, "deviation.mode", site, 0, mode_deviation(c, m));
    double time = mode_learning_time(c, m);
    if (!status && !isnan(time))
        status = emit(e, "learning-time.network", site, 0, time);
    if (!status && !isnan(c->crossing[m]))
        status = emit(e, "learning-time.equation", site, 0, c->crossing[m]);
    return status;
}

static td_status emit_all(const struct emitter *e, double drift) {
    const struct mode_curves *c = e->c;
    double deviation = 0;
    td_status status = TD_OK;
    for (size_t i = 0; i < c->n_steps && !status; i++)
        if (c->stored[i])
            status = emit_step(e, i);
    for (size_t m = 0; m < c->modes && !status; m++) {
        deviation = fmax(deviation, mode_deviation(c, m));
        status = emit_mode(e, m);
    }
    if (!status)
        status = emit(e, "deviation", "", 0, deviation);
    return status ? status : emit(e, "drift", "", 0, drift);
}

static td_status run_with_data(struct td_task *task, const struct mode_options *o,
                               const struct td_dataset *data, uint64_t seed, struct td_error *err) {
    struct mode_curves c;
    struct td_arena *arena = td_arena_create();
    double drift = 0;
    td_status status =
        arena ? mode_curves_make(o, data, arena, &c, err) : td_fail_memory(err, sizeof(void *));
    if (!status)
        status = mode_curves_train(&c, task, o, data, seed, arena, &drift, err);
    if (!status)
        status = mode_curves_integrate(&c, o, err);
    if (!status)
        status = emit_all(&(struct emitter){task, &c, err}, drift);
    td_arena_free(arena);
    return status;
}

static td_status run(struct td_task *task, const void *p, uint64_t seed, struct td_error *err) {
    const struct mode_options *o = p;
    const struct td_dataset *data;
    td_status status = td_dataset_get(&o->data, seed, &data, err);
    if (status)
        return status;
    status = run_with_data(task, o, data, seed, err);
    td_dataset_release(data);
    return status;
}

static const char *const emits[] = {
    "strength.network, strength.equation: K of a pathway and a mode of the task (site a.1: path.a, "
    "the strongest); step is the number of updates made",
    "singular-value: S of a mode, site its number; likewise the following, all of the whole run",
    "share.network, share.equation: Ka / sum of K in the end",
    "learning-time.network, learning-time.equation: when sum of K first reaches S/2 [time]",
    "deviation.mode: largest |K network - K equation| / S over pathways and steps",
    "deviation: the largest of all modes",
    "drift: change of the network's invariants, the largest entry of W^T W of a matrix minus W W^T "
    "of the one before it, against the largest entry of any W W^T in the end",
    NULL};

const struct td_experiment td_experiment_critical_network_vs_ode = {
    .kind = TD_KIND("critical-periods/network-vs-ode",
                    "Trains deep linear pathways by gradient descent, with a deficit of one, and "
                    "integrates the equation of their modes from the same start: strengths, "
                    "shares, learning times, and how far apart they are.",
                    "Kleinman et al. 2024, figure 2", params, struct mode_options),
    .version = 1,
    .check = check,
    .cost = cost,
    .run = run,
    .emits = emits,
};
