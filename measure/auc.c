#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdio.h>

#include "measure/labels.h"
#include "measure/support.h"
#include "numeric/memory.h"

/* The share of pairs (one sample of class 1, one of class 0) in which class 1 has the higher
   score, ties counting half (Mann and Whitney's U): one pass over the scores in order. */
static double area(size_t n, const double *score, const double *label, const size_t *order,
                   double n_pairs) {
    double zeros_below = 0, won = 0;
    for (size_t i = 0, end; i < n; i = end) {
        double zeros = 0, ones = 0;
        for (end = i; end < n && score[order[end]] == score[order[i]]; ++end) {
            ones += label[order[end]];
            zeros += 1 - label[order[end]];
        }
        won += ones * (zeros_below + zeros / 2);
        zeros_below += zeros;
    }
    return won / n_pairs;
}

/* Hanley and McNeil 1982, eq. 1 and 2: the area's standard error where scores are negative
   exponential, which holds well for others. */
static double standard_error(double a, double n1, double n0) {
    double q1 = a / (2 - a), q2 = 2 * a * a / (1 + a);
    double v = a * (1 - a) + (n1 - 1) * (q1 - a * a) + (n0 - 1) * (q2 - a * a);
    return sqrt(fmax(v, 0) / (n1 * n0));
}

static td_status check(const struct td_matrix *in, size_t n_in, struct td_error *err) {
    td_status status = td_check_rows(in, n_in, err);
    if (!status && in[0].d > 2)
        return td_fail(err, TD_BAD_INPUT,
                       "%s: the area under the ROC curve is one of two classes: scores (n, 1) or "
                       "logits (n, 2), not (%zu, %zu)",
                       in[0].name, in[0].n, in[0].d);
    return status ? status : td_check_labels(&in[1], 2, err);
}

/* Logits of two classes as one score; the score itself if there is one column. */
static void take_scores(const struct td_matrix *in, double *score) {
    for (size_t i = 0; i < in->n; ++i)
        score[i] = in->d == 2 ? in->v[2 * i + 1] - in->v[2 * i] : in->v[i];
}

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    (void)params;
    td_status status = check(in, n_in, err);
    if (status)
        return status;
    size_t n = in[0].n;
    double *score = td_calloc(n, sizeof *score);
    size_t *order = td_calloc(n, sizeof *order);
    if (!score || !order) {
        td_free(score);
        td_free(order);
        return td_fail_memory(err, n * sizeof *order);
    }
    double ones = 0;
    for (size_t i = 0; i < n; ++i)
        ones += in[1].v[i];
    double zeros = (double)n - ones;
    struct td_result result = {.name = "", .value = 0.5, .lo = 0, .hi = 1, .warning = ""};
    if (ones > 0 && zeros > 0) {
        take_scores(&in[0], score);
        gsl_sort_index(order, score, 1, n);
        result.value = area(n, score, in[1].v, order, ones * zeros);
        double half = 1.959963984540054 * standard_error(result.value, ones, zeros);
        result.lo = fmax(0, result.value - half);
        result.hi = fmin(1, result.value + half);
    } else {
        result.warning = "only one class: nothing to tell apart";
    }
    td_free(score);
    td_free(order);
    return td_value_add(out, "auc", &result, err);
}

static const char *const outputs[] = {"", NULL};

const struct td_measure td_measure_auc = {
    .kind = TD_KIND_PLAIN("auc",
                          "Area under the ROC curve of two classes: the probability that a sample "
                          "of class 1 scores higher than one of class 0, ties counting half. 95 % "
                          "interval by Hanley and McNeil's standard error; 0.5 with a warning "
                          "where there is only one class.",
                          "Hanley and McNeil 1982, Radiology 143, 29"),
    .min_in = 2,
    .max_in = 2,
    .in_help = "scores of class 1 (n, 1) or logits (n, 2); labels (n, 1), 0 or 1",
    .outputs = outputs,
    .unit = "",
    .complexity = "O(n log n)",
    .compute = compute,
};
