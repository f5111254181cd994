/* What a finished (or failed, diverged) task leaves: one self-contained record. A record is written
   whole or not at all, so that a task is either in the store with all its values or not in it.

   As bytes (little endian): format, id, status, observed, seed, version, rank, step, seconds; the
   distinct texts; then experiment, error, host, settings, values and arrays, which point into the
   texts by number. */
#ifndef TD_SWEEP_RECORD_H
#define TD_SWEEP_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/status.h"
#include "numeric/task.h"
#include "sweep/plan.h"

enum td_task_status { TD_TASK_DONE = 0, TD_TASK_FAILED = 1, TD_TASK_DIVERGED = 2 };

struct td_record_value {
    const char *measure, *site, *flag;
    int64_t step;
    double value;
};
struct td_record_array {
    const char *measure, *site;
    int64_t step;
    size_t ndim, shape[TD_ARRAY_DIMS];
    const double *v;
};
struct td_record {
    char id[TD_ID_CHARS + 1];
    const char *experiment; /* recipe name */
    unsigned version;
    uint64_t seed;
    struct td_settings settings; /* name, value and flags; param is NULL when read back */
    uint64_t observed;
    enum td_task_status status;
    int64_t status_step; /* step at which it diverged, else -1 */
    const char *error;   /* "" or the message */
    double seconds;
    int rank;
    const char *host;
    size_t n_values;
    const struct td_record_value *values;
    size_t n_arrays;
    const struct td_record_array *arrays;
};

/* Largest record in bytes, which also keeps every array within SQLite's 1e9 bytes a blob. */
#define TD_RECORD_MAX ((size_t)900000000)

/* Whether `id` may name a task: 1 to TD_ID_CHARS of 0-9 a-z A-Z _ - (it becomes a file name). */
bool td_task_id_valid(const char *id);

/* Serialises into a malloc'd block (free); parses a block of untrusted bytes into `arena`. */
td_status td_record_pack(const struct td_record *record, void **out, size_t *bytes,
                         struct td_error *err);
td_status td_record_unpack(const void *block, size_t bytes, struct td_arena *arena,
                           struct td_record *out, struct td_error *err);
/* The same without values and arrays, which are not looked at. */
td_status td_record_task(const void *block, size_t bytes, struct td_arena *arena,
                         struct td_record *out, struct td_error *err);

/* Only what decides whether a task needs computing. */
struct td_record_head {
    char id[TD_ID_CHARS + 1];
    enum td_task_status status;
    uint64_t observed;
};
td_status td_record_head(const void *block, size_t bytes, struct td_record_head *out,
                         struct td_error *err);

#endif
