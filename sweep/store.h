/* An output directory: its lock, what it already has, the records that are added, and the running
   task's checkpoints.

   DIR/config.yaml       the request that this directory holds (recipes, preset, --set)
   DIR/log/              append-only logs, the truth
   DIR/checkpoints/ID.ck two kept a task (ID.ck, ID.ck.old); removed when the task is done
   DIR/ends/             what longer runs may go on from (sweep/extend.h)
   DIR/results.sqlite    merged index, rebuildable (sweep/index.h)
   DIR/lock[-part]       held (flock) while a run writes; holds host and process id */
#ifndef TD_SWEEP_STORE_H
#define TD_SWEEP_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/status.h"
#include "sweep/plan.h"
#include "sweep/record.h"

struct td_store;

struct td_store_options {
    bool fresh;        /* move an existing directory aside (DIR.old-1, ...) first */
    bool retry_failed; /* count failed tasks as not done */
    int part, parts;   /* job array: --part i/n, 1-based; 0/0: the whole */
    int node;          /* 1, 2, ...: one log for all ranks of this node; 0: a log a rank */
    bool joins_node;   /* another rank of the node has opened that log */
};

/* Opens for writing on the rank that leads: canonical path (symbolic links resolved), lock, check
   that recipes and fingerprint match what is there (else TD_BAD_INPUT that says what differs and
   names --fresh), config.yaml written, DIR/log read: which plan tasks are done. */
td_status td_store_open(const char *dir, const struct td_plan *plan, const char *fingerprint,
                        const struct td_store_options *options, struct td_store **out,
                        struct td_error *err);
/* The same for other ranks of the same job: no lock, no check. */
td_status td_store_join(const char *dir, const char *fingerprint, int rank,
                        const struct td_store_options *options, struct td_store **out,
                        struct td_error *err);
const char *td_store_dir(const struct td_store *store); /* canonical path */
/* Whether a task needs no computing (done, diverged, or failed without retry_failed), with what is
   observed as the plan asks. A store that was joined knows only what it appended itself. */
bool td_store_has(const struct td_store *store, const struct td_task_spec *task);
/* Counts over the plan's tasks as stored now. */
struct td_store_counts {
    size_t done, failed, diverged, left, stale; /* stale: stored, not in plan */
    size_t replayed; /* of those left: stored, but with other things measured of them */
};
struct td_store_counts td_store_count(const struct td_store *store, const struct td_plan *plan);
td_status td_store_append(struct td_store *store, const struct td_record *record,
                          struct td_error *err);
/* Commits: log synced. */
td_status td_store_sync(struct td_store *store, struct td_error *err);
td_status td_store_close(struct td_store *store, struct td_error *err);

/* Checkpoint of a running task: magic, format, task id, fingerprint, named sections, checksum;
   temporary name + fsync + rename; the previous one is kept. */
struct td_section {
    const char *name;
    const void *data;
    size_t bytes;
};
td_status td_checkpoint_write(const char *dir, const char *id, const char *fingerprint,
                              const struct td_section *sections, size_t n, struct td_error *err);
/* Newest valid checkpoint of `id` under this fingerprint; *n = 0 if none. A damaged one is named in
 *note (arena text, else NULL) and ignored. Data in `arena`. */
td_status td_checkpoint_read(const char *dir, const char *id, const char *fingerprint,
                             struct td_arena *arena, struct td_section **out, size_t *n,
                             const char **note, struct td_error *err);
void td_checkpoint_remove(const char *dir, const char *id);
/* Whether there is one, valid or not. */
bool td_checkpoint_exists(const char *dir, const char *id);

#endif
