/* Class labels as measures get them: a column of whole numbers. */
#ifndef TD_MEASURE_LABELS_H
#define TD_MEASURE_LABELS_H

#include "measure/measure.h"

/* TD_BAD_INPUT unless labels is (n, 1) with whole numbers in [0, n_classes). */
td_status td_check_labels(const struct td_matrix *labels, size_t n_classes, struct td_error *err);

#endif
