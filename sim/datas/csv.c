#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/csv.h"
#include "numeric/memory.h"
#include "sim/datas/prepare.h"

enum header { HEADER_AUTO, HEADER_YES, HEADER_NO };
enum task { TASK_CLASSES, TASK_REGRESSION };
static const char *const header_names[] = {"auto", "yes", "no", NULL};
static const char *const task_names[] = {"classes", "regression", NULL};

struct csv {
    const char *path, *target;
    struct td_strings ignore;
    int header, task;
    double test_share, validation_share;
    struct td_data_common common;
};

/* What a column is used for. */
enum role { ROLE_FEATURE, ROLE_TARGET, ROLE_IGNORED };

/* The file as read: features, and the target as text until it is known what it is. Texts live in
   the open td_csv. */
struct table {
    const struct csv *params;
    struct td_csv csv;
    size_t columns, d, n, capacity;
    unsigned char *roles; /* (columns) enum role */
    double *x;            /* (n, d) */
    struct td_csv_field *target;
    size_t *lines; /* (n) for messages */
};

/* ---- columns ---- */

/* Column by name, or by number (negative: from the end). The record at hand is the header if there
   is one. */
static td_status find_column(const struct table *t, const char *what, bool header, size_t *out,
                             struct td_error *err) {
    char *end;
    for (size_t j = 0; header && j < t->columns; ++j) {
        if (strcmp(t->csv.fields[j].text, what) == 0) {
            *out = j;
            return TD_OK;
        }
    }
    long number = strtol(what, &end, 10);
    long n = (long)t->columns;
    if (*what && !*end && number >= -n && number < n) {
        *out = (size_t)(number < 0 ? number + n : number);
        return TD_OK;
    }
    if (!header)
        return td_fail(err, TD_BAD_INPUT,
                       "%s has no column '%s': it has no header; columns are 0 to %zu (or -1, the "
                       "last)",
                       t->csv.name, what, t->columns - 1);
    const char **names = calloc(t->columns, sizeof *names);
    for (size_t j = 0; names && j < t->columns; ++j)
        names[j] = t->csv.fields[j].text;
    const char *near = names ? td_nearest(what, names, t->columns) : NULL;
    td_status status = td_fail(
        err, TD_BAD_INPUT, "%s has no column '%s'%s%.60s; columns are named or numbered 0 to %zu",
        t->csv.name, what, near ? ", did you mean " : "", near ? near : "", t->columns - 1);
    free(names);
    return status;
}

static td_status assign_roles(struct table *t, bool header, struct td_error *err) {
    size_t j = 0;
    t->columns = t->csv.n;
    t->roles = calloc(t->columns, sizeof *t->roles);
    if (!t->roles)
        return td_fail_memory(err, t->columns);
    for (size_t i = 0; i < t->params->ignore.n; ++i) {
        td_status status = find_column(t, t->params->ignore.v[i], header, &j, err);
        if (status)
            return status;
        t->roles[j] = ROLE_IGNORED;
    }
    td_status status = find_column(t, t->params->target, header, &j, err);
    if (status)
        return status;
    if (t->roles[j] == ROLE_IGNORED)
        return td_fail(err, TD_BAD_INPUT, "%s: the target column '%s' is also ignored", t->csv.name,
                       t->params->target);
    t->roles[j] = ROLE_TARGET;
    for (size_t k = 0; k < t->columns; ++k)
        t->d += t->roles[k] == ROLE_FEATURE;
    if (t->d == 0)
        return td_fail(err, TD_BAD_INPUT, "%s has no feature columns beside the target",
                       t->csv.name);
    return TD_OK;
}

/* ---- rows ---- */

/* realloc of n elements; NULL if memory is short, `p` is still valid then. */
static void *grow(void *p, size_t n, size_t size) {
    size_t bytes;
    return td_mul(n, size, &bytes) ? realloc(p, bytes) : NULL;
}

static td_status reserve(struct table *t, struct td_error *err) {
    if (t->n < t->capacity)
        return TD_OK;
    size_t capacity = t->capacity + t->capacity / 2 + 16;
    double *x = grow(t->x, capacity, t->d * sizeof *x);
    if (x)
        t->x = x;
    struct td_csv_field *target = grow(t->target, capacity, sizeof *target);
    if (target)
        t->target = target;
    size_t *lines = grow(t->lines, capacity, sizeof *lines);
    if (lines)
        t->lines = lines;
    if (!x || !target || !lines)
        return td_fail_memory(err, capacity * t->d * sizeof *x);
    t->capacity = capacity;
    return TD_OK;
}

