/* Compiled for the baseline instruction set: runs before any other code of the library. */
#include <stddef.h>

#include "numeric/platform.h"
#include "numeric/platform_compiled.h"

#if defined(__x86_64__) || defined(__i386__)

/* __builtin_cpu_supports takes literals only. Names it does not know cannot be in the list. */
#define CHECK(feature)                                                                             \
    { feature, __builtin_cpu_supports(feature) != 0 }

static int equal(const char *a, const char *b) {
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

const char *td_cpu_missing(void) {
    __builtin_cpu_init();
    const struct {
        const char *name;
        int present;
    } features[] = {
        CHECK("sse3"),
        CHECK("ssse3"),
        CHECK("sse4.1"),
        CHECK("sse4.2"),
        CHECK("popcnt"),
        CHECK("avx"),
        CHECK("fma"),
        CHECK("fma4"),
        CHECK("xop"),
        CHECK("bmi"),
        CHECK("bmi2"),
        CHECK("avx2"),
        CHECK("avx512f"),
        CHECK("avx512cd"),
        CHECK("avx512dq"),
        CHECK("avx512bw"),
        CHECK("avx512vl"),
        CHECK("avx512ifma"),
        CHECK("avx512vbmi"),
        CHECK("avx512vbmi2"),
        CHECK("avx512vnni"),
        CHECK("avx512bitalg"),
        CHECK("avx512vpopcntdq"),
#ifndef __clang__ /* does not know these; what has AVX2 has them */
        CHECK("f16c"),
        CHECK("lzcnt"),
#endif
    };
    for (const char *const *needed = td_compiled_for; *needed; needed++)
        for (size_t i = 0; i < sizeof features / sizeof *features; i++)
            if (equal(*needed, features[i].name) && !features[i].present)
                return *needed;
    return NULL;
}

#else

/* On other processors nothing is checked. */
const char *td_cpu_missing(void) {
    return NULL;
}

#endif
