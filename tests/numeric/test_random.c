/* Random streams: Random123's known answers, addressing, and statistics whose margins follow from
   the sampling error. A standardised statistic is compared with 5 (one false alarm in 1.7 million
   tests for a normal one); seeds are fixed, so that a pass stays a pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "numeric/memory.h"
#include "numeric/random.h"

static const double Z_MAX = 5;

/* Random123 1.14, kat_vectors, philox4x32 with 10 rounds. */
static void known_answers(void **state) {
    (void)state;
    static const struct {
        uint32_t counter[4], key[2], out[4];
    } vectors[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t v = 0; v < 3; v++) {
        uint32_t out[4];
        td_philox(vectors[v].counter, vectors[v].key, out);
        assert_memory_equal(out, vectors[v].out, sizeof out);
    }
}

/* Element 32 g + 8 w + l is word w of the block with counter {8 g + l, layer, step}. */
static void elements_are_words_of_the_documented_blocks(void **state) {
    (void)state;
    struct td_stream s = td_stream_make(7, "layout");
    uint64_t step = 0x123456789abcdef0;
    uint32_t layer = 0xfedcba98, bits[1000];
    td_random_bits(s, step, layer, 0, 1000, bits);
    for (uint32_t e = 0; e < 1000; e++) {
        uint32_t counter[4] = {e / 32 * 8 + e % 8, layer, (uint32_t)step, (uint32_t)(step >> 32)};
        uint32_t out[4];
        td_philox(counter, s.key, out);
        assert_int_equal(bits[e], out[e % 32 / 8]);
    }
}

/* All five functions give an element the same value whatever range is asked for. */
static void values_do_not_depend_on_the_range(void **state) {
    (void)state;
    enum { N = 1400 };
    struct td_stream s = td_stream_make(3, "range");
    static uint32_t bits[N], part_bits[N + 1];
    static real uniform[N], normal[N], part[N + 1];
    static double duniform[N], dnormal[N], dpart[N + 1];
    static const size_t counts[] = {0, 1, 2, 3, 7, 8, 9, 31, 32, 33, 64, 511, 512, 513, 700};
    td_random_bits(s, 5, 6, 0, N, bits);
    td_random_uniform(s, 5, 6, 0, N, uniform);
    td_random_normal(s, 5, 6, 0, N, normal);
    td_random_duniform(s, 5, 6, 0, N, duniform);
    td_random_dnormal(s, 5, 6, 0, N, dnormal);
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
        for (size_t first = 0; first < 600; first += first < 40 ? 1 : 97) {
            size_t n = counts[c];
            part_bits[n] = 1234;
            td_random_bits(s, 5, 6, first, n, part_bits);
            assert_memory_equal(part_bits, bits + first, n * sizeof *bits);
            assert_int_equal(part_bits[n], 1234);
            part[n] = 99;
            td_random_uniform(s, 5, 6, first, n, part);
            assert_memory_equal(part, uniform + first, n * sizeof *part);
            td_random_normal(s, 5, 6, first, n, part);
            assert_memory_equal(part, normal + first, n * sizeof *part);
            assert_true(part[n] == 99);
            dpart[n] = 99;
            td_random_duniform(s, 5, 6, first, n, dpart);
            assert_memory_equal(dpart, duniform + first, n * sizeof *dpart);
            td_random_dnormal(s, 5, 6, first, n, dpart);
            assert_memory_equal(dpart, dnormal + first, n * sizeof *dpart);
            assert_true(dpart[n] == 99);
        }
}

/* Beyond 2^34 words the block number no longer fits the counter's first word. */
static void far_elements_are_addressable(void **state) {
    (void)state;
    enum { N = 128 };
    struct td_stream s = td_stream_make(3, "far");
    size_t edge = (size_t)1 << 34;
    uint32_t near[N], far[2 * N], again[N], further[N];
    td_random_bits(s, 0, 0, 0, N, near);
    td_random_bits(s, 0, 0, edge - N, 2 * N, far);
    td_random_bits(s, 0, 0, edge, N, again);
    td_random_bits(s, 0, 0, 2 * edge, N, further);
    assert_memory_equal(far + N, again, sizeof again);
    size_t same = 0;
    for (size_t i = 0; i < N; i++)
        same += (near[i] == again[i]) + (again[i] == further[i]);
    assert_int_equal(same, 0);
    td_random_bits(s, 0, 0, SIZE_MAX - 40, 40, near);
}

