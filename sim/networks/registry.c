#include "sim/network.h"

extern const struct td_network td_network_mlp;

static const struct td_kind *const kinds[] = {
    &td_network_mlp.kind,
    NULL,
};

struct td_registry td_networks = {.family = "network", .kinds = kinds};
