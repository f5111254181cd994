#include "cli/views.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/figures.h"
#include "cli/text_file.h"
#include "sweep/index.h"

/* Lets statements create temporary views and nothing else. */
static int only_views(void *context, int action, const char *what, const char *detail,
                      const char *database, const char *view) {
    (void)context, (void)detail, (void)database, (void)view;
    switch (action) {
    case SQLITE_CREATE_TEMP_VIEW:
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
        return SQLITE_OK;
    case SQLITE_INSERT: /* a view is a row of the temporary schema */
    case SQLITE_UPDATE:
        return !strcmp(what, "sqlite_temp_master") ? SQLITE_OK : SQLITE_DENY;
    default:
        return SQLITE_DENY;
    }
}

static td_status run_statements(sqlite3 *db, const char *path, const char *sql,
                                struct td_error *err) {
    td_status status = TD_OK;
    sqlite3_exec(db, "PRAGMA query_only=OFF", NULL, NULL, NULL);
    sqlite3_set_authorizer(db, only_views, NULL);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        status = td_fail(err, TD_FAILED, "%s: %s", path, sqlite3_errmsg(db));
    sqlite3_set_authorizer(db, NULL, NULL);
    if (sqlite3_exec(db, "PRAGMA query_only=ON", NULL, NULL, NULL) != SQLITE_OK && !status)
        status = td_fail(err, TD_FAILED, "%s: %s", path, sqlite3_errmsg(db));
    return status;
}

td_status td_views_create(sqlite3 *db, const char *data_dir, const char *paper,
                          struct td_arena *arena, struct td_error *err) {
    char folder[128];
    const char *sql, *path = td_arena_printf(arena, "%s/experiments/%s/views.sql", data_dir,
                                             td_paper_folder(paper, folder, sizeof folder));
    if (!path)
        return td_fail_memory(err, sizeof folder);
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return TD_OK;
    td_status status = td_text_read(path, arena, &sql, err);
    return status ? status : run_statements(db, path, sql, err);
}

td_status td_results_open(const char *dir, const char *data_dir, struct td_arena *arena,
                          sqlite3 **out, struct td_error *err) {
    const char *const *papers = NULL;
    size_t n = 0;
    td_status status = td_index_open(dir, out, err);
    if (!status)
        status = td_papers_in(*out, arena, &papers, &n, err);
    for (size_t i = 0; i < n && !status; ++i)
        status = td_views_create(*out, data_dir, papers[i], arena, err);
    if (status) {
        sqlite3_close(*out);
        *out = NULL;
    }
    return status;
}
