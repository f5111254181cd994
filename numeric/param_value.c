/* One value of one parameter: checked, and brought to its one canonical text. */
#include "numeric/param_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What a value is checked for, and whom a message speaks of. */
struct value {
    const struct td_param *param;
    const char *name;
    const struct td_where *where;
    struct td_arena *arena;
    struct td_error *err;
};

/* "NAME must be ALLOWED, not "TEXT" (detail)" */
static td_status refuse(const struct value *v, const char *text, const char *detail) {
    char allowed[500];
    td_param_allowed_text(v->param, allowed, sizeof allowed);
    return td_fail_at(v->err, v->where, "%.120s must be %s, not \"%.60s\"%s", v->name, allowed,
                      text, detail);
}

static const char *class_detail(enum td_number_class class) {
    switch (class) {
    case TD_NUMBER_BIG:
        return " (too large to be represented)";
    case TD_NUMBER_TINY:
        return " (too small to be told from zero)";
    case TD_NUMBER_BROKEN:
        return " (not whole)";
    default:
        return "";
    }
}

static bool in_range(const struct td_param *param, double x) {
    if (param->min == param->max)
        return true;
    if (param->flags & TD_OPEN_MIN ? x <= param->min : x < param->min)
        return false;
    return param->flags & TD_OPEN_MAX ? x < param->max : x <= param->max;
}

static td_status out_of_range(const struct value *v, const char *text) {
    char range[160];
    td_param_range_text(v->param, range, sizeof range);
    return td_fail_at(v->err, v->where, "%.120s must be%s, not \"%.60s\"", v->name, range, text);
}

static td_status integer_value(const struct value *v, const char *text, int64_t *out) {
    enum td_number_class class = td_integer_parse(text, out);
    if (class != TD_NUMBER_OK)
        return refuse(v, text, class_detail(class));
    return in_range(v->param, (double)*out) ? TD_OK : out_of_range(v, text);
}

static td_status real_value(const struct value *v, const char *text, double *out) {
    enum td_number_class class = td_number_parse(text, out);
    if (class != TD_NUMBER_OK)
        return refuse(v, text, class_detail(class));
    if (*out == 0)
        *out = 0; /* -0 and 0 are one value */
    return in_range(v->param, *out) ? TD_OK : out_of_range(v, text);
}

/* Copies a text of the stack into the arena. */
static td_status keep(const struct value *v, const char *text, const char **out) {
    *out = td_arena_strdup(v->arena, text);
    return *out ? TD_OK : td_fail_memory(v->err, strlen(text) + 1);
}

static td_status number_canonical(const struct value *v, bool integer, const char *text,
                                  char buffer[32]) {
    int64_t whole;
    double x;
    td_status status = integer ? integer_value(v, text, &whole) : real_value(v, text, &x);
    if (status == TD_OK && integer)
        snprintf(buffer, 32, "%lld", (long long)whole);
    else if (status == TD_OK)
        td_number_text(x, buffer);
    return status;
}

static td_status bool_canonical(const struct value *v, const char *text, const char **out) {
    static const char *const yes[] = {"true", "yes", "on", "1"};
    static const char *const no[] = {"false", "no", "off", "0"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        if (!strcasecmp(text, yes[i]))
            return keep(v, "true", out);
        if (!strcasecmp(text, no[i]))
            return keep(v, "false", out);
    }
    return refuse(v, text, "");
}

/* Length of the UTF-8 sequence at s, 0 if it is broken. */
static size_t utf8_length(const unsigned char *s) {
    size_t n = s[0] < 0x80   ? 1
               : s[0] < 0xc2 ? 0
               : s[0] < 0xe0 ? 2
               : s[0] < 0xf0 ? 3
               : s[0] < 0xf5 ? 4
                             : 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xf0 && s[1] < 0x90);
    bool beyond = (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf4 && s[1] > 0x8f);
    return overlong || beyond ? 0 : n;
}

/* Texts go into tables, file names and messages: one line of valid UTF-8. */
static td_status check_string(const struct value *v, const char *text) {
    if (strlen(text) > TD_TEXT_MAX)
        return td_fail_at(v->err, v->where, "%.120s: a text of %zu bytes; at most %d are allowed",
                          v->name, strlen(text), TD_TEXT_MAX);
    for (const unsigned char *s = (const unsigned char *)text; *s;) {
        size_t n = utf8_length(s);
        if (n == 0 || *s < 0x20 || *s == 0x7f)
            return td_fail_at(v->err, v->where,
                              "%.120s: byte 0x%02x at position %zu: a text must be one line of "
                              "UTF-8 without control characters",
                              v->name, *s, (size_t)(s - (const unsigned char *)text));
        s += n;
    }
    return TD_OK;
}

static td_status string_canonical(const struct value *v, const char *text, const char **out) {
    struct td_error inner;
    td_status status = check_string(v, text);
    if (status == TD_OK && v->param->check && v->param->check(text, &inner) != TD_OK)
        status = td_fail_at(v->err, v->where, "%.120s: %s", v->name, inner.message);
    return status == TD_OK ? keep(v, text, out) : status;
}

/* Choices that begin with "none" are a switch with several positions: false is none, true the first
   that is not. */
static const char *switch_position(const struct td_param *param, const char *text) {
    const char *const *choices = param->choices;
    if (!choices[0] || strcmp(choices[0], "none") || !choices[1])
        return NULL;
    return !strcmp(text, "true") ? choices[1] : !strcmp(text, "false") ? choices[0] : NULL;
}

