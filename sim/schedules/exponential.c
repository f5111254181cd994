#include <math.h>
#include <stddef.h>

#include "sim/optimizer.h"
#include "sim/schedules/progress.h"

struct exponential_params {
    double final;
};

static const struct td_param params_table[] = {
    {.name = "final",
     .type = TD_REAL,
     .offset = offsetof(struct exponential_params, final),
     .initial = "0.01",
     .min = 0,
     .max = 1,
     .help = "factor at the last step",
     .flags = TD_OPEN_MIN},
    {0},
};

static double factor(const void *params, uint64_t step, uint64_t steps) {
    const struct exponential_params *p = params;
    double progress = td_schedule_progress(step, steps);
    return pow(p->final, progress);
}

const struct td_schedule td_schedule_exponential = {
    .kind = TD_KIND("exponential", "The learning rate falls by the same factor at every step.", "",
                    params_table, struct exponential_params),
    .factor = factor,
};
