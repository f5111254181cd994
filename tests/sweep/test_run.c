/* Running plans without MPI: values, going on, failures, parts, signals. */
#include "walk_program.h"

#include "sweep/store.h"

/* ---- alone, in this process ---- */

static const char *const short_walks[] = {"steps", "50", "values", "2", NULL};

static td_status run_here(const char *dir, size_t n, const char *const *pairs,
                          struct td_run_options options, struct td_run_summary *summary,
                          struct td_error *err) {
    char path[PATH_MAX];
    path_of(dir, path);
    return run_walks(path, n, pairs, &options, summary, err);
}

/* The walk by a plain loop. */
static void test_values_are_those_of_a_plain_loop(void **state) {
    (void)state;
    struct td_run_summary s;
    struct td_error err;
    assert_int_equal(run_here("plain", 3, short_walks, (struct td_run_options){0}, &s, &err),
                     TD_OK);
    assert_int_equal(s.done, 3);
    assert_int_equal(s.skipped + s.failed + s.diverged + s.left, 0);
    char *text = stored("plain", NULL), wanted[100];
    for (uint64_t seed = 1; seed <= 3; seed++) {
        double x = 0, z;
        for (uint64_t step = 0; step < 50; step++) {
            snprintf(wanted, sizeof wanted, "x site.1 %08llu %.17g", (unsigned long long)step,
                     x + 1);
            assert_non_null(strstr(text, wanted));
            td_random_dnormal(td_stream_make(seed, "walk"), step, 0, 0, 1, &z);
            x += z;
        }
    }
    free(text);
}

static void test_again_computes_nothing(void **state) {
    (void)state;
    struct td_run_summary s;
    struct td_error err;
    assert_int_equal(run_here("again", 40, short_walks, (struct td_run_options){0}, &s, &err),
                     TD_OK);
    char *before = stored("again", NULL);
    assert_int_equal(run_here("again", 40, short_walks, (struct td_run_options){0}, &s, &err),
                     TD_OK);
    assert_int_equal(s.skipped, 40);
    assert_int_equal(s.done, 0);
    check_same("again", before, 40);
    assert_int_equal(run_here("again", 41, short_walks, (struct td_run_options){0}, &s, &err),
                     TD_OK);
    assert_int_equal(s.skipped, 40);
    assert_int_equal(s.done, 1);
    free(before);
}

static void test_an_empty_plan_is_done(void **state) {
    (void)state;
    struct td_run_summary s;
    struct td_error err;
    assert_int_equal(run_here("empty", 0, short_walks, (struct td_run_options){0}, &s, &err),
                     TD_OK);
}

static void test_failed_and_diverged(void **state) {
    (void)state;
    const char *const pairs[] = {"steps", "50", "box", "9", "broken", "7", NULL};
    struct td_run_summary s;
    struct td_error err;
    char *text;
    size_t size;
    FILE *progress = open_memstream(&text, &size);
    struct td_run_options options = {.progress = progress};
    assert_int_equal(run_here("fail", 30, pairs, options, &s, &err), TD_FAILED);
    fflush(progress);
    assert_non_null(strstr(text, "test/walk seed=7 failed"));
    assert_non_null(strstr(text, "seed 7 is broken"));
    assert_non_null(strstr(err.message, "1 of 30 tasks failed"));
    assert_int_equal(s.failed, 1);
    assert_true(s.diverged > 3 && s.diverged < 25); /* P(|x| > 9 within 50 steps) is near 0.4 */
    assert_int_equal(s.done + s.failed + s.diverged, 30);
    char *values = stored("fail", NULL);
    assert_non_null(strstr(values, "the walk left the box at step"));
    free(values);

    assert_int_equal(run_here("fail", 30, pairs, options, &s, &err), TD_FAILED);
    fflush(progress);
    assert_non_null(strstr(text, "1 tasks failed in an earlier run and stay failed"));
    assert_int_equal(s.skipped, 30);
    options.retry_failed = true;
    assert_int_equal(run_here("fail", 30, pairs, options, &s, &err), TD_FAILED);
    assert_int_equal(s.skipped, 29);
    assert_int_equal(s.failed, 1);
    fclose(progress);
    free(text);
}

static void test_fail_fast_stops_there(void **state) {
    (void)state;
    const char *const pairs[] = {"steps", "50", "broken", "3", "pause", "0.0002", NULL};
    struct td_run_summary s;
    struct td_error err;
    struct td_run_options options = {.fail_fast = true};
    assert_int_equal(run_here("fast", 60, pairs, options, &s, &err), TD_FAILED);
    assert_int_equal(s.failed, 1);
    assert_true(s.left > 40);
    /* Without it the others are computed, and the failed one stays as it is. */
    options.fail_fast = false;
    assert_int_equal(run_here("fast", 60, pairs, options, &s, &err), TD_FAILED);
    assert_int_equal(s.left, 0);
    assert_int_equal(s.failed, 0);
}

