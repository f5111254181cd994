#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/array_format.h"
#include "numeric/memory.h"
#include "sim/datas/tabular.h"

/* How one column of the file becomes features. */
struct column {
    bool categorical;
    bool missing; /* categories: no value has a feature, the last one */
    double median;
    size_t n_categories;
    const struct td_cell **categories; /* sorted, distinct, of the training part */
    size_t first, width;               /* its features; width 0: left out */
};

struct encoder {
    const struct td_tabular *p;
    const struct td_table *t;
    const struct td_rows *rows;
    struct column *columns; /* (t->d) */
    double *numbers;        /* (n_train) of one column, to sort */
    const struct td_cell **values;
};

static const struct td_cell *cell(const struct td_table *t, size_t row, size_t j) {
    return &t->cells[row * t->d + j];
}

/* "column 3 ('width')" */
static const char *column_text(const struct td_table *t, size_t j, char out[80]) {
    size_t at = 0;
    for (size_t seen = 0; at < t->columns.n; ++at)
        if (t->columns.roles[at] == TD_CSV_FEATURE && seen++ == j)
            break;
    char name[41];
    if (*t->names[j])
        snprintf(out, 80, "column %zu ('%s')", at, td_printable(t->names[j], name, sizeof name));
    else
        snprintf(out, 80, "column %zu", at);
    return out;
}

/* ---- what a column is ---- */

static td_status refuse_cell(const struct encoder *e, size_t row, size_t j, const char *why,
                             struct td_error *err) {
    char column[80], text[41];
    return td_fail(err, TD_BAD_INPUT, "%s: row %zu, %s (counted from 0; line %zu): '%s' %s",
                   e->t->csv.name, row, column_text(e->t, j, column), e->t->lines[row],
                   td_printable(cell(e->t, row, j)->text, text, sizeof text), why);
}

/* Numbers or categories, by all rows of the file, so that it does not change with the fold. */
static td_status find_type(const struct encoder *e, size_t j, struct column *c,
                           struct td_error *err) {
    size_t numbers = 0, texts = 0, first_text = 0;
    for (size_t i = 0; i < e->t->n && !e->t->listed[j]; ++i) {
        const struct td_cell *x = cell(e->t, i, j);
        if (x->kind == TD_CELL_NUMBER && isinf(x->number))
            return refuse_cell(e, i, j, "is no finite number", err);
        if (x->kind == TD_CELL_TEXT)
            first_text = texts++ ? first_text : i;
        numbers += x->kind == TD_CELL_NUMBER;
    }
    if (numbers && texts)
        return refuse_cell(e, first_text, j,
                           "is a text in a column that also has numbers: list it in missing if it "
                           "says that there is no value, or the column in categorical",
                           err);
    c->categorical = texts || e->t->listed[j];
    return TD_OK;
}

