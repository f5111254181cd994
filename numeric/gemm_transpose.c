#include <string.h>

#include "numeric/gemm_kernels.h"

/* Squares of 4 x 4 go through registers, what is left over one by one. */
enum { SIDE = 4 };
typedef real row __attribute__((vector_size(SIDE * sizeof(real))));
#define SHUFFLE __builtin_shufflevector

static inline void transpose_square(const real *b, size_t ldb, real *t, size_t ldt) {
    row r[SIDE];
    for (size_t j = 0; j < SIDE; j++)
        memcpy(&r[j], b + j * ldb, sizeof r[j]);
    row low_01 = SHUFFLE(r[0], r[1], 0, 4, 1, 5), high_01 = SHUFFLE(r[0], r[1], 2, 6, 3, 7);
    row low_23 = SHUFFLE(r[2], r[3], 0, 4, 1, 5), high_23 = SHUFFLE(r[2], r[3], 2, 6, 3, 7);
    r[0] = SHUFFLE(low_01, low_23, 0, 1, 4, 5);
    r[1] = SHUFFLE(low_01, low_23, 2, 3, 6, 7);
    r[2] = SHUFFLE(high_01, high_23, 0, 1, 4, 5);
    r[3] = SHUFFLE(high_01, high_23, 2, 3, 6, 7);
    for (size_t i = 0; i < SIDE; i++)
        memcpy(t + i * ldt, &r[i], sizeof r[i]);
}

static inline void transpose_singly(size_t n, size_t k, const real *b, size_t ldb, real *t,
                                    size_t ldt) {
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < n; j++)
            t[i * ldt + j] = b[j * ldb + i];
}

void td_gemm_transpose(size_t n, size_t k, const real *b, size_t ldb, real *t) {
    size_t whole_n = n - n % SIDE, whole_k = k - k % SIDE;
    for (size_t j = 0; j < whole_n; j += SIDE) {
        for (size_t i = 0; i < whole_k; i += SIDE)
            transpose_square(b + j * ldb + i, ldb, t + i * n + j, n);
        transpose_singly(SIDE, k - whole_k, b + j * ldb + whole_k, ldb, t + whole_k * n + j, n);
    }
    transpose_singly(n - whole_n, k, b + whole_n * ldb, ldb, t + whole_n, n);
}
