/* Vector functions against libm in a wider type: error in ulp, special values, independence of
   place; sums against exact ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "numeric/memory.h"
#include "numeric/vec.h"

typedef long double wide;
static wide wide_sigmoid(wide x) {
    return 1 / (1 + expl(-x));
}

/* One function in both precisions, with its reference and the ranges that need a closer look. */
struct function {
    const char *name;
    td_vec_fn *real_fn;
    td_dvec_fn *double_fn; /* NULL: there is none */
    double (*reference)(double);
    wide (*wide_reference)(wide);
    double ranges[3][2]; /* ends with {0, 0} */
};

static double plain_sigmoid(double x) {
    return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x));
}

static const struct function FUNCTIONS[] = {
    {"exp", td_vec_exp, td_dvec_exp, exp, expl, {{-110, 90}, {-746, 710}}},
    {"expm1", td_vec_expm1, td_dvec_expm1, expm1, expm1l, {{-1e-3, 1e-3}, {-40, 90}}},
    {"log", td_vec_log, td_dvec_log, log, logl, {{0.5, 2}, {0.99, 1.01}}},
    {"log1p", td_vec_log1p, td_dvec_log1p, log1p, log1pl, {{-0.99, 3}, {-1e-3, 1e-3}}},
    {"tanh", td_vec_tanh, td_dvec_tanh, tanh, tanhl, {{-20, 20}, {-1e-3, 1e-3}}},
    {"erf", td_vec_erf, td_dvec_erf, erf, erfl, {{-6, 6}, {-1e-3, 1e-3}}},
    {"sin", td_vec_sin, td_dvec_sin, sin, sinl, {{-30, 30}, {-1e7, 1e7}}},
    {"cos", td_vec_cos, td_dvec_cos, cos, cosl, {{-30, 30}, {-1e7, 1e7}}},
    {"sigmoid",
     td_vec_sigmoid,
     td_dvec_sigmoid,
     plain_sigmoid,
     wide_sigmoid,
     {{-110, 30}, {-10, 10}}},
    {"sqrt", td_vec_sqrt, NULL, sqrt, sqrtl, {{0, 4}}},
};
enum { N_FUNCTIONS = sizeof FUNCTIONS / sizeof *FUNCTIONS };

static const double MAX_ULP = 4;

/* Spacing of floats (digits 24, least -149) or doubles (53, -1074) at |x|. */
static wide spacing(wide x, int digits, int least) {
    int exponent;
    frexpl(x, &exponent);
    return ldexpl(1, exponent - digits < least ? least : exponent - digits);
}

/* Error of y as f(x) in units in the last place; -1 if both are NaN or the same infinity, INFINITY
   if one is special and the other is not. */
static double ulp_error(wide exact, double y, bool is_double) {
    wide largest = is_double ? DBL_MAX : FLT_MAX;
    int digits = is_double ? 53 : 24, least = is_double ? -1074 : -149;
    if (isnan(exact) || isnan(y))
        return isnan(exact) && isnan(y) ? -1 : INFINITY;
    wide half = spacing(largest, digits, least) / 2;
    if (isinf(y)) {
        /* An infinity may stand for what rounds to it within the error allowed. */
        bool overflows = fabsl(exact) > largest + half - 2 * MAX_ULP * half;
        return overflows && signbit(exact) == signbit(y) ? -1 : INFINITY;
    }
    if (isinf(exact))
        return INFINITY;
    return (double)(fabsl(exact - y) / spacing(exact, digits, least));
}

static void check_real(const struct function *f, size_t n, const real *x) {
    static real y[4096];
    f->real_fn(n, x, y);
    for (size_t i = 0; i < n; i++) {
        bool is_double = sizeof(real) == 8;
        wide exact = is_double ? f->wide_reference((wide)x[i]) : (wide)f->reference((double)x[i]);
        double error = ulp_error(exact, (double)y[i], is_double);
        if (error > MAX_ULP)
            fail_msg("%s(%a) is %a: %.2f ulp from %.21Lg", f->name, (double)x[i], (double)y[i],
                     error, exact);
    }
}

static void check_double(const struct function *f, size_t n, const double *x) {
    static double y[4096];
    if (!f->double_fn)
        return;
    f->double_fn(n, x, y);
    for (size_t i = 0; i < n; i++) {
        wide exact = f->wide_reference(x[i]);
        double error = ulp_error(exact, y[i], true);
        if (error > MAX_ULP)
            fail_msg("double %s(%a) is %a: %.2f ulp from %.21Lg", f->name, x[i], y[i], error,
                     exact);
    }
}

