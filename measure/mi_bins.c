#include <math.h>

#include "measure/entropy_bins.h"
#include "measure/mi_common.h"
#include "numeric/memory.h"

static const char *const method_names[] = {"clipped", "width", "equal-count",
                                           "ebab",    "exact", NULL};
static const char *const floor_names[] = {"min", "zero", "minus-one", "auto", NULL};
enum second { SECOND_LABELS, SECOND_IDS };
static const char *const second_names[] = {"labels", "ids", NULL};
static const char *const correction_names[] = {"none", "miller-madow", NULL};

struct binned {
    struct td_mi_options common;
    struct td_bins_rule rule;
    int correction, second;
};

enum output { X, ENTROPY, GIVEN_X, PATTERNS, Y, OUTPUTS };
static const char *const outputs[] = {"x", "entropy", "entropy-given-x", "patterns", "y", NULL};

/* Partitions of the rows: by pattern of bins T, input X, label Y, and both of two. */
struct rows {
    struct td_groups t, x, y, tx, ty;
    bool inputs_differ; /* no ids: X is known by its row */
    bool labelled;
    double *scratch, *weight;
};

static td_status split_by_bins(struct rows *r, const struct td_bins *bins,
                               const struct td_matrix *x, struct td_error *err) {
    double *bin = td_calloc(x->n, sizeof *bin);
    td_status status = bin ? td_groups_make(&r->t, x->n, err) : td_fail_memory(err, x->n * 8);
    for (size_t j = 0; j < x->d && !status; ++j) {
        for (size_t i = 0; i < x->n; ++i)
            bin[i] = td_bins_find(bins, x->v[i * x->d + j]);
        td_groups_split(&r->t, bin, 1);
    }
    td_free(bin);
    return status;
}

static td_status joint(struct td_groups *out, const struct td_groups *a, const struct td_groups *b,
                       struct td_error *err) {
    td_status status = td_groups_make(out, a->n, err);
    if (!status) {
        td_groups_join(out, a);
        td_groups_join(out, b);
    }
    return status;
}

/* in: activations, and none, one or both of labels and ids */
static td_status make_rows(struct rows *r, const struct td_bins *bins, int second,
                           const struct td_matrix *in, size_t n_in, struct td_error *err) {
    const struct td_matrix *labels = second == SECOND_LABELS ? &in[1] : &in[2];
    const struct td_matrix *ids = second == SECOND_LABELS ? &in[2] : &in[1];
    td_status status = split_by_bins(r, bins, in, err);
    r->labelled = labels < in + n_in;
    r->inputs_differ = ids >= in + n_in;
    if (!status && r->labelled)
        status = td_mi_classes(labels, &r->y, err);
    if (!status && r->labelled)
        status = joint(&r->ty, &r->t, &r->y, err);
    if (!status && !r->inputs_differ)
        status = td_groups_of_rows(&r->x, ids, err);
    if (!status && !r->inputs_differ)
        status = joint(&r->tx, &r->t, &r->x, err);
    r->scratch = td_calloc(2 * in->n, sizeof *r->scratch);
    r->weight = td_calloc(in->n, sizeof *r->weight);
    if (!status && (!r->scratch || !r->weight))
        status = td_fail_memory(err, 3 * in->n * sizeof *r->weight);
    return status;
}

static void free_rows(struct rows *r) {
    td_groups_free(&r->t);
    td_groups_free(&r->x);
    td_groups_free(&r->y);
    td_groups_free(&r->tx);
    td_groups_free(&r->ty);
    td_free(r->scratch);
    td_free(r->weight);
}

/* All outputs, bits, of the rows with these weights (NULL: once each). */
static void entropies(const struct rows *r, const double *weight, bool miller_madow,
                      double out[OUTPUTS]) {
    out[ENTROPY] = td_entropy(&r->t, weight, miller_madow, r->scratch);
    out[GIVEN_X] =
        r->inputs_differ ? 0 : td_entropy_given(&r->tx, &r->x, weight, miller_madow, r->scratch);
    out[X] = out[ENTROPY] - out[GIVEN_X];
    out[PATTERNS] = (double)r->t.count;
    out[Y] = r->labelled
                 ? out[ENTROPY] - td_entropy_given(&r->ty, &r->y, weight, miller_madow, r->scratch)
                 : 0;
}

