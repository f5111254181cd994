/* From what the user asked for to a list of tasks.

   A composition file (experiments/PAPER/NAME.yaml or the user's own) holds
       experiment: train            # the C experiment underneath; or a composition's name
       name: selu/training          # built-in ones; a user's file is called by its base name
       summary: one line            # shown by `tdyn list`
       source: Klambauer 2017, figure 1
       optional: true               # where its data are not installed, a run of its whole paper
                                    # goes on without it
       net: {...} ...               # parameters, nested or dotted
       sweep: {net.depth: [8, 16], seed: 1..20}
       zip:   {net.width: [64, 256], optimizer.lr: [0.1, 0.01]}   # go together, one axis
       presets: {demo: {...parameters, sweep, zip...}, paper: {...}}
   Later wins: table defaults, file, preset, command line; of a composition of a composition, the
   inner one's file and preset come before the outer one's. What is swept stands as a list or in the
   value grammar of numeric/param.h; an item {kind: ..., lr: ...} sets several parameters of a part
   at once; `zip` may be a list of maps, one axis each. A parameter set again later is swept no
   more, or over the later values. Observed parameters (measure, ...) cannot be swept.
   `--set` with several values adds (or replaces) a sweep axis. Axes in order of appearance, the
   last fastest, an axis of the seed alone innermost. `seed` (default 1) belongs to every
   experiment. The preset "demo" is always there, empty where no file defines it. */
#ifndef TD_SWEEP_PLAN_H
#define TD_SWEEP_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sweep/experiment.h"
#include "sweep/yaml.h"

enum { TD_ID_CHARS = 32, TD_TASKS_MAX = 10000000, TD_CHAIN_MAX = 8 };

/* Something that can be run, found by name. */
struct td_recipe {
    const char *name;    /* "selu/training" */
    const char *summary; /* one line */
    const char *source;
    bool optional; /* its paper can be run without it */
    const struct td_experiment *experiment;
    const struct td_yaml *file;   /* composition or NULL for a bare C experiment */
    const char *path;             /* its path, or NULL */
    const struct td_recipe *base; /* the composition that `experiment:` names; NULL: the C one */
    const char *text;             /* the file's text where it is the user's own, else NULL */
};
struct td_catalog {
    size_t n;
    struct td_recipe *v; /* by name */
};

/* Reads experiments/ * / *.yaml (claims.yaml aside) below the data directory and adds the bare C
   experiments that no composition shares its name with. */
td_status td_catalog_read(const char *data_dir, const struct td_registry *experiments,
                          struct td_arena *arena, struct td_catalog *out, struct td_error *err);
/* By name, or a path ending in .yaml; nearest name suggested. A PAPER alone ("selu") stands for all
   of its recipes: *n of them. */
td_status td_catalog_find(const struct td_catalog *catalog, const struct td_registry *experiments,
                          const char *what, struct td_arena *arena, const struct td_recipe **out,
                          size_t *n, struct td_error *err);

/* One task: a trajectory plus what is observed of it. */
struct td_task_spec {
    const struct td_recipe *recipe;
    char id[TD_ID_CHARS + 1]; /* hash of (recipe name, versions, settings without observed, seed) */
    uint64_t seed;
    struct td_settings settings; /* resolved, canonical; "seed" is not among them */
    uint64_t observed;           /* hash of the observed settings */
    double cost;
};
struct td_plan {
    size_t n;
    struct td_task_spec *tasks; /* distinct ids, in grid order */
    size_t n_recipes;
    const struct td_recipe **recipes;
    const char *config; /* the resolved request as YAML text: what goes into DIR/config.yaml */
    const struct td_recipe *refused; /* after a failure: the recipe that caused it, or NULL */
};

/* One `--set NAME=VALUES`, as given. */
struct td_set_option {
    const char *text;
};

/* Resolves recipes + preset (NULL: none) + options into tasks; checks every one (table, ranges,
   experiment->check) before returning. */
td_status td_plan_make(const struct td_recipe *const *recipes, size_t n, const char *preset,
                       const struct td_set_option *sets, size_t n_sets, struct td_arena *arena,
                       struct td_plan *out, struct td_error *err);

/* The request of a DIR/config.yaml (td_plan.config) made into a plan again. */
td_status td_plan_read(const char *config_path, const struct td_catalog *catalog,
                       const struct td_registry *experiments, struct td_arena *arena,
                       struct td_plan *out, struct td_error *err);

/* The settings of a recipe without sweeping (swept ones at their first value): what `describe`
   shows, also where the experiment would refuse them (its data are not here). */
td_status td_recipe_settings(const struct td_recipe *recipe, const char *preset,
                             struct td_arena *arena, struct td_settings *out, struct td_error *err);

#endif
