/* NumPy's .npz: a zip archive of .npy members. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "numeric/array_format.h"

enum { DEFLATE_RATIO_MAX = 1032 }; /* zlib: no stream expands further */

struct member_bytes {
    struct td_bytes bytes;
    zip_file_t *f;
};

static int64_t read_member(struct td_bytes *self, void *out, size_t n, struct td_error *err) {
    zip_file_t *f = ((struct member_bytes *)self)->f;
    zip_int64_t got = zip_fread(f, out, n);
    if (got < 0)
        td_fail(err, TD_BAD_INPUT, "%s is damaged: %s", self->name, zip_file_strerror(f));
    return got;
}

/* "x, y, z, ..." without the .npy endings, for messages. */
static void list_members(zip_t *archive, char *out, size_t size) {
    zip_int64_t n = zip_get_num_entries(archive, 0);
    size_t used = 0;
    out[0] = '\0';
    for (zip_int64_t i = 0; i < n && used + 48 < size; ++i) {
        const char *name = zip_get_name(archive, (zip_uint64_t)i, ZIP_FL_ENC_RAW);
        char text[41];
        td_printable(name ? name : "?", text, sizeof text);
        size_t length = strlen(text);
        if (length > 4 && strcmp(text + length - 4, ".npy") == 0)
            text[length - 4] = '\0';
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "", text);
        if (used + 48 >= size && i + 1 < n)
            snprintf(out + used, size - used, ", ...");
    }
}

/* Index of `member` (with or without .npy), or of the only one. */
static td_status find_member(zip_t *archive, const char *path, const char *member,
                             zip_uint64_t *index, struct td_error *err) {
    char names[400];
    zip_int64_t found = -1, n = zip_get_num_entries(archive, 0);
    if (n == 0)
        return td_fail(err, TD_BAD_INPUT, "%s: the archive is empty", path);
    if (member) {
        char with_ending[512];
        found = zip_name_locate(archive, member, 0);
        snprintf(with_ending, sizeof with_ending, "%s.npy", member);
        if (found < 0)
            found = zip_name_locate(archive, with_ending, 0);
    } else if (n == 1) {
        found = 0;
    }
    if (found >= 0) {
        *index = (zip_uint64_t)found;
        return TD_OK;
    }
    list_members(archive, names, sizeof names);
    if (member)
        return td_fail(err, TD_BAD_INPUT, "%s has no member '%s'; there are: %s", path, member,
                       names);
    return td_fail(err, TD_BAD_INPUT, "%s has %lld members; name one as FILE:MEMBER: %s", path,
                   (long long)n, names);
}

static td_status read_index(zip_t *archive, zip_uint64_t index, const char *path,
                            struct td_array *out, struct td_error *err) {
    char name[300], text[120];
    zip_stat_t st;
    zip_stat_init(&st);
    if (zip_stat_index(archive, index, 0, &st) != 0 || !(st.valid & ZIP_STAT_SIZE) ||
        !(st.valid & ZIP_STAT_COMP_SIZE))
        return td_fail(err, TD_BAD_INPUT, "%s: a member without a size", path);
    td_printable(st.valid & ZIP_STAT_NAME ? st.name : "?", text, sizeof text);
    snprintf(name, sizeof name, "%.160s:%s", path, text);
    if (st.size / DEFLATE_RATIO_MAX > st.comp_size)
        return td_fail(err, TD_BAD_INPUT, "%s claims %llu bytes out of %llu compressed ones", name,
                       (unsigned long long)st.size, (unsigned long long)st.comp_size);
    struct member_bytes source = {
        .bytes = {.read = read_member, .left = st.size, .name = name},
        .f = zip_fopen_index(archive, index, 0),
    };
    if (!source.f)
        return td_fail(err, TD_BAD_INPUT, "%s cannot be read: %s", name, zip_strerror(archive));
    td_status status = td_npy_read(&source.bytes, out, err);
    zip_fclose(source.f);
    return status;
}

td_status td_npz_read(const char *path, const char *member, struct td_array *out,
                      struct td_error *err) {
    int code = 0;
    zip_t *archive = zip_open(path, ZIP_RDONLY, &code);
    if (!archive) {
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        td_status status = td_fail(err, TD_BAD_INPUT, "%s is no readable zip archive: %s", path,
                                   zip_error_strerror(&error));
        zip_error_fini(&error);
        return status;
    }
    zip_uint64_t index;
    td_status status = find_member(archive, path, member, &index, err);
    if (!status)
        status = read_index(archive, index, path, out, err);
    zip_discard(archive);
    return status;
}
