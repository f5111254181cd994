/* All C experiments, one line each. */
#include "sweep/experiment.h"

struct td_registry td_experiments = {
    .family = "experiment",
    .kinds =
        (const struct td_kind *const[]){
            NULL,
        },
};
