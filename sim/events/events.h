/* The events that come with tdyn. */
#ifndef TD_SIM_EVENTS_EVENTS_H
#define TD_SIM_EVENTS_EVENTS_H

#include "sim/event.h"

extern const struct td_event td_event_freeze, td_event_scale_gradient, td_event_set_rate,
    td_event_noise;

/* Table entry for the name prefix of the weights that an event acts on. */
#define TD_EVENT_WHAT(type_)                                                                       \
    {                                                                                              \
        .name = "what", .type = TD_STRING, .offset = offsetof(type_, what), .initial = "",         \
        .help = "name prefix of the weights (\"hidden.1\", \"hidden.*.bias\"); empty: all"         \
    }

#endif
