/* Results of SQL as tab-separated text. */
#ifndef TD_CLI_TSV_H
#define TD_CLI_TSV_H

#include <sqlite3.h>
#include <stdio.h>

#include "numeric/status.h"

/* Runs one statement (`tail` NULL: text after it is an error; else *tail points behind it) and
   prints a header and its rows; NULL is an empty field, reals are the shortest text that reads back
   the same; tabs, newlines and backslashes in text are escaped. *rows (may be NULL) counts. A
   statement that writes or attaches is refused. Interruptible (TD_INTERRUPTED). */
td_status td_tsv_query(sqlite3 *db, const char *sql, const char **tail, FILE *out, size_t *rows,
                       struct td_error *err);

/* The column that the last statement of `db` asked for in vain, without its table: a parameter that
   no task of this directory has. NULL if it failed for another reason, or not at all. */
const char *td_sql_missing_column(sqlite3 *db);

/* Makes long statements stop when a signal asks for it, and refuses ATTACH. */
void td_sql_guard(sqlite3 *db);

#endif
