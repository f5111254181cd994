/* Records as bytes: what goes in comes out, and no bytes whatever do harm. */
#include "store_samples.h"

#include <float.h>
#include <math.h>

#include "sweep/record_bytes.h"
#include "sweep/record_symbols.h"

static const double cube[24] = {1, -0.0, INFINITY, NAN, DBL_TRUE_MIN, DBL_MAX, 1e-300};

/* Something of everything. */
static struct td_record rich_record(void) {
    static const struct td_setting settings[] = {
        {.name = "net.depth", .value = "16", .flags = 0},
        {.name = "measure.0.kind", .value = "loss", .flags = TD_OBSERVED},
        {.name = "data.path", .value = "a, \"b\"\n\xc3\xbc.csv", .flags = TD_PATH}};
    static const struct td_record_value values[] = {
        {"loss", "", "", 0, 0.1},
        {"loss", "", "nonfinite", 1, NAN},
        {"loss", "", "", INT64_MAX, -0.0},
        {"variance", "hidden.3", "ties", INT64_MIN, INFINITY},
        {"", "", "", 2, DBL_TRUE_MIN}};
    static const struct td_record_array arrays[] = {{"gram", "hidden.3", 7, 4, {2, 3, 2, 2}, cube},
                                                    {"empty", "", 0, 2, {0, 5}, cube},
                                                    {"vector", "", 0, 1, {5}, cube}};
    struct td_record r = make_record("0123456789abcdef0123456789abcdef", "selu/training", 42,
                                     settings, 3, values, 5);
    r.observed = UINT64_MAX;
    r.status = TD_TASK_DIVERGED;
    r.status_step = 123456789012;
    r.error = "loss is inf";
    r.n_arrays = 3;
    r.arrays = arrays;
    return r;
}

static void *pack(const struct td_record *record, size_t *bytes) {
    struct td_error err = {0};
    void *block = NULL;
    assert_ok(td_record_pack(record, &block, bytes, &err), &err);
    return block;
}

static void assert_same_values(const struct td_record *a, const struct td_record *b) {
    assert_int_equal(a->n_values, b->n_values);
    for (size_t i = 0; i < a->n_values; ++i) {
        assert_string_equal(a->values[i].measure, b->values[i].measure);
        assert_string_equal(a->values[i].site, b->values[i].site);
        assert_string_equal(a->values[i].flag, b->values[i].flag);
        assert_true(a->values[i].step == b->values[i].step);
        assert_memory_equal(&a->values[i].value, &b->values[i].value, sizeof(double));
    }
    assert_int_equal(a->n_arrays, b->n_arrays);
    for (size_t i = 0; i < a->n_arrays; ++i) {
        const struct td_record_array *x = &a->arrays[i], *y = &b->arrays[i];
        assert_string_equal(x->measure, y->measure);
        assert_string_equal(x->site, y->site);
        assert_int_equal(x->ndim, y->ndim);
        size_t count = 1;
        for (size_t d = 0; d < x->ndim; ++d) {
            assert_int_equal(x->shape[d], y->shape[d]);
            count *= x->shape[d];
        }
        assert_memory_equal(x->v, y->v, count * sizeof(double));
    }
}

static void test_round_trip(void **state) {
    (void)state;
    struct td_record r = rich_record(), back;
    struct td_error err = {0};
    size_t bytes;
    void *block = pack(&r, &bytes);
    struct td_arena *arena = td_arena_create();
    assert_ok(td_record_unpack(block, bytes, arena, &back, &err), &err);
    assert_string_equal(back.id, r.id);
    assert_string_equal(back.experiment, r.experiment);
    assert_int_equal(back.version, r.version);
    assert_true(back.seed == r.seed && back.observed == r.observed);
    assert_int_equal(back.status, r.status);
    assert_true(back.status_step == r.status_step);
    assert_string_equal(back.error, r.error);
    assert_true(back.seconds == r.seconds);
    assert_int_equal(back.rank, r.rank);
    assert_string_equal(back.host, r.host);
    assert_int_equal(back.settings.n, 3);
    for (size_t i = 0; i < 3; ++i) {
        assert_string_equal(back.settings.v[i].name, r.settings.v[i].name);
        assert_string_equal(back.settings.v[i].value, r.settings.v[i].value);
        assert_int_equal(back.settings.v[i].flags, r.settings.v[i].flags);
    }
    assert_same_values(&r, &back);
    td_arena_free(arena);
    free(block);
}

