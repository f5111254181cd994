/* CSV. */
#include "sweep/export.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "numeric/param.h"
#include "sweep/export_table.h"
#include "sweep/index.h"
#include "sweep/index_gather.h"
#include "sweep/index_schema.h"
#include "sweep/record_bytes.h"

enum { POLL_ROWS = 4096 };

struct csv {
    sqlite3 *db;
    const struct td_export_table *table;
    FILE *out;
    struct td_writer task; /* the fields that every row of a task begins with */
    sqlite3_stmt *tasks, *values, *arrays;
    size_t rows;
    bool closed; /* nobody reads any more */
};

/* ---- fields ---- */

static void put_chars(struct td_writer *w, const char *text) {
    td_put(w, text, strlen(text));
}

static void put_field(struct td_writer *w, const char *text) {
    if (!text[strcspn(text, ",\"\r\n")]) {
        put_chars(w, text);
        return;
    }
    td_put(w, "\"", 1);
    for (const char *c = text; *c; ++c)
        td_put(w, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1);
    td_put(w, "\"", 1);
}

/* A parameter: numbers as the canonical text that they were given as. */
static void put_parameter(struct td_writer *w, sqlite3_stmt *s, int column) {
    char number[64];
    switch (sqlite3_column_type(s, column)) {
    case SQLITE_NULL:
        return;
    case SQLITE_FLOAT:
        put_chars(w, td_number_text(sqlite3_column_double(s, column), number));
        return;
    default:
        put_field(w, (const char *)sqlite3_column_text(s, column));
    }
}

static void put_value(struct td_writer *w, sqlite3_stmt *s, int column) {
    char text[40];
    double x =
        sqlite3_column_type(s, column) == SQLITE_NULL ? NAN : sqlite3_column_double(s, column);
    if (isnan(x))
        put_chars(w, "nan");
    else if (isinf(x))
        put_chars(w, x < 0 ? "-inf" : "inf");
    else
        td_put(w, text, (size_t)snprintf(text, sizeof text, "%.17g", x));
}

static void put_text_column(struct td_writer *w, sqlite3_stmt *s, int column) {
    const char *text = (const char *)sqlite3_column_text(s, column);
    put_field(w, text ? text : "");
}

/* ---- rows ---- */

static td_status fail_write(struct csv *c, struct td_error *err) {
    c->closed = errno == EPIPE;
    return td_fail(err, TD_FAILED, "cannot write the export: %s", strerror(errno));
}

static td_status write_row(struct csv *c, const struct td_writer *row, struct td_error *err) {
    if (row->failed)
        return td_fail_memory(err, row->n);
    if (fwrite(row->v, 1, row->n, c->out) != row->n)
        return fail_write(c, err);
    return ++c->rows % POLL_ROWS == 0 ? td_index_poll(err) : TD_OK;
}

static td_status write_header(struct csv *c, struct td_error *err) {
    struct td_writer row = {0};
    put_chars(&row, "task,");
    for (size_t i = 0; i < c->table->n; ++i) {
        put_field(&row, c->table->columns[i]);
        td_put(&row, ",", 1);
    }
    put_chars(&row, "seed,status,measure,site,step,value,flag,shape,checksum\n");
    td_status status = write_row(c, &row, err);
    free(row.v);
    return status;
}

/* id, parameters, seed, status from a row of `tasks`. */
static void put_task(struct csv *c) {
    int n = (int)c->table->n;
    c->task.n = 0;
    put_text_column(&c->task, c->tasks, 1);
    td_put(&c->task, ",", 1);
    for (int i = 0; i < n; ++i) {
        put_parameter(&c->task, c->tasks, 3 + i);
        td_put(&c->task, ",", 1);
    }
    put_text_column(&c->task, c->tasks, 3 + n); /* seed */
    td_put(&c->task, ",", 1);
    put_text_column(&c->task, c->tasks, 2); /* status */
    td_put(&c->task, ",", 1);
}

/* measure, site, step are the first three columns of both statements. */
static void put_key(struct td_writer *row, sqlite3_stmt *s) {
    for (int i = 0; i < 3; ++i) {
        put_text_column(row, s, i);
        td_put(row, ",", 1);
    }
}

static void put_value_row(struct td_writer *row, sqlite3_stmt *s) {
    put_key(row, s);
    put_value(row, s, 3);
    td_put(row, ",", 1);
    put_text_column(row, s, 4);
    put_chars(row, ",,\n");
}

static void put_array_row(struct td_writer *row, sqlite3_stmt *s) {
    char checksum[40];
    const void *data = sqlite3_column_blob(s, 4);
    size_t bytes = (size_t)sqlite3_column_bytes(s, 4);
    put_key(row, s);
    put_chars(row, ",,");
    put_text_column(row, s, 3);
    snprintf(checksum, sizeof checksum, ",%016" PRIx64 "\n",
             (uint64_t)XXH3_64bits(data ? data : "", bytes));
    put_chars(row, checksum);
}

