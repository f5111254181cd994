#include "sim/ode_pathways.h"

#include <math.h>
#include <string.h>

#include "sim/ode_root.h"

const char *const td_pathway_forms[] = {"strength", "factor", "unbalanced", NULL};

/* --- checks --------------------------------------------------------------------------------- */

static td_status check_deficit(const struct td_pathways *m, size_t i, double end,
                               struct td_error *err) {
    const struct td_deficit *d = &m->deficits[i];
    if (d->pathway >= m->n)
        return td_fail(err, TD_BAD_INPUT, "deficit %zu: pathway %zu of %zu: 1 to %zu are there",
                       i + 1, d->pathway + 1, m->n, m->n);
    if (!(d->from >= 0) || isinf(d->from))
        return td_fail(err, TD_BAD_INPUT, "deficit %zu: onset %g: must be at least 0", i + 1,
                       d->from);
    if (!(d->until > d->from))
        return td_fail(err, TD_BAD_INPUT, "deficit %zu: from %g until %g: the interval is empty",
                       i + 1, d->from, d->until);
    if (!(d->from < end))
        return td_fail(err, TD_BAD_INPUT, "deficit %zu: onset %g: must come before the end, %g",
                       i + 1, d->from, end);
    if (!(d->strength >= 0 && d->strength <= 1))
        return td_fail(err, TD_BAD_INPUT, "deficit %zu: strength %g: must lie within 0 .. 1", i + 1,
                       d->strength);
    return TD_OK;
}

td_status td_pathways_check(const struct td_pathways *m, double end, struct td_error *err) {
    if (m->n < 1 || m->n > TD_PATHWAYS_MAX)
        return td_fail(err, TD_BAD_INPUT, "%zu pathways: must be 1 to %d", m->n, TD_PATHWAYS_MAX);
    for (size_t i = 0; i < m->n; i++)
        if (m->depth[i] < 1 || m->depth[i] > TD_PATHWAY_DEPTH_MAX)
            return td_fail(err, TD_BAD_INPUT, "depth of pathway %zu is %lld: must be 1 to %d",
                           i + 1, (long long)m->depth[i], TD_PATHWAY_DEPTH_MAX);
    if (!(m->target > 0) || isinf(m->target))
        return td_fail(err, TD_BAD_INPUT, "target (singular value S) is %g: must be above 0",
                       m->target);
    if (m->n_deficits > TD_DEFICITS_MAX)
        return td_fail(err, TD_BAD_INPUT, "%zu deficits: at most %d", m->n_deficits,
                       TD_DEFICITS_MAX);
    for (size_t i = 0; i < m->n_deficits; i++) {
        td_status status = check_deficit(m, i, end, err);
        if (status)
            return status;
    }
    return TD_OK;
}

td_status td_pathways_check_start(const struct td_pathways *m, const double *state,
                                  struct td_error *err) {
    for (size_t i = 0; i < m->n; i++) {
        if (!isfinite(state[i]))
            return td_fail(err, TD_BAD_INPUT, "start of pathway %zu is %g: must be finite", i + 1,
                           state[i]);
        if (m->form != TD_PATHWAY_UNBALANCED && state[i] < 0)
            return td_fail(err, TD_BAD_INPUT,
                           "start of pathway %zu is %g: must be at least 0 in the form '%s' (only "
                           "'unbalanced' allows negative ones)",
                           i + 1, state[i], td_pathway_forms[m->form]);
    }
    return TD_OK;
}

/* --- one pathway ---------------------------------------------------------------------------- */

/* x^n by squaring: an eighth of the time of pow, and NaN-free for x = 0. */
static double power(double x, int64_t n) {
    double y = 1;
    for (; n > 0; n >>= 1, x *= x)
        if (n & 1)
            y *= x;
    return y;
}

/* K^(1 - 1/D): what one layer's gradient takes from the others. */
static double others(int64_t depth, double strength) {
    if (depth == 1)
        return 1;
    double k = fmax(strength, 0);
    return depth == 2 ? sqrt(k) : pow(k, 1 - 1 / (double)depth);
}

double td_pathway_strength(int form, int64_t depth, double state) {
    if (form == TD_PATHWAY_STRENGTH)
        return state;
    if (form == TD_PATHWAY_FACTOR)
        return power(state, depth);
    return state * power(sqrt(state * state + 1), depth - 1);
}

