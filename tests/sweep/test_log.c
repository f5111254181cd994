/* Logs: whatever happens to a file, readers get a prefix of what was appended, never anything else.
 */
#include "store_samples.h"

#include <fcntl.h>
#include <sys/file.h>

#include "sweep/log_format.h"
#include "sweep/record_bytes.h"

enum { RECORDS = 5 };

/* Payload i: i + 1 bytes that all differ from other payloads' bytes at the same place. */
static size_t payload_of(unsigned i, unsigned char payload[64]) {
    size_t n = 3 * i + 1;
    for (size_t j = 0; j < n; ++j)
        payload[j] = (unsigned char)(17 * i + j + 1);
    return n;
}

static struct td_log *open_log(void **state, const char *name) {
    struct td_log *log = NULL;
    struct td_error err = {0};
    assert_ok(td_log_open(in_folder(state, ""), name, PRINT, &log, &err), &err);
    return log;
}

static void append(struct td_log *log, unsigned from, unsigned to) {
    unsigned char payload[64];
    struct td_error err = {0};
    for (unsigned i = from; i < to; ++i)
        assert_ok(td_log_append(log, payload, payload_of(i, payload), &err), &err);
}

static void close_log(struct td_log *log) {
    struct td_error err = {0};
    assert_ok(td_log_close(log, &err), &err);
}

/* Counts records and checks that they are payloads 0, 1, 2, ... */
struct counted {
    unsigned n;
};

static td_status count_record(void *context, const void *payload, size_t bytes,
                              struct td_error *err) {
    (void)err;
    struct counted *c = context;
    unsigned char expected[64];
    assert_int_equal(bytes, payload_of(c->n, expected));
    assert_memory_equal(payload, expected, bytes);
    ++c->n;
    return TD_OK;
}

static unsigned scan(void **state, size_t *torn) {
    struct counted c = {0};
    struct td_error err = {0};
    assert_ok(td_log_scan(in_folder(state, ""), false, count_record, &c, torn, &err), &err);
    return c.n;
}

/* Bytes after the header and after each record of a log with RECORDS records. */
static void record_ends(size_t ends[RECORDS + 1]) {
    unsigned char payload[64];
    ends[0] = TD_LOG_FIXED_BYTES + strlen(PRINT) + TD_LOG_SUM_BYTES;
    for (unsigned i = 0; i < RECORDS; ++i)
        ends[i + 1] = ends[i] + TD_LOG_FRAME_BYTES + payload_of(i, payload) + TD_LOG_SUM_BYTES;
}

static unsigned records_within(size_t bytes, const size_t ends[RECORDS + 1]) {
    unsigned n = 0;
    while (n < RECORDS && ends[n + 1] <= bytes)
        ++n;
    return n;
}

static void test_append_and_scan(void **state) {
    size_t torn, n, ends[RECORDS + 1];
    struct td_log *log = open_log(state, "rank0");
    assert_int_equal(scan(state, &torn), 0);
    append(log, 0, 3);
    assert_int_equal(scan(state, &torn), 3); /* while it is being written */
    close_log(log);
    log = open_log(state, "rank0");
    append(log, 3, RECORDS);
    close_log(log);
    assert_int_equal(scan(state, &torn), RECORDS);
    assert_int_equal(torn, 0);
    record_ends(ends);
    free(read_bytes(in_folder(state, "log/rank0.log"), &n));
    assert_int_equal(n, ends[RECORDS]);
}

static void test_logs_come_by_name(void **state) {
    size_t torn;
    struct td_log *b = open_log(state, "rank1"), *a = open_log(state, "rank0-part2of8");
    append(b, 2, RECORDS);
    append(a, 0, 2);
    close_log(a);
    close_log(b);
    write_bytes(in_folder(state, "log/notes.txt"), "not a log", 9);
    assert_int_equal(scan(state, &torn), RECORDS);
    assert_int_equal(torn, 0);
}

static void test_no_logs(void **state) {
    size_t torn = 7;
    char print[64] = "x";
    struct td_error err = {0};
    assert_int_equal(scan(state, &torn), 0);
    assert_int_equal(torn, 0);
    assert_ok(td_log_fingerprint(in_folder(state, ""), print, sizeof print, &err), &err);
    assert_string_equal(print, "");
}

static void test_empty_payload(void **state) {
    struct td_log *log = open_log(state, "rank0");
    struct td_error err = {0};
    assert_ok(td_log_append(log, "", 0, &err), &err);
    close_log(log);
    struct td_log_reader reader;
    const void *payload;
    size_t bytes = 1;
    uint64_t offset;
    assert_ok(td_log_reader_open(in_folder(state, "log/rank0.log"), &reader, &err), &err);
    assert_ok(td_log_reader_next(&reader, &payload, &bytes, &offset, &err), &err);
    assert_non_null(payload);
    assert_int_equal(bytes, 0);
    td_log_reader_close(&reader);
}

