#include <stdbool.h>
#include <string.h>

#include "sim/ops/elementwise.h"
#include "sim/ops/ops.h"

static td_status shape(struct td_apply *a, struct td_error *err) {
    td_like_input(a);
    a->n_scratch = a->out.cols;
    return td_expect_shape(a, 1, "directions", a->out.rows, a->in[1]->cols, err);
}

/* Column k of the directions D (rows, n), which hold 0 where nothing is removed. */
struct direction {
    size_t rows, stride;
    const real *d;
};

static bool is_zero(const struct direction *d) {
    for (size_t r = 0; r < d->rows; r++)
        if (d->d[r * d->stride] != 0)
            return false;
    return true;
}

/* out -= d d^T x, all of (rows, cols); along (cols) is scratch. */
static void remove_direction(const struct direction *d, size_t cols, const real *x, real *out,
                             real *along) {
    memset(along, 0, cols * sizeof *along);
    for (size_t r = 0; r < d->rows; r++) {
        const real weight = d->d[r * d->stride], *row = x + r * cols;
        TD_EACH (i, cols)
            along[i] += weight * row[i];
    }
    for (size_t r = 0; r < d->rows; r++) {
        const real weight = d->d[r * d->stride];
        real *row = out + r * cols;
        TD_EACH (i, cols)
            row[i] -= weight * along[i];
    }
}

static void remove_all(struct td_apply *a, const real *x, real *out) {
    const struct td_tensor *t = a->in[1];
    for (size_t k = 0; k < t->cols; k++) {
        const struct direction d = {t->rows, t->cols, t->v + k};
        if (!is_zero(&d))
            remove_direction(&d, a->out.cols, x, out, a->scratch);
    }
}

static void forward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    memcpy(a->out.v, a->in[0]->v, td_tensor_size(&a->out) * sizeof(real));
    remove_all(a, a->in[0]->v, a->out.v);
}

static void backward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    const size_t n = td_tensor_size(&a->out);
    const real *dy = a->out.g;
    real *dx = a->in[0]->g;
    if (!dx)
        return;
    TD_PUT(a->add[0], n, i, dx, dy[i]);
    remove_all(a, dy, dx);
}

static bool example(int variant, struct td_op_example *e) {
    static const struct td_op_example variants[] = {
        {.n_in = 2, .rows = {4, 4}, .cols = {3, 1}, .no_gradient = {false, true}},
        {.n_in = 2, .rows = {5, 5}, .cols = {1, 3}, .no_gradient = {false, true}},
    };
    if (variant < 0 || (size_t)variant >= sizeof variants / sizeof *variants)
        return false;
    *e = variants[variant];
    return true;
}

const struct td_op td_op_project_out = {
    .kind =
        TD_KIND_PLAIN("project-out",
                      "Removes directions: y = x - D D^T x. Inputs X (rows, B) and D (rows, k), "
                      "whose columns are orthonormal or 0.",
                      ""),
    .min_in = 2,
    .max_in = 2,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .example = example,
};
