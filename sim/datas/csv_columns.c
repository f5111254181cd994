#include "sim/datas/csv_columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/memory.h"
#include "sim/datas/prepare.h"

/* ---- columns ---- */

const char *const td_csv_header_names[] = {"auto", "yes", "no", NULL};

bool td_csv_has_header(const struct td_csv *first, int header) {
    return header == TD_CSV_HEADER_YES || (header == TD_CSV_HEADER_AUTO && td_csv_is_header(first));
}

td_status td_csv_find_column(const struct td_csv *csv, const char *what, bool header, size_t *out,
                             struct td_error *err) {
    char *end;
    for (size_t j = 0; header && j < csv->n; ++j) {
        if (strcmp(csv->fields[j].text, what) == 0) {
            *out = j;
            return TD_OK;
        }
    }
    long number = strtol(what, &end, 10);
    long n = (long)csv->n;
    if (*what && !*end && number >= -n && number < n) {
        *out = (size_t)(number < 0 ? number + n : number);
        return TD_OK;
    }
    if (!header)
        return td_fail(err, TD_BAD_INPUT,
                       "%s has no column '%s': it has no header; columns are 0 to %zu (or -1, the "
                       "last)",
                       csv->name, what, csv->n - 1);
    const char **names = calloc(csv->n, sizeof *names);
    for (size_t j = 0; names && j < csv->n; ++j)
        names[j] = csv->fields[j].text;
    const char *near = names ? td_nearest(what, names, csv->n) : NULL;
    td_status status = td_fail(
        err, TD_BAD_INPUT, "%s has no column '%s'%s%.60s; columns are named or numbered 0 to %zu",
        csv->name, what, near ? ", did you mean " : "", near ? near : "", csv->n - 1);
    free(names);
    return status;
}

td_status td_csv_columns_make(const struct td_csv *first, bool header, const char *target,
                              const struct td_strings *ignore, struct td_csv_columns *out,
                              struct td_error *err) {
    size_t j = 0;
    *out = (struct td_csv_columns){.n = first->n, .roles = calloc(first->n, sizeof *out->roles)};
    if (!out->roles)
        return td_fail_memory(err, first->n);
    for (size_t i = 0; i < ignore->n; ++i) {
        td_status status = td_csv_find_column(first, ignore->v[i], header, &j, err);
        if (status)
            return status;
        out->roles[j] = TD_CSV_IGNORED;
    }
    td_status status = td_csv_find_column(first, target, header, &j, err);
    if (status)
        return status;
    if (out->roles[j] == TD_CSV_IGNORED)
        return td_fail(err, TD_BAD_INPUT, "%s: the target column '%s' is also ignored", first->name,
                       target);
    out->roles[j] = TD_CSV_TARGET;
    for (size_t k = 0; k < out->n; ++k)
        out->features += out->roles[k] == TD_CSV_FEATURE;
    if (out->features == 0)
        return td_fail(err, TD_BAD_INPUT, "%s has no feature columns beside the target",
                       first->name);
    return TD_OK;
}

void td_csv_columns_free(struct td_csv_columns *columns) {
    free(columns->roles);
    columns->roles = NULL;
}

td_status td_csv_check_width(const struct td_csv *csv, const struct td_csv_columns *columns,
                             struct td_error *err) {
    if (csv->n == columns->n)
        return TD_OK;
    return td_fail(err, TD_BAD_INPUT, "%s: line %zu has %zu fields, the first row has %zu",
                   csv->name, csv->line, csv->n, columns->n);
}

void *td_grow(void *p, size_t n, size_t size) {
    size_t bytes;
    return td_mul(n, size, &bytes) ? realloc(p, bytes) : NULL;
}

/* ---- classes ---- */

static bool is_whole(const struct td_csv_field *field, double *x) {
    return td_csv_number(field, x) && isfinite(*x) && *x == floor(*x);
}

int td_csv_compare(const struct td_csv_field *a, const struct td_csv_field *b) {
    double x, y;
    bool a_whole = is_whole(a, &x), b_whole = is_whole(b, &y);
    if (a_whole && b_whole)
        return (x > y) - (x < y);
    return a_whole != b_whole ? (a_whole ? -1 : 1) : strcmp(a->text, b->text);
}

static int compare_pointers(const void *a, const void *b) {
    return td_csv_compare(*(const struct td_csv_field *const *)a,
                          *(const struct td_csv_field *const *)b);
}

static td_status check_class(const char *name, const struct td_csv_field *field, size_t row,
                             size_t line, const char *advice, struct td_error *err) {
    double x;
    if (is_whole(field, &x) || !td_csv_number(field, &x))
        return TD_OK;
    return td_fail(err, TD_BAD_INPUT,
                   "%s: row %zu (counted from 0; line %zu): the target %.40s is no class; classes "
                   "are whole numbers or texts%s",
                   name, row, line, field->text, advice);
}

td_status td_csv_classes(const char *name, const struct td_csv_field *fields, const size_t *lines,
                         size_t n, const char *advice, int32_t *label, size_t *n_classes,
                         struct td_error *err) {
    const struct td_csv_field **sorted = calloc(n, sizeof *sorted);
    td_status status = sorted ? TD_OK : td_fail_memory(err, n * sizeof *sorted);
    for (size_t i = 0; i < n && !status; ++i) {
        sorted[i] = &fields[i];
        status = check_class(name, sorted[i], i, lines[i], advice, err);
    }
    if (!status) {
        qsort(sorted, n, sizeof *sorted, compare_pointers);
        int32_t class = 0;
        for (size_t i = 0; i < n; ++i) {
            if (i && td_csv_compare(sorted[i - 1], sorted[i]) != 0)
                ++class;
            label[sorted[i] - fields] = class;
        }
        *n_classes = (size_t) class + 1;
        if (*n_classes > TD_CLASSES_MAX)
            status = td_fail(err, TD_BAD_INPUT,
                             "%s: the target has %zu distinct values; at most %d classes are "
                             "handled%s",
                             name, *n_classes, TD_CLASSES_MAX, advice);
    }
    free(sorted);
    return status;
}
