/* results.sqlite: the merged index over a directory's logs, for SQL. Always rebuildable.

   tasks(task, id, experiment, status, diverged_step, seed, seconds, rank, host, error, current)
       status: done | failed | diverged; current: 1 if the task belongs to DIR/config.yaml's plan
   One table an experiment, SLUG = its name with / and - as _ ("selu_training"):
       SLUG(task, <each parameter, dots as _, typed>, seed)
   SLUG_values: view over current done tasks: every column of SLUG, measure, site, step, value, flag
   names(id, text); "values"(task, measure, site, step, value, flag) with integer ids
   arrays(id, task, measure, site, step, shape, data): float64 blob; shape "3x4"
   provenance(key, value): fingerprint, version, config, data checksums, when merged
   Equal logs give equal contents whatever the number or order of logs: tasks are numbered in the
   order of their ids. */
#ifndef TD_SWEEP_INDEX_H
#define TD_SWEEP_INDEX_H

#include <sqlite3.h>
#include <stdbool.h>

#include "numeric/status.h"
#include "sweep/plan.h"

/* Builds DIR/results.sqlite from the logs (temporary name, rename). `plan` NULL: keeps membership
   as config.yaml lists it (DIR/members, the ids of the current plan). `stop` is polled. */
td_status td_index_build(const char *dir, struct td_error *err);

/* Read-only handle with tdyn's SQL functions registered: results.sqlite if it is up to date with
   the logs, else (a run is going on, read-only directory) the same contents built in memory. Close
   with sqlite3_close. */
td_status td_index_open(const char *dir, sqlite3 **out, struct td_error *err);

/* Aggregates median(x), quantile(x,p), stddev(x), stderr(x), ci95(x) (half-width of the 95 % t
   interval), ci(x,level), slope(y,x), corr(y,x), geomean(x); scalars t_quantile(p,df),
   normal_quantile(p), chi2_quantile(p,df), wilson_lo(k,n), wilson_hi(k,n); table-valued
   td_array(id): (i, j, k, value). */
td_status td_sql_register(sqlite3 *db, struct td_error *err);

#endif
