#include <math.h>

#include "measure/support.h"

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    (void)params;
    td_status status = td_check_rows(in, n_in, err);
    if (status)
        return status;
    double scale = td_unit_scale(in->n * in->d, in->v), squares = 0, most = 0;
    for (size_t i = 0; i < in->n; ++i) {
        double row = 0;
        for (size_t j = 0; j < in->d; ++j) {
            double x = fabs(in->v[i * in->d + j]);
            most = x > most ? x : most;
            row += x * scale * (x * scale);
        }
        squares += row;
    }
    struct td_result results[] = {
        {.name = "frobenius", .value = sqrt(squares) / scale},
        {.name = "rms", .value = sqrt(squares / (double)in->n / (double)in->d) / scale},
        {.name = "max", .value = most},
    };
    for (size_t i = 0; i < sizeof results / sizeof *results && !status; ++i) {
        results[i].lo = results[i].hi = NAN;
        status = td_value_add(out, "norm", &results[i], err);
    }
    return status;
}

static const char *const outputs[] = {"frobenius", "rms", "max", NULL};

const struct td_measure td_measure_norm = {
    .kind = TD_KIND_PLAIN("norm",
                          "Size of an array: Frobenius norm sqrt(sum x^2), root mean square and "
                          "largest absolute entry.",
                          ""),
    .min_in = 1,
    .max_in = 1,
    .in_help = "x: any numbers (n, d)",
    .outputs = outputs,
    .unit = "",
    .complexity = "O(n d)",
    .compute = compute,
};
