/* Append-only logs, DIR/log/NAME.log: a header (magic, format, fingerprint), then records of
   length, type, payload, checksum (xxHash). Readers take everything up to the last valid record; a
   torn tail is cut off when the same writer opens the log again. Flushed to disk at most once a
   second. */
#ifndef TD_SWEEP_LOG_H
#define TD_SWEEP_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/status.h"

struct td_log; /* a log open for appending */

/* `name`: "rank0", "rank0-part2of8". Creates DIR/log if needed. */
td_status td_log_open(const char *dir, const char *name, const char *fingerprint,
                      struct td_log **out, struct td_error *err);
/* A log that several processes of one machine write, each record under a lock (DIR/log/NAME.guard).
   The first one `leads`: nobody else has it open yet, and it does what td_log_open does. Whoever
   joins later does not cut anything off. A record that a process left torn when it was killed is
   cut off by whoever writes next. */
td_status td_log_open_shared(const char *dir, const char *name, const char *fingerprint, bool leads,
                             struct td_log **out, struct td_error *err);
/* Appends one record; fsyncs if a second has passed since the last. On a write error (full disk,
   file size limit) the torn record is cut off again and TD_FAILED is returned. */
td_status td_log_append(struct td_log *log, const void *payload, size_t bytes,
                        struct td_error *err);
td_status td_log_sync(struct td_log *log, struct td_error *err);
td_status td_log_close(struct td_log *log, struct td_error *err);

/* Calls `each` for every valid record of every log in DIR/log, logs by name, records in order.
   A log whose fingerprint differs from the others' is an error unless `any_fingerprint`.
   `torn` (may be NULL) counts bytes ignored after the last valid records. */
typedef td_status td_log_each(void *context, const void *payload, size_t bytes,
                              struct td_error *err);
td_status td_log_scan(const char *dir, bool any_fingerprint, td_log_each *each, void *context,
                      size_t *torn, struct td_error *err);
/* Fingerprint of the logs in DIR into buffer ("" if there are none yet). */
td_status td_log_fingerprint(const char *dir, char *buffer, size_t size, struct td_error *err);

#endif
