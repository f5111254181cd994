/* Internal to sim/formula*.c: the steps that a program consists of. */
#ifndef TD_SIM_FORMULA_OPS_H
#define TD_SIM_FORMULA_OPS_H

#include <stdbool.h>

#include "sim/formula.h"

/* name as written ("" if it is no function), arguments, whether sides change where the argument (or
   the difference of both) passes through 0 */
#define TD_FORMULA_OP_LIST(X)                                                                      \
    X(number, "", 0, false)                                                                        \
    X(x, "", 0, false)                                                                             \
    X(negate, "", 1, false)                                                                        \
    X(power, "", 1, false)                                                                         \
    X(abs, "abs", 1, true)                                                                         \
    X(cos, "cos", 1, false)                                                                        \
    X(erf, "erf", 1, false)                                                                        \
    X(exp, "exp", 1, false)                                                                        \
    X(expm1, "expm1", 1, false)                                                                    \
    X(ln, "ln", 1, false)                                                                          \
    X(log, "log", 1, false)                                                                        \
    X(log1p, "log1p", 1, false)                                                                    \
    X(relu, "relu", 1, true)                                                                       \
    X(sigmoid, "sigmoid", 1, false)                                                                \
    X(sign, "sign", 1, true)                                                                       \
    X(sin, "sin", 1, false)                                                                        \
    X(softplus, "softplus", 1, false)                                                              \
    X(sqrt, "sqrt", 1, false)                                                                      \
    X(step, "step", 1, true)                                                                       \
    X(tanh, "tanh", 1, false)                                                                      \
    X(add, "", 2, false)                                                                           \
    X(subtract, "", 2, false)                                                                      \
    X(multiply, "", 2, false)                                                                      \
    X(divide, "", 2, false)                                                                        \
    X(max, "max", 2, true)                                                                         \
    X(min, "min", 2, true)

enum td_formula_code {
#define X(code, name, arguments, sides) TD_FORMULA_##code,
    TD_FORMULA_OP_LIST(X)
#undef X
        TD_FORMULA_CODES
};

struct td_formula_op_kind {
    const char *name;
    int arguments;
    bool sides;
};
extern const struct td_formula_op_kind td_formula_op_kinds[TD_FORMULA_CODES];

/* The values (double) of op number `op`'s argument, or of the difference of its two, at x[n]. */
void td_formula_sides(const struct td_formula *f, size_t op, size_t n, const double *x,
                      double *out);

#endif
