/* Names and tables of results.sqlite. */
#ifndef TD_SWEEP_INDEX_SCHEMA_H
#define TD_SWEEP_INDEX_SCHEMA_H

#include <sqlite3.h>
#include <stddef.h>

#include "numeric/memory.h"
#include "numeric/status.h"
#include "sweep/index_gather.h"

#define TD_INDEX_FORMAT "1"

/* One experiment's table. Column i of the table is 1 + i: `task` comes first, `seed` last. */
struct td_index_table {
    const struct td_found_experiment *experiment;
    const char *slug; /* also the view SLUG_values */
    size_t n;         /* parameters that have a column */
    const struct td_found_parameter **parameters;
    const char **columns;
    struct td_symbols numbers; /* parameter name -> column */
};
struct td_index_schema {
    size_t n;
    struct td_index_table *tables; /* as the experiments */
};

/* Chooses slugs and columns: letters, digits and _, distinct whatever the case, none that is taken.
   An experiment with more parameters than SQLite has columns loses those that are only about
   measuring; TD_BAD_INPUT if there are still too many. Free whatever is returned. */
td_status td_index_schema_make(const struct td_gather *gather, struct td_arena *arena,
                               struct td_index_schema *out, struct td_error *err);
void td_index_schema_free(struct td_index_schema *schema);
td_status td_index_schema_create(const struct td_index_schema *schema, sqlite3 *db,
                                 struct td_error *err);

/* "DOING: what SQLite says", with the operating system's reason where there is one. */
td_status td_fail_sqlite(struct td_error *err, sqlite3 *db, const char *doing);

#endif
