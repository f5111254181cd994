#include "sim/moment_map.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_multiroots.h>

#include "sim/activation.h"
#include "sim/quadrature.h"

/* --- any activation --- */

struct generic {
    const struct td_activation *activation;
    const void *params;
    double m, s, at_m; /* at_m = f(m) */
};

static double value(const struct generic *g, double z) {
    return g->activation->value(g->params, g->activation->learned_initial, z);
}
static double slope(const struct generic *g, double z) {
    return g->activation->slope(g->params, g->activation->learned_initial, z);
}

/* D = f(z) - f(m), and f' with the weights of Stein's lemma: E[f''] = E[f' x] / s, jumps of f'
   included. */
static void generic_differences(const void *context, double x, double *h) {
    const struct generic *g = context;
    double z = g->m + g->s * x, d = value(g, z) - g->at_m, f1 = slope(g, z);
    h[0] = d;
    h[1] = d * d;
    h[2] = f1;
    h[3] = d * f1;
    h[4] = f1 * f1;
    h[5] = f1 * x;
    h[6] = d * f1 * x;
}

static size_t breaks_of(const struct generic *g, double out[TD_EXPECT_BREAKS]) {
    double kinks[TD_KINKS_MAX];
    size_t n = g->activation->kinks ? g->activation->kinks(g->params, kinks) : 0;
    for (size_t i = 0; i < n; i++)
        out[i] = (kinks[i] - g->m) / g->s;
    out[n++] = -g->m / g->s; /* whatever f does, it does around 0 */
    return n;
}

bool td_activation_is_selu(const struct td_part *activation, struct td_selu *out) {
    if (strcmp(activation->kind->name, "selu") != 0)
        return false;
    const struct td_activation *a = (const struct td_activation *)activation->kind;
    out->lambda = a->value(activation->params, NULL, 1);
    out->alpha = -a->value(activation->params, NULL, -INFINITY) / out->lambda;
    return true;
}

td_status td_activation_image(const struct td_part *activation, double m, double s2,
                              struct td_moment_image *out, struct td_error *err) {
    struct td_selu selu;
    if (!isfinite(m) || !isfinite(s2) || s2 < 0)
        return td_fail(err, TD_BAD_INPUT,
                       "moment map of %s at mean %g, variance %g: both must be finite, the "
                       "variance not negative",
                       activation->kind->name, m, s2);
    if (td_activation_is_selu(activation, &selu)) {
        *out = td_selu_image(selu, m, s2);
        return TD_OK;
    }
    struct generic g = {(const struct td_activation *)activation->kind, activation->params, m,
                        sqrt(s2), 0};
    g.at_m = value(&g, m);
    if (s2 == 0) {
        double f1 = slope(&g, m);
        *out = (struct td_moment_image){
            .mean = g.at_m, .slope2 = f1 * f1, .mean_m = f1, .mean_s2 = NAN, .var_s2 = f1 * f1};
        return TD_OK;
    }
    double breaks[TD_EXPECT_BREAKS], e[7];
    td_status status =
        td_normal_expectation(generic_differences, &g, 7, breaks_of(&g, breaks), breaks, e, err);
    if (status) {
        td_fail_in(err, "moment map of %s at mean %g, variance %g", activation->kind->name, m, s2);
        return status;
    }
    *out = (struct td_moment_image){
        .mean = g.at_m + e[0],
        .var = e[1] - e[0] * e[0],
        .slope2 = e[4],
        .mean_m = e[2],
        .mean_s2 = e[5] / (2 * g.s),
        .var_m = 2 * (e[3] - e[0] * e[2]),
        .var_s2 = (e[6] - e[0] * e[5]) / g.s,
    };
    return TD_OK;
}

/* --- a layer --- */

