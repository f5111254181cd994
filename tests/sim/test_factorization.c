/* Deep matrix factorization against plain loops in double, completion tasks against their
   definition, gradient flows against closed forms and against each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/gemm.h"
#include "numeric/linalg.h"
#include "sim/factorization_flow.h"

static void near(const char *what, double got, double want, double margin) {
    if (!(fabs(got - want) <= margin))
        fail_msg("%s: %.17g, expected %.17g +- %.3g", what, got, want, margin);
}

/* --- the product and its gradient ------------------------------------------------------------ */

enum { N = 5, DEPTH_MAX = 4, SQUARE = N * N };

static void times(const double *a, const double *b, double *c) {
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            c[i * N + j] = 0;
            for (size_t k = 0; k < N; k++)
                c[i * N + j] += a[i * N + k] * b[k * N + j];
        }
}

/* Loss of the factors w (pathways, depth, N, N) over the observed. */
static double plain_loss(const double *w, size_t depth, size_t pathways,
                         const struct td_observed *seen, double weight) {
    double sum[SQUARE] = {0}, product[SQUARE], next[SQUARE], loss = 0;
    for (size_t p = 0; p < pathways; p++) {
        memcpy(product, w + p * depth * SQUARE, sizeof product);
        for (size_t l = 1; l < depth; l++) {
            times(w + (p * depth + l) * SQUARE, product, next);
            memcpy(product, next, sizeof product);
        }
        for (size_t i = 0; i < SQUARE; i++)
            sum[i] += product[i];
    }
    for (size_t k = 0; k < seen->count; k++)
        loss += weight / 2 * pow(sum[seen->at[k]] - (double)seen->want[k], 2);
    return loss;
}

static void check_gradient(size_t depth, size_t pathways, size_t learning) {
    const uint32_t at[] = {0, 3, 7, 11, 12, 24};
    const real want[] = {1, -1, (real)0.5, 2, 0, (real)-0.25};
    const struct td_observed seen = {6, at, want};
    const double h = 1e-5, weight = 0.7;
    struct td_factorization f;
    double w[2 * DEPTH_MAX * SQUARE];
    assert_int_equal(td_factorization_create(N, depth, pathways, &f, NULL), TD_OK);
    assert_int_equal(
        td_factorization_start(&f, TD_FACTOR_GAUSSIAN, 20, 0, td_stream_make(1, "init"), NULL),
        TD_OK);
    for (size_t k = 0; k < depth * pathways; k++)
        for (size_t i = 0; i < SQUARE; i++)
            w[k * SQUARE + i] = (double)td_factorization_factor(&f, k / depth, k % depth)[i];
    memset(f.weights->grad, 0, f.weights->n * sizeof(real));
    double loss = td_factorization_gradient(&f, &seen, weight, learning);
    double margin = 2000 * (double)TD_REAL_EPS + 1e-8; /* values and gradients are of order 10 */
    near("loss", loss, plain_loss(w, depth, pathways, &seen, weight), margin * (1 + loss));
    for (size_t k = 0; k < depth * pathways; k++)
        for (size_t i = 0; i < SQUARE; i++) {
            double *x = &w[k * SQUARE + i], kept = *x;
            *x = kept + h;
            double up = plain_loss(w, depth, pathways, &seen, weight);
            *x = kept - h;
            double down = plain_loss(w, depth, pathways, &seen, weight);
            *x = kept;
            double wanted = k / depth < learning ? (up - down) / (2 * h) : 0;
            near("gradient", (double)f.weights->grad[f.weights->slices[k].offset + i], wanted,
                 margin * (1 + fabs(wanted)));
        }
    td_factorization_free(&f);
}

static void test_gradient(void **state) {
    (void)state;
    for (size_t depth = 1; depth <= DEPTH_MAX; depth++)
        check_gradient(depth, 1, 1);
    check_gradient(1, 2, 2);
    check_gradient(3, 2, 2);
    check_gradient(3, 2, 1);
}

