/* The data kind "tabular": features of a table against what is worked out by hand, folds against
   their definition, and the installed sets, where they are, against their documentation. */
#include "data_support.h"

#include <sys/stat.h>

enum { ROWS = 120 };

/* All rows train, as they are. */
#define WHOLE "path", scratch_file, "folds", "1", "validation_share", "0", "standardize", "none"

static void expect_features(const struct td_dataset *data, const struct td_split *split,
                            const double *expected, size_t d) {
    assert_int_equal(data->d, d);
    for (size_t i = 0; i < split->n * d; ++i)
        if (fabs((double)split->x[i] - expected[i]) > 1e-6)
            fail_msg("sample %zu, feature %zu is %g, not %g", i / d, i % d, (double)split->x[i],
                     expected[i]);
}

/* ---- features ---- */

/* Numbers with gaps (median of 1, 2, 4, 8: 3), texts with gaps, a constant, a listed column of
   codes whose 1 and 1.0 are one, an empty column. */
static void cells_become_features(void **state) {
    (void)state;
    put_text("size,colour,same,code,void,id,kind\n"
             "1,red,5,1,,a,x\n"
             "2,green,5,7,NA,b,y\n"
             "NaN,,5,1.0,?,c,x\n"
             "8,red,5,7,,d,y\n"
             "4,\"blue\",5,30,,e,y\n");
    /* size; blue, green, red, none; 1, 7, 30 */
    static const double expected[] = {1, 0, 0, 1, 0, 1, 0, 0, /**/ 2, 0, 1,      0, 0, 0,
                                      1, 0, 3, 0, 0, 0, 1, 1, 0,      0, /**/ 8, 0, 0, 1,
                                      0, 0, 1, 0, 4, 1, 0, 0, 0,      0, 0,      1};
    static const int32_t labels[] = {0, 1, 0, 1, 1};
    const struct td_dataset *data =
        loaded("tabular", PAIRS(WHOLE, "categorical", "[code]", "ignore", "[id]"), 1);
    assert_int_equal(data->train.n, 5);
    assert_int_equal(data->test.n + data->validation.n, 0);
    assert_int_equal(data->n_classes, 2);
    expect_features(data, &data->train, expected, 8);
    assert_memory_equal(data->train.label, labels, sizeof labels);
    assert_non_null(strstr(data->summary, "file, 5 + 0 rows, 8 features, 2 classes"));
    td_dataset_release(data);
}

static void further_texts_are_missing(void **state) {
    (void)state;
    put_text("1,x,u\n-9,y,u\nunknown,unknown,v\n3,x,v\n5,y,v\n");
    static const double expected[] = {1, 1, 0, 0, /**/ 3, 0, 1,      0, /**/ 3, 0,
                                      0, 1, 3, 1, 0,      0, /**/ 5, 0, 1,      0};
    const struct td_dataset *data =
        loaded("tabular", PAIRS(WHOLE, "header", "no", "missing", "[unknown,-9]"), 1);
    expect_features(data, &data->train, expected, 4);
    td_dataset_release(data);
}

static void classes_may_be_numbers(void **state) {
    (void)state;
    put_text("10;0\n2;1\n-1;2\n2.0;3\n");
    static const int32_t labels[] = {2, 1, 0, 1};
    const struct td_dataset *data = loaded("tabular", PAIRS(WHOLE, "target", "0"), 1);
    assert_int_equal(data->n_classes, 3);
    assert_memory_equal(data->train.label, labels, sizeof labels);
    td_dataset_release(data);
}

/* ---- folds ---- */

/* ROWS rows: number of the row, a number, a text, the class; classes of 60, 40, 19 and 1 rows, in
   turns. What `changed` marks (by row) has other values, and a text that occurs nowhere else. */
static int32_t class_of(size_t row) {
    static const int pattern[] = {0, 1, 0, 1, 0, 2};
    if (row == 77)
        return 3;
    return pattern[row % 6];
}