td_status td_moment_map_apply(const struct td_moment_map *map, struct td_moments in,
                              struct td_moments *out, double jacobian[2][2], struct td_error *err) {
    double m = in.mean * map->omega, s2 = in.var * map->tau;
    if (!isfinite(m) || !isfinite(s2) || s2 < 0)
        return td_fail(err, TD_BAD_INPUT,
                       "moment map at mean %g, variance %g, omega %g, tau %g: all must be finite, "
                       "variance and tau not negative",
                       in.mean, in.var, map->omega, map->tau);
    struct td_moment_image image;
    if (map->activation) {
        td_status status = td_activation_image(map->activation, m, s2, &image, err);
        if (status)
            return status;
    } else {
        image = td_selu_image(map->selu, m, s2);
    }
    *out = (struct td_moments){image.mean, image.var};
    if (jacobian) {
        jacobian[0][0] = image.mean_m * map->omega;
        jacobian[0][1] = image.mean_s2 * map->tau;
        jacobian[1][0] = image.var_m * map->omega;
        jacobian[1][1] = image.var_s2 * map->tau;
    }
    return TD_OK;
}

/* --- two equations in two unknowns --- */

enum { NEWTON_STEPS = 200 };
#define NEWTON_STEP 1e-15     /* relative step at which the iteration has nothing left to do */
#define NEWTON_RESIDUAL 1e-11 /* what still counts as a solution when rounding stalls it */

typedef td_status two_equations(const void *context, const double x[2], double f[2],
                                double jacobian[2][2]);
struct root_problem {
    two_equations *equations;
    const void *context;
};

static int root_fdf(const gsl_vector *x, void *context, gsl_vector *f, gsl_matrix *jacobian) {
    const struct root_problem *p = context;
    double at[2] = {gsl_vector_get(x, 0), gsl_vector_get(x, 1)}, y[2], j[2][2];
    if (p->equations(p->context, at, y, j))
        return GSL_EDOM;
    for (size_t i = 0; i < 2; i++) {
        if (f)
            gsl_vector_set(f, i, y[i]);
        for (size_t k = 0; k < 2 && jacobian; k++)
            gsl_matrix_set(jacobian, i, k, j[i][k]);
    }
    return isfinite(y[0]) && isfinite(y[1]) ? GSL_SUCCESS : GSL_EDOM;
}
static int root_f(const gsl_vector *x, void *context, gsl_vector *f) {
    return root_fdf(x, context, f, NULL);
}
static int root_df(const gsl_vector *x, void *context, gsl_matrix *jacobian) {
    return root_fdf(x, context, NULL, jacobian);
}

/* Damped Newton (GSL's gnewton) until the step is rounding error or the iteration stalls. */
static bool iterate_root(gsl_multiroot_fdfsolver *solver) {
    for (int i = 0; i < NEWTON_STEPS; i++) {
        if (gsl_multiroot_fdfsolver_iterate(solver))
            break;
        if (gsl_multiroot_test_delta(solver->dx, solver->x, NEWTON_STEP, NEWTON_STEP) ==
            GSL_SUCCESS)
            break;
    }
    return gsl_multiroot_test_residual(solver->f, NEWTON_RESIDUAL) == GSL_SUCCESS;
}

/* Solves equations = 0 from x, in place. */
static td_status solve_two(two_equations *equations, const void *context, double x[2],
                           struct td_error *err) {
    struct root_problem problem = {equations, context};
    gsl_multiroot_function_fdf fdf = {root_f, root_df, root_fdf, 2, &problem};
    gsl_multiroot_fdfsolver *solver =
        gsl_multiroot_fdfsolver_alloc(gsl_multiroot_fdfsolver_gnewton, 2);
    if (!solver)
        return td_fail_memory(err, sizeof *solver);
    gsl_vector_view start = gsl_vector_view_array(x, 2);
    gsl_error_handler_t *handler = gsl_set_error_handler_off();
    bool found = gsl_multiroot_fdfsolver_set(solver, &fdf, &start.vector) == GSL_SUCCESS &&
                 iterate_root(solver);
    gsl_set_error_handler(handler);
    x[0] = gsl_vector_get(solver->x, 0);
    x[1] = gsl_vector_get(solver->x, 1);
    gsl_multiroot_fdfsolver_free(solver);
    return found ? TD_OK : td_fail(err, TD_FAILED, "Newton's method finds no solution");
}

