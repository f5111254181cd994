/* All optimizers, one line each. */
#include "sim/optimizers/optimizers.h"

struct td_registry td_optimizers = {
    .family = "optimizer",
    .kinds =
        (const struct td_kind *const[]){
            &td_optimizer_gd.kind,
            &td_optimizer_sgd.kind,
            &td_optimizer_adam.kind,
            &td_optimizer_adamw.kind,
            NULL,
        },
};
