/* Numbers as text, the value grammar of sweeps, schedules of steps: against the decimals one would
   write by hand, the C library's conversions, and plain loops. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/param_text.h"
#include "numeric/random.h"

struct fixture {
    struct td_arena *arena;
    struct td_error err;
    size_t n;
    const char *const *v;
};

static int set_up(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    f->arena = td_arena_create();
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *f = *state;
    td_arena_free(f->arena);
    free(f);
    return 0;
}

/* ---- numbers ---- */

static size_t count_digits(const char *text) {
    size_t n = 0, zeros = 0;
    for (; *text && *text != 'e'; text++) {
        if (*text < '0' || *text > '9')
            continue;
        zeros = *text == '0' ? zeros + 1 : 0;
        n += n > 0 || *text != '0';
    }
    return n > zeros ? n - zeros : 0;
}

/* The fewest digits with which printf's text reads back as x: the plain search. */
static size_t fewest_digits(double x) {
    char text[40];
    for (int p = 1; p <= 17; p++) {
        snprintf(text, sizeof text, "%.*e", p - 1, x);
        if (strtod(text, NULL) == x)
            return count_digits(text);
    }
    return 99;
}

static void random_bits(size_t n, double *x) {
    uint32_t *bits = malloc(2 * n * sizeof *bits);
    td_random_bits(td_stream_make(7, "values"), 0, 0, 0, 2 * n, bits);
    memcpy(x, bits, n * sizeof *x);
    free(bits);
}

static void number_text_is_shortest_and_reads_back(void **state) {
    (void)state;
    enum { N = 20000 };
    static double x[N];
    random_bits(N, x);
    for (size_t i = 0; i < N; i++) {
        char text[32];
        if (!isfinite(x[i]))
            continue;
        td_number_text(x[i], text);
        assert_true(strtod(text, NULL) == x[i]);
        assert_int_equal(count_digits(text), fewest_digits(x[i]));
    }
}

