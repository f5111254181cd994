#include "measure/entropy_bins.h"

#include <math.h>
#include <string.h>

#include "measure/ascending.h"
#include "numeric/memory.h"

/* The released code's lowest edge for tanh and ELU. */
static const double low_minus_one = -1.000001;

/* Sorted distinct values of v[n], in place; a value within `tolerance` of the one before it (of any
   that came to be part of it) is the same. Returns their number. room (n): scratch. */
static size_t make_unique(size_t n, double *v, double *room, double tolerance) {
    size_t count = 0;
    double last = 0;
    td_sort_ascending(n, v, room);
    for (size_t i = 0; i < n; ++i) {
        double x = v[i];
        bool same = count && (x == last || x - last <= tolerance * fmax(fabs(x), fabs(last)));
        last = x;
        if (!same)
            v[count++] = x;
    }
    return count;
}

/* u[floor(i U / n)]: no product overflows, as n < 2^31 */
static double rank_value(const double *u, size_t n_unique, size_t i, size_t n) {
    return u[n_unique / n * i + n_unique % n * i / n];
}

static void equal_count_edges(struct td_bins *bins, const double *u, size_t n_unique) {
    size_t n = (size_t)bins->rule->count;
    if (n > n_unique)
        n = n_unique;
    for (size_t i = 0; i < n; ++i) /* values below the first edge cannot occur */
        bins->edges[bins->n_edges++] = rank_value(u, n_unique, i, n);
}

static double ebab_low(const struct td_bins *bins, double least) {
    switch (bins->rule->floor) {
    case TD_FLOOR_ZERO:
        return 0;
    case TD_FLOOR_MINUS_ONE:
        return low_minus_one;
    case TD_FLOOR_AUTO:
        return least >= 0 ? 0 : nextafter(least, -INFINITY);
    default:
        return nextafter(least, -INFINITY);
    }
}

static void ebab_edges(struct td_bins *bins, double *u, size_t n_unique) {
    size_t n = (size_t)bins->rule->count, kept = 0;
    double low = ebab_low(bins, u[0]);
    for (size_t i = 0; i < n_unique; ++i)
        if (u[i] != low)
            u[kept++] = u[i];
    bins->edges[bins->n_edges++] = low;
    for (size_t i = 0; i < n && kept; ++i) {
        double edge = rank_value(u, kept, i, n);
        if (edge > bins->edges[bins->n_edges - 1]) /* of equal edges the last counts */
            bins->edges[bins->n_edges++] = edge;
    }
    if (kept && u[kept - 1] > bins->edges[bins->n_edges - 1])
        bins->edges[bins->n_edges++] = u[kept - 1];
}

static td_status adaptive_edges(struct td_bins *bins, const struct td_matrix *x,
                                struct td_error *err) {
    size_t total = x->n * x->d;
    double *u = td_calloc(total, sizeof *u), *room = td_calloc(total, sizeof *room);
    bins->edges = td_calloc((size_t)bins->rule->count + 2, sizeof *bins->edges);
    td_status status = u && room && bins->edges ? TD_OK : td_fail_memory(err, total * sizeof *u);
    if (!status) {
        bool ebab = bins->rule->method == TD_BINS_EBAB;
        memcpy(u, x->v, total * sizeof *u);
        size_t n_unique = make_unique(total, u, room, ebab ? 0 : bins->rule->tolerance);
        if (ebab)
            ebab_edges(bins, u, n_unique);
        else
            equal_count_edges(bins, u, n_unique);
    }
    td_free(u);
    td_free(room);
    return status;
}

static td_status check_width(const struct td_bins *bins, const struct td_matrix *x,
                             struct td_error *err) {
    for (size_t i = 0; i < x->n * x->d; ++i)
        if (!isfinite(x->v[i] / bins->rule->width))
            return td_fail(err, TD_BAD_INPUT,
                           "%s: row %zu is %g: divided by the width of a bin, %g, it overflows "
                           "double precision",
                           x->name, i / x->d, x->v[i], bins->rule->width);
    return TD_OK;
}

td_status td_bins_make(struct td_bins *bins, const struct td_bins_rule *rule,
                       const struct td_matrix *x, struct td_error *err) {
    double least = -INFINITY, most = INFINITY;
    td_status status = TD_OK;
    *bins = (struct td_bins){.rule = rule};
    if (rule->method == TD_BINS_CLIPPED) {
        if (!(rule->lower < rule->upper))
            return td_fail(err, TD_BAD_INPUT, "bins: lower (%g) must be less than upper (%g)",
                           rule->lower, rule->upper);
        least = rule->lower;
        most = rule->upper;
    } else if (rule->method == TD_BINS_WIDTH) {
        status = check_width(bins, x, err);
    } else if (rule->method != TD_BINS_EXACT) {
        status = adaptive_edges(bins, x, err);
        if (!status)
            least = bins->edges[0];
    }
    for (size_t i = 0; i < x->n * x->d && !status; ++i)
        bins->outside += x->v[i] < least || x->v[i] > most;
    if (status)
        td_bins_free(bins);
    return status;
}

void td_bins_free(struct td_bins *bins) {
    td_free(bins->edges);
    memset(bins, 0, sizeof *bins);
}

static double clipped(const struct td_bins_rule *r, double t) {
    double n = (double)r->count;
    double share = (t / 2 - r->lower / 2) / (r->upper / 2 - r->lower / 2); /* halves: no overflow */
    double bin = floor(share * n);
    return bin < 0 ? 0 : bin > n - 1 ? n - 1 : bin;
}

/* Number of the last edge <= t, or -1; halving without branches, which would be guessed wrong every
   other time. */
static double last_edge(const struct td_bins *bins, double t) {
    const double *at = bins->edges;
    for (size_t left = bins->n_edges; left > 1;) {
        size_t half = left / 2;
        at += at[half] <= t ? half : 0;
        left -= half;
    }
    return *at <= t ? (double)(at - bins->edges) : -1;
}

double td_bins_find(const struct td_bins *bins, double t) {
    if (bins->rule->method == TD_BINS_CLIPPED)
        return clipped(bins->rule, t);
    if (bins->rule->method == TD_BINS_WIDTH)
        return floor(t / bins->rule->width);
    if (bins->rule->method == TD_BINS_EXACT)
        return t;
    return last_edge(bins, t);
}
