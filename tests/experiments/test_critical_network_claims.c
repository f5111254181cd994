/* The claims on trained pathways (C4 to C8, C23) over made-up results: each is reproduced where the
   values say so, and no longer once one kind of stored value is altered, or gone. */
#include "claims_changes.h"

/* Values as they would be if all claims held; noise over seeds is a fixed pattern. Tasks are
   numbered by what is swept, so that their values can be joined. */
static const char good[] =
    "CREATE TABLE tasks(task INTEGER, experiment TEXT, current INTEGER);"
    "INSERT INTO tasks SELECT 1, 'critical-periods/' || column1, 1 FROM (VALUES"
    " ('network-vs-ode'), ('feature-lesion'), ('nonlinear'), ('probabilistic-gate'));"
    "CREATE TABLE seeds(seed INTEGER, noise REAL);"
    "INSERT INTO seeds VALUES (1, -0.02), (2, 0.01), (3, 0.0), (4, 0.02), (5, -0.01), (6, 0.0);"
    "CREATE TABLE modes(site TEXT, s REAL);"
    "INSERT INTO modes VALUES ('1', 3.87298), ('2', 2.64575), ('3', 1.73205), ('4', 1.73205),"
    " ('5', 1), ('6', 1), ('7', 1), ('8', 1);"

    "CREATE TABLE critical_periods_network_vs_ode_values(task, onset, lr, seed, measure, site,"
    " step, value);"
    "CREATE TABLE runs AS SELECT 1000 * seed + 10 * o.column1 + r.column2 AS task,"
    " o.column1 AS onset, r.column1 AS lr, seed, noise, o.column2 AS effect"
    " FROM seeds, (VALUES (-1, 0), (0, 0.4), (4, 0.3), (7.5, 0)) o,"
    " (VALUES (0.01, 1), (0.005, 2), (0.0025, 3), (0.00125, 4)) r;"
    "INSERT INTO critical_periods_network_vs_ode_values SELECT task, onset, lr, seed, 'deviation',"
    " '', 0, 4 * lr * (1 + noise) FROM runs;"
    "INSERT INTO critical_periods_network_vs_ode_values SELECT task, onset, lr, seed,"
    " 'share.network', site, 0, 0.5 + noise + effect * (1 + noise) * (s < 1.5 OR onset = 0)"
    " FROM runs, modes;"
    "INSERT INTO critical_periods_network_vs_ode_values SELECT task, onset, lr, seed,"
    " 'singular-value', site, 0, s FROM runs, modes;"
    "INSERT INTO critical_periods_network_vs_ode_values SELECT task, onset, lr, seed,"
    " 'learning-time.network', site, 0, (4 + noise) / s FROM runs, modes;"

    "CREATE TABLE critical_periods_feature_lesion_values(task, events_1_mode, seed, measure, site,"
    " step, value);"
    "INSERT INTO critical_periods_feature_lesion_values SELECT 10 * seed + m.column1, m.column1,"
    " seed, 'mode-strengths.' || site, 'path.b,input,target', t.column1,"
    " s * CASE WHEN site = CAST(m.column1 AS TEXT) THEN 0.99 ELSE 0.05 + noise END"
    " FROM seeds, modes, (VALUES (1), (2), (3), (5)) m, (VALUES (0), (1000)) t;"
    "INSERT INTO critical_periods_feature_lesion_values SELECT 10 * seed + m.column1, m.column1,"
    " seed, 'mode-strengths.' || site, 'target,input,target', 0, s"
    " FROM seeds, modes, (VALUES (1), (2), (3), (5)) m;"

    "CREATE TABLE critical_periods_nonlinear_values(task, net_activation_kind,"
    " events_0_probability, events_0_at, seed, measure, site, step, value);"
    "INSERT INTO critical_periods_nonlinear_values SELECT 1, a.column1, o.column1, o.column2, seed,"
    " 'pathway-share.' || site, 'path.a,path.b,input,target', t.column1,"
    " 0.5 + noise + o.column3 * (1 + noise) FROM seeds, modes,"
    " (VALUES ('identity'), ('tanh'), ('relu')) a,"
    " (VALUES (0, 0, 0), (1, 0, 0.4), (1, 400, 0.1), (1, 750, 0.001)) o,"
    " (VALUES (0), (1000)) t;"

    "CREATE TABLE critical_periods_probabilistic_gate_values(task, probability, lr, seed, measure,"
    " site, step, value);"
    "INSERT INTO critical_periods_probabilistic_gate_values SELECT 10 * seed + 8 * p.column1,"
    " p.column1, 0.0025, seed, q.column1, site, 0, 0.9 + 0.5 * noise * (q.column1 ="
    " 'share.network') FROM seeds, modes, (VALUES (0), (0.25), (0.5), (0.75), (0.9), (1)) p,"
    " (VALUES ('share.network'), ('share.equation')) q;";

