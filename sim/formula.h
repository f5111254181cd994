/* Formulas in one variable: text -> a short program that is evaluated over blocks of numbers, with
   the derivative carried along (forward mode). Nothing is allocated, at compilation or later, and a
   program is plain data of fixed size.

     sum     = product { ("+" | "-") product }
     product = sign { ("*" | "/") sign }
     sign    = ("-" | "+") sign | power
     power   = atom [ ("^" | "**") sign ]        the exponent must not depend on x
     atom    = number | x | a | b | c | pi | FUNCTION "(" sum { "," sum } ")" | "(" sum ")"

   Functions of one argument: abs cos erf exp expm1 ln log log1p relu sigmoid sign sin softplus sqrt
   step tanh; of two: max min. step(u) is 1 for u > 0, else 0; ln and log are the natural logarithm.
   a, b and c are constants that are given beside the text.

   Arithmetic is IEEE's: where it overflows on the way, inf or NaN is the result, so write
   sigmoid(x) rather than 1/(1+exp(-x)). At a kink the derivative is the one to the left, f(NaN) is
   NaN. */
#ifndef TD_SIM_FORMULA_H
#define TD_SIM_FORMULA_H

#include <stddef.h>
#include <stdint.h>

#include "numeric/real.h"
#include "numeric/status.h"

enum {
    TD_FORMULA_TEXT = 500,   /* bytes of the text */
    TD_FORMULA_OPS = 100,    /* steps of the program */
    TD_FORMULA_STACK = 8,    /* values alive at once: operands within operands */
    TD_FORMULA_NESTING = 50, /* parentheses, signs and exponents within each other */
    TD_FORMULA_CONSTANTS = 3 /* a, b, c */
};

/* One step: pushes x or a number, or replaces the topmost value (or two) by a function of it. */
struct td_formula_op {
    int64_t code;  /* index of sim/formula_ops.h */
    double number; /* what is pushed; the exponent of a power */
};
struct td_formula {
    size_t n;
    struct td_formula_op op[TD_FORMULA_OPS];
};

/* TD_BAD_INPUT with the column (from 1) and what is expected there; unknown names with the nearest
   one; a formula without x, too long or too deep. constants NULL: only the grammar is checked
   (values of a, b, c are not known), and *out is not to be evaluated. */
td_status td_formula_compile(const char *text, const double constants[TD_FORMULA_CONSTANTS],
                             struct td_formula *out, struct td_error *err);

/* y[i] = f(x[i]); y may be x. An element's bits do not depend on its place. */
void td_formula_values(const struct td_formula *f, size_t n, const real *x, real *y);
/* dx[i] = f'(x[i]) dy[i]; dx may be dy. */
void td_formula_gradients(const struct td_formula *f, size_t n, const real *x, const real *dy,
                          real *dx);
/* One point in double. */
double td_formula_value(const struct td_formula *f, double x);
double td_formula_slope(const struct td_formula *f, double x);

/* Points where f or f' jumps because a max, min, abs, relu, step or sign changes sides: ascending,
   at most `most`, those nearest to 0 if there are more. Sought for |x| <= 1e4; two that are closer
   than 1/64 (2 % of |x| beyond 8) can be missed. Returns how many. */
size_t td_formula_kinks(const struct td_formula *f, size_t most, double *out);

#endif
