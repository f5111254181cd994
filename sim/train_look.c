/* Looking at a run without changing it: evaluation over a split, gradients, the coming batch. */
#include <string.h>

#include "sim/train_internal.h"

static const struct td_split *split_of(const struct td_train *t, enum td_on on) {
    return on == TD_ON_TEST ? &t->o.data->test : &t->o.data->train;
}

static size_t chunk_size(size_t left) {
    return left < TD_EVALUATION_CHUNK ? left : TD_EVALUATION_CHUNK;
}

td_status td_train_prepare(struct td_train *t, enum td_on on, size_t samples, bool gradient,
                           struct td_error *err) {
    size_t n = split_of(t, on)->n;
    const char *name = on == TD_ON_TEST ? "test" : "training";
    if (n == 0)
        return td_fail(err, TD_BAD_INPUT, "the data set has no %s samples", name);
    if (samples > n)
        return td_fail(err, TD_BAD_INPUT, "%zu samples are more than the %s set has (%zu)", samples,
                       name, n);
    n = samples ? samples : n;
    enum td_pass_kind kind = gradient ? TD_PASS_GRADIENT : TD_PASS_EVALUATE;
    struct td_pass *pass;
    td_status status = td_train_pass(t, kind, chunk_size(n), &pass, err);
    if (!status && n % chunk_size(n))
        status = td_train_pass(t, kind, n % chunk_size(n), &pass, err);
    return status;
}

static const struct td_run evaluation = {.training = false};

/* Polls, loads the chunk that begins at `first` and passes it forward. */
static td_status pass_chunk(struct td_train *t, enum td_pass_kind kind, enum td_on on, size_t first,
                            size_t left, struct td_pass **out, struct td_task *task,
                            struct td_error *err) {
    td_status status = td_task_poll(task, err);
    if (status)
        return status;
    *out = td_train_built_pass(t, kind, chunk_size(left));
    if (!*out)
        return td_fail(err, TD_FAILED, "td_train_prepare was not called for these samples");
    td_pass_load(*out, t->o.data, split_of(t, on), NULL, first);
    td_train_gates_set(t, *out);
    td_graph_forward((*out)->graph, &evaluation);
    return TD_OK;
}

td_status td_train_evaluate(struct td_train *t, enum td_on on, size_t samples,
                            void (*visit)(void *self, const struct td_chunk *), void *self,
                            struct td_task *task, struct td_error *err) {
    const struct td_split *split = split_of(t, on);
    size_t n = samples ? samples : split->n;
    td_status status = TD_OK;
    for (size_t first = 0; first < n && !status; first += TD_EVALUATION_CHUNK) {
        struct td_pass *pass;
        status = pass_chunk(t, TD_PASS_EVALUATE, on, first, n - first, &pass, task, err);
        if (status)
            break;
        const double loss = td_pass_loss(pass) * td_pass_parts(t, pass, n);
        const struct td_chunk chunk = {pass->graph, split, first, pass->n, loss};
        visit(self, &chunk);
    }
    return status;
}

td_status td_train_gradient(struct td_train *t, enum td_on on, size_t samples, double *grad,
                            double *loss, struct td_task *task, struct td_error *err) {
    size_t n = samples ? samples : split_of(t, on)->n;
    memset(grad, 0, t->w->n * sizeof *grad);
    *loss = 0;
    t->ready = TD_NOT_READY; /* the gradient of a peek is overwritten */
    for (size_t first = 0; first < n; first += TD_EVALUATION_CHUNK) {
        struct td_pass *pass;
        td_status status = pass_chunk(t, TD_PASS_GRADIENT, on, first, n - first, &pass, task, err);
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
    out += chunk->first * tensor->rows;
    for (size_t i = 0; i < tensor->rows; i++)
        for (size_t j = 0; j < tensor->cols; j++)
            out[j * tensor->rows + i] = (double)tensor->v[i * tensor->cols + j];
}
