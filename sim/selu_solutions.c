/* All SELUs with a wanted fixed point, in closed form but for four restricted moments. */
#include <math.h>

#include "sim/moment_map.h"
#include "sim/quadrature.h"

/* z ~ N(m, s^2) */
struct pre_activation {
    double m, s;
};

/* h: z and z^2 for z > 0; expm1(z) and its square for z < 0. */
static void halves(const void *context, double x, double *h) {
    const struct pre_activation *p = context;
    double z = p->m + p->s * x, g = z < 0 ? expm1(z) : 0;
    h[0] = z > 0 ? z : 0;
    h[1] = h[0] * h[0];
    h[2] = g;
    h[3] = g * g;
}

/* With e the expectations of halves(), the mean is lambda (e0 + alpha e2) and the second moment
   lambda^2 (e1 + alpha^2 e3). Their ratio mean^2 / second moment = r is a quadratic equation for
   alpha: (e2^2 - r e3) alpha^2 + 2 e0 e2 alpha + e0^2 - r e1 = 0. Returns how many real roots. */
static size_t candidates(const double e[4], double r, double alpha[2]) {
    if (r == 0) {
        alpha[0] = -e[0] / e[2];
        return 1;
    }
    double a = e[2] * e[2] - r * e[3], b = e[0] * e[2], c = e[0] * e[0] - r * e[1];
    double discriminant = b * b - a * c;
    if (!(discriminant >= 0))
        return 0;
    double q = -b + sqrt(discriminant); /* b < 0: a sum of positive numbers */
    alpha[0] = c / q;
    alpha[1] = q / a;
    return a != 0 && discriminant > 0 ? 2 : 1;
}

td_status td_selu_solutions(struct td_moments target, double omega, double tau,
                            struct td_selu out[2], size_t *n, struct td_error *err) {
    struct pre_activation p = {target.mean * omega, sqrt(target.var * tau)};
    double e[4], alpha[2];
    *n = 0;
    if (!isfinite(p.m) || !isfinite(p.s) || !isfinite(target.mean) || !(target.var > 0) ||
        !(tau > 0))
        return td_fail(
            err, TD_BAD_INPUT,
            "SELU for the fixed point (%g, %g) at omega %g, tau %g: variance and tau must "
            "be positive, all finite",
            target.mean, target.var, omega, tau);
    double kink = -p.m / p.s, second = target.var + target.mean * target.mean;
    td_status status = td_normal_expectation(halves, &p, 4, 1, &kink, e, err);
    if (status)
        return status;
    size_t found = candidates(e, target.mean * target.mean / second, alpha);
    for (size_t i = 0; i < found; i++) {
        double mean = e[0] + alpha[i] * e[2];
        double lambda = sqrt(second / (e[1] + alpha[i] * alpha[i] * e[3]));
        if (alpha[i] >= 0 && isfinite(alpha[i]) && isfinite(lambda) && mean * target.mean >= 0)
            out[(*n)++] = (struct td_selu){alpha[i], lambda};
    }
    return TD_OK;
}
