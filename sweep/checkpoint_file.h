/* One checkpoint as a file. As bytes (little endian): "tdyn-chk", format u32, total bytes u64, id,
   fingerprint, number of sections u32; each section: name, bytes u64, zeros up to a multiple of 16,
   data, zeros up to a multiple of 16; XXH3-64 of everything before it. */
#ifndef TD_SWEEP_CHECKPOINT_FILE_H
#define TD_SWEEP_CHECKPOINT_FILE_H

#include "numeric/memory.h"
#include "sweep/store.h"

/* The section that holds what was emitted so far, as a packed record. */
#define TD_SECTION_RECORD "record"

/* Writes `path` and syncs it. On an error it may be left half-written: remove it. */
td_status td_checkpoint_file_write(const char *path, const char *id, const char *fingerprint,
                                   const struct td_section *sections, size_t n,
                                   struct td_error *err);

enum td_checkpoint_verdict {
    TD_CHECKPOINT_VALID,
    TD_CHECKPOINT_ABSENT,
    TD_CHECKPOINT_DAMAGED,
    TD_CHECKPOINT_FOREIGN /* of another task, build or format */
};
/* Reads and judges `path`; sections, and the data that they point at, in `arena`. */
td_status td_checkpoint_file_read(const char *path, const char *id, const char *fingerprint,
                                  struct td_arena *arena, struct td_section **out, size_t *n,
                                  enum td_checkpoint_verdict *verdict, struct td_error *err);
/* Adds "PATH is damaged and ignored" or the like to *note (arena text or NULL). */
void td_checkpoint_note(struct td_arena *arena, const char **note, const char *path,
                        enum td_checkpoint_verdict verdict);

#endif
