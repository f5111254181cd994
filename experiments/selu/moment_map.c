/* selu/moment-map: the map of mean and variance through one layer, its fixed point, how fast it
   gets there, and from where. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "experiments/selu/selu.h"
#include "numeric/linalg.h"
#include "numeric/memory.h"
#include "numeric/random.h"
#include "sim/activation.h"
#include "sim/moment_map.h"

struct options {
    struct td_part activation;
    double omega, tau;
    double target_mean, target_variance;
    struct td_reals mean, variance;
    int64_t starts, iterations, paths, grid;
};

static const struct td_param params[] = {
    {.name = "activation",
     .type = TD_PART,
     .offset = offsetof(struct options, activation),
     .initial = "selu",
     .registry = &td_activations,
     .help = "what is mapped: SELU in closed form, any other by quadrature"},
    {.name = "omega",
     .type = TD_REAL,
     .offset = offsetof(struct options, omega),
     .initial = "0",
     .min = -1e6,
     .max = 1e6,
     .help = "sum of a unit's weights"},
    {.name = "tau",
     .type = TD_REAL,
     .offset = offsetof(struct options, tau),
     .initial = "1",
     .min = 0,
     .max = 1e6,
     .help = "sum of a unit's squared weights"},
    {.name = "target_mean",
     .type = TD_REAL,
     .offset = offsetof(struct options, target_mean),
     .initial = "0",
     .min = -1e3,
     .max = 1e3,
     .help = "mean of the fixed point for which alpha and lambda are solved"},
    {.name = "target_variance",
     .type = TD_REAL,
     .offset = offsetof(struct options, target_variance),
     .initial = "1",
     .min = 0,
     .max = 1e6,
     .flags = TD_OPEN_MIN,
     .help = "variance of that fixed point"},
    {.name = "mean",
     .type = TD_REALS,
     .offset = offsetof(struct options, mean),
     .initial = "[-0.1,0.1]",
     .min = -1e3,
     .max = 1e3,
     .help = "range of means that starts, paths and arrows cover"},
    {.name = "variance",
     .type = TD_REALS,
     .offset = offsetof(struct options, variance),
     .initial = "[0.8,1.5]",
     .min = 0,
     .max = 1e6,
     .flags = TD_OPEN_MIN,
     .help = "range of variances"},
    {.name = "starts",
     .type = TD_INT,
     .offset = offsetof(struct options, starts),
     .initial = "1000",
     .min = 0,
     .max = 1e7,
     .help = "random starts in that box"},
    {.name = "iterations",
     .type = TD_INT,
     .offset = offsetof(struct options, iterations),
     .initial = "100",
     .min = 1,
     .max = 1e6,
     .help = "layers"},
    {.name = "paths",
     .type = TD_INT,
     .offset = offsetof(struct options, paths),
     .initial = "16",
     .min = 0,
     .max = 1000,
     .help = "trajectories from the border of the box that are kept"},
    {.name = "grid",
     .type = TD_INT,
     .offset = offsetof(struct options, grid),
     .initial = "15",
     .min = 0,
     .max = 1000,
     .help = "arrows a side of the vector field"},
    {0}};

static td_status check_range(const char *name, const struct td_reals *range, struct td_error *err) {
    if (range->n != 2 || range->v[0] > range->v[1])
        return td_fail(err, TD_BAD_INPUT, "%s: must be [lo,hi] with lo <= hi", name);
    return TD_OK;
}

static td_status check(const void *p, struct td_error *err) {
    const struct options *o = p;
    const double most = 1e6;
    if ((double)o->paths * (double)o->iterations > most)
        return td_fail(err, TD_BAD_INPUT,
                       "paths x iterations: %g points would be kept, at most %g are allowed",
                       (double)o->paths * (double)o->iterations, most);
    td_status status = check_range("mean", &o->mean, err);
    return status ? status : check_range("variance", &o->variance, err);
}

static double cost(const void *p) {
    const struct options *o = p;
    double images = (double)o->starts * (double)o->iterations + (double)(o->grid * o->grid);
    struct td_selu ignored;
    return images * (td_activation_is_selu(&o->activation, &ignored) ? 1 : 200);
}

struct run {
    struct td_task *task;
    const struct options *o;
    struct td_moment_map map;
    struct td_moments fixed;
    bool has_fixed;
    struct td_error *err;
};

static td_status emit(struct run *r, const char *measure, const char *site, int64_t step,
                      double value) {
    return td_task_emit(r->task, measure, site, step, value, "", r->err);
}

static struct td_moments lerp(const struct options *o, double x, double y) {
    return (struct td_moments){
        o->mean.v[0] + x * (o->mean.v[1] - o->mean.v[0]),
        o->variance.v[0] + y * (o->variance.v[1] - o->variance.v[0]),
    };
}

static double distance(const struct run *r, struct td_moments a) {
    return hypot(a.mean - r->fixed.mean, a.var - r->fixed.var);
}

/* Whether the map can be applied; one without a fixed point may run away, and beyond this its
   squares leave the finite numbers. */
