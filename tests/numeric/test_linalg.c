/* Linear algebra against closed forms and the defining equations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <string.h>

#include "numeric/linalg.h"
#include "numeric/memory.h"
#include "numeric/random.h"

enum { LARGEST = 40 * 40 };

static void draw(uint64_t step, size_t n, double *x) {
    td_random_dnormal(td_stream_make(2, "linalg"), step, 0, 0, n, x);
}

/* max |C - op(A) B| for A (m,k) or its transpose, plain loops. */
static double product_error(size_t m, size_t n, size_t k, bool ta, const double *a, const double *b,
                            const double *c) {
    double worst = 0;
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = 0;
            for (size_t l = 0; l < k; l++)
                sum += (ta ? a[l * m + i] : a[i * k + l]) * b[l * n + j];
            worst = fmax(worst, fabs(sum - c[i * n + j]));
        }
    return worst;
}

/* max |Q^T Q - 1| of Q (m,n). */
static double orthonormal_error(size_t m, size_t n, const double *q) {
    double worst = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = 0;
            for (size_t l = 0; l < m; l++)
                sum += q[l * n + i] * q[l * n + j];
            worst = fmax(worst, fabs(sum - (i == j)));
        }
    return worst;
}

static void transpose(size_t m, size_t n, const double *a, double *t) {
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++)
            t[j * m + i] = a[i * n + j];
}

static const size_t SHAPES[][2] = {{1, 1}, {1, 7},   {7, 1},   {2, 3},  {3, 2},
                                   {5, 5}, {12, 40}, {40, 12}, {31, 31}};
enum { N_SHAPES = sizeof SHAPES / sizeof *SHAPES };

static void svd_rebuilds_the_matrix(void **state) {
    (void)state;
    static double a[LARGEST], kept[LARGEST], u[LARGEST], vt[LARGEST], us[LARGEST], t[LARGEST];
    double s[40], alone[40];
    for (size_t c = 0; c < N_SHAPES; c++) {
        size_t m = SHAPES[c][0], n = SHAPES[c][1], r = m < n ? m : n;
        draw(c, m * n, a);
        memcpy(kept, a, sizeof a);
        assert_int_equal(td_svd(m, n, a, s, u, vt, NULL), TD_OK);
        assert_memory_equal(a, kept, sizeof a);
        for (size_t i = 0; i < r; i++)
            assert_true(s[i] >= 0 && (i == 0 || s[i] <= s[i - 1]));
        for (size_t i = 0; i < m * r; i++)
            us[i] = u[i] * s[i % r];
        assert_true(product_error(m, n, r, false, us, vt, a) < 1e-13);
        assert_true(orthonormal_error(m, r, u) < 1e-13);
        transpose(r, n, vt, t);
        assert_true(orthonormal_error(n, r, t) < 1e-13);
        assert_int_equal(td_svd(m, n, a, alone, NULL, NULL, NULL), TD_OK);
        for (size_t i = 0; i < r; i++)
            assert_true(fabs(alone[i] - s[i]) < 1e-13);
        assert_int_equal(td_svd(m, n, a, alone, u, NULL, NULL), TD_OK);
        assert_int_equal(td_svd(m, n, a, alone, NULL, vt, NULL), TD_OK);
    }
}

static void svd_of_known_matrices(void **state) {
    (void)state;
    const double a[4] = {1, 2, 3, 4};
    double s[2];
    assert_int_equal(td_svd(2, 2, a, s, NULL, NULL, NULL), TD_OK);
    assert_true(fabs(s[0] - sqrt(15 + sqrt(221))) < 1e-14);
    assert_true(fabs(s[1] - sqrt(15 - sqrt(221))) < 1e-14);
    const double rank_one[6] = {1, 2, 2, 2, 4, 4};
    assert_int_equal(td_svd(2, 3, rank_one, s, NULL, NULL, NULL), TD_OK);
    assert_true(fabs(s[0] - sqrt(45)) < 1e-14 && fabs(s[1]) < 1e-14);
    const double zero[4] = {0};
    assert_int_equal(td_svd(2, 2, zero, s, NULL, NULL, NULL), TD_OK);
    assert_true(s[0] == 0 && s[1] == 0);
}

