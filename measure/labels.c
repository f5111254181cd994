#include "measure/labels.h"

#include <math.h>

td_status td_check_labels(const struct td_matrix *labels, size_t n_classes, struct td_error *err) {
    if (labels->d != 1)
        return td_fail(err, TD_BAD_INPUT, "%s is (%zu, %zu): labels are one class a row, (n, 1)",
                       labels->name, labels->n, labels->d);
    for (size_t i = 0; i < labels->n; ++i) {
        double y = labels->v[i];
        if (!(y >= 0 && y < (double)n_classes && y == floor(y)))
            return td_fail(err, TD_BAD_INPUT,
                           "%s: row %zu (counted from 0) is %g; labels are whole numbers from 0 to "
                           "%zu",
                           labels->name, i, y, n_classes - 1);
    }
    return TD_OK;
}
