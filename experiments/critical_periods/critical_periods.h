/* The experiments of this folder, for the registry. */
#ifndef TD_EXPERIMENTS_CRITICAL_PERIODS_CRITICAL_PERIODS_H
#define TD_EXPERIMENTS_CRITICAL_PERIODS_CRITICAL_PERIODS_H

#include "sweep/experiment.h"

extern const struct td_experiment td_experiment_critical_phase_portrait,
    td_experiment_critical_ode_model, td_experiment_critical_effect_map,
    td_experiment_critical_network_vs_ode;

#endif
