/* Progress lines and bar, with times made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sweep/progress.h"

static const struct td_progress_counts none = {0};

static void check_text(const struct td_progress *p, double now, const char *wanted) {
    char text[256];
    td_progress_text(p, now, text, sizeof text);
    assert_string_equal(text, wanted);
}

static void test_text(void **state) {
    (void)state;
    struct td_progress p;
    td_progress_start(&p, NULL, 10, none, 20, 100);
    check_text(&p, 105, "0/10 done");
    td_progress_count(&p, TD_TASK_DONE, 4, 102);
    check_text(&p, 102, "1/10 done, 0.5 tasks/s, 8.0 s left"); /* 16 of 20 left: 2 s * 16 / 4 */
    check_text(&p, 104, "1/10 done, 0.25 tasks/s, 6.0 s left");
    check_text(&p, 111, "1/10 done, 327 tasks/h, 44 s left"); /* overdue: 11 s * 16 / 4 */
    td_progress_count(&p, TD_TASK_FAILED, 1, 110);
    td_progress_count(&p, TD_TASK_DIVERGED, 5, 110);
    check_text(&p, 110, "1/10 done, 1 failed, 1 diverged, 0.3 tasks/s, 10 s left");
    check_text(&p, 100 + 3000, "1/10 done, 1 failed, 1 diverged, 3.6 tasks/h, 50 min left");
    check_text(&p, 100 + 36000, "1/10 done, 1 failed, 1 diverged, 0.3 tasks/h, 10 h 0 min left");
    check_text(&p, 100, "1/10 done, 1 failed, 1 diverged"); /* no time passed: no rate */
}

static void test_stored_tasks_count_as_done_but_not_in_the_rate(void **state) {
    (void)state;
    struct td_progress p;
    td_progress_start(&p, NULL, 10, (struct td_progress_counts){5, 1, 1}, 3, 0);
    check_text(&p, 1, "5/10 done, 1 failed, 1 diverged");
    td_progress_count(&p, TD_TASK_DONE, 1, 2);
    check_text(&p, 2, "6/10 done, 1 failed, 1 diverged, 0.5 tasks/s, 4.0 s left");
    assert_int_equal(td_progress_computed(&p), 1);
}

static void test_short_buffers_hold(void **state) {
    (void)state;
    struct td_progress p;
    td_progress_start(&p, NULL, 10, none, 10, 0);
    td_progress_count(&p, TD_TASK_FAILED, 1, 1);
    char guarded[64];
    for (size_t size = 1; size < 40; size++) {
        memset(guarded, '!', sizeof guarded);
        td_progress_text(&p, 3, guarded, size);
        assert_true(strlen(guarded) < size);
        assert_int_equal(guarded[size], '!');
    }
}

static void test_a_line_every_ten_seconds(void **state) {
    (void)state;
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct td_progress p;
    td_progress_start(&p, out, 2, none, 2, 0);
    for (double now = 0; now < 25; now += 0.5)
        td_progress_tick(&p, now);
    td_progress_count(&p, TD_TASK_DONE, 1, 25);
    td_progress_say(&p, "task x failed");
    td_progress_count(&p, TD_TASK_FAILED, 1, 26);
    td_progress_end(&p, 26);
    fclose(out);
    assert_string_equal(text, "tdyn: 0/2 done\ntdyn: 0/2 done\ntdyn: task x failed\n"
                              "tdyn: 1 of 2 tasks done, 1 failed; 2 computed now in 26 s\n");
    free(text);
}

static void test_bar_on_a_terminal(void **state) {
    (void)state;
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) || unlockpt(master))
        skip();
    FILE *out = fopen(ptsname(master), "w");
    assert_non_null(out);
    setenv("TERM", "xterm", 1);
    struct td_progress p;
    td_progress_start(&p, out, 4, none, 4, 0);
    td_progress_count(&p, TD_TASK_DONE, 1, 1);
    td_progress_tick(&p, 0.1); /* too early */
    td_progress_tick(&p, 1);
    td_progress_say(&p, "task x failed");
    char bytes[1024] = "";
    for (size_t n = 0; !strstr(bytes, "failed\r\n");) { /* it may come in pieces */
        ssize_t more = read(master, bytes + n, sizeof bytes - 1 - n);
        assert_true(more > 0);
        n += (size_t)more;
        bytes[n] = '\0';
    }
    assert_string_equal(bytes, "\r[######------------------]  25 %  1/4 done, 1 tasks/s, 3.0 s "
                               "left\033[K\r\033[Ktdyn: task x failed\r\n");
    setenv("TERM", "dumb", 1);
    td_progress_start(&p, out, 4, none, 4, 0);
    assert_false(p.bar);
    fclose(out);
    close(master);
}

static void test_nobody_listens(void **state) {
    (void)state;
    struct td_progress p;
    td_progress_start(&p, NULL, 4, none, 0, 0);
    td_progress_count(&p, TD_TASK_DONE, 1, 1);
    td_progress_tick(&p, 100);
    td_progress_say(&p, "hello");
    td_progress_end(&p, 101);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_stored_tasks_count_as_done_but_not_in_the_rate),
        cmocka_unit_test(test_short_buffers_hold),
        cmocka_unit_test(test_a_line_every_ten_seconds),
        cmocka_unit_test(test_bar_on_a_terminal),
        cmocka_unit_test(test_nobody_listens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
