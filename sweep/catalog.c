/* What can be run: composition files below the data directory, the user's own, and the bare C
   experiments. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/param_text.h"
#include "sweep/plan.h"
#include "sweep/plan_parts.h"

enum { RECIPES_MAX = 10000, RECIPE_NAME_MAX = 80 };

/* Names that the index keeps for tables of its own. */
static const char *const reserved[] = {"tasks", "names", "values", "arrays", "provenance"};

static bool valid_name(const char *name) {
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_/");
    if (n == 0 || name[n] || n > RECIPE_NAME_MAX || name[0] == '/' || name[n - 1] == '/' ||
        strstr(name, "//") || !strncmp(name, "sqlite", 6))
        return false;
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (!strcmp(name, reserved[i]))
            return false;
    return true;
}

/* An optional one-line text of a composition. */
static td_status read_text(const struct td_yaml *file, const char *key, const char **out,
                           struct td_error *err) {
    const struct td_yaml *node = td_yaml_get(file, key);
    if (node && node->type != TD_YAML_SCALAR)
        return td_fail_at(err, &node->where, "%s must be a text", key);
    if (node)
        *out = node->text;
    return TD_OK;
}

/* An optional truth value of a composition. */
static td_status read_flag(const struct td_yaml *file, const char *key, bool *out,
                           struct td_error *err) {
    const struct td_yaml *node = td_yaml_get(file, key);
    if (!node)
        return TD_OK;
    *out = node->type == TD_YAML_SCALAR && !strcmp(node->text, "true");
    if (!*out && (node->type != TD_YAML_SCALAR || strcmp(node->text, "false")))
        return td_fail_at(err, &node->where, "%s must be true or false", key);
    return TD_OK;
}

static td_status check_maps(const struct td_yaml *presets, struct td_error *err) {
    if (!presets)
        return TD_OK;
    if (presets->type != TD_YAML_MAP)
        return td_fail_at(err, &presets->where, "presets must be a map: {demo: {...}}");
    for (size_t i = 0; i < presets->n; i++) {
        const struct td_yaml *preset = presets->items[i];
        bool empty = preset->type == TD_YAML_SCALAR && !preset->text[0];
        if (preset->type != TD_YAML_MAP && !empty)
            return td_fail_at(err, &preset->where, "preset %.60s must be a map of parameters",
                              presets->keys[i]);
    }
    return TD_OK;
}

/* A composition's own entries; `recipe->name` holds the name to use if the file says none. */
static td_status read_recipe(struct td_recipe *recipe, struct td_error *err) {
    const struct td_yaml *file = recipe->file;
    if (file->type != TD_YAML_MAP)
        return td_fail_at(err, &file->where, "a composition is a map: experiment: NAME, ...");
    td_status status = read_text(file, "name", &recipe->name, err);
    if (status == TD_OK)
        status = read_text(file, "summary", &recipe->summary, err);
    if (status == TD_OK)
        status = read_text(file, "source", &recipe->source, err);
    if (status == TD_OK)
        status = read_flag(file, "optional", &recipe->optional, err);
    if (status == TD_OK)
        status = check_maps(td_yaml_get(file, "presets"), err);
    if (status != TD_OK)
        return status;
    const struct td_yaml *name = td_yaml_get(file, "name");
    if (!valid_name(recipe->name))
        return td_fail_at(err, name ? &name->where : &file->where,
                          "\"%.80s\" cannot be a name: at most %d of a-z, 0-9, - and _, none that "
                          "the results use (tasks, values, ...); give another one by name:",
                          recipe->name, RECIPE_NAME_MAX);
    return TD_OK;
}

/* The first sentence of a descriptor's documentation. */
static const char *first_sentence(const char *doc, struct td_arena *arena) {
    const char *end = strstr(doc, ". ");
    size_t n = end ? (size_t)(end - doc) : strlen(doc);
    if (n && doc[n - 1] == '.')
        n--;
    const char *sentence = td_arena_printf(arena, "%.*s", (int)n, doc);
    return sentence ? sentence : "";
}

/* Summary and source of the C experiment where the composition has none. */
static void inherit_texts(struct td_recipe *recipe, struct td_arena *arena) {
    const struct td_kind *kind = &recipe->experiment->kind;
    if (!recipe->summary)
        recipe->summary = first_sentence(kind->doc ? kind->doc : "", arena);
    if (!recipe->source)
        recipe->source = kind->source ? kind->source : "";
}

