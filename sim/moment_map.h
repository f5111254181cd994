/* The map of mean and variance through a layer (Klambauer et al. 2017, section 2): inputs with mean
   mu and variance nu, a unit whose weights sum to omega and whose squared weights sum to tau; its
   pre-activation is z ~ N(m, s2), m = mu omega, s2 = nu tau, and the map gives mean and variance of
   f(z). Closed form for SELU, quadrature for any other activation; everything in double. */
#ifndef TD_SIM_MOMENT_MAP_H
#define TD_SIM_MOMENT_MAP_H

#include <stdbool.h>

#include "numeric/param.h"
#include "numeric/status.h"

/* SELU(z) = lambda z for z > 0, lambda alpha (exp(z) - 1) otherwise (eq. 2). */
struct td_selu {
    double alpha, lambda;
};
/* alpha01, lambda01: the fixed point is (0, 1) for omega = 0, tau = 1 (eq. 14). */
extern const struct td_selu td_selu_01;

struct td_moments {
    double mean, var;
};

/* What f makes of z ~ N(m, s2). */
struct td_moment_image {
    double mean, var;       /* E f(z), Var f(z) */
    double slope2;          /* E f'(z)^2: with tau, the growth of the mean squared gradient */
    double mean_m, mean_s2; /* d mean / d m, d mean / d s2 */
    double var_m, var_s2;   /* d var / d m, d var / d s2 */
};

/* Closed form (eqs. 4, 5) for any finite m and s2 >= 0. Relative error about 1e-14 where the terms
   do not cancel by nature (the mean near its zero), 1e-12 elsewhere; tested for |m| <= 40, s2 in
   [1e-12, 1e6]. Nothing overflows: exp times erfc is taken as the Mills ratio; the variance is
   taken about a value near the mean, and for s2 < 1/64 by quadrature of differences. At s2 = 0 the
   variance is 0 and mean_s2 is +-inf where f has its kink. NaN in, NaN out. */
struct td_moment_image td_selu_image(struct td_selu f, double m, double s2);

/* Whether the activation is SELU, and with which constants. */
bool td_activation_is_selu(const struct td_part *activation, struct td_selu *out);

/* The same for any activation (td_activations), its learned coefficients at their initial values:
   SELU in closed form, others by quadrature.
   Errors: TD_BAD_INPUT for m not finite or s2 negative; TD_FAILED if quadrature fails. */
td_status td_activation_image(const struct td_part *activation, double m, double s2,
                              struct td_moment_image *out, struct td_error *err);

/* A layer. */
struct td_moment_map {
    const struct td_part *activation; /* NULL: SELU with the constants `selu` */
    struct td_selu selu;
    double omega, tau;
};

/* (mu, nu) -> (mu~, nu~). jacobian (NULL: not wanted): [[dmu~/dmu, dmu~/dnu], [dnu~/dmu,
   dnu~/dnu]]. in.var must be >= 0. */
td_status td_moment_map_apply(const struct td_moment_map *map, struct td_moments in,
                              struct td_moments *out, double jacobian[2][2], struct td_error *err);

/* The map's fixed point found by Newton's method from `start` (start.var > 0). TD_FAILED: none
   found from there. */
td_status td_moment_map_fixed_point(const struct td_moment_map *map, struct td_moments start,
                                    struct td_moments *out, struct td_error *err);

/* alpha and lambda for which `target` is a fixed point at omega = 0, tau = 1, by Newton's method
   from (1, 1). TD_FAILED: none found. */
td_status td_selu_solve(struct td_moments target, struct td_selu *out, struct td_error *err);

/* All alpha >= 0 and lambda > 0 for which `target` (var > 0) is a fixed point at (omega, tau):
   none, one or two (two only where target.mean is not 0). *n says how many; none is no error.
   TD_BAD_INPUT: numbers not finite or not positive. */
td_status td_selu_solutions(struct td_moments target, double omega, double tau,
                            struct td_selu out[2], size_t *n, struct td_error *err);

/* Mills ratio Q(x) / phi(x) of the standard normal, Q its upper tail: sqrt(pi/2) erfcx(x/sqrt2).
   Relative error below 2e-15 for x >= -5; grows like 1/phi(x) to the left, inf below -38. */
double td_mills_ratio(double x);

#endif