static int compare_keys(const void *a, const void *b) {
    return memcmp(a, b, sizeof(struct td_stream));
}

static void seeds_and_purposes_have_keys_of_their_own(void **state) {
    (void)state;
    enum { SEEDS = 20000, PURPOSES = 5 };
    static const char *const purposes[PURPOSES] = {"init", "data", "batch", "dropout", ""};
    struct td_stream *all = td_calloc(SEEDS * PURPOSES, sizeof *all);
    for (size_t i = 0; i < SEEDS * PURPOSES; i++)
        all[i] = td_stream_make(i / PURPOSES, purposes[i % PURPOSES]);
    qsort(all, SEEDS * PURPOSES, sizeof *all, compare_keys);
    for (size_t i = 1; i < SEEDS * PURPOSES; i++)
        assert_true(compare_keys(&all[i - 1], &all[i]) != 0);
    td_free(all);
    struct td_stream a = td_stream_make(UINT64_MAX, "init"), b = td_stream_make(UINT64_MAX, "init");
    assert_memory_equal(&a, &b, sizeof a);
}

static void uniforms_lie_strictly_inside(void **state) {
    (void)state;
    enum { N = 1 << 20 };
    real *x = td_calloc(N, sizeof *x);
    double *d = td_calloc(N, sizeof *d), least = 1, most = 0;
    struct td_stream s = td_stream_make(11, "open");
    td_random_uniform(s, 0, 0, 0, N, x);
    td_random_duniform(s, 1, 0, 0, N, d);
    for (size_t i = 0; i < N; i++) {
        assert_true(x[i] > 0 && x[i] < 1 && d[i] > 0 && d[i] < 1);
        /* Odd multiples of half the grid: neither end can occur, whatever the bits. */
        double half_steps = ldexp((double)x[i], sizeof(real) == 4 ? 24 : 53);
        assert_true(fmod(half_steps, 2) == 1 && fmod(ldexp(d[i], 53), 2) == 1);
        least = fmin(least, d[i]);
        most = fmax(most, d[i]);
    }
    /* P(no value below 1e-5 of n) = (1 - 1e-5)^n = 3e-5. */
    assert_true(least < 1e-5 && most > 1 - 1e-5);
    td_free(x);
    td_free(d);
}