/* A plain generator, so that this test does not stand on the functions under test. */
static uint64_t scramble(uint64_t i) {
    uint64_t z = (i + 1) * 0x9E3779B97F4A7C15; /* splitmix64, Steele et al. 2014 */
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
}

enum { CHUNK = 4096 };

/* Every 10007th float (all exponents and signs, NaN, inf, denormals) and as many doubles. */
static void all_bit_patterns(void **state) {
    (void)state;
    static real x[CHUNK];
    static double d[CHUNK];
    for (size_t f = 0; f < N_FUNCTIONS; f++) {
        size_t n = 0;
        for (uint64_t pattern = f; pattern <= UINT32_MAX; pattern += 10007) {
            uint32_t bits = (uint32_t)pattern;
            float value;
            memcpy(&value, &bits, sizeof value);
            uint64_t random = scramble(pattern);
            memcpy(&d[n], &random, sizeof random);
            x[n] = sizeof(real) == 4 ? (real)value : (real)d[n];
            n++;
            if (n == CHUNK || pattern + 10007 > UINT32_MAX) {
                check_real(&FUNCTIONS[f], n, x);
                if (pattern < UINT32_MAX / 4) /* long doubles are slow */
                    check_double(&FUNCTIONS[f], n, d);
                n = 0;
            }
        }
    }
}

static void ranges_that_matter(void **state) {
    (void)state;
    static real x[CHUNK];
    static double d[CHUNK];
    for (size_t f = 0; f < N_FUNCTIONS; f++)
        for (size_t r = 0; r < 3 && FUNCTIONS[f].ranges[r][0] < FUNCTIONS[f].ranges[r][1]; r++)
            for (uint64_t chunk = 0; chunk < 10; chunk++) {
                double low = FUNCTIONS[f].ranges[r][0], high = FUNCTIONS[f].ranges[r][1];
                for (size_t i = 0; i < CHUNK; i++) {
                    uint64_t random = scramble(chunk * CHUNK + i + 1000000 * r);
                    d[i] = low + (high - low) * ((double)(random >> 11) * 0x1p-53);
                    x[i] = (real)d[i];
                }
                check_real(&FUNCTIONS[f], CHUNK, x);
                check_double(&FUNCTIONS[f], CHUNK, d);
            }
}

/* Values with an exact answer, sign of zero included. */
static void special_values(void **state) {
    (void)state;
    const double inf = INFINITY, nan = NAN, tiny = sizeof(real) == 4 ? 0x1p-149 : 0x1p-1074;
    const struct {
        td_vec_fn *f;
        double x, y;
    } cases[] = {
        {td_vec_exp, -inf, 0},       {td_vec_exp, inf, inf},     {td_vec_exp, 0, 1},
        {td_vec_exp, -0.0, 1},       {td_vec_exp, nan, nan},     {td_vec_exp, 1e4, inf},
        {td_vec_exp, -1e4, 0},       {td_vec_exp, tiny, 1},      {td_vec_expm1, -inf, -1},
        {td_vec_expm1, inf, inf},    {td_vec_expm1, 0, 0},       {td_vec_expm1, -0.0, -0.0},
        {td_vec_expm1, nan, nan},    {td_vec_expm1, tiny, tiny}, {td_vec_expm1, -1e4, -1},
        {td_vec_log, 0, -inf},       {td_vec_log, -0.0, -inf},   {td_vec_log, -1, nan},
        {td_vec_log, inf, inf},      {td_vec_log, -inf, nan},    {td_vec_log, nan, nan},
        {td_vec_log, 1, 0},          {td_vec_log1p, -1, -inf},   {td_vec_log1p, -2, nan},
        {td_vec_log1p, inf, inf},    {td_vec_log1p, 0, 0},       {td_vec_log1p, -0.0, -0.0},
        {td_vec_log1p, tiny, tiny},  {td_vec_log1p, nan, nan},   {td_vec_tanh, inf, 1},
        {td_vec_tanh, -inf, -1},     {td_vec_tanh, 0, 0},        {td_vec_tanh, -0.0, -0.0},
        {td_vec_tanh, -tiny, -tiny}, {td_vec_tanh, nan, nan},    {td_vec_tanh, 1e30, 1},
        {td_vec_erf, inf, 1},        {td_vec_erf, -inf, -1},     {td_vec_erf, 0, 0},
        {td_vec_erf, -0.0, -0.0},    {td_vec_erf, nan, nan},     {td_vec_erf, tiny, tiny},
        {td_vec_sin, 0, 0},          {td_vec_sin, -0.0, -0.0},   {td_vec_sin, inf, nan},
        {td_vec_sin, -inf, nan},     {td_vec_sin, nan, nan},     {td_vec_sin, tiny, tiny},
        {td_vec_cos, 0, 1},          {td_vec_cos, -inf, nan},    {td_vec_cos, nan, nan},
        {td_vec_sigmoid, inf, 1},    {td_vec_sigmoid, -inf, 0},  {td_vec_sigmoid, 0, 0.5},
        {td_vec_sigmoid, -0.0, 0.5}, {td_vec_sigmoid, nan, nan}, {td_vec_sigmoid, 1e30, 1},
        {td_vec_sigmoid, -1e30, 0},  {td_vec_sigmoid, 200, 1},   {td_vec_sqrt, -0.0, -0.0},
        {td_vec_sqrt, inf, inf},     {td_vec_sqrt, -1, nan},     {td_vec_sqrt, nan, nan},
        {td_vec_sqrt, 4, 2},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        real x[3] = {(real)cases[c].x, 1, (real)cases[c].x}, y[3];
        cases[c].f(3, x, y);
        for (size_t i = 0; i < 3; i += 2) {
            double got = (double)y[i], expected = cases[c].y;
            bool same =
                isnan(expected) ? isnan(got) : got == expected && signbit(got) == signbit(expected);
            if (!same)
                fail_msg("case %zu: f(%g) is %g, not %g", c, cases[c].x, got, expected);
        }
    }
}

