#include "sim/event.h"

#include <stddef.h>
#include <stdio.h>

#include "sim/names.h"

const struct td_param td_event_common_params[] = {
    {.name = "at",
     .type = TD_INT,
     .offset = offsetof(struct td_event_common, at),
     .initial = "0",
     .min = 0,
     .max = 1e15,
     .unit = "steps",
     .help = "first step on which it acts"},
    {.name = "until",
     .type = TD_INT,
     .offset = offsetof(struct td_event_common, until),
     .initial = "-1",
     .min = -1,
     .max = 1e15,
     .unit = "steps",
     .help = "first step on which it no longer acts; -1: the end of training"},
    {0},
};

bool td_event_acts(const struct td_part *event, uint64_t step) {
    const struct td_event_common *c = event->common;
    return step >= (uint64_t)c->at && (c->until < 0 || step < (uint64_t)c->until);
}

td_status td_event_check(const struct td_part *event, size_t index, const struct td_weights *w,
                         uint64_t steps, struct td_error *err) {
    const struct td_event *kind = (const struct td_event *)event->kind;
    const struct td_event_common *c = event->common;
    if (c->until >= 0 && c->until <= c->at)
        return td_fail(err, TD_BAD_INPUT,
                       "events.%zu.until: %lld is not after at = %lld: the event would never act",
                       index, (long long)c->until, (long long)c->at);
    if ((uint64_t)c->at >= steps)
        return td_fail(err, TD_BAD_INPUT,
                       "events.%zu.at: step %lld is beyond the run, whose last step is %llu", index,
                       (long long)c->at, (unsigned long long)(steps ? steps - 1 : 0));
    const char *what = kind->what ? kind->what(event->params) : NULL;
    char where[48];
    snprintf(where, sizeof where, "events.%zu.what", index);
    return what ? td_weights_check_under(w, what, where, err) : TD_OK;
}

td_status td_event_check_gates(const struct td_part *event, size_t index,
                               const char *const *controls, size_t n, struct td_error *err) {
    const struct td_event *kind = (const struct td_event *)event->kind;
    const char *what = kind->what ? kind->what(event->params) : "";
    if (!kind->gate && !kind->lesion)
        return TD_OK;
    for (size_t i = 0; i < n; i++)
        if (td_name_under(what, controls[i]))
            return TD_OK;
    return td_fail(err, TD_BAD_INPUT,
                   "events.%zu: %s acts on pathways with gates, and this network has none under "
                   "\"%s\" (deep-linear has them, with net.gates true: path.a, path.b, ...)",
                   index, event->kind->name, what);
}
