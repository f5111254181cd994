/* The claims on compression in trained nets over made-up results: each is reproduced where the
   values say so, and no longer once one kind of stored value is altered, or gone. */
#include "claims_changes.h"

/* Values as they would be if all claims held: I(X;T) rises from 8 to 10 bits and falls to
   10 (1 - C); noise over seeds is a fixed pattern. */
static const char good[] =
    "CREATE TABLE tasks(task INTEGER, experiment TEXT, current INTEGER);"
    "INSERT INTO tasks SELECT 1, 'information-compression/' || column1, 1 FROM (VALUES"
    " ('information-plane'), ('activations-compared'), ('initialisations'),"
    " ('generalisation-correlation'), ('l2'), ('real-data'));"
    "CREATE TABLE counter(i INTEGER);"
    "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 30)"
    " INSERT INTO counter SELECT i FROM c;"
    "CREATE TABLE moments(step, share);" /* of I(X;T) on its way, and whether C counts in it */
    "INSERT INTO moments VALUES (0, 0.8), (50, 1.0), (100, NULL);"

    "CREATE TABLE functions(f, number, c);"
    "INSERT INTO functions VALUES ('tanh', 1, 0.5), ('relu', 2, 0.15), ('elu', 3, 0.4),"
    " ('softplus', 4, 0.1), ('centred-softplus', 5, 0.2), ('softsign', 6, 0.3),"
    " ('silu', 7, 0.35), ('abs', 8, 0.25), ('prelu', 9, 0.45), ('srelu', 10, 0.12);"
    "CREATE TABLE all_values(task, seed, net_activation_kind, measure, site, step, value);"
    "INSERT INTO all_values SELECT 100 * f.number + s.i, s.i, f.f, m.column1, m.column2, t.step,"
    " 10 * coalesce(t.share, 1 - CASE WHEN f.f = 'relu' AND m.column1 IN ('width.x',"
    " 'kde.x-upper') THEN 0.02 ELSE f.c END + 0.01 * (s.i % 3 - 1))"
    " FROM functions f, counter s, moments t, (VALUES ('width.x', 'hidden.5,label@all'),"
    " ('clipped.x', 'hidden.5,label@all'), ('ebab.x', 'hidden.5,label@all'),"
    " ('kde.x-upper', 'hidden.5,label@all'), ('akde.x-upper', 'hidden.5,label@all'),"
    " ('kde.x-upper', 'hidden.4,label@test')) m WHERE s.i <= 10;"
    "INSERT INTO all_values SELECT DISTINCT task, seed, net_activation_kind, 'accuracy', 'train',"
    " step, 0.95 FROM all_values;"
    "CREATE TABLE information_compression_information_plane_values AS SELECT * FROM all_values"
    " WHERE net_activation_kind IN ('tanh', 'relu');"
    "CREATE TABLE information_compression_real_data_values AS SELECT * FROM"
    " information_compression_information_plane_values;"
    "CREATE TABLE information_compression_activations_compared_values AS SELECT * FROM all_values"
    " WHERE net_activation_kind NOT IN ('tanh', 'relu');"

    "CREATE TABLE information_compression_initialisations_values(task, seed, measure, site, step,"
    " value);"
    "INSERT INTO information_compression_initialisations_values SELECT s.i, s.i, m.column1,"
    " l.column1, t.step, 10 * coalesce(t.share, 1 - CASE l.column1 WHEN 'softmax,label@all'"
    " THEN 0.2 + 0.02 * s.i ELSE 0.3 + 0.2 * (s.i % 3 - 1) END) FROM counter s, moments t,"
    " (VALUES ('width.x'), ('ebab.x'), ('akde.x-upper')) m, (VALUES ('hidden.1,label@all'),"
    " ('hidden.5,label@all'), ('softmax,label@all')) l;"
    "INSERT INTO information_compression_initialisations_values SELECT s.i, s.i, 'accuracy',"
    " p.column1, t.step, 0.8 + 0.006 * s.i FROM counter s, moments t,"
    " (VALUES ('train'), ('test')) p;"
    "CREATE TABLE information_compression_generalisation_correlation_values AS SELECT * FROM"
    " information_compression_initialisations_values;"

    "CREATE TABLE penalties(number, l2);"
    "INSERT INTO penalties VALUES (0, 0.0), (1, 0.0005), (2, 0.002), (3, 0.005), (4, 0.015),"
    " (5, 0.025);"
    "CREATE TABLE information_compression_l2_values(task, seed, data_split,"
    " optimizer_weight_decay, measure, site, step, value);"
    "INSERT INTO information_compression_l2_values SELECT 1000 * p.number + 100 * d.column2 + s.i,"
    " s.i, d.column1, p.l2, m.column1, l.column1, t.step, 10 * coalesce(t.share,"
    " 1 - 0.1 * p.number - 0.01 * (s.i % 3)) FROM penalties p, counter s, moments t,"
    " (VALUES ('shuffled', 1), ('ordered', 2)) d, (VALUES ('width.x'), ('ebab.x'),"
    " ('akde.x-upper')) m, (VALUES ('hidden.2,label@all'), ('hidden.3,label@all'),"
    " ('hidden.4,label@all'), ('hidden.5,label@all'), ('softmax,label@all')) l WHERE s.i <= 10;"
    "INSERT INTO information_compression_l2_values SELECT DISTINCT task, seed, data_split,"
    " optimizer_weight_decay, 'accuracy', q.column1, step, CASE q.column1 WHEN 'train' THEN 0.95"
    " ELSE 0.9 + optimizer_weight_decay + 0.001 * (seed % 3) END"
    " FROM information_compression_l2_values, (VALUES ('train'), ('test')) q;";

