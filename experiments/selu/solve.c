/* selu/solve: does this activation normalise itself? All fixed points (mean, variance) of its
   moment map for given omega and tau, and whether they attract; for SELU, all constants that have a
   wanted fixed point; for any activation the gain and shift that give it one. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include "experiments/selu/selu.h"
#include "numeric/memory.h"
#include "sim/activation.h"
#include "sim/moment_map.h"

struct options {
    struct td_part activation;
    double omega, tau;
    struct td_moments target;
    struct td_reals variance;
    int64_t points, layers;
};

static const struct td_param params[] = {
    {.name = "activation",
     .type = TD_PART,
     .offset = offsetof(struct options, activation),
     .initial = "selu",
     .registry = &td_activations,
     .help = "what is mapped: any, also one of your own (formula)"},
    {.name = "omega",
     .type = TD_REAL,
     .offset = offsetof(struct options, omega),
     .initial = "0",
     .min = -1e3,
     .max = 1e3,
     .help = "sum of a unit's weights"},
    {.name = "tau",
     .type = TD_REAL,
     .offset = offsetof(struct options, tau),
     .initial = "1",
     .min = 0,
     .max = 1e3,
     .flags = TD_OPEN_MIN,
     .help = "sum of a unit's squared weights"},
    {.name = "target_mean",
     .type = TD_REAL,
     .offset = offsetof(struct options, target.mean),
     .initial = "0",
     .min = -1e3,
     .max = 1e3,
     .help = "mean of the wanted fixed point"},
    {.name = "target_variance",
     .type = TD_REAL,
     .offset = offsetof(struct options, target.var),
     .initial = "1",
     .min = 1e-6,
     .max = 1e6,
     .help = "variance of the wanted fixed point"},
    {.name = "variance",
     .type = TD_REALS,
     .offset = offsetof(struct options, variance),
     .initial = "[0.001,100]",
     .min = 1e-9,
     .max = 1e6,
     .help = "range of variances in which fixed points are sought"},
    {.name = "points",
     .type = TD_INT,
     .offset = offsetof(struct options, points),
     .initial = "61",
     .min = 2,
     .max = 10000,
     .help = "points of the search, equidistant in the logarithm"},
    {.name = "layers",
     .type = TD_INT,
     .offset = offsetof(struct options, layers),
     .initial = "200",
     .min = 1,
     .max = 100000,
     .help = "layers through which the wanted fixed point is sent"},
    {0}};

static td_status check(const void *p, struct td_error *err) {
    const struct options *o = p;
    if (o->variance.n != 2 || !(o->variance.v[0] < o->variance.v[1]))
        return td_fail(err, TD_BAD_INPUT, "variance: must be [lo,hi] with lo < hi");
    return TD_OK;
}

static double cost(const void *p) {
    const struct options *o = p;
    struct td_selu ignored;
    return (double)(o->points + o->layers) *
           (td_activation_is_selu(&o->activation, &ignored) ? 1 : 200);
}

struct run {
    struct td_task *task;
    const struct options *o;
    struct td_moment_map map;
    struct td_error *err;
};

static td_status emit(struct run *r, const char *measure, const char *site, int64_t step,
                      double value, const char *flag) {
    return td_task_emit(r->task, measure, site, step, value, flag, r->err);
}

static const char *number_site(size_t k, char site[24]) {
    snprintf(site, 24, "%zu", k + 1);
    return site;
}

/* Largest modulus of an eigenvalue. */
static double spectral_radius(const double j[2][2]) {
    double half = 0.5 * (j[0][0] + j[1][1]), det = j[0][0] * j[1][1] - j[0][1] * j[1][0];
    double d = half * half - det;
    return d >= 0 ? fabs(half) + sqrt(d) : sqrt(det);
}

static const char *stability(double radius) {
    const double margin = 1e-9; /* rounding of a radius that is 1 */
    return fabs(radius - 1) <= margin ? "neutral" : radius > 1 ? "unstable" : "";
}

