#include "numeric/random.h"

#include <math.h>
#include <string.h>

#include <xxhash.h>
#ifdef __SSE2__
#include <immintrin.h>
#endif

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

/* Four blocks at once, one a 64-bit lane. Only the low halves of the lanes count: the high ones
   hold what the multiplications leave there. */
typedef uint64_t lanes __attribute__((vector_size(32)));

/* Low halves times m, 64 bits of product. */
static inline void multiply(const lanes *x, uint32_t m, lanes *product) {
#if defined(__AVX2__)
    *product = (lanes)_mm256_mul_epu32((__m256i)*x, _mm256_set1_epi32((int)m));
#elif defined(__SSE2__)
    __m128i half[2];
    memcpy(half, x, sizeof half);
    half[0] = _mm_mul_epu32(half[0], _mm_set1_epi32((int)m));
    half[1] = _mm_mul_epu32(half[1], _mm_set1_epi32((int)m));
    memcpy(product, half, sizeof half);
#else
    *product = (*x & 0xffffffff) * m;
#endif
}

static inline void philox_round(lanes x[WORDS], uint32_t key_0, uint32_t key_1) {
    lanes p, q;
    multiply(&x[0], MULTIPLIER_0, &p);
    multiply(&x[2], MULTIPLIER_1, &q);
    x[0] = (q >> 32) ^ x[1] ^ key_0;
    x[1] = q;
    x[2] = (p >> 32) ^ x[3] ^ key_1;
    x[3] = p;
}

/* Two times four blocks, interleaved so that one's multiplications hide behind the other's. */
static inline void philox_blocks(lanes even[WORDS], lanes odd[WORDS], const uint32_t key[2]) {
    uint32_t key_0 = key[0], key_1 = key[1];
    for (int round = 0; round < ROUNDS; round++) {
        philox_round(even, key_0, key_1);
        philox_round(odd, key_0, key_1);
        key_0 += WEYL_0;
        key_1 += WEYL_1;
    }
}

void td_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
    lanes x[WORDS] = {0}, unused[WORDS] = {0};
    for (int w = 0; w < WORDS; w++)
        x[w][0] = counter[w];
    philox_blocks(x, unused, key);
    for (int w = 0; w < WORDS; w++)
        out[w] = (uint32_t)x[w][0];
}

/* The key for blocks whose number does not fit the counter's 32 bits. */
static void mix_into_key(uint64_t high, uint32_t key[2]) {
    uint64_t mixed = XXH64(&high, sizeof high, (uint64_t)key[1] << 32 | key[0]);
    key[0] = (uint32_t)mixed;
    key[1] = (uint32_t)(mixed >> 32);
}

/* The 32 words of group g of the draw (step, layer). Blocks 0, 2, 4, 6 and 1, 3, 5, 7 are computed
   apart: the low halves of both are then neighbours in memory. */
static void draw_group(struct td_stream s, uint64_t step, uint32_t layer, uint64_t g,
                       uint32_t out[GROUP]) {
    const lanes zero = {0};
    uint64_t first = g * BLOCKS;
    if (first >> 32)
        mix_into_key(first >> 32, s.key);
    lanes even[WORDS] = {(lanes){0, 2, 4, 6} + (first & 0xffffffff), zero + layer,
                         zero + (step & 0xffffffff), zero + (step >> 32)};
    lanes odd[WORDS] = {even[0] + 1, even[1], even[2], even[3]};
    philox_blocks(even, odd, s.key);
    for (size_t w = 0; w < WORDS; w++) {
        lanes both = (even[w] & 0xffffffff) | odd[w] << 32;
        memcpy(out + w * BLOCKS, &both, sizeof both);
    }
}

enum { CHUNK_GROUPS = 16, CHUNK = CHUNK_GROUPS * GROUP };

/* Turns whole groups of words, at least one, into values of one distribution. */
typedef void fill_fn(size_t groups, const uint32_t *restrict words, void *restrict values);

struct draw {
    struct td_stream stream;
    uint64_t step;
    uint32_t layer;
};

/* Elements first .. first + n - 1 into `out`: chunks of whole groups are drawn and filled, and what
   was asked for is copied. A group makes `per_group` elements of `size` bytes. */
static void draw_elements(struct draw d, size_t first, size_t n, size_t per_group, size_t size,
                          fill_fn *fill, void *out) {
    uint32_t words[CHUNK];
    union {
        uint32_t words[CHUNK];
        float floats[CHUNK];
        double doubles[CHUNK / 2];
    } values;
    const unsigned char *from = (const unsigned char *)&values;
    unsigned char *to = out;
    uint64_t group = first / per_group;
    size_t skip = first % per_group;
    while (n > 0) {
        size_t groups = (skip + n - 1) / per_group + 1;
        if (groups > CHUNK_GROUPS)
            groups = CHUNK_GROUPS;
        for (size_t i = 0; i < groups; i++)
            draw_group(d.stream, d.step, d.layer, group + i, words + i * GROUP);
        fill(groups, words, &values);
        size_t take = groups * per_group - skip;
        if (take > n)
            take = n;
        memcpy(to, from + skip * size, take * size);
        to += take * size;
        n -= take;
        group += groups;
        skip = 0;
    }
}

static void fill_bits(size_t groups, const uint32_t *restrict words, void *restrict values) {
    memcpy(values, words, groups * GROUP * sizeof *words);
}

void td_random_bits(struct td_stream s, uint64_t step, uint32_t layer, size_t first, size_t n,
                    uint32_t *out) {
    draw_elements((struct draw){s, step, layer}, first, n, GROUP, sizeof *out, fill_bits, out);
}

