#include <math.h>

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
                                        {.name = "momentum",
                                         .type = TD_REAL,
                                         .offset = offsetof(struct td_norm_attrs, momentum),
                                         .initial = "0.1",
                                         .min = 0,
                                         .max = 1,
                                         .help = "weight of the newest batch in running moments"},
                                        {0}};

/* state: running mean (rows), running variance (rows), 1 once it has run; all 0 stands for mean 0
   and variance 1. work: mean (rows) and 1 / standard deviation (rows) that forward has used. */
static td_status shape(struct td_apply *a, struct td_error *err) {
    const struct td_norm_attrs *attrs = a->attrs;
    td_like_input(a);
    a->n_work = 2 * a->out.rows;
    a->n_state = 2 * a->out.rows + 1;
    if (!(attrs->eps > 0 && attrs->momentum >= 0 && attrs->momentum <= 1))
        return td_fail(err, TD_BAD_INPUT, "eps %g, momentum %g: eps > 0 and momentum in [0, 1]",
                       attrs->eps, attrs->momentum);
    td_status status = td_expect_shape(a, 1, "gain", a->out.rows, 1, err);
    return status ? status : td_expect_shape(a, 2, "shift", a->out.rows, 1, err);
}

static void update_running(struct td_apply *a, size_t row, double mean, double sum_squares) {
    const double m = ((const struct td_norm_attrs *)a->attrs)->momentum;
    const size_t rows = a->out.rows, n = a->out.cols;
    const bool begun = a->state[2 * rows] != 0;
    real *running_mean = a->state + row, *running_variance = a->state + rows + row;
    double variance = sum_squares / (double)(n > 1 ? n - 1 : 1);
    *running_mean = (real)((1 - m) * (double)*running_mean + m * mean);
    *running_variance = (real)((1 - m) * (begun ? (double)*running_variance : 1) + m * variance);
}

/* Mean and variance to normalise `row` with. */
static void moments(struct td_apply *a, const struct td_run *run, size_t row, double *mean,
                    double *variance) {
    const size_t rows = a->out.rows, n = a->out.cols;
    const real *x = a->in[0]->v + row * n;
    if (run->training) {
        *mean = td_row_sum(n, x) / (double)n;
        double squares = td_row_squares(n, x, (real)*mean);
        *variance = squares / (double)n;
        update_running(a, row, *mean, squares);
    } else {
        bool begun = a->state[2 * rows] != 0;
        *mean = (double)a->state[row];
        *variance = begun ? (double)a->state[rows + row] : 1;
    }
}

static void forward(struct td_apply *a, const struct td_run *run) {
    const double eps = ((const struct td_norm_attrs *)a->attrs)->eps;
    const size_t rows = a->out.rows, n = a->out.cols;
    real *means = a->work, *inverses = a->work + rows;
    for (size_t r = 0; r < rows; r++) {
        double mean, variance;
        moments(a, run, r, &mean, &variance);
        means[r] = (real)mean;
        inverses[r] = (real)(1 / sqrt(variance + eps));
        const real *x = a->in[0]->v + r * n;
        real *y = a->out.v + r * n;
        const real m = means[r], slope = a->in[1]->v[r] * inverses[r], shift = a->in[2]->v[r];
        TD_EACH (i, n)
            y[i] = slope * (x[i] - m) + shift;
    }
    if (run->training)
        a->state[2 * rows] = 1;
}

/* With xhat = (x - mean) inverse, u = sum dy, p = sum dy xhat over the batch of n:
   training dx = gain inverse (dy - u / n - xhat p / n), otherwise dx = gain inverse dy. */
static void backward(struct td_apply *a, const struct td_run *run) {
    const size_t rows = a->out.rows, n = a->out.cols;
    struct td_tensor *x = a->in[0], *gain = a->in[1], *shift = a->in[2];
    for (size_t r = 0; r < rows; r++) {
        const real m = a->work[r], inverse = a->work[rows + r];
        const real *xr = x->v + r * n, *dy = a->out.g + r * n;
        const double u = td_row_sum(n, dy);
        const double p = (double)inverse * td_row_centred_dot(n, xr, m, dy);
        if (gain->g)
            td_put(a->add[1], gain->g + r, p);
        if (shift->g)
            td_put(a->add[2], shift->g + r, u);
        if (!x->g)
            continue;
        const real slope = gain->v[r] * inverse;
        const real mean_u = run->training ? (real)(u / (double)n) : 0;
        const real mean_p = run->training ? (real)(p / (double)n) * inverse : 0;
        real *dx = x->g + r * n;
        TD_PUT(a->add[0], n, i, dx, slope * (dy[i] - mean_u - mean_p * (xr[i] - m)));
    }
}

static bool example(int variant, struct td_op_example *e) {
    static const struct td_op_example variants[] = {
        {.n_in = 3, .rows = {3, 3, 3}, .cols = {5, 1, 1}},
        {.n_in = 3, .rows = {2, 2, 2}, .cols = {37, 1, 1}, .attrs = {"eps", "0.1"}},
    };
    if (variant < 0 || (size_t)variant >= sizeof variants / sizeof *variants)
        return false;
    *e = variants[variant];
    return true;
}

const struct td_op td_op_batch_norm = {
    .kind = TD_KIND("batch-norm",
                    "Batch normalisation: each feature over the batch to mean 0 and variance 1, "
                    "then gain and shift; running moments outside training. Inputs X (rows, B), "
                    "gain (rows, 1), shift (rows, 1).",
                    "Ioffe and Szegedy 2015, algorithm 1", table, struct td_norm_attrs),
    .min_in = 3,
    .max_in = 3,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .example = example,
};
