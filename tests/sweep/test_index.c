/* results.sqlite: same logs, same contents; right types; nothing double; never out of date. */
#include "store_samples.h"

#include <math.h>
#include <sqlite3.h>
#include <time.h>

#include "numeric/param.h"
#include "sweep/index.h"
#include "sweep/interrupt.h"

/* ---- asking ---- */

static sqlite3 *open_index(void **state) {
    sqlite3 *db = NULL;
    struct td_error err = {0};
    assert_ok(td_index_open(in_folder(state, ""), &db, &err), &err);
    return db;
}

/* All rows of a query as text: columns by "|", rows by newlines; NULL is "NULL". malloc'd. */
static char *ask(sqlite3 *db, const char *sql) {
    char *text = NULL;
    size_t n = 0;
    sqlite3_stmt *s = NULL;
    FILE *out = open_memstream(&text, &n);
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    int code;
    while ((code = sqlite3_step(s)) == SQLITE_ROW)
        for (int i = 0, columns = sqlite3_column_count(s); i < columns; ++i) {
            const char *cell = (const char *)sqlite3_column_text(s, i);
            fprintf(out, "%s%s", cell ? cell : "NULL", i + 1 < columns ? "|" : "\n");
        }
    if (code != SQLITE_DONE)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_finalize(s);
    fclose(out);
    return text;
}

static void assert_answer(sqlite3 *db, const char *sql, const char *expected) {
    char *text = ask(db, sql);
    assert_string_equal(text, expected);
    free(text);
}

static void assert_build(void **state) {
    struct td_error err = {0};
    assert_ok(td_index_build(in_folder(state, ""), &err), &err);
}

static void assert_build_fails(void **state, td_status expected, const char *words) {
    struct td_error err = {0};
    assert_int_equal(td_index_build(in_folder(state, ""), &err), expected);
    assert_says(&err, words);
    assert_false(any_name(in_folder(state, ""), ".tmp-"));
}

/* ---- making ---- */

/* DIR/members for tasks "task-0001" ... "task-n" of one experiment. */
static void write_members(void **state, const char *experiment, size_t n, uint64_t observed) {
    struct sample_plan *p = make_plan(experiment, n, observed);
    struct td_error err = {0};
    bool changed;
    assert_ok(td_members_write(in_folder(state, ""), &p->plan, true, &changed, &err), &err);
    free(p);
}

static struct td_log *open_log(void **state, const char *name) {
    struct td_log *log = NULL;
    struct td_error err = {0};
    assert_ok(td_log_open(in_folder(state, ""), name, PRINT, &log, &err), &err);
    return log;
}

static void put(void **state, const char *log_name, const struct td_record *record) {
    struct td_log *log = open_log(state, log_name);
    append_record(log, record);
    assert_int_equal(td_log_close(log, NULL), TD_OK);
}

/* Task i of demo/walk with one parameter and a loss. */
static struct td_record walk_record(unsigned i, const struct td_setting *setting,
                                    const struct td_record_value *value) {
    char id[16];
    snprintf(id, sizeof id, "task-%04u", i);
    return make_record(id, "demo/walk", i, setting, setting ? 1 : 0, value, value ? 1 : 0);
}

static void put_loss(void **state, const char *log, unsigned i, double loss,
                     enum td_task_status status, uint64_t observed) {
    const struct td_setting setting = {.name = "depth", .value = "3"};
    const struct td_record_value value = {"loss", "", "", 10, loss};
    struct td_record r = walk_record(i, &setting, &value);
    r.status = status;
    r.observed = observed;
    if (status == TD_TASK_DIVERGED)
        r.status_step = 10;
    put(state, log, &r);
}

/* ---- contents ---- */

