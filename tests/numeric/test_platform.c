/* The process and the machine: CPU check, fingerprint, denormals, clock, memory, pinned kernels. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_vector.h>

#include "numeric/gemm.h"
#include "numeric/memory.h"
#include "numeric/platform.h"
#include "numeric/platform_compiled.h"
#include "numeric/real.h"
#include "numeric/vec.h"

#if defined(__x86_64__)
#include <xmmintrin.h>

/* The check once more, over a list of its own: no processor has everything below. */
static const char *const pretended_list[] = {"sse3", "fma4", "avx512f", "amx", NULL};
const char *pretended_missing(void);
#define td_cpu_missing pretended_missing
#define td_compiled_for pretended_list
#include "numeric/cpu_check.c"
#undef td_cpu_missing
#undef td_compiled_for

static void a_missing_instruction_set_is_named(void **state) {
    (void)state;
    /* FMA4 came and went with AMD's Bulldozer, which had no AVX-512. */
    const char *missing = pretended_missing();
    assert_non_null(missing);
    assert_string_equal(missing, __builtin_cpu_supports("fma4") ? "avx512f" : "fma4");
}

static void the_list_is_what_the_compiler_used(void **state) {
    (void)state;
    bool avx2 = false, avx512f = false, native_avx2 = false, native_avx512f = false;
    for (const char *const *name = td_compiled_for; *name; name++) {
        avx2 |= strcmp(*name, "avx2") == 0;
        avx512f |= strcmp(*name, "avx512f") == 0;
    }
#ifdef __AVX2__
    native_avx2 = true;
#endif
#ifdef __AVX512F__
    native_avx512f = true;
#endif
    assert_true(avx2 == native_avx2 && avx512f == native_avx512f);
    assert_true((strstr(td_compiled_isa, "avx2") || strstr(td_compiled_isa, "avx512")) ==
                native_avx2);
}

static void flushed_denormals_are_noticed(void **state) {
    (void)state;
    unsigned kept = _mm_getcsr();
    assert_true(td_denormals_kept());
    _mm_setcsr(kept | 0x8000);
    if (_mm_getcsr() == kept)
        skip(); /* valgrind does not model these bits */
    bool with_flush_to_zero = td_denormals_kept();
    _mm_setcsr(kept | 0x0040);
    bool with_denormals_are_zero = td_denormals_kept();
    _mm_setcsr(kept);
    assert_false(with_flush_to_zero);
    assert_false(with_denormals_are_zero);
    assert_true(td_denormals_kept());
}
#endif

static void this_processor_lacks_nothing(void **state) {
    (void)state;
    assert_null(td_cpu_missing());
}

static void denormals_are_computed_with(void **state) {
    (void)state;
    assert_true(td_denormals_kept());
    volatile float smallest = FLT_MIN;
    volatile double small = DBL_MIN;
    assert_true(smallest / 2 > 0 && small / 2 > 0);
}

static void fingerprint_names_everything_that_decides_bits(void **state) {
    (void)state;
    const char *text = td_fingerprint();
    assert_ptr_equal(text, td_fingerprint());
    assert_memory_equal(text, "tdyn ", 5);
    assert_non_null(strstr(text, td_version()));
    assert_non_null(strstr(text, sizeof(real) == 4 ? " float " : " double "));
    char isa[96];
    snprintf(isa, sizeof isa, " %s %s ", td_compiled_isa, td_compiled_by);
    assert_non_null(strstr(text, isa));
    assert_non_null(strstr(text, td_gemm_kernels()));
    assert_non_null(strstr(text, td_vec_kernels()));
}

static void init_turns_off_aborting_errors(void **state) {
    (void)state;
    struct td_error err = {0};
    assert_int_equal(td_platform_init(false, NULL, &err), TD_OK);
    /* The default handler would call abort(). */
    gsl_vector *v = gsl_vector_alloc(3), *w = gsl_vector_alloc(4);
    assert_int_equal(gsl_vector_add(v, w), GSL_EBADLEN);
    gsl_vector_free(v);
    gsl_vector_free(w);
}

static void clock_runs_forward(void **state) {
    (void)state;
    double start = td_clock(), now = start;
    for (int i = 0; i < 1000; i++) {
        double next = td_clock();
        assert_true(next >= now);
        now = next;
    }
    while (td_clock() - start < 1e-3)
        continue;
    assert_true(td_clock() > start);
}

static void peak_memory_sees_what_is_touched(void **state) {
    (void)state;
    enum { BYTES = 96 << 20 };
    double before = td_peak_memory();
    assert_true(before > 1e5 && before < 1e12);
    char *p = td_calloc(BYTES, 1);
    assert_non_null(p);
    for (size_t i = 0; i < BYTES; i += 4096)
        p[i] = 1;
    assert_true(td_peak_memory() >= before + 0.5 * BYTES || td_peak_memory() >= 1.9 * BYTES);
    td_free(p);
}

static const char *own_path;

/* The child of pinned_kernels_are_used: prints what it runs with. */
static int child(char **argv) {
    struct td_error err = {0};
    td_status status = td_platform_init(true, argv, &err);
    if (status != TD_OK) {
        printf("refused %s\n", err.message);
        return 0;
    }
    const char *core = getenv("OPENBLAS_CORETYPE"), *target = getenv("LIBXSMM_TARGET");
    printf("%s %s %s\n", core ? core : "-", target ? target : "-", td_fingerprint());
    return 0;
}

static void run_child(const char *environment, char *line, int size) {
    char command[4096];
    snprintf(command, sizeof command, "env -u OPENBLAS_CORETYPE -u LIBXSMM_TARGET %s '%s' --child",
             environment, own_path);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    assert_non_null(fgets(line, size, pipe));
    assert_int_equal(pclose(pipe), 0);
}

static void portable_restarts_with_pinned_kernels(void **state) {
    (void)state;
    char line[512];
    run_child("", line, sizeof line);
#if defined(__x86_64__)
    if (!__builtin_cpu_supports("avx2")) {
        assert_non_null(strstr(line, "AVX2"));
        return;
    }
    assert_memory_equal(line, "Haswell hsw tdyn ", 17);
    assert_non_null(strstr(line, "-Haswell"));
    /* What the user has set stays. */
    run_child("OPENBLAS_CORETYPE=Sandybridge", line, sizeof line);
    assert_memory_equal(line, "Sandybridge hsw tdyn ", 21);
#else
    assert_non_null(strstr(line, "tdyn "));
#endif
}

int main(int argc, char **argv) {
    own_path = argv[0];
    if (argc > 1 && strcmp(argv[1], "--child") == 0)
        return child(argv);
    const struct CMUnitTest tests[] = {
#if defined(__x86_64__)
        cmocka_unit_test(a_missing_instruction_set_is_named),
        cmocka_unit_test(the_list_is_what_the_compiler_used),
        cmocka_unit_test(flushed_denormals_are_noticed),
#endif
        cmocka_unit_test(this_processor_lacks_nothing),
        cmocka_unit_test(denormals_are_computed_with),
        cmocka_unit_test(fingerprint_names_everything_that_decides_bits),
        cmocka_unit_test(init_turns_off_aborting_errors),
        cmocka_unit_test(clock_runs_forward),
        cmocka_unit_test(peak_memory_sees_what_is_touched),
        cmocka_unit_test(portable_restarts_with_pinned_kernels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