static td_status add_row(struct table *t, struct td_error *err) {
    if (t->csv.n != t->columns)
        return td_fail(err, TD_BAD_INPUT, "%s: line %zu has %zu fields, the first row has %zu",
                       t->csv.name, t->csv.line, t->csv.n, t->columns);
    td_status status = reserve(t, err);
    double *x = t->x + t->n * t->d;
    for (size_t j = 0; j < t->columns && !status; ++j) {
        const struct td_csv_field *field = &t->csv.fields[j];
        if (t->roles[j] == ROLE_FEATURE) {
            if (!td_csv_number(field, x) || !isfinite(*x))
                status = td_csv_refuse(&t->csv, t->n, j, err);
            ++x;
        } else if (t->roles[j] == ROLE_TARGET) {
            if (td_csv_missing(field))
                status = td_csv_refuse(&t->csv, t->n, j, err);
            t->target[t->n] = *field;
        }
    }
    if (status)
        return status;
    t->lines[t->n++] = t->csv.line;
    return TD_OK;
}

static td_status read_table(struct table *t, struct td_error *err) {
    bool more = true, first = true;
    td_status status = td_csv_open(t->params->path, &t->csv, err);
    while (!status && more) {
        status = td_csv_next(&t->csv, &more, err);
        if (status || !more)
            break;
        bool header = first && (t->params->header == HEADER_YES ||
                                (t->params->header == HEADER_AUTO && td_csv_is_header(&t->csv)));
        if (first)
            status = assign_roles(t, header, err);
        if (!status && !header)
            status = add_row(t, err);
        first = false;
    }
    if (!status && t->n == 0)
        status = td_fail(err, TD_BAD_INPUT, "%s has no rows", t->params->path);
    return status;
}

/* ---- targets ---- */

static td_status number_target(const struct table *t, size_t row, double *out,
                               struct td_error *err) {
    const struct td_csv_field *field = &t->target[row];
    if (!td_csv_number(field, out) || !isfinite(*out))
        return td_fail(err, TD_BAD_INPUT,
                       "%s: row %zu (counted from 0; line %zu): the target '%.40s' is no finite "
                       "number, as task regression needs",
                       t->csv.name, row, t->lines[row], field->text);
    return TD_OK;
}

static bool is_whole(const struct td_csv_field *field, double *x) {
    return td_csv_number(field, x) && isfinite(*x) && *x == floor(*x);
}

/* Whole numbers by size, before texts in the order of their bytes. */
static int compare_classes(const void *a, const void *b) {
    const struct td_csv_field *s = *(const struct td_csv_field *const *)a,
                              *t = *(const struct td_csv_field *const *)b;
    double x, y;
    bool s_whole = is_whole(s, &x), t_whole = is_whole(t, &y);
    if (s_whole && t_whole)
        return (x > y) - (x < y);
    return s_whole != t_whole ? (s_whole ? -1 : 1) : strcmp(s->text, t->text);
}

static td_status check_class(const struct table *t, size_t row, struct td_error *err) {
    double x;
    const struct td_csv_field *field = &t->target[row];
    if (is_whole(field, &x) || !td_csv_number(field, &x))
        return TD_OK;
    return td_fail(err, TD_BAD_INPUT,
                   "%s: row %zu (counted from 0; line %zu): the target %.40s is no class; classes "
                   "are whole numbers or texts, for others set task to regression",
                   t->csv.name, row, t->lines[row], field->text);
}

/* Numbers the distinct targets in sorted order. */
static td_status find_classes(const struct table *t, int32_t *label, size_t *n_classes,
                              struct td_error *err) {
    const struct td_csv_field **sorted = calloc(t->n, sizeof *sorted);
    td_status status = sorted ? TD_OK : td_fail_memory(err, t->n * sizeof *sorted);
    for (size_t i = 0; i < t->n && !status; ++i) {
        sorted[i] = &t->target[i];
        status = check_class(t, i, err);
    }
    if (!status) {
        qsort(sorted, t->n, sizeof *sorted, compare_classes);
        int32_t class = 0;
        for (size_t i = 0; i < t->n; ++i) {
            if (i && compare_classes(&sorted[i - 1], &sorted[i]) != 0)
                ++class;
            label[sorted[i] - t->target] = class;
        }
        *n_classes = (size_t) class + 1;
        if (*n_classes > TD_CLASSES_MAX)
            status = td_fail(err, TD_BAD_INPUT,
                             "%s: the target has %zu distinct values; at most %d classes are "
                             "handled (task regression?)",
                             t->csv.name, *n_classes, TD_CLASSES_MAX);
    }
    free(sorted);
    return status;
}

/* ---- data set ---- */

static td_status copy_rows(const struct table *t, const uint32_t *rows, const int32_t *label,
                           struct td_split *out, struct td_error *err) {
    td_status status = TD_OK;
    for (size_t i = 0; i < out->n && !status; ++i) {
        size_t row = rows[i];
        for (size_t j = 0; j < t->d && !status; ++j)
            status =
                td_to_real(t->x[row * t->d + j], t->csv.name, row, j, &out->x[i * t->d + j], err);
        double y;
        if (label) {
            out->label[i] = label[row];
        } else if (!status) {
            status = number_target(t, row, &y, err);
            if (!status)
                status = td_to_real(y, t->csv.name, row, t->d, &out->target[i], err);
        }
    }
    return status;
}

