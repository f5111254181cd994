#include <stdio.h>
#include <string.h>

#include "sim/datas/generate.h"

struct noise {
    int64_t features, classes;
    double constant, noise;
    struct td_data_common common;
};

/* Layers of the stream: inputs, labels. */
enum { LAYER_X, LAYER_LABEL };

static td_status draw(const void *params, const void *world, struct td_stream stream,
                      enum td_draw part, const struct td_dataset *data, struct td_split *split,
                      struct td_error *err) {
    (void)world;
    const struct noise *p = params;
    td_status status = TD_OK;
    for (size_t i = 0; i < split->n; ++i) {
        double u;
        td_random_duniform(stream, part, LAYER_LABEL, i, 1, &u);
        split->label[i] = (int32_t)(u * (double)data->n_classes);
    }
    for (size_t i = 0; i < split->n * data->d && !status; ++i)
        status = td_to_real(p->constant, "constant", 0, 0, &split->x[i], err);
    return status
               ? status
               : td_add_noise(stream, part, LAYER_X, p->noise, split->n * data->d, split->x, err);
}

static td_status load(const void *params, uint64_t seed, struct td_dataset *out,
                      struct td_error *err) {
    const struct noise *p = params;
    memset(out, 0, sizeof *out);
    out->d = (size_t)p->features;
    out->n_classes = (size_t)p->classes;
    td_status status = td_generate(&p->common, p, NULL, seed, draw, out, err);
    if (!status)
        snprintf(out->summary, sizeof out->summary,
                 "noise of %lld features, %lld random classes, %zu + %zu samples",
                 (long long)p->features, (long long)p->classes, out->train.n, out->test.n);
    return status;
}

static const struct td_param table[] = {
    {.name = "features",
     .type = TD_INT,
     .offset = offsetof(struct noise, features),
     .initial = "20",
     .min = 1,
     .max = 100000,
     .help = "Number of inputs"},
    {.name = "classes",
     .type = TD_INT,
     .offset = offsetof(struct noise, classes),
     .initial = "2",
     .min = 1,
     .max = 10000,
     .help = "Number of classes, drawn uniformly and independently of the inputs"},
    {.name = "constant",
     .type = TD_REAL,
     .offset = offsetof(struct noise, constant),
     .initial = "0",
     .min = -1e6,
     .max = 1e6,
     .help = "Mean of every input"},
    {.name = "noise",
     .type = TD_REAL,
     .offset = offsetof(struct noise, noise),
     .initial = "1",
     .min = 0,
     .max = 1e6,
     .help = "Standard deviation of every input; 0: all inputs are the constant"},
    TD_DATA_COMMON_DRAWN(struct noise, "1000", "1000"),
    {0}};

const struct td_data td_data_constant_noise = {
    .kind = TD_KIND("constant-noise",
                    "A constant plus noise as inputs and random classes: nothing to learn. What a "
                    "network gains on the training part it memorises; the test loss stays at "
                    "ln(classes) at best.",
                    "", table, struct noise),
    .load = load,
};
