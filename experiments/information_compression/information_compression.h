/* The experiments of this folder, for the registry. */
#ifndef TD_EXPERIMENTS_INFORMATION_COMPRESSION_INFORMATION_COMPRESSION_H
#define TD_EXPERIMENTS_INFORMATION_COMPRESSION_INFORMATION_COMPRESSION_H

#include "sweep/experiment.h"

extern const struct td_experiment td_experiment_information_estimators,
    td_experiment_information_icosahedral_task, td_experiment_information_linear_exact;

#endif
