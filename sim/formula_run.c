/* Programs over blocks, in real and in double from one text. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "numeric/vec.h"
#include "sim/formula_ops.h"
#include "sim/ops/each.h"

#define T double
#define NAME(name) double_##name
#define VEC(name) td_dvec_##name
#include "sim/formula_kernel.h"
#undef T
#undef NAME
#undef VEC

#ifdef TDYN_DOUBLE
typedef struct double_stack real_stack;
#define real_run double_run
#else
#define T float
#define NAME(name) float_##name
#define VEC(name) td_vec_##name
#include "sim/formula_kernel.h"
#undef T
#undef NAME
#undef VEC
typedef struct float_stack real_stack;
#define real_run float_run
#endif

void td_formula_values(const struct td_formula *f, size_t n, const real *x, real *y) {
    real_stack s;
    TD_EACH_BLOCK (at, len, n) {
        real_run(f, f->n, len, x + at, false, &s);
        memcpy(y + at, s.v[0], len * sizeof *y);
    }
}

void td_formula_gradients(const struct td_formula *f, size_t n, const real *x, const real *dy,
                          real *dx) {
    real_stack s;
    TD_EACH_BLOCK (at, len, n) {
        const real *xb = x + at, *dyb = dy + at;
        real *dxb = dx + at;
        real_run(f, f->n, len, xb, true, &s);
        TD_EACH (i, len)
            dxb[i] = (xb[i] == xb[i] ? s.d[0][i] : xb[i]) * dyb[i]; /* NaN stays NaN */
    }
}

double td_formula_value(const struct td_formula *f, double x) {
    struct double_stack s;
    double_run(f, f->n, 1, &x, false, &s);
    return s.v[0][0];
}

double td_formula_slope(const struct td_formula *f, double x) {
    struct double_stack s;
    double_run(f, f->n, 1, &x, true, &s);
    return isnan(x) ? x : s.d[0][0];
}

void td_formula_sides(const struct td_formula *f, size_t op, size_t n, const double *x,
                      double *out) {
    struct double_stack s;
    TD_EACH_BLOCK (at, len, n) {
        double *to = out + at;
        size_t top = double_run(f, op, len, x + at, false, &s);
        bool two = td_formula_op_kinds[f->op[op].code].arguments == 2;
        const double *u = s.v[top - 1 - two], *v = s.v[top - 1];
        TD_EACH (i, len)
            to[i] = two ? u[i] - v[i] : u[i];
    }
}