static void put_rows(const bool *changed) {
    FILE *f = fopen(scratch_file, "w");
    fprintf(f, "row,x,text,class\n");
    for (size_t i = 0; i < ROWS; ++i) {
        bool other = changed && changed[i];
        fprintf(f, "%zu,", i);
        if (i % 10 == 3)
            fprintf(f, "%s,", other ? "1e6" : "NA");
        else
            fprintf(f, "%g,", other ? 1e6 : cos((double)i));
        fprintf(f, "%s,%d\n", other ? "new" : i % 3 ? "some" : "more", class_of(i));
    }
    assert_int_equal(fclose(f), 0);
}

static size_t row_of(const struct td_dataset *data, const struct td_split *split, size_t i) {
    return (size_t)(double)split->x[i * data->d];
}

static const struct td_dataset *fold(const char *number, const char *share, const char *seed) {
    return loaded("tabular",
                  PAIRS("path", scratch_file, "standardize", "none", "fold", number,
                        "validation_share", share, "fold_seed", seed),
                  1);
}

static void count_classes(const struct td_split *split, size_t counts[4]) {
    memset(counts, 0, 4 * sizeof *counts);
    for (size_t i = 0; i < split->n; ++i)
        ++counts[split->label[i]];
}

/* 4 folds of 120 rows: 30 each, of the classes 15, 10, 4 or 5 and 0 or 1, every row once. */
static void folds_share_out_every_class(void **state) {
    (void)state;
    static const char *const numbers[] = {"1", "2", "3", "4"};
    size_t tested[ROWS] = {0}, rare = 0;
    put_rows(NULL);
    for (int k = 0; k < 4; ++k) {
        const struct td_dataset *data = fold(numbers[k], "0", "1");
        size_t counts[4];
        assert_int_equal(data->test.n, 30);
        assert_int_equal(data->train.n, 90);
        assert_int_equal(data->n_classes, 4);
        count_classes(&data->test, counts);
        assert_in_range(counts[0], 14, 16);
        assert_in_range(counts[1], 9, 11);
        assert_in_range(counts[2], 4, 5);
        rare += counts[3];
        for (size_t i = 0; i < 30; ++i) {
            size_t row = row_of(data, &data->test, i);
            assert_int_equal(data->test.label[i], class_of(row));
            ++tested[row];
        }
        td_dataset_release(data);
    }
    assert_int_equal(rare, 1);
    for (size_t i = 0; i < ROWS; ++i)
        assert_int_equal(tested[i], 1);
}

/* About 15 % of the 90 rows that do not test, of each class; the one row of class 3 never. */
static void validation_is_taken_from_training(void **state) {
    (void)state;
    static const char *const numbers[] = {"1", "2", "3", "4"};
    put_rows(NULL);
    for (int k = 0; k < 4; ++k) {
        const struct td_dataset *whole = fold(numbers[k], "0", "1"),
                                *cut = fold(numbers[k], "0.15", "1");
        const struct td_split *parts[] = {&cut->train, &cut->validation};
        size_t counts[4], seen[ROWS] = {0};
        assert_int_equal(cut->train.n + cut->validation.n, 90);
        assert_in_range(cut->validation.n, 13, 14);
        assert_int_equal(cut->test.n, whole->test.n);
        assert_memory_equal(cut->test.label, whole->test.label, 30 * sizeof(int32_t));
        count_classes(&cut->validation, counts);
        assert_in_range(counts[0], 5, 8);
        assert_in_range(counts[1], 3, 6);
        assert_in_range(counts[2], 1, 4);
        assert_int_equal(counts[3], 0);
        for (int part = 0; part < 2; ++part)
            for (size_t i = 0; i < parts[part]->n; ++i)
                ++seen[row_of(cut, parts[part], i)];
        for (size_t i = 0; i < 90; ++i)
            assert_int_equal(seen[row_of(whole, &whole->train, i)], 1);
        td_dataset_release(whole);
        td_dataset_release(cut);
    }
}

