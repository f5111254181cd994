/* Pieces between commas, quotes, growing texts, and how messages describe what is allowed. */
#include "numeric/param_text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NESTING_MAX = 8 }; /* brackets within brackets */

static bool blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *skip_blanks(const char *s) {
    while (blank(*s))
        s++;
    return s;
}

static bool starts_call(const char *s) {
    return !strncmp(s, "lin(", 4) || !strncmp(s, "log(", 4);
}

/* Each scanner moves *s past what it names, or returns what is wrong. */
static const char *scan_quotes(const char **s) {
    char quote = **s;
    const char *p = *s + 1;
    for (; *p && *p != quote; p++)
        if (quote == '"' && *p == '\\' && p[1])
            p++;
    if (*p != quote)
        return quote == '"' ? "the closing \" is missing" : "the closing ' is missing";
    *s = p + 1;
    return NULL;
}

static const char *scan_call(const char **s) {
    const char *end = strchr(*s, ')');
    if (!end)
        return "the closing ) is missing (within a YAML list, lin(...) and log(...) need quotes)";
    *s = end + 1;
    return NULL;
}

/* Past the ) that closes the ( at s; NULL if there is none. */
static const char *skip_parentheses(const char *s) {
    int open = 0;
    for (; *s; s++) {
        open += (*s == '(') - (*s == ')');
        if (open == 0)
            return s + 1;
    }
    return NULL;
}

static const char *scan_piece(const char **s, int depth);

static const char *scan_list(const char **s, int depth) {
    if (depth >= NESTING_MAX)
        return "lists are nested too deep";
    *s = skip_blanks(*s + 1);
    while (**s != ']') {
        const char *wrong = scan_piece(s, depth + 1);
        if (wrong)
            return wrong;
        if (**s == 0)
            return "the closing ] is missing";
        if (**s == ',')
            ++*s;
    }
    ++*s;
    return NULL;
}

/* Ends at a comma, at a closing bracket of the list around it, or at the end of the text. */
static const char *scan_piece(const char **s, int depth) {
    const char *wrong = NULL, *closed = NULL;
    *s = skip_blanks(*s);
    if (**s == '"' || **s == '\'') {
        wrong = scan_quotes(s);
        closed = "a comma is missing after the closing quote";
    } else if (**s == '[') {
        wrong = scan_list(s, depth);
        closed = "a comma is missing after ]";
    } else if (starts_call(*s)) {
        wrong = scan_call(s);
        closed = "a comma is missing after )";
    } else {
        bool closing = true; /* one that never closes is a character like any other */
        while (**s && **s != ',' && !(depth > 0 && **s == ']')) {
            const char *after = closing && **s == '(' ? skip_parentheses(*s) : NULL;
            closing = closing && (**s != '(' || after);
            *s = after ? after : *s + 1;
        }
    }
    if (wrong)
        return wrong;
    *s = skip_blanks(*s);
    bool ends = **s == 0 || **s == ',' || (depth > 0 && **s == ']');
    return ends ? NULL : closed;
}

const char *td_piece_next(const char **cursor, struct td_piece *out) {
    const char *s = *cursor;
    const char *wrong = scan_piece(&s, 0);
    if (wrong)
        return wrong;
    out->start = skip_blanks(*cursor);
    out->n = s > out->start ? (size_t)(s - out->start) : 0;
    while (out->n && blank(out->start[out->n - 1]))
        out->n--;
    *cursor = *s == ',' ? s + 1 : NULL;
    return NULL;
}

bool td_piece_quoted(const struct td_piece *piece) {
    return piece->n >= 2 && (piece->start[0] == '"' || piece->start[0] == '\'');
}

bool td_piece_list(const struct td_piece *piece) {
    return piece->n >= 2 && piece->start[0] == '[';
}

static char *copy_bytes(struct td_arena *arena, const char *s, size_t n) {
    char *copy = td_arena_alloc(arena, n + 1);
    if (copy)
        memcpy(copy, s, n);
    return copy;
}

char *td_piece_text(const struct td_piece *piece, struct td_arena *arena) {
    if (!td_piece_quoted(piece))
        return copy_bytes(arena, piece->start, piece->n);
    bool escapes = piece->start[0] == '"';
    char *copy = td_arena_alloc(arena, piece->n), *out = copy;
    for (size_t i = 1; copy && i + 1 < piece->n; i++) {
        if (escapes && piece->start[i] == '\\' && i + 2 < piece->n)
            i++;
        *out++ = piece->start[i];
    }
    return copy;
}

char *td_piece_inside(const struct td_piece *piece, struct td_arena *arena) {
    const char *start = skip_blanks(piece->start + 1), *end = piece->start + piece->n - 1;
    return copy_bytes(arena, start, end > start ? (size_t)(end - start) : 0);
}

void td_text_add_bytes(struct td_text *text, const char *s, size_t n) {
    if (text->failed)
        return;
    if (text->size - text->n <= n) {
        size_t size = text->size * 2 + n + 64;
        char *grown = realloc(text->s, size);
        if (!grown) {
            text->failed = true;
            return;
        }
        text->s = grown;
        text->size = size;
    }
    memcpy(text->s + text->n, s, n);
    text->n += n;
    text->s[text->n] = 0;
}

