/* Looking at a run without changing it: evaluation over parts of the data, gradients, the coming
 * batch. */
#include <string.h>

#include "sim/train_internal.h"

size_t td_on_parts(const struct td_dataset *data, enum td_on on,
                   const struct td_split *out[TD_ON_PARTS]) {
    const struct td_split *parts[] = {&data->train, &data->validation, &data->test};
    if (on != TD_ON_ALL) {
        out[0] = parts[on - TD_ON_TRAIN];
        return 1;
    }
    memcpy(out, parts, sizeof parts);
    return TD_ON_PARTS;
}

size_t td_on_samples(const struct td_dataset *data, enum td_on on) {
    const struct td_split *parts[TD_ON_PARTS];
    size_t n = 0;
    for (size_t i = td_on_parts(data, on, parts); i-- > 0;)
        n += parts[i]->n;
    return n;
}

const char *td_on_name(enum td_on on) {
    static const char *const names[] = {"training", "validation", "test", "whole"};
    return names[on - TD_ON_TRAIN];
}

/* --- chunks --------------------------------------------------------------------------------- */

/* A walk over the first samples of some parts, chunk after chunk; no chunk crosses parts. */
struct walk {
    const struct td_split *parts[TD_ON_PARTS];
    size_t n_parts, part, left; /* samples still to come */
    struct td_chunk chunk;      /* the one at hand: split, first, n, row */
};

static struct walk walk_over(const struct td_train *t, enum td_on on, size_t samples) {
    struct walk walk = {.left = samples ? samples : td_on_samples(t->o.data, on)};
    walk.n_parts = td_on_parts(t->o.data, on, walk.parts);
    return walk;
}

static bool walk_next(struct walk *walk) {
    struct td_chunk *c = &walk->chunk;
    c->row += c->n;
    c->first += c->n;
    if (!walk->left)
        return false;
    while (walk->part < walk->n_parts && c->first == walk->parts[walk->part]->n) {
        walk->part++;
        c->first = 0;
    }
    if (walk->part == walk->n_parts)
        return false;
    c->split = walk->parts[walk->part];
    c->n = c->split->n - c->first;
    c->n = c->n < walk->left ? c->n : walk->left;
    c->n = c->n < TD_EVALUATION_CHUNK ? c->n : TD_EVALUATION_CHUNK;
    walk->left -= c->n;
    return true;
}

td_status td_train_prepare(struct td_train *t, enum td_on on, size_t samples, bool gradient,
                           struct td_error *err) {
    size_t n = td_on_samples(t->o.data, on);
    if (n == 0)
        return td_fail(err, TD_BAD_INPUT, "the data set has no %s samples", td_on_name(on));
    if (samples > n)
        return td_fail(err, TD_BAD_INPUT, "%zu samples are more than the %s set has (%zu)", samples,
                       td_on_name(on), n);
    enum td_pass_kind kind = gradient ? TD_PASS_GRADIENT : TD_PASS_EVALUATE;
    struct walk walk = walk_over(t, on, samples);
    td_status status = TD_OK;
    while (!status && walk_next(&walk)) {
        struct td_pass *pass;
        status = td_train_pass(t, kind, walk.chunk.n, &pass, err);
    }
    return status;
}

static const struct td_run evaluation = {.training = false};

/* Polls, loads the chunk and passes it forward. */
static td_status pass_chunk(struct td_train *t, enum td_pass_kind kind, const struct td_chunk *c,
                            struct td_pass **out, struct td_task *task, struct td_error *err) {
    td_status status = td_task_poll(task, err);
    if (status)
        return status;
    *out = td_train_built_pass(t, kind, c->n);
    if (!*out)
        return td_fail(err, TD_FAILED, "td_train_prepare was not called for these samples");
    td_pass_load(*out, t->o.data, c->split, NULL, c->first);
    td_train_gates_set(t, *out);
    td_graph_forward((*out)->graph, &evaluation);
    return TD_OK;
}

td_status td_train_evaluate(struct td_train *t, enum td_on on, size_t samples,
                            void (*visit)(void *self, const struct td_chunk *), void *self,
                            struct td_task *task, struct td_error *err) {
    size_t n = samples ? samples : td_on_samples(t->o.data, on);
    struct walk walk = walk_over(t, on, samples);
    while (walk_next(&walk)) {
        struct td_pass *pass;
        td_status status = pass_chunk(t, TD_PASS_EVALUATE, &walk.chunk, &pass, task, err);
        if (status)
            return status;
        walk.chunk.graph = pass->graph;
        walk.chunk.loss = td_pass_loss(pass) * td_pass_parts(t, pass, n);
        visit(self, &walk.chunk);
    }
    return TD_OK;
}

td_status td_train_gradient(struct td_train *t, enum td_on on, size_t samples, double *grad,
                            double *loss, struct td_task *task, struct td_error *err) {
    size_t n = samples ? samples : td_on_samples(t->o.data, on);
    struct walk walk = walk_over(t, on, samples);
    memset(grad, 0, t->w->n * sizeof *grad);
    *loss = 0;
    t->ready = TD_NOT_READY; /* the gradient of a peek is overwritten */
    while (walk_next(&walk)) {
        struct td_pass *pass;
        td_status status = pass_chunk(t, TD_PASS_GRADIENT, &walk.chunk, &pass, task, err);
        if (status)
            return status;
        td_graph_backward(pass->graph, &evaluation);
        double share = (double)pass->n / (double)n * td_pass_parts(t, pass, n);
        for (size_t i = 0; i < t->w->n; i++)
            grad[i] += share * (double)t->w->grad[i];
        *loss += share * td_pass_loss(pass);
    }
    return TD_OK;
}

/* --- the coming batch ----------------------------------------------------------------------- */

double td_train_peek(struct td_train *t) {
    if (t->ready == t->progress.step)
        return t->peeked_loss;
    size_t bytes = t->w->n_state * sizeof(real);
    memcpy(t->state_before, t->w->state, bytes);
    t->peeked_loss = td_train_compute(t);
    memcpy(t->state_after, t->w->state, bytes);
    memcpy(t->w->state, t->state_before, bytes);
    t->ready = t->progress.step;
    return t->peeked_loss;
}

void td_chunk_rows(const struct td_chunk *chunk, const struct td_tensor *tensor, double *out) {
    out += chunk->row * tensor->rows;
    for (size_t i = 0; i < tensor->rows; i++)
        for (size_t j = 0; j < tensor->cols; j++)
            out[j * tensor->rows + i] = (double)tensor->v[i * tensor->cols + j];
}
