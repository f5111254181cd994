#include <math.h>

#include "sim/ops/elementwise.h"
#include "sim/ops/ops.h"

static const struct td_param table[] = {{.name = "factor",
                                         .type = TD_REAL,
                                         .offset = offsetof(struct td_scale_attrs, factor),
                                         .initial = "1",
                                         .help = "what every element is multiplied by"},
                                        {0}};

static double factor_of(const struct td_apply *a) {
    return ((const struct td_scale_attrs *)a->attrs)->factor;
}

static td_status shape(struct td_apply *a, struct td_error *err) {
    td_like_input(a);
    if (!isfinite(factor_of(a)))
        return td_fail(err, TD_BAD_INPUT, "factor is %g: it must be finite", factor_of(a));
    return TD_OK;
}

static void forward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    const size_t n = td_tensor_size(&a->out);
    const real factor = (real)factor_of(a), *x = a->in[0]->v;
    real *y = a->out.v;
    TD_EACH (i, n)
        y[i] = factor * x[i];
}

static void backward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    const size_t n = td_tensor_size(&a->out);
    const real factor = (real)factor_of(a), *dy = a->out.g;
    real *dx = a->in[0]->g;
    if (dx)
        TD_PUT(a->add[0], n, i, dx, factor * dy[i]);
}

static bool example(int variant, struct td_op_example *e) {
    if (variant != 0)
        return false;
    *e = (struct td_op_example){.n_in = 1, .rows = {3}, .cols = {4}, .attrs = {"factor", "-0.5"}};
    return true;
}

const struct td_op td_op_scale = {
    .kind = TD_KIND("scale", "factor times x.", "", table, struct td_scale_attrs),
    .min_in = 1,
    .max_in = 1,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .example = example,
};
