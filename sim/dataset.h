/* Data sets: generators and readers, samples as rows. */
#ifndef TD_SIM_DATASET_H
#define TD_SIM_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/kind.h"
#include "numeric/param.h"

/* One split. Classification: labels; regression: targets (n, n_targets). */
struct td_split {
    size_t n;
    real *x;        /* (n, d) */
    int32_t *label; /* (n) in [0, n_classes), NULL for regression */
    real *target;   /* (n, n_targets), NULL for classification */
};
struct td_dataset {
    size_t d, n_classes, n_targets;
    struct td_split train, validation, test; /* the last two may have no samples */
    uint64_t checksum;                       /* xxHash of the values, goes into provenance */
    char summary[200]; /* "Fashion-MNIST, 60000 + 10000 images 28x28, 10 classes" */
};

struct td_data {
    struct td_kind kind;
    /* Loads or generates; random choices use streams of `seed`. On error *out is empty. */
    td_status (*load)(const void *params, uint64_t seed, struct td_dataset *out,
                      struct td_error *err);
    /* Whether these parameters make the result depend on the seed; NULL: they always do. A file
       that is read as it stands does not, so that a sweep over seeds reads it once. */
    bool (*uses_seed)(const void *params);
};
extern struct td_registry td_datas;

void td_dataset_free(struct td_dataset *d);

/* Loads through a part (kind + params). Equal parts and seeds of one process may share a cached,
   read-only copy: release with td_dataset_release. A file that has changed since (size, time) is
   read again. */
td_status td_dataset_get(const struct td_part *part, uint64_t seed, const struct td_dataset **out,
                         struct td_error *err);
void td_dataset_release(const struct td_dataset *d);

#endif
