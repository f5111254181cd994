/* The training loop: creation, one step, a whole run. */
#include "sim/train.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "numeric/memory.h"
#include "numeric/vec.h"
#include "sim/names.h"
#include "sim/train_internal.h"

const char *const td_loss_names[] = {"auto", "softmax-cross-entropy", "sigmoid-cross-entropy",
                                     "mse",  "squared-error",         "half-squared-sum",
                                     NULL};

/* --- creation ------------------------------------------------------------------------------- */

static td_status check_data(const struct td_train_options *o, struct td_error *err) {
    const struct td_dataset *data = o->data;
    if (data->train.n == 0)
        return td_fail(err, TD_BAD_INPUT, "the training set is empty");
    if (!data->train.label && !data->train.target)
        return td_fail(err, TD_BAD_INPUT, "the data set has neither labels nor targets");
    if (data->train.n > UINT32_MAX)
        return td_fail(err, TD_BAD_INPUT,
                       "the training set has %zu samples; at most %u can be used", data->train.n,
                       UINT32_MAX);
    return TD_OK;
}

static td_status check_batch(const struct td_train_options *o, struct td_error *err) {
    const struct td_optimizer *optimizer = (const struct td_optimizer *)o->optimizer.kind;
    size_t n = o->data->train.n;
    if (o->batch > n)
        return td_fail(err, TD_BAD_INPUT,
                       "optimizer.batch: %zu samples are more than the training set has (%zu); 0 "
                       "takes all of them",
                       o->batch, n);
    if (optimizer->full_batch && o->batch)
        return td_fail(err, TD_BAD_INPUT,
                       "optimizer.batch: %zu, but %s takes the whole training set at every step "
                       "(batch 0); batches need another kind, such as sgd",
                       o->batch, o->optimizer.kind->name);
    if (o->order && (o->n_order == 0 || o->n_order % (o->batch ? o->batch : n)))
        return td_fail(err, TD_BAD_INPUT, "%zu indices are no whole number of batches of %zu",
                       o->n_order, o->batch ? o->batch : n);
    for (size_t i = 0; o->order && i < o->n_order; i++)
        if (o->order[i] >= n)
            return td_fail(err, TD_BAD_INPUT, "index %u is beyond the %zu training samples",
                           o->order[i], n);
    return TD_OK;
}

static td_status check_loss(const struct td_train_options *o, struct td_error *err) {
    bool softmax = o->loss == TD_LOSS_SOFTMAX || o->loss == TD_LOSS_AUTO;
    if (o->data->train.label && softmax && o->data->n_classes < 2)
        return td_fail(err, TD_BAD_INPUT,
                       "loss: softmax-cross-entropy needs at least 2 classes, but this data set "
                       "has %zu",
                       o->data->n_classes);
    if (o->data->train.label || (o->loss != TD_LOSS_SOFTMAX && o->loss != TD_LOSS_SIGMOID))
        return TD_OK;
    if (o->loss == TD_LOSS_SOFTMAX)
        return td_fail(err, TD_BAD_INPUT,
                       "loss: softmax-cross-entropy needs classes, but this data set has targets "
                       "(mse fits)");
    for (size_t i = 0; i < o->data->train.n * o->data->n_targets; i++)
        if (!(o->data->train.target[i] >= 0 && o->data->train.target[i] <= 1))
            return td_fail(err, TD_BAD_INPUT,
                           "loss: sigmoid-cross-entropy needs targets in [0, 1], but sample %zu "
                           "has %g (mse fits)",
                           i / o->data->n_targets, (double)o->data->train.target[i]);
    return TD_OK;
}

td_status td_train_check(const struct td_train_options *o, struct td_error *err) {
    const struct td_network *net = (const struct td_network *)o->net.kind;
    td_status status = check_data(o, err);
    if (!status)
        status = check_batch(o, err);
    if (!status)
        status = check_loss(o, err);
    if (!status && net->check)
        status = net->check(o->net.params, err);
    return status;
}

static void fill(struct td_train *t, const struct td_train_options *o) {
    bool classes = o->data->train.label != NULL;
    t->o = *o;
    t->net = (const struct td_network *)o->net.kind;
    t->optimizer = (const struct td_optimizer *)o->optimizer.kind;
    t->schedule = o->schedule;
    if (!t->schedule.kind)
        t->schedule.kind = &td_schedule_constant.kind;
    t->loss = o->loss ? o->loss : classes ? TD_LOSS_SOFTMAX : TD_LOSS_MSE;
    t->n_out = classes ? o->data->n_classes : o->data->n_targets;
    t->batch = o->batch ? o->batch : o->data->train.n;
    t->epoch_steps = td_train_epoch_steps(o->data->train.n, o->batch, o->drop_last);
    t->ready = t->permuted = TD_NOT_READY;
    t->last_loss = NAN;
    t->batch_stream = td_stream_make(o->seed, "batch");
    t->dropout_stream = td_stream_make(o->seed, "dropout");
}

