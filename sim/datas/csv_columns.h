/* What the readers of text tables (csv.c, tabular.c) share: whether there is a header, what each
   column is for, and classes from a column of texts or numbers. */
#ifndef TD_SIM_DATAS_CSV_COLUMNS_H
#define TD_SIM_DATAS_CSV_COLUMNS_H

#include <stdbool.h>
#include <stdint.h>

#include "numeric/csv.h"
#include "numeric/param.h"

/* The choices of a parameter `header`, and whether the first record is one. */
enum td_csv_header { TD_CSV_HEADER_AUTO, TD_CSV_HEADER_YES, TD_CSV_HEADER_NO };
extern const char *const td_csv_header_names[];
bool td_csv_has_header(const struct td_csv *first, int header);

enum td_csv_role { TD_CSV_FEATURE, TD_CSV_TARGET, TD_CSV_IGNORED };

/* The columns of a file. */
struct td_csv_columns {
    size_t n, features;
    unsigned char *roles; /* (n) enum td_csv_role */
};

/* A column by name or by number (negative: from the end). The record at hand is the header if there
   is one. */
td_status td_csv_find_column(const struct td_csv *csv, const char *what, bool header, size_t *out,
                             struct td_error *err);
/* Roles from the first record; there must be a feature. Free with td_csv_columns_free, also after
   an error. */
td_status td_csv_columns_make(const struct td_csv *first, bool header, const char *target,
                              const struct td_strings *ignore, struct td_csv_columns *out,
                              struct td_error *err);
void td_csv_columns_free(struct td_csv_columns *columns);
/* TD_BAD_INPUT if the current record has another number of fields. */
td_status td_csv_check_width(const struct td_csv *csv, const struct td_csv_columns *columns,
                             struct td_error *err);

/* Order of two fields: whole numbers by size ("1" and "1.0" are equal), before texts in the order
   of their bytes. */
int td_csv_compare(const struct td_csv_field *a, const struct td_csv_field *b);

/* Numbers the distinct fields, in that order, from 0: label (n). Classes are whole numbers or
   texts, at most TD_CLASSES_MAX. `lines` (n) and `advice`, what to do about a target that holds no
   classes, are for messages. */
td_status td_csv_classes(const char *name, const struct td_csv_field *fields, const size_t *lines,
                         size_t n, const char *advice, int32_t *label, size_t *n_classes,
                         struct td_error *err);

/* realloc of n elements; NULL if memory is short, `p` is still valid then. */
void *td_grow(void *p, size_t n, size_t size);

#endif
