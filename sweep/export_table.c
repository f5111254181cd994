#include "sweep/export_table.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "numeric/kind.h"
#include "sweep/index_schema.h"

td_status td_prepare(sqlite3 *db, char *sql, sqlite3_stmt **out, struct td_error *err) {
    td_status status = TD_OK;
    *out = NULL;
    if (!sql)
        status = td_fail_memory(err, 0);
    else if (sqlite3_prepare_v2(db, sql, -1, out, NULL) != SQLITE_OK)
        status = td_fail_sqlite(err, db, "cannot read the results");
    sqlite3_free(sql);
    return status;
}

static const char *copy_column(sqlite3_stmt *statement, int column, struct td_arena *arena) {
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return td_arena_strdup(arena, text ? text : "");
}

static td_status find_tables(sqlite3 *db, struct td_arena *arena, struct td_export_table **out,
                             size_t *n, struct td_error *err) {
    static const char sql[] = "SELECT experiment, slug FROM experiments WHERE experiment IN "
                              "(SELECT experiment FROM tasks WHERE current) ORDER BY experiment";
    sqlite3_stmt *s = NULL;
    td_status status = td_prepare(db, sqlite3_mprintf("%s", sql), &s, err);
    size_t capacity = 0;
    int code = SQLITE_DONE;
    *n = 0;
    while (!status && (code = sqlite3_step(s)) == SQLITE_ROW) {
        if (*n == capacity) {
            struct td_export_table *grown =
                td_arena_alloc(arena, (2 * capacity + 8) * sizeof *grown);
            if (!grown) {
                status = td_fail_memory(err, capacity * sizeof *grown);
                break;
            }
            if (*n)
                memcpy(grown, *out, *n * sizeof *grown);
            *out = grown;
            capacity = 2 * capacity + 8;
        }
        struct td_export_table *t = &(*out)[(*n)++];
        *t = (struct td_export_table){.experiment = copy_column(s, 0, arena),
                                      .slug = copy_column(s, 1, arena)};
        if (!t->experiment || !t->slug)
            status = td_fail_memory(err, sizeof *t);
    }
    if (!status && code != SQLITE_DONE)
        status = td_fail_sqlite(err, db, "cannot read the results");
    sqlite3_finalize(s);
    return status;
}

/* Whether a current task has such a parameter; others may be there because of stale tasks. */
static td_status in_use(sqlite3 *db, const char *slug, const char *column, bool *out,
                        struct td_error *err) {
    sqlite3_stmt *s;
    td_status status =
        td_prepare(db,
                   sqlite3_mprintf("SELECT 1 FROM tasks t JOIN \"%w\" e ON e.task = t.task WHERE "
                                   "t.current AND e.\"%w\" IS NOT NULL LIMIT 1",
                                   slug, column),
                   &s, err);
    int code = status ? SQLITE_DONE : sqlite3_step(s);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        status = td_fail_sqlite(err, db, "cannot read the results");
    *out = code == SQLITE_ROW;
    sqlite3_finalize(s);
    return status;
}

/* Columns of the table between `task` and `seed`, as far as they are in use. */
static td_status find_columns(sqlite3 *db, struct td_arena *arena, struct td_export_table *t,
                              struct td_error *err) {
    sqlite3_stmt *s;
    td_status status =
        td_prepare(db, sqlite3_mprintf("SELECT * FROM \"%w\" LIMIT 0", t->slug), &s, err);
    if (status)
        return status;
    int last = sqlite3_column_count(s) - 1;
    t->n = 0;
    t->columns = td_arena_alloc(arena, (size_t)(last > 0 ? last : 1) * sizeof *t->columns);
    if (!t->columns)
        status = td_fail_memory(err, (size_t)last * sizeof *t->columns);
    for (int i = 1; i < last && !status; ++i) {
        bool used = false;
        const char *name = td_arena_strdup(arena, sqlite3_column_name(s, i));
        status = name ? in_use(db, t->slug, name, &used, err) : td_fail_memory(err, sizeof *t);
        if (!status && used)
            t->columns[t->n++] = name;
    }
    sqlite3_finalize(s);
    return status;
}

static td_status fail_unknown(const char *dir, const char *experiment,
                              const struct td_export_table *tables, size_t n,
                              struct td_arena *arena, struct td_error *err) {
    const char **names = td_arena_alloc(arena, (n + 1) * sizeof *names);
    char list[600] = "";
    size_t used = 0;
    for (size_t i = 0; names && i < n; ++i) {
        names[i] = tables[i].experiment;
        if (used < sizeof list)
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "",
                                     tables[i].experiment);
    }
    const char *nearest = names ? td_nearest(experiment, names, n) : NULL;
    return td_fail(err, TD_BAD_INPUT, "%.300s has no results of '%.100s'%s%s%s; it has: %s", dir,
                   experiment, nearest ? " (did you mean '" : "", nearest ? nearest : "",
                   nearest ? "'?)" : "", n ? list : "none yet");
}

td_status td_export_tables(sqlite3 *db, const char *dir, const char *experiment,
                           struct td_arena *arena, struct td_export_table **out, size_t *n,
                           struct td_error *err) {
    *out = NULL;
    td_status status = find_tables(db, arena, out, n, err);
    if (!status && experiment) {
        size_t i = 0;
        while (i < *n && strcmp((*out)[i].experiment, experiment) != 0)
            ++i;
        if (i == *n)
            return fail_unknown(dir, experiment, *out, *n, arena, err);
        *out += i;
        *n = 1;
    }
    for (size_t i = 0; i < *n && !status; ++i)
        status = find_columns(db, arena, &(*out)[i], err);
    return status;
}
