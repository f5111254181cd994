/* The claims on estimators beside the truth, exact patterns, linear networks and batch gradients
   over made-up results: each is reproduced where the values say so, and no longer once one kind of
   stored value is altered, or gone. */
#include "claims_changes.h"

/* Values as they would be if all claims held; noise over seeds is a fixed pattern, -0.01 to 0.01.
 */
static const char good[] =
    "CREATE TABLE tasks(task INTEGER, experiment TEXT, current INTEGER);"
    "INSERT INTO tasks SELECT 1, 'information-compression/' || column1, 1 FROM (VALUES"
    " ('kde-bounds'), ('estimator-bias'), ('estimators-compared'), ('data-processing'),"
    " ('linear-exact'), ('gradient-snr'));"
    "CREATE TABLE counter(i INTEGER);"
    "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 40)"
    " INSERT INTO counter SELECT i FROM c;"

    "CREATE TABLE information_compression_kde_bounds_values(task, seed, n, data_kind,"
    " data_count, data_spacing, data_dimension, data_signal, measure, site, step, value);"
    /* two clusters by spacing: truth min(1, spacing / 5), bounds around it, one on it from 5 on */
    "INSERT INTO information_compression_kde_bounds_values SELECT s.column1, 1, 4000, 'clusters',"
    " 2, s.column1, NULL, NULL, m.column1, m.column2, 0, min(1, s.column1 / 5.0)"
    " + CASE WHEN s.column1 < 5 THEN m.column3 ELSE 0 END FROM (VALUES (1), (3), (100)) s,"
    " (VALUES ('truth', 'x-upper', 0), ('truth', 'x-lower', 0), ('kde', 'x-upper', 0.1),"
    " ('kde', 'x-lower', -0.1)) m;"
    "INSERT INTO information_compression_kde_bounds_values SELECT 100, 1, 4000, 'clusters', 2, 100,"
    " NULL, NULL, 'kde', column1, 0, ((ln(2 * pi()) + 1) / 2 + ln(2)) / ln(2)"
    " FROM (VALUES ('entropy-upper'), ('entropy-lower'));"
    "INSERT INTO information_compression_kde_bounds_values SELECT 200 + c.column1, 1, 4000,"
    " 'clusters', c.column1, 100, NULL, NULL, 'kde', m.column1, 0, ln(c.column1) / ln(2)"
    " FROM (VALUES (1), (4000)) c, (VALUES ('x-upper'), ('x-lower')) m;"
    "INSERT INTO information_compression_kde_bounds_values SELECT 300 + i, i, 4000, 'channel', "
    "NULL,"
    " NULL, 2, 3, m.column1, m.column2, 0, 3.3 + m.column3 + 0.01 * (i % 3 - 1) *"
    " (m.column1 = 'kde') FROM counter, (VALUES ('truth', 'x-upper', 0), ('truth', 'x-lower', 0),"
    " ('kde', 'x-upper', 1.2), ('kde', 'x-lower', -0.6)) m WHERE i <= 3;"
    "INSERT INTO information_compression_kde_bounds_values SELECT task + 100, seed, n, data_kind,"
    " NULL, NULL, 2, 1000, measure, site, step, value - 8 * (measure = 'kde')"
    " FROM information_compression_kde_bounds_values WHERE data_kind = 'channel';"

    "CREATE TABLE information_compression_estimator_bias_values(task, seed, n, data_kind,"
    " data_correlation, data_count, measure, site, step, value);"
    "INSERT INTO information_compression_estimator_bias_values SELECT i, i, 2000, 'gaussian-pair',"
    " 0.9, NULL, m.column1, '', 0, 1.198 + 0.01 * (i % 3 - 1) * (m.column1 <> 'truth')"
    " FROM counter, (VALUES ('truth'), ('ksg-1'), ('ksg-2')) m;"
    "INSERT INTO information_compression_estimator_bias_values SELECT 100 + i, i, 2000, 'patterns',"
    " NULL, 100, m.column1, 'entropy', 0, (ln(100) + m.column2 * 99 / 4000.0) / ln(2)"
    " + 0.001 * (i % 3 - 1) * (m.column1 <> 'truth')"
    " FROM counter, (VALUES ('truth', 0), ('plug-in', -1), ('miller-madow', 0)) m;"

    "INSERT INTO information_compression_estimator_bias_values SELECT task, seed, 1000, data_kind,"
    " data_correlation, data_count, measure, site, step, value"
    " FROM information_compression_estimator_bias_values;"
    "INSERT INTO information_compression_estimator_bias_values SELECT task, seed, n, data_kind,"
    " data_correlation, data_count, replace(measure, 'ksg-1', 'ksg-1.interval') || m.column1, site,"
    " step, value + m.column2"
    " FROM information_compression_estimator_bias_values,"
    " (VALUES ('.lo', -0.005), ('.hi', 0.005)) m WHERE n = 1000 AND measure <> 'truth';"

    "CREATE TABLE information_compression_estimators_compared_values(task, seed,"
    " data_activation_kind, data_scale, measure, site, step, value);"
    "INSERT INTO information_compression_estimators_compared_values SELECT"
    " 10000 * i + 100 * c.column1, i, a.column1, c.column1, m.column1, m.column2, 0,"
    " 9 + m.column3 + m.column4 * ln(c.column1) + 0.01 * (i % 3 - 1)"
    " FROM counter, (VALUES ('tanh'), ('relu')) a, (VALUES (0.01), (0.1), (1.0), (10.0), (100.0)) "
    "c,"
    " (VALUES ('bins.ebab', 'x', 0, 0), ('kde.adaptive', 'x-upper', 0, 0),"
    " ('kde.adaptive', 'x-lower', -1, 0), ('kde.fixed', 'x-upper', 0.1, 0.4),"
    " ('kde.fixed', 'x-lower', -0.1, 0.4), ('noisy', 'x', 0, 0.4),"
    " ('kde.released', 'x-upper', 0, 0.5), ('bins.clipped', 'x', 0, -0.5)) m WHERE i <= 10;"
    /* tasks of one activation are not those of the other */
    "UPDATE information_compression_estimators_compared_values SET task = task + 50"
    " WHERE data_activation_kind = 'relu';"

    "CREATE TABLE information_compression_data_processing_values(task, seed, measure, site, step,"
    " value);"
    "INSERT INTO information_compression_data_processing_values SELECT s.i, s.i, m.column1,"
    " 'hidden.' || l.i || ',label@all', 0, 12 - CASE WHEN m.column1 LIKE 'exact%' THEN l.i"
    " ELSE abs(l.i - 3) END FROM counter s, counter l, (VALUES ('exact.x'), ('exact.y'),"
    " ('bins.coarse.x'), ('bins.coarse.y')) m WHERE s.i <= 4 AND l.i <= 5;"

    "CREATE TABLE information_compression_linear_exact_values(task, seed, steps, init, measure, "
    "site, step, value);"
    "INSERT INTO information_compression_linear_exact_values SELECT s.i, s.i, 40, 0.1,"
    " 'information.x', 'hidden', t.i, t.i / 40.0 FROM counter s, counter t WHERE s.i <= 4;"
    "INSERT INTO information_compression_linear_exact_values SELECT s.i, s.i, 40, 0.1, 'error',"
    " 'test', t.i, 1 + abs(t.i - 10) + 0.1 * (s.i % 3) FROM counter s, counter t WHERE s.i <= 4;"

    "CREATE TABLE information_compression_gradient_snr_values(task, seed, net_activation_kind,"
    " measure, site, step, value);"
    "INSERT INTO information_compression_gradient_snr_values SELECT s.i, s.i, 'tanh',"
    " 'gradient-snr', l.column1, t.i, 4.0 / t.i * (1 + 0.01 * (s.i % 3)) FROM counter s, counter t,"
    " (VALUES ('hidden.1'), ('output'), ('total')) l WHERE s.i <= 10;";

