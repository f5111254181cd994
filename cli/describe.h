/* Documentation from descriptors, shared by `describe` and `measure --help`. */
#ifndef TD_CLI_DESCRIBE_H
#define TD_CLI_DESCRIBE_H

#include "numeric/param.h"

/* Prints a kind's paragraph, source and parameters to stdout. */
void td_describe_kind(const struct td_kind *kind);
/* Prints one table's parameters, names prefixed. */
void td_describe_table(const struct td_param *table, const char *prefix);

#endif
