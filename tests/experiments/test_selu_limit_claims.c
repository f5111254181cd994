/* The claims S1 to S12, where self-normalisation breaks, over made-up results: each is reproduced
   where the values say so, and no longer once one kind of stored value is altered, or gone. */
#include "claims_changes.h"

/* Values as they would be if all claims held; noise over seeds is a fixed pattern. */
static const char good[] =
    "CREATE TABLE tasks(task INTEGER, experiment TEXT, current INTEGER);"
    "INSERT INTO tasks SELECT 1, column1, 1 FROM (VALUES ('selu/phase-diagram'), ('selu/inputs'),"
    " ('selu/weights'), ('selu/weight-sums'), ('selu/large-rates'));"
    "CREATE TABLE counter(i INTEGER);"
    "WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < 128)"
    " INSERT INTO counter SELECT i FROM c;"

    /* Single inputs: 1.97 / sqrt(width), nearly all of it within a network. */
    "CREATE TABLE selu_phase_diagram_values(task, seed, width, measure, site, step, value);"
    "INSERT INTO selu_phase_diagram_values SELECT w.column1 + s.i, s.i, w.column1, m.column1,"
    " m.column2, l.i, CASE m.column2 WHEN 'samples' THEN CASE m.column1 WHEN 'inside' THEN"
    " 0.8 + 0.15 * (w.column1 = 512) + 0.02 * (s.i % 3 - 1) * (l.i = 128) ELSE"
    " 1.96 / sqrt(w.column1) * (1 + 0.02 * (s.i % 3 - 1)) END"
    " WHEN 'theory' THEN 1.97 / sqrt(w.column1) WHEN 'theory.batch' THEN 8.4 / w.column1"
    " ELSE 1 + 8.4 / w.column1 * sqrt(1.5) * (s.i % 3 - 1) END FROM counter s, counter l,"
    " (VALUES (64), (128), (256), (512)) w, (VALUES ('variance', 'simulation'),"
    " ('spread.variance', 'samples'), ('spread.variance', 'theory'),"
    " ('spread.variance', 'theory.batch'), ('inside', 'samples')) m"
    " WHERE s.i BETWEEN 1 AND 24 AND l.i IN (16, 128);"

    "CREATE TABLE selu_inputs_values(task, seed, width, distribution, freedom, correlation, zeros,"
    " mean, variance, measure, site, step, value);"
    "INSERT INTO selu_inputs_values SELECT 100 * d.column1 + s.i, s.i, 256, d.column2, d.column3,"
    " d.column4, 0.99, 0, 1, q.column1, 'simulation', l.i, (q.column1 = 'variance') *"
    " (1 + 0.2 * (l.i BETWEEN 1 AND 8)) - (d.column2 = 'sparse') * (q.column1 = 'variance')"
    " * pow(0.99, 256) + 0.004 * (s.i % 3 - 1) FROM counter s, counter l, (VALUES"
    " (1, 'gaussian', 3, 0), (2, 'gaussian', 3, 0.5), (3, 'gaussian', 3, 0.9),"
    " (4, 'gaussian', 3, 1), (5, 'student-t', 5, 0), (6, 'student-t', 3, 0),"
    " (7, 'exponential', 3, 0), (8, 'binary', 3, 0), (9, 'sparse', 3, 0)) d,"
    " (VALUES ('mean'), ('variance')) q WHERE s.i BETWEEN 1 AND 5;"
    "INSERT INTO selu_inputs_values SELECT 100 + s.i, s.i, 256, 'gaussian', 3, 0, 0.99, 0, 1,"
    " m.column1, m.column2, 128, m.column3 * (1 + 0.02 * (s.i % 3 - 1)) FROM counter s, (VALUES"
    " ('spread.mean', 'units', 0.19), ('spread.mean', 'theory.units', 0.19),"
    " ('inside', 'units', 0.2)) m WHERE s.i BETWEEN 1 AND 5;"

    "CREATE TABLE selu_weights_values(task, seed, width, init_kind, init_distribution, init_zeros,"
    " init_freedom, init_gain, noise, weight_mean, measure, site, step, value);"
    "INSERT INTO selu_weights_values SELECT 1, s.i, 256, k.column1, k.column2, k.column3,"
    " k.column4, 1, 0, k.column5, 'variance', 'simulation', 64, k.column6 * (1 + 0.05 * (s.i % 3 - "
    "1)) FROM counter s, (VALUES ('lecun', 'normal', NULL, NULL, 0, 1.0),"
    " ('lecun', 'uniform', NULL, NULL, 0, 1.0), ('lecun', 'truncated-normal', NULL, NULL, 0, 1.0),"
    " ('orthogonal', NULL, NULL, NULL, 0, 1.0), ('sparse', NULL, 0.9, NULL, 0, 1.0),"
    " ('sparse', NULL, 0.99, NULL, 0, 0.4), ('student-t', NULL, NULL, 5, 0, 1.0),"
    " ('student-t', NULL, NULL, 3, 0, 0.9), ('student-t', NULL, NULL, 2.2, 0, 0.1),"
    " ('lecun', 'normal', NULL, NULL, 0.9, 1e4), ('lecun', 'normal', NULL, NULL, 0.5, 1.0)) k"
    " WHERE s.i BETWEEN 1 AND 6;"
    "INSERT INTO selu_weights_values SELECT 1, s.i, 256, k.column1, k.column2, NULL, NULL, 1, 0, 0,"
    " 'spread.variance', 'samples', 64, k.column3 * (1 + 0.05 * (s.i % 2)) FROM counter s, (VALUES"
    " ('lecun', 'normal', 0.123), ('orthogonal', NULL, 0.053)) k WHERE s.i BETWEEN 1 AND 6;"

    "CREATE TABLE selu_weight_sums_values(task, omega, tau, measure, site, step, value, flag);"
    "INSERT INTO selu_weight_sums_values SELECT 1, o.i / 10.0 - 1.5, t.i / 20.0, 'limit',"
    " m.column1, 2000, CASE WHEN t.i < 10 THEN 1e-13 WHEN t.i > 53 OR o.i > 24 THEN 1e13"
    " WHEN o.i < 5 THEN 1e-13 ELSE (m.column1 = 'variance') END, '' FROM counter o, counter t,"
    " (VALUES ('mean'), ('variance')) m WHERE o.i <= 30 AND t.i BETWEEN 8 AND 56;"

    "CREATE TABLE selu_large_rates_values(task, seed, net_depth, net_activation_kind, net_norm,"
    " optimizer_lr, measure, site, step, value);"
    "INSERT INTO selu_large_rates_values SELECT 1000 * d.column1 + 100 * f.column1 + 10 * r.i"
    " + s.i, s.i, d.column1, f.column2, f.column3, pow(10, r.i - 3), 'loss', 'train', l.i,"
    " f.column4 * (1 + pow(r.i - f.column5, 2)) * (1 + 0.01 * s.i) / (1 + l.i)"
    " FROM counter s, counter l, counter r, (VALUES (16), (32)) d,"
    " (VALUES (1, 'selu', 'none', 1.0, 1), (2, 'relu', 'none', 2.0, 1),"
    " (3, 'relu', 'batch', 2.0, 2)) f WHERE s.i BETWEEN 1 AND 3 AND l.i <= 2 AND r.i <= 3"
    " AND (r.i <= 1 OR f.column3 = 'batch' OR l.i = 0);"
    "INSERT INTO selu_large_rates_values SELECT 1, s.i, 32, 'selu', 'none', 0.01, m.column1,"
    " 'hidden.' || h.i, 2, m.column2 + 0.01 * s.i FROM counter s, counter h,"
    " (VALUES ('moments.mean', 0.2), ('moments.variance', 1.1)) m WHERE s.i BETWEEN 1 AND 3"
    " AND h.i BETWEEN 1 AND 32;";

