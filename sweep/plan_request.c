/* Collects what files, presets and options assign, in the order in which later ones win. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/param_text.h"
#include "sweep/plan_parts.h"

enum { ENTRIES_MAX = 4000000 };

/* Keys of a composition that are no parameters. */
static const char *const file_keys[] = {"experiment", "name",    "summary", "source",
                                        "optional",   "presets", "sweep",   "zip"};
enum { N_FILE_KEYS = sizeof file_keys / sizeof *file_keys, FIRST_PRESET_KEY = 6 };

static bool is_file_key(const char *key, size_t first) {
    for (size_t i = first; i < N_FILE_KEYS; i++)
        if (!strcmp(key, file_keys[i]))
            return true;
    return false;
}

static const struct td_param *table_of(const struct td_request *r) {
    return r->recipe->experiment->kind.params;
}

static bool ends_in_number(const char *name) {
    const char *dot = strrchr(name, '.');
    return dot && dot[1] && strspn(dot + 1, "0123456789") == strlen(dot + 1);
}

static bool ends_in_kind(const char *name) {
    size_t n = strlen(name);
    return n > 5 && !strcmp(name + n - 5, ".kind");
}

/* The name that a parameter has in settings: net is net.kind, and events.0.do is events.0.kind. */
static const char *long_name(struct td_request *r, const char *name) {
    const struct td_param *param = td_param_find(table_of(r), name, NULL);
    if (!param || (param->type != TD_PART && param->type != TD_PARTS) || ends_in_kind(name))
        return name;
    if (param->type == TD_PART || ends_in_number(name))
        return td_arena_printf(r->arena, "%s.kind", name);
    const char *dot = strrchr(name, '.'), *verb = param->registry->verb;
    if (dot && verb && !strcmp(dot + 1, verb))
        return td_arena_printf(r->arena, "%.*s.kind", (int)(dot - name), name);
    return name;
}

static td_status add_entry(struct td_request *r, struct td_assign assign, int axis, size_t point) {
    if (r->n == ENTRIES_MAX)
        return td_fail_at(r->err, &assign.where, "more than %d values in all", ENTRIES_MAX);
    if (r->n == r->size) {
        size_t size = r->size * 2 + 64;
        struct td_entry *grown = realloc(r->entries, size * sizeof *grown);
        if (!grown)
            return td_fail_memory(r->err, size * sizeof *grown);
        r->entries = grown;
        r->size = size;
    }
    r->entries[r->n++] = (struct td_entry){.assign = assign, .axis = axis, .point = point};
    return TD_OK;
}

static td_status add_fixed(struct td_request *r, struct td_assign assign) {
    assign.name = long_name(r, assign.name);
    if (!assign.name)
        return td_fail_memory(r->err, TD_PARAM_NAME_MAX);
    return add_entry(r, assign, TD_NO_AXIS, 0);
}

/* ---- axes ---- */

static td_status open_axis(struct td_request *r, const struct td_where *where, int *axis) {
    if (r->n_axes == TD_AXES_MAX)
        return td_fail_at(r->err, where, "more than %d axes", TD_AXES_MAX);
    *axis = r->n_axes++;
    r->axes[*axis] = (struct td_axis){.layer = r->layer, .where = *where};
    return TD_OK;
}

/* The one name of a parameter that may be swept. */
static td_status swept_name(struct td_request *r, const char *name, const struct td_where *where,
                            const char **out) {
    unsigned flags = 0;
    td_param_find(table_of(r), name, &flags);
    if (flags & TD_OBSERVED)
        return td_fail_at(r->err, where,
                          "%.120s says what is observed, which does not change the trajectory: it "
                          "cannot be swept; observe all of it at once (lists of steps and of "
                          "measures)",
                          name);
    *out = long_name(r, name);
    return *out ? TD_OK : td_fail_memory(r->err, TD_PARAM_NAME_MAX);
}

