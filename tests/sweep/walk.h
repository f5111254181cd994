/* An experiment for tests of running: a seeded random walk with state, slow on request, that can
   diverge or fail by parameter; plans of it; and everything that a directory stores, as text. */
#ifndef TD_TESTS_SWEEP_WALK_H
#define TD_TESTS_SWEEP_WALK_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <xxhash.h>

#include "numeric/random.h"
#include "sweep/log.h"
#include "sweep/plan.h"
#include "sweep/record.h"

struct walk {
    int64_t steps;
    double pause;   /* seconds of sleep a step */
    double box;     /* |x| beyond it diverges; 0: no box */
    int64_t broken; /* this seed fails; 0: none */
    int64_t values; /* values emitted a step */
    int64_t burn;   /* random numbers drawn a step: work */
    int64_t slow;   /* this seed pauses ten times as long; 0: none */
};

static const struct td_param walk_params[] = {
    {.name = "steps", .type = TD_INT, .offset = offsetof(struct walk, steps), .initial = "100"},
    {.name = "pause", .type = TD_REAL, .offset = offsetof(struct walk, pause), .initial = "0"},
    {.name = "box", .type = TD_REAL, .offset = offsetof(struct walk, box), .initial = "0"},
    {.name = "broken", .type = TD_INT, .offset = offsetof(struct walk, broken), .initial = "0"},
    {.name = "values", .type = TD_INT, .offset = offsetof(struct walk, values), .initial = "1"},
    {.name = "burn", .type = TD_INT, .offset = offsetof(struct walk, burn), .initial = "1"},
    {.name = "slow", .type = TD_INT, .offset = offsetof(struct walk, slow), .initial = "0"},
    {0}};

struct walk_state {
    int64_t step;
    double x, path[8];
};

static inline td_status walk_emit(struct td_task *task, const struct walk *p,
                                  const struct walk_state *s, struct td_error *err) {
    td_status status = TD_OK;
    for (int64_t i = 0; i < p->values && !status; i++) {
        char site[16];
        snprintf(site, sizeof site, "site.%d", (int)i);
        status = td_task_emit(task, "x", site, s->step, s->x + (double)i, "", err);
    }
    return status;
}

static inline void walk_pause(double seconds) {
    double whole = floor(seconds);
    struct timespec t = {(time_t)whole, (long)((seconds - whole) * 1e9)};
    if (seconds > 0)
        nanosleep(&t, NULL);
}

static inline td_status walk_step(const struct walk *p, struct walk_state *s,
                                  struct td_stream stream, struct td_error *err) {
    double z = 0;
    for (int64_t i = 0; i < p->burn; i++) {
        double u;
        td_random_dnormal(stream, (uint64_t)s->step, 0, (size_t)i, 1, &u);
        z += u;
    }
    s->x += z / sqrt((double)p->burn);
    s->path[s->step % 8] = s->x;
    s->step++;
    if (p->box > 0 && fabs(s->x) > p->box)
        return td_fail(err, TD_DIVERGED, "the walk left the box at step %lld", (long long)s->step);
    return TD_OK;
}

static inline td_status walk_run(struct td_task *task, const void *params, uint64_t seed,
                                 struct td_error *err) {
    const struct walk *p = params;
    struct walk_state s = {0};
    struct td_stream stream = td_stream_make(seed, "walk");
    td_status status = td_task_emit(task, "start", "", 0, s.x, "", err);
    if (!status)
        status = td_task_state(task, "walk", &s, sizeof s, NULL, err);
    while (!status && s.step < p->steps) {
        status = td_task_poll(task, err);
        if (!status)
            status = walk_emit(task, p, &s, err);
        if (!status)
            status = walk_step(p, &s, stream, err);
        walk_pause((int64_t)seed == p->slow ? 10 * p->pause : p->pause);
        if (!status && (int64_t)seed == p->broken && s.step > p->steps / 2)
            status = td_fail(err, TD_FAILED, "seed %llu is broken", (unsigned long long)seed);
    }
    if (!status)
        status = td_task_emit_array(task, "path", "", s.step, 1, (size_t[]){8}, s.path, err);
    return status;
}

static inline double walk_cost(const void *params) {
    const struct walk *p = params;
    return (double)p->steps * (double)p->burn;
}

static const struct td_experiment walk_experiment = {
    .kind = TD_KIND("test/walk", "A random walk.", "", walk_params, struct walk),
    .version = 1,
    .cost = walk_cost,
    .run = walk_run};
static const struct td_recipe walk_recipe = {
    .name = "test/walk", .summary = "a walk", .source = "", .experiment = &walk_experiment};

