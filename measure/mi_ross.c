#include <math.h>
#include <string.h>

#include <gsl/gsl_sf_psi.h>

#include "measure/mi_pair.h"
#include "numeric/memory.h"

struct ross {
    struct td_mi_options common;
    struct td_mi_neighbour_options neighbours;
};

static double psi(size_t n) {
    return gsl_sf_psi_int((int)n);
}

/* Rows in the order of their classes; classes of one row are left out of n. */
struct classes {
    struct td_groups of;
    size_t n, n_alone, d;
    double *x; /* (rows, d) */
    size_t *first, *row;
    double *kept_x; /* (n, d) */
    double *terms;  /* (n) */
    size_t fewest;  /* rows of the smallest class kept */
};

static td_status allocate_classes(struct classes *c, const struct td_matrix *in,
                                  struct td_error *err) {
    size_t total = in->n * in->d;
    c->x = td_calloc(total, sizeof *c->x);
    c->kept_x = td_calloc(total, sizeof *c->kept_x);
    c->first = td_calloc(c->of.count + 1, sizeof *c->first);
    c->row = td_calloc(in->n, sizeof *c->row);
    c->terms = td_calloc(in->n, sizeof *c->terms);
    if (!c->x || !c->kept_x || !c->first || !c->row || !c->terms)
        return td_fail_memory(err, total * sizeof *c->x);
    return TD_OK;
}

/* Rows of classes with at least two, in the order of classes. */
static void keep_classes(struct classes *c, size_t rows) {
    c->fewest = rows;
    for (size_t k = 0; k < c->of.count; ++k) {
        size_t at = c->first[k], n = c->first[k + 1] - at;
        if (n < 2) {
            c->n_alone += n;
            continue;
        }
        c->fewest = n < c->fewest ? n : c->fewest;
        memcpy(c->kept_x + c->n * c->d, c->x + at * c->d, n * c->d * sizeof *c->x);
        c->n += n;
    }
}

static td_status make_classes(struct classes *c, const struct ross *o, const struct td_matrix *in,
                              struct td_error *err) {
    double *jittered = NULL, scale = td_unit_scale(in->n * in->d, in->v);
    c->d = in->d;
    td_status status = td_mi_classes(&in[1], &c->of, err);
    if (!status)
        status = allocate_classes(c, in, err);
    if (!status) {
        jittered =
            td_mi_jittered(in, o->neighbours.jitter, (uint64_t)o->common.seed, 0, scale, err);
        status = jittered ? TD_OK : TD_FAILED;
    }
    if (!status) {
        td_mi_sort_rows(&c->of, c->d, jittered, c->x, c->first, c->row);
        keep_classes(c, in->n);
    }
    td_free(jittered);
    return status;
}

static void free_classes(struct classes *c) {
    td_groups_free(&c->of);
    td_free(c->x);
    td_free(c->kept_x);
    td_free(c->first);
    td_free(c->row);
    td_free(c->terms);
}

/* Ross 2014, eq. 1: psi(N) - psi(N_y) + psi(k) - psi(m), m rows of any class closer than the k-th
   neighbour of the own class, itself included. Where that is at distance 0, k and m are numbers of
   equal rows, as Gao et al. 2017 count. */
static td_status class_terms(struct classes *c, const struct td_knn *all, size_t at, size_t n,
                             size_t most_k, struct td_mi_ties *ties, struct td_error *err) {
    size_t k = most_k < n ? most_k : n - 1, one_more = k + 1 < n ? k + 1 : k;
    const double *x = c->kept_x + at * c->d;
    struct td_knn *own = td_knn_create(n, c->d, x, TD_KNN_AUTO, err);
    double *distance = td_calloc(k + 1, sizeof *distance);
    td_status status = own ? TD_OK : TD_FAILED;
    if (!status && !distance)
        status = td_fail_memory(err, (k + 1) * sizeof *distance);
    for (size_t i = 0; i < n && !status; ++i) {
        const double *q = x + i * c->d;
        td_knn_nearest(own, q, i, one_more, distance, NULL);
        double radius = distance[k - 1];
        bool equal = radius == 0;
        size_t near = equal ? td_knn_count(own, q, 0, true) : k;
        size_t m = td_knn_count(all, q, radius, equal);
        ties->duplicates += equal;
        ties->tied += !equal && one_more > k && distance[k] == radius;
        c->terms[at + i] = psi(c->n) - psi(n) + psi(near) - psi(m);
    }
    td_free(distance);
    td_knn_free(own);
    return status;
}