static td_status add_point(struct td_request *r, int axis, size_t point, struct td_assign assign) {
    td_status status = swept_name(r, assign.name, &assign.where, &assign.name);
    return status == TD_OK ? add_entry(r, assign, axis, point) : status;
}

/* Several values written as one text. A schedule of steps has a grammar of its own and is one. */
static td_status add_text(struct td_request *r, int axis, size_t *point, const char *name,
                          const char *text, const struct td_where *where, bool item) {
    const struct td_param *param = td_param_find(table_of(r), name, NULL);
    size_t n = 1;
    const char *const *values = &text;
    bool whole = param && (param->type == TD_STEPS || (item && param->type == TD_STRING));
    td_status status = swept_name(r, name, where, &name);
    if (status == TD_OK && !whole)
        status = td_values_expand(text, where, r->arena, &n, &values, r->err);
    for (size_t i = 0; status == TD_OK && i < n; i++)
        status = add_entry(r, (struct td_assign){.name = name, .text = values[i], .where = *where},
                           axis, (*point)++);
    return status;
}

/* One item of a swept list: values in the grammar, a list that is one value, or a map that sets
   several parameters below `name`. */
static td_status add_item(struct td_request *r, int axis, size_t *point, const char *name,
                          const struct td_yaml *item) {
    if (item->type == TD_YAML_SCALAR)
        return add_text(r, axis, point, name, item->text, &item->where, true);
    if (item->type == TD_YAML_LIST) {
        const char *text;
        td_status status = td_yaml_text(item, r->arena, &text, r->err);
        struct td_assign assign = {.name = name, .text = text, .where = item->where};
        return status == TD_OK ? add_point(r, axis, (*point)++, assign) : status;
    }
    struct td_assign *assigns;
    size_t n;
    td_status status = td_yaml_flatten(item, name, r->arena, &assigns, &n, r->err);
    for (size_t i = 0; status == TD_OK && i < n; i++)
        status = add_point(r, axis, *point, assigns[i]);
    ++*point;
    return status;
}

/* All values of one swept parameter from *point on. */
static td_status add_values(struct td_request *r, int axis, size_t *point, const char *name,
                            const struct td_yaml *node) {
    if (node->type == TD_YAML_SCALAR)
        return add_text(r, axis, point, name, node->text, &node->where, false);
    td_status status = TD_OK;
    for (size_t i = 0; status == TD_OK && i < node->n; i++)
        status = add_item(r, axis, point, name, node->items[i]);
    if (status == TD_OK && *point > TD_VALUES_MAX)
        status =
            td_fail_at(r->err, &node->where, "%.120s: more than %d values", name, TD_VALUES_MAX);
    if (status == TD_OK && node->n == 0)
        status = td_fail_at(r->err, &node->where, "%.120s: nothing to sweep over", name);
    return status;
}

/* Calls `each` for every parameter below a map, names joined with dots. */
typedef td_status each_parameter(struct td_request *r, const char *name, const struct td_yaml *node,
                                 const struct td_where *where, void *context);

static td_status walk_map(struct td_request *r, const struct td_yaml *map, const char *prefix,
                          each_parameter *each, void *context) {
    td_status status = TD_OK;
    for (size_t i = 0; status == TD_OK && i < map->n; i++) {
        const char *name =
            td_arena_printf(r->arena, "%s%s%s", prefix, prefix[0] ? "." : "", map->keys[i]);
        if (!name)
            return td_fail_memory(r->err, TD_PARAM_NAME_MAX);
        if (strlen(name) > TD_PARAM_NAME_MAX)
            return td_fail_at(r->err, &map->key_where[i], "%.60s...: the name is too long", name);
        const struct td_yaml *item = map->items[i];
        status = item->type == TD_YAML_MAP ? walk_map(r, item, name, each, context)
                                           : each(r, name, item, &map->key_where[i], context);
    }
    return status;
}

