#include <math.h>
#include <string.h>

#include "experiments/train/probes/layer_norms.h"
#include "numeric/memory.h"

/* Moments of the batches' gradients, one for every weight (Welford). */
struct moments {
    struct train_layer_norms layers; /* first */
    size_t n, size;
    double *mean, *squares; /* (size) */
};

static td_status plan(struct train_probe_run *p, const struct td_train_options *o,
                      struct td_error *err) {
    size_t batches = td_train_full_batches(o);
    if (batches < 2)
        return td_fail(err, TD_BAD_INPUT,
                       "measure.%zu: gradient-snr needs an epoch of at least two full batches, but "
                       "optimizer.batch is %zu%s of %zu samples",
                       p->index, o->batch, o->batch ? "" : " (all)", o->data->train.n);
    p->own = td_arena_alloc(p->arena, sizeof(struct moments));
    return p->own ? train_layer_norms_plan(p, o, err) : td_fail_memory(err, sizeof(struct moments));
}

static td_status prepare(struct train_probe_run *p, struct td_train *t, struct td_error *err) {
    size_t size = td_train_weights(t)->n;
    struct moments *m = p->own;
    m->size = size;
    m->mean = td_calloc(size, sizeof *m->mean);
    m->squares = td_calloc(size, sizeof *m->squares);
    return m->mean && m->squares ? TD_OK : td_fail_memory(err, 2 * size * sizeof *m->mean);
}

static void release(struct train_probe_run *p) {
    struct moments *m = p->own;
    td_free(m->mean);
    td_free(m->squares);
}

static void add_batch(void *self, const real *grad, double loss) {
    (void)loss;
    struct moments *m = self;
    ++m->n;
    for (size_t i = 0; i < m->size; i++) {
        double away = (double)grad[i] - m->mean[i];
        m->mean[i] += away / (double)m->n;
        m->squares[i] += away * ((double)grad[i] - m->mean[i]);
    }
}

static td_status finish(struct train_probe_run *p, const struct train_view *view,
                        struct td_error *err) {
    struct moments *m = p->own;
    const struct td_weights *w = td_train_weights(view->train);
    m->n = 0;
    memset(m->mean, 0, m->size * sizeof *m->mean);
    memset(m->squares, 0, m->size * sizeof *m->squares);
    td_train_batch_gradients(view->train, add_batch, m);
    for (size_t i = 0; i < m->size; i++) /* to standard deviations */
        m->squares[i] = sqrt(m->squares[i] / (double)(m->n - 1));
    size_t first = p->n_values;
    td_status status = train_layer_norms_add(p, "mean", w, m->mean, err);
    size_t n = p->n_values - first;
    if (!status)
        status = train_layer_norms_add(p, "sd", w, m->squares, err);
    for (size_t i = first; i < first + n && !status; i++) {
        double mean = p->values[i].value, sd = p->values[i + n].value;
        bool defined = sd > 0;
        status = train_probe_add(p, "", p->values[i].site, defined ? mean / sd : NAN,
                                 defined ? "" : "all batches have the same gradient", err);
    }
    return status;
}

extern const struct train_probe train_probe_gradient_snr;
const struct train_probe train_probe_gradient_snr = {
    .kind = TD_KIND_PLAIN(
        "gradient-snr",
        "Signal-to-noise ratio of the batch gradients, by layer and in total: the norm of their "
        "mean over that of their standard deviations, over the full batches of the epoch at hand, "
        "all at the weights of this step and in training mode (before events and clipping). "
        "Values: the ratio, mean and sd. Well above 1 / sqrt(batches) the gradients pull one way "
        "(drift); there, they are noise around a mean of 0 (diffusion). Sites: layers and total.",
        "Shwartz-Ziv, Tishby 2017, figure 4"),
    .needs = TRAIN_NEEDS_NOTHING,
    .takes_of = true,
    .plan = plan,
    .open = prepare,
    .finish = finish,
    .close = release,
};