static td_status build(const struct table *t, uint64_t seed, struct td_dataset *out,
                       struct td_error *err) {
    const struct csv *p = t->params;
    bool classes = p->task == TASK_CLASSES;
    struct td_rows rows = {0};
    int32_t *label = classes ? td_calloc(t->n, sizeof *label) : NULL;
    td_status status = classes && !label ? td_fail_memory(err, t->n * sizeof *label) : TD_OK;
    out->d = t->d;
    out->n_targets = classes ? 0 : 1;
    if (!status && classes)
        status = find_classes(t, label, &out->n_classes, err);
    if (!status)
        status = td_rows_split(t->n, (struct td_shares){p->test_share, p->validation_share},
                               &p->common, seed, &rows, err);
    if (!status)
        status = td_split_alloc(&out->train, rows.n_train, t->d, out->n_targets, err);
    if (!status)
        status = td_split_alloc(&out->validation, rows.n_validation, t->d, out->n_targets, err);
    if (!status)
        status = td_split_alloc(&out->test, rows.n_test, t->d, out->n_targets, err);
    if (!status)
        status = copy_rows(t, rows.train, label, &out->train, err);
    if (!status)
        status = copy_rows(t, rows.validation, label, &out->validation, err);
    if (!status)
        status = copy_rows(t, rows.test, label, &out->test, err);
    if (!status)
        status = td_dataset_finish(out, p->common.standardize, err);
    td_rows_free(&rows);
    td_free(label);
    return status;
}

static void summarise(struct td_dataset *out, const char *path) {
    const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    char parts[TD_PARTS_TEXT];
    if (out->n_classes)
        snprintf(out->summary, sizeof out->summary, "%.80s, %s rows, %zu features, %zu classes",
                 base, td_parts_text(out, parts), out->d, out->n_classes);
    else
        snprintf(out->summary, sizeof out->summary, "%.80s, %s rows, %zu features, 1 target", base,
                 td_parts_text(out, parts), out->d);
}

static td_status load(const void *params, uint64_t seed, struct td_dataset *out,
                      struct td_error *err) {
    const struct csv *p = params;
    struct table t = {.params = p};
    memset(out, 0, sizeof *out);
    if (!p->path[0])
        return td_fail(err, TD_BAD_INPUT, "data kind csv needs the 'path' of a file");
    td_status status = read_table(&t, err);
    if (!status)
        status = build(&t, seed, out, err);
    if (status)
        td_dataset_free(out);
    else
        summarise(out, p->path);
    td_csv_close(&t.csv);
    free(t.roles);
    free(t.x);
    free(t.target);
    free(t.lines);
    return status;
}

static bool uses_seed(const void *params) {
    const struct csv *p = params;
    return p->test_share > 0 || p->validation_share > 0;
}

static const struct td_param table[] = {
    {.name = "path",
     .type = TD_STRING,
     .offset = offsetof(struct csv, path),
     .initial = "",
     .flags = TD_PATH,
     .help = "Text file, one sample a line; separated by tabs, semicolons, commas or spaces"},
    {.name = "target",
     .type = TD_STRING,
     .offset = offsetof(struct csv, target),
     .initial = "-1",
     .help = "Target column by name or number (0 the first, -1 the last); all others are features"},
    {.name = "ignore",
     .type = TD_STRINGS,
     .offset = offsetof(struct csv, ignore),
     .initial = "[]",
     .help = "Columns to leave out, by name or number"},
    {.name = "header",
     .type = TD_CHOICE,
     .offset = offsetof(struct csv, header),
     .initial = "auto",
     .choices = header_names,
     .help = "Whether the first line names the columns; auto: if it holds text. With texts as "
             "classes and no header, say no"},
    {.name = "task",
     .type = TD_CHOICE,
     .offset = offsetof(struct csv, task),
     .initial = "classes",
     .choices = task_names,
     .help = "The target is a class (whole number or text, numbered in sorted order) or a number"},
    {.name = "test_share",
     .type = TD_REAL,
     .offset = offsetof(struct csv, test_share),
     .initial = "0",
     .max = 1,
     .flags = TD_OPEN_MAX,
     .help = "Share of the rows that becomes the test part, drawn by the seed"},
    TD_DATA_VALIDATION_SHARE(struct csv, validation_share),
    TD_DATA_COMMON_FILE(struct csv),
    {0}};

const struct td_data td_data_csv = {
    .kind = TD_KIND("csv",
                    "A text table: samples as lines, features and one target as columns. Missing "
                    "values and texts among the features are refused naming row and column.",
                    "", table, struct csv),
    .load = load,
    .uses_seed = uses_seed,
};
