/* Table-valued td_array(id): the elements of a stored array as rows (i, j, k, value), row-major;
   indices that the array does not have are 0. A fourth index is the hidden column l. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/task.h"
#include "sweep/sql.h"

enum { COLUMN_VALUE = 3, COLUMN_ID = 4, COLUMN_L = 5 };

struct array_table {
    sqlite3_vtab base;
    sqlite3 *db;
};
struct array_cursor {
    sqlite3_vtab_cursor base;
    sqlite3_stmt *select; /* holds the blob while rows are read */
    const unsigned char *data;
    sqlite3_int64 id;
    size_t n, at, shape[TD_ARRAY_DIMS];
};

static int connect(sqlite3 *db, void *data, int argc, const char *const *argv, sqlite3_vtab **out,
                   char **message) {
    (void)data, (void)argc, (void)argv, (void)message;
    int code =
        sqlite3_declare_vtab(db, "CREATE TABLE x(i INTEGER, j INTEGER, k INTEGER, value REAL,"
                                 " id INTEGER HIDDEN, l INTEGER HIDDEN)");
    if (code != SQLITE_OK)
        return code;
    sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
    struct array_table *table = calloc(1, sizeof *table);
    if (!table)
        return SQLITE_NOMEM;
    table->db = db;
    *out = &table->base;
    return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *table) {
    free(table);
    return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **out) {
    (void)table;
    struct array_cursor *cursor = calloc(1, sizeof *cursor);
    if (!cursor)
        return SQLITE_NOMEM;
    *out = &cursor->base;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *base) {
    struct array_cursor *cursor = (struct array_cursor *)base;
    sqlite3_finalize(cursor->select);
    free(cursor);
    return SQLITE_OK;
}

/* The id must be given: td_array(3) or WHERE id = 3. */
static int best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
    for (int i = 0; i < info->nConstraint; ++i) {
        if (info->aConstraint[i].iColumn != COLUMN_ID ||
            info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ)
            continue;
        if (!info->aConstraint[i].usable)
            return SQLITE_CONSTRAINT;
        info->aConstraintUsage[i].argvIndex = 1;
        info->aConstraintUsage[i].omit = 1;
        info->estimatedCost = 1000;
        info->estimatedRows = 1000;
        return SQLITE_OK;
    }
    sqlite3_free(table->zErrMsg);
    table->zErrMsg = sqlite3_mprintf("td_array needs the id of an array: td_array(id)");
    return SQLITE_ERROR;
}

static int fail(struct array_cursor *cursor, char *message) {
    sqlite3_free(cursor->base.pVtab->zErrMsg);
    cursor->base.pVtab->zErrMsg = message;
    return SQLITE_ERROR;
}

/* "3x4" into shape (missing ones 1); the number of elements, or SIZE_MAX if it is no shape. */
static size_t parse_shape(const char *text, size_t shape[TD_ARRAY_DIMS]) {
    size_t n = 1;
    for (int i = 0; i < TD_ARRAY_DIMS; ++i)
        shape[i] = 1;
    for (int i = 0; text && i < TD_ARRAY_DIMS; ++i) {
        char *end;
        if (*text < '0' || *text > '9')
            return SIZE_MAX;
        shape[i] = strtoull(text, &end, 10);
        if (__builtin_mul_overflow(n, shape[i], &n))
            return SIZE_MAX;
        if (!*end)
            return n;
        if (*end != 'x')
            return SIZE_MAX;
        text = end + 1;
    }
    return SIZE_MAX;
}

static int load_array(struct array_cursor *cursor) {
    int code = sqlite3_step(cursor->select);
    if (code == SQLITE_DONE)
        return SQLITE_OK; /* no such array: no rows */
    if (code != SQLITE_ROW)
        return code;
    const char *text = (const char *)sqlite3_column_text(cursor->select, 0);
    cursor->data = sqlite3_column_blob(cursor->select, 1);
    size_t bytes = (size_t)sqlite3_column_bytes(cursor->select, 1);
    cursor->n = parse_shape(text, cursor->shape);
    if (cursor->n == SIZE_MAX || cursor->n != bytes / sizeof(double) || bytes % sizeof(double)) {
        cursor->n = 0;
        return fail(cursor,
                    sqlite3_mprintf("array %lld is damaged: %lld bytes do not have shape %s",
                                    cursor->id, (sqlite3_int64)bytes, text ? text : "NULL"));
    }
    return SQLITE_OK;
}

static int filter(sqlite3_vtab_cursor *base, int plan, const char *text, int n,
                  sqlite3_value **values) {
    (void)plan, (void)text;
    struct array_cursor *cursor = (struct array_cursor *)base;
    sqlite3 *db = ((struct array_table *)base->pVtab)->db;
    cursor->n = cursor->at = 0;
    sqlite3_finalize(cursor->select);
    cursor->select = NULL;
    if (n < 1 || sqlite3_value_type(values[0]) == SQLITE_NULL)
        return SQLITE_OK;
    cursor->id = sqlite3_value_int64(values[0]);
    if (sqlite3_prepare_v2(db, "SELECT shape, data FROM main.arrays WHERE id = ?", -1,
                           &cursor->select, NULL) != SQLITE_OK)
        return fail(cursor, sqlite3_mprintf("td_array: %s", sqlite3_errmsg(db)));
    sqlite3_bind_int64(cursor->select, 1, cursor->id);
    return load_array(cursor);
}

static int next(sqlite3_vtab_cursor *base) {
    ++((struct array_cursor *)base)->at;
    return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *base) {
    const struct array_cursor *cursor = (const struct array_cursor *)base;
    return cursor->at >= cursor->n;
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *context, int number) {
    const struct array_cursor *cursor = (const struct array_cursor *)base;
    if (number == COLUMN_ID) {
        sqlite3_result_int64(context, cursor->id);
    } else if (number == COLUMN_VALUE) {
        double x;
        memcpy(&x, cursor->data + cursor->at * sizeof x, sizeof x);
        sqlite3_result_double(context, x); /* NaN becomes NULL */
    } else {
        int dimension = number == COLUMN_L ? TD_ARRAY_DIMS - 1 : number;
        size_t below = 1;
        for (int i = dimension + 1; i < TD_ARRAY_DIMS; ++i)
            below *= cursor->shape[i];
        sqlite3_result_int64(context,
                             (sqlite3_int64)(cursor->at / below % cursor->shape[dimension]));
    }
    return SQLITE_OK;
}

static int row_id(sqlite3_vtab_cursor *base, sqlite3_int64 *id) {
    *id = (sqlite3_int64)((const struct array_cursor *)base)->at;
    return SQLITE_OK;
}

int td_sql_register_array(sqlite3 *db) {
    /* No xCreate: the table exists without being created. */
    static const sqlite3_module module = {.xConnect = connect,
                                          .xDisconnect = disconnect,
                                          .xBestIndex = best_index,
                                          .xOpen = open_cursor,
                                          .xClose = close_cursor,
                                          .xFilter = filter,
                                          .xNext = next,
                                          .xEof = at_end,
                                          .xColumn = column,
                                          .xRowid = row_id};
    return sqlite3_create_module(db, "td_array", &module, NULL);
}
