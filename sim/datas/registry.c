/* All kinds of data sets, one line each. */
#include "sim/dataset.h"

extern const struct td_data td_data_fashion_mnist, td_data_idx, td_data_csv, td_data_tabular,
    td_data_npy, td_data_gaussian_clusters, td_data_linear_regression, td_data_parity,
    td_data_icosahedral, td_data_spirals, td_data_constant_noise, td_data_tree;

struct td_registry td_datas = {
    .family = "data",
    .kinds =
        (const struct td_kind *const[]){
            &td_data_fashion_mnist.kind,
            &td_data_idx.kind,
            &td_data_csv.kind,
            &td_data_tabular.kind,
            &td_data_npy.kind,
            &td_data_gaussian_clusters.kind,
            &td_data_linear_regression.kind,
            &td_data_parity.kind,
            &td_data_icosahedral.kind,
            &td_data_spirals.kind,
            &td_data_constant_noise.kind,
            &td_data_tree.kind,
            NULL,
        },
};
