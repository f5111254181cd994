#include "measure/mi_pair.h"

#include <math.h>
#include <string.h>

#include "numeric/memory.h"

/* An estimate this close to the greatest one that N and k allow (nats) is no estimate. */
static const double near_ceiling = 0.1;

/* ---- copies ---- */

/* An order of arrays that does not depend on their places: negative, 0 (equal) or positive. */
static int order(const struct td_matrix *a, const struct td_matrix *b) {
    if (a->d != b->d)
        return a->d < b->d ? -1 : 1;
    for (size_t i = 0; i < a->n * a->d; ++i)
        if (a->v[i] != b->v[i])
            return a->v[i] < b->v[i] ? -1 : 1;
    return 0;
}

double *td_mi_jittered(const struct td_matrix *m, double jitter, uint64_t seed, unsigned layer,
                       double scale, struct td_error *err) {
    size_t total = m->n * m->d;
    double *v = td_calloc(total, sizeof *v), *most = td_calloc(m->d, sizeof *most);
    if (!v || !most) {
        td_fail_memory(err, total * sizeof *v);
        td_free(v);
        td_free(most);
        return NULL;
    }
    if (jitter > 0)
        td_random_dnormal(td_stream_make(seed, "jitter"), 0, layer, 0, total, v);
    for (size_t i = 0; i < total; ++i)
        most[i % m->d] = fmax(most[i % m->d], fabs(m->v[i] * scale));
    for (size_t i = 0; i < total; ++i)
        v[i] = m->v[i] * scale + v[i] * jitter * most[i % m->d];
    td_free(most);
    return v;
}

static bool constant(const struct td_matrix *m) {
    for (size_t i = m->d; i < m->n * m->d; ++i)
        if (m->v[i] != m->v[i - m->d])
            return false;
    return true;
}

td_status td_mi_pair_make(struct td_mi_pair *p, const struct td_mi_neighbour_options *o,
                          uint64_t seed, const struct td_matrix *in, struct td_error *err) {
    const struct td_matrix *x = &in[0], *y = &in[1];
    size_t n = x->n, d = x->d + y->d;
    double scale_x = td_unit_scale(n * x->d, x->v), scale_y = td_unit_scale(n * y->d, y->v);
    double scale = fmin(scale_x, scale_y);
    int place = order(x, y);
    memset(p, 0, sizeof *p);
    *p = (struct td_mi_pair){.n = n, .dx = x->d, .dy = y->d};
    p->k = (size_t)o->k < n ? (size_t)o->k : n - 1;
    p->degenerate = n == 1 || constant(x) || constant(y);
    if (p->degenerate)
        return TD_OK;
    p->x = td_mi_jittered(x, o->jitter, seed, place > 0, scale, err);
    p->y = p->x ? td_mi_jittered(y, o->jitter, seed, place < 0, scale, err) : NULL;
    if (!p->y)
        return err ? err->status : TD_FAILED;
    p->xy = td_calloc(n * d, sizeof *p->xy);
    if (!p->xy)
        return td_fail_memory(err, n * d * sizeof *p->xy);
    p->range_x = td_mi_range(n, x->d, p->x);
    p->range_y = td_mi_range(n, y->d, p->y);
    for (size_t i = 0; i < n; ++i) {
        memcpy(p->xy + i * d, p->x + i * x->d, x->d * sizeof *p->x);
        memcpy(p->xy + i * d + x->d, p->y + i * y->d, y->d * sizeof *p->y);
    }
    p->near_x = td_knn_create(n, x->d, p->x, TD_KNN_AUTO, err);
    p->near_y = p->near_x ? td_knn_create(n, y->d, p->y, TD_KNN_AUTO, err) : NULL;
    p->near_xy = p->near_y ? td_knn_create(n, d, p->xy, TD_KNN_AUTO, err) : NULL;
    return p->near_xy ? TD_OK : err ? err->status : TD_FAILED;
}

