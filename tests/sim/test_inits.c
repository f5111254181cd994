/* Initialisations: moments and shapes of what they draw. A sample variance of n numbers has the
   relative standard deviation sqrt((kurtosis - 1) / n): at most sqrt(2 / n) for what is drawn here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/sim/graph_support.h"

enum { ROWS = 120, COLS = 400, N = ROWS * COLS };
static real w[N];

static void draw(const char *name, const char *const *pairs, size_t rows, size_t cols, real *out) {
    struct td_arena *arena = td_arena_create();
    struct td_error err = {0};
    const struct td_init *init = (const struct td_init *)kind_named(&td_inits, name);
    must(init->draw(params_of(&init->kind, pairs, arena), rows, cols, (double)cols, (double)rows,
                    td_stream_make(5, "init"), 3, out, &err),
         &err);
    td_arena_free(arena);
}

struct moments {
    double mean, variance, kurtosis, largest;
};

static struct moments moments_of(const real *v, size_t n) {
    struct moments m = {0};
    double fourth = 0;
    for (size_t i = 0; i < n; i++)
        m.mean += (double)v[i] / (double)n;
    for (size_t i = 0; i < n; i++) {
        double d = (double)v[i] - m.mean;
        m.variance += d * d / (double)n;
        fourth += d * d * d * d / (double)n;
        m.largest = fmax(m.largest, fabs((double)v[i]));
    }
    m.kurtosis = fourth / (m.variance * m.variance);
    return m;
}

/* Kurtosis: normal 3, uniform 9/5, normal cut at 2: 2.3654. */
static const double NORMAL = 3, UNIFORM = 1.8, TRUNCATED = 2.3654;
/* Standard deviation of a standard normal cut at +-2. */
static const double CUT = 0.8796256610342398;

static const struct {
    const char *name, *pairs[7];
    double variance, kurtosis, bound; /* bound: largest possible value in standard deviations */
} known[] = {
    {"lecun", {NULL}, 1.0 / COLS, NORMAL, 6},
    {"lecun", {"gain", "2"}, 4.0 / COLS, NORMAL, 6},
    {"lecun", {"distribution", "truncated-normal"}, 1.0 / COLS, TRUNCATED, 2 / 0.87962566},
    {"lecun", {"distribution", "uniform"}, 1.0 / COLS, UNIFORM, 1.7320509},
    {"glorot", {NULL}, 2.0 / (ROWS + COLS), NORMAL, 6},
    {"glorot", {"distribution", "uniform"}, 2.0 / (ROWS + COLS), UNIFORM, 1.7320509},
    {"he", {NULL}, 2.0 / COLS, NORMAL, 6},
    {"normal", {"std", "0.3"}, 0.09, NORMAL, 6},
    {"normal", {"std", "2", "per", "fan-in"}, 4.0 / COLS, NORMAL, 6},
    {"uniform", {"a", "0.6"}, 0.12, UNIFORM, 1.7320509},
    {"uniform", {"a", "1", "per", "fan-in"}, 1.0 / 3 / COLS, UNIFORM, 1.7320509},
    {"truncated-normal", {"std", "0.3"}, 0.09 * CUT *CUT, TRUNCATED, 2 / CUT},
    {"truncated-normal", {"std", "0.3", "rescale", "true"}, 0.09, TRUNCATED, 2 / CUT},
    {"truncated-normal", {"std", "1", "per", "fan-in"}, CUT *CUT / COLS, TRUNCATED, 2 / CUT},
    {"truncated-normal", {"std", "2", "per", "fan-in"}, 4 * CUT *CUT / COLS, TRUNCATED, 2 / CUT},
    {"truncated-normal", {"std", "1", "per", "fan-out"}, CUT *CUT / ROWS, TRUNCATED, 2 / CUT},
    {"normal", {"std", "1", "per", "fan-out"}, 1.0 / ROWS, NORMAL, 6},
};

static void test_moments(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        draw(known[i].name, known[i].pairs, ROWS, COLS, w);
        struct moments m = moments_of(w, N);
        const double n = N, std = sqrt(known[i].variance), k = known[i].kurtosis;
        if (!(fabs(m.mean) < 4.5 * std / sqrt(n) &&
              fabs(m.variance / known[i].variance - 1) < 4.5 * sqrt((k - 1) / n) &&
              fabs(m.kurtosis - k) < 4.5 * sqrt(24 / n) &&
              m.largest <= known[i].bound * std * (1 + 4 * TD_REAL_EPS)))
            fail_msg("%s %s: mean %g, variance %g (%g), kurtosis %g (%g), largest %g sd (%g)",
                     known[i].name, known[i].pairs[0] ? known[i].pairs[1] : "", m.mean, m.variance,
                     known[i].variance, m.kurtosis, k, m.largest / std, known[i].bound);
    }
}