/* Standardised moments 1 to 4 of n values that should be standard normal. */
static void check_normal_moments(size_t n, const double *x) {
    double m[5] = {0};
    for (size_t i = 0; i < n; i++)
        for (int k = 1; k <= 4; k++)
            m[k] += pow(x[i], k) / (double)n;
    /* Variances of the powers: 1, 2, 15, 96. */
    assert_true(fabs(m[1]) < Z_MAX * sqrt(1 / (double)n));
    assert_true(fabs(m[2] - 1) < Z_MAX * sqrt(2 / (double)n));
    assert_true(fabs(m[3]) < Z_MAX * sqrt(15 / (double)n));
    assert_true(fabs(m[4] - 3) < Z_MAX * sqrt(96 / (double)n));
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Kolmogorov and Smirnov: sqrt(n) D exceeds 2.6 with probability 2 exp(-2 2.6^2) = 3e-6. Sorts x.
 */
static void check_distribution(size_t n, double *x, bool normal) {
    qsort(x, n, sizeof *x, compare_doubles);
    double worst = 0;
    for (size_t i = 0; i < n; i++) {
        double p = normal ? 0.5 * erfc(-x[i] * M_SQRT1_2) : x[i];
        worst = fmax(worst, fabs(p - (double)i / (double)n));
        worst = fmax(worst, fabs(p - (double)(i + 1) / (double)n));
    }
    assert_true(sqrt((double)n) * worst < 2.6);
}

/* Box and Muller by libm, from the words that the header documents. */
static void normals_follow_from_the_words(void **state) {
    (void)state;
    enum { N = 3200 };
    struct td_stream s = td_stream_make(23, "formula");
    static uint32_t w[2 * N];
    static real x[N];
    static double d[N];
    td_random_bits(s, 4, 5, 0, 2 * N, w);
    td_random_normal(s, 4, 5, 0, N, x);
    td_random_dnormal(s, 4, 5, 0, N, d);
    for (size_t g = 0; g < N / 16; g++)
        for (size_t e = 0; e < 8; e++) {
            /* Doubles: words 0 and 1 of a block give the radius, words 2 and 3 the angle. */
            size_t l = e < 4 ? 2 * e : 2 * (e - 4) + 1;
            const uint32_t *v = w + 32 * g + l;
            double u = ((double)((uint64_t)v[8] << 32 | v[0]) + 0.5) * 0x1p-64;
            double t = (double)((uint64_t)v[24] << 32 | v[16]) * 0x1p-64 - 0.5;
            double r = sqrt(-2 * log(u));
            assert_true(fabs(d[16 * g + e] - r * cos(2 * M_PI * t)) < 1e-12);
            assert_true(fabs(d[16 * g + 8 + e] - r * sin(2 * M_PI * t)) < 1e-12);
        }
    for (size_t e = 0; sizeof(real) == 4 && e < N; e++) {
        /* Floats: words 0 and 1 of a block make one pair, words 2 and 3 another. */
        const uint32_t *v = w + e / 16 * 16 + e % 8;
        double u = ((double)v[0] + 0.5) * 0x1p-32, t = (double)(int32_t)v[8] * 0x1p-32;
        double r = sqrt(-2 * log(u));
        double expected = r * (e % 16 < 8 ? cos(2 * M_PI * t) : sin(2 * M_PI * t));
        assert_true(fabs((double)x[e] - expected) < 1e-5);
    }
}

/* Addresses, found by search, whose words are nearly all zeros or ones. */
static void extreme_words_give_finite_values_inside(void **state) {
    (void)state;
    if (sizeof(real) != 4)
        return;
    struct td_stream s = td_stream_make(1, "extremes");
    uint32_t w;
    real x;
    td_random_bits(s, 123, 0, 39234, 1, &w);
    assert_int_equal(w, 0x125);
    td_random_uniform(s, 123, 0, 39234, 1, &x);
    assert_true((double)x == 0x1p-24);
    td_random_bits(s, 293, 0, 44116, 1, &w);
    assert_int_equal(w, 0xffffffa9);
    td_random_uniform(s, 293, 0, 44116, 1, &x);
    assert_true((double)x == 1 - 0x1p-24);
    /* The word of a radius is 1: the largest radius there is, sqrt(64 log 2). */
    real pair[9];
    td_random_bits(s, 17304, 0, 64707, 1, &w);
    assert_int_equal(w, 1);
    td_random_normal(s, 17304, 0, 64707, 9, pair);
    double radius = hypot((double)pair[0], (double)pair[8]);
    assert_true(fabs(radius - sqrt(64 * log(2))) < 1e-5);
}

enum { SAMPLE = 500000 };

static void normals_are_normal(void **state) {
    (void)state;
    struct td_stream s = td_stream_make(12, "normal");
    real *x = td_calloc(SAMPLE, sizeof *x);
    double *d = td_calloc(SAMPLE, sizeof *d);
    td_random_normal(s, 0, 0, 0, SAMPLE, x);
    for (size_t i = 0; i < SAMPLE; i++)
        d[i] = (double)x[i];
    check_normal_moments(SAMPLE, d);
    check_distribution(SAMPLE, d, true);
    td_random_dnormal(s, 1, 0, 0, SAMPLE, d);
    check_normal_moments(SAMPLE, d);
    check_distribution(SAMPLE, d, true);
    td_free(x);
    td_free(d);
}

/* Beyond 4: probability 6.33e-5, so 253 of 4 million, standard deviation 16. */
static void tails_are_not_cut(void **state) {
    (void)state;
    enum { N = 4000000 };
    const double expected = N * erfc(4 * M_SQRT1_2);
    real *x = td_calloc(N, sizeof *x);
    size_t beyond = 0, non_finite = 0;
    td_random_normal(td_stream_make(13, "tail"), 0, 0, 0, N, x);
    for (size_t i = 0; i < N; i++) {
        beyond += x[i] > 4 || x[i] < -4;
        non_finite += !isfinite(x[i]);
    }
    assert_int_equal(non_finite, 0);
    assert_true(fabs((double)beyond - expected) < Z_MAX * sqrt(expected));
    td_free(x);
}

static void uniforms_are_uniform(void **state) {
    (void)state;
    struct td_stream s = td_stream_make(14, "uniform");
    real *x = td_calloc(SAMPLE, sizeof *x);
    double *d = td_calloc(SAMPLE, sizeof *d);
    td_random_uniform(s, 0, 0, 0, SAMPLE, x);
    for (size_t i = 0; i < SAMPLE; i++)
        d[i] = (double)x[i];
    check_distribution(SAMPLE, d, false);
    td_random_duniform(s, 1, 0, 0, SAMPLE, d);
    check_distribution(SAMPLE, d, false);
    td_free(x);
    td_free(d);
}

/* Each of the 32 bits is set half of the time. */
static void bits_are_balanced(void **state) {
    (void)state;
    enum { N = 100000 };
    uint32_t *x = td_calloc(N, sizeof *x);
    td_random_bits(td_stream_make(15, "bits"), 0, 0, 0, N, x);
    for (int bit = 0; bit < 32; bit++) {
        double set = 0;
        for (size_t i = 0; i < N; i++)
            set += x[i] >> bit & 1;
        assert_true(fabs(set - N / 2.0) < Z_MAX * sqrt(N / 4.0));
    }
    td_free(x);
}

/* Correlation of two independent samples, standardised. */
static double correlation(size_t n, const double *x, const double *y) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum / sqrt((double)n);
}