#define UPDATE(table, change) "UPDATE critical_periods_" table "_values SET " change
#define DELETE(table, which) "DELETE FROM critical_periods_" table "_values WHERE " which

/* What makes each claim fail. */
static const struct change flips[] = {
    {"C4", UPDATE("network_vs_ode", "value = 0.03 WHERE measure = 'deviation' AND onset = -1 AND "
                                    "lr = 0.0025")},
    {"C4b", UPDATE("network_vs_ode", "value = 0.03 WHERE measure = 'deviation' AND onset = 0 AND "
                                     "lr = 0.0025")},
    {"C4d", UPDATE("network_vs_ode", "value = 0.03 WHERE measure = 'deviation' AND onset = 0 AND "
                                     "lr = 0.00125")},
    {"C4c",
     UPDATE("network_vs_ode", "value = 0.7 * value WHERE measure = 'deviation' AND onset = 4 "
                              "AND lr = 0.01")},
    {"C5", UPDATE("network_vs_ode", "value = 0.95 WHERE measure = 'share.network' AND onset = 4")},
    {"C5b", UPDATE("network_vs_ode", "value = value + 0.03 WHERE measure = 'share.network' AND "
                                     "onset = 7.5 AND lr = 0.01 AND seed = 3 AND site = '6'")},
    {"C6", UPDATE("network_vs_ode", "value = 1 WHERE measure = 'learning-time.network' AND site IN "
                                    "('3', '4')")},
    {"C7",
     UPDATE("feature_lesion", "value = 0.8 WHERE measure = 'mode-strengths.5' AND seed = 2 AND "
                              "events_1_mode = 5 AND step = 1000")},
    {"C7b", UPDATE("feature_lesion", "value = 0.5 WHERE measure = 'mode-strengths.6' AND seed = 2 "
                                     "AND events_1_mode = 5 AND step = 1000")},
    {"C8", UPDATE("nonlinear", "value = 0.95 WHERE net_activation_kind = 'tanh' AND events_0_at = "
                               "750")},
    {"C8b", UPDATE("nonlinear", "value = 0.95 WHERE net_activation_kind = 'relu' AND events_0_at = "
                                "750")},
    {"C23", UPDATE("probabilistic_gate",
                   "value = value + 0.05 WHERE measure = 'share.network' AND probability = 0.9")},
};

/* An onset, step or feature of which nothing is left (all diverged, say) does not drop out. */
static const struct change parts[] = {
    {"C4", DELETE("network_vs_ode", "onset = -1")},
    {"C4b", DELETE("network_vs_ode", "lr = 0.0025")},
    {"C4d", DELETE("network_vs_ode", "lr = 0.00125")},
    {"C4c", DELETE("network_vs_ode", "lr = 0.005 AND onset = 4")},
    {"C5", DELETE("network_vs_ode", "onset = 7.5")},
    {"C5", DELETE("network_vs_ode", "onset = -1")},
    {"C5b", DELETE("network_vs_ode", "onset = 7.5")},
    {"C6", DELETE("network_vs_ode", "measure = 'learning-time.network' AND site IN ('3', '4')")},
    {"C7", DELETE("feature_lesion", "events_1_mode = 3")},
    {"C7b", DELETE("feature_lesion", "events_1_mode = 3")},
    {"C8", DELETE("nonlinear", "events_0_probability = 0")},
    {"C8b", DELETE("nonlinear", "net_activation_kind = 'relu' AND events_0_at = 750")},
    {"C23", DELETE("probabilistic_gate", "probability = 0.25")},
};

static int set_up(void **state) {
    return claims_set_up(state, "critical_periods", good);
}

static void test_each_claim_can_hold_and_can_fail(void **state) {
    check_flips(*state, flips, COUNT(flips));
    assert_int_equal(judge(*state, "C5c"), TD_REPORTED);
}

static void test_all_parts_are_needed(void **state) {
    check_parts(*state, parts, COUNT(parts));
}

static bool reads_these(const struct td_claim *claim) {
    return strstr(claim->sql, "network_vs_ode_values") ||
           strstr(claim->sql, "feature_lesion_values") || strstr(claim->sql, "nonlinear_values") ||
           strstr(claim->sql, "probabilistic_gate_values");
}

/* Every claim that reads one of these experiments is among them. */
static void test_every_claim_is_tested(void **state) {
    struct fixture *f = *state;
    for (size_t i = 0; i < f->claims.n; i++) {
        const struct td_claim *claim = &f->claims.v[i];
        if (reads_these(claim) && strcmp(claim->id, "C5c") != 0 &&
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
