/* median, quantile, stddev, stderr, ci95, ci, geomean of one column; slope, corr of two. The rows
   of a group are collected and reduced at its end. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "sweep/sql.h"

/* A group's numbers; y only for functions of two columns. SQLite zeroes it at first. */
struct sample {
    size_t n, capacity;
    double *x, *y;
    double parameter; /* p of quantile, level of ci */
    int has_parameter;
    int failed; /* an error has been reported */
};

typedef double reduce(struct sample *s);

/* How a function is called and what it computes. */
struct aggregate {
    const char *name;
    int n_args;
    int is_pair;    /* (y, x) instead of (x) or (x, parameter) */
    size_t n_least; /* rows below which the result is NULL */
    reduce *reduce;
};

static void fail(sqlite3_context *context, struct sample *s, const char *message) {
    s->failed = 1;
    sqlite3_result_error(context, message, -1);
}

/* 1: a number; 0: NULL or NaN, leave the row out; -1: text that is no number. */
static int get_number(sqlite3_value *value, double *x) {
    int type = sqlite3_value_numeric_type(value);
    if (type == SQLITE_NULL)
        return 0;
    if (type != SQLITE_INTEGER && type != SQLITE_FLOAT)
        return -1;
    *x = sqlite3_value_double(value);
    return !isnan(*x);
}

static int reserve(struct sample *s) {
    if (s->n < s->capacity)
        return 1;
    size_t capacity = s->capacity ? 2 * s->capacity : 32;
    double *x = sqlite3_realloc64(s->x, capacity * sizeof *x);
    if (x)
        s->x = x;
    double *y = sqlite3_realloc64(s->y, capacity * sizeof *y);
    if (y)
        s->y = y;
    if (!x || !y)
        return 0;
    s->capacity = capacity;
    return 1;
}

/* The second argument of quantile and ci: a probability, the same in every row. */
static void take_parameter(sqlite3_context *context, struct sample *s, sqlite3_value *value) {
    double p = 0;
    if (get_number(value, &p) != 1 || p < 0 || p > 1)
        fail(context, s, "the second argument must be a number in [0, 1]");
    else if (s->has_parameter && p != s->parameter)
        fail(context, s, "the second argument must be the same in every row");
    s->parameter = p;
    s->has_parameter = 1;
}

static void step(sqlite3_context *context, int n, sqlite3_value **values) {
    const struct aggregate *a = sqlite3_user_data(context);
    struct sample *s = sqlite3_aggregate_context(context, sizeof *s);
    double x = 0, y = 0;
    if (!s) {
        sqlite3_result_error_nomem(context);
        return;
    }
    if (s->failed)
        return;
    if (n == 2 && !a->is_pair)
        take_parameter(context, s, values[1]);
    int has_x = get_number(values[a->is_pair ? 1 : 0], &x);
    int has_y = a->is_pair ? get_number(values[0], &y) : 1;
    if (s->failed || !has_x || !has_y)
        return;
    if (has_x < 0 || has_y < 0) {
        fail(context, s, "an argument is a text that is not a number");
    } else if (!reserve(s)) {
        s->failed = 1;
        sqlite3_result_error_nomem(context);
    } else {
        s->x[s->n] = x;
        s->y[s->n++] = y;
    }
}

static void finish(sqlite3_context *context) {
    const struct aggregate *a = sqlite3_user_data(context);
    struct sample *s = sqlite3_aggregate_context(context, 0);
    if (!s)
        return; /* no rows: NULL */
    if (!s->failed && s->n >= a->n_least)
        sqlite3_result_double(context, a->reduce(s)); /* NaN becomes NULL */
    sqlite3_free(s->x);
    sqlite3_free(s->y);
}

/* Type 7 (Hyndman and Fan 1996): linear between order statistics, as R and NumPy do by default.
   Neighbours that are equal (or both infinite) are taken as they are. */
static double quantile_at(struct sample *s, double p) {
    gsl_sort(s->x, 1, s->n);
    double place = p * (double)(s->n - 1);
    size_t i = (size_t)place;
    size_t j = i + 1 < s->n ? i + 1 : i;
    double part = place - (double)i;
    if (part == 0 || s->x[i] == s->x[j])
        return s->x[i];
    return s->x[i] + part * (s->x[j] - s->x[i]);
}

static double median(struct sample *s) {
    return quantile_at(s, 0.5);
}

static double quantile(struct sample *s) {
    return quantile_at(s, s->parameter);
}

static double stddev(struct sample *s) {
    return gsl_stats_sd(s->x, 1, s->n);
}

static double standard_error(struct sample *s) {
    return stddev(s) / sqrt((double)s->n);
}

/* Half-width of the t interval for the mean. */
static double half_width(struct sample *s, double level) {
    if (level == 1)
        return INFINITY;
    return gsl_cdf_tdist_Pinv((1 + level) / 2, (double)(s->n - 1)) * standard_error(s);
}

static double ci95(struct sample *s) {
    return half_width(s, 0.95);
}

static double ci(struct sample *s) {
    return half_width(s, s->parameter);
}

static double geomean(struct sample *s) {
    double sum = 0;
    for (size_t i = 0; i < s->n; ++i)
        sum += log(s->x[i]); /* NaN for a negative one */
    return exp(sum / (double)s->n);
}

/* Sums of squares and products about the means. */
struct moments {
    double xx, yy, xy;
};

static struct moments central_moments(const struct sample *s) {
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

static double slope(struct sample *s) {
    if (is_constant(s->x, s->n))
        return NAN;
    struct moments m = central_moments(s);
    return m.xy / m.xx;
}

static double corr(struct sample *s) {
    if (is_constant(s->x, s->n) || is_constant(s->y, s->n))
        return NAN;
    struct moments m = central_moments(s);
    double r = m.xy / (sqrt(m.xx) * sqrt(m.yy));
    return r > 1 ? 1 : r < -1 ? -1 : r; /* rounding; NaN stays */
}

static const struct aggregate AGGREGATES[] = {
    {"median", 1, 0, 1, median},   {"quantile", 2, 0, 1, quantile},
    {"stddev", 1, 0, 2, stddev},   {"stderr", 1, 0, 2, standard_error},
    {"ci95", 1, 0, 2, ci95},       {"ci", 2, 0, 2, ci},
    {"geomean", 1, 0, 1, geomean}, {"slope", 2, 1, 2, slope},
    {"corr", 2, 1, 2, corr},
};

int td_sql_register_aggregates(sqlite3 *db) {
    int code = SQLITE_OK;
    for (size_t i = 0; i < sizeof AGGREGATES / sizeof *AGGREGATES && code == SQLITE_OK; ++i)
        code =
            sqlite3_create_function_v2(db, AGGREGATES[i].name, AGGREGATES[i].n_args, TD_SQL_FLAGS,
                                       (void *)(uintptr_t)&AGGREGATES[i], NULL, step, finish, NULL);
    return code;
}
