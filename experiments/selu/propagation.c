/* selu/propagation: mean, variance and shape of the activations, and the size of the gradient,
   layer by layer through a random network; beside them the moment map iterated from the same input.
 */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "experiments/selu/fluctuations.h"
#include "experiments/selu/inputs.h"
#include "experiments/selu/layers.h"
#include "experiments/selu/selu.h"
#include "experiments/selu/spread.h"
#include "numeric/memory.h"
#include "numeric/vec.h"
#include "sim/activation.h"
#include "sim/init.h"

struct options {
    int64_t width, depth, samples;
    struct td_part activation, init;
    double noise, weight_mean;
    int dropout;
    double rate;
    struct td_inputs inputs;
    double correlation;
    double omega, tau;
    bool gradients, spread;
    double box_mean;
    struct td_reals box_variance;
    struct td_steps at;
};

static const struct td_param params[] = {
    {.name = "width",
     .type = TD_INT,
     .offset = offsetof(struct options, width),
     .initial = "256",
     .min = 1,
     .max = 16384,
     .help = "units of every layer, and inputs"},
    {.name = "depth",
     .type = TD_INT,
     .offset = offsetof(struct options, depth),
     .initial = "32",
     .min = 1,
     .max = 4096,
     .help = "layers"},
    {.name = "samples",
     .type = TD_INT,
     .offset = offsetof(struct options, samples),
     .initial = "256",
     .min = 1,
     .max = 1048576,
     .help = "random inputs"},
    {.name = "activation",
     .type = TD_PART,
     .offset = offsetof(struct options, activation),
     .initial = "selu",
     .registry = &td_activations,
     .help = "activation of every layer"},
    {.name = "init",
     .type = TD_PART,
     .offset = offsetof(struct options, init),
     .initial = "lecun",
     .registry = &td_inits,
     .help = "how each layer's weights are drawn"},
    {.name = "noise",
     .type = TD_REAL,
     .offset = offsetof(struct options, noise),
     .initial = "0",
     .min = 0,
     .max = 100,
     .help = "relative weight noise: each weight is multiplied by 1 + noise N(0, 1)"},
    {.name = "weight_mean",
     .type = TD_REAL,
     .offset = offsetof(struct options, weight_mean),
     .initial = "0",
     .min = -1e3,
     .max = 1e3,
     .help = "mean of a weight times the width: what a unit's weights sum to on average"},
    {.name = "dropout",
     .type = TD_CHOICE,
     .offset = offsetof(struct options, dropout),
     .initial = "none",
     .choices = td_dropout_names,
     .help = "after each activation"},
    {.name = "rate",
     .type = TD_REAL,
     .offset = offsetof(struct options, rate),
     .initial = "0",
     .min = 0,
     .max = 1,
     .flags = TD_OPEN_MAX,
     .help = "dropout rate"},
    TD_INPUTS_PARAMS(struct options, inputs, "inputs"),
    {.name = "correlation",
     .type = TD_REAL,
     .offset = offsetof(struct options, correlation),
     .initial = "0",
     .min = 0,
     .max = 1,
     .help = "between two inputs of one sample: a common part"},
    {.name = "omega",
     .type = TD_REAL,
     .offset = offsetof(struct options, omega),
     .initial = "0",
     .min = -1e3,
     .max = 1e3,
     .help = "sum of a unit's weights in the theory"},
    {.name = "tau",
     .type = TD_REAL,
     .offset = offsetof(struct options, tau),
     .initial = "1",
     .min = 0,
     .max = 1e3,
     .help = "sum of a unit's squared weights in the theory (He initialisation: 2)"},
    {.name = "gradients",
     .type = TD_BOOL,
     .offset = offsetof(struct options, gradients),
     .initial = "false",
     .flags = TD_OBSERVED,
     .help = "send a random gradient back"},
    {.name = "spread",
     .type = TD_BOOL,
     .offset = offsetof(struct options, spread),
     .initial = "false",
     .flags = TD_OBSERVED,
     .help = "moments of each sample over units and of each unit over samples: how they spread"},
    {.name = "box_mean",
     .type = TD_REAL,
     .offset = offsetof(struct options, box_mean),
     .initial = "0.1",
     .min = 0,
     .max = 1e3,
     .flags = TD_OBSERVED | TD_OPEN_MIN,
     .help = "largest |mean| that counts as inside (spread: true)"},
    {.name = "box_variance",
     .type = TD_REALS,
     .offset = offsetof(struct options, box_variance),
     .initial = "[0.8,1.2]",
     .min = 0,
     .max = 1e6,
     .flags = TD_OBSERVED,
     .help = "range of variances that count as inside (spread: true)"},
    {.name = "at",
     .type = TD_STEPS,
     .offset = offsetof(struct options, at),
     .initial = "0..end",
     .flags = TD_OBSERVED,
     .help = "layers that are recorded, 0 is the input"},
    {0}};

