#include <math.h>
#include <stddef.h>

#include "numeric/vec.h"
#include "sim/events/what.h"

struct noise_params {
    const char *what;
    double std;
    bool relative;
};

static const struct td_param params_table[] = {
    TD_EVENT_WHAT(struct noise_params),
    {.name = "std",
     .type = TD_REAL,
     .offset = offsetof(struct noise_params, std),
     .initial = "0.1",
     .min = 0,
     .max = 1e6,
     .help = "standard deviation of what is added to each weight"},
    {.name = "relative",
     .type = TD_BOOL,
     .offset = offsetof(struct noise_params, relative),
     .initial = "true",
     .help = "std in units of each matrix's root mean square"},
    {0},
};

static const char *what(const void *params) {
    return ((const struct noise_params *)params)->what;
}

static void weights(const void *params, const struct td_slice *slice, real *theta,
                    struct td_stream noise, uint64_t step, uint32_t layer, real *work) {
    const struct noise_params *p = params;
    size_t n = slice->rows * slice->cols;
    double scale = p->std;
    if (p->relative)
        scale *= sqrt(td_vec_sumsq(n, theta) / (double)n);
    td_random_normal(noise, step, layer, 0, n, work);
    for (size_t i = 0; i < n; i++)
        theta[i] += (real)scale * work[i];
}

const struct td_event td_event_noise = {
    .kind = TD_KIND("noise",
                    "Adds independent Gaussian noise to weights after each step on which it acts; "
                    "for a single perturbation set until to at + 1.",
                    "", params_table, struct noise_params),
    .what = what,
    .weights = weights,
};
