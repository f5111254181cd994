/* The folder of an output directory: made, recognised, moved aside. */
#ifndef TD_SWEEP_STORE_DIR_H
#define TD_SWEEP_STORE_DIR_H

#include <limits.h>
#include <stdbool.h>

#include "numeric/status.h"

/* Makes `dir` (and its parents) unless it is there, and gives its canonical path: symbolic links
   resolved, absolute. TD_BAD_INPUT for a folder that holds other things than tdyn's. */
td_status td_output_dir_make(const char *dir, char canonical[PATH_MAX], struct td_error *err);
/* Whether a run has left anything here. */
bool td_output_dir_used(const char *canonical);
/* Renames it to CANONICAL.old-1 (or -2, ...) and makes an empty one in its place. */
td_status td_output_dir_move_aside(const char *canonical, struct td_error *err);
/* Removes what killed runs left half-written. Only while nobody else writes. */
void td_output_dir_tidy(const char *canonical);

#endif
