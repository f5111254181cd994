/* Alpha dropout: its constants against published numbers, what it keeps, what it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/sim/graph_support.h"

static const double LIMIT = -1.7580993408473766; /* -lambda alpha */

static void test_constants(void **state) {
    (void)state;
    static const struct {
        double rate, a, b;
    } known[] = {{0.05, 0.9548445, 0.0839356},
                 {0.1, 0.9212845, 0.1619710},
                 {0.5, 0.8864049, 0.7791939},
                 {0.999, 15.6406210, 27.4702676}};
    struct td_error err = {0};
    double a, b, dropped;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        must(td_alpha_dropout_constants(known[i].rate, 0, 1, &a, &b, &dropped, &err), &err);
        assert_true(fabs(a - known[i].a) < 6e-8 && fabs(b - known[i].b) < 6e-8);
        assert_true(fabs(dropped - (a * LIMIT + b)) < 1e-13 * fabs(b) + 1e-15);
    }
    must(td_alpha_dropout_constants(0.1, 0, 1, &a, &b, &dropped, &err), &err);
    assert_true(fabs(dropped - -1.4577387) < 6e-8);
    must(td_alpha_dropout_constants(0, 0, 1, &a, &b, &dropped, &err), &err);
    assert_true(a == 1 && b == 0);
    must(td_alpha_dropout_constants(0, 0.3, 2, &a, &b, &dropped, &err), &err);
    assert_true(a == 1 && b == 0);
}

/* E y = m0 and Var y = v0 follow exactly from the two-point mixture. */
static void test_fixed_points(void **state) {
    (void)state;
    struct td_error err = {0};
    for (double rate = 0; rate < 0.99; rate += 0.07)
        for (double m0 = -2; m0 <= 2; m0 += 0.5)
            for (double v0 = 0.1; v0 < 20; v0 *= 3) {
                double a, b, dropped, q = 1 - rate;
                must(td_alpha_dropout_constants(rate, m0, v0, &a, &b, &dropped, &err), &err);
                double mean = q * (a * m0 + b) + rate * dropped;
                double second = q * (a * a * v0 + pow(a * m0 + b, 2)) + rate * dropped * dropped;
                assert_true(fabs(mean - m0) < 1e-13 * (fabs(m0) + fabs(b) + 1));
                assert_true(fabs(second - mean * mean - v0) < 1e-12 * (second + 1));
            }
}

static void test_refusals(void **state) {
    (void)state;
    const double rates[] = {1, -0.1, NAN, HUGE_VAL, 1.5}, variances[] = {0, -1, NAN, INFINITY};
    struct td_error err = {0};
    double a, b, dropped;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        must_refuse(td_alpha_dropout_constants(rates[i], 0, 1, &a, &b, &dropped, &err), &err,
                    "[0, 1)");
        struct td_graph *g = td_graph_create();
        struct td_alpha_dropout_attrs attrs = {rates[i], 0, 1};
        td_node x = td_graph_input(g, "x", 2, 2, false);
        assert_int_equal(td_graph_apply(g, &td_op_alpha_dropout, &attrs, 1, &x, "y"), -1);
        must_refuse(td_graph_plan(g, -1, NULL, &err), &err, "[0, 1)");
        td_graph_free(g);
    }
    for (size_t i = 0; i < sizeof variances / sizeof *variances; i++)
        must_refuse(td_alpha_dropout_constants(0.1, 0, variances[i], &a, &b, &dropped, &err), &err,
                    "variance");
    must_refuse(td_alpha_dropout_constants(0.1, NAN, 1, &a, &b, &dropped, &err), &err, "mean");
}

/* As text, the way users write it. */
static void test_text_refused(void **state) {
    (void)state;
    const char *const rates[] = {"1", "-0.1", "nan", "1e999", "one"};
    struct td_arena *arena = td_arena_create();
    const struct td_kind *kind = &td_op_alpha_dropout.kind;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        struct td_error err = {0};
        struct td_alpha_dropout_attrs attrs;
        const char *const pairs[] = {"rate", rates[i], NULL};
        td_status status =
            td_params_from_text(kind->params, pairs, arena, &attrs, sizeof attrs, &err);
        must_refuse(status, &err, "[0, 1)");
    }
    td_arena_free(arena);
}

struct dropped {
    struct td_graph *graph;
    struct td_tensor *x, *y;
};