static void test_tables(void **state) {
    static const struct td_setting settings[] = {{.name = "net.depth", .value = "8"},
                                                 {.name = "optimizer.lr", .value = "0.01"},
                                                 {.name = "weight-noise", .value = "none"}};
    static const struct td_record_value values[] = {{"variance", "hidden.2", "", 100, 1.5},
                                                    {"loss", "", "", 100, 0.25},
                                                    {"loss", "", "nonfinite", 0, NAN},
                                                    {"loss", "", "nonfinite", 5, -INFINITY}};
    static const double cells[] = {1, 2, 3, 4, 5, 6};
    static const struct td_record_array array = {"gram", "hidden.2", 100, 2, {2, 3}, cells};
    struct td_record r = make_record("task-0001", "demo/walk-2", 7, settings, 3, values, 4);
    r.n_arrays = 1;
    r.arrays = &array;
    write_members(state, "demo/walk-2", 2, 0);
    put(state, "rank0", &r);
    assert_build(state);
    sqlite3 *db = open_index(state);
    assert_answer(db, "SELECT * FROM tasks",
                  "1|task-0001|demo/walk-2|done|NULL|7|0.25|3|node7||1\n");
    assert_answer(db, "SELECT * FROM demo_walk_2", "1|8|0.01|none|7\n");
    assert_answer(db,
                  "SELECT typeof(net_depth), typeof(optimizer_lr), typeof(weight_noise), "
                  "optimizer_lr = 0.01 FROM demo_walk_2",
                  "integer|real|text|1\n");
    assert_answer(db, "SELECT * FROM demo_walk_2_values ORDER BY measure, site, step",
                  "1|8|0.01|none|7|loss||0|NULL|nonfinite\n"
                  "1|8|0.01|none|7|loss||5|-Inf|nonfinite\n"
                  "1|8|0.01|none|7|loss||100|0.25|\n"
                  "1|8|0.01|none|7|variance|hidden.2|100|1.5|\n");
    assert_answer(db, "SELECT text FROM names ORDER BY id",
                  "\ngram\nhidden.2\nloss\nnonfinite\nvariance\n");
    assert_answer(db, "SELECT id, task, step, shape, length(data) FROM arrays", "1|1|100|2x3|48\n");
    assert_answer(db, "SELECT i, j, k, value FROM td_array(1)",
                  "0|0|0|1.0\n0|1|0|2.0\n0|2|0|3.0\n1|0|0|4.0\n1|1|0|5.0\n1|2|0|6.0\n");
    assert_answer(db, "SELECT * FROM experiments", "demo/walk-2|demo_walk_2\n");
    assert_answer(db, "SELECT name, \"column\" FROM parameters ORDER BY name",
                  "net.depth|net_depth\noptimizer.lr|optimizer_lr\nweight-noise|weight_noise\n");
    assert_answer(db, "SELECT key, value FROM provenance WHERE key IN ('fingerprint', 'planned')",
                  "fingerprint|" PRINT "\nplanned|2\n");
    sqlite3_close(db);
}

static void test_column_types(void **state) {
    /* name, text in task 1, text in task 2 (NULL: it has none), type, what SQL gives. */
    static const struct {
        const char *name, *a, *b, *answer;
    } cases[] = {
        {"whole", "1", "-20", "integer|integer|1|-20\n"},
        {"mixed", "1", "0.5", "real|real|1.0|0.5\n"},
        {"large", "9223372036854775807", "0", "integer|integer|9223372036854775807|0\n"},
        {"too_large", "9223372036854775808", "0", "text|text|9223372036854775808|0\n"},
        {"not_as_real", "9007199254740993", "0.5", "text|text|9007199254740993|0.5\n"},
        {"padded", "007", "1", "text|text|007|1\n"},
        {"hex", "0x10", "1", "text|text|0x10|1\n"},
        {"special", "inf", "1", "text|text|inf|1\n"},
        {"trailing", "1.50", "1", "text|text|1.50|1\n"},
        {"empty", "", "1", "text|text||1\n"},
        {"missing", "3", NULL, "integer|null|3|NULL\n"},
        {"truth", "true", "false", "text|text|true|false\n"},
        {"list", "[1,2]", "[1]", "text|text|[1,2]|[1]\n"},
        {"small", "1e-300", "0.1", "real|real|1.0e-300|0.1\n"},
    };
    enum { N = sizeof cases / sizeof *cases };
    struct td_setting first[N], second[N];
    size_t n = 0;
    memset(first, 0, sizeof first);
    memset(second, 0, sizeof second);
    for (size_t i = 0; i < N; ++i) {
        first[i].name = cases[i].name;
        first[i].value = cases[i].a;
        if (!cases[i].b)
            continue;
        second[n].name = cases[i].name;
        second[n++].value = cases[i].b;
    }
    struct td_record a = make_record("task-0001", "demo/walk", 1, first, N, NULL, 0);
    struct td_record b = make_record("task-0002", "demo/walk", 2, second, n, NULL, 0);
    write_members(state, "demo/walk", 2, 0);
    put(state, "rank0", &a);
    put(state, "rank1", &b);
    sqlite3 *db = open_index(state);
    for (size_t i = 0; i < N; ++i) {
        char *sql = sqlite3_mprintf("SELECT typeof(a.%s), typeof(b.%s), a.%s, b.%s FROM demo_walk "
                                    "a, demo_walk b WHERE a.task = 1 AND b.task = 2",
                                    cases[i].name, cases[i].name, cases[i].name, cases[i].name);
        assert_answer(db, sql, cases[i].answer);
        sqlite3_free(sql);
    }
    sqlite3_close(db);
}

