/* What both exports ask the index first: which experiments there are, and their columns. */
#ifndef TD_SWEEP_EXPORT_TABLE_H
#define TD_SWEEP_EXPORT_TABLE_H

#include <sqlite3.h>
#include <stddef.h>

#include "numeric/memory.h"
#include "numeric/status.h"

struct td_export_table {
    const char *experiment, *slug;
    size_t n;             /* parameters that a current task has */
    const char **columns; /* in the order of the table */
};

/* All experiments with current tasks, by name; with `experiment`, that one or TD_BAD_INPUT naming
   the nearest. */
td_status td_export_tables(sqlite3 *db, const char *dir, const char *experiment,
                           struct td_arena *arena, struct td_export_table **out, size_t *n,
                           struct td_error *err);

td_status td_prepare(sqlite3 *db, char *sql, sqlite3_stmt **out, struct td_error *err);

#endif