/* Fills in a task of the walk: text pairs "steps", "10", ..., NULL. */
__attribute__((noipa, unused)) static td_status walk_task(const char *const *pairs, uint64_t seed,
                                                          struct td_arena *arena,
                                                          struct td_task_spec *out,
                                                          struct td_error *err) {
    struct td_assign assigns[16];
    size_t n = 0;
    memset(assigns, 0, sizeof assigns);
    while (*pairs && n < 16) {
        assigns[n].name = *pairs++;
        assigns[n++].text = *pairs++;
    }
    *out = (struct td_task_spec){.recipe = &walk_recipe, .seed = seed};
    td_status status = td_resolve(walk_params, assigns, n, arena, &out->settings, err);
    XXH64_hash_t hash = XXH3_64bits_withSeed("walk", 4, seed);
    struct walk params;
    if (!status)
        status = td_decode(walk_params, &out->settings, arena, &params, sizeof params, err);
    for (size_t i = 0; i < out->settings.n && !status; i++) {
        const char *value = out->settings.v[i].value;
        hash = XXH3_64bits_withSeed(value, strlen(value), hash);
    }
    snprintf(out->id, sizeof out->id, "%016llx%016llx", (unsigned long long)hash,
             (unsigned long long)(hash * 0x9E3779B97F4A7C15u));
    out->cost = walk_cost(&params);
    return status;
}

/* n tasks, seeds 1 .. n. */
static inline td_status walk_plan(const char *const *pairs, size_t n, struct td_arena *arena,
                                  struct td_plan *out, struct td_error *err) {
    static const struct td_recipe *recipes[] = {&walk_recipe};
    *out = (struct td_plan){
        .n = n, .n_recipes = 1, .recipes = recipes, .config = "recipes: [test/walk]\n"};
    out->tasks = td_arena_alloc(arena, (n ? n : 1) * sizeof *out->tasks);
    td_status status = out->tasks ? TD_OK : td_fail_memory(err, n * sizeof *out->tasks);
    for (size_t i = 0; i < n && !status; i++)
        status = walk_task(pairs, i + 1, arena, &out->tasks[i], err);
    return status;
}

/* ---- what a directory stores, as sorted text without seconds, ranks and hosts ---- */

struct walk_lines {
    char **v;
    size_t n, capacity, records;
};

static inline void walk_line(struct walk_lines *lines, const char *text) {
    if (lines->n == lines->capacity) {
        lines->capacity = lines->capacity ? 2 * lines->capacity : 256;
        lines->v = realloc(lines->v, lines->capacity * sizeof *lines->v);
    }
    lines->v[lines->n++] = strdup(text);
}

static inline td_status walk_collect(void *context, const void *payload, size_t bytes,
                                     struct td_error *err) {
    struct walk_lines *lines = context;
    struct td_arena *arena = td_arena_create();
    struct td_record r;
    td_status status = td_record_unpack(payload, bytes, arena, &r, err);
    char text[512];
    if (!status) {
        lines->records++;
        snprintf(text, sizeof text, "%s status %d step %lld error %s", r.id, (int)r.status,
                 (long long)r.status_step, r.error);
        walk_line(lines, text);
    }
    for (size_t i = 0; !status && i < r.n_values; i++) {
        const struct td_record_value *v = &r.values[i];
        snprintf(text, sizeof text, "%s %s %s %08lld %.17g %s", r.id, v->measure, v->site,
                 (long long)v->step, v->value, v->flag);
        walk_line(lines, text);
    }
    for (size_t i = 0; !status && i < r.n_arrays; i++) {
        const struct td_record_array *a = &r.arrays[i];
        snprintf(text, sizeof text, "%s %s %s %08lld %zu %016llx", r.id, a->measure, a->site,
                 (long long)a->step, a->shape[0],
                 (unsigned long long)XXH3_64bits(a->v, a->shape[0] * sizeof *a->v));
        walk_line(lines, text);
    }
    td_arena_free(arena);
    return status;
}

/* How many tasks the rank of seed 1 computed, and how many the others did. */
struct walk_ranks {
    int by_rank[16], rank_of_seed_1;
};

static inline td_status walk_count_ranks(void *context, const void *payload, size_t bytes,
                                         struct td_error *err) {
    struct walk_ranks *ranks = context;
    struct td_arena *arena = td_arena_create();
    struct td_record r;
    td_status status = td_record_unpack(payload, bytes, arena, &r, err);
    if (!status && r.rank >= 0 && r.rank < 16) {
        ranks->by_rank[r.rank]++;
        if (r.seed == 1)
            ranks->rank_of_seed_1 = r.rank;
    }
    td_arena_free(arena);
    return status;
}

static inline int walk_compare(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* malloc'd text of everything stored in dir; NULL on error. *records: how many, doubles counted. */
static inline char *walk_stored(const char *dir, size_t *records, struct td_error *err) {
    struct walk_lines lines = {0};
    char *text = NULL;
    size_t size = 0;
    if (!td_log_scan(dir, false, walk_collect, &lines, NULL, err)) {
        if (lines.n)
            qsort(lines.v, lines.n, sizeof *lines.v, walk_compare);
        FILE *out = open_memstream(&text, &size);
        for (size_t i = 0; i < lines.n; i++)
            fprintf(out, "%s\n", lines.v[i]);
        fclose(out);
    }
    if (records)
        *records = lines.records;
    for (size_t i = 0; i < lines.n; i++)
        free(lines.v[i]);
    free(lines.v);
    return text;
}

#endif
