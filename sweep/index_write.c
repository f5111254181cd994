#include "sweep/index_write.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sweep/index_provenance.h"
#include "sweep/index_rows.h"
#include "sweep/index_schema.h"

enum { POLL_TASKS = 256, POLL_ROWS = 8192 };

struct index_writer {
    sqlite3 *db;
    struct td_gather *gather;
    const struct td_members *members;
    struct td_index_schema schema;
    sqlite3_stmt *task, *value, *array;
    sqlite3_stmt **settings; /* one a table */
    int64_t n_tasks, n_arrays;
};

static td_status finish_row(struct index_writer *w, sqlite3_stmt *statement, struct td_error *err) {
    if (sqlite3_step(statement) != SQLITE_DONE || sqlite3_reset(statement) != SQLITE_OK)
        return td_fail_sqlite(err, w->db, "cannot write the index");
    return TD_OK;
}

static uint32_t name_id(const struct index_writer *w, const char *text) {
    uint32_t number = 0;
    td_symbols_find(&w->gather->names, text, &number);
    return number + 1;
}

static void bind_text(sqlite3_stmt *statement, int column, const char *text) {
    sqlite3_bind_text(statement, column, text, -1, SQLITE_STATIC);
}

static td_status write_task(struct index_writer *w, const struct td_record *r, bool current,
                            struct td_error *err) {
    static const char *const statuses[] = {"done", "failed", "diverged"};
    sqlite3_bind_int64(w->task, 1, w->n_tasks);
    bind_text(w->task, 2, r->id);
    bind_text(w->task, 3, r->experiment);
    bind_text(w->task, 4, statuses[r->status]);
    if (r->status == TD_TASK_DIVERGED)
        sqlite3_bind_int64(w->task, 5, r->status_step);
    else
        sqlite3_bind_null(w->task, 5);
    sqlite3_bind_int64(w->task, 6, (int64_t)r->seed);
    sqlite3_bind_double(w->task, 7, r->seconds);
    sqlite3_bind_int(w->task, 8, r->rank);
    bind_text(w->task, 9, r->host);
    bind_text(w->task, 10, r->error);
    sqlite3_bind_int(w->task, 11, current);
    return finish_row(w, w->task, err);
}

static void bind_setting(sqlite3_stmt *statement, int column, enum td_column_type type,
                         const char *text) {
    if (type == TD_COLUMN_INTEGER)
        sqlite3_bind_int64(statement, column, strtoll(text, NULL, 10));
    else if (type == TD_COLUMN_REAL)
        sqlite3_bind_double(statement, column, strtod(text, NULL));
    else
        bind_text(statement, column, text);
}

static size_t table_of(const struct index_writer *w, const char *experiment) {
    size_t i = 0;
    while (i < w->schema.n && strcmp(w->schema.tables[i].experiment->name, experiment) != 0)
        ++i;
    return i;
}

static td_status write_settings(struct index_writer *w, const struct td_record *r,
                                struct td_error *err) {
    size_t index = table_of(w, r->experiment);
    const struct td_index_table *t = &w->schema.tables[index];
    sqlite3_stmt *statement = w->settings[index];
    sqlite3_clear_bindings(statement);
    sqlite3_bind_int64(statement, 1, w->n_tasks);
    for (size_t i = 0; i < r->settings.n; ++i) {
        uint32_t column;
        if (td_symbols_find(&t->numbers, r->settings.v[i].name, &column))
            bind_setting(statement, (int)column + 2, td_parameter_type(t->parameters[column]),
                         r->settings.v[i].value);
    }
    sqlite3_bind_int64(statement, (int)t->n + 2, (int64_t)r->seed);
    return finish_row(w, statement, err);
}

static td_status write_values(struct index_writer *w, const struct td_record *r,
                              struct td_error *err) {
    td_status status = TD_OK;
    for (size_t i = 0; i < r->n_values && !status; ++i) {
        const struct td_record_value *v = &r->values[i];
        if (i % POLL_ROWS == POLL_ROWS - 1 && (status = td_index_poll(err)))
            break;
        sqlite3_bind_int64(w->value, 1, w->n_tasks);
        sqlite3_bind_int64(w->value, 2, name_id(w, v->measure));
        sqlite3_bind_int64(w->value, 3, name_id(w, v->site));
        sqlite3_bind_int64(w->value, 4, v->step);
        sqlite3_bind_double(w->value, 5, v->value); /* NaN becomes NULL */
        sqlite3_bind_int64(w->value, 6, name_id(w, v->flag));
        status = finish_row(w, w->value, err);
    }
    return status;
}

