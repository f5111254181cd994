/* What the planner is made of: a request collects what the layers say (files, presets, --set), a
   grid turns it into tasks. Only the sources sweep/plan*.c and sweep/catalog.c need this. */
#ifndef TD_SWEEP_PLAN_PARTS_H
#define TD_SWEEP_PLAN_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sweep/plan.h"

/* ---- catalog ---- */

/* The user's own composition, `text` being its file's content. */
td_status td_recipe_parse(const struct td_catalog *catalog, const struct td_registry *experiments,
                          const char *path, const char *text, size_t bytes, struct td_arena *arena,
                          const struct td_recipe **out, struct td_error *err);

/* ---- request ---- */

enum { TD_NO_AXIS = -1, TD_AXES_MAX = 1000 };

/* One assignment; later ones win. One of an axis holds at one of its points only. */
struct td_entry {
    struct td_assign assign;
    int axis; /* TD_NO_AXIS: holds everywhere */
    size_t point;
    bool dead; /* assigned again by a later layer */
};
struct td_axis {
    size_t points;
    int layer; /* which file, preset or option it comes from */
    struct td_where where;
};
struct td_request {
    const struct td_recipe *recipe;
    size_t n, size;
    struct td_entry *entries; /* in order of the layers; an axis' entries stand together */
    int n_axes, layer;
    struct td_axis axes[TD_AXES_MAX];
    struct td_arena *arena;
    struct td_error *err;
};

/* Collects a recipe's files, presets and options; *out lives in `arena`, but free it with
   td_request_free. */
td_status td_request_make(const struct td_recipe *recipe, const char *preset,
                          const struct td_set_option *sets, size_t n_sets, struct td_arena *arena,
                          struct td_request **out, struct td_error *err);
void td_request_free(struct td_request *request);

/* ---- grid ---- */

/* A request's axes and entries in the form that points are made from. */
struct td_grid;
td_status td_grid_make(const struct td_request *request, struct td_grid **out,
                       struct td_error *err);
void td_grid_free(struct td_grid *grid);
/* Number of grid points, duplicates included; at most TD_TASKS_MAX. */
size_t td_grid_size(const struct td_grid *grid);
/* The settings at the first point, which the experiment is not asked about. */
td_status td_grid_first(const struct td_grid *grid, struct td_arena *arena, struct td_settings *out,
                        struct td_error *err);
/* Appends the tasks of all points to tasks[*n ...] (td_grid_size of them fit) leaving out ids that
   were there before. Strings and settings in `arena`. */
td_status td_grid_tasks(const struct td_grid *grid, struct td_arena *arena,
                        struct td_task_spec *tasks, size_t *n, struct td_error *err);

/* ---- config ---- */

/* The request as YAML text. */
td_status td_plan_config(const struct td_recipe *const *recipes, size_t n, const char *preset,
                         const struct td_set_option *sets, size_t n_sets, struct td_arena *arena,
                         const char **out, struct td_error *err);

#endif
