#include "sweep/index_schema.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

enum { COLUMNS_MAX = 1900, NAME_CHARS = 200 };

static const char SCHEMA[] =
    "CREATE TABLE tasks(task INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, experiment TEXT NOT "
    "NULL,"
    " status TEXT NOT NULL, diverged_step INTEGER, seed INTEGER NOT NULL, seconds REAL,"
    " rank INTEGER, host TEXT, error TEXT, current INTEGER NOT NULL);"
    "CREATE TABLE names(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);"
    "CREATE TABLE \"values\"(task INTEGER NOT NULL, measure INTEGER NOT NULL, site INTEGER NOT "
    "NULL,"
    " step INTEGER NOT NULL, value REAL, flag INTEGER NOT NULL,"
    " PRIMARY KEY(task, measure, site, step)) WITHOUT ROWID;"
    "CREATE TABLE arrays(id INTEGER PRIMARY KEY, task INTEGER NOT NULL, measure INTEGER NOT NULL,"
    " site INTEGER NOT NULL, step INTEGER NOT NULL, shape TEXT NOT NULL, data BLOB NOT NULL);"
    "CREATE TABLE experiments(experiment TEXT PRIMARY KEY, slug TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE parameters(experiment TEXT NOT NULL, name TEXT NOT NULL, \"column\" TEXT NOT "
    "NULL,"
    " PRIMARY KEY(experiment, name)) WITHOUT ROWID;"
    "CREATE TABLE provenance(key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;";

static const char *const TAKEN_TABLES[] = {"tasks",      "names",       "values",     "arrays",
                                           "parameters", "experiments", "provenance", NULL};
static const char *const TAKEN_COLUMNS[] = {"task", "seed",  "measure", "site",
                                            "step", "value", "flag",    NULL};

td_status td_fail_sqlite(struct td_error *err, sqlite3 *db, const char *doing) {
    int code = sqlite3_extended_errcode(db), system = sqlite3_system_errno(db);
    const char *reason = sqlite3_errmsg(db);
    if (code == SQLITE_FULL)
        reason = strerror(ENOSPC);
    else if ((code & 0xff) == SQLITE_IOERR && system)
        reason = strerror(system);
    else if (code == SQLITE_IOERR_WRITE)
        reason = "write error: the disk is full, or the size of files is limited (ulimit -f)";
    return td_fail(err, TD_FAILED, "%s: %s", doing, reason);
}

/* ---- names ---- */

/* Lower case for comparing only: SQLite's names ignore the case of ASCII letters. */
static bool take(struct td_symbols *taken, const char *name) {
    char folded[2 * NAME_CHARS];
    size_t n = 0;
    for (; name[n] && n + 1 < sizeof folded; ++n)
        folded[n] = (char)tolower((unsigned char)name[n]);
    folded[n] = 0;
    uint32_t number;
    return !td_symbols_find(taken, folded, &number) && td_symbols_add(taken, folded, &number);
}

/* `name` as an SQL name; _ is added until it is free. With `suffix`, both NAME and NAMEsuffix must
   be free, and both are taken. NULL: no memory. */
static const char *sql_name(struct td_symbols *taken, const char *name, const char *suffix,
                            struct td_arena *arena) {
    char text[NAME_CHARS + 1], joined[2 * NAME_CHARS];
    enum { ROOM = 100 }; /* for _ and the suffix */
    size_t n = strnlen(name, NAME_CHARS - ROOM);
    for (size_t i = 0; i < n; ++i)
        text[i] = isalnum((unsigned char)name[i]) && (unsigned char)name[i] < 128 ? name[i] : '_';
    text[n] = 0;
    if (isdigit((unsigned char)text[0]) || strncasecmp(text, "sqlite_", 7) == 0) {
        memmove(text + 1, text, n + 1);
        text[0] = '_';
        ++n;
    }
    for (int attempt = 0; attempt < 1000; ++attempt) {
        char numbered[NAME_CHARS + 1];
        if (attempt < 20)
            snprintf(numbered, sizeof numbered, "%.*s%.*s", (int)(n), text, attempt,
                     "____________________");
        else
            snprintf(numbered, sizeof numbered, "%.*s_%d", (int)n, text, attempt);
        snprintf(joined, sizeof joined, "%s%s", numbered, suffix);
        if (take(taken, numbered) && (!*suffix || take(taken, joined)))
            return td_arena_strdup(arena, numbered);
    }
    return NULL;
}

static bool take_all(struct td_symbols *taken, const char *const *names) {
    bool fits = td_symbols_init(taken);
    for (; fits && *names; ++names)
        fits = take(taken, *names);
    return fits;
}

/* ---- tables ---- */

static td_status choose_columns(struct td_index_table *t, struct td_arena *arena,
                                struct td_error *err) {
    const struct td_found_experiment *e = t->experiment;
    struct td_symbols taken;
    uint32_t number;
    t->parameters = td_arena_alloc(arena, (e->n + 1) * sizeof *t->parameters);
    t->columns = td_arena_alloc(arena, (e->n + 1) * sizeof *t->columns);
    bool fits = t->parameters && t->columns && td_symbols_init(&t->numbers);
    fits = take_all(&taken, TAKEN_COLUMNS) && fits;
    for (size_t i = 0; i < e->n && fits; ++i) {
        const struct td_found_parameter *p = &e->parameters[i];
        if (e->n > COLUMNS_MAX && p->observed)
            continue;
        t->parameters[t->n] = p;
        t->columns[t->n] = sql_name(&taken, p->name, "", arena);
        fits = t->columns[t->n] && td_symbols_add(&t->numbers, p->name, &number);
        ++t->n;
    }
    td_symbols_free(&taken);
    if (!fits)
        return td_fail_memory(err, e->n * sizeof *t->columns);
    if (t->n > COLUMNS_MAX)
        return td_fail(err, TD_BAD_INPUT,
                       "%s has %zu parameters in this directory, a table holds at most %d", e->name,
                       t->n, COLUMNS_MAX);
    return TD_OK;
}

