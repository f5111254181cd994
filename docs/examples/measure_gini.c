/* A measure in one file: the Gini coefficient of |x|, how unevenly activity is spread over units.
   0: all units equally active; (d - 1) / d: one unit does everything. */
#include <math.h>
#include <stdlib.h>

#include "measure/measure.h"

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Gini coefficient of sorted non-negative values: sum_i (2 i - d - 1) v_i / (d sum v), i = 1..d. */
static double gini(const double *v, size_t d) {
    double weighted = 0, total = 0;
    for (size_t i = 0; i < d; ++i) {
        weighted += (2.0 * (double)(i + 1) - (double)d - 1.0) * v[i];
        total += v[i];
    }
    return total > 0 ? weighted / ((double)d * total) : 0;
}

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    (void)params, (void)n_in;
    const struct td_matrix *x = &in[0];
    double *row = malloc(x->d * sizeof *row);
    if (!row)
        return td_fail_memory(err, x->d * sizeof *row);
    double sum = 0;
    for (size_t i = 0; i < x->n; ++i) {
        for (size_t j = 0; j < x->d; ++j)
            row[j] = fabs(x->v[i * x->d + j]);
        qsort(row, x->d, sizeof *row, ascending);
        sum += gini(row, x->d);
    }
    free(row);
    struct td_value value = {
        .name = "", .value = sum / (double)x->n, .lo = NAN, .hi = NAN, .unit = ""};
    out->add(out, &value);
    return TD_OK;
}

static const char *const outputs[] = {"", NULL};

const struct td_measure gini_measure = {
    .kind = TD_KIND_PLAIN("gini",
                          "Gini coefficient of |x| over the units of each sample, averaged over "
                          "samples: how unevenly activity is spread.",
                          "Gini 1912"),
    .min_in = 1,
    .max_in = 1,
    .in_help = "x: activations (n, d)",
    .outputs = outputs,
    .unit = "",
    .complexity = "O(n d log d)",
    .compute = compute,
};

/* What a plugin exports. Inside tdyn, the line in measure/registry.c takes its place. */
const struct td_plugin_kind td_plugin[] = {{"measure", &gini_measure.kind}, {0}};