void td_text_add(struct td_text *text, const char *s) {
    td_text_add_bytes(text, s, strlen(s));
}

void td_text_add_element(struct td_text *text, const char *s) {
    size_t n = strlen(s);
    bool call = starts_call(s);
    bool plain = n && !call && !blank(s[0]) && !blank(s[n - 1]) && !strpbrk(s, ",[]\"'");
    if (plain || (call && strchr(s, ')') == s + n - 1)) {
        td_text_add_bytes(text, s, n);
        return;
    }
    td_text_add(text, "\"");
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            td_text_add(text, "\\");
        td_text_add_bytes(text, s, 1);
    }
    td_text_add(text, "\"");
}

char *td_text_take(struct td_text *text, struct td_arena *arena) {
    char *copy = text->failed ? NULL : copy_bytes(arena, text->s ? text->s : "", text->n);
    free(text->s);
    *text = (struct td_text){0};
    return copy;
}

const char *td_where_text(const struct td_where *where, char *buffer, size_t size) {
    if (where && where->file)
        snprintf(buffer, size, "%s:%d:%d", where->file, where->line, where->column);
    else if (where && where->option)
        snprintf(buffer, size, "%s", where->option);
    else
        snprintf(buffer, size, "built-in default");
    return buffer;
}

td_status td_fail_at(struct td_error *err, const struct td_where *where, const char *format, ...) {
    char message[TD_MESSAGE_MAX], place[256];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (!where || (!where->file && !where->option))
        return td_fail(err, TD_BAD_INPUT, "%s", message);
    return td_fail(err, TD_BAD_INPUT, "%s: %s", td_where_text(where, place, sizeof place), message);
}

static bool bounded(const struct td_param *param) {
    return param->min != param->max && !(isinf(param->min) && isinf(param->max));
}

const char *td_param_range_text(const struct td_param *param, char *buffer, size_t size) {
    char lo[32], hi[32], unit[64] = "";
    bool open_lo = param->flags & TD_OPEN_MIN, open_hi = param->flags & TD_OPEN_MAX;
    td_number_text(param->min, lo);
    td_number_text(param->max, hi);
    if (param->unit && param->unit[0])
        snprintf(unit, sizeof unit, " (%s)", param->unit);
    if (!bounded(param))
        snprintf(buffer, size, "%s", unit);
    else if (isinf(param->max))
        snprintf(buffer, size, " %s %s%s", open_lo ? "above" : "at least", lo, unit);
    else if (isinf(param->min))
        snprintf(buffer, size, " %s %s%s", open_hi ? "below" : "at most", hi, unit);
    else
        snprintf(buffer, size, " in %c%s, %s%c%s", open_lo ? '(' : '[', lo, hi, open_hi ? ')' : ']',
                 unit);
    return buffer;
}

/* "one of a, b, c" into buffer, cut with "..." where it does not fit. */
static void list_choices(const struct td_param *param, char *buffer, size_t size) {
    size_t used = (size_t)snprintf(buffer, size, "one of ");
    for (size_t i = 0; param->choices && param->choices[i]; i++) {
        if (used + strlen(param->choices[i]) + 8 > size) {
            snprintf(buffer + used, size - used, ", ...");
            return;
        }
        used +=
            (size_t)snprintf(buffer + used, size - used, "%s%s", i ? ", " : "", param->choices[i]);
    }
}

const char *td_param_allowed_text(const struct td_param *param, char *buffer, size_t size) {
    char bounds[150], range[160];
    td_param_range_text(param, bounds, sizeof bounds);
    snprintf(range, sizeof range, "%s%s", strncmp(bounds, " at ", 4) ? "" : " of", bounds);
    switch (param->type) {
    case TD_INT:
        snprintf(buffer, size, "an integer%s", range);
        break;
    case TD_REAL:
        snprintf(buffer, size, "a number%s", range);
        break;
    case TD_BOOL:
        snprintf(buffer, size, "true or false");
        break;
    case TD_STRING:
        snprintf(buffer, size, "a text of one line");
        break;
    case TD_CHOICE:
        list_choices(param, buffer, size);
        break;
    case TD_REALS:
        snprintf(buffer, size, "a list [a,b,...] of numbers%s", range);
        break;
    case TD_INTS:
        snprintf(buffer, size, "a list [a,b,...] of integers%s", range);
        break;
    case TD_STRINGS:
        snprintf(buffer, size, "a list [a,b,...] of texts");
        break;
    case TD_STEPS:
        snprintf(buffer, size,
                 "steps: a number, end, lo..hi:step, lin(lo,hi,n), log(lo,hi,n), "
                 "log1p(lo,hi,n) or a list of them");
        break;
    case TD_PART:
        snprintf(buffer, size, "the kind of a %s", param->registry->family);
        break;
    case TD_PARTS:
        snprintf(buffer, size, "a list [a,b,...] of kinds of a %s", param->registry->family);
        break;
    }
    return buffer;
}
