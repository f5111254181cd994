/* SQL functions against closed forms and published numbers. */
#include "tests/sweep/sql_support.h"

/* ---- aggregates ---- */

static void test_median(void **state) {
    run(state, "CREATE TABLE t(x); INSERT INTO t VALUES (7), (1), (3), (NULL)");
    assert_number(state, "SELECT median(x) FROM t", 3);
    run(state, "INSERT INTO t VALUES (100.5)");
    assert_number(state, "SELECT median(x) FROM t", 5);
    assert_number(state, "SELECT median(x) FROM t WHERE x = 7", 7);
    assert_null_sql(state, "SELECT median(x) FROM t WHERE x IS NULL");
    assert_null_sql(state, "SELECT median(x) FROM t WHERE 0");
    assert_number(state, "SELECT median(x) FROM (SELECT 1 AS x UNION SELECT 2 UNION SELECT 9e999)",
                  2);
    assert_number(state,
                  "WITH RECURSIVE n(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM n WHERE x < "
                  "99999) SELECT median(x * 7919 % 100000) FROM n",
                  49999.5);
}

/* Type 7: of 1 .. 11 the p-quantile is 1 + 10 p; R: quantile(c(1,2,3,4), .25) = 1.75. */
static void test_quantile(void **state) {
    run(state, "CREATE TABLE t(x)");
    run(state, "INSERT INTO t VALUES (11),(3),(5),(7),(9),(2),(4),(6),(8),(10),(1)");
    assert_number(state, "SELECT quantile(x, 0.0) FROM t", 1);
    assert_number(state, "SELECT quantile(x, 1) FROM t", 11);
    assert_number(state, "SELECT quantile(x, 0.123) FROM t", 2.23);
    assert_number(state, "SELECT quantile(x, 0.25) FROM t WHERE x <= 4", 1.75);
    assert_null_sql(state, "SELECT quantile(x, 0.5) FROM t WHERE 0");
    assert_error(state, "SELECT quantile(x, 1.5) FROM t", "[0, 1]");
    assert_error(state, "SELECT quantile(x, NULL) FROM t", "[0, 1]");
    assert_error(state, "SELECT quantile(x, x / 100.0) FROM t", "the same in every row");
}

static void test_spread(void **state) {
    run(state, "CREATE TABLE t(x); INSERT INTO t VALUES (2),(4),(4),(4),(5),(5),(7),(9),(NULL)");
    assert_number(state, "SELECT stddev(x) FROM t", sqrt(32.0 / 7));
    assert_number(state, "SELECT stderr(x) FROM t", sqrt(32.0 / 7 / 8));
    /* R: qt(.975, 7) = 2.364624251592785 */
    assert_number(state, "SELECT ci95(x) FROM t", 2.364624251592785 * sqrt(32.0 / 7 / 8));
    assert_number(state, "SELECT ci(x, 0.95) - ci95(x) FROM t", 0);
    assert_number(state, "SELECT ci(x, 0) FROM t", 0);
    assert_true(isinf(number(state, "SELECT ci(x, 1) FROM t")));
    assert_error(state, "SELECT ci(x, 95) FROM t", "[0, 1]");
    /* Two points a and b: the half-width is t(.975, 1) |a - b| / 2, t = tan(.475 pi). */
    assert_number(state, "SELECT ci95(x) FROM t WHERE x IN (2, 9)", tan(0.475 * M_PI) * 3.5);
    assert_null_sql(state, "SELECT stddev(x) FROM t WHERE x = 2");
    assert_null_sql(state, "SELECT stderr(x) FROM t WHERE x = 2");
    assert_null_sql(state, "SELECT ci95(x) FROM t WHERE x = 2");
    assert_null_sql(state, "SELECT ci95(x) FROM t WHERE 0");
    assert_number(state, "SELECT stddev(x) FROM t WHERE x = 4", 0);
    assert_null_sql(state, "SELECT stddev(x) FROM (SELECT 1 AS x UNION SELECT 9e999)");
    /* Far from zero: no cancellation. */
    assert_number(state, "SELECT stddev(x + 1e9) FROM t", sqrt(32.0 / 7));
}

