/* The data kind "tabular" in parts: the table as read (tabular_read.c), which row goes where
   (tabular_folds.c), features from cells (tabular_encode.c). */
#ifndef TD_SIM_DATAS_TABULAR_H
#define TD_SIM_DATAS_TABULAR_H

#include "sim/datas/csv_columns.h"
#include "sim/datas/prepare.h"

enum {
    TD_TABULAR_CATEGORIES_MAX = 1000, /* of one column */
    TD_TABULAR_VALUES_MAX = 500000000 /* rows times encoded features */
};

struct td_tabular {
    const char *set, *path, *target;
    struct td_strings ignore, categorical, missing;
    int header;
    int64_t rows, folds, fold, fold_seed;
    double validation_share;
    int standardize;
};

/* One feature of one row. */
struct td_cell {
    enum { TD_CELL_MISSING, TD_CELL_NUMBER, TD_CELL_TEXT } kind;
    double number; /* may be infinite, not NaN */
    const char *text;
};

/* The file as read. Texts live in the open csv. */
struct td_table {
    struct td_csv csv;
    struct td_csv_columns columns;
    size_t n, d, capacity;
    struct td_cell *cells;       /* (n, d): features in the order of the file */
    struct td_csv_field *target; /* (n) */
    size_t *lines;               /* (n) for messages */
    const char **names;          /* (d) from the header, or "" */
    bool *listed;                /* (d) whether it is to be taken as categories */
};

/* Opens and reads `path` as p says. Free with td_table_free, also after an error. */
td_status td_table_read(const struct td_tabular *p, const char *path, struct td_table *out,
                        struct td_error *err);
void td_table_free(struct td_table *t);

/* Rows by class, shuffled within each by stream (fold_seed, "folds"). Of these, if p->rows > 0, so
   many at even distances. Dealt one by one to the folds, so that every fold has as many of each
   class as the others, give or take one; fold p->fold tests. Of the rest every
   1/validation_share'th validates, but never the first of a class, so that no class leaves the
   training part for it. Each part is in the order of the file. Free with td_rows_free. */
td_status td_tabular_rows(const struct td_tabular *p, const char *name, const int32_t *label,
                          size_t n, size_t n_classes, struct td_rows *out, struct td_error *err);

/* Features of all parts. A column is numbers or, where it holds none or is listed, categories: one
   feature of 0 and 1 for each that the training part has. No value: the median of the training
   part, or a category of its own. Columns that are constant in the training part are left out. Sets
   out->d and fills the parts' x and label. */
td_status td_tabular_encode(const struct td_tabular *p, const struct td_table *t,
                            const struct td_rows *rows, const int32_t *label,
                            struct td_dataset *out, struct td_error *err);

#endif
