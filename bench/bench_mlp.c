/* Training steps a second of two multi-layer perceptrons, beside the bound that their matrix
   products set on this machine.

       bench_mlp ib_mlp|selu_mlp [DIR] [--steps N] [--seconds S] [--seeds K]

   With DIR: data, sample order and initial weights from the NPY files that bench/peers/NAME.py
   --save DIR writes, so that the loss after N steps can be compared; without: made-up ones. With K
   seeds that many networks are trained one after the other, as the tasks of a sweep are, creation
   included; rates are then steps of one network a second.
   Prints one JSON line. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "numeric/array_file.h"
#include "numeric/gemm.h"
#include "numeric/memory.h"
#include "numeric/platform.h"
#include "numeric/vec.h"
#include "sim/activation.h"
#include "sim/network.h"
#include "sim/optimizer.h"
#include "sim/train.h"

enum { LAYERS_MAX = 10 };

struct workload {
    const char *name, *activation;
    size_t n_layers, widths[LAYERS_MAX + 1]; /* inputs, hidden, outputs */
    size_t batch, samples;
    double lr;
};
static const struct workload workloads[] = {
    {"ib_mlp", "tanh", 6, {12, 10, 7, 5, 4, 3, 2}, 256, 4096, 0.3},
    {"selu_mlp", "selu", 9, {784, 256, 256, 256, 256, 256, 256, 256, 256, 10}, 128, 8192, 0.01},
};

struct bench {
    const struct workload *w;
    const char *dir;
    struct td_arena *arena;
    struct td_dataset data;
    uint32_t *order;
    size_t n_order;
    struct td_train *train;
};

static void stop_on(td_status status, const struct td_error *err) {
    if (!status)
        return;
    fprintf(stderr, "bench_mlp: %s\n", err->message);
    exit(status);
}

/* --- data and weights ----------------------------------------------------------------------- */

/* DIR/NAME.npy, which must have n elements; n = 0: any number. */
static struct td_array load(const struct bench *b, const char *name, size_t n) {
    struct td_array a;
    struct td_error err;
    const char *path = td_arena_printf(b->arena, "%s/%s.npy", b->dir, name);
    stop_on(td_array_read(path, &a, &err), &err);
    if (n && td_array_rows(&a) * td_array_columns(&a) != n)
        stop_on(td_fail(&err, TD_BAD_INPUT, "%s: %zu elements expected", path, n), &err);
    return a;
}

static void load_data(struct bench *b) {
    struct td_split *s = &b->data.train;
    size_t d = b->w->widths[0];
    struct td_array x = load(b, "X", s->n * d), y = load(b, "Y", s->n);
    for (size_t i = 0; i < s->n * d; i++)
        s->x[i] = (real)x.v[i];
    for (size_t i = 0; i < s->n; i++)
        s->label[i] = (int32_t)y.v[i];
    td_array_free(&x);
    td_array_free(&y);
}

static void make_data(struct bench *b) {
    struct td_split *s = &b->data.train;
    size_t d = b->w->widths[0];
    td_random_normal(td_stream_make(1, "data"), 0, 0, 0, s->n * d, s->x);
    for (size_t i = 0; i < s->n; i++)
        s->label[i] = (int32_t)(i % b->data.n_classes);
}

/* The order in which the peer goes through its samples: permutations from a file, or one after the
   other. */
static void make_order(struct bench *b) {
    bool permuted = b->dir && strcmp(b->w->name, "ib_mlp") == 0;
    struct td_array perms = {0};
    if (permuted)
        perms = load(b, "perms", 0);
    b->n_order = permuted ? td_array_rows(&perms) * td_array_columns(&perms) : b->w->samples;
    b->order = td_calloc(b->n_order, sizeof *b->order);
    for (size_t i = 0; i < b->n_order; i++)
        b->order[i] = permuted ? (uint32_t)perms.v[i] : (uint32_t)i;
    if (permuted)
        td_array_free(&perms);
}

static void set_slice(const struct bench *b, const char *file, const char *slice) {
    struct td_weights *w = td_train_weights(b->train);
    const struct td_slice *s = td_weights_find(w, slice);
    struct td_array a = load(b, file, s->rows * s->cols);
    for (size_t i = 0; i < s->rows * s->cols; i++)
        w->theta[s->offset + i] = (real)a.v[i];
    td_array_free(&a);
}

