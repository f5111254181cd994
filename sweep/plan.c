/* Plans: recipes, preset and options in, tasks out. */
#include "sweep/plan.h"

#include <stdlib.h>
#include <string.h>

#include "numeric/param_text.h"
#include "sweep/plan_parts.h"

/* A recipe's request and grid, made and freed together. */
struct part {
    struct td_request *request;
    struct td_grid *grid;
};

static td_status make_part(const struct td_recipe *recipe, const char *preset,
                           const struct td_set_option *sets, size_t n_sets, struct td_arena *arena,
                           struct part *out, struct td_error *err) {
    *out = (struct part){0};
    td_status status = td_request_make(recipe, preset, sets, n_sets, arena, &out->request, err);
    return status == TD_OK ? td_grid_make(out->request, &out->grid, err) : status;
}

static void free_part(struct part *part) {
    td_grid_free(part->grid);
    td_request_free(part->request);
}

/* Whether two recipes' results would go into one table: names equal but for / - and _. */
static bool same_table(const char *a, const char *b) {
    for (; *a && *b; a++, b++) {
        bool joint_a = *a == '/' || *a == '-' || *a == '_';
        bool joint_b = *b == '/' || *b == '-' || *b == '_';
        if (joint_a != joint_b || (!joint_a && *a != *b))
            return false;
    }
    return *a == *b;
}

/* The distinct recipes, in order. */
static td_status keep_recipes(const struct td_recipe *const *recipes, size_t n,
                              struct td_arena *arena, struct td_plan *out, struct td_error *err) {
    out->recipes = td_arena_alloc(arena, n * sizeof *out->recipes);
    if (!out->recipes)
        return td_fail_memory(err, n * sizeof *out->recipes);
    for (size_t i = 0; i < n; i++) {
        size_t same = 0;
        while (same < out->n_recipes && !same_table(out->recipes[same]->name, recipes[i]->name))
            same++;
        if (same == out->n_recipes)
            out->recipes[out->n_recipes++] = recipes[i];
        else if (out->recipes[same] != recipes[i])
            return td_fail(err, TD_BAD_INPUT,
                           "%.200s and %.200s: the results of %.80s and %.80s would go into one "
                           "table; give one of them another name:",
                           out->recipes[same]->path ? out->recipes[same]->path : "built-in",
                           recipes[i]->path ? recipes[i]->path : "built-in",
                           out->recipes[same]->name, recipes[i]->name);
    }
    return TD_OK;
}

static td_status add_tasks(struct part *parts, struct td_arena *arena, struct td_plan *out,
                           struct td_error *err) {
    size_t most = 0;
    for (size_t i = 0; i < out->n_recipes; i++)
        most += td_grid_size(parts[i].grid);
    if (most > TD_TASKS_MAX)
        return td_fail(err, TD_BAD_INPUT, "%zu tasks in all: at most %d in one run", most,
                       TD_TASKS_MAX);
    out->tasks = td_arena_alloc(arena, most * sizeof *out->tasks);
    td_status status = out->tasks ? TD_OK : td_fail_memory(err, most * sizeof *out->tasks);
    for (size_t i = 0; status == TD_OK && i < out->n_recipes; i++) {
        status = td_grid_tasks(parts[i].grid, arena, out->tasks, &out->n, err);
        if (status != TD_OK)
            out->refused = out->recipes[i];
    }
    return status;
}

td_status td_plan_make(const struct td_recipe *const *recipes, size_t n, const char *preset,
                       const struct td_set_option *sets, size_t n_sets, struct td_arena *arena,
                       struct td_plan *out, struct td_error *err) {
    *out = (struct td_plan){0};
    if (preset && !preset[0])
        preset = NULL;
    td_status status = keep_recipes(recipes, n, arena, out, err);
    struct part *parts = calloc(n + 1, sizeof *parts);
    if (!parts)
        return td_fail_memory(err, n * sizeof *parts);
    for (size_t i = 0; status == TD_OK && i < out->n_recipes; i++) {
        status = make_part(out->recipes[i], preset, sets, n_sets, arena, &parts[i], err);
        if (status != TD_OK)
            out->refused = out->recipes[i];
    }
    if (status == TD_OK)
        status = add_tasks(parts, arena, out, err);
    if (status == TD_OK)
        status = td_plan_config(out->recipes, out->n_recipes, preset, sets, n_sets, arena,
                                &out->config, err);
    for (size_t i = 0; i < n; i++)
        free_part(&parts[i]);
    free(parts);
    if (status != TD_OK)
        *out = (struct td_plan){.refused = out->refused};
    return status;
}

td_status td_recipe_settings(const struct td_recipe *recipe, const char *preset,
                             struct td_arena *arena, struct td_settings *out,
                             struct td_error *err) {
    struct part part;
    *out = (struct td_settings){0};
    td_status status =
        make_part(recipe, preset && preset[0] ? preset : NULL, NULL, 0, arena, &part, err);
    if (status == TD_OK)
        status = td_grid_first(part.grid, arena, out, err);
    free_part(&part);
    return status;
}
