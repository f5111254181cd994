/* Where a formula has kinks. Each max, min, abs, relu, step and sign changes sides where its
   argument (or the difference of both) changes sign: signs on a grid, then bisection between two
   neighbours of different sign down to neighbouring numbers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/formula_ops.h"

#define FINE_STEP (1.0 / 64) /* up to FINE_END, then growing by GROWTH up to FAR_END */
#define FINE_END 8
#define GROWTH 1.02
#define FAR_END 1e4
enum { POINTS_MAX = 2200, CANDIDATES_MAX = 256 };

static size_t grid(double x[POINTS_MAX]) {
    size_t n = 0, half = 0;
    static const double zero = 0;
    double right[POINTS_MAX / 2];
    for (double at = FINE_STEP; at <= FINE_END; at += FINE_STEP)
        right[half++] = at;
    for (double at = FINE_END * GROWTH; at < FAR_END && half + 1 < POINTS_MAX / 2; at *= GROWTH)
        right[half++] = at;
    for (size_t i = half; i > 0; i--)
        x[n++] = -right[i - 1];
    x[n++] = zero;
    for (size_t i = 0; i < half; i++)
        x[n++] = right[i];
    return n;
}

static int sign_of(double v) {
    return (v > 0) - (v < 0);
}

static int side_at(const struct td_formula *f, size_t op, double x) {
    double v;
    td_formula_sides(f, op, 1, &x, &v);
    return sign_of(v);
}

/* lo and hi lie on different sides; where they part. An end that lies on 0 is preferred. */
static double bisect(const struct td_formula *f, size_t op, double lo, double hi) {
    int left = side_at(f, op, lo);
    const double smallest = 1e-30; /* 0 itself lies on the grid */
    for (;;) {
        double middle = lo + 0.5 * (hi - lo);
        if (middle <= lo || middle >= hi || hi - lo < smallest)
            return left == 0 ? lo : hi;
        int side = side_at(f, op, middle);
        if (side == left)
            lo = middle;
        else
            hi = middle;
    }
}

/* Whether f or f' really jumps there: max(0, x^3) does not at 0. */
static bool jumps(const struct td_formula *f, double x) {
    const double h = 1e-7 * (1 + fabs(x)), least = 1e-5;
    double value = fabs(td_formula_value(f, x + h) - td_formula_value(f, x - h));
    double before = td_formula_slope(f, x - h), after = td_formula_slope(f, x + h);
    double smooth = 2 * h * (fabs(before) + fabs(after));
    return value > least * (1 + fabs(td_formula_value(f, x))) + smooth ||
           fabs(after - before) > least * (1 + fabs(before));
}

static int nearer_to_zero(const void *a, const void *b) {
    double x = fabs(*(const double *)a), y = fabs(*(const double *)b);
    return (x > y) - (x < y);
}
static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct candidates {
    size_t n;
    double x[CANDIDATES_MAX];
};

static void add_candidate(const struct td_formula *f, double x, struct candidates *c) {
    const double same = 1e-12;
    for (size_t i = 0; i < c->n; i++)
        if (fabs(c->x[i] - x) <= same * (1 + fabs(x)))
            return;
    if (c->n < CANDIDATES_MAX && jumps(f, x))
        c->x[c->n++] = x;
}

static void find_sides(const struct td_formula *f, size_t op, size_t n, const double *x,
                       double *side, struct candidates *c) {
    td_formula_sides(f, op, n, x, side);
    for (size_t i = 0; i + 1 < n; i++)
        if (!isnan(side[i]) && !isnan(side[i + 1]) && sign_of(side[i]) != sign_of(side[i + 1]))
            add_candidate(f, bisect(f, op, x[i], x[i + 1]), c);
}

size_t td_formula_kinks(const struct td_formula *f, size_t most, double *out) {
    double x[POINTS_MAX], side[POINTS_MAX];
    struct candidates c = {0};
    size_t n = 0;
    for (size_t op = 0; op < f->n; op++) {
        if (!td_formula_op_kinds[f->op[op].code].sides)
            continue;
        if (n == 0)
            n = grid(x);
        find_sides(f, op, n, x, side, &c);
    }
    qsort(c.x, c.n, sizeof *c.x, nearer_to_zero);
    size_t kept = c.n < most ? c.n : most;
    memcpy(out, c.x, kept * sizeof *out);
    qsort(out, kept, sizeof *out, ascending);
    return kept;
}
