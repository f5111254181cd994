/* Counter-based random numbers (Philox4x32-10, Salmon et al. 2011, library Random123). A stream is
   (seed, purpose) -> key; a draw is addressed by (step, layer, element), so a value depends on
   nothing else: not on the rank, the order of tasks, or what is observed. */
#ifndef TD_NUMERIC_RANDOM_H
#define TD_NUMERIC_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include <gsl/gsl_rng.h>

#include "numeric/real.h"

struct td_stream {
    uint32_t key[2];
};

/* Purposes in use: "init", "data", "batch", "dropout", "noise", ...: any string. For one purpose
   (up to 31 bytes) different seeds never share a key. */
struct td_stream td_stream_make(uint64_t seed, const char *purpose);

/* One block of Philox4x32-10: four words from a counter and a key. */
void td_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/* Draws are laid out in groups of 32 words, so that vector units need no shuffles: element
   32 g + 8 w + l of (step, layer) is word w of block b = 8 g + l, whose counter is
   {low half of b, layer, low half of step, high half of step} (b beyond 32 bits goes into the key).
   The functions below all read the same words: give each use a purpose of its own. */

/* Elements first .. first + n - 1 of the draw (step, layer); any `first`, any n; the value of an
   element does not depend on the range asked for. */
void td_random_bits(struct td_stream s, uint64_t step, uint32_t layer, size_t first, size_t n,
                    uint32_t *out);
/* Uniform on the open interval (0, 1), never an end point. */
void td_random_uniform(struct td_stream s, uint64_t step, uint32_t layer, size_t first, size_t n,
                       real *out);
/* Standard normal by Box-Muller: words 0 and 1 of a block make one pair, words 2 and 3 another. */
void td_random_normal(struct td_stream s, uint64_t step, uint32_t layer, size_t first, size_t n,
                      real *out);
/* The same in double precision (53 bits), whatever `real` is. A double takes two words: elements
   16 g + 8 h .. 16 g + 8 h + 7 take words 2 h and 2 h + 1 of blocks 0, 2, 4, 6, 1, 3, 5, 7 of group
   g; normal ones take all four words, the cosine at h = 0, the sine at h = 1. */
void td_random_duniform(struct td_stream s, uint64_t step, uint32_t layer, size_t first, size_t n,
                        double *out);
void td_random_dnormal(struct td_stream s, uint64_t step, uint32_t layer, size_t first, size_t n,
                       double *out);
/* A uniformly random permutation of 0 .. n - 1 (Fisher-Yates, unbiased bounded integers). */
void td_random_permutation(struct td_stream s, uint64_t step, uint32_t layer, size_t n,
                           uint32_t *out);

/* The stream as a GSL generator, for all of GSL's distributions. Free with gsl_rng_free. */
extern const gsl_rng_type *td_gsl_rng_philox;
gsl_rng *td_gsl_rng_create(struct td_stream s, uint64_t step, uint32_t layer);

#endif