void td_mi_pair_free(struct td_mi_pair *p) {
    td_free(p->x);
    td_free(p->y);
    td_free(p->xy);
    td_knn_free(p->near_x);
    td_knn_free(p->near_y);
    td_knn_free(p->near_xy);
    memset(p, 0, sizeof *p);
}

/* ---- distances ---- */

double td_mi_pair_radius(const struct td_mi_pair *p, size_t i, double *distance, size_t *index,
                         struct td_mi_ties *ties) {
    size_t one_more = p->k + 1 < p->n ? p->k + 1 : p->k;
    td_knn_nearest(p->near_xy, p->xy + i * (p->dx + p->dy), i, one_more, distance, index);
    double radius = distance[p->k - 1];
    ties->duplicates += radius == 0;
    ties->flat_x += radius > p->range_x;
    ties->flat_y += radius > p->range_y;
    ties->tied += one_more > p->k && distance[p->k] == radius && radius > 0;
    return radius;
}

/* ---- values ---- */

static void warn(const struct td_mi_pair *p, const struct td_mi_options *o,
                 const struct td_mi_neighbour_options *k, const struct td_matrix *in, double nats,
                 double ceiling, const struct td_mi_ties *ties, char warning[TD_WARNING_MAX]) {
    td_mi_warn_degenerate(warning, &in[0]);
    if (p->n > 1)
        td_mi_warn_degenerate(warning, &in[1]);
    if (p->degenerate)
        return;
    if (p->k < (size_t)k->k)
        td_mi_warn(warning, "few samples: k = %zu for %zu rows", p->k, p->n);
    else if (p->n <= p->dx + p->dy)
        td_mi_warn(warning, "few samples: %zu rows of %zu columns", p->n, p->dx + p->dy);
    if (nats > ceiling - near_ceiling)
        td_mi_warn(warning,
                   "at its ceiling %.8g %s for N = %zu, k = %zu: the inputs determine each other, "
                   "the truth may be infinite",
                   td_mi_from_nats(o, ceiling), td_mi_unit_names[o->unit], p->n, p->k);
    if (p->n > 4 * p->k && (2 * ties->flat_x > p->n || 2 * ties->flat_y > p->n))
        td_mi_warn(warning, "%.40s varies less than neighbours are apart: rescale",
                   2 * ties->flat_x > p->n ? in[0].name : in[1].name);
    if (ties->duplicates)
        td_mi_warn(warning, "%zu rows have k duplicates", ties->duplicates);
    if (ties->repeated)
        td_mi_warn(warning, "values repeat: %zu rows", ties->repeated);
    if (ties->tied)
        td_mi_warn(warning, "ties: %zu rows", ties->tied);
}

td_status td_mi_pair_add(const struct td_mi_pair *p, const struct td_mi_options *o,
                         const struct td_mi_neighbour_options *k, const struct td_matrix *in,
                         const char *measure, const double *terms, double ceiling,
                         const struct td_mi_ties *ties, td_mi_compute *compute, const void *plain,
                         struct td_values *out, struct td_error *err) {
    char warning[TD_WARNING_MAX] = "";
    double nats = 0, lo = NAN, hi = NAN;
    td_status status = TD_OK;
    for (size_t i = 0; i < p->n && !p->degenerate; ++i)
        nats += terms[i];
    nats /= (double)p->n;
    warn(p, o, k, in, nats, ceiling, ties, warning);
    double value = td_mi_from_nats(o, nats);
    if (!p->degenerate)
        status = td_mi_subsample(o, compute, plain, in, value, &lo, &hi, err);
    if (status)
        return status;
    return td_value_add(out, measure,
                        &(struct td_result){.name = "",
                                            .value = value,
                                            .lo = lo,
                                            .hi = hi,
                                            .unit = td_mi_unit_names[o->unit],
                                            .warning = warning},
                        err);
}
