#include "numeric/fft.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

#include <fftw3.h>

/* Without SIMD codelets the bits do not depend on the CPU that FFTW finds; unaligned, because a
   cached plan runs on arrays of any alignment. */
static const unsigned PLAN_FLAGS =
    FFTW_ESTIMATE | FFTW_UNALIGNED | FFTW_NO_SIMD | FFTW_PRESERVE_INPUT;

enum transform { REAL_FORWARD, REAL_INVERSE, COMPLEX_FORWARD, COMPLEX_BACKWARD };

struct cached {
    enum transform transform;
    bool in_place;
    size_t n;
    fftw_plan plan;
};

enum { CACHE_SIZE = 64 };
static struct cached cache[CACHE_SIZE];
static size_t used, oldest;

static fftw_plan make_plan(enum transform transform, bool in_place, size_t n) {
    /* FFTW_ESTIMATE never touches the arrays; it only wants to know whether they are the same. */
    fftw_complex *in = fftw_alloc_complex(n), *out = in_place ? in : fftw_alloc_complex(n);
    fftw_plan plan = NULL;
    int size = (int)n;
    if (in && out) {
        switch (transform) {
        case REAL_FORWARD:
            plan = fftw_plan_dft_r2c_1d(size, (double *)in, out, PLAN_FLAGS);
            break;
        case REAL_INVERSE:
            plan = fftw_plan_dft_c2r_1d(size, in, (double *)out, PLAN_FLAGS);
            break;
        case COMPLEX_FORWARD:
            plan = fftw_plan_dft_1d(size, in, out, FFTW_FORWARD, PLAN_FLAGS);
            break;
        case COMPLEX_BACKWARD:
            plan = fftw_plan_dft_1d(size, in, out, FFTW_BACKWARD, PLAN_FLAGS);
            break;
        }
    }
    fftw_free(in);
    if (!in_place)
        fftw_free(out);
    return plan;
}

static td_status find_plan(enum transform transform, bool in_place, size_t n, fftw_plan *out,
                           struct td_error *err) {
    if (n == 0 || n > INT_MAX)
        return td_fail(err, TD_BAD_INPUT, "FFT of %zu elements; 1 to %d are allowed", n, INT_MAX);
    for (size_t i = 0; i < used; i++) {
        if (cache[i].transform == transform && cache[i].in_place == in_place && cache[i].n == n) {
            *out = cache[i].plan;
            return TD_OK;
        }
    }
    fftw_plan plan = make_plan(transform, in_place, n);
    if (!plan)
        return td_fail(err, TD_FAILED, "FFTW cannot plan a transform of %zu elements", n);
    size_t slot = used;
    if (used < CACHE_SIZE) {
        used++;
    } else {
        slot = oldest;
        oldest = (oldest + 1) % CACHE_SIZE;
        fftw_destroy_plan(cache[slot].plan);
    }
    cache[slot] = (struct cached){transform, in_place, n, plan};
    *out = plan;
    return TD_OK;
}

td_status td_fft_real(size_t n, const double *x, double complex *out, struct td_error *err) {
    fftw_plan plan;
    td_status status = find_plan(REAL_FORWARD, false, n, &plan, err);
    if (status == TD_OK)
        fftw_execute_dft_r2c(plan, (double *)x, out);
    return status;
}

td_status td_fft_real_inverse(size_t n, const double complex *x, double *out,
                              struct td_error *err) {
    fftw_plan plan;
    td_status status = find_plan(REAL_INVERSE, false, n, &plan, err);
    if (status != TD_OK)
        return status;
    fftw_execute_dft_c2r(plan, (double complex *)x, out);
    for (size_t i = 0; i < n; i++)
        out[i] /= (double)n;
    return TD_OK;
}

td_status td_fft_complex(size_t n, int sign, const double complex *x, double complex *out,
                         struct td_error *err) {
    if (sign != -1 && sign != 1)
        return td_fail(err, TD_BAD_INPUT, "FFT sign %d; -1 (forward) or +1 (backward)", sign);
    fftw_plan plan;
    td_status status =
        find_plan(sign < 0 ? COMPLEX_FORWARD : COMPLEX_BACKWARD, x == out, n, &plan, err);
    if (status == TD_OK)
        fftw_execute_dft(plan, (double complex *)x, out);
    return status;
}

void td_fft_cleanup(void) {
    for (size_t i = 0; i < used; i++)
        fftw_destroy_plan(cache[i].plan);
    used = oldest = 0;
    fftw_cleanup();
}
