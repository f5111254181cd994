/* Squared Euclidean distances between the rows of two arrays, tile by tile, so that no (n, m)
   matrix is kept. In few dimensions by differences, whose error does not grow with an offset that
   all rows share; in many by |a|^2 + |b|^2 - 2 a.b with one matrix product a tile, after the
   columns' means are taken off, and with those pairs by differences for which that sum cancels.
   Either way distances have a relative error below 1e-10. */
#ifndef TD_MEASURE_DISTANCES_H
#define TD_MEASURE_DISTANCES_H

#include <stdbool.h>

#include "numeric/status.h"

enum { TD_TILE_COLUMNS = 256, TD_TILE_STEP = 16 };

struct td_distances {
    size_t n, m, d;      /* a (n, d), b (m, d) */
    size_t tile_rows;    /* n_rows of a call, at most */
    bool by_product;     /* |a|^2 + |b|^2 - 2 a.b */
    size_t stride;       /* of bt: m, padded */
    double *a;           /* (n, d) */
    double *bt;          /* (d, stride): columns of b */
    double *b;           /* by_product: (m, d) */
    double *ac, *bc;     /* by_product: a, b without a's mean row */
    double *a_sq, *b_sq; /* by_product: squared lengths of their rows */
};
/* Copies a and b times `scale`; b NULL: a with itself. Values and their differences times scale
   must be in range when squared and summed: take td_unit_scale. Memory O((n + m) d). */
td_status td_distances_make(struct td_distances *s, size_t n, const double *a, size_t m,
                            const double *b, size_t d, double scale, struct td_error *err);
void td_distances_free(struct td_distances *s);
/* out (n_rows, TD_TILE_COLUMNS), aligned: distances of rows i0 .. i0 + n_rows - 1 of a from rows
   j0 .. j0 + n_columns - 1 of b; what follows in a row of out is undefined. n_rows <= tile_rows,
   n_columns <= TD_TILE_COLUMNS, j0 and out's column multiples of TD_TILE_STEP. Symmetric to the bit
   by differences. O(n_rows n_columns d). */
void td_distances_tile(const struct td_distances *s, size_t i0, size_t n_rows, size_t j0,
                       size_t n_columns, double *out);

#endif