/* ---- linking: the chain from a composition to the C experiment underneath ---- */

static struct td_recipe *find_recipe(const struct td_catalog *catalog, const char *name) {
    for (size_t i = 0; i < catalog->n; i++)
        if (!strcmp(catalog->v[i].name, name))
            return &catalog->v[i];
    return NULL;
}

/* What stands behind the slash of a recipe's name is near to `wanted`. */
static const char *nearest_leaf(const struct td_catalog *catalog, const char *wanted) {
    for (size_t i = 0; i < catalog->n; i++) {
        const char *slash = strrchr(catalog->v[i].name, '/'), *leaf = slash ? slash + 1 : "";
        if (td_nearest(wanted, &leaf, 1))
            return catalog->v[i].name;
    }
    return NULL;
}

/* The name most like `wanted` among recipes, papers and C experiments, or NULL. */
static const char *nearest_name(const struct td_catalog *catalog,
                                const struct td_registry *experiments, const char *wanted,
                                struct td_arena *arena) {
    size_t most = 2 * catalog->n + td_registry_count(experiments), n = 0;
    const char **names = td_arena_alloc(arena, (most + 1) * sizeof *names);
    for (size_t i = 0; names && i < catalog->n; i++) {
        const char *name = catalog->v[i].name, *slash = strchr(name, '/');
        names[n++] = name;
        if (slash)
            names[n] = td_arena_printf(arena, "%.*s", (int)(slash - name), name);
        n += slash && names[n];
    }
    for (size_t i = 0; names && i < td_registry_count(experiments); i++)
        names[n++] = td_registry_at(experiments, i)->name;
    const char *near = names ? td_nearest(wanted, names, n) : NULL;
    return near ? near : nearest_leaf(catalog, wanted);
}

static td_status unknown_experiment(const struct td_catalog *catalog,
                                    const struct td_registry *experiments, const char *name,
                                    const struct td_where *where, struct td_arena *arena,
                                    struct td_error *err) {
    char hint[120] = "";
    const char *near = nearest_name(catalog, experiments, name, arena);
    if (near)
        snprintf(hint, sizeof hint, "; did you mean %.80s?", near);
    return td_fail_at(err, where, "unknown experiment \"%.80s\"%s (tdyn list shows all)", name,
                      hint);
}

/* Sets base and experiment of one recipe from what its file says. A composition that carries the
   name of the C experiment it sets is no base of itself. */
static td_status link_recipe(struct td_recipe *recipe, const struct td_catalog *catalog,
                             const struct td_registry *experiments, struct td_arena *arena,
                             struct td_error *err) {
    const struct td_yaml *node = td_yaml_get(recipe->file, "experiment");
    const char *name = recipe->name;
    if (node && node->type != TD_YAML_SCALAR)
        return td_fail_at(err, &node->where, "experiment must be a name");
    if (node)
        name = node->text;
    struct td_recipe *base = find_recipe(catalog, name);
    const struct td_kind *kind = td_registry_find(experiments, name);
    if (base && base->file && base != recipe)
        recipe->base = base;
    else if (kind)
        recipe->experiment = (const struct td_experiment *)kind;
    else if (!node)
        return td_fail_at(err, &recipe->file->where,
                          "experiment: NAME is missing (what does this file set up?)");
    else
        return unknown_experiment(catalog, experiments, name, &node->where, arena, err);
    return TD_OK;
}

/* Follows the chain down to the C experiment. */
static td_status find_experiment(struct td_recipe *recipe, struct td_error *err) {
    const struct td_recipe *r = recipe;
    for (int depth = 0; r->base; r = r->base)
        if (++depth > TD_CHAIN_MAX)
            return td_fail_at(err, &td_yaml_get(recipe->file, "experiment")->where,
                              "%.80s: more than %d compositions upon each other (or a circle)",
                              recipe->name, TD_CHAIN_MAX);
    recipe->experiment = r->experiment;
    return TD_OK;
}

/* ---- reading ---- */

struct reading {
    const struct td_registry *experiments;
    struct td_arena *arena;
    struct td_error *err;
    struct td_recipe *v; /* growing */
    size_t n, size;
};

