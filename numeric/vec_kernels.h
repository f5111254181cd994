/* Internal to numeric: vectors of the widest kind that the compiler was told about, and the library
   functions on them, called by name. x86-64 with glibc: libmvec (at most 4 ulp), and SLEEF where 1
   ulp is wanted; elsewhere SLEEF. Every name says its instruction set: bits do not depend on the
   machine (except that glibc chooses between SSE2 and SSE4.1, which the fingerprint tells). */
#ifndef TD_NUMERIC_VEC_KERNELS_H
#define TD_NUMERIC_VEC_KERNELS_H

#include <stdint.h>

#include <sleef.h>

#if defined(__x86_64__) && defined(__GLIBC__)
#define TD_LIBMVEC
#if defined(__AVX512F__) && defined(__AVX512DQ__)
enum { TD_VEC_BYTES = 64 };
#define TD_VEC_ISA "avx512"
#define TD_FLOAT_KERNEL(name) _ZGVeN16v_##name##f
#define TD_DOUBLE_KERNEL(name) _ZGVeN8v_##name
#define TD_FLOAT_SLEEF(name) Sleef_##name##f16_u10avx512f
#define TD_DOUBLE_SLEEF(name) Sleef_##name##d8_u10avx512f
#elif defined(__AVX2__)
enum { TD_VEC_BYTES = 32 };
#define TD_VEC_ISA "avx2"
#define TD_FLOAT_KERNEL(name) _ZGVdN8v_##name##f
#define TD_DOUBLE_KERNEL(name) _ZGVdN4v_##name
#define TD_FLOAT_SLEEF(name) Sleef_##name##f8_u10avx2
#define TD_DOUBLE_SLEEF(name) Sleef_##name##d4_u10avx2
#else
enum { TD_VEC_BYTES = 16 };
#define TD_VEC_ISA "sse"
#define TD_VEC_CHOOSES_SSE
#define TD_FLOAT_KERNEL(name) _ZGVbN4v_##name##f
#define TD_DOUBLE_KERNEL(name) _ZGVbN2v_##name
#define TD_FLOAT_SLEEF(name) Sleef_##name##f4_u10sse2
#define TD_DOUBLE_SLEEF(name) Sleef_##name##d2_u10sse2
#endif
#elif defined(__aarch64__)
enum { TD_VEC_BYTES = 16 };
#define TD_VEC_ISA "neon"
#define TD_FLOAT_KERNEL TD_FLOAT_SLEEF
#define TD_DOUBLE_KERNEL TD_DOUBLE_SLEEF
#define TD_FLOAT_SLEEF(name) Sleef_##name##f4_u10advsimd
#define TD_DOUBLE_SLEEF(name) Sleef_##name##d2_u10advsimd
#else
#error "numeric/vec: no vector functions are known for this processor"
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
#define TD_DECLARE(name)                                                                           \
    td_vfloat TD_FLOAT_KERNEL(name)(td_vfloat);                                                    \
    td_vdouble TD_DOUBLE_KERNEL(name)(td_vdouble)
TD_DECLARE(exp);
TD_DECLARE(expm1);
TD_DECLARE(log);
TD_DECLARE(log1p);
TD_DECLARE(tanh);
TD_DECLARE(erf);
TD_DECLARE(sin);
TD_DECLARE(cos);
#undef TD_DECLARE
#endif

#endif