static void folds_depend_on_their_own_seed(void **state) {
    (void)state;
    put_rows(NULL);
    const struct td_dataset *a = fold("2", "0.15", "1"), *b = fold("2", "0.15", "2");
    const char *const *same = PAIRS("path", scratch_file, "standardize", "none", "fold", "2",
                                    "validation_share", "0.15", "fold_seed", "1");
    const struct td_dataset *c = loaded("tabular", same, 99);
    assert_ptr_equal(a, c); /* whatever the task's seed */
    assert_true(a->checksum != b->checksum);
    td_dataset_release(a);
    td_dataset_release(b);
    td_dataset_release(c);
}

/* Nothing that the training part gives (medians, categories, moments) depends on the others. */
static void other_parts_do_not_leak(void **state) {
    (void)state;
    const char *const *pairs = PAIRS("path", scratch_file, "fold", "3");
    put_rows(NULL);
    bool changed[ROWS];
    const struct td_dataset *numbered = fold("3", "0.15", "1");
    memset(changed, true, sizeof changed);
    for (size_t i = 0; i < numbered->train.n; ++i)
        changed[row_of(numbered, &numbered->train, i)] = false;
    td_dataset_release(numbered);
    const struct td_dataset *before = loaded("tabular", pairs, 1);
    put_rows(changed);
    const struct td_dataset *after = loaded("tabular", pairs, 1);
    assert_ptr_not_equal(before, after);
    assert_int_equal(before->d, after->d);
    assert_memory_equal(before->train.x, after->train.x,
                        before->train.n * before->d * sizeof(real));
    assert_true(after->test.x[1] > 1e5);
    td_dataset_release(before);

    const struct td_dataset *raw =
        fold("3", "0.15", "1"); /* row, x, more, some: "new" is neither */
    assert_int_equal(raw->d, 4);
    for (size_t i = 0; i < raw->test.n; ++i)
        assert_true(raw->test.x[i * 4 + 2] == 0 && raw->test.x[i * 4 + 3] == 0);
    td_dataset_release(raw);
    td_dataset_release(after);
}

static void training_part_is_standardized(void **state) {
    (void)state;
    put_rows(NULL);
    const struct td_dataset *data = loaded("tabular", PAIRS("path", scratch_file), 1);
    for (size_t j = 0; j < data->d; ++j) {
        double mean = 0, square = 0, n = (double)data->train.n;
        for (size_t i = 0; i < data->train.n; ++i) {
            double x = (double)data->train.x[i * data->d + j];
            mean += x / n;
            square += x * x / n;
        }
        near(mean, 0, 20 * (double)TD_REAL_EPS);
        near(square, 1, 20 * (double)TD_REAL_EPS);
    }
    td_dataset_release(data);
}

static void fewer_rows_keep_the_shares(void **state) {
    (void)state;
    put_rows(NULL);
    const struct td_dataset *data = loaded("tabular", PAIRS(WHOLE, "rows", "60"), 1);
    size_t counts[4];
    assert_int_equal(data->train.n, 60);
    count_classes(&data->train, counts);
    assert_in_range(counts[0], 29, 31);
    assert_in_range(counts[1], 19, 21);
    assert_in_range(counts[2], 9, 10);
    td_dataset_release(data);
    data = loaded("tabular", PAIRS(WHOLE, "rows", "1000"), 1);
    assert_int_equal(data->train.n, ROWS);
    td_dataset_release(data);
}

/* ---- refusals ---- */

