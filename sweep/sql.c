#include "sweep/sql.h"

#include "sweep/index.h"

td_status td_sql_register(sqlite3 *db, struct td_error *err) {
    if (td_sql_register_aggregates(db) != SQLITE_OK || td_sql_register_ranks(db) != SQLITE_OK ||
        td_sql_register_bootstrap(db) != SQLITE_OK || td_sql_register_scalars(db) != SQLITE_OK ||
        td_sql_register_array(db) != SQLITE_OK)
        return td_fail(err, TD_FAILED, "cannot register SQL functions: %s", sqlite3_errmsg(db));
    return TD_OK;
}
