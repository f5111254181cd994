/* selu/theorems: extremes of the moment map over a box of (mean, variance, omega, tau). The paper's
   theorems are statements about such extremes: 1, the image lies inside the box and the Jacobian's
   norm is below 1; 2, the variance shrinks on a box above; 3, it grows on a box below. A dense grid
   finds the candidates, a search inside the box from the best of them sharpens each. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "experiments/selu/moment_box.h"
#include "experiments/selu/selu.h"
#include "numeric/memory.h"
#include "sim/activation.h"
#include "sim/moment_map.h"

struct options {
    const char *domain;
    struct td_part activation;
    struct td_reals box[AXES];
    int64_t grid, fixed_points;
};

static const struct td_param params[] = {
    MOMENT_BOX_NAME_PARAM(struct options),
    {.name = "activation",
     .type = TD_PART,
     .offset = offsetof(struct options, activation),
     .initial = "selu",
     .registry = &td_activations,
     .help = "what is mapped: SELU in closed form, any other by quadrature (slow: lower grid)"},
    MOMENT_BOX_PARAMS(struct options, box),
    {.name = "grid",
     .type = TD_INT,
     .offset = offsetof(struct options, grid),
     .initial = "41",
     .min = 2,
     .max = 401,
     .help = "points an axis: grid^4 in all"},
    {.name = "fixed_points",
     .type = TD_INT,
     .offset = offsetof(struct options, fixed_points),
     .initial = "0",
     .min = 0,
     .max = 1001,
     .help = "points an axis of (omega, tau) where the fixed point is sought; 0: none"},
    {0}};

static td_status check(const void *p, struct td_error *err) {
    const struct options *o = p;
    return moment_box_check(o->box, err);
}

static double cost(const void *p) {
    const struct options *o = p;
    struct td_selu ignored;
    return pow((double)o->grid, 4) * (td_activation_is_selu(&o->activation, &ignored) ? 1 : 200);
}

/* What is looked at. */
enum quantity { IMAGE_MEAN, IMAGE_VARIANCE, GROWTH, NORM, QUANTITIES };
static const char *const quantity_names[QUANTITIES] = {"image.mean", "image.variance", "growth",
                                                       "norm"};

/* Largest singular value of a 2 x 2 matrix. */
static double spectral_norm(const double j[2][2]) {
    double t = j[0][0] * j[0][0] + j[0][1] * j[0][1] + j[1][0] * j[1][0] + j[1][1] * j[1][1];
    double det = j[0][0] * j[1][1] - j[0][1] * j[1][0];
    return sqrt(0.5 * (t + sqrt(fmax(0, t * t - 4 * det * det))));
}

static td_status evaluate(const struct options *o, const double x[AXES], double q[QUANTITIES],
                          struct td_error *err) {
    struct td_moment_map map = {&o->activation, td_selu_01, x[OMEGA], x[TAU]};
    struct td_moments image;
    double jacobian[2][2];
    td_status status =
        td_moment_map_apply(&map, (struct td_moments){x[MEAN], x[VARIANCE]}, &image, jacobian, err);
    if (status)
        return status;
    q[IMAGE_MEAN] = image.mean;
    q[IMAGE_VARIANCE] = image.var;
    q[GROWTH] = image.var - x[VARIANCE];
    q[NORM] = spectral_norm(jacobian);
    return TD_OK;
}

/* The largest value of sign * quantity so far, and where. */
struct extreme {
    enum quantity quantity;
    int sign;
    double value, x[AXES];
};

static void consider(struct extreme *e, const double q[QUANTITIES], const double x[AXES]) {
    double value = e->sign * q[e->quantity];
    if (value > e->value) {
        e->value = value;
        memcpy(e->x, x, sizeof e->x);
    }
}

static double grid_value(const struct options *o, enum moment_axis a, int64_t i) {
    const double *range = o->box[a].v;
    if (i == o->grid - 1)
        return range[1];
    return range[0] + (range[1] - range[0]) * (double)i / (double)(o->grid - 1);
}

