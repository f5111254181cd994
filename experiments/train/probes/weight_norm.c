#include "experiments/train/probes/layer_norms.h"

static td_status finish(struct train_probe_run *p, const struct train_view *view,
                        struct td_error *err) {
    return train_layer_norms_add(p, "", td_train_weights(view->train), NULL, err);
}

extern const struct train_probe train_probe_weight_norm;
const struct train_probe train_probe_weight_norm = {
    .kind = TD_KIND_PLAIN("weight-norm",
                          "Euclidean norm of the weights, by layer (matrix, bias and gains "
                          "together) and in total.",
                          ""),
    .needs = TRAIN_NEEDS_NOTHING,
    .takes_of = true,
    .plan = train_layer_norms_plan,
    .finish = finish,
};