/* ---- the wanted fixed point ---- */

static td_status solve_constants(struct run *r) {
    struct td_selu selu[2];
    size_t n;
    td_status status = td_selu_solutions(r->o->target, r->o->omega, r->o->tau, selu, &n, r->err);
    if (!status)
        status = emit(r, "solutions", "", 0, (double)n, n ? "" : "no fixed point");
    for (size_t k = 0; k < n && !status; k++) {
        struct td_moment_map map = {NULL, selu[k], r->o->omega, r->o->tau};
        struct td_moments image;
        double jacobian[2][2], radius;
        char site[24];
        number_site(k, site);
        status = td_moment_map_apply(&map, r->o->target, &image, jacobian, r->err);
        if (status)
            break;
        radius = spectral_radius(jacobian);
        status = emit(r, "alpha", site, 0, selu[k].alpha, "");
        if (!status)
            status = emit(r, "lambda", site, 0, selu[k].lambda, "");
        if (!status)
            status = emit(r, "solution.radius", site, 0, radius, stability(radius));
    }
    return status;
}

/* gain (f - shift) has the wanted fixed point; its Jacobian is that of f, scaled. */
static td_status normalize(struct run *r) {
    const struct td_moments target = r->o->target;
    struct td_moments image;
    double j[2][2];
    td_status status = td_moment_map_apply(&r->map, target, &image, j, r->err);
    if (!status)
        status = emit(r, "image", "mean", 0, image.mean, "");
    if (!status)
        status = emit(r, "image", "variance", 0, image.var, "");
    double gain = sqrt(target.var / image.var);
    if (status || !isfinite(gain))
        return status; /* constant there: no gain can help */
    double scaled[2][2] = {{gain * j[0][0], gain * j[0][1]},
                           {gain * gain * j[1][0], gain * gain * j[1][1]}};
    double radius = spectral_radius(scaled);
    status = emit(r, "gain", "", 0, gain, "");
    if (!status)
        status = emit(r, "shift", "", 0, image.mean - target.mean / gain, "");
    return status ? status : emit(r, "gain.radius", "", 0, radius, stability(radius));
}

/* ---- all fixed points ---- */

/* The mean that a layer keeps at a given variance: mu = mean~(mu, nu), by Newton's method from
 *mean; and the variance after. False if there is none near, or if quadrature gives up. */
static bool steady_mean(const struct run *r, double variance, double *mean, double *after) {
    enum { STEPS = 50 };
    const double small = 1e-14, wide = 1e6;
    double mu = *mean;
    for (int i = 0; i < STEPS; i++) {
        struct td_moments image;
        double j[2][2];
        if (fabs(mu) > wide ||
            td_moment_map_apply(&r->map, (struct td_moments){mu, variance}, &image, j, NULL))
            return false;
        double off = image.mean - mu, step = off / (1 - j[0][0]);
        if (r->map.omega == 0 || fabs(off) <= small * (1 + fabs(mu))) {
            *mean = image.mean;
            *after = image.var;
            return isfinite(image.var);
        }
        mu += isfinite(step) ? step : off;
    }
    return false;
}

/* ln(variance after / before) at the steady mean. */
static bool log_growth(const struct run *r, double log_variance, double *mean, double *growth) {
    double after;
    if (!steady_mean(r, exp(log_variance), mean, &after) || !(after > 0))
        return false;
    *growth = log(after) - log_variance;
    return true;
}

enum { FIXED_MAX = 16 };
#define UNCHANGED 1e-11 /* |log_growth| that counts as none */

struct fixed_points {
    size_t n;
    struct td_moments at[FIXED_MAX];
    size_t unchanged, failed; /* points of the search where the variance stays; that gave none */
};

/* Between lo and hi the growth changes its sign. Bisection, then Newton's method in both unknowns.
 */
