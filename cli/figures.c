#include "cli/figures.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "cli/gnuplot.h"
#include "cli/text_file.h"
#include "cli/tsv.h"
#include "cli/views.h"
#include "sweep/interrupt.h"

td_status td_papers_in(sqlite3 *db, struct td_arena *arena, const char *const **out, size_t *n,
                       struct td_error *err) {
    enum { MAX = 64 };
    const char **papers = td_arena_alloc(arena, MAX * sizeof *papers);
    sqlite3_stmt *s = NULL;
    if (!papers)
        return td_fail_memory(err, MAX * sizeof *papers);
    *n = 0;
    if (sqlite3_prepare_v2(
            db,
            "SELECT DISTINCT substr(experiment, 1, instr(experiment || '/', '/') - 1) "
            "FROM tasks ORDER BY 1",
            -1, &s, NULL) != SQLITE_OK)
        return td_fail(err, TD_FAILED, "results: %s", sqlite3_errmsg(db));
    while (sqlite3_step(s) == SQLITE_ROW && *n < MAX)
        papers[(*n)++] = td_arena_strdup(arena, (const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    *out = papers;
    return TD_OK;
}

bool td_experiment_in(sqlite3 *db, const char *experiment) {
    sqlite3_stmt *s = NULL;
    bool found = false;
    if (sqlite3_prepare_v2(db, "SELECT 1 FROM tasks WHERE experiment = ? AND current LIMIT 1", -1,
                           &s, NULL) == SQLITE_OK) {
        sqlite3_bind_text(s, 1, experiment, -1, SQLITE_STATIC);
        found = sqlite3_step(s) == SQLITE_ROW;
    }
    sqlite3_finalize(s);
    return found;
}

/* The text after "-- key:" in the comment lines that open a .sql file, or "". */
static const char *header_field(const char *sql, const char *key, struct td_arena *arena) {
    size_t n = strlen(key);
    for (const char *line = sql; strncmp(line, "--", 2) == 0;) {
        const char *text = line + 2 + strspn(line + 2, " ");
        size_t length = strcspn(line, "\n");
        if (strncmp(text, key, n) == 0 && text[n] == ':') {
            text += n + 1;
            text += strspn(text, " ");
            return td_arena_printf(arena, "%.*s", (int)(line + length - text), text);
        }
        line += length + (line[length] == '\n');
    }
    return "";
}

static td_status read_needs(struct td_figure *f, struct td_arena *arena, struct td_error *err) {
    enum { MAX = 16 };
    char *list = td_arena_strdup(arena, header_field(f->sql, "needs", arena));
    f->needs = td_arena_alloc(arena, MAX * sizeof *f->needs);
    if (!list || !f->needs)
        return td_fail_memory(err, MAX * sizeof *f->needs);
    char *save = NULL;
    for (char *name = strtok_r(list, ", ", &save); name && f->n_needs < MAX;
         name = strtok_r(NULL, ", ", &save))
        f->needs[f->n_needs++] = name;
    if (f->n_needs == 0)
        return td_fail(err, TD_FAILED, "%s: no line `-- needs: EXPERIMENT`", f->sql_path);
    return TD_OK;
}

static td_status read_figure(struct td_figure *f, struct td_arena *arena, struct td_error *err) {
    td_status status = td_text_read(f->sql_path, arena, &f->sql, err);
    if (status)
        return status;
    f->title = header_field(f->sql, "title", arena);
    f->caption = header_field(f->sql, "caption", arena);
    f->animated = strcmp(header_field(f->sql, "animation", arena), "yes") == 0;
    return read_needs(f, arena, err);
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct td_figure *)a)->name, ((const struct td_figure *)b)->name);
}

static bool all_there(const struct td_figure *f, sqlite3 *db) {
    for (size_t i = 0; i < f->n_needs; ++i)
        if (!td_experiment_in(db, f->needs[i]))
            return false;
    return true;
}

td_status td_figures_find(const char *data_dir, const char *paper, sqlite3 *db,
                          struct td_arena *arena, struct td_figures *out, struct td_error *err) {
    enum { MAX = 200 };
    char folder[128];
    const char *path = td_arena_printf(arena, "%s/plots/%s", data_dir,
                                       td_paper_folder(paper, folder, sizeof folder));
    out->n = 0;
    out->v = td_arena_alloc(arena, MAX * sizeof *out->v);
    if (!out->v)
        return td_fail_memory(err, MAX * sizeof *out->v);
    DIR *d = opendir(path);
    if (!d)
        return TD_OK;
    td_status status = TD_OK;
    for (struct dirent *e; !status && (e = readdir(d)) && out->n < MAX;) {
        size_t n = strlen(e->d_name);
        if (n < 5 || strcmp(e->d_name + n - 4, ".sql") != 0)
            continue;
        struct td_figure f = {.name = td_arena_printf(arena, "%.*s", (int)(n - 4), e->d_name),
                              .paper = paper,
                              .sql_path = td_arena_printf(arena, "%s/%s", path, e->d_name)};
        f.gp_path = td_arena_printf(arena, "%s/%s.gp", path, f.name);
        status = read_figure(&f, arena, err);
        if (!status && all_there(&f, db))
            out->v[out->n++] = f;
    }
    closedir(d);
    qsort(out->v, out->n, sizeof *out->v, by_name);
    return status;
}

static td_status make_dir(const char *path, struct td_error *err) {
    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return TD_OK;
    return td_fail(err, TD_BAD_INPUT, "cannot make %s: %s", path, strerror(errno));
}

