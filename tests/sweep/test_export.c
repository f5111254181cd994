/* Exports: byte for byte what the header promises, and every write error seen. */
#include "store_samples.h"

#include <math.h>
#include <xxhash.h>

#include "numeric/array_file.h"
#include "sweep/export.h"
#include "sweep/index.h"

static void put(void **state, const char *log_name, const struct td_record *record) {
    struct td_log *log = NULL;
    struct td_error err = {0};
    assert_ok(td_log_open(in_folder(state, ""), log_name, PRINT, &log, &err), &err);
    append_record(log, record);
    assert_int_equal(td_log_close(log, NULL), TD_OK);
}

static void write_members(void **state, const char *experiment, size_t n) {
    struct sample_plan *p = make_plan(experiment, n, 0);
    struct td_error err = {0};
    bool changed;
    assert_ok(td_members_write(in_folder(state, ""), &p->plan, true, &changed, &err), &err);
    free(p);
}

static const double cells[] = {0.5, 1, 2, 3, 4, 5};

/* Three tasks: done with values and an array, diverged, failed; and one that is not current, with a
   parameter that is not exported. */
static void write_sample(void **state) {
    static const struct td_setting settings[] = {{.name = "net.depth", .value = "8"},
                                                 {.name = "lr", .value = "0.1"},
                                                 {.name = "note", .value = "a, \"b\""}};
    static const struct td_setting others[] = {{.name = "lr", .value = "1"}};
    static const struct td_setting of_old[] = {{.name = "lr", .value = "1"},
                                               {.name = "dropped", .value = "1"}};
    static const struct td_record_value values[] = {{"loss", "", "", 10, 0.1},
                                                    {"loss", "", "nonfinite", 2, NAN},
                                                    {"variance", "hidden.1", "", 0, 1.0 / 3},
                                                    {"loss", "", "", -1, -INFINITY}};
    static const struct td_record_array array = {"gram", "hidden.1", 5, 2, {2, 3}, cells};
    struct td_record r = make_record("task-0002", "demo/walk", 2, settings, 3, values, 4);
    r.n_arrays = 1;
    r.arrays = &array;
    put(state, "rank1", &r);
    r = make_record("task-0001", "demo/walk", 1, others, 1, values, 1);
    r.status = TD_TASK_DIVERGED;
    put(state, "rank0", &r);
    r = make_record("task-0003", "demo/walk", 3, others, 1, values, 1);
    r.status = TD_TASK_FAILED;
    put(state, "rank0", &r);
    r = make_record("task-0009", "demo/walk", 9, of_old, 2, values, 1);
    put(state, "rank0", &r);
    write_members(state, "demo/walk", 3);
}

static char *export(void **state, const char *experiment) {
    char *text = NULL;
    size_t n;
    struct td_error err = {0};
    FILE *out = open_memstream(&text, &n);
    assert_ok(td_export_csv(in_folder(state, ""), experiment, out, &err), &err);
    fclose(out);
    return text;
}

static void test_csv(void **state) {
    char expected[2000];
    write_sample(state);
    snprintf(expected, sizeof expected,
             "task,net_depth,lr,note,seed,status,measure,site,step,value,flag,shape,checksum\n"
             "task-0001,,1,,1,diverged,loss,,10,0.10000000000000001,,,\n"
             "task-0002,8,0.1,\"a, \"\"b\"\"\",2,done,loss,,-1,-inf,,,\n"
             "task-0002,8,0.1,\"a, \"\"b\"\"\",2,done,loss,,2,nan,nonfinite,,\n"
             "task-0002,8,0.1,\"a, \"\"b\"\"\",2,done,loss,,10,0.10000000000000001,,,\n"
             "task-0002,8,0.1,\"a, \"\"b\"\"\",2,done,variance,hidden.1,0,0.33333333333333331,,,\n"
             "task-0002,8,0.1,\"a, \"\"b\"\"\",2,done,gram,hidden.1,5,,,2x3,%016llx\n"
             "task-0003,,1,,3,failed,,,,,,,\n",
             (unsigned long long)XXH3_64bits(cells, sizeof cells));
    char *text = export(state, NULL);
    assert_string_equal(text, expected);
    free(text);
    struct td_error err = {0};
    assert_ok(td_index_build(in_folder(state, ""), &err), &err); /* the same from the file */
    text = export(state, "demo/walk");
    assert_string_equal(text, expected);
    free(text);
}

static void test_one_experiment_an_export(void **state) {
    struct td_error err = {0};
    FILE *out = tmpfile();
    write_members(state, "demo/walk", 2);
    assert_int_equal(td_export_csv(in_folder(state, ""), NULL, out, &err), TD_BAD_INPUT);
    assert_says(&err, "no results yet");
    struct td_record r = make_record("task-0001", "demo/walk", 1, NULL, 0, NULL, 0);
    put(state, "rank0", &r);
    r = make_record("task-0002", "demo/run", 2, NULL, 0, NULL, 0);
    put(state, "rank0", &r);
    assert_int_equal(td_export_csv(in_folder(state, ""), NULL, out, &err), TD_BAD_INPUT);
    assert_says(&err, "demo/run, demo/walk");
    assert_int_equal(td_export_csv(in_folder(state, ""), "demo/wlk", out, &err), TD_BAD_INPUT);
    assert_says(&err, "did you mean 'demo/walk'");
    char *text = export(state, "demo/run");
    assert_non_null(strstr(text, "task-0002,2,done,,,,,,,"));
    assert_null(strstr(text, "task-0001"));
    free(text);
    fclose(out);
}

