#include <string.h>

#include "numeric/param.h"
#include "sim/activations/elementwise.h"
#include "sim/formula.h"

struct formula {
    double constants[TD_FORMULA_CONSTANTS];
    const char *f;
    /* made from those */
    struct td_formula program;
    size_t n_kinks;
    double kinks[TD_KINKS_MAX];
};

static td_status check_grammar(const char *text, struct td_error *err) {
    struct td_formula ignored;
    return td_formula_compile(text, NULL, &ignored, err);
}

static td_status compile(void *params, struct td_error *err) {
    struct formula *p = params;
    td_status status = td_formula_compile(p->f, p->constants, &p->program, err);
    if (!status)
        p->n_kinks = td_formula_kinks(&p->program, TD_KINKS_MAX, p->kinks);
    return status;
}

#define CONSTANT(name_, index_)                                                                    \
    {                                                                                              \
        .name = (name_), .type = TD_REAL,                                                          \
        .offset = offsetof(struct formula, constants) + (index_) * sizeof(double), .initial = "1", \
        .min = -1e6, .max = 1e6, .help = "value of " name_ " in the formula"                       \
    }

/* f comes last: when it is compiled, its constants are known. */
static const struct td_param table[] = {
    CONSTANT("a", 0),
    CONSTANT("b", 1),
    CONSTANT("c", 2),
    {.name = "f",
     .type = TD_STRING,
     .offset = offsetof(struct formula, f),
     .initial = "max(0, x) + 0.1*tanh(x)",
     .check = check_grammar,
     .derive = compile,
     .help = "formula in x and the constants a, b, c, pi: + - * / ^ ( ), abs cos erf exp expm1 ln "
             "log1p max min relu sigmoid sign sin softplus sqrt step tanh"},
    {0}};

static void forward(const void *params, const real *learned, size_t n, const real *x, real *y) {
    (void)learned;
    td_formula_values(&((const struct formula *)params)->program, n, x, y);
}

static void backward(const void *params, const real *learned, size_t n, const real *x,
                     const real *y, const real *dy, real *dx) {
    (void)learned;
    (void)y;
    td_formula_gradients(&((const struct formula *)params)->program, n, x, dy, dx);
}

static double value(const void *params, const double *learned, double x) {
    (void)learned;
    return td_formula_value(&((const struct formula *)params)->program, x);
}

static double slope(const void *params, const double *learned, double x) {
    (void)learned;
    return td_formula_slope(&((const struct formula *)params)->program, x);
}

static size_t kinks(const void *params, double out[TD_KINKS_MAX]) {
    const struct formula *p = params;
    memcpy(out, p->kinks, p->n_kinks * sizeof *out);
    return p->n_kinks;
}

extern const struct td_activation td_activation_formula;
const struct td_activation td_activation_formula = {
    .kind = TD_KIND("formula",
                    "An activation of your own: f(x) as a formula; its derivative and kinks are "
                    "found by tdyn. Give it in quotes, and sweep over a, b and c rather than over "
                    "texts. Where a part overflows (1/(1+exp(-x)) at -1000) the result is what "
                    "floating-point numbers make of it: use sigmoid(x).",
                    "", table, struct formula),
    .forward = forward,
    .backward = backward,
    .needs_x = true,
    .value = value,
    .slope = slope,
    .kinks = kinks,
    .saturation_slope = TD_SATURATION_SLOPE,
};
