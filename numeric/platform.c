#include "numeric/platform.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cblas.h>
#include <gsl/gsl_errno.h>

#include "numeric/gemm.h"
#include "numeric/platform_compiled.h"
#include "numeric/real.h"
#include "numeric/threads.h"
#include "numeric/vec.h"

#if defined(__x86_64__) || defined(__i386__)
#include <xmmintrin.h>
#endif

void td_one_thread(void) {
    if (openblas_get_num_threads() != 1)
        openblas_set_num_threads(1);
}

/* The kernels that every x86-64 machine since 2013 can run. OpenBLAS and LIBXSMM read these when
   they are loaded. */
static const char *const PORTABLE[][2] = {
#if defined(__x86_64__)
    {"OPENBLAS_CORETYPE", "Haswell"},
    {"LIBXSMM_TARGET", "hsw"},
#elif defined(__aarch64__)
    {"OPENBLAS_CORETYPE", "ARMV8"},
#endif
    {NULL, NULL}};

/* Restarts the program with the kernels pinned; returns only if they are pinned already or on
   failure. A value that the user has set is kept. */
static td_status pin_kernels(char **argv, struct td_error *err) {
    bool changed = false;
#if defined(__x86_64__)
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
        return td_fail(err, TD_BAD_INPUT,
                       "--portable: its kernels need AVX2 and FMA, which this processor lacks");
#endif
    for (size_t i = 0; PORTABLE[i][0]; i++) {
        if (getenv(PORTABLE[i][0]))
            continue;
        if (setenv(PORTABLE[i][0], PORTABLE[i][1], 1) != 0)
            return td_fail(err, TD_FAILED, "--portable: setenv %s: %s", PORTABLE[i][0],
                           strerror(errno));
        changed = true;
    }
    if (!changed)
        return TD_OK;
    if (!argv || !argv[0])
        return td_fail(err, TD_FAILED, "--portable: the program's arguments are not known");
    execv("/proc/self/exe", argv);
    return td_fail(err, TD_FAILED, "--portable: cannot restart %s: %s", argv[0], strerror(errno));
}

td_status td_platform_init(bool portable, char **argv, struct td_error *err) {
    gsl_set_error_handler_off();
    if (portable) {
        td_status status = pin_kernels(argv, err);
        if (status != TD_OK)
            return status;
    }
    td_one_thread();
    return TD_OK;
}

const char *td_version(void) {
    return TDYN_VERSION;
}

const char *td_fingerprint(void) {
    static char text[256];
    if (!text[0])
        snprintf(text, sizeof text, "tdyn %s %s %s %s %s %s", td_version(), TD_REAL_NAME,
                 td_compiled_isa, td_compiled_by, td_gemm_kernels(), td_vec_kernels());
    return text;
}

bool td_denormals_kept(void) {
#if defined(__x86_64__) || defined(__i386__)
    enum { FLUSH_TO_ZERO = 0x8000, DENORMALS_ARE_ZERO = 0x0040 };
    return (_mm_getcsr() & (FLUSH_TO_ZERO | DENORMALS_ARE_ZERO)) == 0;
#else
    volatile float smallest = FLT_MIN;
    volatile float half = smallest / 2;
    return half > 0 && half * 2 == smallest;
#endif
}

double td_clock(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* VmHWM of /proc belongs to this program alone; getrusage counts what the process was before exec.
 */
double td_peak_memory(void) {
    double kilobytes = 0;
    FILE *f = fopen("/proc/self/status", "r");
    if (f) {
        char line[256];
        while (fgets(line, sizeof line, f))
            if (sscanf(line, "VmHWM: %lf kB", &kilobytes) == 1)
                break;
        fclose(f);
    }
    if (kilobytes == 0) {
        struct rusage usage;
        if (getrusage(RUSAGE_SELF, &usage) == 0)
            kilobytes = (double)usage.ru_maxrss;
    }
    return kilobytes * 1024;
}
