/* Whether a training run may go on from the end of a shorter one. */
#ifndef TD_EXPERIMENTS_TRAIN_EXTEND_H
#define TD_EXPERIMENTS_TRAIN_EXTEND_H

#include "experiments/train/params.h"

/* As td_experiment.extends, for two struct train_params. */
td_status train_extends(const void *shorter, const void *longer, double *share,
                        struct td_error *err);

#endif
