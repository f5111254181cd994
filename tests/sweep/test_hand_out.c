/* The ledger of a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdbool.h>

#include "sweep/hand_out.h"

static struct td_hand_out *make(const double *cost, size_t n, int ranks) {
    struct td_hand_out *h;
    struct td_error err;
    size_t tasks[1000] = {0};
    for (size_t i = 0; i < n; i++)
        tasks[i] = 10 + i;
    assert_int_equal(td_hand_out_create(tasks, cost, n, ranks, &h, &err), TD_OK);
    return h;
}

static void test_costliest_first_then_by_number(void **state) {
    (void)state;
    struct td_hand_out *h = make((double[]){1, 5, NAN, 5, -3, INFINITY, 0.5}, 7, 1);
    /* what is no cost counts as 1: 11, 13 (cost 5), then 10, 12, 14, 15 (cost 1), then 16 */
    const size_t wanted[] = {11, 13, 10, 12, 14, 15, 16};
    for (size_t i = 0; i < 7; i++) {
        size_t task;
        assert_int_equal(td_hand_out_take(h, 0, 1, &task), 1);
        assert_int_equal(task, wanted[i]);
        assert_false(td_hand_out_over(h));
    }
    for (size_t i = 0; i < 7; i++)
        td_hand_out_finish(h, 0, wanted[i], 0.1);
    assert_true(td_hand_out_over(h));
    td_hand_out_free(h);
}

static void test_nothing_to_do_is_over_at_once(void **state) {
    (void)state;
    struct td_hand_out *h = make(NULL, 0, 3);
    size_t task;
    assert_true(td_hand_out_over(h));
    assert_int_equal(td_hand_out_take(h, 2, 1, &task), 0);
    td_hand_out_free(h);
}

static void test_unknown_and_long_tasks_go_one_by_one(void **state) {
    (void)state;
    double cost[1000];
    for (size_t i = 0; i < 1000; i++)
        cost[i] = 1;
    struct td_hand_out *h = make(cost, 1000, 2);
    size_t tasks[TD_CHUNK_MAX];
    assert_int_equal(td_hand_out_take(h, 0, TD_CHUNK_MAX, tasks), 1); /* nothing is known yet */
    assert_false(td_hand_out_hoards(h, 0));
    td_hand_out_finish(h, 0, tasks[0], 10 * TD_CHUNK_SECONDS);
    assert_int_equal(td_hand_out_take(h, 0, TD_CHUNK_MAX, tasks), 1);
    td_hand_out_free(h);
}

static void test_short_tasks_go_in_chunks_that_leave_others_some(void **state) {
    (void)state;
    double cost[1000];
    for (size_t i = 0; i < 1000; i++)
        cost[i] = 2;
    struct td_hand_out *h = make(cost, 1000, 4);
    size_t tasks[TD_CHUNK_MAX], total = 1;
    assert_int_equal(td_hand_out_take(h, 0, TD_CHUNK_MAX, tasks), 1);
    td_hand_out_finish(h, 0, tasks[0], TD_CHUNK_SECONDS / 9.5);
    size_t n = td_hand_out_take(h, 1, TD_CHUNK_MAX, tasks);
    assert_int_equal(n, 10); /* ten of them reach TD_CHUNK_SECONDS */
    for (total += n; total < 1000; total += n) {
        n = td_hand_out_take(h, 1, TD_CHUNK_MAX, tasks);
        assert_true(n >= 1 && (n == 1 || n <= (1000 - total) / 8));
    }
    assert_true(td_hand_out_hoards(h, 1));
    td_hand_out_free(h);
}

static void test_given_back_tasks_go_out_next(void **state) {
    (void)state;
    double cost[100];
    for (size_t i = 0; i < 100; i++)
        cost[i] = 100 - (double)i;
    struct td_hand_out *h = make(cost, 100, 2);
    size_t tasks[TD_CHUNK_MAX], next;
    td_hand_out_take(h, 0, 1, tasks);
    td_hand_out_finish(h, 0, tasks[0], TD_CHUNK_SECONDS / 10);
    size_t n = td_hand_out_take(h, 0, 8, tasks);
    assert_int_equal(n, 8);
    td_hand_out_give_back(h, 0, tasks + 1, 7);
    assert_false(td_hand_out_hoards(h, 0));
    assert_int_equal(td_hand_out_take(h, 1, 1, &next), 1);
    assert_int_equal(next, tasks[1]);
    td_hand_out_free(h);
}

static void test_closing_ends_it(void **state) {
    (void)state;
    struct td_hand_out *h = make((double[]){1, 2, 3}, 3, 1);
    size_t task;
    td_hand_out_take(h, 0, 1, &task);
    td_hand_out_close(h);
    assert_true(td_hand_out_over(h));
    size_t none;
    assert_int_equal(td_hand_out_take(h, 0, 1, &none), 0);
    td_hand_out_finish(h, 0, task, 1); /* what is under way may still end */
    td_hand_out_free(h);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_costliest_first_then_by_number),
        cmocka_unit_test(test_nothing_to_do_is_over_at_once),
        cmocka_unit_test(test_unknown_and_long_tasks_go_one_by_one),
        cmocka_unit_test(test_short_tasks_go_in_chunks_that_leave_others_some),
        cmocka_unit_test(test_given_back_tasks_go_out_next),
        cmocka_unit_test(test_closing_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
