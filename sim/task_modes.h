/* The modes of a data set: what a linear network learns of it, feature by feature (Saxe,
   McClelland and Ganguli 2019, section 2). */
#ifndef TD_SIM_TASK_MODES_H
#define TD_SIM_TASK_MODES_H

#include <stddef.h>

#include "numeric/status.h"
#include "sim/dataset.h"

/* Sigma_yx = Y^T X = U diag(s) V^T, summed over the training samples; classes are one-hot targets.
 */
struct td_task_modes {
    size_t n_out, d, n; /* n = min(n_out, d) modes, strongest first */
    double *s;          /* (n) */
    double *u;          /* (n_out, n) */
    double *vt;         /* (n, d) */
};

/* On error *out is empty. TD_BAD_INPUT: neither targets nor classes. */
td_status td_task_modes_make(const struct td_dataset *data, struct td_task_modes *out,
                             struct td_error *err);
void td_task_modes_free(struct td_task_modes *m);

#endif
