#include <stddef.h>

#include "sim/events/what.h"
#include "sim/task_modes.h"

struct lesion_params {
    const char *what;
    int64_t mode;
};

static const struct td_param params_table[] = {
    TD_EVENT_PATHWAY(struct lesion_params),
    {.name = "mode",
     .type = TD_INT,
     .offset = offsetof(struct lesion_params, mode),
     .initial = "1",
     .min = 1,
     .max = 1e6,
     .help = "which feature, counted from 1, the strongest; of features of one strength the order "
             "is arbitrary"},
    {0},
};

static const char *what(const void *params) {
    return ((const struct lesion_params *)params)->what;
}

static td_status lesion(const void *params, const struct td_dataset *data, double *left,
                        double *right, struct td_error *err) {
    const struct lesion_params *p = params;
    struct td_task_modes modes;
    td_status status = td_task_modes_make(data, &modes, err);
    if (status)
        return status;
    size_t m = (size_t)p->mode - 1;
    if (m >= modes.n)
        status = td_fail(err, TD_BAD_INPUT, "mode %lld: this data set has %zu features",
                         (long long)p->mode, modes.n);
    for (size_t i = 0; !status && i < modes.n_out; i++)
        left[i] = modes.u[i * modes.n + m];
    for (size_t j = 0; !status && j < modes.d; j++)
        right[j] = modes.vt[m * modes.d + j];
    td_task_modes_free(&modes);
    return status;
}

const struct td_event td_event_lesion = {
    .kind = TD_KIND("lesion",
                    "Removes one feature, a singular direction of the task Y^T X, from a pathway: "
                    "the direction is projected out of the pathway's input and of its output.",
                    "Kleinman, Achille and Soatto 2024, section 3 (gate_sing)", params_table,
                    struct lesion_params),
    .what = what,
    .lesion = lesion,
};
