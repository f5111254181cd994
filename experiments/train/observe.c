#include "experiments/train/observe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/train/when.h"
#include "measure/measure.h"

/* Probes that look through the same pass, and so share it. */
struct group {
    enum train_needs needs;
    enum train_on on; /* without meaning if needs is nothing */
    size_t samples;
    size_t n;
    struct train_probe_run **probes;
    struct td_train *train;
    uint64_t asked, next; /* the last step asked about, the first due one from there on */
    double *grad;         /* (weights n) */
};

struct train_observation {
    struct td_arena *arena;
    struct train_sites sites;
    size_t n_probes;
    struct train_probe_run *probes;
    size_t n_groups;
    struct group *groups;
    struct td_observer *observers; /* (n_groups) */
};

/* --- planning ------------------------------------------------------------------------------- */

static const struct train_probe *probe_of(const struct td_kind *entry) {
    bool measure = td_registry_find(&td_measures, entry->name) == entry;
    return measure ? &train_probe_tensor_measure : (const struct train_probe *)entry;
}

static td_status check_look(const struct train_probe_run *p, struct td_error *err) {
    const struct train_look *look = p->look;
    const char *name = p->entry->name;
    if (look->of.n && !p->kind->takes_of)
        return td_fail(err, TD_BAD_INPUT, "measure.%zu.of: %s is not measured at a tensor",
                       p->index, name);
    if (look->on == TRAIN_ON_BATCH && !p->kind->on_batch)
        return td_fail(err, TD_BAD_INPUT,
                       "measure.%zu.on: %s is measured on train, validation, test or all", p->index,
                       name);
    if (p->kind->needs == TRAIN_NEEDS_NOTHING && look->on != TRAIN_ON_TRAIN)
        return td_fail(err, TD_BAD_INPUT, "measure.%zu.on: %s takes no part of the data", p->index,
                       name);
    if (look->samples && (look->on == TRAIN_ON_BATCH || p->kind->needs == TRAIN_NEEDS_NOTHING))
        return td_fail(err, TD_BAD_INPUT, "measure.%zu.samples: %s%s takes no number of samples",
                       p->index, name, look->on == TRAIN_ON_BATCH ? " on a batch" : "");
    if (look->every > 1 && !p->kind->takes_every)
        return td_fail(err, TD_BAD_INPUT, "measure.%zu.every: %s looks at every sample", p->index,
                       name);
    if (look->outputs.n && p->kind != &train_probe_tensor_measure)
        return td_fail(err, TD_BAD_INPUT, "measure.%zu.outputs: %s has only one", p->index, name);
    if (strlen(look->as) >= TD_SITE_MAX)
        return td_fail(err, TD_BAD_INPUT, "measure.%zu.as: at most %d characters", p->index,
                       TD_SITE_MAX - 1);
    return TD_OK;
}

static td_status count_samples(struct train_probe_run *p, const struct td_dataset *data,
                               struct td_error *err) {
    const struct train_look *look = p->look;
    if (p->kind->needs == TRAIN_NEEDS_NOTHING || look->on == TRAIN_ON_BATCH)
        return TD_OK;
    enum td_on on = (enum td_on)look->on;
    size_t n = td_on_samples(data, on);
    if (n == 0)
        return td_fail(err, TD_BAD_INPUT, "measure.%zu.on: this data set has no %s samples",
                       p->index, td_on_name(on));
    if ((uint64_t)look->samples > n)
        return td_fail(err, TD_BAD_INPUT, "measure.%zu.samples: the %s set has only %zu", p->index,
                       td_on_name(on), n);
    p->samples = (size_t)look->samples;
    if (!p->samples)
        p->samples = p->kind->samples && p->kind->samples < n ? p->kind->samples : n;
    return TD_OK;
}

static td_status plan_probe(struct train_observation *obs, size_t i, const struct td_part *part,
                            const struct td_train_options *o, struct td_error *err) {
    struct train_probe_run *p = &obs->probes[i];
    *p = (struct train_probe_run){.kind = probe_of(part->kind),
                                  .entry = part->kind,
                                  .params = part->params,
                                  .look = part->common,
                                  .index = i,
                                  .arena = obs->arena,
                                  .sites = &obs->sites};
    p->name = *p->look->as ? p->look->as : p->entry->name;
    char where[48];
    snprintf(where, sizeof where, "measure.%zu.at", i);
    td_status status = check_look(p, err);
    if (!status)
        status = count_samples(p, o->data, err);
    struct train_unit unit = {"step", 1};
    if (p->look->counts == TRAIN_COUNTS_EPOCHS)
        unit = (struct train_unit){
            "epoch", (int64_t)td_train_epoch_steps(o->data->train.n, o->batch, o->drop_last)};
    if (!status)
        status = train_when(&p->look->at, unit, (int64_t)o->steps, where, obs->arena, &p->n_steps,
                            &p->steps, err);
    return status ? status : p->kind->plan(p, o, err);
}

