/* Where in a network something can be measured: tensors that hold one column a sample, the data's
   own "target" and "label", and "softmax" of the output where the loss takes that. */
#ifndef TD_EXPERIMENTS_TRAIN_SITES_H
#define TD_EXPERIMENTS_TRAIN_SITES_H

#include "numeric/memory.h"
#include "sim/train.h"

struct train_sites {
    size_t n; /* tensors of the graph first, then "target" and perhaps "label", "softmax" */
    const char **names;
    size_t *rows; /* numbers a sample */
    size_t n_weights;
    const char **weights; /* names of trainable matrices */
    size_t n_controls;
    const char **controls; /* names of what gate events write */
};

/* Builds the network's graph (without memory) to see which tensors there are; errors of building
   are reported here. */
td_status train_sites_list(const struct td_train_options *o, struct td_arena *arena,
                           struct train_sites *out, struct td_error *err);

/* The names that `pattern` stands for: "hidden.*", "hidden.last", or several such
   ("hidden.*|output"), each at least one name and no name twice; `where` opens the message if there
   is none. */
td_status train_sites_match(const char *pattern, const char *const *names, size_t n,
                            const char *where, struct td_arena *arena, size_t *n_out,
                            const char *const **out, struct td_error *err);

/* The first n samples of `on` of "target" (classes one-hot) or "label" as rows of out. */
void train_site_data(const char *name, const struct td_dataset *data, enum td_on on, size_t n,
                     double *out);

#endif