static bool is_finite(const struct run *r, struct td_moments a) {
    const double largest = 1e100;
    return fabs(a.mean) < largest && fabs(a.mean * r->map.omega) < largest &&
           a.var * r->map.tau < largest;
}

/* alpha and lambda of the target, found from (1, 1). Some targets have none: nothing is emitted. */
static td_status solve_constants(struct run *r) {
    struct td_selu selu;
    struct td_moments target = {r->o->target_mean, r->o->target_variance};
    if (td_selu_solve(target, &selu, NULL))
        return TD_OK;
    td_status status = emit(r, "alpha", "", 0, selu.alpha);
    return status ? status : emit(r, "lambda", "", 0, selu.lambda);
}

static td_status find_fixed_point(struct run *r) {
    r->has_fixed = !td_moment_map_fixed_point(&r->map, lerp(r->o, 0.5, 0.5), &r->fixed, NULL);
    td_status status = emit(r, "fixed.found", "", 0, r->has_fixed);
    if (!status && r->has_fixed)
        status = emit(r, "fixed", "mean", 0, r->fixed.mean);
    if (!status && r->has_fixed)
        status = emit(r, "fixed", "variance", 0, r->fixed.var);
    return status;
}

/* The Jacobian at the fixed point, its singular values and eigenvalues. */
static td_status describe_jacobian(struct run *r) {
    static const char *const sites[4] = {"mean.mean", "mean.variance", "variance.mean",
                                         "variance.variance"};
    struct td_moments image;
    double j[2][2], singular[2], re[2], im[2];
    td_status status = td_moment_map_apply(&r->map, r->fixed, &image, j, r->err);
    if (!status)
        status = td_svd(2, 2, j[0], singular, NULL, NULL, r->err);
    if (!status)
        status = td_eig(2, j[0], re, im, r->err);
    for (int i = 0; i < 4 && !status; i++)
        status = emit(r, "jacobian", sites[i], 0, j[i / 2][i % 2]);
    for (int i = 0; i < 2 && !status; i++) {
        const char *site = i ? "2" : "1";
        status = emit(r, "singular", site, 0, singular[i]);
        if (!status)
            status = emit(r, "eigenvalue.real", site, 0, re[i]);
        if (!status)
            status = emit(r, "eigenvalue.imaginary", site, 0, im[i]);
    }
    if (!status) {
        double radius = fmax(hypot(re[0], im[0]), hypot(re[1], im[1]));
        status = emit(r, "spectral.radius", "", 0, radius);
    }
    return status;
}

/* Start k of n around the border of the box. */
static struct td_moments border_point(const struct options *o, int64_t k, int64_t n) {
    double at = 4 * (double)k / (double)n, side = floor(at), along = at - side;
    if (side < 1)
        return lerp(o, along, 0);
    if (side < 2)
        return lerp(o, 1, along);
    if (side < 3)
        return lerp(o, 1 - along, 1);
    return lerp(o, 0, 1 - along);
}

/* Factor by which the distance to the fixed point shrinks per layer, late on the way (where the map
   is linear) and before rounding counts; 0 if the way is too short to tell. */
static double late_contraction(const double *distances, int64_t n) {
    const double linear_below = 1e-4, rounding_below = 1e-11;
    int64_t first = -1, last = -1;
    for (int64_t i = 0; i < n; i++) {
        if (first < 0 && distances[i] < linear_below)
            first = i;
        if (distances[i] > rounding_below)
            last = i;
    }
    if (first < 0 || last <= first)
        return 0;
    return pow(distances[last] / distances[first], 1.0 / (double)(last - first));
}

static td_status follow_path(struct run *r, int64_t k, double *distances) {
    char site[24];
    snprintf(site, sizeof site, "%d", (int)k + 1);
    struct td_moments at = border_point(r->o, k, r->o->paths);
    td_status status = TD_OK;
    int64_t n = 0;
    for (int64_t i = 0; i <= r->o->iterations && !status && is_finite(r, at); i++, n++) {
        distances[i] = r->has_fixed ? distance(r, at) : 0;
        status = emit(r, "path.mean", site, i, at.mean);
        if (!status)
            status = emit(r, "path.variance", site, i, at.var);
        if (!status)
            status = td_moment_map_apply(&r->map, at, &at, NULL, r->err);
    }
    double factor = r->has_fixed && !status ? late_contraction(distances, n) : 0;
    if (factor > 0)
        status = emit(r, "contraction", site, r->o->iterations, factor);
    return status;
}