static td_status find_terms(struct classes *c, size_t k, struct td_mi_ties *ties,
                            struct td_error *err) {
    if (c->n == 0)
        return TD_OK;
    struct td_knn *all = td_knn_create(c->n, c->d, c->kept_x, TD_KNN_AUTO, err);
    td_status status = all ? TD_OK : TD_FAILED;
    size_t at = 0;
    for (size_t g = 0; g < c->of.count && !status; ++g) {
        size_t n = c->first[g + 1] - c->first[g];
        if (n < 2)
            continue;
        status = class_terms(c, all, at, n, k, ties, err);
        at += n;
    }
    td_knn_free(all);
    return status;
}

static void warn(const struct classes *c, const struct ross *o, const struct td_matrix *in,
                 const struct td_mi_ties *ties, char warning[TD_WARNING_MAX]) {
    td_mi_warn_degenerate(warning, in);
    if (in->n > 1 && c->n == 0)
        td_mi_warn(warning, "no class has two rows");
    else if (in->n > 1 && c->n_alone)
        td_mi_warn(warning, "%zu rows are alone in their class and left out", c->n_alone);
    if (in->n > 1 && c->of.count == 1)
        td_mi_warn(warning, "one class");
    if (c->n && c->fewest <= (size_t)o->neighbours.k)
        td_mi_warn(warning, "few samples: a class of %zu rows", c->fewest);
    else if (in->n > 1 && in->n <= in->d)
        td_mi_warn(warning, "few samples: %zu rows of %zu columns", in->n, in->d);
    if (ties->duplicates && !warning[0])
        td_mi_warn(warning, "%zu rows have k duplicates: equal rows are counted", ties->duplicates);
    if (ties->tied)
        td_mi_warn(warning, "ties: %zu rows", ties->tied);
}

static td_mi_compute compute;

static td_status add_value(const struct classes *c, const struct ross *o,
                           const struct td_matrix *in, const char *warning, struct td_values *out,
                           struct td_error *err) {
    struct ross plain = *o;
    double nats = 0, lo = NAN, hi = NAN;
    for (size_t i = 0; i < c->n; ++i)
        nats += c->terms[i];
    double value = c->n ? td_mi_from_nats(&o->common, nats / (double)c->n) : 0;
    td_status status = TD_OK;
    plain.common.bootstrap = 0;
    if (c->n && c->of.count > 1)
        status = td_mi_subsample(&o->common, compute, &plain, in, value, &lo, &hi, err);
    if (status)
        return status;
    return td_value_add(out, "mi-ross",
                        &(struct td_result){.name = "",
                                            .value = value,
                                            .lo = lo,
                                            .hi = hi,
                                            .unit = td_mi_unit_names[o->common.unit],
                                            .warning = warning},
                        err);
}

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    const struct ross *o = params;
    struct classes c = {0};
    struct td_mi_ties ties = {0};
    char warning[TD_WARNING_MAX] = "";
    td_status status = td_check_rows(in, n_in, err);
    if (!status)
        status = make_classes(&c, o, in, err);
    if (!status)
        status = find_terms(&c, (size_t)o->neighbours.k, &ties, err);
    if (!status) {
        warn(&c, o, in, &ties, warning);
        status = add_value(&c, o, in, warning, out, err);
    }
    free_classes(&c);
    return status;
}

static const struct td_param table[] = {TD_MI_K_PARAM(ross),    TD_MI_JITTER_PARAM(ross),
                                        TD_MI_UNIT_PARAM(ross), TD_MI_BOOTSTRAP_PARAM(ross),
                                        TD_MI_SEED_PARAM(ross), {0}};

static const char *const outputs[] = {"", NULL};

const struct td_measure td_measure_mi_ross = {
    .kind = TD_KIND(
        "mi-ross",
        "I(T;Y) of a continuous variable and a class, by nearest neighbours in the maximum norm: "
        "among the k nearest of the own class, how many rows of any class. At most about H(Y). Can "
        "be negative when the truth is near 0. Rows alone in their class are left out with a "
        "warning; in classes of k rows or fewer k is the others' number. Equal rows are counted as "
        "mi-gao does. One row, one class or constant input: 0 with a warning. Bias: too low while "
        "classes are small (0.07 bits for 5 classes in 100 rows of one column, nothing to see in "
        "2000), and in many columns. Intervals: as mi-ksg's.",
        "Ross 2014, eq. 1", table, struct ross),
    .min_in = 2,
    .max_in = 2,
    .in_help = "t: activations (n, d); labels (n, 1)",
    .outputs = outputs,
    .unit = "",
    .complexity =
        "O(n log n) in few dimensions (k-d tree), O(n^2 d) in many; an interval up to 16 times "
        "that",
    .compute = compute,
};