/* The factor before the residual. */
static double speed(int form, int64_t depth, double state) {
    if (form == TD_PATHWAY_STRENGTH) {
        double w = others(depth, state);
        return (double)depth * w * w;
    }
    if (form == TD_PATHWAY_FACTOR)
        return power(fabs(state), depth - 1);
    return power(sqrt(state * state + 1), depth - 1);
}

static double speed_slope(int form, int64_t depth, double state) {
    double d = (double)depth;
    if (depth == 1)
        return 0;
    if (form == TD_PATHWAY_STRENGTH)
        return (2 * d - 2) * pow(fmax(state, 0), 1 - 2 / d);
    if (form == TD_PATHWAY_FACTOR)
        return copysign((d - 1) * power(fabs(state), depth - 2), state);
    return (d - 1) * state * pow(state * state + 1, (d - 3) / 2);
}

double td_pathway_strength_slope(int form, int64_t depth, double state) {
    if (form == TD_PATHWAY_STRENGTH)
        return 1;
    if (form == TD_PATHWAY_FACTOR)
        return (double)depth * power(state, depth - 1);
    double q2 = state * state + 1;
    return power(sqrt(q2), depth - 1) * (1 + (double)(depth - 1) * state * state / q2);
}

/* --- the inverse maps ----------------------------------------------------------------------- */

struct inverse {
    int64_t depth;
    double value;
};

static double strength_gap(double p, void *context) {
    const struct inverse *in = context;
    return td_pathway_strength(TD_PATHWAY_UNBALANCED, in->depth, p) - in->value;
}

static double root(double (*f)(double, void *), struct inverse *in, double lo, double hi) {
    double x = NAN;
    td_root(f, in, lo, hi, 0, &x, NULL);
    return x;
}

double td_pathway_state(int form, int64_t depth, double strength) {
    if (form == TD_PATHWAY_STRENGTH || depth == 1)
        return strength;
    if (form == TD_PATHWAY_FACTOR)
        return depth == 2 ? sqrt(strength) : pow(strength, 1 / (double)depth);
    if (strength == 0)
        return 0;
    struct inverse in = {depth, fabs(strength)}; /* |p| <= |K| since q >= 1 */
    return copysign(root(strength_gap, &in, 0, in.value), strength);
}

/* Integral of cos^m from 0 to the angle of cosine c and sine s (m >= 0). */
static double cosine_integral(int64_t m, double angle, double c, double s) {
    double sum = m % 2 ? s : angle, term = m % 2 ? c * c * s : c * s; /* c^(k-1) s */
    for (int64_t k = m % 2 ? 3 : 2; k <= m; k += 2, term *= c * c)
        sum = (term + (double)(k - 1) * sum) / (double)k;
    return sum;
}

static double unbalanced_coordinate(int64_t depth, double p) {
    if (depth == 1)
        return p;
    if (depth == 2)
        return asinh(p);
    double q = sqrt(p * p + 1);
    return cosine_integral(depth - 3, atan(p), 1 / q, p / q);
}

static double unbalanced_at(int64_t depth, double coordinate) {
    enum { NEWTON_STEPS = 2000 }; /* about 8; more where phi is close to its bound */
    if (depth == 1)
        return coordinate;
    if (depth == 2)
        return sinh(coordinate);
    double end = cosine_integral(depth - 3, M_PI_2, 0, 1);
    if (fabs(coordinate) >= end)
        return copysign(HUGE_VAL, coordinate);
    if (depth == 3)
        return tan(coordinate);
    if (depth == 4)
        return coordinate / sqrt((1 - coordinate) * (1 + coordinate));
    /* phi is concave and below p: Newton's steps from p = phi rise to the root and never pass it.
     */
    double wanted = fabs(coordinate), p = wanted;
    for (int i = 0; i < NEWTON_STEPS; i++) {
        double missing = wanted - unbalanced_coordinate(depth, p);
        double next = p + missing * speed(TD_PATHWAY_UNBALANCED, depth, p);
        if (!(next > p) || !isfinite(next))
            break;
        p = next;
    }
    return copysign(p, coordinate);
}

double td_pathway_coordinate(int form, int64_t depth, double state) {
    if (form == TD_PATHWAY_UNBALANCED)
        return unbalanced_coordinate(depth, state);
    double d = (double)depth;
    if (depth == 1)
        return state;
    if (depth == 2)
        return form == TD_PATHWAY_STRENGTH ? 0.5 * log(state) : log(state);
    return pow(state, form == TD_PATHWAY_STRENGTH ? 2 / d - 1 : 2 - d) / (2 - d);
}

