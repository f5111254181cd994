#include <math.h>

#include <gsl/gsl_sf_psi.h>

#include "measure/mi_pair.h"
#include "numeric/memory.h"

struct gao {
    struct td_mi_options common;
    struct td_mi_neighbour_options neighbours;
};

static double psi(size_t n) {
    return gsl_sf_psi_int((int)n);
}

/* Gao et al. 2017, algorithm 1, with the digamma functions and strict radii of the authors' code:
   psi(k~) + ln N - psi(n_x) - psi(n_y), counts with the row itself; where the k-th neighbour is at
   distance 0, k~, n_x, n_y are the numbers of equal rows. */
static double term(const struct td_mi_pair *p, size_t i, double radius) {
    bool equal = radius == 0;
    const double *x = p->x + i * p->dx, *y = p->y + i * p->dy, *xy = p->xy + i * (p->dx + p->dy);
    size_t k = equal ? td_knn_count(p->near_xy, xy, 0, true) : p->k;
    size_t nx = td_knn_count(p->near_x, x, radius, equal);
    size_t ny = td_knn_count(p->near_y, y, radius, equal);
    return psi(k) + log((double)p->n) - (psi(nx) + psi(ny));
}

static td_status find_terms(const struct td_mi_pair *p, double *terms, struct td_mi_ties *ties,
                            struct td_error *err) {
    double *distance = td_calloc(p->k + 1, sizeof *distance);
    if (!distance)
        return td_fail_memory(err, (p->k + 1) * sizeof *distance);
    for (size_t i = 0; i < p->n; ++i)
        terms[i] = term(p, i, td_mi_pair_radius(p, i, distance, NULL, ties));
    td_free(distance);
    return TD_OK;
}

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    const struct gao *o = params;
    struct gao plain = *o;
    struct td_mi_pair p = {0};
    struct td_mi_ties ties = {0};
    double *terms = NULL, ceiling = 0;
    td_status status = td_check_rows(in, n_in, err);
    plain.common.bootstrap = 0;
    if (!status)
        status = td_mi_pair_make(&p, &o->neighbours, (uint64_t)o->common.seed, in, err);
    if (!status && !p.degenerate) {
        terms = td_calloc(p.n, sizeof *terms);
        status = terms ? find_terms(&p, terms, &ties, err) : td_fail_memory(err, p.n * 8);
        ceiling = log((double)p.n) - psi(p.k);
        ties.tied = ties.duplicates = 0; /* which this estimator is made for */
    }
    if (!status)
        status = td_mi_pair_add(&p, &o->common, &o->neighbours, in, "mi-gao", terms, ceiling, &ties,
                                compute, &plain, out, err);
    td_free(terms);
    td_mi_pair_free(&p);
    return status;
}

static const struct td_param table[] = {TD_MI_K_PARAM(gao),    TD_MI_JITTER_PARAM(gao),
                                        TD_MI_UNIT_PARAM(gao), TD_MI_BOOTSTRAP_PARAM(gao),
                                        TD_MI_SEED_PARAM(gao), {0}};

static const char *const outputs[] = {"", NULL};

const struct td_measure td_measure_mi_gao = {
    .kind = TD_KIND(
        "mi-gao",
        "Mutual information of two variables of any kind: continuous, discrete, or mixed (a ReLU's "
        "zeros), by nearest neighbours in the maximum norm; where a row's neighbours are equal to "
        "it, equal rows are counted instead. Plug-in estimate for discrete, mi-ksg form 1 to O(1 / "
        "N) for continuous variables, with the same ceiling, ln N - psi(k) nats. Can be negative. "
        "Bias: as mi-ksg, too low for strong dependence and many columns, plug-in bias where rows "
        "are equal. Constant input or one row: 0 with a warning. Intervals: as mi-ksg's.",
        "Gao, Kannan, Oh, Viswanath 2017, algorithm 1", table, struct gao),
    .min_in = 2,
    .max_in = 2,
    .in_help = "x (n, dx); y (n, dy)",
    .outputs = outputs,
    .unit = "",
    .complexity =
        "O(n log n) in few dimensions (k-d tree), O(n^2 d) in many; an interval up to 16 times "
        "that",
    .compute = compute,
};
