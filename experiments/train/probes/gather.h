/* Tensors of a run as matrices, samples as rows, filled chunk by chunk. */
#ifndef TD_EXPERIMENTS_TRAIN_PROBES_GATHER_H
#define TD_EXPERIMENTS_TRAIN_PROBES_GATHER_H

#include "experiments/train/probe.h"

struct train_gathered {
    const char *name;
    size_t d;
    bool from_data; /* "target" or "label": filled once */
    bool softmax;   /* of "output" */
    double *v;      /* (samples, d), of which the first rows are used */
};
struct train_gather {
    size_t rows; /* of each: the probe's samples, or every so-manieth of them; known once open */
    size_t n;
    struct train_gathered *tensors;
};

/* Makes room, in the probe's arena, for every tensor that there is. */
td_status train_gather_plan(struct train_probe_run *p, struct train_gather *g,
                            struct td_error *err);
/* Index of a tensor; one that is not yet there is added. */
size_t train_gather_add(struct train_probe_run *p, struct train_gather *g, const char *name);
td_status train_gather_open(struct train_probe_run *p, struct train_gather *g, struct td_train *t,
                            struct td_error *err);
void train_gather_chunk(struct train_probe_run *p, struct train_gather *g,
                        const struct td_chunk *c);
void train_gather_close(struct train_gather *g);

#endif