static void number_text_of_known_values(void **state) {
    (void)state;
    static const struct {
        double x;
        const char *text;
    } cases[] = {
        {0, "0"},
        {-0.0, "-0"},
        {1, "1"},
        {-12, "-12"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1.0 / 3, "0.3333333333333333"},
        {1e-4, "0.0001"},
        {1.5e-5, "1.5e-5"},
        {123456.789, "123456.789"},
        {1e15, "1000000000000000"},
        {1e16, "1e16"},
        {1e23, "1e23"},
        {9007199254740993.0, "9.007199254740992e15"},
        {5e-324, "5e-324"},
        {DBL_MIN, "2.2250738585072014e-308"},
        {DBL_MAX, "1.7976931348623157e308"},
        {(double)INFINITY, "inf"},
        {-(double)INFINITY, "-inf"},
        {(double)NAN, "nan"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[32];
        assert_string_equal(td_number_text(cases[i].x, text), cases[i].text);
    }
}

static void numbers_are_read_strictly(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum td_number_class class;
        double x;
    } cases[] = {
        {"1e-3", TD_NUMBER_OK, 0.001},
        {"0.001", TD_NUMBER_OK, 0.001},
        {"1.0e-03", TD_NUMBER_OK, 0.001},
        {" +5. ", TD_NUMBER_OK, 5},
        {".5", TD_NUMBER_OK, 0.5},
        {"-0", TD_NUMBER_OK, 0},
        {"0e999999999999", TD_NUMBER_OK, 0},
        {"0.1000000000000000055511151231257827021181583404541015625", TD_NUMBER_OK, 0.1},
        {"1e999", TD_NUMBER_BIG, 0},
        {"-1e99999999999999999999", TD_NUMBER_BIG, 0},
        {"1e-999", TD_NUMBER_TINY, 0},
        {"nan", TD_NUMBER_NONE, 0},
        {"inf", TD_NUMBER_NONE, 0},
        {"-Infinity", TD_NUMBER_NONE, 0},
        {"0x1p3", TD_NUMBER_NONE, 0},
        {"0x10", TD_NUMBER_NONE, 0},
        {"1,5", TD_NUMBER_NONE, 0},
        {"1 2", TD_NUMBER_NONE, 0},
        {"1e", TD_NUMBER_NONE, 0},
        {"1e+", TD_NUMBER_NONE, 0},
        {".", TD_NUMBER_NONE, 0},
        {"", TD_NUMBER_NONE, 0},
        {"-", TD_NUMBER_NONE, 0},
        {"1f", TD_NUMBER_NONE, 0},
        {"1_000", TD_NUMBER_NONE, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double x = -1;
        assert_int_equal(td_number_parse(cases[i].text, &x), cases[i].class);
        if (cases[i].class == TD_NUMBER_OK)
            assert_true(x == cases[i].x);
    }
}

static void integers_are_whole_numbers(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum td_number_class class;
        int64_t x;
    } cases[] = {
        {"12", TD_NUMBER_OK, 12},
        {"1e3", TD_NUMBER_OK, 1000},
        {"1.5e1", TD_NUMBER_OK, 15},
        {"12.000", TD_NUMBER_OK, 12},
        {"1200e-2", TD_NUMBER_OK, 12},
        {"-0", TD_NUMBER_OK, 0},
        {"0.0e5", TD_NUMBER_OK, 0},
        {"007", TD_NUMBER_OK, 7},
        {"9223372036854775807", TD_NUMBER_OK, INT64_MAX},
        {"-9223372036854775808", TD_NUMBER_OK, INT64_MIN},
        {"9223372036854775808", TD_NUMBER_BIG, 0},
        {"-9223372036854775809", TD_NUMBER_BIG, 0},
        {"1e19", TD_NUMBER_BIG, 0},
        {"1e999999", TD_NUMBER_BIG, 0},
        {"12345678901234567890123456789012345678901234567890", TD_NUMBER_BIG, 0},
        {"1.5", TD_NUMBER_BROKEN, 0},
        {"1e-1", TD_NUMBER_BROKEN, 0},
        {"1.0000000000000000000000000000000000000000001", TD_NUMBER_BROKEN, 0},
        {"0x10", TD_NUMBER_NONE, 0},
        {"", TD_NUMBER_NONE, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t x = -99;
        assert_int_equal(td_integer_parse(cases[i].text, &x), cases[i].class);
        if (cases[i].class == TD_NUMBER_OK)
            assert_true(x == cases[i].x);
    }
}

static void snapping_finds_the_decimal_that_was_meant(void **state) {
    (void)state;
    for (int i = 1; i < 2000; i++) {
        char text[32];
        snprintf(text, sizeof text, "%d.%03d", i / 1000, i % 1000);
        double meant = strtod(text, NULL);
        assert_true(td_number_snap(i * 0.001) == meant);
        assert_true(td_number_snap(nextafter(meant, 10)) == meant);
        assert_true(td_number_snap(-meant) == -meant);
    }
    assert_true(td_number_snap(1.0 / 3) == 1.0 / 3);
    assert_true(td_number_snap(0) == 0);
    assert_true(isnan(td_number_snap((double)NAN)));
    assert_true(td_number_snap(DBL_MAX) == DBL_MAX);
    assert_true(td_number_snap(5e-324) == 5e-324);
}

static void the_locale_does_not_matter(void **state) {
    struct fixture *f = *state;
    char text[32];
    double x;
    if (!setlocale(LC_NUMERIC, "de_DE.UTF-8"))
        skip();
    td_number_text(1.5, text);
    enum td_number_class class = td_number_parse("2.5", &x);
    td_status status = td_values_expand("0..1:0.5", NULL, f->arena, &f->n, &f->v, &f->err);
    setlocale(LC_NUMERIC, "C");
    assert_string_equal(text, "1.5");
    assert_int_equal(class, TD_NUMBER_OK);
    assert_true(x == 2.5);
    assert_int_equal(status, TD_OK);
    assert_string_equal(f->v[1], "0.5");
}

/* ---- grids ---- */

static void expect_values(struct fixture *f, const char *text, const char *joined) {
    char got[4096] = "";
    assert_int_equal(td_values_expand(text, NULL, f->arena, &f->n, &f->v, &f->err), TD_OK);
    for (size_t i = 0; i < f->n; i++) {
        size_t used = strlen(got);
        snprintf(got + used, sizeof got - used, "%s%s", i ? "|" : "", f->v[i]);
    }
    assert_string_equal(got, joined);
}

static void expect_refused(struct fixture *f, const char *text, const char *part) {
    struct td_where where = {.option = "--set x"};
    assert_int_equal(td_values_expand(text, &where, f->arena, &f->n, &f->v, &f->err), TD_BAD_INPUT);
    assert_non_null(strstr(f->err.message, "--set x: "));
    if (!strstr(f->err.message, part))
        fail_msg("\"%s\" does not say \"%s\"", f->err.message, part);
    assert_int_equal(f->n, 0);
}

static void values_split_at_top_level(void **state) {
    struct fixture *f = *state;
    expect_values(f, "a", "a");
    expect_values(f, " a , b,c ", "a|b|c");
    expect_values(f, "", "");
    expect_values(f, "[1,2],[3]", "[1,2]|[3]");
    expect_values(f, "[[1,2],3]", "[[1,2],3]");
    expect_values(f, "'a,b',\"c \\\"d\\\\\",e", "a,b|c \"d\\|e");
    expect_values(f, "it's", "it's");
    expect_values(f, "../data/x.csv,a..b,1..x", "../data/x.csv|a..b|1..x");
    expect_values(f, "selu,relu,1..3", "selu|relu|1|2|3");
    expect_values(f, "a(b),logit", "a(b)|logit");
}

static void ranges_are_exact(void **state) {
    struct fixture *f = *state;
    expect_values(f, "1..5", "1|2|3|4|5");
    expect_values(f, "3..3", "3");
    expect_values(f, "0..1:0.1", "0|0.1|0.2|0.3|0.4|0.5|0.6|0.7|0.8|0.9|1");
    expect_values(f, "0..1:0.3", "0|0.3|0.6|0.9");
    expect_values(f, "5..1:-2", "5|3|1");
    expect_values(f, "-0.2..0.2:0.1", "-0.2|-0.1|0|0.1|0.2");
    expect_values(f, "1e-3..3e-3:1e-3", "0.001|0.002|0.003");
    expect_values(f, "0.5..2.5", "0.5|1.5|2.5");
    expect_values(f, "1e20..1.00000000000000000002e20", "1e20|1e20|1e20");
}

/* i 10^-k written by hand, k <= 4: whole part, point, k digits, trailing zeros away. */
static void hand_decimal(long i, int k, char text[40]) {
    static const long powers[] = {1, 10, 100, 1000, 10000};
    long size = labs(i), power = powers[k];
    snprintf(text, 40, "%s%ld.%05ld", i < 0 ? "-" : "", size / power,
             size % power * (100000 / power));
    size_t n = strlen(text);
    while (text[n - 1] == '0')
        text[--n] = 0;
    if (text[n - 1] == '.')
        text[--n] = 0;
}

static void ranges_give_the_decimals_of_hand(void **state) {
    struct fixture *f = *state;
    static const struct {
        long lo, hi, step;
        int k; /* all in units of 10^-k; -4 <= exponent, so that no e is needed */
    } cases[] = {{-1000, 1000, 1, 1}, {0, 3000, 7, 2}, {-5000, 9999, 3, 3}, {100, 99999, 11, 4}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        char lo[40], hi[40], step[40], text[140], expected[40];
        hand_decimal(cases[c].lo, cases[c].k, lo);
        hand_decimal(cases[c].hi, cases[c].k, hi);
        hand_decimal(cases[c].step, cases[c].k, step);
        snprintf(text, sizeof text, "%s..%s:%s", lo, hi, step);
        assert_int_equal(td_values_expand(text, NULL, f->arena, &f->n, &f->v, &f->err), TD_OK);
        assert_int_equal(f->n, (cases[c].hi - cases[c].lo) / cases[c].step + 1);
        for (size_t i = 0; i < f->n; i++) {
            hand_decimal(cases[c].lo + (long)i * cases[c].step, cases[c].k, expected);
            assert_string_equal(f->v[i], expected);
        }
    }
}

/* Commas within parentheses belong to the value, unless the parentheses never close. */
static void parentheses_hold_values_together(void **state) {
    struct fixture *f = *state;
    expect_values(f, "max(0,x),relu(x)", "max(0,x)|relu(x)");
    expect_values(f, "max(0, min(1, x)) + 1, 2", "max(0, min(1, x)) + 1|2");
    expect_values(f, "a(b,c", "a(b|c");
    expect_values(f, "a),(b", "a)|(b");
}

static void linear_grids_hit_their_decimals(void **state) {
    struct fixture *f = *state;
    expect_values(f, "lin(0,1,5)", "0|0.25|0.5|0.75|1");
    expect_values(f, "lin(-0.1,0.3,5)", "-0.1|0|0.1|0.2|0.3");
    expect_values(f, "lin(1,0,3)", "1|0.5|0");
    expect_values(f, "lin( 0 , 1 , 3 )", "0|0.5|1");
    expect_values(f, "lin(0,1,4)", "0|0.3333333333333333|0.6666666666666666|1");
    expect_values(f, "lin(1e-300,1,2)", "1e-300|1");
    assert_int_equal(td_values_expand("lin(-1,1,2001)", NULL, f->arena, &f->n, &f->v, &f->err),
                     TD_OK);
    for (size_t i = 0; i < f->n; i++) {
        char expected[40];
        hand_decimal((long)i - 1000, 3, expected);
        assert_string_equal(f->v[i], expected);
    }
}

static void logarithmic_grids_hit_powers_and_ends(void **state) {
    struct fixture *f = *state;
    expect_values(f, "log(1,1000,4)", "1|10|100|1000");
    expect_values(f, "log(8,512,7)", "8|16|32|64|128|256|512");
    expect_values(f, "log(1e-5,1e5,11)", "1e-5|0.0001|0.001|0.01|0.1|1|10|100|1000|10000|100000");
    expect_values(f, "log(1000,1,4)", "1000|100|10|1");
    assert_int_equal(td_values_expand("log(0.3,7.7,40)", NULL, f->arena, &f->n, &f->v, &f->err),
                     TD_OK);
    assert_string_equal(f->v[0], "0.3");
    assert_string_equal(f->v[39], "7.7");
    for (size_t i = 1; i < 39; i++) { /* an ulp of the exact value, or what snapping allows: 2 */
        double exact = 0.3 * pow(7.7 / 0.3, (double)i / 39), x = strtod(f->v[i], NULL);
        assert_true(fabs(x - exact) <= 8 * DBL_EPSILON * exact);
    }
}

static void broken_values_are_refused(void **state) {
    struct fixture *f = *state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"a,,b", "missing"},
        {"a,", "missing"},
        {",", "missing"},
        {"[1,2", "]"},
        {"[[1]", "]"},
        {"'a", "'"},
        {"\"a\\\"", "\""},
        {"'a'b", "comma"},
        {"[1]2", "comma"},
        {"lin(0,1,2)3", "comma"},
        {"lin(0,1", ")"},
        {"lin(0,1)", "three numbers"},
        {"lin(0,1,2,3)", "integer"},
        {"lin(a,1,2)", "numbers"},
        {"lin(0,nan,2)", "numbers"},
        {"lin(0,1e999,2)", "numbers"},
        {"lin(0,1,1)", "[2, 1000000]"},
        {"lin(0,1,2.5)", "integer"},
        {"lin(0,1,1e7)", "[2, 1000000]"},
        {"log(0,1,5)", "above 0"},
        {"log(-1,1,5)", "above 0"},
        {"5..1", "backwards"},
        {"1..5:-1", "backwards"},
        {"1..5:0", "zero"},
        {"1..1000001", "1000000 values"},
        {"0..1e300:1e-300", "too small"},
        {"1..1000000,1", "1000000 values"},
        {"[[[[[[[[[[1]]]]]]]]]]", "deep"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_refused(f, cases[i].text, cases[i].says);
}

static void large_sweeps_and_texts_are_bounded(void **state) {
    struct fixture *f = *state;
    assert_int_equal(td_values_expand("1..1000000", NULL, f->arena, &f->n, &f->v, &f->err), TD_OK);
    assert_int_equal(f->n, TD_VALUES_MAX);
    assert_string_equal(f->v[TD_VALUES_MAX - 1], "1000000");
    size_t size = 2 << 20;
    char *text = malloc(size + 1);
    memset(text, '[', size);
    text[size] = 0;
    assert_int_equal(td_values_expand(text, NULL, f->arena, &f->n, &f->v, &f->err), TD_BAD_INPUT);
    memset(text, '1', size);
    assert_int_equal(td_values_expand(text, NULL, f->arena, &f->n, &f->v, &f->err), TD_BAD_INPUT);
    free(text);
}

/* One number is one value: every spelling has one canonical text. */
static void spellings_of_a_number_are_one(void **state) {
    struct fixture *f = *state;
    static const struct td_param real_param = {.name = "lr", .type = TD_REAL};
    static const struct {
        const char *text;
        size_t i;
    } spellings[] = {{"0.3", 0},        {"3e-1", 0},         {".30", 0},
                     {"+0.3000", 0},    {"0..1:0.1", 3},     {"lin(0,1,11)", 3},
                     {"30e-2", 0},      {"lin(0,0.6,3)", 1}, {"log(0.003,30,5)", 2},
                     {"-1..1:0.1", 13}, {"0.6..0:-0.3", 1}};
    for (size_t s = 0; s < sizeof spellings / sizeof *spellings; s++) {
        const char *canonical;
        assert_int_equal(td_values_expand(spellings[s].text, NULL, f->arena, &f->n, &f->v, &f->err),
                         TD_OK);
        assert_int_equal(td_param_canonical(&real_param, "lr", f->v[spellings[s].i], NULL, f->arena,
                                            &canonical, &f->err),
                         TD_OK);
        assert_string_equal(canonical, "0.3");
    }
}

/* ---- schedules ---- */

static void expect_steps(struct fixture *f, const char *text, int64_t last, size_t n,
                         const int64_t *expected) {
    struct td_steps steps = {text};
    const int64_t *v;
    size_t found;
    assert_int_equal(td_steps_expand(&steps, last, f->arena, &found, &v, &f->err), TD_OK);
    assert_int_equal(found, n);
    for (size_t i = 0; i < n; i++)
        assert_true(v[i] == expected[i]);
}
#define STEPS(...)                                                                                 \
    sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t), (const int64_t[]) {                        \
        __VA_ARGS__                                                                                \
    }

