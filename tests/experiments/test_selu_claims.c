/* The claims of the selu paper over made-up results: each is reproduced where the values say so,
   and no longer once one kind of stored value is altered, or gone. */
#include "claims_changes.h"

/* Values as they would be if all claims held; noise over seeds is a fixed pattern. */
static const char good[] =
    "CREATE TABLE tasks(task INTEGER, experiment TEXT, current INTEGER);"
    "INSERT INTO tasks SELECT 1, column1, 1 FROM (VALUES ('selu/moment-map'), ('selu/theorems'),"
    " ('selu/wide'), ('selu/propagation'), ('selu/recovery'), ('selu/dropout'), ('selu/training'),"
    " ('selu/very-deep'), ('selu/gradients'), ('selu/certificate'), ('selu/solve'),"
    " ('selu/targets'), ('selu/tabular-many'), ('selu/htru2'));"
    "CREATE TABLE counter(i INTEGER);"
    "WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < 100)"
    " INSERT INTO counter SELECT i FROM c;"

    "CREATE TABLE selu_moment_map_values(task, activation_kind, omega, tau, target_mean,"
    " target_variance, starts, measure, site, step, value);"
    "INSERT INTO selu_moment_map_values SELECT 1, 'selu', 0, 1, 0, 1, 1000, column1, column2,"
    " column3, column4 FROM (VALUES ('alpha', '', 0, 1.6732632423543772),"
    " ('lambda', '', 0, 1.0507009873554805), ('jacobian', 'mean.mean', 0, 0.0),"
    " ('jacobian', 'mean.variance', 0, 0.0888342), ('jacobian', 'variance.mean', 0, 0.0),"
    " ('jacobian', 'variance.variance', 0, 0.7826478832), ('singular', '1', 0, 0.78767336),"
    " ('singular', '2', 0, 0.0), ('distance.max', '', 0, 0.5), ('distance.max', '', 100, 9e-12));"

    "CREATE TABLE selu_theorems_values(task, domain, fixed_points, measure, site, step, value);"
    "INSERT INTO selu_theorems_values SELECT 1, column1, 21, column2, column3, 0, column4 FROM"
    " (VALUES ('theorem-1', 'image.mean', 'min', -0.0310605),"
    " ('theorem-1', 'image.mean', 'max', 0.0677251), ('theorem-1', 'image.variance', 'min', "
    "0.8037),"
    " ('theorem-1', 'image.variance', 'max', 1.4816), ('theorem-1', 'norm', 'max', 0.8976),"
    " ('theorem-1', 'fixed.missing', '', 0.0), ('theorem-1', 'fixed.outside', '', 0.0),"
    " ('theorem-2', 'growth', 'max', -0.1197), ('theorem-3a', 'growth', 'min', 0.0077),"
    " ('theorem-3b', 'growth', 'min', 0.0110));"

    "CREATE TABLE selu_certificate_values(task, domain, quantity, measure, site, value);"
    "INSERT INTO selu_certificate_values SELECT column1, column2, column3, 'bound', column4, "
    "column5"
    " FROM (VALUES (1, 'theorem-1', 'image.mean', 'min', -0.0311),"
    " (1, 'theorem-1', 'image.mean', 'max', 0.0678),"
    " (2, 'theorem-1', 'image.variance', 'min', 0.8036),"
    " (2, 'theorem-1', 'image.variance', 'max', 1.4817), (3, 'theorem-1', 'norm', 'max', 0.8977),"
    " (4, 'theorem-2', 'growth', 'max', -0.1196), (5, 'theorem-3a', 'growth', 'min', 0.0076),"
    " (6, 'theorem-3b', 'growth', 'min', 0.0109));"
    "INSERT INTO selu_certificate_values SELECT task, domain, quantity, m.column1, site, m.column2"
    " FROM selu_certificate_values, (VALUES ('gap', 1e-4), ('boxes', 200)) m;"

    "CREATE TABLE selu_solve_values(task, activation_kind, omega, tau, target_mean,"
    " target_variance, measure, site, value);"
    "INSERT INTO selu_solve_values SELECT i, f, 0, 1, 0, 1, m, '', v FROM"
    " (SELECT column1 AS i, column2 AS f, column3 AS m, column4 AS v FROM (VALUES"
    " (1, 'selu', 'fixed.count', 1.0), (1, 'selu', 'fixed.stable', 1.0),"
    " (2, 'relu', 'fixed.stable', 0.0), (2, 'relu', 'gain.radius', 1.0),"
    " (3, 'leaky-relu', 'fixed.stable', 0.0), (3, 'leaky-relu', 'gain.radius', 1.0),"
    " (4, 'sigmoid', 'fixed.stable', 0.0), (5, 'tanh', 'fixed.stable', 0.0),"
    " (5, 'tanh', 'gain.radius', 0.46)));"
    "CREATE TABLE selu_targets_values(task, measure, site, value);"
    "INSERT INTO selu_targets_values VALUES (1, 'solution.radius', '1', 0.78);"

    "CREATE TABLE selu_wide_values(task, seed, width, measure, site, step, value);"
    "INSERT INTO selu_wide_values SELECT s.i, s.i, 1024, m.column1, 'theory', l.i, m.column2"
    " FROM counter s, counter l, (VALUES ('mean', 0), ('variance', 1)) m"
    " WHERE s.i BETWEEN 1 AND 12 AND l.i <= 32;"
    "INSERT INTO selu_wide_values SELECT task, seed, width, measure, 'simulation', step,"
    " value + 0.002 * (seed % 3 - 1) FROM selu_wide_values;"

    "CREATE TABLE selu_propagation_values(task, seed, width, activation_kind, measure, site, step,"
    " value);"
    "INSERT INTO selu_propagation_values SELECT s.i, s.i, 512, f.column1, 'variance', 'simulation',"
    " 100, f.column2 * (1 + 0.05 * (s.i % 3 - 1)) FROM counter s,"
    " (VALUES ('selu', 1.0), ('relu', 1e-30), ('tanh', 0.005), ('elu', 6e-4)) f"
    " WHERE s.i BETWEEN 1 AND 10;"

    "CREATE TABLE selu_recovery_values(task, seed, width, mean, variance, measure, site, step,"
    " value);"
    "INSERT INTO selu_recovery_values SELECT 1, s.i, 256, m.column1, v.column1, q.column1,"
    " 'simulation', l.i, CASE q.column1 WHEN 'mean' THEN m.column1 * pow(0.5, l.i)"
    " ELSE 1 + (v.column1 - 1) * pow(0.75, l.i) END + 0.002 * (s.i % 3 - 1)"
    " FROM counter s, counter l, (VALUES (0.5), (0.0)) m, (VALUES (4.0), (0.1)) v,"
    " (VALUES ('mean'), ('variance')) q WHERE s.i BETWEEN 1 AND 10 AND l.i <= 32;"

    "CREATE TABLE selu_dropout_values(task, seed, kind, rate, mean, variance, measure, site, step,"
    " value);"
    "INSERT INTO selu_dropout_values SELECT 1, s.i, k.column1, r.column1, 0, 1, q.column1, 'after',"
    " 0, CASE q.column1 WHEN 'mean' THEN 0 WHEN 'variance' THEN"
    " CASE k.column1 WHEN 'alpha' THEN 1 ELSE 1 / (1 - r.column1) END END"
    " + 0.001 * (s.i % 3 - 1) FROM counter s, (VALUES ('alpha'), ('plain')) k,"
    " (VALUES (0.05), (0.1)) r, (VALUES ('mean'), ('variance')) q WHERE s.i BETWEEN 1 AND 8;"

    "CREATE TABLE selu_training_values(task, seed, optimizer_lr, net_depth, net_activation_kind,"
    " measure, site, step, value);"
    "INSERT INTO selu_training_values SELECT 100 * d.column1 + 10 * f.column2 + s.i, s.i, 0.01,"
    " d.column1, f.column1, 'loss', 'train', 63 * l.i, f.column2 * exp(-0.1 * l.i)"
    " * (1 + f.column3 * (l.i % 2) + 0.01 * s.i) FROM counter s, counter l,"
    " (VALUES (8), (16), (32)) d, (VALUES ('selu', 1.0, 0.01), ('relu', 2.0, 0.1)) f"
    " WHERE s.i BETWEEN 1 AND 3 AND l.i <= 8;"

    "CREATE TABLE selu_very_deep_values(task, seed, net_activation_kind, measure, site, step,"
    " value);"
    "INSERT INTO selu_very_deep_values SELECT 10 * f.column2 + s.i, s.i, f.column1, 'accuracy',"
    " 'train', 79 * l.i, f.column2 + 0.01 * (s.i - 2) - 0.001 * l.i FROM counter s, counter l,"
    " (VALUES ('selu', 0.75), ('relu', 0.10)) f WHERE s.i BETWEEN 1 AND 3 AND l.i <= 4;"

    "CREATE TABLE selu_gradients_values(task, seed, width, depth, measure, site, step, value);"
    "INSERT INTO selu_gradients_values SELECT w.column1 + s.i, s.i, w.column1, 100, 'gradient',"
    " 'simulation', l.i, exp((0.06913 + 0.7 / w.column1 + 0.001 * (s.i % 3 - 1)) * (100 - l.i))"
    " FROM counter s, counter l, (VALUES (512), (1024)) w WHERE s.i BETWEEN 1 AND 12;";

