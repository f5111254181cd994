#include <stddef.h>

#include "sim/events/what.h"

struct freeze_params {
    const char *what;
};

static const struct td_param params_table[] = {TD_EVENT_WHAT(struct freeze_params), {0}};

static const char *what(const void *params) {
    return ((const struct freeze_params *)params)->what;
}

const struct td_event td_event_freeze = {
    .kind = TD_KIND("freeze",
                    "Weights stay exactly as they are, and so do the optimizer's moments of them. "
                    "Running moments of batch norm are not weights and go on.",
                    "", params_table, struct freeze_params),
    .what = what,
    .freezes = true,
};
