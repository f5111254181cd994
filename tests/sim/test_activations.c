/* Activations: one walk over all of them. Arrays against the scalar double versions, slopes against
   differences, extreme arguments, and that an element's bits do not depend on its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/activations/selu.h"
#include "tests/sim/graph_support.h"

/* One activation with parameters and learned coefficients. */
struct subject {
    const struct td_activation *f;
    const void *params;
    double learned[4];
    real learned_real[4];
    char name[80];
};

/* Every kind with its defaults, then other values of the parameters there are. */
static const struct {
    const char *name, *pairs[5];
} variants[] = {
    {"leaky-relu", {"slope", "0.3"}},
    {"leaky-relu", {"slope", "0"}},
    {"elu", {"alpha", "0.5"}},
    {"elu", {"alpha", "0"}},
    {"silu", {"beta", "3"}},
    {"softplus", {"beta", "4"}},
    {"softplus", {"beta", "0.25"}},
    {"sine", {"omega", "1"}},
    {"selu", {"alpha", "1", "lambda", "2"}},
};
enum { N_VARIANTS = sizeof variants / sizeof *variants };

static struct subject subject_of(const char *name, const char *const *pairs,
                                 struct td_arena *arena) {
    struct td_part part = part_of(&td_activations, name, pairs, arena);
    struct subject s = {.f = (const struct td_activation *)part.kind, .params = part.params};
    for (size_t j = 0; j < s.f->n_learned; j++) {
        s.learned_real[j] = (real)(3 * s.f->learned_initial[j]);
        s.learned[j] = (double)s.learned_real[j];
    }
    snprintf(s.name, sizeof s.name, "%s %s", name, pairs && pairs[0] ? pairs[1] : "");
    return s;
}

typedef void walker(const struct subject *s);

static void walk(walker *each) {
    struct td_arena *arena = td_arena_create();
    for (size_t i = 0; i < td_registry_count(&td_activations); i++) {
        struct subject s = subject_of(td_registry_at(&td_activations, i)->name, NULL, arena);
        each(&s);
    }
    for (size_t i = 0; i < N_VARIANTS; i++) {
        struct subject s = subject_of(variants[i].name, variants[i].pairs, arena);
        each(&s);
    }
    td_arena_free(arena);
}

static double value(const struct subject *s, double x) {
    return s->f->value(s->params, s->learned, x);
}

static double slope(const struct subject *s, double x) {
    return s->f->slope(s->params, s->learned, x);
}

static void forward(const struct subject *s, size_t n, const real *x, real *y) {
    s->f->forward(s->params, s->learned_real, n, x, y);
}

static void backward(const struct subject *s, size_t n, const real *x, const real *y,
                     const real *dy, real *dx) {
    s->f->backward(s->params, s->learned_real, n, s->f->needs_x ? x : NULL, y, dy, dx);
}

#define HOLDS(condition, s, x)                                                                     \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_msg("%s at %g: %s", (s)->name, (double)(x), #condition);                          \
    } while (0)

/* Arguments -10 .. 10, none of them a kink. */
enum { GRID = 4001 };
static double grid(size_t i) {
    return -10 + 20 * ((double)i + 0.37) / GRID;
}

static bool near_kink(const struct subject *s, double x, double width) {
    double kink[TD_KINKS_MAX];
    size_t n = s->f->kinks ? s->f->kinks(s->params, kink) : 0;
    for (size_t k = 0; k < n; k++)
        if (fabs(x - kink[k]) <= width)
            return true;
    return false;
}

/* ---- slope = d value / dx. Truncation h^2 f''' / 6, rounding eps |f| / h. ---- */

static void slope_is_derivative(const struct subject *s) {
    const double h = 6e-6, wide = 1e-3;
    for (size_t i = 0; i < GRID; i++) {
        double x = grid(i);
        if (near_kink(s, x, wide))
            continue;
        double numeric = (value(s, x + h) - value(s, x - h)) / (2 * h);
        double third = (slope(s, x + wide) - 2 * slope(s, x) + slope(s, x - wide)) / (wide * wide);
        double allowed = h * h * (fabs(third) + 1) + 20 * DBL_EPSILON * (fabs(value(s, x)) + 1) / h;
        HOLDS(fabs(numeric - slope(s, x)) < allowed, s, x);
    }
}

