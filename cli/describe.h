/* Documentation from descriptors, shared by `describe` and `measure --help`. */
#ifndef TD_CLI_DESCRIBE_H
#define TD_CLI_DESCRIBE_H

#include "measure/measure.h"
#include "numeric/param.h"

/* Prints a kind's paragraph, source and parameters to stdout. */
void td_describe_kind(const struct td_kind *kind);
/* The same of a measure, with what it takes and gives, and what it costs. */
void td_describe_measure(const struct td_measure *m);
/* Prints the names of a measure's values, and their common unit. */
void td_describe_outputs(const struct td_measure *m);
/* Prints one table's parameters, names prefixed. */
void td_describe_table(const struct td_param *table, const char *prefix);

#endif
