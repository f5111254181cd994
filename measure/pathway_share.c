#include <math.h>
#include <stdio.h>

#include "measure/support.h"
#include "measure/task_modes.h"

struct modes {
    int64_t modes;
};

enum { A, B, INPUTS, TARGETS };

static td_status check(const struct td_matrix *in, size_t n_in, struct td_error *err) {
    td_status status = td_check_rows(in, n_in, err);
    for (size_t i = A; i <= B && !status; i++)
        if (in[i].d != in[TARGETS].d)
            status = td_fail(err, TD_BAD_INPUT,
                             "%s has %zu columns, %s has %zu: pathways and targets must have the "
                             "same shape",
                             in[i].name, in[i].d, in[TARGETS].name, in[TARGETS].d);
    return status;
}

/* Where the pathways cancel there is no share: half, with a warning. */
static td_status add_share(struct td_values *out, size_t m, double a, double b, const char *warning,
                           struct td_error *err) {
    bool none = !(fabs(a + b) > 1e-12 * (fabs(a) + fabs(b)));
    return td_value_add(
        out, "pathway-share",
        &(struct td_result){.name = td_mode_names[m],
                            .value = none ? 0.5 : a / (a + b),
                            .lo = NAN,
                            .hi = NAN,
                            .warning = none ? "neither pathway answers this mode" : warning},
        err);
}

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    const struct modes *p = params;
    struct td_mode_basis basis;
    double a[TD_MODES_MAX], b[TD_MODES_MAX];
    char warning[TD_WARNING_MAX];
    td_status status = check(in, n_in, err);
    if (!status)
        status = td_mode_basis_make(&in[INPUTS], &in[TARGETS], &basis, err);
    if (status)
        return status;
    size_t n = (size_t)p->modes < basis.r ? (size_t)p->modes : basis.r;
    td_mode_warning(&basis, warning);
    status = td_mode_strengths(&basis, &in[A], n, a, err);
    if (!status)
        status = td_mode_strengths(&basis, &in[B], n, b, err);
    for (size_t m = 0; m < n && !status; m++)
        status = add_share(out, m, a[m], b[m], warning, err);
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

extern const struct td_measure td_measure_pathway_share;
const struct td_measure td_measure_pathway_share = {
    .kind = TD_KIND("pathway-share",
                    "Which of two pathways carries each mode of the task: Ka / (Ka + Kb), K the "
                    "mode-strengths of each. 0.5 with a warning where both are 0.",
                    "Kleinman, Achille and Soatto 2024, section 3", table, struct modes),
    .min_in = 4,
    .max_in = 4,
    .in_help = "pathway a (n, k); pathway b (n, k); inputs (n, d); targets (n, k)",
    .outputs = td_mode_names,
    .unit = "",
    .complexity = "O(n k d + d^3)",
    .compute = compute,
};
