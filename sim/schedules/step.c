#include <math.h>
#include <stddef.h>

#include "sim/optimizer.h"

struct step_params {
    int64_t every;
    double factor;
};

static const struct td_param params_table[] = {
    {.name = "every",
     .type = TD_INT,
     .offset = offsetof(struct step_params, every),
     .initial = "1000",
     .min = 1,
     .max = 1e15,
     .unit = "steps",
     .help = "steps between two reductions"},
    {.name = "factor",
     .type = TD_REAL,
     .offset = offsetof(struct step_params, factor),
     .initial = "0.1",
     .min = 0,
     .max = 1,
     .help = "what the rate is multiplied by at each reduction",
     .flags = TD_OPEN_MIN},
    {0},
};

static double factor(const void *params, uint64_t step, uint64_t steps) {
    (void)steps;
    const struct step_params *p = params;
    return pow(p->factor, (double)(step / (uint64_t)p->every));
}

const struct td_schedule td_schedule_step = {
    .kind = TD_KIND("step", "The learning rate falls by a factor at every so many steps.", "",
                    params_table, struct step_params),
    .factor = factor,
    .open_ended = true,
};
