/* IDX, the format of MNIST: big-endian header (two zero bytes, element type, number of dimensions,
   sizes), then the elements; plain or gzip. Files may be hostile: what the header claims is checked
   against the file before anything is allocated. */
#ifndef TD_SIM_DATAS_IDX_FILE_H
#define TD_SIM_DATAS_IDX_FILE_H

#include <stdint.h>

#include "numeric/real.h"
#include "numeric/status.h"

enum { TD_IDX_DIMS = 4 };

struct td_idx {
    unsigned type; /* 8 unsigned byte, 9 signed byte, 11 int16, 12 int32, 13 float, 14 double */
    size_t ndim, shape[TD_IDX_DIMS]; /* as the header says */
    size_t n, d;                     /* rows read (shape[0] or fewer), elements a row */
    real *v;                         /* (n, d), values as stored */
};

/* Reads the first `wanted` rows (0: all; more than there are: TD_BAD_INPUT). A truncated file is
   refused with expected and found size even if the rows wanted are there; non-finite elements are
   refused naming row and column. On error *out is empty. */
td_status td_idx_read(const char *path, int64_t wanted, struct td_idx *out, struct td_error *err);
void td_idx_free(struct td_idx *idx);

#endif
