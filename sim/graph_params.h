/* Deep copies of parameter structs, so that graphs and weights outlive whoever built them. */
#ifndef TD_SIM_GRAPH_PARAMS_H
#define TD_SIM_GRAPH_PARAMS_H

#include "numeric/memory.h"
#include "numeric/param.h"

/* A copy of `src` (size bytes, described by `table`) with its strings, lists and nested parts, all
   in `arena`. NULL: no memory. */
void *td_params_copy(struct td_arena *arena, const struct td_param *table, size_t size,
                     const void *src);

#endif
