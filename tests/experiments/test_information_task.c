/* The description of the 12-bit task: the published task against the sheet's counts, others against
   plain counting, and its claims, which flip when stored values change. */
#include "claims_changes.h"
#include "collect.h"

static const struct td_experiment *experiment(void) {
    const struct td_kind *kind =
        td_registry_find(&td_experiments, "information-compression/icosahedral-task");
    assert_non_null(kind);
    return (const struct td_experiment *)kind;
}
#define PAIRS(...) ((const char *const[]){__VA_ARGS__, NULL})

static struct collected described(const char *const *pairs) {
    struct collected c = {.n = 0};
    struct td_error err = {0};
    if (collect_run(experiment(), pairs, 1, &c, &err))
        fail_msg("%s", err.message);
    return c;
}

static void published_task(void **state) {
    (void)state;
    static const double ones[] = {0, 0, 0, 0, 0, 60, 532, 732, 495, 220, 66, 12, 1};
    struct collected c = described(PAIRS("data.split", "shuffled"));
    for (int w = 0; w <= 12; w++)
        near("ones", collected_value(&c, "ones", "", w), ones[w], 0);
    near("patterns", collected_value(&c, "patterns", "", 6), 924, 0);
    near("total", collected_value(&c, "ones.total", "", 0), 2118, 0);
    near("entropy", collected_value(&c, "entropy", "", 0), 0.9991571, 5e-8);
    near("symmetries", collected_value(&c, "symmetries", "", 0), 120, 0);
    near("kept", collected_value(&c, "symmetries.kept", "", 0), 120, 0);
    near("threshold", collected_value(&c, "threshold.accuracy", "", 0), 0.875, 0);
    near("logistic", collected_value(&c, "logistic.accuracy", "", 0), 0.875, 0);
    collect_free(&c);
}

/* By the number of ones alone, more or fewer: a linear rule gets everything right. */
static void linear_tasks(void **state) {
    (void)state;
    static const char *const signs[] = {"1", "-1"};
    for (int k = 0; k < 2; k++) {
        struct collected c =
            described(PAIRS("data.rule", "own", "data.ones", signs[k], "data.inputs", "signs"));
        near("total", collected_value(&c, "ones.total", "", 0), 1586, 0);
        near("threshold", collected_value(&c, "threshold.accuracy", "", 0), 1, 0);
        near("logistic", collected_value(&c, "logistic.accuracy", "", 0), 1, 0);
        near("kept", collected_value(&c, "symmetries.kept", "", 0), 120, 0);
        collect_free(&c);
    }
}

/* Fewer than all patterns are no task to describe; standardised ones are, for signs stay. */
static void refusals(void **state) {
    (void)state;
    struct collected c = {.n = 0};
    struct td_error err = {0};
    assert_int_equal(collect_run(experiment(), PAIRS("data.train", "100"), 1, &c, &err),
                     TD_BAD_INPUT);
    assert_non_null(strstr(err.message, "all 4096"));
    collect_free(&c);
    c = described(PAIRS("data.standardize", "feature"));
    near("total", collected_value(&c, "ones.total", "", 0), 2118, 0);
    collect_free(&c);
}

/* --- claims --------------------------------------------------------------------------------- */

static const char good[] =
    "CREATE TABLE tasks(task INTEGER, experiment TEXT, current INTEGER);"
    "INSERT INTO tasks VALUES (1, 'information-compression/icosahedral-task', 1);"
    "CREATE TABLE information_compression_icosahedral_task_values(task, data_rule, measure, step,"
    " value);"
    "INSERT INTO information_compression_icosahedral_task_values SELECT 1, 'published', column1,"
    " column2, column3 FROM (VALUES ('entropy', 0, 0.99915712), ('symmetries.kept', 0, 120.0),"
    " ('threshold.accuracy', 0, 0.875), ('logistic.accuracy', 0, 0.875),"
    " ('patterns', 0, 1.0), ('patterns', 1, 12.0), ('patterns', 2, 66.0), ('patterns', 3, 220.0),"
    " ('patterns', 4, 495.0), ('patterns', 5, 792.0), ('patterns', 6, 924.0),"
    " ('patterns', 7, 792.0), ('patterns', 8, 495.0), ('patterns', 9, 220.0),"
    " ('patterns', 10, 66.0), ('patterns', 11, 12.0), ('patterns', 12, 1.0),"
    " ('ones', 0, 0.0), ('ones', 1, 0.0), ('ones', 2, 0.0), ('ones', 3, 0.0), ('ones', 4, 0.0),"
    " ('ones', 5, 60.0), ('ones', 6, 532.0), ('ones', 7, 732.0), ('ones', 8, 495.0),"
    " ('ones', 9, 220.0), ('ones', 10, 66.0), ('ones', 11, 12.0), ('ones', 12, 1.0));";

#define SET(value_, where_)                                                                        \
    "UPDATE information_compression_icosahedral_task_values SET value = " value_ " WHERE " where_

static const struct change flips[] = {
    {"I1", SET("0.9991573", "measure = 'entropy'")},
    {"I1b", SET("61", "measure = 'ones' AND step = 5")},
    {"I1b", SET("219", "measure = 'ones' AND step = 9")},
    {"I1c", SET("60", "measure = 'symmetries.kept'")},
    {"I1d", SET("0.88", "measure = 'logistic.accuracy'")},
};
static const struct change parts[] = {
    {"I1", "DELETE FROM information_compression_icosahedral_task_values WHERE measure = 'entropy'"},
    {"I1b", "DELETE FROM information_compression_icosahedral_task_values WHERE step = 3"},
    {"I1c", "DELETE FROM information_compression_icosahedral_task_values"},
    {"I1d", "DELETE FROM information_compression_icosahedral_task_values WHERE measure ="
            " 'logistic.accuracy'"},
};

static int set_up(void **state) {
    return claims_set_up(state, "information-compression", good);
}

static void claims_flip(void **state) {
    check_flips(*state, flips, COUNT(flips));
    check_parts(*state, parts, COUNT(parts));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_task),
        cmocka_unit_test(linear_tasks),
        cmocka_unit_test(refusals),
        cmocka_unit_test_setup_teardown(claims_flip, set_up, claims_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