static td_status check(const void *p, struct td_error *err) {
    const struct options *o = p;
    const double most = 4294967296.0; /* activations kept for the way back: 16 GiB of floats */
    double kept = (double)o->width * (double)o->samples * (o->gradients ? (double)o->depth : 1);
    if (kept > most)
        return td_fail(err, TD_BAD_INPUT,
                       "width x samples%s: %g values are kept at once, at most %g are allowed",
                       o->gradients ? " x depth (gradients: true)" : "", kept, most);
    if (o->dropout == TD_DROPOUT_NONE && o->rate > 0)
        return td_fail(err, TD_BAD_INPUT, "rate is %g but dropout is none: choose plain or alpha",
                       o->rate);
    if (o->box_variance.n != 2 || !(o->box_variance.v[0] < o->box_variance.v[1]))
        return td_fail(err, TD_BAD_INPUT, "box_variance: must be [lo,hi] with lo < hi");
    return TD_OK;
}

static double cost(const void *p) {
    const struct options *o = p;
    double w = (double)o->width;
    return (double)o->depth * w * (2 * w * (double)o->samples * (o->gradients ? 2 : 1) + 20 * w);
}

struct run {
    struct td_task *task;
    const struct options *o;
    struct td_layers *layers;
    struct td_slice_moments *slices; /* by sample and by unit; NULL without spread */
    struct td_fluctuations wide;
    bool strays;    /* `wide` holds for this layer */
    bool *recorded; /* (depth + 1) */
    struct td_error *err;
};

static td_status emit(const struct run *r, const char *measure, const char *site, size_t layer,
                      double value) {
    if (!r->recorded[layer])
        return TD_OK;
    return td_task_emit(r->task, measure, site, (int64_t)layer, value, "", r->err);
}

static struct td_slice_box box_of(const struct options *o) {
    return (struct td_slice_box){o->box_mean, o->box_variance.v[0], o->box_variance.v[1]};
}

/* --- simulation --- */

struct shape {
    double mean, variance, skewness, kurtosis;
};

static double mean_of(size_t n, const real *x) {
    return td_vec_sum(n, x) / (double)n;
}

/* Pooled over units and samples; skewness and kurtosis (3 for a Gaussian) are 0 if x is constant.
 */
static struct shape shape_of(size_t n, const real *x) {
    double mean = mean_of(n, x), m2 = 0, m3 = 0, m4 = 0;
    for (size_t i = 0; i < n; i++) {
        double d = (double)x[i] - mean, d2 = d * d;
        m2 += d2;
        m3 += d2 * d;
        m4 += d2 * d2;
    }
    m2 /= (double)n;
    m3 /= (double)n;
    m4 /= (double)n;
    bool spread = m2 * m2 > 0;
    return (struct shape){mean, m2, spread ? m3 / (m2 * sqrt(m2)) : 0, spread ? m4 / (m2 * m2) : 0};
}

static td_status record_layer(const struct run *r, size_t layer) {
    size_t n = (size_t)(r->o->width * r->o->samples);
    struct shape s = shape_of(n, td_layers_values(r->layers));
    if (!isfinite(s.mean) || !isfinite(s.variance))
        return td_fail(r->err, TD_DIVERGED, "activations are not finite at step %zu", layer);
    td_status status = emit(r, "mean", "simulation", layer, s.mean);
    if (!status)
        status = emit(r, "variance", "simulation", layer, s.variance);
    if (!status)
        status = emit(r, "skewness", "simulation", layer, s.skewness);
    if (!status)
        status = emit(r, "kurtosis", "simulation", layer, s.kurtosis);
    if (!status && layer > 0)
        status = emit(r, "saturated", "simulation", layer, td_layers_saturated(r->layers, layer));
    return status;
}

