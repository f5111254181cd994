/* Arrays from files: NPY (1-, 2-, 3-D; float16/32/64, integers, bool; C and Fortran order, both
   byte orders; versions 1 to 3), NPZ members (a.npz:name), CSV/TSV (header, byte-order mark, CRLF,
   quotes), HDF5 (file.h5:/path). Files may be hostile: every size is checked against the file
   before anything is allocated. */
#ifndef TD_NUMERIC_ARRAY_FILE_H
#define TD_NUMERIC_ARRAY_FILE_H

#include <stddef.h>

#include "numeric/status.h"

struct td_array {
    size_t ndim, shape[4];
    double *v;      /* row-major */
    char dtype[24]; /* as stored: "float32", "int64", "csv" */
};
/* Reads `spec`. Non-finite values are kept: callers say where they are (td_array_check_finite). */
td_status td_array_read(const char *spec, struct td_array *out, struct td_error *err);
void td_array_free(struct td_array *a);
/* TD_BAD_INPUT naming row, column and value ("nan", "inf") of the first non-finite element. */
td_status td_array_check_finite(const struct td_array *a, const char *name, struct td_error *err);
/* Writes NPY version 1, float64, C order; temporary name + rename. */
td_status td_npy_write(const char *path, size_t ndim, const size_t *shape, const double *v,
                       struct td_error *err);

#endif