static void load_weights(const struct bench *b) {
    for (size_t l = 0; l < b->w->n_layers; l++) {
        char layer[40], file[2][32], slice[2][64];
        snprintf(layer, sizeof layer, "hidden.%zu", l + 1);
        if (l + 1 == b->w->n_layers)
            snprintf(layer, sizeof layer, "output");
        snprintf(file[0], sizeof file[0], "W%zu", l);
        snprintf(file[1], sizeof file[1], "b%zu", l);
        snprintf(slice[0], sizeof slice[0], "%s.weight", layer);
        snprintf(slice[1], sizeof slice[1], "%s.bias", layer);
        set_slice(b, file[0], slice[0]);
        set_slice(b, file[1], slice[1]);
    }
}

/* --- the run -------------------------------------------------------------------------------- */

struct parts {
    struct td_part net, optimizer;
};
static const struct td_param parts_table[] = {
    {.name = "net",
     .type = TD_PART,
     .offset = offsetof(struct parts, net),
     .initial = "mlp",
     .registry = &td_networks},
    {.name = "optimizer",
     .type = TD_PART,
     .offset = offsetof(struct parts, optimizer),
     .initial = "sgd",
     .registry = &td_optimizers},
    {0},
};

static struct parts make_parts(struct bench *b) {
    const struct workload *w = b->w;
    char widths[128] = "[";
    for (size_t l = 1; l < w->n_layers; l++) {
        size_t used = strlen(widths);
        snprintf(widths + used, sizeof widths - used, "%zu%s", w->widths[l],
                 l + 1 < w->n_layers ? "," : "]");
    }
    const char *const pairs[] = {"net.activation",
                                 w->activation,
                                 "net.widths",
                                 widths,
                                 "optimizer.lr",
                                 td_arena_printf(b->arena, "%g", w->lr),
                                 NULL};
    struct parts parts;
    struct td_error err;
    stop_on(td_params_from_text(parts_table, pairs, b->arena, &parts, sizeof parts, &err), &err);
    return parts;
}

static struct td_train_options options_of(struct bench *b, uint64_t seed) {
    struct parts parts = make_parts(b);
    return (struct td_train_options){.net = parts.net,
                                     .data = &b->data,
                                     .optimizer = parts.optimizer,
                                     .steps = UINT64_MAX / 2,
                                     .seed = seed,
                                     .batch = b->w->batch,
                                     .order = b->order,
                                     .n_order = b->n_order};
}

static void start(struct bench *b) {
    const struct workload *w = b->w;
    b->data = (struct td_dataset){.d = w->widths[0], .n_classes = w->widths[w->n_layers]};
    b->data.train.n = w->samples;
    b->data.train.x = td_calloc(w->samples * w->widths[0], sizeof(real));
    b->data.train.label = td_calloc(w->samples, sizeof(int32_t));
    if (b->dir)
        load_data(b);
    else
        make_data(b);
    make_order(b);
    const struct td_train_options o = options_of(b, 1);
    struct td_error err;
    stop_on(td_train_create(&o, &b->train, &err), &err);
    if (b->dir)
        load_weights(b);
}

static void stop(struct bench *b) {
    td_train_free(b->train);
    td_free(b->data.train.x);
    td_free(b->data.train.label);
    td_free(b->order);
    td_arena_free(b->arena);
}

static void add_loss(void *self, const struct td_chunk *chunk) {
    *(double *)self += chunk->loss * (double)chunk->n;
}

static double whole_loss(struct bench *b) {
    double sum = 0;
    struct td_error err;
    stop_on(td_train_prepare(b->train, TD_ON_TRAIN, 0, false, &err), &err);
    stop_on(td_train_evaluate(b->train, TD_ON_TRAIN, 0, add_loss, &sum, NULL, &err), &err);
    return sum / (double)b->w->samples;
}

/* Processor time of this program. On a quiet machine it passes like the clock on the wall; where
   others compete for the core it still tells what the work costs. */
static double processor_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

struct step_time {
    double wall, processor; /* seconds a step */
};

/* Over about `seconds`. */
static struct step_time time_steps(struct bench *b, double seconds) {
    struct td_error err;
    double begin = td_clock(), now = begin, processor = processor_seconds();
    size_t n = 0;
    while (now - begin < seconds) {
        for (int i = 0; i < 16; i++, n++)
            stop_on(td_train_step(b->train, &err), &err);
        now = td_clock();
    }
    return (struct step_time){(now - begin) / (double)n,
                              (processor_seconds() - processor) / (double)n};
}

