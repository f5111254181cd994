/* Internal to numeric/vec.c: vectors of the widest kind that the compiler was told about, and the
   library functions on them, called by name. x86-64: glibc's libmvec; elsewhere SLEEF. */
#ifndef TD_NUMERIC_VEC_KERNELS_H
#define TD_NUMERIC_VEC_KERNELS_H

#include <stdint.h>

#if defined(__x86_64__) && defined(__GLIBC__)
#define TD_LIBMVEC
#if defined(__AVX512F__) && defined(__AVX512DQ__)
enum { TD_VEC_BYTES = 64 };
#define TD_VEC_ISA "avx512"
#define TD_FLOAT_KERNEL(name) _ZGVeN16v_##name##f
#define TD_DOUBLE_KERNEL(f) _ZGVeN8v_##f
#elif defined(__AVX2__)
enum { TD_VEC_BYTES = 32 };
#define TD_VEC_ISA "avx2"
#define TD_FLOAT_KERNEL(name) _ZGVdN8v_##name##f
#define TD_DOUBLE_KERNEL(f) _ZGVdN4v_##f
#else
enum { TD_VEC_BYTES = 16 };
#define TD_VEC_ISA "sse"
#define TD_FLOAT_KERNEL(name) _ZGVbN4v_##name##f
#define TD_DOUBLE_KERNEL(f) _ZGVbN2v_##f
#endif
#else
enum { TD_VEC_BYTES = 16 };
#define TD_VEC_ISA "sleef"
#define TD_FLOAT_KERNEL(name) Sleef_##name##f4_u10
#define TD_DOUBLE_KERNEL(f) Sleef_##f##d2_u10
#endif

typedef float td_vfloat __attribute__((vector_size(TD_VEC_BYTES)));
typedef double td_vdouble __attribute__((vector_size(TD_VEC_BYTES)));
typedef int32_t td_vint32 __attribute__((vector_size(TD_VEC_BYTES)));
typedef int64_t td_vint64 __attribute__((vector_size(TD_VEC_BYTES)));
enum {
    TD_FLOAT_LANES = TD_VEC_BYTES / sizeof(float),
    TD_DOUBLE_LANES = TD_VEC_BYTES / sizeof(double)
};

#ifdef TD_LIBMVEC
#define TD_DECLARE(f)                                                                              \
    td_vfloat TD_FLOAT_KERNEL(f)(td_vfloat);                                                       \
    td_vdouble TD_DOUBLE_KERNEL(f)(td_vdouble)
TD_DECLARE(exp);
TD_DECLARE(expm1);
TD_DECLARE(log);
TD_DECLARE(log1p);
TD_DECLARE(tanh);
TD_DECLARE(erf);
TD_DECLARE(sin);
TD_DECLARE(cos);
#undef TD_DECLARE
#else
#include <sleef.h>
#endif

#endif
