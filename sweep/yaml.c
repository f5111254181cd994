/* YAML into trees: libyaml's events, every size bounded. */
#include "sweep/yaml.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <yaml.h>

#include "numeric/param_text.h"

enum { FILE_MAX = 16 << 20, DEPTH_MAX = 64, NODES_MAX = 200000 };

struct reader {
    yaml_parser_t parser;
    const char *name, *text;
    size_t bytes, nodes;
    struct td_arena *arena;
    struct td_error *err;
};

static struct td_where where_mark(const struct reader *r, yaml_mark_t mark) {
    return (struct td_where){
        .file = r->name, .line = (int)mark.line + 1, .column = (int)mark.column + 1};
}

static td_status fail_mark(const struct reader *r, yaml_mark_t mark, const char *message) {
    struct td_where where = where_mark(r, mark);
    return td_fail_at(r->err, &where, "%s", message);
}

/* Line and column of a byte offset: the reader of libyaml knows no more. */
static yaml_mark_t mark_of_offset(const struct reader *r, size_t offset) {
    yaml_mark_t mark = {0};
    for (size_t i = 0; i < offset && i < r->bytes; i++) {
        mark.column++;
        if (r->text[i] == '\n') {
            mark.line++;
            mark.column = 0;
        }
    }
    return mark;
}

static td_status parser_error(const struct reader *r) {
    const yaml_parser_t *p = &r->parser;
    const char *problem = p->problem ? p->problem : "malformed";
    char message[400];
    if (p->error == YAML_MEMORY_ERROR)
        return td_fail_memory(r->err, r->bytes);
    if (p->error == YAML_READER_ERROR)
        return fail_mark(r, mark_of_offset(r, p->problem_offset), problem);
    snprintf(message, sizeof message, "%s%s%s", p->context ? p->context : "",
             p->context ? ": " : "", problem);
    return fail_mark(r, p->problem_mark, message);
}

static td_status next_event(struct reader *r, yaml_event_t *event) {
    return yaml_parser_parse(&r->parser, event) ? TD_OK : parser_error(r);
}

static td_status read_node(struct reader *r, yaml_event_t *event, int depth, struct td_yaml **out);

static td_status new_node(struct reader *r, const yaml_event_t *event, enum td_yaml_type type,
                          struct td_yaml **out) {
    if (++r->nodes > NODES_MAX)
        return fail_mark(r, event->start_mark, "more than 200000 values in one file");
    *out = td_arena_alloc(r->arena, sizeof **out);
    if (!*out)
        return td_fail_memory(r->err, sizeof **out);
    (*out)->type = type;
    (*out)->where = where_mark(r, event->start_mark);
    return TD_OK;
}

static td_status read_scalar(struct reader *r, const yaml_event_t *event, struct td_yaml **out) {
    const char *value = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    if (strlen(value) != length)
        return fail_mark(r, event->start_mark, "a value with a zero byte");
    if (event->data.scalar.anchor || event->data.scalar.tag)
        return fail_mark(r, event->start_mark, "anchors and tags are not supported");
    td_status status = new_node(r, event, TD_YAML_SCALAR, out);
    if (status != TD_OK)
        return status;
    (*out)->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    (*out)->text = td_arena_strdup(r->arena, value);
    return (*out)->text ? TD_OK : td_fail_memory(r->err, length);
}

/* Children of a list or map while they are being read. */
struct children {
    size_t n, size;
    struct td_yaml **items;
    const char **keys;
    struct td_where *key_where;
};

static td_status grow(struct reader *r, struct children *c) {
    if (c->n < c->size)
        return TD_OK;
    size_t size = c->size * 2 + 8;
    struct td_yaml **items = realloc(c->items, size * sizeof *items);
    c->items = items ? items : c->items;
    const char **keys = realloc(c->keys, size * sizeof *keys);
    c->keys = keys ? keys : c->keys;
    struct td_where *key_where = realloc(c->key_where, size * sizeof *key_where);
    c->key_where = key_where ? key_where : c->key_where;
    if (!items || !keys || !key_where)
        return td_fail_memory(r->err, size * sizeof *key_where);
    c->size = size;
    return TD_OK;
}

static void *keep(struct td_arena *arena, const void *v, size_t n, size_t size) {
    void *copy = td_arena_alloc(arena, n * size);
    if (copy && n)
        memcpy(copy, v, n * size);
    return copy;
}

