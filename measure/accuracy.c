#include <stdio.h>

#include "measure/labels.h"
#include "measure/support.h"

/* First index of the largest; *tied is set if another one is as large. */
static size_t largest(size_t k, const double *x, bool *tied) {
    size_t best = 0;
    *tied = false;
    for (size_t j = 1; j < k; ++j) {
        if (x[j] > x[best]) {
            best = j;
            *tied = false;
        } else if (x[j] == x[best]) {
            *tied = true;
        }
    }
    return best;
}

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    (void)params;
    const struct td_matrix *guess = &in[0], *labels = &in[1];
    bool classes = guess->d == 1;
    size_t right = 0, ties = 0;
    td_status status = td_check_rows(in, n_in, err);
    if (!status)
        status = td_check_labels(labels, classes ? 1u << 31 : guess->d, err);
    if (!status && classes)
        status = td_check_labels(guess, 1u << 31, err);
    if (status)
        return status;
    for (size_t i = 0; i < guess->n; ++i) {
        bool tied = false;
        const double *x = guess->v + i * guess->d;
        double class = classes ? *x : (double)largest(guess->d, x, &tied);
        right += class == labels->v[i];
        ties += tied;
    }
    char warning[TD_WARNING_MAX] = "";
    if (ties)
        snprintf(warning, sizeof warning, "%zu of %zu samples have tied logits: the first counts",
                 ties, guess->n);
    struct td_result result = {
        .name = "", .value = (double)right / (double)guess->n, .warning = warning};
    td_wilson(result.value, (double)guess->n, &result.lo, &result.hi);
    return td_value_add(out, "accuracy", &result, err);
}

static const char *const outputs[] = {"", NULL};

const struct td_measure td_measure_accuracy = {
    .kind = TD_KIND_PLAIN("accuracy",
                          "Share of samples whose class is right, with Wilson's 95 % interval. The "
                          "guess is the largest of several logits (the first of equal ones, with a "
                          "warning), or the class itself if there is one column.",
                          "Wilson 1927"),
    .min_in = 2,
    .max_in = 2,
    .in_help = "logits (n, k) or classes (n, 1); labels (n, 1)",
    .outputs = outputs,
    .unit = "",
    .complexity = "O(n k)",
    .compute = compute,
};
