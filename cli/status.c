/* tdyn status: what a directory holds, what failed and why, what is left; also while a run goes on.
 */
#include <sqlite3.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/tsv.h"
#include "sweep/extend.h"
#include "sweep/index.h"
#include "sweep/members.h"

static error_t parse(int key, char *arg, struct argp_state *state) {
    return td_cli_one_dir(key, arg, state, state->input);
}

static const struct argp argp = {
    NULL,
    parse,
    "DIR",
    "Prints how many tasks of DIR are done, failed, diverged and left, the time left at the rate "
    "so "
    "far, and each failed or diverged task with its parameters and reason.",
    NULL,
    NULL,
    NULL};

static long count(sqlite3 *db, const char *sql) {
    sqlite3_stmt *s = NULL;
    long n = 0;
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
        n = (long)sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return n;
}

static double number(sqlite3 *db, const char *sql) {
    sqlite3_stmt *s = NULL;
    double x = 0;
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
        x = sqlite3_column_double(s, 0);
    sqlite3_finalize(s);
    return x;
}

/* "net_depth=8 seed=3" of one task from its experiment's table. */
static void print_parameters(sqlite3 *db, const char *experiment, sqlite3_int64 task) {
    char *slug = sqlite3_mprintf("%s", experiment);
    for (char *c = slug; c && *c; ++c)
        if (*c == '/' || *c == '-')
            *c = '_';
    char *sql = sqlite3_mprintf("SELECT * FROM \"%w\" WHERE task = %lld", slug, task);
    sqlite3_stmt *s = NULL;
    if (sql && sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW) {
        for (int i = 1; i < sqlite3_column_count(s); ++i)
            if (sqlite3_column_type(s, i) != SQLITE_NULL)
                printf(" %s=%s", sqlite3_column_name(s, i),
                       (const char *)sqlite3_column_text(s, i));
    }
    sqlite3_finalize(s);
    sqlite3_free(sql);
    sqlite3_free(slug);
}

static void print_unfinished(sqlite3 *db) {
    sqlite3_stmt *s = NULL;
    sqlite3_prepare_v2(db,
                       "SELECT task, id, experiment, status, diverged_step, error FROM tasks "
                       "WHERE status <> 'done' AND current ORDER BY status, task",
                       -1, &s, NULL);
    while (s && sqlite3_step(s) == SQLITE_ROW) {
        printf("%s %s %s:", (const char *)sqlite3_column_text(s, 3),
               (const char *)sqlite3_column_text(s, 1), (const char *)sqlite3_column_text(s, 2));
        print_parameters(db, (const char *)sqlite3_column_text(s, 2), sqlite3_column_int64(s, 0));
        const char *reason = (const char *)sqlite3_column_text(s, 5);
        if (reason && *reason)
            printf(": %s", reason);
        putchar('\n');
    }
    sqlite3_finalize(s);
}

static void print_counts(sqlite3 *db, const char *experiment, size_t planned) {
    char *where = sqlite3_mprintf("SELECT count(*) FROM tasks WHERE current AND experiment = %Q "
                                  "AND status = ",
                                  experiment);
    const char *const statuses[] = {"done", "failed", "diverged"};
    long n[3];
    for (int i = 0; i < 3; ++i) {
        char *sql = sqlite3_mprintf("%s%Q", where, statuses[i]);
        n[i] = count(db, sql);
        sqlite3_free(sql);
    }
    long left = (long)planned - n[0] - n[1] - n[2];
    printf("%-32s %ld done, %ld failed, %ld diverged, %ld left\n", experiment, n[0], n[1], n[2],
           left > 0 ? left : 0);
    sqlite3_free(where);
}

static void print_time(sqlite3 *db, size_t planned) {
    long stored = count(db, "SELECT count(*) FROM tasks WHERE current");
    double seconds = number(db, "SELECT sum(seconds) FROM tasks WHERE current");
    long ranks = count(db, "SELECT count(DISTINCT rank) FROM tasks WHERE current");
    if (stored && (long)planned > stored)
        printf("about %.0f s left at %ld rank%s\n",
               seconds / (double)stored * (double)((long)planned - stored) /
                   (double)(ranks ? ranks : 1),
               ranks ? ranks : 1, ranks > 1 ? "s" : "");
    long stale = count(db, "SELECT count(*) FROM tasks WHERE NOT current");
    if (stale)
        printf("%ld stored task%s no longer part of the sweep (kept, not used)\n", stale,
               stale == 1 ? " is" : "s are");
}

static void print_ends(const char *dir) {
    size_t n;
    double bytes;
    td_ends_count(dir, &n, &bytes);
    if (n)
        printf("%zu end state%s (%.1f MB) in %s/ends, from which longer runs go on\n", n,
               n == 1 ? "" : "s", bytes / 1e6, dir);
}

static td_status run(int argc, char **argv, struct td_error *err) {
    const char *dir = NULL;
    argp_parse(&argp, argc, argv, 0, NULL, &dir);
    sqlite3 *db = NULL;
    struct td_members members = {0};
    td_status status = td_index_open(dir, &db, err);
    if (!status)
        status = td_members_read(dir, &members, err);
    if (!status) {
        for (size_t i = 0; i < members.n_experiments; ++i)
            print_counts(db, members.experiments[i].name, members.experiments[i].planned);
        print_time(db, members.n);
        print_ends(dir);
        print_unfinished(db);
    }
    td_members_free(&members);
    sqlite3_close(db);
    return status ? status : td_cli_flush(stdout, "standard output", err);
}

const struct td_command td_command_status = {"status", "done, failed, left, and why", run, &argp};
