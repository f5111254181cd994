/* The network's side of mode_curves.h: gradient descent, observed. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "experiments/critical_periods/mode_curves.h"
#include "measure/task_modes.h"
#include "sim/event.h"
#include "sim/networks/deep_linear.h"
#include "sim/optimizer.h"
#include "sim/train.h"

/* --- the run as td_train takes it ----------------------------------------------------------- */

struct parts {
    struct td_part optimizer;
    struct td_parts events;
};
static const struct td_param parts_table[] = {{.name = "optimizer",
                                               .type = TD_PART,
                                               .offset = offsetof(struct parts, optimizer),
                                               .initial = "gd",
                                               .registry = &td_optimizers},
                                              {.name = "events",
                                               .type = TD_PARTS,
                                               .offset = offsetof(struct parts, events),
                                               .initial = "",
                                               .registry = &td_events,
                                               .common = td_event_common_params,
                                               .common_size = sizeof(struct td_event_common)},
                                              {0}};

static td_status make_parts(const struct mode_options *o, struct td_arena *arena,
                            struct parts *parts, struct td_error *err) {
    struct mode_timing timing;
    td_status status = mode_timing(o, &timing, err);
    if (status)
        return status;
    const char *lr = td_arena_printf(arena, "%.17g", o->lr);
    const char *at = td_arena_printf(arena, "%lld", (long long)timing.onset);
    const char *until = td_arena_printf(arena, "%lld", (long long)timing.until);
    const char *probability = td_arena_printf(arena, "%.17g", o->probability);
    const char *kind = o->deficit == MODE_SILENCE ? "silence" : "gate";
    if (!lr || !at || !until || !probability)
        return td_fail_memory(err, sizeof lr);
    const char *const with[] = {"optimizer.lr",
                                lr,
                                "events.0.kind",
                                kind,
                                "events.0.what",
                                "path.b",
                                "events.0.at",
                                at,
                                "events.0.until",
                                until,
                                "events.0.probability",
                                probability,
                                NULL};
    const char *const without[] = {"optimizer.lr", lr, NULL};
    const char *const *pairs = timing.onset >= 0 ? with : without;
    return td_params_from_text(parts_table, pairs, arena, parts, sizeof *parts, err);
}

/* --- looking -------------------------------------------------------------------------------- */

struct observer {
    struct mode_curves *c;
    const struct td_deep_linear *net;
    const struct td_dataset *data;
    struct td_mode_basis basis;
    double *outputs; /* (pathways, samples, n_out) */
    size_t n_out;
    size_t at; /* index of the step that is looked at */
};

