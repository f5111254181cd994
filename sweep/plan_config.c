/* DIR/config.yaml: the request as text, and a plan from it again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/param_text.h"
#include "numeric/platform.h"
#include "sweep/plan_parts.h"

/* ---- writing ---- */

/* A code point of valid UTF-8 at s; its length into *n. */
static uint32_t code_point(const unsigned char *s, size_t *n) {
    *n = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
    uint32_t code = *n == 1 ? s[0] : s[0] & (0xffu >> (*n + 1));
    for (size_t i = 1; i < *n; i++) {
        if ((s[i] & 0xc0) != 0x80) { /* not valid after all: byte by byte */
            *n = 1;
            return s[0];
        }
        code = code << 6 | (s[i] & 0x3f);
    }
    return code;
}

/* Characters that YAML keeps as they are, line breaks aside. */
static bool plain(uint32_t code) {
    return (code >= 0x20 && code < 0x7f) || (code >= 0xa0 && code != 0x2028 && code != 0x2029 &&
                                             code != 0xfeff && !(code >= 0xd800 && code < 0xe000));
}

static void add_quoted(struct td_text *out, const char *text) {
    const unsigned char *s = (const unsigned char *)text;
    td_text_add(out, "\"");
    for (size_t n; *s; s += n) {
        char escape[16];
        uint32_t code = code_point(s, &n);
        if (code == '"' || code == '\\')
            snprintf(escape, sizeof escape, "\\%c", (int)code);
        else if (code == '\n')
            snprintf(escape, sizeof escape, "\\n");
        else if (!plain(code))
            snprintf(escape, sizeof escape, "\\U%08x", code);
        else
            snprintf(escape, sizeof escape, "%.*s", (int)n, (const char *)s);
        td_text_add(out, escape);
    }
    td_text_add(out, "\"");
}

static bool plain_lines(const char *text) {
    const unsigned char *s = (const unsigned char *)text;
    for (size_t n; *s; s += n) {
        uint32_t code = code_point(s, &n);
        if (!plain(code) && code != '\n')
            return false;
    }
    return true;
}

/* A file's text as it stands, indented, where YAML can hold it so. */
static void add_file_text(struct td_text *out, const char *text) {
    if (!plain_lines(text)) {
        add_quoted(out, text);
        td_text_add(out, "\n");
        return;
    }
    size_t n = strlen(text);
    td_text_add(out, n && text[n - 1] == '\n' ? "|2+\n" : "|2-\n");
    while (*text) {
        size_t line = strcspn(text, "\n");
        if (line)
            td_text_add(out, "      ");
        td_text_add_bytes(out, text, line);
        td_text_add(out, "\n");
        text += line + (text[line] == '\n');
    }
}

static void add_list(struct td_text *out, const char *key) {
    td_text_add(out, key);
    td_text_add(out, ":\n");
}

static void add_item(struct td_text *out, const char *text) {
    td_text_add(out, "  - ");
    add_quoted(out, text);
    td_text_add(out, "\n");
}

static void add_files(struct td_text *out, const struct td_recipe *const *recipes, size_t n) {
    bool first = true;
    for (size_t i = 0; i < n; i++) {
        if (!recipes[i]->text)
            continue;
        if (first)
            add_list(out, "files");
        first = false;
        const char *slash = strrchr(recipes[i]->path, '/');
        td_text_add(out, "  - recipe: ");
        add_quoted(out, recipes[i]->name);
        td_text_add(out, "\n    file: ");
        add_quoted(out, slash ? slash + 1 : recipes[i]->path);
        td_text_add(out, "\n    text: ");
        add_file_text(out, recipes[i]->text);
    }
}

td_status td_plan_config(const struct td_recipe *const *recipes, size_t n, const char *preset,
                         const struct td_set_option *sets, size_t n_sets, struct td_arena *arena,
                         const char **out, struct td_error *err) {
    struct td_text text = {0};
    td_text_add(&text, "# What this directory holds: the request it was made from.\ntdyn: ");
    add_quoted(&text, td_version());
    td_text_add(&text, "\n");
    add_list(&text, "recipes");
    for (size_t i = 0; i < n; i++)
        add_item(&text, recipes[i]->name);
    if (preset) {
        td_text_add(&text, "preset: ");
        add_quoted(&text, preset);
        td_text_add(&text, "\n");
    }
    if (n_sets)
        add_list(&text, "set");
    for (size_t i = 0; i < n_sets; i++)
        add_item(&text, sets[i].text);
    add_files(&text, recipes, n);
    *out = td_text_take(&text, arena);
    return *out ? TD_OK : td_fail_memory(err, 0);
}

/* ---- reading ---- */

