#include <string.h>

#include "numeric/vec.h"
#include "sim/ops/elementwise.h"
#include "sim/ops/loss.h"
#include "sim/ops/reduce.h"

/* work: softmax (K, B), then log sum exp (B) and the target's mass sum_k t_k (B).
   scratch: one-hot target (B), maximum (B), sum (B). */
static td_status shape(struct td_apply *a, struct td_error *err) {
    const struct td_tensor *z = a->in[0];
    a->n_work = td_tensor_size(z) + 2 * z->cols;
    a->n_scratch = 3 * z->cols;
    if (z->rows < 2)
        return td_fail(err, TD_BAD_INPUT, "%zu class: at least 2 (or sigmoid-cross-entropy)",
                       z->rows);
    return td_loss_shape(a, err);
}

static void column_maximum(const struct td_tensor *z, real *maximum) {
    const size_t n = z->cols;
    memcpy(maximum, z->v, n * sizeof *maximum);
    for (size_t k = 1; k < z->rows; k++) {
        const real *row = z->v + k * n;
        TD_EACH (i, n)
            maximum[i] = row[i] > maximum[i] ? row[i] : maximum[i];
    }
}

/* softmax = exp(z - maximum) / sum; lse = maximum + ln sum. */
static void softmax(const struct td_tensor *z, real *maximum, real *sum, real *p, real *lse) {
    const size_t n = z->cols;
    column_maximum(z, maximum);
    for (size_t k = 0; k < z->rows; k++) {
        const real *row = z->v + k * n;
        TD_EACH (i, n)
            p[k * n + i] = row[i] - maximum[i];
    }
    td_vec_exp(td_tensor_size(z), p, p);
    memcpy(sum, p, n * sizeof *sum);
    for (size_t k = 1; k < z->rows; k++)
        TD_EACH (i, n)
            sum[i] += p[k * n + i];
    td_vec_log(n, sum, lse);
    TD_EACH (i, n) {
        lse[i] += maximum[i];
        sum[i] = 1 / sum[i];
    }
    for (size_t k = 0; k < z->rows; k++)
        TD_EACH (i, n)
            p[k * n + i] *= sum[i];
}

/* loss = mean over samples of sum_k t_k (lse - z_k) */
static void forward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    const struct td_tensor *z = a->in[0];
    const size_t n = z->cols;
    real *lse = a->work + td_tensor_size(z), *mass = lse + n;
    real *onehot = a->scratch, *sample_loss = a->scratch + n;
    softmax(z, a->scratch + n, a->scratch + 2 * n, a->work, lse);
    memset(mass, 0, n * sizeof *mass);
    memset(sample_loss, 0, n * sizeof *sample_loss);
    for (size_t k = 0; k < z->rows; k++) {
        const real *t = td_loss_target_row(a, k, onehot), *row = z->v + k * n;
        TD_EACH (i, n) {
            mass[i] += t[i];
            sample_loss[i] += t[i] == 0 ? 0 : t[i] * (lse[i] - row[i]); /* z may be -inf */
        }
    }
    a->out.v[0] = (real)(td_row_sum(n, sample_loss) / (double)n) + td_loss_check_labels(a);
}

static void backward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    const struct td_tensor *z = a->in[0];
    const size_t n = z->cols;
    const real *lse = a->work + td_tensor_size(z), *mass = lse + n;
    const real factor = a->out.g[0] / (real)n;
    const bool target_gradient = td_loss_target_gradient(a);
    for (size_t k = 0; k < z->rows; k++) {
        const real *p = a->work + k * n, *row = z->v + k * n;
        const real *t = td_loss_target_row(a, k, a->scratch);
        if (z->g)
            TD_PUT(a->add[0], n, i, z->g + k * n, factor * (mass[i] * p[i] - t[i]));
        if (target_gradient)
            TD_PUT(a->add[1], n, i, a->in[1]->g + k * n, factor * (lse[i] - row[i]));
    }
}

static bool example(int variant, struct td_op_example *e) {
    static const struct td_op_example variants[] = {
        {.n_in = 2,
         .rows = {3, 1},
         .cols = {7, 7},
         .no_gradient = {false, true},
         .label = {false, true},
         .n_classes = 3},
        {.n_in = 2, .rows = {4, 4}, .cols = {5, 5}},
        {.n_in = 2,
         .rows = {2, 1},
         .cols = {1, 1},
         .no_gradient = {false, true},
         .label = {false, true},
         .n_classes = 2},
    };
    if (variant < 0 || (size_t)variant >= sizeof variants / sizeof *variants)
        return false;
    *e = variants[variant];
    return true;
}

const struct td_op td_op_softmax_cross_entropy = {
    .kind =
        TD_KIND_PLAIN("softmax-cross-entropy",
                      "Softmax and cross-entropy in nats, mean over samples. Inputs: logits (K, "
                      "B), labels (1, B) or target distributions (K, B).",
                      ""),
    .min_in = 2,
    .max_in = 2,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .example = example,
};