/* 18 tables, seven networks of two depths and two folds: SNN best, and best where deep. */
static const char good_tables[] =
    "CREATE TABLE methods(i, activation, norm, highway, residual);"
    "INSERT INTO methods VALUES (0, 'selu', 'none', 'false', 0), (1, 'relu', 'none', 'false', 0),"
    " (2, 'relu', 'batch', 'false', 0), (3, 'relu', 'layer', 'false', 0),"
    " (4, 'relu', 'weight', 'false', 0), (5, 'relu', 'none', 'true', 0),"
    " (6, 'relu', 'batch', 'false', 1);"
    "CREATE TABLE selu_tabular_many_values(task, seed, data_set, data_fold, net_depth, "
    "optimizer_lr,"
    " net_dropout_kind, net_shape, net_activation_kind, net_norm, net_highway, net_residual,"
    " measure, site, step, value);"
    "INSERT INTO selu_tabular_many_values SELECT 1000 * t.i + 100 * m.i + d.column1 + 1000000 * "
    "f.i,"
    " 1, CASE t.i WHEN 1 THEN 'letter' WHEN 2 THEN 'statlog-landsat' WHEN 3 THEN 'statlog-shuttle'"
    " WHEN 4 THEN 'molec-biol-splice' WHEN 5 THEN 'digits' ELSE 'table-' || t.i END, f.i, "
    "d.column1,"
    " 0.1, 'none', 'rectangular', activation, norm, highway, residual, 'accuracy', s.column1, 400,"
    " 0.9 - 0.01 * m.i + CASE m.i WHEN 0 THEN 0.01 ELSE -0.1 END * (d.column1 = 8)"
    " + 0.001 * ((7 * t.i + 5 * m.i) % 3) FROM counter t, methods m, counter f, (VALUES (2), (8)) "
    "d,"
    " (VALUES ('validation'), ('test')) s WHERE t.i BETWEEN 1 AND 18 AND f.i BETWEEN 1 AND 2;"
    "CREATE TABLE selu_htru2_values(task, seed, data_fold, net_depth, optimizer_lr,"
    " net_dropout_kind, measure, site, step, value);"
    "INSERT INTO selu_htru2_values SELECT 100 * f.i + d.column1, 1, f.i, d.column1, 0.1, 'alpha',"
    " 'auc', 'output,label@' || s.column1, 1000, 0.98 + 0.001 * (f.i % 3 - 1) + 0.0001 * d.column1"
    " FROM counter f, (VALUES (2), (8)) d, (VALUES ('validation'), ('test')) s"
    " WHERE f.i BETWEEN 1 AND 10;";