#define PLANE "information_compression_information_plane_values"
#define OTHERS "information_compression_activations_compared_values"
#define SWISH "information_compression_initialisations_values"
#define ORDERED "information_compression_generalisation_correlation_values"
#define L2 "information_compression_l2_values"
#define FINAL(measure) " WHERE step = 100 AND measure = '" measure "'"
/* Nothing is compressed, or all nets equally. */
#define NONE(measure)                                                                              \
    "UPDATE " PLANE " SET value = 10" FINAL(measure) ";"                                           \
                                                     "UPDATE " OTHERS                              \
                                                     " SET value = 10" FINAL(measure)
#define ALIKE(measure)                                                                             \
    "UPDATE " PLANE " SET value = 5 + 0.1 * (seed % 3)" FINAL(                                     \
        measure) ";"                                                                               \
                 "UPDATE " OTHERS " SET value = 5 + 0.1 * (seed % 3)" FINAL(measure)

/* What makes each claim's verdict leave "reproduced". */
static const struct change flips[] = {
    {"I6", "UPDATE " PLANE " SET value = 9.9" FINAL("width.x") " AND net_activation_kind = 'tanh'"},
    {"I6b",
     "UPDATE " PLANE " SET value = 9.9" FINAL("clipped.x") " AND net_activation_kind = 'tanh'"},
    {"I7", "UPDATE " PLANE " SET value = 5" FINAL("width.x") " AND net_activation_kind = 'relu'"},
    {"I7b",
     "UPDATE " PLANE " SET value = 5" FINAL("kde.x-upper") " AND net_activation_kind = 'relu'"},
    {"I8", NONE("ebab.x")},
    {"I8b", NONE("akde.x-upper")},
    {"I9", ALIKE("ebab.x")},
    {"I9b", ALIKE("akde.x-upper")},
    {"I9c", ALIKE("width.x")},
    {"I10", "UPDATE " SWISH " SET value = 7" FINAL("ebab.x")},
    {"I10b", "UPDATE " SWISH " SET value = 7" FINAL("akde.x-upper")},
    {"I10c", "UPDATE " SWISH " SET value = 7" FINAL("width.x")},
    {"I11", "UPDATE " L2 " SET value = 3 + 100 * optimizer_weight_decay" FINAL("width.x")},
    {"I11b", "UPDATE " L2 " SET value = 3 + 100 * optimizer_weight_decay" FINAL("ebab.x")},
    {"I11c", "UPDATE " L2 " SET value = 3 + 100 * optimizer_weight_decay" FINAL("akde.x-upper")},
    {"I12", "UPDATE " L2 " SET value = value - optimizer_weight_decay"
            " WHERE measure = 'accuracy' AND site = 'test' AND data_split = 'ordered'"},
    {"I12b", "UPDATE " L2 " SET value = value - optimizer_weight_decay"
             " WHERE measure = 'accuracy' AND site = 'test' AND data_split = 'shuffled'"},
    {"I13", "UPDATE " ORDERED " SET value = 1 - 0.01 * seed WHERE site = 'test'"},
    {"I13b", "UPDATE " SWISH " SET value = 1 - 0.01 * seed WHERE site = 'test'"},
    {"I13c", "UPDATE " ORDERED " SET value = 0.1 * seed" FINAL("akde.x-upper")},
    {"I13d", "UPDATE " SWISH " SET value = 0.1 * seed" FINAL("akde.x-upper")},
    {"I13e", "UPDATE " ORDERED " SET value = 0.1 * seed" FINAL("width.x")},
    {"I13f", "UPDATE " SWISH " SET value = 0.1 * seed" FINAL("width.x")},
};
static const char *const reported[] = {"I7c",  "I7d",  "I7e",  "I11d", "I11e", "I11f",
                                       "I11g", "I11h", "I13g", "I13h", "I13i", "I13j"};

