#include "experiments/selu/inputs.h"

#include <float.h>
#include <math.h>

#include <gsl/gsl_cdf.h>

#include "sim/inits/student_t.h"

const char *const td_distribution_names[] = {"gaussian",    "uniform", "heavy-tailed", "student-t",
                                             "exponential", "binary",  "sparse",       NULL};

enum { BLOCK = 1024, HEAVY_FREEDOM = 5, LAYERS = 1 + HEAVY_FREEDOM };

/* Student's t with 5 degrees of freedom from six normal numbers. */
static void draw_heavy(struct td_stream stream, uint32_t layer, size_t first, size_t n, double *x) {
    double z[BLOCK], chi2[BLOCK] = {0};
    td_random_dnormal(stream, 0, layer, first, n, x);
    for (uint32_t k = 1; k <= HEAVY_FREEDOM; k++) {
        td_random_dnormal(stream, 0, layer + k, first, n, z);
        for (size_t i = 0; i < n; i++)
            chi2[i] += z[i] * z[i];
    }
    const double sd = sqrt(HEAVY_FREEDOM / (HEAVY_FREEDOM - 2.0));
    for (size_t i = 0; i < n; i++)
        x[i] /= sd * sqrt(chi2[i] / HEAVY_FREEDOM);
}

static void draw_student(double freedom, struct td_stream stream, uint32_t layer, size_t first,
                         size_t n, double *x) {
    const double scale = td_student_t_scale(freedom);
    td_draw_student_t(freedom, stream, 0, layer, first, n, x);
    for (size_t i = 0; i < n; i++)
        x[i] *= scale;
}

/* Above `zeros` a uniform number is spread over (0, 1) again and turned into a normal one. */
static double sparse_of(double u, double zeros) {
    const double kept = 1 - zeros, most = 1 - DBL_EPSILON;
    return u <= zeros ? 0 : gsl_cdf_ugaussian_Pinv(fmin((u - zeros) / kept, most)) / sqrt(kept);
}

/* Those that are a function of one uniform number u in (0, 1). */
static double from_uniform(const struct td_inputs *inputs, double u) {
    switch (inputs->distribution) {
    case TD_UNIFORM:
        return sqrt(12) * (u - 0.5);
    case TD_EXPONENTIAL:
        return -log(u) - 1;
    case TD_BINARY:
        return u < 0.5 ? -1 : 1;
    default:
        return sparse_of(u, inputs->zeros);
    }
}

/* Block of standardised draws (mean 0, variance 1). */
static void draw_block(const struct td_inputs *inputs, struct td_stream stream, uint32_t block,
                       size_t first, size_t n, double *x) {
    const uint32_t layer = block * LAYERS;
    switch (inputs->distribution) {
    case TD_GAUSSIAN:
        td_random_dnormal(stream, 0, layer, first, n, x);
        break;
    case TD_HEAVY_TAILED:
        draw_heavy(stream, layer, first, n, x);
        break;
    case TD_STUDENT_T:
        draw_student(inputs->freedom, stream, layer, first, n, x);
        break;
    default:
        td_random_duniform(stream, 0, layer, first, n, x);
        for (size_t i = 0; i < n; i++)
            x[i] = from_uniform(inputs, x[i]);
    }
}

void td_draw_inputs(const struct td_inputs *inputs, struct td_stream stream, uint32_t block,
                    size_t n, real *x) {
    double sd = sqrt(inputs->variance), z[BLOCK];
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t m = n - first < BLOCK ? n - first : BLOCK;
        draw_block(inputs, stream, block, first, m, z);
        for (size_t i = 0; i < m; i++)
            x[first + i] = (real)(inputs->mean + sd * z[i]);
    }
}
