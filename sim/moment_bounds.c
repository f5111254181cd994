/* Klambauer et al. 2017, eqs. 4 and 5, written with restricted moments of z ~ N(m, s^2), q = P(z <
   0), p = 1 - q, phi = density of m/s: e_k = E[e^(k z); z < 0] = phi Mills(k s + m/s) z_1 = E[z; z
   > 0] = m p + s phi,   z_2 = E[z^2; z > 0] = (m^2 + s^2) p + m s phi E f = lambda z_1 + lambda
   alpha (e_1 - q) E f^2 = lambda^2 z_2 + (lambda alpha)^2 (e_2 - 2 e_1 + q) and derivatives from
   dE[g]/dm = E[g'], dE[g]/ds2 = E[g'']/2. */
#include "sim/moment_bounds.h"

typedef struct td_interval interval;

#define add td_interval_add
#define sub td_interval_subtract
#define mul td_interval_multiply
#define times(number, a) td_interval_multiply(td_interval_point(number), a)

/* What all moments are made of. */
struct pieces {
    interval lambda, la, ll, lala; /* lambda, lambda alpha and their squares */
    interval phi, p, q, e1, e2, z1, z2;
    interval delta; /* E of f'' at the kink: lambda (1 - alpha) phi / s */
};

static struct pieces pieces_of(struct td_selu f, interval m, interval s2) {
    interval one = td_interval_point(1), alpha = td_interval_near(f.alpha),
             s = td_interval_sqrt(s2);
    interval x = td_interval_divide(m, s);
    struct pieces c = {.lambda = td_interval_near(f.lambda)};
    c.la = mul(c.lambda, alpha);
    c.ll = td_interval_square(c.lambda);
    c.lala = td_interval_square(c.la);
    c.phi = td_interval_normal_density(x);
    c.p = td_interval_normal_cdf(x);
    c.q = td_interval_normal_cdf(td_interval_negate(x));
    c.e1 = mul(c.phi, td_interval_mills(add(s, x)));
    c.e2 = mul(c.phi, td_interval_mills(add(times(2, s), x)));
    c.z1 = add(mul(m, c.p), mul(s, c.phi));
    c.z2 = add(mul(add(td_interval_square(m), s2), c.p), mul(mul(m, s), c.phi));
    c.delta = td_interval_divide(mul(mul(c.lambda, sub(one, alpha)), c.phi), s);
    return c;
}

struct td_moment_bounds td_selu_bounds(struct td_selu f, interval m, interval s2) {
    const interval unknown = {-INFINITY, INFINITY};
    if (!(s2.lo > 0))
        return (struct td_moment_bounds){unknown, unknown, unknown, unknown, unknown, unknown};
    struct pieces c = pieces_of(f, m, s2);
    struct td_moment_bounds out;
    interval second = add(mul(c.ll, c.z2), mul(c.lala, add(sub(c.e2, times(2, c.e1)), c.q)));
    interval f_f1 = add(mul(c.ll, c.z1), mul(c.lala, sub(c.e2, c.e1))); /* E f f' */
    interval f1_f1 = add(mul(c.ll, c.p), mul(c.lala, c.e2));            /* E f'^2 */
    interval f_f2 = mul(c.lala, sub(c.e2, c.e1));                       /* E f f'' */
    out.mean = add(mul(c.lambda, c.z1), mul(c.la, sub(c.e1, c.q)));
    out.var = sub(second, td_interval_square(out.mean));
    out.mean_m = add(mul(c.lambda, c.p), mul(c.la, c.e1));
    out.mean_s2 = times(0.5, add(mul(c.la, c.e1), c.delta));
    out.var_m = times(2, sub(f_f1, mul(out.mean, out.mean_m)));
    out.var_s2 = sub(add(f1_f1, f_f2), times(2, mul(out.mean, out.mean_s2)));
    return out;
}
