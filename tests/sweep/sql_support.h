/* A database with tdyn's SQL functions, and assertions about what a statement gives. */
#ifndef TD_TESTS_SQL_SUPPORT_H
#define TD_TESTS_SQL_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sweep/index.h"

static inline int open_db(void **state) {
    sqlite3 *db;
    struct td_error err = {0};
    if (sqlite3_open(":memory:", &db) != SQLITE_OK || td_sql_register(db, &err) != TD_OK)
        return -1;
    *state = db;
    return 0;
}

static inline int close_db(void **state) {
    return sqlite3_close(*state) == SQLITE_OK ? 0 : -1;
}

static inline void run(void **state, const char *sql) {
    if (sqlite3_exec(*state, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(*state));
}

/* First column of the first row; NaN for NULL. */
static inline double number(void **state, const char *sql) {
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(*state, sql, -1, &s, NULL) != SQLITE_OK || sqlite3_step(s) != SQLITE_ROW)
        fail_msg("%s: %s", sql, sqlite3_errmsg(*state));
    double x = sqlite3_column_type(s, 0) == SQLITE_NULL ? NAN : sqlite3_column_double(s, 0);
    sqlite3_finalize(s);
    return x;
}

static inline void assert_number(void **state, const char *sql, double expected) {
    double x = number(state, sql);
    double tolerance = 1e-12 * (fabs(expected) > 1 ? fabs(expected) : 1);
    if (!(x == expected || fabs(x - expected) <= tolerance))
        fail_msg("%s = %.17g, expected %.17g", sql, x, expected);
}

static inline void assert_null_sql(void **state, const char *sql) {
    double x = number(state, sql);
    if (!isnan(x))
        fail_msg("%s = %.17g, expected NULL", sql, x);
}

static inline void assert_error(void **state, const char *sql, const char *words) {
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(*state, sql, -1, &s, NULL);
    while (code == SQLITE_OK || code == SQLITE_ROW)
        code = sqlite3_step(s);
    if (code == SQLITE_DONE || !strstr(sqlite3_errmsg(*state), words))
        fail_msg("%s: %s", sql, code == SQLITE_DONE ? "no error" : sqlite3_errmsg(*state));
    sqlite3_finalize(s);
}

#endif