/* By sample and by unit. */
static td_status record_spread(const struct run *r, size_t layer) {
    static const char *const sites[] = {"samples", "units"};
    struct td_slice_spread spread[2];
    if (!r->slices || !r->recorded[layer])
        return TD_OK;
    td_slice_moments_of(r->slices, td_layers_values(r->layers), box_of(r->o), &spread[0],
                        &spread[1]);
    td_status status = TD_OK;
    for (int i = 0; i < 2 && !status; i++) {
        status = emit(r, "spread.mean", sites[i], layer, spread[i].mean);
        if (!status)
            status = emit(r, "spread.variance", sites[i], layer, spread[i].variance);
        if (!status)
            status = emit(r, "inside", sites[i], layer, spread[i].inside);
    }
    return status;
}

/* --- theory --- */

/* Iterates the map: z has mean m and variance s2, then f, then dropout. */
struct theory {
    const char *site;
    struct td_moments at;
    double *growth; /* (depth + 1): of the mean squared gradient from layer back to layer - 1 */
    bool alive;     /* false once it has left the finite numbers */
};

static td_status record_theory(const struct run *r, const struct theory *t, size_t layer) {
    td_status status = emit(r, "mean", t->site, layer, t->at.mean);
    return status ? status : emit(r, "variance", t->site, layer, t->at.var);
}

static td_status step_theory(const struct run *r, struct theory *t, size_t layer, double m,
                             double s2, double tau) {
    struct td_moment_image image;
    if (!t->alive)
        return TD_OK;
    if (!isfinite(m) || !isfinite(s2) || s2 < 0 ||
        td_activation_image(&r->o->activation, m, s2, &image, NULL)) {
        t->alive = false;
        return TD_OK;
    }
    t->at = (struct td_moments){image.mean, image.var};
    t->growth[layer] =
        tau * image.slope2 * td_drop_moments((enum td_dropout)r->o->dropout, r->o->rate, &t->at);
    return record_theory(r, t, layer);
}

/* The paper's map g with the same omega and tau in every layer. */
static td_status step_nominal(const struct run *r, struct theory *t, size_t layer) {
    double tau = r->o->tau * (1 + r->o->noise * r->o->noise);
    return step_theory(r, t, layer, t->at.mean * r->o->omega, t->at.var * tau, tau);
}

/* With omega and tau measured from the layer's weights, pooled over its units: omega differs from
   unit to unit, which adds mu^2 Var(omega) to the variance of z. */
static td_status step_measured(const struct run *r, struct theory *t, size_t layer,
                               const struct td_weight_sums *sums) {
    double mu = t->at.mean;
    return step_theory(r, t, layer, mu * sums->omega_mean,
                       t->at.var * sums->tau_mean + mu * mu * sums->omega_var, sums->tau_mean);
}

/* How far finite networks stray, over draws of the weights: one input, and the whole batch. */
static td_status record_straying(const struct run *r, const char *site, size_t layer,
                                 struct td_spread spread) {
    const struct td_slice_box box = box_of(r->o);
    td_status status = emit(r, "spread.mean", site, layer, sqrt(spread.var_mean));
    if (!status)
        status = emit(r, "spread.variance", site, layer, sqrt(fmax(0, spread.var_variance)));
    return status ? status
                  : emit(r, "inside", site, layer,
                         td_spread_inside(&spread, box.most, box.lo, box.hi));
}

static td_status record_fluctuations(const struct run *r, size_t layer) {
    if (!r->slices || !r->strays || !r->recorded[layer])
        return TD_OK;
    td_status status = record_straying(r, "theory", layer, td_fluctuations_input(&r->wide));
    if (!status && r->wide.batch)
        status = record_straying(r, "theory.batch", layer, td_fluctuations_batch(&r->wide));
    if (!status && r->wide.batch)
        status = emit(r, "spread.mean", "theory.units", layer, td_fluctuations_units(&r->wide));
    return status;
}

