/* Runs of the training loop for tests: options from text, small made-up data, a task that keeps
   what it is told and interrupts when asked to. */
#ifndef TESTS_SIM_TRAIN_SETUP_H
#define TESTS_SIM_TRAIN_SETUP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "numeric/memory.h"
#include "numeric/param.h"
#include "numeric/random.h"
#include "numeric/task.h"
#include "sim/event.h"
#include "sim/network.h"
#include "sim/optimizer.h"
#include "sim/train.h"

struct setup {
    struct td_part net, optimizer, schedule;
    struct td_parts events;
};
static const struct td_param setup_table[] = {
    {.name = "net",
     .type = TD_PART,
     .offset = offsetof(struct setup, net),
     .initial = "mlp",
     .registry = &td_networks},
    {.name = "optimizer",
     .type = TD_PART,
     .offset = offsetof(struct setup, optimizer),
     .initial = "sgd",
     .registry = &td_optimizers},
    {.name = "schedule",
     .type = TD_PART,
     .offset = offsetof(struct setup, schedule),
     .initial = "constant",
     .registry = &td_schedules,
     .common = td_schedule_common_params,
     .common_size = sizeof(struct td_schedule_common)},
    {.name = "events",
     .type = TD_PARTS,
     .offset = offsetof(struct setup, events),
     .initial = "",
     .registry = &td_events,
     .common = td_event_common_params,
     .common_size = sizeof(struct td_event_common)},
    {0},
};

/* "net.depth=3 optimizer=adam" as the text pairs that td_params_from_text takes. */
static inline const char *const *pairs_of(struct td_arena *arena, const char *settings) {
    size_t n = 0;
    for (const char *at = settings; *at; at++)
        n += *at == '=';
    const char **pairs = td_arena_alloc(arena, (2 * n + 1) * sizeof *pairs);
    char *text = td_arena_strdup(arena, settings), *rest = NULL;
    n = 0;
    for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        char *equals = strchr(word, '=');
        assert_non_null(equals);
        *equals = '\0';
        pairs[n++] = word;
        pairs[n++] = equals + 1;
    }
    return pairs;
}

static inline struct setup setup_from(struct td_arena *arena, const char *settings) {
    struct setup s;
    struct td_error err = {0};
    td_status status =
        td_params_from_text(setup_table, pairs_of(arena, settings), arena, &s, sizeof s, &err);
    if (status)
        fail_msg("%s", err.message);
    return s;
}

static inline void fill_normal(uint64_t seed, const char *purpose, size_t n, real *out) {
    td_random_normal(td_stream_make(seed, purpose), 0, 0, 0, n, out);
}

/* n training and m test samples of d features; labels by the sign pattern of two features. */
static inline struct td_dataset class_data(size_t n, size_t m, size_t d, size_t classes) {
    struct td_dataset data = {.d = d, .n_classes = classes};
    struct td_split *splits[] = {&data.train, &data.test};
    size_t counts[] = {n, m};
    for (int s = 0; s < 2; s++) {
        struct td_split *split = splits[s];
        split->n = counts[s];
        split->x = td_calloc(split->n * d, sizeof(real));
        split->label = td_calloc(split->n, sizeof *split->label);
        fill_normal(17, s ? "test-x" : "train-x", split->n * d, split->x);
        for (size_t i = 0; i < split->n; i++)
            split->label[i] = (int32_t)(((size_t)(split->x[i * d] > 0) +
                                         2 * (size_t)(split->x[i * d + (d > 1)] > 0)) %
                                        classes);
    }
    return data;
}

/* The same with targets: t_k = sin of a feature, plus a product. */
static inline struct td_dataset target_data(size_t n, size_t m, size_t d, size_t targets) {
    struct td_dataset data = class_data(n, m, d, 2);
    struct td_split *splits[] = {&data.train, &data.test};
    data.n_classes = 0;
    data.n_targets = targets;
    for (int s = 0; s < 2; s++) {
        struct td_split *split = splits[s];
        td_free(split->label);
        split->label = NULL;
        split->target = td_calloc(split->n * targets, sizeof(real));
        for (size_t i = 0; i < split->n; i++)
            for (size_t k = 0; k < targets; k++)
                split->target[i * targets + k] =
                    split->x[i * d + k % d] * split->x[i * d + (k + 1) % d] / 2;
    }
    return data;
}

static inline void free_data(struct td_dataset *data) {
    struct td_split *splits[] = {&data->train, &data->test};
    for (int s = 0; s < 2; s++) {
        td_free(splits[s]->x);
        td_free(splits[s]->label);
        td_free(splits[s]->target);
    }
}

static inline struct td_train *create(const struct td_train_options *o) {
    struct td_error err = {0};
    struct td_train *t = NULL;
    if (td_train_create(o, &t, &err))
        fail_msg("%s", err.message);
    return t;
}

