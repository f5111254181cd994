#include "numeric/vec.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "numeric/vec_kernels.h"

#ifdef TD_LIBMVEC
#include <gnu/libc-version.h>
#endif

/* One copy of the machine code for whole vectors and tails. */
#ifdef __clang__
#define ONE_COPY __attribute__((noinline))
#else
#define ONE_COPY __attribute__((noinline, noclone))
#endif

/* y = f(x) over an array: whole vectors, then the tail padded with ones (in the domain of every
   function) and sent through the same code, so that an element's bits do not depend on its place.
 */
#define MAP(name, scalar, vector, lanes, f)                                                        \
    static                                                                                         \
        __attribute__((noinline)) void name##_blocks(size_t blocks, const scalar *x, scalar *y) {  \
        for (size_t b = 0; b < blocks; b++) {                                                      \
            vector v;                                                                              \
            memcpy(&v, x + b * lanes, sizeof v);                                                   \
            v = f(v);                                                                              \
            memcpy(y + b * lanes, &v, sizeof v);                                                   \
        }                                                                                          \
    }                                                                                              \
    static inline void name(size_t n, const scalar *x, scalar *y) {                                \
        size_t blocks = n / lanes, rest = n % lanes;                                               \
        name##_blocks(blocks, x, y);                                                               \
        if (rest == 0)                                                                             \
            return;                                                                                \
        scalar pad[lanes];                                                                         \
        for (size_t i = 0; i < lanes; i++)                                                         \
            pad[i] = i < rest ? x[blocks * lanes + i] : 1;                                         \
        name##_blocks(1, pad, pad);                                                                \
        for (size_t i = 0; i < rest; i++)                                                          \
            y[blocks * lanes + i] = pad[i];                                                        \
    }
#define MAP_FLOAT(name, f) MAP(name, float, td_vfloat, TD_FLOAT_LANES, f)
#define MAP_DOUBLE(name, f) MAP(name, double, td_vdouble, TD_DOUBLE_LANES, f)

/* Sigmoid through e = exp(-|x|), which never overflows: 1 / (1 + e) or e / (1 + e). e to 1 ulp,
   because the division can double its error. */
#define SIGMOID(name, vector, ivector, sign, f)                                                    \
    static inline vector name(vector x) {                                                          \
        vector e = f((vector)((ivector)x | (sign)));                                               \
        vector one = (vector){0} + 1;                                                              \
        ivector negative = x < 0;                                                                  \
        vector top = (vector)((negative & (ivector)e) | (~negative & (ivector)one));               \
        return top / (one + e);                                                                    \
    }
SIGMOID(vdouble_sigmoid, td_vdouble, td_vint64, INT64_MIN, TD_DOUBLE_SLEEF(exp))

#ifndef TDYN_DOUBLE
SIGMOID(vfloat_sigmoid, td_vfloat, td_vint32, INT32_MIN, TD_FLOAT_SLEEF(exp))
MAP_FLOAT(float_exp, TD_FLOAT_KERNEL(exp))
MAP_FLOAT(float_expm1, TD_FLOAT_KERNEL(expm1))
MAP_FLOAT(float_log, TD_FLOAT_KERNEL(log))
MAP_FLOAT(float_log1p, TD_FLOAT_KERNEL(log1p))
MAP_FLOAT(float_tanh, TD_FLOAT_KERNEL(tanh))
MAP_FLOAT(float_erf, TD_FLOAT_KERNEL(erf))
MAP_FLOAT(float_sin, TD_FLOAT_KERNEL(sin))
MAP_FLOAT(float_cos, TD_FLOAT_KERNEL(cos))
MAP_FLOAT(float_sigmoid, vfloat_sigmoid)
#endif
MAP_DOUBLE(double_exp, TD_DOUBLE_KERNEL(exp))
MAP_DOUBLE(double_expm1, TD_DOUBLE_KERNEL(expm1))
MAP_DOUBLE(double_log, TD_DOUBLE_KERNEL(log))
MAP_DOUBLE(double_tanh, TD_DOUBLE_KERNEL(tanh))
MAP_DOUBLE(double_erf, TD_DOUBLE_KERNEL(erf))
MAP_DOUBLE(double_log1p, TD_DOUBLE_KERNEL(log1p))
MAP_DOUBLE(double_sin, TD_DOUBLE_KERNEL(sin))
MAP_DOUBLE(double_cos, TD_DOUBLE_KERNEL(cos))
MAP_DOUBLE(double_sigmoid, vdouble_sigmoid)

