/* Training steps a second of a deep linear network on whitened inputs, whose loss depends on the
   product of its matrices alone, beside the bound that their products set on this machine.

       bench_deep_linear deep_linear:WIDTH:DEPTH [DIR] [--steps N] [--seconds S]

   With DIR: the target A and initial weights from the NPY files that bench/peers/deep_linear.py
   --save DIR writes, so that the loss after N steps can be compared; without: made-up ones.
   Prints one JSON line. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/rate.h"
#include "numeric/gemm.h"
#include "numeric/memory.h"
#include "numeric/random.h"
#include "sim/network.h"
#include "sim/optimizer.h"
#include "sim/train.h"

struct bench {
    const char *name, *dir;
    size_t n, depth;
    struct td_dataset data;
    struct td_train *train;
};

/* --- the network ---------------------------------------------------------------------------- */

struct parts {
    struct td_part net, optimizer;
};
static const struct td_param parts_table[] = {
    {.name = "net",
     .type = TD_PART,
     .offset = offsetof(struct parts, net),
     .initial = "deep-linear",
     .registry = &td_networks},
    {.name = "optimizer",
     .type = TD_PART,
     .offset = offsetof(struct parts, optimizer),
     .initial = "gd",
     .registry = &td_optimizers},
    {0},
};

static struct parts make_parts(const struct bench *b, struct td_arena *arena) {
    const char *const pairs[] = {"net.pathways",
                                 "1",
                                 "net.gates",
                                 "false",
                                 "net.inputs",
                                 "identity",
                                 "net.init",
                                 "orthogonal",
                                 "net.depth",
                                 td_arena_printf(arena, "%zu", b->depth),
                                 "net.width",
                                 td_arena_printf(arena, "%zu", b->n),
                                 "optimizer.lr",
                                 b->depth < 10 ? "0.01" : "0.001",
                                 NULL};
    struct parts parts;
    struct td_error err;
    stop_on(td_params_from_text(parts_table, pairs, arena, &parts, sizeof parts, &err), &err);
    return parts;
}

static void expect_size(const struct td_array *a, const char *name, size_t n) {
    struct td_error err;
    if (td_array_rows(a) * td_array_columns(a) != n)
        stop_on(td_fail(&err, TD_BAD_INPUT, "%s: %zu elements expected", name, n), &err);
}

/* Inputs: the identity; target of input i: column i of A. */
static void make_data(struct bench *b) {
    size_t n = b->n;
    struct td_split *s = &b->data.train;
    *s = (struct td_split){
        .n = n, .x = td_calloc(n * n, sizeof(real)), .target = td_calloc(n * n, sizeof(real))};
    b->data.d = b->data.n_targets = n;
    struct td_array a = {0};
    if (b->dir) {
        a = load(b->dir, "A");
        expect_size(&a, "A", n * n);
    }
    for (size_t i = 0; i < n; i++) {
        s->x[i * n + i] = 1;
        for (size_t k = 0; k < n; k++)
            s->target[i * n + k] =
                (real)(b->dir ? a.v[k * n + i] : 4 * cos((double)(k * n + i)) / (double)n);
    }
    td_array_free(&a);
}

static void load_weights(const struct bench *b) {
    struct td_weights *w = td_train_weights(b->train);
    for (size_t l = 0; l < b->depth; l++) {
        char file[32], name[48];
        snprintf(file, sizeof file, "W%zu", l);
        snprintf(name, sizeof name, "path.a.%zu.weight", l + 1);
        struct td_array a = load(b->dir, file);
        expect_size(&a, file, b->n * b->n);
        const struct td_slice *s = td_weights_find(w, name);
        for (size_t i = 0; i < b->n * b->n; i++)
            w->theta[s->offset + i] = (real)a.v[i];
        td_array_free(&a);
    }
}

static void start(struct bench *b, struct td_arena *arena) {
    struct td_error err;
    struct parts parts = make_parts(b, arena);
    make_data(b);
    const struct td_train_options o = {.net = parts.net,
                                       .data = &b->data,
                                       .loss = TD_LOSS_HALF_SQUARED_SUM,
                                       .optimizer = parts.optimizer,
                                       .steps = UINT64_MAX / 2,
                                       .seed = 1};
    stop_on(td_train_create(&o, &b->train, &err), &err);
    if (b->dir)
        load_weights(b);
}

/* --- rates ---------------------------------------------------------------------------------- */

enum { BATCH = 16 }; /* calls between two looks at the clock */

struct speed {
    double wall, processor; /* seconds a call */
};

static struct speed time_calls(void (*work)(void *), void *self, double seconds) {
    double begin = td_clock(), now = begin, processor = processor_seconds();
    size_t n = 0;
    for (; now - begin < seconds; now = td_clock(), n += BATCH)
        for (int i = 0; i < BATCH; i++)
            work(self);
    return (struct speed){(now - begin) / (double)n, (processor_seconds() - processor) / (double)n};
}

static void one_step(void *self) {
    struct td_error err;
    stop_on(td_train_step(((struct bench *)self)->train, &err), &err);
}

/* --- the bound ------------------------------------------------------------------------------ */

/* A step cannot be faster than its products and the pass over its weights, each at the best rate
   that this machine shows for it alone with warm operands. */
