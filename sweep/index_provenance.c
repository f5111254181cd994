#include "sweep/index_provenance.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

#include "numeric/platform.h"
#include "sweep/index_schema.h"
#include "sweep/record_bytes.h"
#include "sweep/store_file.h"

static const size_t CONFIG_MAX = (size_t)1 << 26;

static td_status put(sqlite3_stmt *insert, const char *key, const char *value,
                     struct td_error *err) {
    sqlite3_bind_text(insert, 1, key, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(insert, 2, value, -1, SQLITE_TRANSIENT);
    if (sqlite3_step(insert) != SQLITE_DONE || sqlite3_reset(insert) != SQLITE_OK)
        return td_fail_sqlite(err, sqlite3_db_handle(insert), "cannot write the index");
    return TD_OK;
}

static td_status put_number(sqlite3_stmt *insert, const char *key, const char *format, uint64_t x,
                            struct td_error *err) {
    char text[32];
    if (*format == 'x')
        snprintf(text, sizeof text, "%016" PRIx64, x);
    else
        snprintf(text, sizeof text, "%" PRIu64, x);
    return put(insert, key, text, err);
}

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static td_status put_logs(sqlite3_stmt *insert, const struct td_gather *gather,
                          struct td_error *err) {
    struct td_writer text = {0};
    for (size_t i = 0; i < gather->n_logs; ++i) {
        const struct td_found_log *log = &gather->logs[i];
        char numbers[100];
        int n = snprintf(numbers, sizeof numbers, " %" PRIu64 " %" PRIu64 " %016" PRIx64 "\n",
                         log->size, log->end, log->last_sum);
        td_put(&text, base_name(log->path), strlen(base_name(log->path)));
        td_put(&text, numbers, (size_t)n);
    }
    td_put(&text, "", 1);
    td_status status =
        text.failed ? td_fail_memory(err, text.n) : put(insert, "logs", (const char *)text.v, err);
    free(text.v);
    return status;
}

static td_status put_config(sqlite3_stmt *insert, const char *dir, struct td_error *err) {
    char path[PATH_MAX], *text = NULL;
    size_t n;
    td_status status = td_path(path, dir, "config.yaml", err);
    if (!status)
        status = td_file_read(path, CONFIG_MAX, &text, &n, err);
    if (!status)
        status = put(insert, "config", text ? text : "", err);
    free(text);
    return status;
}

/* Streams a file through the hash; false if it is none or cannot be read. */
static bool file_checksum(const char *path, uint64_t *bytes, uint64_t *sum, td_status *status,
                          struct td_error *err) {
    enum { BLOCK = 1 << 20 };
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    XXH3_state_t *state = XXH3_createState();
    unsigned char *block = malloc(BLOCK);
    bool good = fd >= 0 && state && block && fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
    if (good)
        XXH3_64bits_reset(state);
    *bytes = 0;
    for (ssize_t got = 1; good && got > 0 && !(*status = td_index_poll(err));) {
        got = read(fd, block, BLOCK);
        good = got >= 0;
        if (got > 0) {
            XXH3_64bits_update(state, block, (size_t)got);
            *bytes += (uint64_t)got;
        }
    }
    if (good)
        *sum = XXH3_64bits_digest(state);
    XXH3_freeState(state);
    free(block);
    if (fd >= 0)
        close(fd);
    return good;
}

static td_status put_data(sqlite3_stmt *insert, const struct td_gather *gather,
                          struct td_error *err) {
    td_status status = TD_OK;
    for (size_t i = 0; i < gather->files.n && !status; ++i) {
        uint64_t bytes, sum;
        char text[80] = "not a file that could be read when results were merged";
        if (file_checksum(gather->files.text[i], &bytes, &sum, &status, err))
            snprintf(text, sizeof text, "%" PRIu64 " bytes, xxh3 %016" PRIx64, bytes, sum);
        char *key = NULL;
        if (!status && asprintf(&key, "data %s", gather->files.text[i]) < 0) {
            key = NULL;
            status = td_fail_memory(err, sizeof text);
        }
        if (!status)
            status = put(insert, key, text, err);
        free(key);
    }
    return status;
}

static td_status put_time(sqlite3_stmt *insert, struct td_error *err) {
    char text[40] = "";
    time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc))
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return put(insert, "merged", text, err);
}

