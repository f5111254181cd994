#include <math.h>
#include <stdio.h>
#include <string.h>

#include "numeric/memory.h"
#include "sim/datas/generate.h"

struct clusters {
    int64_t classes, features;
    double separation, noise;
    struct td_data_common common;
};

/* world: the centres (classes, d) */
static td_status draw(const void *params, const void *world, struct td_stream stream,
                      enum td_draw part, const struct td_dataset *data, struct td_split *split,
                      struct td_error *err) {
    const struct clusters *p = params;
    const double *centres = world;
    for (size_t i = 0; i < split->n; ++i) {
        size_t class = i % data->n_classes;
        split->label[i] = (int32_t) class;
        for (size_t j = 0; j < data->d; ++j)
            split->x[i * data->d + j] = (real)centres[class * data->d + j];
    }
    return td_add_noise(stream, part, 0, p->noise, split->n * data->d, split->x, err);
}

static td_status load(const void *params, uint64_t seed, struct td_dataset *out,
                      struct td_error *err) {
    const struct clusters *p = params;
    memset(out, 0, sizeof *out);
    out->d = (size_t)p->features;
    out->n_classes = (size_t)p->classes;
    size_t n = out->d * out->n_classes;
    double *centres = td_calloc(n, sizeof *centres);
    if (!centres)
        return td_fail_memory(err, n * sizeof *centres);
    td_random_dnormal(td_stream_make(seed, "data"), TD_DRAW_WORLD, 0, 0, n, centres);
    for (size_t i = 0; i < n; ++i)
        centres[i] *= p->separation / sqrt((double)out->d);
    td_status status = td_generate(&p->common, p, centres, seed, draw, out, err);
    td_free(centres);
    if (!status)
        snprintf(out->summary, sizeof out->summary,
                 "%lld Gaussian clusters in %lld dimensions, %zu + %zu samples",
                 (long long)p->classes, (long long)p->features, out->train.n, out->test.n);
    return status;
}

static const struct td_param table[] = {
    {.name = "classes",
     .type = TD_INT,
     .offset = offsetof(struct clusters, classes),
     .initial = "10",
     .min = 1,
     .max = 10000,
     .help = "Number of clusters; sample i belongs to cluster i modulo classes"},
    {.name = "features",
     .type = TD_INT,
     .offset = offsetof(struct clusters, features),
     .initial = "20",
     .min = 1,
     .max = 100000,
     .help = "Number of inputs"},
    {.name = "separation",
     .type = TD_REAL,
     .offset = offsetof(struct clusters, separation),
     .initial = "4",
     .min = 0,
     .max = 1e6,
     .help =
         "Typical distance of a centre from the origin: centres are N(0, separation^2/features) "
         "in every feature"},
    {.name = "noise",
     .type = TD_REAL,
     .offset = offsetof(struct clusters, noise),
     .initial = "1",
     .min = 0,
     .max = 1e6,
     .help = "Standard deviation of every feature around the centre"},
    TD_DATA_COMMON_DRAWN(struct clusters, "1000", "1000"),
    {0}};

const struct td_data td_data_gaussian_clusters = {
    .kind = TD_KIND("gaussian-clusters",
                    "Classes as isotropic Gaussian clusters around random centres.", "", table,
                    struct clusters),
    .load = load,
};
