#include <math.h>

#include "measure/singular.h"
#include "measure/support.h"
#include "numeric/memory.h"

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    (void)params;
    td_status status = td_check_rows(in, n_in, err);
    if (status)
        return status;
    size_t k = in->n < in->d ? in->n : in->d;
    double *s = td_calloc(k, sizeof *s), scale;
    if (!s)
        return td_fail_memory(err, k * sizeof *s);
    status = td_scaled_svd(in, s, NULL, &scale, err);
    struct td_matrix_rank rank;
    td_matrix_rank(k, s, &rank);
    const char *warning = s[0] > 0 ? "" : "all entries are 0: set to 0";
    td_free(s);
    struct td_result results[] = {{.name = "entropy", .value = rank.entropy},
                                  {.name = "stable", .value = rank.stable},
                                  {.name = "participation", .value = rank.participation}};
    for (size_t i = 0; i < sizeof results / sizeof *results && !status; ++i) {
        results[i].lo = results[i].hi = NAN;
        results[i].unit = "dimensions";
        results[i].warning = warning;
        status = td_value_add(out, "matrix-rank", &results[i], err);
    }
    return status;
}

static const char *const outputs[] = {"entropy", "stable", "participation", NULL};

const struct td_measure td_measure_matrix_rank = {
    .kind = TD_KIND_PLAIN(
        "matrix-rank",
        "Effective ranks of a matrix from its singular values s: exp of the entropy of s / sum s, "
        "the stable rank sum s^2 / max s^2, and the participation ratio (sum s^2)^2 / sum s^4. All "
        "are k for k equal singular values; nothing is centred. Zero matrix: 0 with a warning.",
        "Roy, Vetterli 2007; Rudelson, Vershynin 2007"),
    .min_in = 1,
    .max_in = 1,
    .in_help = "w: a matrix (n, d)",
    .outputs = outputs,
    .unit = "dimensions",
    .complexity = "O(n d min(n, d))",
    .compute = compute,
};
