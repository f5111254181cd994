/* One log that several processes write: every record of each in its order, none torn, whoever dies.
 */
#include "store_samples.h"

#include <fcntl.h>
#include <sys/file.h>

#include "sweep/log_format.h"

enum { WRITERS = 4, EACH = 300 };

/* A record says who wrote it and how many came before, and repeats that to a length of its own. */
struct note {
    uint32_t writer, number;
};

static size_t note_of(uint32_t writer, uint32_t number, struct note notes[64]) {
    size_t n = 1 + (7 * writer + 3 * number) % 60;
    for (size_t i = 0; i < n; i++)
        notes[i] = (struct note){writer, number};
    return n * sizeof *notes;
}

static struct td_log *open_shared(void **state, bool leads) {
    struct td_log *log = NULL;
    struct td_error err = {0};
    assert_ok(td_log_open_shared(in_folder(state, ""), "node1", PRINT, leads, &log, &err), &err);
    return log;
}

static void append(struct td_log *log, uint32_t writer, uint32_t from, uint32_t to) {
    struct note notes[64];
    struct td_error err = {0};
    for (uint32_t i = from; i < to; i++) {
        size_t bytes = note_of(writer, i, notes);
        assert_ok(td_log_append(log, notes, bytes, &err), &err);
    }
}

/* Checks each record and counts those of each writer. */
static td_status count_note(void *context, const void *payload, size_t bytes,
                            struct td_error *err) {
    uint32_t *counts = context;
    struct note notes[64], first;
    (void)err;
    assert_true(bytes >= sizeof first);
    memcpy(&first, payload, sizeof first);
    assert_true(first.writer < WRITERS);
    assert_int_equal(first.number, counts[first.writer]++);
    assert_int_equal(bytes, note_of(first.writer, first.number, notes));
    assert_memory_equal(payload, notes, bytes);
    return TD_OK;
}

static size_t scan(void **state, uint32_t counts[WRITERS]) {
    size_t torn;
    struct td_error err = {0};
    memset(counts, 0, WRITERS * sizeof *counts);
    assert_ok(td_log_scan(in_folder(state, ""), false, count_note, counts, &torn, &err), &err);
    return torn;
}

static void test_two_take_turns(void **state) {
    uint32_t counts[WRITERS];
    struct td_log *a = open_shared(state, true), *b = open_shared(state, false);
    append(a, 0, 0, 3);
    append(b, 1, 0, 5);
    append(a, 0, 3, 4);
    struct td_log *c = open_shared(state, false); /* later than what is there */
    append(c, 2, 0, 2);
    append(b, 1, 5, 6);
    assert_int_equal(scan(state, counts), 0);
    assert_true(counts[0] == 4 && counts[1] == 6 && counts[2] == 2);
    assert_int_equal(td_log_close(a, NULL), TD_OK);
    assert_int_equal(td_log_close(b, NULL), TD_OK);
    assert_int_equal(td_log_close(c, NULL), TD_OK);
    a = open_shared(state, true); /* the next run */
    append(a, 0, 4, 5);
    td_log_close(a, NULL);
    assert_int_equal(scan(state, counts), 0);
    assert_true(counts[0] == 5 && counts[1] == 6 && counts[2] == 2);
}

static pid_t start_writer(void **state, uint32_t writer, uint32_t from, uint32_t to) {
    pid_t child = fork();
    if (child)
        return child;
    struct td_log *log = open_shared(state, false);
    append(log, writer, from, to);
    _exit(td_log_close(log, NULL) ? 1 : 0);
}

static void test_processes_write_at_once(void **state) {
    uint32_t counts[WRITERS];
    struct td_log *log = open_shared(state, true);
    pid_t children[WRITERS];
    for (uint32_t w = 1; w < WRITERS; w++)
        children[w] = start_writer(state, w, 0, EACH);
    append(log, 0, 0, EACH);
    for (uint32_t w = 1; w < WRITERS; w++) {
        int status;
        waitpid(children[w], &status, 0);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    td_log_close(log, NULL);
    assert_int_equal(scan(state, counts), 0);
    for (int w = 0; w < WRITERS; w++)
        assert_int_equal(counts[w], EACH);
}

static void test_a_killed_writer_takes_nothing_along(void **state) {
    uint32_t counts[WRITERS];
    struct td_log *log = open_shared(state, true);
    pid_t child = start_writer(state, 1, 0, UINT32_MAX);
    append(log, 0, 0, EACH);
    usleep(20000);
    kill(child, SIGKILL);
    append(log, 0, EACH, 2 * EACH);
    waitpid(child, NULL, 0);
    append(log, 0, 2 * EACH, 2 * EACH + 1);
    assert_int_equal(scan(state, counts), 0);
    assert_int_equal(counts[0], 2 * EACH + 1);
    td_log_close(log, NULL);
}

/* What a writer killed within a write leaves: a part of its record, of any length. */
static void test_a_torn_record_is_cut_off(void **state) {
    struct note notes[64];
    uint32_t counts[WRITERS], written = 0;
    struct td_log *log = open_shared(state, true), *other = open_shared(state, false);
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s", in_folder(state, "log/node1.log"));
    append(other, 1, 0, 1);
    for (size_t part = 1; part < 40; part++) {
        size_t n, whole;
        free(read_bytes(path, &whole));
        append(other, 1, 1, 2); /* to be torn, as if it had been killed */
        free(read_bytes(path, &n));
        if (whole + part >= n)
            break;
        assert_int_equal(truncate(path, (off_t)(whole + part)), 0);
        append(log, 0, written, written + 1);
        written++;
        assert_int_equal(scan(state, counts), 0);
        assert_true(counts[0] == written && counts[1] == 1);
        td_log_close(other, NULL);
        other = open_shared(state, false);
    }
    assert_true(written > 10);
    assert_true(note_of(1, 1, notes) > 0);
    td_log_close(log, NULL);
    td_log_close(other, NULL);
}

static void test_others_are_kept_out(void **state) {
    struct td_error err;
    struct td_log *log = open_shared(state, true), *other = NULL;
    /* Another build joins nothing; a log of a rank's own cannot be this one. */
    assert_int_equal(
        td_log_open_shared(in_folder(state, ""), "node1", "other", false, &other, &err), TD_FAILED);
    assert_non_null(strstr(err.message, "not the log that this run began"));
    assert_null(other);
    int fd = open(in_folder(state, "log/node1.log"), O_RDWR);
    assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), -1);
    close(fd);
    td_log_close(log, NULL);
    assert_int_equal(td_log_open_shared(in_folder(state, ""), "node2", PRINT, false, &other, &err),
                     TD_FAILED); /* which nobody leads */
    assert_int_equal(td_log_open_shared(in_folder(state, ""), "../x", PRINT, true, &other, &err),
                     TD_FAILED);
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        TEST(test_two_take_turns),
        TEST(test_processes_write_at_once),
        TEST(test_a_killed_writer_takes_nothing_along),
        TEST(test_a_torn_record_is_cut_off),
        TEST(test_others_are_kept_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
