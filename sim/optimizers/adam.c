#include <stddef.h>

#include "sim/optimizers/adam_pass.h"

static const struct td_param params_table[] = {TD_ADAM_PARAMS("0"), {0}};

static void step(const void *params, struct td_weights *w, real *const *moments, double lr,
                 uint64_t step_number) {
    td_adam_pass(params, false, w, moments, lr, step_number);
}

const struct td_optimizer td_optimizer_adam = {
    .kind =
        TD_KIND("adam",
                "Adam: steps of the mean gradient over the root of the mean squared gradient, both "
                "decaying averages corrected for their start at 0. Weight decay is added to the "
                "gradient, as of a "
                "penalty decay / 2 |W|^2 (L2).",
                "Kingma and Ba 2015, algorithm 1", params_table, struct td_adam_params),
    .n_moments = 2,
    .step = step,
    .rate = td_adam_rate,
};
