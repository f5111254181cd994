#include <math.h>
#include <string.h>

#include "measure/kde.h"
#include "measure/mi_common.h"
#include "numeric/memory.h"

enum variant { FIXED, ADAPTIVE, RELEASED };
static const char *const variant_names[] = {"fixed", "adaptive", "released", NULL};

/* The released code of Chelombiev et al. 2019 adds noise of this standard deviation, takes absolute
   values, and then takes this variance. */
static const double released_sd = 0.01, released_variance = 0.01;

struct kde {
    struct td_mi_options common;
    int variant;
    double variance, power;
};

enum output { X_UPPER, X_LOWER, H_UPPER, H_LOWER, VARIANCE, Y_UPPER, Y_LOWER };
static const char *const outputs[] = {"x-upper",  "x-lower", "entropy-upper", "entropy-lower",
                                      "variance", "y-upper", "y-lower",       NULL};

struct samples {
    size_t n, d;
    double *x; /* (n, d), |x| <= 1, in the order of classes */
    double scale;
    double log_variance;      /* of the noise, in the activations' own units */
    struct td_groups classes; /* n: 0 if there are no labels */
    size_t *first, *row;
    double range;                 /* greatest spread of a column, scaled */
    double *all[TD_KDE_BOUNDS];   /* (n) terms of the bound on I(X;T), in the order of classes */
    double *class[TD_KDE_BOUNDS]; /* (n) the same within the row's class */
};

/* ---- samples ---- */

static double greatest(size_t n, const double *x) {
    double most = 0;
    for (size_t i = 0; i < n; ++i)
        most = fmax(most, fabs(x[i]));
    return most;
}

/* As the released code does before it estimates; half of x at a time, for the sum's range. */
static void add_noise(const struct kde *p, size_t n, double *x) {
    enum { CHUNK = 256 };
    double noise[CHUNK];
    struct td_stream stream = td_stream_make((uint64_t)p->common.seed, "kde noise");
    for (size_t i = 0; i < n; i += CHUNK) {
        size_t m = n - i < CHUNK ? n - i : CHUNK;
        td_random_dnormal(stream, 0, 0, i, m, noise);
        for (size_t j = 0; j < m; ++j)
            x[i + j] = fmin(fabs(x[i + j] + released_sd * noise[j]), 1.7e308);
    }
}

/* ln s2; a layer without activity, whose scale is 0, is as good as constant. */
static double log_variance(const struct kde *p, double most) {
    if (p->variant == RELEASED)
        return log(released_variance);
    if (p->variant == FIXED || most == 0)
        return log(p->variance);
    return log(p->variance) + p->power * log(most);
}

static td_status allocate_samples(struct samples *s, struct td_error *err) {
    size_t n = s->n, total = n * s->d;
    bool made = (s->x = td_calloc(total, sizeof *s->x)) != NULL;
    made &= (s->row = td_calloc(n, sizeof *s->row)) != NULL;
    made &= (s->first = td_calloc(s->classes.count + 1, sizeof *s->first)) != NULL;
    for (size_t b = 0; b < TD_KDE_BOUNDS; ++b) {
        made &= (s->all[b] = td_calloc(n, sizeof(double))) != NULL;
        made &= (s->class[b] = td_calloc(n, sizeof(double))) != NULL;
    }
    return made ? TD_OK : td_fail_memory(err, total * sizeof *s->x);
}

static td_status make_samples(struct samples *s, const struct kde *p, const struct td_matrix *in,
                              size_t n_in, struct td_error *err) {
    size_t total = in->n * in->d;
    double *copy = td_calloc(total, sizeof *copy);
    td_status status = copy ? TD_OK : td_fail_memory(err, total * sizeof *copy);
    s->n = in->n;
    s->d = in->d;
    if (!status)
        status = n_in > 1 ? td_mi_classes(&in[1], &s->classes, err)
                          : td_groups_make(&s->classes, in->n, err);
    if (!status)
        status = allocate_samples(s, err);
    if (!status) {
        memcpy(copy, in->v, total * sizeof *copy);
        if (p->variant == RELEASED)
            add_noise(p, total, copy);
        s->scale = td_unit_scale(total, copy);
        s->log_variance = log_variance(p, greatest(total, copy));
        td_mi_sort_rows(&s->classes, s->d, copy, s->x, s->first, s->row);
        for (size_t i = 0; i < total; ++i)
            s->x[i] *= s->scale;
        s->range = td_mi_range(s->n, s->d, s->x);
    }
    td_free(copy);
    return status;
}

