/* Any bytes as the user's composition, with a --set option before the first zero byte: planned, and
   a plan made again from what it would keep in config.yaml. */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sweep/plan.h"
#include "sweep/plan_parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct opt {
    double lr, extra;
};
static const struct td_param sgd_table[] = {
    {.name = "lr", .type = TD_REAL, .offset = 0, .initial = "0.1", .min = 0, .max = 1},
    {.name = "momentum", .type = TD_REAL, .offset = offsetof(struct opt, extra), .initial = "0"},
    {0}};
static const struct td_param adam_table[] = {
    {.name = "lr", .type = TD_REAL, .offset = 0, .initial = "0.1", .min = 0, .max = 1},
    {.name = "beta", .type = TD_REAL, .offset = offsetof(struct opt, extra), .initial = "0.9"},
    {0}};
static const struct td_kind sgd = TD_KIND("sgd", "", "", sgd_table, struct opt);
static const struct td_kind adam = TD_KIND("adam", "", "", adam_table, struct opt);
static struct td_registry optimizers = {
    .family = "optimizer", .kinds = (const struct td_kind *const[]){&sgd, &adam, NULL}};

struct toy {
    int64_t depth;
    const char *path;
    struct td_reals starts;
    struct td_part optimizer;
    struct td_parts measure;
};
static const struct td_param at_table[] = {
    {.name = "at", .type = TD_STEPS, .offset = 0, .initial = "end"}, {0}};
static const struct td_param toy_table[] = {
    {.name = "depth", .type = TD_INT, .offset = offsetof(struct toy, depth), .initial = "3"},
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
     .common = at_table,
     .common_size = sizeof(struct td_steps)},
    {0}};

/* Few points are as good as many: the rest is refused, which keeps a run short. */
enum { POINTS_MAX = 100 };
static int points;
static td_status check(const void *params, struct td_error *err) {
    const struct toy *toy = params;
    if (!toy->path || !toy->optimizer.kind)
        abort();
    return ++points > POINTS_MAX ? td_fail(err, TD_BAD_INPUT, "enough") : TD_OK;
}
static const struct td_experiment experiment = {
    .kind = TD_KIND("toy", "", "", toy_table, struct toy), .version = 1, .check = check};
static struct td_registry experiments = {
    .family = "experiment", .kinds = (const struct td_kind *const[]){&experiment.kind, NULL}};

/* Grids of a million values are right but slow. */
static int may_be_large(const uint8_t *data, size_t size) {
    int digits = 0;
    for (size_t i = 0; i < size; i++) {
        digits = isdigit(data[i]) ? digits + 1 : 0;
        if (digits > 3 || (digits && i + 1 < size && (data[i + 1] == 'e' || data[i + 1] == 'E')))
            return 1;
    }
    return 0;
}

/* The config text as a file of this process. */
static void read_again(const struct td_plan *plan, const struct td_catalog *catalog,
                       struct td_arena *arena) {
    char path[64];
    struct td_plan again;
    struct td_error err;
    int fd = memfd_create("config", 0);
    size_t n = strlen(plan->config);
    if (fd < 0 || write(fd, plan->config, n) != (ssize_t)n)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    points = 0;
    if (td_plan_read(path, catalog, &experiments, arena, &again, &err) != TD_OK) {
        fprintf(stderr, "%s\n%s", err.message, plan->config);
        abort();
    }
    close(fd);
    if (again.n != plan->n || strcmp(again.config, plan->config))
        abort();
    for (size_t i = 0; i < again.n; i++)
        if (strcmp(again.tasks[i].id, plan->tasks[i].id))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (may_be_large(data, size))
        return 0;
    struct td_arena *arena = td_arena_create();
    struct td_catalog catalog = {0};
    const struct td_recipe *recipe;
    struct td_plan plan;
    struct td_error err;
    const uint8_t *zero = size ? memchr(data, 0, size) : NULL;
    size_t option_size = zero ? (size_t)(zero - data) : 0;
    struct td_set_option set = {td_arena_printf(arena, "%.*s", (int)option_size, data)};
    const char *text = (const char *)data + (zero ? option_size + 1 : 0);
    size_t bytes = size - (zero ? option_size + 1 : 0);
    points = 0;
    if (td_recipe_parse(&catalog, &experiments, "fuzz.yaml", text, bytes, arena, &recipe, &err) ==
            TD_OK &&
        td_plan_make(&recipe, 1, "demo", &set, zero ? 1 : 0, arena, &plan, &err) == TD_OK)
        read_again(&plan, &catalog, arena);
    td_arena_free(arena);
    return 0;
}