/* The second difference on n points: eigenvalues 2 - 2 cos(k pi / (n + 1)). */
static void eigh_of_the_second_difference(void **state) {
    (void)state;
    enum { N = 30 };
    double a[N * N] = {0}, w[N], v[N * N], av[N * N];
    for (size_t i = 0; i < N; i++) {
        a[i * N + i] = 2;
        if (i + 1 < N)
            a[i * N + i + 1] = a[(i + 1) * N + i] = -1;
    }
    assert_int_equal(td_eigh(N, a, w, v, NULL), TD_OK);
    for (size_t k = 0; k < N; k++)
        assert_true(fabs(w[k] - (2 - 2 * cos((double)(k + 1) * M_PI / (N + 1)))) < 1e-14);
    for (size_t i = 0; i < N * N; i++)
        av[i] = v[i] * w[i % N];
    assert_true(product_error(N, N, N, false, a, v, av) < 1e-13);
    assert_true(orthonormal_error(N, N, v) < 1e-13);
    double alone[N];
    assert_int_equal(td_eigh(N, a, alone, NULL, NULL), TD_OK);
    for (size_t k = 0; k < N; k++)
        assert_true(fabs(alone[k] - w[k]) < 1e-14);
}

static void eig_of_rotation_and_companion(void **state) {
    (void)state;
    double c = cos(0.7), s = sin(0.7), re[3], im[3];
    const double rotation[4] = {c, -s, s, c};
    assert_int_equal(td_eig(2, rotation, re, im, NULL), TD_OK);
    assert_true(fabs(re[0] - c) < 1e-15 && fabs(re[1] - c) < 1e-15);
    assert_true(fabs(fabs(im[0]) - s) < 1e-15 && im[0] == -im[1]);
    /* (x - 1)(x - 2)(x - 3) = x^3 - 6 x^2 + 11 x - 6 */
    const double companion[9] = {6, -11, 6, 1, 0, 0, 0, 1, 0};
    assert_int_equal(td_eig(3, companion, re, im, NULL), TD_OK);
    double sum = 0, product = 1;
    for (size_t i = 0; i < 3; i++) {
        assert_true(im[i] == 0 && fabs(re[i] - round(re[i])) < 1e-12);
        sum += re[i];
        product *= re[i];
    }
    assert_true(fabs(sum - 6) < 1e-12 && fabs(product - 6) < 1e-12);
}

static void qr_rebuilds_the_matrix(void **state) {
    (void)state;
    static double a[LARGEST], kept[LARGEST], q[LARGEST], r[LARGEST], alone[LARGEST];
    for (size_t c = 0; c < N_SHAPES; c++) {
        size_t m = SHAPES[c][0], n = SHAPES[c][1];
        if (m < n)
            continue;
        draw(50 + c, m * n, a);
        memcpy(kept, a, sizeof a);
        assert_int_equal(td_qr(m, n, a, q, r, NULL), TD_OK);
        assert_memory_equal(a, kept, sizeof a);
        assert_true(orthonormal_error(m, n, q) < 1e-13);
        assert_true(product_error(m, n, n, false, q, r, a) < 1e-13);
        for (size_t i = 0; i < n; i++) {
            assert_true(r[i * n + i] >= 0);
            for (size_t j = 0; j < i; j++)
                assert_true(r[i * n + j] == 0);
        }
        assert_int_equal(td_qr(m, n, a, alone, NULL, NULL), TD_OK);
        assert_memory_equal(alone, q, m * n * sizeof *q);
    }
}

/* With a non-negative diagonal the factors of 3-4-5 columns are unique. */
static void qr_of_a_known_matrix(void **state) {
    (void)state;
    const double a[4] = {-3, 1, 4, 2}, expected_q[4] = {-0.6, 0.8, 0.8, 0.6},
                 expected_r[4] = {5, 1, 0, 2};
    double q[4], r[4];
    assert_int_equal(td_qr(2, 2, a, q, r, NULL), TD_OK);
    for (size_t i = 0; i < 4; i++)
        assert_true(fabs(q[i] - expected_q[i]) < 1e-15 && fabs(r[i] - expected_r[i]) < 1e-15);
}

/* Q of a Gaussian matrix is Haar distributed: its first element has mean 0 and variance 1/n, its
   first diagonal element is as often positive as negative (which fails without the sign rule). */
static void q_of_gaussian_matrices_is_haar(void **state) {
    (void)state;
    enum { N = 4, DRAWS = 4000 };
    double sum = 0, square = 0, last = 0;
    for (uint64_t d = 0; d < DRAWS; d++) {
        double a[N * N], q[N * N];
        draw(1000 + d, N * N, a);
        assert_int_equal(td_qr(N, N, a, q, NULL, NULL), TD_OK);
        sum += q[0];
        square += q[0] * q[0];
        last += q[N * N - 1] > 0 ? 1 : -1;
    }
    assert_true(fabs(sum) / sqrt(DRAWS / (double)N) < 5);
    /* q^2 of a unit vector in 4 dimensions is Beta(1/2, 3/2): mean 1/4, variance 1/16. */
    assert_true(fabs(square / DRAWS - 0.25) < 5 * 0.25 / sqrt(DRAWS));
    assert_true(fabs(last) / sqrt(DRAWS) < 5);
}