static void test_slopes(void **state) {
    (void)state;
    walk(slope_is_derivative);
}

/* A jump of f or f' is there where kinks() says so, and nowhere else on a grid of halves; with the
   initial coefficients, for kinks() knows no others. */
static void kinks_are_kinks(const struct subject *subject) {
    struct subject initial = *subject, *s = &initial;
    for (size_t j = 0; j < s->f->n_learned; j++)
        s->learned[j] = s->f->learned_initial[j];
    for (double x = -4; x <= 4; x += 0.5) {
        double jump = fabs(slope(s, x + 1e-9) - slope(s, x - 1e-9)) +
                      fabs(value(s, x + 1e-9) - value(s, x - 1e-9));
        HOLDS((jump > 1e-3) == near_kink(s, x, 0), s, x);
    }
}

static void test_kinks(void **state) {
    (void)state;
    walk(kinks_are_kinks);
}

/* ---- Arrays against scalars: a few roundings of f, of its argument and of sums near 1. ---- */

static void arrays_match_scalars(const struct subject *s) {
    static real x[GRID], y[GRID], dy[GRID], dx[GRID];
    for (size_t i = 0; i < GRID; i++) {
        x[i] = (real)grid(i);
        dy[i] = 1 + (real)(i % 7);
    }
    forward(s, GRID, x, y);
    backward(s, GRID, x, y, dy, dx);
    for (size_t i = 0; i < GRID; i++) {
        const double at = (double)x[i], f = value(s, at), f1 = slope(s, at);
        const double f2 = fabs(slope(s, at + 1e-4) - f1) / 1e-4;
        const double eps = (double)TD_REAL_EPS;
        HOLDS(fabs((double)y[i] - f) <= 8 * eps * (fabs(f) + fabs(at * f1) + fmin(fabs(at), 1)), s,
              at);
        double got = (double)dx[i] / (double)dy[i];
        HOLDS(fabs(got - f1) <= 16 * eps * (1 + fabs(f1) + fabs(at) * f2), s, at);
    }
}

static void test_arrays(void **state) {
    (void)state;
    walk(arrays_match_scalars);
}

/* ---- Extreme arguments. ---- */

static void extremes_are_limits(const struct subject *s) {
    const bool sine = strncmp(s->name, "sine", 4) == 0;
    const real x[] = {1e4, -1e4, (real)INFINITY, -(real)INFINITY, TD_REAL_MAX, -TD_REAL_MAX,
                      0,   -0.0, TD_REAL_EPS,    -TD_REAL_EPS,    200,         -200};
    enum { N = sizeof x / sizeof *x };
    real y[N], dy[N], dx[N];
    for (size_t i = 0; i < N; i++)
        dy[i] = 1;
    forward(s, N, x, y);
    backward(s, N, x, y, dy, dx);
    for (size_t i = 0; i < N; i++) {
        double f = value(s, (double)x[i]), f1 = slope(s, (double)x[i]);
        if (sine && fabs((double)x[i]) >= (double)TD_REAL_MAX) { /* omega x is inf */
            HOLDS(!isinf(x[i]) || (isnan(y[i]) && isnan(dx[i])), s, x[i]);
            HOLDS(!isinf(x[i]) || (isnan(f) && isnan(f1)), s, x[i]);
            continue;
        }
        HOLDS(!isnan(y[i]) && !isnan(dx[i]) && !isnan(f) && !isnan(f1), s, x[i]);
        if (sine)
            continue; /* omega x has no correct digits there */
        HOLDS((real)f == y[i] || fabs((double)y[i] - f) <= 8 * TD_REAL_EPS * (1e-4 + fabs(f)), s,
              x[i]);
        HOLDS(fabs((double)dx[i] - f1) <= 16 * TD_REAL_EPS * (1 + fabs(f1)) || x[i] == 0, s, x[i]);
    }
}

static void test_extremes(void **state) {
    (void)state;
    walk(extremes_are_limits);
}

