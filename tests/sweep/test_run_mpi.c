/* Running plans under mpirun: 1, 2 and 4 ranks store the same, whatever happens on the way. Skipped
   where there is no mpirun. */
#include "walk_program.h"

static void check_ranks(int ranks) {
    char dir[16];
    make_slow_reference();
    snprintf(dir, sizeof dir, "ranks%d", ranks);
    assert_int_equal(run(ranks, dir, slow_tasks, slow_walks), 0);
    check_same(dir, slow_reference, 6);
}

static void test_any_number_of_ranks_gives_the_same(void **state) {
    (void)state;
    check_ranks(1);
    check_ranks(2);
    check_ranks(4);
}

static void test_many_tiny_tasks(void **state) {
    (void)state;
    const char *const tiny[] = {"steps", "3", NULL};
    assert_int_equal(run(0, "tiny", "3000", tiny), 0);
    char *alone = stored("tiny", NULL);
    assert_int_equal(run(4, "tiny4", "3000", tiny), 0);
    check_same("tiny4", alone, 3000);
    free(alone);
}

/* Seed 1 takes ten times as long as the others, which nobody can know beforehand. Its rank must not
   sit on a second task while the other rank is idle: it ends up with seed 1 alone. */
static void test_idle_ranks_get_what_others_have_not_begun(void **state) {
    (void)state;
    const char *const pairs[] = {"steps", "10", "pause", "0.02", "slow", "1", NULL};
    assert_int_equal(run(2, "slow1", "8", pairs), 0);
    char path[PATH_MAX];
    path_of("slow1", path);
    struct walk_ranks ranks = {0};
    struct td_error err;
    assert_int_equal(td_log_scan(path, false, walk_count_ranks, &ranks, NULL, &err), TD_OK);
    assert_int_equal(ranks.by_rank[ranks.rank_of_seed_1], 1);
    assert_int_equal(ranks.by_rank[!ranks.rank_of_seed_1], 7);
}

static void test_warned_through_mpirun(void **state) {
    (void)state;
    check_interrupted(2, SIGUSR1, false, "usr2");
}

static void test_all_ranks_terminated(void **state) {
    (void)state;
    check_interrupted(4, SIGTERM, true, "term4");
}

/* mpirun answers 1 and kills the ranks a second later; what they have is kept. */
static void test_mpirun_terminated(void **state) {
    (void)state;
    make_slow_reference();
    pid_t child = start_and_wait(2, "mpirun2", slow_tasks, slow_walks, 0.05);
    kill(child, SIGTERM);
    double asked = td_clock();
    int code = finish(child);
    assert_true(code == 1 || code == TD_INTERRUPTED);
    assert_true(td_clock() - asked < 5);
    assert_int_equal(run(2, "mpirun2", slow_tasks, slow_walks), 0);
    check_same("mpirun2", slow_reference, 6);
}

/* One rank only: its stop reaches the others. */
static void test_one_rank_signalled_stops_all(void **state) {
    (void)state;
    make_slow_reference();
    pid_t child = start_and_wait(3, "oneof3", slow_tasks, slow_walks, 0.05);
    char command[200];
    snprintf(command, sizeof command,
             "kill -TERM $(ps -o pid=,comm= -s %d | grep -v mpirun | grep -v orterun | "
             "sort -n | tail -1 | awk '{print $1}')",
             (int)child);
    assert_int_equal(system(command), 0);
    double asked = td_clock();
    assert_int_equal(finish(child), TD_INTERRUPTED);
    assert_true(td_clock() - asked < 5);
    assert_true(said("stopped by SIGTERM"));
    assert_int_equal(run(2, "oneof3", slow_tasks, slow_walks), 0);
    check_same("oneof3", slow_reference, 6);
}

/* kill -9 of everything, again and again, on changing numbers of ranks. */
static void test_killed_again_and_again(void **state) {
    (void)state;
    make_slow_reference();
    static const int ranks[] = {2, 0, 4};
    for (int attempt = 0; attempt < 3; attempt++) {
        pid_t child =
            start_and_wait(ranks[attempt], "killed", slow_tasks, slow_walks, 0.02 + 0.04 * attempt);
        signal_session(child, SIGKILL, false);
        finish(child);
        size_t records;
        free(stored("killed", &records));
        assert_true(attempt > 0 || records < 6);
    }
    assert_int_equal(run(2, "killed", slow_tasks, slow_walks), 0);
    check_same("killed", slow_reference, 6);
}

static void test_errors_are_printed_once(void **state) {
    (void)state;
    char command[PATH_MAX + 200];
    snprintf(command, sizeof command, "mkdir %s/alien && touch %s/alien/thesis.tex", top, top);
    assert_int_equal(system(command), 0);
    assert_int_equal(run(3, "alien", slow_tasks, slow_walks), TD_BAD_INPUT);
    snprintf(command, sizeof command, "test $(grep -c '^tdyn: .*alien' %s) = 1", errors);
    assert_int_equal(system(command), 0);
}

static void test_failures_reach_the_user(void **state) {
    (void)state;
    const char *const pairs[] = {"steps", "20", "pause", "0.002", "broken", "5", NULL};
    assert_int_equal(run(3, "fail3", "30", pairs), TD_FAILED);
    assert_true(said("seed=5 failed"));
    assert_true(said("29 of 30 tasks done, 1 failed"));
}

int main(int argc, char **argv) {
    if (argc > 3 && !strcmp(argv[1], "walk"))
        return walk_main(argc, argv);
    if (!have_mpirun()) {
        fprintf(stderr, "no mpirun here: nothing tested\n");
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_number_of_ranks_gives_the_same),
        cmocka_unit_test(test_many_tiny_tasks),
        cmocka_unit_test(test_idle_ranks_get_what_others_have_not_begun),
        cmocka_unit_test(test_warned_through_mpirun),
        cmocka_unit_test(test_all_ranks_terminated),
        cmocka_unit_test(test_mpirun_terminated),
        cmocka_unit_test(test_one_rank_signalled_stops_all),
        cmocka_unit_test(test_killed_again_and_again),
        cmocka_unit_test(test_errors_are_printed_once),
        cmocka_unit_test(test_failures_reach_the_user),
    };
    return cmocka_run_group_tests(tests, make_top, remove_top);
}
