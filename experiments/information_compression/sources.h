/* Sources of samples for the comparison of estimators: most with the information known in closed
   form (or by quadrature), a few without, whose estimates are compared with each other. */
#ifndef TD_EXPERIMENTS_INFORMATION_COMPRESSION_SOURCES_H
#define TD_EXPERIMENTS_INFORMATION_COMPRESSION_SOURCES_H

#include "measure/measure.h"

enum { SOURCE_ARRAYS = 2, SOURCE_TRUTHS = 6 };

/* What an output of an estimator ("", "x", "x-upper", "y") should be. */
struct source_truth {
    const char *output;
    double nats;
};

/* Arrays that estimators are given, in this order. */
struct source_sample {
    size_t n_in;
    struct td_matrix in[SOURCE_ARRAYS];
    double *owned[SOURCE_ARRAYS]; /* what in[].v points at */
    size_t n_truths;
    struct source_truth truths[SOURCE_TRUTHS];
};

struct source {
    struct td_kind kind;
    /* Refuses numbers of samples that make no sense; NULL: any from 1 on. */
    td_status (*check)(const void *params, size_t n, struct td_error *err);
    /* n samples. On error *out holds what source_sample_free frees. */
    td_status (*draw)(const void *params, size_t n, uint64_t seed, struct source_sample *out,
                      struct td_error *err);
};
extern struct td_registry information_sources;

/* A new array (n, d) of zeros as the next input. */
td_status source_add(struct source_sample *s, const char *name, size_t n, size_t d, double **v,
                     struct td_error *err);
void source_truth(struct source_sample *s, const char *output, double nats);
void source_sample_free(struct source_sample *s);

/* Of d variables z_i = Phi-distributed pairs: -d/2 ln(1 - rho^2). */
double source_gaussian_pair_information(double correlation, double dimension);
/* X normal, T = max(0, rho X + sqrt(1 - rho^2) Z): half of the Gaussian pair's information (T > 0)
   and that of T's mass at 0. */
double source_rectified_information(double correlation);
/* X uniform on [0, 1], Y = X + uniform noise of this width. */
double source_uniform_noise_information(double width);
/* Which of `count` equally likely points at distances `spacing` on a line, seen through unit
   Gaussian noise. */
double source_clusters_information(size_t count, double spacing);

#endif
