/* What the compiler assumed about the CPU, as plain data: platform_compiled.c is compiled like the
   rest of the library, its readers may be compiled for the baseline. */
#ifndef TD_NUMERIC_PLATFORM_COMPILED_H
#define TD_NUMERIC_PLATFORM_COMPILED_H

/* Names as __builtin_cpu_supports takes them, lowest first, NULL at the end. */
extern const char *const td_compiled_for[];
/* Short name of the whole for the fingerprint: "avx2+fma", "sse2", "neon". */
extern const char td_compiled_isa[];
/* The compiler, which decides where products and sums become one rounding: "gcc-12". */
extern const char td_compiled_by[];

#endif