static void refine(const struct run *r, double lo, double hi, double growth_lo, double mean,
                   struct fixed_points *found) {
    enum { HALVINGS = 50 };
    double growth;
    for (int i = 0; i < HALVINGS; i++) {
        double middle = 0.5 * (lo + hi);
        if (!log_growth(r, middle, &mean, &growth))
            return;
        if ((growth > 0) == (growth_lo > 0))
            lo = middle;
        else
            hi = middle;
    }
    struct td_moments at = {mean, exp(0.5 * (lo + hi))}, polished;
    const double same = 1e-6;
    if (!td_moment_map_fixed_point(&r->map, at, &polished, NULL) &&
        fabs(polished.mean - at.mean) < same * (1 + fabs(at.mean)) &&
        fabs(polished.var - at.var) < same * at.var)
        at = polished;
    if (found->n < FIXED_MAX)
        found->at[found->n++] = at;
}

/* Array "curve" (points, 3): variance, steady mean, variance after; what gave none has 0 after. */
static td_status search(struct run *r, struct fixed_points *found, double *curve) {
    const double lo = log(r->o->variance.v[0]), hi = log(r->o->variance.v[1]);
    double mean = r->o->target.mean, growth = 0, before = 0;
    bool known = false;
    for (int64_t i = 0; i < r->o->points; i++) {
        double step = (hi - lo) / (double)(r->o->points - 1), x = lo + step * (double)i;
        double *row = curve + 3 * i, start = mean;
        row[0] = exp(x);
        bool now = log_growth(r, x, &mean, &growth);
        if (!now)
            mean = start;
        bool still = now && fabs(growth) <= UNCHANGED;
        found->failed += !now;
        found->unchanged += still;
        row[1] = now ? mean : 0;
        row[2] = now ? exp(x + growth) : 0;
        if (now && known && !still && (growth > 0) != (before > 0))
            refine(r, x - step, x, before, start, found);
        known = now && !still;
        before = growth;
        td_status status = td_task_poll(r->task, r->err);
        if (status)
            return status;
    }
    return TD_OK;
}

/* A single point of the search where the variance stays is a fixed point that was hit exactly. */
static void add_exact_hits(const struct run *r, const double *curve, struct fixed_points *found) {
    for (int64_t i = 0; i < r->o->points && found->n < FIXED_MAX; i++) {
        const double *row = curve + 3 * i;
        if (row[2] > 0 && fabs(log(row[2] / row[0])) <= UNCHANGED)
            found->at[found->n++] = (struct td_moments){row[1], row[0]};
    }
}

static td_status emit_fixed_point(struct run *r, size_t k, struct td_moments at, size_t *stable) {
    struct td_moments image;
    double jacobian[2][2];
    char site[24];
    number_site(k, site);
    td_status status = td_moment_map_apply(&r->map, at, &image, jacobian, r->err);
    if (status)
        return status;
    double radius = spectral_radius(jacobian);
    const char *flag = stability(radius);
    *stable += !*flag;
    status = emit(r, "fixed.mean", site, 0, at.mean, flag);
    if (!status)
        status = emit(r, "fixed.variance", site, 0, at.var, flag);
    return status ? status : emit(r, "fixed.radius", site, 0, radius, flag);
}

static td_status find_fixed_points(struct run *r) {
    size_t shape[2] = {(size_t)r->o->points, 3}, stable = 0;
    double *curve = td_calloc(shape[0] * shape[1], sizeof *curve);
    if (!curve)
        return td_fail_memory(r->err, shape[0] * shape[1] * sizeof *curve);
    struct fixed_points found = {0};
    td_status status = search(r, &found, curve);
    bool continuum = 2 * found.unchanged > shape[0];
    if (!continuum)
        add_exact_hits(r, curve, &found);
    if (!status)
        status = td_task_emit_array(r->task, "curve", "", 0, 2, shape, curve, r->err);
    td_free(curve);
    for (size_t k = 0; k < found.n && !status; k++)
        status = emit_fixed_point(r, k, found.at[k], &stable);
    const char *flag = continuum ? "continuum" : found.n ? "" : "no fixed point";
    if (!status)
        status = emit(r, "fixed.count", "", 0, (double)found.n, flag);
    if (!status)
        status =
            emit(r, "fixed.stable", "", 0, (double)stable, !stable && found.n ? "unstable" : flag);
    return status ? status : emit(r, "fixed.unknown", "", 0, (double)found.failed, "");
}