/* Each of `seeds` networks alone from its creation on, about `seconds` in all; a step of one. */
static struct step_time time_seeds(struct bench *b, int seeds, double seconds) {
    enum { PROBE = 64 };
    struct td_error err;
    struct td_train *first = b->train;
    size_t each = 1 + (size_t)(seconds / seeds / time_steps(b, seconds / PROBE).wall);
    double begin = td_clock(), processor = processor_seconds();
    for (int k = 1; k <= seeds; k++) {
        const struct td_train_options o = options_of(b, (uint64_t)k);
        stop_on(td_train_create(&o, &b->train, &err), &err);
        for (size_t i = 0; i < each; i++)
            stop_on(td_train_step(b->train, &err), &err);
        td_train_free(b->train);
    }
    b->train = first;
    double n = (double)each * seeds;
    return (struct step_time){(td_clock() - begin) / n, (processor_seconds() - processor) / n};
}

/* --- the bound ------------------------------------------------------------------------------ */

/* A step cannot be faster than its products, its activations and the optimizer's pass over the
   weights, each at the best rate that this machine shows for it alone with warm operands. */
struct piece {
    struct td_gemm gemm;
    const struct td_activation *f; /* NULL: a product */
    bool backward;
    size_t n;
    real *a, *b, *c;
};
struct bound {
    size_t n;
    struct piece pieces[5 * LAYERS_MAX];
    real *theta, *grad;
    size_t n_weights;
};
struct bound_time {
    double products, activations, optimizer;
};

static real *filled(size_t n) {
    real *v = td_calloc(n, sizeof *v);
    td_random_normal(td_stream_make(1, "bench"), 0, 0, 0, n, v);
    for (size_t i = 0; i < n; i++)
        v[i] *= (real)0.1;
    return v;
}

static void add_product(struct bound *bound, bool ta, bool tb, size_t m, size_t n, size_t k) {
    struct piece *p = &bound->pieces[bound->n++];
    struct td_error err;
    *p = (struct piece){.a = filled(m * k), .b = filled(k * n), .c = filled(m * n)};
    stop_on(td_gemm_plan(&p->gemm, ta, tb, m, n, k, 0, &err), &err);
}

static void add_activation(struct bound *bound, const struct td_activation *f, size_t n,
                           bool backward) {
    bound->pieces[bound->n++] = (struct piece){
        .f = f, .backward = backward, .n = n, .a = filled(n), .b = filled(n), .c = filled(n)};
}

static void plan_bound(struct bound *bound, const struct workload *w) {
    const struct td_activation *f =
        (const struct td_activation *)td_registry_find(&td_activations, w->activation);
    *bound = (struct bound){0};
    for (size_t l = 0; l < w->n_layers; l++) {
        size_t in = w->widths[l], out = w->widths[l + 1];
        add_product(bound, false, false, out, w->batch, in); /* forward */
        add_product(bound, false, true, out, in, w->batch);  /* weight gradient */
        if (l > 0)
            add_product(bound, true, false, in, w->batch, out); /* input gradient */
        if (l + 1 < w->n_layers) {
            add_activation(bound, f, out * w->batch, false);
            add_activation(bound, f, out * w->batch, true);
        }
        bound->n_weights += out * in + out;
    }
    bound->theta = filled(bound->n_weights);
    bound->grad = filled(bound->n_weights);
}

static const double selu_defaults[] = {1.6732632423543772848, 1.0507009873554804934};

static void run_piece(const struct piece *p) {
    if (!p->f)
        td_gemm_run(&p->gemm, p->a, p->b, p->c);
    else if (p->backward)
        p->f->backward(selu_defaults, NULL, p->n, p->a, p->a, p->b, p->c);
    else
        p->f->forward(selu_defaults, NULL, p->n, p->a, p->c);
}

/* Best of several short runs: the bound is what the machine can do. */
static double time_piece(const struct piece *p, double seconds) {
    double best = INFINITY;
    size_t n = 1;
    for (double begin = td_clock(); td_clock() - begin < seconds;) {
        double start_time = processor_seconds();
        for (size_t i = 0; i < n; i++)
            run_piece(p);
        double each = (processor_seconds() - start_time) / (double)n;
        best = each < best ? each : best;
        n = 1 + (size_t)(seconds / 20 / each);
    }
    return best;
}

