/* Activities whose information nobody knows: of a random layer, or from a file. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "experiments/information_compression/sources.h"
#include "numeric/array_file.h"
#include "numeric/memory.h"
#include "numeric/random.h"
#include "sim/activation.h"

#define SCALE(struct_)                                                                             \
    {                                                                                              \
        .name = "scale", .type = TD_REAL, .offset = offsetof(struct struct_, scale),               \
        .initial = "1", .min = 1e-12, .max = 1e12,                                                 \
        .help = "what the activities are multiplied by before anything is estimated"               \
    }

/* --- a random layer ------------------------------------------------------------------------- */

struct layer {
    int64_t inputs, units;
    struct td_part activation;
    double gain, scale;
};

static td_status check_layer(const void *params, size_t n, struct td_error *err) {
    const struct layer *p = params;
    if (n > (size_t)1 << p->inputs)
        return td_fail(err, TD_BAD_INPUT, "n: %zu samples, but %lld bits have only %zu patterns", n,
                       (long long)p->inputs, (size_t)1 << p->inputs);
    return TD_OK;
}

/* t = scale f(W x): x the bits of i, most significant first; t before the scale in `real`, as a
   network's would be. */
static td_status draw_layer(const void *params, size_t n, uint64_t seed, struct source_sample *out,
                            struct td_error *err) {
    const struct layer *p = params;
    const struct td_activation *activation = (const struct td_activation *)p->activation.kind;
    size_t d = (size_t)p->units, bits = (size_t)p->inputs;
    double *t;
    td_status status = source_add(out, "t", n, d, &t, err);
    double *w = td_calloc(d * bits, sizeof *w);
    if (!status && !w)
        status = td_fail_memory(err, d * bits * sizeof *w);
    if (!status)
        td_random_dnormal(td_stream_make(seed, "init"), 0, 0, 0, d * bits, w);
    for (size_t i = 0; i < n && !status; i++)
        for (size_t j = 0; j < d; j++) {
            double sum = 0;
            for (size_t b = 0; b < bits; b++)
                if (i >> (bits - 1 - b) & 1)
                    sum += w[j * bits + b];
            double value = activation->value(p->activation.params, activation->learned_initial,
                                             p->gain * sum / sqrt((double)bits));
            t[i * d + j] = (double)(real)value * p->scale;
        }
    td_free(w);
    return status;
}

static const struct td_param layer_params[] = {
    {.name = "inputs",
     .type = TD_INT,
     .offset = offsetof(struct layer, inputs),
     .initial = "12",
     .min = 1,
     .max = 20,
     .unit = "bits",
     .help = "all patterns of so many bits, in counting order, or the first n of them"},
    {.name = "units",
     .type = TD_INT,
     .offset = offsetof(struct layer, units),
     .initial = "5",
     .min = 1,
     .max = 10000,
     .help = "width of the layer"},
    {.name = "activation",
     .type = TD_PART,
     .offset = offsetof(struct layer, activation),
     .initial = "relu",
     .registry = &td_activations,
     .help = "of the units"},
    {.name = "gain",
     .type = TD_REAL,
     .offset = offsetof(struct layer, gain),
     .initial = "1",
     .min = 0,
     .max = 1e6,
     .help = "weights are N(0, gain^2 / inputs)"},
    SCALE(layer),
    {0}};
const struct source information_source_layer = {
    .kind = TD_KIND("layer",
                    "Activities of a random layer for all patterns of some bits, times a scale. "
                    "Nothing about which inputs can be told apart depends on the scale.",
                    "", layer_params, struct layer),
    .check = check_layer,
    .draw = draw_layer,
};

/* --- from a file ---------------------------------------------------------------------------- */

struct file {
    const char *path;
    double scale;
};

static td_status check_path(const char *text, struct td_error *err) {
    return *text ? TD_OK : td_fail(err, TD_BAD_INPUT, "a file is needed");
}

static td_status draw_file(const void *params, size_t n, uint64_t seed, struct source_sample *out,
                           struct td_error *err) {
    (void)seed;
    const struct file *p = params;
    struct td_array array;
    double *t;
    td_status status = td_array_read(p->path, &array, err);
    if (status)
        return status;
    status = td_array_check_finite(&array, p->path, err);
    if (!status && td_array_rows(&array) < n)
        status = td_fail(err, TD_BAD_INPUT, "%s: %zu rows, but n asks for %zu", p->path,
                         td_array_rows(&array), n);
    if (!status)
        status = source_add(out, "t", n, td_array_columns(&array), &t, err);
    for (size_t i = 0; i < n * td_array_columns(&array) && !status; i++)
        t[i] = array.v[i] * p->scale;
    td_array_free(&array);
    return status;
}

static const struct td_param file_params[] = {
    {.name = "path",
     .type = TD_STRING,
     .offset = offsetof(struct file, path),
     .initial = "activations.npy",
     .flags = TD_PATH,
     .check = check_path,
     .help = "array of activations, samples as rows: NPY, NPZ, CSV, HDF5"},
    SCALE(file),
    {0}};
const struct source information_source_file = {
    .kind = TD_KIND("file", "The first n rows of an array from a file, times a scale.", "",
                    file_params, struct file),
    .draw = draw_file,
};
