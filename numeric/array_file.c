#include "numeric/array_file.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "numeric/array_format.h"
#include "numeric/memory.h"

bool td_shape_count(size_t ndim, const size_t *shape, size_t *out) {
    *out = 1;
    for (size_t i = 0; i < ndim; ++i)
        if (!td_mul(*out, shape[i], out))
            return false;
    return true;
}

const char *td_shape_text(size_t ndim, const size_t *shape, char buffer[TD_SHAPE_TEXT]) {
    size_t used = 0;
    buffer[used++] = '(';
    for (size_t i = 0; i < ndim && i < TD_ARRAY_FILE_DIMS; ++i)
        used +=
            (size_t)snprintf(buffer + used, TD_SHAPE_TEXT - used, "%s%zu", i ? ", " : "", shape[i]);
    snprintf(buffer + used, TD_SHAPE_TEXT - used, ndim == 1 ? ",)" : ")");
    return buffer;
}

const char *td_printable(const char *text, char *buffer, size_t size) {
    size_t i = 0;
    for (; text[i] && i + 1 < size; ++i)
        buffer[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
    buffer[i] = '\0';
    return buffer;
}

static double physical_memory(void) {
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    return pages > 0 && page > 0 ? (double)pages * (double)page : HUGE_VAL;
}

td_status td_array_alloc(struct td_array *out, size_t item, const char *name,
                         struct td_error *err) {
    char text[TD_SHAPE_TEXT];
    size_t n, bytes;
    for (size_t i = 0; i < out->ndim; ++i) {
        static const char *const axes[] = {"rows", "columns"};
        if (out->shape[i] == 0)
            return td_fail(err, TD_BAD_INPUT, "%s: shape %s has no %s", name,
                           td_shape_text(out->ndim, out->shape, text),
                           i < 2 ? axes[i] : "elements along an axis");
    }
    if (!td_shape_count(out->ndim, out->shape, &n) || !td_mul(n, item, &bytes) ||
        !td_mul(n, sizeof(double), &bytes))
        return td_fail(err, TD_BAD_INPUT, "%s: shape %s is too large for any memory", name,
                       td_shape_text(out->ndim, out->shape, text));
    if ((double)bytes > physical_memory())
        return td_fail(err, TD_BAD_INPUT, "%s: shape %s needs %.3g GB, this machine has %.3g GB",
                       name, td_shape_text(out->ndim, out->shape, text), (double)bytes / 1e9,
                       physical_memory() / 1e9);
    out->v = malloc(bytes);
    return out->v ? TD_OK : td_fail_memory(err, bytes);
}

void td_array_free(struct td_array *a) {
    free(a->v);
    a->v = NULL;
    a->ndim = 0;
}

size_t td_array_rows(const struct td_array *a) {
    return a->ndim ? a->shape[0] : 1;
}

size_t td_array_columns(const struct td_array *a) {
    size_t d = 1;
    for (size_t i = 1; i < a->ndim; ++i)
        d *= a->shape[i];
    return d;
}

td_status td_array_check_finite(const struct td_array *a, const char *name, struct td_error *err) {
    size_t n = td_array_rows(a), d = td_array_columns(a);
    for (size_t i = 0; i < n * d; ++i) {
        if (isfinite(a->v[i]))
            continue;
        const char *what = isnan(a->v[i]) ? "nan" : a->v[i] > 0 ? "inf" : "-inf";
        return td_fail(err, TD_BAD_INPUT,
                       "%s: row %zu, column %zu (counted from 0) is %s; only finite numbers are "
                       "allowed",
                       name, i / d, i % d, what);
    }
    return TD_OK;
}

enum file_format { FORMAT_TEXT, FORMAT_NPY, FORMAT_ZIP, FORMAT_HDF5 };

/* Opens a regular file and looks at its first bytes. Others (pipes, devices, folders) have no size
   to check anything against. */
static td_status recognise(const char *path, enum file_format *out, struct td_error *err) {
    struct stat st;
    if (stat(path, &st) != 0)
        return td_fail(err, TD_BAD_INPUT, "cannot read %s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return td_fail(err, TD_BAD_INPUT, "%s is %s; arrays are read from regular files", path,
                       S_ISDIR(st.st_mode) ? "a folder" : "a pipe or device");
    FILE *f = fopen(path, "rb");
    if (!f)
        return td_fail(err, TD_BAD_INPUT, "cannot read %s: %s", path, strerror(errno));
    char head[8] = {0};
    size_t n = fread(head, 1, sizeof head, f);
    int failed = ferror(f) ? errno : 0;
    fclose(f);
    if (failed)
        return td_fail(err, TD_FAILED, "cannot read %s: %s", path, strerror(failed));
    if (n == 0)
        return td_fail(err, TD_BAD_INPUT, "%s is empty", path);
    if (n >= 6 && memcmp(head, "\x93NUMPY", 6) == 0)
        *out = FORMAT_NPY;
    else if (n >= 4 && (memcmp(head, "PK\3\4", 4) == 0 || memcmp(head, "PK\5\6", 4) == 0))
        *out = FORMAT_ZIP;
    else if (n == 8 && memcmp(head, "\x89HDF\r\n\x1a\n", 8) == 0)
        *out = FORMAT_HDF5;
    return TD_OK;
}

static bool ends_with(const char *s, const char *end) {
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcasecmp(s + n - m, end) == 0;
}

struct file_bytes {
    struct td_bytes bytes;
    FILE *f;
};

static int64_t read_file(struct td_bytes *self, void *out, size_t n, struct td_error *err) {
    FILE *f = ((struct file_bytes *)self)->f;
    size_t got = fread(out, 1, n, f);
    if (got < n && ferror(f)) {
        td_fail(err, TD_FAILED, "cannot read %s: %s", self->name, strerror(errno));
        return -1;
    }
    return (int64_t)got;
}

static td_status read_npy_file(const char *path, struct td_array *out, struct td_error *err) {
    struct stat st;
    struct file_bytes source = {.bytes = {.read = read_file, .name = path}, .f = fopen(path, "rb")};
    if (!source.f || fstat(fileno(source.f), &st) != 0) {
        td_status status = td_fail(err, TD_BAD_INPUT, "cannot read %s: %s", path, strerror(errno));
        if (source.f)
            fclose(source.f);
        return status;
    }
    source.bytes.left = (uint64_t)st.st_size;
    td_status status = td_npy_read(&source.bytes, out, err);
    fclose(source.f);
    return status;
}

static td_status read_format(const char *path, const char *member, struct td_array *out,
                             struct td_error *err) {
    enum file_format format = FORMAT_TEXT;
    td_status status = recognise(path, &format, err);
    if (status)
        return status;
    if (member && (format == FORMAT_NPY || format == FORMAT_TEXT))
        return td_fail(err, TD_BAD_INPUT, "%s is no NPZ or HDF5 file: it has no member '%s'", path,
                       member);
    switch (format) {
    case FORMAT_NPY:
        return read_npy_file(path, out, err);
    case FORMAT_ZIP:
        return td_npz_read(path, member, out, err);
    case FORMAT_HDF5:
        return td_hdf5_read(path, member, out, err);
    case FORMAT_TEXT:
        break;
    }
    static const char *const binary[] = {".npy", ".npz", ".h5", ".hdf5"};
    for (size_t i = 0; i < sizeof binary / sizeof *binary; ++i)
        if (ends_with(path, binary[i]))
            return td_fail(err, TD_BAD_INPUT, "%s is no %s file: its first bytes are others", path,
                           binary[i] + 1);
    return td_csv_read_array(path, out, err);
}

/* The path of `spec` is its longest part before a ':' that exists, or all of it. */
td_status td_array_read(const char *spec, struct td_array *out, struct td_error *err) {
    memset(out, 0, sizeof *out);
    td_status status;
    char *path = strdup(spec), *colon = NULL;
    if (!path)
        return td_fail_memory(err, strlen(spec));
    if (access(path, F_OK) != 0) {
        for (char *c = strrchr(path, ':'); c; c = memrchr(path, ':', (size_t)(c - path))) {
            *c = '\0';
            if (access(path, F_OK) == 0) {
                colon = c;
                break;
            }
            *c = ':';
        }
    }
    status = read_format(path, colon ? colon + 1 : NULL, out, err);
    free(path);
    if (status)
        td_array_free(out);
    return status;
}