#ifdef TDYN_DOUBLE
#define REAL(f) double_##f
#define SQRT sqrt
#else
#define REAL(f) float_##f
#define SQRT sqrtf
#endif
#define DEFINE(f)                                                                                  \
    void td_vec_##f(size_t n, const real *x, real *y) {                                            \
        REAL(f)(n, x, y);                                                                          \
    }
#define DEFINE_DOUBLE(f)                                                                           \
    void td_dvec_##f(size_t n, const double *x, double *y) {                                       \
        double_##f(n, x, y);                                                                       \
    }
DEFINE(exp)
DEFINE(expm1)
DEFINE(log)
DEFINE(log1p)
DEFINE(tanh)
DEFINE(erf)
DEFINE(sin)
DEFINE(cos)
DEFINE(sigmoid)
DEFINE_DOUBLE(exp)
DEFINE_DOUBLE(expm1)
DEFINE_DOUBLE(log)
DEFINE_DOUBLE(tanh)
DEFINE_DOUBLE(erf)
DEFINE_DOUBLE(log1p)
DEFINE_DOUBLE(sin)
DEFINE_DOUBLE(cos)
DEFINE_DOUBLE(sigmoid)

/* The instruction is correctly rounded everywhere. */
void td_vec_sqrt(size_t n, const real *x, real *y) {
    for (size_t i = 0; i < n; i++)
        y[i] = SQRT(x[i]);
}

/* Sums: eight interleaved partial sums a block, then pairwise over blocks. The order depends on n
   alone. */
enum { LANES = 8, BLOCK = 256 };

static double add_lanes(const double *s) {
    return ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
}

#define SUM(name, scalar, parameters, arguments, term)                                             \
    static double name##_block parameters {                                                        \
        double s[LANES] = {0};                                                                     \
        size_t i = 0;                                                                              \
        for (; i + LANES <= n; i += LANES)                                                         \
            for (size_t l = 0; l < LANES; l++)                                                     \
                s[l] += term(i + l);                                                               \
        for (size_t l = 0; i + l < n; l++)                                                         \
            s[l] += term(i + l);                                                                   \
        return add_lanes(s);                                                                       \
    }                                                                                              \
    double name parameters {                                                                       \
        if (n <= BLOCK)                                                                            \
            return name##_block(n, arguments(0));                                                  \
        size_t blocks = (n + BLOCK - 1) / BLOCK, half = blocks / 2 * BLOCK;                        \
        double left = name(half, arguments(0));                                                    \
        n -= half;                                                                                 \
        return left + name(n, arguments(half));                                                    \
    }
#define X_FROM(i) x + (i)
#define XY_FROM(i) x + (i), y + (i)
#define X(i) (double)x[i]
#define XX(i) (double)x[i] * (double)x[i]
#define XY(i) (double)x[i] * (double)y[i]
SUM(td_vec_sum, real, (size_t n, const real *x), X_FROM, X)
SUM(td_dvec_sum, double, (size_t n, const double *x), X_FROM, X)
SUM(td_vec_sumsq, real, (size_t n, const real *x), X_FROM, XX)
SUM(td_vec_dot, real, (size_t n, const real *x, const real *y), XY_FROM, XY)

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
#define SLEEF_VERSION "sleef-" TEXT(SLEEF_VERSION_MAJOR) "." TEXT(SLEEF_VERSION_MINOR)

const char *td_vec_kernels(void) {
#ifdef TD_LIBMVEC
    static char text[64];
    const char *isa = TD_VEC_ISA;
#ifdef TD_VEC_CHOOSES_SSE
    /* glibc itself picks one of two variants of these. */
    isa = __builtin_cpu_supports("sse4.1") ? "sse4.1" : "sse2";
#endif
    if (!text[0])
        snprintf(text, sizeof text, "libmvec-%s-%s+" SLEEF_VERSION, gnu_get_libc_version(), isa);
    return text;
#else
    return SLEEF_VERSION "-" TD_VEC_ISA;
#endif
}
