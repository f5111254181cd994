#include "experiments/selu/layers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/memory.h"
#include "numeric/vec.h"
#include "sim/activation.h"
#include "sim/init.h"

/* --- dropout --- */

const char *const td_dropout_names[] = {"none", "plain", "alpha", NULL};

struct td_dropout_constants td_dropout_constants(enum td_dropout kind, double rate) {
    struct td_dropout_constants c = {1, 0, 0};
    if (kind == TD_DROPOUT_PLAIN)
        c.a = 1 / (1 - rate);
    if (kind == TD_DROPOUT_ALPHA)
        td_alpha_dropout_constants(rate, 0, 1, &c.a, &c.b, &c.dropped, NULL);
    return c;
}

double td_drop_moments(enum td_dropout kind, double rate, struct td_moments *x) {
    if (kind == TD_DROPOUT_NONE)
        return 1;
    struct td_dropout_constants c = td_dropout_constants(kind, rate);
    double q = 1 - rate, kept = c.a * x->mean + c.b, d = kept - c.dropped;
    x->var = q * c.a * c.a * x->var + q * rate * d * d;
    x->mean = q * kept + rate * c.dropped;
    return c.a * c.a * q;
}

/* --- one op outside a graph --- */

static td_status allocate_apply(struct td_single_op *op, struct td_error *err) {
    struct td_apply *a = &op->apply;
    size_t n = op->in.rows * op->in.cols;
    a->out.v = td_calloc(n, sizeof(real));
    a->out.g = td_calloc(n, sizeof(real));
    a->work = td_calloc(a->n_work + 1, sizeof(real));
    a->plan = td_calloc(a->n_plan + 1, 1);
    a->state = td_calloc(a->n_state + 1, sizeof(real));
    op->in.v = td_calloc(n, sizeof(real));
    op->in.g = td_calloc(n, sizeof(real));
    if (!a->out.v || !a->out.g || !a->work || !a->plan || !a->state || !op->in.v || !op->in.g)
        return td_fail_memory(err, 4 * n * sizeof(real));
    return TD_OK;
}

td_status td_single_op_create(enum td_dropout kind, double rate, size_t rows, size_t cols,
                              struct td_single_op *out, struct td_error *err) {
    *out = (struct td_single_op){.in = {.rows = rows, .cols = cols}};
    struct td_apply *a = &out->apply;
    if (kind == TD_DROPOUT_ALPHA) {
        out->attrs.alpha = (struct td_alpha_dropout_attrs){rate, 0, 1};
        a->op = &td_op_alpha_dropout;
    } else { /* none: plain at rate 0 */
        out->attrs.plain = (struct td_dropout_attrs){kind == TD_DROPOUT_PLAIN ? rate : 0};
        a->op = &td_op_dropout;
    }
    a->attrs = &out->attrs;
    a->n_in = 1;
    a->in[0] = &out->in;
    td_status status = a->op->shape(a, err);
    if (!status)
        status = allocate_apply(out, err);
    if (!status && a->op->plan)
        status = a->op->plan(a, err);
    return status;
}

void td_single_op_free(struct td_single_op *op) {
    void *owned[] = {op->apply.out.v, op->apply.out.g, op->apply.work, op->apply.plan,
                     op->apply.state, op->in.v,        op->in.g};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        td_free(owned[i]);
    *op = (struct td_single_op){0};
}

/* --- layers --- */

struct td_layers {
    struct td_layers_options o;
    const struct td_activation *activation;
    const struct td_init *init;
    struct td_gemm forward, backward;
    size_t n;                 /* width * samples */
    real *weights;            /* (width, width) */
    real *noise;              /* (width, width); NULL without noise */
    real *values, *gradient;  /* (width, samples) */
    real *slopes, *activated; /* (width, samples) scratch */
    real *pre;                /* pre-activations, (depth or 1, width, samples) */
    real *learned;            /* coefficients of the activation, at their initial values */
    struct td_single_op dropout;
    struct td_stream init_stream, noise_stream;
    struct td_run run;
};

static td_status allocate_layers(struct td_layers *l, struct td_error *err) {
    const struct td_layers_options *o = &l->o;
    size_t kept, square = o->width * o->width;
    if (!td_mul(l->n, o->gradients ? o->depth : 1, &kept))
        return td_fail_memory(err, SIZE_MAX);
    l->weights = td_calloc(square, sizeof(real));
    l->values = td_calloc(l->n, sizeof(real));
    l->gradient = td_calloc(l->n, sizeof(real));
    l->slopes = td_calloc(l->n, sizeof(real));
    l->activated = td_calloc(l->n, sizeof(real));
    l->pre = td_calloc(kept, sizeof(real));
    l->learned = td_calloc(l->activation->n_learned + 1, sizeof(real));
    if (o->noise > 0)
        l->noise = td_calloc(square, sizeof(real));
    if (!l->weights || !l->values || !l->gradient || !l->slopes || !l->activated || !l->pre ||
        !l->learned || (o->noise > 0 && !l->noise))
        return td_fail_memory(err, (2 * square + 4 * l->n + kept) * sizeof(real));
    for (size_t i = 0; i < l->activation->n_learned; i++)
        l->learned[i] = (real)l->activation->learned_initial[i];
    return TD_OK;
}