static void schedules_expand(void **state) {
    struct fixture *f = *state;
    expect_steps(f, "end", 100, STEPS(100));
    expect_steps(f, "7", 100, STEPS(7));
    expect_steps(f, "[0,10,end]", 100, STEPS(0, 10, 100));
    expect_steps(f, "[end,10,0,10]", 100, STEPS(0, 10, 100));
    expect_steps(f, "0..20:5", 100, STEPS(0, 5, 10, 15, 20));
    expect_steps(f, "90..end:4", 100, STEPS(90, 94, 98));
    expect_steps(f, "lin(0,end,5)", 100, STEPS(0, 25, 50, 75, 100));
    expect_steps(f, "log(1,end,3)", 100, STEPS(1, 10, 100));
    expect_steps(f, "log1p(0,end,10)", 100, STEPS(0, 1, 3, 6, 11, 20, 35, 59, 100));
    expect_steps(f, "log1p(3,31,4)", 100, STEPS(3, 7, 15, 31)); /* 4, 8, 16, 32 less 1 */
    expect_steps(f, "log1p(0,end,5)", 0, STEPS(0));
    expect_steps(f, "log1p(9223372036854775807,9223372036854775807,3)", INT64_MAX,
                 STEPS(INT64_MAX));
    expect_steps(f, "[1..3,2..5,lin(0,10,3)]", 100, STEPS(0, 1, 2, 3, 4, 5, 10));
    expect_steps(f, "1e2", 100, STEPS(100));
    expect_steps(f, "[50,200]", 100, STEPS(50)); /* beyond the end: left out */
    expect_steps(f, "end", 0, STEPS(0));
    expect_steps(f, "[]", 100, 0, NULL);
    expect_steps(f, "log(1,end,5)", 0, 0, NULL);
    expect_steps(f, "9223372036854775800..9223372036854775807", INT64_MAX,
                 STEPS(INT64_MAX - 7, INT64_MAX - 6, INT64_MAX - 5, INT64_MAX - 4, INT64_MAX - 3,
                       INT64_MAX - 2, INT64_MAX - 1, INT64_MAX));
}