static td_status add_recipe(struct reading *r, const struct td_recipe *recipe) {
    if (r->n == RECIPES_MAX)
        return td_fail(r->err, TD_BAD_INPUT, "more than %d compositions", RECIPES_MAX);
    if (r->n == r->size) {
        size_t size = r->size * 2 + 32;
        struct td_recipe *grown = realloc(r->v, size * sizeof *grown);
        if (!grown)
            return td_fail_memory(r->err, size * sizeof *grown);
        r->v = grown;
        r->size = size;
    }
    r->v[r->n++] = *recipe;
    return TD_OK;
}

/* "paper/some-name" of the file Some_Name.yaml in the folder `paper`. */
static const char *name_of_file(const char *folder, const char *file, struct td_arena *arena) {
    const char *dot = strrchr(file, '.');
    int n = dot ? (int)(dot - file) : (int)strlen(file);
    char *name = td_arena_printf(arena, "%s%s%.*s", folder, folder[0] ? "/" : "", n, file);
    for (char *c = name; c && *c; c++)
        *c = isalnum((unsigned char)*c) || *c == '/' ? (char)tolower((unsigned char)*c) : '-';
    return name;
}

static bool ends_with(const char *text, const char *end) {
    size_t n = strlen(text), k = strlen(end);
    return n > k && !strcmp(text + n - k, end);
}

static td_status read_file(struct reading *r, const char *directory, const char *folder,
                           const char *file) {
    struct td_yaml *yaml;
    struct td_recipe recipe = {0};
    recipe.path = td_arena_printf(r->arena, "%s/%s", directory, file);
    recipe.name = name_of_file(folder, file, r->arena);
    if (!recipe.path || !recipe.name)
        return td_fail_memory(r->err, strlen(file));
    td_status status = td_yaml_read(recipe.path, r->arena, &yaml, r->err);
    recipe.file = yaml;
    if (status == TD_OK)
        status = read_recipe(&recipe, r->err);
    return status == TD_OK ? add_recipe(r, &recipe) : status;
}

static td_status read_paper(struct reading *r, const char *root, const char *folder) {
    const char *directory = td_arena_printf(r->arena, "%s/%s", root, folder);
    DIR *files = directory ? opendir(directory) : NULL;
    if (!files) /* a file beside the papers' folders */
        return directory ? TD_OK : td_fail_memory(r->err, strlen(folder));
    td_status status = TD_OK;
    for (struct dirent *entry; status == TD_OK && (entry = readdir(files));) {
        const char *file = entry->d_name;
        if (file[0] != '.' && ends_with(file, ".yaml") && strcmp(file, "claims.yaml"))
            status = read_file(r, directory, folder, file);
    }
    closedir(files);
    return status;
}

static td_status read_papers(struct reading *r, const char *data_dir) {
    const char *root = td_arena_printf(r->arena, "%s/experiments", data_dir);
    DIR *papers = root ? opendir(root) : NULL;
    if (!papers)
        return root ? td_fail(r->err, TD_BAD_INPUT, "%s: %s", root, strerror(errno))
                    : td_fail_memory(r->err, strlen(data_dir));
    td_status status = TD_OK;
    for (struct dirent *entry; status == TD_OK && (entry = readdir(papers));)
        if (entry->d_name[0] != '.')
            status = read_paper(r, root, entry->d_name);
    closedir(papers);
    return status;
}

static td_status add_bare(struct reading *r) {
    td_status status = TD_OK;
    size_t compositions = r->n;
    const struct td_kind *kind;
    for (size_t i = 0; status == TD_OK && (kind = td_registry_at(r->experiments, i)); i++) {
        bool shared = false;
        for (size_t j = 0; j < compositions && !shared; j++)
            shared = !strcmp(r->v[j].name, kind->name);
        struct td_recipe bare = {.name = kind->name,
                                 .experiment = (const struct td_experiment *)kind};
        if (!shared)
            status = add_recipe(r, &bare);
    }
    return status;
}

static int compare_recipes(const void *a, const void *b) {
    return strcmp(((const struct td_recipe *)a)->name, ((const struct td_recipe *)b)->name);
}

/* Sorted, without duplicates, in the arena. */
static td_status sort_catalog(struct reading *r, struct td_catalog *out) {
    if (r->n)
        qsort(r->v, r->n, sizeof *r->v, compare_recipes);
    for (size_t i = 1; i < r->n; i++)
        if (!strcmp(r->v[i].name, r->v[i - 1].name))
            return td_fail(r->err, TD_BAD_INPUT, "%s and %s: two compositions called %s",
                           r->v[i - 1].path, r->v[i].path, r->v[i].name);
    out->v = td_arena_alloc(r->arena, r->n * sizeof *out->v);
    if (!out->v)
        return td_fail_memory(r->err, r->n * sizeof *out->v);
    if (r->n)
        memcpy(out->v, r->v, r->n * sizeof *out->v);
    out->n = r->n;
    return TD_OK;
}

