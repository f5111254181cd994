/* Bytes of a log, shared by its writer and its readers.

   header: "tdyn-log", format u32, length u32, fingerprint, XXH3-64 of all that
   record: payload length u64, type u32, payload, XXH3-64 of all that */
#ifndef TD_SWEEP_LOG_FORMAT_H
#define TD_SWEEP_LOG_FORMAT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "numeric/status.h"

#define TD_LOG_MAGIC "tdyn-log"
#define TD_LOG_SUFFIX ".log"
#define TD_LOG_GUARD ".guard" /* instead of the suffix: the lock of a log that is shared */

enum {
    TD_LOG_FORMAT = 1,
    TD_LOG_MAGIC_BYTES = 8,
    TD_LOG_FIXED_BYTES = TD_LOG_MAGIC_BYTES + 4 + 4, /* header before the fingerprint */
    TD_LOG_FRAME_BYTES = 8 + 4,                      /* record before its payload */
    TD_LOG_SUM_BYTES = 8,
    TD_LOG_TASK = 1, /* the payload is a td_record; readers skip other types */
    TD_FINGERPRINT_MAX = 1000
};

/* XXH3-64 of two pieces as if they were one. */
uint64_t td_log_sum(const void *a, size_t na, const void *b, size_t nb);

/* One log open for reading, sequentially. It looks at what the file held when it was opened. */
struct td_log_reader {
    FILE *file;
    char path[PATH_MAX];
    char fingerprint[TD_FINGERPRINT_MAX + 1]; /* "" if the header is torn or damaged */
    bool header_valid;
    uint64_t size;     /* bytes when opened */
    uint64_t end;      /* after the last valid record so far; 0: no valid header */
    uint64_t last_sum; /* checksum of the last valid record, or of the header */
    unsigned char *payload;
    size_t capacity;
};

/* TD_BAD_INPUT if it cannot be read or is of a newer format; a damaged header is no error. */
td_status td_log_reader_open(const char *path, struct td_log_reader *reader, struct td_error *err);
/* Next record: its payload (until the next call) and where the payload starts in the file.
 *payload NULL: no further valid record. */
td_status td_log_reader_next(struct td_log_reader *reader, const void **payload, size_t *bytes,
                             uint64_t *offset, struct td_error *err);
/* Reads again a payload that `next` gave; a log that changed since is TD_FAILED. */
td_status td_log_reader_load(struct td_log_reader *reader, uint64_t offset, size_t bytes,
                             const void **payload, struct td_error *err);
void td_log_reader_close(struct td_log_reader *reader);

/* Paths of all logs in DIR/log by name: *n of them, freed by td_log_list_free. No folder: none. */
td_status td_log_list(const char *dir, char ***paths, size_t *n, struct td_error *err);
void td_log_list_free(char **paths, size_t n);

#endif