/* Draws that differ in one coordinate of their address only. */
static void neighbouring_streams_are_independent(void **state) {
    (void)state;
    enum { N = 50000, KINDS = 8 };
    double *x = td_calloc(N, sizeof *x), *y = td_calloc(N, sizeof *y);
    struct td_stream s = td_stream_make(16, "init");
    td_random_dnormal(s, 1, 1, 0, N, x);
    for (int kind = 0; kind < KINDS; kind++) {
        struct td_stream other = kind == 0   ? td_stream_make(17, "init")
                                 : kind == 1 ? td_stream_make(16, "data")
                                             : s;
        uint64_t step = kind == 2 ? 2 : kind == 3 ? 1 + ((uint64_t)1 << 32) : 1;
        uint32_t layer = kind == 4 ? 0 : kind == 5 ? 2 : 1;
        size_t first = kind == 6 ? 1 : kind == 7 ? 16 : 0;
        td_random_dnormal(other, step, layer, first, N, y);
        assert_true(fabs(correlation(N, x, y)) < Z_MAX);
    }
    td_free(x);
    td_free(y);
}

/* Within one draw: lags up to 40, and squares too, because the two normals of a Box-Muller pair
   share their radius. (x^2 - 1) / sqrt(2) has mean 0 and variance 1. */
static void elements_of_a_draw_are_independent(void **state) {
    (void)state;
    enum { N = 200000, LAGS = 40 };
    real *x = td_calloc(N + LAGS, sizeof *x);
    double *d = td_calloc(N + LAGS, sizeof *d), *q = td_calloc(N + LAGS, sizeof *q);
    td_random_normal(td_stream_make(18, "lag"), 0, 0, 0, N + LAGS, x);
    for (size_t i = 0; i < N + LAGS; i++) {
        d[i] = (double)x[i];
        q[i] = (d[i] * d[i] - 1) * M_SQRT1_2;
    }
    for (size_t lag = 1; lag <= LAGS; lag++) {
        assert_true(fabs(correlation(N, d, d + lag)) < Z_MAX);
        assert_true(fabs(correlation(N, q, q + lag)) < Z_MAX);
    }
    td_free(x);
    td_free(d);
    td_free(q);
}

static void permutations_are_permutations(void **state) {
    (void)state;
    struct td_stream s = td_stream_make(19, "batch");
    static const size_t sizes[] = {0, 1, 2, 3, 31, 32, 33, 1000, 60000};
    for (size_t c = 0; c < sizeof sizes / sizeof *sizes; c++) {
        size_t n = sizes[c];
        uint32_t *p = td_calloc(n + 1, sizeof *p), *again = td_calloc(n + 1, sizeof *again);
        bool *seen = td_calloc(n + 1, sizeof *seen);
        p[n] = 4321;
        td_random_permutation(s, 3, 0, n, p);
        assert_int_equal(p[n], 4321);
        for (size_t i = 0; i < n; i++) {
            assert_true(p[i] < n && !seen[p[i]]);
            seen[p[i]] = true;
        }
        td_random_permutation(s, 3, 0, n, again);
        assert_memory_equal(p, again, n * sizeof *p);
        if (n > 30) {
            td_random_permutation(s, 4, 0, n, again);
            assert_memory_not_equal(p, again, n * sizeof *p);
        }
        td_free(p);
        td_free(again);
        td_free(seen);
    }
}

