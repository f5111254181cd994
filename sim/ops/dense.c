#include <string.h>

#include "numeric/gemm.h"
#include "sim/activation.h"
#include "sim/ops/activation_attrs.h"
#include "sim/ops/elementwise.h"
#include "sim/ops/ops.h"
#include "sim/ops/reduce.h"

/* Elements that one pass of bias and activation covers while they stay in L1. */
enum { PASS = 4096 };

/* Everything that forward and backward need, decided once. */
struct dense {
    struct td_gemm forward, dw, dx;
    const struct td_activation *f; /* NULL: linear */
    const void *params;
    struct td_tensor *w, *x, *b, *learned; /* b, learned: NULL if there is none */
    bool add_b, add_learned;
    real *pre;  /* (out, B) W x + b; the output itself if f does not need it later */
    real *dpre; /* (out, B) d loss / d pre; the output's gradient if linear */
    size_t pass_rows;
};

static td_status shape(struct td_apply *a, struct td_error *err) {
    const struct td_activation *f;
    td_status status = td_activation_of(a->attrs, &f, err);
    if (status)
        return status;
    const struct td_tensor *w = a->in[0], *x = a->in[1];
    size_t n_learned = f ? f->n_learned : 0, others = n_learned > 0 ? 3 : 2;
    if (a->n_in < others || a->n_in > others + 1)
        return td_fail(err, TD_BAD_INPUT, "%zu inputs given, %zu (without bias) or %zu expected",
                       a->n_in, others, others + 1);
    if (x->rows != w->cols)
        return td_fail(err, TD_BAD_INPUT,
                       "weight is %zu x %zu, input %zu x %zu: inner sizes differ", w->rows, w->cols,
                       x->rows, x->cols);
    if (a->n_in > others)
        status = td_expect_shape(a, 2, "bias", w->rows, 1, err);
    if (!status && n_learned)
        status = td_expect_shape(a, a->n_in - 1, "learned coefficients", n_learned, 1, err);
    a->out.rows = w->rows;
    a->out.cols = x->cols;
    a->n_work = f && f->needs_x ? w->rows * x->cols : 0;
    a->n_scratch = f ? w->rows * x->cols : 0;
    a->n_plan = sizeof(struct dense);
    return status;
}

static td_status plan(struct td_apply *a, struct td_error *err) {
    struct dense *d = a->plan;
    td_status status = td_activation_of(a->attrs, &d->f, err);
    if (status)
        return status;
    d->params = d->f ? ((const struct td_activation_attrs *)a->attrs)->activation.params : NULL;
    size_t last = a->n_in - 1;
    size_t learned = d->f && d->f->n_learned ? 1 : 0;
    bool bias = a->n_in > 2 + learned;
    d->w = a->in[0];
    d->x = a->in[1];
    d->b = bias ? a->in[2] : NULL;
    d->add_b = a->add[2];
    d->learned = learned ? a->in[last] : NULL;
    d->add_learned = a->add[last];
    d->pre = a->n_work ? a->work : a->out.v;
    d->dpre = d->f ? a->scratch : a->out.g;
    size_t out = a->out.rows, in = d->w->cols, batch = a->out.cols;
    d->pass_rows = batch < PASS ? PASS / batch : 1;
    status = td_gemm_plan(&d->forward, false, false, out, batch, in, 0, err);
    if (!status && d->w->g)
        status = td_gemm_plan(&d->dw, false, true, out, in, batch, a->add[0], err);
    if (!status && d->x->g)
        status = td_gemm_plan(&d->dx, true, false, in, batch, out, a->add[1], err);
    return status;
}

static void add_bias(size_t rows, size_t cols, const real *restrict b, real *restrict v) {
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < cols; c++)
            v[r * cols + c] += b[r];
}

