/* Sparse and heavy-tailed initialisations: shares, quantiles and moments of what they draw. A share
   p of n numbers has the standard deviation sqrt(p (1 - p) / n). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>

#include "sim/inits/student_t.h"
#include "tests/sim/graph_support.h"

enum { ROWS = 120, COLS = 400, N = ROWS * COLS };
static real w[N];

static void draw(const char *name, const char *const *pairs) {
    struct td_arena *arena = td_arena_create();
    struct td_error err = {0};
    const struct td_init *init = (const struct td_init *)kind_named(&td_inits, name);
    must(init->draw(params_of(&init->kind, pairs, arena), ROWS, COLS, COLS, ROWS,
                    td_stream_make(5, "init"), 3, w, &err),
         &err);
    td_arena_free(arena);
}

static void share_is(const char *what, size_t count, double p) {
    double got = (double)count / N, margin = 4.5 * sqrt(p * (1 - p) / N);
    if (!(fabs(got - p) <= margin))
        fail_msg("%s: share %g, expected %g +- %g", what, got, p, margin);
}

static size_t below(double x) {
    size_t n = 0;
    for (size_t i = 0; i < N; i++)
        n += (double)w[i] < x;
    return n;
}

static double moment(int power) {
    double sum = 0;
    for (size_t i = 0; i < N; i++)
        sum += pow((double)w[i], power) / N;
    return sum;
}

/* Of all: variance 1 / fan-in and fourth moment 3 / (1 - zeros) / fan-in^2. */
static void test_sparse(void **state) {
    (void)state;
    static const struct {
        const char *zeros;
        double p;
    } cases[] = {{"0", 0}, {"0.5", 0.5}, {"0.9", 0.9}, {"0.99", 0.99}};
    for (size_t c = 0; c < 4; c++) {
        const char *const pairs[] = {"zeros", cases[c].zeros, "gain", "2", NULL};
        draw("sparse", pairs);
        size_t zeros = 0;
        for (size_t i = 0; i < N; i++) {
            assert_true(isfinite(w[i]));
            zeros += w[i] == 0;
        }
        share_is("zeros", zeros, cases[c].p);
        const double kept = 1 - cases[c].p, sd = 2 / sqrt(COLS * kept);
        const double fourth = 3 / kept; /* over the squared variance */
        assert_true(fabs(moment(1)) < 4.5 * 2 / sqrt(COLS) / sqrt(N));
        assert_true(fabs(moment(2) * COLS / 4 - 1) < 4.5 * sqrt((fourth - 1) / N));
        share_is("below one standard deviation", below(-sd), kept * gsl_cdf_ugaussian_P(-1));
        share_is("above two", N - below(2 * sd), kept * gsl_cdf_ugaussian_P(-2));
    }
}

static void test_student_quantiles(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double freedom;
    } cases[] = {{"2.2", 2.2}, {"3", 3}, {"10", 10}, {"1e6", 1e6}};
    static const double quantiles[] = {1e-3, 0.01, 0.1, 0.25, 0.5, 0.75, 0.95, 0.999};
    for (size_t c = 0; c < 4; c++) {
        const char *const pairs[] = {"freedom", cases[c].text, NULL};
        const double f = cases[c].freedom, sd = sqrt((f - 2) / f / COLS);
        draw("student-t", pairs);
        for (size_t q = 0; q < 8; q++)
            share_is(cases[c].text, below(sd * gsl_cdf_tdist_Pinv(quantiles[q], f)), quantiles[q]);
    }
    /* Kurtosis 3 + 6 / (freedom - 4) = 4 at 10. */
    const char *const ten[] = {"freedom", "10", "gain", "3", NULL};
    draw("student-t", ten);
    assert_true(fabs(moment(2) * COLS / 9 - 1) < 4.5 * sqrt(3.0 / N));
}

/* An element is the same whatever range is asked for; few degrees of freedom stay finite. */
static void test_student_elements(void **state) {
    (void)state;
    double all[700], part[300];
    const struct td_stream stream = td_stream_make(9, "init");
    td_draw_student_t(0.5, stream, 2, 5, 0, 700, all);
    td_draw_student_t(0.5, stream, 2, 5, 333, 300, part);
    assert_memory_equal(all + 333, part, sizeof part);
    for (size_t i = 0; i < 700; i++)
        assert_true(isfinite(all[i]));
}

/* Where the variance is infinite, the quartiles are those of the normal: Cauchy, tan(pi/4) = 1. */
static void test_student_scale(void **state) {
    (void)state;
    assert_true(fabs(td_student_t_scale(4) - sqrt(0.5)) < 1e-15);
    assert_true(fabs(td_student_t_scale(1) - 0.67448975019608171) < 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sparse),
        cmocka_unit_test(test_student_quantiles),
        cmocka_unit_test(test_student_elements),
        cmocka_unit_test(test_student_scale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