/* The first step in which two ascending lists agree, or -1. */
static int64_t common_step(const struct train_probe_run *a, const struct train_probe_run *b) {
    for (size_t i = 0, j = 0; i < a->n_steps && j < b->n_steps;) {
        if (a->steps[i] == b->steps[j])
            return a->steps[i];
        if (a->steps[i] < b->steps[j])
            i++;
        else
            j++;
    }
    return -1;
}

static const char *common_site(const struct train_probe_run *a, const struct train_probe_run *b) {
    for (size_t i = 0; i < a->n_emitted; i++)
        for (size_t j = 0; j < b->n_emitted; j++)
            if (strcmp(a->emitted[i], b->emitted[j]) == 0)
                return a->emitted[i];
    return NULL;
}

static td_status check_doubles(const struct train_observation *obs, struct td_error *err) {
    for (size_t j = 0; j < obs->n_probes; j++)
        for (size_t i = 0; i < j; i++) {
            const struct train_probe_run *a = &obs->probes[i], *b = &obs->probes[j];
            int64_t step = strcmp(a->name, b->name) == 0 ? common_step(a, b) : -1;
            const char *site = step >= 0 ? common_site(a, b) : NULL;
            if (site)
                return td_fail(err, TD_BAD_INPUT,
                               "measure.%zu: \"%s\" at site \"%s\" and step %lld is also what "
                               "measure.%zu gives; `as: NAME` stores one under another name",
                               j, b->name, site, (long long)step, i);
        }
    return TD_OK;
}

/* --- groups --------------------------------------------------------------------------------- */

static struct group key_of(const struct train_probe_run *p) {
    struct group key = {.needs = p->kind->needs};
    if (key.needs != TRAIN_NEEDS_NOTHING) {
        key.on = (enum train_on)p->look->on;
        key.samples = p->samples;
    }
    if (key.on == TRAIN_ON_BATCH) /* one pass gives both loss and gradient */
        key.needs = TRAIN_NEEDS_GRADIENT;
    return key;
}

static td_status add_to_group(struct train_observation *obs, struct train_probe_run *p,
                              struct td_error *err) {
    const struct group key = key_of(p);
    size_t i = 0;
    while (i < obs->n_groups && (obs->groups[i].needs != key.needs || obs->groups[i].on != key.on ||
                                 obs->groups[i].samples != key.samples))
        i++;
    struct group *g = &obs->groups[i];
    if (i == obs->n_groups) {
        *g = key;
        g->probes = td_arena_alloc(obs->arena, obs->n_probes * sizeof *g->probes);
        if (!g->probes)
            return td_fail_memory(err, obs->n_probes * sizeof *g->probes);
        obs->n_groups++;
    }
    g->probes[g->n++] = p;
    return TD_OK;
}

td_status train_observation_plan(const struct train_params *p, const struct td_train_options *o,
                                 struct td_arena *arena, struct train_observation **out,
                                 struct td_error *err) {
    size_t n = p->measures.n;
    struct train_observation *obs = *out = td_arena_alloc(arena, sizeof *obs);
    if (!obs)
        return td_fail_memory(err, sizeof *obs);
    obs->arena = arena;
    obs->probes = td_arena_alloc(arena, n * sizeof *obs->probes);
    obs->groups = td_arena_alloc(arena, n * sizeof *obs->groups);
    obs->observers = td_arena_alloc(arena, n * sizeof *obs->observers);
    if (!obs->probes || !obs->groups || !obs->observers)
        return td_fail_memory(err, n * sizeof *obs->probes);
    td_status status = train_sites_list(o, arena, &obs->sites, err);
    for (size_t i = 0; i < n && !status; i++) {
        obs->n_probes++;
        status = plan_probe(obs, i, &p->measures.v[i], o, err);
    }
    if (!status)
        status = check_doubles(obs, err);
    for (size_t i = 0; i < n && !status; i++)
        status = add_to_group(obs, &obs->probes[i], err);
    return status;
}

double train_observation_samples(const struct train_observation *obs) {
    double samples = 0;
    for (size_t i = 0; i < obs->n_probes; i++) {
        const struct train_probe_run *p = &obs->probes[i];
        double passes = p->kind->needs == TRAIN_NEEDS_GRADIENT ? 3 : 1;
        samples += passes * (double)p->samples * (double)p->n_steps;
    }
    return samples;
}

const struct train_probe_run *train_observation_probes(const struct train_observation *obs,
                                                       size_t *n) {
    *n = obs->n_probes;
    return obs->probes;
}

/* --- looking -------------------------------------------------------------------------------- */