static td_status sweep_parameter(struct td_request *r, const char *name, const struct td_yaml *node,
                                 const struct td_where *where, void *context) {
    (void)context;
    int axis = TD_NO_AXIS;
    size_t points = 0;
    td_status status = open_axis(r, where, &axis);
    if (status == TD_OK)
        status = add_values(r, axis, &points, name, node);
    if (status == TD_OK)
        r->axes[axis].points = points;
    return status;
}

struct zip {
    int axis;
    const char *first; /* the name whose length the others must have */
};

static td_status zip_parameter(struct td_request *r, const char *name, const struct td_yaml *node,
                               const struct td_where *where, void *context) {
    struct zip *zip = context;
    size_t points = 0;
    td_status status = add_values(r, zip->axis, &points, name, node);
    if (status != TD_OK)
        return status;
    if (!zip->first) {
        zip->first = name;
        r->axes[zip->axis].points = points;
    }
    if (points != r->axes[zip->axis].points)
        return td_fail_at(r->err, where,
                          "zip: %.120s has %zu values, but %.120s has %zu: what goes together must "
                          "be equally many",
                          name, points, zip->first, r->axes[zip->axis].points);
    return TD_OK;
}

static td_status add_zip(struct td_request *r, const struct td_yaml *zip) {
    struct zip context = {0};
    if (zip->type != TD_YAML_MAP || zip->n == 0)
        return td_fail_at(r->err, &zip->where,
                          "zip must be a map {a: [1, 2], b: [3, 4]} or a list of such maps");
    td_status status = open_axis(r, &zip->where, &context.axis);
    return status == TD_OK ? walk_map(r, zip, "", zip_parameter, &context) : status;
}

static td_status add_axes(struct td_request *r, const struct td_yaml *sweep,
                          const struct td_yaml *zip) {
    td_status status = TD_OK;
    if (sweep && sweep->type != TD_YAML_MAP)
        return td_fail_at(r->err, &sweep->where, "sweep must be a map {net.depth: [8, 16], ...}");
    if (sweep)
        status = walk_map(r, sweep, "", sweep_parameter, NULL);
    if (zip && zip->type == TD_YAML_LIST)
        for (size_t i = 0; status == TD_OK && i < zip->n; i++)
            status = add_zip(r, zip->items[i]);
    else if (zip && status == TD_OK)
        status = add_zip(r, zip);
    return status;
}

/* ---- layers ---- */

/* The parameters of a file or preset: all but the keys that mean something else. */
static td_status add_parameters(struct td_request *r, const struct td_yaml *map) {
    struct td_yaml own = {.type = TD_YAML_MAP, .where = map->where};
    own.keys = td_arena_alloc(r->arena, map->n * sizeof *own.keys);
    own.key_where = td_arena_alloc(r->arena, map->n * sizeof *own.key_where);
    own.items = td_arena_alloc(r->arena, map->n * sizeof *own.items);
    if (!own.keys || !own.key_where || !own.items)
        return td_fail_memory(r->err, map->n * sizeof *own.key_where);
    for (size_t i = 0; i < map->n; i++) {
        if (is_file_key(map->keys[i], 0))
            continue;
        own.keys[own.n] = map->keys[i];
        own.key_where[own.n] = map->key_where[i];
        own.items[own.n++] = map->items[i];
    }
    struct td_assign *assigns;
    size_t n;
    td_status status = td_yaml_flatten(&own, "", r->arena, &assigns, &n, r->err);
    for (size_t i = 0; status == TD_OK && i < n; i++)
        status = add_fixed(r, assigns[i]);
    return status;
}

static td_status add_layer(struct td_request *r, const struct td_yaml *map) {
    r->layer++;
    td_status status = add_parameters(r, map);
    if (status == TD_OK)
        status = add_axes(r, td_yaml_get(map, "sweep"), td_yaml_get(map, "zip"));
    return status;
}

