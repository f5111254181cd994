/* HDF5. Without the library, only the message. */
#include "sweep/export.h"

#ifndef TDYN_HAVE_HDF5

td_status td_export_hdf5(const char *dir, const char *experiment, const char *path,
                         struct td_error *err) {
    (void)dir, (void)experiment, (void)path;
    return td_fail(err, TD_BAD_INPUT,
                   "this tdyn was built without HDF5: install libhdf5-dev and build again, or use "
                   "--format csv");
}

#else

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/hdf5_lazy.h"
#include "sweep/export_table.h"
#include "sweep/index.h"
#include "sweep/index_gather.h"
#include "sweep/index_schema.h"
#include "sweep/store_file.h"

enum { POLL_ROWS = 4096 };

struct hdf5_writer {
    sqlite3 *db;
    const char *path;
    hid_t file, create; /* create: properties without time stamps */
};

static td_status fail_hdf5(const struct hdf5_writer *w, struct td_error *err) {
    return td_fail(err, TD_FAILED, "cannot make %s: HDF5 reports an error (is memory short?)",
                   w->path);
}

/* ---- one column of a query as a 1-D dataset ---- */

struct column {
    int type; /* SQLITE_INTEGER, SQLITE_FLOAT, SQLITE_TEXT */
    size_t n, capacity, width;
    void *v; /* int64, double or text of `width` bytes each */
};

static td_status write_dataset(const struct hdf5_writer *w, hid_t group, const char *name,
                               hid_t type, int ndim, const hsize_t *shape, const void *v,
                               struct td_error *err) {
    hid_t space = H5Screate_simple(ndim, shape, NULL);
    hid_t set =
        space < 0 ? -1 : H5Dcreate2(group, name, type, space, H5P_DEFAULT, w->create, H5P_DEFAULT);
    size_t count = 1;
    for (int i = 0; i < ndim; ++i)
        count *= shape[i];
    bool written =
        set >= 0 && (count == 0 || H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, v) >= 0);
    if (set >= 0 && H5Dclose(set) < 0)
        written = false;
    if (space >= 0)
        H5Sclose(space);
    return written ? TD_OK : fail_hdf5(w, err);
}

static hid_t text_type(size_t width) {
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, width);
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    H5Tset_cset(type, H5T_CSET_UTF8);
    return type;
}

static void store_cell(struct column *c, sqlite3_stmt *s, int number) {
    bool is_null = sqlite3_column_type(s, number) == SQLITE_NULL;
    if (c->type == SQLITE_INTEGER) {
        ((int64_t *)c->v)[c->n] = is_null ? INT64_MIN : sqlite3_column_int64(s, number);
    } else if (c->type == SQLITE_FLOAT) {
        ((double *)c->v)[c->n] = is_null ? NAN : sqlite3_column_double(s, number);
    } else {
        char *cell = (char *)c->v + c->n * c->width;
        const char *text = (const char *)sqlite3_column_text(s, number);
        size_t n = text ? (size_t)sqlite3_column_bytes(s, number) : 0;
        memset(cell, 0, c->width);
        memcpy(cell, text ? text : "", n < c->width ? n : c->width);
    }
    ++c->n;
}

static td_status reserve(struct column *c, struct td_error *err) {
    size_t size = c->type == SQLITE_TEXT ? c->width : 8, bytes;
    if (c->n < c->capacity)
        return TD_OK;
    size_t capacity = c->capacity ? 2 * c->capacity : 256;
    void *v = td_mul(capacity, size, &bytes) ? realloc(c->v, bytes) : NULL;
    if (!v)
        return td_fail_memory(err, c->capacity * size);
    c->v = v;
    c->capacity = capacity;
    return TD_OK;
}

