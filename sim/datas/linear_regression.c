#include <math.h>
#include <stdio.h>
#include <string.h>

#include "numeric/memory.h"
#include "sim/datas/generate.h"

struct teacher {
    int64_t features, targets;
    double noise;
    struct td_data_common common;
};

/* Layers of the stream: inputs and noise. */
enum { LAYER_X, LAYER_NOISE };

/* world: the teacher's weights W (targets, d); y = W x + noise */
static td_status draw(const void *params, const void *world, struct td_stream stream,
                      enum td_draw part, const struct td_dataset *data, struct td_split *split,
                      struct td_error *err) {
    const struct teacher *p = params;
    const double *w = world;
    size_t d = data->d, k = data->n_targets;
    td_random_normal(stream, part, LAYER_X, 0, split->n * d, split->x);
    for (size_t i = 0; i < split->n; ++i) {
        for (size_t t = 0; t < k; ++t) {
            double sum = 0;
            for (size_t j = 0; j < d; ++j)
                sum += w[t * d + j] * (double)split->x[i * d + j];
            split->target[i * k + t] = (real)sum;
        }
    }
    return td_add_noise(stream, part, LAYER_NOISE, p->noise, split->n * k, split->target, err);
}

static td_status load(const void *params, uint64_t seed, struct td_dataset *out,
                      struct td_error *err) {
    const struct teacher *p = params;
    memset(out, 0, sizeof *out);
    out->d = (size_t)p->features;
    out->n_targets = (size_t)p->targets;
    size_t n = out->d * out->n_targets;
    double *w = td_calloc(n, sizeof *w);
    if (!w)
        return td_fail_memory(err, n * sizeof *w);
    td_random_dnormal(td_stream_make(seed, "data"), TD_DRAW_WORLD, 0, 0, n, w);
    for (size_t i = 0; i < n; ++i)
        w[i] /= sqrt((double)out->d);
    td_status status = td_generate(&p->common, p, w, seed, draw, out, err);
    td_free(w);
    if (!status)
        snprintf(out->summary, sizeof out->summary,
                 "linear teacher, %lld inputs, %lld targets, %zu + %zu samples",
                 (long long)p->features, (long long)p->targets, out->train.n, out->test.n);
    return status;
}

static const struct td_param table[] = {
    {.name = "features",
     .type = TD_INT,
     .offset = offsetof(struct teacher, features),
     .initial = "20",
     .min = 1,
     .max = 100000,
     .help = "Number of inputs, each N(0, 1)"},
    {.name = "targets",
     .type = TD_INT,
     .offset = offsetof(struct teacher, targets),
     .initial = "1",
     .min = 1,
     .max = 10000,
     .help = "Number of targets y = W x; entries of W are N(0, 1/features), so that y has variance "
             "about 1"},
    {.name = "noise",
     .type = TD_REAL,
     .offset = offsetof(struct teacher, noise),
     .initial = "0.1",
     .min = 0,
     .max = 1e6,
     .help = "Standard deviation of the noise on every target: the square root of the least "
             "possible mean squared error"},
    TD_DATA_COMMON_DRAWN(struct teacher, "1000", "1000"),
    {0}};

const struct td_data td_data_linear_regression = {
    .kind = TD_KIND("linear-regression",
                    "Gaussian inputs and the noisy answers of a random linear teacher.", "", table,
                    struct teacher),
    .load = load,
};
