#include "numeric/random.h"

#include <string.h>

#include <xxhash.h>

#include "numeric/vec.h"

/* Salmon et al. 2011, table 2 and section 4.3. */
enum { ROUNDS = 10 };
static const uint32_t MULTIPLIER_0 = 0xD2511F53, MULTIPLIER_1 = 0xCD9E8D57;
static const uint32_t WEYL_0 = 0x9E3779B9, WEYL_1 = 0xBB67AE85;

enum { BLOCKS = 8, WORDS = 4, GROUP = BLOCKS * WORDS };

struct td_stream td_stream_make(uint64_t seed, const char *purpose) {
    uint64_t h = XXH64(purpose, strlen(purpose), seed);
    return (struct td_stream){{(uint32_t)h, (uint32_t)(h >> 32)}};
}

/* Eight blocks at once: x[w][l] is word w of block l. */
static void philox_blocks(uint32_t x[WORDS][BLOCKS], const uint32_t key[2]) {
    uint32_t key_0 = key[0], key_1 = key[1];
    for (int round = 0; round < ROUNDS; round++) {
        for (int l = 0; l < BLOCKS; l++) {
            uint64_t p = (uint64_t)MULTIPLIER_0 * x[0][l];
            uint64_t q = (uint64_t)MULTIPLIER_1 * x[2][l];
            uint32_t y0 = (uint32_t)(q >> 32) ^ x[1][l] ^ key_0;
            uint32_t y2 = (uint32_t)(p >> 32) ^ x[3][l] ^ key_1;
            x[0][l] = y0;
            x[1][l] = (uint32_t)q;
            x[2][l] = y2;
            x[3][l] = (uint32_t)p;
        }
        key_0 += WEYL_0;
        key_1 += WEYL_1;
    }
}

void td_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
    uint32_t x[WORDS][BLOCKS] = {{0}};
    for (int w = 0; w < WORDS; w++)
        x[w][0] = counter[w];
    philox_blocks(x, key);
    for (int w = 0; w < WORDS; w++)
        out[w] = x[w][0];
}

/* The 32 words of group g of the draw (step, layer). */
static void draw_group(struct td_stream s, uint64_t step, uint32_t layer, uint64_t g,
                       uint32_t out[GROUP]) {
    uint32_t x[WORDS][BLOCKS];
    uint64_t first = g * BLOCKS;
    uint32_t key[2] = {s.key[0], s.key[1]};
    if (first >> 32) {
        uint64_t high = first >> 32,
                 mixed = XXH64(&high, sizeof high, (uint64_t)key[1] << 32 | key[0]);
        key[0] = (uint32_t)mixed;
        key[1] = (uint32_t)(mixed >> 32);
    }
    for (int l = 0; l < BLOCKS; l++) {
        x[0][l] = (uint32_t)first + (uint32_t)l;
        x[1][l] = layer;
        x[2][l] = (uint32_t)step;
        x[3][l] = (uint32_t)(step >> 32);
    }
    philox_blocks(x, key);
    memcpy(out, x, sizeof x);
}

enum { CHUNK_GROUPS = 16, CHUNK = CHUNK_GROUPS * GROUP };

/* Calls body for consecutive chunks of whole groups that cover elements first .. first + n - 1 and
   copies the elements asked for. `per_group`: elements that one group of words makes. */
#define FOR_CHUNKS(type, per_group, fill)                                                          \
    uint32_t words[CHUNK];                                                                         \
    type values[CHUNK];                                                                            \
    uint64_t g = first / (per_group);                                                              \
    size_t skip = first % (per_group);                                                             \
    while (n > 0) {                                                                                \
        size_t left = skip + n, groups = left / (per_group) + (left % (per_group) != 0);           \
        if (groups > CHUNK_GROUPS)                                                                 \
            groups = CHUNK_GROUPS;                                                                 \
        for (size_t i = 0; i < groups; i++)                                                        \
            draw_group(s, step, layer, g + i, words + i * GROUP);                                  \
        fill(groups, words, values);                                                               \
        size_t take = groups * (per_group)-skip;                                                   \
        if (take > n)                                                                              \
            take = n;                                                                              \
        memcpy(out, values + skip, take * sizeof *out);                                            \
        out += take;                                                                               \
        n -= take;                                                                                 \
        g += groups;                                                                               \
        skip = 0;                                                                                  \
    }

