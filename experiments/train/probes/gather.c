#include "experiments/train/probes/gather.h"

#include <math.h>
#include <string.h>

td_status train_gather_plan(struct train_probe_run *p, struct train_gather *g,
                            struct td_error *err) {
    g->tensors = td_arena_alloc(p->arena, p->sites->n * sizeof *g->tensors);
    return g->tensors ? TD_OK : td_fail_memory(err, p->sites->n * sizeof *g->tensors);
}

static size_t rows_of(const struct train_sites *sites, const char *name) {
    for (size_t i = 0; i < sites->n; i++)
        if (strcmp(sites->names[i], name) == 0)
            return sites->rows[i];
    return 0;
}

size_t train_gather_add(struct train_probe_run *p, struct train_gather *g, const char *name) {
    for (size_t i = 0; i < g->n; i++)
        if (strcmp(g->tensors[i].name, name) == 0)
            return i;
    g->tensors[g->n] = (struct train_gathered){
        .name = name,
        .d = rows_of(p->sites, name),
        .from_data = !strcmp(name, "target") || !strcmp(name, "label"),
        .softmax = !strcmp(name, "softmax"),
    };
    return g->n++;
}

/* Moves every so-manieth row of v (n, d) to its front. */
static void thin(double *v, size_t n, size_t d, size_t every) {
    for (size_t i = 0; i < n; i += every)
        memmove(v + i / every * d, v + i * d, d * sizeof *v);
}

td_status train_gather_open(struct train_probe_run *p, struct train_gather *g, struct td_train *t,
                            struct td_error *err) {
    const struct td_dataset *data = td_train_options(t)->data;
    const size_t every = (size_t)p->look->every;
    g->rows = (p->samples + every - 1) / every;
    for (size_t i = 0; i < g->n; i++) {
        struct train_gathered *x = &g->tensors[i];
        size_t n = 0;
        x->v = td_mul(p->samples, x->d, &n) ? td_calloc(n, sizeof *x->v) : NULL;
        if (!x->v) {
            td_fail_memory(err, n * sizeof *x->v);
            return td_fail_in(err, "measure.%zu (%zu samples of %zu numbers)", p->index, p->samples,
                              x->d);
        }
        if (x->from_data) {
            train_site_data(x->name, data, (enum td_on)p->look->on, p->samples, x->v);
            thin(x->v, p->samples, x->d, every);
        }
    }
    return TD_OK;
}

/* z becomes exp(z) / sum exp(z). */
static void softmax(size_t n, double *z) {
    double most = z[0], sum = 0;
    for (size_t i = 1; i < n; i++)
        most = fmax(most, z[i]);
    for (size_t i = 0; i < n; i++)
        sum += z[i] = exp(z[i] - most);
    for (size_t i = 0; i < n; i++)
        z[i] /= sum;
}

/* The chunk's samples that `every` leaves as rows of g. */
static void take_rows(struct train_gathered *g, const struct td_chunk *c, size_t every) {
    const struct td_tensor *x = td_graph_find(c->graph, g->softmax ? "output" : g->name);
    for (size_t j = (every - c->row % every) % every; j < c->n; j += every) {
        double *row = g->v + (c->row + j) / every * g->d;
        for (size_t i = 0; i < g->d; i++)
            row[i] = (double)x->v[i * x->cols + j];
        if (g->softmax)
            softmax(g->d, row);
    }
}

void train_gather_chunk(struct train_probe_run *p, struct train_gather *g,
                        const struct td_chunk *c) {
    for (size_t i = 0; i < g->n; i++)
        if (!g->tensors[i].from_data)
            take_rows(&g->tensors[i], c, (size_t)p->look->every);
}

void train_gather_close(struct train_gather *g) {
    for (size_t i = 0; i < g->n; i++)
        td_free(g->tensors[i].v);
}
