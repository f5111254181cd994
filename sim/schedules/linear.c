#include <stddef.h>

#include "sim/optimizer.h"
#include "sim/schedules/progress.h"

struct linear_params {
    double final;
};

static const struct td_param params_table[] = {
    {.name = "final",
     .type = TD_REAL,
     .offset = offsetof(struct linear_params, final),
     .initial = "0",
     .min = 0,
     .max = 1,
     .help = "factor at the last step"},
    {0},
};

static double factor(const void *params, uint64_t step, uint64_t steps) {
    const struct linear_params *p = params;
    double progress = td_schedule_progress(step, steps);
    return 1.0 + (p->final - 1.0) * progress;
}

const struct td_schedule td_schedule_linear = {
    .kind = TD_KIND(
        "linear", "The learning rate falls along a straight line from the first step to the last.",
        "", params_table, struct linear_params),
    .factor = factor,
};