/* What makes each claim's verdict leave "reproduced". */
static const struct change flips[] = {
    {"N1", "UPDATE selu_moment_map_values SET value = value + 1e-12 WHERE measure = 'alpha'"},
    {"N1b", "UPDATE selu_moment_map_values SET value = value + 1e-12 WHERE measure = 'lambda'"},
    {"N2", "UPDATE selu_moment_map_values SET value = value + 1e-5 WHERE site = 'mean.variance'"},
    {"N2d", "UPDATE selu_moment_map_values SET value = value + 1e-6 WHERE site = 'mean.variance'"},
    {"N2b", "UPDATE selu_moment_map_values SET value = value + 1e-5 "
            "WHERE site = 'variance.variance'"},
    {"N2c", "UPDATE selu_moment_map_values SET value = 1e-3 WHERE site = 'variance.mean'"},
    {"N3", "UPDATE selu_moment_map_values SET value = value + 1e-3 WHERE measure = 'singular'"},
    {"N4", "UPDATE selu_theorems_values SET value = 0.11 "
           "WHERE measure = 'image.mean' AND site = 'max'"},
    {"N4b", "UPDATE selu_theorems_values SET value = value + 1e-4 "
            "WHERE measure = 'image.mean' AND site = 'min'"},
    {"N4c", "UPDATE selu_theorems_values SET value = value + 1e-4 "
            "WHERE measure = 'image.mean' AND site = 'max'"},
    {"N4d", "UPDATE selu_theorems_values SET value = 1.49 "
            "WHERE measure = 'image.variance' AND site = 'max'"},
    {"N4e", "UPDATE selu_theorems_values SET value = 1.01 WHERE measure = 'norm'"},
    {"N4f", "UPDATE selu_theorems_values SET value = 1 WHERE measure = 'fixed.outside'"},
    {"N4g", "UPDATE selu_certificate_values SET value = 0.79 "
            "WHERE quantity = 'image.variance' AND site = 'min' AND measure = 'bound'"},
    {"N4h", "UPDATE selu_certificate_values SET value = 1.01 "
            "WHERE quantity = 'norm' AND measure = 'bound'"},
    {"N4i", "UPDATE selu_certificate_values SET value = 0.01 "
            "WHERE quantity = 'norm' AND measure = 'gap'"},
    {"N5b", "UPDATE selu_certificate_values SET value = 0.01 "
            "WHERE domain = 'theorem-2' AND measure = 'bound'"},
    {"N6b", "UPDATE selu_certificate_values SET value = -0.01 "
            "WHERE domain = 'theorem-3a' AND measure = 'bound'"},
    {"N19", "UPDATE selu_solve_values SET value = 2 WHERE measure = 'fixed.count'"},
    {"N19b", "UPDATE selu_solve_values SET value = 1 "
             "WHERE measure = 'fixed.stable' AND activation_kind = 'sigmoid'"},
    {"N19c", "UPDATE selu_solve_values SET value = 0.99 "
             "WHERE measure = 'gain.radius' AND activation_kind = 'relu'"},
    {"N5", "UPDATE selu_theorems_values SET value = 0.01 WHERE domain = 'theorem-2'"},
    {"N6", "UPDATE selu_theorems_values SET value = -0.01 WHERE domain = 'theorem-3b'"},
    {"N7", "UPDATE selu_moment_map_values SET value = 1e-6 "
           "WHERE measure = 'distance.max' AND step = 100"},
    {"N8", "UPDATE selu_wide_values SET value = value + 0.02 "
           "WHERE site = 'simulation' AND measure = 'variance'"},
    {"N8b", "UPDATE selu_wide_values SET value = value + 0.02 "
            "WHERE site = 'simulation' AND measure = 'mean'"},
    {"N9", "UPDATE selu_propagation_values SET value = 2 * value WHERE activation_kind = 'selu'"},
    {"N9b", "UPDATE selu_propagation_values SET value = 1e-10 WHERE activation_kind = 'relu'"},
    {"N9c", "UPDATE selu_propagation_values SET value = 2 * value WHERE activation_kind = 'tanh'"},
    {"N9d", "UPDATE selu_propagation_values SET value = 0.5 WHERE activation_kind = 'elu'"},
    {"N10", "UPDATE selu_recovery_values SET value = 1.3 "
            "WHERE variance = 4.0 AND mean = 0.0 AND measure = 'variance' AND step >= 5"},
    {"N11", "UPDATE selu_dropout_values SET value = value + 0.01 "
            "WHERE kind = 'alpha' AND rate = 0.1 AND measure = 'variance'"},
    {"N11b", "UPDATE selu_dropout_values SET value = value + 0.01 "
             "WHERE kind = 'alpha' AND rate = 0.05 AND measure = 'mean'"},
    {"N11c", "UPDATE selu_dropout_values SET value = 1 WHERE kind = 'plain' AND rate = 0.1"},
    {"N12", "UPDATE selu_training_values SET value = 3 * value "
            "WHERE net_activation_kind = 'selu' AND net_depth = 32"},
    {"N12b", "UPDATE selu_training_values SET value = value * (1 + 0.5 * (step % 2)) "
             "WHERE net_activation_kind = 'selu' AND net_depth = 16"},
    {"N13", "UPDATE selu_very_deep_values SET value = 0.5 WHERE net_activation_kind = 'selu'"},
    {"N13b", "UPDATE selu_very_deep_values SET value = 0.5 WHERE net_activation_kind = 'relu'"},
    {"N14d", "UPDATE selu_tabular_many_values SET value = 0.5 "
             "WHERE net_activation_kind = 'selu' AND site = 'test'"},
    {"N16", "UPDATE selu_htru2_values SET value = value - 0.02 WHERE site LIKE '%test'"},
    {"N17", "UPDATE selu_tabular_many_values SET value = value - 0.02 "
            "WHERE net_activation_kind = 'selu' AND site = 'validation' AND net_depth = 8"},
    {"N17c", "UPDATE selu_tabular_many_values SET value = value - 0.2 "
             "WHERE net_activation_kind = 'selu' AND site = 'test' AND net_depth = 8"},
    {"N18", "UPDATE selu_gradients_values SET value = exp(1.1 * ln(value))"},
};
static const char *const reported[] = {"N8c", "N8d",  "N18b", "N18c", "N19d", "N20",
                                       "N14", "N14b", "N14c", "N15",  "N17b"};