static void test_parts_share_the_plan(void **state) {
    (void)state;
    struct td_run_summary s;
    struct td_error err;
    assert_int_equal(run_here("whole", 10, short_walks, (struct td_run_options){0}, &s, &err),
                     TD_OK);
    char *whole = stored("whole", NULL);
    for (int part = 1; part <= 3; part++) {
        struct td_run_options options = {.part = part, .parts = 3};
        assert_int_equal(run_here("parts", 10, short_walks, options, &s, &err), TD_OK);
        assert_int_equal(s.done, part == 1 ? 4 : 3);
    }
    check_same("parts", whole, 10);
    free(whole);
}

static void test_directories_of_others_are_refused(void **state) {
    (void)state;
    struct td_run_summary s;
    struct td_error err;
    assert_int_equal(
        run_here("no/such/folder", 1, short_walks, (struct td_run_options){0}, &s, &err) != TD_OK &&
            err.status != TD_BAD_INPUT,
        0);
    char path[PATH_MAX];
    path_of("alien", path);
    char command[2 * PATH_MAX + 60];
    snprintf(command, sizeof command, "mkdir %s && touch %s/thesis.tex", path, path);
    assert_int_equal(system(command), 0);
    assert_int_equal(run_here("alien", 1, short_walks, (struct td_run_options){0}, &s, &err),
                     TD_BAD_INPUT);
}

/* Killed between the record and the removal of its checkpoint, or while writing one. */
static void test_leftover_checkpoints_go(void **state) {
    (void)state;
    struct td_run_summary s;
    struct td_error err;
    struct td_arena *arena = td_arena_create();
    struct td_plan plan;
    char path[PATH_MAX];
    path_of("left", path);
    assert_int_equal(walk_plan(short_walks, 4, arena, &plan, &err), TD_OK);
    struct td_run_options options = {.dir = path};
    assert_int_equal(td_run(&plan, &options, &s, &err), TD_OK);
    struct td_section section = {"state:x#1", "12345678", 8};
    for (int i = 0; i < 2; i++)
        assert_int_equal(
            td_checkpoint_write(path, plan.tasks[2].id, td_fingerprint(), &section, 1, &err),
            TD_OK);
    assert_int_equal(td_checkpoint_write(path, "0123", td_fingerprint(), &section, 1, &err), TD_OK);
    assert_int_equal(checkpoints("left"), 3);
    plan.n = 3;
    assert_int_equal(td_run(&plan, &options, &s, &err), TD_OK);
    assert_int_equal(checkpoints("left"), 1); /* that of another sweep's task stays */
    td_arena_free(arena);
}

/* ---- as a program ---- */

static void test_one_short_task_costs_little(void **state) {
    (void)state;
    assert_int_equal(run(0, "warm", "1", short_walks), 0);
    double start_time = td_clock();
    for (int i = 0; i < 5; i++) {
        char dir[16];
        snprintf(dir, sizeof dir, "one%d", i);
        assert_int_equal(run(0, dir, "1", short_walks), 0);
    }
#ifndef __SANITIZE_ADDRESS__
    assert_true((td_clock() - start_time) / 5 < 0.2); /* 0.05 on a quiet machine */
#else
    (void)start_time;
#endif
}

static void test_terminated_alone(void **state) {
    (void)state;
    check_interrupted(0, SIGTERM, false, "term");
}

static void test_hung_up_alone(void **state) {
    (void)state;
    check_interrupted(0, SIGHUP, false, "hup");
}

static void test_killed_alone(void **state) {
    (void)state;
    make_slow_reference();
    for (int attempt = 0; attempt < 3; attempt++) {
        pid_t child = start_and_wait(0, "killed", slow_tasks, slow_walks, 0.1 * attempt);
        kill(child, SIGKILL);
        assert_int_equal(finish(child), 1000 + SIGKILL);
        size_t records;
        free(stored("killed", &records));
        assert_true(attempt > 0 || records < 6);
    }
    assert_int_equal(run(0, "killed", slow_tasks, slow_walks), 0);
    check_same("killed", slow_reference, 6);
}

int main(int argc, char **argv) {
    if (argc > 3 && !strcmp(argv[1], "walk"))
        return walk_main(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_are_those_of_a_plain_loop),
        cmocka_unit_test(test_again_computes_nothing),
        cmocka_unit_test(test_an_empty_plan_is_done),
        cmocka_unit_test(test_failed_and_diverged),
        cmocka_unit_test(test_fail_fast_stops_there),
        cmocka_unit_test(test_parts_share_the_plan),
        cmocka_unit_test(test_directories_of_others_are_refused),
        cmocka_unit_test(test_leftover_checkpoints_go),
        cmocka_unit_test(test_one_short_task_costs_little),
        cmocka_unit_test(test_terminated_alone),
        cmocka_unit_test(test_hung_up_alone),
        cmocka_unit_test(test_killed_alone),
    };
    return cmocka_run_group_tests(tests, make_top, remove_top);
}
