/* Checkpoints: the newest valid one comes back, bit for bit; a damaged one is named and passed
 * over. */
#include "store_samples.h"

#include <xxhash.h>

#include "numeric/memory.h"

#define ID "0123456789abcdef0123456789abcdef"
#define FILE_NAME "checkpoints/" ID ".ck"

static void write_checkpoint(void **state, const struct td_section *sections, size_t n) {
    struct td_error err = {0};
    assert_ok(td_checkpoint_write(in_folder(state, ""), ID, PRINT, sections, n, &err), &err);
}

/* One section that holds one number. */
static void write_number(void **state, int x) {
    struct td_section s = {"x", &x, sizeof x};
    write_checkpoint(state, &s, 1);
}

/* The number that comes back, or -1 for none. *note is copied: "" for none. */
static int read_number(void **state, const char *print, char note[1024]) {
    struct td_arena *arena = td_arena_create();
    struct td_section *sections;
    struct td_error err = {0};
    const char *said;
    size_t n;
    int x = -1;
    assert_ok(
        td_checkpoint_read(in_folder(state, ""), ID, print, arena, &sections, &n, &said, &err),
        &err);
    if (n) {
        assert_int_equal(n, 1);
        assert_string_equal(sections[0].name, "x");
        assert_int_equal(sections[0].bytes, sizeof x);
        memcpy(&x, sections[0].data, sizeof x);
    }
    snprintf(note, 1024, "%s", said ? said : "");
    td_arena_free(arena);
    return x;
}

static void test_round_trip(void **state) {
    double weights[1000];
    for (int i = 0; i < 1000; ++i)
        weights[i] = 1.0 / (i + 1);
    const struct td_section sections[] = {
        {"weights", weights, sizeof weights}, {"empty", "", 0}, {"step", "\x07", 1}, {"", "ab", 2}};
    write_checkpoint(state, sections, 4);
    struct td_arena *arena = td_arena_create();
    struct td_section *back;
    const char *note;
    size_t n;
    struct td_error err = {0};
    assert_ok(td_checkpoint_read(in_folder(state, ""), ID, PRINT, arena, &back, &n, &note, &err),
              &err);
    assert_null(note);
    assert_int_equal(n, 4);
    for (size_t i = 0; i < n; ++i) {
        assert_string_equal(back[i].name, sections[i].name);
        assert_int_equal(back[i].bytes, sections[i].bytes);
        assert_memory_equal(back[i].data, sections[i].data, sections[i].bytes);
        assert_int_equal((uintptr_t)back[i].data % 16, 0);
    }
    td_arena_free(arena);
    assert_false(any_name(in_folder(state, "checkpoints"), "tmp"));
}

static void test_no_sections(void **state) {
    char note[1024];
    write_checkpoint(state, NULL, 0);
    assert_int_equal(read_number(state, PRINT, note), -1);
    assert_string_equal(note, "");
}

static void test_none(void **state) {
    char note[1024];
    assert_int_equal(read_number(state, PRINT, note), -1);
    assert_string_equal(note, "");
    td_checkpoint_remove(in_folder(state, ""), ID); /* no harm */
}

static void test_two_are_kept(void **state) {
    char note[1024];
    for (int i = 1; i <= 4; ++i) {
        write_number(state, i);
        assert_int_equal(read_number(state, PRINT, note), i);
        assert_int_equal(file_exists(in_folder(state, FILE_NAME ".old")), i > 1);
    }
    assert_int_equal(unlink(in_folder(state, FILE_NAME)), 0);
    assert_int_equal(read_number(state, PRINT, note), 3);
    assert_string_equal(note, "");
    write_number(state, 5);
    td_checkpoint_remove(in_folder(state, ""), ID);
    assert_false(any_name(in_folder(state, "checkpoints"), ".ck"));
}