static void free_samples(struct samples *s) {
    td_free(s->x);
    td_free(s->row);
    td_free(s->first);
    td_groups_free(&s->classes);
    for (size_t b = 0; b < TD_KDE_BOUNDS; ++b) {
        td_free(s->all[b]);
        td_free(s->class[b]);
    }
}

static td_status make_terms(struct samples *s, const struct kde *p, bool labelled,
                            struct td_error *err) {
    double log_rate = -log(8) - s->log_variance - 2 * log(s->scale);
    bool influence = p->common.bootstrap > 0;
    struct td_kde_classes classes = {s->classes.count, s->first};
    td_status status = td_kde_terms(s->n, s->d, s->x, log_rate, labelled ? &classes : NULL,
                                    influence, s->all, labelled ? s->class : NULL, err);
    for (size_t b = 0; b < TD_KDE_BOUNDS && labelled && !status; ++b)
        for (size_t i = 0; i < s->n; ++i)
            s->class[b][i] = s->all[b][i] - s->class[b][i];
    return status;
}

/* ---- values ---- */

static double mean(size_t n, const double *v) {
    double sum = 0;
    for (size_t i = 0; i < n; ++i)
        sum += v[i];
    return sum / (double)n;
}

/* A value that is a mean of terms: information, or entropy: `added` nats more. */
static td_status add_mean(const struct kde *p, const struct samples *s, const char *name,
                          const double *terms, double added, const char *warning,
                          struct td_values *out, struct td_error *err) {
    const struct td_mi_options *o = &p->common;
    struct td_result result = {.name = name, .unit = td_mi_unit_names[o->unit], .warning = warning};
    td_status status = td_mi_bootstrap_mean(o, s->n, terms, &result.lo, &result.hi, err);
    if (status)
        return status;
    result.value = td_mi_from_nats(o, mean(s->n, terms) + added);
    result.lo = td_mi_from_nats(o, result.lo + added);
    result.hi = td_mi_from_nats(o, result.hi + added);
    return td_value_add(out, "mi-kde", &result, err);
}

/* Noise so large that no two rows differ by a tenth of its standard deviation: all information is
   nearly 0, often because activities share an offset that the adaptive variance grows with. */
static bool noise_hides_all(const struct samples *s) {
    return s->n > 1 && s->range > 0 &&
           2 * log(s->range / s->scale) + log((double)s->d) < s->log_variance + log(0.01);
}

/* Why a value that rests on the terms of one bound cannot be trusted. */
static void warn(const struct kde *p, const struct samples *s, enum td_kde_bound bound,
                 const char *degenerate, char warning[TD_WARNING_MAX]) {
    double ceiling = log((double)s->n);
    td_mi_warn(warning, "%s", degenerate);
    if (s->n > 1 && mean(s->n, s->all[bound]) > 0.99 * ceiling)
        td_mi_warn(warning,
                   "ceiling: log N = %.7g %s; all rows are told apart, more rows would give more",
                   td_mi_from_nats(&p->common, ceiling), td_mi_unit_names[p->common.unit]);
    if (noise_hides_all(s))
        td_mi_warn(warning, "noise of sd %.3g hides all differences (at most %.3g a column)",
                   fmin(exp(s->log_variance / 2), 1.7e308), s->range / s->scale);
}

/* I(X;T') and h(T') from both bounds. */
static td_status add_information(const struct kde *p, const struct samples *s,
                                 const char *degenerate, struct td_values *out,
                                 struct td_error *err) {
    /* h(T') - I(X;T') = h(T'|X) = d/2 (ln(2 pi s2) + 1), whichever bound */
    double noise = (double)s->d / 2 * (log(2 * M_PI) + 1 + s->log_variance);
    td_status status = TD_OK;
    for (size_t k = X_UPPER; k <= H_LOWER && !status; ++k) {
        char warning[TD_WARNING_MAX] = "";
        enum td_kde_bound bound = k == X_UPPER || k == H_UPPER ? TD_KDE_UPPER : TD_KDE_LOWER;
        warn(p, s, bound, degenerate, warning);
        status =
            add_mean(p, s, outputs[k], s->all[bound], k >= H_UPPER ? noise : 0, warning, out, err);
    }
    return status;
}