static double time_update(const struct bound *bound, double seconds) {
    double best = INFINITY;
    for (double begin = td_clock(); td_clock() - begin < seconds;) {
        enum { REPEAT = 8 };
        double start_time = processor_seconds();
        for (int r = 0; r < REPEAT; r++)
            for (size_t i = 0; i < bound->n_weights; i++)
                bound->theta[i] -= (real)1e-9 * bound->grad[i];
        double each = (processor_seconds() - start_time) / REPEAT;
        best = each < best ? each : best;
    }
    return best;
}

static struct bound_time time_bound(const struct bound *bound, double seconds) {
    struct bound_time t = {0};
    double each = seconds / (double)(bound->n + 1);
    for (size_t i = 0; i < bound->n; i++)
        *(bound->pieces[i].f ? &t.activations : &t.products) += time_piece(&bound->pieces[i], each);
    t.optimizer = time_update(bound, each);
    return t;
}

static void free_bound(struct bound *bound) {
    for (size_t i = 0; i < bound->n; i++) {
        td_free(bound->pieces[i].a);
        td_free(bound->pieces[i].b);
        td_free(bound->pieces[i].c);
    }
    td_free(bound->theta);
    td_free(bound->grad);
}

/* --- the report ----------------------------------------------------------------------------- */

enum { ROUNDS = 5 };

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_spread(const char *name, double *v) {
    qsort(v, ROUNDS, sizeof *v, compare);
    printf("\"%s\": {\"min\": %.5g, \"median\": %.5g, \"max\": %.5g}, ", name, v[0], v[ROUNDS / 2],
           v[ROUNDS - 1]);
}

/* Steps and bound in turn, so that what slows one down slows the other. The share compares
   processor times. */
static void measure(struct bench *b, int seeds, double seconds) {
    struct bound bound;
    struct bound_time t;
    double rate[ROUNDS], processor[ROUNDS], limit[ROUNDS], share[ROUNDS];
    plan_bound(&bound, b->w);
    time_steps(b, 0.1);
    for (int r = 0; r < ROUNDS; r++) {
        struct step_time step =
            seeds ? time_seeds(b, seeds, seconds / 2) : time_steps(b, seconds / 2);
        t = time_bound(&bound, seconds / 2);
        rate[r] = 1 / step.wall;
        limit[r] = 1 / (t.products + t.activations + t.optimizer);
        processor[r] = 1 / step.processor;
        share[r] = processor[r] / limit[r];
    }
    print_spread("steps_s", rate);
    print_spread("steps_processor_s", processor);
    print_spread("bound_steps_s", limit);
    print_spread("share_of_bound", share);
    printf("\"bound_us\": {\"products\": %.4g, \"activations\": %.4g, \"optimizer\": %.4g}, ",
           1e6 * t.products, 1e6 * t.activations, 1e6 * t.optimizer);
    free_bound(&bound);
}

static const struct workload *find(const char *name) {
    for (size_t i = 0; i < sizeof workloads / sizeof *workloads; i++)
        if (strcmp(workloads[i].name, name) == 0)
            return &workloads[i];
    return NULL;
}

int main(int argc, char **argv) {
    struct td_error err;
    int check_steps = 50, seeds = 0;
    double seconds = 0.6;
    struct bench b = {.arena = td_arena_create(), .w = argc > 1 ? find(argv[1]) : NULL};
    for (int i = 2; i < argc; i++)
        if (strcmp(argv[i], "--steps") == 0 && i + 1 < argc)
            check_steps = atoi(argv[++i]);
        else if (strcmp(argv[i], "--seconds") == 0 && i + 1 < argc)
            seconds = atof(argv[++i]);
        else if (strcmp(argv[i], "--seeds") == 0 && i + 1 < argc)
            seeds = atoi(argv[++i]);
        else
            b.dir = argv[i];
    if (!b.w) {
        fprintf(stderr,
                "usage: bench_mlp ib_mlp|selu_mlp [DIR] [--steps N] [--seconds S] [--seeds K]\n");
        return TD_BAD_INPUT;
    }
    stop_on(td_platform_init(false, argv, &err), &err);
    start(&b);
    for (int i = 0; i < check_steps; i++)
        stop_on(td_train_step(b.train, &err), &err);
    printf("{\"name\": \"%s\", \"check\": %d, \"loss\": %.7g, ", b.w->name, check_steps,
           whole_loss(&b));
    measure(&b, seeds, seconds);
    printf("\"peak_mb\": %.4g, \"fingerprint\": \"%s\"}\n", td_peak_memory() / 1e6,
           td_fingerprint());
    stop(&b);
    return 0;
}
