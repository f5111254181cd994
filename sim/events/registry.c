/* All events, one line each. */
#include "sim/events/events.h"

struct td_registry td_events = {
    .family = "event",
    .kinds =
        (const struct td_kind *const[]){
            &td_event_freeze.kind,
            &td_event_scale_gradient.kind,
            &td_event_set_rate.kind,
            &td_event_noise.kind,
            NULL,
        },
};
