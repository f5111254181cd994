#include <math.h>

#include "measure/support.h"
#include "measure/task_modes.h"

struct modes {
    int64_t modes;
};

/* Outputs must be of the targets' shape. */
static td_status check(const struct td_matrix *in, size_t n_in, struct td_error *err) {
    td_status status = td_check_rows(in, n_in, err);
    if (!status && in[0].d != in[2].d)
        status = td_fail(err, TD_BAD_INPUT,
                         "%s has %zu columns, %s has %zu: outputs and targets must have the same "
                         "shape",
                         in[0].name, in[0].d, in[2].name, in[2].d);
    return status;
}

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    const struct modes *p = params;
    struct td_mode_basis basis;
    double strength[TD_MODES_MAX];
    char warning[TD_WARNING_MAX];
    td_status status = check(in, n_in, err);
    if (!status)
        status = td_mode_basis_make(&in[1], &in[2], &basis, err);
    if (status)
        return status;
    size_t n = (size_t)p->modes < basis.r ? (size_t)p->modes : basis.r;
    td_mode_warning(&basis, warning);
    status = td_mode_strengths(&basis, &in[0], n, strength, err);
    for (size_t m = 0; m < n && !status; m++)
        status = td_value_add(out, "mode-strengths",
                              &(struct td_result){.name = td_mode_names[m],
                                                  .value = strength[m],
                                                  .lo = NAN,
                                                  .hi = NAN,
                                                  .warning = warning},
                              err);
    td_mode_basis_free(&basis);
    return status;
}

static const struct td_param table[] = {{.name = "modes",
                                         .type = TD_INT,
                                         .offset = offsetof(struct modes, modes),
                                         .initial = "8",
                                         .min = 1,
                                         .max = TD_MODES_MAX,
                                         .help = "So many of the task's modes, strongest first"},
                                        {0}};

extern const struct td_measure td_measure_mode_strengths;
const struct td_measure td_measure_mode_strengths = {
    .kind = TD_KIND("mode-strengths",
                    "How strongly outputs answer each mode of the task: with Y^T X = U S V^T of "
                    "targets and inputs, K = diag(U^T W V) of the linear map W that fits the "
                    "outputs best. For a linear network that has learned whitened data, K = S. "
                    "Modes of one strength S share a subspace, in which their axes are arbitrary.",
                    "Saxe, McClelland and Ganguli 2019, section 2", table, struct modes),
    .min_in = 3,
    .max_in = 3,
    .in_help = "outputs (n, k); inputs (n, d); targets (n, k)",
    .outputs = td_mode_names,
    .unit = "",
    .complexity = "O(n k d + d^3)",
    .compute = compute,
};
