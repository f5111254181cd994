#include "experiments/train/probes/layer_norms.h"

#include <math.h>
#include <string.h>

#include "sim/names.h"

/* "hidden.3.weight" -> "hidden.3"; a name without a dot is its own layer. */
static const char *layer_of(const char *weight, struct td_arena *arena) {
    const char *dot = strrchr(weight, '.');
    return dot ? td_arena_printf(arena, "%.*s", (int)(dot - weight), weight) : weight;
}

static bool listed(const char *name, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static td_status list_layers(struct train_probe_run *p, size_t *n, const char ***out,
                             struct td_error *err) {
    const struct train_sites *sites = p->sites;
    const char **layers = *out = td_arena_alloc(p->arena, (sites->n_weights + 1) * sizeof *layers);
    *n = 0;
    for (size_t i = 0; layers && i < sites->n_weights; i++) {
        const char *layer = layer_of(sites->weights[i], p->arena);
        if (!layer)
            return td_fail_memory(err, TD_SITE_MAX);
        if (!listed(layer, layers, *n))
            layers[(*n)++] = layer;
    }
    if (!layers)
        return td_fail_memory(err, sites->n_weights * sizeof *layers);
    layers[(*n)++] = "total";
    return TD_OK;
}

td_status train_layer_norms_plan(struct train_probe_run *p, const struct td_train_options *o,
                                 struct td_error *err) {
    (void)o;
    size_t n_all = 0;
    const char **all = NULL;
    if (!p->own)
        p->own = td_arena_alloc(p->arena, sizeof(struct train_layer_norms));
    struct train_layer_norms *own = p->own;
    td_status status = own ? list_layers(p, &n_all, &all, err) : td_fail_memory(err, sizeof *own);
    if (!status)
        status = train_probe_of(p, all, n_all, &own->n, &own->layers, err);
    if (status)
        return status;
    const char **emitted = td_arena_alloc(p->arena, own->n * sizeof *emitted);
    if (!emitted)
        return td_fail_memory(err, own->n * sizeof *emitted);
    p->n_emitted = own->n;
    p->emitted = emitted;
    for (size_t i = 0; i < own->n && !status; i++)
        status = train_probe_site(p, own->layers[i], &emitted[i], err);
    return status;
}

static double squares(const struct td_weights *w, const struct td_slice *s, const double *v) {
    double sum = 0;
    for (size_t i = s->offset; i < s->offset + s->rows * s->cols; i++) {
        double x = v ? v[i] : (double)w->theta[i];
        sum += x * x;
    }
    return sum;
}

td_status train_layer_norms_add(struct train_probe_run *p, const char *output,
                                const struct td_weights *w, const double *v, struct td_error *err) {
    const struct train_layer_norms *own = p->own;
    td_status status = TD_OK;
    for (size_t k = 0; k < own->n && !status; k++) {
        bool total = strcmp(own->layers[k], "total") == 0;
        double sum = 0;
        for (size_t i = 0; i < w->n_slices; i++)
            if (total || td_name_under(own->layers[k], w->slices[i].name))
                sum += squares(w, &w->slices[i], v);
        status = train_probe_add(p, output, p->emitted[k], sqrt(sum), "", err);
    }
    return status;
}
