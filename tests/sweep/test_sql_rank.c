/* Rank statistics and bootstrap intervals in SQL: published examples, all outcomes counted one by
   one, closed forms. */
#include "tests/sweep/sql_support.h"

static void fill(void **state, const char *table, const double *a, const double *b, size_t n) {
    char sql[160];
    snprintf(sql, sizeof sql, "DROP TABLE IF EXISTS %s; CREATE TABLE %s(a, b)", table, table);
    run(state, sql);
    for (size_t i = 0; i < n; ++i) {
        snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (%.17g, %.17g)", table, a[i], b[i]);
        run(state, sql);
    }
}

/* A few digits of a plain generator: test data, not statistics. */
static double noise(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(*seed >> 8) / 16777216.0;
}

static void near(void **state, const char *sql, double expected, double within) {
    double x = number(state, sql);
    if (!(fabs(x - expected) <= within))
        fail_msg("%s = %.17g, expected %.17g within %g", sql, x, expected, within);
}

/* ---- correlation ---- */

/* Rank of v[i] by counting: smaller ones, and half of the equal ones. */
static double plain_rank(const double *v, size_t n, size_t i) {
    double rank = 0.5;
    for (size_t j = 0; j < n; ++j)
        rank += v[j] < v[i] ? 1 : v[j] == v[i] ? 0.5 : 0;
    return rank;
}

static double plain_pearson(const double *a, const double *b, size_t n) {
    double ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
    for (size_t i = 0; i < n; ++i) {
        ma += a[i] / (double)n;
        mb += b[i] / (double)n;
    }
    for (size_t i = 0; i < n; ++i) {
        aa += (a[i] - ma) * (a[i] - ma);
        bb += (b[i] - mb) * (b[i] - mb);
        ab += (a[i] - ma) * (b[i] - mb);
    }
    return aa > 1e-20 && bb > 1e-20 ? ab / sqrt(aa * bb) : NAN;
}

static double plain_spearman(const double *a, const double *b, size_t n) {
    double ra[32], rb[32];
    for (size_t i = 0; i < n; ++i) {
        ra[i] = plain_rank(a, n, i);
        rb[i] = plain_rank(b, n, i);
    }
    return plain_pearson(ra, rb, n);
}

/* IQ and hours of television, a textbook's example: rho = 1 - 6 * 194 / 990. */
static void test_spearman(void **state) {
    static const double iq[] = {106, 100, 86, 101, 99, 103, 97, 113, 112, 110};
    static const double tv[] = {7, 27, 2, 50, 28, 29, 20, 12, 6, 17};
    fill(state, "t", iq, tv, 10);
    assert_number(state, "SELECT spearman(a, b) FROM t", 1 - 6 * 194.0 / 990);
    assert_number(state, "SELECT spearman(b, a) FROM t", 1 - 6 * 194.0 / 990);
    assert_number(state, "SELECT spearman(exp(a / 10.0), -b * b * b) FROM t", 6 * 194.0 / 990 - 1);
    assert_number(state, "SELECT pearson(a, b) - corr(b, a) FROM t", 0);
    assert_number(state, "SELECT spearman(a, a) FROM t", 1);
    assert_null_sql(state, "SELECT spearman(a, 1) FROM t");
    assert_null_sql(state, "SELECT spearman(a, b) FROM t WHERE a = 106");
    assert_null_sql(state, "SELECT spearman(a, b) FROM t WHERE 0");
    run(state, "INSERT INTO t VALUES (NULL, 3), (5, NULL)");
    assert_number(state, "SELECT spearman(a, b) FROM t", 1 - 6 * 194.0 / 990);
    assert_error(state, "SELECT spearman(a, 'x') FROM t", "not a number");
    /* inf is a number with a rank */
    run(state, "UPDATE t SET a = 9e999 WHERE a = 113");
    assert_number(state, "SELECT spearman(a, b) FROM t", 1 - 6 * 194.0 / 990);
}

