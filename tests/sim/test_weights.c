/* The flat vector of weights: layout, drawing, refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/sim/graph_support.h"

/* A matrix, a bias, a gain; two ops with state. */
struct fixture {
    struct td_arena *arena;
    struct td_weights *w;
};

static struct fixture create(void) {
    struct fixture f = {.arena = td_arena_create()};
    struct td_error err = {0};
    const struct td_slice slices[] = {
        {.name = "w", .rows = 3, .cols = 5, .init = init_of("lecun", f.arena)},
        {.name = "b", .rows = 3, .cols = 1},
        {.name = "gain", .rows = 3, .cols = 1, .init = {.value = 1.5}},
        {.name = "w2", .rows = 3, .cols = 5, .init = init_of("lecun", f.arena)}};
    const struct td_state_slice states[] = {{.name = "norm.1", .n = 7},
                                            {.name = "norm.2", .n = 20}};
    must(td_weights_create(slices, 4, states, 2, &f.w, &err), &err);
    return f;
}

static void release(struct fixture f) {
    td_weights_free(f.w);
    td_arena_free(f.arena);
}

static void test_layout(void **state) {
    (void)state;
    struct fixture f = create();
    size_t end = 0;
    for (size_t i = 0; i < f.w->n_slices; i++) {
        const struct td_slice *s = &f.w->slices[i];
        assert_int_equal(s->offset * sizeof(real) % TD_ALIGN, 0);
        assert_true(s->offset >= end);
        end = s->offset + s->rows * s->cols;
        assert_true(s->decay == (s->cols > 1 ? 1 : 0));
    }
    assert_true(f.w->n >= end);
    assert_int_equal((uintptr_t)f.w->theta % TD_ALIGN, 0);
    assert_int_equal(td_weights_find_state(f.w, "norm.2")->n, 20);
    assert_true(td_weights_find_state(f.w, "norm.2")->offset >= 7);
    assert_true(f.w->n_state >= 27);
    assert_null(td_weights_find(f.w, "nobody"));
    assert_null(td_weights_find_state(f.w, "nobody"));
    assert_null(f.w->grad);
    struct td_error err = {0};
    must(td_weights_need_grad(f.w, &err), &err);
    assert_non_null(f.w->grad);
    release(f);
}

/* Slice i is what its scheme draws at (0, layer i); constants are constants; state starts anew. */
static void test_init(void **state) {
    (void)state;
    struct fixture f = create();
    struct td_error err = {0};
    f.w->state[3] = 5;
    must(td_weights_init(f.w, 11, &err), &err);
    real expected[15];
    const struct td_init *lecun = (const struct td_init *)kind_named(&td_inits, "lecun");
    const void *params = params_of(&lecun->kind, NULL, f.arena);
    for (uint32_t layer = 0; layer < 4; layer += 3) {
        must(lecun->draw(params, 3, 5, 5, 3, td_stream_make(11, "init"), layer, expected, &err),
             &err);
        assert_memory_equal(f.w->theta + f.w->slices[layer].offset, expected, sizeof expected);
    }
    for (size_t i = 0; i < 3; i++) {
        assert_true(f.w->theta[td_weights_find(f.w, "b")->offset + i] == 0);
        assert_true(f.w->theta[td_weights_find(f.w, "gain")->offset + i] == (real)1.5);
    }
    assert_true(f.w->state[3] == 0);
    assert_memory_not_equal(f.w->theta + f.w->slices[0].offset, f.w->theta + f.w->slices[3].offset,
                            sizeof expected);
    release(f);
}

static void test_seeds(void **state) {
    (void)state;
    struct fixture f = create();
    struct td_error err = {0};
    real first[15], second[15];
    must(td_weights_init(f.w, 1, &err), &err);
    memcpy(first, f.w->theta, sizeof first);
    must(td_weights_init(f.w, 2, &err), &err);
    memcpy(second, f.w->theta, sizeof second);
    assert_memory_not_equal(first, second, sizeof first);
    must(td_weights_init(f.w, 1, &err), &err);
    assert_memory_equal(first, f.w->theta, sizeof first);
    release(f);
}

/* Fans that are set replace those of the shape: variance 1 / 500 instead of 1 / 5. */
static void test_fan_override(void **state) {
    (void)state;
    struct td_arena *arena = td_arena_create();
    struct td_error err = {0};
    struct td_slice slice = {.name = "w", .rows = 400, .cols = 5, .init = init_of("lecun", arena)};
    slice.init.fan_in = 500;
    struct td_weights *w;
    must(td_weights_create(&slice, 1, NULL, 0, &w, &err), &err);
    must(td_weights_init(w, 1, &err), &err);
    double square = 0;
    for (size_t i = 0; i < 2000; i++)
        square += pow((double)w->theta[i], 2) / 2000;
    assert_true(fabs(square * 500 - 1) < 5 * sqrt(2.0 / 2000));
    td_weights_free(w);
    td_arena_free(arena);
}

static void refused(const struct td_slice *slices, size_t n, const char *text) {
    struct td_weights *w;
    struct td_error err = {0};
    must_refuse(td_weights_create(slices, n, NULL, 0, &w, &err), &err, text);
    assert_null(w);
}

static void test_refusals(void **state) {
    (void)state;
    const struct td_slice twice[] = {{.name = "w", .rows = 1, .cols = 1},
                                     {.name = "w", .rows = 1, .cols = 1}};
    refused(twice, 2, "two weights are called \"w\"");
    const struct td_slice empty = {.name = "w", .rows = 0, .cols = 1};
    refused(&empty, 1, "at least one row");
    const struct td_slice nameless = {.rows = 1, .cols = 1};
    refused(&nameless, 1, "needs a name");
    const struct td_slice params = {
        .name = "w",
        .rows = 2,
        .cols = 2,
        .init = {.scheme = (const struct td_init *)kind_named(&td_inits, "lecun")}};
    refused(&params, 1, "needs its parameters");
    struct td_weights *w;
    struct td_error err = {0};
    const struct td_slice huge = {.name = "w", .rows = SIZE_MAX / 4, .cols = 8};
    assert_int_equal(td_weights_create(&huge, 1, NULL, 0, &w, &err), TD_FAILED);
    const struct td_state_slice states[] = {{.name = "n", .n = 1}, {.name = "n", .n = 1}};
    must_refuse(td_weights_create(NULL, 0, states, 2, &w, &err), &err, "state are called \"n\"");
}

static void test_no_weights(void **state) {
    (void)state;
    struct td_weights *w;
    struct td_error err = {0};
    must(td_weights_create(NULL, 0, NULL, 0, &w, &err), &err);
    assert_int_equal(w->n, 0);
    must(td_weights_init(w, 1, &err), &err);
    td_weights_free(w);
    td_weights_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout),   cmocka_unit_test(test_init),
        cmocka_unit_test(test_seeds),    cmocka_unit_test(test_fan_override),
        cmocka_unit_test(test_refusals), cmocka_unit_test(test_no_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
