/* Random inputs of any shape, standardised or off (0, 1), and the parameters that describe them. */
#ifndef TD_EXPERIMENTS_SELU_INPUTS_H
#define TD_EXPERIMENTS_SELU_INPUTS_H

#include <stddef.h>
#include <stdint.h>

#include "numeric/param.h"
#include "numeric/random.h"

enum td_distribution {
    TD_GAUSSIAN,
    TD_UNIFORM,
    TD_HEAVY_TAILED,
    TD_STUDENT_T,
    TD_EXPONENTIAL,
    TD_BINARY,
    TD_SPARSE
};

struct td_inputs {
    int distribution; /* enum td_distribution */
    double freedom;   /* of student-t */
    double zeros;     /* share of zeros of sparse */
    double mean, variance;
};

/* x (n): independent draws with the given mean and variance, from draws (0, 6 * block ..) of the
   stream. heavy-tailed: Student's t with 5 degrees of freedom; student-t: with `freedom`, where the
   variance is infinite (freedom <= 2) scaled to the quartiles of the normal; exponential: skewness
   2; binary: two values, as often; sparse: 0 (before the mean is added) with probability `zeros`,
   else normal. */
void td_draw_inputs(const struct td_inputs *inputs, struct td_stream stream, uint32_t block,
                    size_t n, real *x);

extern const char *const td_distribution_names[];

/* Lines of a parameter table for a member `struct td_inputs in`, drawn as `what`. */
#define TD_INPUTS_PARAMS(owner, in, what)                                                          \
    {.name = "distribution",                                                                       \
     .type = TD_CHOICE,                                                                            \
     .offset = offsetof(owner, in.distribution),                                                   \
     .initial = "gaussian",                                                                        \
     .choices = td_distribution_names,                                                             \
     .help = "of the " what "; heavy-tailed: Student's t with 5 degrees of freedom; binary: two "  \
             "values, as often"},                                                                  \
        {.name = "freedom",                                                                        \
         .type = TD_REAL,                                                                          \
         .offset = offsetof(owner, in.freedom),                                                    \
         .initial = "3",                                                                           \
         .min = 0.5,                                                                               \
         .max = 1e6,                                                                               \
         .help = "degrees of freedom of student-t; up to 2 the variance is infinite and the "      \
                 "quartiles are those of the normal"},                                             \
        {.name = "zeros",                                                                          \
         .type = TD_REAL,                                                                          \
         .offset = offsetof(owner, in.zeros),                                                      \
         .initial = "0.9",                                                                         \
         .min = 0,                                                                                 \
         .max = 1,                                                                                 \
         .flags = TD_OPEN_MAX,                                                                     \
         .help = "share of zeros of sparse"},                                                      \
        {.name = "mean",                                                                           \
         .type = TD_REAL,                                                                          \
         .offset = offsetof(owner, in.mean),                                                       \
         .initial = "0",                                                                           \
         .min = -1e3,                                                                              \
         .max = 1e3,                                                                               \
         .help = "of the " what},                                                                  \
    {                                                                                              \
        .name = "variance", .type = TD_REAL, .offset = offsetof(owner, in.variance),               \
        .initial = "1", .min = 0, .max = 1e6, .help = "of the " what                               \
    }

#endif
