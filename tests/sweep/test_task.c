/* Running one task: values, state, checkpoints. The reference for every interrupted run is the same
   task run without interruption. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sweep/store.h"
#include "sweep/task.h"
#include "sweep/task_values.h"

static char folder[] = "/tmp/tdyn-test-task-XXXXXX";
static const char fingerprint[] = "test 1";

/* ---- an experiment in two phases, each with state of the same name; asks for stops itself ---- */

static atomic_int stop;
static long polls, stop_at; /* stops at this poll; 0: never */
static int misbehaviour;
enum { IGNORES_STOP = 1, EMITS_TWICE, OTHER_SIZE, OTHER_PRELUDE, STOPS_UNASKED, TWO_STATES, FAILS };

static td_status poll_and_count(struct td_task *task, struct td_error *err) {
    if (++polls == stop_at)
        atomic_store(&stop, 1);
    return td_task_poll(task, err);
}

struct phase {
    int64_t step;
    double x, spare;
};

static td_status run_phase(struct td_task *task, int number, struct td_error *err) {
    struct phase s = {0, number, 0};
    char site[8];
    snprintf(site, sizeof site, "p%d", number);
    size_t bytes = misbehaviour == OTHER_SIZE ? sizeof(double) : sizeof s;
    td_status status = td_task_state(task, "phase", &s, bytes, NULL, err);
    if (misbehaviour == TWO_STATES && !status)
        status = td_task_state(task, "phase", &s, bytes, NULL, err);
    for (; s.step < 5 && !status; s.step++) {
        status = poll_and_count(task, err);
        if (status && misbehaviour == IGNORES_STOP)
            return TD_OK;
        s.x = 3.7 * sin(s.x) + 0.1;
        if (!status)
            status = td_task_emit(task, "x", site, s.step, s.x, "", err);
    }
    if (!status) /* its memory ends here */
        status = td_task_state(task, "phase", NULL, 0, NULL, err);
    return status;
}

static td_status two_phases(struct td_task *task, const void *params, uint64_t seed,
                            struct td_error *err) {
    (void)params;
    if (misbehaviour == STOPS_UNASKED)
        return td_fail(err, TD_INTERRUPTED, "stopped");
    if (misbehaviour == FAILS)
        return td_fail(err, TD_FAILED, "no luck");
    double start = misbehaviour == OTHER_PRELUDE ? 7 : (double)seed;
    td_status status = td_task_emit(task, "start", NULL, 0, start, NULL, err);
    double row[3] = {1, NAN, start};
    if (!status)
        status = td_task_emit_array(task, "row", "", 0, 2, (size_t[]){1, 3}, row, err);
    if (!status)
        status = run_phase(task, 1, err);
    if (!status)
        status = run_phase(task, 2, err);
    if (misbehaviour == EMITS_TWICE) /* and does not look at the answer */
        td_task_emit(task, "start", "", 0, start, "", err);
    return status;
}

static struct td_experiment experiment = {
    .kind = TD_KIND_PLAIN("test/phases", "", ""), .version = 3, .run = two_phases};
static const struct td_recipe recipe = {.name = "test/phases", .experiment = &experiment};
static const struct td_task_spec spec = {
    .recipe = &recipe, .id = "00000000000000000000000000000abc", .seed = 5};

static char last_note[TD_MESSAGE_MAX + 200];
static void take_note(void *context, const char *text) {
    (void)context;
    snprintf(last_note, sizeof last_note, "%s", text);
}

static struct td_runner *make_runner(double interval) {
    struct td_runner *r;
    struct td_error err;
    struct td_runner_options options = {.dir = folder,
                                        .fingerprint = fingerprint,
                                        .checkpoint_interval = interval,
                                        .rank = 2,
                                        .stop = &stop,
                                        .note = take_note};
    assert_int_equal(td_runner_create(&options, &r, &err), TD_OK);
    return r;
}