static void test_head(void **state) {
    (void)state;
    struct td_record r = rich_record();
    struct td_error err = {0};
    size_t bytes;
    void *block = pack(&r, &bytes);
    struct td_record_head head;
    assert_ok(td_record_head(block, bytes, &head, &err), &err);
    assert_string_equal(head.id, r.id);
    assert_int_equal(head.status, TD_TASK_DIVERGED);
    assert_true(head.observed == r.observed);
    assert_int_equal(td_record_head(block, 10, &head, &err), TD_BAD_INPUT);
    free(block);
}

static void test_nothing_measured(void **state) {
    (void)state;
    struct td_record r = make_record("a", "x", 0, NULL, 0, NULL, 0), back;
    struct td_error err = {0};
    size_t bytes;
    r.error = r.host = NULL;
    void *block = pack(&r, &bytes);
    struct td_arena *arena = td_arena_create();
    assert_ok(td_record_unpack(block, bytes, arena, &back, &err), &err);
    assert_int_equal(back.n_values + back.n_arrays + back.settings.n, 0);
    assert_string_equal(back.error, "");
    td_arena_free(arena);
    free(block);
}

static void test_every_truncation_is_refused(void **state) {
    (void)state;
    struct td_record r = rich_record(), back;
    size_t bytes;
    void *block = pack(&r, &bytes);
    for (size_t n = 0; n < bytes; ++n) {
        void *cut = malloc(n ? n : 1); /* exact, so that a read past the end is seen */
        memcpy(cut, block, n);
        struct td_arena *arena = td_arena_create();
        struct td_error err = {0};
        assert_int_equal(td_record_unpack(cut, n, arena, &back, &err), TD_BAD_INPUT);
        td_arena_free(arena);
        free(cut);
    }
    free(block);
}

static void test_trailing_bytes_are_refused(void **state) {
    (void)state;
    struct td_record r = rich_record(), back;
    struct td_error err = {0};
    size_t bytes;
    unsigned char *block = pack(&r, &bytes);
    unsigned char *longer = calloc(bytes + 1, 1);
    memcpy(longer, block, bytes);
    struct td_arena *arena = td_arena_create();
    assert_int_equal(td_record_unpack(longer, bytes + 1, arena, &back, &err), TD_BAD_INPUT);
    td_arena_free(arena);
    free(longer);
    free(block);
}

static void test_changed_bytes_do_no_harm(void **state) {
    (void)state;
    static const unsigned char masks[] = {0x01, 0x80, 0xff};
    struct td_record r = rich_record(), back;
    size_t bytes;
    unsigned char *block = pack(&r, &bytes);
    for (size_t i = 0; i < bytes; ++i)
        for (size_t m = 0; m < sizeof masks; ++m) {
            block[i] ^= masks[m];
            struct td_arena *arena = td_arena_create();
            struct td_error err = {0};
            td_status status = td_record_unpack(block, bytes, arena, &back, &err);
            assert_true(status == TD_OK || status == TD_BAD_INPUT);
            td_arena_free(arena);
            block[i] ^= masks[m];
        }
    free(block);
}

