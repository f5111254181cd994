/* The graphs of a training run: one a purpose and number of samples, all sharing the weights. */
#include "numeric/memory.h"
#include "sim/ops/ops.h"
#include "sim/train_internal.h"

/* Half of what is summed over outputs and samples. */
static td_node build_half_sum(struct td_graph *g, size_t samples, td_node *in) {
    static const struct td_loss_attrs sum = {.outputs = TD_LOSS_SUM};
    const struct td_scale_attrs half = {.factor = (double)samples / 2};
    td_node mean = td_graph_apply(g, &td_op_mse, &sum, 2, in, NULL);
    return td_graph_apply(g, &td_op_scale, &half, 1, &mean, "loss");
}

static td_node build_loss(struct td_graph *g, enum td_loss loss, size_t samples, td_node output,
                          td_node target) {
    static const struct td_loss_attrs sum = {.outputs = TD_LOSS_SUM};
    td_node in[] = {output, target};
    switch (loss) {
    case TD_LOSS_SIGMOID:
        return td_graph_apply(g, &td_op_sigmoid_cross_entropy, NULL, 2, in, "loss");
    case TD_LOSS_MSE:
        return td_graph_apply(g, &td_op_mse, NULL, 2, in, "loss");
    case TD_LOSS_SQUARED_ERROR:
        return td_graph_apply(g, &td_op_mse, &sum, 2, in, "loss");
    case TD_LOSS_HALF_SQUARED_SUM:
        return build_half_sum(g, samples, in);
    default:
        return td_graph_apply(g, &td_op_softmax_cross_entropy, NULL, 2, in, "loss");
    }
}

static td_status build(struct td_train *t, struct td_pass *pass, struct td_error *err) {
    struct td_graph *g = pass->graph = td_graph_create();
    if (!g)
        return td_fail_memory(err, sizeof(void *));
    bool probed = pass->kind == TD_PASS_EVALUATE;
    size_t target_rows = t->o.data->train.label ? 1 : t->o.data->n_targets;
    td_node input = td_graph_input(g, "input", t->o.data->d, pass->n, false);
    td_node target = td_graph_input(g, "target", target_rows, pass->n, false);
    td_node output = t->net->build(t->o.net.params, g, input, t->n_out,
                                   probed ? TD_BUILD_PROBED : TD_BUILD_FAST);
    td_node loss = build_loss(g, t->loss, pass->n, output, target);
    td_status status = td_graph_plan(g, probed ? -1 : loss, t->w, err);
    if (status)
        return status;
    pass->input = td_graph_tensor(g, input);
    pass->target = td_graph_tensor(g, target);
    pass->loss = td_graph_tensor(g, loss);
    return td_pass_controls_create(t, pass, err);
}

static td_status keep(struct td_train *t, struct td_pass *pass, struct td_error *err) {
    struct td_pass **passes = td_calloc(t->n_passes + 1, sizeof *passes);
    if (!passes)
        return td_fail_memory(err, (t->n_passes + 1) * sizeof *passes);
    for (size_t i = 0; i < t->n_passes; i++)
        passes[i] = t->passes[i];
    passes[t->n_passes++] = pass;
    td_free(t->passes);
    t->passes = passes;
    return TD_OK;
}

void td_pass_free(struct td_pass *pass) {
    if (!pass)
        return;
    td_graph_free(pass->graph);
    td_pass_controls_free(pass);
    td_free(pass);
}

struct td_pass *td_train_built_pass(const struct td_train *t, enum td_pass_kind kind, size_t n) {
    for (size_t i = 0; i < t->n_passes; i++)
        if (t->passes[i]->kind == kind && t->passes[i]->n == n)
            return t->passes[i];
    return NULL;
}

td_status td_train_pass(struct td_train *t, enum td_pass_kind kind, size_t n, struct td_pass **out,
                        struct td_error *err) {
    *out = td_train_built_pass(t, kind, n);
    if (*out)
        return TD_OK;
    struct td_pass *pass = td_calloc(1, sizeof *pass);
    if (!pass)
        return td_fail_memory(err, sizeof *pass);
    pass->kind = kind;
    pass->n = n;
    td_status status = build(t, pass, err);
    if (!status)
        status = keep(t, pass, err);
    if (status)
        td_pass_free(pass);
    else
        *out = pass;
    return status;
}

double td_pass_loss(const struct td_pass *pass) {
    return (double)pass->loss->v[0];
}

double td_pass_parts(const struct td_train *t, const struct td_pass *pass, size_t samples) {
    return t->loss == TD_LOSS_HALF_SQUARED_SUM ? (double)samples / (double)pass->n : 1;
}
