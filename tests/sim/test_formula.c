/* Formulas: values and slopes against the same functions written in C, kinks, messages with
   columns, bounds, and formulas as activations beside the built-in ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/formula.h"
#include "tests/sim/graph_support.h"

static const double abc[TD_FORMULA_CONSTANTS] = {0.5, -2, 3};

static struct td_formula compiled(const char *text) {
    struct td_formula f;
    struct td_error err = {0};
    if (td_formula_compile(text, abc, &f, &err))
        fail_msg("%s", err.message);
    return f;
}

#define C(name, value, slope)                                                                      \
    static double name(double x) {                                                                 \
        return value;                                                                              \
    }                                                                                              \
    static double name##_slope(double x) {                                                         \
        return slope;                                                                              \
    }
C(polynomial, 1 - 2 * x + 3 * pow(x, 3), -2 + 9 * x * x)
C(quotient, (x - 1) / (x * x + 2), (x * x + 2 - (x - 1) * 2 * x) / pow(x * x + 2, 2))
C(bump, x *exp(-x *x / 2), (1 - x * x) * exp(-x * x / 2))
C(waves, sin(3 * x) * cos(x), 3 * cos(3 * x) * cos(x) - sin(3 * x) * sin(x))
C(hyperbolic, tanh(x / 2), 0.5 / pow(cosh(x / 2), 2))
C(normal, 0.5 * x * (1 + erf(x / sqrt(2))),
  0.5 * (1 + erf(x / sqrt(2))) + x * exp(-x * x / 2) / sqrt(2 * M_PI))
C(logs, log(1 + x * x) + log1p(x * x / 2), 2 * x / (1 + x * x) + x / (1 + x * x / 2))
C(roots, sqrt(4 + x * x) + pow(4 + x * x, -1.5), x / sqrt(4 + x * x) - 3 * x * pow(4 + x * x, -2.5))
C(clipped, fmax(-1, fmin(x, 2)), (x > -1) && (x < 2))
C(folded, fabs(x - 0.5), x > 0.5 ? 1 : -1)
C(smooth, log1p(exp(x)) + 1 / (1 + exp(-x)), 1 / (1 + exp(-x)) + 1 / (1 + exp(-x)) / (1 + exp(x)))
C(powers, -x *x + pow(x, 2) * pow(2, pow(2, 3)), -2 * x + 2 * x * 256)
C(constants, 0.5 * x - 2 + 3 * M_PI, 0.5 + 0 * x)
C(jumps, (x > 0) - (x < -1 ? -1 : 1) + expm1(x), exp(x))

static const struct {
    const char *text;
    double (*f)(double), (*slope)(double);
} functions[] = {
    {"1 - 2*x + 3*x^3", polynomial, polynomial_slope},
    {"(x-1)/(x*x+2)", quotient, quotient_slope},
    {"x*exp(-x^2/2)", bump, bump_slope},
    {"sin(3*x)*cos(x)", waves, waves_slope},
    {"tanh(x/2)", hyperbolic, hyperbolic_slope},
    {"0.5*x*(1+erf(x/sqrt(2)))", normal, normal_slope},
    {"ln(1+x**2) + log1p(x^2/2)", logs, logs_slope},
    {"sqrt(4+x^2)+(4+x^2)^-1.5", roots, roots_slope},
    {"max(-1,min(x,2))", clipped, clipped_slope},
    {"abs(x-0.5)", folded, folded_slope},
    {"softplus(x)+sigmoid(x)", smooth, smooth_slope},
    {"-x^2 + x^2 * 2^2^3", powers, powers_slope},
    {"a*x+b+c*pi", constants, constants_slope},
    {"step(x) - sign(x + 1) + expm1(x)", jumps, jumps_slope},
    {"  x * 5e-1+ - 2 -- 3.0 * pi ", constants, constants_slope},
};
enum { N_FUNCTIONS = sizeof functions / sizeof *functions };

/* Both sides round each operation; the largest intermediate is about 1e4 here. */
static void test_values_and_slopes(void **state) {
    (void)state;
    for (size_t k = 0; k < N_FUNCTIONS; k++) {
        struct td_formula f = compiled(functions[k].text);
        for (double x = -5.97; x < 6; x += 0.0713) {
            double y = functions[k].f(x), d = functions[k].slope(x);
            double allowed = 64 * DBL_EPSILON * (1 + fabs(y) + fabs(d) + pow(fabs(x), 3));
            if (fabs(td_formula_value(&f, x) - y) > allowed)
                fail_msg("%s at %g: %.17g, not %.17g", functions[k].text, x,
                         td_formula_value(&f, x), y);
            if (fabs(td_formula_slope(&f, x) - d) > allowed)
                fail_msg("%s at %g: slope %.17g, not %.17g", functions[k].text, x,
                         td_formula_slope(&f, x), d);
        }
    }
}