/* The 24 orders of 4 are equally frequent: chi-square with 23 degrees of freedom has mean 23 and
   variance 46; 23 + 6 sqrt(46) is exceeded with probability 3e-5. */
static void permutations_are_uniform(void **state) {
    (void)state;
    enum { DRAWS = 24000 };
    struct td_stream s = td_stream_make(20, "batch");
    double counts[256] = {0}, chi_square = 0;
    for (uint64_t step = 0; step < DRAWS; step++) {
        uint32_t p[4];
        td_random_permutation(s, step, 0, 4, p);
        counts[p[0] << 6 | p[1] << 4 | p[2] << 2 | p[3]]++;
    }
    size_t orders = 0;
    for (size_t i = 0; i < 256; i++)
        if (counts[i] > 0) {
            orders++;
            chi_square += (counts[i] - DRAWS / 24.0) * (counts[i] - DRAWS / 24.0) / (DRAWS / 24.0);
        }
    assert_int_equal(orders, 24);
    assert_true(chi_square < 23 + 6 * sqrt(46));
}

static void gsl_generator_is_the_stream(void **state) {
    (void)state;
    struct td_stream s = td_stream_make(21, "gsl test");
    uint32_t bits[200];
    td_random_bits(s, 8, 9, 0, 200, bits);
    gsl_rng *rng = td_gsl_rng_create(s, 8, 9);
    assert_non_null(rng);
    assert_int_equal(gsl_rng_min(rng), 0);
    assert_true(gsl_rng_max(rng) == UINT32_MAX);
    assert_string_equal(gsl_rng_name(rng), "philox4x32-10");
    for (size_t i = 0; i < 100; i++)
        assert_true(gsl_rng_get(rng) == bits[i]);
    gsl_rng *copy = gsl_rng_clone(rng);
    for (size_t i = 100; i < 150; i++) {
        assert_true(gsl_rng_get(rng) == bits[i]);
        assert_true(gsl_rng_uniform(copy) == ((double)bits[i] + 0.5) * 0x1p-32);
    }
    gsl_rng_set(rng, 5);
    gsl_rng_set(copy, 5);
    unsigned long first = gsl_rng_get(rng);
    assert_true(gsl_rng_get(copy) == first);
    gsl_rng_set(copy, 6);
    assert_true(gsl_rng_get(copy) != first);
    gsl_rng_free(rng);
    gsl_rng_free(copy);
}

static void gsl_distributions_work_on_it(void **state) {
    (void)state;
    enum { N = 100000 };
    double *x = td_calloc(N, sizeof *x), sum = 0;
    gsl_rng *rng = td_gsl_rng_create(td_stream_make(22, "gsl"), 0, 0);
    for (size_t i = 0; i < N; i++)
        x[i] = gsl_ran_gaussian_ziggurat(rng, 1);
    check_normal_moments(N, x);
    check_distribution(N, x, true);
    for (size_t i = 0; i < N; i++)
        sum += gsl_ran_poisson(rng, 3);
    assert_true(fabs(sum / N - 3) < Z_MAX * sqrt(3.0 / N));
    gsl_rng_free(rng);
    td_free(x);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),
        cmocka_unit_test(elements_are_words_of_the_documented_blocks),
        cmocka_unit_test(values_do_not_depend_on_the_range),
        cmocka_unit_test(far_elements_are_addressable),
        cmocka_unit_test(seeds_and_purposes_have_keys_of_their_own),
        cmocka_unit_test(uniforms_lie_strictly_inside),
        cmocka_unit_test(normals_follow_from_the_words),
        cmocka_unit_test(extreme_words_give_finite_values_inside),
        cmocka_unit_test(normals_are_normal),
        cmocka_unit_test(tails_are_not_cut),
        cmocka_unit_test(uniforms_are_uniform),
        cmocka_unit_test(bits_are_balanced),
        cmocka_unit_test(neighbouring_streams_are_independent),
        cmocka_unit_test(elements_of_a_draw_are_independent),
        cmocka_unit_test(permutations_are_permutations),
        cmocka_unit_test(permutations_are_uniform),
        cmocka_unit_test(gsl_generator_is_the_stream),
        cmocka_unit_test(gsl_distributions_work_on_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
