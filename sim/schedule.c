#include <stddef.h>

#include "sim/optimizer.h"

const struct td_param td_schedule_common_params[] = {
    {.name = "warmup",
     .type = TD_INT,
     .offset = offsetof(struct td_schedule_common, warmup),
     .initial = "0",
     .min = 0,
     .max = 1e15,
     .unit = "steps",
     .help = "rise linearly to the full rate over so many steps first"},
    {0},
};

double td_schedule_factor(const struct td_part *schedule, uint64_t step, uint64_t steps) {
    const struct td_schedule *kind = (const struct td_schedule *)schedule->kind;
    const struct td_schedule_common *common = schedule->common;
    uint64_t warmup = common ? (uint64_t)common->warmup : 0;
    if (step < warmup)
        return ((double)step + 1) / (double)warmup;
    return kind->factor(schedule->params, step - warmup, steps > warmup ? steps - warmup : 1);
}
