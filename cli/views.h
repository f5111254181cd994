/* Views: experiments/PAPER/views.sql, statements CREATE TEMP VIEW ... over the tables of the
   paper's experiments. What claims, figures and users' queries share is said there once. A view may
   read experiments that are not stored: only using it fails then.

   Blocks end at an empty line. One that opens with a comment line "-- for: tabular, tabular_many"
   is run once for each name, which `$` stands for in it. */
#ifndef TD_CLI_VIEWS_H
#define TD_CLI_VIEWS_H

#include <sqlite3.h>

#include "numeric/memory.h"
#include "numeric/status.h"

/* Creates the views of a paper; one without a file has none. Anything but CREATE TEMP VIEW in it is
   refused; TD_FAILED names the file. Afterwards the handle is read-only. */
td_status td_views_create(sqlite3 *db, const char *data_dir, const char *paper,
                          struct td_arena *arena, struct td_error *err);

/* td_index_open with the views of every paper that DIR holds. Close with sqlite3_close. */
td_status td_results_open(const char *dir, const char *data_dir, struct td_arena *arena,
                          sqlite3 **out, struct td_error *err);

#endif