static td_status follow_paths(struct run *r) {
    double *distances = td_calloc((size_t)r->o->iterations + 1, sizeof *distances);
    if (!distances)
        return td_fail_memory(r->err, (size_t)r->o->iterations * sizeof *distances);
    td_status status = TD_OK;
    for (int64_t k = 0; k < r->o->paths && !status; k++) {
        status = td_task_poll(r->task, r->err);
        if (!status)
            status = follow_path(r, k, distances);
    }
    td_free(distances);
    return status;
}

/* Random starts: how far the farthest is from the fixed point before and after. */
static td_status iterate_starts(struct run *r, uint64_t seed) {
    struct td_stream stream = td_stream_make(seed, "starts");
    double before = 0, after = 0;
    td_status status = TD_OK;
    for (int64_t k = 0; k < r->o->starts && !status; k++) {
        double u[2];
        td_random_duniform(stream, 0, 0, 2 * (size_t)k, 2, u);
        struct td_moments at = lerp(r->o, u[0], u[1]);
        before = fmax(before, distance(r, at));
        for (int64_t i = 0; i < r->o->iterations && !status && is_finite(r, at); i++)
            status = td_moment_map_apply(&r->map, at, &at, NULL, r->err);
        after = fmax(after, distance(r, at));
        if (!status)
            status = td_task_poll(r->task, r->err);
    }
    if (!status)
        status = emit(r, "distance.max", "", 0, before);
    return status ? status : emit(r, "distance.max", "", r->o->iterations, after);
}

/* Array "field" (grid^2, 4): mean, variance, and their change through one layer. */
static td_status draw_field(struct run *r) {
    size_t n = (size_t)r->o->grid, shape[2] = {n * n, 4};
    double *v = td_calloc(n * n * 4, sizeof *v);
    if (!v)
        return td_fail_memory(r->err, n * n * 4 * sizeof *v);
    double step = n > 1 ? 1 / (double)(n - 1) : 0;
    td_status status = TD_OK;
    for (size_t k = 0; k < n * n && !status; k++) {
        struct td_moments at = lerp(r->o, (double)(k % n) * step, (double)(k / n) * step), image;
        status = td_moment_map_apply(&r->map, at, &image, NULL, r->err);
        double row[4] = {at.mean, at.var, image.mean - at.mean, image.var - at.var};
        for (size_t j = 0; j < 4 && !status; j++)
            v[4 * k + j] = row[j];
        if (!status && k % n == 0)
            status = td_task_poll(r->task, r->err);
    }
    if (!status)
        status = td_task_emit_array(r->task, "field", "", 0, 2, shape, v, r->err);
    td_free(v);
    return status;
}

static td_status run(struct td_task *task, const void *p, uint64_t seed, struct td_error *err) {
    const struct options *o = p;
    struct run r = {.task = task, .o = o, .err = err};
    r.map = (struct td_moment_map){&o->activation, td_selu_01, o->omega, o->tau};
    td_status status = solve_constants(&r);
    if (!status)
        status = find_fixed_point(&r);
    if (!status && r.has_fixed)
        status = describe_jacobian(&r);
    if (!status)
        status = follow_paths(&r);
    if (!status && r.has_fixed && o->starts > 0)
        status = iterate_starts(&r, seed);
    if (!status && o->grid > 0)
        status = draw_field(&r);
    return status;
}

static const char *const emits[] = {
    "alpha, lambda: SELU's constants for the target, found from (1, 1); none if there are none",
    "fixed.found: 1 if the map has a fixed point near the box",
    "fixed: that fixed point; site is mean or variance",
    "jacobian: its derivative there; site mean.variance is d mean~ / d variance, and so on",
    "singular, eigenvalue.real, eigenvalue.imaginary: of the Jacobian; site is 1 or 2",
    "spectral.radius: largest modulus of an eigenvalue",
    "path.mean, path.variance: trajectories; site is the path, step the layer",
    "contraction: factor of the distance to the fixed point per layer, late on a path",
    "distance.max: of all random starts to the fixed point; step is the layer",
    "field (grid^2, 4): mean, variance, and their change through one layer",
    NULL};

const struct td_experiment td_experiment_selu_moment_map = {
    .kind =
        TD_KIND("selu/moment-map",
                "The map of mean and variance through one layer: the constants of SELU by a "
                "root finder, the fixed point, its Jacobian, trajectories and vector field.",
                "Klambauer et al. 2017, section 2, eqs. 3-14, figure 2", params, struct options),
    .version = 1,
    .check = check,
    .cost = cost,
    .run = run,
    .emits = emits,
};
