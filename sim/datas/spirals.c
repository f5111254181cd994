#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/datas/generate.h"

struct spirals {
    int64_t classes;
    double turns, noise;
    struct td_data_common common;
};

/* Layers of the stream: place along the arm, noise. */
enum { LAYER_PLACE, LAYER_NOISE };

/* Arm c: radius t, angle 2 pi (turns t + c / classes), t uniform on (0, 1). */
static td_status draw(const void *params, const void *world, struct td_stream stream,
                      enum td_draw part, const struct td_dataset *data, struct td_split *split,
                      struct td_error *err) {
    (void)world;
    const struct spirals *p = params;
    for (size_t i = 0; i < split->n; ++i) {
        double t;
        size_t class = i % data->n_classes;
        td_random_duniform(stream, part, LAYER_PLACE, i, 1, &t);
        double angle = 2 * M_PI * (p->turns * t + (double)class / (double)data->n_classes);
        split->x[2 * i] = (real)(t * cos(angle));
        split->x[2 * i + 1] = (real)(t * sin(angle));
        split->label[i] = (int32_t) class;
    }
    return td_add_noise(stream, part, LAYER_NOISE, p->noise, 2 * split->n, split->x, err);
}

static td_status load(const void *params, uint64_t seed, struct td_dataset *out,
                      struct td_error *err) {
    const struct spirals *p = params;
    memset(out, 0, sizeof *out);
    out->d = 2;
    out->n_classes = (size_t)p->classes;
    td_status status = td_generate(&p->common, p, NULL, seed, draw, out, err);
    if (!status)
        snprintf(out->summary, sizeof out->summary, "%lld spirals, %zu + %zu samples",
                 (long long)p->classes, out->train.n, out->test.n);
    return status;
}

static const struct td_param table[] = {
    {.name = "classes",
     .type = TD_INT,
     .offset = offsetof(struct spirals, classes),
     .initial = "2",
     .min = 1,
     .max = 100,
     .help = "Number of arms; sample i lies on arm i modulo classes"},
    {.name = "turns",
     .type = TD_REAL,
     .offset = offsetof(struct spirals, turns),
     .initial = "1.5",
     .min = 0,
     .max = 100,
     .unit = "turns",
     .help = "How far every arm winds from the centre to radius 1"},
    {.name = "noise",
     .type = TD_REAL,
     .offset = offsetof(struct spirals, noise),
     .initial = "0.02",
     .min = 0,
     .max = 1e6,
     .help = "Standard deviation of the noise on both coordinates"},
    TD_DATA_COMMON_DRAWN(struct spirals, "1000", "1000"),
    {0}};

const struct td_data td_data_spirals = {
    .kind = TD_KIND("spirals", "Interleaved spiral arms in the plane, one a class.",
                    "Lang, Witbrock 1988", table, struct spirals),
    .load = load,
};
