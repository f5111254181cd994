#include <math.h>

#include <gsl/gsl_sf_psi.h>

#include "measure/mi_pair.h"
#include "numeric/memory.h"

enum form { FORM_1, FORM_2 };
static const char *const form_names[] = {"1", "2", NULL};

struct ksg {
    struct td_mi_options common;
    struct td_mi_neighbour_options neighbours;
    int form;
};

static double psi(size_t n) {
    return gsl_sf_psi_int((int)n);
}

/* Points of one variable closer to row i than `radius` (or as far, if closed), without itself. */
static size_t others(const struct td_knn *near, const double *q, double radius, bool closed) {
    size_t count = td_knn_count(near, q, radius, closed);
    return count ? count - 1 : 0; /* nothing is closer than 0 */
}

static double reach(size_t d, const double *v, size_t i, size_t k, const size_t *index) {
    double most = 0;
    for (size_t j = 0; j < k; ++j)
        for (size_t c = 0; c < d; ++c)
            most = fmax(most, fabs(v[index[j] * d + c] - v[i * d + c]));
    return most;
}

/* Kraskov et al. 2004, eq. 8: psi(k) - psi(n_x + 1) - psi(n_y + 1) + psi(N), n_x, n_y strictly
   closer than the k-th neighbour. Added so that exchanging x and y changes no bit. */
static double term_1(const struct td_mi_pair *p, size_t i, double radius) {
    size_t nx = others(p->near_x, p->x + i * p->dx, radius, false);
    size_t ny = others(p->near_y, p->y + i * p->dy, radius, false);
    return psi(p->k) + psi(p->n) - (psi(nx + 1) + psi(ny + 1));
}

/* Eq. 9: psi(k) - 1/k - psi(n_x) - psi(n_y) + psi(N), n_x, n_y within the k neighbours' reach in
   each variable. */
static double term_2(const struct td_mi_pair *p, size_t i, const size_t *index) {
    const double *x = p->x + i * p->dx, *y = p->y + i * p->dy;
    size_t nx = others(p->near_x, x, reach(p->dx, p->x, i, p->k, index), true);
    size_t ny = others(p->near_y, y, reach(p->dy, p->y, i, p->k, index), true);
    return psi(p->k) - 1 / (double)p->k + psi(p->n) - (psi(nx) + psi(ny));
}

static td_status find_terms(const struct td_mi_pair *p, int form, double *terms,
                            struct td_mi_ties *ties, struct td_error *err) {
    double *distance = td_calloc(p->k + 1, sizeof *distance);
    size_t *index = td_calloc(p->k + 1, sizeof *index);
    td_status status = distance && index ? TD_OK : td_fail_memory(err, (p->k + 1) * 8);
    for (size_t i = 0; i < p->n && !status; ++i) {
        double radius = td_mi_pair_radius(p, i, distance, form == FORM_2 ? index : NULL, ties);
        terms[i] = form == FORM_2 ? term_2(p, i, index) : term_1(p, i, radius);
    }
    td_free(distance);
    td_free(index);
    return status;
}

/* Rows that equal an earlier one: the variable is not continuous. */
static td_status count_repeated(const struct ksg *o, const struct td_matrix *in,
                                struct td_mi_ties *ties, struct td_error *err) {
    td_status status = TD_OK;
    for (size_t i = 0; i < 2 && !status && o->neighbours.jitter == 0; ++i) {
        struct td_groups groups = {0};
        status = td_groups_of_rows(&groups, &in[i], err);
        if (!status && in[i].n - groups.count > ties->repeated)
            ties->repeated = in[i].n - groups.count;
        td_groups_free(&groups);
    }
    return status;
}

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    const struct ksg *o = params;
    struct ksg plain = *o;
    struct td_mi_pair p = {0};
    struct td_mi_ties ties = {0};
    double *terms = NULL, ceiling = 0;
    td_status status = td_check_rows(in, n_in, err);
    plain.common.bootstrap = 0;
    if (!status)
        status = td_mi_pair_make(&p, &o->neighbours, (uint64_t)o->common.seed, in, err);
    if (!status && !p.degenerate) {
        terms = td_calloc(p.n, sizeof *terms);
        status = terms ? find_terms(&p, o->form, terms, &ties, err) : td_fail_memory(err, p.n * 8);
        if (!status)
            status = count_repeated(o, in, &ties, err);
        ceiling = psi(p.n) - psi(p.k) - (o->form == FORM_2 ? 1 / (double)p.k : 0);
    }
    if (!status)
        status = td_mi_pair_add(&p, &o->common, &o->neighbours, in, "mi-ksg", terms, ceiling, &ties,
                                compute, &plain, out, err);
    td_free(terms);
    td_mi_pair_free(&p);
    return status;
}

static const struct td_param table[] = {
    TD_MI_K_PARAM(ksg),
    {.name = "form",
     .type = TD_CHOICE,
     .offset = offsetof(struct ksg, form),
     .initial = "1",
     .choices = form_names,
     .help = "1: one radius for both variables (eq. 8), less variance; 2: one for each (eq. 9), "
             "less bias in many dimensions"},
    TD_MI_JITTER_PARAM(ksg),
    TD_MI_UNIT_PARAM(ksg),
    TD_MI_BOOTSTRAP_PARAM(ksg),
    TD_MI_SEED_PARAM(ksg),
    {0}};

static const char *const outputs[] = {"", NULL};

const struct td_measure td_measure_mi_ksg = {
    .kind = TD_KIND(
        "mi-ksg",
        "Mutual information of two continuous variables by nearest neighbours in the maximum "
        "norm. Can be negative when the truth is near 0. Cannot exceed psi(N) - psi(k) nats: if "
        "one variable determines the other the truth is infinite and the ceiling is all there is, "
        "with a warning. Bias: too low for strong dependence and many dimensions. Meant for "
        "variables without ties: with `jitter=0` ties are counted as they are (and warned of), and "
        "values that repeat belong to mi-gao or mi-ross (form 2 is far too low there). Columns are "
        "not rescaled. Constant input "
        "or one row: 0 with a warning. Intervals: the spread of "
        "estimates from random thirds of the rows, scaled (bias is not in them), from 40 rows on.",
        "Kraskov, Stögbauer, Grassberger 2004, eq. 8 and 9", table, struct ksg),
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
