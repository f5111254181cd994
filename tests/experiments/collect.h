/* A task that remembers what an experiment emits, and a way to run one from text. */
#ifndef TESTS_EXPERIMENTS_COLLECT_H
#define TESTS_EXPERIMENTS_COLLECT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sweep/experiment.h"

struct emitted {
    char measure[TD_SITE_MAX], site[TD_SITE_MAX];
    int64_t step;
    double value;
    char flag[TD_SITE_MAX];
};
struct collected {
    struct td_task task; /* first */
    size_t n, capacity, polls, stop_at;
    struct emitted *v;
    size_t n_arrays;
    struct {
        char measure[TD_SITE_MAX];
        size_t rows, columns;
        double *v;
    } arrays[8];
};

static td_status collect_state(struct td_task *t, const char *name, void *ptr, size_t bytes,
                               bool *restored, struct td_error *err) {
    (void)t, (void)name, (void)ptr, (void)bytes, (void)restored, (void)err;
    return TD_OK;
}
static td_status collect_poll(struct td_task *t, struct td_error *err) {
    struct collected *c = (struct collected *)t;
    c->polls++;
    return c->stop_at && c->polls >= c->stop_at ? td_fail(err, TD_INTERRUPTED, "stop") : TD_OK;
}
static td_status collect_value(struct td_task *t, const char *measure, const char *site,
                               int64_t step, double value, const char *flag, struct td_error *err) {
    (void)err;
    struct collected *c = (struct collected *)t;
    if (c->n == c->capacity) {
        c->capacity = c->capacity ? 2 * c->capacity : 64;
        c->v = realloc(c->v, c->capacity * sizeof *c->v);
    }
    struct emitted *e = &c->v[c->n++];
    snprintf(e->measure, sizeof e->measure, "%s", measure);
    snprintf(e->site, sizeof e->site, "%s", site);
    e->step = step;
    e->value = value;
    snprintf(e->flag, sizeof e->flag, "%s", flag);
    return TD_OK;
}
static td_status collect_array(struct td_task *t, const char *measure, const char *site,
                               int64_t step, size_t ndim, const size_t *shape, const double *v,
                               struct td_error *err) {
    (void)site, (void)step, (void)err;
    struct collected *c = (struct collected *)t;
    assert_int_equal(ndim, 2);
    assert_true(c->n_arrays < 8);
    size_t n = shape[0] * shape[1];
    snprintf(c->arrays[c->n_arrays].measure, TD_SITE_MAX, "%s", measure);
    c->arrays[c->n_arrays].rows = shape[0];
    c->arrays[c->n_arrays].columns = shape[1];
    c->arrays[c->n_arrays].v = malloc(n * sizeof *v);
    memcpy(c->arrays[c->n_arrays++].v, v, n * sizeof *v);
    return TD_OK;
}
static const struct td_task_ops collect_ops = {.state = collect_state,
                                               .poll = collect_poll,
                                               .emit = collect_value,
                                               .emit_array = collect_array};

/* Runs `experiment` with text parameters {"name", "value", ..., NULL}. */
static td_status collect_run(const struct td_experiment *experiment, const char *const *pairs,
                             uint64_t seed, struct collected *out, struct td_error *err) {
    struct td_arena *arena = td_arena_create();
    void *params = td_arena_alloc(arena, experiment->kind.params_size);
    out->task.ops = &collect_ops;
    td_status status = td_params_from_text(experiment->kind.params, pairs, arena, params,
                                           experiment->kind.params_size, err);
    if (!status && experiment->check)
        status = experiment->check(params, err);
    if (!status)
        status = experiment->run(&out->task, params, seed, err);
    td_arena_free(arena);
    return status;
}

static void collect_free(struct collected *c) {
    free(c->v);
    for (size_t i = 0; i < c->n_arrays; i++)
        free(c->arrays[i].v);
    *c = (struct collected){0};
}

/* What was emitted; fails the test if there is nothing or several. */
static const struct emitted *collected(const struct collected *c, const char *measure,
                                       const char *site, int64_t step) {
    const struct emitted *found = NULL;
    for (size_t i = 0; i < c->n; i++) {
        const struct emitted *e = &c->v[i];
        if (strcmp(e->measure, measure) || strcmp(e->site, site) || e->step != step)
            continue;
        if (found)
            print_error("%s at %s, step %ld emitted twice\n", measure, site, (long)step);
        assert_null(found);
        found = e;
    }
    if (!found)
        print_error("%s at '%s', step %ld was not emitted\n", measure, site, (long)step);
    assert_non_null(found);
    return found;
}

static double collected_value(const struct collected *c, const char *measure, const char *site,
                              int64_t step) {
    return collected(c, measure, site, step)->value;
}

static void near(const char *what, double got, double want, double margin) {
    if (!(fabs(got - want) <= margin)) {
        print_error("%s: %.17g, expected %.17g, off by %.3g, allowed %.3g\n", what, got, want,
                    fabs(got - want), margin);
        fail();
    }
}

#endif
