/* information-compression/linear-exact: a linear network with one hidden layer learns from a linear
   teacher by gradient descent; the information of its layers is exact, from the weights alone. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "experiments/information_compression/information_compression.h"
#include "measure/measure.h"
#include "numeric/gemm.h"
#include "numeric/linalg.h"
#include "numeric/memory.h"
#include "numeric/random.h"

struct options {
    int64_t inputs, hidden, outputs, samples, steps;
    double teacher_noise, noise_variance, init, lr;
    struct td_steps at;
};

/* Layers of the streams "data" and "init". */
enum { LAYER_TEACHER, LAYER_X, LAYER_NOISE };

/* Saxe et al. 2018, section 3: X are the inputs, W_0 is the teacher, W_1, W_2 the student's
   matrices, sigma_o^2 the variance of the targets' noise (teacher_noise squared), sigma_MI^2 that
   of the noise that makes information finite (noise_variance). */
struct linear {
    const struct options *o;
    size_t n, h, k, n_looks, look;
    const int64_t *looks;
    double *teacher;  /* W_0 (k, n) */
    double *xx, *yx;  /* mean of x x^T (n, n), of y x^T (k, n) over the samples */
    double yy;        /* mean of |y|^2 */
    double *w;        /* W_1 (h, n), then W_2 (k, h) */
    double *total;    /* W_2 W_1 (k, n) */
    double *residual; /* W_2 W_1 xx - yx (k, n) */
    double *g1, *g2;  /* gradients */
    int64_t step;
};

/* --- data ----------------------------------------------------------------------------------- */

static void normal(uint64_t seed, const char *purpose, uint32_t layer, double sd, size_t n,
                   double *out) {
    td_random_dnormal(td_stream_make(seed, purpose), 0, layer, 0, n, out);
    for (size_t i = 0; i < n; i++)
        out[i] *= sd;
}

static td_status draw_samples(struct linear *l, uint64_t seed, struct td_error *err) {
    size_t n = l->n, k = l->k, p = (size_t)l->o->samples;
    double *x = td_calloc(p * n, sizeof *x), *y = td_calloc(p * k, sizeof *y);
    double *noise = td_calloc(p * k, sizeof *noise);
    td_status status = x && y && noise ? TD_OK : td_fail_memory(err, p * (n + 2 * k) * sizeof *x);
    if (!status) {
        normal(seed, "data", LAYER_TEACHER, 1 / sqrt((double)n), k * n, l->teacher);
        normal(seed, "data", LAYER_X, 1, p * n, x);
        normal(seed, "data", LAYER_NOISE, l->o->teacher_noise, p * k, noise);
        td_dgemm(false, true, p, k, n, x, l->teacher, 0, y);
        for (size_t i = 0; i < p * k; i++) {
            y[i] += noise[i];
            l->yy += y[i] * y[i] / (double)p;
        }
        td_dgemm(true, false, n, n, p, x, x, 0, l->xx);
        td_dgemm(true, false, k, n, p, y, x, 0, l->yx);
        for (size_t i = 0; i < n * n; i++)
            l->xx[i] /= (double)p;
        for (size_t i = 0; i < k * n; i++)
            l->yx[i] /= (double)p;
    }
    td_free(x);
    td_free(y);
    td_free(noise);
    return status;
}

static td_status make(struct linear *l, uint64_t seed, struct td_error *err) {
    size_t n = l->n, h = l->h, k = l->k;
    bool made = (l->teacher = td_calloc(k * n, sizeof *l->teacher)) != NULL;
    made &= (l->xx = td_calloc(n * n, sizeof *l->xx)) != NULL;
    made &= (l->yx = td_calloc(k * n, sizeof *l->yx)) != NULL;
    made &= (l->w = td_calloc(h * n + k * h, sizeof *l->w)) != NULL;
    made &= (l->total = td_calloc(k * n, sizeof *l->total)) != NULL;
    made &= (l->residual = td_calloc(k * n, sizeof *l->residual)) != NULL;
    made &= (l->g1 = td_calloc(h * n, sizeof *l->g1)) != NULL;
    made &= (l->g2 = td_calloc(k * h, sizeof *l->g2)) != NULL;
    if (!made)
        return td_fail_memory(err, (n * n + 2 * h * n) * sizeof *l->w);
    normal(seed, "init", 0, l->o->init / sqrt((double)n), h * n, l->w);
    normal(seed, "init", 1, l->o->init / sqrt((double)h), k * h, l->w + h * n);
    return draw_samples(l, seed, err);
}

static void discard(struct linear *l) {
    td_free(l->teacher);
    td_free(l->xx);
    td_free(l->yx);
    td_free(l->w);
    td_free(l->total);
    td_free(l->residual);
    td_free(l->g1);
    td_free(l->g2);
}

