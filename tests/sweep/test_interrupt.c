/* Signals, each case in a process of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "numeric/platform.h"
#include "numeric/status.h"
#include "sweep/interrupt.h"

static void wait_seconds(double seconds) {
    double end = td_clock() + seconds;
    while (td_clock() < end)
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

/* Exit code of `body` in a child; 1000 + N if signal N killed it. */
static int exit_of(void (*body)(void)) {
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        body();
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static void each_signal(void) {
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};
    for (size_t i = 0; i < 4; i++) {
        pid_t child = fork();
        if (child == 0) {
            td_interrupt_install();
            if (td_interrupt_pending())
                _exit(9);
            raise(signals[i]);
            _exit(td_interrupt_pending() == signals[i] ? 0 : 8);
        }
        int status;
        waitpid(child, &status, 0);
        if (status)
            _exit(7);
    }
}

static void second_at_once(void) { /* as timeout(1) sends it: one request */
    td_interrupt_install();
    raise(SIGTERM);
    raise(SIGTERM);
    _exit(td_interrupt_pending() == SIGTERM ? 0 : 9);
}

static void second_later(void) {
    td_interrupt_install();
    raise(SIGUSR1);
    wait_seconds(0.15);
    raise(SIGTERM);
    _exit(9);
}

static void signal_after_raise(void) { /* another rank's stop is not a first signal */
    td_interrupt_install();
    td_interrupt_raise(SIGUSR1);
    wait_seconds(0.15);
    raise(SIGTERM);
    _exit(td_interrupt_pending() == SIGUSR1 ? 0 : 9);
}

static void never_safe(void) {
    td_interrupt_install();
    raise(SIGTERM);
    wait_seconds(20);
    _exit(9);
}

static void broken_pipe_and_full_file(void) {
    td_interrupt_install();
    int ends[2];
    char bytes[4096] = {0}, path[] = "/tmp/tdyn-test-interrupt-XXXXXX";
    if (pipe(ends) || close(ends[0]))
        _exit(7);
    if (write(ends[1], bytes, 1) != -1 || errno != EPIPE)
        _exit(8);
    struct rlimit limit = {1000, 1000};
    int fd = mkstemp(path);
    unlink(path);
    setrlimit(RLIMIT_FSIZE, &limit);
    if (write(fd, bytes, sizeof bytes) != 1000 || write(fd, bytes, 1) != -1 || errno != EFBIG)
        _exit(9);
}

static void no_hangup(void) {
    signal(SIGHUP, SIG_IGN); /* what nohup does */
    td_interrupt_install();
    raise(SIGHUP);
    _exit(td_interrupt_pending() ? 9 : 0);
}

static void test_signals_raise_the_flag(void **state) {
    (void)state;
    assert_int_equal(exit_of(each_signal), 0);
}

static void test_second_signal(void **state) {
    (void)state;
    assert_int_equal(exit_of(second_at_once), 0);
    assert_int_equal(exit_of(second_later), TD_INTERRUPTED);
    assert_int_equal(exit_of(signal_after_raise), 0);
}

static void test_nothing_outlives_the_deadline(void **state) {
    (void)state;
    double start = td_clock();
    assert_int_equal(exit_of(never_safe), TD_INTERRUPTED);
    double seconds = td_clock() - start;
    assert_true(seconds > TD_STOP_SECONDS - 0.5 && seconds < 5);
}

static void test_writing_fails_instead_of_killing(void **state) {
    (void)state;
    assert_int_equal(exit_of(broken_pipe_and_full_file), 0);
}

static void test_nohup_is_honoured(void **state) {
    (void)state;
    assert_int_equal(exit_of(no_hangup), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signals_raise_the_flag),
        cmocka_unit_test(test_second_signal),
        cmocka_unit_test(test_nothing_outlives_the_deadline),
        cmocka_unit_test(test_writing_fails_instead_of_killing),
        cmocka_unit_test(test_nohup_is_honoured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
