#include <math.h>

#include "measure/spectrum.h"
#include "measure/support.h"

struct ratio {
    bool center;
};

/* (sum l)^2 / sum l^2 needs no eigenvalues: sum l = trace, sum l^2 = squared Frobenius norm. */
static double ratio_of(const struct td_gram *g) {
    double trace = 0, squares = 0;
    for (size_t i = 0; i < g->k; ++i) {
        trace += g->v[i * g->k + i];
        for (size_t j = 0; j < g->k; ++j)
            squares += g->v[i * g->k + j] * g->v[i * g->k + j];
    }
    return trace * trace / squares;
}

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    const struct ratio *p = params;
    struct td_gram g;
    char warning[TD_WARNING_MAX];
    td_status status = td_check_rows(in, n_in, err);
    if (!status)
        status = td_gram_make(in, p->center, &g, err);
    if (status)
        return status;
    struct td_result result = {.name = "",
                               .value = g.zero ? 0 : ratio_of(&g),
                               .lo = NAN,
                               .hi = NAN,
                               .unit = "dimensions",
                               .warning = td_gram_warning(in, p->center, &g, warning)};
    td_gram_free(&g);
    return td_value_add(out, "participation-ratio", &result, err);
}

static const struct td_param table[] = {
    {.name = "center",
     .type = TD_BOOL,
     .offset = offsetof(struct ratio, center),
     .initial = "true",
     .help = "Subtract column means; false: second moments instead of covariance"},
    {0}};

static const char *const outputs[] = {"", NULL};

const struct td_measure td_measure_participation_ratio = {
    .kind = TD_KIND("participation-ratio",
                    "Dimensionality (sum l)^2 / sum l^2 of the eigenvalues l of the features' "
                    "covariance: d if all are equal, 1 if one stands out. Biased downwards when "
                    "samples are few. Constant input or one sample: 0 with a warning.",
                    "Gao et al. 2017", table, struct ratio),
    .min_in = 1,
    .max_in = 1,
    .in_help = "x: activations (n, d), rows are samples",
    .outputs = outputs,
    .unit = "dimensions",
    .complexity = "O(n d min(n, d))",
    .compute = compute,
};