static td_status add_preset(struct td_request *r, const struct td_yaml *preset) {
    if (preset->type != TD_YAML_MAP)
        return TD_OK; /* empty */
    for (size_t i = 0; i < preset->n; i++)
        if (is_file_key(preset->keys[i], 0) && !is_file_key(preset->keys[i], FIRST_PRESET_KEY))
            return td_fail_at(r->err, &preset->key_where[i], "%s does not belong in a preset",
                              preset->keys[i]);
    return add_layer(r, preset);
}

static const struct td_yaml *preset_of(const struct td_recipe *recipe, const char *preset) {
    const struct td_yaml *presets = recipe->file ? td_yaml_get(recipe->file, "presets") : NULL;
    return presets ? td_yaml_get(presets, preset) : NULL;
}

/* "demo, paper" of a recipe and the compositions below it. */
static td_status unknown_preset(const struct td_recipe *recipe, const char *preset,
                                struct td_error *err) {
    char known[400] = "demo";
    for (const struct td_recipe *r = recipe; r; r = r->base) {
        const struct td_yaml *presets = r->file ? td_yaml_get(r->file, "presets") : NULL;
        for (size_t i = 0; presets && i < presets->n; i++) {
            size_t used = strlen(known);
            if (strcmp(presets->keys[i], "demo") &&
                used + strlen(presets->keys[i]) + 3 < sizeof known)
                snprintf(known + used, sizeof known - used, ", %s", presets->keys[i]);
        }
    }
    return td_fail(err, TD_BAD_INPUT, "unknown preset \"%.60s\" of %.80s: there are %s", preset,
                   recipe->name, known);
}

static td_status check_preset(const struct td_recipe *recipe, const char *preset,
                              struct td_error *err) {
    if (!strcmp(preset, "demo"))
        return TD_OK;
    for (const struct td_recipe *r = recipe; r; r = r->base)
        if (preset_of(r, preset))
            return TD_OK;
    return unknown_preset(recipe, preset, err);
}

/* The innermost composition first. */
static td_status add_recipe(struct td_request *r, const struct td_recipe *recipe,
                            const char *preset) {
    td_status status = recipe->base ? add_recipe(r, recipe->base, preset) : TD_OK;
    if (status == TD_OK && recipe->file)
        status = add_layer(r, recipe->file);
    const struct td_yaml *map = preset ? preset_of(recipe, preset) : NULL;
    return status == TD_OK && map ? add_preset(r, map) : status;
}

/* Values of one `--set`: one fixes the parameter, several are an axis. */
static td_status add_option_values(struct td_request *r, const char *name, const char *text,
                                   const struct td_where *where) {
    const struct td_param *param = td_param_find(table_of(r), name, NULL);
    int axis = TD_NO_AXIS;
    size_t n = 1;
    const char *const *values = &text;
    td_status status = TD_OK;
    if (!param || param->type != TD_STEPS)
        status = td_values_expand(text, where, r->arena, &n, &values, r->err);
    if (status == TD_OK && n == 1)
        return add_fixed(r, (struct td_assign){.name = name, .text = values[0], .where = *where});
    if (status == TD_OK)
        status = open_axis(r, where, &axis);
    if (status == TD_OK)
        status = swept_name(r, name, where, &name);
    for (size_t i = 0; status == TD_OK && i < n; i++)
        status = add_entry(r, (struct td_assign){.name = name, .text = values[i], .where = *where},
                           axis, i);
    if (status == TD_OK)
        r->axes[axis].points = n;
    return status;
}

static td_status add_option(struct td_request *r, const char *text) {
    const char *equals = strchr(text, '=');
    struct td_where where = {.option = td_arena_printf(r->arena, "--set %s", text)};
    char *name = td_arena_printf(r->arena, "%.*s", (int)(equals ? equals - text : 0), text);
    if (!where.option || !name)
        return td_fail_memory(r->err, strlen(text));
    if (!equals || !name[0] || strpbrk(name, " \t"))
        return td_fail_at(r->err, &where, "NAME=VALUES is wanted, such as net.depth=8,16");
    r->layer++;
    return add_option_values(r, name, equals + 1, &where);
}

