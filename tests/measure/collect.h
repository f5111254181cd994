/* Runs a measure on arrays and keeps what it returns. */
#ifndef TESTS_MEASURE_COLLECT_H
#define TESTS_MEASURE_COLLECT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure/measure.h"

enum { COLLECT_MAX = 64 };

struct collected {
    struct td_values values;
    size_t n;
    struct td_value v[COLLECT_MAX];
    char names[COLLECT_MAX][64];
    struct td_error err;
};

static inline void collect(struct td_values *self, const struct td_value *value) {
    struct collected *c = (struct collected *)self;
    assert_true(c->n < COLLECT_MAX);
    snprintf(c->names[c->n], sizeof c->names[0], "%s", value->name);
    c->v[c->n] = *value;
    c->v[c->n].name = c->names[c->n];
    assert_true(isfinite(value->value));
    assert_true(isnan(value->lo) == isnan(value->hi));
    assert_false(value->lo > value->hi);
    ++c->n;
}

/* Arrays by shape and values; a (0, 0) one ends the list. */
struct input {
    size_t n, d;
    const double *v;
};

static inline td_status measure(const char *name, const char *const *pairs,
                                const struct input *inputs, struct collected *out) {
    static const char *const names[] = {"a.npy", "b.npy", "c.npy", "d.npy"};
    struct td_matrix in[TD_MEASURE_INPUTS];
    size_t n_in = 0;
    for (; inputs[n_in].v; ++n_in)
        in[n_in] = (struct td_matrix){
            .n = inputs[n_in].n, .d = inputs[n_in].d, .v = inputs[n_in].v, .name = names[n_in]};
    memset(out, 0, sizeof *out);
    out->values.add = collect;
    const struct td_kind *kind = td_registry_find(&td_measures, name);
    assert_non_null(kind);
    const struct td_measure *m = (const struct td_measure *)kind;
    assert_true(n_in >= m->min_in && n_in <= m->max_in);
    struct td_arena *arena = td_arena_create();
    void *params = td_arena_alloc(arena, kind->params_size);
    td_status status = TD_OK;
    if (kind->params)
        status =
            td_params_from_text(kind->params, pairs, arena, params, kind->params_size, &out->err);
    if (!status)
        status = m->compute(kind->params ? params : NULL, in, n_in, &out->values, &out->err);
    td_arena_free(arena);
    return status;
}

#define PAIRS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NO_PAIRS ((const char *const[]){NULL})
#define INPUTS(...) ((const struct input[]){__VA_ARGS__, {0, 0, NULL}})

/* All values of a measure that must succeed. */
static inline const struct collected *measured(const char *name, const char *const *pairs,
                                               const struct input *inputs) {
    static struct collected c;
    if (measure(name, pairs, inputs, &c) != TD_OK)
        fail_msg("%s: %s", name, c.err.message);
    return &c;
}

/* One of them by name. */
static inline const struct td_value *value_of(const struct collected *c, const char *name) {
    for (size_t i = 0; i < c->n; ++i)
        if (strcmp(c->v[i].name, name) == 0)
            return &c->v[i];
    fail_msg("no value named '%s'", name);
    return NULL;
}

/* The measure's only value. */
static inline const struct td_value *only(const char *name, const char *const *pairs,
                                          const struct input *inputs) {
    const struct collected *c = measured(name, pairs, inputs);
    assert_int_equal(c->n, 1);
    return &c->v[0];
}

static inline void refused(const char *name, const char *const *pairs, const struct input *inputs,
                           const char *text) {
    static struct collected c;
    assert_int_equal(measure(name, pairs, inputs, &c), TD_BAD_INPUT);
    if (!strstr(c.err.message, text))
        fail_msg("\"%s\" does not mention \"%s\"", c.err.message, text);
}

static inline void near(double got, double want, double margin) {
    if (!(fabs(got - want) <= margin))
        fail_msg("%.17g, expected %.17g +- %.3g", got, want, margin);
}

/* Equal to a relative error of a few roundings. */
static inline void close_to(double got, double want) {
    near(got, want, 1e-14 * fabs(want) + 1e-300);
}

/* D3 A of the cases */
static const double matrix_a[] = {1, 0, 2, 3, 1, 0, 0, 4, 1, 2, 2, 5};

#endif