/* What makes each claim's verdict leave "reproduced". */
static const struct change flips[] = {
    {"S1", "UPDATE selu_phase_diagram_values SET value = 1.2 * value "
           "WHERE measure = 'spread.variance' AND site = 'samples'"},
    {"S2", "UPDATE selu_phase_diagram_values SET value = 1 + 2 * (value - 1) "
           "WHERE measure = 'variance'"},
    {"S3", "UPDATE selu_phase_diagram_values SET value = value - 0.1 "
           "WHERE measure = 'inside' AND step = 128"},
    {"S5", "UPDATE selu_inputs_values SET value = 1.2 WHERE measure = 'variance' "
           "AND site = 'simulation' AND correlation = 1 AND step = 17"},
    {"S6", "UPDATE selu_inputs_values SET value = 1.3 * value WHERE site = 'units'"},
    {"S7", "UPDATE selu_inputs_values SET value = 1 WHERE distribution = 'sparse' "
           "AND measure = 'variance' AND step = 128"},
    {"S8", "UPDATE selu_weights_values SET value = 1.3 * value WHERE init_kind = 'orthogonal' "
           "AND measure = 'variance'"},
    {"S8b", "UPDATE selu_weights_values SET value = 1 WHERE init_freedom = 2.2"},
    {"S8c", "UPDATE selu_weights_values SET value = 2 * value WHERE init_kind = 'orthogonal' "
            "AND measure = 'spread.variance'"},
    {"S9", "UPDATE selu_weight_sums_values SET value = 2 WHERE omega > 0.55 AND site = 'variance'"},
    {"S9b", "UPDATE selu_weight_sums_values SET value = 0.5 WHERE omega < -0.55 "
            "AND site = 'mean'"},
    {"S9c", "UPDATE selu_weight_sums_values SET value = 1 WHERE tau < 0.6"},
    {"S9d", "UPDATE selu_weight_sums_values SET value = 1e13 WHERE tau > 2.4"},
    {"S10", "UPDATE selu_weights_values SET value = 1 WHERE weight_mean = 0.9"},
    {"S11", "DELETE FROM selu_large_rates_values WHERE net_norm = 'batch' AND step > 0 "
            "AND optimizer_lr > 0.05"},
    {"S11b", "UPDATE selu_large_rates_values SET value = 3 * value "
             "WHERE net_activation_kind = 'selu' AND net_depth = 32"},
};
static const char *const reported[] = {"S4", "S6b", "S12"};

