#include "experiments/train/probe.h"

static td_status plan(struct train_probe_run *p, const struct td_train_options *o,
                      struct td_error *err) {
    (void)o;
    static const char *const sites[] = {""};
    (void)err;
    p->n_emitted = 1;
    p->emitted = sites;
    return TD_OK;
}

static td_status finish(struct train_probe_run *p, const struct train_view *view,
                        struct td_error *err) {
    return train_probe_add(p, "", "", td_train_rate(view->train), "", err);
}

extern const struct train_probe train_probe_learning_rate;
const struct train_probe train_probe_learning_rate = {
    .kind = TD_KIND_PLAIN("learning-rate",
                          "The learning rate of the coming step, after schedule and events.", ""),
    .needs = TRAIN_NEEDS_NOTHING,
    .plan = plan,
    .finish = finish,
};
