#include <stddef.h>

#include "sim/optimizer.h"

struct gd_params {
    double lr;
};

static const struct td_param params_table[] = {
    {.name = "lr",
     .type = TD_REAL,
     .offset = offsetof(struct gd_params, lr),
     .initial = "0.01",
     .min = 0,
     .max = 1e6,
     .help = "learning rate"},
    {0},
};

static void descend(size_t n, real *restrict theta, const real *restrict grad, real lr) {
    for (size_t i = 0; i < n; i++)
        theta[i] -= lr * grad[i];
}

static void step(const void *params, struct td_weights *w, real *const *moments, double lr,
                 uint64_t step_number) {
    (void)params, (void)moments, (void)step_number;
    for (size_t i = 0; i < w->n_slices; i++) {
        const struct td_slice *s = &w->slices[i];
        descend(s->rows * s->cols, w->theta + s->offset, w->grad + s->offset, (real)lr);
    }
}

static double rate(const void *params) {
    return ((const struct gd_params *)params)->lr;
}

const struct td_optimizer td_optimizer_gd = {
    .kind =
        TD_KIND("gd", "Gradient descent: every step uses the gradient over the whole training set.",
                "", params_table, struct gd_params),
    .step = step,
    .rate = rate,
    .full_batch = true,
};
