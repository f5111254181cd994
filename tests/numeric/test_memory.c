/* Aligned arrays and the arena: alignment, zeroes, padding, overflow, growth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "numeric/memory.h"

static void products_that_overflow_are_seen(void **state) {
    (void)state;
    size_t out;
    assert_true(td_mul(0, SIZE_MAX, &out));
    assert_int_equal(out, 0);
    assert_true(td_mul(SIZE_MAX, 1, &out));
    assert_true(out == SIZE_MAX);
    assert_true(td_mul((size_t)1 << 31, (size_t)1 << 32, &out));
    assert_true(out == (size_t)1 << 63);
    assert_false(td_mul((size_t)1 << 32, (size_t)1 << 32, &out));
    assert_false(td_mul(SIZE_MAX, 2, &out));
}

/* Leaves freed memory behind that is full of ones, so that the next owner must clear it. */
static void dirty_the_heap(void) {
    enum { PIECES = 64 };
    void *p[PIECES];
    for (size_t i = 0; i < PIECES; i++) {
        size_t bytes = i % 2 ? 17000 : 64 * (i / 2 + 1);
        p[i] = i % 2 ? malloc(bytes) : aligned_alloc(TD_ALIGN, bytes);
        assert_non_null(p[i]);
        memset(p[i], 0xff, bytes);
    }
    for (size_t i = 0; i < PIECES; i++)
        free(p[i]);
}

static void arrays_are_aligned_zeroed_and_padded(void **state) {
    (void)state;
    dirty_the_heap();
    for (size_t n = 0; n < 200; n += 7) {
        unsigned char *p = td_calloc(n, 3);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % TD_ALIGN, 0);
        size_t padded = (3 * n + TD_ALIGN - 1) / TD_ALIGN * TD_ALIGN;
        for (size_t i = 0; i < padded; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xff, 3 * n);
        td_free(p);
    }
    td_free(NULL);
}

static void impossible_sizes_give_null(void **state) {
    (void)state;
    assert_null(td_calloc(SIZE_MAX, 2));
    assert_null(td_calloc((size_t)1 << 33, (size_t)1 << 33));
    assert_null(td_calloc(SIZE_MAX, 1));
    assert_null(td_calloc((size_t)PTRDIFF_MAX, 1));
}

static void arena_blocks_do_not_overlap(void **state) {
    (void)state;
    enum { N = 500 };
    dirty_the_heap();
    struct td_arena *arena = td_arena_create();
    assert_non_null(arena);
    unsigned char *p[N];
    for (size_t i = 0; i < N; i++) {
        size_t bytes = i * 37 % 301;
        p[i] = td_arena_alloc(arena, bytes);
        assert_non_null(p[i]);
        assert_int_equal((uintptr_t)p[i] % 16, 0);
        for (size_t b = 0; b < bytes; b++)
            assert_int_equal(p[i][b], 0);
        memset(p[i], (int)(i % 251) + 1, bytes);
    }
    for (size_t i = 0; i < N; i++)
        for (size_t b = 0; b < i * 37 % 301; b++)
            assert_int_equal(p[i][b], i % 251 + 1);
    td_arena_free(arena);
}

static void arena_holds_large_and_refuses_impossible_pieces(void **state) {
    (void)state;
    struct td_arena *arena = td_arena_create();
    unsigned char *small = td_arena_alloc(arena, 10);
    memset(small, 1, 10);
    unsigned char *large = td_arena_alloc(arena, 1 << 20);
    assert_non_null(large);
    assert_int_equal(large[(1 << 20) - 1], 0);
    memset(large, 2, 1 << 20);
    assert_int_equal(small[9], 1);
    assert_null(td_arena_alloc(arena, SIZE_MAX));
    assert_null(td_arena_alloc(arena, (size_t)PTRDIFF_MAX));
    assert_non_null(td_arena_alloc(arena, 0));
    td_arena_free(arena);
    td_arena_free(NULL);
}

static void arena_keeps_strings(void **state) {
    (void)state;
    struct td_arena *arena = td_arena_create();
    char source[] = "net.depth";
    char *copy = td_arena_strdup(arena, source);
    source[0] = 'X';
    assert_string_equal(copy, "net.depth");
    assert_string_equal(td_arena_strdup(arena, ""), "");
    assert_string_equal(td_arena_printf(arena, "%s=%d%%", copy, 16), "net.depth=16%");
    char *wide = td_arena_printf(arena, "%50000d", 7);
    assert_int_equal(strlen(wide), 50000);
    assert_int_equal(wide[49999], '7');
    td_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_that_overflow_are_seen),
        cmocka_unit_test(arrays_are_aligned_zeroed_and_padded),
        cmocka_unit_test(impossible_sizes_give_null),
        cmocka_unit_test(arena_blocks_do_not_overlap),
        cmocka_unit_test(arena_holds_large_and_refuses_impossible_pieces),
        cmocka_unit_test(arena_keeps_strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