static void forward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    const struct dense *d = a->plan;
    const size_t rows = a->out.rows, cols = a->out.cols;
    td_gemm_run(&d->forward, d->w->v, d->x->v, d->pre);
    if (!d->b && !d->f)
        return;
    for (size_t r = 0; r < rows; r += d->pass_rows) {
        const size_t n = rows - r < d->pass_rows ? rows - r : d->pass_rows, at = r * cols;
        if (d->b)
            add_bias(n, cols, d->b->v + r, d->pre + at);
        if (d->f)
            d->f->forward(d->params, d->learned ? d->learned->v : NULL, n * cols, d->pre + at,
                          a->out.v + at);
    }
}

static void bias_gradient(const struct dense *d, size_t first, size_t n, size_t cols) {
    for (size_t r = first; r < first + n; r++)
        td_put(d->add_b, d->b->g + r, td_row_sum(cols, d->dpre + r * cols));
}

/* dpre = f'(pre) dy and, in the same pass, the bias gradient. */
static void pre_gradient(struct td_apply *a, const struct dense *d) {
    const size_t rows = a->out.rows, cols = a->out.cols;
    const bool bias = d->b && d->b->g;
    if (!d->f && !bias)
        return;
    for (size_t r = 0; r < rows; r += d->pass_rows) {
        const size_t n = rows - r < d->pass_rows ? rows - r : d->pass_rows, at = r * cols;
        if (d->f)
            d->f->backward(d->params, d->learned ? d->learned->v : NULL, n * cols, d->pre + at,
                           a->out.v + at, a->out.g + at, d->dpre + at);
        if (bias)
            bias_gradient(d, r, n, cols);
    }
}

static void backward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    const struct dense *d = a->plan;
    if (d->learned && d->learned->g) {
        if (!d->add_learned)
            memset(d->learned->g, 0, td_tensor_size(d->learned) * sizeof(real));
        d->f->backward_learned(d->params, d->learned->v, td_tensor_size(&a->out), d->pre, a->out.g,
                               d->learned->g);
    }
    pre_gradient(a, d);
    if (d->w->g)
        td_gemm_run(&d->dw, d->dpre, d->x->v, d->w->g);
    if (d->x->g)
        td_gemm_run(&d->dx, d->w->v, d->dpre, d->x->g);
}

/* Every activation alone needs no example here: tests/sim/test_activations.c walks them. */
static bool example(int variant, struct td_op_example *e) {
    static const struct td_op_example variants[] = {
        {.n_in = 3, .rows = {4, 3, 4}, .cols = {3, 5, 1}},
        {.n_in = 2, .rows = {4, 3}, .cols = {3, 5}, .attrs = {"activation.kind", "tanh"}},
        {.n_in = 3, .rows = {1, 6, 1}, .cols = {6, 1, 1}, .attrs = {"activation.kind", "selu"}},
        {.n_in = 3, .rows = {3, 1, 3}, .cols = {1, 7, 1}, .attrs = {"activation.kind", "gelu"}},
        {.n_in = 4,
         .rows = {3, 4, 3, 1},
         .cols = {4, 2, 1, 1},
         .attrs = {"activation.kind", "crrelu"}},
        {.n_in = 3, .rows = {2, 3, 1}, .cols = {3, 4, 1}, .attrs = {"activation.kind", "crrelu"}},
        {.n_in = 3,
         .rows = {17, 19, 17},
         .cols = {19, 33, 1},
         .attrs = {"activation.kind", "silu", "activation.beta", "1.5"}},
    };
    if (variant < 0 || (size_t)variant >= sizeof variants / sizeof *variants)
        return false;
    *e = variants[variant];
    return true;
}

const struct td_op td_op_dense = {
    .kind = TD_KIND("dense",
                    "Fully connected layer, y = f(W x + b), bias and activation fused into the "
                    "product. Inputs W (out, in), X (in, B), optional b (out, 1), the activation's "
                    "learned coefficients if it has any.",
                    "", td_activation_table, struct td_activation_attrs),
    .min_in = 2,
    .max_in = 4,
    .shape = shape,
    .plan = plan,
    .forward = forward,
    .backward = backward,
    .example = example,
};