static td_status write_rows_of(struct csv *c, sqlite3_stmt *s, sqlite3_int64 task,
                               void (*put)(struct td_writer *, sqlite3_stmt *),
                               struct td_error *err) {
    struct td_writer row = {0};
    td_status status = TD_OK;
    int code;
    sqlite3_bind_int64(s, 1, task);
    while ((code = sqlite3_step(s)) == SQLITE_ROW && !status) {
        row.n = 0;
        td_put(&row, c->task.v, c->task.n);
        put(&row, s);
        status = write_row(c, &row, err);
    }
    if (!status && code != SQLITE_DONE)
        status = td_fail_sqlite(err, c->db, "cannot read the results");
    sqlite3_reset(s);
    free(row.v);
    return status;
}

static td_status write_empty_row(struct csv *c, struct td_error *err) {
    struct td_writer row = {0};
    td_put(&row, c->task.v, c->task.n);
    put_chars(&row, ",,,,,,\n");
    td_status status = write_row(c, &row, err);
    free(row.v);
    return status;
}

static td_status write_tasks(struct csv *c, struct td_error *err) {
    td_status status = TD_OK;
    int code = SQLITE_DONE;
    while (!status && (code = sqlite3_step(c->tasks)) == SQLITE_ROW) {
        sqlite3_int64 task = sqlite3_column_int64(c->tasks, 0);
        size_t before = c->rows;
        put_task(c);
        if (c->task.failed)
            return td_fail_memory(err, c->task.n);
        status = write_rows_of(c, c->values, task, put_value_row, err);
        if (!status)
            status = write_rows_of(c, c->arrays, task, put_array_row, err);
        if (!status && c->rows == before)
            status = write_empty_row(c, err);
    }
    if (!status && code != SQLITE_DONE)
        status = td_fail_sqlite(err, c->db, "cannot read the results");
    return status;
}

static td_status prepare(struct csv *c, struct td_error *err) {
    sqlite3_str *tasks = sqlite3_str_new(c->db);
    sqlite3_str_appendall(tasks, "SELECT t.task, t.id, t.status");
    for (size_t i = 0; i < c->table->n; ++i)
        sqlite3_str_appendf(tasks, ", e.\"%w\"", c->table->columns[i]);
    sqlite3_str_appendf(
        tasks,
        ", t.seed FROM tasks t JOIN \"%w\" e ON e.task = t.task WHERE t.current AND "
        "t.experiment = %Q ORDER BY t.task",
        c->table->slug, c->table->experiment);
    td_status status = td_prepare(c->db, sqlite3_str_finish(tasks), &c->tasks, err);
    /* Ids of names follow the order of their texts. */
    if (!status)
        status = td_prepare(
            c->db,
            sqlite3_mprintf(
                "SELECT m.text, s.text, v.step, v.value, f.text FROM \"values\" v JOIN "
                "names m ON m.id = v.measure JOIN names s ON s.id = v.site JOIN names "
                "f ON f.id = v.flag WHERE v.task = ? ORDER BY v.measure, v.site, v.step"),
            &c->values, err);
    if (!status)
        status = td_prepare(
            c->db,
            sqlite3_mprintf(
                "SELECT m.text, s.text, a.step, a.shape, a.data FROM arrays a JOIN names "
                "m ON m.id = a.measure JOIN names s ON s.id = a.site WHERE a.task = ? "
                "ORDER BY a.measure, a.site, a.step"),
            &c->arrays, err);
    return status;
}

static td_status choose(const char *dir, size_t n, const struct td_export_table *tables,
                        struct td_error *err) {
    char list[600] = "";
    size_t used = 0;
    if (n == 1)
        return TD_OK;
    if (n == 0)
        return td_fail(err, TD_BAD_INPUT, "%s has no results yet", dir);
    for (size_t i = 0; i < n && used < sizeof list; ++i)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "",
                                 tables[i].experiment);
    return td_fail(err, TD_BAD_INPUT,
                   "%.300s holds several experiments, an export is of one (--experiment NAME): %s",
                   dir, list);
}

static td_status write_all(struct csv *c, struct td_error *err) {
    td_status status = prepare(c, err);
    if (!status)
        status = write_header(c, err);
    if (!status)
        status = write_tasks(c, err);
    if (!status && fflush(c->out) != 0)
        status = fail_write(c, err);
    sqlite3_finalize(c->tasks);
    sqlite3_finalize(c->values);
    sqlite3_finalize(c->arrays);
    free(c->task.v);
    return status;
}

td_status td_export_csv(const char *dir, const char *experiment, FILE *out, struct td_error *err) {
    struct csv c = {.out = out};
    struct td_export_table *tables;
    size_t n = 0;
    struct td_arena *arena = td_arena_create();
    td_status status = arena ? td_index_open(dir, &c.db, err) : td_fail_memory(err, sizeof c);
    if (!status)
        status = td_export_tables(c.db, dir, experiment, arena, &tables, &n, err);
    if (!status)
        status = choose(dir, n, tables, err);
    if (!status) {
        c.table = tables;
        status = write_all(&c, err);
        if (c.closed)
            status = TD_OK; /* whoever read has had enough */
    }
    sqlite3_close(c.db);
    td_arena_free(arena);
    return status;
}