static void test_names_that_are_taken(void **state) {
    static const struct td_setting settings[] = {
        {.name = "task", .value = "1"},     {.name = "seed", .value = "2"},
        {.name = "value", .value = "3"},    {.name = "a.b", .value = "4"},
        {.name = "a_b", .value = "5"},      {.name = "A-B", .value = "6"},
        {.name = "1st", .value = "7"},      {.name = "select", .value = "8"},
        {.name = "x\"; DROP", .value = "9"}};
    static const char *const experiments[] = {"values", "tasks",    "a-b",       "a_b",
                                              "A/B",    "sqlite_x", "a_b_values"};
    for (size_t i = 0; i < 7; ++i) {
        char id[16];
        snprintf(id, sizeof id, "task-%04zu", i + 1);
        struct td_record r = make_record(id, experiments[i], 99, settings, 9, NULL, 0);
        put(state, "rank0", &r);
    }
    write_members(state, "values", 1, 0);
    sqlite3 *db = open_index(state);
    assert_answer(db, "SELECT experiment, slug FROM experiments ORDER BY experiment",
                  "A/B|A_B\na-b|a_b_\na_b|a_b__\na_b_values|a_b_values_\nsqlite_x|_sqlite_x\n"
                  "tasks|tasks_\nvalues|values_\n");
    assert_answer(db, "SELECT * FROM values_", "1|1|2|3|4|5|6|7|8|9|99\n");
    assert_answer(db,
                  "SELECT task_, seed_, value_, a_b, a_b_, A_B__, _1st, \"select\", x___DROP "
                  "FROM values_",
                  "1|2|3|4|5|6|7|8|9\n");
    sqlite3_close(db);
}

static void test_only_current_done_tasks_in_views(void **state) {
    write_members(state, "demo/walk", 3, 0);
    put_loss(state, "rank0", 1, 0.1, TD_TASK_DONE, 0);
    put_loss(state, "rank0", 2, 0.2, TD_TASK_DIVERGED, 0);
    put_loss(state, "rank0", 3, 0.3, TD_TASK_FAILED, 0);
    put_loss(state, "rank0", 4, 0.4, TD_TASK_DONE, 0); /* of an earlier request */
    sqlite3 *db = open_index(state);
    assert_answer(db, "SELECT seed, value FROM demo_walk_values", "1|0.1\n");
    assert_answer(db, "SELECT seed, status, diverged_step, current FROM tasks",
                  "1|done|NULL|1\n2|diverged|10|1\n3|failed|NULL|1\n4|done|NULL|0\n");
    assert_answer(db, "SELECT task, value FROM \"values\" ORDER BY task",
                  "1|0.1\n2|0.2\n4|0.4\n"); /* what a failed task measured is left out */
    sqlite3_close(db);
}

/* ---- equal logs, equal contents ---- */

static char *dump(sqlite3 *db) {
    static const char *const queries[] = {
        "SELECT * FROM tasks",
        "SELECT * FROM demo_walk",
        "SELECT * FROM names",
        "SELECT * FROM \"values\"",
        "SELECT id, task, measure, site, step, shape, hex(data) FROM arrays",
        "SELECT * FROM parameters",
        "SELECT sql FROM sqlite_schema ORDER BY name"};
    char *all = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&all, &n);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; ++i) {
        char *text = ask(db, queries[i]);
        fputs(text, out);
        free(text);
    }
    fclose(out);
    return all;
}

