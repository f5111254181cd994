/* Gradients of all batches of an epoch at the same weights, without a step. */
#include <string.h>

#include "sim/train_internal.h"

/* Batches of one round through the samples, those that are not full left out. */
size_t td_train_full_batches(const struct td_train_options *o) {
    size_t n = o->order ? o->n_order : o->data->train.n;
    return o->batch ? n / o->batch : 1;
}

void td_train_batch_gradients(struct td_train *t,
                              void (*visit)(void *self, const real *grad, double loss),
                              void *self) {
    size_t batches = td_train_full_batches(&t->o);
    uint64_t round = t->o.order ? batches : t->epoch_steps;
    uint64_t first = t->progress.step / round * round;
    size_t state = t->w->n_state * sizeof(real);
    memcpy(t->state_before, t->w->state, state);
    t->ready = TD_NOT_READY; /* the gradient of a peek is overwritten */
    for (size_t i = 0; i < batches; i++) {
        const struct td_run run = {
            .training = true, .step = first + i, .dropout = t->dropout_stream};
        struct td_pass *pass = td_train_load_batch(t, first + i);
        td_train_gates_set(t, pass);
        td_graph_forward(pass->graph, &run);
        td_graph_backward(pass->graph, &run);
        visit(self, t->w->grad, td_pass_loss(pass));
        memcpy(t->w->state, t->state_before, state);
    }
}
