#include <math.h>

#include "sim/activations/elementwise.h"

/* t^l, a^l, t^r, a^r of the paper: where the left piece ends and its slope, where the right piece
   begins and its slope. */
enum { LEFT, LEFT_SLOPE, RIGHT, RIGHT_SLOPE, LEARNED };
static const double initial[LEARNED] = {0, 0.25, 1, 1};

/* f(x) = m + a^l min(0, x - t^l) + a^r max(0, x - t^r), m = x cut to [t^l, t^r]: the paper's three
   pieces. Should learning swap the thresholds, m = t^l + t^r - x cut to [t^r, t^l] keeps f
   continuous. */
struct pieces {
    real left, left_slope, right, right_slope, low, high; /* thresholds, and in ascending order */
    bool swapped;
    real least, most; /* what x is cut to where a slope of 0 would meet an infinity */
};

static struct pieces pieces_of(const real *learned) {
    struct pieces p = {.left = learned[LEFT],
                       .left_slope = learned[LEFT_SLOPE],
                       .right = learned[RIGHT],
                       .right_slope = learned[RIGHT_SLOPE]};
    p.swapped = p.left > p.right;
    p.low = p.swapped ? p.right : p.left;
    p.high = p.swapped ? p.left : p.right;
    p.least = p.left_slope != 0 ? -(real)INFINITY : -TD_REAL_MAX / 2;
    p.most = p.right_slope != 0 ? (real)INFINITY : TD_REAL_MAX / 2;
    return p;
}

static void forward(const void *params, const real *learned, size_t n, const real *x, real *y) {
    (void)params;
    const struct pieces p = pieces_of(learned);
    const real mirror = p.swapped ? -1 : 1, base = p.swapped ? p.left + p.right : 0;
    TD_EACH (i, n) {
        real at = p.least > x[i] ? p.least : x[i];
        at = p.most < at ? p.most : at;
        real middle = p.low > at ? p.low : at;
        middle = p.high < middle ? p.high : middle;
        real left = 0 < at - p.left ? 0 : at - p.left, right = 0 > at - p.right ? 0 : at - p.right;
        y[i] = base + mirror * middle + (p.left_slope * left + p.right_slope * right);
    }
}

static void backward(const void *params, const real *learned, size_t n, const real *x,
                     const real *y, const real *dy, real *dx) {
    (void)params;
    (void)y;
    const struct pieces p = pieces_of(learned);
    const real mirror = p.swapped ? -1 : 1;
    TD_EACH (i, n) {
        real slope = (x[i] <= p.left ? p.left_slope : 0) + (x[i] >= p.right ? p.right_slope : 0);
        dx[i] = (slope + (x[i] > p.low && x[i] < p.high ? mirror : 0)) * dy[i];
    }
}

/* d f / d t^l = 1 - a^l and d f / d a^l = x - t^l where x <= t^l, else 0; the right likewise. Holds
   for swapped thresholds, too: there m falls with x, and rises with both. */
static void backward_learned(const void *params, const real *learned, size_t n, const real *x,
                             const real *dy, real *dlearned) {
    (void)params;
    const struct pieces p = pieces_of(learned);
    double sum[LEARNED] = {0};
    for (size_t i = 0; i < n; i++) { /* without branches: which piece it is cannot be guessed */
        const double d = (double)dy[i], below = (double)x[i] - (double)p.left,
                     above = (double)x[i] - (double)p.right;
        sum[LEFT] += below <= 0 ? d : 0;
        sum[LEFT_SLOPE] += (below < 0 ? below : 0) * d;
        sum[RIGHT] += above >= 0 ? d : 0;
        sum[RIGHT_SLOPE] += (above > 0 ? above : 0) * d;
    }
    dlearned[LEFT] += (real)((1 - (double)p.left_slope) * sum[LEFT]);
    dlearned[LEFT_SLOPE] += (real)sum[LEFT_SLOPE];
    dlearned[RIGHT] += (real)((1 - (double)p.right_slope) * sum[RIGHT]);
    dlearned[RIGHT_SLOPE] += (real)sum[RIGHT_SLOPE];
}

static double value(const void *params, const double *learned, double x) {
    (void)params;
    const double *c = learned ? learned : initial;
    const double low = fmin(c[LEFT], c[RIGHT]), high = fmax(c[LEFT], c[RIGHT]);
    if (isnan(x))
        return x;
    double middle = fmin(fmax(x, low), high);
    if (c[LEFT] > c[RIGHT])
        middle = low + high - middle;
    if (x < c[LEFT] && c[LEFT_SLOPE] != 0)
        middle += c[LEFT_SLOPE] * (x - c[LEFT]);
    if (x > c[RIGHT] && c[RIGHT_SLOPE] != 0)
        middle += c[RIGHT_SLOPE] * (x - c[RIGHT]);
    return middle;
}

static double slope(const void *params, const double *learned, double x) {
    (void)params;
    const double *c = learned ? learned : initial;
    if (isnan(x))
        return x;
    double slope = (x <= c[LEFT] ? c[LEFT_SLOPE] : 0) + (x >= c[RIGHT] ? c[RIGHT_SLOPE] : 0);
    if (x > fmin(c[LEFT], c[RIGHT]) && x < fmax(c[LEFT], c[RIGHT]))
        slope += c[LEFT] > c[RIGHT] ? -1 : 1;
    return slope;
}

/* Of the initial coefficients: the right piece starts with the slope of the middle one. */
extern const struct td_activation td_activation_srelu;
const struct td_activation td_activation_srelu = {
    .kind =
        TD_KIND_PLAIN("srelu",
                      "S-shaped rectified linear unit: f(x) = x between two thresholds t_l and "
                      "t_r, and lines of slope a_l below and a_r above. All four are learned, "
                      "one of each a layer (coefficient.1 to .4: t_l, a_l, t_r, a_r), and start "
                      "at 0, 0.25, 1, 1 (the paper sets t_r from the data).",
                      "Jin et al. 2016 (arXiv 1512.07030), eq. 1"),
    .forward = forward,
    .backward = backward,
    .needs_x = true,
    .n_learned = LEARNED,
    .learned_initial = initial,
    .backward_learned = backward_learned,
    .value = value,
    .slope = slope,
    .kinks = td_kink_at_zero,
    .saturation_slope = TD_SATURATION_SLOPE,
};
