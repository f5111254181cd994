#include "measure/entropy.h"

#include <math.h>
#include <string.h>

#include "numeric/memory.h"

/* An open hash table of (old group, key) pairs. */
struct work {
    size_t capacity;    /* a power of two, at least 2 n */
    uint32_t *slot;     /* new group + 1; 0: empty */
    uint64_t *key;      /* of each new group */
    uint32_t *old;      /* the group that it comes from */
    double *identities; /* (n) another partition's groups as keys */
};

td_status td_groups_make(struct td_groups *g, size_t n, struct td_error *err) {
    memset(g, 0, sizeof *g);
    if (n >= UINT32_MAX / 4)
        return td_fail(err, TD_BAD_INPUT, "%zu rows: groups take fewer than %u", n, UINT32_MAX / 4);
    struct work *w = td_calloc(1, sizeof *w);
    g->work = w;
    g->of = td_calloc(n, sizeof *g->of);
    g->n = n;
    g->count = 1;
    if (!w)
        return td_fail_memory(err, sizeof *w);
    for (w->capacity = 16; w->capacity < 2 * n; w->capacity *= 2)
        ;
    w->slot = td_calloc(w->capacity, sizeof *w->slot);
    w->key = td_calloc(n, sizeof *w->key);
    w->old = td_calloc(n, sizeof *w->old);
    w->identities = td_calloc(n, sizeof *w->identities);
    if (!g->of || !w->slot || !w->key || !w->old || !w->identities)
        return td_fail_memory(err, w->capacity * sizeof *w->slot);
    return TD_OK;
}

void td_groups_free(struct td_groups *g) {
    struct work *w = g->work;
    if (w) {
        td_free(w->slot);
        td_free(w->key);
        td_free(w->old);
        td_free(w->identities);
    }
    td_free(w);
    td_free(g->of);
    memset(g, 0, sizeof *g);
}

/* The finaliser of splitmix64 (Steele et al. 2014). */
static uint64_t mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static uint64_t bits_of(double x) {
    uint64_t bits;
    x += 0.0; /* -0 becomes 0 */
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

void td_groups_split(struct td_groups *g, const double *key, size_t stride) {
    struct work *w = g->work;
    size_t mask = w->capacity - 1;
    memset(w->slot, 0, w->capacity * sizeof *w->slot);
    g->count = 0;
    for (size_t i = 0; i < g->n; ++i) {
        uint64_t bits = bits_of(key[i * stride]);
        uint32_t old = g->of[i];
        size_t at = mix(bits ^ mix(old + 1u)) & mask;
        while (w->slot[at] && (w->key[w->slot[at] - 1] != bits || w->old[w->slot[at] - 1] != old))
            at = (at + 1) & mask;
        if (!w->slot[at]) {
            w->key[g->count] = bits;
            w->old[g->count] = old;
            w->slot[at] = (uint32_t)++g->count;
        }
        g->of[i] = w->slot[at] - 1;
    }
}

void td_groups_join(struct td_groups *g, const struct td_groups *b) {
    struct work *w = g->work;
    for (size_t i = 0; i < g->n; ++i)
        w->identities[i] = b->of[i];
    td_groups_split(g, w->identities, 1);
}

td_status td_groups_of_rows(struct td_groups *g, const struct td_matrix *x, struct td_error *err) {
    td_status status = td_groups_make(g, x->n, err);
    for (size_t j = 0; j < x->d && !status; ++j)
        td_groups_split(g, x->v + j, x->d);
    return status;
}

/* Weights of the groups; returns that of all. */
static double weigh(const struct td_groups *g, const double *weight, double *out) {
    double total = 0;
    memset(out, 0, g->count * sizeof *out);
    for (size_t i = 0; i < g->n; ++i) {
        double w = weight ? weight[i] : 1;
        out[g->of[i]] += w;
        total += w;
    }
    return total;
}

static double miller_madow_bits(double groups, double n) {
    return groups / (2 * n) / M_LN2;
}

double td_entropy(const struct td_groups *g, const double *weight, bool miller_madow,
                  double *scratch) {
    double total = weigh(g, weight, scratch), sum = 0, occur = 0;
    for (size_t k = 0; k < g->count; ++k) {
        sum += scratch[k] > 0 ? scratch[k] * log2(total / scratch[k]) : 0;
        occur += scratch[k] > 0;
    }
    return sum / total + (miller_madow ? miller_madow_bits(occur - 1, total) : 0);
}

double td_entropy_given(const struct td_groups *j, const struct td_groups *g, const double *weight,
                        bool miller_madow, double *scratch) {
    double *fine = scratch, *coarse = scratch + j->count, sum = 0, occur = 0;
    weigh(j, weight, fine);
    double total = weigh(g, weight, coarse);
    for (size_t k = 0; k < g->count; ++k)
        occur -= coarse[k] > 0;
    for (size_t i = 0; i < j->n; ++i) {
        double f = fine[j->of[i]];
        if (f > 0) {
            sum += f * log2(coarse[g->of[i]] / f);
            ++occur;
        }
        fine[j->of[i]] = 0; /* counted */
    }
    return sum / total + (miller_madow ? miller_madow_bits(occur, total) : 0);
}