/* --- one step ------------------------------------------------------------------------------- */

static double dot(size_t n, const double *a, const double *b) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static void residual(struct linear *l) {
    size_t n = l->n, h = l->h, k = l->k;
    td_dgemm(false, false, k, n, h, l->w + h * n, l->w, 0, l->total);
    td_dgemm(false, false, k, n, n, l->total, l->xx, 0, l->residual);
    for (size_t i = 0; i < k * n; i++)
        l->residual[i] -= l->yx[i];
}

/* Of the loss 1/2 mean |W_2 W_1 x - y|^2: R W_1^T and W_2^T R, R the residual. */
static void descend(struct linear *l) {
    size_t n = l->n, h = l->h, k = l->k;
    double *w1 = l->w, *w2 = l->w + h * n;
    residual(l);
    td_dgemm(false, true, k, h, n, l->residual, w1, 0, l->g2);
    td_dgemm(true, false, h, n, k, w2, l->residual, 0, l->g1);
    for (size_t i = 0; i < h * n; i++)
        w1[i] -= l->o->lr * l->g1[i];
    for (size_t i = 0; i < k * h; i++)
        w2[i] -= l->o->lr * l->g2[i];
}

/* --- looks ---------------------------------------------------------------------------------- */

/* mean |W x - y|^2 = tr W xx W^T - 2 tr W yx^T + mean |y|^2, W = total; after residual(). */
static double training_error(const struct linear *l) {
    size_t size = l->k * l->n;
    return dot(size, l->total, l->residual) - dot(size, l->total, l->yx) + l->yy;
}

/* Over all inputs: |W - W_0|^2 + k sigma_o^2. */
static double test_error(const struct linear *l) {
    double sum = (double)l->k * l->o->teacher_noise * l->o->teacher_noise;
    for (size_t i = 0; i < l->k * l->n; i++)
        sum += (l->total[i] - l->teacher[i]) * (l->total[i] - l->teacher[i]);
    return sum;
}

struct sink {
    struct td_values values; /* first */
    double v[2];
    size_t n;
};

static void keep(struct td_values *self, const struct td_value *value) {
    struct sink *s = (struct sink *)self;
    if (s->n < 2)
        s->v[s->n++] = value->value;
}

/* I(X;T), I(T;Y) of T = W x + noise, W (rows, n). */
static td_status information(const struct linear *l, const char *site, size_t rows, const double *w,
                             struct td_task *task, struct td_error *err) {
    char noise[32], teacher_noise[32];
    struct td_arena *arena = td_arena_create();
    const struct td_measure *m =
        (const struct td_measure *)td_registry_find(&td_measures, "mi-linear");
    const struct td_matrix in[] = {{rows, l->n, w, "student"}, {l->k, l->n, l->teacher, "teacher"}};
    struct sink sink = {.values = {keep}};
    double variance = l->o->teacher_noise * l->o->teacher_noise;
    snprintf(noise, sizeof noise, "%.17g", l->o->noise_variance);
    snprintf(teacher_noise, sizeof teacher_noise, "%.17g", variance);
    const char *const pairs[] = {"noise-variance", noise, "teacher-noise-variance", teacher_noise,
                                 NULL};
    void *filled = arena ? td_arena_alloc(arena, m->kind.params_size) : NULL;
    td_status status = filled ? TD_OK : td_fail_memory(err, m->kind.params_size);
    if (!status)
        status =
            td_params_from_text(m->kind.params, pairs, arena, filled, m->kind.params_size, err);
    if (!status)
        status = m->compute(filled, in, 2, &sink.values, err);
    td_arena_free(arena);
    if (!status)
        status = td_task_emit(task, "information.x", site, l->step, sink.v[0], "", err);
    if (!status)
        status = td_task_emit(task, "information.y", site, l->step, sink.v[1], "", err);
    return status;
}

static td_status look(struct linear *l, struct td_task *task, struct td_error *err) {
    residual(l);
    td_status status = td_task_emit(task, "error", "train", l->step, training_error(l), "", err);
    if (!status)
        status = td_task_emit(task, "error", "test", l->step, test_error(l), "", err);
    if (!status)
        status = information(l, "hidden", l->h, l->w, task, err);
    return status ? status : information(l, "output", l->k, l->total, task, err);
}

static td_status check_finite(const struct linear *l, struct td_error *err) {
    for (size_t i = 0; i < l->h * l->n + l->k * l->h; i++)
        if (!(fabs(l->w[i]) < 1e50))
            return td_fail(err, TD_DIVERGED,
                           "diverged at step %lld: weights left the range of numbers",
                           (long long)l->step);
    return TD_OK;
}

/* Where a task that goes on stands: a look at `step` has been given or not. */
struct progress {
    int64_t step;
    uint64_t looks;
};

