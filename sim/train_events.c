/* Events within the training loop: which act, on which slices. */
#include <stdio.h>
#include <string.h>

#include "numeric/memory.h"
#include "sim/names.h"
#include "sim/train_internal.h"

static const struct td_event *event(const struct td_train *t, size_t e) {
    return (const struct td_event *)t->o.events.v[e].kind;
}

static bool acts_on(const struct td_train *t, size_t e, size_t slice) {
    return t->acting[e] && t->concerned[e * t->w->n_slices + slice];
}

static td_status allocate(struct td_train *t, struct td_error *err) {
    size_t events = t->o.events.n, slices = t->w->n_slices, largest = 0;
    for (size_t i = 0; i < slices; i++) {
        size_t n = t->w->slices[i].rows * t->w->slices[i].cols;
        largest = n > largest ? n : largest;
    }
    t->active = *t->w;
    t->active.slices = td_calloc(slices, sizeof *t->active.slices);
    t->acting = td_calloc(events, sizeof *t->acting);
    t->concerned = td_calloc(events * slices, sizeof *t->concerned);
    t->noise_streams = td_calloc(events, sizeof *t->noise_streams);
    t->noise = td_calloc(events ? largest : 0, sizeof *t->noise);
    if (!t->active.slices || !t->acting || !t->concerned || !t->noise_streams || !t->noise)
        return td_fail_memory(err, largest * sizeof *t->noise);
    return TD_OK;
}

td_status td_train_events_create(struct td_train *t, struct td_error *err) {
    td_status status = allocate(t, err);
    for (size_t e = 0; e < t->o.events.n && !status; e++) {
        const struct td_part *part = &t->o.events.v[e];
        status = td_event_check(part, e, t->w, t->o.steps, err);
        const char *what = event(t, e)->what ? event(t, e)->what(part->params) : NULL;
        for (size_t i = 0; what && i < t->w->n_slices; i++)
            t->concerned[e * t->w->n_slices + i] = td_name_under(what, t->w->slices[i].name);
        /* A stream an event: two noises on one slice are independent. */
        char purpose[32];
        snprintf(purpose, sizeof purpose, "event.%zu", e);
        t->noise_streams[e] = td_stream_make(t->o.seed, purpose);
    }
    memcpy(t->active.slices, t->w->slices, t->w->n_slices * sizeof *t->w->slices);
    return status;
}

static bool frozen(const struct td_train *t, size_t slice) {
    for (size_t e = 0; e < t->o.events.n; e++)
        if (event(t, e)->freezes && acts_on(t, e, slice))
            return true;
    return false;
}

void td_train_events_begin(struct td_train *t) {
    bool changed = false;
    for (size_t e = 0; e < t->o.events.n; e++) {
        bool acts = td_event_acts(&t->o.events.v[e], t->progress.step);
        changed |= acts != t->acting[e];
        t->acting[e] = acts;
    }
    if (!changed)
        return;
    size_t n = 0;
    for (size_t i = 0; i < t->w->n_slices; i++)
        if (!frozen(t, i))
            t->active.slices[n++] = t->w->slices[i];
    t->active.n_slices = n;
}

double td_train_events_rate(const struct td_train *t, double rate) {
    for (size_t e = 0; e < t->o.events.n; e++)
        if (event(t, e)->rate && td_event_acts(&t->o.events.v[e], t->progress.step))
            rate = event(t, e)->rate(t->o.events.v[e].params, rate);
    return rate;
}

void td_train_events_gradient(struct td_train *t) {
    for (size_t e = 0; e < t->o.events.n; e++)
        for (size_t i = 0; event(t, e)->gradient && i < t->w->n_slices; i++) {
            const struct td_slice *s = &t->w->slices[i];
            if (acts_on(t, e, i))
                event(t, e)->gradient(t->o.events.v[e].params, s->rows * s->cols,
                                      t->w->grad + s->offset);
        }
}

void td_train_events_weights(struct td_train *t) {
    for (size_t e = 0; e < t->o.events.n; e++)
        for (size_t i = 0; event(t, e)->weights && i < t->w->n_slices; i++) {
            const struct td_slice *s = &t->w->slices[i];
            if (acts_on(t, e, i) && !frozen(t, i))
                event(t, e)->weights(t->o.events.v[e].params, s, t->w->theta + s->offset,
                                     t->noise_streams[e], t->progress.step, (uint32_t)i, t->noise);
        }
}
