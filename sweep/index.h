/* results.sqlite: the merged index over a directory's logs, for SQL. Always rebuildable.

   tasks(task, id, experiment, status, diverged_step, seed, seconds, rank, host, error, current)
       status: done | failed | diverged; current: 1 if the task belongs to DIR/config.yaml's plan
   and was measured as that asks (else it is stale, or about to be replayed) One table an
   experiment, SLUG = its name with / and - as _ ("selu_training"): SLUG(task, <each parameter, dots
   and hyphens as _, typed>, seed) A column is INTEGER or REAL if that keeps every task's value,
   else TEXT; NULL where a task has no such parameter. A name that is taken (task, seed, measure,
   site, step, value, flag) gets a further _. SLUG_values: view over current done tasks: every
   column of SLUG, measure, site, step, value, flag names(id, text); "values"(task, measure, site,
   step, value, flag) with integer ids; NaN is NULL arrays(id, task, measure, site, step, shape,
   data): float64 blob; shape "3x4" experiments(experiment, slug); parameters(experiment, name,
   column): what is called what provenance(key, value): fingerprint, version, config, data
   checksums, when merged, ... (sweep/index_provenance.h) Values and arrays are of done and diverged
   tasks; what a failed one had measured is left out. Equal logs give equal contents (provenance and
   who computed what aside) whatever the number or order of logs: tasks are numbered in the order of
   their ids. */
#ifndef TD_SWEEP_INDEX_H
#define TD_SWEEP_INDEX_H

#include <sqlite3.h>

#include "numeric/status.h"

/* Builds DIR/results.sqlite from the logs and DIR/members (temporary name, rename). A task that was
   computed twice with different results is TD_FAILED, naming it. TD_INTERRUPTED, with nothing
   changed, if a stop was asked for. */
td_status td_index_build(const char *dir, struct td_error *err);

/* Read-only handle with tdyn's SQL functions registered: results.sqlite if it is up to date with
   the logs, else (a run is going on, read-only directory) the same contents built in memory. A
   results.sqlite without logs or members beside it is taken as it is. SQL through the handle cannot
   open other files. Close with sqlite3_close. */
td_status td_index_open(const char *dir, sqlite3 **out, struct td_error *err);

/* Aggregates median(x), quantile(x,p), stddev(x), stderr(x), ci95(x) (half-width of the 95 % t
   interval), ci(x,level), slope(y,x), corr(y,x), geomean(x); scalars t_quantile(p,df),
   normal_quantile(p), chi2_quantile(p,df), wilson_lo(k,n), wilson_hi(k,n) (95 %); table-valued
   td_array(id): (i, j, k, value). NULL, NaN, too few rows: sweep/sql.h. */
td_status td_sql_register(sqlite3 *db, struct td_error *err);

#endif
