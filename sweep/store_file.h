/* Files of an output directory: paths, whole-file reads, replacement by temporary name and rename,
   and errors that name the path. */
#ifndef TD_SWEEP_STORE_FILE_H
#define TD_SWEEP_STORE_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "numeric/status.h"

/* Part of the names of files that are being written; leftovers of killed runs are removed. */
#define TD_TEMPORARY ".tmp-"

/* "cannot DO PATH: strerror(errno)": TD_BAD_INPUT where the user gave a path that does not work
   (missing, not permitted, not a directory), TD_FAILED for what happens to good paths (full disk,
   I/O error). */
td_status td_fail_path(struct td_error *err, const char *what, const char *path);

/* dir/name into `out`. */
td_status td_path(char out[PATH_MAX], const char *dir, const char *name, struct td_error *err);

/* Writes all n bytes at `offset`. */
td_status td_write_all(int fd, const void *bytes, size_t n, off_t offset, const char *path,
                       struct td_error *err);

/* DIR/NAME becomes these bytes, or stays as it was. Not synced: for what can be made again. */
td_status td_file_replace(const char *dir, const char *name, const void *bytes, size_t n,
                          struct td_error *err);
/* Renames a finished file over `path` and makes both durable. */
td_status td_file_publish(const char *temporary, const char *path, struct td_error *err);
/* A whole file into a malloc'd block with a closing zero; *out NULL if there is none. Larger than
   `max`: TD_BAD_INPUT. */
td_status td_file_read(const char *path, size_t max, char **out, size_t *n, struct td_error *err);

td_status td_sync_folder(const char *path, struct td_error *err);

#endif