static void mistakes_are_named(void **state) {
    (void)state;
    refused("tabular", PAIRS("folds", "4"), PAIRS("'set'", "'path'"));
    refused("tabular", PAIRS("set", "iris", "path", scratch_file), PAIRS("not both"));
    refused("tabular", PAIRS("path", "/nowhere.csv"), PAIRS("/nowhere.csv"));
    put_text("a,b,class\n1,2,x\n3,4,y\n5,6,x\n7,8,y\n");
    refused("tabular", PAIRS("path", scratch_file, "target", "klass"),
            PAIRS("'klass'", "did you mean class"));
    refused("tabular", PAIRS("path", scratch_file, "ignore", "[a,b]"), PAIRS("no feature columns"));
    refused("tabular", PAIRS("path", scratch_file, "ignore", "[class]"), PAIRS("also ignored"));
    refused("tabular", PAIRS("path", scratch_file, "categorical", "[bb]"), PAIRS("'bb'"));
    refused("tabular", PAIRS("path", scratch_file, "categorical", "[class]"), PAIRS("no feature"));
    refused("tabular", PAIRS("path", scratch_file, "fold", "5"), PAIRS("fold 5 of 4"));
    refused("tabular", PAIRS("path", scratch_file, "folds", "5"), PAIRS("4 rows", "5 folds"));
    refused("tabular", PAIRS("path", scratch_file, "folds", "2", "rows", "1"), PAIRS("1 rows"));
    refused("tabular", PAIRS("path", scratch_file, "folds", "2"),
            PAIRS("validation_share 0.15 of 2 rows"));
    refused("tabular", PAIRS("path", scratch_file, "target", "a", "standardise", "none"),
            PAIRS("standardise", "standardize"));
}

