#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/datas/tabular.h"

static td_status reserve(struct td_table *t, struct td_error *err) {
    if (t->n < t->capacity)
        return TD_OK;
    size_t capacity = t->capacity + t->capacity / 2 + 16;
    struct td_cell *cells = td_grow(t->cells, capacity, t->d * sizeof *cells);
    if (cells)
        t->cells = cells;
    struct td_csv_field *target = td_grow(t->target, capacity, sizeof *target);
    if (target)
        t->target = target;
    size_t *lines = td_grow(t->lines, capacity, sizeof *lines);
    if (lines)
        t->lines = lines;
    if (!cells || !target || !lines)
        return td_fail_memory(err, capacity * t->d * sizeof *cells);
    t->capacity = capacity;
    return TD_OK;
}

static struct td_cell cell_of(const struct td_csv_field *field, const struct td_strings *missing) {
    struct td_cell cell = {.kind = TD_CELL_TEXT, .text = field->text};
    if (td_csv_number(field, &cell.number))
        cell.kind = isnan(cell.number) ? TD_CELL_MISSING : TD_CELL_NUMBER;
    else if (td_csv_missing(field))
        cell.kind = TD_CELL_MISSING;
    for (size_t i = 0; i < missing->n; ++i)
        if (strcmp(cell.text, missing->v[i]) == 0)
            cell.kind = TD_CELL_MISSING;
    return cell;
}

static td_status add_row(struct td_table *t, const struct td_strings *missing,
                         struct td_error *err) {
    td_status status = td_csv_check_width(&t->csv, &t->columns, err);
    if (!status)
        status = reserve(t, err);
    if (status)
        return status;
    struct td_cell *cell = t->cells + t->n * t->d;
    for (size_t j = 0; j < t->columns.n; ++j) {
        const struct td_csv_field *field = &t->csv.fields[j];
        if (t->columns.roles[j] == TD_CSV_FEATURE)
            *cell++ = cell_of(field, missing);
        if (t->columns.roles[j] != TD_CSV_TARGET)
            continue;
        if (td_csv_missing(field))
            return td_csv_refuse(&t->csv, t->n, j, err);
        t->target[t->n] = *field;
    }
    t->lines[t->n++] = t->csv.line;
    return TD_OK;
}

/* The number among features of column j of the file. */
static size_t feature_of(const struct td_table *t, size_t j) {
    size_t feature = 0;
    for (size_t k = 0; k < j; ++k)
        feature += t->columns.roles[k] == TD_CSV_FEATURE;
    return feature;
}

static td_status list_categorical(struct td_table *t, const struct td_tabular *p, bool header,
                                  struct td_error *err) {
    for (size_t i = 0; i < p->categorical.n; ++i) {
        size_t j = 0;
        td_status status = td_csv_find_column(&t->csv, p->categorical.v[i], header, &j, err);
        if (status)
            return status;
        if (t->columns.roles[j] != TD_CSV_FEATURE)
            return td_fail(err, TD_BAD_INPUT, "%s: the column '%s' of categorical is no feature",
                           t->csv.name, p->categorical.v[i]);
        t->listed[feature_of(t, j)] = true;
    }
    return TD_OK;
}

static td_status begin(struct td_table *t, const struct td_tabular *p, bool header,
                       struct td_error *err) {
    td_status status =
        td_csv_columns_make(&t->csv, header, p->target, &p->ignore, &t->columns, err);
    if (status)
        return status;
    t->d = t->columns.features;
    t->names = calloc(t->d, sizeof *t->names);
    t->listed = calloc(t->d, sizeof *t->listed);
    if (!t->names || !t->listed)
        return td_fail_memory(err, t->d * sizeof *t->names);
    for (size_t j = 0, k = 0; j < t->columns.n; ++j)
        if (t->columns.roles[j] == TD_CSV_FEATURE)
            t->names[k++] = header ? t->csv.fields[j].text : "";
    return list_categorical(t, p, header, err);
}

td_status td_table_read(const struct td_tabular *p, const char *path, struct td_table *out,
                        struct td_error *err) {
    bool more = true, first = true;
    memset(out, 0, sizeof *out);
    td_status status = td_csv_open(path, &out->csv, err);
    while (!status && more) {
        status = td_csv_next(&out->csv, &more, err);
        if (status || !more)
            break;
        bool header = first && td_csv_has_header(&out->csv, p->header);
        if (first)
            status = begin(out, p, header, err);
        if (!status && !header)
            status = add_row(out, &p->missing, err);
        first = false;
    }
    if (!status && out->n == 0)
        status = td_fail(err, TD_BAD_INPUT, "%s has no rows", path);
    if (!status && out->n > UINT32_MAX)
        status = td_fail(err, TD_BAD_INPUT, "%s has %zu rows; at most %u are handled", path, out->n,
                         UINT32_MAX);
    return status;
}

void td_table_free(struct td_table *t) {
    td_csv_close(&t->csv);
    td_csv_columns_free(&t->columns);
    free(t->cells);
    free(t->target);
    free(t->lines);
    free(t->names);
    free(t->listed);
    memset(t, 0, sizeof *t);
}
