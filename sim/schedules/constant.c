#include "sim/optimizer.h"

static double factor(const void *params, uint64_t step, uint64_t steps) {
    (void)params, (void)step, (void)steps;
    return 1.0;
}

const struct td_schedule td_schedule_constant = {
    .kind = TD_KIND_PLAIN("constant", "The base learning rate throughout.", ""),
    .factor = factor,
    .open_ended = true,
};