struct config {
    const struct td_catalog *catalog;
    const struct td_registry *experiments;
    struct td_arena *arena;
    struct td_error *err;
    const struct td_yaml *files;
};

/* The scalar under `key` of a map, or an error. */
static td_status scalar(const struct config *c, const struct td_yaml *map, const char *key,
                        const char **out) {
    const struct td_yaml *node = td_yaml_get(map, key);
    *out = "";
    if (!node || node->type != TD_YAML_SCALAR)
        return td_fail_at(c->err, node ? &node->where : &map->where, "%s must be a text", key);
    *out = node->text;
    return TD_OK;
}

static td_status list(const struct config *c, const struct td_yaml *node, const char *key) {
    if (node && node->type != TD_YAML_LIST)
        return td_fail_at(c->err, &node->where, "%s must be a list", key);
    for (size_t i = 0; node && i < node->n; i++)
        if (node->items[i]->type == TD_YAML_LIST)
            return td_fail_at(c->err, &node->items[i]->where, "a list within %s", key);
    return TD_OK;
}

/* The user's own file of that recipe name as kept in the config; *out stays NULL if there is none.
 */
static td_status find_kept_file(const struct config *c, const char *name,
                                const struct td_recipe **out) {
    for (size_t i = 0; c->files && i < c->files->n; i++) {
        const char *recipe, *file, *text;
        const struct td_yaml *kept = c->files->items[i];
        td_status status = scalar(c, kept, "recipe", &recipe);
        if (status == TD_OK)
            status = scalar(c, kept, "file", &file);
        if (status == TD_OK)
            status = scalar(c, kept, "text", &text);
        if (status != TD_OK)
            return status;
        if (!strcmp(recipe, name))
            return td_recipe_parse(c->catalog, c->experiments, file, text, strlen(text), c->arena,
                                   out, c->err);
    }
    return TD_OK;
}

static td_status find_recipe(const struct config *c, const struct td_yaml *node,
                             const struct td_recipe **out) {
    *out = NULL;
    if (node->type != TD_YAML_SCALAR)
        return td_fail_at(c->err, &node->where, "the name of an experiment is meant here");
    td_status status = find_kept_file(c, node->text, out);
    if (status != TD_OK || *out)
        return status;
    for (size_t i = 0; i < c->catalog->n; i++)
        if (!strcmp(c->catalog->v[i].name, node->text))
            *out = &c->catalog->v[i];
    if (!*out)
        return td_fail_at(c->err, &node->where, "there is no experiment \"%.80s\" any more",
                          node->text);
    return TD_OK;
}

static td_status read_request(const struct config *c, const struct td_yaml *root,
                              struct td_plan *out) {
    const struct td_yaml *recipes = td_yaml_get(root, "recipes"), *set = td_yaml_get(root, "set");
    const char *preset = NULL;
    td_status status = list(c, recipes, "recipes");
    if (status == TD_OK)
        status = list(c, set, "set");
    if (status == TD_OK && td_yaml_get(root, "preset"))
        status = scalar(c, root, "preset", &preset);
    if (status != TD_OK)
        return status;
    size_t n = recipes ? recipes->n : 0, n_sets = set ? set->n : 0;
    const struct td_recipe **found = td_arena_alloc(c->arena, n * sizeof *found);
    struct td_set_option *sets = td_arena_alloc(c->arena, n_sets * sizeof *sets);
    if (!found || !sets)
        return td_fail_memory(c->err, n * sizeof *found);
    for (size_t i = 0; status == TD_OK && i < n; i++)
        status = find_recipe(c, recipes->items[i], &found[i]);
    for (size_t i = 0; status == TD_OK && i < n_sets; i++) {
        sets[i].text = set->items[i]->text;
        if (!sets[i].text)
            status = td_fail_at(c->err, &set->items[i]->where, "a text NAME=VALUES is meant here");
    }
    if (status != TD_OK)
        return status;
    return td_plan_make(found, n, preset, sets, n_sets, c->arena, out, c->err);
}

td_status td_plan_read(const char *config_path, const struct td_catalog *catalog,
                       const struct td_registry *experiments, struct td_arena *arena,
                       struct td_plan *out, struct td_error *err) {
    struct config c = {catalog, experiments, arena, err, NULL};
    struct td_yaml *root;
    *out = (struct td_plan){0};
    td_status status = td_yaml_read(config_path, arena, &root, err);
    if (status != TD_OK)
        return status;
    if (root->type != TD_YAML_MAP)
        return td_fail_at(err, &root->where, "not the request of a tdyn directory");
    c.files = td_yaml_get(root, "files");
    status = list(&c, c.files, "files");
    return status == TD_OK ? read_request(&c, root, out) : status;
}