td_status td_index_provenance(sqlite3 *db, const char *dir, const struct td_gather *gather,
                              const struct td_members *members, struct td_error *err) {
    sqlite3_stmt *insert = NULL;
    if (sqlite3_prepare_v2(db, "INSERT INTO provenance VALUES(?,?)", -1, &insert, NULL))
        return td_fail_sqlite(err, db, "cannot write the index");
    td_status status = put(insert, "index", TD_INDEX_FORMAT, err);
    if (!status)
        status = put(insert, "version", td_version(), err);
    if (!status)
        status = put(insert, "fingerprint", gather->fingerprint, err);
    if (!status)
        status = put_number(insert, "planned", "u", members->n, err);
    if (!status)
        status = put_number(insert, "members", "x", members->checksum, err);
    if (!status)
        status = put_number(insert, "torn", "u", gather->torn, err);
    if (!status)
        status = put_config(insert, dir, err);
    if (!status)
        status = put_logs(insert, gather, err);
    if (!status)
        status = put_data(insert, gather, err);
    if (!status)
        status = put_time(insert, err);
    sqlite3_finalize(insert);
    return status;
}

/* ---- is it current? ---- */

/* malloc'd, NULL if the key is missing or the database cannot be read. */
static char *look_up(sqlite3 *db, const char *key) {
    sqlite3_stmt *select = NULL;
    char *value = NULL;
    if (sqlite3_prepare_v2(db, "SELECT value FROM provenance WHERE key = ?", -1, &select, NULL) ==
        SQLITE_OK) {
        sqlite3_bind_text(select, 1, key, -1, SQLITE_STATIC);
        if (sqlite3_step(select) == SQLITE_ROW && sqlite3_column_text(select, 0))
            value = strdup((const char *)sqlite3_column_text(select, 0));
    }
    sqlite3_finalize(select);
    return value;
}

static bool says(sqlite3 *db, const char *key, const char *expected) {
    char *value = look_up(db, key);
    bool equal = value && strcmp(value, expected) == 0;
    free(value);
    return equal;
}

/* One line of "logs" against the file; *line moves on. */
static bool log_unchanged(const char *path, const char **line) {
    uint64_t size, end, sum, now = 0;
    int used = 0;
    size_t n = strlen(base_name(path));
    struct stat info;
    if (strncmp(*line, base_name(path), n) != 0 ||
        sscanf(*line + n, " %" SCNu64 " %" SCNu64 " %" SCNx64 "%n", &size, &end, &sum, &used) !=
            3 ||
        (*line)[n + (size_t)used] != '\n')
        return false;
    *line += n + (size_t)used + 1;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool same =
        fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && (uint64_t)info.st_size == size;
    if (same && end >= sizeof now)
        same = pread(fd, &now, sizeof now, (off_t)(end - sizeof now)) == sizeof now &&
               le64toh(now) == sum;
    if (fd >= 0)
        close(fd);
    return same;
}

static bool logs_unchanged(sqlite3 *db, const char *dir) {
    char **paths, *text = look_up(db, "logs");
    size_t n;
    if (!text || td_log_list(dir, &paths, &n, NULL)) {
        free(text);
        return false;
    }
    const char *line = text;
    bool same = true;
    for (size_t i = 0; i < n && same; ++i)
        same = log_unchanged(paths[i], &line);
    same = same && !*line;
    td_log_list_free(paths, n);
    free(text);
    return same;
}

bool td_index_current(sqlite3 *db, const char *dir, const struct td_members *members) {
    char checksum[32];
    snprintf(checksum, sizeof checksum, "%016" PRIx64, members->checksum);
    return says(db, "index", TD_INDEX_FORMAT) && says(db, "members", checksum) &&
           logs_unchanged(db, dir);
}
