/* What results.sqlite says about itself: provenance(key, value).

   index        format of the index
   version      tdyn's version that merged
   fingerprint  under which all results were computed
   config       DIR/config.yaml
   planned      tasks of that request
   members      checksum of DIR/members
   logs         a line a log: name, bytes, bytes of valid records, last checksum
   torn         bytes of logs that hold no valid record
   merged       when (UTC)
   data PATH    bytes and XXH3-64 of each file named by a parameter, as of merging */
#ifndef TD_SWEEP_INDEX_PROVENANCE_H
#define TD_SWEEP_INDEX_PROVENANCE_H

#include <sqlite3.h>
#include <stdbool.h>

#include "numeric/status.h"
#include "sweep/index_gather.h"
#include "sweep/members.h"

td_status td_index_provenance(sqlite3 *db, const char *dir, const struct td_gather *gather,
                              const struct td_members *members, struct td_error *err);

/* Whether an index still says what the logs and members of DIR say: same format, members, and each
   log of the same size ending in the same record. Reads a few bytes a log. */
bool td_index_current(sqlite3 *db, const char *dir, const struct td_members *members);

#endif
