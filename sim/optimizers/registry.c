#include "sim/optimizer.h"

extern const struct td_optimizer td_optimizer_gd, td_optimizer_sgd, td_optimizer_adam,
    td_optimizer_adamw;

static const struct td_kind *const kinds[] = {
    &td_optimizer_gd.kind,
    &td_optimizer_sgd.kind,
    &td_optimizer_adam.kind,
    &td_optimizer_adamw.kind,
    NULL,
};

struct td_registry td_optimizers = {.family = "optimizer", .kinds = kinds};