#define SET(table, value, where)                                                                   \
    "UPDATE information_compression_" table "_values SET value = " value " WHERE " where
#define DELETE(table, where) "DELETE FROM information_compression_" table "_values WHERE " where

static const struct change flips[] = {
    {"I2", SET("kde_bounds", "value + 2e-6", "site = 'entropy-lower'")},
    {"I2b", SET("kde_bounds", "value - 0.2",
                "site = 'x-upper' AND data_spacing = 3 AND measure "
                "= 'kde'")},
    {"I2b", SET("kde_bounds", "value + 0.2",
                "site = 'x-lower' AND data_spacing = 1 AND measure "
                "= 'kde'")},
    {"I3", SET("kde_bounds", "1e-9", "data_count = 1 AND site = 'x-lower'")},
    {"I3", SET("kde_bounds", "value - 1e-9", "data_count = 4000 AND site = 'x-upper'")},
    {"I4", SET("estimator_bias", "value + 0.05", "measure = 'ksg-1'")},
    {"I4b", SET("estimator_bias", "value - 0.05", "measure = 'ksg-2'")},
    {"I5", SET("kde_bounds", "value + 0.7",
               "data_signal = 3 AND site = 'x-lower' AND measure = "
               "'kde'")},
    {"I21", SET("estimator_bias", "value + 0.02", "measure = 'plug-in'")},
    {"I21b", SET("estimator_bias", "value + 0.02", "measure = 'miller-madow'")},
    {"I17", SET("estimators_compared", "value + 1e-6",
                "measure = 'bins.ebab' AND data_scale = "
                "100 AND seed = 3")},
    {"I17", SET("estimators_compared", "value + 1e-6",
                "measure = 'kde.adaptive' AND data_scale "
                "= 0.01")},
    {"I18", SET("estimators_compared", "9", "measure = 'kde.fixed'")},
    {"I18b", SET("estimators_compared", "9", "measure = 'kde.released'")},
    {"I18c", SET("estimators_compared", "9", "measure = 'bins.clipped'")},
    {"I19", SET("estimators_compared", "value + 0.2",
                "measure = 'noisy' AND data_scale = 0.1 "
                "AND data_activation_kind = 'relu'")},
    {"I14", SET("data_processing", "11",
                "measure = 'exact.y' AND task = 2 AND site LIKE "
                "'hidden.4%'")},
    {"I14b", SET("data_processing", "1", "measure LIKE 'bins.coarse%'")},
    {"I15", SET("linear_exact", "value - 0.1",
                "task = 2 AND measure = 'information.x' AND step = "
                "20")},
    {"I15b", SET("linear_exact", "2", "task = 2 AND measure = 'information.x' AND step = 20")},
    {"I15d", SET("linear_exact", "value + 50", "measure = 'error' AND step < 40")},
    {"I16", SET("gradient_snr", "1 + value / 4", "site = 'output'")},
};

