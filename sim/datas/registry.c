/* All kinds of data sets, one line each. */
#include "sim/dataset.h"

struct td_registry td_datas = {
    .family = "data",
    .kinds =
        (const struct td_kind *const[]){
            NULL,
        },
};
