#include "sim/inits/student_t.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "numeric/param.h"
#include "sim/init.h"

enum { BLOCK = 256 };

void td_draw_student_t(double freedom, struct td_stream stream, uint64_t step, uint32_t layer,
                       size_t first, size_t n, double *t) {
    double u[2 * BLOCK];
    for (size_t at = 0; at < n; at += BLOCK) {
        size_t len = n - at < BLOCK ? n - at : BLOCK;
        td_random_duniform(stream, step, layer, 2 * (first + at), 2 * len, u);
        for (size_t i = 0; i < len; i++)
            t[at + i] =
                sqrt(freedom * expm1(-2 / freedom * log(u[2 * i]))) * cos(2 * M_PI * u[2 * i + 1]);
    }
}

double td_student_t_scale(double freedom) {
    const double quartile = 0.75;
    return freedom > 2 ? sqrt((freedom - 2) / freedom)
                       : gsl_cdf_ugaussian_Pinv(quartile) / gsl_cdf_tdist_Pinv(quartile, freedom);
}

struct student_t {
    double freedom, gain;
};

static const struct td_param table[] = {
    {.name = "freedom",
     .type = TD_REAL,
     .offset = offsetof(struct student_t, freedom),
     .initial = "3",
     .min = 2,
     .max = 1e6,
     .flags = TD_OPEN_MIN,
     .help = "degrees of freedom: the fewer, the heavier the tails (infinite fourth moment up to "
             "4, infinite variance at 2)"},
    {.name = "gain",
     .type = TD_REAL,
     .offset = offsetof(struct student_t, gain),
     .initial = "1",
     .min = 0,
     .max = 1e6,
     .help = "factor on the standard deviation"},
    {0}};

static td_status draw(const void *params, size_t rows, size_t cols, double fan_in, double fan_out,
                      struct td_stream stream, uint32_t layer, real *w, struct td_error *err) {
    (void)fan_out;
    (void)err;
    const struct student_t *p = params;
    const double scale = p->gain * td_student_t_scale(p->freedom) / sqrt(fan_in);
    const size_t n = rows * cols;
    double t[BLOCK];
    for (size_t at = 0; at < n; at += BLOCK) {
        size_t len = n - at < BLOCK ? n - at : BLOCK;
        td_draw_student_t(p->freedom, stream, 0, layer, at, len, t);
        for (size_t i = 0; i < len; i++)
            w[at + i] = (real)(scale * t[i]);
    }
    return TD_OK;
}

extern const struct td_init td_init_student_t;
const struct td_init td_init_student_t = {
    .kind = TD_KIND("student-t",
                    "Heavy tails: Student's t, mean 0, variance gain^2 / fan_in. A few weights are "
                    "far larger than the rest.",
                    "Bailey 1994 (how it is drawn)", table, struct student_t),
    .draw = draw,
};
