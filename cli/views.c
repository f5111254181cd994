#include "cli/views.h"

#include <errno.h>
#include <stdlib.h>
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

/* `text` with every $ replaced by the n characters of `name`; NULL: no memory. */
static char *with_name(const char *text, const char *name, size_t n) {
    size_t bytes = 1;
    for (const char *c = text; *c; ++c)
        bytes += *c == '$' ? n : 1;
    char *out = malloc(bytes), *at = out;
    for (const char *c = text; out && *c; ++c) {
        if (*c == '$')
            memcpy(at, name, n);
        else
            *at = *c;
        at += *c == '$' ? n : 1;
    }
    if (out)
        *at = '\0';
    return out;
}

/* The names after "-- for:" where a block opens with that, else NULL. */
static const char *names_of(const char *block) {
    static const char key[] = "-- for:";
    return strncmp(block, key, sizeof key - 1) == 0 ? block + sizeof key - 1 : NULL;
}

/* One block, once for each of its names; SQLITE_OK if all went well. */
static int run_block(sqlite3 *db, const char *block) {
    static const char between[] = ", \t";
    const char *name = names_of(block);
    if (!name)
        return sqlite3_exec(db, block, NULL, NULL, NULL);
    const char *end = name + strcspn(name, "\n");
    int code = SQLITE_OK;
    for (name += strspn(name, between); name < end && code == SQLITE_OK;) {
        size_t n = strcspn(name, ", \t\n");
        char *sql = with_name(end, name, n);
        code = sql ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
        free(sql);
        name += n + strspn(name + n, between);
    }
    return code;
}

/* All blocks of `text`, which is cut up. */
static int run_blocks(sqlite3 *db, char *text) {
    int code = SQLITE_OK;
    for (char *next; text && code == SQLITE_OK; text = next) {
        char *gap = strstr(text, "\n\n");
        next = gap ? gap + 1 + strspn(gap + 1, "\n") : NULL;
        if (gap)
            *gap = '\0';
        code = run_block(db, text);
    }
    return code;
}

static td_status run_statements(sqlite3 *db, const char *path, char *sql, struct td_error *err) {
    td_status status = TD_OK;
    sqlite3_exec(db, "PRAGMA query_only=OFF", NULL, NULL, NULL);
    sqlite3_set_authorizer(db, only_views, NULL);
    int code = run_blocks(db, sql);
    if (code != SQLITE_OK)
        status = td_fail(err, TD_FAILED, "%s: %s", path,
                         code == SQLITE_NOMEM ? sqlite3_errstr(code) : sqlite3_errmsg(db));
    sqlite3_set_authorizer(db, NULL, NULL);
    if (sqlite3_exec(db, "PRAGMA query_only=ON", NULL, NULL, NULL) != SQLITE_OK && !status)
        status = td_fail(err, TD_FAILED, "%s: %s", path, sqlite3_errmsg(db));
    return status;
}

td_status td_views_create(sqlite3 *db, const char *data_dir, const char *paper,
                          struct td_arena *arena, struct td_error *err) {
    char folder[128];
    const char *text, *path = td_arena_printf(arena, "%s/experiments/%s/views.sql", data_dir,
                                              td_paper_folder(paper, folder, sizeof folder));
    if (!path)
        return td_fail_memory(err, sizeof folder);
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return TD_OK;
    td_status status = td_text_read(path, arena, &text, err);
    char *sql = status ? NULL : td_arena_strdup(arena, text);
    if (!status && !sql)
        status = td_fail_memory(err, strlen(text));
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
