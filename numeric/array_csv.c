/* A text table of numbers as an array. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/array_format.h"
#include "numeric/csv.h"
#include "numeric/memory.h"

struct table {
    size_t rows, columns, capacity; /* capacity in numbers */
    double *v;
};

static td_status reserve_row(struct table *t, struct td_error *err) {
    size_t needed = (t->rows + 1) * t->columns; /* bounded by the size of the text */
    if (needed <= t->capacity)
        return TD_OK;
    size_t capacity = needed + needed / 2, bytes;
    double *v = td_mul(capacity, sizeof *v, &bytes) ? realloc(t->v, bytes) : NULL;
    if (!v)
        return td_fail_memory(err, capacity);
    t->v = v;
    t->capacity = capacity;
    return TD_OK;
}

static td_status add_row(const struct td_csv *csv, struct table *t, struct td_error *err) {
    if (t->rows == 0 && !t->columns)
        t->columns = csv->n;
    if (csv->n != t->columns)
        return td_fail(err, TD_BAD_INPUT, "%s: line %zu has %zu fields, the first row has %zu",
                       csv->name, csv->line, csv->n, t->columns);
    td_status status = reserve_row(t, err);
    if (status)
        return status;
    for (size_t j = 0; j < csv->n; ++j)
        if (!td_csv_number(&csv->fields[j], &t->v[t->rows * t->columns + j]))
            return td_csv_refuse(csv, t->rows, j, err);
    ++t->rows;
    return TD_OK;
}

td_status td_csv_read_array(const char *path, struct td_array *out, struct td_error *err) {
    struct td_csv csv;
    struct table t = {0};
    td_status status = td_csv_open(path, &csv, err);
    if (status)
        return status;
    bool more = true, first = true;
    while (!status && more) {
        status = td_csv_next(&csv, &more, err);
        if (status || !more)
            break;
        if (first && td_csv_is_header(&csv))
            t.columns = csv.n;
        else
            status = add_row(&csv, &t, err);
        first = false;
    }
    if (!status && t.rows == 0)
        status = td_fail(err, TD_BAD_INPUT, "%s has no rows of numbers", path);
    td_csv_close(&csv);
    if (status) {
        free(t.v);
        return status;
    }
    *out = (struct td_array){.ndim = 2, .shape = {t.rows, t.columns}, .v = t.v, .dtype = "csv"};
    return TD_OK;
}