td_status td_index_schema_make(const struct td_gather *gather, struct td_arena *arena,
                               struct td_index_schema *out, struct td_error *err) {
    struct td_symbols taken = {0};
    *out = (struct td_index_schema){0};
    out->tables = td_arena_alloc(arena, (gather->n_experiments + 1) * sizeof *out->tables);
    td_status status = TD_OK;
    if (!take_all(&taken, TAKEN_TABLES) || !out->tables)
        status = td_fail_memory(err, sizeof *out);
    for (size_t i = 0; i < gather->n_experiments && !status; ++i) {
        struct td_index_table *t = &out->tables[out->n++];
        t->experiment = &gather->experiments[i];
        t->slug = sql_name(&taken, t->experiment->name, "_values", arena);
        status = t->slug ? choose_columns(t, arena, err) : td_fail_memory(err, NAME_CHARS);
    }
    td_symbols_free(&taken);
    return status;
}

void td_index_schema_free(struct td_index_schema *schema) {
    for (size_t i = 0; i < schema->n; ++i)
        td_symbols_free(&schema->tables[i].numbers);
    *schema = (struct td_index_schema){0};
}

static td_status execute(sqlite3 *db, char *sql, const char *doing, struct td_error *err) {
    td_status status = TD_OK;
    if (!sql)
        status = td_fail_memory(err, 0);
    else if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        status = td_fail_sqlite(err, db, doing);
    sqlite3_free(sql);
    return status;
}

static const char *type_name(enum td_column_type type) {
    return type == TD_COLUMN_INTEGER ? "INTEGER" : type == TD_COLUMN_REAL ? "REAL" : "TEXT";
}

static td_status create_table(const struct td_index_table *t, sqlite3 *db, struct td_error *err) {
    sqlite3_str *sql = sqlite3_str_new(db);
    sqlite3_str_appendf(sql, "CREATE TABLE \"%w\"(task INTEGER PRIMARY KEY", t->slug);
    for (size_t i = 0; i < t->n; ++i)
        sqlite3_str_appendf(sql, ", \"%w\" %s", t->columns[i],
                            type_name(td_parameter_type(t->parameters[i])));
    sqlite3_str_appendall(sql, ", seed INTEGER NOT NULL)");
    return execute(db, sqlite3_str_finish(sql), "cannot create a table", err);
}

static td_status create_view(const struct td_index_table *t, sqlite3 *db, struct td_error *err) {
    sqlite3_str *sql = sqlite3_str_new(db);
    sqlite3_str_appendf(sql, "CREATE VIEW \"%w_values\" AS SELECT e.task", t->slug);
    for (size_t i = 0; i < t->n; ++i)
        sqlite3_str_appendf(sql, ", e.\"%w\"", t->columns[i]);
    sqlite3_str_appendf(sql,
                        ", e.seed, m.text AS measure, s.text AS site, v.step, v.value, f.text AS "
                        "flag FROM \"%w\" e "
                        "JOIN tasks t ON t.task = e.task JOIN \"values\" v ON v.task = e.task "
                        "JOIN names m ON m.id = v.measure JOIN names s ON s.id = v.site "
                        "JOIN names f ON f.id = v.flag WHERE t.current AND t.status = 'done'",
                        t->slug);
    return execute(db, sqlite3_str_finish(sql), "cannot create a view", err);
}

static td_status insert_texts(sqlite3_stmt *insert, const char *const *texts, int n,
                              struct td_error *err) {
    for (int i = 0; i < n; ++i)
        sqlite3_bind_text(insert, i + 1, texts[i], -1, SQLITE_STATIC);
    if (sqlite3_step(insert) != SQLITE_DONE || sqlite3_reset(insert) != SQLITE_OK)
        return td_fail_sqlite(err, sqlite3_db_handle(insert), "cannot list parameters");
    return TD_OK;
}

/* What an experiment and its parameters are called in SQL. */
static td_status list_names(const struct td_index_table *t, sqlite3 *db, struct td_error *err) {
    sqlite3_stmt *experiment = NULL, *parameter = NULL;
    const char *name = t->experiment->name;
    td_status status = TD_OK;
    if (sqlite3_prepare_v2(db, "INSERT INTO experiments VALUES(?,?)", -1, &experiment, NULL) ||
        sqlite3_prepare_v2(db, "INSERT INTO parameters VALUES(?,?,?)", -1, &parameter, NULL))
        status = td_fail_sqlite(err, db, "cannot list parameters");
    if (!status)
        status = insert_texts(experiment, (const char *[]){name, t->slug}, 2, err);
    for (size_t i = 0; i < t->n && !status; ++i)
        status = insert_texts(
            parameter, (const char *[]){name, t->parameters[i]->name, t->columns[i]}, 3, err);
    sqlite3_finalize(experiment);
    sqlite3_finalize(parameter);
    return status;
}

td_status td_index_schema_create(const struct td_index_schema *schema, sqlite3 *db,
                                 struct td_error *err) {
    if (sqlite3_exec(db, SCHEMA, NULL, NULL, NULL) != SQLITE_OK)
        return td_fail_sqlite(err, db, "cannot create tables");
    td_status status = TD_OK;
    for (size_t i = 0; i < schema->n && !status; ++i) {
        status = create_table(&schema->tables[i], db, err);
        if (!status)
            status = create_view(&schema->tables[i], db, err);
        if (!status)
            status = list_names(&schema->tables[i], db, err);
    }
    return status;
}
