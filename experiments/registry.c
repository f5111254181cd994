/* All C experiments, one line each. */
#include "sweep/experiment.h"

#include "experiments/critical_periods/completion.h"
#include "experiments/critical_periods/critical_periods.h"
#include "experiments/information_compression/information_compression.h"
#include "experiments/selu/selu.h"

extern const struct td_experiment td_experiment_train;

struct td_registry td_experiments = {
    .family = "experiment",
    .kinds =
        (const struct td_kind *const[]){
            &td_experiment_train.kind,
            &td_experiment_critical_completion.kind,
            &td_experiment_critical_completion_analytic.kind,
            &td_experiment_critical_effect_map.kind,
            &td_experiment_critical_network_vs_ode.kind,
            &td_experiment_critical_ode_model.kind,
            &td_experiment_critical_phase_portrait.kind,
            &td_experiment_information_estimators.kind,
            &td_experiment_information_icosahedral_task.kind,
            &td_experiment_information_linear_exact.kind,
            &td_experiment_selu_certificate.kind,
            &td_experiment_selu_dropout.kind,
            &td_experiment_selu_moment_map.kind,
            &td_experiment_selu_propagation.kind,
            &td_experiment_selu_solve.kind,
            &td_experiment_selu_theorems.kind,
            NULL,
        },
};