static void test_spearman_ties(void **state) {
    uint32_t seed = 5;
    for (size_t n = 2; n <= 30; n += 7) {
        double a[32], b[32];
        for (size_t i = 0; i < n; ++i) {
            a[i] = floor(4 * noise(&seed));
            b[i] = floor(a[i] + 5 * noise(&seed));
        }
        fill(state, "t", a, b, n);
        double expected = plain_spearman(a, b, n);
        if (isnan(expected))
            assert_null_sql(state, "SELECT spearman(a, b) FROM t");
        else
            assert_number(state, "SELECT spearman(a, b) FROM t", expected);
    }
}

/* ---- Kruskal and Wallis ---- */

/* Hollander and Wolfe 1973, p. 116 (R's kruskal.test): H = 0.77143, 2 degrees of freedom, whose
   tail is exp(-H/2) = 0.68. */
static void test_kruskal(void **state) {
    run(state, "CREATE TABLE t(x, g); INSERT INTO t VALUES (2.9,'n'),(3.0,'n'),(2.5,'n'),(2.6,'n'),"
               "(3.2,'n'),(3.8,'o'),(2.7,'o'),(4.0,'o'),(2.4,'o'),(2.8,'a'),(3.4,'a'),(3.7,'a'),"
               "(2.2,'a'),(2.0,'a')");
    assert_number(state, "SELECT kruskal_p(x, g) FROM t", exp(-0.5 * 27.0 / 35));
    near(state, "SELECT kruskal_p(x, g) FROM t", 0.68, 5e-3);
    run(state, "INSERT INTO t VALUES (NULL, 'b'), (7, NULL)");
    assert_number(state, "SELECT kruskal_p(x, g) FROM t", exp(-0.5 * 27.0 / 35));
    assert_null_sql(state, "SELECT kruskal_p(x, g) FROM t WHERE g = 'n'");
    assert_null_sql(state, "SELECT kruskal_p(1, g) FROM t");
    assert_null_sql(state, "SELECT kruskal_p(x, g) FROM t WHERE 0");
    assert_error(state, "SELECT kruskal_p(g, x) FROM t", "not a number");
    assert_error(state,
                 "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) "
                 "SELECT kruskal_p(i, i) FROM n",
                 "1000 different groups");
}

/* Two groups with ties: H = (sum over groups of n (mean rank - mean)^2) / (variance of the ranks),
   by plain counting; one degree of freedom: p = erfc(sqrt(H / 2)). */
static void test_kruskal_ties(void **state) {
    static const double x[] = {1, 1, 2, 3, 3, 3, 4, 5, 5, 7}, g[] = {0, 0, 1, 0, 1, 0, 1, 1, 0, 1};
    enum { N = 10 };
    double sum[2] = {0}, count[2] = {0}, spread = 0, between = 0;
    for (size_t i = 0; i < N; ++i) {
        double r = plain_rank(x, N, i);
        sum[(int)g[i]] += r;
        count[(int)g[i]] += 1;
        spread += (r - 5.5) * (r - 5.5) / (N - 1);
    }
    for (int k = 0; k < 2; ++k)
        between += count[k] * pow(sum[k] / count[k] - 5.5, 2);
    fill(state, "t", x, g, N);
    assert_number(state, "SELECT kruskal_p(a, b) FROM t", erfc(sqrt(between / spread / 2)));
}

/* ---- Wilcoxon ---- */

/* Two-sided p by going through all signs: ranks of |a - b| without zeros. */
static double plain_wilcoxon(const double *a, const double *b, size_t n_pairs) {
    double size[16], rank[16], w = 0, all = 0;
    int positive[16];
    size_t n = 0, extreme = 0;
    for (size_t i = 0; i < n_pairs; ++i)
        if (a[i] != b[i]) {
            size[n] = fabs(a[i] - b[i]);
            positive[n++] = a[i] > b[i];
        }
    for (size_t i = 0; i < n; ++i) {
        rank[i] = plain_rank(size, n, i);
        w += positive[i] ? rank[i] : 0;
        all += rank[i];
    }
    for (size_t signs = 0; signs < (size_t)1 << n; ++signs) {
        double v = 0;
        for (size_t i = 0; i < n; ++i)
            v += signs >> i & 1 ? rank[i] : 0;
        extreme += fabs(v - all / 2) >= fabs(w - all / 2);
    }
    return (double)extreme / (double)((size_t)1 << n);
}

