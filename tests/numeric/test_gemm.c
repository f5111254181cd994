/* Matrix products against plain loops: every kernel, transposition, stride and special value; no
   kernel reads or writes beyond its operands; threads in the environment change nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "numeric/gemm.h"
#include "numeric/memory.h"
#include "numeric/random.h"

static const char *own_path; /* argv[0], for the child of threads_change_nothing */

struct problem {
    struct td_gemm plan;
    size_t a_count, b_count, c_count;
};

static size_t extent(size_t rows, size_t columns, size_t stride) {
    return rows == 0 || columns == 0 ? 0 : (rows - 1) * stride + columns;
}

/* `gap` elements lie between the rows of every matrix. */
static struct problem make(bool ta, bool tb, size_t m, size_t n, size_t k, size_t gap, real beta) {
    struct problem p = {0};
    size_t a_columns = ta ? m : k, b_columns = tb ? k : n;
    size_t lda = (a_columns ? a_columns : 1) + gap, ldb = (b_columns ? b_columns : 1) + gap;
    struct td_error err = {0};
    if (td_gemm_plan_strided(&p.plan, ta, tb, m, n, k, lda, ldb, n + gap, beta, &err) != TD_OK)
        fail_msg("%s", err.message);
    p.a_count = extent(ta ? k : m, a_columns, lda);
    p.b_count = extent(tb ? n : k, b_columns, ldb);
    p.c_count = extent(m, n, n + gap);
    return p;
}

static void draw(uint64_t step, size_t n, real *x) {
    td_random_normal(td_stream_make(3, "gemm"), step, 0, 0, n, x);
}

static double a_at(const struct td_gemm *p, const real *a, size_t i, size_t l) {
    return p->ta ? a[l * p->lda + i] : a[i * p->lda + l];
}

static double b_at(const struct td_gemm *p, const real *b, size_t l, size_t j) {
    return p->tb ? b[j * p->ldb + l] : b[l * p->ldb + j];
}

/* Fails unless every element is the sum within the rounding of any order of summation, k + 1 half
   ulps of the sum of magnitudes (Higham 2002, section 3.5), and the gaps hold what they held. */
static void check(const struct problem *pr, const real *a, const real *b, const real *before,
                  const real *c) {
    const struct td_gemm *p = &pr->plan;
    for (size_t i = 0; i < p->m; i++) {
        for (size_t j = 0; j < p->n; j++) {
            long double sum = p->beta == 0 ? 0 : before[i * p->ldc + j];
            long double magnitude = fabsl(sum);
            for (size_t l = 0; l < p->k; l++) {
                long double term = (long double)a_at(p, a, i, l) * b_at(p, b, l, j);
                sum += term;
                magnitude += fabsl(term);
            }
            long double bound = (long double)(p->k + 1) * TD_REAL_EPS * magnitude;
            if (!(fabsl(sum - c[i * p->ldc + j]) <= bound))
                fail_msg("%c%c %zu %zu %zu beta %g: C(%zu,%zu) is %.9g, not %.9Lg",
                         p->ta ? 'T' : 'N', p->tb ? 'T' : 'N', p->m, p->n, p->k, (double)p->beta, i,
                         j, (double)c[i * p->ldc + j], sum);
        }
        for (size_t j = p->n; j < p->ldc && i + 1 < p->m; j++)
            assert_true(c[i * p->ldc + j] == before[i * p->ldc + j]);
    }
}