/* Unknowns (mu, ln nu), so that the variance stays positive. */
static td_status fixed_point_equations(const void *context, const double x[2], double f[2],
                                       double jacobian[2][2]) {
    struct td_moments in = {x[0], exp(x[1])}, image;
    td_status status = td_moment_map_apply(context, in, &image, jacobian, NULL);
    if (status)
        return status;
    f[0] = image.mean - in.mean;
    f[1] = image.var / in.var - 1;
    jacobian[0][0] -= 1;
    jacobian[0][1] *= in.var;
    jacobian[1][0] /= in.var;
    jacobian[1][1] -= image.var / in.var;
    return TD_OK;
}

td_status td_moment_map_fixed_point(const struct td_moment_map *map, struct td_moments start,
                                    struct td_moments *out, struct td_error *err) {
    if (!isfinite(start.mean) || !isfinite(start.var) || start.var <= 0)
        return td_fail(err, TD_BAD_INPUT,
                       "fixed point from mean %g, variance %g: the variance must be positive",
                       start.mean, start.var);
    double x[2] = {start.mean, log(start.var)};
    td_status status = solve_two(fixed_point_equations, map, x, err);
    if (status) {
        td_fail_in(err,
                   "fixed point of the moment map (omega %g, tau %g) from mean %g, variance %g",
                   map->omega, map->tau, start.mean, start.var);
        return status;
    }
    *out = (struct td_moments){x[0], exp(x[1])};
    return TD_OK;
}

/* Restricted moments of z ~ N(0, s2), which do not depend on (alpha, lambda): the mean is
   lambda (z1 + alpha g1), the second moment lambda^2 (z2 + alpha^2 g2). */
struct selu_conditions {
    double z1, z2; /* E[z; z > 0], E[z^2; z > 0] */
    double g1, g2; /* E[expm1 z; z < 0], E[(expm1 z)^2; z < 0] */
    struct td_moments target;
};

static td_status selu_equations(const void *context, const double x[2], double f[2],
                                double jacobian[2][2]) {
    const struct selu_conditions *c = context;
    double a = x[0], l = x[1], mean = c->z1 + a * c->g1, second = c->z2 + a * a * c->g2;
    f[0] = l * mean - c->target.mean;
    f[1] = (l * l * second - c->target.mean * c->target.mean) / c->target.var - 1;
    jacobian[0][0] = l * c->g1;
    jacobian[0][1] = mean;
    jacobian[1][0] = 2 * l * l * a * c->g2 / c->target.var;
    jacobian[1][1] = 2 * l * second / c->target.var;
    return TD_OK;
}

static void half_moments(const void *context, double x, double *h) {
    double z = *(const double *)context * x, g = z < 0 ? expm1(z) : 0;
    h[0] = z > 0 ? z : 0;
    h[1] = z > 0 ? z * z : 0;
    h[2] = g;
    h[3] = g * g;
}

td_status td_selu_solve(struct td_moments target, struct td_selu *out, struct td_error *err) {
    if (!isfinite(target.mean) || !isfinite(target.var) || target.var <= 0)
        return td_fail(err, TD_BAD_INPUT,
                       "SELU for the fixed point (%g, %g): the variance must be positive",
                       target.mean, target.var);
    double s = sqrt(target.var), kink = 0, e[4];
    td_status status = td_normal_expectation(half_moments, &s, 4, 1, &kink, e, err);
    struct selu_conditions conditions = {e[0], e[1], e[2], e[3], target};
    double x[2] = {1, 1};
    if (!status)
        status = solve_two(selu_equations, &conditions, x, err);
    if (status) {
        td_fail_in(err, "SELU for the fixed point (%g, %g)", target.mean, target.var);
        return status;
    }
    *out = (struct td_selu){x[0], x[1]};
    return TD_OK;
}