/* Counts of 2^32 - 1 or 2^63 in front of a few bytes must not be believed. */
static void test_promised_sizes_are_not_believed(void **state) {
    (void)state;
    struct td_record r = make_record("a", "x", 1, NULL, 0, NULL, 0), back;
    size_t bytes;
    unsigned char *block = pack(&r, &bytes);
    struct td_error err = {0};
    /* The last 16 bytes are the numbers of values and of arrays. */
    const uint64_t huge[] = {UINT64_MAX, (uint64_t)1 << 63, (uint64_t)1 << 40, 1000000};
    for (size_t back_from_end = 8; back_from_end <= 16; back_from_end += 8)
        for (size_t i = 0; i < 4; ++i) {
            unsigned char saved[8];
            uint64_t count = htole64(huge[i]);
            memcpy(saved, block + bytes - back_from_end, 8);
            memcpy(block + bytes - back_from_end, &count, 8);
            struct td_arena *arena = td_arena_create();
            assert_int_equal(td_record_unpack(block, bytes, arena, &back, &err), TD_BAD_INPUT);
            td_arena_free(arena);
            memcpy(block + bytes - back_from_end, saved, 8);
        }
    free(block);
}

static void assert_not_packed(const struct td_record *r) {
    void *block = NULL;
    size_t bytes;
    struct td_error err = {0};
    assert_int_equal(td_record_pack(r, &block, &bytes, &err), TD_FAILED);
    assert_true(err.message[0]);
}

static void test_bad_records_are_not_packed(void **state) {
    (void)state;
    struct td_record r = rich_record();
    strcpy(r.id, "../../etc/passwd");
    assert_not_packed(&r);
    strcpy(r.id, "");
    assert_not_packed(&r);
    r = rich_record();
    r.seed = (uint64_t)INT64_MAX + 1;
    assert_not_packed(&r);
    r = rich_record();
    r.experiment = "";
    assert_not_packed(&r);
    struct td_record_array array = {"a", "", 0, 5, {1, 1, 1, 1}, cube};
    r = rich_record();
    r.n_arrays = 1;
    r.arrays = &array;
    assert_not_packed(&r);
    array = (struct td_record_array){"a", "", 0, 2, {SIZE_MAX / 8, 16}, cube};
    assert_not_packed(&r);
    array = (struct td_record_array){"a", "", 0, 1, {TD_RECORD_MAX / 8 + 1}, cube};
    assert_not_packed(&r);
}

static void test_task_ids(void **state) {
    (void)state;
    assert_true(td_task_id_valid("0123456789abcdef0123456789abcdef"));
    assert_true(td_task_id_valid("A_b-9"));
    assert_false(td_task_id_valid(""));
    assert_false(td_task_id_valid("0123456789abcdef0123456789abcdef0"));
    assert_false(td_task_id_valid("a/b"));
    assert_false(td_task_id_valid("."));
    assert_false(td_task_id_valid("a b"));
    assert_false(td_task_id_valid("\xc3\xbc"));
}

static void test_symbols(void **state) {
    (void)state;
    enum { N = 5000 };
    struct td_symbols symbols;
    uint32_t number;
    char text[32];
    assert_true(td_symbols_init(&symbols));
    assert_false(td_symbols_find(&symbols, "", &number));
    for (int round = 0; round < 2; ++round)
        for (unsigned i = 0; i < N; ++i) {
            snprintf(text, sizeof text, "name %u", i * 7919 % N);
            assert_true(td_symbols_add(&symbols, text, &number));
            assert_int_equal(number, i);
        }
    assert_int_equal(symbols.n, N);
    td_symbols_sort(&symbols);
    for (unsigned i = 0; i < N; ++i) {
        if (i)
            assert_true(strcmp(symbols.text[i - 1], symbols.text[i]) < 0);
        assert_true(td_symbols_find(&symbols, symbols.text[i], &number));
        assert_int_equal(number, i);
    }
    td_symbols_free(&symbols);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_head),
        cmocka_unit_test(test_nothing_measured),
        cmocka_unit_test(test_every_truncation_is_refused),
        cmocka_unit_test(test_trailing_bytes_are_refused),
        cmocka_unit_test(test_changed_bytes_do_no_harm),
        cmocka_unit_test(test_promised_sizes_are_not_believed),
        cmocka_unit_test(test_bad_records_are_not_packed),
        cmocka_unit_test(test_task_ids),
        cmocka_unit_test(test_symbols),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
