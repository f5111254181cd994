#include <math.h>

#include "measure/labels.h"
#include "measure/support.h"

enum unit { UNIT_NATS, UNIT_BITS };
static const char *const unit_names[] = {"nats", "bits", NULL};

struct entropy {
    int unit;
};

/* -ln softmax(x)[label]; log1p keeps the digits of small losses. */
static double softmax_loss(size_t k, const double *x, size_t label) {
    size_t best = 0;
    double others = 0;
    for (size_t j = 1; j < k; ++j)
        best = x[j] > x[best] ? j : best;
    for (size_t j = 0; j < k; ++j)
        others += j == best ? 0 : exp(x[j] - x[best]);
    return log1p(others) + (x[best] - x[label]);
}

/* -ln sigmoid(x) for label 1, -ln sigmoid(-x) for label 0 */
static double sigmoid_loss(double x, double label) {
    double margin = label > 0 ? x : -x;
    return log1p(exp(-fabs(margin))) + (margin < 0 ? -margin : 0);
}

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    const struct entropy *p = params;
    const struct td_matrix *logits = &in[0], *labels = &in[1];
    bool binary = logits->d == 1;
    td_status status = td_check_rows(in, n_in, err);
    if (!status)
        status = td_check_labels(labels, binary ? 2 : logits->d, err);
    if (status)
        return status;
    struct td_spread rows = {0};
    double unit = p->unit == UNIT_BITS ? M_LN2 : 1;
    for (size_t i = 0; i < logits->n; ++i) {
        const double *x = logits->v + i * logits->d;
        double loss = binary ? sigmoid_loss(*x, labels->v[i])
                             : softmax_loss(logits->d, x, (size_t)labels->v[i]);
        td_spread_add(&rows, loss / unit);
    }
    struct td_result result = {.name = "",
                               .value = rows.mean,
                               .unit = unit_names[p->unit],
                               .warning = logits->n == 1 ? "one sample: no interval" : ""};
    td_spread_interval(&rows, &result.lo, &result.hi);
    return td_value_add(out, "cross-entropy", &result, err);
}

static const struct td_param table[] = {{.name = "unit",
                                         .type = TD_CHOICE,
                                         .offset = offsetof(struct entropy, unit),
                                         .initial = "nats",
                                         .choices = unit_names,
                                         .help = "Natural logarithms (nats) or base 2 (bits)"},
                                        {0}};

static const char *const outputs[] = {"", NULL};

const struct td_measure td_measure_cross_entropy = {
    .kind = TD_KIND("cross-entropy",
                    "Mean over samples of -log softmax(logits)[label], or of the logistic loss if "
                    "there is one logit (labels 0 and 1), with a 95 % t interval.",
                    "", table, struct entropy),
    .min_in = 2,
    .max_in = 2,
    .in_help = "logits (n, k), not probabilities; labels (n, 1)",
    .outputs = outputs,
    .unit = "",
    .complexity = "O(n k)",
    .compute = compute,
};