static int set_up(void **state) {
    return claims_set_up(state, "information-compression", good);
}

static void test_each_claim_can_hold_and_can_fail(void **state) {
    check_flips(*state, flips, COUNT(flips));
}

/* Number of a claim, 13 for I13b. */
static int number_of(const char *id) {
    int number = 0;
    sscanf(id, "I%d", &number);
    return number;
}

static void test_every_claim_is_tested(void **state) {
    struct fixture *f = *state;
    size_t n = 0;
    for (size_t i = 0; i < f->claims.n; i++)
        n += number_of(f->claims.v[i].id) >= 6 && number_of(f->claims.v[i].id) <= 13;
    assert_int_equal(n, COUNT(flips) + COUNT(reported));
    for (size_t i = 0; i < COUNT(reported); i++)
        assert_int_equal(judge(f, reported[i]), TD_REPORTED);
}

static const struct change parts[] = {
    {"I7", "DELETE FROM " PLANE " WHERE net_activation_kind = 'relu'"},
    {"I8", "DELETE FROM " OTHERS " WHERE net_activation_kind = 'elu'"},
    {"I9", "DELETE FROM " OTHERS " WHERE net_activation_kind = 'srelu'"},
    {"I11", "DELETE FROM " L2 " WHERE optimizer_weight_decay = 0.002"},
    {"I12", "DELETE FROM " L2 " WHERE optimizer_weight_decay = 0.015"},
    {"I13", "DELETE FROM " ORDERED " WHERE measure = 'accuracy' AND site = 'test'"},
};

static void test_all_parts_are_needed(void **state) {
    check_parts(*state, parts, COUNT(parts));
}

/* Nets that died have lost all information, and count for nothing. */
static void test_dead_nets_are_left_out(void **state) {
    struct fixture *f = *state;
    static const char death[] =
        "SAVEPOINT dead; UPDATE " PLANE " SET value = 0 WHERE seed = 1 AND step = 100"
        " AND net_activation_kind = 'relu' AND measure <> 'accuracy';"
        "UPDATE " PLANE " SET value = CASE step WHEN 100 THEN 0.5 ELSE 0.95 END WHERE seed = 1"
        " AND net_activation_kind = 'relu' AND measure = 'accuracy'";
    execute(f->db, death);
    assert_int_equal(judge(f, "I7"), TD_REPRODUCED);
    execute(f->db, "ROLLBACK TO dead; RELEASE dead");
}

static void test_without_values_nothing_is_decided(void **state) {
    check_emptied(*state,
                  "DELETE FROM " PLANE "; DELETE FROM " OTHERS "; DELETE FROM " SWISH
                  "; DELETE FROM " ORDERED "; DELETE FROM " L2,
                  flips, COUNT(flips));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_claim_can_hold_and_can_fail),
        cmocka_unit_test(test_every_claim_is_tested),
        cmocka_unit_test(test_all_parts_are_needed),
        cmocka_unit_test(test_dead_nets_are_left_out),
        cmocka_unit_test(test_without_values_nothing_is_decided),
    };
    return cmocka_run_group_tests(tests, set_up, claims_tear_down);
}
