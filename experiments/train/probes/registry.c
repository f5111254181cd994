#include "experiments/train/probe.h"
#include "measure/measure.h"

extern const struct train_probe train_probe_loss, train_probe_accuracy, train_probe_gradient_norm,
    train_probe_weight_norm, train_probe_learning_rate, train_probe_gradient_snr,
    train_probe_tensor;

static const struct td_kind *const kinds[] = {
    &train_probe_loss.kind,          &train_probe_accuracy.kind,
    &train_probe_gradient_norm.kind, &train_probe_gradient_snr.kind,
    &train_probe_weight_norm.kind,   &train_probe_learning_rate.kind,
    &train_probe_tensor.kind,        NULL,
};

/* Every measure of arrays is one of tensors. */
struct td_registry train_probes = {.family = "probe", .kinds = kinds, .also = &td_measures};