struct bound {
    struct td_gemm plans[3]; /* the product, and the gradients of its factors */
    struct td_gemm *now;
    size_t n, n_weights;
    real *a, *b, *c, *theta, *grad;
};

static real *filled(size_t n) {
    real *v = td_calloc(n, sizeof *v);
    td_random_normal(td_stream_make(1, "bench"), 0, 0, 0, n, v);
    return v;
}

static void one_product(void *self) {
    struct bound *b = self;
    td_gemm_run(b->now, b->a, b->b, b->c);
}

static void one_update(void *self) {
    struct bound *b = self;
    for (size_t i = 0; i < b->n_weights; i++)
        b->theta[i] -= (real)1e-9 * b->grad[i];
}

static double best(void (*work)(void *), void *self, double seconds) {
    double least = INFINITY;
    for (int r = 0; r < 5; r++)
        least = fmin(least, time_calls(work, self, seconds / 5).processor);
    return least;
}

static struct bound plan_bound(size_t n, size_t depth) {
    struct bound b = {.n = n,
                      .n_weights = depth * n * n,
                      .a = filled(n * n),
                      .b = filled(n * n),
                      .c = filled(n * n),
                      .theta = filled(depth * n * n),
                      .grad = filled(depth * n * n)};
    struct td_error err;
    stop_on(td_gemm_plan(&b.plans[0], false, false, n, n, n, 0, &err), &err);
    stop_on(td_gemm_plan(&b.plans[1], false, true, n, n, n, 0, &err), &err);
    stop_on(td_gemm_plan(&b.plans[2], true, false, n, n, n, 0, &err), &err);
    return b;
}

/* Seconds a step: depth - 1 of each product, one update. */
static double time_bound(struct bound *b, size_t depth, double seconds) {
    double sum = best(one_update, b, seconds / 4);
    for (int k = 0; k < 3; k++) {
        b->now = &b->plans[k];
        sum += (double)(depth - 1) * best(one_product, b, seconds / 4);
    }
    return sum;
}

static void free_bound(struct bound *b) {
    td_free(b->a);
    td_free(b->b);
    td_free(b->c);
    td_free(b->theta);
    td_free(b->grad);
}

/* --- the report ----------------------------------------------------------------------------- */

static void print_spread(const char *name, double *v) {
    qsort(v, BLOCKS, sizeof *v, compare_rates);
    printf("\"%s\": {\"min\": %.5g, \"median\": %.5g, \"max\": %.5g}, ", name, v[0], v[BLOCKS / 2],
           v[BLOCKS - 1]);
}

/* Steps and bound in turn, so that what slows one down slows the other. */
static void measure(struct bench *b, double seconds) {
    double rate[BLOCKS], processor[BLOCKS], limit[BLOCKS], share[BLOCKS];
    struct bound bound = plan_bound(b->n, b->depth);
    time_calls(one_step, b, 0.1);
    for (int r = 0; r < BLOCKS; r++) {
        struct speed step = time_calls(one_step, b, seconds / 2);
        limit[r] = 1 / time_bound(&bound, b->depth, seconds / 2);
        rate[r] = 1 / step.wall;
        processor[r] = 1 / step.processor;
        share[r] = processor[r] / limit[r];
    }
    print_spread("steps_s", rate);
    print_spread("steps_processor_s", processor);
    print_spread("bound_steps_s", limit);
    print_spread("share_of_bound", share);
    free_bound(&bound);
}

static bool read_arguments(int argc, char **argv, struct bench *b, int *steps, double *seconds) {
    if (argc < 2 || sscanf(argv[1], "deep_linear:%zu:%zu", &b->n, &b->depth) != 2 || b->n < 2 ||
        b->n > 4096 || b->depth < 2 || b->depth > 1000)
        return false;
    b->name = argv[1];
    for (int i = 2; i < argc; i++)
        if (strcmp(argv[i], "--steps") == 0 && i + 1 < argc)
            *steps = atoi(argv[++i]);
        else if (strcmp(argv[i], "--seconds") == 0 && i + 1 < argc)
            *seconds = atof(argv[++i]);
        else
            b->dir = argv[i];
    return true;
}

int main(int argc, char **argv) {
    struct td_error err;
    struct bench b = {0};
    int steps = 50;
    double seconds = 0.6;
    if (!read_arguments(argc, argv, &b, &steps, &seconds)) {
        fprintf(stderr, "usage: bench_deep_linear deep_linear:WIDTH:DEPTH [DIR] [--steps N] "
                        "[--seconds S]\n");
        return TD_BAD_INPUT;
    }
    stop_on(td_platform_init(false, argv, &err), &err);
    struct td_arena *arena = td_arena_create();
    start(&b, arena);
    for (int i = 0; i < steps; i++)
        one_step(&b);
    double loss = td_train_peek(b.train);
    printf("{\"name\": \"%s\", \"check\": %d, \"loss\": %.7g, ", b.name, steps, loss);
    measure(&b, seconds);
    printf("\"peak_mb\": %.4g, \"fingerprint\": \"%s\"}\n", td_peak_memory() / 1e6,
           td_fingerprint());
    td_train_free(b.train);
    td_free(b.data.train.x);
    td_free(b.data.train.target);
    td_arena_free(arena);
    return 0;
}