td_status td_layers_create(const struct td_layers_options *options, struct td_layers **out,
                           struct td_error *err) {
    size_t w = options->width, s = options->samples;
    struct td_layers *l = calloc(1, sizeof *l);
    *out = l;
    if (!l)
        return td_fail_memory(err, sizeof *l);
    l->o = *options;
    l->activation = (const struct td_activation *)options->activation->kind;
    l->init = (const struct td_init *)options->init->kind;
    l->n = w * s;
    l->init_stream = td_stream_make(options->seed, "init");
    l->noise_stream = td_stream_make(options->seed, "noise");
    l->run = (struct td_run){.training = true, .dropout = td_stream_make(options->seed, "dropout")};
    td_status status = allocate_layers(l, err);
    if (!status)
        status = td_gemm_plan(&l->forward, false, false, w, s, w, 0, err);
    if (!status)
        status = td_gemm_plan(&l->backward, true, false, w, s, w, 0, err);
    if (!status && options->dropout != TD_DROPOUT_NONE)
        status = td_single_op_create(options->dropout, options->rate, w, s, &l->dropout, err);
    return status;
}

void td_layers_free(struct td_layers *l) {
    if (!l)
        return;
    td_free(l->weights);
    td_free(l->noise);
    td_free(l->values);
    td_free(l->gradient);
    td_free(l->slopes);
    td_free(l->activated);
    td_free(l->pre);
    td_free(l->learned);
    td_single_op_free(&l->dropout);
    free(l);
}

real *td_layers_values(struct td_layers *l) {
    return l->values;
}
real *td_layers_gradient(struct td_layers *l) {
    return l->gradient;
}

static real *pre_of(struct td_layers *l, size_t layer) {
    return l->pre + (l->o.gradients ? (layer - 1) * l->n : 0);
}

static td_status draw_weights(struct td_layers *l, size_t layer, struct td_error *err) {
    size_t w = l->o.width;
    td_status status = l->init->draw(l->o.init->params, w, w, (double)w, (double)w, l->init_stream,
                                     (uint32_t)layer, l->weights, err);
    if (!status && l->o.weight_mean != 0)
        for (size_t i = 0; i < w * w; i++)
            l->weights[i] += (real)(l->o.weight_mean / (double)w);
    if (status || !l->noise)
        return status;
    td_random_normal(l->noise_stream, 0, (uint32_t)layer, 0, w * w, l->noise);
    for (size_t i = 0; i < w * w; i++)
        l->weights[i] *= 1 + (real)l->o.noise * l->noise[i];
    return TD_OK;
}

static void sum_weights(const struct td_layers *l, struct td_weight_sums *sums) {
    size_t w = l->o.width;
    double omega1 = 0, omega2 = 0, tau = 0;
    for (size_t i = 0; i < w; i++) {
        double sum = td_vec_sum(w, l->weights + i * w);
        omega1 += sum;
        omega2 += sum * sum;
        tau += td_vec_sumsq(w, l->weights + i * w);
    }
    double mean = omega1 / (double)w;
    *sums = (struct td_weight_sums){mean, omega2 / (double)w - mean * mean, tau / (double)w};
}

/* f of the layer's pre-activations into `activated`. */
static void activate(struct td_layers *l, size_t layer) {
    l->activation->forward(l->o.activation->params, l->learned, l->n, pre_of(l, layer),
                           l->activated);
}

static void drop(struct td_layers *l, size_t layer) {
    l->run.step = layer;
    memcpy(l->dropout.in.v, l->activated, l->n * sizeof(real));
    l->dropout.apply.op->forward(&l->dropout.apply, &l->run);
}

td_status td_layers_forward(struct td_layers *l, size_t layer, struct td_weight_sums *sums,
                            struct td_error *err) {
    td_status status = draw_weights(l, layer, err);
    if (status)
        return status;
    sum_weights(l, sums);
    td_gemm_run(&l->forward, l->weights, l->values, pre_of(l, layer));
    activate(l, layer);
    if (l->o.dropout != TD_DROPOUT_NONE)
        drop(l, layer);
    memcpy(l->values, l->o.dropout != TD_DROPOUT_NONE ? l->dropout.apply.out.v : l->activated,
           l->n * sizeof(real));
    return TD_OK;
}

double td_layers_saturated(struct td_layers *l, size_t layer) {
    for (size_t i = 0; i < l->n; i++)
        l->slopes[i] = 1;
    l->activation->backward(l->o.activation->params, l->learned, l->n, pre_of(l, layer),
                            l->activated, l->slopes, l->slopes);
    const real limit = (real)l->activation->saturation_slope;
    size_t count = 0;
    for (size_t i = 0; i < l->n; i++)
        count += l->slopes[i] <= limit && l->slopes[i] >= -limit;
    return (double)count / (double)l->n;
}

td_status td_layers_backward(struct td_layers *l, size_t layer, struct td_error *err) {
    td_status status = draw_weights(l, layer, err);
    if (status)
        return status;
    activate(l, layer);
    real *g = l->gradient;
    if (l->o.dropout != TD_DROPOUT_NONE) { /* the same draw as on the way in */
        drop(l, layer);
        memcpy(l->dropout.apply.out.g, g, l->n * sizeof(real));
        l->dropout.apply.op->backward(&l->dropout.apply, &l->run);
        g = l->dropout.in.g;
    }
    l->activation->backward(l->o.activation->params, l->learned, l->n, pre_of(l, layer),
                            l->activated, g, l->slopes);
    td_gemm_run(&l->backward, l->weights, l->slopes, l->gradient);
    return TD_OK;
}
