#include <stdint.h>
#include <string.h>

#include "numeric/gemm_kernels.h"
#include "numeric/vec_kernels.h"

#ifdef TDYN_DOUBLE
typedef td_vdouble vreal;
typedef td_vint64 vmask;
typedef int64_t mask_lane;
#else
typedef td_vfloat vreal;
typedef td_vint32 vmask;
typedef int32_t mask_lane;
#endif
enum { LANES = TD_VEC_BYTES / sizeof(real) };
const size_t td_gemm_dot_min_k = LANES;

/* Tiles of C: 12 accumulators, three rows of A and one of B fill the 16 registers of AVX2. */
enum { ROWS = 3, COLUMNS = 4 };

static inline vreal load(const real *x) {
    vreal v;
    memcpy(&v, x, sizeof v);
    return v;
}

/* The last vector before `end`, with zeros for what the loop has used already. */
static inline vreal load_last(const real *end, vmask keep) {
    return (vreal)((vmask)load(end - LANES) & keep);
}

static inline vmask keep_last(size_t rest) {
    vmask lane;
    for (size_t i = 0; i < LANES; i++)
        lane[i] = (mask_lane)i;
    return lane >= (mask_lane)(LANES - rest);
}

/* Sums over the lanes of four accumulators at once: vectors are halved down to 16 bytes, then
   transposed while they are added. */
#ifdef TDYN_DOUBLE
typedef double pair __attribute__((vector_size(16)));

static inline pair halve(vreal v) {
#if defined(__AVX512F__)
    typedef double four __attribute__((vector_size(32)));
    four h = __builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7);
    return __builtin_shufflevector(h, h, 0, 1) + __builtin_shufflevector(h, h, 2, 3);
#elif defined(__AVX2__)
    return __builtin_shufflevector(v, v, 0, 1) + __builtin_shufflevector(v, v, 2, 3);
#else
    return v;
#endif
}

static inline pair sum_two(vreal x, vreal y) {
    pair p = halve(x), q = halve(y);
    return __builtin_shufflevector(p, q, 0, 2) + __builtin_shufflevector(p, q, 1, 3);
}

static inline void sum_four(const vreal *v, real *out) {
    pair low = sum_two(v[0], v[1]), high = sum_two(v[2], v[3]);
    memcpy(out, &low, sizeof low);
    memcpy(out + 2, &high, sizeof high);
}
#else
typedef float quad __attribute__((vector_size(16)));

static inline quad halve(vreal v) {
#if defined(__AVX512F__)
    typedef float eight __attribute__((vector_size(32)));
    eight h = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
              __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
    return __builtin_shufflevector(h, h, 0, 1, 2, 3) + __builtin_shufflevector(h, h, 4, 5, 6, 7);
#elif defined(__AVX2__)
    return __builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7);
#else
    return v;
#endif
}

static inline quad sum_two(vreal x, vreal y) {
    quad p = halve(x), q = halve(y);
    return __builtin_shufflevector(p, q, 0, 4, 1, 5) + __builtin_shufflevector(p, q, 2, 6, 3, 7);
}

static inline void sum_four(const vreal *v, real *out) {
    quad p = sum_two(v[0], v[1]), q = sum_two(v[2], v[3]);
    quad s = __builtin_shufflevector(p, q, 0, 1, 4, 5) + __builtin_shufflevector(p, q, 2, 3, 6, 7);
    memcpy(out, &s, sizeof s);
}
#endif

/* Without this gcc reads rows of A from memory again for every product. */
#if defined(__x86_64__)
#define KEEP_IN_REGISTER(v) __asm__("" : "+v"(v))
#else
#define KEEP_IN_REGISTER(v) ((void)0)
#endif

/* C (rows, columns) of one tile, rows and columns constant where it is inlined. The loops must be
   unrolled early for the sums to live in registers. */
static inline __attribute__((always_inline)) void
tile(size_t rows, size_t columns, const struct td_gemm *p, const real *a, const real *b, real *c) {
    vreal sum[ROWS][COLUMNS] = {0};
    size_t k = 0, rest = p->k % LANES;
    for (; k + LANES <= p->k; k += LANES) {
        vreal left[ROWS];
#pragma GCC unroll 4
        for (size_t i = 0; i < rows; i++) {
            left[i] = load(a + i * p->lda + k);
            KEEP_IN_REGISTER(left[i]);
        }
#pragma GCC unroll 4
        for (size_t j = 0; j < columns; j++) {
            vreal right = load(b + j * p->ldb + k);
#pragma GCC unroll 4
            for (size_t i = 0; i < rows; i++)
                sum[i][j] += left[i] * right;
        }
    }
    if (rest > 0) {
        vmask keep = keep_last(rest);
#pragma GCC unroll 4
        for (size_t j = 0; j < columns; j++) {
            vreal right = load_last(b + j * p->ldb + p->k, keep);
#pragma GCC unroll 4
            for (size_t i = 0; i < rows; i++)
                sum[i][j] += load_last(a + i * p->lda + p->k, keep) * right;
        }
    }
    bool add = p->beta != 0;
#pragma GCC unroll 4
    for (size_t i = 0; i < rows; i++) {
        real s[COLUMNS], *row = c + i * p->ldc;
        sum_four(sum[i], s);
        if (add)
#pragma GCC unroll 4
            for (size_t j = 0; j < columns; j++)
                s[j] += row[j];
        memcpy(row, s, columns * sizeof *s);
    }
}

#define TILE(r, c)                                                                                 \
    static void tile_##r##_##c(const struct td_gemm *p, const real *a, const real *b, real *out) { \
        tile(r, c, p, a, b, out);                                                                  \
    }
TILE(1, 1)
TILE(1, 2)
TILE(1, 3)
TILE(1, 4)
TILE(2, 1)
TILE(2, 2)
TILE(2, 3)
TILE(2, 4)
TILE(3, 1)
TILE(3, 2)
TILE(3, 3)
TILE(3, 4)

typedef void tile_fn(const struct td_gemm *, const real *, const real *, real *);
static tile_fn *const TILES[ROWS][COLUMNS] = {{tile_1_1, tile_1_2, tile_1_3, tile_1_4},
                                              {tile_2_1, tile_2_2, tile_2_3, tile_2_4},
                                              {tile_3_1, tile_3_2, tile_3_3, tile_3_4}};

/* How many of `left` rows or columns come next: as equal as possible, at most `most`, because a
   narrow tile waits for its own additions. */
static inline size_t next_extent(size_t left, size_t most) {
    size_t parts = (left + most - 1) / most;
    return (left + parts - 1) / parts;
}

void td_gemm_dot(const struct td_gemm *p, const real *a, const real *b, real *c) {
    for (size_t i = 0, rows; i < p->m; i += rows) {
        rows = next_extent(p->m - i, ROWS);
        for (size_t j = 0, columns; j < p->n; j += columns) {
            columns = next_extent(p->n - j, COLUMNS);
            TILES[rows - 1][columns - 1](p, a + i * p->lda, b + j * p->ldb, c + i * p->ldc + j);
        }
    }
}
