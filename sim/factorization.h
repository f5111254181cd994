/* Deep matrix factorization: W = W_D ... W_1 with all factors (n, n), or a sum of several such
   products (pathways), fitted to the observed entries of a matrix (Arora, Cohen, Hu, Luo 2019).
   A loop over planned products, without a graph: the loss depends on the product alone. */
#ifndef TD_SIM_FACTORIZATION_H
#define TD_SIM_FACTORIZATION_H

#include <stdint.h>

#include "numeric/random.h"
#include "sim/weights.h"

enum { TD_FACTOR_SIDE_MAX = 4096, TD_FACTOR_DEPTH_MAX = 64, TD_FACTOR_PATHWAYS_MAX = 8 };

/* How the factors start; `scale` c, depth D. Not the same size of W: |W|_F is about c sqrt(n)
   (gaussian), c n (orthogonal), c sqrt(n) (identity). */
enum td_factor_start {
    TD_FACTOR_GAUSSIAN,   /* entries N(0, s^2), s = c^(1/D) n^(-1/2) */
    TD_FACTOR_ORTHOGONAL, /* balanced: random orthogonal matrices times (c sqrt(n))^(1/D) */
    TD_FACTOR_IDENTITY    /* balanced: the identity times c^(1/D) */
};
extern const char *const td_factor_start_names[]; /* NULL-terminated, in that order */

struct td_factorization {
    size_t n, depth, pathways;
    /* Slices "a.1" .. "a.D", "b.1" ..: slice pathway * D + layer is factor W_(layer + 1), row-major
       with W y = x as columns, so the product is theta[D - 1] ... theta[0]. */
    struct td_weights *weights;
    const real *product; /* (n, n): the sum of all pathways, as of the last forward pass */
    struct td_factorization_plan *plan; /* inside */
};

/* Factors 0. TD_BAD_INPUT: a size of 0 or beyond the limits above. */
td_status td_factorization_create(size_t n, size_t depth, size_t pathways,
                                  struct td_factorization *out, struct td_error *err);
void td_factorization_free(struct td_factorization *f);

/* Factor `layer` of `pathway`, both from 0: (n, n). */
real *td_factorization_factor(struct td_factorization *f, size_t pathway, size_t layer);

/* Draws the factors; factor i of all (pathway by pathway) uses draw (0, i). `spread` > 0 adds
   N(0, spread^2) to the diagonal of W_1 .. W_D, the same numbers in each: it parts equal singular
   values, and balanced diagonal factors stay balanced. */
td_status td_factorization_start(struct td_factorization *f, enum td_factor_start start,
                                 double scale, double spread, struct td_stream stream,
                                 struct td_error *err);

/* The diagonal (n) of every factor of an identity start, in double: ties that `spread` parts may
   fall together again where factors are float. */
td_status td_factorization_diagonal(size_t n, size_t depth, double scale, double spread,
                                    struct td_stream stream, double *diagonal,
                                    struct td_error *err);

/* The product W of all pathways into f->product; pathway `p` alone: td_factorization_pathway. */
void td_factorization_forward(struct td_factorization *f);
const real *td_factorization_pathway(const struct td_factorization *f, size_t pathway);

/* Entries that are seen: row-major positions, ascending, and what they should be. A set that was
   used must not change. */
struct td_observed {
    size_t count;
    const uint32_t *at;
    const real *want;
};

/* Forward pass, then the gradient of (weight / 2) sum over the observed of (W_ij - want)^2 by every
   factor of the first `learning` pathways into f->weights->grad. Returns that loss. */
double td_factorization_gradient(struct td_factorization *f, const struct td_observed *observed,
                                 double weight, size_t learning);

/* Floating-point operations of one gradient with all pathways learning. */
double td_factorization_flops(size_t n, size_t depth, size_t pathways);

#endif
