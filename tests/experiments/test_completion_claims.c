/* The claims on matrix completion over made-up results: each is reproduced where the values say so,
   and no longer once one kind of stored value is altered, or gone. */
#include "claims_changes.h"

/* Values as they would be if all claims held; noise over seeds is a fixed pattern. */
static const char good[] =
    "CREATE TABLE tasks(task INTEGER, experiment TEXT, current INTEGER);"
    "INSERT INTO tasks SELECT 1, 'critical-periods/completion-' || column1, 1 FROM (VALUES"
    " ('depth'), ('rank'), ('observations'), ('fewer-examples'), ('init'), ('analytic'),"
    " ('two-pathway'), ('angle'));"
    "CREATE TABLE seeds(seed INTEGER, noise REAL);"
    "INSERT INTO seeds VALUES (1, -0.02), (2, 0.01), (3, 0.0), (4, 0.02), (5, -0.01), (6, 0.0),"
    " (7, 0.015), (8, -0.015);"

    "CREATE TABLE critical_periods_completion_depth_values(task, depth, pretraining, seed, measure,"
    " site, step, value);"
    "INSERT INTO critical_periods_completion_depth_values SELECT 1, d.column1, t.column1, seed,"
    " 'final', 'test', 0, CASE d.column1 WHEN 1 THEN 0.8 ELSE 0.1 + noise * t.column2 +"
    " (d.column1 - 1) * 0.1 * t.column2 END"
    " FROM seeds, (VALUES (1), (2), (3)) d, (VALUES (0, 0), (100, 1), (1000, 3), (2000, 5),"
    " (8000, 7)) t;"
    "INSERT INTO critical_periods_completion_depth_values SELECT 1, depth, pretraining, seed,"
    " measure, 'unobserved', 0, CASE depth WHEN 1 THEN 0.9 ELSE value END"
    " FROM critical_periods_completion_depth_values;"

    "CREATE TABLE critical_periods_completion_rank_values(task, depth, rank1, pretraining, seed,"
    " measure, site, step, value);"
    "INSERT INTO critical_periods_completion_rank_values SELECT 1, d.column1, r.column1, r.column2,"
    " seed, 'final', 'test', 0, 0.1 + (0.05 * r.column1 + noise) * (r.column2 > 0)"
    " FROM seeds, (VALUES (2), (3)) d,"
    " (VALUES (1, 0), (1, 4000), (2, 4000), (4, 4000), (8, 4000)) r;"
    "UPDATE critical_periods_completion_rank_values SET value = value + 0.005 * (seed % 3) * rank1"
    " WHERE pretraining > 0;"

    "CREATE TABLE critical_periods_completion_observations_values(task, n, rank2, depth,"
    " observations2, pretraining, seed, measure, site, step, value);"
    "INSERT INTO critical_periods_completion_observations_values SELECT 1, 40, 2, d.column1,"
    " o.column1, t.column1, seed, 'final', 'test', 0, 0.01 + o.column2 * (1 + noise) * (t.column1 >"
    " 0) FROM seeds, (VALUES (2), (3)) d, (VALUES (160, 0.2), (240, 0.9), (320, 0.7), (480, 0.2),"
    " (640, 0.05)) o, (VALUES (0), (4000)) t;"

    "CREATE TABLE critical_periods_completion_fewer_examples_values(task, depth, observations1,"
    " observations2, pretraining, seed, measure, site, step, value);"
    "INSERT INTO critical_periods_completion_fewer_examples_values SELECT 1, d.column1, 160, 240,"
    " t.column1, seed, 'final', 'test', 0, 0.4 + noise + (0.3 + noise) * (t.column1 > 0)"
    " FROM seeds, (VALUES (2), (3)) d, (VALUES (0), (8000)) t;"

    "CREATE TABLE critical_periods_completion_init_values(task, depth, scale, pretraining, seed,"
    " measure, site, step, value);"
    "INSERT INTO critical_periods_completion_init_values SELECT 1, d.column1, s.column1, 0, seed,"
    " 'final', 'test', 0, s.column2 * (1 + noise) FROM seeds, (VALUES (2), (3)) d,"
    " (VALUES (0.1, 0.4), (0.01, 0.3), (0.001, 0.2), (0.0001, 0.1)) s;"

    "CREATE TABLE critical_periods_completion_analytic_values(task, lr, pretraining, seed, measure,"
    " site, step, value);"
    "INSERT INTO critical_periods_completion_analytic_values SELECT 1, r.column1, 4000, seed,"
    " 'deviation', w.column1, 7, w.column2 * (1 + noise) * CASE w.column1 WHEN 'flows' THEN 1 ELSE"
    " r.column1 + 0.01 * noise END FROM seeds, (VALUES (0.25), (0.125)) r,"
    " (VALUES ('singular-flow', 0.1), ('matrix-flow', 0.1), ('flows', 1e-7)) w;"

    "CREATE TABLE critical_periods_completion_two_pathway_values(task, depth, pretraining, seed,"
    " measure, site, step, value);"
    "INSERT INTO critical_periods_completion_two_pathway_values SELECT 1, 2, t.column1, seed,"
    " 'share', s.column1, 0, CASE WHEN t.column1 = 0 THEN 0.5 WHEN s.column1 = 'a' THEN 0.98 + 0.5 "
    "*"
    " noise ELSE 0.02 - 0.5 * noise END FROM seeds, (VALUES (0), (4000)) t, (VALUES ('a'), ('b')) "
    "s;"

    "CREATE TABLE critical_periods_completion_angle_values(task, depth, angle, pretraining, seed,"
    " measure, site, step, value);"
    "INSERT INTO critical_periods_completion_angle_values SELECT 1, 2, a.column1, t.column1, seed,"
    " 'final', 'test', 0, 0.05 + (t.column1 > 0) * (a.column1 / 200.0 + noise * (1 + a.column1))"
    " FROM seeds, (VALUES (0), (45), (90)) a, (VALUES (0), (4000)) t;"
    "UPDATE critical_periods_completion_angle_values SET value = 0.05 + angle / 200.0 + seed * "
    "0.001"
    " * (1 + angle / 90.0) WHERE pretraining > 0;";

