/* Longer runs: whether a task may go on from the end of a stored, shorter one of its lineage, and
   the end states that make it possible:

   DIR/ends/LL/LINEAGE-ID-OBSERVED.end   one a finished task; LL: first two digits of the lineage

   An end state is a checkpoint (sweep/checkpoint_file.h) of the moment of td_task_end. Deleting any
   of them costs time, never results. */
#ifndef TD_SWEEP_EXTEND_H
#define TD_SWEEP_EXTEND_H

#include <stdbool.h>

#include "numeric/memory.h"
#include "sweep/record.h"
#include "sweep/store.h"

enum td_end_states {
    TD_ENDS_AUTO,   /* keep those of tasks that took TD_ENDS_SECONDS, within TD_ENDS_BYTES a run */
    TD_ENDS_ALWAYS, /* keep all */
    TD_ENDS_NEVER   /* keep none and use none */
};
#define TD_ENDS_SECONDS 1.0
#define TD_ENDS_BYTES ((size_t)4 << 30)

/* Asks the experiment whether `longer` may go on from the end of a run with the stored settings
   `shorter`; both are decoded anew. *share as in td_experiment.extends; where the experiment has no
   such function, by the settings flagged TD_LENGTH; 1 if that is unknown. */
td_status td_extends(const struct td_experiment *experiment, const struct td_settings *shorter,
                     const struct td_settings *longer, double *share, struct td_error *err);

/* Writes the end state of a task. */
td_status td_end_write(const char *dir, const char *lineage, const struct td_task_spec *spec,
                       const char *fingerprint, const struct td_section *sections, size_t n,
                       struct td_error *err);
bool td_end_exists(const char *dir, const char *lineage, const char *id, uint64_t observed);

/* The end state that leaves the least of a task to be computed. */
struct td_end {
    struct td_arena *arena;  /* holds all of it; NULL: there is none */
    double share;            /* of the task that is done */
    struct td_record record; /* what was emitted up to there */
    struct td_section *sections;
    size_t n;
};
/* Damaged ones are named in *note (text in `arena`, else NULL) and ignored. Free out->arena. */
td_status td_end_find(const char *dir, const char *lineage, const struct td_task_spec *spec,
                      const char *fingerprint, struct td_arena *arena, struct td_end *out,
                      const char **note, struct td_error *err);

/* How many end states DIR holds, and their size. */
void td_ends_count(const char *dir, size_t *n, double *bytes);
/* Removes what killed runs left half-written. Only while nobody else writes. */
void td_ends_tidy(const char *dir);

#endif