static td_status build_training_passes(struct td_train *t, struct td_error *err) {
    struct td_pass *pass;
    td_status status = td_train_pass(t, TD_PASS_TRAIN, t->batch, &pass, err);
    if (status)
        return status;
    t->w = td_graph_weights(pass->graph);
    size_t rest = t->o.data->train.n % t->batch;
    if (rest && !t->o.drop_last && !t->o.order)
        status = td_train_pass(t, TD_PASS_TRAIN, rest, &pass, err);
    return status;
}

td_status td_train_check_no_decay(const struct td_train_options *o, const struct td_weights *w,
                                  struct td_error *err) {
    td_status status = TD_OK;
    for (size_t i = 0; i < o->no_decay.n && !status; i++)
        status = td_weights_check_under(w, o->no_decay.v[i], "optimizer.no_decay", err);
    return status;
}

static td_status leave_out_of_decay(struct td_train *t, struct td_error *err) {
    for (size_t i = 0; i < t->o.no_decay.n; i++)
        for (size_t k = 0; k < t->w->n_slices; k++)
            if (td_name_under(t->o.no_decay.v[i], t->w->slices[k].name))
                t->w->slices[k].decay = 0;
    return td_train_check_no_decay(&t->o, t->w, err);
}

static td_status allocate(struct td_train *t, struct td_error *err) {
    for (size_t i = 0; i < t->optimizer->n_moments; i++) {
        t->moments[i] = td_calloc(t->w->n, sizeof(real));
        if (!t->moments[i])
            return td_fail_memory(err, t->w->n * sizeof(real));
    }
    size_t permuted = t->batch < t->o.data->train.n && !t->o.order ? t->o.data->train.n : 0;
    t->permutation = td_calloc(permuted, sizeof *t->permutation);
    t->state_before = td_calloc(t->w->n_state, sizeof(real));
    t->state_after = td_calloc(t->w->n_state, sizeof(real));
    if (!t->permutation || !t->state_before || !t->state_after)
        return td_fail_memory(err, permuted * sizeof *t->permutation);
    return TD_OK;
}

td_status td_train_create(const struct td_train_options *options, struct td_train **out,
                          struct td_error *err) {
    *out = NULL;
    td_status status = td_train_check(options, err);
    if (status)
        return status;
    struct td_train *t = td_calloc(1, sizeof *t);
    if (!t)
        return td_fail_memory(err, sizeof *t);
    fill(t, options);
    status = build_training_passes(t, err);
    if (!status)
        status = leave_out_of_decay(t, err);
    if (!status)
        status = allocate(t, err);
    if (!status)
        status = td_train_events_create(t, err);
    if (!status)
        status = td_train_gates_create(t, err);
    if (!status)
        status = td_weights_init(t->w, options->seed, err);
    if (!status && t->net->start)
        status = t->net->start(options->net.params, options->data, t->w, options->seed, err);
    if (status)
        td_train_free(t);
    else
        *out = t;
    return status;
}

void td_train_free(struct td_train *t) {
    if (!t)
        return;
    for (size_t i = t->n_passes; i-- > 0;) /* the first owns the weights */
        td_pass_free(t->passes[i]);
    for (size_t i = 0; i < TD_MOMENTS_MAX; i++)
        td_free(t->moments[i]);
    td_train_gates_free(t);
    td_free(t->passes);
    td_free(t->permutation);
    td_free(t->state_before);
    td_free(t->state_after);
    td_free(t->active.slices);
    td_free(t->acting);
    td_free(t->concerned);
    td_free(t->noise_streams);
    td_free(t->noise);
    td_free(t);
}

/* --- one step ------------------------------------------------------------------------------- */

double td_train_compute(struct td_train *t) {
    uint64_t step = t->progress.step;
    if (t->ready == step) { /* a peek has done it */
        memcpy(t->w->state, t->state_after, t->w->n_state * sizeof(real));
        return t->peeked_loss;
    }
    const struct td_run run = {.training = true, .step = step, .dropout = t->dropout_stream};
    struct td_pass *pass = td_train_load_batch(t, step);
    td_train_gates_set(t, pass);
    td_graph_forward(pass->graph, &run);
    td_graph_backward(pass->graph, &run);
    return td_pass_loss(pass);
}

/* Scales the gradients of all slices that move so that their joint norm is at most `largest`. */
static void clip_gradient(struct td_weights *w, double largest) {
    double squares = 0;
    for (size_t i = 0; i < w->n_slices; i++) {
        const struct td_slice *s = &w->slices[i];
        squares += td_vec_sumsq(s->rows * s->cols, w->grad + s->offset);
    }
    if (squares <= largest * largest)
        return;
    real factor = (real)(largest / sqrt(squares));
    for (size_t i = 0; i < w->n_slices; i++) {
        const struct td_slice *s = &w->slices[i];
        real *grad = w->grad + s->offset;
        for (size_t j = 0; j < s->rows * s->cols; j++)
            grad[j] *= factor;
    }
}