/* Blocks, in real: as precise as real allows, bits independent of place and length. */
static void test_blocks(void **state) {
    (void)state;
    enum { N = 1300 };
    static real x[N], y[N], dy[N], dx[N], part[N];
    fill_normal(1, N, x);
    fill_normal(2, N, dy);
    for (size_t k = 0; k < N_FUNCTIONS; k++) {
        struct td_formula f = compiled(functions[k].text);
        td_formula_values(&f, N, x, y);
        td_formula_gradients(&f, N, x, dy, dx);
        for (size_t i = 0; i < N; i++) {
            double u = (double)x[i], scale = 1 + fabs(functions[k].f(u)) + 256 * fabs(u * u * u);
            assert_true(fabs((double)y[i] - functions[k].f(u)) < 32 * TD_REAL_EPS * scale);
            double d = functions[k].slope(u) * (double)dy[i];
            scale = (1 + 512 * (1 + u * u)) * fabs((double)dy[i]);
            assert_true(fabs((double)dx[i] - d) <= 32 * TD_REAL_EPS * scale);
        }
        for (size_t first = 500; first < 520; first += 3) {
            td_formula_values(&f, 31, x + first, part);
            assert_memory_equal(part, y + first, 31 * sizeof *y);
            td_formula_gradients(&f, 31, x + first, dy + first, part);
            assert_memory_equal(part, dx + first, 31 * sizeof *y);
        }
        memcpy(part, x, sizeof part);
        td_formula_values(&f, N, part, part);
        assert_memory_equal(part, y, sizeof part);
        memcpy(part, dy, sizeof part);
        td_formula_gradients(&f, N, x, part, part);
        assert_memory_equal(part, dx, sizeof part);
    }
}

static void test_special_values(void **state) {
    (void)state;
    struct td_formula f = compiled("max(0, x)*2 + exp(-x^2) + 0.1*exp(x/4)");
    assert_true(isnan(td_formula_value(&f, NAN)) && isnan(td_formula_slope(&f, NAN)));
    assert_true(td_formula_value(&f, -1e300) == 0 && td_formula_slope(&f, -1e300) == 0);
    assert_true(isinf(td_formula_value(&f, 1e300)) && !isnan(td_formula_slope(&f, 1e300)));
    /* At a kink the slope is the one to the left. */
    static const struct {
        const char *text;
        double slope;
    } left[] = {{"max(0,x)", 0}, {"max(x,0)", 0},  {"min(0,x)", 1},   {"abs(x)", -1},
                {"relu(x)", 0},  {"relu(-x)", -1}, {"abs(-3*x)", -3}, {"max(-x,x)", -1}};
    for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
        f = compiled(left[i].text);
        assert_true(td_formula_slope(&f, 0) == left[i].slope);
    }
}

static void test_kinks(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t n;
        double at[6];
    } known[] = {
        {"x^3 + sin(x)", 0, {0}},
        {"max(0,x)", 1, {0}},
        {"max(0, x - 0.3)", 1, {0.3}},
        {"abs(x^2 - 2)", 2, {-M_SQRT2, M_SQRT2}},
        {"max(-1, min(1, x))", 2, {-1, 1}},
        {"max(0, max(0, x))", 1, {0}},
        {"max(0, x^3)", 0, {0}}, /* changes sides without a jump */
        {"step(x - 40) + step(x + 1000)", 2, {-1000, 40}},
        {"abs(sin(x))*step(4 - abs(x))", 5, {-4, -M_PI, 0, M_PI, 4}},
        {"a*max(x,0) + abs(x + c)", 2, {-3, 0}},
        {"abs(x)*x", 0, {0}},
        {"relu(x) - relu(-x)", 0, {0}},
    };
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        struct td_formula f = compiled(known[k].text);
        double at[16];
        size_t n = td_formula_kinks(&f, 16, at);
        if (n != known[k].n)
            fail_msg("%s: %zu kinks, not %zu", known[k].text, n, known[k].n);
        for (size_t i = 0; i < n; i++)
            if (fabs(at[i] - known[k].at[i]) > 1e-15 * (1 + fabs(at[i])))
                fail_msg("%s: kink at %.17g, not %.17g", known[k].text, at[i], known[k].at[i]);
    }
    /* Endless: those nearest to 0. */
    struct td_formula f = compiled("abs(sin(pi*x))");
    double at[5];
    assert_int_equal(td_formula_kinks(&f, 5, at), 5);
    for (int i = 0; i < 5; i++)
        assert_true(fabs(at[i] - (i - 2)) < 1e-15);
}

static void refused(const char *text, const char *column, const char *why) {
    struct td_formula f;
    struct td_error err = {0};
    must_refuse(td_formula_compile(text, abc, &f, &err), &err, why);
    must_refuse(err.status, &err, column);
}

