#include "sim/ops/elementwise.h"
#include "sim/ops/ops.h"

static td_status shape(struct td_apply *a, struct td_error *err) {
    td_like_input(a);
    for (size_t i = 1; i < a->n_in; i++) {
        td_status status = td_expect_shape(a, i, "summand", a->out.rows, a->out.cols, err);
        if (status)
            return status;
    }
    return TD_OK;
}

static void forward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    const size_t n = td_tensor_size(&a->out);
    const real *x = a->in[0]->v, *z = a->in[1]->v;
    real *y = a->out.v;
    TD_EACH (i, n)
        y[i] = x[i] + z[i];
    for (size_t k = 2; k < a->n_in; k++) {
        const real *more = a->in[k]->v;
        TD_EACH (i, n)
            y[i] += more[i];
    }
}

static void backward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    const size_t n = td_tensor_size(&a->out);
    const real *dy = a->out.g;
    for (size_t k = 0; k < a->n_in; k++) {
        real *dx = a->in[k]->g;
        if (dx)
            TD_PUT(a->add[k], n, i, dx, dy[i]);
    }
}

static bool example(int variant, struct td_op_example *e) {
    static const struct td_op_example variants[] = {
        {.n_in = 2, .rows = {3, 3}, .cols = {4, 4}},
        {.n_in = 5, .rows = {2, 2, 2, 2, 2}, .cols = {3, 3, 3, 3, 3}},
    };
    if (variant < 0 || (size_t)variant >= sizeof variants / sizeof *variants)
        return false;
    *e = variants[variant];
    return true;
}

const struct td_op td_op_add = {
    .kind = TD_KIND_PLAIN("add", "Sum of 2 to 5 tensors of one shape (residual connections).", ""),
    .min_in = 2,
    .max_in = TD_OP_INPUTS,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .example = example,
};
