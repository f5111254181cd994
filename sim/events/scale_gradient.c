#include <stddef.h>

#include "sim/events/what.h"

struct scale_params {
    const char *what;
    double factor;
};

static const struct td_param params_table[] = {
    TD_EVENT_WHAT(struct scale_params),
    {.name = "factor",
     .type = TD_REAL,
     .offset = offsetof(struct scale_params, factor),
     .initial = "0",
     .min = -1e6,
     .max = 1e6,
     .help = "what the gradient is multiplied by"},
    {0},
};

static const char *what(const void *params) {
    return ((const struct scale_params *)params)->what;
}

static void gradient(const void *params, size_t n, real *grad) {
    real factor = (real)((const struct scale_params *)params)->factor;
    for (size_t i = 0; i < n; i++)
        grad[i] *= factor;
}

const struct td_event td_event_scale_gradient = {
    .kind = TD_KIND("scale-gradient",
                    "Multiplies the gradient of some weights. Factor 0 takes the gradient away "
                    "but leaves momentum and weight decay at work; freeze stops these too.",
                    "", params_table, struct scale_params),
    .what = what,
    .gradient = gradient,
};
