/* Which samples a step takes, and how they get into a graph. */
#include "sim/train_internal.h"

uint64_t td_train_epoch_steps(size_t n, size_t batch, bool drop_last) {
    if (batch == 0 || batch >= n)
        return 1;
    return drop_last ? n / batch : (n + batch - 1) / batch;
}

enum { TILE = 16 }; /* samples transposed at a time: one cache line of the feature rows */

/* out (d, stride): the columns at .. at + TILE - 1 become the rows of `samples`. */
static void transpose_tile(const real *const samples[TILE], size_t d, real *restrict out,
                           size_t stride) {
    for (size_t f = 0; f < d; f++)
        for (size_t j = 0; j < TILE; j++)
            out[f * stride + j] = samples[j][f];
}

/* out (d, n) = transpose of the rows index[0 .. n - 1] (or first, first + 1, ...) of x (., d). */
static void gather_columns(const real *x, size_t d, const uint32_t *index, size_t first, size_t n,
                           real *restrict out) {
    size_t at = 0;
    for (; at + TILE <= n; at += TILE) {
        const real *samples[TILE];
        for (size_t j = 0; j < TILE; j++)
            samples[j] = x + (index ? index[at + j] : first + at + j) * d;
        transpose_tile(samples, d, out + at, n);
    }
    for (; at < n; at++) {
        const real *sample = x + (index ? index[at] : first + at) * d;
        for (size_t f = 0; f < d; f++)
            out[f * n + at] = sample[f];
    }
}

static void gather_labels(const int32_t *label, const uint32_t *index, size_t first, size_t n,
                          real *out) {
    for (size_t j = 0; j < n; j++)
        out[j] = (real)label[index ? index[j] : first + j];
}

void td_pass_load(const struct td_pass *pass, const struct td_dataset *data,
                  const struct td_split *split, const uint32_t *index, size_t first) {
    gather_columns(split->x, data->d, index, first, pass->n, pass->input->v);
    if (split->label)
        gather_labels(split->label, index, first, pass->n, pass->target->v);
    else
        gather_columns(split->target, data->n_targets, index, first, pass->n, pass->target->v);
}

static const uint32_t *epoch_order(struct td_train *t, uint64_t epoch) {
    if (t->permuted != epoch) {
        td_random_permutation(t->batch_stream, epoch, 0, t->o.data->train.n, t->permutation);
        t->permuted = epoch;
    }
    return t->permutation;
}

static struct td_pass *load_whole_set(struct td_train *t) {
    struct td_pass *pass = t->passes[0];
    if (!t->whole_set_loaded)
        td_pass_load(pass, t->o.data, &t->o.data->train, NULL, 0);
    t->whole_set_loaded = true;
    return pass;
}

struct td_pass *td_train_load_batch(struct td_train *t, uint64_t step) {
    size_t n = t->o.data->train.n;
    if (t->o.order) {
        const uint32_t *index = t->o.order + step % (t->o.n_order / t->batch) * t->batch;
        td_pass_load(t->passes[0], t->o.data, &t->o.data->train, index, 0);
        return t->passes[0];
    }
    if (t->batch == n)
        return load_whole_set(t);
    const uint32_t *order = epoch_order(t, step / t->epoch_steps);
    size_t first = (size_t)(step % t->epoch_steps) * t->batch;
    struct td_pass *pass = t->passes[0];
    if (first + t->batch > n)
        pass = td_train_built_pass(t, TD_PASS_TRAIN, n - first);
    td_pass_load(pass, t->o.data, &t->o.data->train, order + first, 0);
    return pass;
}
