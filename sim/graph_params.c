#include "sim/graph_params.h"

#include <string.h>

static void *copy_bytes(struct td_arena *arena, const void *src, size_t n, size_t size) {
    size_t bytes;
    if (!td_mul(n, size, &bytes))
        return NULL;
    void *copy = td_arena_alloc(arena, bytes);
    if (copy && bytes)
        memcpy(copy, src, bytes);
    return copy;
}

static bool copy_part(struct td_arena *arena, const struct td_param *param, struct td_part *part) {
    if (part->kind && part->params) {
        part->params =
            td_params_copy(arena, part->kind->params, part->kind->params_size, part->params);
        if (!part->params)
            return false;
    }
    if (param->common && part->common) {
        part->common = td_params_copy(arena, param->common, param->common_size, part->common);
        if (!part->common)
            return false;
    }
    return true;
}

static bool copy_text(struct td_arena *arena, const char **text) {
    if (*text)
        *text = td_arena_strdup(arena, *text);
    else
        return true;
    return *text != NULL;
}

static bool copy_strings(struct td_arena *arena, struct td_strings *list) {
    const char **v = copy_bytes(arena, list->v, list->n, sizeof *v);
    if (!v)
        return false;
    list->v = v;
    for (size_t i = 0; i < list->n; i++)
        if (!copy_text(arena, &v[i]))
            return false;
    return true;
}

static bool copy_parts(struct td_arena *arena, const struct td_param *param,
                       struct td_parts *list) {
    struct td_part *v = copy_bytes(arena, list->v, list->n, sizeof *v);
    if (!v)
        return false;
    list->v = v;
    for (size_t i = 0; i < list->n; i++)
        if (!copy_part(arena, param, &v[i]))
            return false;
    return true;
}

/* Replaces what `field` points at by copies of its own. */
static bool copy_field(struct td_arena *arena, const struct td_param *param, void *field) {
    switch (param->type) {
    case TD_STRING:
        return copy_text(arena, field);
    case TD_STEPS:
        return copy_text(arena, &((struct td_steps *)field)->text);
    case TD_REALS: {
        struct td_reals *list = field;
        return (list->v = copy_bytes(arena, list->v, list->n, sizeof *list->v)) != NULL;
    }
    case TD_INTS: {
        struct td_ints *list = field;
        return (list->v = copy_bytes(arena, list->v, list->n, sizeof *list->v)) != NULL;
    }
    case TD_STRINGS:
        return copy_strings(arena, field);
    case TD_PART:
        return copy_part(arena, param, field);
    case TD_PARTS:
        return copy_parts(arena, param, field);
    default:
        return true; /* a plain number */
    }
}

void *td_params_copy(struct td_arena *arena, const struct td_param *table, size_t size,
                     const void *src) {
    unsigned char *copy = copy_bytes(arena, src, 1, size);
    if (!copy)
        return NULL;
    for (const struct td_param *p = table; p && p->name; p++)
        if (!copy_field(arena, p, copy + p->offset))
            return NULL;
    return copy;
}
