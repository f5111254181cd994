/* DIR/members: which tasks belong to the request that a directory holds (DIR/config.yaml), with the
   experiments that they are of. A text file with a checksum:

   tdyn members 1
   experiment NAME COUNT
   ID OBSERVED                (COUNT lines, sorted)
   ...
   checksum XXH3-64 */
#ifndef TD_SWEEP_MEMBERS_H
#define TD_SWEEP_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/status.h"
#include "sweep/plan.h"

#define TD_MEMBERS_FILE "members"

struct td_member {
    char id[TD_ID_CHARS + 1];
    uint64_t observed; /* hash of what is to be measured of it */
};
struct td_member_experiment {
    char *name;
    size_t planned; /* tasks */
};
struct td_members {
    size_t n;
    struct td_member *v; /* by id */
    size_t n_experiments;
    struct td_member_experiment *experiments; /* by name */
    uint64_t checksum;                        /* of the file */
};

/* TD_BAD_INPUT if DIR has none, or if it is damaged: running the sweep again writes it anew. */
td_status td_members_read(const char *dir, struct td_members *out, struct td_error *err);
/* NULL if there is no such task. */
const struct td_member *td_members_find(const struct td_members *members, const char *id);
void td_members_free(struct td_members *members);

/* Whether DIR/members exists and begins as tdyn writes it; *intact: and all of it is valid. */
bool td_members_exist(const char *dir, bool *intact);
/* Writes the plan's tasks, unless DIR/members says the same already (*changed false). `write`
   false: only compares. */
td_status td_members_write(const char *dir, const struct td_plan *plan, bool write, bool *changed,
                           struct td_error *err);

#endif
