#include "numeric/vec.h"
#include "sim/ops/elementwise.h"
#include "sim/ops/loss.h"
#include "sim/ops/reduce.h"

static double share_of(const struct td_apply *a) {
    const struct td_loss_attrs *attrs = a->attrs;
    return td_loss_share(a, (enum td_loss_outputs)attrs->outputs);
}

/* scratch: one-hot targets (B), intermediate values (B). */
static td_status shape(struct td_apply *a, struct td_error *err) {
    a->n_scratch = 2 * a->in[0]->cols;
    return td_loss_shape(a, err);
}

/* -t ln s(z) - (1 - t) ln(1 - s(z)) = max(z, 0) - t z + log1p(e^-|z|): no overflow. */
static void forward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    const size_t n = a->in[0]->cols;
    real *e = a->scratch + n;
    double sum = 0;
    for (size_t k = 0; k < a->in[0]->rows; k++) {
        const real *z = a->in[0]->v + k * n, *t = td_loss_target_row(a, k, a->scratch);
        TD_EACH (i, n)
            e[i] = 0 > z[i] ? z[i] : -z[i];
        td_vec_exp(n, e, e);
        td_vec_log1p(n, e, e);
        TD_EACH (i, n) {
            real linear = 0 > z[i] ? -t[i] * z[i] : (1 - t[i]) * z[i];
            e[i] += t[i] == (0 > z[i] ? 0 : 1) ? 0 : linear; /* z may be +-inf */
        }
        sum += td_row_sum(n, e);
    }
    a->out.v[0] = (real)(sum * share_of(a)) + td_loss_check_labels(a);
}

static void backward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    const size_t n = a->in[0]->cols;
    const real factor = (real)share_of(a) * a->out.g[0];
    const bool target_gradient = td_loss_target_gradient(a);
    real *s = a->scratch + n;
    for (size_t k = 0; k < a->in[0]->rows; k++) {
        const real *z = a->in[0]->v + k * n, *t = td_loss_target_row(a, k, a->scratch);
        td_vec_sigmoid(n, z, s);
        if (a->in[0]->g)
            TD_PUT(a->add[0], n, i, a->in[0]->g + k * n, factor * (s[i] - t[i]));
        if (target_gradient)
            TD_PUT(a->add[1], n, i, a->in[1]->g + k * n, -factor * z[i]);
    }
}

static bool example(int variant, struct td_op_example *e) {
    static const struct td_op_example variants[] = {
        {.n_in = 2, .rows = {3, 3}, .cols = {5, 5}},
        {.n_in = 2,
         .rows = {3, 1},
         .cols = {6, 6},
         .no_gradient = {false, true},
         .label = {false, true},
         .n_classes = 3,
         .attrs = {"outputs", "sum"}},
        {.n_in = 2,
         .rows = {1, 1},
         .cols = {6, 6},
         .no_gradient = {false, true},
         .label = {false, true},
         .n_classes = 2},
    };
    if (variant < 0 || (size_t)variant >= sizeof variants / sizeof *variants)
        return false;
    *e = variants[variant];
    return true;
}

const struct td_op td_op_sigmoid_cross_entropy = {
    .kind =
        TD_KIND("sigmoid-cross-entropy",
                "Logistic function and cross-entropy in nats, mean over samples of the mean (or "
                "sum) over outputs. Inputs: logits (K, B), targets in [0, 1] (K, B) or, for K "
                "above 1, labels (1, B).",
                "", td_loss_table, struct td_loss_attrs),
    .min_in = 2,
    .max_in = 2,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .example = example,
};
