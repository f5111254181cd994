#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/csv.h"
#include "numeric/memory.h"
#include "sim/datas/csv_columns.h"
#include "sim/datas/prepare.h"

enum task { TASK_CLASSES, TASK_REGRESSION };
static const char *const task_names[] = {"classes", "regression", NULL};

struct csv {
    const char *path, *target;
    struct td_strings ignore;
    int header, task;
    double test_share, validation_share;
    struct td_data_common common;
};

/* The file as read: features, and the target as text until it is known what it is. Texts live in
   the open td_csv. */
struct table {
    const struct csv *params;
    struct td_csv csv;
    struct td_csv_columns columns;
    size_t d, n, capacity;
    double *x; /* (n, d) */
    struct td_csv_field *target;
    size_t *lines; /* (n) for messages */
};

/* ---- rows ---- */

static td_status reserve(struct table *t, struct td_error *err) {
    if (t->n < t->capacity)
        return TD_OK;
    size_t capacity = t->capacity + t->capacity / 2 + 16;
    double *x = td_grow(t->x, capacity, t->d * sizeof *x);
    if (x)
        t->x = x;
    struct td_csv_field *target = td_grow(t->target, capacity, sizeof *target);
    if (target)
        t->target = target;
    size_t *lines = td_grow(t->lines, capacity, sizeof *lines);
    if (lines)
        t->lines = lines;
    if (!x || !target || !lines)
        return td_fail_memory(err, capacity * t->d * sizeof *x);
    t->capacity = capacity;
    return TD_OK;
}

static td_status add_row(struct table *t, struct td_error *err) {
    td_status status = td_csv_check_width(&t->csv, &t->columns, err);
    if (!status)
        status = reserve(t, err);
    if (status)
        return status;
    double *x = t->x + t->n * t->d;
    for (size_t j = 0; j < t->columns.n && !status; ++j) {
        const struct td_csv_field *field = &t->csv.fields[j];
        if (t->columns.roles[j] == TD_CSV_FEATURE) {
            if (!td_csv_number(field, x) || !isfinite(*x))
                status = td_csv_refuse(&t->csv, t->n, j, err);
            ++x;
        } else if (t->columns.roles[j] == TD_CSV_TARGET) {
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
        bool header = first && td_csv_has_header(&t->csv, t->params->header);
        if (first)
            status = td_csv_columns_make(&t->csv, header, t->params->target, &t->params->ignore,
                                         &t->columns, err);
        t->d = t->columns.features;
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
        status = td_csv_classes(t->csv.name, t->target, t->lines, t->n,
                                ", for others set task to regression", label, &out->n_classes, err);
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
    td_csv_columns_free(&t.columns);
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
     .choices = td_csv_header_names,
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
