#include "numeric/cross_svd.h"

#include <math.h>

#include "numeric/gemm.h"
#include "numeric/linalg.h"
#include "numeric/memory.h"

/* The sign of a pair of singular vectors is LAPACK's choice: fix it. */
static void fix_signs(size_t k, size_t d, size_t r, double *u, double *vt) {
    for (size_t m = 0; m < r; m++) {
        double largest = 0;
        for (size_t i = 0; i < k; i++)
            if (fabs(u[i * r + m]) > fabs(largest) * (1 + 1e-9))
                largest = u[i * r + m];
        if (largest >= 0)
            continue;
        for (size_t i = 0; i < k; i++)
            u[i * r + m] = -u[i * r + m];
        for (size_t j = 0; j < d; j++)
            vt[m * d + j] = -vt[m * d + j];
    }
}

td_status td_cross_svd(size_t n, size_t k, size_t d, const double *y, const double *x, double *s,
                       double *u, double *vt, struct td_error *err) {
    size_t size = 0;
    double *cross = td_mul(k, d, &size) ? td_calloc(size, sizeof *cross) : NULL;
    if (!cross)
        return td_fail_memory(err, size * sizeof *cross);
    td_dgemm(true, false, k, d, n, y, x, 0, cross);
    td_status status = td_svd(k, d, cross, s, u, vt, err);
    if (!status)
        fix_signs(k, d, k < d ? k : d, u, vt);
    td_free(cross);
    return status;
}