/* Task i with parameters, values and an array that depend on i; some have a parameter more. */
static void put_varied(struct td_log *log, unsigned i) {
    char depth[16], lr[16], name[16];
    snprintf(depth, sizeof depth, "%u", i % 7);
    snprintf(lr, sizeof lr, i % 2 ? "0.%u" : "%u", i % 9 + 1);
    snprintf(name, sizeof name, "site.%u", 97 - i % 10);
    const struct td_setting settings[] = {{.name = i % 3 ? "depth" : "width", .value = depth},
                                          {.name = "lr", .value = lr},
                                          {.name = "rare", .value = "x"}};
    const struct td_record_value values[] = {{"zeta", name, "", 1, i},
                                             {"alpha", name, "", 1, -1.0 * i}};
    const double cells[2] = {i, i + 1};
    const struct td_record_array array = {"path", name, 3, 1, {2}, cells};
    char id[16];
    snprintf(id, sizeof id, "task-%04u", i);
    struct td_record r = make_record(id, "demo/walk", i, settings, i == 13 ? 3 : 2, values, 2);
    r.n_arrays = 1;
    r.arrays = &array;
    append_record(log, &r);
}

static void test_any_spread_over_logs(void **state) {
    (void)state;
    enum { TASKS = 300 }; /* and in the end as many logs, more than are kept open */
    char *expected = NULL;
    for (unsigned logs = 1; logs <= TASKS; logs = logs == 1 ? 7 : logs == 7 ? TASKS : TASKS + 1) {
        void *inner = NULL;
        assert_int_equal(make_folder(&inner), 0);
        write_members(&inner, "demo/walk", 50, 0);
        for (unsigned l = 0; l < logs; ++l) {
            char name[32];
            snprintf(name, sizeof name, "rank%u", l);
            struct td_log *log = open_log(&inner, name);
            for (unsigned k = l; k < TASKS; k += logs) /* a permutation of 0 .. TASKS - 1 */
                put_varied(log, (k * 77 + logs * 13) % TASKS);
            td_log_close(log, NULL);
        }
        assert_build(&inner);
        sqlite3 *db = open_index(&inner);
        char *text = dump(db);
        sqlite3_close(db);
        if (expected)
            assert_string_equal(text, expected);
        else
            expected = strdup(text);
        free(text);
        remove_folder(&inner);
    }
    free(expected);
}

/* ---- one task, several records ---- */

static void test_same_twice_is_one(void **state) {
    write_members(state, "demo/walk", 1, 0);
    put_loss(state, "rank0", 1, 0.1, TD_TASK_DONE, 0);
    put_loss(state, "rank1", 1, 0.1, TD_TASK_DONE, 0);
    sqlite3 *db = open_index(state);
    assert_answer(db, "SELECT seed, value FROM demo_walk_values", "1|0.1\n");
    assert_answer(db, "SELECT count(*) FROM tasks", "1\n");
    sqlite3_close(db);
}

static void test_results_that_change_are_an_error(void **state) {
    write_members(state, "demo/walk", 1, 0);
    put_loss(state, "rank0", 1, 0.1, TD_TASK_DONE, 0);
    put_loss(state, "rank1", 1, nextafter(0.1, 1), TD_TASK_DONE, 0);
    assert_build_fails(state, TD_FAILED, "task-0001");
    assert_build_fails(state, TD_FAILED, "0.10000000000000002");
    assert_build_fails(state, TD_FAILED, "loss");
}

static void test_nan_twice_is_the_same(void **state) {
    write_members(state, "demo/walk", 1, 0);
    put_loss(state, "rank0", 1, NAN, TD_TASK_DONE, 0);
    put_loss(state, "rank1", 1, -NAN, TD_TASK_DONE, 0);
    assert_build(state);
}

static void test_done_and_diverged_is_an_error(void **state) {
    write_members(state, "demo/walk", 1, 0);
    put_loss(state, "rank0", 1, 0.1, TD_TASK_DONE, 0);
    put_loss(state, "rank1", 1, 0.1, TD_TASK_DIVERGED, 0);
    assert_build_fails(state, TD_FAILED, "diverged");
}