static void test_messages(void **state) {
    (void)state;
    refused("max(0,x", "column 8", "ends");
    refused("max(0;x)", "column 6", ", (max takes 2 arguments)");
    refused("sin(x,1)", "column 6", "sin takes 1 argument");
    refused("x + tahn(x)", "column 5", "did you mean \"tanh\"?");
    refused("2*y", "column 3", "\"y\"");
    refused("", "column 1", "ends");
    refused("x +* 2", "column 4", "'*'");
    refused("x 2", "column 3", "an operator or the end");
    refused("x)", "column 2", "an operator or the end");
    refused("(x", "column 3", ") is expected");
    refused("sin x", "column 5", "( after sin");
    refused("x^x", "column 3", "must not depend on x");
    refused("1.2.3*x", "column 1", "not a number");
    refused("1e999*x", "column 1", "not a number");
    refused("x/(1-1) + 1/0", "column 12", "no finite value");
    refused("x + ln(-1)", "column 5", "no finite value");
    refused("x\x01", "column 2", "0x01");
    refused("1 + 2", "x does not occur", "x does not occur");
}

static char *repeated(const char *head, const char *part, size_t n, const char *tail) {
    size_t length = strlen(part);
    char *text = test_malloc(strlen(head) + n * length + strlen(tail) + 1), *at = text;
    at += sprintf(at, "%s", head);
    for (size_t i = 0; i < n; i++)
        at += sprintf(at, "%s", part);
    strcpy(at, tail);
    return text;
}

static void test_bounds(void **state) {
    (void)state;
    static const struct {
        const char *head, *part;
        size_t n;
        const char *tail, *why;
    } much[] = {
        {"x", "+x", 60, "", "too long"},
        {"", "x+(", 12, "x", "too deep"},
        {"", "(", 120, "x", "nested"},
        {"", "-", 400, "x", "nested"},
        {"x", "^1", 200, "", "too deep"},
        {"", "sin(", 90, "x", "nested"},
        {"x+", "                    ", 60, "x", "at most 500"},
    };
    for (size_t i = 0; i < sizeof much / sizeof *much; i++) {
        char *text = repeated(much[i].head, much[i].part, much[i].n, much[i].tail);
        refused(text, "", much[i].why);
        test_free(text);
    }
    struct td_formula f = compiled("x+(x+(x+(x+(x+(x+(x+x))))))"); /* eight operands */
    assert_true(td_formula_value(&f, 2) == 16);
}

/* ---- As an activation. ---- */

static void test_selu_as_a_formula(void **state) {
    (void)state;
    struct td_arena *arena = td_arena_create();
    const char *const pairs[] = {"f", "a*(max(0,x) + b*expm1(min(0,x)))",
                                 "a", "1.0507009873554805",
                                 "b", "1.6732632423543772",
                                 NULL};
    struct td_part formula = part_of(&td_activations, "formula", pairs, arena);
    struct td_part selu = part_of(&td_activations, "selu", NULL, arena);
    const struct td_activation *f = (const void *)formula.kind, *s = (const void *)selu.kind;
    double kink[TD_KINKS_MAX];
    assert_int_equal(f->kinks(formula.params, kink), 1);
    assert_true(kink[0] == 0);
    for (double x = -8; x < 4; x += 0.125) {
        assert_true(fabs(f->value(formula.params, NULL, x) - s->value(selu.params, NULL, x)) <
                    8 * DBL_EPSILON * (1 + fabs(x)));
        assert_true(fabs(f->slope(formula.params, NULL, x) - s->slope(selu.params, NULL, x)) <
                    8 * DBL_EPSILON);
    }
    td_arena_free(arena);
}

static td_status make(const char *const *pairs, struct td_error *err) {
    const struct td_kind *kind = kind_named(&td_activations, "formula");
    struct td_arena *arena = td_arena_create();
    void *params = td_arena_alloc(arena, kind->params_size);
    td_status status =
        td_params_from_text(kind->params, pairs, arena, params, kind->params_size, err);
    td_arena_free(arena);
    return status;
}

/* Grammar is checked with the text, values once the constants are known. */
static void test_parameters(void **state) {
    (void)state;
    struct td_error err = {0};
    const char *const typo[] = {"f", "max(0,x", NULL};
    must_refuse(make(typo, &err), &err, "f: formula \"max(0,x\", column 8");
    const char *const infinite[] = {"a", "0", "f", "x/a + 1/a", NULL};
    must_refuse(make(infinite, &err), &err, "column 8: this part has no finite value");
    const char *const fine[] = {"a", "2", "f", "x/a + 1/a", NULL};
    must(make(fine, &err), &err);
    const char *const later[] = {"a", "2", "f", "x/(1-a)", NULL}; /* a is not yet 1 here */
    must(make(later, &err), &err);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_and_slopes), cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_special_values),    cmocka_unit_test(test_kinks),
        cmocka_unit_test(test_messages),          cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_selu_as_a_formula), cmocka_unit_test(test_parameters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
