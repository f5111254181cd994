/* Activations, elementwise: f and f' over arrays in `real`, and in double for theory (moment maps).
   An activation whose parameters are learned (crrelu) says how many and gives d f / d parameter.
   f and f' of finite arguments, however large, are never NaN; f(NaN) is NaN; f(+-inf) is the limit
   (NaN only for sine, which has none; omega x counts there). A formula does there what
   floating-point numbers do. An element's bits do not depend on its place. */
#ifndef TD_SIM_ACTIVATION_H
#define TD_SIM_ACTIVATION_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/kind.h"

enum { TD_KINKS_MAX = 16 };

struct td_activation {
    struct td_kind kind;
    /* y[i] = f(x[i]); y may be x. `learned`: the n_learned coefficients or NULL. */
    void (*forward)(const void *params, const real *learned, size_t n, const real *x, real *y);
    /* dx[i] = f'(x[i]) dy[i]; may use y = f(x). If needs_x is false x is not read (y suffices) and
       may be NULL. dx may be dy. */
    void (*backward)(const void *params, const real *learned, size_t n, const real *x,
                     const real *y, const real *dy, real *dx);
    bool needs_x;
    size_t n_learned;
    const double *learned_initial;
    /* dlearned[j] += sum_i d f(x[i]) / d learned[j] * dy[i]; NULL if n_learned is 0. */
    void (*backward_learned)(const void *params, const real *learned, size_t n, const real *x,
                             const real *dy, real *dlearned);
    /* Scalar double versions for theory and tests; `learned` NULL: the initial coefficients. */
    double (*value)(const void *params, const double *learned, double x);
    double (*slope)(const void *params, const double *learned, double x);
    /* Points where f or f' jumps (quadrature splits there): returns how many.
       NULL: none. */
    size_t (*kinks)(const void *params, double out[TD_KINKS_MAX]);
    /* Limits that count as saturated: |f'| <= saturation_slope. */
    double saturation_slope;
};
extern struct td_registry td_activations;

#endif