/* Type and, for texts, width of the first column of `select`. */
static td_status describe(const struct hdf5_writer *w, const char *expression, const char *from,
                          struct column *c, struct td_error *err) {
    sqlite3_stmt *s;
    td_status status =
        td_prepare(w->db,
                   sqlite3_mprintf("SELECT max(length(CAST(x AS BLOB))), sum(typeof(x) = 'text'), "
                                   "sum(typeof(x) = 'real') FROM (SELECT %s AS x %s)",
                                   expression, from),
                   &s, err);
    if (status)
        return status;
    if (sqlite3_step(s) != SQLITE_ROW)
        status = td_fail_sqlite(err, w->db, "cannot read the results");
    c->width = (size_t)sqlite3_column_int64(s, 0);
    if (c->width < 1)
        c->width = 1;
    c->type = sqlite3_column_int64(s, 1)   ? SQLITE_TEXT
              : sqlite3_column_int64(s, 2) ? SQLITE_FLOAT
                                           : SQLITE_INTEGER;
    sqlite3_finalize(s);
    return status;
}

static td_status read_column(const struct hdf5_writer *w, const char *expression, const char *from,
                             struct column *c, struct td_error *err) {
    sqlite3_stmt *s;
    td_status status =
        td_prepare(w->db, sqlite3_mprintf("SELECT %s %s", expression, from), &s, err);
    int code = SQLITE_DONE;
    while (!status && (code = sqlite3_step(s)) == SQLITE_ROW) {
        status = reserve(c, err);
        if (!status)
            store_cell(c, s, 0);
        if (!status && c->n % POLL_ROWS == 0)
            status = td_index_poll(err);
    }
    if (!status && code != SQLITE_DONE)
        status = td_fail_sqlite(err, w->db, "cannot read the results");
    sqlite3_finalize(s);
    return status;
}

/* `type` 0: as the values are. */
static td_status write_column(const struct hdf5_writer *w, hid_t group, const char *name,
                              const char *expression, const char *from, int type,
                              struct td_error *err) {
    struct column c = {0};
    td_status status = describe(w, expression, from, &c, err);
    if (type)
        c.type = type;
    if (!status)
        status = read_column(w, expression, from, &c, err);
    if (!status) {
        hid_t text = text_type(c.width);
        hid_t kind = c.type == SQLITE_INTEGER ? H5T_NATIVE_INT64
                     : c.type == SQLITE_FLOAT ? H5T_NATIVE_DOUBLE
                                              : text;
        status = write_dataset(w, group, name, kind, 1, (hsize_t[]){c.n}, c.v, err);
        H5Tclose(text);
    }
    free(c.v);
    return status;
}

/* ---- groups ---- */

static td_status write_tasks(const struct hdf5_writer *w, const struct td_export_table *t,
                             hid_t group, struct td_error *err) {
    char *from =
        sqlite3_mprintf("FROM tasks t JOIN \"%w\" e ON e.task = t.task WHERE t.current AND "
                        "t.experiment = %Q ORDER BY t.task",
                        t->slug, t->experiment);
    td_status status = from ? TD_OK : td_fail_memory(err, 0);
    if (!status)
        status = write_column(w, group, "task", "t.task", from, SQLITE_INTEGER, err);
    if (!status)
        status = write_column(w, group, "id", "t.id", from, SQLITE_TEXT, err);
    for (size_t i = 0; i < t->n && !status; ++i) {
        char *expression = sqlite3_mprintf("e.\"%w\"", t->columns[i]);
        status = expression ? write_column(w, group, t->columns[i], expression, from, 0, err)
                            : td_fail_memory(err, 0);
        sqlite3_free(expression);
    }
    if (!status)
        status = write_column(w, group, "seed", "t.seed", from, SQLITE_INTEGER, err);
    if (!status)
        status = write_column(w, group, "status", "t.status", from, SQLITE_TEXT, err);
    sqlite3_free(from);
    return status;
}

static td_status write_values(const struct hdf5_writer *w, const struct td_export_table *t,
                              hid_t group, struct td_error *err) {
    static const struct {
        const char *name, *expression;
        int type;
    } columns[] = {{"task", "v.task", SQLITE_INTEGER}, {"measure", "m.text", SQLITE_TEXT},
                   {"site", "s.text", SQLITE_TEXT},    {"step", "v.step", SQLITE_INTEGER},
                   {"value", "v.value", SQLITE_FLOAT}, {"flag", "f.text", SQLITE_TEXT}};
    char *from = sqlite3_mprintf(
        "FROM tasks t JOIN \"values\" v ON v.task = t.task JOIN names m ON m.id = v.measure JOIN "
        "names s ON s.id = v.site JOIN names f ON f.id = v.flag WHERE t.current AND t.experiment = "
        "%Q ORDER BY v.task, v.measure, v.site, v.step",
        t->experiment);
    td_status status = from ? TD_OK : td_fail_memory(err, 0);
    for (size_t i = 0; i < sizeof columns / sizeof *columns && !status; ++i)
        status = write_column(w, group, columns[i].name, columns[i].expression, from,
                              columns[i].type, err);
    sqlite3_free(from);
    return status;
}

