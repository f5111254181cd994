#include <math.h>

#include "measure/support.h"

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    (void)params;
    const struct td_matrix *a = &in[0], *b = &in[1];
    td_status status = td_check_rows(in, n_in, err);
    if (!status && a->d != b->d)
        status = td_fail(err, TD_BAD_INPUT,
                         "%s has %zu columns, %s has %zu: predictions and targets must have the "
                         "same shape",
                         a->name, a->d, b->name, b->d);
    if (status)
        return status;
    struct td_spread rows = {0};
    for (size_t i = 0; i < a->n; ++i) {
        double sum = 0;
        for (size_t j = 0; j < a->d; ++j) {
            double x = a->v[i * a->d + j] - b->v[i * a->d + j];
            sum += x * x;
        }
        td_spread_add(&rows, sum / (double)a->d);
    }
    struct td_result result = {
        .name = "", .value = rows.mean, .warning = a->n == 1 ? "one sample: no interval" : ""};
    td_spread_interval(&rows, &result.lo, &result.hi);
    return td_value_add(out, "mse", &result, err);
}

static const char *const outputs[] = {"", NULL};

const struct td_measure td_measure_mse = {
    .kind = TD_KIND_PLAIN("mse",
                          "Mean squared difference over all n d entries, with a 95 % t interval "
                          "over samples.",
                          ""),
    .min_in = 2,
    .max_in = 2,
    .in_help = "predictions (n, d); targets (n, d)",
    .outputs = outputs,
    .unit = "",
    .complexity = "O(n d)",
    .compute = compute,
};