/* The gradient of one set must leave nothing behind where only the other is observed. */
static void test_sets_do_not_mix(void **state) {
    (void)state;
    const uint32_t first[] = {0, 1}, second[] = {2};
    const real want[] = {5, 5};
    const struct td_observed sets[2] = {{2, first, want}, {1, second, want}};
    struct td_factorization f;
    assert_int_equal(td_factorization_create(N, 1, 1, &f, NULL), TD_OK);
    td_factorization_gradient(&f, &sets[0], 1, 1);
    td_factorization_gradient(&f, &sets[1], 1, 1);
    for (size_t i = 0; i < SQUARE; i++)
        assert_true(f.weights->grad[i] == (i == 2 ? -5 : 0));
    td_factorization_free(&f);
}

static double frobenius(size_t n, const real *w) {
    double squares = 0;
    for (size_t i = 0; i < n * n; i++)
        squares += (double)w[i] * (double)w[i];
    return sqrt(squares);
}

/* Norm of the product: c sqrt n in the mean for gaussian (relative spread about sqrt(D / 2) / n),
   c n for orthogonal, c sqrt n for identity. */
static void test_starts(void **state) {
    (void)state;
    enum { SIDE = 30, DEPTH = 3 };
    const double c = 0.01, n = SIDE;
    const double wanted[] = {c * sqrt(n), c * n, c * sqrt(n)};
    const double margin[] = {5 * sqrt(DEPTH / 2.0) / n, 1e3 * (double)TD_REAL_EPS,
                             1e2 * (double)TD_REAL_EPS};
    struct td_factorization f;
    assert_int_equal(td_factorization_create(SIDE, DEPTH, 1, &f, NULL), TD_OK);
    for (int start = 0; start < 3; start++) {
        assert_int_equal(td_factorization_start(&f, (enum td_factor_start)start, c, 0,
                                                td_stream_make(2, "init"), NULL),
                         TD_OK);
        td_factorization_forward(&f);
        near(td_factor_start_names[start], frobenius(SIDE, f.product) / wanted[start], 1,
             margin[start]);
    }
    assert_int_equal(
        td_factorization_start(&f, TD_FACTOR_IDENTITY, c, 1e-2, td_stream_make(2, "init"), NULL),
        TD_OK);
    double diagonal[SIDE];
    assert_int_equal(
        td_factorization_diagonal(SIDE, DEPTH, c, 1e-2, td_stream_make(2, "init"), diagonal, NULL),
        TD_OK);
    for (size_t k = 0; k < DEPTH; k++)
        for (size_t i = 0; i < SIDE * SIDE; i++)
            assert_true(td_factorization_factor(&f, 0, k)[i] ==
                        (i % (SIDE + 1) ? 0 : (real)diagonal[i / (SIDE + 1)]));
    td_factorization_free(&f);
}

static void test_sizes_are_refused(void **state) {
    (void)state;
    struct td_factorization f;
    struct td_error err;
    assert_int_equal(td_factorization_create(0, 1, 1, &f, &err), TD_BAD_INPUT);
    assert_int_equal(td_factorization_create(3, 0, 1, &f, &err), TD_BAD_INPUT);
    assert_int_equal(td_factorization_create(3, TD_FACTOR_DEPTH_MAX + 1, 1, &f, &err),
                     TD_BAD_INPUT);
    assert_int_equal(td_factorization_create((size_t)1 << 40, 1, 1, &f, &err), TD_BAD_INPUT);
    assert_int_equal(td_factorization_create(3, 1, TD_FACTOR_PATHWAYS_MAX + 1, &f, &err),
                     TD_BAD_INPUT);
    assert_int_equal(
        td_factorization_create(1, TD_FACTOR_DEPTH_MAX, TD_FACTOR_PATHWAYS_MAX, &f, &err), TD_OK);
    td_factorization_free(&f);
}

/* --- tasks ------------------------------------------------------------------------------------ */

static const struct td_matrix_tasks_options usual = {
    .n = 20, .rank = {4, 2}, .observed = {100, 150}, .angle = -1};

static size_t rank_of(const struct td_matrix_task *t) {
    double s[64];
    size_t rank = 0;
    assert_int_equal(td_svd(t->n, t->n, t->matrix, s, NULL, NULL, NULL), TD_OK);
    while (rank < t->n && s[rank] > 1e-10 * s[0])
        rank++;
    return rank;
}

