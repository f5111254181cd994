/* median, quantile, stddev, stderr, ci95, ci, geomean of one column; slope, corr of two. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "sweep/sql_rank.h"
#include "sweep/sql_sample.h"

/* Type 7 (Hyndman and Fan 1996): linear between order statistics, as R and NumPy do by default.
   Neighbours that are equal (or both infinite) are taken as they are. */
static double quantile_at(struct td_sql_sample *s, double p) {
    gsl_sort(s->x, 1, s->n);
    double place = p * (double)(s->n - 1);
    size_t i = (size_t)place;
    size_t j = i + 1 < s->n ? i + 1 : i;
    double part = place - (double)i;
    if (part == 0 || s->x[i] == s->x[j])
        return s->x[i];
    return s->x[i] + part * (s->x[j] - s->x[i]);
}

static double median(struct td_sql_sample *s) {
    return quantile_at(s, 0.5);
}

static double quantile(struct td_sql_sample *s) {
    return quantile_at(s, s->parameter);
}

static double stddev(struct td_sql_sample *s) {
    return gsl_stats_sd(s->x, 1, s->n);
}

static double standard_error(struct td_sql_sample *s) {
    return stddev(s) / sqrt((double)s->n);
}

/* Half-width of the t interval for the mean. */
static double half_width(struct td_sql_sample *s, double level) {
    if (level == 1)
        return INFINITY;
    return gsl_cdf_tdist_Pinv((1 + level) / 2, (double)(s->n - 1)) * standard_error(s);
}

static double ci95(struct td_sql_sample *s) {
    return half_width(s, 0.95);
}

static double ci(struct td_sql_sample *s) {
    return half_width(s, s->parameter);
}

static double geomean(struct td_sql_sample *s) {
    double sum = 0;
    for (size_t i = 0; i < s->n; ++i)
        sum += log(s->x[i]); /* NaN for a negative one */
    return exp(sum / (double)s->n);
}

/* Sums of squares and products about the means. */
struct moments {
    double xx, yy, xy;
};

static struct moments central_moments(const struct td_sql_sample *s) {
    struct moments m = {0};
    double mean_x = gsl_stats_mean(s->x, 1, s->n), mean_y = gsl_stats_mean(s->y, 1, s->n);
    for (size_t i = 0; i < s->n; ++i) {
        double dx = s->x[i] - mean_x, dy = s->y[i] - mean_y;
        m.xx += dx * dx;
        m.yy += dy * dy;
        m.xy += dx * dy;
    }
    return m;
}

static int is_constant(const double *v, size_t n) {
    for (size_t i = 1; i < n; ++i)
        if (v[i] != v[0])
            return 0;
    return 1;
}

static double slope(struct td_sql_sample *s) {
    if (is_constant(s->x, s->n))
        return NAN;
    struct moments m = central_moments(s);
    return m.xy / m.xx;
}

static double corr(struct td_sql_sample *s) {
    return td_sql_correlation(s->x, s->y, NULL, s->n);
}

static const struct td_sql_aggregate aggregates[] = {
    {"median", TD_SQL_NONE, 1, median},   {"quantile", TD_SQL_PARAMETER, 1, quantile},
    {"stddev", TD_SQL_NONE, 2, stddev},   {"stderr", TD_SQL_NONE, 2, standard_error},
    {"ci95", TD_SQL_NONE, 2, ci95},       {"ci", TD_SQL_PARAMETER, 2, ci},
    {"geomean", TD_SQL_NONE, 1, geomean}, {"slope", TD_SQL_PAIR_YX, 2, slope},
    {"corr", TD_SQL_PAIR_YX, 2, corr},    {"pearson", TD_SQL_PAIR, 2, corr},
};

int td_sql_register_aggregates(sqlite3 *db) {
    return td_sql_register_sample(db, aggregates, sizeof aggregates / sizeof *aggregates);
}
