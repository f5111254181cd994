#include <math.h>
#include <stdio.h>

#include "measure/support.h"

struct saturation {
    double lower, upper;
};

/* Shares of one kind over all entries, and their spread over rows. */
struct share {
    size_t count;
    struct td_spread rows;
};

/* Wilson's interval with the number of independent entries that the spread over rows speaks for,
   at least the number of rows, at most the number of entries. */
static void share_interval(const struct share *s, double rows, double entries, double *lo,
                           double *hi) {
    double p = (double)s->count / entries, error = td_spread_error(&s->rows);
    double n = error > 0 ? p * (1 - p) / (error * error) : rows;
    n = n < rows ? rows : n > entries ? entries : n;
    td_wilson(p, n, lo, hi);
}

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    static const char *const names[] = {"share", "below", "above"};
    const struct saturation *p = params;
    td_status status = td_check_rows(in, n_in, err);
    if (!status && !(p->lower < p->upper))
        status = td_fail(err, TD_BAD_INPUT, "saturation: lower (%g) must be less than upper (%g)",
                         p->lower, p->upper);
    if (status)
        return status;
    struct share shares[3] = {0};
    for (size_t i = 0; i < in->n; ++i) {
        size_t below = 0, above = 0;
        for (size_t j = 0; j < in->d; ++j) {
            below += in->v[i * in->d + j] < p->lower;
            above += in->v[i * in->d + j] > p->upper;
        }
        size_t counts[] = {below + above, below, above};
        for (size_t k = 0; k < 3; ++k) {
            shares[k].count += counts[k];
            td_spread_add(&shares[k].rows, (double)counts[k] / (double)in->d);
        }
    }
    double n = (double)in->n, entries = n * (double)in->d;
    for (size_t k = 0; k < 3 && !status; ++k) {
        struct td_result result = {.name = names[k],
                                   .value = (double)shares[k].count / entries,
                                   .warning = in->n == 1 ? "one sample" : ""};
        share_interval(&shares[k], n, entries, &result.lo, &result.hi);
        status = td_value_add(out, "saturation", &result, err);
    }
    return status;
}

static const struct td_param table[] = {
    {.name = "lower",
     .type = TD_REAL,
     .offset = offsetof(struct saturation, lower),
     .initial = "-0.95",
     .help = "Entries less than this are saturated (SELU: -1.75 or so, its limit is -1.7581)"},
    {.name = "upper",
     .type = TD_REAL,
     .offset = offsetof(struct saturation, upper),
     .initial = "0.95",
     .help = "Entries greater than this are saturated (units without upper limit: 1e300)"},
    {0}};

static const char *const outputs[] = {"share", "below", "above", NULL};

const struct td_measure td_measure_saturation = {
    .kind =
        TD_KIND("saturation",
                "Share of entries beyond the thresholds, on either side and on each. Wilson's "
                "95 % interval with the number of independent entries that the spread over rows "
                "speaks for.",
                "Wilson 1927", table, struct saturation),
    .min_in = 1,
    .max_in = 1,
    .in_help = "x: activations (n, d)",
    .outputs = outputs,
    .unit = "",
    .complexity = "O(n d)",
    .compute = compute,
};
