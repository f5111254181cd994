#include "sim/ops/elementwise.h"
#include "sim/ops/ops.h"

/* Symbols of the paper: H(x) = h, T(x) = t. */
enum { H, T, X };

static td_status shape(struct td_apply *a, struct td_error *err) {
    td_like_input(a);
    td_status status = td_expect_shape(a, T, "gate", a->out.rows, a->out.cols, err);
    return status ? status : td_expect_shape(a, X, "carried", a->out.rows, a->out.cols, err);
}

static void forward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    const size_t n = td_tensor_size(&a->out);
    const real *h = a->in[H]->v, *t = a->in[T]->v, *x = a->in[X]->v;
    real *y = a->out.v;
    TD_EACH (i, n)
        y[i] = h[i] * t[i] + x[i] * (1 - t[i]);
}

static void backward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    const size_t n = td_tensor_size(&a->out);
    const real *h = a->in[H]->v, *t = a->in[T]->v, *x = a->in[X]->v, *dy = a->out.g;
    real *dh = a->in[H]->g, *dt = a->in[T]->g, *dx = a->in[X]->g;
    if (dh)
        TD_PUT(a->add[H], n, i, dh, t[i] * dy[i]);
    if (dt)
        TD_PUT(a->add[T], n, i, dt, (h[i] - x[i]) * dy[i]);
    if (dx)
        TD_PUT(a->add[X], n, i, dx, (1 - t[i]) * dy[i]);
}

static bool example(int variant, struct td_op_example *e) {
    static const struct td_op_example variants[] = {
        {.n_in = 3, .rows = {3, 3, 3}, .cols = {4, 4, 4}},
        {.n_in = 3, .rows = {1, 1, 1}, .cols = {17, 17, 17}},
    };
    if (variant < 0 || (size_t)variant >= sizeof variants / sizeof *variants)
        return false;
    *e = variants[variant];
    return true;
}

const struct td_op td_op_highway = {
    .kind = TD_KIND_PLAIN("highway",
                          "What a highway layer puts out: y = h t + x (1 - t), element by element. "
                          "Inputs: h, the layer's own output, t, its transform gate, and x, what "
                          "it received, all (rows, B).",
                          "Srivastava, Greff and Schmidhuber 2015, arXiv 1505.00387, eq. 3"),
    .min_in = 3,
    .max_in = 3,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .example = example,
};