enum { EXTREMES = 2 * QUANTITIES };

/* One slice of the grid at a given variance; row: variance, smallest and largest image variance. */
static td_status scan_slice(const struct options *o, int64_t at, struct extreme *extremes,
                            double row[3], struct td_error *err) {
    double x[AXES], q[QUANTITIES];
    x[VARIANCE] = row[0] = grid_value(o, VARIANCE, at);
    row[1] = INFINITY;
    row[2] = -INFINITY;
    for (int64_t i = 0; i < o->grid; i++)
        for (int64_t j = 0; j < o->grid; j++)
            for (int64_t k = 0; k < o->grid; k++) {
                x[MEAN] = grid_value(o, MEAN, i);
                x[OMEGA] = grid_value(o, OMEGA, j);
                x[TAU] = grid_value(o, TAU, k);
                td_status status = evaluate(o, x, q, err);
                if (status)
                    return status;
                for (int e = 0; e < EXTREMES; e++)
                    consider(&extremes[e], q, x);
                row[1] = fmin(row[1], q[IMAGE_VARIANCE]);
                row[2] = fmax(row[2], q[IMAGE_VARIANCE]);
            }
    return TD_OK;
}

/* Compass search inside the box: try a step along each axis both ways, halve the steps when none
   helps. */
static td_status sharpen(const struct options *o, struct extreme *e, struct td_error *err) {
    const double smallest_step = 1e-10; /* of a side */
    double step = 1 / (double)(o->grid - 1);
    while (step > smallest_step) {
        double before = e->value;
        for (int a = 0; a < 2 * AXES; a++) {
            const double *range = o->box[a / 2].v;
            double x[AXES], q[QUANTITIES], move = (a % 2 ? step : -step) * (range[1] - range[0]);
            memcpy(x, e->x, sizeof x);
            x[a / 2] = fmin(range[1], fmax(range[0], x[a / 2] + move));
            td_status status = evaluate(o, x, q, err);
            if (status)
                return status;
            consider(e, q, x);
        }
        if (!(e->value > before))
            step /= 2;
    }
    return TD_OK;
}

static td_status emit_extreme(struct td_task *task, const struct extreme *e, struct td_error *err) {
    const char *measure = quantity_names[e->quantity], *end = e->sign > 0 ? "max" : "min";
    td_status status = td_task_emit(task, measure, end, 0, e->sign * e->value, "", err);
    for (int a = 0; a < AXES && !status; a++) {
        char site[TD_SITE_MAX];
        snprintf(site, sizeof site, "%s.at.%s", end, moment_axis_names[a]);
        status = td_task_emit(task, measure, site, 0, e->x[a], "", err);
    }
    return status;
}

static td_status scan(struct td_task *task, const struct options *o, double *profile,
                      struct td_error *err) {
    struct extreme extremes[EXTREMES];
    for (int e = 0; e < EXTREMES; e++)
        extremes[e] =
            (struct extreme){.quantity = e / 2, .sign = e % 2 ? 1 : -1, .value = -INFINITY};
    td_status status = TD_OK;
    for (int64_t i = 0; i < o->grid && !status; i++) {
        status = td_task_poll(task, err);
        if (!status)
            status = scan_slice(o, i, extremes, profile + 3 * i, err);
    }
    for (int e = 0; e < EXTREMES && !status; e++)
        status = sharpen(o, &extremes[e], err);
    for (int e = 0; e < EXTREMES && !status; e++)
        status = emit_extreme(task, &extremes[e], err);
    return status;
}

/* Fixed points over a grid of (omega, tau): their range, how many are missing or outside. */
struct fixed_range {
    double lo[2], hi[2];
    int64_t outside, missing;
};