/* The probe's first step from `step` on. */
static uint64_t next_step(const struct train_probe_run *p, uint64_t step) {
    size_t lo = 0, hi = p->n_steps;
    while (lo < hi) {
        size_t middle = (lo + hi) / 2;
        if ((uint64_t)p->steps[middle] < step)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo < p->n_steps ? (uint64_t)p->steps[lo] : UINT64_MAX;
}

static bool due(void *self, uint64_t step) {
    struct group *g = self;
    if (step > g->next || step < g->asked) {
        g->next = UINT64_MAX;
        for (size_t i = 0; i < g->n; i++) {
            uint64_t next = next_step(g->probes[i], step);
            g->next = next < g->next ? next : g->next;
        }
    }
    g->asked = step;
    return step == g->next;
}

static bool probe_due(const struct group *g, size_t i) {
    return next_step(g->probes[i], g->asked) == g->asked;
}

static void visit(void *self, const struct td_chunk *chunk) {
    struct group *g = self;
    for (size_t i = 0; i < g->n; i++)
        if (g->probes[i]->kind->chunk && probe_due(g, i))
            g->probes[i]->kind->chunk(g->probes[i], chunk);
}

static td_status pass(struct group *g, struct train_view *view, struct td_task *task,
                      struct td_error *err) {
    enum td_on on = (enum td_on)g->on; /* unless it is the batch */
    if (g->needs == TRAIN_NEEDS_NOTHING)
        return TD_OK;
    if (g->needs == TRAIN_NEEDS_FORWARD)
        return td_train_evaluate(g->train, on, g->samples, visit, g, task, err);
    view->grad = g->grad;
    if (g->on != TRAIN_ON_BATCH)
        return td_train_gradient(g->train, on, g->samples, g->grad, &view->loss, task, err);
    view->loss = td_train_peek(g->train);
    const struct td_weights *w = td_train_weights(g->train);
    for (size_t i = 0; i < w->n; i++)
        g->grad[i] = (double)w->grad[i];
    return TD_OK;
}

static td_status emit(const struct train_probe_run *p, int64_t step, struct td_task *task,
                      struct td_error *err) {
    td_status status = TD_OK;
    for (size_t i = 0; i < p->n_values && !status; i++) {
        const struct train_probe_value *v = &p->values[i];
        char name[2 * TD_SITE_MAX + 2];
        snprintf(name, sizeof name, "%s%s%s", p->name, *v->output ? "." : "", v->output);
        status = td_task_emit(task, name, v->site, step, v->value, v->flag, err);
    }
    for (size_t i = 0; i < p->n_matrices && !status; i++) {
        const struct train_probe_matrix *m = &p->matrices[i];
        status = td_task_emit_array(task, p->name, m->site, step, 2, m->shape, m->v, err);
    }
    return status;
}

/* Everything is computed first, polling on the way, and emitted at the end without a poll: a
   checkpoint never holds half of a look. */
static td_status look(void *self, struct td_train *t, struct td_task *task, struct td_error *err) {
    struct group *g = self;
    struct train_view view = {.train = t, .loss = NAN};
    for (size_t i = 0; i < g->n; i++) {
        g->probes[i]->n_values = g->probes[i]->n_matrices = 0;
        if (g->probes[i]->kind->begin && probe_due(g, i))
            g->probes[i]->kind->begin(g->probes[i]);
    }
    td_status status = pass(g, &view, task, err);
    for (size_t i = 0; i < g->n && !status; i++) {
        status = td_task_poll(task, err);
        if (!status && probe_due(g, i))
            status = g->probes[i]->kind->finish(g->probes[i], &view, err);
    }
    for (size_t i = 0; i < g->n && !status; i++)
        status = emit(g->probes[i], (int64_t)g->asked, task, err);
    return status;
}

/* --- opening -------------------------------------------------------------------------------- */

static td_status open_group(struct train_observation *obs, size_t i, struct td_train *t,
                            struct td_error *err) {
    struct group *g = &obs->groups[i];
    enum td_on on = (enum td_on)g->on; /* unless it is the batch */
    g->train = t;
    g->asked = UINT64_MAX; /* whatever is asked first is new */
    obs->observers[i] = (struct td_observer){.due = due, .look = look, .self = g};
    if (g->needs == TRAIN_NEEDS_GRADIENT) {
        g->grad = td_calloc(td_train_weights(t)->n, sizeof *g->grad);
        if (!g->grad)
            return td_fail_memory(err, td_train_weights(t)->n * sizeof *g->grad);
    }
    if (g->needs == TRAIN_NEEDS_NOTHING || g->on == TRAIN_ON_BATCH)
        return TD_OK;
    return td_train_prepare(t, on, g->samples, g->needs == TRAIN_NEEDS_GRADIENT, err);
}

td_status train_observation_open(struct train_observation *obs, struct td_train *t,
                                 struct td_error *err) {
    td_status status = TD_OK;
    for (size_t i = 0; i < obs->n_groups && !status; i++)
        status = open_group(obs, i, t, err);
    for (size_t i = 0; i < obs->n_probes && !status; i++)
        if (obs->probes[i].kind->open)
            status = obs->probes[i].kind->open(&obs->probes[i], t, err);
    return status;
}

size_t train_observation_observers(struct train_observation *obs, struct td_observer **out) {
    *out = obs->observers;
    return obs->n_groups;
}

void train_observation_close(struct train_observation *obs) {
    if (!obs)
        return;
    for (size_t i = 0; i < obs->n_groups; i++)
        td_free(obs->groups[i].grad);
    for (size_t i = 0; i < obs->n_probes; i++) {
        if (obs->probes[i].kind->close && obs->probes[i].own)
            obs->probes[i].kind->close(&obs->probes[i]);
        free(obs->probes[i].values);
    }
}