static const struct change parts[] = {
    {"I2", DELETE("kde_bounds", "data_spacing = 100")},
    {"I2b", DELETE("kde_bounds", "site = 'x-lower' AND measure = 'kde'")},
    {"I3", DELETE("kde_bounds", "data_count = 1")},
    {"I3", DELETE("kde_bounds", "data_count = 4000")},
    {"I5", DELETE("kde_bounds", "site = 'x-upper'")},
    {"I17", DELETE("estimators_compared", "measure = 'bins.ebab'")},
    {"I17", DELETE("estimators_compared", "data_scale = 1")},
    {"I18", DELETE("estimators_compared", "data_scale = 10")},
    {"I19", DELETE("estimators_compared", "measure = 'kde.fixed' AND site = 'x-lower'")},
    {"I14", DELETE("data_processing", "measure LIKE 'exact%'")},
    {"I15", DELETE("linear_exact", "measure = 'information.x'")},
    /* a sweep over other kinds of data, whose tasks do not have the parameter at all */
    {"I21", "CREATE TABLE kept AS SELECT task, n, data_kind, measure, site, value"
            " FROM information_compression_estimator_bias_values;"
            "DROP TABLE information_compression_estimator_bias_values;"
            "CREATE TABLE information_compression_estimator_bias_values AS SELECT * FROM kept"},
};

static const char *const reported[] = {"I5b", "I15c", "I16b", "I22", "I22b"};

static int set_up(void **state) {
    return claims_set_up(state, "information_compression", good);
}

static void test_each_claim_can_hold_and_can_fail(void **state) {
    check_flips(*state, flips, COUNT(flips));
    for (size_t i = 0; i < COUNT(reported); i++)
        assert_int_equal(judge(*state, reported[i]), TD_REPORTED);
}

static void test_all_parts_are_needed(void **state) {
    check_parts(*state, parts, COUNT(parts));
}

static bool reads_these(const struct td_claim *claim) {
    static const char *const tables[] = {"kde_bounds_values",          "estimator_bias_values",
                                         "estimators_compared_values", "data_processing_values",
                                         "linear_exact_values",        "gradient_snr_values"};
    for (size_t i = 0; i < COUNT(tables); i++)
        if (strstr(claim->sql, tables[i]))
            return true;
    return false;
}

static bool is_reported(const char *id) {
    for (size_t i = 0; i < COUNT(reported); i++)
        if (strcmp(reported[i], id) == 0)
            return true;
    return false;
}

/* Every claim that reads one of these experiments is among them. */
static void test_every_claim_is_tested(void **state) {
    struct fixture *f = *state;
    for (size_t i = 0; i < f->claims.n; i++) {
        const struct td_claim *claim = &f->claims.v[i];
        if (reads_these(claim) && !is_reported(claim->id) &&
            !is_among(claim->id, flips, COUNT(flips)))
            fail_msg("%s is not tested", claim->id);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_claim_can_hold_and_can_fail),
        cmocka_unit_test(test_all_parts_are_needed),
        cmocka_unit_test(test_every_claim_is_tested),
    };
    return cmocka_run_group_tests(tests, set_up, claims_tear_down);
}
