/* What Adam and AdamW share. */
#ifndef TD_SIM_OPTIMIZERS_ADAM_PASS_H
#define TD_SIM_OPTIMIZERS_ADAM_PASS_H

#include "sim/optimizer.h"

/* Parameters of Adam and AdamW: one struct, two tables' worth of defaults. */
struct td_adam_params {
    double lr, beta1, beta2, epsilon, weight_decay;
};
double td_adam_rate(const void *params); /* its lr */

/* Adam's pass over all slices (Kingma and Ba 2015, algorithm 1). Weight decay is a gradient
   (gradient += decay theta) or, if `decoupled`, a shrinking of theta by lr decay (Loshchilov and
   Hutter 2019, algorithm 2). */
void td_adam_pass(const struct td_adam_params *p, bool decoupled, struct td_weights *w,
                  real *const *moments, double lr, uint64_t step);

/* The parameter table shared by both, with the default weight decay as text. */
#define TD_ADAM_PARAMS(weight_decay_)                                                              \
    {.name = "lr",                                                                                 \
     .type = TD_REAL,                                                                              \
     .offset = offsetof(struct td_adam_params, lr),                                                \
     .initial = "0.001",                                                                           \
     .min = 0,                                                                                     \
     .max = 1e6,                                                                                   \
     .help = "learning rate"},                                                                     \
        {.name = "beta1",                                                                          \
         .type = TD_REAL,                                                                          \
         .offset = offsetof(struct td_adam_params, beta1),                                         \
         .initial = "0.9",                                                                         \
         .min = 0,                                                                                 \
         .max = 1,                                                                                 \
         .flags = TD_OPEN_MAX,                                                                     \
         .help = "decay of the mean of gradients"},                                                \
        {.name = "beta2",                                                                          \
         .type = TD_REAL,                                                                          \
         .offset = offsetof(struct td_adam_params, beta2),                                         \
         .initial = "0.999",                                                                       \
         .min = 0,                                                                                 \
         .max = 1,                                                                                 \
         .flags = TD_OPEN_MAX,                                                                     \
         .help = "decay of the mean of squared gradients"},                                        \
        {.name = "epsilon",                                                                        \
         .type = TD_REAL,                                                                          \
         .offset = offsetof(struct td_adam_params, epsilon),                                       \
         .initial = "1e-8",                                                                        \
         .min = 0,                                                                                 \
         .max = 1,                                                                                 \
         .flags = TD_OPEN_MIN,                                                                     \
         .help = "added to the root of the mean square"},                                          \
    {                                                                                              \
        .name = "weight_decay", .type = TD_REAL,                                                   \
        .offset = offsetof(struct td_adam_params, weight_decay), .initial = (weight_decay_),       \
        .min = 0, .max = 1e6,                                                                      \
        .help = "decay of weight matrices towards 0; biases are left out, and the loss reported "  \
                "is without a penalty"                                                             \
    }

#endif