static void nan_stays_nan(const struct subject *s) {
    real x[] = {1, (real)NAN, -1}, y[3];
    forward(s, 3, x, y);
    HOLDS(isnan(y[1]) && !isnan(y[0]) && !isnan(y[2]), s, NAN);
    HOLDS(isnan(value(s, NAN)), s, NAN);
    HOLDS(isnan(slope(s, NAN)) || strncmp(s->name, "identity", 8) == 0, s, NAN);
}

static void test_nan(void **state) {
    (void)state;
    walk(nan_stays_nan);
}

/* ---- Bits do not depend on place, length or whether y is x. ---- */

static void bits_do_not_depend_on_place(const struct subject *s) {
    enum { N = 1200 };
    static real x[N], y[N], dy[N], dx[N], part[N];
    fill_normal(1, N, x);
    fill_normal(2, N, dy);
    forward(s, N, x, y);
    backward(s, N, x, y, dy, dx);
    for (size_t first = 0; first < 20; first += 3)
        for (size_t n = 1; n < 40; n += 6) {
            forward(s, n, x + 500 + first, part);
            assert_memory_equal(part, y + 500 + first, n * sizeof(real));
            const size_t at = 500 + first;
            backward(s, n, x + at, y + at, dy + at, part);
            assert_memory_equal(part, dx + at, n * sizeof(real));
        }
    memcpy(part, dy, sizeof part);
    backward(s, N, x, y, part, part);
    assert_memory_equal(part, dx, sizeof part);
    memcpy(part, x, sizeof part);
    forward(s, N, part, part);
    assert_memory_equal(part, y, sizeof part);
    forward(s, 0, x, part);
    backward(s, 0, x, y, dy, part);
    assert_memory_equal(part, y, sizeof part);
}

static void test_place(void **state) {
    (void)state;
    walk(bits_do_not_depend_on_place);
}

/* ---- Learned coefficients. ---- */

static void learned_gradient(const struct subject *s) {
    enum { N = 700 };
    static real x[N], dy[N];
    fill_normal(3, N, x);
    fill_normal(4, N, dy);
    assert_int_equal(s->f->n_learned > 0, s->f->backward_learned != NULL);
    for (size_t j = 0; j < s->f->n_learned; j++) {
        real got[4] = {0};
        struct subject up = *s, down = *s;
        const double h = 1e-4; /* f is smooth in its coefficients */
        up.learned[j] += h;
        down.learned[j] -= h;
        double numeric = 0, scale = 0;
        for (size_t i = 0; i < N; i++) {
            double term = (value(&up, (double)x[i]) - value(&down, (double)x[i])) / (2 * h);
            numeric += term * (double)dy[i];
            scale += fabs(term * (double)dy[i]);
        }
        got[j] = 2; /* added to */
        s->f->backward_learned(s->params, s->learned_real, N, x, dy, got);
        HOLDS(fabs((double)got[j] - 2 - numeric) <= scale * (8 * TD_REAL_EPS + 1e-10), s, j);
    }
}

static void test_learned(void **state) {
    (void)state;
    walk(learned_gradient);
}

/* Thresholds that learning has swapped: still continuous, with the slopes that it says. */
static void test_srelu_swapped(void **state) {
    (void)state;
    static const double swapped[] = {1.5, 0.25, -0.5, 2};
    struct td_arena *arena = td_arena_create();
    struct subject s = subject_of("srelu", NULL, arena);
    for (size_t j = 0; j < 4; j++)
        s.learned_real[j] = (real)(s.learned[j] = swapped[j]);
    for (size_t j = 0; j < 4; j += 2)
        assert_true(fabs(value(&s, swapped[j] + 1e-9) - value(&s, swapped[j] - 1e-9)) < 1e-8);
    assert_true(value(&s, 2) == -0.5 + 2 * 2.5 && value(&s, -1) == 1.5 - 0.25 * 2.5);
    slope_is_derivative(&s);
    arrays_match_scalars(&s);
    extremes_are_limits(&s);
    learned_gradient(&s);
    td_arena_free(arena);
}