static td_status step_fluctuations(struct run *r, size_t layer) {
    if (!r->slices || !r->strays)
        return TD_OK;
    r->strays = !td_fluctuations_step(&r->o->activation, &r->wide, NULL) && isfinite(r->wide.q);
    return record_fluctuations(r, layer);
}

/* The theory of fluctuations is for independent Gaussian inputs and weights of mean 0. */
static void start_fluctuations(struct run *r) {
    const struct options *o = r->o;
    r->strays = o->inputs.distribution == TD_GAUSSIAN && o->inputs.mean == 0 &&
                o->correlation == 0 && o->weight_mean == 0 && o->dropout == TD_DROPOUT_NONE;
    r->wide = td_fluctuations_start((double)o->width, o->tau * (1 + o->noise * o->noise),
                                    (double)o->samples, o->inputs.variance);
}

/* --- the way there and back --- */

static td_status forward(struct run *r, struct theory theories[2]) {
    td_status status = record_layer(r, 0);
    if (!status)
        status = record_spread(r, 0);
    if (!status)
        status = record_fluctuations(r, 0);
    for (int i = 0; i < 2 && !status; i++)
        status = record_theory(r, &theories[i], 0);
    for (size_t layer = 1; layer <= (size_t)r->o->depth && !status; layer++) {
        struct td_weight_sums sums;
        status = td_task_poll(r->task, r->err);
        if (!status)
            status = td_layers_forward(r->layers, layer, &sums, r->err);
        if (!status)
            status = record_layer(r, layer);
        if (!status)
            status = record_spread(r, layer);
        if (!status)
            status = step_fluctuations(r, layer);
        if (!status)
            status = step_nominal(r, &theories[0], layer);
        if (!status)
            status = step_measured(r, &theories[1], layer, &sums);
    }
    return status;
}

static td_status record_gradient(const struct run *r, size_t layer) {
    size_t n = (size_t)(r->o->width * r->o->samples);
    double square = td_vec_sumsq(n, td_layers_gradient(r->layers)) / (double)n;
    if (!isfinite(square))
        return td_fail(r->err, TD_DIVERGED, "gradients are not finite at step %zu", layer);
    return emit(r, "gradient", "simulation", layer, square);
}

static td_status backward(const struct run *r, uint64_t seed) {
    size_t n = (size_t)(r->o->width * r->o->samples);
    td_random_normal(td_stream_make(seed, "gradient"), 0, 0, 0, n, td_layers_gradient(r->layers));
    td_status status = record_gradient(r, (size_t)r->o->depth);
    for (size_t layer = (size_t)r->o->depth; layer > 0 && !status; layer--) {
        status = td_task_poll(r->task, r->err);
        if (!status)
            status = td_layers_backward(r->layers, layer, r->err);
        if (!status)
            status = record_gradient(r, layer - 1);
    }
    return status;
}

static td_status theory_backward(const struct run *r, const struct theory *t) {
    double square = 1;
    td_status status = emit(r, "gradient", t->site, (size_t)r->o->depth, square);
    for (size_t layer = (size_t)r->o->depth; layer > 0 && !status && t->alive; layer--) {
        square *= t->growth[layer];
        status = emit(r, "gradient", t->site, layer - 1, square);
    }
    return status;
}

/* Inputs (width, samples): independent but for a part common to a sample's inputs. */
static td_status draw_inputs(const struct run *r, uint64_t seed) {
    const struct options *o = r->o;
    size_t samples = (size_t)o->samples, width = (size_t)o->width;
    struct td_stream stream = td_stream_make(seed, "data");
    real *x = td_layers_values(r->layers);
    struct td_inputs standard = o->inputs;
    standard.mean = 0;
    standard.variance = 1;
    td_draw_inputs(&standard, stream, 0, width * samples, x);
    real own = (real)sqrt((1 - o->correlation) * o->inputs.variance), shared = 0, *common = NULL;
    if (o->correlation > 0) {
        common = td_calloc(samples, sizeof *common);
        if (!common)
            return td_fail_memory(r->err, samples * sizeof *common);
        shared = (real)sqrt(o->correlation * o->inputs.variance);
        td_draw_inputs(&standard, stream, 1, samples, common);
    }
    for (size_t i = 0; i < width; i++)
        for (size_t j = 0; j < samples; j++) {
            real *v = &x[i * samples + j];
            *v = (real)o->inputs.mean + own * *v + (common ? shared * common[j] : 0);
        }
    td_free(common);
    return TD_OK;
}

