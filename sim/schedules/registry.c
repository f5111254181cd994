#include "sim/optimizer.h"

extern const struct td_schedule td_schedule_step, td_schedule_linear, td_schedule_cosine,
    td_schedule_exponential;

static const struct td_kind *const kinds[] = {
    &td_schedule_constant.kind, &td_schedule_step.kind,        &td_schedule_linear.kind,
    &td_schedule_cosine.kind,   &td_schedule_exponential.kind, NULL,
};

struct td_registry td_schedules = {.family = "schedule", .kinds = kinds};