static void logarithmic_schedules_are_distinct_and_sorted(void **state) {
    struct fixture *f = *state;
    struct td_steps steps = {"log(1,2000,40)"};
    const int64_t *v;
    size_t n;
    assert_int_equal(td_steps_expand(&steps, 2000, f->arena, &n, &v, &f->err), TD_OK);
    assert_true(n > 30 && n <= 40);
    assert_true(v[0] == 1 && v[n - 1] == 2000);
    for (size_t i = 1; i < n; i++)
        assert_true(v[i] > v[i - 1]);
}

/* Epochs that papers on the information plane record. unique(floor(2^linspace(0, log2 8000, 400)))
   - 1 has 274 of them, with 8000^(133/399) = 20 and 8000^(266/399) = 400 among them; another is
   made of ranges. */
static void published_schedules(void **state) {
    struct fixture *f = *state;
    struct td_steps released = {"log1p(0,7999,400)"};
    struct td_steps ranges = {"[0..19,20..99:5,100..1999:20,2000..end:100]"};
    const int64_t *v;
    size_t n, at = 0;
    int64_t sum = 0;
    assert_int_equal(td_steps_expand(&released, 7999, f->arena, &n, &v, &f->err), TD_OK);
    assert_int_equal(n, 274);
    for (size_t i = 0; i < n; i++)
        sum += v[i];
    assert_int_equal(sum, 357763); /* by whole numbers: largest m with m^399 <= 8000^k */
    for (size_t i = 0; i < n; i++)
        at += v[i] == 19 || v[i] == 399;
    assert_int_equal(at, 2);
    assert_int_equal(td_steps_expand(&ranges, 10000, f->arena, &n, &v, &f->err), TD_OK);
    assert_int_equal(n, 20 + 16 + 95 + 81);
    assert_true(v[20] == 20 && v[21] == 25 && v[36] == 100 && v[131] == 2000 && v[n - 1] == 10000);
}