static void try_shape(size_t m, size_t n, size_t k) {
    for (int variant = 0; variant < 16; variant++) {
        bool ta = variant & 1, tb = variant & 2;
        struct problem p = make(ta, tb, m, n, k, variant & 4 ? 3 : 0, (real)(variant & 8 ? 1 : 0));
        /* Exactly as large as needed: the address sanitizer sees every step beyond. */
        real *a = malloc(p.a_count * sizeof *a), *b = malloc(p.b_count * sizeof *b);
        real *c = malloc(p.c_count * sizeof *c), *before = malloc(p.c_count * sizeof *c);
        draw(1, p.a_count, a);
        draw(2, p.b_count, b);
        draw(3, p.c_count, before);
        if (p.plan.beta == 0)
            for (size_t i = 0; i < m; i++)
                for (size_t j = 0; j < n; j++)
                    before[i * p.plan.ldc + j] = (real)NAN; /* must be overwritten */
        memcpy(c, before, p.c_count * sizeof *c);
        td_gemm_run(&p.plan, a, b, c);
        check(&p, a, b, before, c);
        free(a);
        free(b);
        free(c);
        free(before);
    }
}

static void small_shapes(void **state) {
    (void)state;
    static const size_t sizes[] = {1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 33};
    enum { N = sizeof sizes / sizeof *sizes };
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            for (size_t l = 0; l < N; l++)
                try_shape(sizes[i], sizes[j], sizes[l]);
}

static void shapes_of_networks(void **state) {
    (void)state;
    static const size_t shapes[][3] = {
        {10, 256, 12}, {12, 256, 10}, {10, 12, 256}, {2, 256, 3},    {2, 3, 256},    {7, 10, 255},
        {20, 20, 20},  {50, 50, 100}, {64, 64, 32},  {10, 256, 128}, {32, 300, 300}, {1, 1, 5000},
        {300, 1, 7},   {1, 300, 70},  {129, 31, 65}, {31, 129, 300}};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        try_shape(shapes[s][0], shapes[s][1], shapes[s][2]);
}

static void dense_plan_is_the_strided_one_without_gaps(void **state) {
    (void)state;
    for (int variant = 0; variant < 4; variant++) {
        bool ta = variant & 1, tb = variant & 2;
        struct td_gemm plan;
        assert_int_equal(td_gemm_plan(&plan, ta, tb, 5, 6, 7, 0, NULL), TD_OK);
        assert_int_equal(plan.lda, ta ? 5 : 7);
        assert_int_equal(plan.ldb, tb ? 7 : 6);
        assert_int_equal(plan.ldc, 6);
    }
}

static void an_empty_sum_is_zero_or_nothing(void **state) {
    (void)state;
    for (int variant = 0; variant < 4; variant++) {
        bool ta = variant & 1, tb = variant & 2;
        struct td_gemm plan;
        real c[6] = {1, 2, 3, 4, 5, (real)NAN}, unused = 0;
        assert_int_equal(td_gemm_plan(&plan, ta, tb, 2, 3, 0, 1, NULL), TD_OK);
        td_gemm_run(&plan, &unused, &unused, c);
        assert_true(c[0] == 1 && c[4] == 5 && isnan(c[5]));
        assert_int_equal(td_gemm_plan(&plan, ta, tb, 2, 3, 0, 0, NULL), TD_OK);
        td_gemm_run(&plan, &unused, &unused, c);
        for (size_t i = 0; i < 6; i++)
            assert_true(c[i] == 0);
    }
}

