#include <string.h>

#include "sim/ops/elementwise.h"
#include "sim/ops/ops.h"

static td_status shape(struct td_apply *a, struct td_error *err) {
    td_like_input(a);
    for (size_t i = 1; i < a->n_in; i++) {
        td_status status = td_expect_shape(a, i, "part", a->in[i]->rows, a->out.cols, err);
        if (status)
            return status;
        if (__builtin_add_overflow(a->out.rows, a->in[i]->rows, &a->out.rows))
            return td_fail(err, TD_BAD_INPUT, "too many rows");
    }
    return TD_OK;
}

static void forward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    real *y = a->out.v;
    for (size_t k = 0; k < a->n_in; k++) {
        size_t n = td_tensor_size(a->in[k]);
        memcpy(y, a->in[k]->v, n * sizeof *y);
        y += n;
    }
}

static void backward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    const real *dy = a->out.g;
    for (size_t k = 0; k < a->n_in; k++) {
        const size_t n = td_tensor_size(a->in[k]);
        real *dx = a->in[k]->g;
        if (dx)
            TD_PUT(a->add[k], n, i, dx, dy[i]);
        dy += n;
    }
}

static bool example(int variant, struct td_op_example *e) {
    static const struct td_op_example variants[] = {
        {.n_in = 2, .rows = {3, 2}, .cols = {4, 4}},
        {.n_in = 3, .rows = {1, 4, 2}, .cols = {3, 3, 3}},
    };
    if (variant < 0 || (size_t)variant >= sizeof variants / sizeof *variants)
        return false;
    *e = variants[variant];
    return true;
}

const struct td_op td_op_concat_rows = {
    .kind = TD_KIND_PLAIN(
        "concat-rows", "2 to 5 tensors with the same number of columns, one below the other.", ""),
    .min_in = 2,
    .max_in = TD_OP_INPUTS,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .example = example,
};