static td_status add_values(const struct kde *p, const struct samples *s, bool labelled,
                            const char *degenerate, struct td_values *out, struct td_error *err) {
    td_status status = add_information(p, s, degenerate, out, err);
    if (!status)
        status = td_value_add(out, "mi-kde",
                              &(struct td_result){.name = outputs[VARIANCE],
                                                  .value = fmin(exp(s->log_variance), 1.7e308),
                                                  .lo = NAN,
                                                  .hi = NAN,
                                                  .warning = degenerate},
                              err);
    for (size_t b = 0; b < TD_KDE_BOUNDS && labelled && !status; ++b) {
        char warning[TD_WARNING_MAX] = "";
        warn(p, s, (enum td_kde_bound)b, degenerate, warning);
        status = add_mean(p, s, outputs[Y_UPPER + b], s->class[b], 0, warning, out, err);
    }
    return status;
}

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    const struct kde *p = params;
    struct samples s = {0};
    bool labelled = n_in > 1;
    char degenerate[TD_WARNING_MAX] = "";
    td_status status = td_check_rows(in, n_in, err);
    if (!status)
        status = make_samples(&s, p, in, n_in, err);
    if (!status)
        status = make_terms(&s, p, labelled, err);
    if (!status) {
        td_mi_warn_degenerate(degenerate, in);
        status = add_values(p, &s, labelled, degenerate, out, err);
    }
    free_samples(&s);
    return status;
}

static const struct td_param table[] = {
    {.name = "variant",
     .type = TD_CHOICE,
     .offset = offsetof(struct kde, variant),
     .initial = "fixed",
     .choices = variant_names,
     .help = "fixed: noise of `variance`; adaptive: variance * max|t|^power; released: the "
             "published code of Chelombiev et al. (noise of sd 0.01 is added, |t| taken, variance "
             "0.01)"},
    {.name = "variance",
     .type = TD_REAL,
     .offset = offsetof(struct kde, variance),
     .initial = "1e-3",
     .min = 0,
     .max = 1e300,
     .flags = TD_OPEN_MIN,
     .help =
         "Noise variance (Saxe et al. 2018: 1e-3, on MNIST 1e-1), or its share of max|t|^power"},
    {.name = "power",
     .type = TD_REAL,
     .offset = offsetof(struct kde, power),
     .initial = "2",
     .min = 0,
     .max = 10,
     .help = "adaptive: 2 makes the estimate independent of the activations' scale"},
    TD_MI_UNIT_PARAM(kde),
    TD_MI_BOOTSTRAP_PARAM(kde),
    TD_MI_SEED_PARAM(kde),
    {0}};

const struct td_measure td_measure_mi_kde = {
    .kind = TD_KIND(
        "mi-kde",
        "Pairwise bounds on the information in T' = T + Gaussian noise, rows being equally likely "
        "inputs: x = I(X;T'), entropy = differential h(T'), y = h(T') - sum_y p(y) h(T'|y), each "
        "from the upper and the lower bound on entropies (so y is bracketed by neither), and the "
        "noise variance used. x lies in [0, log N]. The noise is an assumption of the estimate "
        "unless the net really has it: less noise gives more information. One row: x is 0. Bias: "
        "none where the rows are all the inputs there are, which "
        "the bounds then enclose; rows that sample more inputs know less than all would. "
        "Intervals: bootstrap of the influence function.",
        "Kolchinsky, Tracey 2017, eq. 10 and 13; Saxe et al. 2018; Chelombiev et al. 2019", table,
        struct kde),
    .min_in = 1,
    .max_in = 2,
    .in_help = "t: activations (n, d); labels (n, 1), if y is wanted",
    .outputs = outputs,
    .unit = "",
    .complexity = "O(n^2 d), with intervals twice that; memory O(n d)",
    .compute = compute,
};
