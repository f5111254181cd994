#include "measure/support.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

td_status td_value_add(struct td_values *out, const char *measure, const struct td_result *result,
                       struct td_error *err) {
    if (!isfinite(result->value))
        return td_fail(err, TD_BAD_INPUT, "%s%s%s overflows double precision: rescale the input",
                       measure, result->name[0] ? "." : "", result->name);
    bool interval = isfinite(result->lo) && isfinite(result->hi);
    struct td_value value = {
        .name = result->name,
        .value = result->value,
        .lo = interval ? result->lo : NAN,
        .hi = interval ? result->hi : NAN,
        .unit = result->unit ? result->unit : "",
    };
    snprintf(value.warning, sizeof value.warning, "%s", result->warning ? result->warning : "");
    out->add(out, &value);
    return TD_OK;
}

td_status td_check_rows(const struct td_matrix *in, size_t n_in, struct td_error *err) {
    for (size_t i = 0; i < n_in; ++i) {
        if (in[i].n == 0 || in[i].d == 0)
            return td_fail(err, TD_BAD_INPUT, "%s is empty: (%zu, %zu)", in[i].name, in[i].n,
                           in[i].d);
        if (in[i].n != in[0].n)
            return td_fail(err, TD_BAD_INPUT,
                           "%s has %zu rows, %s has %zu: rows are samples, their numbers must be "
                           "equal",
                           in[0].name, in[0].n, in[i].name, in[i].n);
    }
    return TD_OK;
}

double td_unit_scale(size_t n, const double *x) {
    double most = 0;
    int exponent;
    for (size_t i = 0; i < n; ++i)
        most = fabs(x[i]) > most ? fabs(x[i]) : most;
    if (most == 0)
        return 1;
    frexp(most, &exponent);
    /* denormal inputs: their reciprocal would overflow */
    return ldexp(1.0, exponent < -1000 ? 1000 : -exponent);
}

double td_t_quantile(double level, double df) {
    return gsl_cdf_tdist_Pinv(0.5 + level / 2, df);
}

/* Wilson 1927 */
void td_wilson(double share, double n, double *lo, double *hi) {
    double z = gsl_cdf_ugaussian_Pinv(0.5 + TD_INTERVAL_LEVEL / 2), zz = z * z / n;
    double centre = (share + zz / 2) / (1 + zz);
    double half = z / (1 + zz) * sqrt(share * (1 - share) / n + zz / (4 * n));
    *lo = centre - half > 0 && share > 0 ? centre - half : 0;
    *hi = centre + half < 1 && share < 1 ? centre + half : 1;
}

void td_spread_add(struct td_spread *s, double x) {
    ++s->n;
    double step = x - s->mean;
    s->mean += step / (double)s->n;
    s->squares += step * (x - s->mean);
}

double td_spread_error(const struct td_spread *s) {
    if (s->n < 2)
        return NAN;
    double n = (double)s->n;
    return sqrt(s->squares / (n - 1) / n);
}

void td_spread_interval(const struct td_spread *s, double *lo, double *hi) {
    double half =
        s->n < 2 ? NAN : td_t_quantile(TD_INTERVAL_LEVEL, (double)(s->n - 1)) * td_spread_error(s);
    *lo = s->mean - half;
    *hi = s->mean + half;
}
