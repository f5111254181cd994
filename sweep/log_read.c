/* Reading logs: everything up to the last valid record, whatever follows it. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "sweep/log.h"
#include "sweep/log_format.h"
#include "sweep/record.h"
#include "sweep/record_bytes.h"
#include "sweep/store_file.h"

uint64_t td_log_sum(const void *a, size_t na, const void *b, size_t nb) {
    XXH3_state_t *state = XXH3_createState();
    if (!state)
        return 0;
    XXH3_64bits_reset(state);
    XXH3_64bits_update(state, a, na);
    if (nb)
        XXH3_64bits_update(state, b, nb);
    uint64_t sum = XXH3_64bits_digest(state);
    XXH3_freeState(state);
    return sum;
}

/* Reads n bytes unless the file ends before; I/O errors are errors, an early end is not. */
static td_status read_bytes(struct td_log_reader *r, void *to, size_t n, bool *complete,
                            struct td_error *err) {
    *complete = fread(to, 1, n, r->file) == n;
    if (!*complete && ferror(r->file))
        return td_fail_path(err, "read", r->path);
    return TD_OK;
}

static td_status read_header(struct td_log_reader *r, struct td_error *err) {
    unsigned char bytes[TD_LOG_FIXED_BYTES + TD_FINGERPRINT_MAX + TD_LOG_SUM_BYTES];
    bool complete = false;
    td_status status = read_bytes(r, bytes, TD_LOG_FIXED_BYTES, &complete, err);
    if (status || !complete || memcmp(bytes, TD_LOG_MAGIC, TD_LOG_MAGIC_BYTES) != 0)
        return status;
    struct td_reader in = {.v = bytes, .n = TD_LOG_FIXED_BYTES, .at = TD_LOG_MAGIC_BYTES};
    uint32_t format = td_get_u32(&in);
    size_t n = td_get_u32(&in);
    if (n > TD_FINGERPRINT_MAX)
        return TD_OK;
    status = read_bytes(r, bytes + TD_LOG_FIXED_BYTES, n + TD_LOG_SUM_BYTES, &complete, err);
    if (status || !complete)
        return status;
    in = (struct td_reader){.v = bytes, .n = sizeof bytes, .at = TD_LOG_FIXED_BYTES + n};
    uint64_t sum = td_get_u64(&in);
    if (sum != td_log_sum(bytes, TD_LOG_FIXED_BYTES + n, NULL, 0))
        return TD_OK;
    if (format != TD_LOG_FORMAT)
        return td_fail(err, TD_BAD_INPUT,
                       "%s is of log format %u, this program reads format %d: use the version of "
                       "tdyn that wrote it",
                       r->path, format, TD_LOG_FORMAT);
    memcpy(r->fingerprint, bytes + TD_LOG_FIXED_BYTES, n);
    r->header_valid = true;
    r->end = in.at;
    r->last_sum = sum;
    return TD_OK;
}

td_status td_log_reader_open(const char *path, struct td_log_reader *reader, struct td_error *err) {
    *reader = (struct td_log_reader){0};
    if (strlen(path) >= sizeof reader->path)
        return td_fail(err, TD_BAD_INPUT, "the path %.80s... is too long", path);
    strcpy(reader->path, path);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return td_fail_path(err, "read", path);
    struct stat info;
    td_status status = TD_OK;
    if (fstat(fd, &info) != 0)
        status = td_fail_path(err, "read", path);
    else if (!S_ISREG(info.st_mode))
        status = td_fail(err, TD_BAD_INPUT, "%s is not a file", path);
    else if (!(reader->file = fdopen(fd, "rb")))
        status = td_fail_path(err, "read", path);
    if (!reader->file) {
        close(fd);
        return status;
    }
    reader->size = (uint64_t)info.st_size;
    status = read_header(reader, err);
    if (status)
        td_log_reader_close(reader);
    return status;
}

void td_log_reader_close(struct td_log_reader *reader) {
    if (reader->file)
        fclose(reader->file);
    free(reader->payload);
    reader->file = NULL;
    reader->payload = NULL;
}

