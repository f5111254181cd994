/* What events on weights share. */
#ifndef TD_SIM_EVENTS_WHAT_H
#define TD_SIM_EVENTS_WHAT_H

#include "sim/event.h"

/* Table entry for the name prefix of the weights that an event acts on. */
#define TD_EVENT_WHAT(type_)                                                                       \
    {                                                                                              \
        .name = "what", .type = TD_STRING, .offset = offsetof(type_, what), .initial = "",         \
        .help = "name prefix of the weights (\"hidden.1\", \"hidden.*.bias\"); empty: all"         \
    }

/* The pathways that a gate event acts on, and how often. */
struct td_gate_params {
    const char *what;
    double probability;
};
extern const struct td_param td_gate_params_table[];
const char *td_gate_what(const void *params);
/* Whether the gate is closed at this step: element 0 of draw (step, 0). */
bool td_gate_closed(const void *params, struct td_stream draws, uint64_t step);

/* Table entry for the name prefix of the pathways that an event acts on. */
#define TD_EVENT_PATHWAY(type_)                                                                    \
    {                                                                                              \
        .name = "what", .type = TD_STRING, .offset = offsetof(type_, what), .initial = "path.b",   \
        .help = "the pathway (\"path.b\"); empty: all"                                             \
    }

#endif