static void test_tasks_are_as_defined(void **state) {
    (void)state;
    struct td_matrix_task t[2];
    assert_int_equal(td_matrix_tasks_create(&usual, 3, t, NULL), TD_OK);
    for (int i = 0; i < 2; i++) {
        double squares = 0;
        for (size_t k = 0; k < 400; k++)
            squares += t[i].matrix[k] * t[i].matrix[k];
        near("norm", sqrt(squares), 20, 1e-12);
        assert_int_equal(rank_of(&t[i]), usual.rank[i]);
        assert_int_equal(t[i].observed.count, usual.observed[i]);
        for (size_t k = 0; k < t[i].observed.count; k++) {
            assert_true(t[i].at[k] < 400 && (k == 0 || t[i].at[k] > t[i].at[k - 1]));
            assert_true(t[i].want[k] == (real)t[i].matrix[t[i].at[k]]);
        }
    }
    for (size_t k = 0, l = 0; k < 100; k++, l++) { /* nested */
        while (l < 150 && t[1].at[l] != t[0].at[k])
            l++;
        assert_true(l < 150);
    }
    td_matrix_tasks_free(t);
}

/* Task 2 is the same whatever task 1 is; `same` gives the first matrix twice. */
static void test_tasks_are_apart(void **state) {
    (void)state;
    struct td_matrix_task a[2], b[2];
    struct td_matrix_tasks_options other = usual;
    other.rank[0] = 7;
    other.observed[0] = 3;
    assert_int_equal(td_matrix_tasks_create(&usual, 3, a, NULL), TD_OK);
    assert_int_equal(td_matrix_tasks_create(&other, 3, b, NULL), TD_OK);
    assert_memory_equal(a[1].matrix, b[1].matrix, 400 * sizeof(double));
    assert_memory_equal(a[1].at, b[1].at, 150 * sizeof(uint32_t));
    td_matrix_tasks_free(b);
    other = usual;
    other.rank[1] = 4;
    other.same = true;
    assert_int_equal(td_matrix_tasks_create(&other, 3, b, NULL), TD_OK);
    assert_memory_equal(b[0].matrix, b[1].matrix, 400 * sizeof(double));
    assert_memory_equal(a[0].matrix, b[0].matrix, 400 * sizeof(double));
    td_matrix_tasks_free(a);
    td_matrix_tasks_free(b);
}

static void check_angle(size_t first, size_t second, double degrees) {
    struct td_matrix_task t[2];
    struct td_matrix_tasks_options o = usual;
    o.rank[0] = first;
    o.rank[1] = second;
    o.angle = degrees;
    size_t count = first < second ? first : second;
    assert_int_equal(td_matrix_tasks_create(&o, 4, t, NULL), TD_OK);
    for (int side = 0; side < 2; side++) {
        double inner[400], cosines[20];
        td_dgemm(true, false, first, second, 20, side ? t[0].right : t[0].left,
                 side ? t[1].right : t[1].left, 0, inner);
        assert_int_equal(td_svd(first, second, inner, cosines, NULL, NULL, NULL), TD_OK);
        for (size_t i = 0; i < count; i++)
            near("cosine", cosines[i], cos(degrees * M_PI / 180), 1e-13);
    }
    /* The basis spans the matrix. */
    double *seen = malloc(400 * sizeof *seen), *inner = malloc(20 * second * sizeof *inner);
    td_dgemm(true, false, second, 20, 20, t[1].left, t[1].matrix, 0, inner);
    td_dgemm(false, false, 20, 20, second, t[1].left, inner, 0, seen);
    for (size_t i = 0; i < 400; i++)
        near("projected", seen[i], t[1].matrix[i], 1e-11);
    assert_int_equal(rank_of(&t[1]), second);
    free(seen);
    free(inner);
    td_matrix_tasks_free(t);
}

static void test_angles(void **state) {
    (void)state;
    check_angle(4, 2, 0);
    check_angle(4, 2, 30);
    check_angle(2, 4, 90);
    check_angle(3, 5, 61);
    check_angle(2, 4, 0);
    check_angle(15, 18, 0); /* no room for other directions, none needed */
    check_angle(10, 10, 45);
}

static void check_refused(struct td_matrix_tasks_options o, const char *text) {
    struct td_matrix_task t[2];
    struct td_error err = {0};
    assert_int_equal(td_matrix_tasks_create(&o, 1, t, &err), TD_BAD_INPUT);
    if (!strstr(err.message, text))
        fail_msg("\"%s\" does not mention \"%s\"", err.message, text);
}