static td_status reserve(struct td_log_reader *r, size_t n, struct td_error *err) {
    if (n <= r->capacity)
        return TD_OK;
    free(r->payload);
    r->payload = malloc(n);
    r->capacity = r->payload ? n : 0;
    return r->payload ? TD_OK : td_fail_memory(err, n);
}

/* One frame; *found false at the first bytes that are no valid record. */
static td_status read_record(struct td_log_reader *r, size_t *bytes, uint32_t *type, bool *found,
                             struct td_error *err) {
    unsigned char frame[TD_LOG_FRAME_BYTES];
    *found = false;
    uint64_t left = r->size > r->end ? r->size - r->end : 0;
    if (!r->header_valid || left < TD_LOG_FRAME_BYTES + TD_LOG_SUM_BYTES)
        return TD_OK;
    bool complete = false;
    td_status status = read_bytes(r, frame, sizeof frame, &complete, err);
    if (status || !complete)
        return status;
    struct td_reader in = {.v = frame, .n = sizeof frame};
    uint64_t n = td_get_u64(&in);
    *type = td_get_u32(&in);
    if (n > TD_RECORD_MAX || n > left - TD_LOG_FRAME_BYTES - TD_LOG_SUM_BYTES)
        return TD_OK;
    status = reserve(r, (size_t)n + TD_LOG_SUM_BYTES, err);
    if (!status)
        status = read_bytes(r, r->payload, (size_t)n + TD_LOG_SUM_BYTES, &complete, err);
    if (status || !complete)
        return status;
    in = (struct td_reader){.v = r->payload, .n = (size_t)n + TD_LOG_SUM_BYTES, .at = (size_t)n};
    uint64_t sum = td_get_u64(&in);
    if (sum != td_log_sum(frame, sizeof frame, r->payload, (size_t)n))
        return TD_OK;
    *bytes = (size_t)n;
    *found = true;
    r->end += TD_LOG_FRAME_BYTES + n + TD_LOG_SUM_BYTES;
    r->last_sum = sum;
    return TD_OK;
}

td_status td_log_reader_next(struct td_log_reader *reader, const void **payload, size_t *bytes,
                             uint64_t *offset, struct td_error *err) {
    *payload = NULL;
    uint32_t type = 0;
    bool found = true;
    do {
        *offset = reader->end + TD_LOG_FRAME_BYTES;
        td_status status = read_record(reader, bytes, &type, &found, err);
        if (status)
            return status;
    } while (found && type != TD_LOG_TASK);
    if (found)
        *payload = reader->payload;
    return TD_OK;
}

td_status td_log_reader_load(struct td_log_reader *reader, uint64_t offset, size_t bytes,
                             const void **payload, struct td_error *err) {
    unsigned char frame[TD_LOG_FRAME_BYTES];
    td_status status = reserve(reader, bytes + TD_LOG_SUM_BYTES, err);
    if (status)
        return status;
    bool complete = false;
    if (fseeko(reader->file, (off_t)(offset - TD_LOG_FRAME_BYTES), SEEK_SET) != 0)
        return td_fail_path(err, "read", reader->path);
    status = read_bytes(reader, frame, sizeof frame, &complete, err);
    if (!status && complete)
        status = read_bytes(reader, reader->payload, bytes + TD_LOG_SUM_BYTES, &complete, err);
    if (status)
        return status;
    struct td_reader in = {.v = reader->payload, .n = bytes + TD_LOG_SUM_BYTES, .at = bytes};
    if (!complete || td_get_u64(&in) != td_log_sum(frame, sizeof frame, reader->payload, bytes))
        return td_fail(err, TD_FAILED, "%s changed while it was read", reader->path);
    *payload = reader->payload;
    return TD_OK;
}

static int is_log(const struct dirent *entry) {
    size_t n = strlen(entry->d_name), suffix = strlen(TD_LOG_SUFFIX);
    return entry->d_name[0] != '.' && n > suffix &&
           strcmp(entry->d_name + n - suffix, TD_LOG_SUFFIX) == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name); /* not alphasort: that follows the locale */
}

