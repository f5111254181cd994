/* Statistics of ranks: spearman(x, y), kruskal_p(value, group), wilcoxon_p(a, b), and the window
   function mid_rank(x). */
#include "sweep/sql_rank.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdint.h>

#include "sweep/sql_sample.h"

static const char no_memory[] = "out of memory";

double td_sql_mid_ranks(const double *x, size_t n, size_t *order, double *rank) {
    double ties = 0;
    gsl_sort_index(order, x, 1, n);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && x[order[end]] == x[order[i]];)
            ++end;
        double t = (double)(end - i);
        ties += t * t * t - t;
        for (size_t j = i; j < end; ++j)
            rank[order[j]] = (double)i + (t + 1) / 2;
    }
    return ties;
}

static double weighted_mean(const double *x, const double *weight, size_t n) {
    double sum = 0, total = 0;
    for (size_t i = 0; i < n; ++i) {
        double w = weight ? weight[i] : 1;
        sum += w * x[i];
        total += w;
    }
    return sum / total;
}

static int varies(const double *x, const double *weight, size_t n) {
    size_t first = 0;
    while (first < n && weight && weight[first] == 0)
        ++first;
    for (size_t i = first + 1; i < n; ++i)
        if ((!weight || weight[i] > 0) && x[i] != x[first])
            return 1;
    return 0;
}

double td_sql_correlation(const double *x, const double *y, const double *weight, size_t n) {
    if (!varies(x, weight, n) || !varies(y, weight, n))
        return NAN;
    double mean_x = weighted_mean(x, weight, n), mean_y = weighted_mean(y, weight, n);
    double xx = 0, yy = 0, xy = 0;
    for (size_t i = 0; i < n; ++i) {
        double w = weight ? weight[i] : 1, dx = x[i] - mean_x, dy = y[i] - mean_y;
        xx += w * dx * dx;
        yy += w * dy * dy;
        xy += w * dx * dy;
    }
    double r = xy / (sqrt(xx) * sqrt(yy));
    return r > 1 ? 1 : r < -1 ? -1 : r; /* rounding; NaN stays */
}

/* Spearman 1904: the correlation of the ranks. */
static double spearman(struct td_sql_sample *s) {
    size_t *order = sqlite3_malloc64(s->n * sizeof *order);
    double *rank = sqlite3_malloc64(2 * s->n * sizeof *rank), rho = NAN;
    if (order && rank) {
        td_sql_mid_ranks(s->x, s->n, order, rank);
        td_sql_mid_ranks(s->y, s->n, order, rank + s->n);
        rho = td_sql_correlation(rank, rank + s->n, NULL, s->n);
    } else {
        s->error = no_memory;
    }
    sqlite3_free(order);
    sqlite3_free(rank);
    return rho;
}

/* ---- Kruskal and Wallis 1952 ---- */

/* H of ranks in n_groups groups, corrected for ties; sum and count (n_groups) are scratch. */
static double kruskal_h(const double *rank, const double *group, size_t n, double ties,
                        size_t n_groups, double *sum, double *count) {
    for (size_t g = 0; g < n_groups; ++g)
        sum[g] = count[g] = 0;
    for (size_t i = 0; i < n; ++i) {
        sum[(size_t)group[i]] += rank[i];
        count[(size_t)group[i]] += 1;
    }
    double between = 0, total = (double)n, mean = (total + 1) / 2;
    for (size_t g = 0; g < n_groups; ++g) {
        double d = sum[g] / count[g] - mean;
        between += count[g] * d * d;
    }
    return 12 * between / (total * (total + 1)) / (1 - ties / (total * total * total - total));
}

/* The chi-square tail beyond H with one degree of freedom less than groups; NaN for one group or
   values that are all equal. */
static double kruskal_p(struct td_sql_sample *s) {
    if (s->n_groups < 2)
        return NAN;
    size_t *order = sqlite3_malloc64(s->n * sizeof *order);
    double *rank = sqlite3_malloc64((s->n + 2 * s->n_groups) * sizeof *rank), p = NAN;
    if (order && rank) {
        double ties = td_sql_mid_ranks(s->x, s->n, order, rank), *sum = rank + s->n;
        double h = kruskal_h(rank, s->y, s->n, ties, s->n_groups, sum, sum + s->n_groups);
        if (varies(s->x, NULL, s->n))
            p = gsl_cdf_chisq_Q(h, (double)(s->n_groups - 1));
    } else {
        s->error = no_memory;
    }
    sqlite3_free(order);
    sqlite3_free(rank);
    return p;
}

/* ---- Wilcoxon 1945, signed ranks of pairs ---- */

enum { EXACT_PAIRS = 50 };

/* Differences x - y into s->x, their sizes into s->y; those of 0 and undefined ones dropped.
   Returns how many pairs were defined. Differences are rounded to 1e-12 of the largest number, so
   that equal steps of decimal numbers (0.3 - 0.2, 0.2 - 0.1) tie. */