static void test_geomean(void **state) {
    run(state, "CREATE TABLE t(x); INSERT INTO t VALUES (1), (2), (4)");
    assert_number(state, "SELECT geomean(x) FROM t", 2);
    assert_number(state, "SELECT geomean(x * 1e300) / 1e300 FROM t", 2);
    assert_number(state, "SELECT geomean(x - 1) FROM t", 0);
    assert_null_sql(state, "SELECT geomean(-x) FROM t");
    assert_null_sql(state, "SELECT geomean(x) FROM t WHERE 0");
}

/* Anscombe 1973, first data set: slope 0.5000909, correlation 0.8164205. */
static void test_line(void **state) {
    run(state, "CREATE TABLE a(x, y); INSERT INTO a VALUES (10,8.04),(8,6.95),(13,7.58),(9,8.81),"
               "(11,8.33),(14,9.96),(6,7.24),(4,4.26),(12,10.84),(7,4.82),(5,5.68)");
    double slope = number(state, "SELECT slope(y, x) FROM a");
    double corr = number(state, "SELECT corr(y, x) FROM a");
    assert_true(fabs(slope - 0.5000909) < 5e-8);
    assert_true(fabs(corr - 0.8164205) < 5e-8);
    assert_number(state, "SELECT slope(2 * x + 1, x) FROM a", 2);
    assert_number(state, "SELECT slope(x, 2 * x + 1) FROM a", 0.5);
    assert_number(state, "SELECT corr(x, 3 - x) FROM a", -1);
    assert_true(number(state, "SELECT corr(0.1 * x, 0.7 * x) FROM a") <= 1);
    assert_number(state, "SELECT slope(7, x) FROM a", 0);
    assert_null_sql(state, "SELECT slope(y, 0.1) FROM a");
    assert_null_sql(state, "SELECT corr(y, 0.1) FROM a");
    assert_null_sql(state, "SELECT corr(0.1, x) FROM a");
    assert_null_sql(state, "SELECT slope(y, x) FROM a WHERE x = 10");
    assert_null_sql(state, "SELECT slope(y, x) FROM a WHERE 0");
    run(state, "INSERT INTO a VALUES (100, NULL), (NULL, 100)"); /* incomplete pairs do not count */
    assert_number(state, "SELECT slope(y, x) FROM a", slope);
}

static void test_groups_and_types(void **state) {
    run(state,
        "CREATE TABLE t(g, x); INSERT INTO t VALUES ('a', 1), ('b', 10), ('a', 3), ('b', 30), "
        "('c', NULL)");
    assert_number(state, "SELECT sum(m) FROM (SELECT median(x) AS m FROM t GROUP BY g)", 22);
    assert_number(state, "SELECT median('3') FROM t WHERE x = 1", 3);
    assert_error(state, "SELECT median(g) FROM t", "not a number");
    assert_error(state, "SELECT slope(g, x) FROM t", "not a number");
    assert_error(state, "SELECT median(x'00') FROM t", "not a number");
    assert_error(state, "SELECT median() FROM t", "wrong number of arguments");
    run(state, "CREATE VIEW v AS SELECT g, median(x) AS m FROM t GROUP BY g; PRAGMA "
               "trusted_schema=OFF");
    assert_number(state, "SELECT m FROM v WHERE g = 'b'", 20);
}

/* ---- scalars ---- */

static void test_normal_quantile(void **state) {
    assert_number(state, "SELECT normal_quantile(0.975)", 1.9599639845400545);
    assert_number(state, "SELECT normal_quantile(0.5)", 0);
    assert_number(state, "SELECT normal_quantile(0.15865525393145707)", -1);
    assert_true(number(state, "SELECT normal_quantile(1)") == INFINITY);
    assert_true(number(state, "SELECT normal_quantile(0)") == -INFINITY);
    assert_null_sql(state, "SELECT normal_quantile(1.01)");
    assert_null_sql(state, "SELECT normal_quantile(NULL)");
    assert_null_sql(state, "SELECT normal_quantile('x')");
}