double td_pathway_at_coordinate(int form, int64_t depth, double coordinate) {
    if (form == TD_PATHWAY_UNBALANCED)
        return unbalanced_at(depth, coordinate);
    double d = (double)depth;
    if (depth == 1)
        return coordinate;
    if (depth == 2)
        return exp(form == TD_PATHWAY_STRENGTH ? 2 * coordinate : coordinate);
    if (coordinate >= 0)
        return HUGE_VAL;
    return pow((2 - d) * coordinate, form == TD_PATHWAY_STRENGTH ? d / (2 - d) : 1 / (2 - d));
}

/* --- all pathways --------------------------------------------------------------------------- */

double td_pathways_total(const struct td_pathways *m, const double *state) {
    double total = 0;
    for (size_t i = 0; i < m->n; i++)
        total += td_pathway_strength(m->form, m->depth[i], state[i]);
    return total;
}

double td_pathways_share(const struct td_pathways *m, const double *state, size_t pathway) {
    return td_pathway_strength(m->form, m->depth[pathway], state[pathway]) /
           td_pathways_total(m, state);
}

static double residual(const struct td_pathways_flow *flow, const double *state) {
    const struct td_pathways *m = flow->model;
    double r = m->target;
    for (size_t i = 0; i < m->n; i++)
        r -= flow->output[i] * td_pathway_strength(m->form, m->depth[i], state[i]);
    return r;
}

static void rate(double t, const double *y, double *dydt, void *context) {
    (void)t;
    const struct td_pathways_flow *flow = context;
    const struct td_pathways *m = flow->model;
    double r = residual(flow, y);
    for (size_t i = 0; i < m->n; i++)
        dydt[i] = flow->gate[i] > 0 ? flow->gate[i] * speed(m->form, m->depth[i], y[i]) * r : 0;
}

static void jacobian(double t, const double *y, double *dfdy, double *dfdt, void *context) {
    (void)t;
    const struct td_pathways_flow *flow = context;
    const struct td_pathways *m = flow->model;
    double r = residual(flow, y);
    for (size_t i = 0; i < m->n; i++) {
        double v = flow->gate[i] * speed(m->form, m->depth[i], y[i]);
        for (size_t j = 0; j < m->n; j++)
            dfdy[i * m->n + j] =
                -v * flow->output[j] * td_pathway_strength_slope(m->form, m->depth[j], y[j]);
        if (flow->gate[i] > 0)
            dfdy[i * m->n + i] += flow->gate[i] * speed_slope(m->form, m->depth[i], y[i]) * r;
        dfdt[i] = 0;
    }
}

bool td_pathways_at_rest(void *context, double t, const double *state) {
    (void)t;
    const double nothing = 1e-11; /* of the target */
    const struct td_pathways_flow *flow = context;
    return fabs(residual(flow, state)) <= nothing * flow->model->target;
}

static void insert_break(struct td_pathways_flow *flow, double t) {
    size_t at = flow->n_breaks;
    for (size_t i = 0; i < flow->n_breaks; i++)
        if (flow->breaks[i] == t)
            return;
    for (; at > 0 && flow->breaks[at - 1] > t; at--)
        flow->breaks[at] = flow->breaks[at - 1];
    flow->breaks[at] = t;
    flow->n_breaks++;
}

void td_pathways_segment(void *context, size_t k) {
    struct td_pathways_flow *flow = context;
    const struct td_pathways *m = flow->model;
    double t = k ? flow->breaks[k - 1] : -1; /* deficits hold from their onset on */
    for (size_t i = 0; i < m->n; i++)
        flow->gate[i] = flow->output[i] = 1;
    for (size_t i = 0; i < m->n_deficits; i++) {
        const struct td_deficit *d = &m->deficits[i];
        if (!(t >= d->from && t < d->until))
            continue;
        flow->gate[d->pathway] *= 1 - d->strength;
        if (d->silent)
            flow->output[d->pathway] *= 1 - d->strength;
    }
}

void td_pathways_system(const struct td_pathways *m, double end, struct td_pathways_flow *flow) {
    memset(flow, 0, sizeof *flow);
    flow->model = m;
    flow->system = (struct td_ode_system){m->n, rate, jacobian, flow};
    for (size_t i = 0; i < m->n_deficits; i++) {
        const struct td_deficit *d = &m->deficits[i];
        if (d->from <= end)
            insert_break(flow, d->from);
        if (d->until <= end)
            insert_break(flow, d->until);
    }
    td_pathways_segment(flow, 0);
}
