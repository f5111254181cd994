/* Two toy experiments and a data directory of the test's own, for the tests of catalogs and plans.
   Include after cmocka. */
#ifndef TD_TESTS_PLAN_TOYS_H
#define TD_TESTS_PLAN_TOYS_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "numeric/param_text.h"
#include "sweep/plan.h"

/* ---- two toy experiments ---- */

struct sgd {
    double lr, momentum;
};
static const struct td_param sgd_table[] = {
    {.name = "lr",
     .type = TD_REAL,
     .offset = offsetof(struct sgd, lr),
     .initial = "1e-2",
     .min = 0,
     .max = 1},
    {.name = "momentum", .type = TD_REAL, .offset = offsetof(struct sgd, momentum), .initial = "0"},
    {0}};
static const struct td_param adam_table[] = {
    {.name = "lr",
     .type = TD_REAL,
     .offset = offsetof(struct sgd, lr),
     .initial = "1e-3",
     .min = 0,
     .max = 1},
    {.name = "beta", .type = TD_REAL, .offset = offsetof(struct sgd, momentum), .initial = "0.9"},
    {0}};
static const struct td_kind sgd_kind = TD_KIND("sgd", "", "", sgd_table, struct sgd);
static const struct td_kind adam_kind = TD_KIND("adam", "", "", adam_table, struct sgd);
static struct td_registry optimizers = {
    .family = "optimizer", .kinds = (const struct td_kind *const[]){&sgd_kind, &adam_kind, NULL}};

struct toy {
    int64_t depth, width, steps;
    const char *path;
    struct td_reals starts;
    struct td_part optimizer;
    struct td_parts measure;
};
static const struct td_param measure_common[] = {
    {.name = "at", .type = TD_STEPS, .offset = 0, .initial = "end"}, {0}};
static const struct td_param toy_table[] = {
    {.name = "depth",
     .type = TD_INT,
     .offset = offsetof(struct toy, depth),
     .initial = "3",
     .min = 1,
     .max = 100000},
    {.name = "width", .type = TD_INT, .offset = offsetof(struct toy, width), .initial = "10"},
    {.name = "steps",
     .type = TD_INT,
     .offset = offsetof(struct toy, steps),
     .initial = "100",
     .flags = TD_LENGTH},
    {.name = "path", .type = TD_STRING, .offset = offsetof(struct toy, path), .initial = ""},
    {.name = "starts", .type = TD_REALS, .offset = offsetof(struct toy, starts), .initial = "[]"},
    {.name = "optimizer",
     .type = TD_PART,
     .offset = offsetof(struct toy, optimizer),
     .initial = "sgd",
     .registry = &optimizers},
    {.name = "measure",
     .type = TD_PARTS,
     .offset = offsetof(struct toy, measure),
     .initial = "",
     .flags = TD_OBSERVED,
     .registry = &optimizers,
     .common = measure_common,
     .common_size = sizeof(struct td_steps)},
    {0}};

static int checked;
static td_status check_toy(const void *params, struct td_error *err) {
    const struct toy *toy = params;
    checked++;
    return toy->depth == 13 ? td_fail(err, TD_BAD_INPUT, "depth 13 makes no sense") : TD_OK;
}
static double cost_toy(const void *params) {
    return (double)((const struct toy *)params)->depth;
}

static const struct td_experiment toy = {
    .kind = TD_KIND("toy", "A toy. It does nothing.", "nowhere", toy_table, struct toy),
    .version = 1,
    .check = check_toy,
    .cost = cost_toy};
static const struct td_experiment map = {.kind = TD_KIND_PLAIN("selu/moment-map", "A map.", ""),
                                         .version = 1};
static struct td_registry experiments = {
    .family = "experiment", .kinds = (const struct td_kind *const[]){&toy.kind, &map.kind, NULL}};

/* ---- a data directory of the test's own ---- */

struct fixture {
    char dir[64];
    struct td_arena *arena;
    struct td_error err;
    struct td_catalog catalog;
    struct td_plan plan;
};

