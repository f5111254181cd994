/* Euclidean norms of a flat vector over layers, for gradients and weights alike. */
#ifndef TD_EXPERIMENTS_TRAIN_LAYER_NORMS_H
#define TD_EXPERIMENTS_TRAIN_LAYER_NORMS_H

#include "experiments/train/probe.h"

struct train_layer_norms {
    size_t n;
    const char *const *layers; /* what is emitted, without the split */
};

/* p->own becomes a struct train_layer_norms, unless it is one already (or begins with one). Sites
   are layers ("hidden.3": all of its matrices, biases and gains) and "total", or those of
   them that `of` names. */
td_status train_layer_norms_plan(struct train_probe_run *p, const struct td_train_options *o,
                                 struct td_error *err);
/* Adds sqrt(sum of v_i^2) for each site as `output`; v (w->n): in double, or theta if NULL. */
td_status train_layer_norms_add(struct train_probe_run *p, const char *output,
                                const struct td_weights *w, const double *v, struct td_error *err);

#endif