static td_status link_all(struct td_catalog *catalog, const struct td_registry *experiments,
                          struct td_arena *arena, struct td_error *err) {
    td_status status = TD_OK;
    for (size_t i = 0; status == TD_OK && i < catalog->n; i++)
        if (catalog->v[i].file)
            status = link_recipe(&catalog->v[i], catalog, experiments, arena, err);
    for (size_t i = 0; status == TD_OK && i < catalog->n; i++)
        status = find_experiment(&catalog->v[i], err);
    for (size_t i = 0; status == TD_OK && i < catalog->n; i++)
        inherit_texts(&catalog->v[i], arena);
    return status;
}

td_status td_catalog_read(const char *data_dir, const struct td_registry *experiments,
                          struct td_arena *arena, struct td_catalog *out, struct td_error *err) {
    struct reading r = {.experiments = experiments, .arena = arena, .err = err};
    *out = (struct td_catalog){0};
    td_status status = read_papers(&r, data_dir);
    if (status == TD_OK)
        status = add_bare(&r);
    if (status == TD_OK)
        status = sort_catalog(&r, out);
    if (status == TD_OK)
        status = link_all(out, experiments, arena, err);
    free(r.v);
    return status;
}

/* ---- finding ---- */

td_status td_recipe_parse(const struct td_catalog *catalog, const struct td_registry *experiments,
                          const char *path, const char *text, size_t bytes, struct td_arena *arena,
                          const struct td_recipe **out, struct td_error *err) {
    struct td_yaml *yaml;
    const char *file = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    struct td_recipe *recipe = td_arena_alloc(arena, sizeof *recipe);
    if (!recipe)
        return td_fail_memory(err, sizeof *recipe);
    if (memchr(text, 0, bytes))
        return td_fail(err, TD_BAD_INPUT, "%s: a zero byte: only UTF-8 text is read", path);
    td_status status = td_yaml_parse(path, text, bytes, arena, &yaml, err);
    if (status != TD_OK)
        return status;
    recipe->file = yaml;
    recipe->path = td_arena_strdup(arena, path);
    recipe->text = td_arena_printf(arena, "%.*s", (int)bytes, text);
    recipe->name =
        strrchr(file, '.') ? name_of_file("", file, arena) : td_arena_strdup(arena, file);
    if (!recipe->path || !recipe->text || !recipe->name)
        return td_fail_memory(err, bytes);
    status = read_recipe(recipe, err);
    if (status == TD_OK)
        status = link_recipe(recipe, catalog, experiments, arena, err);
    if (status == TD_OK)
        status = find_experiment(recipe, err);
    if (status != TD_OK)
        return status;
    inherit_texts(recipe, arena);
    *out = recipe;
    return TD_OK;
}

static td_status find_file(const struct td_catalog *catalog, const struct td_registry *experiments,
                           const char *path, struct td_arena *arena, const struct td_recipe **out,
                           struct td_error *err) {
    char *text = NULL;
    size_t bytes = 0;
    td_status status = td_yaml_slurp(path, &text, &bytes, err);
    if (status == TD_OK)
        status = td_recipe_parse(catalog, experiments, path, text, bytes, arena, out, err);
    free(text);
    return status;
}

td_status td_catalog_find(const struct td_catalog *catalog, const struct td_registry *experiments,
                          const char *what, struct td_arena *arena, const struct td_recipe **out,
                          size_t *n, struct td_error *err) {
    static const struct td_where nowhere = {0};
    *n = 1;
    if (ends_with(what, ".yaml") || ends_with(what, ".yml"))
        return find_file(catalog, experiments, what, arena, out, err);
    *out = find_recipe(catalog, what);
    if (*out)
        return TD_OK;
    size_t length = strlen(what);
    *n = 0;
    for (size_t i = 0; length && i < catalog->n; i++) {
        const char *name = catalog->v[i].name;
        if (strncmp(name, what, length) || name[length] != '/')
            continue;
        if ((*n)++ == 0)
            *out = &catalog->v[i];
    }
    return *n ? TD_OK : unknown_experiment(catalog, experiments, what, &nowhere, arena, err);
}
