/* From resolved settings to the plain C struct that the code reads. */
#include <stdio.h>
#include <string.h>

#include "numeric/param_text.h"

/* Settings come in the order of the walk that made them; the cursor follows it. */
struct decoder {
    const struct td_settings *settings;
    size_t next;
    struct td_arena *arena;
    struct td_error *err;
    char name[TD_PARAM_NAME_MAX];
};

static td_status push_name(struct decoder *d, const char *part, size_t *length) {
    *length = strlen(d->name);
    if (*length + strlen(part) + 2 > sizeof d->name)
        return td_fail(d->err, TD_BAD_INPUT, "%.80s...: the name is too long", d->name);
    snprintf(d->name + *length, sizeof d->name - *length, "%s%s", *length ? "." : "", part);
    return TD_OK;
}

static void pop_name(struct decoder *d, size_t length) {
    d->name[length] = 0;
}

/* The value of d->name, or NULL if the settings lack it. */
static const char *find_value(struct decoder *d) {
    const struct td_settings *s = d->settings;
    for (size_t i = 0; i < s->n; i++) {
        size_t at = (d->next + i) % s->n;
        if (!strcmp(s->v[at].name, d->name)) {
            d->next = at + 1;
            return s->v[at].value;
        }
    }
    return NULL;
}

static size_t field_size(enum td_param_type type) {
    switch (type) {
    case TD_INT:
        return sizeof(int64_t);
    case TD_REAL:
        return sizeof(double);
    case TD_BOOL:
        return sizeof(bool);
    case TD_STRING:
        return sizeof(const char *);
    case TD_CHOICE:
        return sizeof(int);
    case TD_REALS:
        return sizeof(struct td_reals);
    case TD_INTS:
        return sizeof(struct td_ints);
    case TD_STRINGS:
        return sizeof(struct td_strings);
    case TD_STEPS:
        return sizeof(struct td_steps);
    case TD_PART:
        return sizeof(struct td_part);
    case TD_PARTS:
        return sizeof(struct td_parts);
    }
    return (size_t)-1;
}

static td_status decode_table(struct decoder *d, const struct td_param *table, void *out,
                              size_t size, int depth);

/* A new zeroed struct of `size` bytes filled from `table`; NULL for no table. */
static td_status decode_struct(struct decoder *d, const struct td_param *table, size_t size,
                               const void **out, int depth) {
    *out = NULL;
    if (!table || size == 0)
        return TD_OK;
    void *params = td_arena_alloc(d->arena, size);
    if (!params)
        return td_fail_memory(d->err, size);
    *out = params;
    return decode_table(d, table, params, size, depth);
}

static td_status decode_part(struct decoder *d, const struct td_param *param, struct td_part *out,
                             int depth) {
    size_t length;
    if (depth >= TD_PART_DEPTH_MAX)
        return td_fail(d->err, TD_BAD_INPUT, "%.120s: parts are nested deeper than %d", d->name,
                       TD_PART_DEPTH_MAX);
    td_status status = push_name(d, "kind", &length);
    if (status != TD_OK)
        return status;
    const char *kind = find_value(d);
    if (!kind)
        status = td_fail(d->err, TD_BAD_INPUT, "%s is missing", d->name);
    else
        status = td_registry_get(param->registry, kind, &out->kind, d->err);
    pop_name(d, length);
    if (status == TD_OK)
        status = decode_struct(d, param->common, param->common_size, &out->common, depth + 1);
    if (status == TD_OK)
        status =
            decode_struct(d, out->kind->params, out->kind->params_size, &out->params, depth + 1);
    return status;
}

static td_status push_item(struct decoder *d, size_t i, size_t *length) {
    char item[24];
    snprintf(item, sizeof item, "%zu", i);
    return push_name(d, item, length);
}

/* How many of NAME.0.kind, NAME.1.kind, ... there are. */
static td_status count_items(struct decoder *d, size_t *n) {
    size_t length, next = d->next;
    td_status status = TD_OK;
    bool found = true;
    for (*n = 0; status == TD_OK && found && *n < TD_PARTS_MAX; *n += found) {
        char item[32];
        snprintf(item, sizeof item, "%zu.kind", *n);
        status = push_name(d, item, &length);
        if (status == TD_OK) {
            found = find_value(d) != NULL;
            pop_name(d, length);
        }
    }
    d->next = next;
    return status;
}

static td_status decode_parts(struct decoder *d, const struct td_param *param, struct td_parts *out,
                              int depth) {
    size_t n;
    td_status status = count_items(d, &n);
    struct td_part *parts = status == TD_OK ? td_arena_alloc(d->arena, n * sizeof *parts) : NULL;
    if (status == TD_OK && !parts)
        return td_fail_memory(d->err, n * sizeof *parts);
    for (size_t i = 0; status == TD_OK && i < n; i++) {
        size_t length;
        status = push_item(d, i, &length);
        if (status == TD_OK) {
            status = decode_part(d, param, &parts[i], depth);
            pop_name(d, length);
        }
    }
    *out = (struct td_parts){n, parts};
    return status;
}