static void test_tasks_are_refused(void **state) {
    (void)state;
    struct td_matrix_tasks_options o = usual;
    o.rank[0] = 21;
    check_refused(o, "rank1 is 21");
    o.rank[0] = 0;
    check_refused(o, "rank1 is 0");
    o = usual;
    o.observed[1] = 401;
    check_refused(o, "observations2 is 401");
    o = usual;
    o.same = true;
    check_refused(o, "same matrix has one rank");
    o = usual;
    o.angle = 10;
    o.rank[0] = 19;
    check_refused(o, "need rank1 + rank2 <= n");
    o.rank[0] = 4;
    o.angle = 91;
    check_refused(o, "90 degrees");
}

static void test_errors_split(void **state) {
    (void)state;
    struct td_matrix_task t[2];
    struct td_completion_errors e;
    real w[400];
    assert_int_equal(td_matrix_tasks_create(&usual, 3, t, NULL), TD_OK);
    for (size_t i = 0; i < 400; i++)
        w[i] = (real)(t[0].matrix[i] + 3);
    for (size_t k = 0; k < 100; k++)
        w[t[0].at[k]] = (real)(t[0].matrix[t[0].at[k]] - 1);
    td_matrix_task_errors(&t[0], w, &e);
    double margin = 100 * (double)TD_REAL_EPS;
    near("observed", e.observed, 1, margin);
    near("unobserved", e.unobserved, 9, margin);
    near("all", e.all, 7, margin);
    td_matrix_tasks_free(t);
    struct td_matrix_tasks_options o = usual;
    o.observed[0] = 400;
    assert_int_equal(td_matrix_tasks_create(&o, 3, t, NULL), TD_OK);
    td_matrix_task_errors(&t[0], w, &e);
    assert_true(isnan(e.unobserved));
    td_matrix_tasks_free(t);
}

/* --- flows -------------------------------------------------------------------------------------
 */

static const struct td_ode_options precise = {
    .method = TD_ODE_RK8PD, .rel_tol = 1e-12, .abs_tol = 1e-13};

static struct td_flow_options flow_of(enum td_flow_kind kind, size_t depth, double until,
                                      const double *outputs, size_t n) {
    return (struct td_flow_options){.kind = kind,
                                    .depth = depth,
                                    .until = until,
                                    .weight = {1, 1},
                                    .ode = precise,
                                    .n_outputs = n,
                                    .outputs = outputs};
}

/* All entries of diag(2, 1) seen, diagonal start: every value on its own. Depth 1: an exponential;
   depth 2: Saxe's sigmoid with rate 2 S. */
static void test_flows_of_single_modes(void **state) {
    (void)state;
    const uint32_t at[] = {0, 1, 2, 3};
    double matrix[] = {2, 0, 0, 1};
    struct td_matrix_task t[2] = {{.n = 2, .matrix = matrix, .at = (uint32_t *)at}, {0}};
    t[0].observed = (struct td_observed){4, at, NULL};
    t[1] = t[0];
    const double outputs[] = {0, 0.7, 1.5}, start[] = {0.3, 0, 0, 0.02}, s[] = {2, 1};
    for (size_t depth = 1; depth <= 2; depth++)
        for (int kind = 0; kind < 2; kind++) {
            struct td_flow_options o = flow_of((enum td_flow_kind)kind, depth, 2, outputs, 3);
            double w[4], singular[6];
            memcpy(w, start, sizeof w);
            assert_int_equal(td_factorization_flow(&o, t, w, singular, NULL, NULL), TD_OK);
            for (size_t i = 0; i < 3; i++)
                for (size_t r = 0; r < 2; r++) {
                    double k0 = start[3 * r], e = exp(2 * s[r] * outputs[i]);
                    double wanted = depth == 1 ? s[r] + (k0 - s[r]) * exp(-outputs[i])
                                               : s[r] * e / (e - 1 + s[r] / k0);
                    near("singular value", singular[2 * i + r], wanted, 1e-10);
                }
        }
}

