/* The experiments of this folder, for the registry. */
#ifndef TD_EXPERIMENTS_SELU_SELU_H
#define TD_EXPERIMENTS_SELU_SELU_H

#include "sweep/experiment.h"

extern const struct td_experiment td_experiment_selu_moment_map, td_experiment_selu_theorems,
    td_experiment_selu_propagation, td_experiment_selu_dropout, td_experiment_selu_certificate,
    td_experiment_selu_solve;

#endif