static inline struct td_train_options options_of(const struct setup *s,
                                                 const struct td_dataset *data, size_t batch,
                                                 uint64_t steps, uint64_t seed) {
    return (struct td_train_options){.net = s->net,
                                     .data = data,
                                     .optimizer = s->optimizer,
                                     .schedule = s->schedule,
                                     .events = s->events,
                                     .batch = batch,
                                     .steps = steps,
                                     .seed = seed};
}

/* --- a task that keeps state across interruptions --------------------------------------------- */

enum { KEPT_MAX = 16, VALUES_MAX = 4096 };

struct kept_task {
    struct td_task task;
    size_t n_kept;
    struct {
        char name[32];
        void *live, *kept;
        size_t bytes;
    } kept[KEPT_MAX];
    bool has_checkpoint;
    uint64_t polls, interrupt_every; /* 0: never */
    size_t n_values, n_values_kept;
    struct kept_value {
        char measure[64], site[64], flag[64];
        int64_t step;
        double value;
    } values[VALUES_MAX];
};

static inline td_status kept_state(struct td_task *task, const char *name, void *ptr, size_t bytes,
                                   bool *restored, struct td_error *err) {
    (void)err;
    struct kept_task *k = (struct kept_task *)task;
    size_t i = 0;
    while (i < k->n_kept && strcmp(k->kept[i].name, name))
        i++;
    assert_true(i < KEPT_MAX);
    if (i == k->n_kept) {
        snprintf(k->kept[i].name, sizeof k->kept[i].name, "%s", name);
        k->kept[i].kept = calloc(1, bytes + 1);
        k->kept[i].bytes = bytes;
        k->n_kept++;
    }
    assert_int_equal(k->kept[i].bytes, bytes);
    k->kept[i].live = ptr;
    if (k->has_checkpoint) {
        memcpy(ptr, k->kept[i].kept, bytes);
        if (restored)
            *restored = true;
    }
    return TD_OK;
}

static inline td_status kept_poll(struct td_task *task, struct td_error *err) {
    struct kept_task *k = (struct kept_task *)task;
    k->polls++;
    if (!k->interrupt_every || k->polls % k->interrupt_every)
        return TD_OK;
    for (size_t i = 0; i < k->n_kept; i++)
        memcpy(k->kept[i].kept, k->kept[i].live, k->kept[i].bytes);
    k->has_checkpoint = true;
    k->n_values_kept = k->n_values;
    return td_fail(err, TD_INTERRUPTED, "interrupted");
}

static inline td_status kept_emit(struct td_task *task, const char *measure, const char *site,
                                  int64_t step, double value, const char *flag,
                                  struct td_error *err) {
    (void)err;
    struct kept_task *k = (struct kept_task *)task;
    for (size_t i = 0; i < k->n_values; i++)
        if (k->values[i].step == step && !strcmp(k->values[i].measure, measure) &&
            !strcmp(k->values[i].site, site))
            fail_msg("(%s, %s, %lld) emitted twice", measure, site, (long long)step);
    assert_true(k->n_values < VALUES_MAX);
    struct kept_value *v = &k->values[k->n_values++];
    snprintf(v->measure, sizeof v->measure, "%s", measure);
    snprintf(v->site, sizeof v->site, "%s", site);
    snprintf(v->flag, sizeof v->flag, "%s", flag);
    v->step = step;
    v->value = value;
    return TD_OK;
}

static inline td_status kept_emit_array(struct td_task *task, const char *measure, const char *site,
                                        int64_t step, size_t ndim, const size_t *shape,
                                        const double *v, struct td_error *err) {
    (void)task, (void)measure, (void)site, (void)step, (void)ndim, (void)shape, (void)v;
    return td_fail(err, TD_FAILED, "no arrays expected");
}

static const struct td_task_ops kept_ops = {
    .state = kept_state, .poll = kept_poll, .emit = kept_emit, .emit_array = kept_emit_array};

static inline struct kept_task *kept_task_create(uint64_t interrupt_every) {
    struct kept_task *k = calloc(1, sizeof *k);
    k->task.ops = &kept_ops;
    k->interrupt_every = interrupt_every;
    return k;
}

/* Before the task goes on from its checkpoint. */
static inline void kept_task_resume(struct kept_task *k) {
    k->n_values = k->n_values_kept;
}

static inline void kept_task_free(struct kept_task *k) {
    for (size_t i = 0; i < k->n_kept; i++)
        free(k->kept[i].kept);
    free(k);
}

static inline double kept_value(const struct kept_task *k, const char *measure, const char *site,
                                int64_t step) {
    for (size_t i = 0; i < k->n_values; i++)
        if (k->values[i].step == step && !strcmp(k->values[i].measure, measure) &&
            !strcmp(k->values[i].site, site))
            return k->values[i].value;
    fail_msg("no (%s, %s, %lld)", measure, site, (long long)step);
    return 0;
}

#endif
