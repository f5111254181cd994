/* Moments of SELU(z), z ~ N(m, s2). Notation: b = -m/s is the kink in units of s; P+ = P(z > 0),
   P- = P(z < 0); E1 = E[e^z; z < 0], E2 = E[e^2z; z < 0]. Everything is taken about a reference
   value c close to the mean, D = f(z) - c, so that the variance E[D^2] - E[D]^2 loses few digits.
   Derivatives come from dE[g]/dm = E[g'], dE[g]/ds2 = E[g'']/2, where f'' holds a delta at the
   kink. */
#include "sim/moment_map.h"

#include <math.h>

#include "sim/activations/selu.h"
#include "sim/quadrature.h"

const struct td_selu td_selu_01 = {TD_SELU_ALPHA, TD_SELU_LAMBDA};

#define SQRT1_2 0.70710678118654752440
#define INV_SQRT_2PI 0.39894228040143267794

/* Below this s the restricted moments are differences of nearly equal numbers: quadrature. */
#define CLOSED_FORM_S 0.125

static double normal_density(double x) {
    return INV_SQRT_2PI * exp(-0.5 * x * x);
}
static double upper_tail(double x) {
    return 0.5 * erfc(x * SQRT1_2);
}

double td_mills_ratio(double x) {
    const double continued_fraction_from = 4;
    enum { TERMS = 40 };
    if (x < continued_fraction_from)
        return upper_tail(x) / normal_density(x);
    double tail = x;
    for (int k = TERMS; k > 0; k--)
        tail = x + k / tail;
    return 1 / tail;
}

/* E[e^(k z); z < 0] = e^(k m + k^2 s2/2) Phi(b - k s) = phi(b) Mills(k s - b); the left form where
   Mills would overflow, the right one where the exponential would. */
static double truncated_exponential(double k, double m, double s, double b) {
    double x = k * s - b;
    if (x < 0)
        return exp(k * m + 0.5 * k * k * s * s) * upper_tail(x);
    return normal_density(b) * td_mills_ratio(x);
}

/* Expectations about the reference value. */
struct about {
    double c;               /* the reference */
    double d, dd;           /* E D, E D^2 */
    double f1, d_f1, f1_f1; /* E f', E D f', E f'^2 */
    double f2, d_f2;        /* E f'', E D f'' without the delta */
};

static struct td_moment_image assemble(struct td_selu f, double s, double b,
                                       const struct about *e) {
    double delta = f.lambda * (1 - f.alpha) * normal_density(b) / s; /* E of f'' at the kink */
    struct td_moment_image image = {
        .mean = e->c + e->d,
        .var = e->dd - e->d * e->d,
        .slope2 = e->f1_f1,
        .mean_m = e->f1,
        .mean_s2 = 0.5 * (e->f2 + delta),
        .var_m = 2 * (e->d_f1 - e->d * e->f1),
    };
    image.var_s2 = e->f1_f1 + e->d_f2 - e->c * delta - 2 * e->d * image.mean_s2;
    return image;
}

/* m <= 0: about the left limit -lambda alpha, where all terms are positive. */
static struct about about_saturation(struct td_selu f, double m, double s, double b) {
    double p = upper_tail(b), phi = normal_density(b);
    double e1 = truncated_exponential(1, m, s, b), e2 = truncated_exponential(2, m, s, b);
    double z1 = m * p + s * phi, z2 = (m * m + s * s) * p + m * s * phi; /* E[z^k; z > 0] */
    double la = f.lambda * f.alpha, ll = f.lambda * f.lambda, a = f.alpha;
    return (struct about){
        .c = -la,
        .d = la * e1 + f.lambda * (z1 + a * p),
        .dd = la * la * e2 + ll * (z2 + 2 * a * z1 + a * a * p),
        .f1 = la * e1 + f.lambda * p,
        .d_f1 = la * la * e2 + ll * (z1 + a * p),
        .f1_f1 = la * la * e2 + ll * p,
        .f2 = la * e1,
        .d_f2 = la * la * e2,
    };
}

