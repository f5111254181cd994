/* All measures, one line each. */
#include "measure/measure.h"

struct td_registry td_measures = {
    .family = "measure",
    .kinds =
        (const struct td_kind *const[]){
            NULL,
        },
};