/* Results in the denormal range are not flushed to zero. */
static void small_results_survive(void **state) {
    (void)state;
    real x[2] = {sizeof(real) == 4 ? (real)-100 : (real)-740, 0}, y[2];
    td_vec_exp(2, x, y);
    assert_true(y[0] > 0 && (double)y[0] < (sizeof(real) == 4 ? 1e-43 : 1e-320));
    td_vec_sigmoid(2, x, y);
    assert_true(y[0] > 0 && (double)y[0] < (sizeof(real) == 4 ? 1e-43 : 1e-320));
}

/* Every n from 0 to 70 at every shift: the same bits as in one long array, nothing written beyond
   n, in place or not. */
static void bits_do_not_depend_on_place(void **state) {
    (void)state;
    enum { N = 100 };
    real x[N], whole[N], y[N];
    for (size_t i = 0; i < N; i++)
        x[i] = (real)((double)(scramble(i) >> 11) * 0x1p-53 * 4 - (i % 3 == 0 ? 0.5 : 0));
    x[17] = (real)INFINITY;
    x[40] = (real)1e-42;
    for (size_t f = 0; f < N_FUNCTIONS; f++) {
        FUNCTIONS[f].real_fn(N, x, whole);
        for (size_t shift = 0; shift < 20; shift++)
            for (size_t n = 0; n <= 70; n++) {
                for (size_t i = 0; i < N; i++)
                    y[i] = 77;
                FUNCTIONS[f].real_fn(n, x + shift, y + 3);
                assert_memory_equal(y + 3, whole + shift, n * sizeof *y);
                assert_true(y[2] == 77 && y[3 + n] == 77);
            }
        memcpy(y, x, sizeof y);
        FUNCTIONS[f].real_fn(N - 1, y, y);
        assert_memory_equal(y, whole, (N - 1) * sizeof *y);
        assert_true(y[N - 1] == x[N - 1]);
    }
}

static void double_bits_do_not_depend_on_place(void **state) {
    (void)state;
    enum { N = 40 };
    double x[N], whole[N], y[N];
    for (size_t i = 0; i < N; i++)
        x[i] = (double)(scramble(i) >> 11) * 0x1p-51;
    for (size_t f = 0; f < N_FUNCTIONS; f++) {
        if (!FUNCTIONS[f].double_fn)
            continue;
        FUNCTIONS[f].double_fn(N, x, whole);
        for (size_t shift = 0; shift < 9; shift++)
            for (size_t n = 0; n <= 20; n++) {
                FUNCTIONS[f].double_fn(n, x + shift, y);
                assert_memory_equal(y, whole + shift, n * sizeof *y);
            }
    }
}