/* "3x4" into text; returns the number of elements. */
static size_t shape_text(const struct td_record_array *a, char *text, size_t size) {
    size_t count = 1, used = 0;
    for (size_t i = 0; i < a->ndim && used < size; ++i) {
        used += (size_t)snprintf(text + used, size - used, "%s%zu", i ? "x" : "", a->shape[i]);
        count *= a->shape[i];
    }
    return count;
}

static td_status write_arrays(struct index_writer *w, const struct td_record *r,
                              struct td_error *err) {
    td_status status = TD_OK;
    for (size_t i = 0; i < r->n_arrays && !status; ++i) {
        const struct td_record_array *a = &r->arrays[i];
        char shape[TD_ARRAY_DIMS * 24];
        size_t count = shape_text(a, shape, sizeof shape);
        if ((status = td_index_poll(err)))
            break;
        sqlite3_bind_int64(w->array, 1, ++w->n_arrays);
        sqlite3_bind_int64(w->array, 2, w->n_tasks);
        sqlite3_bind_int64(w->array, 3, name_id(w, a->measure));
        sqlite3_bind_int64(w->array, 4, name_id(w, a->site));
        sqlite3_bind_int64(w->array, 5, a->step);
        bind_text(w->array, 6, shape);
        sqlite3_bind_blob64(w->array, 7, a->v, count * sizeof(double), SQLITE_STATIC);
        status = finish_row(w, w->array, err);
    }
    return status;
}

/* Every other result of the same task must agree with the chosen one. */
static td_status check_others(struct index_writer *w, const struct td_found_record *records,
                              size_t n, size_t chosen, const struct td_record *record,
                              struct td_error *err) {
    td_status status = TD_OK;
    for (size_t i = 0; i < n && !status; ++i) {
        if (i == chosen || records[i].status == TD_TASK_FAILED ||
            records[chosen].status == TD_TASK_FAILED)
            continue;
        struct td_arena *arena = td_arena_create();
        struct td_record other;
        status = arena ? td_gather_load(w->gather, &records[i], arena, &other, err)
                       : td_fail_memory(err, records[i].bytes);
        if (!status)
            status = td_rows_sort(&other, err);
        if (!status)
            status = td_rows_agree(record, &other, err);
        td_arena_free(arena);
    }
    return status;
}

/* All records of one task: one row in tasks and one in its experiment's table; what a failed task
   had measured before it failed is left out. */
static td_status write_group(struct index_writer *w, const struct td_found_record *records,
                             size_t n, struct td_error *err) {
    bool current;
    size_t chosen = td_rows_choose(records, n, td_members_find(w->members, records->id), &current);
    struct td_arena *arena = td_arena_create();
    struct td_record record;
    td_status status = arena ? td_gather_load(w->gather, &records[chosen], arena, &record, err)
                             : td_fail_memory(err, records[chosen].bytes);
    if (!status)
        status = td_rows_sort(&record, err);
    if (!status)
        status = check_others(w, records, n, chosen, &record, err);
    ++w->n_tasks;
    if (!status)
        status = write_task(w, &record, current, err);
    if (!status)
        status = write_settings(w, &record, err);
    if (!status && record.status != TD_TASK_FAILED)
        status = write_values(w, &record, err);
    if (!status && record.status != TD_TASK_FAILED)
        status = write_arrays(w, &record, err);
    td_arena_free(arena);
    return status;
}

static td_status write_groups(struct index_writer *w, struct td_error *err) {
    const struct td_found_record *records = w->gather->records;
    td_status status = TD_OK;
    for (size_t from = 0, to; from < w->gather->n && !status; from = to) {
        for (to = from + 1; to < w->gather->n && strcmp(records[from].id, records[to].id) == 0;)
            ++to;
        if (w->n_tasks % POLL_TASKS == 0)
            status = td_index_poll(err);
        if (!status)
            status = write_group(w, records + from, to - from, err);
    }
    return status;
}