/* The record as text, without seconds. */
static char *record_text(const struct td_record *r) {
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    fprintf(out, "%s %s %u %llu %d %lld %s\n", r->id, r->experiment, r->version,
            (unsigned long long)r->seed, (int)r->status, (long long)r->status_step, r->error);
    for (size_t i = 0; i < r->n_values; i++)
        fprintf(out, "%s %s %lld %a %s\n", r->values[i].measure, r->values[i].site,
                (long long)r->values[i].step, r->values[i].value, r->values[i].flag);
    for (size_t i = 0; i < r->n_arrays; i++) {
        const struct td_record_array *a = &r->arrays[i];
        fprintf(out, "%s %s %lld %zu %zux%zu", a->measure, a->site, (long long)a->step, a->ndim,
                a->shape[0], a->shape[1]);
        for (size_t j = 0; j < a->shape[0] * a->shape[1]; j++)
            fprintf(out, " %a", a->v[j]);
        fputc('\n', out);
    }
    fclose(out);
    return text;
}

static int reset(void **state) {
    (void)state;
    atomic_store(&stop, 0);
    polls = stop_at = 0;
    misbehaviour = 0;
    last_note[0] = '\0';
    td_checkpoint_remove(folder, spec.id);
    return 0;
}

/* Runs to the end in a new runner (a new process has nothing else), returns the record's text. */
static char *run_to_end(const struct td_task_spec *task) {
    struct td_runner *r = make_runner(1e9);
    struct td_record record;
    struct td_error err;
    atomic_store(&stop, 0);
    polls = stop_at = 0;
    assert_int_equal(td_runner_run(r, task, &record, &err), TD_OK);
    char *text = record_text(&record);
    td_runner_forget(r);
    td_runner_free(r);
    return text;
}

static td_status run_until(long poll) {
    struct td_runner *r = make_runner(1e9);
    struct td_record record;
    struct td_error err;
    atomic_store(&stop, 0);
    polls = 0;
    stop_at = poll;
    td_status status = td_runner_run(r, &spec, &record, &err);
    td_runner_free(r);
    return status;
}

/* x by the recursion itself. */
static void test_values_are_those_of_the_experiment(void **state) {
    (void)state;
    struct td_runner *r = make_runner(1e9);
    struct td_record record;
    struct td_error err;
    assert_int_equal(td_runner_run(r, &spec, &record, &err), TD_OK);
    assert_int_equal(record.status, TD_TASK_DONE);
    assert_int_equal(record.n_values, 11);
    assert_int_equal(record.n_arrays, 1);
    assert_true(record.values[0].value == 5.0);
    assert_string_equal(record.values[0].site, "");
    for (size_t p = 0; p < 2; p++) {
        double x = (double)p + 1;
        for (size_t i = 0; i < 5; i++) {
            x = 3.7 * sin(x) + 0.1;
            assert_true(record.values[1 + 5 * p + i].value == x);
        }
    }
    assert_true(isnan(record.arrays[0].v[1]));
    assert_int_equal(record.rank, 2);
    assert_int_equal(record.version, 3);
    assert_false(td_runner_has_checkpoint(r));
    td_runner_free(r);
}

static void test_interrupted_anywhere_gives_the_same(void **state) {
    (void)state;
    char *whole = run_to_end(&spec);
    for (long first = 1; first <= 10; first++)
        for (long second = 1; second <= 10; second++) {
            assert_int_equal(run_until(first), TD_INTERRUPTED);
            run_until(second); /* ends earlier where fewer polls are left */
            char *text = run_to_end(&spec);
            assert_string_equal(text, whole);
            free(text);
        }
    free(whole);
}

static void test_interval_checkpoints_and_forgets(void **state) {
    (void)state;
    struct td_runner *r = make_runner(0);
    struct td_record record;
    struct td_error err;
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/checkpoints/%s.ck", folder, spec.id);
    assert_int_equal(td_runner_run(r, &spec, &record, &err), TD_OK);
    assert_true(td_runner_has_checkpoint(r));
    assert_int_equal(access(path, F_OK), 0);
    td_runner_forget(r);
    assert_int_not_equal(access(path, F_OK), 0);
    td_runner_free(r);
}

/* Measures that the first part of the run did not take cannot be had from its checkpoint. */
static void test_other_measures_start_again(void **state) {
    (void)state;
    assert_int_equal(run_until(4), TD_INTERRUPTED);
    struct td_task_spec other = spec;
    other.observed = 17;
    char *whole = run_to_end(&other);
    assert_int_equal(polls, 10);
    free(whole);
}

static void test_going_on_computes_only_the_rest(void **state) {
    (void)state;
    assert_int_equal(run_until(4), TD_INTERRUPTED);
    free(run_to_end(&spec));
    assert_int_equal(polls, 7); /* step 3 of phase 1 is polled again */
}

