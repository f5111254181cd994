/* How strongly outputs answer each mode of a task. */
#ifndef TD_MEASURE_TASK_MODES_H
#define TD_MEASURE_TASK_MODES_H

#include "measure/measure.h"

enum { TD_MODES_MAX = 32 }; /* modes that measures give values of, strongest first */

/* Names "1" .. "32" of the modes, then NULL. */
extern const char *const td_mode_names[];

/* The modes of inputs x (n, d) and targets (n, k), Y^T X = U S V^T, r = min(k, d). */
struct td_mode_basis {
    size_t n, k, d, r;
    double *s, *u, *vt; /* (r), (k, r), (r, d) */
    const double *x;    /* borrowed */
    double *inverse;    /* (d, d) of X^T X; pseudo-inverse where x does not span */
    size_t spanned;     /* directions that x spans, d if all */
};
td_status td_mode_basis_make(const struct td_matrix *x, const struct td_matrix *target,
                             struct td_mode_basis *out, struct td_error *err);
void td_mode_basis_free(struct td_mode_basis *b);

/* K_m = (U^T W V)_mm, m < n <= r, of the linear map W = out^T X (X^T X)^-1 that fits `out` (n, k)
   best. */
td_status td_mode_strengths(const struct td_mode_basis *b, const struct td_matrix *out, size_t n,
                            double *strength, struct td_error *err);

/* "" or what makes strengths doubtful, into buffer; returns buffer. */
const char *td_mode_warning(const struct td_mode_basis *b, char buffer[TD_WARNING_MAX]);

#endif
