#include "sweep/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "numeric/platform.h"
#include "sweep/log_format.h"
#include "sweep/record.h"
#include "sweep/record_bytes.h"
#include "sweep/store_file.h"

static const double SYNC_INTERVAL = 1.0; /* seconds */

struct td_log {
    int fd;
    char path[PATH_MAX];
    off_t end;        /* after the last whole record */
    double last_sync; /* td_clock */
    bool dirty;       /* bytes since then */
    bool in_folder;   /* that the file exists has been flushed, too */
    bool broken;      /* a torn record could not be cut off again: nothing may follow it */
    int guard;        /* file whose lock is held while one of several processes writes; -1: alone */
};

/* A rank of a killed job may need a moment to go: its lock is waited for. */
static td_status lock_log(struct td_log *log, int operation, struct td_error *err) {
    enum { ATTEMPTS = 100, PAUSE_US = 50000 };
    for (int i = 0; i < ATTEMPTS; ++i) {
        if (flock(log->fd, operation | LOCK_NB) == 0)
            return TD_OK;
        if (errno != EWOULDBLOCK && errno != EINTR)
            return td_fail_path(err, "lock", log->path);
        usleep(PAUSE_US);
    }
    return td_fail(err, TD_BAD_INPUT, "%s is in use by another process", log->path);
}

static td_status write_header(struct td_log *log, const char *fingerprint, struct td_error *err) {
    struct td_writer w = {0};
    td_put(&w, TD_LOG_MAGIC, TD_LOG_MAGIC_BYTES);
    td_put_u32(&w, TD_LOG_FORMAT);
    td_put_text(&w, fingerprint);
    if (!w.failed)
        td_put_u64(&w, td_log_sum(w.v, w.n, NULL, 0));
    td_status status = TD_OK;
    if (w.failed)
        status = td_fail_memory(err, w.n);
    else if (ftruncate(log->fd, 0) != 0)
        status = td_fail_path(err, "write", log->path);
    else
        status = td_write_all(log->fd, w.v, w.n, 0, log->path, err);
    log->end = (off_t)w.n;
    free(w.v);
    return status;
}

/* Finds the end of what is valid and cuts the rest off. */
static td_status go_on_after_valid(struct td_log *log, const char *fingerprint,
                                   struct td_error *err) {
    struct td_log_reader reader;
    td_status status = td_log_reader_open(log->path, &reader, err);
    if (status)
        return status;
    const void *payload = "";
    while (payload && !status) {
        size_t bytes;
        uint64_t offset;
        status = td_log_reader_next(&reader, &payload, &bytes, &offset, err);
    }
    log->end = (off_t)reader.end;
    if (!status && reader.header_valid && strcmp(reader.fingerprint, fingerprint) != 0)
        status = td_fail(err, TD_BAD_INPUT,
                         "%s was written by \"%s\", this is \"%s\": results of different builds or "
                         "machines are not mixed",
                         log->path, reader.fingerprint, fingerprint);
    else if (!status && reader.header_valid && reader.end < reader.size &&
             ftruncate(log->fd, log->end) != 0)
        status = td_fail_path(err, "write", log->path);
    td_log_reader_close(&reader);
    return status;
}

