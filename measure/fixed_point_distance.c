#include <math.h>

#include "measure/pooled.h"
#include "measure/support.h"

struct target {
    double mean, variance;
};

/* Least and greatest |x - target| for x in [lo, hi]. */
static void distances(double lo, double hi, double target, double *least, double *most) {
    *least = target < lo ? lo - target : target > hi ? target - hi : 0;
    *most = fmax(fabs(lo - target), fabs(hi - target));
}

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    const struct target *p = params;
    td_status status = td_check_rows(in, n_in, err);
    if (status)
        return status;
    struct td_block block = {.x = in, .width = in->d};
    struct td_pooled m;
    /* Mean and variance each miss their interval in half of 5 % of cases (Bonferroni). */
    td_pooled_moments(&block, 1 - (1 - TD_INTERVAL_LEVEL) / 2, &m);
    double least[2], most[2];
    distances(m.lo[TD_MEAN], m.hi[TD_MEAN], p->mean, &least[0], &most[0]);
    distances(m.lo[TD_VARIANCE], m.hi[TD_VARIANCE], p->variance, &least[1], &most[1]);
    bool interval = !isnan(m.lo[TD_MEAN]);
    return td_value_add(out, "fixed-point-distance",
                        &(struct td_result){.name = "",
                                            .value = hypot(m.value[TD_MEAN] - p->mean,
                                                           m.value[TD_VARIANCE] - p->variance),
                                            .lo = interval ? hypot(least[0], least[1]) : NAN,
                                            .hi = interval ? hypot(most[0], most[1]) : NAN,
                                            .warning = m.constant  ? "constant input"
                                                       : !interval ? "one sample: no interval"
                                                                   : ""},
                        err);
}

static const struct td_param table[] = {{.name = "mean",
                                         .type = TD_REAL,
                                         .offset = offsetof(struct target, mean),
                                         .initial = "0",
                                         .help = "Mean at the fixed point"},
                                        {.name = "variance",
                                         .type = TD_REAL,
                                         .offset = offsetof(struct target, variance),
                                         .initial = "1",
                                         .min = 0,
                                         .max = 1e300,
                                         .help = "Variance at the fixed point"},
                                        {0}};

static const char *const outputs[] = {"", NULL};

const struct td_measure td_measure_fixed_point_distance = {
    .kind = TD_KIND(
        "fixed-point-distance",
        "How far mean and variance of all entries are from a fixed point of a moment map: "
        "sqrt((mean - mean*)^2 + (variance - variance*)^2), (0, 1) for SELU networks. The 95 % "
        "interval is the range of distances over the mean's and the variance's intervals of 97.5 "
        "% each.",
        "Klambauer et al. 2017, section 2", table, struct target),
    .min_in = 1,
    .max_in = 1,
    .in_help = "x: activations (n, d)",
    .outputs = outputs,
    .unit = "",
    .complexity = "O(n d)",
    .compute = compute,
};
