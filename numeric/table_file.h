/* Tables that are installed and found by name (scripts/install-data.sh puts them there). */
#ifndef TD_NUMERIC_TABLE_FILE_H
#define TD_NUMERIC_TABLE_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* The first readable of data/tabular/NAME.csv below the current folder and below the folder that
   the environment variable TDYN_DATA names, into out (size bytes); false if there is none or the
   name is a path. */
bool td_table_find(const char *name, char *out, size_t size);

#endif