/* m > 0: about lambda m, where most of the distribution is linear. */
static struct about about_linear(struct td_selu f, double m, double s, double b) {
    double p = upper_tail(b), q = upper_tail(-b), phi = normal_density(b);
    double e1 = truncated_exponential(1, m, s, b), e2 = truncated_exponential(2, m, s, b);
    double a = f.alpha, ll = f.lambda * f.lambda, am = a + m;
    double left_d = a * e1 - am * q, left_dd = a * a * e2 - 2 * a * am * e1 + am * am * q;
    double left_slope = a * (a * e2 - am * e1);
    return (struct about){
        .c = f.lambda * m,
        .d = f.lambda * (s * phi + left_d),
        .dd = ll * (s * s * (p + b * phi) + left_dd),
        .f1 = f.lambda * (p + a * e1),
        .d_f1 = ll * (s * phi + left_slope),
        .f1_f1 = ll * (p + a * a * e2),
        .f2 = f.lambda * a * e1,
        .d_f2 = ll * left_slope,
    };
}

struct small {
    struct td_selu f;
    double m, s;
};

static double selu(struct td_selu f, double z) {
    return f.lambda * (z > 0 ? z : f.alpha * expm1(z));
}

/* D = f(m + s x) - f(m) without subtracting nearly equal numbers. */
static void small_differences(const void *context, double x, double *h) {
    const struct small *c = context;
    double dz = c->s * x, z = c->m + dz, la = c->f.lambda * c->f.alpha;
    double slope = z > 0 ? c->f.lambda : la * exp(z), curvature = z > 0 ? 0 : slope, d;
    if (z > 0 && c->m > 0)
        d = c->f.lambda * dz;
    else if (z <= 0 && c->m <= 0)
        d = la * exp(c->m) * expm1(dz);
    else
        d = selu(c->f, z) - selu(c->f, c->m);
    h[0] = d;
    h[1] = d * d;
    h[2] = slope;
    h[3] = d * slope;
    h[4] = slope * slope;
    h[5] = curvature;
    h[6] = d * curvature;
}

/* s < CLOSED_FORM_S: about f(m). The integrand is smooth on both sides of the kink, so quadrature
   cannot fail. */
static struct about about_value(struct td_selu f, double m, double s, double b) {
    struct small context = {f, m, s};
    double e[7];
    if (td_normal_expectation(small_differences, &context, 7, 1, &b, e, NULL))
        for (int k = 0; k < 7; k++)
            e[k] = NAN;
    return (struct about){selu(f, m), e[0], e[1], e[2], e[3], e[4], e[5], e[6]};
}

static struct td_moment_image image_of_a_point(struct td_selu f, double m) {
    double slope = m > 0 ? f.lambda : f.lambda * f.alpha * exp(m);
    double curvature = m > 0 ? 0 : slope;
    if (m == 0 && f.alpha != 1)
        curvature = f.alpha > 1 ? -INFINITY : INFINITY;
    return (struct td_moment_image){.mean = selu(f, m),
                                    .slope2 = slope * slope,
                                    .mean_m = slope,
                                    .mean_s2 = 0.5 * curvature,
                                    .var_s2 = slope * slope};
}

struct td_moment_image td_selu_image(struct td_selu f, double m, double s2) {
    if (!(s2 >= 0) || !isfinite(m) || !isfinite(s2))
        return (struct td_moment_image){NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    if (s2 == 0)
        return image_of_a_point(f, m);
    double s = sqrt(s2), b = -m / s;
    struct about e = s < CLOSED_FORM_S ? about_value(f, m, s, b)
                     : m > 0           ? about_linear(f, m, s, b)
                                       : about_saturation(f, m, s, b);
    return assemble(f, s, b, &e);
}
