/* What the events on a pathway's gate share. */
#include <stddef.h>

#include "sim/events/what.h"

const struct td_param td_gate_params_table[] = {
    TD_EVENT_PATHWAY(struct td_gate_params),
    {.name = "probability",
     .type = TD_REAL,
     .offset = offsetof(struct td_gate_params, probability),
     .initial = "1",
     .min = 0,
     .max = 1,
     .help = "of being closed, drawn anew at each step"},
    {0},
};

const char *td_gate_what(const void *params) {
    return ((const struct td_gate_params *)params)->what;
}

bool td_gate_closed(const void *params, struct td_stream draws, uint64_t step) {
    double probability = ((const struct td_gate_params *)params)->probability, u;
    td_random_duniform(draws, step, 0, 0, 1, &u);
    return u < probability;
}
