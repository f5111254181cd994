/* Networks: functions that build graphs. */
#ifndef TD_SIM_NETWORK_H
#define TD_SIM_NETWORK_H

#include "numeric/kind.h"
#include "sim/graph.h"

enum td_build {
    TD_BUILD_FAST = 0,  /* ops fused where it pays: "pre.*" tensors may be missing */
    TD_BUILD_PROBED = 1 /* every named tensor exists */
};

struct td_dataset; /* sim/dataset.h */

struct td_network {
    struct td_kind kind;
    /* Builds input (d, batch) -> output (n_out, batch) into g and returns the output. Names its
       tensors "input", "hidden.1" .. "hidden.L" (what the next layer receives), "pre.1" .. (before
       the activation), "output". Weights have the same names, shapes and order for every batch size
       and `build`. */
    td_node (*build)(const void *params, struct td_graph *g, td_node input, size_t n_out,
                     enum td_build build);
    /* Refuses senseless parameters before anything runs; NULL: none. */
    td_status (*check)(const void *params, struct td_error *err);
    /* GEMM floating-point operations of one forward pass per sample; for costs and benchmarks. */
    double (*flops)(const void *params, size_t d, size_t n_out);
    /* Sets weights whose start depends on the data, after td_weights_init; refuses data that the
       network cannot take. NULL: none does. */
    td_status (*start)(const void *params, const struct td_dataset *data, struct td_weights *w,
                       uint64_t seed, struct td_error *err);
};
extern struct td_registry td_networks; /* mlp, deep-linear */

#endif
