/* Text tables: comma, semicolon, tab or space separated values with optional quotes (RFC 4180),
   byte-order mark, LF or CRLF. A cursor over records; what a cell means is the caller's business.
   Lines that are empty and lines before the first record that start with '#' are passed over. */
#ifndef TD_NUMERIC_CSV_H
#define TD_NUMERIC_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/status.h"

enum { TD_CSV_COLUMNS_MAX = 1000000 };

struct td_csv_field {
    char *text; /* zero-terminated, quotes and surrounding spaces removed; lives until the close */
    bool quoted;
};
struct td_csv {
    const char *name;            /* the path, for messages */
    char separator;              /* ',', ';', '\t' or ' ' (runs of spaces) */
    size_t line;                 /* where the current record starts, counted from 1 */
    size_t n;                    /* fields of the current record */
    struct td_csv_field *fields; /* (n) */
    /* inside */
    char *text, *at, *end;
    size_t next_line, capacity, blank_line;
    bool started;
};

/* Opens a regular file; the whole text is held in memory until td_csv_close. `path` must live as
   long. The separator is the first of tab, semicolon, comma, space that the first record has. */
td_status td_csv_open(const char *path, struct td_csv *out, struct td_error *err);
/* The next record, or *more = false at the end. */
td_status td_csv_next(struct td_csv *csv, bool *more, struct td_error *err);
void td_csv_close(struct td_csv *csv);

/* Whether the field is a decimal number, nan or inf; the number into *out. */
bool td_csv_number(const struct td_csv_field *field, double *out);
/* Whether the field says that there is no value: empty, NA, N/A, null, none, ?, - (any case). */
bool td_csv_missing(const struct td_csv_field *field);
/* Whether the current record looks like a header: some field is text, and not one that starts like
   a number (a mistyped number in the first row must not make it vanish). */
bool td_csv_is_header(const struct td_csv *csv);
/* TD_BAD_INPUT for field `column` of data row `row` (both from 0): missing, no number, not finite.
 */
td_status td_csv_refuse(const struct td_csv *csv, size_t row, size_t column, struct td_error *err);

#endif