static int compare_numbers(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Median of the training part; a column that is constant there, or has no values, is left out. */
static void plan_numbers(struct encoder *e, size_t j, struct column *c) {
    size_t n = 0;
    for (size_t i = 0; i < e->rows->n_train; ++i) {
        const struct td_cell *x = cell(e->t, e->rows->train[i], j);
        if (x->kind == TD_CELL_NUMBER)
            e->numbers[n++] = x->number;
    }
    if (n == 0)
        return;
    qsort(e->numbers, n, sizeof *e->numbers, compare_numbers);
    c->median = n % 2 ? e->numbers[n / 2] : e->numbers[n / 2 - 1] / 2 + e->numbers[n / 2] / 2;
    c->width = e->numbers[0] < e->numbers[n - 1];
}

/* Numbers by size, before texts in the order of their bytes. */
static int compare_cells(const void *a, const void *b) {
    const struct td_cell *x = *(const struct td_cell *const *)a,
                         *y = *(const struct td_cell *const *)b;
    if (x->kind != y->kind)
        return x->kind == TD_CELL_NUMBER ? -1 : 1;
    if (x->kind == TD_CELL_NUMBER)
        return (x->number > y->number) - (x->number < y->number);
    return strcmp(x->text, y->text);
}

/* The categories of the training part; a column that has only one there is left out. */
static td_status plan_categories(struct encoder *e, size_t j, struct column *c,
                                 struct td_error *err) {
    size_t n = 0, distinct = 0;
    for (size_t i = 0; i < e->rows->n_train; ++i) {
        const struct td_cell *x = cell(e->t, e->rows->train[i], j);
        if (x->kind == TD_CELL_MISSING)
            c->missing = true;
        else
            e->values[n++] = x;
    }
    qsort(e->values, n, sizeof *e->values, compare_cells);
    for (size_t i = 0; i < n; ++i)
        if (distinct == 0 || compare_cells(&e->values[distinct - 1], &e->values[i]) != 0)
            e->values[distinct++] = e->values[i];
    char column[80];
    if (distinct > TD_TABULAR_CATEGORIES_MAX)
        return td_fail(err, TD_BAD_INPUT,
                       "%s: %s has %zu distinct texts; at most %d categories are handled (an "
                       "identifier? list it in ignore)",
                       e->t->csv.name, column_text(e->t, j, column), distinct,
                       TD_TABULAR_CATEGORIES_MAX);
    c->n_categories = distinct;
    c->width = distinct + c->missing > 1 ? distinct + c->missing : 0;
    if (c->width == 0)
        return TD_OK;
    c->categories = calloc(distinct + 1, sizeof *c->categories);
    if (!c->categories)
        return td_fail_memory(err, distinct * sizeof *c->categories);
    memcpy(c->categories, e->values, distinct * sizeof *c->categories);
    return TD_OK;
}

static td_status plan(struct encoder *e, size_t *d, struct td_error *err) {
    *d = 0;
    for (size_t j = 0; j < e->t->d; ++j) {
        struct column *c = &e->columns[j];
        td_status status = find_type(e, j, c, err);
        if (!status && c->categorical)
            status = plan_categories(e, j, c, err);
        if (status)
            return status;
        if (!c->categorical)
            plan_numbers(e, j, c);
        c->first = *d;
        *d += c->width;
    }
    size_t n = e->rows->n_train + e->rows->n_validation + e->rows->n_test;
    if (*d == 0)
        return td_fail(err, TD_BAD_INPUT, "%s: no feature varies in the training part",
                       e->t->csv.name);
    if (*d > TD_TABULAR_VALUES_MAX / n)
        return td_fail(err, TD_BAD_INPUT,
                       "%s: %zu rows of %zu features are too many; at most %d values are handled",
                       e->t->csv.name, n, *d, TD_TABULAR_VALUES_MAX);
    return TD_OK;
}

/* ---- features ---- */

static td_status put_number(const struct encoder *e, size_t row, size_t j, real *out,
                            struct td_error *err) {
    const struct td_cell *x = cell(e->t, row, j);
    *out = (real)(x->kind == TD_CELL_NUMBER ? x->number : e->columns[j].median);
    return isfinite(*out) ? TD_OK
                          : refuse_cell(e, row, j, "is beyond the range of " TD_REAL_NAME, err);
}

static void put_category(const struct encoder *e, size_t row, size_t j, real *out) {
    const struct column *c = &e->columns[j];
    const struct td_cell *x = cell(e->t, row, j);
    if (x->kind == TD_CELL_MISSING) {
        if (c->missing)
            out[c->n_categories] = 1;
        return;
    }
    const struct td_cell **found =
        bsearch(&x, c->categories, c->n_categories, sizeof *c->categories, compare_cells);
    if (found)
        out[found - c->categories] = 1;
}

static td_status fill(const struct encoder *e, const uint32_t *rows, const int32_t *label, size_t d,
                      struct td_split *out, struct td_error *err) {
    for (size_t i = 0; i < out->n; ++i) {
        out->label[i] = label[rows[i]];
        for (size_t j = 0; j < e->t->d; ++j) {
            const struct column *c = &e->columns[j];
            real *x = out->x + i * d + c->first;
            td_status status = TD_OK;
            if (c->width && c->categorical)
                put_category(e, rows[i], j, x);
            else if (c->width)
                status = put_number(e, rows[i], j, x, err);
            if (status)
                return status;
        }
    }
    return TD_OK;
}

static td_status encode(struct encoder *e, const int32_t *label, struct td_dataset *out,
                        struct td_error *err) {
    const struct td_rows *rows = e->rows;
    td_status status = plan(e, &out->d, err);
    if (!status)
        status = td_split_alloc(&out->train, rows->n_train, out->d, 0, err);
    if (!status)
        status = td_split_alloc(&out->validation, rows->n_validation, out->d, 0, err);
    if (!status)
        status = td_split_alloc(&out->test, rows->n_test, out->d, 0, err);
    if (!status)
        status = fill(e, rows->train, label, out->d, &out->train, err);
    if (!status)
        status = fill(e, rows->validation, label, out->d, &out->validation, err);
    if (!status)
        status = fill(e, rows->test, label, out->d, &out->test, err);
    return status;
}

td_status td_tabular_encode(const struct td_tabular *p, const struct td_table *t,
                            const struct td_rows *rows, const int32_t *label,
                            struct td_dataset *out, struct td_error *err) {
    struct encoder e = {.p = p, .t = t, .rows = rows};
    e.columns = calloc(t->d, sizeof *e.columns);
    e.numbers = calloc(rows->n_train, sizeof *e.numbers);
    e.values = calloc(rows->n_train, sizeof *e.values);
    td_status status = e.columns && e.numbers && e.values
                           ? encode(&e, label, out, err)
                           : td_fail_memory(err, t->d * sizeof *e.columns);
    for (size_t j = 0; e.columns && j < t->d; ++j)
        free(e.columns[j].categories);
    free(e.columns);
    free(e.numbers);
    free(e.values);
    return status;
}