static size_t index_of(const struct mode_curves *c, uint64_t step) {
    size_t lo = 0, hi = c->n_steps;
    while (lo < hi) {
        size_t middle = (lo + hi) / 2;
        if ((uint64_t)c->steps[middle] < step)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo;
}

static bool due(void *self, uint64_t step) {
    struct observer *o = self;
    o->at = index_of(o->c, step);
    return o->at < o->c->n_steps && (uint64_t)o->c->steps[o->at] == step;
}

/* What the last layer of each pathway says, before its gate. */
static void gather(void *self, const struct td_chunk *chunk) {
    struct observer *o = self;
    for (size_t x = 0; x < o->c->pathways; x++) {
        char name[40];
        snprintf(name, sizeof name, "path.%c.%zu", (char)('a' + x), td_deep_depth(o->net, x));
        td_chunk_rows(chunk, td_graph_find(chunk->graph, name),
                      o->outputs + x * o->data->train.n * o->n_out);
    }
}

static td_status look(void *self, struct td_train *t, struct td_task *task, struct td_error *err) {
    struct observer *o = self;
    td_status status = td_train_evaluate(t, TD_ON_TRAIN, 0, gather, o, task, err);
    for (size_t x = 0; x < o->c->pathways && !status; x++) {
        const struct td_matrix out = {.n = o->data->train.n,
                                      .d = o->n_out,
                                      .v = o->outputs + x * o->data->train.n * o->n_out,
                                      .name = "path"};
        status = td_mode_strengths(&o->basis, &out, o->c->modes,
                                   o->c->network + (o->at * o->c->pathways + x) * o->c->modes, err);
    }
    return status;
}

static td_status open_observer(struct observer *o, size_t n_out, struct td_arena *arena,
                               struct td_error *err) {
    const struct td_split *s = &o->data->train;
    double *x = td_arena_alloc(arena, s->n * o->data->d * sizeof *x);
    double *y = td_arena_alloc(arena, s->n * n_out * sizeof *y);
    o->n_out = n_out;
    o->outputs = td_arena_alloc(arena, o->c->pathways * s->n * n_out * sizeof *o->outputs);
    if (!x || !y || !o->outputs)
        return td_fail_memory(err, o->c->pathways * s->n * n_out * sizeof *y);
    for (size_t i = 0; i < s->n * o->data->d; i++)
        x[i] = (double)s->x[i];
    for (size_t i = 0; i < s->n; i++)
        for (size_t k = 0; k < n_out; k++)
            y[i * n_out + k] =
                s->target ? (double)s->target[i * n_out + k] : (size_t)s->label[i] == k;
    const struct td_matrix inputs = {s->n, o->data->d, x, "inputs"},
                           targets = {s->n, n_out, y, "targets"};
    return td_mode_basis_make(&inputs, &targets, &o->basis, err);
}

/* --- invariants ----------------------------------------------------------------------------- */

/* Entry (i, j) of W W^T (rows, rows), and of W^T W (cols, cols). */
static double rows_product(const struct td_slice *s, const real *w, size_t i, size_t j) {
    double sum = 0;
    for (size_t k = 0; k < s->cols; k++)
        sum += (double)w[i * s->cols + k] * (double)w[j * s->cols + k];
    return sum;
}

static double columns_product(const struct td_slice *s, const real *w, size_t i, size_t j) {
    double sum = 0;
    for (size_t k = 0; k < s->rows; k++)
        sum += (double)w[k * s->cols + i] * (double)w[k * s->cols + j];
    return sum;
}

/* The largest change of W(l+1)^T W(l+1) - W(l) W(l)^T from theta0 to w->theta over one pair of
   layers, and the largest entry of W(l) W(l)^T. */
static void pair_drift(const struct td_weights *w, const real *theta0, size_t l, double *drift,
                       double *largest) {
    const struct td_slice *a = &w->slices[l], *b = &w->slices[l + 1];
    for (size_t i = 0; i < a->rows; i++)
        for (size_t j = 0; j <= i; j++) {
            double inner = rows_product(a, w->theta + a->offset, i, j);
            double now = columns_product(b, w->theta + b->offset, i, j) - inner;
            double then = columns_product(b, theta0 + b->offset, i, j) -
                          rows_product(a, theta0 + a->offset, i, j);
            *drift = fmax(*drift, fabs(now - then));
            *largest = fmax(*largest, fabs(inner));
        }
}

/* Slices come pathway by pathway, layer by layer. */
static double invariants_drift(const struct td_deep_linear *net, const struct td_weights *w,
                               const real *theta0) {
    double drift = 0, largest = 0;
    size_t first = 0;
    for (size_t x = 0; x < (size_t)net->pathways; x++) {
        for (size_t l = 0; l + 1 < td_deep_depth(net, x); l++)
            pair_drift(w, theta0, first + l, &drift, &largest);
        first += td_deep_depth(net, x);
    }
    return largest > 0 ? drift / largest : 0;
}

/* --- the whole ------------------------------------------------------------------------------ */

static td_status train(struct observer *o, struct td_train *t, struct td_task *task,
                       struct td_arena *arena, double *drift, struct td_error *err) {
    struct mode_curves *c = o->c;
    const struct td_weights *w = td_train_weights(t);
    const struct td_observer observer = {.due = due, .look = look, .self = o};
    real *theta0 = td_arena_alloc(arena, w->n * sizeof *theta0);
    if (!theta0)
        return td_fail_memory(err, w->n * sizeof *theta0);
    memcpy(theta0, w->theta, w->n * sizeof *theta0);
    td_status status =
        td_task_state(task, "curves", c->network,
                      c->n_steps * c->pathways * c->modes * sizeof *c->network, NULL, err);
    if (!status)
        status = td_train_prepare(t, TD_ON_TRAIN, 0, false, err);
    if (!status)
        status = td_train_run(t, task, &observer, 1, err);
    if (!status)
        *drift = invariants_drift(o->net, w, theta0);
    return status;
}

td_status mode_curves_train(struct mode_curves *c, struct td_task *task,
                            const struct mode_options *options, const struct td_dataset *data,
                            uint64_t seed, struct td_arena *arena, double *drift,
                            struct td_error *err) {
    struct observer o = {.c = c, .net = options->net.params, .data = data};
    struct parts parts;
    struct td_train *t = NULL;
    td_status status = make_parts(options, arena, &parts, err);
    if (status)
        return status;
    const struct td_train_options train_options = {
        .net = options->net,
        .data = data,
        .loss = TD_LOSS_HALF_SQUARED_SUM,
        .optimizer = parts.optimizer,
        .events = parts.events,
        .steps = (uint64_t)c->steps[c->n_steps - 1],
        .seed = seed,
    };
    status = td_train_create(&train_options, &t, err);
    if (!status)
        status = open_observer(&o, td_train_outputs(t), arena, err);
    if (!status)
        status = train(&o, t, task, arena, drift, err);
    td_mode_basis_free(&o.basis);
    td_train_free(t);
    return status;
}
