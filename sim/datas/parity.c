#include <stdio.h>
#include <string.h>

#include "numeric/memory.h"
#include "sim/datas/generate.h"

struct parity {
    int64_t bits, features;
    double noise;
    struct td_data_common common;
};

enum { TABLE_BITS_MAX = 20 };

/* Layers of the stream: bits and noise. */
enum { LAYER_BITS, LAYER_NOISE };

static void label_rows(const struct parity *p, size_t d, struct td_split *split) {
    for (size_t i = 0; i < split->n; ++i) {
        unsigned odd = 0;
        for (size_t j = 0; j < (size_t)p->bits; ++j)
            odd ^= split->x[i * d + j] > 0;
        split->label[i] = (int32_t)odd;
    }
}

/* Row i of the truth table: bit j of i. */
static void fill_table(size_t d, struct td_split *split) {
    for (size_t i = 0; i < split->n; ++i)
        for (size_t j = 0; j < d; ++j)
            split->x[i * d + j] = i >> j & 1 ? 1 : -1;
}

static td_status draw_bits(struct td_stream stream, enum td_draw part, size_t d,
                           struct td_split *split, struct td_error *err) {
    uint32_t *bits = td_calloc(d, sizeof *bits);
    if (!bits)
        return td_fail_memory(err, d * sizeof *bits);
    for (size_t i = 0; i < split->n; ++i) {
        td_random_bits(stream, part, LAYER_BITS, i * d, d, bits);
        for (size_t j = 0; j < d; ++j)
            split->x[i * d + j] = bits[j] >> 31 ? 1 : -1;
    }
    td_free(bits);
    return TD_OK;
}

static td_status draw(const void *params, const void *world, struct td_stream stream,
                      enum td_draw part, const struct td_dataset *data, struct td_split *split,
                      struct td_error *err) {
    const struct parity *p = params;
    const bool *whole = world; /* the training part is the truth table */
    td_status status = TD_OK;
    if (*whole && part == TD_DRAW_TRAIN)
        fill_table(data->d, split);
    else
        status = draw_bits(stream, part, data->d, split, err);
    if (status)
        return status;
    label_rows(p, data->d, split);
    return td_add_noise(stream, part, LAYER_NOISE, p->noise, split->n * data->d, split->x, err);
}

static td_status load(const void *params, uint64_t seed, struct td_dataset *out,
                      struct td_error *err) {
    const struct parity *p = params;
    struct td_data_common common = p->common;
    bool whole = common.train == 0;
    memset(out, 0, sizeof *out);
    if (p->features && p->features < p->bits)
        return td_fail(err, TD_BAD_INPUT, "parity: features %lld; at least bits (%lld) or 0",
                       (long long)p->features, (long long)p->bits);
    out->d = (size_t)(p->features ? p->features : p->bits);
    out->n_classes = 2;
    if (whole && out->d > TABLE_BITS_MAX)
        return td_fail(err, TD_BAD_INPUT,
                       "parity: the whole table of %zu bits is too large; set train (0 works up to "
                       "%d bits)",
                       out->d, TABLE_BITS_MAX);
    if (whole)
        common.train = (int64_t)1 << out->d;
    td_status status = td_generate(&common, p, &whole, seed, draw, out, err);
    if (!status)
        snprintf(out->summary, sizeof out->summary, "parity of %lld of %zu bits, %zu + %zu samples",
                 (long long)p->bits, out->d, out->train.n, out->test.n);
    return status;
}

/* The bare truth table is the same for every seed. */
static bool uses_seed(const void *params) {
    const struct parity *p = params;
    return p->common.train > 0 || p->common.test > 0 || p->noise > 0;
}

static const struct td_param table[] = {
    {.name = "bits",
     .type = TD_INT,
     .offset = offsetof(struct parity, bits),
     .initial = "2",
     .min = 1,
     .max = 1000,
     .help = "Bits that count: the class is 1 if an odd number of the first so many is +1"},
    {.name = "features",
     .type = TD_INT,
     .offset = offsetof(struct parity, features),
     .initial = "0",
     .min = 0,
     .max = 100000,
     .help = "Number of inputs, the further ones are distractors; 0: as many as bits"},
    {.name = "noise",
     .type = TD_REAL,
     .offset = offsetof(struct parity, noise),
     .initial = "0",
     .min = 0,
     .max = 1e6,
     .help = "Standard deviation of the noise on every input"},
    TD_DATA_COMMON(struct parity, "0", 0, "0",
                   "Training samples to draw; 0: every combination of bits once",
                   "Test samples to draw; 0: none"),
    {0}};

const struct td_data td_data_parity = {
    .kind = TD_KIND("parity", "Parity of bits written as -1 and +1; with 2 bits, the default, XOR.",
                    "Minsky, Papert 1969", table, struct parity),
    .load = load,
    .uses_seed = uses_seed,
};
