/* Second pass: the index is written, task by task in order of ids. */
#ifndef TD_SWEEP_INDEX_WRITE_H
#define TD_SWEEP_INDEX_WRITE_H

#include <sqlite3.h>

#include "numeric/status.h"
#include "sweep/index_gather.h"
#include "sweep/members.h"

/* Fills an empty database in one transaction. TD_INTERRUPTED if a stop was asked for. */
td_status td_index_write(sqlite3 *db, const char *dir, struct td_gather *gather,
                         const struct td_members *members, struct td_error *err);

#endif