static td_status diverged(const struct td_train *t, const char *what, double value,
                          struct td_error *err) {
    return td_fail(err, TD_DIVERGED, "diverged at step %llu: %s (%g)",
                   (unsigned long long)t->progress.step, what, value);
}

td_status td_train_step(struct td_train *t, struct td_error *err) {
    double loss = td_train_compute(t);
    if (!(fabs(loss) <= TD_LOSS_DIVERGED))
        return diverged(t, "the loss left the range of numbers", loss, err);
    t->last_loss = loss;
    td_train_events_begin(t);
    td_train_events_gradient(t);
    if (t->o.clip > 0)
        clip_gradient(&t->active, t->o.clip);
    t->optimizer->step(t->o.optimizer.params, &t->active, t->moments, td_train_rate(t),
                       t->progress.step);
    td_train_events_weights(t);
    t->ready = TD_NOT_READY;
    t->progress.step++;
    t->progress.observed = 0;
    return TD_OK;
}

double td_train_rate(const struct td_train *t) {
    double rate = t->optimizer->rate(t->o.optimizer.params) *
                  td_schedule_factor(&t->schedule, t->progress.step, t->o.steps);
    return td_train_events_rate(t, rate);
}

/* --- a whole run ---------------------------------------------------------------------------- */

static td_status register_state(struct td_train *t, struct td_task *task, struct td_error *err) {
    size_t bytes = t->w->n * sizeof(real);
    td_status status = td_task_state(task, "weights", t->w->theta, bytes, NULL, err);
    for (size_t i = 0; i < t->optimizer->n_moments && !status; i++) {
        char name[32];
        snprintf(name, sizeof name, "moment.%zu", i);
        status = td_task_state(task, name, t->moments[i], bytes, NULL, err);
    }
    if (!status && t->w->n_state)
        status =
            td_task_state(task, "op-state", t->w->state, t->w->n_state * sizeof(real), NULL, err);
    bool restored = false;
    if (!status)
        status = td_task_state(task, "progress", &t->progress, sizeof t->progress, &restored, err);
    if (restored)
        t->ready = TD_NOT_READY;
    return status;
}

static bool weights_finite(const struct td_weights *w) {
    bool finite = true;
    for (size_t i = 0; i < w->n; i++)
        finite &= isfinite(w->theta[i]) != 0;
    return finite;
}

/* Lets those look that have not yet done so at this step: a task that goes on from a checkpoint
   made between two of them must not hear the first one twice. */
static td_status observe(struct td_train *t, struct td_task *task,
                         const struct td_observer *observers, size_t n, struct td_error *err) {
    while (t->progress.observed < n) {
        const struct td_observer *o = &observers[t->progress.observed];
        if (o->due(o->self, t->progress.step)) {
            td_status status = o->look(o->self, t, task, err);
            if (status)
                return status;
        }
        t->progress.observed++;
    }
    return TD_OK;
}

td_status td_train_run(struct td_train *t, struct td_task *task,
                       const struct td_observer *observers, size_t n, struct td_error *err) {
    td_status status = register_state(t, task, err);
    while (!status) {
        bool end = t->progress.step >= t->o.steps;
        status = td_task_poll(task, err);
        if (!status && end && !weights_finite(t->w))
            status = diverged(t, "weights left the range of numbers in the last step", NAN, err);
        if (!status && end && t->progress.observed == 0)
            status = td_task_end(task, err);
        if (!status)
            status = observe(t, task, observers, n, err);
        if (!status && end)
            break;
        if (!status)
            status = td_train_step(t, err);
    }
    return status;
}

/* --- what is where -------------------------------------------------------------------------- */

uint64_t td_train_step_number(const struct td_train *t) {
    return t->progress.step;
}

double td_train_loss(const struct td_train *t) {
    return t->last_loss;
}

struct td_weights *td_train_weights(struct td_train *t) {
    return t->w;
}

const struct td_train_options *td_train_options(const struct td_train *t) {
    return &t->o;
}

size_t td_train_outputs(const struct td_train *t) {
    return t->n_out;
}

size_t td_train_bytes(const struct td_train *t) {
    size_t vectors = 2 + t->optimizer->n_moments;
    size_t bytes = (vectors * t->w->n + 3 * t->w->n_state) * sizeof(real);
    for (size_t i = 0; i < t->n_passes; i++)
        bytes += td_graph_bytes(t->passes[i]->graph);
    return bytes;
}