static td_status keep_children(struct reader *r, struct children *c, struct td_yaml *node) {
    node->n = c->n;
    node->items = keep(r->arena, c->items, c->n, sizeof *c->items);
    if (node->type == TD_YAML_MAP) {
        node->keys = keep(r->arena, c->keys, c->n, sizeof *c->keys);
        node->key_where = keep(r->arena, c->key_where, c->n, sizeof *c->key_where);
    }
    bool map_kept = node->type != TD_YAML_MAP || (node->keys && node->key_where);
    return node->items && map_kept ? TD_OK : td_fail_memory(r->err, c->n * sizeof *c->items);
}

/* The key that `event` holds. */
static td_status read_key(struct reader *r, const yaml_event_t *event, struct children *c) {
    struct td_yaml *key;
    if (event->type != YAML_SCALAR_EVENT)
        return fail_mark(r, event->start_mark, "a key must be a plain name");
    td_status status = read_scalar(r, event, &key);
    if (status != TD_OK)
        return status;
    if (!key->text[0])
        return fail_mark(r, event->start_mark, "an empty key");
    c->keys[c->n] = key->text;
    c->key_where[c->n] = key->where;
    return TD_OK;
}

/* Items until the end event of the list or map. */
static td_status read_children(struct reader *r, struct children *c, struct td_yaml *node,
                               int depth) {
    yaml_event_type_t end =
        node->type == TD_YAML_LIST ? YAML_SEQUENCE_END_EVENT : YAML_MAPPING_END_EVENT;
    for (;;) {
        yaml_event_t event;
        td_status status = next_event(r, &event);
        if (status != TD_OK)
            return status;
        bool ended = event.type == end;
        if (!ended)
            status = grow(r, c);
        if (!ended && status == TD_OK && node->type == TD_YAML_MAP) {
            status = read_key(r, &event, c);
            if (status == TD_OK) {
                yaml_event_delete(&event);
                status = next_event(r, &event);
                if (status != TD_OK)
                    return status;
            }
        }
        if (!ended && status == TD_OK)
            status = read_node(r, &event, depth + 1, &c->items[c->n]);
        yaml_event_delete(&event);
        if (ended || status != TD_OK)
            return status;
        c->n++;
    }
}

static int compare_keys(const void *a, const void *b, void *context) {
    const struct td_yaml *map = context;
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    int by_name = strcmp(map->keys[x], map->keys[y]);
    return by_name ? by_name : (x > y) - (x < y);
}

static td_status refuse_duplicates(struct reader *r, struct td_yaml *map) {
    size_t *order = malloc((map->n + 1) * sizeof *order);
    if (!order)
        return td_fail_memory(r->err, map->n * sizeof *order);
    for (size_t i = 0; i < map->n; i++)
        order[i] = i;
    qsort_r(order, map->n, sizeof *order, compare_keys, map);
    td_status status = TD_OK;
    for (size_t i = 1; i < map->n && status == TD_OK; i++) {
        const char *key = map->keys[order[i]];
        if (!strcmp(key, map->keys[order[i - 1]]))
            status = td_fail_at(r->err, &map->key_where[order[i]],
                                "%.100s is given twice, first in line %d", key,
                                map->key_where[order[i - 1]].line);
    }
    free(order);
    return status;
}

static td_status read_collection(struct reader *r, const yaml_event_t *event, int depth,
                                 struct td_yaml **out) {
    bool list = event->type == YAML_SEQUENCE_START_EVENT;
    const yaml_char_t *anchor =
        list ? event->data.sequence_start.anchor : event->data.mapping_start.anchor;
    const yaml_char_t *tag = list ? event->data.sequence_start.tag : event->data.mapping_start.tag;
    if (anchor || tag)
        return fail_mark(r, event->start_mark, "anchors and tags are not supported");
    if (depth >= DEPTH_MAX)
        return fail_mark(r, event->start_mark, "nested deeper than 64");
    td_status status = new_node(r, event, list ? TD_YAML_LIST : TD_YAML_MAP, out);
    struct children c = {0};
    if (status == TD_OK)
        status = read_children(r, &c, *out, depth);
    if (status == TD_OK)
        status = keep_children(r, &c, *out);
    if (status == TD_OK && !list)
        status = refuse_duplicates(r, *out);
    free(c.items);
    free(c.keys);
    free(c.key_where);
    return status;
}

