/* What one task contributes to the index: which of its records counts, its values and arrays in
   order, and the check that records of one task agree. */
#ifndef TD_SWEEP_INDEX_ROWS_H
#define TD_SWEEP_INDEX_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/status.h"
#include "sweep/index_gather.h"
#include "sweep/members.h"
#include "sweep/record.h"

/* Which of a task's n records counts, in this order: done or diverged and measured as the current
   request asks; failed at that; done or diverged with other measurements; failed. Among equals the
   last. *current: it answers the request. */
size_t td_rows_choose(const struct td_found_record *records, size_t n,
                      const struct td_member *member, bool *current);

/* Sorts the record's values and arrays by (measure, site, step); the same twice is TD_FAILED. */
td_status td_rows_sort(struct td_record *record, struct td_error *err);

/* Both sorted. TD_FAILED naming the task and the first difference if one diverged and the other did
   not, if they measured the same things by request but not in fact, or if one was asked for more
   and what both measured differs. */
td_status td_rows_agree(const struct td_record *a, const struct td_record *b, struct td_error *err);

#endif