static void square_roots_are_correctly_rounded(void **state) {
    (void)state;
    static real x[CHUNK], y[CHUNK];
    for (size_t i = 0; i < CHUNK; i++)
        x[i] = (real)((double)(scramble(i) >> 11) * 0x1p-40);
    td_vec_sqrt(CHUNK, x, y);
    for (size_t i = 0; i < CHUNK; i++)
        assert_true(ulp_error(sqrtl((wide)x[i]), (double)y[i], sizeof(real) == 8) < 0.5005);
}

/* Integers are summed exactly in any order: catches an element left out or taken twice. */
static void sums_of_integers_are_exact(void **state) {
    (void)state;
    enum { N = 3000 };
    static real x[N + 8], y[N + 8];
    static double d[N + 8];
    for (size_t n = 0; n < N; n += n < 40 ? 1 : 37) {
        double sum = 0, squares = 0, dot = 0;
        for (size_t i = 0; i < n; i++) {
            x[i + 1] = (real)(i % 1000) - 300;
            d[i + 1] = (double)x[i + 1];
            y[i + 1] = (real)(i % 7);
            sum += (double)x[i + 1];
            squares += (double)x[i + 1] * (double)x[i + 1];
            dot += (double)x[i + 1] * (double)y[i + 1];
        }
        x[0] = x[n + 1] = y[0] = y[n + 1] = (real)NAN;
        d[0] = d[n + 1] = NAN;
        assert_true(td_vec_sum(n, x + 1) == sum);
        assert_true(td_dvec_sum(n, d + 1) == sum);
        assert_true(td_vec_sumsq(n, x + 1) == squares);
        assert_true(td_vec_dot(n, x + 1, y + 1) == dot);
    }
}

/* Pairwise over blocks of 256 in 8 lanes: each term passes at most 32 + 3 + log2(n / 256) additions
   (Higham 2002, section 4.2). One long running sum of these terms would lose 1e-11. */
static void long_sums_are_accurate(void **state) {
    (void)state;
    enum { N = 1 << 20 };
    double *x = td_calloc(N, sizeof *x);
    wide sum = 0, magnitude = 0;
    for (size_t i = 0; i < N; i++) {
        x[i] = 1 + 0.1 * (double)(i % 7);
        sum += x[i];
        magnitude += fabsl(x[i]);
    }
    wide bound = (32 + 3 + 12) * (wide)(DBL_EPSILON / 2) * magnitude;
    assert_true(fabsl(td_dvec_sum(N, x) - sum) <= bound);
    td_free(x);
}

static void sums_depend_on_nothing_but_the_values(void **state) {
    (void)state;
    enum { N = 1777 };
    static real x[N + 16], moved[N + 16];
    for (size_t i = 0; i < N; i++)
        x[i] = (real)((double)(scramble(i) >> 11) * 0x1p-53 - 0.5);
    double expected = td_vec_sum(N, x), squares = td_vec_sumsq(N, x);
    for (size_t shift = 0; shift < 16; shift++) {
        memcpy(moved + shift, x, N * sizeof *x);
        assert_true(td_vec_sum(N, moved + shift) == expected);
        assert_true(td_vec_sumsq(N, moved + shift) == squares);
        assert_true(td_vec_dot(N, moved + shift, x) == squares);
    }
    x[700] = (real)NAN;
    assert_true(isnan(td_vec_sum(N, x)));
    x[700] = (real)INFINITY;
    assert_true(td_vec_sum(N, x) == INFINITY);
    x[701] = -(real)INFINITY;
    assert_true(isnan(td_vec_sum(N, x)));
    assert_true(td_vec_sum(0, NULL) == 0);
}

static void kernels_have_names(void **state) {
    (void)state;
    assert_true(strlen(td_vec_kernels()) > 5);
    assert_null(strchr(td_vec_kernels(), ' '));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_bit_patterns),
        cmocka_unit_test(ranges_that_matter),
        cmocka_unit_test(special_values),
        cmocka_unit_test(small_results_survive),
        cmocka_unit_test(bits_do_not_depend_on_place),
        cmocka_unit_test(double_bits_do_not_depend_on_place),
        cmocka_unit_test(square_roots_are_correctly_rounded),
        cmocka_unit_test(sums_of_integers_are_exact),
        cmocka_unit_test(long_sums_are_accurate),
        cmocka_unit_test(sums_depend_on_nothing_but_the_values),
        cmocka_unit_test(kernels_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
