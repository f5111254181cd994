/* What the tests of graphs, ops, activations and initialisations share. Include after cmocka. */
#ifndef TESTS_SIM_GRAPH_SUPPORT_H
#define TESTS_SIM_GRAPH_SUPPORT_H

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "numeric/memory.h"
#include "numeric/random.h"
#include "sim/activation.h"
#include "sim/graph.h"
#include "sim/init.h"
#include "sim/ops/ops.h"

/* Passes status through to cmocka with its message. */
static inline void must(td_status status, const struct td_error *err) {
    if (status)
        fail_msg("%s", err->message);
}

/* `status` is TD_BAD_INPUT and the message holds `text`. */
static inline void must_refuse(td_status status, const struct td_error *err, const char *text) {
    assert_int_equal(status, TD_BAD_INPUT);
    if (!strstr(err->message, text))
        fail_msg("\"%s\" not in \"%s\"", text, err->message);
}

static inline const struct td_kind *kind_named(const struct td_registry *registry,
                                               const char *name) {
    const struct td_kind *kind = td_registry_find(registry, name);
    if (!kind)
        fail_msg("no %s is called %s", registry->family, name);
    return kind;
}

/* The kind's parameters from text pairs, in `arena`; NULL if it has none. */
static inline const void *params_of(const struct td_kind *kind, const char *const *pairs,
                                    struct td_arena *arena) {
    static const char *const none[] = {NULL};
    struct td_error err = {0};
    if (!kind->params_size)
        return NULL;
    void *out = td_arena_alloc(arena, kind->params_size);
    must(td_params_from_text(kind->params, pairs ? pairs : none, arena, out, kind->params_size,
                             &err),
         &err);
    return out;
}

static inline struct td_part part_of(const struct td_registry *registry, const char *name,
                                     const char *const *pairs, struct td_arena *arena) {
    struct td_part part = {.kind = kind_named(registry, name)};
    part.params = params_of(part.kind, pairs, arena);
    return part;
}

static inline struct td_weight_init init_of(const char *name, struct td_arena *arena) {
    struct td_part part = part_of(&td_inits, name, NULL, arena);
    return (struct td_weight_init){.scheme = (const struct td_init *)part.kind,
                                   .params = part.params};
}

/* Every descriptor of a registry can be listed and described. */
static inline void check_descriptors(const struct td_registry *registry) {
    size_t n = td_registry_count(registry);
    assert_true(n > 0);
    for (size_t i = 0; i < n; i++) {
        const struct td_kind *kind = td_registry_at(registry, i);
        assert_int_equal(kind->abi, TD_ABI);
        assert_int_equal(kind->real_size, sizeof(real));
        assert_non_null(kind->source);
        assert_true(strlen(kind->name) > 0 && strlen(kind->doc) > 0);
        assert_ptr_equal(td_registry_find(registry, kind->name), kind);
        for (const struct td_param *p = kind->params; p && p->name; p++)
            assert_true(p->help && *p->help);
    }
}

static inline size_t elements(const struct td_tensor *t) {
    return t->rows * t->cols;
}

/* Standard normal numbers that differ by `which`. */
static inline void fill_normal(uint32_t which, size_t n, real *v) {
    td_random_normal(td_stream_make(20240601, "test"), 0, which, 0, n, v);
}

static inline struct td_run training_run(uint64_t step) {
    return (struct td_run){.training = true, .step = step, .dropout = td_stream_make(7, "dropout")};
}

#endif
