#include <math.h>
#include <stdio.h>

#include "measure/pooled.h"
#include "measure/support.h"

enum by { BY_ALL, BY_COLUMN };
static const char *const by_names[] = {"all", "column", NULL};

struct moments {
    int by;
};

static const char *const outputs[] = {"mean", "variance", "skewness", "kurtosis", NULL};

static td_status add_block(const struct td_block *block, bool numbered, struct td_values *out,
                           struct td_error *err) {
    struct td_pooled m;
    td_pooled_moments(block, TD_INTERVAL_LEVEL, &m);
    td_status status = TD_OK;
    for (size_t i = 0; i < TD_POOLED && !status; ++i) {
        char name[64];
        if (numbered)
            snprintf(name, sizeof name, "%s.%zu", outputs[i], block->first);
        else
            snprintf(name, sizeof name, "%s", outputs[i]);
        status = td_value_add(out, "moments",
                              &(struct td_result){.name = name,
                                                  .value = m.value[i],
                                                  .lo = m.lo[i],
                                                  .hi = m.hi[i],
                                                  .warning = td_pooled_warning(block, &m)},
                              err);
    }
    return status;
}

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    const struct moments *p = params;
    td_status status = td_check_rows(in, n_in, err);
    if (p->by == BY_ALL && !status)
        return add_block(&(struct td_block){.x = in, .width = in->d}, false, out, err);
    for (size_t j = 0; j < in->d && !status; ++j)
        status = add_block(&(struct td_block){.x = in, .first = j, .width = 1}, true, out, err);
    return status;
}

static const struct td_param table[] = {
    {.name = "by",
     .type = TD_CHOICE,
     .offset = offsetof(struct moments, by),
     .initial = "all",
     .choices = by_names,
     .help = "Over all entries together, or one set of moments a column (mean.0, mean.1, ...)"},
    {0}};

const struct td_measure td_measure_moments = {
    .kind = TD_KIND(
        "moments",
        "Mean, variance (mean square deviation, 1/n), skewness and excess kurtosis (0 for a normal "
        "distribution) of the entries. Intervals of 95 % take rows as independent samples: t "
        "distribution for the mean, the same on a logarithmic scale for the variance, influence "
        "functions for skewness and kurtosis from 100 samples on (the kurtosis' covers about 90 % "
        "there). Constant input: variance, skewness and kurtosis 0 with a warning.",
        "Cramer 1946", table, struct moments),
    .min_in = 1,
    .max_in = 1,
    .in_help = "x: any numbers (n, d)",
    .outputs = outputs,
    .unit = "",
    .complexity = "O(n d)",
    .compute = compute,
};