/* Doubles take two words each: words 2 h and 2 h + 1 of blocks 0, 2, 4, 6, 1, 3, 5, 7 (no shuffle
   again) are elements 16 g + 8 h + 0 .. 7. 52 of their bits as numbers in [1, 2). */
static inline void one_to_two(const uint32_t *row, double out[BLOCKS]) {
    lanes low, high, even, odd;
    memcpy(&low, row, sizeof low);
    memcpy(&high, row + BLOCKS, sizeof high);
    even = (low & 0xffffffff) | high << 32;
    odd = low >> 32 | (high & 0xffffffff00000000);
    even = even >> 12 | 0x3ff0000000000000;
    odd = odd >> 12 | 0x3ff0000000000000;
    memcpy(out, &even, sizeof even);
    memcpy(out + BLOCKS / 2, &odd, sizeof odd);
}

/* Less this they are odd multiples of 2^-53 in (0, 1), exactly. */
static const double TO_UNIT = 1 - 0x1p-53;

static void fill_duniform(size_t groups, const uint32_t *restrict words, void *restrict values) {
    double *out = values;
    for (size_t row = 0; row < 2 * groups; row++, words += 2 * BLOCKS, out += BLOCKS) {
        one_to_two(words, out);
        for (size_t l = 0; l < BLOCKS; l++)
            out[l] -= TO_UNIT;
    }
}

void td_random_duniform(struct td_stream s, uint64_t step, uint32_t layer, size_t first, size_t n,
                        double *out) {
    draw_elements((struct draw){s, step, layer}, first, n, GROUP / 2, sizeof *out, fill_duniform,
                  out);
}

/* Box and Muller 1958: r cos(t) and r sin(t), r = sqrt(-2 log u), t uniform on the circle. */
static void fill_dnormal(size_t groups, const uint32_t *restrict words, void *restrict values) {
    double *out = values;
    double radius[CHUNK / 4] = {0}; /* gcc 12 does not see that groups > 0 */
    double cosine[CHUNK / 4], sine[CHUNK / 4];
    for (size_t g = 0; g < groups; g++, words += GROUP) {
        one_to_two(words, radius + g * BLOCKS);
        one_to_two(words + GROUP / 2, cosine + g * BLOCKS);
    }
    for (size_t i = 0; i < groups * BLOCKS; i++) {
        radius[i] -= TO_UNIT;
        cosine[i] = 2 * 3.14159265358979323846 * (cosine[i] - 1.5);
    }
    td_dvec_log(groups * BLOCKS, radius, radius);
    td_dvec_sin(groups * BLOCKS, cosine, sine);
    td_dvec_cos(groups * BLOCKS, cosine, cosine);
    for (size_t g = 0; g < groups; g++, out += 2 * BLOCKS)
        for (size_t l = 0; l < BLOCKS; l++) {
            double r = sqrt(-2 * radius[g * BLOCKS + l]);
            out[l] = r * cosine[g * BLOCKS + l];
            out[BLOCKS + l] = r * sine[g * BLOCKS + l];
        }
}

void td_random_dnormal(struct td_stream s, uint64_t step, uint32_t layer, size_t first, size_t n,
                       double *out) {
    draw_elements((struct draw){s, step, layer}, first, n, GROUP / 2, sizeof *out, fill_dnormal,
                  out);
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
static void fill_uniform(size_t groups, const uint32_t *restrict words, void *restrict values) {
    float *out = values;
    for (size_t i = 0; i < groups * GROUP; i++)
        out[i] = ((float)(int32_t)(words[i] >> 9) + 0.5f) * 0x1p-23f;
}

void td_random_uniform(struct td_stream s, uint64_t step, uint32_t layer, size_t first, size_t n,
                       real *out) {
    draw_elements((struct draw){s, step, layer}, first, n, GROUP, sizeof *out, fill_uniform, out);
}

/* As fill_dnormal: words 0 and 1 of a block make one pair, words 2 and 3 another. The radius uses
   31 bits, so that the tail reaches 6.6 standard deviations. */
static void fill_normal(size_t groups, const uint32_t *restrict words, void *restrict values) {
    float *out = values;
    float radius[CHUNK / 2] = {0}; /* as above */
    float cosine[CHUNK / 2], sine[CHUNK / 2];
    size_t rows = 2 * groups;
    for (size_t h = 0; h < rows; h++, words += 2 * BLOCKS)
        for (size_t l = 0; l < BLOCKS; l++) {
            radius[h * BLOCKS + l] = (float)(int32_t)(words[l] >> 1) * 0x1p-31f + 0x1p-32f;
            cosine[h * BLOCKS + l] = (float)(int32_t)words[BLOCKS + l] * (0x1p-31f * 3.14159274f);
        }
    td_vec_log(rows * BLOCKS, radius, radius);
    td_vec_sin(rows * BLOCKS, cosine, sine);
    td_vec_cos(rows * BLOCKS, cosine, cosine);
    for (size_t h = 0; h < rows; h++, out += 2 * BLOCKS)
        for (size_t l = 0; l < BLOCKS; l++) {
            float r = sqrtf(-2 * radius[h * BLOCKS + l]);
            out[l] = r * cosine[h * BLOCKS + l];
            out[BLOCKS + l] = r * sine[h * BLOCKS + l];
        }
}

void td_random_normal(struct td_stream s, uint64_t step, uint32_t layer, size_t first, size_t n,
                      real *out) {
    draw_elements((struct draw){s, step, layer}, first, n, GROUP, sizeof *out, fill_normal, out);
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
