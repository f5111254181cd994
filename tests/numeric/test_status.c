/* Statuses and messages: formatting, prefixes, truncation, nobody listening. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "numeric/status.h"

static void fail_fills_the_error(void **state) {
    (void)state;
    struct td_error err = {0};
    assert_int_equal(td_fail(&err, TD_BAD_INPUT, "depth %d of %s", 3, "mlp"), TD_BAD_INPUT);
    assert_int_equal(err.status, TD_BAD_INPUT);
    assert_string_equal(err.message, "depth 3 of mlp");
}

static void fail_without_an_error_keeps_the_status(void **state) {
    (void)state;
    assert_int_equal(td_fail(NULL, TD_DIVERGED, "step %d", 7), TD_DIVERGED);
    assert_int_equal(td_fail_in(NULL, "while %s", "saving"), TD_FAILED);
    assert_int_equal(td_fail_memory(NULL, 10), TD_FAILED);
}

static void prefixes_pile_up(void **state) {
    (void)state;
    struct td_error err = {0};
    td_fail(&err, TD_FAILED, "no space left on device");
    assert_int_equal(td_fail_in(&err, "write %s", "a.log"), TD_FAILED);
    assert_int_equal(td_fail_in(&err, "task %d", 4), TD_FAILED);
    assert_string_equal(err.message, "task 4: write a.log: no space left on device");
}

static void percent_signs_of_a_message_are_not_formats(void **state) {
    (void)state;
    struct td_error err = {0};
    td_fail(&err, TD_BAD_INPUT, "%s", "100%n of %s");
    td_fail_in(&err, "%s", "50%d");
    assert_string_equal(err.message, "50%d: 100%n of %s");
}

static void long_messages_are_cut_within_their_buffer(void **state) {
    (void)state;
    struct {
        struct td_error err;
        char guard[4 * TD_MESSAGE_MAX];
    } it;
    char longer[2 * TD_MESSAGE_MAX];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    memset(it.guard, 'g', sizeof it.guard);
    td_fail(&it.err, TD_FAILED, "%s", longer);
    assert_int_equal(strlen(it.err.message), TD_MESSAGE_MAX - 1);
    td_fail_in(&it.err, "here");
    assert_int_equal(strlen(it.err.message), TD_MESSAGE_MAX - 1);
    assert_memory_equal(it.err.message, "here: xxx", 9);
    td_fail_in(&it.err, "%s", longer);
    assert_int_equal(strlen(it.err.message), TD_MESSAGE_MAX - 1);
    for (size_t i = 0; i < sizeof it.guard; i++)
        assert_int_equal(it.guard[i], 'g');
}

static void memory_message_names_the_size(void **state) {
    (void)state;
    struct td_error err = {0};
    assert_int_equal(td_fail_memory(&err, 123456789), TD_FAILED);
    assert_non_null(strstr(err.message, "123456789"));
}

static void statuses_are_the_exit_codes(void **state) {
    (void)state;
    assert_int_equal(TD_OK, 0);
    assert_int_equal(TD_FAILED, 1);
    assert_int_equal(TD_BAD_INPUT, 2);
    assert_int_equal(TD_INTERRUPTED, 75);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fail_fills_the_error),
        cmocka_unit_test(fail_without_an_error_keeps_the_status),
        cmocka_unit_test(prefixes_pile_up),
        cmocka_unit_test(percent_signs_of_a_message_are_not_formats),
        cmocka_unit_test(long_messages_are_cut_within_their_buffer),
        cmocka_unit_test(memory_message_names_the_size),
        cmocka_unit_test(statuses_are_the_exit_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
