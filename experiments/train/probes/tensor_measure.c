/* A measure of arrays (measure/) applied to tensors of the network, samples as rows. */
#include <math.h>
#include <string.h>

#include "experiments/train/probes/gather.h"
#include "measure/measure.h"

/* One call of the measure. */
struct application {
    size_t in[TD_MEASURE_INPUTS]; /* indices of gathered tensors */
    const char *site;             /* as emitted */
};
struct own {
    const struct td_measure *measure;
    struct train_gather gather;
    size_t n_in; /* of each call */
    size_t n_calls;
    struct application *calls;
};

/* --- planning: which tensors, which calls ---------------------------------------------------- */

static td_status add_call(struct train_probe_run *p, const char *const *names,
                          struct td_error *err) {
    struct own *own = p->own;
    char joined[TD_MEASURE_INPUTS * TD_SITE_MAX * 2] = "";
    struct application *call = &own->calls[own->n_calls++];
    for (size_t i = 0; i < own->n_in; i++) {
        call->in[i] = train_gather_add(p, &own->gather, names[i]);
        size_t used = strlen(joined);
        snprintf(joined + used, sizeof joined - used, "%s%s", i ? "," : "", names[i]);
    }
    return train_probe_site(p, joined, &call->site, err);
}

static td_status allocate_plan(struct train_probe_run *p, size_t n_calls, struct td_error *err) {
    struct own *own = p->own;
    own->calls = td_arena_alloc(p->arena, n_calls * sizeof *own->calls);
    return own->calls ? train_gather_plan(p, &own->gather, err)
                      : td_fail_memory(err, n_calls * sizeof *own->calls);
}

/* A measure of one array, or given none where one will do: one call a tensor. */
static td_status plan_single(struct train_probe_run *p, struct td_error *err) {
    static const char *const output[] = {"output"};
    struct own *own = p->own;
    size_t n = 1;
    const char *const *names = output;
    td_status status = TD_OK;
    own->n_in = 1;
    if (p->look->of.n)
        status = train_probe_of(p, p->sites->names, p->sites->n, &n, &names, err);
    if (!status)
        status = allocate_plan(p, n, err);
    for (size_t i = 0; i < n && !status; i++)
        status = add_call(p, &names[i], err);
    return status;
}

static td_status wrong_number(const struct train_probe_run *p, struct td_error *err) {
    const struct td_measure *m = ((const struct own *)p->own)->measure;
    return td_fail(err, TD_BAD_INPUT, "measure.%zu.of: %s takes %zu to %zu tensors (%s), not %zu",
                   p->index, m->kind.name, m->min_in, m->max_in, m->in_help, p->look->of.n);
}

/* A measure of (perhaps) several arrays: `of` names one a place; a place that stands for several
   tensors gives a call with each. */
static td_status plan_several(struct train_probe_run *p, struct td_error *err) {
    struct own *own = p->own;
    const struct td_strings *of = &p->look->of;
    const char *const *choice[TD_MEASURE_INPUTS];
    size_t n[TD_MEASURE_INPUTS], calls = 1;
    if (of->n < own->measure->min_in || of->n > own->measure->max_in || of->n > TD_MEASURE_INPUTS)
        return wrong_number(p, err);
    own->n_in = of->n;
    td_status status = TD_OK;
    for (size_t i = 0; i < of->n && !status; i++) {
        char where[48];
        snprintf(where, sizeof where, "measure.%zu.of", p->index);
        status = train_sites_match(of->v[i], p->sites->names, p->sites->n, where, p->arena, &n[i],
                                   &choice[i], err);
        calls *= status ? 1 : n[i];
    }
    if (!status && calls > 1000000)
        return td_fail(err, TD_BAD_INPUT, "measure.%zu.of: %zu combinations are too many", p->index,
                       calls);
    if (!status)
        status = allocate_plan(p, calls, err);
    for (size_t c = 0; c < calls && !status; c++) {
        const char *names[TD_MEASURE_INPUTS];
        for (size_t i = of->n, rest = c; i-- > 0; rest /= n[i])
            names[i] = choice[i][rest % n[i]];
        status = add_call(p, names, err);
    }
    return status;
}

/* Whether a value called `name` is what `wanted` stands for: it, or one of its numbers ("s",
 * "s.1").
 */
static bool is_output(const char *wanted, const char *name) {
    size_t n = strlen(wanted);
    return strncmp(wanted, name, n) == 0 && (name[n] == '\0' || name[n] == '.');
}

static bool is_kept(const struct td_strings *kept, const char *name) {
    for (size_t i = 0; i < kept->n; i++)
        if (is_output(kept->v[i], name))
            return true;
    return kept->n == 0;
}

