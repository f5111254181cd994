#include "cli/tsv.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "numeric/param.h"
#include "sweep/interrupt.h"

static int stop_when_asked(void *unused) {
    (void)unused;
    return td_interrupt_pending() != 0;
}

static int only_this_database(void *unused, int action, const char *a, const char *b, const char *c,
                              const char *d) {
    (void)unused, (void)a, (void)b, (void)c, (void)d;
    return action == SQLITE_ATTACH || action == SQLITE_DETACH ? SQLITE_DENY : SQLITE_OK;
}

void td_sql_guard(sqlite3 *db) {
    sqlite3_progress_handler(db, 10000, stop_when_asked, NULL);
    sqlite3_set_authorizer(db, only_this_database, NULL);
}

static void put_text(const char *text, FILE *out) {
    for (; *text; ++text) {
        switch (*text) {
        case '\t':
            fputs("\\t", out);
            break;
        case '\n':
            fputs("\\n", out);
            break;
        case '\r':
            fputs("\\r", out);
            break;
        case '\\':
            fputs("\\\\", out);
            break;
        default:
            fputc(*text, out);
        }
    }
}

static void put_cell(sqlite3_stmt *statement, int i, FILE *out) {
    char buffer[32];
    switch (sqlite3_column_type(statement, i)) {
    case SQLITE_NULL:
        break;
    case SQLITE_FLOAT:
        fputs(td_number_text(sqlite3_column_double(statement, i), buffer), out);
        break;
    case SQLITE_BLOB:
        fprintf(out, "<%d bytes>", sqlite3_column_bytes(statement, i));
        break;
    default:
        put_text((const char *)sqlite3_column_text(statement, i), out);
    }
}

static void put_header(sqlite3_stmt *statement, FILE *out) {
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        if (i)
            fputc('\t', out);
        put_text(sqlite3_column_name(statement, i), out);
    }
    fputc('\n', out);
}

static const char *skip_space(const char *sql) {
    while (isspace((unsigned char)*sql) || *sql == ';')
        ++sql;
    return sql;
}

static td_status sql_error(sqlite3 *db, struct td_error *err) {
    if (td_interrupt_pending())
        return td_fail(err, TD_INTERRUPTED, "interrupted");
    return td_fail(err, TD_BAD_INPUT, "SQL: %s", sqlite3_errmsg(db));
}

const char *td_sql_missing_column(sqlite3 *db) {
    static const char prefix[] = "no such column: ";
    const char *message = sqlite3_errmsg(db);
    if (sqlite3_errcode(db) != SQLITE_ERROR || strncmp(message, prefix, sizeof prefix - 1) != 0)
        return NULL;
    const char *dot = strrchr(message, '.');
    return dot ? dot + 1 : message + sizeof prefix - 1;
}

td_status td_tsv_query(sqlite3 *db, const char *sql, const char **tail, FILE *out, size_t *rows,
                       struct td_error *err) {
    td_sql_guard(db);
    sqlite3_stmt *statement = NULL;
    const char *rest = "";
    if (sqlite3_prepare_v2(db, sql, -1, &statement, &rest) != SQLITE_OK)
        return sql_error(db, err);
    if (tail)
        *tail = rest;
    td_status status = TD_OK;
    if (!statement)
        return tail ? TD_OK : td_fail(err, TD_BAD_INPUT, "SQL: the statement is empty");
    if (!tail && *skip_space(rest))
        status = td_fail(err, TD_BAD_INPUT, "SQL: one statement at a time; '%.40s' follows", rest);
    else if (!sqlite3_stmt_readonly(statement))
        status = td_fail(err, TD_BAD_INPUT, "SQL: results are read-only, only SELECT is allowed");
    size_t n = 0;
    if (!status) {
        put_header(statement, out);
        int code;
        while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
            for (int i = 0; i < sqlite3_column_count(statement); ++i) {
                if (i)
                    fputc('\t', out);
                put_cell(statement, i, out);
            }
            fputc('\n', out);
            ++n;
            if (ferror(out)) /* a full disk or a closed pipe: the caller's flush names it */
                break;
        }
        if (code != SQLITE_DONE && code != SQLITE_ROW)
            status = sql_error(db, err);
    }
    sqlite3_finalize(statement);
    if (rows)
        *rows = n;
    return status;
}