static void test_failed_gives_way(void **state) {
    write_members(state, "demo/walk", 2, 0);
    put_loss(state, "rank0", 1, 0.1, TD_TASK_DONE, 0);
    put_loss(state, "rank1", 1, 0.7, TD_TASK_FAILED, 0); /* before or after */
    put_loss(state, "rank0", 2, 0.7, TD_TASK_FAILED, 0);
    put_loss(state, "rank1", 2, 0.2, TD_TASK_DONE, 0);
    sqlite3 *db = open_index(state);
    assert_answer(db, "SELECT seed, value FROM demo_walk_values", "1|0.1\n2|0.2\n");
    sqlite3_close(db);
}

/* Something more was asked of the same trajectory. */
static void put_two_measures(void **state, const char *log, double loss, uint64_t observed) {
    const struct td_record_value values[] = {{"loss", "", "", 10, loss},
                                             {"accuracy", "", "", 10, 1}};
    struct td_record r = make_record("task-0001", "demo/walk", 1, NULL, 0, values, 2);
    r.observed = observed;
    put(state, log, &r);
}

static void test_the_measurements_asked_for(void **state) {
    put_loss(state, "rank1", 1, 0.1, TD_TASK_DONE, 5);
    write_members(state, "demo/walk", 1, 6);
    sqlite3 *db = open_index(state); /* not yet replayed */
    assert_answer(db, "SELECT current, status FROM tasks", "0|done\n");
    assert_answer(db, "SELECT count(*) FROM demo_walk_values", "0\n");
    sqlite3_close(db);
    put_two_measures(state, "rank0", 0.1, 6);
    db = open_index(state);
    assert_answer(db, "SELECT measure, value FROM demo_walk_values ORDER BY measure",
                  "accuracy|1.0\nloss|0.1\n");
    sqlite3_close(db);
    write_members(state, "demo/walk", 1, 5); /* and back */
    db = open_index(state);
    assert_answer(db, "SELECT measure, value FROM demo_walk_values", "loss|0.1\n");
    sqlite3_close(db);
}

static void test_a_replay_must_agree(void **state) {
    write_members(state, "demo/walk", 1, 6);
    put_loss(state, "rank1", 1, 0.1, TD_TASK_DONE, 5);
    put_two_measures(state, "rank0", 0.2, 6);
    assert_build_fails(state, TD_FAILED, "task-0001");
}

/* A loss of task 1 under observed settings; parts in any place of the list. */
static void put_observed(void **state, const char *log, double loss, uint64_t observed,
                         const char *const pairs[], size_t n) {
    struct td_setting settings[8];
    memset(settings, 0, sizeof settings);
    for (size_t i = 0; i < n; ++i) {
        settings[i].name = pairs[2 * i];
        settings[i].value = pairs[2 * i + 1];
        settings[i].flags = TD_OBSERVED;
    }
    const struct td_record_value value = {"loss", "", "", 10, loss};
    struct td_record r = make_record("task-0001", "demo/walk", 1, settings, n, &value, 1);
    r.observed = observed;
    put(state, log, &r);
}

static void test_what_a_replay_must_agree_on(void **state) {
    static const char *const all[] = {"measure.0.kind", "loss", "measure.0.samples", "0"};
    static const char *const some[] = {"measure.0.kind", "loss", "measure.0.samples", "9"};
    static const char *const more[] = {"measure.0.kind",    "norm", "measure.1.kind", "loss",
                                       "measure.1.samples", "0",    "measure.2.kind", "rank"};
    write_members(state, "demo/walk", 1, 7);
    put_observed(state, "rank0", 0.1, 5, all, 2);
    put_observed(state, "rank0", 0.2, 6, some, 2); /* other settings: another loss */
    assert_build(state);
    put_observed(state, "rank0", 0.1, 7, more, 4); /* the first loss again, and more */
    assert_build(state);
    sqlite3 *db = open_index(state);
    assert_answer(db, "SELECT value FROM demo_walk_values", "0.1\n");
    sqlite3_close(db);
    put_observed(state, "rank0", 0.3, 7, more, 4);
    assert_build_fails(state, TD_FAILED, "task-0001");
}

static void test_a_replay_that_asks_for_more_must_agree(void **state) {
    static const char *const all[] = {"measure.0.kind", "loss", "measure.0.samples", "0"};
    static const char *const more[] = {"measure.0.kind",    "norm", "measure.1.kind", "loss",
                                       "measure.1.samples", "0",    "measure.2.kind", "rank"};
    write_members(state, "demo/walk", 1, 7);
    put_observed(state, "rank0", 0.1, 5, all, 2);
    put_observed(state, "rank0", 0.3, 7, more, 4);
    assert_build_fails(state, TD_FAILED, "task-0001");
}

