#include "sim/ops/elementwise.h"
#include "sim/ops/loss.h"
#include "sim/ops/reduce.h"

static double share_of(const struct td_apply *a) {
    const struct td_loss_attrs *attrs = a->attrs;
    return td_loss_share(a, (enum td_loss_outputs)attrs->outputs);
}

/* scratch: one-hot targets (B), differences (B). */
static td_status shape(struct td_apply *a, struct td_error *err) {
    a->n_scratch = 2 * a->in[0]->cols;
    return td_loss_shape(a, err);
}

static void forward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    const size_t n = a->in[0]->cols;
    real *difference = a->scratch + n;
    double sum = 0;
    for (size_t k = 0; k < a->in[0]->rows; k++) {
        const real *y = a->in[0]->v + k * n, *t = td_loss_target_row(a, k, a->scratch);
        TD_EACH (i, n)
            difference[i] = y[i] - t[i];
        sum += td_row_squares(n, difference, 0);
    }
    a->out.v[0] = (real)(sum * share_of(a)) + td_loss_check_labels(a);
}

static void backward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    const size_t n = a->in[0]->cols;
    const real factor = (real)(2 * share_of(a)) * a->out.g[0];
    const bool target_gradient = td_loss_target_gradient(a);
    for (size_t k = 0; k < a->in[0]->rows; k++) {
        const real *y = a->in[0]->v + k * n, *t = td_loss_target_row(a, k, a->scratch);
        if (a->in[0]->g)
            TD_PUT(a->add[0], n, i, a->in[0]->g + k * n, factor * (y[i] - t[i]));
        if (target_gradient)
            TD_PUT(a->add[1], n, i, a->in[1]->g + k * n, factor * (t[i] - y[i]));
    }
}

static bool example(int variant, struct td_op_example *e) {
    static const struct td_op_example variants[] = {
        {.n_in = 2, .rows = {3, 3}, .cols = {5, 5}},
        {.n_in = 2, .rows = {1, 1}, .cols = {4, 4}, .attrs = {"outputs", "sum"}},
        {.n_in = 2,
         .rows = {3, 1},
         .cols = {6, 6},
         .no_gradient = {false, true},
         .label = {false, true},
         .n_classes = 3,
         .attrs = {"outputs", "sum"}},
    };
    if (variant < 0 || (size_t)variant >= sizeof variants / sizeof *variants)
        return false;
    *e = variants[variant];
    return true;
}

const struct td_op td_op_mse = {
    .kind = TD_KIND("mse",
                    "Mean squared error: mean over samples of the mean (or sum) over outputs of "
                    "(y - t)^2. Inputs: predictions (K, B), target (K, B) or labels (1, B).",
                    "", td_loss_table, struct td_loss_attrs),
    .min_in = 2,
    .max_in = 2,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .example = example,
};
