#include <math.h>

#include "sim/ops/elementwise.h"
#include "sim/ops/ops.h"
#include "sim/ops/reduce.h"

/* work: 1 / |v| of each row. */
static td_status shape(struct td_apply *a, struct td_error *err) {
    td_like_input(a);
    a->n_work = a->out.rows;
    return td_expect_shape(a, 1, "gain", a->out.rows, 1, err);
}

static void forward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    const size_t rows = a->out.rows, n = a->out.cols;
    for (size_t r = 0; r < rows; r++) {
        const real *v = a->in[0]->v + r * n;
        double norm = sqrt(td_row_squares(n, v, 0));
        a->work[r] = norm == 0 ? 0 : (real)(1 / norm);
        const real factor = a->in[1]->v[r] * a->work[r];
        real *w = a->out.v + r * n;
        TD_EACH (i, n)
            w[i] = factor * v[i];
    }
}

/* With d = dW . v / |v|: dg = d, dv = g / |v| (dW - d v / |v|). */
static void backward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    const size_t rows = a->out.rows, n = a->out.cols;
    struct td_tensor *tv = a->in[0], *tg = a->in[1];
    for (size_t r = 0; r < rows; r++) {
        const real *v = tv->v + r * n, *dw = a->out.g + r * n, inverse = a->work[r];
        const double d = td_row_dot(n, dw, v) * (double)inverse;
        if (tg->g)
            td_put(a->add[1], tg->g + r, d);
        if (!tv->g)
            continue;
        const real factor = tg->v[r] * inverse, along = (real)d * inverse;
        real *dv = tv->g + r * n;
        TD_PUT(a->add[0], n, i, dv, factor * (dw[i] - along * v[i]));
    }
}

static bool example(int variant, struct td_op_example *e) {
    static const struct td_op_example variants[] = {
        {.n_in = 2, .rows = {3, 3}, .cols = {4, 1}},
        {.n_in = 2, .rows = {2, 2}, .cols = {41, 1}},
    };
    if (variant < 0 || (size_t)variant >= sizeof variants / sizeof *variants)
        return false;
    *e = variants[variant];
    return true;
}

const struct td_op td_op_weight_norm = {
    .kind = TD_KIND_PLAIN("weight-norm",
                          "Weight normalisation: the matrix W = g v / |v|, row by row. Inputs v "
                          "(out, in), g (out, 1).",
                          "Salimans and Kingma 2016, eq. 2"),
    .min_in = 2,
    .max_in = 2,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .example = example,
};