/* ---- who wins ---- */

/* Entries in a row of one parameter on one axis (or on none). */
struct run {
    const char *name;
    int axis;
    size_t first, n;
};

static int compare_runs(const void *a, const void *b) {
    const struct run *x = a, *y = b;
    int by_name = strcmp(x->name, y->name);
    return by_name ? by_name : (x->first > y->first) - (x->first < y->first);
}

static size_t find_runs(const struct td_request *r, struct run *runs) {
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++) {
        const struct td_entry *entry = &r->entries[i];
        if (n && runs[n - 1].name == entry->assign.name && runs[n - 1].axis == entry->axis)
            runs[n - 1].n++;
        else
            runs[n++] = (struct run){entry->assign.name, entry->axis, i, 1};
    }
    return n;
}

/* Of a part whose kind is chosen anew after entry `last`: what an axis had set of it before. */
static void drop_part(struct td_request *r, const char *kind, int axis, size_t last) {
    size_t part = strlen(kind) - strlen("kind");
    for (size_t i = 0; i < last; i++)
        if (r->entries[i].axis == axis && !strncmp(r->entries[i].assign.name, kind, part))
            r->entries[i].dead = true;
}

/* `group`: all runs of one name in order. The last one tells how the parameter is set; other axes
   no longer sweep it. Two axes of one layer are a contradiction. */
static td_status settle_name(struct td_request *r, const struct run *group, size_t n) {
    int axis = group[n - 1].axis;
    for (size_t i = 0; i + 1 < n; i++) {
        int other = group[i].axis, next = group[i + 1].axis;
        for (size_t k = 0; other != TD_NO_AXIS && other != axis && k < group[i].n; k++)
            r->entries[group[i].first + k].dead = true;
        if (other != TD_NO_AXIS && other != axis && ends_in_kind(group[i].name))
            drop_part(r, group[i].name, other, group[n - 1].first);
        if (other != next && other != TD_NO_AXIS && next != TD_NO_AXIS &&
            r->axes[other].layer == r->axes[next].layer)
            return td_fail_at(r->err, &r->entries[group[i + 1].first].assign.where,
                              "%.120s is swept twice, first in line %d (sweep: crosses parameters, "
                              "zip: ties them; a parameter stands in one of them)",
                              group[i].name, r->entries[group[i].first].assign.where.line);
    }
    return TD_OK;
}

static td_status settle(struct td_request *r) {
    struct run *runs = malloc((r->n + 1) * sizeof *runs);
    if (!runs)
        return td_fail_memory(r->err, r->n * sizeof *runs);
    size_t n_runs = find_runs(r, runs);
    qsort(runs, n_runs, sizeof *runs, compare_runs);
    td_status status = TD_OK;
    for (size_t i = 0, n; status == TD_OK && i < n_runs; i += n) {
        for (n = 1; i + n < n_runs; n++)
            if (strcmp(runs[i].name, runs[i + n].name))
                break;
        status = settle_name(r, runs + i, n);
    }
    free(runs);
    return status;
}

td_status td_request_make(const struct td_recipe *recipe, const char *preset,
                          const struct td_set_option *sets, size_t n_sets, struct td_arena *arena,
                          struct td_request **out, struct td_error *err) {
    struct td_request *r = td_arena_alloc(arena, sizeof *r);
    *out = r;
    if (!r)
        return td_fail_memory(err, sizeof *r);
    r->recipe = recipe;
    r->arena = arena;
    r->err = err;
    td_status status = preset ? check_preset(recipe, preset, err) : TD_OK;
    if (status == TD_OK)
        status = add_recipe(r, recipe, preset);
    for (size_t i = 0; status == TD_OK && i < n_sets; i++)
        status = add_option(r, sets[i].text);
    return status == TD_OK ? settle(r) : status;
}

void td_request_free(struct td_request *request) {
    if (!request)
        return;
    free(request->entries);
    request->entries = NULL;
    request->n = request->size = 0;
}
