#include "experiments/train/probes/layer_norms.h"

static td_status finish(struct train_probe_run *p, const struct train_view *view,
                        struct td_error *err) {
    return train_layer_norms_add(p, "", td_train_weights(view->train), view->grad, err);
}

extern const struct train_probe train_probe_gradient_norm;
const struct train_probe train_probe_gradient_norm = {
    .kind = TD_KIND_PLAIN(
        "gradient-norm",
        "Euclidean norm of the loss gradient, by layer and in total: over the training or test "
        "set in evaluation mode, or of the coming step's batch as training computes it (before "
        "events and clipping). Sites: layers (hidden.3: matrix, bias and gains together) and "
        "total; followed by @test or @batch there.",
        ""),
    .needs = TRAIN_NEEDS_GRADIENT,
    .takes_of = true,
    .on_batch = true,
    .plan = train_layer_norms_plan,
    .finish = finish,
};
