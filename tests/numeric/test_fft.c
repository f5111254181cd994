/* FFT against the defining sum, closed forms, Parseval; the cache of plans. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <complex.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "numeric/fft.h"
#include "numeric/random.h"

enum { LARGEST = 1024 };

static void draw(uint64_t step, size_t n, double *x) {
    td_random_dnormal(td_stream_make(1, "fft"), step, 0, 0, n, x);
}

/* The defining sum, with the angle reduced exactly. */
static double complex plain(size_t n, int sign, const double complex *x, size_t k) {
    long double complex sum = 0;
    for (size_t j = 0; j < n; j++) {
        long double angle =
            2 * 3.14159265358979323846264338328L * (long double)(j * k % n) / (long double)n;
        sum += x[j] * (cosl(angle) + sign * sinl(angle) * (long double complex)_Complex_I);
    }
    return (double complex)sum;
}

/* Rounding of an FFT grows like log n; 8 is generous for every factor that occurs here. */
static double tolerance(size_t n, const double complex *x) {
    double norm = 0;
    for (size_t j = 0; j < n; j++)
        norm += cabs(x[j]) * cabs(x[j]);
    return 8 * DBL_EPSILON * (1 + log2((double)n)) * sqrt(norm * (double)n);
}

static const size_t SIZES[] = {1,  2,  3,  4,  5,   7,   8,   12,  16,
                               30, 31, 64, 97, 100, 127, 128, 243, 360};
enum { N_SIZES = sizeof SIZES / sizeof *SIZES };

static void complex_transform_is_the_defining_sum(void **state) {
    (void)state;
    static double complex x[LARGEST], kept[LARGEST], out[LARGEST];
    for (size_t s = 0; s < N_SIZES; s++) {
        size_t n = SIZES[s];
        draw(s, 2 * n, (double *)x);
        memcpy(kept, x, sizeof x);
        for (int sign = -1; sign <= 1; sign += 2) {
            assert_int_equal(td_fft_complex(n, sign, x, out, NULL), TD_OK);
            assert_memory_equal(x, kept, sizeof x);
            for (size_t k = 0; k < n; k++)
                assert_true(cabs(out[k] - plain(n, sign, x, k)) <= tolerance(n, x));
        }
    }
}

static void real_transform_is_the_defining_sum(void **state) {
    (void)state;
    static double x[LARGEST], kept[LARGEST];
    static double complex wide[LARGEST], out[LARGEST];
    for (size_t s = 0; s < N_SIZES; s++) {
        size_t n = SIZES[s];
        draw(100 + s, n, x);
        memcpy(kept, x, sizeof x);
        for (size_t j = 0; j < n; j++)
            wide[j] = x[j];
        out[n / 2 + 1] = 77;
        assert_int_equal(td_fft_real(n, x, out, NULL), TD_OK);
        assert_memory_equal(x, kept, sizeof x);
        for (size_t k = 0; k <= n / 2; k++)
            assert_true(cabs(out[k] - plain(n, -1, wide, k)) <= tolerance(n, wide));
        assert_true(out[n / 2 + 1] == 77);
    }
}

static void inverse_returns_the_input(void **state) {
    (void)state;
    static double x[LARGEST], back[LARGEST];
    static double complex middle[LARGEST], kept[LARGEST];
    for (size_t s = 0; s < N_SIZES; s++) {
        size_t n = SIZES[s];
        draw(200 + s, n, x);
        assert_int_equal(td_fft_real(n, x, middle, NULL), TD_OK);
        memcpy(kept, middle, sizeof middle);
        assert_int_equal(td_fft_real_inverse(n, middle, back, NULL), TD_OK);
        assert_memory_equal(middle, kept, sizeof middle);
        for (size_t j = 0; j < n; j++)
            assert_true(fabs(back[j] - x[j]) < 1e-13);
    }
}

static void a_cosine_is_two_lines(void **state) {
    (void)state;
    enum { N = 96, LINE = 7 };
    double x[N];
    double complex out[N / 2 + 1];
    for (size_t j = 0; j < N; j++)
        x[j] = cos(2 * M_PI * LINE * (double)j / N + 0.3);
    assert_int_equal(td_fft_real(N, x, out, NULL), TD_OK);
    for (size_t k = 0; k <= N / 2; k++) {
        double complex expected = k == LINE ? N / 2.0 * cexp(0.3 * _Complex_I) : 0;
        assert_true(cabs(out[k] - expected) < 1e-12);
    }
}

