/* Quantiles of distributions, and Wilson's interval for a proportion. Arguments outside a
   function's domain give NULL. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdint.h>

#include "sweep/sql.h"

/* Two numbers; 0 if one is NULL or none. */
static int get_numbers(int n, sqlite3_value **values, double *x) {
    for (int i = 0; i < n; ++i) {
        int type = sqlite3_value_numeric_type(values[i]);
        if (type != SQLITE_INTEGER && type != SQLITE_FLOAT)
            return 0;
        x[i] = sqlite3_value_double(values[i]);
        if (isnan(x[i]))
            return 0;
    }
    return 1;
}

static int is_probability(double p) {
    return p >= 0 && p <= 1;
}

static double normal_quantile(double p) {
    return p == 0 ? -INFINITY : p == 1 ? INFINITY : gsl_cdf_ugaussian_Pinv(p);
}

static double t_quantile(double p, double df) {
    if (p == 0 || p == 1 || isinf(df))
        return normal_quantile(p);
    /* Symmetry first: the result is odd in p - 1/2 to the last bit. */
    return p < 0.5 ? -gsl_cdf_tdist_Qinv(p, df) : p == 0.5 ? 0 : gsl_cdf_tdist_Pinv(p, df);
}

static double chi2_quantile(double p, double df) {
    return p == 0 ? 0 : p == 1 ? INFINITY : gsl_cdf_chisq_Pinv(p, df);
}

static void normal_quantile_sql(sqlite3_context *context, int n, sqlite3_value **values) {
    double p;
    if (get_numbers(n, values, &p) && is_probability(p))
        sqlite3_result_double(context, normal_quantile(p));
}

/* Both take (p, df). GSL's own error handler would end the process where an inverse does not
   converge; here that gives NaN, so NULL. */
static void quantile_sql(sqlite3_context *context, int n, sqlite3_value **values) {
    double (*quantile)(double, double) =
        *(double (*const *)(double, double))sqlite3_user_data(context);
    double x[2];
    if (!get_numbers(n, values, x) || !is_probability(x[0]) || !(x[1] > 0))
        return;
    gsl_error_handler_t *handler = gsl_set_error_handler_off();
    sqlite3_result_double(context, quantile(x[0], x[1]));
    gsl_set_error_handler(handler);
}

/* Wilson 1927: bound of the 95 % score interval for k successes in n trials; side -1 or +1. */
static double wilson(double k, double n, int side) {
    const double z = 1.9599639845400545; /* normal quantile at 0.975 */
    if (side < 0 ? k == 0 : k == n)
        return side < 0 ? 0 : 1;
    double p = k / n, shrink = 1 + z * z / n;
    double middle = p + z * z / (2 * n);
    double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    return (middle + side * half) / shrink;
}

static void wilson_sql(sqlite3_context *context, int n, sqlite3_value **values) {
    double x[2];
    if (get_numbers(n, values, x) && x[1] > 0 && isfinite(x[1]) && x[0] >= 0 && x[0] <= x[1])
        sqlite3_result_double(context,
                              wilson(x[0], x[1], *(const int *)sqlite3_user_data(context)));
}

int td_sql_register_scalars(sqlite3 *db) {
    static double (*const t)(double, double) = t_quantile;
    static double (*const chi2)(double, double) = chi2_quantile;
    static const int lower = -1, upper = 1;
    const struct {
        const char *name;
        int n_args;
        const void *data;
        void (*call)(sqlite3_context *, int, sqlite3_value **);
    } scalars[] = {{"normal_quantile", 1, NULL, normal_quantile_sql},
                   {"t_quantile", 2, &t, quantile_sql},
                   {"chi2_quantile", 2, &chi2, quantile_sql},
                   {"wilson_lo", 2, &lower, wilson_sql},
                   {"wilson_hi", 2, &upper, wilson_sql}};
    int code = SQLITE_OK;
    for (size_t i = 0; i < sizeof scalars / sizeof *scalars && code == SQLITE_OK; ++i)
        code = sqlite3_create_function_v2(db, scalars[i].name, scalars[i].n_args, TD_SQL_FLAGS,
                                          (void *)(uintptr_t)scalars[i].data, scalars[i].call, NULL,
                                          NULL, NULL);
    return code;
}
