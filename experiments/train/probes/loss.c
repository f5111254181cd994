#include "experiments/train/probe.h"

struct own {
    double sum;
};

static td_status plan(struct train_probe_run *p, const struct td_train_options *o,
                      struct td_error *err) {
    (void)o;
    p->own = td_arena_alloc(p->arena, sizeof(struct own));
    return p->own ? train_probe_split_site(p, err) : td_fail_memory(err, sizeof(struct own));
}

static void begin(struct train_probe_run *p) {
    ((struct own *)p->own)->sum = 0;
}

static void chunk(struct train_probe_run *p, const struct td_chunk *c) {
    ((struct own *)p->own)->sum += c->loss * (double)c->n;
}

static td_status finish(struct train_probe_run *p, const struct train_view *view,
                        struct td_error *err) {
    double loss = p->look->on == TRAIN_ON_BATCH ? view->loss
                                                : ((struct own *)p->own)->sum / (double)p->samples;
    return train_probe_add(p, "", p->emitted[0], loss, "", err);
}

extern const struct train_probe train_probe_loss;
const struct train_probe train_probe_loss = {
    .kind = TD_KIND_PLAIN("loss",
                          "The loss, mean over samples: on a part of the data in evaluation "
                          "mode (no dropout, running moments), or on the coming step's batch as "
                          "training sees it. Site: train, validation, test, all or batch.",
                          ""),
    .needs = TRAIN_NEEDS_FORWARD,
    .on_batch = true,
    .plan = plan,
    .begin = begin,
    .chunk = chunk,
    .finish = finish,
};