/* One odd value in A at (row, l) against B: C's row becomes NaN, the other rows are untouched. */
static void special_values_reach_their_row_and_no_other(void **state) {
    (void)state;
    static const size_t shapes[][3] = {{3, 4, 5},  {10, 12, 256}, {10, 256, 12},  {20, 20, 20},
                                       {2, 3, 19}, {33, 17, 9},   {100, 90, 130}, {64, 200, 300}};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int variant = 0; variant < 12; variant++) {
            size_t m = shapes[s][0], n = shapes[s][1], k = shapes[s][2], row = m / 2, l = k - 1;
            struct problem p = make(variant & 1, variant & 2, m, n, k, 0, 0);
            real *a = td_calloc(p.a_count, sizeof *a), *b = td_calloc(p.b_count, sizeof *b);
            real *c = td_calloc(p.c_count, sizeof *c);
            for (size_t i = 0; i < p.a_count; i++)
                a[i] = 1;
            /* NaN times 0, inf times 0, inf times 1. */
            int kind = variant / 4;
            for (size_t i = 0; i < p.b_count; i++)
                b[i] = kind == 2;
            a[p.plan.ta ? l * p.plan.lda + row : row * p.plan.lda + l] =
                kind == 0 ? (real)NAN : (real)INFINITY;
            td_gemm_run(&p.plan, a, b, c);
            for (size_t i = 0; i < m; i++)
                for (size_t j = 0; j < n; j++) {
                    real v = c[i * n + j];
                    if (i != row)
                        assert_true(v == (kind == 2 ? (real)k : 0));
                    else if (kind == 2)
                        assert_true(isinf(v) && v > 0);
                    else
                        assert_true(isnan(v));
                }
            td_free(a);
            td_free(b);
            td_free(c);
        }
}

static void denormals_are_not_flushed(void **state) {
    (void)state;
    real tiny = (real)(sizeof(real) == 4 ? 0x1p-140 : 0x1p-1060), c[64 * 64], a[64 * 64],
         b[64 * 64];
    static const size_t sides[] = {2, 16, 64};
    for (size_t s = 0; s < 3; s++)
        for (int variant = 0; variant < 4; variant++) {
            size_t n = sides[s];
            struct td_gemm plan;
            assert_int_equal(td_gemm_plan(&plan, variant & 1, variant & 2, n, n, n, 0, NULL),
                             TD_OK);
            for (size_t i = 0; i < n * n; i++) {
                a[i] = tiny;
                b[i] = 1;
            }
            td_gemm_run(&plan, a, b, c);
            for (size_t i = 0; i < n * n; i++)
                assert_true(c[i] == (real)n * tiny);
        }
}

/* Memory that ends (or begins) at a page that must not be touched: catches kernels in libraries and
   JIT code, which no sanitizer sees. */
struct guarded {
    unsigned char *pages;
    size_t bytes, total;
};

static real *guard(struct guarded *g, size_t count, bool at_end) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    g->bytes = (count * sizeof(real) + page - 1) / page * page;
    g->total = g->bytes + 2 * page;
    g->pages = mmap(NULL, g->total, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(g->pages != MAP_FAILED);
    assert_int_equal(mprotect(g->pages, page, PROT_NONE), 0);
    assert_int_equal(mprotect(g->pages + page + g->bytes, page, PROT_NONE), 0);
    real *start = (real *)(g->pages + page);
    return at_end ? (real *)(g->pages + page + g->bytes) - count : start;
}

static void nothing_beyond_the_operands_is_touched(void **state) {
    (void)state;
    static const size_t shapes[][3] = {{10, 256, 12}, {10, 12, 256}, {12, 256, 10},  {3, 5, 7},
                                       {1, 1, 1},     {2, 3, 9},     {5, 7, 11},     {20, 20, 20},
                                       {33, 34, 35},  {50, 50, 100}, {100, 100, 100}};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int variant = 0; variant < 8; variant++) {
            struct problem p =
                make(variant & 1, variant & 2, shapes[s][0], shapes[s][1], shapes[s][2], 0, 0);
            struct guarded ga, gb, gc;
            real *a = guard(&ga, p.a_count, variant & 4), *b = guard(&gb, p.b_count, variant & 4);
            real *c = guard(&gc, p.c_count, variant & 4);
            draw(5, p.a_count, a);
            draw(6, p.b_count, b);
            td_gemm_run(&p.plan, a, b, c);
            check(&p, a, b, c, c);
            munmap(ga.pages, ga.total);
            munmap(gb.pages, gb.total);
            munmap(gc.pages, gc.total);
        }
}