static void fill_bits(size_t groups, const uint32_t *words, uint32_t *out) {
    memcpy(out, words, groups * GROUP * sizeof *out);
}

void td_random_bits(struct td_stream s, uint64_t step, uint32_t layer, size_t first, size_t n,
                    uint32_t *out) {
    FOR_CHUNKS(uint32_t, GROUP, fill_bits)
}

/* Doubles take two words each: elements 16 g + 8 h + l are words 2 h and 2 h + 1 of block l. */
static uint64_t two_words(const uint32_t *words, size_t h, size_t l) {
    return (uint64_t)words[(2 * h + 1) * BLOCKS + l] << 32 | words[2 * h * BLOCKS + l];
}

/* Odd multiples of 2^-53: 52 random bits and a half. */
static double unit_double(uint64_t w) {
    return ((double)(w >> 12) + 0.5) * 0x1p-52;
}

static void fill_duniform(size_t groups, const uint32_t *words, double *out) {
    for (size_t g = 0; g < groups; g++, words += GROUP, out += GROUP / 2)
        for (size_t h = 0; h < 2; h++)
            for (size_t l = 0; l < BLOCKS; l++)
                out[h * BLOCKS + l] = unit_double(two_words(words, h, l));
}

void td_random_duniform(struct td_stream s, uint64_t step, uint32_t layer, size_t first, size_t n,
                        double *out) {
    FOR_CHUNKS(double, GROUP / 2, fill_duniform)
}

/* Box and Muller 1958: r cos(t) and r sin(t), r = sqrt(-2 log u), t uniform on the circle. */
static void fill_dnormal(size_t groups, const uint32_t *words, double *out) {
    double radius[CHUNK / 4], cosine[CHUNK / 4], sine[CHUNK / 4];
    size_t pairs = groups * BLOCKS;
    for (size_t i = 0; i < pairs; i++) {
        const uint32_t *group = words + i / BLOCKS * GROUP;
        radius[i] = unit_double(two_words(group, 0, i % BLOCKS));
        cosine[i] =
            0x1p-63 * 3.14159265358979323846 * (double)(int64_t)two_words(group, 1, i % BLOCKS);
    }
    td_dvec_log(pairs, radius, radius);
    td_dvec_sin(pairs, cosine, sine);
    td_dvec_cos(pairs, cosine, cosine);
    for (size_t i = 0; i < pairs; i++) {
        double r = __builtin_sqrt(-2 * radius[i]);
        double *pair = out + i / BLOCKS * (GROUP / 2) + i % BLOCKS;
        pair[0] = r * cosine[i];
        pair[BLOCKS] = r * sine[i];
    }
}

void td_random_dnormal(struct td_stream s, uint64_t step, uint32_t layer, size_t first, size_t n,
                       double *out) {
    FOR_CHUNKS(double, GROUP / 2, fill_dnormal)
}

#ifdef TDYN_DOUBLE

void td_random_uniform(struct td_stream s, uint64_t step, uint32_t layer, size_t first, size_t n,
                       real *out) {
    td_random_duniform(s, step, layer, first, n, out);
}

void td_random_normal(struct td_stream s, uint64_t step, uint32_t layer, size_t first, size_t n,
                      real *out) {
    td_random_dnormal(s, step, layer, first, n, out);
}

#else

/* Odd multiples of 2^-24: 23 random bits and a half are exact in a float. */
static void fill_uniform(size_t groups, const uint32_t *words, float *out) {
    for (size_t i = 0; i < groups * GROUP; i++)
        out[i] = ((float)(int32_t)(words[i] >> 9) + 0.5f) * 0x1p-23f;
}

void td_random_uniform(struct td_stream s, uint64_t step, uint32_t layer, size_t first, size_t n,
                       real *out) {
    FOR_CHUNKS(float, GROUP, fill_uniform)
}

/* As fill_dnormal: words 0 and 1 of a block make one pair, words 2 and 3 another. The radius uses
   31 bits, so that the tail reaches 6.6 standard deviations. */