static size_t count_elements(const char *text) {
    size_t n = 0;
    struct td_piece piece;
    for (const char *cursor = text; cursor; n++)
        if (td_piece_next(&cursor, &piece) || (piece.n == 0 && n == 0))
            break;
    return n;
}

/* Fills one element of a list from its text. */
static void store_element(enum td_param_type type, const char *text, size_t i, void *array) {
    if (type == TD_REALS)
        td_number_parse(text, &((double *)array)[i]);
    else if (type == TD_INTS)
        td_integer_parse(text, &((int64_t *)array)[i]);
    else
        ((const char **)array)[i] = text;
}

/* `text` is canonical: "[a,b]". */
static td_status decode_list(struct decoder *d, enum td_param_type type, const char *text,
                             void *out) {
    struct td_piece list = {text, strlen(text)}, piece;
    const char *cursor = td_piece_inside(&list, d->arena);
    if (!cursor)
        return td_fail_memory(d->err, strlen(text));
    size_t n = count_elements(cursor);
    void *array = td_arena_alloc(d->arena, n * sizeof(double));
    if (!array)
        return td_fail_memory(d->err, n * sizeof(double));
    for (size_t i = 0; i < n; i++) {
        td_piece_next(&cursor, &piece);
        const char *element = td_piece_text(&piece, d->arena);
        if (!element)
            return td_fail_memory(d->err, piece.n);
        store_element(type, element, i, array);
    }
    if (type == TD_REALS)
        *(struct td_reals *)out = (struct td_reals){n, array};
    else if (type == TD_INTS)
        *(struct td_ints *)out = (struct td_ints){n, array};
    else
        *(struct td_strings *)out = (struct td_strings){n, array};
    return TD_OK;
}

static int choice_index(const struct td_param *param, const char *text) {
    int i = 0;
    while (param->choices[i] && strcmp(param->choices[i], text))
        i++;
    return i;
}

static td_status decode_value(struct decoder *d, const struct td_param *param, void *out) {
    static const struct td_where nowhere = {0};
    const char *text = find_value(d);
    if (!text)
        return td_fail(d->err, TD_BAD_INPUT, "%s is missing", d->name);
    /* Settings may come from a file: checked again, and cheaply so when they are canonical. */
    td_status status = td_param_canonical(param, d->name, text, &nowhere, d->arena, &text, d->err);
    if (status != TD_OK)
        return status;
    switch (param->type) {
    case TD_INT:
        td_integer_parse(text, out);
        break;
    case TD_REAL:
        td_number_parse(text, out);
        break;
    case TD_BOOL:
        *(bool *)out = text[0] == 't';
        break;
    case TD_STRING:
        *(const char **)out = text;
        break;
    case TD_CHOICE:
        *(int *)out = choice_index(param, text);
        break;
    case TD_STEPS:
        ((struct td_steps *)out)->text = text;
        break;
    default:
        return decode_list(d, param->type, text, out);
    }
    return TD_OK;
}

static td_status decode_table(struct decoder *d, const struct td_param *table, void *out,
                              size_t size, int depth) {
    td_status status = TD_OK;
    for (; status == TD_OK && table && table->name; table++) {
        size_t length, bytes = field_size(table->type);
        if (bytes > size || table->offset > size - bytes)
            return td_fail(d->err, TD_FAILED, "%s.%s lies outside its struct of %zu bytes", d->name,
                           table->name, size);
        void *field = (char *)out + table->offset;
        status = push_name(d, table->name, &length);
        if (status != TD_OK)
            break;
        if (table->type == TD_PART)
            status = decode_part(d, table, field, depth);
        else if (table->type == TD_PARTS)
            status = decode_parts(d, table, field, depth);
        else
            status = decode_value(d, table, field);
        if (status == TD_OK && table->derive && (status = table->derive(out, d->err)) != TD_OK)
            td_fail_in(d->err, "%.120s", d->name);
        pop_name(d, length);
    }
    return status;
}

td_status td_decode(const struct td_param *table, const struct td_settings *settings,
                    struct td_arena *arena, void *out, size_t size, struct td_error *err) {
    struct decoder d = {.settings = settings, .arena = arena, .err = err};
    memset(out, 0, size);
    return decode_table(&d, table, out, size, 0);
}

td_status td_params_from_text(const struct td_param *table, const char *const *pairs,
                              struct td_arena *arena, void *out, size_t size,
                              struct td_error *err) {
    size_t n = 0;
    while (pairs && pairs[n] && pairs[n + 1])
        n += 2;
    n /= 2;
    struct td_assign *assigns = td_arena_alloc(arena, n * sizeof *assigns);
    if (!assigns)
        return td_fail_memory(err, n * sizeof *assigns);
    for (size_t i = 0; i < n; i++)
        assigns[i] = (struct td_assign){.name = pairs[2 * i], .text = pairs[2 * i + 1]};
    struct td_settings settings;
    td_status status = td_resolve(table, assigns, n, arena, &settings, err);
    return status == TD_OK ? td_decode(table, &settings, arena, out, size, err) : status;
}