static void the_same_shape_gives_the_same_bits_anywhere(void **state) {
    (void)state;
    static const size_t shapes[][3] = {{10, 12, 256}, {10, 256, 12}, {50, 60, 70}, {5, 7, 9}};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int variant = 0; variant < 4; variant++) {
            struct problem p =
                make(variant & 1, variant & 2, shapes[s][0], shapes[s][1], shapes[s][2], 0, 0);
            real *a = td_calloc(p.a_count + 16, sizeof *a),
                 *b = td_calloc(p.b_count + 16, sizeof *b);
            real *c = td_calloc(p.c_count, sizeof *c),
                 *again = td_calloc(p.c_count + 16, sizeof *c);
            draw(7, p.a_count, a);
            draw(8, p.b_count, b);
            td_gemm_run(&p.plan, a, b, c);
            for (size_t shift = 1; shift < 16; shift += 5) {
                memmove(a + shift, a + (shift == 1 ? 0 : shift - 5), p.a_count * sizeof *a);
                memmove(b + shift, b + (shift == 1 ? 0 : shift - 5), p.b_count * sizeof *b);
                struct problem q =
                    make(variant & 1, variant & 2, shapes[s][0], shapes[s][1], shapes[s][2], 0, 0);
                td_gemm_run(&q.plan, a + shift, b + shift, again + shift);
                assert_memory_equal(again + shift, c, p.c_count * sizeof *c);
            }
            td_free(a);
            td_free(b);
            td_free(c);
            td_free(again);
        }
}

static void impossible_plans_are_refused(void **state) {
    (void)state;
    struct td_gemm plan;
    struct td_error err = {0};
    assert_int_equal(td_gemm_plan(&plan, false, false, 0, 1, 1, 0, &err), TD_BAD_INPUT);
    assert_int_equal(td_gemm_plan(&plan, false, false, 1, 0, 1, 0, &err), TD_BAD_INPUT);
    assert_int_equal(td_gemm_plan(&plan, false, true, (size_t)INT_MAX + 1, 1, 1, 0, &err),
                     TD_BAD_INPUT);
    assert_int_equal(td_gemm_plan(&plan, false, true, 1, 1, SIZE_MAX, 0, &err), TD_BAD_INPUT);
    assert_int_equal(td_gemm_plan(&plan, true, true, 2, 3, 4, (real)0.5, &err), TD_BAD_INPUT);
    assert_non_null(strstr(err.message, "0.5"));
    assert_int_equal(td_gemm_plan(&plan, true, true, 2, 3, 4, (real)NAN, &err), TD_BAD_INPUT);
    assert_int_equal(td_gemm_plan_strided(&plan, false, false, 2, 3, 4, 3, 3, 3, 0, &err),
                     TD_BAD_INPUT);
    assert_int_equal(td_gemm_plan_strided(&plan, false, true, 2, 3, 4, 4, 3, 3, 0, &err),
                     TD_BAD_INPUT);
    assert_int_equal(td_gemm_plan_strided(&plan, false, false, 2, 3, 4, 4, 3, 2, 0, &err),
                     TD_BAD_INPUT);
    assert_int_equal(td_gemm_plan_strided(&plan, false, false, 2, 3, 4, SIZE_MAX, 3, 3, 0, &err),
                     TD_BAD_INPUT);
}

static void double_products(void **state) {
    (void)state;
    enum { M = 7, N = 6, K = 11 };
    double a[M * K], b[K * N], c[M * N], before[M * N];
    struct td_stream s = td_stream_make(4, "dgemm");
    td_random_dnormal(s, 0, 0, 0, M * K, a);
    td_random_dnormal(s, 1, 0, 0, K * N, b);
    for (int variant = 0; variant < 8; variant++) {
        bool ta = variant & 1, tb = variant & 2;
        double beta = variant & 4 ? -0.5 : 0;
        for (size_t i = 0; i < M * N; i++)
            c[i] = before[i] = beta == 0 ? NAN : (double)i;
        td_dgemm(ta, tb, M, N, K, a, b, beta, c);
        for (size_t i = 0; i < M; i++)
            for (size_t j = 0; j < N; j++) {
                double sum = beta == 0 ? 0 : beta * before[i * N + j];
                for (size_t l = 0; l < K; l++)
                    sum += (ta ? a[l * M + i] : a[i * K + l]) * (tb ? b[j * K + l] : b[l * N + j]);
                assert_true(fabs(sum - c[i * N + j]) < 1e-13);
            }
    }
    td_dgemm(false, true, M, N, 0, a, b, 0, c);
    for (size_t i = 0; i < M * N; i++)
        assert_true(c[i] == 0);
    td_dgemm(false, false, 0, 0, 0, NULL, NULL, 0, NULL);
}