static bool is_mine(const char *id) {
    return id[0] == 'S';
}

static int set_up(void **state) {
    return claims_set_up(state, "selu", good);
}

static void test_each_claim_can_hold_and_can_fail(void **state) {
    check_flips(*state, flips, COUNT(flips));
}

static void test_every_claim_is_tested(void **state) {
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT(reported); i++)
        assert_int_equal(judge(f, reported[i]), TD_REPORTED);
    for (size_t i = 0; i < f->claims.n; i++) {
        const char *id = f->claims.v[i].id;
        bool found = is_among(id, flips, COUNT(flips));
        for (size_t k = 0; k < COUNT(reported); k++)
            found = found || strcmp(id, reported[k]) == 0;
        if (is_mine(id) && !found)
            fail_msg("%s is not tested", id);
    }
}

static const struct change parts[] = {
    {"S1", "DELETE FROM selu_phase_diagram_values WHERE width = 512"},
    {"S2", "DELETE FROM selu_phase_diagram_values WHERE width = 64"},
    {"S5", "DELETE FROM selu_inputs_values WHERE correlation = 1"},
    {"S8", "DELETE FROM selu_weights_values WHERE init_kind = 'orthogonal'"},
    {"S8b", "DELETE FROM selu_weights_values WHERE init_zeros = 0.99"},
    {"S8c", "DELETE FROM selu_weights_values WHERE init_kind = 'orthogonal'"},
    {"S9", "DELETE FROM selu_weight_sums_values WHERE omega > 0.95"},
    {"S9c", "DELETE FROM selu_weight_sums_values WHERE tau < 0.499"},
    {"S11", "DELETE FROM selu_large_rates_values WHERE net_depth = 32"},
    {"S11b", "DELETE FROM selu_large_rates_values WHERE net_depth = 32 AND net_norm = 'batch'"},
};

static void test_all_parts_are_needed(void **state) {
    check_parts(*state, parts, COUNT(parts));
}

static void test_without_values_nothing_is_decided(void **state) {
    check_emptied(*state,
                  "DELETE FROM selu_phase_diagram_values;"
                  "DELETE FROM selu_inputs_values;"
                  "DELETE FROM selu_weights_values;"
                  "DELETE FROM selu_weight_sums_values;"
                  "DELETE FROM selu_large_rates_values;",
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