static struct dropped build(double rate, size_t rows, size_t cols) {
    struct td_alpha_dropout_attrs attrs = {rate, 0, 1};
    struct dropped d = {.graph = td_graph_create()};
    struct td_error err = {0};
    td_node x = td_graph_input(d.graph, "x", rows, cols, false);
    td_node y = td_graph_apply(d.graph, &td_op_alpha_dropout, &attrs, 1, &x, "y");
    must(td_graph_plan(d.graph, -1, NULL, &err), &err);
    d.x = td_graph_tensor(d.graph, x);
    d.y = td_graph_tensor(d.graph, y);
    fill_normal(5, elements(d.x), d.x->v);
    return d;
}

static void test_rate_0_is_identity(void **state) {
    (void)state;
    struct dropped d = build(0, 10, 33);
    struct td_run run = training_run(4);
    d.x->v[3] = (real)NAN;
    td_graph_forward(d.graph, &run);
    assert_memory_equal(d.x->v, d.y->v, 330 * sizeof(real));
    td_graph_free(d.graph);
}

static void test_evaluation_is_identity(void **state) {
    (void)state;
    struct dropped d = build(0.4, 10, 33);
    struct td_run run = training_run(4);
    run.training = false;
    td_graph_forward(d.graph, &run);
    assert_memory_equal(d.x->v, d.y->v, 330 * sizeof(real));
    td_graph_free(d.graph);
}

/* n elements y of mean 0, variance 1: the sample mean has standard deviation 1 / sqrt(n), the
   sample variance sqrt((E y^4 - 1) / n). Rate 0.1: E y^4 = 0.9 a^4 (3 + 6 c^2 + c^4) + 0.1 d^4 with
   c = b / a, which is below 3. */
static void test_moments_are_kept(void **state) {
    (void)state;
    enum { N = 200000 };
    struct dropped d = build(0.1, 100, N / 100);
    struct td_run run = training_run(4);
    td_graph_forward(d.graph, &run);
    double mean = 0, square = 0;
    size_t dropped = 0;
    for (size_t i = 0; i < N; i++) {
        double y = (double)d.y->v[i];
        mean += y / N;
        square += y * y / N;
        dropped += fabs(y - -1.4577387) < 1e-6;
    }
    assert_true(fabs(mean) < 4.5 / sqrt(N));
    assert_true(fabs(square - mean * mean - 1) < 4.5 * sqrt(2.0 / N));
    assert_true(fabs((double)dropped - 0.1 * N) < 4.5 * sqrt(0.09 * N) + 1);
    td_graph_free(d.graph);
}

/* Alpha dropout beside plain dropout: independent draws, and each stays what it is without the
   other. */
static void test_draws_are_apart(void **state) {
    (void)state;
    enum { N = 10000 };
    struct td_graph *g = td_graph_create();
    struct td_error err = {0};
    struct td_dropout_attrs plain = {0.5};
    struct td_alpha_dropout_attrs alpha = {0.5, 0, 1};
    td_node x = td_graph_input(g, "x", 1, N, false);
    td_node p = td_graph_apply(g, &td_op_dropout, &plain, 1, &x, "p");
    td_node first = td_graph_apply(g, &td_op_alpha_dropout, &alpha, 1, &x, "first");
    td_node second = td_graph_apply(g, &td_op_alpha_dropout, &alpha, 1, &x, "second");
    must(td_graph_plan(g, -1, NULL, &err), &err);
    struct dropped alone = build(0.5, 1, N);
    struct td_run run = training_run(4);
    fill_normal(5, N, td_graph_tensor(g, x)->v);
    td_graph_forward(g, &run);
    td_graph_forward(alone.graph, &run);
    const real *a = td_graph_tensor(g, first)->v, *b = td_graph_tensor(g, second)->v;
    const real *c = td_graph_tensor(g, p)->v;
    assert_memory_equal(alone.y->v, a, N * sizeof(real));
    double value_a, value_b, value;
    must(td_alpha_dropout_constants(0.5, 0, 1, &value_a, &value_b, &value, &err), &err);
    size_t both_ab = 0, both_ac = 0;
    for (size_t i = 0; i < N; i++) {
        both_ab += a[i] == (real)value && b[i] == (real)value;
        both_ac += a[i] == (real)value && c[i] == 0;
    }
    /* 1/4 of N each if independent */
    assert_true(fabs((double)both_ab - N / 4.0) < 4.5 * sqrt(N * 3.0 / 16));
    assert_true(fabs((double)both_ac - N / 4.0) < 4.5 * sqrt(N * 3.0 / 16));
    td_graph_free(g);
    td_graph_free(alone.graph);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_constants),          cmocka_unit_test(test_fixed_points),
        cmocka_unit_test(test_refusals),           cmocka_unit_test(test_text_refused),
        cmocka_unit_test(test_rate_0_is_identity), cmocka_unit_test(test_evaluation_is_identity),
        cmocka_unit_test(test_moments_are_kept),   cmocka_unit_test(test_draws_are_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