static td_status choice_canonical(const struct value *v, const char *text, const char **out) {
    size_t n = 0;
    const char *position = switch_position(v->param, text);
    if (position)
        text = position;
    for (; v->param->choices[n]; n++)
        if (!strcmp(v->param->choices[n], text)) {
            *out = v->param->choices[n];
            return TD_OK;
        }
    char hint[100] = "";
    const char *near = td_nearest(text, v->param->choices, n);
    if (near)
        snprintf(hint, sizeof hint, "; did you mean \"%.60s\"?", near);
    return refuse(v, text, hint);
}

/* An element of a number list: one number, or several through lo..hi, lin() or log(). */
static td_status add_numbers(const struct value *v, const char *element, struct td_text *list,
                             size_t *count) {
    size_t n;
    const char *const *numbers;
    td_status status = td_values_expand(element, v->where, v->arena, &n, &numbers, v->err);
    for (size_t i = 0; status == TD_OK && i < n; i++) {
        char buffer[32];
        status = number_canonical(v, v->param->type == TD_INTS, numbers[i], buffer);
        if (status == TD_OK && ++*count > TD_LIST_MAX)
            status =
                td_fail_at(v->err, v->where, "%.120s: more than %d elements", v->name, TD_LIST_MAX);
        if (*count > 1)
            td_text_add(list, ",");
        if (status == TD_OK)
            td_text_add(list, buffer);
    }
    return status;
}

static td_status add_string(const struct value *v, const char *element, struct td_text *list,
                            size_t *count) {
    td_status status = check_string(v, element);
    if (status == TD_OK && ++*count > TD_LIST_MAX)
        status =
            td_fail_at(v->err, v->where, "%.120s: more than %d elements", v->name, TD_LIST_MAX);
    if (*count > 1)
        td_text_add(list, ",");
    td_text_add_element(list, element);
    return status;
}

static td_status add_elements(const struct value *v, const char *cursor, struct td_text *list) {
    size_t count = 0;
    while (cursor) {
        struct td_piece piece;
        const char *wrong = td_piece_next(&cursor, &piece);
        if (wrong || (piece.n == 0 && (cursor || count)))
            return td_fail_at(v->err, v->where, "%.120s: %s", v->name,
                              wrong ? wrong : "an element of the list is empty");
        if (piece.n == 0)
            return TD_OK; /* [] */
        if (td_piece_list(&piece))
            return td_fail_at(v->err, v->where, "%.120s: a list within a list", v->name);
        char *element = td_piece_text(&piece, v->arena);
        if (!element)
            return td_fail_memory(v->err, piece.n);
        td_status status = v->param->type == TD_STRINGS || v->param->type == TD_PARTS
                               ? add_string(v, element, list, &count)
                               : add_numbers(v, element, list, &count);
        if (status != TD_OK)
            return status;
    }
    return TD_OK;
}

/* A list in brackets; without brackets the text is taken as if it had them, except that a text
   alone is one element of a list of texts. */
static td_status list_canonical(const struct value *v, const char *text, const char **out) {
    struct td_piece piece;
    const char *cursor = text, *wrong = td_piece_next(&cursor, &piece);
    if (wrong)
        return td_fail_at(v->err, v->where, "%.120s: %s", v->name, wrong);
    if (!cursor && td_piece_list(&piece)) {
        text = td_piece_inside(&piece, v->arena);
        if (!text)
            return td_fail_memory(v->err, piece.n);
    }
    struct td_text list = {0};
    td_text_add(&list, "[");
    td_status status = add_elements(v, text, &list);
    td_text_add(&list, "]");
    *out = td_text_take(&list, v->arena);
    if (status != TD_OK)
        return status;
    return *out ? TD_OK : td_fail_memory(v->err, 0);
}

static td_status part_canonical(const struct value *v, const char *text, const char **out) {
    const struct td_kind *kind;
    struct td_error inner;
    if (td_registry_get(v->param->registry, text, &kind, &inner) != TD_OK)
        return td_fail_at(v->err, v->where, "%.120s: %s", v->name, inner.message);
    *out = kind->name;
    return TD_OK;
}

/* Whether a text is a list or looks like the values of a sweep. */
static bool is_several(const char *text) {
    return text[0] == '[' || strchr(text, ',') || strstr(text, "..") || !strncmp(text, "lin(", 4) ||
           !strncmp(text, "log(", 4);
}

td_status td_param_canonical(const struct td_param *param, const char *name, const char *text,
                             const struct td_where *where, struct td_arena *arena, const char **out,
                             struct td_error *err) {
    struct value v = {param, name, where, arena, err};
    char buffer[32];
    if (strlen(text) > TD_TEXT_MAX)
        return td_fail_at(err, where, "%.120s: a value of %zu bytes; at most %d are allowed", name,
                          strlen(text), TD_TEXT_MAX);
    switch (param->type) {
    case TD_INT:
    case TD_REAL:
        if (is_several(text))
            return refuse(&v, text,
                          ": one value is meant here (sweeps stand under sweep: or in --set)");
        if (number_canonical(&v, param->type == TD_INT, text, buffer) != TD_OK)
            return TD_BAD_INPUT;
        return keep(&v, buffer, out);
    case TD_BOOL:
        return bool_canonical(&v, text, out);
    case TD_STRING:
        return string_canonical(&v, text, out);
    case TD_CHOICE:
        return choice_canonical(&v, text, out);
    case TD_REALS:
    case TD_INTS:
    case TD_STRINGS:
    case TD_PARTS:
        return list_canonical(&v, text, out);
    case TD_STEPS:
        return td_steps_canonical(name, text, where, arena, out, err);
    case TD_PART:
        return part_canonical(&v, text, out);
    }
    return td_fail(err, TD_FAILED, "%.120s: table entry of unknown type %d", name, param->type);
}