static td_status write_names(struct index_writer *w, struct td_error *err) {
    sqlite3_stmt *insert = NULL;
    if (sqlite3_prepare_v2(w->db, "INSERT INTO names VALUES(?,?)", -1, &insert, NULL))
        return td_fail_sqlite(err, w->db, "cannot write the index");
    td_status status = TD_OK;
    for (size_t i = 0; i < w->gather->names.n && !status; ++i) {
        sqlite3_bind_int64(insert, 1, (int64_t)i + 1);
        bind_text(insert, 2, w->gather->names.text[i]);
        status = finish_row(w, insert, err);
    }
    sqlite3_finalize(insert);
    return status;
}

static td_status prepare(struct index_writer *w, struct td_error *err) {
    static const char task[] = "INSERT INTO tasks VALUES(?,?,?,?,?,?,?,?,?,?,?)";
    static const char value[] = "INSERT INTO \"values\" VALUES(?,?,?,?,?,?)";
    static const char array[] = "INSERT INTO arrays VALUES(?,?,?,?,?,?,?)";
    w->settings = calloc(w->schema.n + 1, sizeof *w->settings);
    if (!w->settings)
        return td_fail_memory(err, w->schema.n * sizeof *w->settings);
    bool ready = sqlite3_prepare_v2(w->db, task, -1, &w->task, NULL) == SQLITE_OK &&
                 sqlite3_prepare_v2(w->db, value, -1, &w->value, NULL) == SQLITE_OK &&
                 sqlite3_prepare_v2(w->db, array, -1, &w->array, NULL) == SQLITE_OK;
    for (size_t i = 0; i < w->schema.n && ready; ++i) {
        sqlite3_str *sql = sqlite3_str_new(w->db);
        sqlite3_str_appendf(sql, "INSERT INTO \"%w\" VALUES(?", w->schema.tables[i].slug);
        for (size_t j = 0; j <= w->schema.tables[i].n; ++j)
            sqlite3_str_appendall(sql, ",?");
        sqlite3_str_appendall(sql, ")");
        char *text = sqlite3_str_finish(sql);
        ready = text && sqlite3_prepare_v2(w->db, text, -1, &w->settings[i], NULL) == SQLITE_OK;
        sqlite3_free(text);
    }
    return ready ? TD_OK : td_fail_sqlite(err, w->db, "cannot write the index");
}

static void finalize(struct index_writer *w) {
    sqlite3_finalize(w->task);
    sqlite3_finalize(w->value);
    sqlite3_finalize(w->array);
    for (size_t i = 0; w->settings && i < w->schema.n; ++i)
        sqlite3_finalize(w->settings[i]);
    free(w->settings);
    td_index_schema_free(&w->schema);
}

static td_status begin(sqlite3 *db, struct td_error *err) {
    /* Nothing to protect: a file that is not finished is never looked at. */
    static const char sql[] = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
                              "PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-65536; BEGIN";
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK
               ? TD_OK
               : td_fail_sqlite(err, db, "cannot write the index");
}

td_status td_index_write(sqlite3 *db, const char *dir, struct td_gather *gather,
                         const struct td_members *members, struct td_error *err) {
    struct index_writer w = {.db = db, .gather = gather, .members = members};
    struct td_arena *arena = td_arena_create();
    td_status status = arena ? begin(db, err) : td_fail_memory(err, sizeof w);
    if (!status)
        status = td_index_schema_make(gather, arena, &w.schema, err);
    if (!status)
        status = td_index_schema_create(&w.schema, db, err);
    if (!status)
        status = prepare(&w, err);
    if (!status)
        status = write_names(&w, err);
    if (!status)
        status = write_groups(&w, err);
    if (!status)
        status = td_index_provenance(db, dir, gather, members, err);
    finalize(&w);
    td_arena_free(arena);
    if (!status && sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        status = td_fail_sqlite(err, db, "cannot write the index");
    return status;
}