/* Large enough that OpenBLAS would use its second thread. */
static uint64_t checksum_of_large_products(void) {
    enum { SIDE = 400 };
    size_t count = SIDE * SIDE;
    double *da = td_calloc(count, sizeof *da), *dc = td_calloc(count, sizeof *dc);
    real *a = td_calloc(count, sizeof *a), *c = td_calloc(count, sizeof *c);
    uint64_t sum = 0;
    draw(9, count, a);
    for (size_t i = 0; i < count; i++)
        da[i] = a[i];
    td_dgemm(false, true, SIDE, SIDE, SIDE, da, da, 0, dc);
    for (int variant = 0; variant < 4; variant++) {
        struct td_gemm plan;
        td_gemm_plan(&plan, variant & 1, variant & 2, SIDE, SIDE, SIDE, 0, NULL);
        td_gemm_run(&plan, a, a, c);
        for (size_t i = 0; i < count; i++) {
            uint64_t bits = 0, double_bits;
            memcpy(&bits, &c[i], sizeof c[i]);
            memcpy(&double_bits, &dc[i], sizeof dc[i]);
            sum = (sum ^ bits ^ double_bits) * 0x9E3779B97F4A7C15;
        }
    }
    td_free(a);
    td_free(c);
    td_free(da);
    td_free(dc);
    return sum;
}

static void threads_in_the_environment_change_nothing(void **state) {
    (void)state;
    uint64_t sums[3];
    for (int threads = 1; threads <= 2; threads++) {
        char command[4096], line[64] = "";
        snprintf(command, sizeof command, "OPENBLAS_NUM_THREADS=%d '%s' --checksum", threads,
                 own_path);
        FILE *child = popen(command, "r");
        assert_non_null(child);
        assert_non_null(fgets(line, sizeof line, child));
        assert_int_equal(pclose(child), 0);
        sums[threads] = strtoull(line, NULL, 16);
    }
    assert_true(sums[1] != 0);
    assert_true(sums[1] == sums[2]);
}

static void kernels_have_names(void **state) {
    (void)state;
    assert_non_null(strstr(td_gemm_kernels(), "openblas-"));
    assert_null(strchr(td_gemm_kernels(), ' '));
}

int main(int argc, char **argv) {
    own_path = argv[0];
    if (argc > 1 && strcmp(argv[1], "--checksum") == 0) {
        printf("%llx\n", (unsigned long long)checksum_of_large_products());
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_shapes),
        cmocka_unit_test(shapes_of_networks),
        cmocka_unit_test(dense_plan_is_the_strided_one_without_gaps),
        cmocka_unit_test(an_empty_sum_is_zero_or_nothing),
        cmocka_unit_test(special_values_reach_their_row_and_no_other),
        cmocka_unit_test(denormals_are_not_flushed),
        cmocka_unit_test(nothing_beyond_the_operands_is_touched),
        cmocka_unit_test(the_same_shape_gives_the_same_bits_anywhere),
        cmocka_unit_test(impossible_plans_are_refused),
        cmocka_unit_test(double_products),
        cmocka_unit_test(threads_in_the_environment_change_nothing),
        cmocka_unit_test(kernels_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