static void fill_normal(size_t groups, const uint32_t *words, float *out) {
    float radius[CHUNK / 2], angle[CHUNK / 2], sine[CHUNK / 2];
    size_t halves = groups * 2;
    for (size_t h = 0; h < halves; h++) {
        const uint32_t *w = words + h * 2 * BLOCKS;
        for (size_t l = 0; l < BLOCKS; l++) {
            radius[h * BLOCKS + l] = (float)(int32_t)(w[l] >> 1) * 0x1p-31f + 0x1p-32f;
            angle[h * BLOCKS + l] = (float)(int32_t)w[BLOCKS + l] * (0x1p-31f * 3.14159274f);
        }
    }
    td_vec_log(halves * BLOCKS, radius, radius);
    td_vec_sin(halves * BLOCKS, angle, sine);
    td_vec_cos(halves * BLOCKS, angle, angle);
    for (size_t h = 0; h < halves; h++) {
        for (size_t l = 0; l < BLOCKS; l++) {
            size_t i = h * BLOCKS + l;
            float r = __builtin_sqrtf(-2 * radius[i]);
            out[2 * h * BLOCKS + l] = r * angle[i];
            out[(2 * h + 1) * BLOCKS + l] = r * sine[i];
        }
    }
}

void td_random_normal(struct td_stream s, uint64_t step, uint32_t layer, size_t first, size_t n,
                      real *out) {
    FOR_CHUNKS(float, GROUP, fill_normal)
}

#endif

/* Hands out the words of one draw in order. */
struct cursor {
    struct td_stream stream;
    uint64_t step, group;
    uint32_t layer, used;
    uint32_t words[GROUP];
};

static struct cursor cursor_at_start(struct td_stream s, uint64_t step, uint32_t layer) {
    return (struct cursor){.stream = s, .step = step, .layer = layer, .used = GROUP};
}

static uint32_t next_word(struct cursor *c) {
    if (c->used == GROUP) {
        draw_group(c->stream, c->step, c->layer, c->group++, c->words);
        c->used = 0;
    }
    return c->words[c->used++];
}

/* Uniform on 0 .. bound - 1 without bias (Lemire 2019, "Fast random integer generation in an
   interval", algorithm 5). */
static uint32_t next_below(struct cursor *c, uint32_t bound) {
    uint64_t product = (uint64_t)next_word(c) * bound;
    if ((uint32_t)product < bound) {
        uint32_t threshold = -bound % bound;
        while ((uint32_t)product < threshold)
            product = (uint64_t)next_word(c) * bound;
    }
    return (uint32_t)(product >> 32);
}

void td_random_permutation(struct td_stream s, uint64_t step, uint32_t layer, size_t n,
                           uint32_t *out) {
    struct cursor c = cursor_at_start(s, step, layer);
    for (size_t i = 0; i < n; i++)
        out[i] = (uint32_t)i;
    for (size_t i = n; i > 1; i--) {
        uint32_t j = next_below(&c, (uint32_t)i), kept = out[i - 1];
        out[i - 1] = out[j];
        out[j] = kept;
    }
}

static void gsl_set(void *state, unsigned long seed) {
    *(struct cursor *)state = cursor_at_start(td_stream_make(seed, "gsl"), 0, 0);
}

static unsigned long gsl_get(void *state) {
    return next_word(state);
}

static double gsl_get_double(void *state) {
    return ((double)next_word(state) + 0.5) * 0x1p-32;
}

static const gsl_rng_type philox_type = {.name = "philox4x32-10",
                                         .max = UINT32_MAX,
                                         .min = 0,
                                         .size = sizeof(struct cursor),
                                         .set = gsl_set,
                                         .get = gsl_get,
                                         .get_double = gsl_get_double};
const gsl_rng_type *td_gsl_rng_philox = &philox_type;

gsl_rng *td_gsl_rng_create(struct td_stream s, uint64_t step, uint32_t layer) {
    gsl_rng *rng = gsl_rng_alloc(td_gsl_rng_philox);
    if (rng)
        *(struct cursor *)rng->state = cursor_at_start(s, step, layer);
    return rng;
}
