/* The parameters of the experiment `train`. */
#ifndef TD_EXPERIMENTS_TRAIN_PARAMS_H
#define TD_EXPERIMENTS_TRAIN_PARAMS_H

#include "numeric/memory.h"
#include "numeric/param.h"
#include "sim/train.h"

struct train_params {
    struct td_part net, data, optimizer, schedule;
    int loss; /* enum td_loss */
    int64_t steps, epochs;
    struct td_parts events, measures;
};
extern const struct td_param train_params_table[];

/* Shared by every optimizer: how much of the data a step takes, and how far it may go. */
struct train_batching {
    int64_t batch;
    int partial; /* enum train_partial */
    double clip;
    struct td_strings no_decay;
};
enum train_partial { TRAIN_PARTIAL_KEEP, TRAIN_PARTIAL_DROP, TRAIN_PARTIAL_FIT };

/* Shared by every measure: what is looked at, and when. */
struct train_look {
    struct td_steps at;
    int counts; /* enum train_counts */
    struct td_strings of, outputs;
    int on; /* enum train_on */
    int64_t samples, every;
    const char *as;
};
enum train_on {
    TRAIN_ON_TRAIN = TD_ON_TRAIN, /* all but the batch: enum td_on */
    TRAIN_ON_VALIDATION = TD_ON_VALIDATION,
    TRAIN_ON_TEST = TD_ON_TEST,
    TRAIN_ON_ALL = TD_ON_ALL,
    TRAIN_ON_BATCH
};
extern const char *const train_on_names[];
enum train_counts { TRAIN_COUNTS_STEPS, TRAIN_COUNTS_EPOCHS };

/* What sim/train.h wants, for this data set; `steps` counted from epochs if need be. */
struct td_train_options train_options(const struct train_params *p, const struct td_dataset *data,
                                      uint64_t seed);

#endif
