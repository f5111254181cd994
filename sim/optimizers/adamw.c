#include <stddef.h>

#include "sim/optimizers/adam_pass.h"

static const struct td_param params_table[] = {TD_ADAM_PARAMS("0.01"), {0}};

static void step(const void *params, struct td_weights *w, real *const *moments, double lr,
                 uint64_t step_number) {
    td_adam_pass(params, true, w, moments, lr, step_number);
}

const struct td_optimizer td_optimizer_adamw = {
    .kind = TD_KIND("adamw",
                    "Adam with decoupled weight decay: weight matrices shrink by lr * decay at "
                    "each step, beside Adam's update.",
                    "Loshchilov and Hutter 2019, algorithm 2", params_table, struct td_adam_params),
    .n_moments = 2,
    .step = step,
    .rate = td_adam_rate,
};
