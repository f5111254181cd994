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

#endif