static void note_fixed_point(const struct options *o, double omega, double tau,
                             struct fixed_range *range) {
    struct td_moment_map map = {&o->activation, td_selu_01, omega, tau};
    const double *mean = o->box[MEAN].v, *variance = o->box[VARIANCE].v;
    struct td_moments start = {0.5 * (mean[0] + mean[1]), 0.5 * (variance[0] + variance[1])}, at;
    if (td_moment_map_fixed_point(&map, start, &at, NULL)) {
        range->missing++;
        return;
    }
    double v[2] = {at.mean, at.var};
    for (int i = 0; i < 2; i++) {
        range->lo[i] = fmin(range->lo[i], v[i]);
        range->hi[i] = fmax(range->hi[i], v[i]);
    }
    range->outside +=
        at.mean < mean[0] || at.mean > mean[1] || at.var < variance[0] || at.var > variance[1];
}

static td_status find_fixed_points(struct td_task *task, const struct options *o,
                                   struct td_error *err) {
    struct fixed_range range = {{INFINITY, INFINITY}, {-INFINITY, -INFINITY}, 0, 0};
    const double *omega = o->box[OMEGA].v, *tau = o->box[TAU].v;
    int64_t n = o->fixed_points;
    for (int64_t i = 0; i < n; i++) {
        td_status status = td_task_poll(task, err);
        if (status)
            return status;
        for (int64_t j = 0; j < n; j++) {
            double x = n > 1 ? (double)i / (double)(n - 1) : 0.5;
            double y = n > 1 ? (double)j / (double)(n - 1) : 0.5;
            note_fixed_point(o, omega[0] + x * (omega[1] - omega[0]),
                             tau[0] + y * (tau[1] - tau[0]), &range);
        }
    }
    td_status status = td_task_emit(task, "fixed.missing", "", 0, (double)range.missing, "", err);
    if (!status)
        status = td_task_emit(task, "fixed.outside", "", 0, (double)range.outside, "", err);
    for (int i = 0; i < 2 && !status && range.missing < n * n; i++) {
        const char *measure = i ? "fixed.variance" : "fixed.mean";
        status = td_task_emit(task, measure, "min", 0, range.lo[i], "", err);
        if (!status)
            status = td_task_emit(task, measure, "max", 0, range.hi[i], "", err);
    }
    return status;
}

static td_status run(struct td_task *task, const void *p, uint64_t seed, struct td_error *err) {
    (void)seed; /* nothing here is random */
    const struct options *o = p;
    size_t shape[2] = {(size_t)o->grid, 3};
    double *profile = td_calloc(shape[0] * 3, sizeof *profile);
    if (!profile)
        return td_fail_memory(err, shape[0] * 3 * sizeof *profile);
    td_status status = scan(task, o, profile, err);
    if (!status)
        status = td_task_emit_array(task, "profile", "", 0, 2, shape, profile, err);
    if (!status && o->fixed_points > 0)
        status = find_fixed_points(task, o, err);
    td_free(profile);
    return status;
}

static const char *const emits[] = {
    "image.mean, image.variance: extremes of the map over the box; site min or max, and "
    "min.at.omega etc. where",
    "growth: extremes of (variance after) - (variance before); sites likewise",
    "norm: extremes of the Jacobian's spectral norm; sites likewise",
    "fixed.missing, fixed.outside: grid points (omega, tau) with no fixed point, or one outside",
    "fixed.mean, fixed.variance: range of the fixed points; site min or max",
    "profile (grid, 3): variance, smallest and largest variance after, over the rest of the box",
    NULL};

const struct td_experiment td_experiment_selu_theorems = {
    .kind = TD_KIND("selu/theorems",
                    "Extremes of the moment map, of the change of variance and of the Jacobian's "
                    "norm over a box of means, variances and weights: what theorems 1 to 3 bound.",
                    "Klambauer et al. 2017, theorems 1-3", params, struct options),
    .version = 1,
    .check = check,
    .cost = cost,
    .run = run,
    .emits = emits,
};
