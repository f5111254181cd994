#include <stddef.h>

#include "sim/events/what.h"

static void gate(const void *params, struct td_stream draws, uint64_t step, struct td_gate *out) {
    out->detached = td_gate_closed(params, draws, step);
}

const struct td_event td_event_gate = {
    .kind = TD_KIND("gate",
                    "Detaches a pathway's output: it stays in the forward pass, and no gradient "
                    "flows into the pathway. With a probability below 1 the gate is closed at some "
                    "of the steps, by a stream of its own. Momentum and weight decay go on; freeze "
                    "stops these too.",
                    "Kleinman, Achille and Soatto 2024, section 3", td_gate_params_table,
                    struct td_gate_params),
    .what = td_gate_what,
    .gate = gate,
};