/* df = 1: tan(pi (p - 1/2)); df = 2: (2p - 1) sqrt(2 / (4 p (1 - p))); df = inf: normal. */
static void test_t_quantile(void **state) {
    static const double ps[] = {0.001, 0.025, 0.3, 0.5, 0.6, 0.9, 0.975, 0.999};
    char sql[100];
    for (size_t i = 0; i < sizeof ps / sizeof *ps; ++i) {
        double p = ps[i];
        snprintf(sql, sizeof sql, "SELECT t_quantile(%.17g, 1)", p);
        assert_number(state, sql, tan(M_PI * (p - 0.5)));
        snprintf(sql, sizeof sql, "SELECT t_quantile(%.17g, 2)", p);
        assert_number(state, sql, (2 * p - 1) * sqrt(2 / (4 * p * (1 - p))));
        snprintf(sql, sizeof sql, "SELECT t_quantile(%.17g, 9e999) - normal_quantile(%.17g)", p, p);
        assert_number(state, sql, 0);
    }
    assert_number(state, "SELECT t_quantile(0.975, 7)", 2.364624251592785);
    assert_number(state, "SELECT t_quantile(0.975, 29)", 2.045229642132703);
    assert_null_sql(state, "SELECT t_quantile(0.5, 0)");
    assert_null_sql(state, "SELECT t_quantile(0.5, -1)");
    assert_null_sql(state, "SELECT t_quantile(2, 5)");
    assert_null_sql(state, "SELECT t_quantile(0.5, NULL)");
    assert_true(number(state, "SELECT t_quantile(1, 5)") == INFINITY);
}

/* df = 2: -2 ln(1 - p); df = 1: the square of the normal quantile at (1 + p) / 2. */
static void test_chi2_quantile(void **state) {
    static const double ps[] = {0.01, 0.05, 0.5, 0.95, 0.999};
    char sql[140];
    for (size_t i = 0; i < sizeof ps / sizeof *ps; ++i) {
        snprintf(sql, sizeof sql, "SELECT chi2_quantile(%.17g, 2)", ps[i]);
        assert_number(state, sql, -2 * log1p(-ps[i]));
        snprintf(sql, sizeof sql,
                 "SELECT chi2_quantile(%.17g, 1) - z * z FROM (SELECT normal_quantile(%.17g) AS z)",
                 ps[i], (1 + ps[i]) / 2);
        assert_number(state, sql, 0);
    }
    assert_number(state, "SELECT chi2_quantile(0, 3)", 0);
    assert_true(number(state, "SELECT chi2_quantile(1, 3)") == INFINITY);
    assert_null_sql(state, "SELECT chi2_quantile(-0.1, 3)");
    assert_null_sql(state, "SELECT chi2_quantile(0.5, 0)");
}

/* Newcombe 1998, table I, method 3 (4 digits); and the closed forms at the ends. */
static void test_wilson(void **state) {
    static const struct {
        int k, n;
        double lo, hi;
    } published[] = {{81, 263, 0.2553, 0.3662},
                     {15, 148, 0.0624, 0.1605},
                     {0, 20, 0, 0.1611},
                     {1, 29, 0.0061, 0.1718}};
    char sql[100];
    for (size_t i = 0; i < 4; ++i) {
        snprintf(sql, sizeof sql, "SELECT wilson_lo(%d, %d)", published[i].k, published[i].n);
        assert_true(fabs(number(state, sql) - published[i].lo) < 5.1e-5);
        snprintf(sql, sizeof sql, "SELECT wilson_hi(%d, %d)", published[i].k, published[i].n);
        assert_true(fabs(number(state, sql) - published[i].hi) < 5.1e-5);
    }
    const double z2 = 1.9599639845400545 * 1.9599639845400545;
    assert_number(state, "SELECT wilson_hi(0, 10)", z2 / (10 + z2));
    assert_number(state, "SELECT wilson_lo(10, 10)", 10 / (10 + z2));
    assert_true(number(state, "SELECT wilson_lo(0, 10)") == 0);
    assert_true(number(state, "SELECT wilson_hi(10, 10)") == 1);
    assert_null_sql(state, "SELECT wilson_lo(0, 0)");
    assert_null_sql(state, "SELECT wilson_lo(3, 2)");
    assert_null_sql(state, "SELECT wilson_lo(-1, 2)");
    assert_null_sql(state, "SELECT wilson_hi(1, NULL)");
}

/* ---- td_array ---- */

