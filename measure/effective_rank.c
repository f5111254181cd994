#include <math.h>

#include "measure/spectrum.h"
#include "measure/support.h"
#include "numeric/linalg.h"
#include "numeric/memory.h"

enum spectrum { SPECTRUM_EIGENVALUES, SPECTRUM_SINGULAR_VALUES };
static const char *const spectrum_names[] = {"eigenvalues", "singular-values", NULL};

struct rank {
    int spectrum;
    bool center;
};

/* exp of the entropy of w / sum w; negative rounding errors count as 0. */
static double entropy_rank(size_t k, const double *w, bool roots) {
    double sum = 0, entropy = 0;
    for (size_t i = 0; i < k; ++i)
        sum += w[i] > 0 ? (roots ? sqrt(w[i]) : w[i]) : 0;
    for (size_t i = 0; i < k; ++i) {
        double p = w[i] > 0 ? (roots ? sqrt(w[i]) : w[i]) / sum : 0;
        if (p > 0)
            entropy -= p * log(p);
    }
    return exp(entropy);
}

/* Eigenvalues below this share of the largest are rounding errors of the Gram matrix. */
static double noise_floor(size_t k) {
    return (double)k * 2.3e-16;
}

static td_status rank_of(const struct td_gram *g, bool roots, double *out, struct td_error *err) {
    double *w = td_calloc(g->k, sizeof *w);
    if (!w)
        return td_fail_memory(err, g->k * sizeof *w);
    td_status status = td_eigh(g->k, g->v, w, NULL, err);
    if (!status) {
        double most = w[g->k - 1];
        for (size_t i = 0; i < g->k; ++i)
            w[i] = w[i] > noise_floor(g->k) * most ? w[i] : 0;
        *out = entropy_rank(g->k, w, roots);
    }
    td_free(w);
    return status;
}

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    const struct rank *p = params;
    struct td_gram g;
    double rank = 0;
    char warning[TD_WARNING_MAX];
    td_status status = td_check_rows(in, n_in, err);
    if (!status)
        status = td_gram_make(in, p->center, &g, err);
    if (status)
        return status;
    if (!g.zero)
        status = rank_of(&g, p->spectrum == SPECTRUM_SINGULAR_VALUES, &rank, err);
    td_gram_warning(in, p->center, &g, warning);
    td_gram_free(&g);
    if (status)
        return status;
    return td_value_add(out, "effective-rank",
                        &(struct td_result){.name = "",
                                            .value = rank,
                                            .lo = NAN,
                                            .hi = NAN,
                                            .unit = "dimensions",
                                            .warning = warning},
                        err);
}

static const struct td_param table[] = {
    {.name = "spectrum",
     .type = TD_CHOICE,
     .offset = offsetof(struct rank, spectrum),
     .initial = "eigenvalues",
     .choices = spectrum_names,
     .help = "Whose shares the entropy is of: the covariance's eigenvalues, or their roots, the "
             "singular values of the data"},
    {.name = "center",
     .type = TD_BOOL,
     .offset = offsetof(struct rank, center),
     .initial = "true",
     .help = "Subtract column means; false (with singular-values): the rank of a weight matrix"},
    {0}};

static const char *const outputs[] = {"", NULL};

const struct td_measure td_measure_effective_rank = {
    .kind =
        TD_KIND("effective-rank",
                "exp of the entropy of the normalised spectrum: d if all eigenvalues are equal, "
                "1 if one stands out. Constant input or one sample: 0 with a warning.",
                "Roy, Vetterli 2007, definition 1 (for singular values)", table, struct rank),
    .min_in = 1,
    .max_in = 1,
    .in_help = "x: activations (n, d), rows are samples; or a weight matrix",
    .outputs = outputs,
    .unit = "dimensions",
    .complexity = "O(n d k + k^3), k = min(n, d)",
    .compute = compute,
};
