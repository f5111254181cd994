/* Datasets of HDF5 files: integers, floating point and h5py's booleans (an enumeration). */
#include <stdio.h>
#include <string.h>

#include "numeric/array_format.h"
#include "numeric/hdf5_lazy.h"

#ifndef TDYN_HAVE_HDF5

td_status td_hdf5_read(const char *path, const char *member, struct td_array *out,
                       struct td_error *err) {
    (void)member, (void)out;
    return td_fail(err, TD_BAD_INPUT,
                   "%s is an HDF5 file; this tdyn was built without HDF5 (Debian: libhdf5-dev)",
                   path);
}

#else

enum { COMPRESSION_MAX = 1032, NAMES_MAX = 400 };

struct names {
    size_t n, used;
    char only[256]; /* the first dataset's name */
    char list[NAMES_MAX];
};

static herr_t collect(hid_t group, const char *name, const H5O_info_t *info, void *context) {
    (void)group;
    struct names *names = context;
    if (info->type != H5O_TYPE_DATASET)
        return 0;
    char text[61];
    td_printable(name, text, sizeof text);
    if (names->n++ == 0)
        snprintf(names->only, sizeof names->only, "/%s", name);
    if (names->used + 70 < sizeof names->list)
        names->used += (size_t)snprintf(names->list + names->used, sizeof names->list - names->used,
                                        "%s/%s", names->n > 1 ? ", " : "", text);
    return names->n > 1000; /* enough for any message */
}

static hid_t open_dataset(hid_t file, const char *path, const char *member, struct td_error *err) {
    struct names names = {0};
    H5Ovisit1(file, H5_INDEX_NAME, H5_ITER_INC, collect, &names);
    if (!member && names.n == 1)
        member = names.only;
    hid_t set = member && *member ? H5Dopen2(file, member, H5P_DEFAULT) : -1;
    if (set >= 0)
        return set;
    if (names.n == 0)
        td_fail(err, TD_BAD_INPUT, "%s: the HDF5 file has no datasets", path);
    else if (member)
        td_fail(err, TD_BAD_INPUT, "%s has no dataset '%s'; there are: %s", path, member,
                names.list);
    else
        td_fail(err, TD_BAD_INPUT, "%s has %zu datasets; name one as FILE:/NAME: %s", path, names.n,
                names.list);
    return -1;
}

/* "float32", "int64", "bool" into dtype; TD_BAD_INPUT for anything that is no number. */
static td_status name_type(hid_t set, const char *name, struct td_array *out, size_t *item,
                           struct td_error *err) {
    static const char *const refused[] = {[H5T_TIME] = "time",
                                          [H5T_STRING] = "text",
                                          [H5T_BITFIELD] = "bit field",
                                          [H5T_OPAQUE] = "opaque",
                                          [H5T_COMPOUND] = "complex or structured",
                                          [H5T_REFERENCE] = "reference",
                                          [H5T_ENUM] = "enumeration",
                                          [H5T_VLEN] = "object",
                                          [H5T_ARRAY] = "nested array"};
    hid_t type = H5Dget_type(set);
    H5T_class_t class = H5Tget_class(type);
    *item = H5Tget_size(type);
    bool fits = *item == 1 || *item == 2 || *item == 4 || *item == 8;
    td_status status = TD_OK;
    if (class == H5T_INTEGER && fits)
        snprintf(out->dtype, sizeof out->dtype, "%s%zu",
                 H5Tget_sign(type) == H5T_SGN_NONE ? "uint" : "int", 8 * *item);
    else if (class == H5T_FLOAT && fits)
        snprintf(out->dtype, sizeof out->dtype, "float%zu", 8 * *item);
    else if (class == H5T_ENUM && *item == 1 && H5Tget_nmembers(type) == 2)
        snprintf(out->dtype, sizeof out->dtype, "bool");
    else
        status =
            td_fail(err, TD_BAD_INPUT,
                    "%s: dtype %s of %zu bytes is not supported; allowed are float16/32/64, "
                    "signed and unsigned integers, and bool",
                    name,
                    class > 0 && class < (int)(sizeof refused / sizeof *refused) && refused[class]
                        ? refused[class]
                        : "number",
                    *item);
    H5Tclose(type);
    return status;
}