static void check_starts_again(int how, const char *said) {
    char *whole = run_to_end(&spec);
    assert_int_equal(run_until(4), TD_INTERRUPTED);
    misbehaviour = how;
    char *text = run_to_end(&spec);
    assert_non_null(strstr(last_note, said));
    assert_int_equal(polls, 10);
    if (how == OTHER_SIZE)
        assert_string_equal(text, whole);
    free(text);
    free(whole);
}

static void test_state_of_another_size_starts_again(void **state) {
    (void)state;
    check_starts_again(OTHER_SIZE, "holds 24 bytes of phase, not 8");
}

static void test_prelude_that_changed_starts_again(void **state) {
    (void)state;
    check_starts_again(OTHER_PRELUDE, "another value than before");
}

static void test_damaged_checkpoint_is_named_and_ignored(void **state) {
    (void)state;
    char *whole = run_to_end(&spec), path[PATH_MAX];
    assert_int_equal(run_until(4), TD_INTERRUPTED);
    snprintf(path, sizeof path, "%s/checkpoints/%s.ck", folder, spec.id);
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(truncate(path, info.st_size / 2), 0);
    char *text = run_to_end(&spec);
    assert_string_equal(text, whole);
    assert_non_null(strstr(last_note, spec.id));
    free(text);
    free(whole);
}

static void check_failure(int how, const char *message) {
    struct td_runner *r = make_runner(1e9);
    struct td_record record;
    struct td_error err;
    misbehaviour = how;
    assert_int_equal(td_runner_run(r, &spec, &record, &err), TD_OK);
    assert_int_equal(record.status, TD_TASK_FAILED);
    assert_non_null(strstr(record.error, message));
    assert_int_equal(record.n_values, 0);
    td_runner_free(r);
}

static void test_failures(void **state) {
    (void)state;
    check_failure(FAILS, "no luck");
    check_failure(EMITS_TWICE, "start at step 0 was emitted twice");
    check_failure(STOPS_UNASKED, "nobody asked");
    check_failure(TWO_STATES, "phase is registered twice");
}

static void test_ignored_stop_is_a_stop(void **state) {
    (void)state;
    char *whole = run_to_end(&spec);
    misbehaviour = IGNORES_STOP;
    assert_int_equal(run_until(3), TD_INTERRUPTED);
    misbehaviour = 0;
    char *text = run_to_end(&spec);
    assert_string_equal(text, whole);
    free(text);
    free(whole);
}

static td_status diverge(struct td_task *task, const void *params, uint64_t seed,
                         struct td_error *err) {
    (void)params;
    (void)seed;
    td_task_emit(task, "loss", "", 3, HUGE_VAL, "noisy", err);
    return td_fail(err, TD_DIVERGED, "step size too large: loss is inf at step 312 of 1000");
}

static void test_divergence_keeps_step_and_values(void **state) {
    (void)state;
    struct td_experiment diverging = {.kind = TD_KIND_PLAIN("test/d", "", ""), .run = diverge};
    struct td_recipe named = {.name = "test/d", .experiment = &diverging};
    struct td_task_spec task = {.recipe = &named, .id = "d", .seed = 1};
    struct td_runner *r = make_runner(1e9);
    struct td_record record;
    struct td_error err;
    assert_int_equal(td_runner_run(r, &task, &record, &err), TD_OK);
    assert_int_equal(record.status, TD_TASK_DIVERGED);
    assert_int_equal(record.status_step, 312);
    assert_int_equal(record.n_values, 1);
    assert_string_equal(record.values[0].flag, "nonfinite; noisy");
    td_runner_free(r);
}

/* ---- values alone ---- */

static void test_each_key_once(void **state) {
    (void)state;
    struct td_task_values v;
    struct td_error err;
    assert_int_equal(td_task_values_init(&v, &err), TD_OK);
    char site[16];
    for (int i = 0; i < 20000; i++) { /* through several growths of the tables */
        snprintf(site, sizeof site, "s%d", i % 300);
        assert_int_equal(
            td_task_values_add(&v, i % 2 ? "a" : "b", site, i / 300, i, "", NULL, &err), TD_OK);
    }
    assert_int_equal(v.n_values, 20000);
    for (int i = 0; i < 20000; i += 7) {
        snprintf(site, sizeof site, "s%d", i % 300);
        assert_int_equal(
            td_task_values_add(&v, i % 2 ? "a" : "b", site, i / 300, i, "", NULL, &err), TD_FAILED);
    }
    assert_int_equal(v.n_values, 20000);
    double x = 1;
    assert_int_equal(td_task_values_add_array(&v, "a", "s1", 0, 1, (size_t[]){1}, &x, NULL, &err),
                     TD_FAILED);
    td_task_values_free(&v);
}

