/* Images with labels in IDX files, as MNIST and its successors come. */
#ifndef TD_SIM_DATAS_LABELLED_H
#define TD_SIM_DATAS_LABELLED_H

#include "sim/datas/prepare.h"

struct td_labelled_files {
    const char *images, *labels;           /* training part */
    const char *test_images, *test_labels; /* "": none */
    double test_share;                     /* cut from the training files if there are no others */
};

/* Loads and finishes `out`; unsigned bytes are divided by 255. `title` opens the summary. */
td_status td_labelled_load(const struct td_labelled_files *files,
                           const struct td_data_common *common, uint64_t seed, const char *title,
                           struct td_dataset *out, struct td_error *err);

#endif
