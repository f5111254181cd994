#include <string.h>

#include "sim/ops/elementwise.h"
#include "sim/ops/mask.h"
#include "sim/ops/ops.h"

static const struct td_param table[] = {{.name = "rate",
                                         .type = TD_REAL,
                                         .offset = offsetof(struct td_dropout_attrs, rate),
                                         .initial = "0.5",
                                         .min = 0,
                                         .max = 1,
                                         .flags = TD_OPEN_MAX,
                                         .help = "probability of dropping an element"},
                                        {0}};

static double rate_of(const struct td_apply *a) {
    return ((const struct td_dropout_attrs *)a->attrs)->rate;
}

static bool active(const struct td_apply *a, const struct td_run *run) {
    return run->training && rate_of(a) > 0;
}

/* work: the mask. */
static td_status shape(struct td_apply *a, struct td_error *err) {
    td_like_input(a);
    a->n_work = td_tensor_size(&a->out);
    return td_mask_check_rate(rate_of(a), err);
}

static void forward(struct td_apply *a, const struct td_run *run) {
    const size_t n = td_tensor_size(&a->out);
    const real *x = a->in[0]->v, *mask = a->work;
    real *y = a->out.v;
    if (!active(a, run)) {
        memcpy(y, x, n * sizeof *y);
        return;
    }
    td_mask_draw(run, a->layer, rate_of(a), n, a->work);
    const real factor = (real)(1 / (1 - rate_of(a)));
    TD_EACH (i, n)
        y[i] = mask[i] != 0 ? factor * x[i] : 0; /* not a product: a dropped inf is 0, not NaN */
}

static void backward(struct td_apply *a, const struct td_run *run) {
    const size_t n = td_tensor_size(&a->out);
    const real *dy = a->out.g, *mask = a->work;
    real *dx = a->in[0]->g;
    if (!dx)
        return;
    if (active(a, run)) {
        const real factor = (real)(1 / (1 - rate_of(a)));
        TD_PUT(a->add[0], n, i, dx, mask[i] != 0 ? factor * dy[i] : 0);
    } else {
        TD_PUT(a->add[0], n, i, dx, dy[i]);
    }
}

static bool example(int variant, struct td_op_example *e) {
    static const struct td_op_example variants[] = {
        {.n_in = 1, .rows = {5}, .cols = {7}, .attrs = {"rate", "0.3"}},
        {.n_in = 1, .rows = {3}, .cols = {2}, .attrs = {"rate", "0"}},
    };
    if (variant < 0 || (size_t)variant >= sizeof variants / sizeof *variants)
        return false;
    *e = variants[variant];
    return true;
}

const struct td_op td_op_dropout = {
    .kind = TD_KIND("dropout",
                    "Dropout: in training each element is 0 with probability rate, else divided by "
                    "1 - rate; otherwise the identity.",
                    "Srivastava et al. 2014", table, struct td_dropout_attrs),
    .min_in = 1,
    .max_in = 1,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .example = example,
};
