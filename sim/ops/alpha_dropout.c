#include <math.h>
#include <string.h>

#include "sim/activations/selu.h"
#include "sim/ops/elementwise.h"
#include "sim/ops/mask.h"
#include "sim/ops/ops.h"

/* Its draws must not be those of the plain dropout with the same ordinal. */
#define LAYER_OFFSET UINT32_C(0x80000000)

static const struct td_param table[] = {
    {.name = "rate",
     .type = TD_REAL,
     .offset = offsetof(struct td_alpha_dropout_attrs, rate),
     .initial = "0.05",
     .min = 0,
     .max = 1,
     .flags = TD_OPEN_MAX,
     .help = "probability of dropping an element"},
    {.name = "mean",
     .type = TD_REAL,
     .offset = offsetof(struct td_alpha_dropout_attrs, mean),
     .initial = "0",
     .help = "mean that is kept"},
    {.name = "variance",
     .type = TD_REAL,
     .offset = offsetof(struct td_alpha_dropout_attrs, variance),
     .initial = "1",
     .min = 0,
     .max = 1e6,
     .flags = TD_OPEN_MIN,
     .help = "variance that is kept"},
    {0}};

td_status td_alpha_dropout_constants(double rate, double m0, double v0, double *a, double *b,
                                     double *dropped, struct td_error *err) {
    td_status status = td_mask_check_rate(rate, err);
    if (status)
        return status;
    if (!isfinite(m0) || !(v0 > 0) || isinf(v0))
        return td_fail(err, TD_BAD_INPUT,
                       "mean %g, variance %g: both must be finite, the variance above 0", m0, v0);
    const double limit = -TD_SELU_LAMBDA * TD_SELU_ALPHA; /* alpha' */
    const double q = 1 - rate;
    *a = sqrt(v0 / (q * (rate * (limit - m0) * (limit - m0) + v0)));
    *b = m0 - *a * (q * m0 + rate * limit);
    *dropped = *a * limit + *b;
    return TD_OK;
}

struct constants {
    real a, b, dropped;
};

static td_status shape(struct td_apply *a, struct td_error *err) {
    const struct td_alpha_dropout_attrs *attrs = a->attrs;
    double unused;
    td_like_input(a);
    a->n_work = td_tensor_size(&a->out); /* the mask */
    a->n_plan = sizeof(struct constants);
    return td_alpha_dropout_constants(attrs->rate, attrs->mean, attrs->variance, &unused, &unused,
                                      &unused, err);
}

static td_status plan(struct td_apply *a, struct td_error *err) {
    const struct td_alpha_dropout_attrs *attrs = a->attrs;
    struct constants *c = a->plan;
    double scale = 0, shift = 0, dropped = 0;
    td_status status = td_alpha_dropout_constants(attrs->rate, attrs->mean, attrs->variance, &scale,
                                                  &shift, &dropped, err);
    *c = (struct constants){(real)scale, (real)shift, (real)dropped};
    return status;
}

static bool active(const struct td_apply *a, const struct td_run *run) {
    return run->training && ((const struct td_alpha_dropout_attrs *)a->attrs)->rate > 0;
}

static void forward(struct td_apply *a, const struct td_run *run) {
    const struct constants c = *(const struct constants *)a->plan;
    const size_t n = td_tensor_size(&a->out);
    const real *x = a->in[0]->v, *mask = a->work;
    real *y = a->out.v;
    if (!active(a, run)) {
        memcpy(y, x, n * sizeof *y);
        return;
    }
    td_mask_draw(run, a->layer + LAYER_OFFSET,
                 ((const struct td_alpha_dropout_attrs *)a->attrs)->rate, n, a->work);
    TD_EACH (i, n)
        y[i] = mask[i] != 0 ? c.a * x[i] + c.b : c.dropped;
}

static void backward(struct td_apply *a, const struct td_run *run) {
    const struct constants c = *(const struct constants *)a->plan;
    const size_t n = td_tensor_size(&a->out);
    const real *dy = a->out.g, *mask = a->work;
    real *dx = a->in[0]->g;
    if (!dx)
        return;
    if (active(a, run))
        TD_PUT(a->add[0], n, i, dx, mask[i] != 0 ? c.a * dy[i] : 0);
    else
        TD_PUT(a->add[0], n, i, dx, dy[i]);
}

static bool example(int variant, struct td_op_example *e) {
    static const struct td_op_example variants[] = {
        {.n_in = 1, .rows = {5}, .cols = {7}, .attrs = {"rate", "0.3"}},
        {.n_in = 1,
         .rows = {3},
         .cols = {4},
         .attrs = {"rate", "0.5", "mean", "0.5", "variance", "2"}},
        {.n_in = 1, .rows = {3}, .cols = {2}, .attrs = {"rate", "0"}},
    };
    if (variant < 0 || (size_t)variant >= sizeof variants / sizeof *variants)
        return false;
    *e = variants[variant];
    return true;
}

const struct td_op td_op_alpha_dropout = {
    .kind = TD_KIND("alpha-dropout",
                    "Alpha dropout: in training each element becomes SELU's limit -lambda alpha "
                    "with probability rate, then all are scaled and shifted so that the fixed "
                    "point's mean and variance are kept; otherwise the identity.",
                    "Klambauer et al. 2017, section 2", table, struct td_alpha_dropout_attrs),
    .min_in = 1,
    .max_in = 1,
    .shape = shape,
    .plan = plan,
    .forward = forward,
    .backward = backward,
    .example = example,
};
