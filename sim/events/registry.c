#include "sim/event.h"

extern const struct td_event td_event_freeze, td_event_scale_gradient, td_event_set_rate,
    td_event_noise, td_event_gate, td_event_silence, td_event_lesion;

static const struct td_kind *const kinds[] = {
    &td_event_freeze.kind,   &td_event_scale_gradient.kind,
    &td_event_set_rate.kind, &td_event_noise.kind,
    &td_event_gate.kind,     &td_event_silence.kind,
    &td_event_lesion.kind,   NULL,
};

struct td_registry td_events = {.family = "event", .kinds = kinds, .verb = "do"};