static int set_up(void **state) {
    if (claims_set_up(state, "selu", good))
        return -1;
    execute(((struct fixture *)*state)->db, good_tables);
    return 0;
}

static void test_each_claim_can_hold_and_can_fail(void **state) {
    check_flips(*state, flips, COUNT(flips));
}

static void test_every_claim_is_tested(void **state) {
    struct fixture *f = *state;
    size_t n = 0; /* those on where it breaks (S...) have a test of their own */
    for (size_t i = 0; i < f->claims.n; i++)
        n += f->claims.v[i].id[0] == 'N';
    assert_int_equal(n, COUNT(flips) + COUNT(reported));
    for (size_t i = 0; i < COUNT(reported); i++)
        assert_int_equal(judge(f, reported[i]), TD_REPORTED);
}

static const struct change parts[] = {
    {"N4", "DELETE FROM selu_theorems_values WHERE measure = 'image.mean' AND site = 'min'"},
    {"N6", "DELETE FROM selu_theorems_values WHERE domain = 'theorem-3a'"},
    {"N4g", "DELETE FROM selu_certificate_values WHERE quantity = 'image.mean' AND site = 'min'"},
    {"N6b", "DELETE FROM selu_certificate_values WHERE domain = 'theorem-3b'"},
    {"N19b", "DELETE FROM selu_solve_values WHERE activation_kind = 'tanh'"},
    {"N10", "DELETE FROM selu_recovery_values WHERE mean = 0.5 AND variance = 4.0"},
    {"N12", "DELETE FROM selu_training_values WHERE net_depth = 8"},
    {"N14", "DELETE FROM selu_tabular_many_values WHERE data_set = 'letter'"},
    {"N14", "DELETE FROM selu_tabular_many_values WHERE net_highway = 'true'"},
    {"N14b", "DELETE FROM selu_tabular_many_values WHERE data_set = 'table-9' AND data_fold = 2"},
    {"N15", "DELETE FROM selu_tabular_many_values WHERE data_set = 'digits'"},
    {"N16", "DELETE FROM selu_htru2_values WHERE data_fold = 3"},
    {"N17", "DELETE FROM selu_tabular_many_values WHERE net_norm = 'weight'"},
    {"N17c", "DELETE FROM selu_tabular_many_values WHERE data_set = 'digits' AND net_depth = 8"},
    {"N12b", "DELETE FROM selu_training_values WHERE net_depth = 8 "
             "AND net_activation_kind = 'relu'"},
};

static void test_all_parts_are_needed(void **state) {
    check_parts(*state, parts, COUNT(parts));
}

static void test_without_values_nothing_is_decided(void **state) {
    check_emptied(*state,
                  "DELETE FROM selu_moment_map_values;"
                  "DELETE FROM selu_theorems_values;"
                  "DELETE FROM selu_wide_values;"
                  "DELETE FROM selu_propagation_values;"
                  "DELETE FROM selu_recovery_values;"
                  "DELETE FROM selu_dropout_values;"
                  "DELETE FROM selu_training_values;"
                  "DELETE FROM selu_very_deep_values;"
                  "DELETE FROM selu_gradients_values;"
                  "DELETE FROM selu_certificate_values;"
                  "DELETE FROM selu_solve_values;"
                  "DELETE FROM selu_targets_values;"
                  "DELETE FROM selu_tabular_many_values;"
                  "DELETE FROM selu_htru2_values;",
                  flips, COUNT(flips));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_claim_can_hold_and_can_fail),
        cmocka_unit_test(test_every_claim_is_tested),
        cmocka_unit_test(test_all_parts_are_needed),
        cmocka_unit_test(test_without_values_nothing_is_decided),
    };
    return cmocka_run_group_tests(tests, set_up, claims_tear_down);
}
