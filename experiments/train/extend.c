#include "experiments/train/extend.h"

#include <string.h>

#include "experiments/train/observe.h"
#include "sim/dataset.h"
#include "sim/optimizer.h"

/* --- looks ---------------------------------------------------------------------------------- */

/* The table of what all entries of `measure` share. */
static const struct td_param *look_table(void) {
    const struct td_param *p = train_params_table;
    while (strcmp(p->name, "measure") != 0)
        p++;
    return p->common;
}

/* What a planned probe holds in another form: its steps and number of samples. */
static bool settled(const char *name) {
    return strcmp(name, "at") == 0 || strcmp(name, "counts") == 0 || strcmp(name, "samples") == 0;
}

/* Whether two entries of `measure` give the same values wherever both look. */
static bool same_values(const struct train_probe_run *a, const struct train_probe_run *b) {
    if (a->entry != b->entry || a->samples != b->samples ||
        !td_params_equal(a->entry->params, a->params, b->params))
        return false;
    for (const struct td_param *p = look_table(); p->name; p++) {
        const struct td_param one[] = {*p, {0}};
        if (!settled(p->name) && !td_params_equal(one, a->look, b->look))
            return false;
    }
    return true;
}

static bool looks_at(const struct train_probe_run *p, int64_t step) {
    size_t lo = 0, hi = p->n_steps;
    while (lo < hi) {
        size_t middle = (lo + hi) / 2;
        if (p->steps[middle] < step)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo < p->n_steps && p->steps[lo] == step;
}

/* The first step before `until` at which `p` looks and nothing like it in `others`; -1: none. */
static int64_t first_alone(const struct train_probe_run *p, const struct train_probe_run *others,
                           size_t n, int64_t until) {
    for (size_t i = 0; i < p->n_steps && p->steps[i] < until; i++) {
        bool found = false;
        for (size_t j = 0; j < n && !found; j++)
            found = looks_at(&others[j], p->steps[i]) && same_values(p, &others[j]);
        if (!found)
            return p->steps[i];
    }
    return -1;
}

static td_status same_looks(const struct train_observation *shorter,
                            const struct train_observation *longer, int64_t until,
                            struct td_error *err) {
    size_t n_s, n_l;
    const struct train_probe_run *s = train_observation_probes(shorter, &n_s);
    const struct train_probe_run *l = train_observation_probes(longer, &n_l);
    for (size_t i = 0; i < n_l; i++) {
        int64_t step = first_alone(&l[i], s, n_s, until);
        if (step >= 0)
            return td_fail(err, TD_BAD_INPUT,
                           "measure.%zu (%s) looks at step %lld, where the shorter run did not", i,
                           l[i].name, (long long)step);
    }
    for (size_t i = 0; i < n_s; i++) {
        int64_t step = first_alone(&s[i], l, n_l, until);
        if (step >= 0)
            return td_fail(err, TD_BAD_INPUT,
                           "the shorter run measured %s at step %lld, which the longer one does "
                           "not",
                           s[i].name, (long long)step);
    }
    return TD_OK;
}

/* --- two runs ------------------------------------------------------------------------------- */

static td_status check_schedule(const struct train_params *p, struct td_error *err) {
    const struct td_schedule *schedule = (const struct td_schedule *)p->schedule.kind;
    if (schedule->open_ended)
        return TD_OK;
    return td_fail(err, TD_BAD_INPUT, "the schedule %s depends on the length of the run",
                   schedule->kind.name);
}

static td_status compare(const struct train_params *shorter, const struct train_params *longer,
                         const struct td_dataset *data, struct td_arena *arena, double *share,
                         struct td_error *err) {
    const struct td_train_options s = train_options(shorter, data, 1);
    const struct td_train_options l = train_options(longer, data, 1);
    struct train_observation *looks_s, *looks_l;
    if (l.steps > 0)
        *share = (double)s.steps / (double)l.steps;
    if (s.steps >= l.steps)
        return td_fail(err, TD_BAD_INPUT, "the other run is not shorter");
    td_status status = check_schedule(longer, err);
    if (!status)
        status = train_observation_plan(shorter, &s, arena, &looks_s, err);
    if (!status)
        status = train_observation_plan(longer, &l, arena, &looks_l, err);
    return status ? status : same_looks(looks_s, looks_l, (int64_t)s.steps, err);
}

td_status train_extends(const void *shorter, const void *longer, double *share,
                        struct td_error *err) {
    const struct train_params *p = longer;
    const struct td_dataset *data;
    td_status status = td_dataset_get(&p->data, 1, &data, err);
    if (status)
        return status;
    struct td_arena *arena = td_arena_create();
    status = arena ? compare(shorter, longer, data, arena, share, err)
                   : td_fail_memory(err, sizeof(void *));
    td_arena_free(arena);
    td_dataset_release(data);
    return status;
}
