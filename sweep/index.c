#include "sweep/index.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sweep/index_gather.h"
#include "sweep/index_provenance.h"
#include "sweep/index_schema.h"
#include "sweep/index_write.h"
#include "sweep/members.h"
#include "sweep/store_file.h"

#define INDEX_FILE "results.sqlite"

static td_status fill(sqlite3 *db, const char *dir, const struct td_members *members,
                      struct td_error *err) {
    struct td_gather gather;
    td_status status = td_gather_logs(dir, &gather, err);
    if (!status)
        status = td_index_write(db, dir, &gather, members, err);
    td_gather_free(&gather);
    return status;
}

/* Everything into a new file at `path`. */
static td_status build_file(const char *path, const char *dir, const struct td_members *members,
                            struct td_error *err) {
    sqlite3 *db = NULL;
    td_status status = TD_OK;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK)
        status = td_fail_sqlite(err, db, path);
    if (!status)
        status = fill(db, dir, members, err);
    if (sqlite3_close(db) != SQLITE_OK && !status)
        status = td_fail(err, TD_FAILED, "cannot close %s", path);
    return status;
}

td_status td_index_build(const char *dir, struct td_error *err) {
    char path[PATH_MAX], temporary[PATH_MAX + 64];
    struct td_members members;
    td_status status = td_members_read(dir, &members, err);
    if (!status)
        status = td_path(path, dir, INDEX_FILE, err);
    if (!status) {
        snprintf(temporary, sizeof temporary, "%s" TD_TEMPORARY "%ld", path, (long)getpid());
        unlink(temporary);
        status = build_file(temporary, dir, &members, err);
        if (!status)
            status = td_file_publish(temporary, path, err);
        if (status)
            unlink(temporary);
    }
    td_members_free(&members);
    return status;
}

/* ---- opening ---- */

static bool exists(const char *dir, const char *name) {
    char path[PATH_MAX];
    struct stat info;
    return td_path(path, dir, name, NULL) == TD_OK && stat(path, &info) == 0;
}

/* results.sqlite, if there is one and it says what the logs say. Results that were passed on
   without their logs are taken as they are. */
static sqlite3 *open_file(const char *dir, const struct td_members *members) {
    char path[PATH_MAX];
    sqlite3 *db = NULL;
    if (td_path(path, dir, INDEX_FILE, NULL) || !exists(dir, INDEX_FILE))
        return NULL;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
        (!members || td_index_current(db, dir, members)))
        return db;
    sqlite3_close(db);
    return NULL;
}

/* A private database that lives in memory and, once it is large, in a temporary file that has no
   name. */
static td_status build_private(const char *dir, const struct td_members *members, sqlite3 **out,
                               struct td_error *err) {
    td_status status = TD_OK;
    if (sqlite3_open_v2("", out, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK)
        status = td_fail_sqlite(err, *out, "cannot merge in memory");
    return status ? status : fill(*out, dir, members, err);
}

/* Whoever writes the SQL may read results, and nothing else: no other file is opened or written. */
static td_status close_in(sqlite3 *db, struct td_error *err) {
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    if (sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) != SQLITE_OK ||
        sqlite3_exec(db, "PRAGMA query_only=ON; PRAGMA trusted_schema=OFF", NULL, NULL, NULL) !=
            SQLITE_OK)
        return td_fail_sqlite(err, db, "cannot open results read-only");
    return TD_OK;
}

static td_status check_dir(const char *dir, struct td_error *err) {
    struct stat info;
    if (stat(dir, &info) != 0)
        return td_fail_path(err, "open", dir);
    return S_ISDIR(info.st_mode) ? TD_OK : td_fail(err, TD_BAD_INPUT, "%s is not a directory", dir);
}

td_status td_index_open(const char *dir, sqlite3 **out, struct td_error *err) {
    struct td_members members = {0};
    *out = NULL;
    td_status status = check_dir(dir, err);
    if (status)
        return status;
    if (!exists(dir, "log") && !exists(dir, TD_MEMBERS_FILE))
        *out = open_file(dir, NULL);
    if (!*out) {
        status = td_members_read(dir, &members, err);
        if (!status)
            *out = open_file(dir, &members);
        if (!status && !*out)
            status = build_private(dir, &members, out, err);
    }
    if (!status)
        status = td_sql_register(*out, err);
    if (!status)
        status = close_in(*out, err);
    td_members_free(&members);
    if (status) {
        sqlite3_close(*out);
        *out = NULL;
    }
    return status;
}
