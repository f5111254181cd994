/* What the files of this folder share: gradients that are written or added, shapes. */
#ifndef TD_SIM_OPS_ELEMENTWISE_H
#define TD_SIM_OPS_ELEMENTWISE_H

#include <stddef.h>

#include "numeric/status.h"
#include "sim/graph.h"
#include "sim/ops/each.h"

/* gradient[i] = or += expression of i, i = 0 .. n - 1. */
#define TD_PUT(add, n, i, gradient, expression)                                                    \
    do {                                                                                           \
        if (add) {                                                                                 \
            TD_EACH (i, n)                                                                         \
                (gradient)[i] += (expression);                                                     \
        } else {                                                                                   \
            TD_EACH (i, n)                                                                         \
                (gradient)[i] = (expression);                                                      \
        }                                                                                          \
    } while (0)

static inline size_t td_tensor_size(const struct td_tensor *t) {
    return t->rows * t->cols;
}

/* One number into a gradient. */
static inline void td_put(bool add, real *gradient, double value) {
    *gradient = (real)(add ? (double)*gradient + value : value);
}

/* TD_BAD_INPUT unless input i, called `what`, is (rows, cols). */
static inline td_status td_expect_shape(const struct td_apply *a, size_t i, const char *what,
                                        size_t rows, size_t cols, struct td_error *err) {
    const struct td_tensor *t = a->in[i];
    if (t->rows == rows && t->cols == cols)
        return TD_OK;
    return td_fail(err, TD_BAD_INPUT, "%s (input %zu) is %zu x %zu, %zu x %zu expected", what, i,
                   t->rows, t->cols, rows, cols);
}

static inline void td_like_input(struct td_apply *a) {
    a->out.rows = a->in[0]->rows;
    a->out.cols = a->in[0]->cols;
}

#endif