static void schedules_have_one_text(void **state) {
    struct fixture *f = *state;
    static const struct td_param at = {.name = "at", .type = TD_STEPS};
    static const struct {
        const char *text, *canonical;
    } cases[] = {
        {" [ 0 , 1e1,end ] ", "[0,10,end]"},
        {"0,10,end", "[0,10,end]"},
        {"[5]", "5"},
        {"0..100:1", "0..100"},
        {"0 .. 1e2 : 5", "0..100:5"},
        {"lin(0, end, 11)", "lin(0,end,11)"},
        {"log(1,2e3,40)", "log(1,2000,40)"},
        {"log1p( 0, 1e3 ,40)", "log1p(0,1000,40)"},
        {"[\"log(1,10,3)\",5]", "[log(1,10,3),5]"},
        {"[]", "[]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *canonical, *again;
        assert_int_equal(
            td_param_canonical(&at, "at", cases[i].text, NULL, f->arena, &canonical, &f->err),
            TD_OK);
        assert_string_equal(canonical, cases[i].canonical);
        assert_int_equal(td_param_canonical(&at, "at", canonical, NULL, f->arena, &again, &f->err),
                         TD_OK);
        assert_string_equal(again, canonical);
    }
}

static void broken_schedules_are_refused(void **state) {
    struct fixture *f = *state;
    static const struct td_param at = {.name = "at", .type = TD_STEPS};
    static const char *const broken[] = {"-1",           "1.5",           "nan",
                                         "ends",         "5..1",          "end..5",
                                         "1..5:0",       "lin(0,5)",      "lin(0,5,1)",
                                         "log(0,5,3)",   "log(1,5,1e9)",  "log1p(0,5,1)",
                                         "log1p(0,5)",   "log1p(-1,5,3)", "log2(1,5,3)",
                                         "[1,2",         "[1,,2]",        "[[1,2],3]",
                                         "1e99",         "lin(-1,5,3)",   "",
                                         "end-1",        "lin(0,5,3",     "0x10",
                                         "lin(0,x,3),1", "log(end,end,0)"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        const char *canonical = NULL;
        td_status status =
            td_param_canonical(&at, "at", broken[i], NULL, f->arena, &canonical, &f->err);
        if (broken[i][0]) {
            assert_int_equal(status, TD_BAD_INPUT);
            assert_non_null(strstr(f->err.message, "at = "));
        } else {
            assert_string_equal(canonical, "[]"); /* nothing written: no steps */
        }
    }
}

static void schedules_are_bounded(void **state) {
    struct fixture *f = *state;
    struct td_text text = {0};
    for (int i = 0; i < 1000; i++)
        td_text_add(&text, i ? ",lin(0,9,1000000)" : "[lin(0,9,1000000)");
    td_text_add(&text, "]");
    struct td_steps steps = {text.s}, range = {"0..9223372036854775807"};
    const int64_t *v;
    size_t n;
    assert_int_equal(td_steps_expand(&steps, 5, f->arena, &n, &v, &f->err), TD_BAD_INPUT);
    assert_int_equal(td_steps_expand(&range, INT64_MAX, f->arena, &n, &v, &f->err), TD_BAD_INPUT);
    assert_int_equal(td_steps_expand(&range, 10, f->arena, &n, &v, &f->err), TD_OK);
    assert_int_equal(n, 11);
    free(text.s);
}

#define TEST(name_) cmocka_unit_test_setup_teardown(name_, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(number_text_is_shortest_and_reads_back),
        TEST(number_text_of_known_values),
        TEST(numbers_are_read_strictly),
        TEST(integers_are_whole_numbers),
        TEST(snapping_finds_the_decimal_that_was_meant),
        TEST(the_locale_does_not_matter),
        TEST(values_split_at_top_level),
        TEST(ranges_are_exact),
        TEST(ranges_give_the_decimals_of_hand),
        TEST(parentheses_hold_values_together),
        TEST(linear_grids_hit_their_decimals),
        TEST(logarithmic_grids_hit_powers_and_ends),
        TEST(broken_values_are_refused),
        TEST(large_sweeps_and_texts_are_bounded),
        TEST(spellings_of_a_number_are_one),
        TEST(schedules_expand),
        TEST(logarithmic_schedules_are_distinct_and_sorted),
        TEST(published_schedules),
        TEST(schedules_have_one_text),
        TEST(broken_schedules_are_refused),
        TEST(schedules_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
