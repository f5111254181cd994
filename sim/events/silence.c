#include <stddef.h>

#include "sim/events/what.h"

static void gate(const void *params, struct td_stream draws, uint64_t step, struct td_gate *out) {
    out->silent = td_gate_closed(params, draws, step);
}

const struct td_event td_event_silence = {
    .kind = TD_KIND("silence",
                    "Takes a pathway out of the forward pass, as if its input were missing: the "
                    "others see the whole residual. With a probability below 1 it is silent at "
                    "some of the steps, by a stream of its own.",
                    "", td_gate_params_table, struct td_gate_params),
    .what = td_gate_what,
    .gate = gate,
};