static td_status train(struct linear *l, struct td_task *task, struct td_error *err) {
    struct progress progress = {0, 0};
    size_t bytes = (l->h * l->n + l->k * l->h) * sizeof *l->w;
    td_status status = td_task_state(task, "weights", l->w, bytes, NULL, err);
    if (!status)
        status = td_task_state(task, "progress", &progress, sizeof progress, NULL, err);
    while (!status) {
        l->step = progress.step;
        status = td_task_poll(task, err);
        if (!status && progress.looks < l->n_looks && l->looks[progress.looks] == l->step) {
            status = check_finite(l, err);
            if (!status)
                status = look(l, task, err);
            progress.looks++;
        }
        if (status || l->step == l->o->steps)
            break;
        descend(l);
        progress.step++;
    }
    return status;
}

static td_status run(struct td_task *task, const void *p, uint64_t seed, struct td_error *err) {
    const struct options *o = p;
    struct linear l = {
        .o = o, .n = (size_t)o->inputs, .h = (size_t)o->hidden, .k = (size_t)o->outputs};
    struct td_arena *arena = td_arena_create();
    td_status status = arena ? TD_OK : td_fail_memory(err, sizeof arena);
    if (!status)
        status = td_steps_expand(&o->at, o->steps, arena, &l.n_looks, &l.looks, err);
    if (!status)
        status = make(&l, seed, err);
    if (!status)
        status = train(&l, task, err);
    discard(&l);
    td_arena_free(arena);
    return status;
}

/* --- description ---------------------------------------------------------------------------- */

static double cost(const void *p) {
    const struct options *o = p;
    return (double)(o->steps * o->inputs) * (double)(o->inputs + 3 * o->hidden);
}

#define SIZE(name_, initial_, max_, help_)                                                         \
    {                                                                                              \
        .name = #name_, .type = TD_INT, .offset = offsetof(struct options, name_),                 \
        .initial = (initial_), .min = 1, .max = (max_), .help = (help_)                            \
    }

static const struct td_param params[] = {
    SIZE(inputs, "100", 2000, "number of inputs, each N(0, 1)"),
    SIZE(hidden, "100", 2000, "units of the hidden layer"),
    SIZE(outputs, "1", 2000, "outputs of teacher and student"),
    SIZE(samples, "100", 100000, "training samples"),
    {.name = "teacher_noise",
     .type = TD_REAL,
     .offset = offsetof(struct options, teacher_noise),
     .initial = "0.5",
     .min = 1e-6,
     .max = 1e6,
     .help = "standard deviation of the targets' noise; the teacher's outputs have about 1"},
    {.name = "noise_variance",
     .type = TD_REAL,
     .offset = offsetof(struct options, noise_variance),
     .initial = "1",
     .min = 1e-12,
     .max = 1e12,
     .flags = TD_OBSERVED,
     .help = "of the noise that is assumed on the layers so that their information is finite"},
    {.name = "init",
     .type = TD_REAL,
     .offset = offsetof(struct options, init),
     .initial = "0.1",
     .min = 0,
     .max = 1e3,
     .flags = TD_OPEN_MIN,
     .help = "weights start as N(0, init^2 / fan-in)"},
    {.name = "lr",
     .type = TD_REAL,
     .offset = offsetof(struct options, lr),
     .initial = "0.05",
     .min = 0,
     .max = 1e3,
     .flags = TD_OPEN_MIN,
     .help = "learning rate of gradient descent on half of the mean squared error"},
    {.name = "steps",
     .type = TD_INT,
     .offset = offsetof(struct options, steps),
     .initial = "5000",
     .min = 0,
     .max = 1e9,
     .flags = TD_LENGTH,
     .help = "steps of gradient descent over all samples"},
    {.name = "at",
     .type = TD_STEPS,
     .offset = offsetof(struct options, at),
     .initial = "[0,log(1,end,40)]",
     .flags = TD_OBSERVED,
     .help = "steps at which error and information are looked at"},
    {0}};

static const char *const emits[] = {
    "information.x [bits]: I(X;T), exact; site hidden or output; step is the training step",
    "information.y [bits]: I(T;Y), exact; likewise",
    "error: mean squared error, summed over outputs; site train, or test: over all inputs", NULL};

const struct td_experiment td_experiment_information_linear_exact = {
    .kind = TD_KIND("information-compression/linear-exact",
                    "A linear network with one hidden layer learns from a noisy linear teacher by "
                    "gradient descent. Inputs are Gaussian, so that the information of a layer T = "
                    "W x + noise about inputs and targets is known exactly, in double precision.",
                    "Saxe et al. 2018, section 3", params, struct options),
    .version = 1,
    .cost = cost,
    .run = run,
    .emits = emits,
};