static td_status open_file(struct td_log *log, int operation, struct td_error *err) {
    log->fd = open(log->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    return log->fd < 0 ? td_fail_path(err, "write", log->path) : lock_log(log, operation, err);
}

/* A log whose header cannot be read holds nothing for us; but it may be worth something to whoever
   mends disks, so it is kept under a name that readers pass over. */
static td_status move_aside(struct td_log *log, struct td_error *err) {
    char aside[PATH_MAX + 16];
    snprintf(aside, sizeof aside, "%s.damaged", log->path);
    if (rename(log->path, aside) != 0)
        return td_fail_path(err, "rename", log->path);
    close(log->fd);
    return open_file(log, LOCK_EX, err);
}

static td_status prepare(struct td_log *log, const char *fingerprint, struct td_error *err) {
    enum { TORN_HEADER_MAX = TD_LOG_FIXED_BYTES + TD_FINGERPRINT_MAX + TD_LOG_SUM_BYTES };
    struct stat info;
    if (fstat(log->fd, &info) != 0)
        return td_fail_path(err, "read", log->path);
    if (!S_ISREG(info.st_mode))
        return td_fail(err, TD_BAD_INPUT, "%s is not a file", log->path);
    td_status status = info.st_size ? go_on_after_valid(log, fingerprint, err) : TD_OK;
    if (!status && log->end == 0 && info.st_size > TORN_HEADER_MAX)
        status = move_aside(log, err);
    if (!status && log->end == 0)
        status = write_header(log, fingerprint, err);
    return status;
}

static td_status make_folder(const char *dir, char folder[PATH_MAX], struct td_error *err) {
    td_status status = td_path(folder, dir, "log", err);
    if (status)
        return status;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return td_fail_path(err, "create", folder);
    return TD_OK;
}

/* Where a log that another process prepared goes on: after its header, until something is written
   (catch_up). */
static td_status join(struct td_log *log, const char *fingerprint, struct td_error *err) {
    struct td_log_reader reader;
    td_status status = td_log_reader_open(log->path, &reader, err);
    if (status)
        return status;
    log->end = (off_t)reader.end;
    if (!reader.header_valid || strcmp(reader.fingerprint, fingerprint) != 0)
        status = td_fail(err, TD_FAILED, "%s is not the log that this run began", log->path);
    td_log_reader_close(&reader);
    return status;
}

static void release(struct td_log *log) {
    if (log->fd >= 0)
        close(log->fd);
    if (log->guard >= 0)
        close(log->guard);
    free(log);
}

/* A log that is not open yet. */
static td_status create(const char *dir, const char *name, const char *fingerprint,
                        struct td_log **out, struct td_error *err) {
    *out = NULL;
    if (!*name || strchr(name, '/') || strlen(name) > NAME_MAX - strlen(TD_LOG_GUARD) ||
        strlen(fingerprint) > TD_FINGERPRINT_MAX)
        return td_fail(err, TD_FAILED, "log '%.80s': bad name or fingerprint", name);
    struct td_log *log = calloc(1, sizeof *log);
    if (!log)
        return td_fail_memory(err, sizeof *log);
    log->fd = log->guard = -1;
    char folder[PATH_MAX], file[NAME_MAX + 1];
    td_status status = make_folder(dir, folder, err);
    if (!status) {
        strcat(strcpy(file, name), TD_LOG_SUFFIX);
        status = td_path(log->path, folder, file, err);
    }
    log->last_sync = td_clock();
    *out = log;
    return status;
}

/* Hands the log out, or frees it if something went wrong. */
static td_status opened(struct td_log **log, td_status status) {
    if (status && *log) {
        release(*log);
        *log = NULL;
    }
    return status;
}

td_status td_log_open(const char *dir, const char *name, const char *fingerprint,
                      struct td_log **out, struct td_error *err) {
    td_status status = create(dir, name, fingerprint, out, err);
    if (!status)
        status = open_file(*out, LOCK_EX, err);
    if (!status)
        status = prepare(*out, fingerprint, err);
    return opened(out, status);
}

static td_status open_guard(struct td_log *log, struct td_error *err) {
    char path[PATH_MAX + 8];
    size_t base = strlen(log->path) - strlen(TD_LOG_SUFFIX);
    snprintf(path, sizeof path, "%.*s%s", (int)base, log->path, TD_LOG_GUARD);
    log->guard = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    return log->guard < 0 ? td_fail_path(err, "write", path) : TD_OK;
}

td_status td_log_open_shared(const char *dir, const char *name, const char *fingerprint, bool leads,
                             struct td_log **out, struct td_error *err) {
    td_status status = create(dir, name, fingerprint, out, err);
    if (!status)
        status = open_guard(*out, err);
    if (!status)
        status = open_file(*out, leads ? LOCK_EX : LOCK_SH, err);
    if (!status)
        status = leads ? prepare(*out, fingerprint, err) : join(*out, fingerprint, err);
    if (!status && leads)
        status = lock_log(*out, LOCK_SH, err); /* and lets the others in */
    return opened(out, status);
}

/* ---- writing ---- */

static td_status guard(struct td_log *log, struct td_error *err) {
    while (flock(log->guard, LOCK_EX) != 0)
        if (errno != EINTR)
            return td_fail(err, TD_FAILED, "cannot lock %s: %s", log->path, strerror(errno));
    return TD_OK;
}

/* Moves to the end of what others wrote since; a record that ends beyond the file is what somebody
   left who was killed. */
static td_status catch_up(struct td_log *log, struct td_error *err) {
    struct stat info;
    if (fstat(log->fd, &info) != 0)
        return td_fail(err, TD_FAILED, "cannot read %s: %s", log->path, strerror(errno));
    while (log->end < info.st_size) {
        uint64_t length = UINT64_MAX, left = (uint64_t)(info.st_size - log->end);
        const uint64_t around = TD_LOG_FRAME_BYTES + TD_LOG_SUM_BYTES;
        if (left >= around && pread(log->fd, &length, sizeof length, log->end) != sizeof length)
            return td_fail(err, TD_FAILED, "cannot read %s: %s", log->path, strerror(errno));
        length = le64toh(length);
        if (left < around || length > left - around) {
            if (ftruncate(log->fd, log->end) != 0)
                return td_fail(err, TD_FAILED, "cannot write %s: %s", log->path, strerror(errno));
            break;
        }
        log->end += (off_t)(around + length);
    }
    return TD_OK;
}

/* All pieces in one call where the kernel takes them at once. */
static bool write_pieces(int fd, struct iovec *pieces, int n, off_t at) {
    while (n > 0) {
        ssize_t written = pwritev(fd, pieces, n, at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            if (written == 0)
                errno = ENOSPC;
            return false;
        }
        at += written;
        while (n > 0 && (size_t)written >= pieces->iov_len) {
            written -= (ssize_t)pieces->iov_len;
            ++pieces;
            --n;
        }
        if (n > 0) {
            pieces->iov_base = (char *)pieces->iov_base + written;
            pieces->iov_len -= (size_t)written;
        }
    }
    return true;
}

static td_status write_record(struct td_log *log, const void *payload, size_t bytes,
                              struct td_error *err) {
    unsigned char frame[TD_LOG_FRAME_BYTES];
    uint64_t length = htole64(bytes);
    uint32_t type = htole32(TD_LOG_TASK);
    memcpy(frame, &length, sizeof length);
    memcpy(frame + sizeof length, &type, sizeof type);
    uint64_t sum = htole64(td_log_sum(frame, sizeof frame, payload, bytes));
    struct iovec pieces[] = {
        {frame, sizeof frame}, {(void *)(uintptr_t)payload, bytes}, {&sum, sizeof sum}};
    if (!write_pieces(log->fd, pieces, 3, log->end)) {
        int code = errno;
        log->broken = ftruncate(log->fd, log->end) != 0;
        return td_fail(err, TD_FAILED, "cannot write %s: %s", log->path, strerror(code));
    }
    log->end += (off_t)(sizeof frame + bytes + TD_LOG_SUM_BYTES);
    log->dirty = true;
    return TD_OK;
}

static td_status write_guarded(struct td_log *log, const void *payload, size_t bytes,
                               struct td_error *err) {
    td_status status = guard(log, err);
    if (status)
        return status;
    status = catch_up(log, err);
    if (!status)
        status = write_record(log, payload, bytes, err);
    flock(log->guard, LOCK_UN);
    return status;
}

td_status td_log_append(struct td_log *log, const void *payload, size_t bytes,
                        struct td_error *err) {
    if (log->broken)
        return td_fail(err, TD_FAILED, "cannot write %s: an earlier write failed", log->path);
    if (bytes > TD_RECORD_MAX)
        return td_fail(err, TD_FAILED, "a record of %zu bytes is too large (at most %zu)", bytes,
                       TD_RECORD_MAX);
    td_status status = log->guard >= 0 ? write_guarded(log, payload, bytes, err)
                                       : write_record(log, payload, bytes, err);
    if (status)
        return status;
    return td_clock() - log->last_sync >= SYNC_INTERVAL ? td_log_sync(log, err) : TD_OK;
}

/* The entries DIR/log and DIR/log/NAME.log, once: a new file that no folder names is lost. */
static td_status sync_folders(struct td_log *log, struct td_error *err) {
    char folder[PATH_MAX];
    td_status status = TD_OK;
    strcpy(folder, log->path);
    for (int i = 0; i < 2 && !status; ++i) {
        char *slash = strrchr(folder, '/');
        if (slash == folder)
            break;
        *slash = 0;
        status = td_sync_folder(folder, err);
    }
    log->in_folder = !status;
    return status;
}

td_status td_log_sync(struct td_log *log, struct td_error *err) {
    if (!log->dirty)
        return TD_OK;
    if (fdatasync(log->fd) != 0)
        return td_fail(err, TD_FAILED, "cannot write %s: %s", log->path, strerror(errno));
    td_status status = log->in_folder ? TD_OK : sync_folders(log, err);
    if (status)
        return status;
    log->dirty = false;
    log->last_sync = td_clock();
    return TD_OK;
}

td_status td_log_close(struct td_log *log, struct td_error *err) {
    if (!log)
        return TD_OK;
    td_status status = td_log_sync(log, err);
    if (close(log->fd) != 0 && !status)
        status = td_fail(err, TD_FAILED, "cannot write %s: %s", log->path, strerror(errno));
    log->fd = -1;
    release(log);
    return status;
}
