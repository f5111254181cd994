/* First pass over a directory's logs: where each record is, which texts occur, which parameters
   each experiment has. The index is written from this in order of task ids, one record in memory at
   a time. */
#ifndef TD_SWEEP_INDEX_GATHER_H
#define TD_SWEEP_INDEX_GATHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/status.h"
#include "sweep/log_format.h"
#include "sweep/members.h"
#include "sweep/record.h"
#include "sweep/record_symbols.h"

enum td_column_type { TD_COLUMN_INTEGER, TD_COLUMN_REAL, TD_COLUMN_TEXT };

struct td_found_record {
    char id[TD_ID_CHARS + 1];
    enum td_task_status status;
    uint64_t observed;
    uint32_t log; /* index into logs */
    uint64_t offset;
    size_t bytes;
    size_t order; /* as scanned: logs by name, records in order */
};
struct td_found_parameter {
    const char *name;           /* "net.depth" */
    bool all_integer, all_real; /* every text survives as one */
    size_t position;            /* largest place among the settings of a task */
    bool observed;              /* in all tasks only what is measured depends on it */
};
struct td_found_experiment {
    const char *name;
    struct td_symbols numbers; /* parameter name -> index into parameters until they are sorted */
    size_t n, capacity;
    struct td_found_parameter *parameters;
};
struct td_found_log {
    char *path;
    struct td_log_reader *reader; /* NULL while closed */
    uint64_t size, end, last_sum;
};

struct td_gather {
    char fingerprint[TD_FINGERPRINT_MAX + 1];
    size_t n_logs;
    struct td_found_log *logs;
    size_t n_open, next_to_close; /* readers kept open, a bounded number */
    uint64_t torn;                /* bytes after the last valid records */
    size_t n, capacity;
    struct td_found_record *records; /* by (id, order) when gathered */
    struct td_symbols names;         /* measures, sites and flags, sorted */
    struct td_symbols files;         /* values of parameters that are paths, sorted */
    size_t n_experiments;
    struct td_found_experiment *experiments; /* by name */
};

/* TD_INTERRUPTED if a stop was asked for. Free `out` whatever is returned. */
td_status td_gather_logs(const char *dir, struct td_gather *out, struct td_error *err);
void td_gather_free(struct td_gather *gather);

/* One of the records again, unpacked into `arena`. */
td_status td_gather_load(struct td_gather *gather, const struct td_found_record *found,
                         struct td_arena *arena, struct td_record *out, struct td_error *err);

/* INTEGER or REAL only if printing the numbers gives the canonical texts back. */
enum td_column_type td_parameter_type(const struct td_found_parameter *parameter);

/* TD_INTERRUPTED if a stop was asked for. */
td_status td_index_poll(struct td_error *err);

#endif
