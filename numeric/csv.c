#include "numeric/csv.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "numeric/array_format.h"

/* ---- opening ---- */

static td_status read_whole(FILE *f, struct td_csv *csv, struct td_error *err) {
    struct stat st;
    if (fstat(fileno(f), &st) != 0 || !S_ISREG(st.st_mode))
        return td_fail(err, TD_BAD_INPUT, "%s is no regular file", csv->name);
    size_t size = (size_t)st.st_size;
    csv->text = malloc(size + 1);
    if (!csv->text)
        return td_fail_memory(err, size);
    size_t got = fread(csv->text, 1, size, f);
    if (ferror(f))
        return td_fail(err, TD_FAILED, "cannot read %s: %s", csv->name, strerror(errno));
    csv->text[got] = '\0';
    csv->at = csv->text;
    csv->end = csv->text + got;
    return TD_OK;
}

static td_status check_encoding(struct td_csv *csv, struct td_error *err) {
    size_t n = (size_t)(csv->end - csv->text);
    if (n >= 2 && (memcmp(csv->text, "\xff\xfe", 2) == 0 || memcmp(csv->text, "\xfe\xff", 2) == 0))
        return td_fail(err, TD_BAD_INPUT, "%s is UTF-16 text; save it as UTF-8", csv->name);
    if (memchr(csv->text, '\0', n))
        return td_fail(err, TD_BAD_INPUT,
                       "%s is neither text nor NPY, NPZ or HDF5: it contains zero bytes",
                       csv->name);
    if (n >= 3 && memcmp(csv->text, "\xef\xbb\xbf", 3) == 0)
        csv->at += 3;
    return TD_OK;
}

static void skip_comments(struct td_csv *csv) {
    while (*csv->at == '#') {
        csv->at += strcspn(csv->at, "\n");
        if (*csv->at == '\n')
            ++csv->at;
        ++csv->next_line;
    }
}

/* The first of tab, semicolon, comma, space that the first record has outside of quotes. */
static char find_separator(const char *text) {
    static const char candidates[] = "\t;, ";
    bool seen[4] = {false}, quoted = false;
    text += strspn(text, "\r\n ");
    for (; *text && (quoted || *text != '\n'); ++text) {
        if (*text == '"')
            quoted = !quoted;
        const char *c = quoted ? NULL : strchr(candidates, *text);
        if (c)
            seen[c - candidates] = true;
    }
    for (size_t i = 0; i < 4; ++i)
        if (seen[i])
            return candidates[i];
    return ',';
}

td_status td_csv_open(const char *path, struct td_csv *out, struct td_error *err) {
    memset(out, 0, sizeof *out);
    out->name = path;
    out->next_line = 1;
    FILE *f = fopen(path, "rb");
    if (!f)
        return td_fail(err, TD_BAD_INPUT, "cannot read %s: %s", path, strerror(errno));
    td_status status = read_whole(f, out, err);
    fclose(f);
    if (!status)
        status = check_encoding(out, err);
    if (status) {
        td_csv_close(out);
        return status;
    }
    skip_comments(out);
    out->separator = find_separator(out->at);
    return TD_OK;
}

void td_csv_close(struct td_csv *csv) {
    free(csv->text);
    free(csv->fields);
    csv->text = csv->at = csv->end = NULL;
    csv->fields = NULL;
    csv->n = csv->capacity = 0;
}

/* ---- records ---- */

static td_status add_field(struct td_csv *csv, char *text, bool quoted, struct td_error *err) {
    if (csv->n == TD_CSV_COLUMNS_MAX)
        return td_fail(err, TD_BAD_INPUT, "%s: line %zu has more than %d fields", csv->name,
                       csv->line, TD_CSV_COLUMNS_MAX);
    if (csv->n == csv->capacity) {
        size_t capacity = csv->capacity ? 2 * csv->capacity : 64;
        struct td_csv_field *fields = realloc(csv->fields, capacity * sizeof *fields);
        if (!fields)
            return td_fail_memory(err, capacity * sizeof *fields);
        csv->fields = fields;
        csv->capacity = capacity;
    }
    csv->fields[csv->n++] = (struct td_csv_field){.text = text, .quoted = quoted};
    return TD_OK;
}

static bool at_line_end(const char *p) {
    return *p == '\0' || *p == '\n' || (*p == '\r' && (p[1] == '\n' || p[1] == '\0'));
}

static void skip_spaces(struct td_csv *csv) {
    while (*csv->at == ' ' || (*csv->at == '\t' && csv->separator != '\t'))
        ++csv->at;
}

/* Unquotes in place; csv->at ends behind the closing quote. */
static td_status read_quoted(struct td_csv *csv, char **out, struct td_error *err) {
    char *to = *out = ++csv->at;
    for (;; ++csv->at) {
        if (csv->at == csv->end)
            return td_fail(err, TD_BAD_INPUT, "%s: a quote opened in line %zu is never closed",
                           csv->name, csv->line);
        if (*csv->at == '"') {
            if (csv->at[1] != '"')
                break;
            ++csv->at;
        }
        if (*csv->at == '\n')
            ++csv->next_line;
        *to++ = *csv->at;
    }
    ++csv->at;
    *to = '\0'; /* at or before the closing quote */
    return TD_OK;
}