static void test_full_disk_is_seen(void **state) {
    struct td_error err = {0};
    write_sample(state);
    FILE *out = fopen("/dev/full", "w");
    assert_non_null(out);
    assert_int_equal(td_export_csv(in_folder(state, ""), NULL, out, &err), TD_FAILED);
    assert_says(&err, "No space left");
    fclose(out);
}

static void test_closed_pipe_ends_quietly(void **state) {
    struct td_error err = {0};
    int ends[2];
    signal(SIGPIPE, SIG_IGN);
    write_sample(state);
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    FILE *out = fdopen(ends[1], "w");
    assert_int_equal(td_export_csv(in_folder(state, ""), NULL, out, &err), TD_OK);
    fclose(out);
}

static void test_not_a_directory_of_ours(void **state) {
    struct td_error err = {0};
    assert_int_equal(td_export_csv(in_folder(state, "missing"), NULL, stdout, &err), TD_BAD_INPUT);
}

/* One dataset of an exported file, through tdyn's own reader of arrays. */
static void assert_dataset(const char *path, const char *name, size_t n, const double *expected) {
    char spec[3 * PATH_MAX];
    struct td_array a;
    struct td_error err = {0};
    snprintf(spec, sizeof spec, "%s:%s", path, name);
    assert_ok(td_array_read(spec, &a, &err), &err);
    size_t count = 1;
    for (size_t i = 0; i < a.ndim; ++i)
        count *= a.shape[i];
    assert_int_equal(count, n);
    for (size_t i = 0; i < n; ++i)
        assert_true(a.v[i] == expected[i] || (isnan(a.v[i]) && isnan(expected[i])));
    td_array_free(&a);
}

static void test_hdf5(void **state) {
    char path[2 * PATH_MAX];
    struct td_error err = {0};
    strcpy(path, in_folder(state, "out.h5"));
    write_sample(state);
    td_status status = td_export_hdf5(in_folder(state, ""), NULL, path, &err);
    if (status && strstr(err.message, "without HDF5"))
        skip();
    assert_ok(status, &err);
    assert_dataset(path, "/demo_walk/tasks/task", 3, (double[]){1, 2, 3});
    assert_dataset(path, "/demo_walk/tasks/lr", 3, (double[]){1, 0.1, 1});
    assert_dataset(path, "/demo_walk/tasks/seed", 3, (double[]){1, 2, 3});
    assert_dataset(path, "/demo_walk/values/task", 5, (double[]){1, 2, 2, 2, 2});
    assert_dataset(path, "/demo_walk/values/step", 5, (double[]){10, -1, 2, 10, 0});
    assert_dataset(path, "/demo_walk/values/value", 5,
                   (double[]){0.1, -INFINITY, NAN, 0.1, 1.0 / 3});
    assert_dataset(path, "/demo_walk/arrays/1", 6, cells);
    size_t n, again;
    unsigned char *bytes = read_bytes(path, &n);
    assert_ok(td_export_hdf5(in_folder(state, ""), "demo/walk", path, &err), &err);
    unsigned char *same = read_bytes(path, &again);
    assert_int_equal(again, n);
    assert_memory_equal(same, bytes, n);
    free(bytes);
    free(same);
    assert_int_equal(
        td_export_hdf5(in_folder(state, ""), NULL, in_folder(state, "no/out.h5"), &err),
        TD_BAD_INPUT);
    assert_int_equal(td_export_hdf5(in_folder(state, ""), "other", path, &err), TD_BAD_INPUT);
    assert_false(any_name(in_folder(state, ""), ".tmp-"));
}

static void test_hdf5_full_disk(void **state) {
    struct td_error err = {0};
    signal(SIGXFSZ, SIG_IGN);
    write_sample(state);
    limit_file_size(2000);
    td_status status = td_export_hdf5(in_folder(state, ""), NULL, in_folder(state, "out.h5"), &err);
    limit_file_size(RLIM_INFINITY);
    if (strstr(err.message, "without HDF5"))
        skip();
    assert_int_equal(status, TD_FAILED);
    assert_says(&err, "File too large");
    assert_false(any_name(in_folder(state, ""), "out.h5"));
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        TEST(test_csv),
        TEST(test_one_experiment_an_export),
        TEST(test_full_disk_is_seen),
        TEST(test_closed_pipe_ends_quietly),
        TEST(test_not_a_directory_of_ours),
        TEST(test_hdf5),
        TEST(test_hdf5_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
