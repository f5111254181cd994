/* All measures, one line each. */
#include "measure/measure.h"

extern const struct td_measure td_measure_moments, td_measure_fixed_point_distance,
    td_measure_saturation, td_measure_norm, td_measure_participation_ratio,
    td_measure_effective_rank, td_measure_accuracy, td_measure_cross_entropy, td_measure_mse,
    td_measure_matrix_rank, td_measure_singular_values, td_measure_subspace_angles,
    td_measure_mode_strengths, td_measure_pathway_share;
extern const struct td_measure td_measure_mi_bins, td_measure_mi_kde, td_measure_mi_ksg,
    td_measure_mi_gao, td_measure_mi_ross, td_measure_mi_noisy, td_measure_mi_linear;
extern const struct td_measure td_measure_auc, td_measure_cca, td_measure_cka;

struct td_registry td_measures = {
    .family = "measure",
    .kinds =
        (const struct td_kind *const[]){
            &td_measure_moments.kind,
            &td_measure_fixed_point_distance.kind,
            &td_measure_saturation.kind,
            &td_measure_norm.kind,
            &td_measure_participation_ratio.kind,
            &td_measure_effective_rank.kind,
            &td_measure_accuracy.kind,
            &td_measure_auc.kind,
            &td_measure_cross_entropy.kind,
            &td_measure_mse.kind,
            &td_measure_mi_bins.kind,
            &td_measure_mi_kde.kind,
            &td_measure_mi_ksg.kind,
            &td_measure_mi_gao.kind,
            &td_measure_mi_ross.kind,
            &td_measure_mi_noisy.kind,
            &td_measure_mi_linear.kind,
            &td_measure_matrix_rank.kind,
            &td_measure_singular_values.kind,
            &td_measure_subspace_angles.kind,
            &td_measure_cca.kind,
            &td_measure_cka.kind,
            &td_measure_mode_strengths.kind,
            &td_measure_pathway_share.kind,
            NULL,
        },
};
