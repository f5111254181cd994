/* KSG estimates (form 1, k = 4) of 4096 pairs a second.

       bench_ksg [DIR|-] [SECONDS] [D]

   With DIR: x.npy and y.npy that bench/peers/ksg.py --save DIR [--dim D] writes; without: made-up
   pairs of D (1) dimensions each. Prints one JSON line; rates are by processor time. */
#include <math.h>

#include "bench/rate.h"
#include "measure/measure.h"
#include "numeric/memory.h"
#include "numeric/random.h"

struct work {
    struct td_values values; /* first: what the measure sees */
    const struct td_measure *measure;
    void *params;
    struct td_matrix in[2];
    double mi;
};

static void keep(struct td_values *self, const struct td_value *value) {
    ((struct work *)self)->mi = value->value;
}

static void estimate(void *self) {
    struct work *w = self;
    struct td_error err;
    stop_on(w->measure->compute(w->params, w->in, 2, &w->values, &err), &err);
}

/* Gaussian pairs of correlation 0.8 in every dimension, as the peer's. */
static void made_up(size_t n, size_t d, struct td_array out[2]) {
    for (int a = 0; a < 2; a++) {
        out[a] = (struct td_array){.ndim = 2, .shape = {n, d}};
        out[a].v = td_calloc(n * d, sizeof(double));
        td_random_dnormal(td_stream_make(1, "bench"), 0, (uint32_t)a, 0, n * d, out[a].v);
    }
    for (size_t i = 0; i < n * d; i++)
        out[1].v[i] = 0.8 * out[0].v[i] + 0.6 * out[1].v[i];
}

int main(int argc, char **argv) {
    struct td_error err;
    const char *dir = directory(argc, argv);
    struct td_array files[2];
    struct td_arena *arena = td_arena_create();
    struct work w = {.values = {keep}};
    stop_on(td_platform_init(false, argv, &err), &err);
    if (dir) {
        files[0] = load(dir, "x");
        files[1] = load(dir, "y");
    } else {
        made_up(4096, argc > 3 ? (size_t)atoi(argv[3]) : 1, files);
    }
    for (int a = 0; a < 2; a++)
        w.in[a] = (struct td_matrix){.n = td_array_rows(&files[a]),
                                     .d = td_array_columns(&files[a]),
                                     .v = files[a].v,
                                     .name = a ? "y" : "x"};
    w.measure = (const struct td_measure *)td_registry_find(&td_measures, "mi-ksg");
    w.params = td_arena_alloc(arena, w.measure->kind.params_size);
    stop_on(td_params_from_text(w.measure->kind.params,
                                (const char *const[]){"k", "4", "unit", "nats", NULL}, arena,
                                w.params, w.measure->kind.params_size, &err),
            &err);
    struct rate r = rate_of(estimate, &w, block_seconds(argc, argv));
    printf("{\"name\": \"ksg_2x%zu\", \"steps_s\": %.5g, \"lo\": %.5g, \"hi\": %.5g, \"mi\": %.7g, "
           "\"peak_mb\": %.4g, \"fingerprint\": \"%s\"}\n",
           w.in[0].d, r.median, r.min, r.max, w.mi, td_peak_memory() / 1e6, td_fingerprint());
    td_array_free(&files[0]);
    td_array_free(&files[1]);
    td_arena_free(arena);
    return 0;
}
