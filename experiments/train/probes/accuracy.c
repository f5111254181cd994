#include "experiments/train/probe.h"

struct own {
    size_t right;
};

static td_status plan(struct train_probe_run *p, const struct td_train_options *o,
                      struct td_error *err) {
    if (!o->data->train.label)
        return td_fail(err, TD_BAD_INPUT,
                       "measure.%zu: accuracy needs classes, but this data set has targets",
                       p->index);
    p->own = td_arena_alloc(p->arena, sizeof(struct own));
    return p->own ? train_probe_split_site(p, err) : td_fail_memory(err, sizeof(struct own));
}

static void begin(struct train_probe_run *p) {
    ((struct own *)p->own)->right = 0;
}

/* Whether the label's output is above all others; of equal ones the first counts. NaN is never
   above anything, so that a broken network is not right by accident. */
static bool is_right(const struct td_tensor *output, size_t column, size_t label) {
    real mine = output->v[label * output->cols + column];
    for (size_t k = 0; k < output->rows; k++) {
        real other = output->v[k * output->cols + column];
        if (k < label ? !(mine > other) : !(mine >= other))
            return false;
    }
    return true;
}

static void chunk(struct train_probe_run *p, const struct td_chunk *c) {
    const struct td_tensor *output = td_graph_find(c->graph, "output");
    for (size_t j = 0; j < c->n; j++)
        ((struct own *)p->own)->right += is_right(output, j, (size_t)c->split->label[c->first + j]);
}

static td_status finish(struct train_probe_run *p, const struct train_view *view,
                        struct td_error *err) {
    (void)view;
    double share = (double)((struct own *)p->own)->right / (double)p->samples;
    return train_probe_add(p, "", p->emitted[0], share, "", err);
}

extern const struct train_probe train_probe_accuracy;
const struct train_probe train_probe_accuracy = {
    .kind = TD_KIND_PLAIN("accuracy",
                          "Share of samples whose class has the largest output, in evaluation "
                          "mode. Site: train, validation, test or all.",
                          ""),
    .needs = TRAIN_NEEDS_FORWARD,
    .plan = plan,
    .begin = begin,
    .chunk = chunk,
    .finish = finish,
};