/* A cut normal fills its range up to the cut. */
static void test_truncation_is_at_two(void **state) {
    (void)state;
    const char *const pairs[] = {"std", "1", NULL};
    draw("truncated-normal", pairs, ROWS, COLS, w);
    double largest = moments_of(w, N).largest;
    assert_true(largest <= 2 && largest > 1.999);
}

/* Q'Q (tall) or QQ' (wide) is gain^2 times the identity. */
static void check_orthogonal(size_t rows, size_t cols, double gain) {
    char text[32];
    snprintf(text, sizeof text, "%g", gain);
    const char *const pairs[] = {"gain", text, NULL};
    draw("orthogonal", pairs, rows, cols, w);
    const bool wide = cols > rows;
    const size_t n = wide ? rows : cols, m = wide ? cols : rows;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double dot = 0;
            for (size_t k = 0; k < m; k++)
                dot += wide ? (double)w[i * cols + k] * (double)w[j * cols + k]
                            : (double)w[k * cols + i] * (double)w[k * cols + j];
            assert_true(fabs(dot - (i == j ? gain * gain : 0)) < 10 * TD_REAL_EPS * gain * gain);
        }
}

static void test_orthogonal(void **state) {
    (void)state;
    check_orthogonal(1, 1, 1);
    check_orthogonal(20, 20, 1);
    check_orthogonal(30, 7, 2);
    check_orthogonal(7, 30, 0.5);
    check_orthogonal(1, 9, 1);
    check_orthogonal(9, 1, 3);
}

/* Haar: an entry of an n x n orthogonal matrix has mean 0 and variance 1/n whatever its place;
   without the sign rule of QR the diagonal would be biased. */
static void test_orthogonal_diagonal_has_both_signs(void **state) {
    (void)state;
    struct td_error err = {0};
    struct td_arena *arena = td_arena_create();
    const struct td_init *init = (const struct td_init *)kind_named(&td_inits, "orthogonal");
    const void *params = params_of(&init->kind, NULL, arena);
    enum { SIZE = 10, DRAWS = 400 };
    double first = 0, last = 0;
    for (uint64_t seed = 0; seed < DRAWS; seed++) {
        must(init->draw(params, SIZE, SIZE, SIZE, SIZE, td_stream_make(seed, "init"), 0, w, &err),
             &err);
        first += (double)w[0] / DRAWS;
        last += (double)w[SIZE * SIZE - 1] / DRAWS;
    }
    double limit = 4.5 / sqrt((double)SIZE * DRAWS);
    assert_true(fabs(first) < limit && fabs(last) < limit);
    td_arena_free(arena);
}

static void test_constants(void **state) {
    (void)state;
    const char *const pairs[] = {"value", "-0.25", NULL};
    draw("constant", pairs, 3, 4, w);
    for (size_t i = 0; i < 12; i++)
        assert_true(w[i] == (real)-0.25);
    draw("zeros", NULL, 3, 4, w);
    for (size_t i = 0; i < 12; i++)
        assert_true(w[i] == 0);
}

/* Every kind: finite, the same again, another for another layer (constants aside), and elements
   addressed one by one: a matrix with more rows begins with the same numbers (orthogonal aside). */
static void test_walk(void **state) {
    (void)state;
    check_descriptors(&td_inits);
    struct td_error err = {0};
    for (size_t i = 0; i < td_registry_count(&td_inits); i++) {
        struct td_arena *arena = td_arena_create();
        const struct td_init *init = (const struct td_init *)td_registry_at(&td_inits, i);
        const char *name = init->kind.name;
        const void *params = params_of(&init->kind, NULL, arena);
        const bool constant = !strcmp(name, "constant") || !strcmp(name, "zeros");
        struct td_stream s = td_stream_make(9, "init");
        real a[35], b[35], c[35], longer[70];
        must(init->draw(params, 5, 7, 7, 5, s, 1, a, &err), &err);
        must(init->draw(params, 5, 7, 7, 5, s, 1, b, &err), &err);
        must(init->draw(params, 5, 7, 7, 5, s, 2, c, &err), &err);
        must(init->draw(params, 10, 7, 7, 5, s, 1, longer, &err), &err);
        assert_memory_equal(a, b, sizeof a);
        for (size_t k = 0; k < 35; k++)
            assert_true(isfinite(a[k]));
        assert_int_equal(memcmp(a, c, sizeof a) == 0, constant);
        if (strcmp(name, "orthogonal") != 0)
            assert_memory_equal(a, longer, sizeof a);
        td_arena_free(arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_truncation_is_at_two),
        cmocka_unit_test(test_orthogonal),
        cmocka_unit_test(test_orthogonal_diagonal_has_both_signs),
        cmocka_unit_test(test_constants),
        cmocka_unit_test(test_walk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
