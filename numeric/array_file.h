/* Arrays from files: NPY (up to 4-D; float16/32/64, integers, bool; C and Fortran order, both byte
   orders; versions 1 to 3), NPZ members (a.npz:name), CSV/TSV (header, byte-order mark, CRLF,
   quotes), HDF5 (file.h5:/path). Files may be hostile: every size is checked against the file
   before anything is allocated. The format is told by the file's first bytes, not by its name. */
#ifndef TD_NUMERIC_ARRAY_FILE_H
#define TD_NUMERIC_ARRAY_FILE_H

#include <stddef.h>

#include "numeric/status.h"

enum { TD_ARRAY_FILE_DIMS = 4 };

struct td_array {
    size_t ndim, shape[TD_ARRAY_FILE_DIMS];
    double *v;      /* row-major */
    char dtype[24]; /* as stored: "float32", "int64", "csv" */
};
/* Reads `spec`: a file, or FILE:MEMBER of an NPZ or HDF5 file (the member may be left out where
   there is only one). Non-finite values are kept: callers say where they are
   (td_array_check_finite). Integers beyond 2^53 are rounded to the nearest double, as NumPy does.
   Refused with TD_BAD_INPUT: a missing or truncated file, bytes behind the array, an axis of length
   0, complex, text, object and structured dtypes, CSV cells that are missing or no number (row,
   column and line named). On error *out is empty. */
td_status td_array_read(const char *spec, struct td_array *out, struct td_error *err);
void td_array_free(struct td_array *a);
/* The array as samples by features: rows is the first axis, columns all others flattened. A 1-D
   array of n values is n samples of one feature, a 0-D one a single sample. */
size_t td_array_rows(const struct td_array *a);
size_t td_array_columns(const struct td_array *a);
/* TD_BAD_INPUT naming row, column (both counted from 0) and value ("nan", "inf") of the first
   non-finite element. */
td_status td_array_check_finite(const struct td_array *a, const char *name, struct td_error *err);
/* Writes NPY version 1, float64, C order; temporary name + rename. ndim up to TD_ARRAY_FILE_DIMS.
 */
td_status td_npy_write(const char *path, size_t ndim, const size_t *shape, const double *v,
                       struct td_error *err);

#endif