static void energy_is_kept(void **state) {
    (void)state;
    enum { N = 1000 };
    static double complex x[N], out[N];
    draw(300, 2 * N, (double *)x);
    assert_int_equal(td_fft_complex(N, -1, x, out, NULL), TD_OK);
    double before = 0, after = 0;
    for (size_t j = 0; j < N; j++) {
        before += creal(x[j] * conj(x[j]));
        after += creal(out[j] * conj(out[j])) / N;
    }
    assert_true(fabs(after - before) < 1e-12 * before);
}

static void in_place_equals_out_of_place(void **state) {
    (void)state;
    static double complex x[360], out[360];
    for (size_t s = 0; s < N_SIZES; s++) {
        size_t n = SIZES[s];
        draw(400 + s, 2 * n, (double *)x);
        assert_int_equal(td_fft_complex(n, 1, x, out, NULL), TD_OK);
        double bound = tolerance(n, x);
        assert_int_equal(td_fft_complex(n, 1, x, x, NULL), TD_OK);
        for (size_t k = 0; k < n; k++)
            assert_true(cabs(x[k] - out[k]) <= bound);
    }
}

/* More sizes than the cache holds, twice: evicted plans are made anew and give the same bits, at
   any alignment. */
static void evicted_plans_give_the_same_bits(void **state) {
    (void)state;
    enum { SIZES_TRIED = 150 };
    static double x[SIZES_TRIED + 1];
    static double complex first[SIZES_TRIED][SIZES_TRIED], second[SIZES_TRIED + 1];
    draw(500, SIZES_TRIED, x);
    for (size_t n = 1; n < SIZES_TRIED; n++)
        assert_int_equal(td_fft_real(n, x, first[n], NULL), TD_OK);
    memmove(x + 1, x, SIZES_TRIED * sizeof *x);
    for (size_t n = 1; n < SIZES_TRIED; n++) {
        assert_int_equal(td_fft_real(n, x + 1, second + n % 2, NULL), TD_OK);
        assert_memory_equal(second + n % 2, first[n], (n / 2 + 1) * sizeof *second);
    }
    td_fft_cleanup();
    assert_int_equal(td_fft_real(5, x + 1, second, NULL), TD_OK);
    assert_memory_equal(second, first[5], 3 * sizeof *second);
}

static void nan_reaches_the_result(void **state) {
    (void)state;
    double x[8] = {1, 2, NAN, 4, 5, 6, 7, 8};
    double complex out[5];
    assert_int_equal(td_fft_real(8, x, out, NULL), TD_OK);
    for (size_t k = 0; k < 5; k++)
        assert_true(isnan(creal(out[k]) + cimag(out[k])));
}

static void bad_arguments_are_refused(void **state) {
    (void)state;
    struct td_error err = {0};
    double x = 1;
    double complex y = 1, z;
    assert_int_equal(td_fft_real(0, &x, &z, &err), TD_BAD_INPUT);
    assert_int_equal(td_fft_real_inverse(0, &y, &x, &err), TD_BAD_INPUT);
    assert_int_equal(td_fft_complex((size_t)1 << 40, -1, &y, &z, &err), TD_BAD_INPUT);
    assert_int_equal(td_fft_complex(1, 0, &y, &z, &err), TD_BAD_INPUT);
    assert_non_null(strstr(err.message, "sign 0"));
}

static int clean_up(void **state) {
    (void)state;
    td_fft_cleanup();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(complex_transform_is_the_defining_sum),
        cmocka_unit_test(real_transform_is_the_defining_sum),
        cmocka_unit_test(inverse_returns_the_input),
        cmocka_unit_test(a_cosine_is_two_lines),
        cmocka_unit_test(energy_is_kept),
        cmocka_unit_test(in_place_equals_out_of_place),
        cmocka_unit_test(evicted_plans_give_the_same_bits),
        cmocka_unit_test(nan_reaches_the_result),
        cmocka_unit_test(bad_arguments_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, clean_up);
}