/* That every output asked for exists: "x", "s", or "s.3" where there are numbers of "s". */
static td_status check_outputs(const struct train_probe_run *p, struct td_error *err) {
    const char *const *names = ((const struct own *)p->own)->measure->outputs;
    const struct td_strings *kept = &p->look->outputs;
    size_t n = 0;
    while (names && names[n])
        n++;
    for (size_t i = 0; i < kept->n; i++) {
        bool found = false;
        for (size_t k = 0; k < n; k++)
            found |= is_output(names[k], kept->v[i]) || is_output(kept->v[i], names[k]);
        const char *near = found ? NULL : td_nearest(kept->v[i], names, n);
        if (!found)
            return td_fail(err, TD_BAD_INPUT, "measure.%zu.outputs: %s has no \"%.80s\"%s%s%s",
                           p->index, p->entry->name, kept->v[i], near ? "; did you mean \"" : "",
                           near ? near : "", near ? "\"?" : "");
    }
    return TD_OK;
}

static td_status plan(struct train_probe_run *p, const struct td_train_options *o,
                      struct td_error *err) {
    (void)o;
    struct own *own = p->own = td_arena_alloc(p->arena, sizeof *own);
    if (!own)
        return td_fail_memory(err, sizeof *own);
    own->measure = (const struct td_measure *)p->entry;
    td_status status = check_outputs(p, err);
    if (status)
        return status;
    bool one = own->measure->max_in == 1 || (own->measure->min_in == 1 && p->look->of.n == 0);
    status = one ? plan_single(p, err) : plan_several(p, err);
    if (status)
        return status;
    const char **emitted = td_arena_alloc(p->arena, own->n_calls * sizeof *emitted);
    if (!emitted)
        return td_fail_memory(err, own->n_calls * sizeof *emitted);
    for (size_t i = 0; i < own->n_calls; i++)
        emitted[i] = own->calls[i].site;
    p->n_emitted = own->n_calls;
    p->emitted = emitted;
    return TD_OK;
}

/* --- looking -------------------------------------------------------------------------------- */

static td_status prepare(struct train_probe_run *p, struct td_train *t, struct td_error *err) {
    return train_gather_open(p, &((struct own *)p->own)->gather, t, err);
}

static void release(struct train_probe_run *p) {
    train_gather_close(&((struct own *)p->own)->gather);
}

static void chunk(struct train_probe_run *p, const struct td_chunk *c) {
    train_gather_chunk(p, &((struct own *)p->own)->gather, c);
}

/* Collects what a measure returns. */
struct sink {
    struct td_values values;
    struct train_probe_run *p;
    const char *site;
    td_status status;
    struct td_error *err;
};

static void collect(struct td_values *self, const struct td_value *value) {
    struct sink *sink = (struct sink *)self;
    if (!sink->status && is_kept(&sink->p->look->outputs, value->name))
        sink->status = train_probe_add(sink->p, value->name, sink->site, value->value,
                                       value->warning, sink->err);
}

static bool is_finite(const struct td_matrix *m) {
    for (size_t i = 0; i < m->n * m->d; i++)
        if (!isfinite(m->v[i]))
            return false;
    return true;
}

/* Measures take finite arrays; of a network that has left them there is nothing to say. */
static td_status not_finite(struct train_probe_run *p, const struct application *call,
                            struct td_error *err) {
    const char *const *outputs = ((const struct own *)p->own)->measure->outputs;
    td_status status = TD_OK;
    for (size_t i = 0; outputs && outputs[i] && !status; i++)
        if (is_kept(&p->look->outputs, outputs[i]))
            status = train_probe_add(p, outputs[i], call->site, NAN, "values are not finite", err);
    return status;
}

static td_status apply(struct train_probe_run *p, const struct application *call,
                       struct td_error *err) {
    const struct own *own = p->own;
    struct td_matrix in[TD_MEASURE_INPUTS];
    for (size_t i = 0; i < own->n_in; i++) {
        const struct train_gathered *g = &own->gather.tensors[call->in[i]];
        in[i] = (struct td_matrix){own->gather.rows, g->d, g->v, g->name};
        if (!is_finite(&in[i]))
            return not_finite(p, call, err);
    }
    struct sink sink = {{collect}, p, call->site, TD_OK, err};
    td_status status = own->measure->compute(p->params, in, own->n_in, &sink.values, err);
    if (status)
        return td_fail_in(err, "measure.%zu (%s)", p->index, own->measure->kind.name);
    return sink.status;
}

static td_status finish(struct train_probe_run *p, const struct train_view *view,
                        struct td_error *err) {
    (void)view;
    const struct own *own = p->own;
    td_status status = TD_OK;
    for (size_t i = 0; i < own->n_calls && !status; i++)
        status = apply(p, &own->calls[i], err);
    return status;
}

const struct train_probe train_probe_tensor_measure = {
    .kind = TD_KIND_PLAIN("tensor-measure", "A measure of arrays applied to tensors.", ""),
    .needs = TRAIN_NEEDS_FORWARD,
    .takes_of = true,
    .takes_every = true,
    .samples = 1024,
    .plan = plan,
    .open = prepare,
    .chunk = chunk,
    .finish = finish,
    .close = release,
};
