/* Initialisations: how a weight matrix (out, in) is drawn. */
#ifndef TD_SIM_INIT_H
#define TD_SIM_INIT_H

#include "numeric/kind.h"
#include "numeric/random.h"

struct td_init {
    struct td_kind kind;
    /* Fills w (rows, cols) from draw (0, layer) of the stream. */
    td_status (*draw)(const void *params, size_t rows, size_t cols, double fan_in, double fan_out,
                      struct td_stream stream, uint32_t layer, real *w, struct td_error *err);
};
extern struct td_registry td_inits;

#endif