/* Where the wanted fixed point is after `layers` layers. */
static td_status send_through(struct run *r) {
    const double vanished = 1e-12, exploded = 1e12;
    struct td_moments at = r->o->target;
    const char *flag = "";
    int64_t layer = 0;
    for (; layer < r->o->layers && !*flag; layer++) {
        td_status status = td_task_poll(r->task, r->err);
        if (status)
            return status;
        struct td_moments next;
        if (td_moment_map_apply(&r->map, at, &next, NULL, NULL)) {
            flag = "unknown"; /* quadrature gave up */
            break;
        }
        at = next;
        flag = at.var < vanished                               ? "vanishes"
               : at.var > exploded || fabs(at.mean) > exploded ? "explodes"
                                                               : "";
    }
    td_status status = emit(r, "limit", "mean", layer, at.mean, flag);
    return status ? status : emit(r, "limit", "variance", layer, at.var, flag);
}

static td_status run(struct td_task *task, const void *p, uint64_t seed, struct td_error *err) {
    (void)seed; /* nothing here is random */
    const struct options *o = p;
    struct run r = {.task = task, .o = o, .err = err};
    struct td_selu selu;
    r.map = (struct td_moment_map){&o->activation, td_selu_01, o->omega, o->tau};
    td_status status = TD_OK;
    if (td_activation_is_selu(&o->activation, &selu))
        status = solve_constants(&r);
    if (!status)
        status = normalize(&r);
    if (!status)
        status = find_fixed_points(&r);
    return status ? status : send_through(&r);
}

static const char *const emits[] = {
    "solutions: how many pairs (alpha, lambda) give SELU the wanted fixed point at (omega, tau); "
    "flag "
    "\"no fixed point\" if none (activation selu only)",
    "alpha, lambda: those constants; site is 1 or 2",
    "solution.radius: spectral radius of the Jacobian there; flag unstable (above 1) or neutral",
    "image: what one layer makes of the wanted fixed point; site is mean or variance",
    "gain, shift: gain (f - shift) has the wanted fixed point; gain.radius is its spectral radius, "
    "flag unstable or neutral",
    "fixed.count: fixed points of the map of f itself in the range of variances; flag \"no fixed "
    "point\", or continuum if the map leaves the variance as it is",
    "fixed.mean, fixed.variance, fixed.radius: each of them, by variance; site is its number, flag "
    "unstable or neutral",
    "fixed.stable: how many attract; flag unstable if none does",
    "fixed.unknown: points of the search that gave nothing (no steady mean, or quadrature gave up)",
    "limit: the wanted fixed point after step layers; site is mean or variance, flag vanishes, "
    "explodes or unknown",
    "curve (points, 3): variance, the mean that stays at this variance, variance after (0: "
    "unknown)",
    NULL};

const struct td_experiment td_experiment_selu_solve = {
    .kind = TD_KIND("selu/solve",
                    "Does an activation normalise itself? Fixed points of its moment map and "
                    "whether they attract, the constants of SELU for a wanted fixed point, and the "
                    "gain and shift by which any other activation gets it.",
                    "Klambauer et al. 2017, section 2; the authors' getSELUparameters", params,
                    struct options),
    .version = 1,
    .check = check,
    .cost = cost,
    .run = run,
    .emits = emits,
};