/* Cut at every byte: whole records stay, the next writer cuts the rest off and goes on. */
static void test_truncated_anywhere(void **state) {
    size_t n, torn, ends[RECORDS + 1];
    char path[2 * PATH_MAX];
    strcpy(path, in_folder(state, "log/rank0.log"));
    struct td_log *log = open_log(state, "rank0");
    append(log, 0, RECORDS);
    close_log(log);
    record_ends(ends);
    unsigned char *bytes = read_bytes(path, &n);
    for (size_t cut = 0; cut < n; ++cut) {
        write_bytes(path, bytes, cut);
        unsigned left = records_within(cut, ends);
        assert_int_equal(scan(state, &torn), left);
        assert_int_equal(torn, cut < ends[0] ? cut : cut - ends[left]);
        log = open_log(state, "rank0");
        append(log, left, RECORDS);
        close_log(log);
        size_t again;
        unsigned char *mended = read_bytes(path, &again);
        assert_int_equal(again, n);
        assert_memory_equal(mended, bytes, n);
        free(mended);
    }
    free(bytes);
}

/* A changed bit anywhere: the records before it, no more and no others. */
static void test_flipped_bits(void **state) {
    size_t n, torn, ends[RECORDS + 1];
    char path[2 * PATH_MAX];
    strcpy(path, in_folder(state, "log/rank0.log"));
    struct td_log *log = open_log(state, "rank0");
    append(log, 0, RECORDS);
    close_log(log);
    record_ends(ends);
    unsigned char *bytes = read_bytes(path, &n);
    for (size_t at = 0; at < n; ++at)
        for (int bit = 0; bit < 8; bit += 7) {
            bytes[at] ^= (unsigned char)(1 << bit);
            write_bytes(path, bytes, n);
            unsigned before = at < ends[0] ? 0 : records_within(at, ends);
            assert_int_equal(scan(state, &torn), before);
            assert_int_equal(torn, at < ends[0] ? n : n - ends[before]);
            bytes[at] ^= (unsigned char)(1 << bit);
        }
    /* The writer goes on after the valid part; a log with a damaged header is kept aside. */
    bytes[ends[2]] ^= 1;
    write_bytes(path, bytes, n);
    log = open_log(state, "rank0");
    append(log, 2, RECORDS);
    close_log(log);
    assert_int_equal(scan(state, &torn), RECORDS);
    assert_int_equal(torn, 0);
    free(bytes);
}

static void test_damaged_header_is_kept_aside(void **state) {
    size_t n, torn;
    const char *path = in_folder(state, "log/rank0.log");
    struct td_log *log = open_log(state, "rank0");
    unsigned char large[2000] = {1};
    struct td_error err = {0};
    assert_ok(td_log_append(log, large, sizeof large, &err), &err);
    close_log(log);
    unsigned char *bytes = read_bytes(path, &n);
    bytes[TD_LOG_FIXED_BYTES] ^= 1;
    write_bytes(path, bytes, n);
    log = open_log(state, "rank0");
    append(log, 0, RECORDS);
    close_log(log);
    assert_int_equal(scan(state, &torn), RECORDS);
    size_t aside;
    unsigned char *kept = read_bytes(in_folder(state, "log/rank0.log.damaged"), &aside);
    assert_int_equal(aside, n);
    assert_memory_equal(kept, bytes, n);
    free(kept);
    free(bytes);
}

/* A record that promises terabytes in a short file. */
static void test_promised_length_is_not_believed(void **state) {
    size_t torn;
    struct td_log *log = open_log(state, "rank0");
    append(log, 0, 1);
    close_log(log);
    FILE *f = fopen(in_folder(state, "log/rank0.log"), "ab");
    const uint64_t lengths[] = {htole64((uint64_t)1 << 40), htole64(UINT64_MAX), 0};
    assert_int_equal(fwrite(lengths, 1, sizeof lengths, f), sizeof lengths);
    fclose(f);
    assert_int_equal(scan(state, &torn), 1);
    assert_int_equal(torn, sizeof lengths);
}

static void test_newer_format_is_refused(void **state) {
    struct td_log *log = open_log(state, "rank0");
    close_log(log);
    size_t n;
    const char *path = in_folder(state, "log/rank0.log");
    unsigned char *bytes = read_bytes(path, &n);
    bytes[TD_LOG_MAGIC_BYTES] = TD_LOG_FORMAT + 1;
    uint64_t sum = htole64(td_log_sum(bytes, n - TD_LOG_SUM_BYTES, NULL, 0));
    memcpy(bytes + n - TD_LOG_SUM_BYTES, &sum, sizeof sum);
    write_bytes(path, bytes, n);
    struct td_error err = {0};
    struct counted c = {0};
    assert_int_equal(td_log_scan(in_folder(state, ""), false, count_record, &c, NULL, &err),
                     TD_BAD_INPUT);
    assert_says(&err, "format 2");
    assert_int_equal(td_log_open(in_folder(state, ""), "rank0", PRINT, &log, &err), TD_BAD_INPUT);
    size_t after;
    unsigned char *untouched = read_bytes(path, &after);
    assert_int_equal(after, n);
    assert_memory_equal(untouched, bytes, n);
    free(untouched);
    free(bytes);
}

