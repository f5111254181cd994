/* YAML trees into dotted assignments. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/param_text.h"
#include "sweep/yaml.h"

struct flattener {
    struct td_assign *v; /* growing */
    size_t n, size;
    struct td_arena *arena;
    struct td_error *err;
};

static td_status add(struct flattener *f, const char *name, const char *text,
                     const struct td_where *where) {
    if (f->n == f->size) {
        size_t size = f->size * 2 + 16;
        struct td_assign *grown = realloc(f->v, size * sizeof *grown);
        if (!grown)
            return td_fail_memory(f->err, size * sizeof *grown);
        f->v = grown;
        f->size = size;
    }
    if (!name || !text)
        return td_fail_memory(f->err, 0);
    f->v[f->n++] = (struct td_assign){.name = name, .text = text, .where = *where};
    return TD_OK;
}

static bool has_map(const struct td_yaml *list) {
    for (size_t i = 0; i < list->n; i++)
        if (list->items[i]->type == TD_YAML_MAP)
            return true;
    return false;
}

/* Adds "[a,[b,c]]". */
static td_status add_list_text(struct flattener *f, const struct td_yaml *list,
                               struct td_text *text) {
    td_text_add(text, "[");
    for (size_t i = 0; i < list->n; i++) {
        const struct td_yaml *item = list->items[i];
        if (i)
            td_text_add(text, ",");
        if (item->type == TD_YAML_SCALAR)
            td_text_add_element(text, item->text);
        else if (item->type == TD_YAML_MAP || add_list_text(f, item, text) != TD_OK)
            return td_fail_at(f->err, &item->where, "a map within a list of lists");
    }
    td_text_add(text, "]");
    return TD_OK;
}

td_status td_yaml_text(const struct td_yaml *node, struct td_arena *arena, const char **out,
                       struct td_error *err) {
    struct flattener f = {.arena = arena, .err = err};
    struct td_text text = {0};
    td_status status = TD_OK;
    if (node->type == TD_YAML_SCALAR)
        td_text_add(&text, node->text);
    else if (node->type == TD_YAML_LIST)
        status = add_list_text(&f, node, &text);
    else
        status = td_fail_at(err, &node->where, "a value is meant here, not a map");
    *out = td_text_take(&text, arena);
    if (status != TD_OK)
        return status;
    return *out ? TD_OK : td_fail_memory(err, 0);
}

static td_status join(struct flattener *f, const char *prefix, const char *key,
                      const struct td_where *where, const char **out) {
    if (strlen(prefix) + strlen(key) + 2 > TD_PARAM_NAME_MAX)
        return td_fail_at(f->err, where, "%.60s...: the name is too long", key);
    *out = td_arena_printf(f->arena, "%s%s%s", prefix, prefix[0] ? "." : "", key);
    return *out ? TD_OK : td_fail_memory(f->err, TD_PARAM_NAME_MAX);
}

static td_status flatten_node(struct flattener *f, const char *name, const struct td_yaml *node,
                              const struct td_where *where);

/* A list of parts replaces what was assigned before: NAME = [] comes first. */
static td_status flatten_parts(struct flattener *f, const char *name, const struct td_yaml *list,
                               const struct td_where *where) {
    td_status status = add(f, name, "[]", where);
    for (size_t i = 0; status == TD_OK && i < list->n; i++) {
        char number[24];
        const char *item;
        const struct td_yaml *part = list->items[i];
        if (part->type == TD_YAML_LIST || (part->type == TD_YAML_MAP && part->n == 0))
            return td_fail_at(f->err, &part->where, "%.100s: each item is a kind or {kind: ...}",
                              name);
        snprintf(number, sizeof number, "%zu", i);
        status = join(f, name, number, &part->where, &item);
        if (status == TD_OK)
            status = flatten_node(f, item, part, &part->where);
    }
    return status;
}

static td_status flatten_map(struct flattener *f, const char *prefix, const struct td_yaml *map) {
    td_status status = TD_OK;
    for (size_t i = 0; status == TD_OK && i < map->n; i++) {
        const char *name;
        status = join(f, prefix, map->keys[i], &map->key_where[i], &name);
        if (status == TD_OK)
            status = flatten_node(f, name, map->items[i], &map->items[i]->where);
    }
    return status;
}

static td_status flatten_node(struct flattener *f, const char *name, const struct td_yaml *node,
                              const struct td_where *where) {
    const char *text;
    if (node->type == TD_YAML_MAP)
        return flatten_map(f, name, node);
    if (node->type == TD_YAML_LIST && has_map(node))
        return flatten_parts(f, name, node, where);
    td_status status = td_yaml_text(node, f->arena, &text, f->err);
    return status == TD_OK ? add(f, name, text, where) : status;
}

static int compare_names(const void *a, const void *b) {
    const struct td_assign *x = *(const struct td_assign *const *)a;
    const struct td_assign *y = *(const struct td_assign *const *)b;
    int by_name = strcmp(x->name, y->name);
    return by_name ? by_name : (x > y) - (x < y);
}

/* `net: {depth: 1}` and `net.depth: 2` in one map are one name twice. */
static td_status refuse_duplicates(struct flattener *f) {
    const struct td_assign **sorted = malloc((f->n + 1) * sizeof *sorted);
    if (!sorted)
        return td_fail_memory(f->err, f->n * sizeof *sorted);
    for (size_t i = 0; i < f->n; i++)
        sorted[i] = &f->v[i];
    qsort(sorted, f->n, sizeof *sorted, compare_names);
    td_status status = TD_OK;
    for (size_t i = 1; status == TD_OK && i < f->n; i++)
        if (!strcmp(sorted[i]->name, sorted[i - 1]->name))
            status =
                td_fail_at(f->err, &sorted[i]->where, "%.100s is given twice, first in line %d",
                           sorted[i]->name, sorted[i - 1]->where.line);
    free(sorted);
    return status;
}

td_status td_yaml_flatten(const struct td_yaml *map, const char *prefix, struct td_arena *arena,
                          struct td_assign **out, size_t *n, struct td_error *err) {
    struct flattener f = {.arena = arena, .err = err};
    *out = NULL;
    *n = 0;
    if (map->type != TD_YAML_MAP)
        return td_fail_at(err, &map->where, "a map (name: value) is meant here");
    td_status status = flatten_map(&f, prefix ? prefix : "", map);
    if (status == TD_OK)
        status = refuse_duplicates(&f);
    struct td_assign *kept = NULL;
    if (status == TD_OK) {
        kept = td_arena_alloc(arena, f.n * sizeof *kept);
        if (!kept)
            status = td_fail_memory(err, f.n * sizeof *kept);
        else if (f.n)
            memcpy(kept, f.v, f.n * sizeof *kept);
    }
    if (status == TD_OK) {
        *out = kept;
        *n = f.n;
    }
    free(f.v);
    return status;
}
