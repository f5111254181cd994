#include <stddef.h>

#include "sim/optimizer.h"

struct sgd_params {
    double lr, momentum, weight_decay;
    bool nesterov;
};

static const struct td_param params_table[] = {
    {.name = "lr",
     .type = TD_REAL,
     .offset = offsetof(struct sgd_params, lr),
     .initial = "0.01",
     .min = 0,
     .max = 1e6,
     .help = "learning rate"},
    {.name = "momentum",
     .type = TD_REAL,
     .offset = offsetof(struct sgd_params, momentum),
     .initial = "0",
     .min = 0,
     .max = 1,
     .flags = TD_OPEN_MAX,
     .help = "how much of the last step's velocity is kept"},
    {.name = "nesterov",
     .type = TD_BOOL,
     .offset = offsetof(struct sgd_params, nesterov),
     .initial = "false",
     .help = "look ahead along the velocity (without momentum it changes nothing)"},
    {.name = "weight_decay",
     .type = TD_REAL,
     .offset = offsetof(struct sgd_params, weight_decay),
     .initial = "0",
     .min = 0,
     .max = 1e6,
     .help = "decay of weight matrices towards 0: gradient += decay weight, as of a penalty decay "
             "/ 2 |W|^2 "
             "(L2; the loss reported is without it); biases are left out"},
    {0},
};

static void plain(size_t n, real *restrict theta, const real *restrict grad, real lr, real decay) {
    for (size_t i = 0; i < n; i++)
        theta[i] -= lr * (grad[i] + decay * theta[i]);
}

static void plain_without_decay(size_t n, real *restrict theta, const real *restrict grad,
                                real lr) {
    for (size_t i = 0; i < n; i++)
        theta[i] -= lr * grad[i];
}

static void heavy_ball(size_t n, real *restrict theta, const real *restrict grad,
                       real *restrict velocity, real lr, real momentum, real decay) {
    for (size_t i = 0; i < n; i++) {
        velocity[i] = momentum * velocity[i] + (grad[i] + decay * theta[i]);
        theta[i] -= lr * velocity[i];
    }
}

static void nesterov(size_t n, real *restrict theta, const real *restrict grad,
                     real *restrict velocity, real lr, real momentum, real decay) {
    for (size_t i = 0; i < n; i++) {
        real g = grad[i] + decay * theta[i];
        velocity[i] = momentum * velocity[i] + g;
        theta[i] -= lr * (g + momentum * velocity[i]);
    }
}

static void step(const void *params, struct td_weights *w, real *const *moments, double lr,
                 uint64_t step_number) {
    (void)step_number;
    const struct sgd_params *p = params;
    real rate = (real)lr, momentum = (real)p->momentum;
    for (size_t i = 0; i < w->n_slices; i++) {
        const struct td_slice *s = &w->slices[i];
        size_t n = s->rows * s->cols;
        real decay = (real)p->weight_decay * s->decay;
        real *theta = w->theta + s->offset, *grad = w->grad + s->offset;
        if (p->momentum == 0 && decay == 0)
            plain_without_decay(n, theta, grad, rate);
        else if (p->momentum == 0)
            plain(n, theta, grad, rate, decay);
        else if (p->nesterov)
            nesterov(n, theta, grad, moments[0] + s->offset, rate, momentum, decay);
        else
            heavy_ball(n, theta, grad, moments[0] + s->offset, rate, momentum, decay);
    }
}

static double rate(const void *params) {
    return ((const struct sgd_params *)params)->lr;
}

const struct td_optimizer td_optimizer_sgd = {
    .kind = TD_KIND("sgd",
                    "Stochastic gradient descent over mini-batches, with momentum (heavy ball or "
                    "Nesterov's) and weight decay if wanted: velocity = momentum velocity + "
                    "gradient, theta -= lr velocity.",
                    "Sutskever et al. 2013, eq. 1-4", params_table, struct sgd_params),
    .n_moments = 1,
    .step = step,
    .rate = rate,
};