/* One field. Its end is overwritten by a zero only after *ended says what stood there. */
static td_status read_field(struct td_csv *csv, bool *ended, struct td_error *err) {
    skip_spaces(csv);
    char *text = csv->at, *stop;
    bool quoted = *csv->at == '"';
    td_status status = quoted ? read_quoted(csv, &text, err) : TD_OK;
    if (status)
        return status;
    if (!quoted) {
        while (*csv->at != csv->separator && !at_line_end(csv->at))
            ++csv->at;
        for (stop = csv->at; stop > text && (stop[-1] == ' ' || stop[-1] == '\t');)
            --stop;
    } else {
        stop = NULL;
    }
    skip_spaces(csv);
    *ended = at_line_end(csv->at);
    if (!*ended && csv->separator != ' ') {
        if (*csv->at != csv->separator)
            return td_fail(err, TD_BAD_INPUT, "%s: line %zu: text follows a closing quote",
                           csv->name, csv->next_line);
        ++csv->at;
    }
    if (*ended && *csv->at) { /* step over LF or CRLF before a zero is put there */
        csv->at += *csv->at == '\r' ? 1 : 0;
        if (*csv->at == '\n') {
            ++csv->at;
            ++csv->next_line;
        }
    }
    if (stop)
        *stop = '\0';
    return add_field(csv, text, quoted, err);
}

/* Empty lines; the last one's number is kept, for tables of one column it may be a gap. */
static void skip_blank_lines(struct td_csv *csv) {
    for (;;) {
        char *p = csv->at + strspn(csv->at, csv->separator == '\t' ? " " : " \t");
        if (!*p || !at_line_end(p))
            return;
        csv->blank_line = csv->next_line++;
        csv->at = p + strcspn(p, "\n") + (p[strcspn(p, "\n")] == '\n');
    }
}

td_status td_csv_next(struct td_csv *csv, bool *more, struct td_error *err) {
    csv->n = 0;
    csv->blank_line = 0;
    skip_blank_lines(csv);
    char *rest = csv->at + strspn(csv->at, " ");
    *more = csv->at < csv->end && *rest;
    if (!*more)
        return TD_OK;
    csv->line = csv->next_line;
    for (bool ended = false; !ended;) {
        td_status status = read_field(csv, &ended, err);
        if (status)
            return status;
    }
    if (csv->started && csv->blank_line && csv->n == 1)
        return td_fail(err, TD_BAD_INPUT,
                       "%s: line %zu is empty: a missing value; every row needs one", csv->name,
                       csv->blank_line);
    csv->started = true;
    return TD_OK;
}

/* ---- cells ---- */

bool td_csv_number(const struct td_csv_field *field, double *out) {
    const char *s = field->text;
    const char *digits = s + (*s == '+' || *s == '-');
    bool special = strcasecmp(digits, "nan") == 0 || strcasecmp(digits, "inf") == 0 ||
                   strcasecmp(digits, "infinity") == 0;
    if (!special && (*digits == '\0' || strspn(s, "0123456789+-.eE") != strlen(s)))
        return false;
    char *end;
    *out =
        strtod_l(s, &end, newlocale(LC_ALL_MASK, "C", (locale_t)0)); /* static in the C library */
    return *end == '\0' && end != s;
}

bool td_csv_missing(const struct td_csv_field *field) {
    static const char *const names[] = {"", "na", "n/a", "null", "none", "?", "-"};
    for (size_t i = 0; i < sizeof names / sizeof *names; ++i)
        if (strcasecmp(field->text, names[i]) == 0)
            return true;
    return false;
}

bool td_csv_is_header(const struct td_csv *csv) {
    double unused;
    for (size_t i = 0; i < csv->n; ++i) {
        const struct td_csv_field *field = &csv->fields[i];
        bool like_number = field->text[0] && strchr("0123456789+-.", field->text[0]);
        if (!like_number && !td_csv_number(field, &unused) && !td_csv_missing(field))
            return true;
    }
    return false;
}

td_status td_csv_refuse(const struct td_csv *csv, size_t row, size_t column, struct td_error *err) {
    char text[41];
    const struct td_csv_field *field = &csv->fields[column];
    if (td_csv_missing(field))
        return td_fail(err, TD_BAD_INPUT,
                       "%s: row %zu, column %zu (counted from 0; line %zu) has no value ('%s')",
                       csv->name, row, column, csv->line, field->text);
    double x;
    return td_fail(err, TD_BAD_INPUT,
                   "%s: row %zu, column %zu (counted from 0; line %zu): '%s' is no %snumber%s",
                   csv->name, row, column, csv->line, td_printable(field->text, text, sizeof text),
                   td_csv_number(field, &x) ? "finite " : "",
                   strchr(field->text, ',') ? "; decimals are written with a point" : "");
}
