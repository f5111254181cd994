#include <string.h>

#include "sim/ops/elementwise.h"
#include "sim/ops/ops.h"

enum { X, SILENT, DETACHED };

static td_status shape(struct td_apply *a, struct td_error *err) {
    td_like_input(a);
    td_status status = td_expect_shape(a, SILENT, "silent", 1, 1, err);
    return status ? status : td_expect_shape(a, DETACHED, "detached", 1, 1, err);
}

static void forward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    const size_t n = td_tensor_size(&a->out);
    const real factor = 1 - a->in[SILENT]->v[0], *x = a->in[X]->v;
    real *y = a->out.v;
    if (factor == 0) /* not 0 x: what a silent pathway holds, NaN included, does not get out */
        memset(y, 0, n * sizeof *y);
    else
        TD_EACH (i, n)
            y[i] = factor * x[i];
}

static void backward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    const size_t n = td_tensor_size(&a->out);
    const real factor = (1 - a->in[SILENT]->v[0]) * (1 - a->in[DETACHED]->v[0]), *dy = a->out.g;
    real *dx = a->in[X]->g;
    if (dx)
        TD_PUT(a->add[X], n, i, dx, factor * dy[i]);
}

/* How far it is detached is no derivative of the output: tests/sim/test_deep_linear.c. */
static bool example(int variant, struct td_op_example *e) {
    if (variant != 0)
        return false;
    *e = (struct td_op_example){.n_in = 3,
                                .rows = {3, 1, 1},
                                .cols = {4, 1, 1},
                                .no_gradient = {false, true, true},
                                .label = {false, false, true},
                                .n_classes = 1};
    return true;
}

const struct td_op td_op_gate = {
    .kind = TD_KIND_PLAIN("gate",
                          "A pathway's gate: silent takes its output (and gradient) away, detached "
                          "its gradient alone. Inputs X (rows, B), silent (1, 1), detached (1, 1).",
                          "Kleinman, Achille and Soatto 2024, section 3"),
    .min_in = 3,
    .max_in = 3,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .example = example,
};