static td_status get_shape(hid_t set, const char *name, struct td_array *out,
                           struct td_error *err) {
    hid_t space = H5Dget_space(set);
    hsize_t dims[H5S_MAX_RANK];
    int ndim = H5Sget_simple_extent_dims(space, dims, NULL);
    bool null = H5Sget_simple_extent_type(space) == H5S_NULL;
    H5Sclose(space);
    if (ndim < 0 || null)
        return td_fail(err, TD_BAD_INPUT, "%s is empty", name);
    if (ndim > TD_ARRAY_FILE_DIMS)
        return td_fail(err, TD_BAD_INPUT, "%s has %d dimensions; at most %d are read", name, ndim,
                       TD_ARRAY_FILE_DIMS);
    out->ndim = (size_t)ndim;
    for (int i = 0; i < ndim; ++i)
        out->shape[i] = (size_t)dims[i];
    return TD_OK;
}

/* What is stored bounds what the shape may claim. */
static td_status check_stored(hid_t set, const char *name, const struct td_array *a, size_t item,
                              struct td_error *err) {
    char text[TD_SHAPE_TEXT];
    size_t n;
    hsize_t stored = H5Dget_storage_size(set);
    if (td_shape_count(a->ndim, a->shape, &n) &&
        (double)n * (double)item <= (double)stored * COMPRESSION_MAX)
        return TD_OK;
    return td_fail(err, TD_BAD_INPUT, "%s: shape %s of %s, but only %llu bytes are stored", name,
                   td_shape_text(a->ndim, a->shape, text), a->dtype, (unsigned long long)stored);
}

static td_status read_numbers(hid_t set, const char *name, struct td_array *out,
                              struct td_error *err) {
    if (strcmp(out->dtype, "bool") != 0) {
        if (H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, out->v) < 0)
            return td_fail(err, TD_BAD_INPUT, "%s is damaged: it cannot be read", name);
        return TD_OK;
    }
    /* Enumerations convert to enumerations only: read the bytes as stored, widen from the end. */
    hid_t type = H5Dget_type(set);
    herr_t failed = H5Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out->v);
    H5Tclose(type);
    if (failed < 0)
        return td_fail(err, TD_BAD_INPUT, "%s is damaged: it cannot be read", name);
    size_t n;
    td_shape_count(out->ndim, out->shape, &n);
    const unsigned char *bytes = (const unsigned char *)out->v;
    for (size_t i = n; i-- > 0;) {
        double x = bytes[i] != 0;
        memcpy(&out->v[i], &x, sizeof x);
    }
    return TD_OK;
}

static td_status read_dataset(hid_t set, const char *name, struct td_array *out,
                              struct td_error *err) {
    size_t item;
    td_status status = name_type(set, name, out, &item, err);
    if (!status)
        status = get_shape(set, name, out, err);
    size_t n;
    bool empty = !status && td_shape_count(out->ndim, out->shape, &n) && n == 0;
    if (!status && !empty) /* td_array_alloc names the empty axis */
        status = check_stored(set, name, out, item, err);
    if (!status)
        status = td_array_alloc(out, item, name, err);
    return status ? status : read_numbers(set, name, out, err);
}

td_status td_hdf5_read(const char *path, const char *member, struct td_array *out,
                       struct td_error *err) {
    H5E_auto2_t print;
    void *print_data;
    char name[300];
    td_status status = td_hdf5_load(err);
    if (status)
        return status;
    H5Eget_auto2(H5E_DEFAULT, &print, &print_data);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL); /* messages are ours */
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0) {
        status = td_fail(err, TD_BAD_INPUT, "%s is no readable HDF5 file (truncated?)", path);
    } else {
        hid_t set = open_dataset(file, path, member, err);
        snprintf(name, sizeof name, "%.180s%s%.100s", path, member ? ":" : "",
                 member ? member : "");
        status = set < 0 ? TD_BAD_INPUT : read_dataset(set, name, out, err);
        if (set >= 0)
            H5Dclose(set);
        H5Fclose(file);
    }
    H5Eset_auto2(H5E_DEFAULT, print, print_data);
    return status;
}

#endif