/* Basic bootstrap (Davison, Hinkley 1997, section 5.2): a replicate is off from the plug-in value
   of the rows at hand, which is the truth that it was drawn from, as the estimate is off from the
   truth; so their bias is taken off, too. */
static td_status intervals(const struct binned *p, struct rows *r, const double value[OUTPUTS],
                           double lo[OUTPUTS], double hi[OUTPUTS], struct td_error *err) {
    size_t replicates = (size_t)p->common.bootstrap;
    for (size_t k = 0; k < OUTPUTS; ++k)
        lo[k] = hi[k] = NAN;
    if (replicates == 0 || r->t.n < 2)
        return TD_OK;
    double *all = td_calloc(replicates * OUTPUTS, sizeof *all), drawn_from[OUTPUTS];
    if (!all)
        return td_fail_memory(err, replicates * OUTPUTS * sizeof *all);
    entropies(r, NULL, false, drawn_from);
    for (size_t b = 0; b < replicates; ++b) {
        double one[OUTPUTS];
        td_mi_resample(&p->common, b, r->t.n, r->weight);
        entropies(r, r->weight, p->correction, one);
        for (size_t k = 0; k < OUTPUTS; ++k)
            all[k * replicates + b] = one[k];
    }
    for (size_t k = 0; k < OUTPUTS; ++k) {
        double below, above;
        if (k == PATTERNS)
            continue;
        td_mi_quantiles(replicates, all + k * replicates, &below, &above);
        lo[k] = fmax(0, value[k] + drawn_from[k] - above);
        hi[k] = fmax(0, value[k] + drawn_from[k] - below);
    }
    td_free(all);
    return TD_OK;
}

static void warn(const struct binned *p, const struct td_bins *bins, const struct rows *r,
                 const struct td_matrix *in, char warning[TD_WARNING_MAX]) {
    size_t n = in->n, total = n * in->d;
    td_mi_warn_degenerate(warning, in);
    if (bins->outside && p->rule.method == TD_BINS_CLIPPED)
        td_mi_warn(warning, "%zu of %zu outside [%g,%g] are clipped", bins->outside, total,
                   p->rule.lower, p->rule.upper);
    else if (bins->outside)
        td_mi_warn(warning, "%zu of %zu below the lowest edge %.8g", bins->outside, total,
                   bins->edges[0]);
    if (n > 1 && r->t.count == 1 && !warning[0])
        td_mi_warn(warning, "all rows fall into one pattern");
    if (n > 1 && 10 * r->t.count > 9 * n)
        td_mi_warn(warning, "ceiling: %zu patterns in %zu rows; I(X;T) and I(T;Y) cannot be larger",
                   r->t.count, n);
    else if (n > 1 && 5 * r->t.count > n && (r->labelled || !r->inputs_differ))
        td_mi_warn(warning, "few samples: %zu patterns in %zu rows", r->t.count, n);
}

static td_status add_values(const struct binned *p, struct rows *r, const char *warning,
                            struct td_values *out, struct td_error *err) {
    double value[OUTPUTS], lo[OUTPUTS], hi[OUTPUTS];
    entropies(r, NULL, p->correction, value);
    td_status status = intervals(p, r, value, lo, hi, err);
    for (size_t k = 0; k < OUTPUTS && !status; ++k) {
        bool count = k == PATTERNS;
        if (k == Y && !r->labelled)
            continue;
        struct td_result result = {.name = outputs[k],
                                   .value =
                                       count ? value[k] : td_mi_from_bits(&p->common, value[k]),
                                   .lo = td_mi_from_bits(&p->common, lo[k]),
                                   .hi = td_mi_from_bits(&p->common, hi[k]),
                                   .unit = count ? "" : td_mi_unit_names[p->common.unit],
                                   .warning = warning};
        status = td_value_add(out, "mi-bins", &result, err);
    }
    return status;
}

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    const struct binned *p = params;
    struct td_bins bins = {0};
    struct rows rows = {0};
    char warning[TD_WARNING_MAX] = "";
    td_status status = td_check_rows(in, n_in, err);
    if (!status)
        status = td_bins_make(&bins, &p->rule, in, err);
    if (!status)
        status = make_rows(&rows, &bins, p->second, in, n_in, err);
    if (!status) {
        warn(p, &bins, &rows, in, warning);
        status = add_values(p, &rows, warning, out, err);
    }
    free_rows(&rows);
    td_bins_free(&bins);
    return status;
}

