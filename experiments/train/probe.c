#include "experiments/train/probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

td_status train_probe_add(struct train_probe_run *p, const char *output, const char *site,
                          double value, const char *flag, struct td_error *err) {
    if (p->n_values == p->room) {
        size_t room = p->room ? 2 * p->room : 16;
        struct train_probe_value *values = reallocarray(p->values, room, sizeof *values);
        if (!values)
            return td_fail_memory(err, room * sizeof *values);
        p->values = values;
        p->room = room;
    }
    struct train_probe_value *v = &p->values[p->n_values++];
    snprintf(v->output, sizeof v->output, "%s", output);
    v->site = site;
    v->value = value;
    snprintf(v->flag, sizeof v->flag, "%s", flag);
    return TD_OK;
}

td_status train_probe_add_matrix(struct train_probe_run *p, const char *site, size_t n, size_t d,
                                 const double *v, struct td_error *err) {
    if (!p->matrices &&
        !(p->matrices = td_arena_alloc(p->arena, p->n_emitted * sizeof *p->matrices)))
        return td_fail_memory(err, p->n_emitted * sizeof *p->matrices);
    p->matrices[p->n_matrices++] = (struct train_probe_matrix){site, {n, d}, v};
    return TD_OK;
}

td_status train_probe_site(struct train_probe_run *p, const char *name, const char **out,
                           struct td_error *err) {
    bool plain = p->kind->needs == TRAIN_NEEDS_NOTHING || p->look->on == TRAIN_ON_TRAIN;
    *out = plain ? td_arena_strdup(p->arena, name)
                 : td_arena_printf(p->arena, "%s@%s", name, train_on_names[p->look->on]);
    if (!*out)
        return td_fail_memory(err, strlen(name));
    if (strlen(*out) >= TD_SITE_MAX)
        return td_fail(err, TD_BAD_INPUT,
                       "measure.%zu.of: \"%s\" is too long for a site (at most %d characters)",
                       p->index, *out, TD_SITE_MAX - 1);
    return TD_OK;
}

td_status train_probe_split_site(struct train_probe_run *p, struct td_error *err) {
    const char **emitted = td_arena_alloc(p->arena, sizeof *emitted);
    if (!emitted)
        return td_fail_memory(err, sizeof *emitted);
    emitted[0] = train_on_names[p->look->on];
    p->n_emitted = 1;
    p->emitted = emitted;
    return TD_OK;
}

td_status train_probe_of(struct train_probe_run *p, const char *const *names, size_t n,
                         size_t *n_out, const char *const **out, struct td_error *err) {
    *n_out = n;
    *out = names;
    const struct td_strings *of = &p->look->of;
    if (of->n == 0)
        return TD_OK;
    const char **all = td_arena_alloc(p->arena, of->n * n * sizeof *all);
    char where[48];
    if (!all)
        return td_fail_memory(err, of->n * n * sizeof *all);
    snprintf(where, sizeof where, "measure.%zu.of", p->index);
    *n_out = 0;
    *out = all;
    for (size_t i = 0; i < of->n; i++) {
        size_t matches;
        const char *const *match;
        td_status status =
            train_sites_match(of->v[i], names, n, where, p->arena, &matches, &match, err);
        if (status)
            return status;
        memcpy(all + *n_out, match, matches * sizeof *match);
        *n_out += matches;
    }
    return TD_OK;
}
