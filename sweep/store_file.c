#include "sweep/store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

td_status td_fail_path(struct td_error *err, const char *what, const char *path) {
    int code = errno;
    bool at_run_time = code == ENOSPC || code == EDQUOT || code == EFBIG || code == EIO ||
                       code == ENOMEM || code == EMFILE || code == ENFILE || code == ESTALE;
    return td_fail(err, at_run_time ? TD_FAILED : TD_BAD_INPUT, "cannot %s %s: %s", what, path,
                   strerror(code));
}

td_status td_path(char out[PATH_MAX], const char *dir, const char *name, struct td_error *err) {
    int n = snprintf(out, PATH_MAX, "%s/%s", dir, name);
    if (n < 0 || n >= PATH_MAX)
        return td_fail(err, TD_BAD_INPUT, "the path %.80s.../%.80s is longer than %d bytes", dir,
                       name, PATH_MAX - 1);
    return TD_OK;
}

td_status td_write_all(int fd, const void *bytes, size_t n, off_t offset, const char *path,
                       struct td_error *err) {
    const char *at = bytes;
    while (n > 0) {
        ssize_t written = pwrite(fd, at, n, offset);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            if (written == 0)
                errno = ENOSPC;
            return td_fail(err, TD_FAILED, "cannot write %s: %s", path, strerror(errno));
        }
        at += written;
        n -= (size_t)written;
        offset += written;
    }
    return TD_OK;
}

td_status td_sync_folder(const char *path, struct td_error *err) {
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return td_fail_path(err, "open", path);
    /* Some file systems cannot sync a folder and say EINVAL: they need none. */
    td_status status = fsync(fd) != 0 && errno != EINVAL ? td_fail_path(err, "sync", path) : TD_OK;
    close(fd);
    return status;
}

static td_status sync_folder_of(const char *path, struct td_error *err) {
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;
    if (n >= sizeof folder)
        return td_fail(err, TD_BAD_INPUT, "the path %.80s... is too long", path);
    memcpy(folder, path, n);
    folder[n] = 0;
    return td_sync_folder(n ? folder : slash ? "/" : ".", err);
}

td_status td_file_publish(const char *temporary, const char *path, struct td_error *err) {
    int fd = open(temporary, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return td_fail_path(err, "open", temporary);
    bool synced = fsync(fd) == 0;
    td_status status = synced ? TD_OK : td_fail_path(err, "sync", temporary);
    close(fd);
    if (!status && rename(temporary, path) != 0)
        status = td_fail_path(err, "write", path);
    return status ? status : sync_folder_of(path, err);
}

static td_status write_new(const char *path, const void *bytes, size_t n, struct td_error *err) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return td_fail_path(err, "write", path);
    td_status status = td_write_all(fd, bytes, n, 0, path, err);
    if (close(fd) != 0 && !status)
        status = td_fail_path(err, "write", path);
    return status;
}

td_status td_file_replace(const char *dir, const char *name, const void *bytes, size_t n,
                          struct td_error *err) {
    char path[PATH_MAX], temporary[PATH_MAX], temporary_name[NAME_MAX];
    int length = snprintf(temporary_name, sizeof temporary_name, "%s" TD_TEMPORARY "%ld", name,
                          (long)getpid());
    if (length < 0 || length >= (int)sizeof temporary_name)
        return td_fail(err, TD_BAD_INPUT, "the file name %.80s... is too long", name);
    td_status status = td_path(path, dir, name, err);
    if (!status)
        status = td_path(temporary, dir, temporary_name, err);
    if (status)
        return status;
    status = write_new(temporary, bytes, n, err);
    if (!status && rename(temporary, path) != 0)
        status = td_fail_path(err, "write", path);
    if (status)
        unlink(temporary);
    return status;
}

/* Exactly n bytes (the file may have been cut meanwhile: then fewer, which is an error). */
static td_status read_all(int fd, char *to, size_t n, const char *path, struct td_error *err) {
    for (size_t at = 0; at < n;) {
        ssize_t got = read(fd, to + at, n - at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return td_fail_path(err, "read", path);
        if (got == 0)
            return td_fail(err, TD_FAILED, "cannot read %s: it became shorter meanwhile", path);
        at += (size_t)got;
    }
    return TD_OK;
}

td_status td_file_read(const char *path, size_t max, char **out, size_t *n, struct td_error *err) {
    *out = NULL;
    *n = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT ? TD_OK : td_fail_path(err, "read", path);
    struct stat info;
    char *bytes = NULL;
    td_status status = TD_OK;
    if (fstat(fd, &info) != 0)
        status = td_fail_path(err, "read", path);
    else if (!S_ISREG(info.st_mode) || (uintmax_t)info.st_size > max)
        status =
            td_fail(err, TD_BAD_INPUT, "%s: a file of at most %zu bytes is expected", path, max);
    else if (!(bytes = malloc((size_t)info.st_size + 1)))
        status = td_fail_memory(err, (size_t)info.st_size);
    else
        status = read_all(fd, bytes, (size_t)info.st_size, path, err);
    close(fd);
    if (status) {
        free(bytes);
        return status;
    }
    *n = (size_t)info.st_size;
    bytes[*n] = 0;
    *out = bytes;
    return TD_OK;
}