static void test_any_damage_is_seen(void **state) {
    char path[2 * PATH_MAX], note[1024];
    strcpy(path, in_folder(state, FILE_NAME));
    write_number(state, 1);
    write_number(state, 2);
    size_t n;
    unsigned char *bytes = read_bytes(path, &n);
    for (size_t i = 0; i < n; ++i) {
        bytes[i] ^= 0x10;
        write_bytes(path, bytes, n);
        assert_int_equal(read_number(state, PRINT, note), 1);
        assert_non_null(strstr(note, FILE_NAME " is damaged"));
        bytes[i] ^= 0x10;
        write_bytes(path, bytes, i); /* cut */
        assert_int_equal(read_number(state, PRINT, note), 1);
        assert_non_null(strstr(note, FILE_NAME " is damaged"));
    }
    write_bytes(in_folder(state, FILE_NAME ".old"), "rubbish", 7);
    assert_int_equal(read_number(state, PRINT, note), -1);
    assert_non_null(strstr(note, FILE_NAME " is damaged"));
    assert_non_null(strstr(note, FILE_NAME ".old is damaged"));
    free(bytes);
}

static void test_other_build_is_passed_over(void **state) {
    char note[1024];
    write_number(state, 1);
    assert_int_equal(read_number(state, "another build", note), -1);
    assert_non_null(strstr(note, "of another build"));
    /* A file under another task's name is not that task's. */
    assert_int_equal(rename(in_folder(state, FILE_NAME), in_folder(state, "checkpoints/other.ck")),
                     0);
    struct td_arena *arena = td_arena_create();
    struct td_section *sections;
    const char *said;
    size_t n;
    struct td_error err = {0};
    assert_ok(
        td_checkpoint_read(in_folder(state, ""), "other", PRINT, arena, &sections, &n, &said, &err),
        &err);
    assert_int_equal(n, 0);
    td_arena_free(arena);
}

/* Sizes that are wrong under a checksum that is right. */
static void test_promised_sizes_are_not_believed(void **state) {
    char path[2 * PATH_MAX], note[1024];
    strcpy(path, in_folder(state, FILE_NAME));
    write_number(state, 1);
    size_t n;
    unsigned char *bytes = read_bytes(path, &n), *changed = malloc(n);
    for (size_t at = 8; at + 8 + 8 <= n; ++at)
        for (int wide = 0; wide < 2; ++wide) {
            memcpy(changed, bytes, n);
            memset(changed + at, 0xff, wide ? 8 : 4);
            uint64_t sum = XXH3_64bits(changed, n - 8);
            memcpy(changed + n - 8, &sum, 8);
            write_bytes(path, changed, n);
            struct td_arena *arena = td_arena_create();
            struct td_section *sections;
            const char *said;
            size_t count;
            struct td_error err = {0};
            td_status status = td_checkpoint_read(in_folder(state, ""), ID, PRINT, arena, &sections,
                                                  &count, &said, &err);
            assert_ok(status, &err);
            for (size_t i = 0; i < count; ++i)
                assert_true(sections[i].bytes <= n);
            td_arena_free(arena);
        }
    write_bytes(path, bytes, n);
    assert_int_equal(read_number(state, PRINT, note), 1);
    free(changed);
    free(bytes);
}

static void test_full_disk(void **state) {
    char note[1024];
    double large[1000] = {0};
    struct td_section s = {"x", large, sizeof large};
    struct td_error err = {0};
    signal(SIGXFSZ, SIG_IGN);
    write_number(state, 1);
    write_number(state, 2);
    limit_file_size(1024);
    td_status status = td_checkpoint_write(in_folder(state, ""), ID, PRINT, &s, 1, &err);
    limit_file_size(RLIM_INFINITY);
    assert_int_equal(status, TD_FAILED);
    assert_says(&err, "File too large");
    assert_says(&err, ID);
    assert_int_equal(read_number(state, PRINT, note), 2);
    assert_false(any_name(in_folder(state, "checkpoints"), "tmp"));
    assert_true(file_exists(in_folder(state, FILE_NAME ".old")));
}

static void test_names_that_are_no_ids(void **state) {
    struct td_error err = {0};
    assert_int_equal(td_checkpoint_write(in_folder(state, ""), "../x", PRINT, NULL, 0, &err),
                     TD_FAILED);
    write_bytes(in_folder(state, "x.ck"), "mine", 4);
    td_checkpoint_remove(in_folder(state, ""), "../x");
    assert_true(file_exists(in_folder(state, "x.ck")));
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        TEST(test_round_trip),
        TEST(test_no_sections),
        TEST(test_none),
        TEST(test_two_are_kept),
        TEST(test_any_damage_is_seen),
        TEST(test_other_build_is_passed_over),
        TEST(test_promised_sizes_are_not_believed),
        TEST(test_full_disk),
        TEST(test_names_that_are_no_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