static void solve_finds_what_was_multiplied(void **state) {
    (void)state;
    static double a[LARGEST], x[LARGEST], b[LARGEST];
    for (size_t n = 1; n <= 31; n += 5)
        for (size_t k = 1; k <= 6; k += 5) {
            draw(100 + n, n * n, a);
            for (size_t i = 0; i < n; i++)
                a[i * n + i] += 10;
            draw(200 + n, n * k, x);
            for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j < k; j++) {
                    b[i * k + j] = 0;
                    for (size_t l = 0; l < n; l++)
                        b[i * k + j] += a[i * n + l] * x[l * k + j];
                }
            assert_int_equal(td_solve(n, k, a, b, NULL), TD_OK);
            for (size_t i = 0; i < n * k; i++)
                assert_true(fabs(b[i] - x[i]) < 1e-12);
        }
}

static void solve_refuses_singular_matrices(void **state) {
    (void)state;
    struct td_error err = {0};
    const double dependent[4] = {1, 2, 2, 4}, zero[4] = {0};
    double nearly[4] = {1, 1, 1, 1 + DBL_EPSILON}, b[2] = {5, 6};
    assert_int_equal(td_solve(2, 1, dependent, b, &err), TD_FAILED);
    assert_non_null(strstr(err.message, "singular"));
    assert_int_equal(td_solve(2, 1, zero, b, &err), TD_FAILED);
    assert_int_equal(td_solve(2, 1, nearly, b, &err), TD_FAILED);
    assert_true(b[0] == 5 && b[1] == 6);
    const double rows_swapped[4] = {0, 2, 4, 0};
    assert_int_equal(td_solve(2, 1, rows_swapped, b, &err), TD_OK);
    assert_true(b[0] == 1.5 && b[1] == 2.5);
}

static void infinite_and_nan_inputs_are_refused_by_place(void **state) {
    (void)state;
    struct td_error err = {0};
    double a[6] = {1, 2, 3, 4, NAN, 6}, s[2], w[6], v[6], im[2];
    assert_int_equal(td_svd(2, 3, a, s, NULL, NULL, &err), TD_BAD_INPUT);
    assert_non_null(strstr(err.message, "(1, 1)"));
    double inf[4] = {1, 2, INFINITY, 4};
    assert_int_equal(td_eigh(2, inf, w, v, &err), TD_BAD_INPUT);
    assert_int_equal(td_eig(2, inf, w, im, &err), TD_BAD_INPUT);
    assert_int_equal(td_qr(2, 2, inf, w, v, &err), TD_BAD_INPUT);
    assert_int_equal(td_solve(2, 1, inf, s, &err), TD_BAD_INPUT);
    assert_non_null(strstr(err.message, "(1, 0)"));
    double right[2] = {NAN, 1}, good[4] = {1, 0, 0, 1};
    assert_int_equal(td_solve(2, 1, good, right, &err), TD_BAD_INPUT);
    assert_non_null(strstr(err.message, "right side"));
}

static void shapes_are_checked_and_empty_ones_do_nothing(void **state) {
    (void)state;
    struct td_error err = {0};
    double x[2] = {1, 2};
    assert_int_equal(td_qr(1, 2, x, x, NULL, &err), TD_BAD_INPUT);
    assert_int_equal(td_svd((size_t)1 << 40, 1, x, x, NULL, NULL, &err), TD_BAD_INPUT);
    assert_int_equal(td_svd(0, 3, NULL, NULL, NULL, NULL, &err), TD_OK);
    assert_int_equal(td_eigh(0, NULL, NULL, NULL, &err), TD_OK);
    assert_int_equal(td_eig(0, NULL, NULL, NULL, &err), TD_OK);
    assert_int_equal(td_qr(3, 0, NULL, NULL, NULL, &err), TD_OK);
    assert_int_equal(td_solve(0, 3, NULL, NULL, &err), TD_OK);
    assert_int_equal(td_solve(3, 0, NULL, NULL, &err), TD_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(svd_rebuilds_the_matrix),
        cmocka_unit_test(svd_of_known_matrices),
        cmocka_unit_test(eigh_of_the_second_difference),
        cmocka_unit_test(eig_of_rotation_and_companion),
        cmocka_unit_test(qr_rebuilds_the_matrix),
        cmocka_unit_test(qr_of_a_known_matrix),
        cmocka_unit_test(q_of_gaussian_matrices_is_haar),
        cmocka_unit_test(solve_finds_what_was_multiplied),
        cmocka_unit_test(solve_refuses_singular_matrices),
        cmocka_unit_test(infinite_and_nan_inputs_are_refused_by_place),
        cmocka_unit_test(shapes_are_checked_and_empty_ones_do_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