static void test_the_same_place_twice_in_a_record(void **state) {
    const struct td_record_value values[] = {{"loss", "", "", 10, 1}, {"loss", "", "", 10, 1}};
    struct td_record r = make_record("task-0001", "demo/walk", 1, NULL, 0, values, 2);
    write_members(state, "demo/walk", 1, 0);
    put(state, "rank0", &r);
    assert_build_fails(state, TD_FAILED, "twice");
}

/* ---- up to date, whatever is there ---- */

static void change_stored_value(void **state, const char *sql) {
    sqlite3 *db;
    assert_int_equal(sqlite3_open(in_folder(state, "results.sqlite"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void test_file_is_used_until_logs_grow(void **state) {
    write_members(state, "demo/walk", 2, 0);
    put_loss(state, "rank0", 1, 0.1, TD_TASK_DONE, 0);
    assert_build(state);
    change_stored_value(state, "UPDATE \"values\" SET value = 77");
    sqlite3 *db = open_index(state);
    assert_answer(db, "SELECT value FROM demo_walk_values", "77.0\n"); /* the file, no rebuild */
    sqlite3_close(db);
    put_loss(state, "rank0", 2, 0.2, TD_TASK_DONE, 0);
    db = open_index(state);
    assert_answer(db, "SELECT value FROM demo_walk_values", "0.1\n0.2\n");
    sqlite3_close(db);
    assert_build(state);
    put_loss(state, "rank1", 2, 0.2, TD_TASK_DONE, 0); /* a further log */
    change_stored_value(state, "UPDATE \"values\" SET value = 77");
    db = open_index(state);
    assert_answer(db, "SELECT value FROM demo_walk_values", "0.1\n0.2\n");
    sqlite3_close(db);
    assert_build(state);
    change_stored_value(state, "UPDATE \"values\" SET value = 77");
    write_members(state, "demo/walk", 1, 0); /* another request */
    db = open_index(state);
    assert_answer(db, "SELECT value FROM demo_walk_values", "0.1\n");
    sqlite3_close(db);
}

/* Same size, other bytes: a torn record that was cut and written anew. */
static void test_same_size_other_record(void **state) {
    write_members(state, "demo/walk", 1, 0);
    put_loss(state, "rank0", 1, 0.1, TD_TASK_DONE, 0);
    assert_build(state);
    assert_int_equal(unlink(in_folder(state, "log/rank0.log")), 0);
    put_loss(state, "rank0", 1, 0.2, TD_TASK_DONE, 0);
    sqlite3 *db = open_index(state);
    assert_answer(db, "SELECT value FROM demo_walk_values", "0.2\n");
    sqlite3_close(db);
}

static void test_torn_log(void **state) {
    struct stat info;
    write_members(state, "demo/walk", 2, 0);
    put_loss(state, "rank0", 1, 0.1, TD_TASK_DONE, 0);
    put_loss(state, "rank0", 2, 0.2, TD_TASK_DONE, 0);
    assert_int_equal(stat(in_folder(state, "log/rank0.log"), &info), 0);
    assert_int_equal(truncate(in_folder(state, "log/rank0.log"), info.st_size - 5), 0);
    assert_build(state);
    sqlite3 *db = open_index(state);
    assert_answer(db, "SELECT value FROM demo_walk_values", "0.1\n");
    assert_answer(db, "SELECT value > 0 FROM provenance WHERE key = 'torn'", "1\n");
    sqlite3_close(db);
}

static void test_rubbish_for_an_index(void **state) {
    write_members(state, "demo/walk", 1, 0);
    put_loss(state, "rank0", 1, 0.1, TD_TASK_DONE, 0);
    assert_build(state);
    size_t n;
    unsigned char *bytes = read_bytes(in_folder(state, "results.sqlite"), &n);
    memset(bytes + 100, 0xa5, n - 100);
    write_bytes(in_folder(state, "results.sqlite"), bytes, n);
    free(bytes);
    sqlite3 *db = open_index(state);
    assert_answer(db, "SELECT value FROM demo_walk_values", "0.1\n");
    sqlite3_close(db);
    write_bytes(in_folder(state, "results.sqlite"), "", 0);
    db = open_index(state);
    assert_answer(db, "SELECT value FROM demo_walk_values", "0.1\n");
    sqlite3_close(db);
    assert_build(state); /* replaces it */
    db = open_index(state);
    assert_answer(db, "SELECT value FROM demo_walk_values", "0.1\n");
    sqlite3_close(db);
}

static void test_results_alone(void **state) {
    write_members(state, "demo/walk", 1, 0);
    put_loss(state, "rank0", 1, 0.1, TD_TASK_DONE, 0);
    assert_build(state);
    unlink(in_folder(state, "log/rank0.log"));
    assert_int_equal(rmdir(in_folder(state, "log")), 0);
    assert_int_equal(unlink(in_folder(state, "members")), 0);
    sqlite3 *db = open_index(state);
    assert_answer(db, "SELECT value FROM demo_walk_values", "0.1\n");
    sqlite3_close(db);
}

static void test_nothing_yet(void **state) {
    write_members(state, "demo/walk", 3, 0);
    assert_build(state);
    sqlite3 *db = open_index(state);
    assert_answer(db, "SELECT count(*) FROM tasks", "0\n");
    assert_answer(db, "SELECT value FROM provenance WHERE key = 'planned'", "3\n");
    sqlite3_close(db);
}

static void test_not_a_directory_of_ours(void **state) {
    sqlite3 *db = NULL;
    struct td_error err = {0};
    assert_int_equal(td_index_open(in_folder(state, "missing"), &db, &err), TD_BAD_INPUT);
    assert_says(&err, "No such file");
    assert_int_equal(td_index_open(in_folder(state, ""), &db, &err), TD_BAD_INPUT);
    assert_says(&err, "not an output directory");
    write_bytes(in_folder(state, "file"), "x", 1);
    assert_int_equal(td_index_open(in_folder(state, "file"), &db, &err), TD_BAD_INPUT);
    assert_null(db);
    write_bytes(in_folder(state, "members"), "tdyn members 1\nrubbish\n", 23);
    assert_int_equal(td_index_open(in_folder(state, ""), &db, &err), TD_BAD_INPUT);
    assert_says(&err, "damaged");
}

/* A record whose checksum is right and whose contents are not. */
static void test_hostile_record(void **state) {
    struct td_log *log = open_log(state, "rank0");
    struct td_error err = {0};
    assert_ok(td_log_append(log, "rubbish", 7, &err), &err);
    td_log_close(log, NULL);
    write_members(state, "demo/walk", 1, 0);
    assert_build_fails(state, TD_BAD_INPUT, "rank0.log");
}

static void test_mixed_fingerprints(void **state) {
    struct td_log *log;
    struct td_error err = {0};
    write_members(state, "demo/walk", 1, 0);
    put_loss(state, "rank0", 1, 0.1, TD_TASK_DONE, 0);
    assert_ok(td_log_open(in_folder(state, ""), "rank1", "other", &log, &err), &err);
    td_log_close(log, NULL);
    assert_build_fails(state, TD_BAD_INPUT, "rank1.log");
}

/* ---- SQL may read results and nothing else ---- */

static void assert_forbidden(sqlite3 *db, const char *sql) {
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
        fail_msg("allowed: %s", sql);
}

static void test_read_only(void **state) {
    write_members(state, "demo/walk", 1, 0);
    put_loss(state, "rank0", 1, 0.1, TD_TASK_DONE, 0);
    for (int built = 0; built < 2; ++built) {
        if (built)
            assert_build(state);
        sqlite3 *db = open_index(state);
        char attach[3 * PATH_MAX], vacuum[3 * PATH_MAX];
        snprintf(attach, sizeof attach, "ATTACH '%s' AS x", in_folder(state, "evil"));
        snprintf(vacuum, sizeof vacuum, "VACUUM INTO '%s'", in_folder(state, "evil"));
        assert_forbidden(db, attach);
        assert_forbidden(db, vacuum);
        assert_forbidden(db, "UPDATE \"values\" SET value = 0");
        assert_forbidden(db, "DROP TABLE tasks");
        assert_forbidden(db, "SELECT load_extension('x')");
        assert_false(file_exists(in_folder(state, "evil")));
        sqlite3_close(db);
    }
}

/* ---- signals and full disks ---- */

static void test_a_stop_leaves_the_old_index(void **state) {
    write_members(state, "demo/walk", 2, 0);
    put_loss(state, "rank0", 1, 0.1, TD_TASK_DONE, 0);
    assert_build(state);
    put_loss(state, "rank0", 2, 0.2, TD_TASK_DONE, 0);
    size_t before, after;
    unsigned char *old = read_bytes(in_folder(state, "results.sqlite"), &before);
    pid_t child = fork();
    if (child == 0) {
        struct td_error err = {0};
        td_interrupt_raise(SIGTERM);
        _exit(td_index_build(in_folder(state, ""), &err));
    }
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), TD_INTERRUPTED);
    assert_false(any_name(in_folder(state, ""), ".tmp-"));
    unsigned char *now = read_bytes(in_folder(state, "results.sqlite"), &after);
    assert_int_equal(before, after);
    assert_memory_equal(old, now, before);
    free(old);
    free(now);
}

static void test_full_disk(void **state) {
    struct td_error err = {0};
    signal(SIGXFSZ, SIG_IGN);
    write_members(state, "demo/walk", 1, 0);
    put_loss(state, "rank0", 1, 0.1, TD_TASK_DONE, 0);
    limit_file_size(8192);
    td_status status = td_index_build(in_folder(state, ""), &err);
    limit_file_size(RLIM_INFINITY);
    assert_int_equal(status, TD_FAILED);
    if (!strstr(err.message, "File too large"))
        assert_says(&err, "ulimit -f");
    assert_false(any_name(in_folder(state, ""), ".tmp-"));
    assert_false(file_exists(in_folder(state, "results.sqlite")));
}

/* ---- size ---- */

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void test_hundred_thousand_rows(void **state) {
    enum { TASKS = 500, STEPS = 200 };
    static struct td_record_value values[STEPS];
    write_members(state, "demo/walk", TASKS, 0);
    struct td_log *log = open_log(state, "rank0");
    for (unsigned i = 1; i <= TASKS; ++i) {
        for (int j = 0; j < STEPS; ++j)
            values[j] = (struct td_record_value){j % 2 ? "loss" : "accuracy", "hidden.1", "", j,
                                                 i * 1e-3 + j};
        struct td_record r = walk_record(i, NULL, NULL);
        r.n_values = STEPS;
        r.values = values;
        append_record(log, &r);
    }
    td_log_close(log, NULL);
    double start = seconds();
    assert_build(state);
    double built = seconds();
    sqlite3 *db = open_index(state);
    assert_answer(db, "SELECT count(*) FROM demo_walk_values", "100000\n");
    assert_answer(
        db,
        "SELECT count(*) FROM (SELECT step, avg(value), ci95(value) FROM demo_walk_values "
        "WHERE measure = 'loss' GROUP BY step)",
        "100\n");
    double asked = seconds();
    sqlite3_close(db);
    print_message("built in %.2f s, asked in %.2f s\n", built - start, asked - built);
    assert_true(built - start <
                20); /* a second or less; sanitizers and busy machines take longer */
    assert_true(asked - built < 20);
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        TEST(test_tables),
        TEST(test_column_types),
        TEST(test_names_that_are_taken),
        TEST(test_only_current_done_tasks_in_views),
        TEST(test_any_spread_over_logs),
        TEST(test_same_twice_is_one),
        TEST(test_results_that_change_are_an_error),
        TEST(test_nan_twice_is_the_same),
        TEST(test_done_and_diverged_is_an_error),
        TEST(test_failed_gives_way),
        TEST(test_the_measurements_asked_for),
        TEST(test_a_replay_must_agree),
        TEST(test_what_a_replay_must_agree_on),
        TEST(test_a_replay_that_asks_for_more_must_agree),
        TEST(test_the_same_place_twice_in_a_record),
        TEST(test_file_is_used_until_logs_grow),
        TEST(test_same_size_other_record),
        TEST(test_torn_log),
        TEST(test_rubbish_for_an_index),
        TEST(test_results_alone),
        TEST(test_nothing_yet),
        TEST(test_not_a_directory_of_ours),
        TEST(test_hostile_record),
        TEST(test_mixed_fingerprints),
        TEST(test_read_only),
        TEST(test_a_stop_leaves_the_old_index),
        TEST(test_full_disk),
        TEST(test_hundred_thousand_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