static void test_fingerprints(void **state) {
    struct td_log *log;
    struct td_error err = {0};
    struct counted c = {0};
    char print[64];
    close_log(open_log(state, "rank0"));
    assert_ok(td_log_fingerprint(in_folder(state, ""), print, sizeof print, &err), &err);
    assert_string_equal(print, PRINT);
    assert_int_equal(td_log_fingerprint(in_folder(state, ""), print, 5, &err), TD_BAD_INPUT);
    assert_int_equal(td_log_open(in_folder(state, ""), "rank0", "other", &log, &err), TD_BAD_INPUT);
    assert_says(&err, PRINT);
    assert_says(&err, "other");
    assert_ok(td_log_open(in_folder(state, ""), "rank1", "other", &log, &err), &err);
    close_log(log);
    const char *dir = in_folder(state, "");
    assert_int_equal(td_log_scan(dir, false, count_record, &c, NULL, &err), TD_BAD_INPUT);
    assert_says(&err, "rank0.log");
    assert_says(&err, "rank1.log");
    assert_ok(td_log_scan(dir, true, count_record, &c, NULL, &err), &err);
}

/* A limit on file sizes is how a full disk looks: the record is cut off again, the reason named. */
static void test_full_disk(void **state) {
    size_t n, torn;
    struct td_error err = {0};
    unsigned char large[4096] = {0};
    signal(SIGXFSZ, SIG_IGN);
    struct td_log *log = open_log(state, "rank0");
    append(log, 0, 3);
    limit_file_size(2048);
    td_status status = td_log_append(log, large, sizeof large, &err);
    limit_file_size(RLIM_INFINITY);
    assert_int_equal(status, TD_FAILED);
    assert_says(&err, "File too large");
    assert_says(&err, "rank0.log");
    assert_int_equal(scan(state, &torn), 3);
    assert_int_equal(torn, 0);
    append(log, 3, RECORDS); /* there is room again */
    close_log(log);
    assert_int_equal(scan(state, &torn), RECORDS);
    size_t ends[RECORDS + 1];
    record_ends(ends);
    free(read_bytes(in_folder(state, "log/rank0.log"), &n));
    assert_int_equal(n, ends[RECORDS]);
}

static td_status stop_reading(void *context, const void *payload, size_t bytes,
                              struct td_error *err) {
    (void)payload, (void)bytes;
    ++*(int *)context;
    return td_fail(err, TD_INTERRUPTED, "enough");
}

static void test_error_of_the_reader_is_passed_on(void **state) {
    int calls = 0;
    struct td_error err = {0};
    struct td_log *log = open_log(state, "rank0");
    append(log, 0, 3);
    close_log(log);
    assert_int_equal(td_log_scan(in_folder(state, ""), false, stop_reading, &calls, NULL, &err),
                     TD_INTERRUPTED);
    assert_int_equal(calls, 1);
}

static void test_folder_that_cannot_be(void **state) {
    struct td_log *log;
    struct td_error err = {0};
    write_bytes(in_folder(state, "file"), "", 0);
    assert_int_equal(td_log_open(in_folder(state, "file"), "rank0", PRINT, &log, &err),
                     TD_BAD_INPUT);
    assert_says(&err, "Not a directory");
    assert_int_equal(td_log_open(in_folder(state, "missing"), "rank0", PRINT, &log, &err),
                     TD_BAD_INPUT);
    assert_int_equal(td_log_open(in_folder(state, ""), "../x", PRINT, &log, &err), TD_FAILED);
}

/* A log that another process still has open is waited for. */
static void test_waits_for_a_dying_writer(void **state) {
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        struct td_log *log = NULL;
        if (td_log_open(in_folder(state, ""), "rank0", PRINT, &log, NULL))
            _exit(1);
        append(log, 0, 2);
        if (write(ready[1], "x", 1) != 1)
            _exit(1);
        usleep(200000);
        raise(SIGKILL);
    }
    char byte;
    assert_int_equal(read(ready[0], &byte, 1), 1);
    struct td_log *log = open_log(state, "rank0");
    append(log, 2, RECORDS);
    close_log(log);
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
    close(ready[0]);
    close(ready[1]);
    size_t torn;
    assert_int_equal(scan(state, &torn), RECORDS);
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        TEST(test_append_and_scan),
        TEST(test_logs_come_by_name),
        TEST(test_no_logs),
        TEST(test_empty_payload),
        TEST(test_truncated_anywhere),
        TEST(test_flipped_bits),
        TEST(test_damaged_header_is_kept_aside),
        TEST(test_promised_length_is_not_believed),
        TEST(test_newer_format_is_refused),
        TEST(test_fingerprints),
        TEST(test_full_disk),
        TEST(test_error_of_the_reader_is_passed_on),
        TEST(test_folder_that_cannot_be),
        TEST(test_waits_for_a_dying_writer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