#define UPDATE(table, change) "UPDATE critical_periods_completion_" table "_values SET " change
#define DELETE(table, which) "DELETE FROM critical_periods_completion_" table "_values WHERE " which

/* What makes each claim fail. */
static const struct change flips[] = {
    {"C10", UPDATE("depth", "value = 1 - value WHERE depth = 3")},
    {"C10b", UPDATE("depth", "value = 0.05 WHERE depth = 3 AND pretraining = 8000")},
    {"C11", UPDATE("depth", "value = 0.1 WHERE depth = 3")},
    {"C11b", UPDATE("depth", "value = value + 1e-16 * (pretraining > 0) + 1e-15 * (seed = 3 AND "
                             "pretraining = 100) WHERE depth = 1")},
    {"C11c", UPDATE("depth", "value = 0.81 WHERE depth = 1 AND site = 'test' AND seed = 2 AND "
                             "pretraining = 2000")},
    {"C12", UPDATE("rank", "value = 0.1 WHERE rank1 = 4 AND depth = 2")},
    {"C13", UPDATE("observations", "value = 0.01 + (observations2 / 1000.0) * (pretraining > 0) "
                                   "WHERE depth = 3")},
    {"C13b", UPDATE("observations", "value = value + 0.3 WHERE depth = 2 AND pretraining > 0 AND "
                                    "observations2 = 640")},
    {"C14", UPDATE("fewer_examples", "value = 0.4 WHERE depth = 3")},
    {"C14b", UPDATE("fewer_examples", "value = 0.4 WHERE depth = 2")},
    {"C15", UPDATE("init", "value = 0.5 WHERE depth = 2 AND scale = 0.001")},
    {"C15b", UPDATE("init", "value = 0.5 WHERE depth = 3 AND scale = 0.001")},
    {"C16", UPDATE("analytic", "value = 0.06 WHERE site = 'singular-flow' AND seed = 4")},
    {"C16b", UPDATE("analytic", "value = 0.5 * value WHERE site = 'singular-flow' AND lr = 0.125")},
    {"C16c", UPDATE("analytic", "value = 1e-4 WHERE site = 'flows' AND seed = 5")},
    {"C21", UPDATE("two_pathway", "value = 0.5")},
    {"C22", UPDATE("angle", "value = 0.2 WHERE angle = 90")},
};

/* A depth, rank, length of which nothing is left (all diverged, say) does not drop out. */
static const struct change parts[] = {
    {"C10", DELETE("depth", "pretraining IN (100, 1000)")},
    {"C10b", DELETE("depth", "pretraining > 0")},
    {"C11", DELETE("depth", "depth = 2")},
    {"C11b", DELETE("depth", "pretraining > 0")},
    {"C12", DELETE("rank", "rank1 = 4")},
    {"C13", DELETE("observations", "observations2 = 480")},
    {"C14", DELETE("fewer_examples", "pretraining > 0")},
    {"C15", DELETE("init", "scale = 0.01")},
    {"C15b", DELETE("init", "scale = 0.1")},
    {"C16b", DELETE("analytic", "lr = 0.125")},
    {"C21", DELETE("two_pathway", "pretraining > 0")},
    {"C22", DELETE("angle", "angle = 0")},
};

static int set_up(void **state) {
    return claims_set_up(state, "critical_periods", good);
}

static void test_each_claim_can_hold_and_can_fail(void **state) {
    check_flips(*state, flips, COUNT(flips));
    assert_int_equal(judge(*state, "C12b"), TD_REPORTED);
}

static void test_all_parts_are_needed(void **state) {
    check_parts(*state, parts, COUNT(parts));
}

/* Every claim that reads a completion experiment is among them. */
static void test_every_claim_is_tested(void **state) {
    struct fixture *f = *state;
    for (size_t i = 0; i < f->claims.n; i++) {
        const struct td_claim *claim = &f->claims.v[i];
        if (strstr(claim->sql, "critical_periods_completion_") && strcmp(claim->id, "C12b") != 0 &&
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
