#include "sim/network.h"

extern const struct td_network td_network_mlp, td_network_deep_linear;

static const struct td_kind *const kinds[] = {
    &td_network_mlp.kind,
    &td_network_deep_linear.kind,
    NULL,
};

struct td_registry td_networks = {.family = "network", .kinds = kinds};
