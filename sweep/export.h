/* Everything that was measured of a directory's current tasks, for other programs. Nothing in it
   depends on rank, host, time or the order of computing: equal results give equal bytes. */
#ifndef TD_SWEEP_EXPORT_H
#define TD_SWEEP_EXPORT_H

#include <stdio.h>

#include "numeric/status.h"

/* CSV (RFC 4180, header line) of one experiment; `experiment` NULL: the only one in DIR, else
   TD_BAD_INPUT that lists them. Columns: task (its id), every parameter as its SQL column is
   called, seed, status, measure, site, step, value (17 significant digits; nan, inf, -inf), flag,
   shape, checksum. Sorted by (task, measure, site, step), values before arrays. An array is a row
   with shape ("3x4") and XXH3-64 of its float64 bytes instead of a value; a task that measured
   nothing (failed) is a row with empty fields. Write errors are TD_FAILED; a closed pipe ends
   quietly. */
td_status td_export_csv(const char *dir, const char *experiment, FILE *out, struct td_error *err);

/* HDF5 of one experiment or all (NULL): a group an experiment, named like its table, with groups
   tasks (task, id, parameters, seed, status), values (task, measure, site, step, value, flag) of
   1-D datasets, and arrays of one dataset each, named 1, 2, ... with attributes task, measure,
   site, step. Parameters and texts as in SQL. Temporary name + rename. TD_BAD_INPUT without HDF5.
 */
td_status td_export_hdf5(const char *dir, const char *experiment, const char *path,
                         struct td_error *err);

#endif