static size_t take_differences(struct td_sql_sample *s) {
    double largest = 0;
    size_t n = 0, defined = 0;
    for (size_t i = 0; i < s->n; ++i) {
        if (isfinite(s->x[i]))
            largest = fmax(largest, fabs(s->x[i]));
        if (isfinite(s->y[i]))
            largest = fmax(largest, fabs(s->y[i]));
    }
    double unit = 1e-12 * largest;
    for (size_t i = 0; i < s->n; ++i) {
        double d = s->x[i] - s->y[i];
        if (isfinite(d) && unit > 0)
            d = round(d / unit) * unit;
        defined += !isnan(d);
        if (isnan(d) || d == 0)
            continue;
        s->x[n] = d;
        s->y[n++] = fabs(d);
    }
    s->n = n;
    return defined;
}

/* P(|W - E W| >= |w - E W|) of the sum W of the ranks with positive sign, each sign being a fair
   coin: all 2^n outcomes counted by their sums, in half ranks since tied ranks may end in 1/2. */
static double exact_tail(const double *rank, size_t n, double w) {
    double share[EXACT_PAIRS * (EXACT_PAIRS + 1) + 1] = {1};
    size_t top = 0;
    for (size_t i = 0; i < n; ++i) {
        size_t r = (size_t)(2 * rank[i]);
        top += r;
        for (size_t sum = top; sum < SIZE_MAX; --sum)
            share[sum] = (share[sum] + (sum >= r ? share[sum - r] : 0)) / 2;
    }
    size_t mine = (size_t)(2 * w), least = mine < top - mine ? mine : top - mine;
    double below = 0;
    for (size_t sum = 0; sum <= least; ++sum)
        below += share[sum];
    return fmin(1, 2 * below);
}

/* The same by the normal distribution, with corrections for ties and continuity (Hollander and
   Wolfe 1999, section 3.1). */
static double normal_tail(size_t n_pairs, double w, double ties) {
    double n = (double)n_pairs, away = fmax(0, fabs(w - n * (n + 1) / 4) - 0.5);
    double variance = n * (n + 1) * (2 * n + 1) / 24 - ties / 48;
    return fmin(1, 2 * gsl_cdf_ugaussian_Q(away / sqrt(variance)));
}

static double wilcoxon_p(struct td_sql_sample *s) {
    if (take_differences(s) == 0)
        return NAN;
    if (s->n == 0)
        return 1; /* nothing differs */
    size_t *order = sqlite3_malloc64(s->n * sizeof *order);
    double *rank = sqlite3_malloc64(s->n * sizeof *rank), p = NAN;
    if (order && rank) {
        double ties = td_sql_mid_ranks(s->y, s->n, order, rank), w = 0;
        for (size_t i = 0; i < s->n; ++i)
            w += s->x[i] > 0 ? rank[i] : 0;
        p = s->n <= EXACT_PAIRS ? exact_tail(rank, s->n, w) : normal_tail(s->n, w, ties);
    } else {
        s->error = no_memory;
    }
    sqlite3_free(order);
    sqlite3_free(rank);
    return p;
}

/* ---- mid_rank ---- */

/* What the rows up to the current one, in the window's order, say. */
struct window_rank {
    double n, ties, last;
    int is_null;   /* the current row has no number */
    int direction; /* of the order so far: 1, -1, 0 unknown */
    int failed;
};

static void rank_step(sqlite3_context *context, int n, sqlite3_value **values) {
    (void)n;
    struct window_rank *r = sqlite3_aggregate_context(context, sizeof *r);
    double x = 0;
    if (!r) {
        sqlite3_result_error_nomem(context);
        return;
    }
    int has = td_sql_number(values[0], &x);
    r->is_null = has == 0;
    if (has == 0)
        return;
    int direction = r->n == 0 ? 0 : (x > r->last) - (x < r->last);
    if (has < 0 || (r->direction && direction == -r->direction)) {
        r->failed = 1;
        sqlite3_result_error(context,
                             has < 0 ? "an argument is a text that is not a number"
                                     : "use mid_rank(x) OVER (PARTITION BY ... ORDER BY x)",
                             -1);
        return;
    }
    if (direction)
        r->direction = direction;
    r->ties = r->n > 0 && !direction ? r->ties + 1 : 1;
    r->n += 1;
    r->last = x;
}

/* The current row's peers take up the last `ties` ranks of n. */
static void rank_value(sqlite3_context *context) {
    const struct window_rank *r = sqlite3_aggregate_context(context, 0);
    if (r && !r->failed && !r->is_null && r->n > 0)
        sqlite3_result_double(context, r->n - (r->ties - 1) / 2);
}

static void rank_inverse(sqlite3_context *context, int n, sqlite3_value **values) {
    (void)n, (void)values;
    struct window_rank *r = sqlite3_aggregate_context(context, sizeof *r);
    if (r)
        r->failed = 1;
    sqlite3_result_error(context, "mid_rank needs a window without a frame of its own", -1);
}

static const struct td_sql_aggregate aggregates[] = {
    {"spearman", TD_SQL_PAIR, 2, spearman},
    {"kruskal_p", TD_SQL_GROUP, 2, kruskal_p},
    {"wilcoxon_p", TD_SQL_PAIR, 1, wilcoxon_p},
};

int td_sql_register_ranks(sqlite3 *db) {
    int code = td_sql_register_sample(db, aggregates, sizeof aggregates / sizeof *aggregates);
    if (code != SQLITE_OK)
        return code;
    return sqlite3_create_window_function(db, "mid_rank", 1, TD_SQL_FLAGS, NULL, rank_step,
                                          rank_value, rank_value, rank_inverse, NULL);
}
