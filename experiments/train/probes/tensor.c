/* Tensors themselves, kept as arrays for other programs and for measures that are taken later. */
#include "experiments/train/probes/gather.h"

static td_status plan(struct train_probe_run *p, const struct td_train_options *o,
                      struct td_error *err) {
    static const char *const output[] = {"output"};
    (void)o;
    struct train_gather *g = p->own = td_arena_alloc(p->arena, sizeof *g);
    size_t n = 1;
    const char *const *names = output;
    td_status status = g ? train_gather_plan(p, g, err) : td_fail_memory(err, sizeof *g);
    if (!status && p->look->of.n)
        status = train_probe_of(p, p->sites->names, p->sites->n, &n, &names, err);
    if (status)
        return status;
    const char **emitted = td_arena_alloc(p->arena, n * sizeof *emitted);
    if (!emitted)
        return td_fail_memory(err, n * sizeof *emitted);
    p->emitted = emitted;
    for (size_t i = 0; i < n && !status; i++)
        if (train_gather_add(p, g, names[i]) == p->n_emitted)
            status = train_probe_site(p, names[i], &emitted[p->n_emitted++], err);
    return status;
}

static td_status open_tensors(struct train_probe_run *p, struct td_train *t, struct td_error *err) {
    return train_gather_open(p, p->own, t, err);
}

static void chunk(struct train_probe_run *p, const struct td_chunk *c) {
    train_gather_chunk(p, p->own, c);
}

static td_status finish(struct train_probe_run *p, const struct train_view *view,
                        struct td_error *err) {
    (void)view;
    const struct train_gather *g = p->own;
    td_status status = TD_OK;
    for (size_t i = 0; i < g->n && !status; i++)
        status = train_probe_add_matrix(p, p->emitted[i], g->rows, g->tensors[i].d, g->tensors[i].v,
                                        err);
    return status;
}

static void close_tensors(struct train_probe_run *p) {
    train_gather_close(p->own);
}

extern const struct train_probe train_probe_tensor;
const struct train_probe train_probe_tensor = {
    .kind = TD_KIND_PLAIN("tensor",
                          "The tensor itself as an array, samples as rows (8 bytes a number and "
                          "look): for `tdyn export`, td_array in SQL, and measures taken later. "
                          "Site: the tensor.",
                          ""),
    .needs = TRAIN_NEEDS_FORWARD,
    .takes_of = true,
    .takes_every = true,
    .samples = 1024,
    .plan = plan,
    .open = open_tensors,
    .chunk = chunk,
    .finish = finish,
    .close = close_tensors,
};
