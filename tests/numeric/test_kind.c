/* Registries: finding, listing, adding plugins, suggesting names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "numeric/kind.h"

static const struct td_kind relu = TD_KIND_PLAIN("relu", "doc", "");
static const struct td_kind selu = TD_KIND_PLAIN("selu", "doc", "");
static const struct td_kind leaky = TD_KIND_PLAIN("leaky-relu", "doc", "");
static const struct td_kind tanh_kind = TD_KIND_PLAIN("tanh", "doc", "");
static const struct td_kind other_relu = TD_KIND_PLAIN("relu", "another of that name", "");

static struct td_registry registry_of(const struct td_kind *const *kinds) {
    return (struct td_registry){.family = "activation", .kinds = kinds};
}

static void finds_by_name(void **state) {
    (void)state;
    struct td_registry r = registry_of((const struct td_kind *const[]){&relu, &selu, NULL});
    assert_int_equal(td_registry_count(&r), 2);
    assert_ptr_equal(td_registry_at(&r, 1), &selu);
    assert_null(td_registry_at(&r, 2));
    assert_ptr_equal(td_registry_find(&r, "relu"), &relu);
    assert_null(td_registry_find(&r, "rel"));
    assert_null(td_registry_find(&r, ""));
}

static void empty_registry_has_nothing(void **state) {
    (void)state;
    struct td_registry none = registry_of(NULL);
    struct td_error err;
    const struct td_kind *kind = &relu;
    assert_int_equal(td_registry_count(&none), 0);
    assert_null(td_registry_at(&none, 0));
    assert_int_equal(td_registry_get(&none, "x", &kind, &err), TD_BAD_INPUT);
    assert_null(kind);
    assert_non_null(strstr(err.message, "none"));
}

static void miss_names_the_nearest_and_all(void **state) {
    (void)state;
    struct td_registry r = registry_of((const struct td_kind *const[]){&relu, &selu, &leaky, NULL});
    const struct td_kind *kind;
    struct td_error err;
    assert_int_equal(td_registry_get(&r, "leaky_rleu", &kind, &err), TD_BAD_INPUT);
    assert_string_equal(err.message, "unknown activation \"leaky_rleu\": did you mean "
                                     "\"leaky-relu\"? there are relu, selu, leaky-relu");
    assert_int_equal(td_registry_get(&r, "gelu-of-another-kind", &kind, &err), TD_BAD_INPUT);
    assert_null(strstr(err.message, "did you mean"));
    assert_int_equal(td_registry_get(&r, "selu", &kind, NULL), TD_OK);
    assert_ptr_equal(kind, &selu);
}

static void own_kinds_hide_those_taken_in(void **state) {
    (void)state;
    struct td_registry inner =
        registry_of((const struct td_kind *const[]){&relu, &selu, &tanh_kind, NULL});
    struct td_registry r = registry_of((const struct td_kind *const[]){&leaky, &other_relu, NULL});
    r.also = &inner;
    const struct td_kind *expected[] = {&leaky, &other_relu, &selu, &tanh_kind};
    assert_int_equal(td_registry_count(&r), 4);
    for (size_t i = 0; i < 4; i++)
        assert_ptr_equal(td_registry_at(&r, i), expected[i]);
    assert_null(td_registry_at(&r, 4));
    assert_ptr_equal(td_registry_find(&r, "relu"), &other_relu);
    assert_ptr_equal(td_registry_find(&r, "tanh"), &tanh_kind);
}

static void plugins_are_checked(void **state) {
    (void)state;
    struct td_registry r = registry_of((const struct td_kind *const[]){&relu, NULL});
    struct td_error err;
    struct td_kind wrong_abi = selu, wrong_real = selu, nameless = selu;
    wrong_abi.abi = TD_ABI + 1;
    wrong_real.real_size = sizeof(real) + 4;
    nameless.name = "";
    assert_int_equal(td_registry_add(&r, &wrong_abi, &err), TD_BAD_INPUT);
    assert_non_null(strstr(err.message, "rebuild"));
    assert_int_equal(td_registry_add(&r, &wrong_real, &err), TD_BAD_INPUT);
    assert_non_null(strstr(err.message, "TDYN_DOUBLE"));
    assert_int_equal(td_registry_add(&r, &nameless, &err), TD_BAD_INPUT);
    assert_int_equal(td_registry_add(&r, NULL, &err), TD_BAD_INPUT);
    assert_int_equal(td_registry_add(&r, &other_relu, &err), TD_BAD_INPUT);
    assert_non_null(strstr(err.message, "already"));
    assert_int_equal(td_registry_count(&r), 1);
    assert_int_equal(td_registry_add(&r, &selu, &err), TD_OK);
    assert_ptr_equal(td_registry_at(&r, 1), &selu);
    assert_ptr_equal(td_registry_find(&r, "selu"), &selu);
}

static void plugins_have_an_upper_limit(void **state) {
    (void)state;
    struct td_registry r = registry_of(NULL);
    struct td_error err;
    static struct td_kind many[TD_REGISTRY_EXTRA + 1];
    static char names[TD_REGISTRY_EXTRA + 1][16];
    for (size_t i = 0; i <= TD_REGISTRY_EXTRA; i++) {
        snprintf(names[i], sizeof names[i], "kind-%zu", i);
        many[i] = relu;
        many[i].name = names[i];
        td_status expected = i < TD_REGISTRY_EXTRA ? TD_OK : TD_BAD_INPUT;
        assert_int_equal(td_registry_add(&r, &many[i], &err), expected);
    }
    assert_int_equal(td_registry_count(&r), TD_REGISTRY_EXTRA);
}

static void nearest_allows_few_edits(void **state) {
    (void)state;
    static const char *const names[] = {"net.depth", "net.width", "optimizer.lr", "seed"};
    static const struct {
        const char *wrong, *nearest;
    } cases[] = {
        {"net.dept", "net.depth"},        /* a letter missing */
        {"net.depthh", "net.depth"},      /* one too many */
        {"net.detph", "net.depth"},       /* two swapped */
        {"NET.WIDTH", "net.width"},       /* capitals */
        {"optimiser.lr", "optimizer.lr"}, /* a letter changed */
        {"sed", "seed"},                  /* short */
        {"completely-different", NULL},   /* far */
        {"", NULL},                       /* nothing to compare */
        {"x", NULL},                      /* one letter resembles nothing */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *near = td_nearest(cases[i].wrong, names, 4);
        if (cases[i].nearest)
            assert_string_equal(near, cases[i].nearest);
        else
            assert_null(near);
    }
    assert_null(td_nearest("seed", NULL, 0));
}

static void nearest_bears_long_names(void **state) {
    (void)state;
    static char endless[100000];
    memset(endless, 'a', sizeof endless - 1);
    const char *const names[] = {endless, "aaa"};
    assert_null(td_nearest(endless, names, 2));
    assert_string_equal(td_nearest("aaaa", names, 2), "aaa");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_by_name),
        cmocka_unit_test(empty_registry_has_nothing),
        cmocka_unit_test(miss_names_the_nearest_and_all),
        cmocka_unit_test(own_kinds_hide_those_taken_in),
        cmocka_unit_test(plugins_are_checked),
        cmocka_unit_test(plugins_have_an_upper_limit),
        cmocka_unit_test(nearest_allows_few_edits),
        cmocka_unit_test(nearest_bears_long_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