static void test_what_is_not_finite_says_so(void **state) {
    (void)state;
    struct td_task_values v;
    struct td_error err;
    assert_int_equal(td_task_values_init(&v, &err), TD_OK);
    assert_int_equal(td_task_values_add(&v, "m", "", 0, -NAN, NULL, NULL, &err), TD_OK);
    assert_int_equal(td_task_values_add(&v, "m", "", 1, -HUGE_VAL, "ties", NULL, &err), TD_OK);
    assert_int_equal(td_task_values_add(&v, "m", "", 2, 1.0, "ties", NULL, &err), TD_OK);
    char text[32];
    snprintf(text, sizeof text, "%.17g", v.values[0].value);
    assert_string_equal(text, "nan"); /* never "-nan": the sign of a NaN means nothing */
    assert_string_equal(v.values[0].flag, "nonfinite");
    assert_string_equal(v.values[1].flag, "nonfinite; ties");
    assert_string_equal(v.values[2].flag, "ties");
    td_task_values_free(&v);
}

static void test_bounds(void **state) {
    (void)state;
    struct td_task_values v;
    struct td_error err;
    double x[4] = {0};
    char longest[TD_SITE_MAX + 1];
    memset(longest, 'x', sizeof longest);
    longest[TD_SITE_MAX] = '\0';
    assert_int_equal(td_task_values_init(&v, &err), TD_OK);
    assert_int_equal(td_task_values_add(&v, "", "", 0, 0, "", NULL, &err), TD_FAILED);
    assert_int_equal(td_task_values_add(&v, NULL, "", 0, 0, "", NULL, &err), TD_FAILED);
    assert_int_equal(td_task_values_add(&v, longest, "", 0, 0, "", NULL, &err), TD_FAILED);
    longest[TD_SITE_MAX - 1] = '\0';
    assert_int_equal(td_task_values_add(&v, longest, longest, INT64_MIN, 0, "", NULL, &err), TD_OK);
    size_t huge[] = {SIZE_MAX / 2, 3}, big[] = {1, (size_t)1 << 40}, none[] = {0, 5};
    assert_int_equal(td_task_values_add_array(&v, "h", "", 0, 2, huge, x, NULL, &err), TD_FAILED);
    assert_int_equal(td_task_values_add_array(&v, "h", "", 0, 2, big, x, NULL, &err), TD_FAILED);
    assert_int_equal(td_task_values_add_array(&v, "h", "", 0, 0, none, x, NULL, &err), TD_FAILED);
    assert_int_equal(td_task_values_add_array(&v, "h", "", 0, 5, none, x, NULL, &err), TD_FAILED);
    assert_int_equal(td_task_values_add_array(&v, "h", "", 0, 2, none, x, NULL, &err), TD_OK);
    td_task_values_free(&v);
}

static int remove_folder(void **state) {
    (void)state;
    char command[PATH_MAX];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

int main(void) {
    if (!mkdtemp(folder))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_values_are_those_of_the_experiment, reset),
        cmocka_unit_test_setup(test_interrupted_anywhere_gives_the_same, reset),
        cmocka_unit_test_setup(test_interval_checkpoints_and_forgets, reset),
        cmocka_unit_test_setup(test_other_measures_start_again, reset),
        cmocka_unit_test_setup(test_going_on_computes_only_the_rest, reset),
        cmocka_unit_test_setup(test_state_of_another_size_starts_again, reset),
        cmocka_unit_test_setup(test_prelude_that_changed_starts_again, reset),
        cmocka_unit_test_setup(test_damaged_checkpoint_is_named_and_ignored, reset),
        cmocka_unit_test_setup(test_failures, reset),
        cmocka_unit_test_setup(test_ignored_stop_is_a_stop, reset),
        cmocka_unit_test_setup(test_divergence_keeps_step_and_values, reset),
        cmocka_unit_test(test_each_key_once),
        cmocka_unit_test(test_what_is_not_finite_says_so),
        cmocka_unit_test(test_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, remove_folder);
}