/* A learned slope of exactly 0 keeps infinities away. */
static void test_learned_slope_of_zero(void **state) {
    (void)state;
    static const char *const names[] = {"prelu", "srelu"};
    struct td_arena *arena = td_arena_create();
    for (size_t k = 0; k < 2; k++) {
        struct subject s = subject_of(names[k], NULL, arena);
        for (size_t j = 0; j < s.f->n_learned; j++)
            s.learned_real[j] = (real)(s.learned[j] = 0);
        extremes_are_limits(&s);
        nan_stays_nan(&s);
    }
    td_arena_free(arena);
}

/* ---- Published numbers. ---- */

static void test_selu_constants(void **state) {
    (void)state;
    /* Klambauer et al. 2017: the constants that solve the fixed-point equations in closed form. */
    double alpha = -sqrt(2 / M_PI) / (exp(0.5) * erfc(M_SQRT1_2) - 1);
    double e = erfc(M_SQRT1_2), e2 = erfc(M_SQRT2);
    double lambda =
        (1 - e * sqrt(M_E)) * sqrt(2 * M_PI) /
        sqrt(2 * e2 * exp(2) + M_PI * e * e * M_E - 2 * (2 + M_PI) * e * sqrt(M_E) + M_PI + 2);
    assert_true(fabs(TD_SELU_ALPHA - alpha) < 1e-14);
    assert_true(fabs(TD_SELU_LAMBDA - lambda) < 1e-14);
    struct td_arena *arena = td_arena_create();
    struct subject s = subject_of("selu", NULL, arena);
    assert_true(value(&s, 1) == TD_SELU_LAMBDA); /* the table's text is the same number */
    assert_true(value(&s, -INFINITY) == -TD_SELU_LAMBDA * TD_SELU_ALPHA);
    td_arena_free(arena);
}

static void test_published_values(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double x, y;
    } known[] = {
        {"crrelu", 0.5, 0.504412484512922},   /* 0.5 + 0.005 e^-0.125 */
        {"crrelu", -0.5, -0.004412484512922}, /* Sun et al. 2024 */
        {"gelu", 1, 0.841344746068543},       /* Phi(1) */
        {"gelu", -1, -0.158655253931457},
        {"gelu-tanh", 1, 0.8411919906082768},
        {"silu", 1, 0.731058578630005},
        {"softplus", 0, 0.693147180559945},
        {"softsign", -3, -0.75},
        {"centred-softplus", 1, 0.620114506958278}, /* ln((1 + e) / 2) */
        {"centred-softplus", 1e-12, 5.00000000000125e-13},
        {"abs", -3, 3},
        {"prelu", -2, -0.5},
        {"srelu", 0.5, 0.5},
        {"srelu", -2, -0.5},
        {"srelu", 3, 3},
        {"elu", -1, -0.632120558828558},
        {"leaky-relu", -2, -0.02},
    };
    struct td_arena *arena = td_arena_create();
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct subject s = subject_of(known[i].name, NULL, arena);
        double y = s.f->value(s.params, NULL, known[i].x); /* learned: initial */
        HOLDS(fabs(y - known[i].y) < 1e-14, &s, known[i].x);
    }
    td_arena_free(arena);
}

static void test_descriptors(void **state) {
    (void)state;
    check_descriptors(&td_activations);
    for (size_t i = 0; i < td_registry_count(&td_activations); i++) {
        const struct td_activation *f =
            (const struct td_activation *)td_registry_at(&td_activations, i);
        assert_true(f->forward && f->backward && f->value && f->slope);
        assert_true(f->saturation_slope > 0 && f->saturation_slope < 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_descriptors),    cmocka_unit_test(test_slopes),
        cmocka_unit_test(test_kinks),          cmocka_unit_test(test_arrays),
        cmocka_unit_test(test_extremes),       cmocka_unit_test(test_nan),
        cmocka_unit_test(test_place),          cmocka_unit_test(test_learned),
        cmocka_unit_test(test_srelu_swapped),  cmocka_unit_test(test_learned_slope_of_zero),
        cmocka_unit_test(test_selu_constants), cmocka_unit_test(test_published_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