td_status td_log_list(const char *dir, char ***paths, size_t *n, struct td_error *err) {
    char folder[PATH_MAX];
    *paths = NULL;
    *n = 0;
    td_status status = td_path(folder, dir, "log", err);
    if (status)
        return status;
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_log, by_name);
    if (count < 0)
        return errno == ENOENT ? TD_OK : td_fail_path(err, "read", folder);
    *paths = calloc((size_t)count + 1, sizeof **paths);
    if (!*paths)
        status = td_fail_memory(err, (size_t)count * sizeof **paths);
    for (int i = 0; i < count; ++i) {
        if (!status && asprintf(&(*paths)[i], "%s/%s", folder, entries[i]->d_name) < 0) {
            (*paths)[i] = NULL;
            status = td_fail_memory(err, PATH_MAX);
        }
        free(entries[i]);
    }
    free(entries);
    *n = (size_t)count;
    if (status) {
        td_log_list_free(*paths, *n);
        *paths = NULL;
        *n = 0;
    }
    return status;
}

void td_log_list_free(char **paths, size_t n) {
    for (size_t i = 0; paths && i < n; ++i)
        free(paths[i]);
    free(paths);
}

static td_status scan_log(struct td_log_reader *reader, td_log_each *each, void *context,
                          size_t *torn, struct td_error *err) {
    for (;;) {
        const void *payload;
        size_t bytes = 0;
        uint64_t offset;
        td_status status = td_log_reader_next(reader, &payload, &bytes, &offset, err);
        if (status)
            return status;
        if (!payload)
            break;
        status = each(context, payload, bytes, err);
        if (status)
            return status;
    }
    if (torn && reader->size > reader->end)
        *torn += (size_t)(reader->size - reader->end);
    return TD_OK;
}

/* The fingerprint that all logs so far share, and the log that set it. */
struct shared_fingerprint {
    bool any;
    char text[TD_FINGERPRINT_MAX + 1];
    char path[PATH_MAX];
};

static td_status agree(struct shared_fingerprint *shared, const struct td_log_reader *reader,
                       struct td_error *err) {
    if (!reader->header_valid)
        return TD_OK;
    if (!shared->text[0]) {
        strcpy(shared->text, reader->fingerprint);
        strcpy(shared->path, reader->path);
    } else if (!shared->any && strcmp(shared->text, reader->fingerprint) != 0) {
        return td_fail(
            err, TD_BAD_INPUT,
            "%.300s was written by \"%.200s\", %.300s by \"%.200s\": results of different "
            "builds or machines are not mixed",
            shared->path, shared->text, reader->path, reader->fingerprint);
    }
    return TD_OK;
}

/* Opens every log in turn, checks that the fingerprints agree, hands it on (each NULL: no more). */
static td_status for_each_log(const char *dir, struct shared_fingerprint *shared, td_log_each *each,
                              void *context, size_t *torn, struct td_error *err) {
    char **paths;
    size_t n;
    td_status status = td_log_list(dir, &paths, &n, err);
    for (size_t i = 0; i < n && !status; ++i) {
        struct td_log_reader reader;
        status = td_log_reader_open(paths[i], &reader, err);
        if (status)
            break;
        status = agree(shared, &reader, err);
        if (!status && each)
            status = scan_log(&reader, each, context, torn, err);
        td_log_reader_close(&reader);
    }
    td_log_list_free(paths, n);
    return status;
}

td_status td_log_scan(const char *dir, bool any_fingerprint, td_log_each *each, void *context,
                      size_t *torn, struct td_error *err) {
    struct shared_fingerprint shared = {.any = any_fingerprint};
    if (torn)
        *torn = 0;
    return for_each_log(dir, &shared, each, context, torn, err);
}

td_status td_log_fingerprint(const char *dir, char *buffer, size_t size, struct td_error *err) {
    struct shared_fingerprint shared = {0};
    td_status status = for_each_log(dir, &shared, NULL, NULL, NULL, err);
    if (!status && (size_t)snprintf(buffer, size, "%s", shared.text) >= size)
        status = td_fail(err, TD_BAD_INPUT, "%s: a fingerprint is longer than %zu bytes",
                         shared.path, size);
    return status;
}