enum { NOTE = 200 };

/* All statements into one TSV, blocks two blank lines apart. If one asks for a parameter that no
   task has, nothing is written and `note` says so. */
static td_status write_data(const struct td_figure *f, const char *path, sqlite3 *db, size_t *rows,
                            char note[NOTE], struct td_error *err) {
    struct td_output out;
    td_status status = td_output_open(&out, path, err);
    if (status)
        return status;
    *rows = 0;
    size_t blocks = 0;
    for (const char *sql = f->sql; !status && *sql;) {
        size_t n = 0;
        if (blocks++)
            fputs("\n\n", out.file);
        status = td_tsv_query(db, sql, &sql, out.file, &n, err);
        *rows += n;
        sql += strspn(sql, "; \t\r\n");
    }
    const char *missing = status ? td_sql_missing_column(db) : NULL;
    if (missing) {
        snprintf(note, NOTE, "no task here has the parameter %s", missing);
        *rows = 0;
        td_output_discard(&out);
        status = td_output_open(&out, path, err);
        return status ? status : td_output_commit(&out, err);
    }
    if (status) {
        td_fail_in(err, "%s", f->sql_path);
        td_output_discard(&out);
        if (status == TD_BAD_INPUT) /* of a script of ours: not the user's input */
            status = err->status = TD_FAILED;
        return status;
    }
    return td_output_commit(&out, err);
}

/* "2 of 20 tasks diverged, 1 failed" over the figure's experiments, or "". */
static void missing_note(const struct td_figure *f, sqlite3 *db, char *note, size_t size) {
    long n[3] = {0};
    const char *const statuses[] = {"done", "diverged", "failed"};
    for (size_t i = 0; i < f->n_needs; ++i) {
        for (int k = 0; k < 3; ++k) {
            sqlite3_stmt *s = NULL;
            if (sqlite3_prepare_v2(
                    db,
                    "SELECT count(*) FROM tasks WHERE current AND experiment = ? AND "
                    "status = ?",
                    -1, &s, NULL) == SQLITE_OK) {
                sqlite3_bind_text(s, 1, f->needs[i], -1, SQLITE_STATIC);
                sqlite3_bind_text(s, 2, statuses[k], -1, SQLITE_STATIC);
                if (sqlite3_step(s) == SQLITE_ROW)
                    n[k] += (long)sqlite3_column_int64(s, 0);
            }
            sqlite3_finalize(s);
        }
    }
    note[0] = '\0';
    if (n[1] + n[2] > 0)
        snprintf(note, size, "%ld of %ld tasks diverged, %ld failed", n[1], n[0] + n[1] + n[2],
                 n[2]);
}

td_status td_figure_draw(const char *dir, const char *data_dir, const struct td_figure *f,
                         sqlite3 *db, struct td_error *err) {
    char data[4096], base[4096], note[NOTE] = "";
    snprintf(data, sizeof data, "%s/data", dir);
    snprintf(base, sizeof base, "%s/figures", dir);
    td_status status = make_dir(data, err);
    if (!status)
        status = make_dir(base, err);
    if (status)
        return status;
    snprintf(data, sizeof data, "%s/data/%s.tsv", dir, f->name);
    snprintf(base, sizeof base, "%s/figures/%s", dir, f->name);
    size_t rows = 0;
    status = write_data(f, data, db, &rows, note, err);
    if (status)
        return status;
    if (!*note)
        missing_note(f, db, note, sizeof note);
    struct td_gnuplot job = {.script = f->gp_path,
                             .data = data,
                             .base = base,
                             .note = note,
                             .title = f->title,
                             .data_dir = data_dir,
                             .animated = f->animated,
                             .empty = rows == 0};
    return td_gnuplot_run(&job, err);
}

td_status td_plot_dir(const char *dir, const char *data_dir, const char *only,
                      struct td_error *err) {
    struct td_arena *arena = td_arena_create();
    sqlite3 *db = NULL;
    const char *const *papers = NULL;
    size_t n_papers = 0, drawn = 0;
    td_status worst = TD_OK;
    td_status status = arena ? td_results_open(dir, data_dir, arena, &db, err)
                             : td_fail_memory(err, sizeof(void *));
    if (!status)
        status = td_papers_in(db, arena, &papers, &n_papers, err);
    for (size_t i = 0; !status && i < n_papers; ++i) {
        struct td_figures figures;
        status = td_figures_find(data_dir, papers[i], db, arena, &figures, err);
        for (size_t j = 0; !status && j < figures.n; ++j) {
            if (only && strcmp(only, figures.v[j].name) != 0)
                continue;
            if (td_interrupt_pending()) {
                status = td_fail(err, TD_INTERRUPTED, "interrupted; run again for the rest");
                break;
            }
            td_status one = td_figure_draw(dir, data_dir, &figures.v[j], db, err);
            if (one == TD_FAILED) /* go on: other figures may be fine */
                worst = one;
            else
                status = one;
            if (!one)
                printf("%s/figures/%s.svg .png .pdf%s\n", dir, figures.v[j].name,
                       figures.v[j].animated ? " .gif" : "");
            ++drawn;
        }
    }
    if (!status && !only && !drawn)
        fprintf(stderr,
                "no figure belongs to what %s holds: the data are there by tdyn query and export\n",
                dir);
    if (!status && only && !drawn)
        status = td_fail(err, TD_BAD_INPUT, "no figure '%s' for what %s holds", only, dir);
    sqlite3_close(db);
    td_arena_free(arena);
    return status ? status : worst;
}