static td_status propagate(struct run *r, struct theory theories[2], uint64_t seed) {
    td_status status = draw_inputs(r, seed);
    if (!status)
        status = forward(r, theories);
    if (!status && r->o->gradients)
        status = backward(r, seed);
    for (int i = 0; i < 2 && !status && r->o->gradients; i++)
        status = theory_backward(r, &theories[i]);
    return status;
}

static td_status choose_layers(struct run *r, struct td_error *err) {
    struct td_arena *arena = td_arena_create();
    size_t n = 0;
    const int64_t *steps = NULL;
    td_status status = arena ? td_steps_expand(&r->o->at, r->o->depth, arena, &n, &steps, err)
                             : td_fail_memory(err, sizeof(void *));
    for (size_t i = 0; i < n && !status; i++)
        r->recorded[steps[i]] = true;
    td_arena_free(arena);
    return status;
}

static td_status run(struct td_task *task, const void *p, uint64_t seed, struct td_error *err) {
    const struct options *o = p;
    size_t layers = (size_t)o->depth + 1;
    struct td_layers_options lo = {.activation = &o->activation,
                                   .init = &o->init,
                                   .width = (size_t)o->width,
                                   .samples = (size_t)o->samples,
                                   .depth = (size_t)o->depth,
                                   .noise = o->noise,
                                   .weight_mean = o->weight_mean,
                                   .dropout = (enum td_dropout)o->dropout,
                                   .rate = o->rate,
                                   .gradients = o->gradients,
                                   .seed = seed};
    struct run r = {.task = task, .o = o, .err = err};
    start_fluctuations(&r);
    r.recorded = td_calloc(layers, sizeof *r.recorded);
    double *growth = td_calloc(2 * layers, sizeof *growth);
    struct td_moments start = {o->inputs.mean, o->inputs.variance};
    td_status status = r.recorded && growth ? TD_OK : td_fail_memory(err, layers * sizeof *growth);
    if (!status)
        status = choose_layers(&r, err);
    if (!status)
        status = td_layers_create(&lo, &r.layers, err);
    if (!status && o->spread)
        status = td_slice_moments_create(lo.width, lo.samples, &r.slices, err);
    if (!status) {
        struct theory theories[2] = {{"theory", start, growth, true},
                                     {"theory.drawn", start, growth + layers, true}};
        status = propagate(&r, theories, seed);
    }
    td_layers_free(r.layers);
    td_slice_moments_free(r.slices);
    td_free(growth);
    td_free(r.recorded);
    return status;
}

static const char *const emits[] = {
    "mean, variance: of the activations over units and samples; step is the layer, 0 the input. "
    "Site simulation: measured; theory: the moment map iterated with the parameters omega and "
    "tau; theory.drawn: with omega and tau measured from each layer's weights",
    "skewness, kurtosis: likewise, simulation only (Gaussian: 0 and 3)",
    "saturated: share of units and samples whose slope counts as saturated",
    "gradient: mean squared gradient with respect to the layer's activations, 1 expected at the "
    "last layer; sites as above",
    "spread.mean, spread.variance (spread: true): standard deviation of the mean and of the "
    "variance of one sample over units (site samples) and of one unit over samples (units); in "
    "theory over draws of the weights, for one sample (theory) and for all of them (theory.batch), "
    "and over units (theory.units), with independent Gaussian inputs and weights of mean 0",
    "inside (spread: true): share of samples, or of units, with |mean| <= box_mean and the "
    "variance in box_variance; likewise in theory",
    NULL};

const struct td_experiment td_experiment_selu_propagation = {
    .kind = TD_KIND("selu/propagation",
                    "Sends random inputs through a deep random network and a random gradient "
                    "back: moments of the activations and size of the gradient by layer, beside "
                    "the theory of mean and variance.",
                    "Klambauer et al. 2017, section 2", params, struct options),
    .version = 1,
    .check = check,
    .cost = cost,
    .run = run,
    .emits = emits,
};
