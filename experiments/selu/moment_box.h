/* The box of (mean, variance, omega, tau) that the theorems are about, as parameters. */
#ifndef TD_EXPERIMENTS_SELU_MOMENT_BOX_H
#define TD_EXPERIMENTS_SELU_MOMENT_BOX_H

#include <stddef.h>

#include "numeric/param.h"
#include "numeric/status.h"

enum moment_axis { MEAN, VARIANCE, OMEGA, TAU, AXES };
static const char *const moment_axis_names[AXES] = {"mean", "variance", "omega", "tau"};

#define MOMENT_RANGE(owner, in, name_, axis_, initial_, min_, flags_, help_)                       \
    {                                                                                              \
        .name = (name_), .type = TD_REALS,                                                         \
        .offset = offsetof(owner, in) + (axis_) * sizeof(struct td_reals), .initial = (initial_),  \
        .min = (min_), .max = 1e4, .flags = (flags_), .help = (help_)                              \
    }

/* Lines of a parameter table: what the box is called (const char *domain) and its four ranges, a
   member struct td_reals in[AXES]. Defaults: theorem 1. */
#define MOMENT_BOX_NAME_PARAM(owner)                                                               \
    {                                                                                              \
        .name = "domain", .type = TD_STRING, .offset = offsetof(owner, domain),                    \
        .initial = "theorem-1", .help = "what the box is called in figures and claims"             \
    }
#define MOMENT_BOX_PARAMS(owner, in)                                                               \
    MOMENT_RANGE(owner, in, "mean", MEAN, "[-0.1,0.1]", -1e4, 0, "range of input means"),          \
        MOMENT_RANGE(owner, in, "variance", VARIANCE, "[0.8,1.5]", 0, TD_OPEN_MIN,                 \
                     "range of input variances"),                                                  \
        MOMENT_RANGE(owner, in, "omega", OMEGA, "[-0.1,0.1]", -1e4, 0,                             \
                     "range of sums of weights"),                                                  \
        MOMENT_RANGE(owner, in, "tau", TAU, "[0.95,1.1]", 0, TD_OPEN_MIN,                          \
                     "range of sums of squared weights")

static inline td_status moment_box_check(const struct td_reals box[AXES], struct td_error *err) {
    for (int a = 0; a < AXES; a++)
        if (box[a].n != 2 || box[a].v[0] > box[a].v[1])
            return td_fail(err, TD_BAD_INPUT, "%s: must be [lo,hi] with lo <= hi",
                           moment_axis_names[a]);
    return TD_OK;
}

#endif
