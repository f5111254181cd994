/* information-compression/estimators: the same samples through any list of estimators, beside the
   truth where it is known. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "experiments/information_compression/information_compression.h"
#include "experiments/information_compression/sources.h"
#include "numeric/memory.h"

struct options {
    struct td_part source;
    int64_t n;
    struct td_parts estimators;
};

/* Shared by every estimator. */
struct entry {
    const char *as;
    struct td_strings of;
};

static const struct td_param entry_params[] = {
    {.name = "as",
     .type = TD_STRING,
     .offset = offsetof(struct entry, as),
     .initial = "",
     .flags = TD_OBSERVED,
     .help = "name under which its values are stored; empty: the measure's"},
    {.name = "of",
     .type = TD_STRINGS,
     .offset = offsetof(struct entry, of),
     .initial = "[]",
     .flags = TD_OBSERVED,
     .help = "kinds of sources that it is applied to; empty: all"},
    {0}};

static const struct td_param params[] = {
    {.name = "data",
     .type = TD_PART,
     .offset = offsetof(struct options, source),
     .initial = "gaussian-pair",
     .registry = &information_sources,
     .help = "where the samples come from: most of these sources have a known information"},
    {.name = "n",
     .type = TD_INT,
     .offset = offsetof(struct options, n),
     .initial = "1000",
     .min = 1,
     .max = 1e7,
     .unit = "samples",
     .help = "number of samples"},
    {.name = "estimators",
     .type = TD_PARTS,
     .offset = offsetof(struct options, estimators),
     .initial = "",
     .registry = &td_measures,
     .common = entry_params,
     .common_size = sizeof(struct entry),
     .flags = TD_OBSERVED,
     .help = "measures applied to the samples"},
    {0}};

static const char *name_of(const struct td_part *estimator) {
    const struct entry *entry = estimator->common;
    return *entry->as ? entry->as : estimator->kind->name;
}

static bool applies(const struct td_part *estimator, const char *source) {
    const struct td_strings *of = &((const struct entry *)estimator->common)->of;
    for (size_t i = 0; i < of->n; i++)
        if (strcmp(of->v[i], source) == 0)
            return true;
    return of->n == 0;
}

/* --- before anything runs ------------------------------------------------------------------- */

static td_status check_entry(const struct options *o, size_t i, struct td_error *err) {
    const struct td_part *e = &o->estimators.v[i];
    const struct td_strings *of = &((const struct entry *)e->common)->of;
    const struct td_kind *ignored;
    for (size_t k = 0; k < of->n; k++)
        if (td_registry_get(&information_sources, of->v[k], &ignored, err))
            return td_fail_in(err, "estimators.%zu.of", i);
    for (size_t j = 0; j < i; j++)
        if (strcmp(name_of(e), name_of(&o->estimators.v[j])) == 0)
            return td_fail(err, TD_BAD_INPUT,
                           "estimators.%zu: \"%s\" is also the name of estimators.%zu; `as: NAME` "
                           "stores one under another name",
                           i, name_of(e), j);
    if (strlen(name_of(e)) + 4 >= TD_SITE_MAX)
        return td_fail(err, TD_BAD_INPUT, "estimators.%zu.as: at most %d characters", i,
                       TD_SITE_MAX - 5);
    return TD_OK;
}

static td_status check(const void *p, struct td_error *err) {
    const struct options *o = p;
    const struct source *source = (const struct source *)o->source.kind;
    td_status status = source->check ? source->check(o->source.params, (size_t)o->n, err) : TD_OK;
    for (size_t i = 0; i < o->estimators.n && !status; i++)
        status = check_entry(o, i, err);
    return status;
}

static double cost(const void *p) {
    const struct options *o = p;
    return (double)o->n * (double)o->n;
}

/* --- estimates ------------------------------------------------------------------------------ */

/* Collects what an estimator returns; all in bits. */
struct sink {
    struct td_values values; /* first */
    struct td_task *task;
    const char *name;
    td_status status;
    struct td_error *err;
};

static void emit(struct sink *s, const char *suffix, const char *site, double value,
                 const char *flag) {
    char measure[TD_SITE_MAX + 8];
    snprintf(measure, sizeof measure, "%s%s", s->name, suffix);
    if (!s->status)
        s->status = td_task_emit(s->task, measure, site, 0, value, flag, s->err);
}

static void keep(struct td_values *self, const struct td_value *v) {
    struct sink *s = (struct sink *)self;
    double unit = strcmp(v->unit, "nats") == 0 ? M_LN2 : 1;
    emit(s, "", v->name, v->value / unit, v->warning);
    if (isnan(v->lo) || isnan(v->hi))
        return;
    emit(s, ".lo", v->name, v->lo / unit, "");
    emit(s, ".hi", v->name, v->hi / unit, "");
}

static td_status estimate(struct td_task *task, const struct td_part *e, size_t i,
                          const struct source_sample *sample, struct td_error *err) {
    const struct td_measure *m = (const struct td_measure *)e->kind;
    struct sink sink = {{keep}, task, name_of(e), TD_OK, err};
    size_t n_in = sample->n_in < m->max_in ? sample->n_in : m->max_in;
    if (n_in < m->min_in)
        return td_fail(err, TD_BAD_INPUT,
                       "estimators.%zu: %s takes %zu arrays (%s), but the data are %zu", i,
                       e->kind->name, m->min_in, m->in_help, sample->n_in);
    td_status status = m->compute(e->params, sample->in, n_in, &sink.values, err);
    return status ? td_fail_in(err, "estimators.%zu (%s)", i, e->kind->name) : sink.status;
}

static td_status run(struct td_task *task, const void *p, uint64_t seed, struct td_error *err) {
    const struct options *o = p;
    const struct source *source = (const struct source *)o->source.kind;
    struct source_sample sample = {0};
    td_status status = source->draw(o->source.params, (size_t)o->n, seed, &sample, err);
    for (size_t i = 0; i < o->estimators.n && !status; i++) {
        status = td_task_poll(task, err);
        if (!status && applies(&o->estimators.v[i], o->source.kind->name))
            status = estimate(task, &o->estimators.v[i], i, &sample, err);
    }
    for (size_t i = 0; i < sample.n_truths && !status; i++)
        status = td_task_emit(task, "truth", sample.truths[i].output, 0,
                              sample.truths[i].nats / M_LN2, "", err);
    source_sample_free(&sample);
    return status;
}

static const char *const emits[] = {
    "NAME of each estimator: its values in bits (or without a unit); site is its output, empty if "
    "it has only one; NAME.lo, NAME.hi: bootstrap interval, if asked for",
    "truth [bits]: what the output of that site should be, where it is known", NULL};

const struct td_experiment td_experiment_information_estimators = {
    .kind = TD_KIND("information-compression/estimators",
                    "Draws samples from a source, most of known information, and gives the same "
                    "samples to every estimator of a list.",
                    "Kraskov et al. 2004; Kolchinsky, Tracey 2017; Gao et al. 2017; Saxe et al. "
                    "2018",
                    params, struct options),
    .version = 1,
    .check = check,
    .cost = cost,
    .run = run,
    .emits = emits,
};