static void tables_that_do_not_do(void **state) {
    (void)state;
    static const struct {
        const char *text, *says[2];
    } cases[] = {
        {"a,class\n", {"no rows", ""}},
        {"a,class\n1,x\n2,x\n3,x\n", {"same value in all 3 rows", "2 classes"}},
        {"a,class\n1,x\n2,\n3,y\n", {"row 1, column 1", "no value"}},
        {"a,class\n1,x\n2,0.5\n3,y\n", {"0.5 is no class", "whole numbers or texts"}},
        {"a,b,class\n1,2,x\n3,y\n", {"line 3 has 2 fields", "has 3"}},
        {"b,a,class\n1,1,x\n2,big,y\n3,3,x\n", {"row 1, column 1 ('a')", "'big' is a text"}},
        {"a,class\n1,x\n-inf,y\n3,y\n", {"row 1, column 0 ('a')", "no finite number"}},
        {"a,class\n7,x\n7,y\n,y\n", {"no feature varies", ""}},
        {"a,class\n1,\"x\n2,y\n", {"never closed", "line 2"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        put_text(cases[i].text);
        refused("tabular", PAIRS(WHOLE),
                cases[i].says[1][0] ? PAIRS(cases[i].says[0], cases[i].says[1])
                                    : PAIRS(cases[i].says[0]));
    }
}

static void numbers_beyond_the_range(void **state) {
    (void)state;
    if (sizeof(real) == sizeof(double))
        skip();
    put_text("t,a\nx,1\ny,-1e300\nx,2\n");
    refused("tabular", PAIRS(WHOLE, "target", "t"),
            PAIRS("row 1, column 1 ('a')", "beyond the range of float"));
}

/* 1000 distinct texts are categories, 1001 are taken for an identifier. */
static void too_many_categories(void **state) {
    (void)state;
    for (int n = 1000; n <= 1001; ++n) {
        FILE *f = fopen(scratch_file, "w");
        for (int i = 0; i < n; ++i)
            fprintf(f, "name%d,%d\n", i, i % 2);
        assert_int_equal(fclose(f), 0);
        if (n == 1001) {
            refused("tabular", PAIRS(WHOLE, "header", "no"),
                    PAIRS("1001 distinct texts", "column 0", "ignore"));
            continue;
        }
        const struct td_dataset *data = loaded("tabular", PAIRS(WHOLE, "header", "no"), 1);
        assert_int_equal(data->d, 1000);
        td_dataset_release(data);
    }
}

/* ---- tables by name ---- */

static void named_tables(void **state) {
    (void)state;
    char folder[2][80], file[120];
    snprintf(folder[0], sizeof folder[0], "%s/data", scratch);
    snprintf(folder[1], sizeof folder[1], "%s/data/tabular", scratch);
    snprintf(file, sizeof file, "%s/mine.csv", folder[1]);
    assert_int_equal(mkdir(folder[0], 0700) || mkdir(folder[1], 0700), 0);
    put(file, "1,0\n2,1\n3,1\n", 12);
    setenv("TDYN_DATA", scratch, 1);
    const char *const *pairs = PAIRS("set", "mine", "folds", "1", "validation_share", "0");
    const struct td_dataset *data = loaded("tabular", pairs, 1);
    assert_int_equal(data->train.n, 3);
    assert_non_null(strstr(data->summary, "mine, 3 + 0 rows"));
    td_dataset_release(data);
    put(file, "1,0\n2,1\n", 8); /* the file counts, not its name */
    data = loaded("tabular", pairs, 1);
    assert_int_equal(data->train.n, 2);
    td_dataset_release(data);
    refused("tabular", PAIRS("set", "irys"), PAIRS("'irys'", "did you mean iris"));
    refused("tabular", PAIRS("set", "data/tabular/mine"), PAIRS("'path'"));
    unlink(file);
    rmdir(folder[1]);
    rmdir(folder[0]);
    refused("tabular", pairs, PAIRS("no data set 'mine'", "install-data.sh"));
    unsetenv("TDYN_DATA");
}

/* What iris's and mlbench's documentation says of each set: samples and classes; and the features
   that follow for the whole set: numbers without constants, categories with one for no value. */
static void installed_sets(void **state) {
    (void)state;
    static const struct {
        const char *name;
        size_t n, classes, d;
    } sets[] = {
        {"iris", 150, 3, 4},
        {"wine", 178, 3, 13},
        {"breast-cancer-wisc-diag", 569, 2, 30},
        {"digits", 1797, 10, 61}, /* 64 pixels, 3 always blank */
        {"breast-cancer-wisc", 699, 2, 9},
        {"molec-biol-splice", 3186, 3, 180},
        {"glass", 214, 6, 9},
        {"congressional-voting", 435, 2, 48}, /* 16 votes: yes, no, none */
        {"ionosphere", 351, 2, 33},           /* 34, one constant */
        {"letter", 20000, 26, 16},
        {"pima", 768, 2, 8},
        {"statlog-landsat", 6435, 6, 36},
        {"statlog-shuttle", 58000, 7, 9},
        {"conn-bench-sonar", 208, 2, 60},
        {"soybean", 683, 19, 90}, /* 20 ordered or binary, 15 with 55 codes and gaps */
        {"statlog-vehicle", 846, 4, 18},
        {"conn-bench-vowel", 990, 11, 24}, /* 9 numbers, 15 speakers */
        {"zoo", 101, 7, 16},
    };
    size_t found = 0;
    setenv("TDYN_DATA", TDYN_SOURCE_DIR, 1);
    for (size_t i = 0; i < sizeof sets / sizeof *sets; ++i) {
        char path[400];
        snprintf(path, sizeof path, TDYN_SOURCE_DIR "/data/tabular/%s.csv", sets[i].name);
        if (access(path, R_OK) != 0) {
            refused("tabular", PAIRS("set", sets[i].name), PAIRS("install-data.sh", sets[i].name));
            continue;
        }
        ++found;
        const struct td_dataset *data =
            loaded("tabular", PAIRS("set", sets[i].name, "folds", "1", "validation_share", "0"), 1);
        if (data->train.n != sets[i].n || data->n_classes != sets[i].classes ||
            data->d != sets[i].d)
            fail_msg("%s: %s", sets[i].name, data->summary);
        td_dataset_release(data);
    }
    unsetenv("TDYN_DATA");
    print_message("%zu of 18 sets are installed\n", found);
    if (found == 0)
        skip();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_become_features),
        cmocka_unit_test(further_texts_are_missing),
        cmocka_unit_test(classes_may_be_numbers),
        cmocka_unit_test(folds_share_out_every_class),
        cmocka_unit_test(validation_is_taken_from_training),
        cmocka_unit_test(folds_depend_on_their_own_seed),
        cmocka_unit_test(other_parts_do_not_leak),
        cmocka_unit_test(training_part_is_standardized),
        cmocka_unit_test(fewer_rows_keep_the_shares),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(tables_that_do_not_do),
        cmocka_unit_test(numbers_beyond_the_range),
        cmocka_unit_test(too_many_categories),
        cmocka_unit_test(named_tables),
        cmocka_unit_test(installed_sets),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
