#include "numeric/platform_compiled.h"

#include <stddef.h>

const char *const td_compiled_for[] = {
#ifdef __SSE3__
    "sse3",
#endif
#ifdef __SSSE3__
    "ssse3",
#endif
#ifdef __SSE4_1__
    "sse4.1",
#endif
#ifdef __SSE4_2__
    "sse4.2",
#endif
#ifdef __POPCNT__
    "popcnt",
#endif
#ifdef __AVX__
    "avx",
#endif
#ifdef __F16C__
    "f16c",
#endif
#ifdef __FMA__
    "fma",
#endif
#ifdef __FMA4__
    "fma4",
#endif
#ifdef __XOP__
    "xop",
#endif
#ifdef __BMI__
    "bmi",
#endif
#ifdef __BMI2__
    "bmi2",
#endif
#ifdef __LZCNT__
    "lzcnt",
#endif
#ifdef __AVX2__
    "avx2",
#endif
#ifdef __AVX512F__
    "avx512f",
#endif
#ifdef __AVX512CD__
    "avx512cd",
#endif
#ifdef __AVX512DQ__
    "avx512dq",
#endif
#ifdef __AVX512BW__
    "avx512bw",
#endif
#ifdef __AVX512VL__
    "avx512vl",
#endif
#ifdef __AVX512IFMA__
    "avx512ifma",
#endif
#ifdef __AVX512VBMI__
    "avx512vbmi",
#endif
#ifdef __AVX512VBMI2__
    "avx512vbmi2",
#endif
#ifdef __AVX512VNNI__
    "avx512vnni",
#endif
#ifdef __AVX512BITALG__
    "avx512bitalg",
#endif
#ifdef __AVX512VPOPCNTDQ__
    "avx512vpopcntdq",
#endif
    NULL};

const char td_compiled_isa[] =
#if defined(__AVX512F__)
    "avx512"
#elif defined(__AVX2__) && defined(__FMA__)
    "avx2+fma"
#elif defined(__AVX2__)
    "avx2"
#elif defined(__AVX__) && defined(__FMA4__)
    "avx+fma4"
#elif defined(__AVX__)
    "avx"
#elif defined(__SSE4_1__)
    "sse4.1"
#elif defined(__SSE2__)
    "sse2"
#elif defined(__ARM_FEATURE_SVE)
    "sve"
#elif defined(__ARM_NEON)
    "neon"
#else
    "scalar"
#endif
    ;

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
const char td_compiled_by[] =
#if defined(__clang__)
    "clang-" TEXT(__clang_major__)
#elif defined(__GNUC__)
    "gcc-" TEXT(__GNUC__)
#else
    "cc"
#endif
#ifndef __OPTIMIZE__
        "-O0"
#endif
    ;