/* Hollander and Wolfe 1973, p. 29 (R's wilcox.test): V = 40, one-sided p = 10 / 512. */
static void test_wilcoxon(void **state) {
    static const double x[] = {1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
    static const double y[] = {0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
    fill(state, "t", x, y, 9);
    assert_number(state, "SELECT wilcoxon_p(a, b) FROM t", 20.0 / 512);
    assert_number(state, "SELECT wilcoxon_p(b, a) FROM t", 20.0 / 512);
    assert_number(state, "SELECT wilcoxon_p(a, b) FROM t WHERE b = 0.878", 1);
    assert_number(state, "SELECT wilcoxon_p(a, a) FROM t", 1); /* nothing differs */
    assert_null_sql(state, "SELECT wilcoxon_p(a, b) FROM t WHERE 0");
    assert_null_sql(state, "SELECT wilcoxon_p(a, NULL) FROM t");
    assert_null_sql(state, "SELECT wilcoxon_p(9e999, 9e999) FROM t");
    run(state, "INSERT INTO t VALUES (5, 5), (NULL, 2), (2, NULL)"); /* a zero is dropped */
    assert_number(state, "SELECT wilcoxon_p(a, b) FROM t", 20.0 / 512);
    /* Five pairs that differ the same way: 2 / 2^5, also when one difference is infinite. */
    assert_number(state, "SELECT wilcoxon_p(a, b - 3) FROM t WHERE a > 1.7 AND b < 4 AND a < 4",
                  2.0 / 16);
}

static void test_wilcoxon_signs(void **state) {
    uint32_t seed = 11;
    for (size_t n = 1; n <= 12; ++n) {
        double a[16], b[16], levels = n % 3 ? 4 : 1e6; /* with ties and zeros, or without */
        for (size_t i = 0; i < n; ++i) {
            a[i] = floor(levels * noise(&seed)) + 1;
            b[i] = floor(levels * noise(&seed));
        }
        fill(state, "t", a, b, n);
        assert_number(state, "SELECT wilcoxon_p(a, b) FROM t", plain_wilcoxon(a, b, n));
    }
}

/* 0.3 - 0.2 and 0.2 - 0.1 are the same difference, though not the same double. */
static void test_wilcoxon_decimals(void **state) {
    static const double a[] = {0.3, 0.2, 0.1}, b[] = {0.2, 0.1, 0.2};
    static const double x[] = {1, 1, 0}, y[] = {0, 0, 1};
    fill(state, "t", a, b, 3);
    assert_number(state, "SELECT wilcoxon_p(a, b) FROM t", plain_wilcoxon(x, y, 3));
}

/* Beyond 50 pairs the normal approximation; at 60 it is within 0.01 of the exact distribution,
   here by the recursion over the number of sign patterns of each sum. */
static void test_wilcoxon_many(void **state) {
    enum { N = 60, TOP = N * (N + 1) / 2 };
    static double share[TOP + 1], a[N], b[N];
    double w = 0, below = 0;
    memset(share, 0, sizeof share);
    share[0] = 1;
    for (size_t i = 1; i <= N; ++i) {
        int positive = i % 5 != 0 && i % 7 != 0;
        a[i - 1] = positive ? (double)i : 0;
        b[i - 1] = positive ? 0 : (double)i;
        w += positive ? 0 : (double)i;
        for (size_t sum = TOP; sum < SIZE_MAX; --sum)
            share[sum] = (share[sum] + (sum >= i ? share[sum - i] : 0)) / 2;
    }
    for (size_t sum = 0; sum <= (size_t)w; ++sum)
        below += share[sum];
    fill(state, "t", a, b, N);
    near(state, "SELECT wilcoxon_p(a, b) FROM t", 2 * below, 0.05 * 2 * below);
    double mean = TOP / 2.0, sd = sqrt(N * (N + 1) * (2 * N + 1) / 24.0);
    assert_number(state, "SELECT wilcoxon_p(a, b) FROM t",
                  erfc((fabs(w - mean) - 0.5) / sd / M_SQRT2));
    /* All differences of one size, 41 of them positive: ranks all 30.5, a sign test with variance
     * n 30.5^2 / 4. */
    assert_number(state, "SELECT wilcoxon_p(a > 0, b > 0) FROM t",
                  erfc((fabs(30.5 * 41 - mean) - 0.5) / (30.5 * sqrt(60) / 2) / M_SQRT2));
}

/* ---- mid_rank ---- */

static void test_mid_rank(void **state) {
    run(state, "CREATE TABLE t(g, x); INSERT INTO t VALUES ('a', 5), ('a', 7), ('a', 5), ('a', 1),"
               "('a', NULL), ('b', 2), ('b', 2), ('b', 2)");
    run(state, "CREATE TABLE r AS SELECT g, x, mid_rank(x) OVER (PARTITION BY g ORDER BY x) AS up, "
               "mid_rank(x) OVER (PARTITION BY g ORDER BY x DESC) AS down FROM t");
    assert_number(state, "SELECT up FROM r WHERE x = 1", 1);
    assert_number(state, "SELECT min(up) + 10 * max(up) FROM r WHERE x = 5", 27.5);
    assert_number(state, "SELECT up FROM r WHERE x = 7", 4);
    assert_number(state, "SELECT down FROM r WHERE x = 7", 1);
    assert_number(state, "SELECT down FROM r WHERE x = 5", 2.5);
    assert_number(state, "SELECT down FROM r WHERE x = 1", 4);
    assert_number(state, "SELECT min(up) + 10 * max(down) FROM r WHERE g = 'b'", 22);
    assert_null_sql(state, "SELECT up FROM r WHERE x IS NULL");
    assert_null_sql(state, "SELECT down FROM r WHERE x IS NULL");
    assert_error(state, "SELECT mid_rank(x) OVER (ORDER BY g, -x) FROM t WHERE g = 'a' OR x = 2",
                 "ORDER BY x");
    assert_error(state, "SELECT mid_rank(g) OVER (ORDER BY g) FROM t", "not a number");
    assert_error(state,
                 "SELECT mid_rank(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) "
                 "FROM t",
                 "without a frame");
}

/* ---- bootstrap ---- */

enum { SMALL = 5, OUTCOMES = 3125 }; /* 5^5 resamples of 5 points */

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

typedef double plain_statistic(const double *a, const double *b, size_t n);

static double plain_mean(const double *a, const double *b, size_t n) {
    double sum = 0;
    (void)b;
    for (size_t i = 0; i < n; ++i)
        sum += a[i];
    return sum / (double)n;
}

/* Whether `found` lies between the quantiles p - d and p + d of the statistic over all resamples,
   d being four standard errors of a share p among 2000. */
static void check_percentile(double found, plain_statistic *of, const double *a, const double *b,
                             double p) {
    static double all[OUTCOMES];
    size_t n = 0;
    for (size_t code = 0; code < OUTCOMES; ++code) {
        double x[SMALL], y[SMALL];
        size_t rest = code;
        for (size_t i = 0; i < SMALL; ++i, rest /= SMALL) {
            x[i] = a[rest % SMALL];
            y[i] = b[rest % SMALL];
        }
        all[n] = of(x, y, SMALL);
        n += !isnan(all[n]);
    }
    qsort(all, n, sizeof *all, ascending);
    double d = 4 * sqrt(p * (1 - p) / 2000);
    double lo = all[(size_t)(fmax(0, p - d) * (double)(n - 1))];
    double hi = all[(size_t)(fmin(1, p + d) * (double)(n - 1))];
    if (!(found >= lo - 1e-9 && found <= hi + 1e-9))
        fail_msg("percentile %g: %.17g is not in [%.17g, %.17g]", p, found, lo, hi);
}

static void test_bootstrap_small(void **state) {
    static const double a[] = {1, 4, 2, 8, 5}, b[] = {3, 2, 1, 9, 9};
    fill(state, "t", a, b, SMALL);
    check_percentile(number(state, "SELECT mean_lo(a) FROM t"), plain_mean, a, b, 0.025);
    check_percentile(number(state, "SELECT mean_hi(a) FROM t"), plain_mean, a, b, 0.975);
    check_percentile(number(state, "SELECT pearson_lo(a, b) FROM t"), plain_pearson, a, b, 0.025);
    check_percentile(number(state, "SELECT pearson_hi(a, b) FROM t"), plain_pearson, a, b, 0.975);
    check_percentile(number(state, "SELECT spearman_lo(a, b) FROM t"), plain_spearman, a, b, 0.025);
    check_percentile(number(state, "SELECT spearman_hi(a, b) FROM t"), plain_spearman, a, b, 0.975);
    /* Two values: the mean is one of them with probability 1/4 each. */
    assert_number(state, "SELECT mean_lo(a) FROM t WHERE a IN (1, 8)", 1);
    assert_number(state, "SELECT mean_hi(a) FROM t WHERE a IN (1, 8)", 8);
    assert_number(state, "SELECT mean_lo(7) FROM t", 7);
    assert_null_sql(state, "SELECT mean_lo(a) FROM t WHERE a = 1");
    assert_null_sql(state, "SELECT mean_lo(9e999) FROM t");
    assert_null_sql(state, "SELECT spearman_lo(a, 1) FROM t");
    assert_null_sql(state, "SELECT spearman_hi(a, b) FROM t WHERE a < 3");
}

/* A thousand correlated pairs: standard error (1 - r^2) / sqrt(n) for Gaussian ones (sums of 12
   uniform numbers). The interval's width rests on 50 resamples in each tail: within 15 %. */
static void test_bootstrap_large(void **state) {
    enum { N = 1000 };
    static double a[N], b[N];
    uint32_t seed = 3;
    for (size_t i = 0; i < N; ++i) {
        double u = -6, v = -6;
        for (int k = 0; k < 12; ++k) {
            u += noise(&seed);
            v += noise(&seed);
        }
        a[i] = u;
        b[i] = 0.6 * u + 0.8 * v;
    }
    fill(state, "t", a, b, N);
    double r = plain_pearson(a, b, N), width = 2 * 1.96 * (1 - r * r) / sqrt(N);
    near(state, "SELECT pearson_hi(a, b) - pearson_lo(a, b) FROM t", width, 0.15 * width);
    near(state, "SELECT (pearson_hi(a, b) + pearson_lo(a, b)) / 2 FROM t", r, 0.15 * width);
    near(state, "SELECT (mean_hi(a) - mean_lo(a)) / stderr(a) / 2 FROM t", 1.96, 0.15 * 1.96);
    assert_true(number(state, "SELECT spearman_lo(a, b) < spearman(a, b) AND "
                              "spearman(a, b) < spearman_hi(a, b) FROM t") == 1);
}

static void test_bootstrap_order(void **state) {
    static const double a[] = {3, 1, 4, 1, 5, 9, 2, 6}, b[] = {2, 7, 1, 8, 2, 8, 1, 8};
    fill(state, "t", a, b, 8);
    assert_number(state,
                  "SELECT (SELECT spearman_lo(a, b) FROM (SELECT * FROM t ORDER BY a)) - "
                  "(SELECT spearman_lo(a, b) FROM (SELECT * FROM t ORDER BY b, -a))",
                  0);
    assert_number(state, "SELECT (SELECT mean_hi(a) FROM t) - (SELECT mean_hi(a) FROM t)", 0);
    assert_error(state,
                 "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
                 "SELECT mean_lo(i) FROM n",
                 "100000 rows");
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_db, close_db)
    const struct CMUnitTest tests[] = {
        TEST(test_spearman),          TEST(test_spearman_ties),   TEST(test_kruskal),
        TEST(test_kruskal_ties),      TEST(test_wilcoxon),        TEST(test_wilcoxon_signs),
        TEST(test_wilcoxon_decimals), TEST(test_wilcoxon_many),   TEST(test_mid_rank),
        TEST(test_bootstrap_small),   TEST(test_bootstrap_large), TEST(test_bootstrap_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
