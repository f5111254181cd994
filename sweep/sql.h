/* tdyn's SQL functions, by family (td_sql_register of sweep/index.h registers them all).

   NULL and values that are no numbers (NaN) are left out by aggregates; a text that is not a number
   is an error. An aggregate of too few rows for what it estimates (none; one for a spread; two
   points without extent for a slope) is NULL, as is a result that is not a number. */
#ifndef TD_SWEEP_SQL_H
#define TD_SWEEP_SQL_H

#include <sqlite3.h>

/* SQLite codes. */
int td_sql_register_aggregates(sqlite3 *db);
int td_sql_register_ranks(sqlite3 *db);
int td_sql_register_bootstrap(sqlite3 *db);
int td_sql_register_scalars(sqlite3 *db);
int td_sql_register_array(sqlite3 *db);

enum { TD_SQL_FLAGS = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS };

#endif
