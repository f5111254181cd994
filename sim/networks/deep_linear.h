/* Pathways of linear layers side by side, y = sum_x W_x^D ... W_x^1 x: parameters, and the start
   that follows the data. Not installed for anybody else's use. */
#ifndef TD_SIM_NETWORKS_DEEP_LINEAR_H
#define TD_SIM_NETWORKS_DEEP_LINEAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/param.h"
#include "sim/dataset.h"
#include "sim/weights.h"

enum { TD_DEEP_PATHWAYS_MAX = 26 };
enum td_deep_inputs { TD_INPUTS_DATA, TD_INPUTS_IDENTITY };

struct td_deep_linear {
    int64_t pathways, depth;
    struct td_ints depths;
    int64_t width;
    struct td_part activation;
    bool final_activation;
    struct td_part init;
    bool gates;
    int inputs; /* enum td_deep_inputs */
};

/* Init kind "aligned" and "gaussian": the size of a pathway's product. */
struct td_deep_scale {
    double scale;
    double spread; /* aligned only */
    struct td_reals scales;
};

/* Depth of pathway x = 0, 1, ... and its product's scale. */
size_t td_deep_depth(const struct td_deep_linear *p, size_t pathway);
double td_deep_scale_of(const struct td_deep_scale *s, size_t pathway);

/* Writes the balanced, aligned start into the slices path.a.1.weight, ...: with the task's modes
   U S V^T, R random orthogonal (width, width) and K of `width` values scale (1 + spread N(0, 1)),
   largest first, W^1 = R K^(1/D) V^T, inner W = R K^(1/D) R^T, W^D = U K^(1/D) R^T. */
td_status td_deep_align(const struct td_deep_linear *p, const struct td_dataset *data,
                        struct td_weights *w, uint64_t seed, struct td_error *err);

#endif
