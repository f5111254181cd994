#include <math.h>
#include <string.h>

#include "sim/ops/elementwise.h"
#include "sim/ops/ops.h"
#include "sim/ops/reduce.h"

static const struct td_param table[] = {{.name = "eps",
                                         .type = TD_REAL,
                                         .offset = offsetof(struct td_norm_attrs, eps),
                                         .initial = "1e-5",
                                         .min = 0,
                                         .max = 1,
                                         .flags = TD_OPEN_MIN,
                                         .help = "added to the variance"},
                                        {0}};

/* work: mean (B) and 1 / standard deviation (B) of each sample. scratch: two rows (B). */
static td_status shape(struct td_apply *a, struct td_error *err) {
    const double eps = ((const struct td_norm_attrs *)a->attrs)->eps;
    td_like_input(a);
    a->n_work = a->n_scratch = 2 * a->out.cols;
    if (!(eps > 0))
        return td_fail(err, TD_BAD_INPUT, "eps is %g: it must be above 0", eps);
    if (a->n_in == 2)
        return td_fail(err, TD_BAD_INPUT, "2 inputs given: gain and shift come together");
    if (a->n_in == 1)
        return TD_OK;
    td_status status = td_expect_shape(a, 1, "gain", a->out.rows, 1, err);
    return status ? status : td_expect_shape(a, 2, "shift", a->out.rows, 1, err);
}

static void column_moments(const struct td_tensor *x, double eps, real *mean, real *inverse) {
    const size_t rows = x->rows, n = x->cols;
    const real share = 1 / (real)rows;
    memset(mean, 0, n * sizeof *mean);
    memset(inverse, 0, n * sizeof *inverse);
    for (size_t r = 0; r < rows; r++)
        TD_EACH (i, n)
            mean[i] += x->v[r * n + i];
    TD_EACH (i, n)
        mean[i] *= share;
    for (size_t r = 0; r < rows; r++)
        TD_EACH (i, n) {
            real d = x->v[r * n + i] - mean[i];
            inverse[i] += d * d;
        }
    for (size_t i = 0; i < n; i++)
        inverse[i] = (real)(1 / sqrt((double)(inverse[i] * share) + eps));
}

static void forward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    const size_t rows = a->out.rows, n = a->out.cols;
    const real *mean = a->work, *inverse = a->work + n;
    column_moments(a->in[0], ((const struct td_norm_attrs *)a->attrs)->eps, a->work, a->work + n);
    for (size_t r = 0; r < rows; r++) {
        const real gain = a->n_in > 1 ? a->in[1]->v[r] : 1,
                   shift = a->n_in > 1 ? a->in[2]->v[r] : 0;
        const real *x = a->in[0]->v + r * n;
        real *y = a->out.v + r * n;
        TD_EACH (i, n)
            y[i] = gain * ((x[i] - mean[i]) * inverse[i]) + shift;
    }
}

/* gain' = sum over samples of dy xhat, shift' = sum of dy. */
static void affine_gradients(struct td_apply *a) {
    const size_t rows = a->out.rows, n = a->out.cols;
    const real *mean = a->work, *inverse = a->work + n;
    struct td_tensor *gain = a->in[1], *shift = a->in[2];
    for (size_t r = 0; r < rows; r++) {
        const real *x = a->in[0]->v + r * n, *dy = a->out.g + r * n;
        if (gain->g) {
            TD_EACH (i, n)
                a->scratch[i] = (x[i] - mean[i]) * inverse[i];
            td_put(a->add[1], gain->g + r, td_row_dot(n, a->scratch, dy));
        }
        if (shift->g)
            td_put(a->add[2], shift->g + r, td_row_sum(n, dy));
    }
}

/* With h = gain dy and, over a sample's features, u = mean h, p = mean h xhat:
   dx = inverse (h - u - xhat p). */
static void input_gradient(struct td_apply *a) {
    const size_t rows = a->out.rows, n = a->out.cols;
    const real *mean = a->work, *inverse = a->work + n;
    const real share = 1 / (real)rows;
    real *u = a->scratch, *p = a->scratch + n;
    memset(u, 0, 2 * n * sizeof *u);
    for (size_t r = 0; r < rows; r++) {
        const real gain = (a->n_in > 1 ? a->in[1]->v[r] : 1) * share;
        const real *x = a->in[0]->v + r * n, *dy = a->out.g + r * n;
        TD_EACH (i, n) {
            u[i] += gain * dy[i];
            p[i] += gain * dy[i] * ((x[i] - mean[i]) * inverse[i]);
        }
    }
    for (size_t r = 0; r < rows; r++) {
        const real gain = a->n_in > 1 ? a->in[1]->v[r] : 1;
        const real *x = a->in[0]->v + r * n, *dy = a->out.g + r * n;
        real *dx = a->in[0]->g + r * n;
        TD_PUT(a->add[0], n, i, dx,
               inverse[i] * (gain * dy[i] - u[i] - (x[i] - mean[i]) * inverse[i] * p[i]));
    }
}

static void backward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    if (a->n_in > 1)
        affine_gradients(a);
    if (a->in[0]->g)
        input_gradient(a);
}

static bool example(int variant, struct td_op_example *e) {
    static const struct td_op_example variants[] = {
        {.n_in = 3, .rows = {5, 5, 5}, .cols = {3, 1, 1}},
        {.n_in = 1, .rows = {7}, .cols = {2}},
        {.n_in = 3, .rows = {4, 4, 4}, .cols = {35, 1, 1}, .attrs = {"eps", "0.1"}},
    };
    if (variant < 0 || (size_t)variant >= sizeof variants / sizeof *variants)
        return false;
    *e = variants[variant];
    return true;
}

const struct td_op td_op_layer_norm = {
    .kind = TD_KIND("layer-norm",
                    "Layer normalisation: each sample over its features to mean 0 and variance 1, "
                    "then gain and shift. Inputs X (rows, B), optional gain (rows, 1) and shift "
                    "(rows, 1).",
                    "Ba, Kiros and Hinton 2016, eq. 3", table, struct td_norm_attrs),
    .min_in = 1,
    .max_in = 3,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .example = example,
};
