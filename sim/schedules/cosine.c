#include <math.h>
#include <stddef.h>

#include "sim/optimizer.h"
#include "sim/schedules/progress.h"

struct cosine_params {
    double final;
};

static const struct td_param params_table[] = {
    {.name = "final",
     .type = TD_REAL,
     .offset = offsetof(struct cosine_params, final),
     .initial = "0",
     .min = 0,
     .max = 1,
     .help = "factor at the last step"},
    {0},
};

static double factor(const void *params, uint64_t step, uint64_t steps) {
    const struct cosine_params *p = params;
    double progress = td_schedule_progress(step, steps);
    return p->final + (1.0 - p->final) * 0.5 * (1.0 + cos(M_PI * progress));
}

const struct td_schedule td_schedule_cosine = {
    .kind =
        TD_KIND("cosine",
                "The learning rate falls along half a cosine wave from the first step to the last.",
                "Loshchilov and Hutter 2017, eq. 5", params_table, struct cosine_params),
    .factor = factor,
};
