#include <stddef.h>

#include "sim/event.h"

struct set_rate_params {
    double lr;
};

static const struct td_param params_table[] = {
    {.name = "lr",
     .type = TD_REAL,
     .offset = offsetof(struct set_rate_params, lr),
     .initial = "0.001",
     .min = 0,
     .max = 1e6,
     .help = "the learning rate"},
    {0},
};

static double rate(const void *params, double scheduled) {
    (void)scheduled;
    return ((const struct set_rate_params *)params)->lr;
}

const struct td_event td_event_set_rate = {
    .kind = TD_KIND("set-rate",
                    "Sets the learning rate, whatever optimizer and schedule say; of two that act "
                    "on one step the later in the list holds.",
                    "", params_table, struct set_rate_params),
    .rate = rate,
};