static inline void write_text(const struct fixture *f, const char *name, const char *text) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", f->dir, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static inline int set_up(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    char path[128];
    f->arena = td_arena_create();
    strcpy(f->dir, "tdyn-plan-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    snprintf(path, sizeof path, "%s/experiments", f->dir);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/experiments/selu", f->dir);
    mkdir(path, 0700);
    checked = 0;
    *state = f;
    return 0;
}

static inline void remove_files(const char *directory) {
    char path[512];
    DIR *files = opendir(directory);
    for (struct dirent *entry; files && (entry = readdir(files));) {
        snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        unlink(path);
    }
    closedir(files);
    rmdir(directory);
}

static inline int tear_down(void **state) {
    struct fixture *f = *state;
    char path[128];
    snprintf(path, sizeof path, "%s/experiments/selu", f->dir);
    remove_files(path);
    snprintf(path, sizeof path, "%s/experiments", f->dir);
    remove_files(path);
    remove_files(f->dir);
    td_arena_free(f->arena);
    free(f);
    return 0;
}

static inline void read_catalog(struct fixture *f) {
    if (td_catalog_read(f->dir, &experiments, f->arena, &f->catalog, &f->err) != TD_OK)
        fail_msg("%s", f->err.message);
}

static inline void expect_message(const struct fixture *f, const char *part) {
    if (!strstr(f->err.message, part))
        fail_msg("\"%s\" does not say \"%s\"", f->err.message, part);
}

/* Plans `what` with the options given, up to eight. */
static inline td_status plan(struct fixture *f, const char *what, const char *preset,
                             const char *const *sets) {
    const struct td_recipe *found, *recipes[16];
    struct td_set_option options[8];
    size_t n, n_sets = 0;
    td_status status =
        td_catalog_find(&f->catalog, &experiments, what, f->arena, &found, &n, &f->err);
    if (status != TD_OK)
        return status;
    for (size_t i = 0; i < n; i++)
        recipes[i] = &found[i];
    for (; sets && sets[n_sets]; n_sets++)
        options[n_sets].text = sets[n_sets];
    return td_plan_make(recipes, n, preset, options, n_sets, f->arena, &f->plan, &f->err);
}

static inline void make_plan(struct fixture *f, const char *what, const char *preset,
                             const char *const *sets) {
    if (plan(f, what, preset, sets) != TD_OK)
        fail_msg("%s", f->err.message);
}
#define SETS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Writes the user's file mine.yaml and plans it. */
static inline td_status plan_text(struct fixture *f, const char *yaml, const char *preset,
                                  const char *const *sets) {
    char path[128];
    if (!f->catalog.v)
        read_catalog(f);
    write_text(f, "mine.yaml", yaml);
    snprintf(path, sizeof path, "%s/mine.yaml", f->dir);
    return plan(f, path, preset, sets);
}

static inline const char *value_of(const struct td_task_spec *task, const char *name) {
    for (size_t i = 0; i < task->settings.n; i++)
        if (!strcmp(task->settings.v[i].name, name))
            return task->settings.v[i].value;
    return "(absent)";
}

static inline void expect_setting(const struct fixture *f, size_t task, const char *name,
                                  const char *value) {
    assert_true(task < f->plan.n);
    assert_string_equal(value_of(&f->plan.tasks[task], name), value);
}

static inline void make_text(struct fixture *f, const char *yaml, const char *preset,
                             const char *const *sets) {
    if (plan_text(f, yaml, preset, sets) != TD_OK)
        fail_msg("%s", f->err.message);
}

static inline void refuse_text(struct fixture *f, const char *yaml, const char *preset,
                               const char *const *sets, const char *message) {
    if (plan_text(f, yaml, preset, sets) != TD_BAD_INPUT)
        fail_msg("accepted: %s", yaml);
    expect_message(f, message);
    assert_int_equal(f->plan.n, 0);
}

#define TEST(name_) cmocka_unit_test_setup_teardown(name_, set_up, tear_down)

#endif