static td_status put_attribute(const struct hdf5_writer *w, hid_t set, const char *name, hid_t type,
                               const void *v, struct td_error *err) {
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute = H5Acreate2(set, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    bool written = attribute >= 0 && H5Awrite(attribute, type, v) >= 0;
    if (attribute >= 0)
        H5Aclose(attribute);
    H5Sclose(space);
    return written ? TD_OK : fail_hdf5(w, err);
}

static td_status put_text_attribute(const struct hdf5_writer *w, hid_t set, const char *name,
                                    const char *text, struct td_error *err) {
    hid_t type = text_type(*text ? strlen(text) : 1);
    td_status status = put_attribute(w, set, name, type, text, err);
    H5Tclose(type);
    return status;
}

/* Columns of the row: task, measure, site, step, shape, data. */
static td_status write_array(const struct hdf5_writer *w, hid_t group, const char *name,
                             sqlite3_stmt *s, struct td_error *err) {
    hsize_t shape[TD_ARRAY_DIMS];
    int ndim = 0;
    size_t count = 1;
    const char *text = (const char *)sqlite3_column_text(s, 4);
    for (char *end; text && *text && ndim < TD_ARRAY_DIMS; text = *end == 'x' ? end + 1 : end) {
        shape[ndim] = strtoull(text, &end, 10);
        if (end == text || !td_mul(count, (size_t)shape[ndim++], &count))
            return td_fail(err, TD_FAILED, "an array's shape is damaged");
    }
    if (count * sizeof(double) != (size_t)sqlite3_column_bytes(s, 5))
        return td_fail(err, TD_FAILED, "an array's data do not have its shape");
    int64_t task = sqlite3_column_int64(s, 0), step = sqlite3_column_int64(s, 3);
    td_status status = write_dataset(w, group, name, H5T_NATIVE_DOUBLE, ndim, shape,
                                     sqlite3_column_blob(s, 5), err);
    hid_t set = status ? -1 : H5Dopen2(group, name, H5P_DEFAULT);
    if (!status)
        status = put_attribute(w, set, "task", H5T_NATIVE_INT64, &task, err);
    if (!status)
        status =
            put_text_attribute(w, set, "measure", (const char *)sqlite3_column_text(s, 1), err);
    if (!status)
        status = put_text_attribute(w, set, "site", (const char *)sqlite3_column_text(s, 2), err);
    if (!status)
        status = put_attribute(w, set, "step", H5T_NATIVE_INT64, &step, err);
    if (set >= 0)
        H5Dclose(set);
    return status;
}

static td_status write_arrays(const struct hdf5_writer *w, const struct td_export_table *t,
                              hid_t group, struct td_error *err) {
    sqlite3_stmt *s;
    td_status status = td_prepare(
        w->db,
        sqlite3_mprintf("SELECT a.task, m.text, s.text, a.step, a.shape, a.data FROM tasks t JOIN "
                        "arrays a ON a.task = t.task JOIN names m ON m.id = a.measure JOIN names s "
                        "ON s.id = a.site WHERE t.current AND t.experiment = %Q ORDER BY a.id",
                        t->experiment),
        &s, err);
    int code = SQLITE_DONE;
    for (size_t i = 1; !status && (code = sqlite3_step(s)) == SQLITE_ROW; ++i) {
        char name[32];
        snprintf(name, sizeof name, "%zu", i);
        status = write_array(w, group, name, s, err);
        if (!status)
            status = td_index_poll(err);
    }
    if (!status && code != SQLITE_DONE)
        status = td_fail_sqlite(err, w->db, "cannot read the results");
    sqlite3_finalize(s);
    return status;
}

typedef td_status write_group(const struct hdf5_writer *w, const struct td_export_table *t,
                              hid_t group, struct td_error *err);

static td_status in_group(const struct hdf5_writer *w, const struct td_export_table *t, hid_t above,
                          const char *name, write_group *write, struct td_error *err) {
    hid_t group = H5Gcreate2(above, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (group < 0)
        return fail_hdf5(w, err);
    td_status status = write(w, t, group, err);
    H5Gclose(group);
    return status;
}

static td_status write_experiment(const struct hdf5_writer *w, const struct td_export_table *t,
                                  hid_t group, struct td_error *err) {
    td_status status = put_text_attribute(w, group, "experiment", t->experiment, err);
    if (!status)
        status = in_group(w, t, group, "tasks", write_tasks, err);
    if (!status)
        status = in_group(w, t, group, "values", write_values, err);
    if (!status)
        status = in_group(w, t, group, "arrays", write_arrays, err);
    return status;
}

/* The file's bytes, malloc'd. */
static td_status take_image(const struct hdf5_writer *w, void **image, size_t *n,
                            struct td_error *err) {
    ssize_t bytes =
        H5Fflush(w->file, H5F_SCOPE_GLOBAL) < 0 ? -1 : H5Fget_file_image(w->file, NULL, 0);
    if (bytes <= 0)
        return fail_hdf5(w, err);
    *n = (size_t)bytes;
    *image = malloc(*n);
    if (!*image)
        return td_fail_memory(err, *n);
    return H5Fget_file_image(w->file, *image, *n) == bytes ? TD_OK : fail_hdf5(w, err);
}

/* HDF5 writes into memory and the finished file goes out in one piece: when a disk is full under
   HDF5 itself, its close fails and the library crashes at exit (1.10.8). */
static td_status make_image(struct hdf5_writer *w, const struct td_export_table *tables, size_t n,
                            void **image, size_t *bytes, struct td_error *err) {
    enum { INCREMENT = 1 << 20 };
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL); /* messages are ours */
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_core(access, INCREMENT, false);
    w->create = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(w->create, false);
    w->file = H5Fcreate(w->path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    td_status status = w->file >= 0 ? TD_OK : fail_hdf5(w, err);
    for (size_t i = 0; i < n && !status; ++i)
        status = in_group(w, &tables[i], w->file, tables[i].slug, write_experiment, err);
    if (!status)
        status = take_image(w, image, bytes, err);
    if (w->file >= 0)
        H5Fclose(w->file);
    H5Pclose(w->create);
    H5Pclose(access);
    return status;
}

/* DIR and NAME of a path, as td_file_replace takes them. */
static td_status replace_file(const char *path, const void *bytes, size_t n, struct td_error *err) {
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : 0;
    if (length >= sizeof folder)
        return td_fail(err, TD_BAD_INPUT, "the path %.80s... is too long", path);
    memcpy(folder, path, length);
    folder[length] = 0;
    return td_file_replace(!slash   ? "."
                           : length ? folder
                                    : "/",
                           slash ? slash + 1 : path, bytes, n, err);
}

td_status td_export_hdf5(const char *dir, const char *experiment, const char *path,
                         struct td_error *err) {
    struct hdf5_writer w = {.path = path, .file = -1};
    struct td_export_table *tables = NULL;
    void *image = NULL;
    size_t n = 0, bytes = 0;
    struct td_arena *arena = td_arena_create();
    td_status status = arena ? td_hdf5_load(err) : td_fail_memory(err, sizeof w);
    if (!status)
        status = td_index_open(dir, &w.db, err);
    if (!status)
        status = td_export_tables(w.db, dir, experiment, arena, &tables, &n, err);
    if (!status && n == 0)
        status = td_fail(err, TD_BAD_INPUT, "%s has no results yet", dir);
    if (!status)
        status = make_image(&w, tables, n, &image, &bytes, err);
    if (!status)
        status = replace_file(path, image, bytes, err);
    free(image);
    sqlite3_close(w.db);
    td_arena_free(arena);
    return status;
}

#endif