/* Depth 1: W moves to M where it is seen, at rate `weight`, and nowhere else. */
static void test_depth_1_is_linear(void **state) {
    (void)state;
    struct td_matrix_tasks_options o = {.n = 6, .rank = {3, 2}, .observed = {15, 20}, .angle = -1};
    struct td_matrix_task t[2];
    double w[36], start[36], singular[6];
    const double end[] = {1.7};
    assert_int_equal(td_matrix_tasks_create(&o, 5, t, NULL), TD_OK);
    td_random_dnormal(td_stream_make(6, "test"), 0, 0, 0, 36, start);
    memcpy(w, start, sizeof w);
    struct td_flow_options f = flow_of(TD_FLOW_MATRIX, 1, end[0], end, 1);
    f.switch_at = 0.9;
    f.weight[0] = 2;
    assert_int_equal(td_factorization_flow(&f, t, w, singular, NULL, NULL), TD_OK);
    for (uint32_t i = 0; i < 36; i++) {
        double wanted = start[i];
        for (int task = 0; task < 2; task++)
            for (size_t k = 0; k < o.observed[task]; k++)
                if (t[task].at[k] == i)
                    wanted =
                        t[task].matrix[i] + (wanted - t[task].matrix[i]) * exp(task ? -0.8 : -1.8);
        near("W", w[i], wanted, 1e-10);
    }
    td_matrix_tasks_free(t);
}

/* Two formulations that share no code, from a start without symmetry, through a switch. */
static void test_flows_agree(void **state) {
    (void)state;
    struct td_matrix_tasks_options o = {.n = 6, .rank = {3, 2}, .observed = {20, 24}, .angle = -1};
    struct td_matrix_task t[2];
    const double outputs[] = {0, 0.2, 0.5, 0.9, 1};
    assert_int_equal(td_matrix_tasks_create(&o, 7, t, NULL), TD_OK);
    for (size_t depth = 1; depth <= 4; depth++) {
        double w[2][36], singular[2][30];
        for (int kind = 0; kind < 2; kind++) {
            struct td_flow_options f = flow_of((enum td_flow_kind)kind, depth, 1, outputs, 5);
            f.switch_at = 0.45;
            td_random_dnormal(td_stream_make(8, "test"), 0, 0, 0, 36, w[kind]);
            assert_int_equal(td_factorization_flow(&f, t, w[kind], singular[kind], NULL, NULL),
                             TD_OK);
        }
        for (size_t i = 0; i < 36; i++)
            near("W", w[0][i], w[1][i], 1e-9);
        for (size_t i = 0; i < 30; i++)
            near("singular value", singular[0][i], singular[1][i], 1e-9);
    }
    td_matrix_tasks_free(t);
}

static void test_ties_are_refused(void **state) {
    (void)state;
    struct td_matrix_tasks_options o = {.n = 3, .rank = {1, 1}, .observed = {4, 4}, .angle = -1};
    struct td_matrix_task t[2];
    struct td_error err = {0};
    double w[9] = {1, 0, 0, 0, 1, 0, 0, 0, 0.5}, singular[3];
    assert_int_equal(td_matrix_tasks_create(&o, 7, t, NULL), TD_OK);
    struct td_flow_options f = flow_of(TD_FLOW_SINGULAR, 3, 1, (double[]){1}, 1);
    assert_int_equal(td_factorization_flow(&f, t, w, singular, NULL, &err), TD_BAD_INPUT);
    assert_non_null(strstr(err.message, "singular values 1 and 2"));
    f.kind = TD_FLOW_MATRIX;
    f.switch_at = 2;
    assert_int_equal(td_factorization_flow(&f, t, w, singular, NULL, &err), TD_BAD_INPUT);
    f.switch_at = 0.5;
    assert_int_equal(td_factorization_flow(&f, t, w, singular, NULL, &err), TD_OK);
    td_matrix_tasks_free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gradient),
        cmocka_unit_test(test_sets_do_not_mix),
        cmocka_unit_test(test_starts),
        cmocka_unit_test(test_sizes_are_refused),
        cmocka_unit_test(test_tasks_are_as_defined),
        cmocka_unit_test(test_tasks_are_apart),
        cmocka_unit_test(test_angles),
        cmocka_unit_test(test_tasks_are_refused),
        cmocka_unit_test(test_errors_split),
        cmocka_unit_test(test_flows_of_single_modes),
        cmocka_unit_test(test_depth_1_is_linear),
        cmocka_unit_test(test_flows_agree),
        cmocka_unit_test(test_ties_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