static void insert_array(void **state, int id, const char *shape, const double *v, size_t bytes) {
    sqlite3_stmt *s;
    run(state, "CREATE TABLE IF NOT EXISTS arrays(id INTEGER PRIMARY KEY, shape, data)");
    assert_int_equal(sqlite3_prepare_v2(*state, "INSERT INTO arrays VALUES(?,?,?)", -1, &s, NULL),
                     SQLITE_OK);
    sqlite3_bind_int(s, 1, id);
    sqlite3_bind_text(s, 2, shape, -1, SQLITE_STATIC);
    sqlite3_bind_blob(s, 3, v, (int)bytes, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(s), SQLITE_DONE);
    sqlite3_finalize(s);
}

static void test_array_indices(void **state) {
    static const char *const shapes[] = {"120", "10x12", "4x5x6", "2x3x4x5"};
    static const size_t extents[][4] = {{120, 1, 1, 1}, {10, 12, 1, 1}, {4, 5, 6, 1}, {2, 3, 4, 5}};
    double v[120];
    for (int i = 0; i < 120; ++i)
        v[i] = i;
    for (int a = 0; a < 4; ++a) {
        insert_array(state, a + 1, shapes[a], v, sizeof v);
        char sql[300];
        const size_t *e = extents[a];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM td_array(%d)", a + 1);
        assert_number(state, sql, 120);
        snprintf(
            sql, sizeof sql,
            "SELECT count(*) FROM td_array(%d) WHERE value = ((i * %zu + j) * %zu + k) * %zu + l",
            a + 1, e[1], e[2], e[3]);
        assert_number(state, sql, 120);
        snprintf(
            sql, sizeof sql,
            "SELECT max(i) * 1000000 + max(j) * 10000 + max(k) * 100 + max(l) FROM td_array(%d)",
            a + 1);
        assert_number(
            state, sql,
            (double)((e[0] - 1) * 1000000 + (e[1] - 1) * 10000 + (e[2] - 1) * 100 + e[3] - 1));
    }
    assert_number(state, "SELECT sum(x.value) FROM arrays a JOIN td_array(a.id) x", 4 * 7140);
    assert_number(state, "SELECT sum(value) FROM arrays, td_array WHERE td_array.id = arrays.id",
                  4 * 7140);
    assert_number(state,
                  "SELECT b.value FROM td_array(2) a JOIN td_array(2) b ON a.i = b.i AND "
                  "b.j = a.j + 1 WHERE a.value = 5",
                  6);
}

static void test_array_special(void **state) {
    const double v[] = {NAN, INFINITY};
    insert_array(state, 1, "2", v, sizeof v);
    insert_array(state, 2, "0x3", v, 0);
    assert_null_sql(state, "SELECT value FROM td_array(1) WHERE i = 0");
    assert_true(number(state, "SELECT value FROM td_array(1) WHERE i = 1") == INFINITY);
    assert_number(state, "SELECT count(*) FROM td_array(2)", 0);
    assert_number(state, "SELECT count(*) FROM td_array(77)", 0);
    assert_number(state, "SELECT count(*) FROM td_array(NULL)", 0);
}

static void test_array_errors(void **state) {
    const double v[] = {1, 2, 3, 4};
    assert_error(state, "SELECT * FROM td_array(1)", "arrays");
    assert_error(state, "SELECT * FROM td_array", "needs the id");
    static const char *const bad[] = {
        "3", "x4", "4x", "-4", "2x2x1x1x1", "18446744073709551615x4", "4.0", "", "a"};
    for (int i = 0; i < 9; ++i) {
        char sql[60];
        insert_array(state, i + 1, bad[i], v, sizeof v);
        snprintf(sql, sizeof sql, "SELECT * FROM td_array(%d)", i + 1);
        assert_error(state, sql, "damaged");
    }
    insert_array(state, 20, "4", v, 31);
    assert_error(state, "SELECT * FROM td_array(20)", "damaged");
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_db, close_db)
    const struct CMUnitTest tests[] = {
        TEST(test_median),          TEST(test_quantile),      TEST(test_spread),
        TEST(test_geomean),         TEST(test_line),          TEST(test_groups_and_types),
        TEST(test_normal_quantile), TEST(test_t_quantile),    TEST(test_chi2_quantile),
        TEST(test_wilson),          TEST(test_array_indices), TEST(test_array_special),
        TEST(test_array_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