static const struct td_param table[] = {
    {.name = "method",
     .type = TD_CHOICE,
     .offset = offsetof(struct binned, rule.method),
     .initial = "width",
     .choices = method_names,
     .help = "clipped: `count` equal bins on [lower, upper]; width: bins of `width`, unlimited; "
             "equal-count: `count` bins with as many distinct values; ebab: the released adaptive "
             "binning with `count` bins; exact: no bins, patterns of the values themselves"},
    {.name = "count",
     .type = TD_INT,
     .offset = offsetof(struct binned, rule.count),
     .initial = "30",
     .min = 1,
     .max = 1e6,
     .help = "Number of bins (Shwartz-Ziv, Tishby 2017 and Chelombiev et al. 2019: 30)"},
    {.name = "lower",
     .type = TD_REAL,
     .offset = offsetof(struct binned, rule.lower),
     .initial = "-1",
     .help = "clipped: lower end of the first bin; smaller values fall into it, with a warning"},
    {.name = "upper",
     .type = TD_REAL,
     .offset = offsetof(struct binned, rule.upper),
     .initial = "1",
     .help = "clipped: upper end of the last bin; greater values fall into it, with a warning"},
    {.name = "width",
     .type = TD_REAL,
     .offset = offsetof(struct binned, rule.width),
     .initial = "0.07",
     .min = 0,
     .max = 1e300,
     .flags = TD_OPEN_MIN,
     .help = "width: width of a bin (Saxe et al. 2018: 0.07 in the code, 0.5 in the text)"},
    {.name = "floor",
     .type = TD_CHOICE,
     .offset = offsetof(struct binned, rule.floor),
     .initial = "min",
     .choices = floor_names,
     .help = "ebab: lowest edge: zero (released code: ReLU, softplus), minus-one (-1.000001: tanh, "
             "ELU), min (just below the least value: any activation), auto (zero if no value is "
             "negative, else min: bins as the released code's for all four)"},
    {.name = "tolerance",
     .type = TD_REAL,
     .offset = offsetof(struct binned, rule.tolerance),
     .initial = "1e-7",
     .min = 0,
     .max = 1,
     .help = "equal-count: values that differ by less than this share are one"},
    {.name = "correction",
     .type = TD_CHOICE,
     .offset = offsetof(struct binned, correction),
     .initial = "none",
     .choices = correction_names,
     .help = "Miller-Madow adds (K - 1) / (2 N) nats to every entropy, K patterns, N rows"},
    {.name = "second",
     .type = TD_CHOICE,
     .offset = offsetof(struct binned, second),
     .initial = "labels",
     .choices = second_names,
     .help = "What the second array is; a third one is the other"},
    TD_MI_UNIT_PARAM(binned),
    TD_MI_BOOTSTRAP_PARAM(binned),
    TD_MI_SEED_PARAM(binned),
    {0}};

const struct td_measure td_measure_mi_bins = {
    .kind = TD_KIND(
        "mi-bins",
        "Information in discretised activations. Every value gets a bin, a row's bins are its "
        "pattern T: x = I(X;T) = H(T) - H(T|X), entropy = H(T), y = I(T;Y) = H(T) - H(T|Y), by "
        "plug-in entropies. Without ids every row counts as an input of its own and H(T|X) = 0; "
        "with ids, rows of equal id are one input. Bias: plug-in entropies are about (K - 1) / (2 "
        "N) nats too low, I(T;Y) too high as patterns get rare: with one row a pattern x is log N "
        "and y is H(Y) whatever the labels. The number is one of net and bins: for a deterministic "
        "net, finer bins give more. Where the rows are all inputs there is no sampling error, and "
        "the interval (basic bootstrap) has no meaning.",
        "Shwartz-Ziv, Tishby 2017; Saxe et al. 2018; Chelombiev et al. 2019; Miller 1955", table,
        struct binned),
    .min_in = 1,
    .max_in = 3,
    .in_help = "t: activations (n, d); if wanted, labels (n, 1) and ids of the inputs (n, any), "
               "equal rows being one input",
    .outputs = outputs,
    .unit = "",
    .complexity =
        "O(n d) and a binary search a value in adaptive bins; each bootstrap replicate O(n)",
    .compute = compute,
};