static td_status read_node(struct reader *r, yaml_event_t *event, int depth, struct td_yaml **out) {
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return read_scalar(r, event, out);
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT:
        return read_collection(r, event, depth, out);
    case YAML_ALIAS_EVENT:
        return fail_mark(r, event->start_mark, "aliases are not supported");
    default:
        return fail_mark(r, event->start_mark, "a value is missing");
    }
}

/* Takes one event and throws it away; *type tells what it was. */
static td_status skip_event(struct reader *r, yaml_event_type_t *type, yaml_mark_t *mark) {
    yaml_event_t event;
    td_status status = next_event(r, &event);
    if (status != TD_OK)
        return status;
    *type = event.type;
    *mark = event.start_mark;
    yaml_event_delete(&event);
    return TD_OK;
}

static td_status read_document(struct reader *r, struct td_yaml **out) {
    yaml_event_type_t type;
    yaml_mark_t mark;
    yaml_event_t event;
    td_status status = skip_event(r, &type, &mark); /* start of the stream */
    if (status == TD_OK)
        status = skip_event(r, &type, &mark); /* start of the document */
    if (status == TD_OK && type != YAML_DOCUMENT_START_EVENT)
        return td_fail(r->err, TD_BAD_INPUT, "%s: the file is empty", r->name);
    if (status == TD_OK)
        status = next_event(r, &event);
    if (status != TD_OK)
        return status;
    status = read_node(r, &event, 0, out);
    yaml_event_delete(&event);
    if (status == TD_OK)
        status = skip_event(r, &type, &mark); /* end of the document */
    if (status == TD_OK)
        status = skip_event(r, &type, &mark);
    if (status == TD_OK && type != YAML_STREAM_END_EVENT)
        status = fail_mark(r, mark, "a second document in one file");
    return status;
}

td_status td_yaml_parse(const char *name, const char *text, size_t bytes, struct td_arena *arena,
                        struct td_yaml **out, struct td_error *err) {
    struct reader r = {.text = text, .bytes = bytes, .arena = arena, .err = err};
    *out = NULL;
    if (bytes > FILE_MAX)
        return td_fail(err, TD_BAD_INPUT, "%s: %zu bytes; at most 16 MiB are read", name, bytes);
    r.name = td_arena_strdup(arena, name);
    if (!r.name || !yaml_parser_initialize(&r.parser))
        return td_fail_memory(err, bytes);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, bytes);
    td_status status = read_document(&r, out);
    yaml_parser_delete(&r.parser);
    if (status != TD_OK)
        *out = NULL;
    return status;
}

td_status td_yaml_slurp(const char *path, char **out, size_t *bytes, struct td_error *err) {
    struct stat info;
    FILE *file = fopen(path, "rb");
    if (!file || fstat(fileno(file), &info) || S_ISDIR(info.st_mode)) {
        const char *why = file && S_ISDIR(info.st_mode) ? strerror(EISDIR) : strerror(errno);
        if (file)
            fclose(file);
        return td_fail(err, TD_BAD_INPUT, "%s: %s", path, why);
    }
    char *text = malloc(FILE_MAX + 1);
    *bytes = text ? fread(text, 1, FILE_MAX + 1, file) : 0;
    td_status status = TD_OK;
    if (!text)
        status = td_fail_memory(err, FILE_MAX + 1);
    else if (ferror(file))
        status = td_fail(err, TD_BAD_INPUT, "%s: %s", path, strerror(errno));
    fclose(file);
    if (status != TD_OK)
        free(text);
    *out = status == TD_OK ? text : NULL;
    return status;
}

td_status td_yaml_read(const char *path, struct td_arena *arena, struct td_yaml **out,
                       struct td_error *err) {
    char *text = NULL;
    size_t bytes = 0;
    *out = NULL;
    td_status status = td_yaml_slurp(path, &text, &bytes, err);
    if (status == TD_OK) {
        status = td_yaml_parse(path, text, bytes, arena, out, err);
        free(text);
    }
    return status;
}

const struct td_yaml *td_yaml_get(const struct td_yaml *map, const char *key) {
    for (size_t i = 0; map && map->type == TD_YAML_MAP && i < map->n; i++)
        if (!strcmp(map->keys[i], key))
            return map->items[i];
    return NULL;
}
