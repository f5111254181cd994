/* Both pairwise bounds on the information in 4096 x 10 activations, and in wider ones, a second.

       bench_kde [DIR|-] [SECONDS]

   With DIR: X.npy that bench/peers/kde.py --save DIR writes, so that the bounds can be compared.
   Prints one JSON line; rates are calls a second of processor time, each both bounds. */
#include <math.h>

#include "bench/rate.h"
#include "measure/kde.h"
#include "measure/support.h"
#include "numeric/memory.h"
#include "numeric/random.h"

static const double variance = 0.1; /* as bench/peers/kde.py */

struct work {
    size_t n, d;
    double *x, log_rate;
    double *term[TD_KDE_BOUNDS];
};

static void bounds(void *self) {
    struct work *w = self;
    struct td_error err;
    stop_on(td_kde_terms(w->n, w->d, w->x, w->log_rate, NULL, false, w->term, NULL, &err), &err);
}

static struct work make(size_t n, size_t d, const double *x) {
    double scale = td_unit_scale(n * d, x);
    struct work w = {.n = n, .d = d, .log_rate = -log(8 * variance * scale * scale)};
    w.x = td_calloc(n * d, sizeof *w.x);
    for (size_t b = 0; b < TD_KDE_BOUNDS; b++)
        w.term[b] = td_calloc(n, sizeof(double));
    for (size_t i = 0; i < n * d; i++)
        w.x[i] = x[i] * scale;
    return w;
}

static struct work made_up(size_t n, size_t d) {
    double *x = td_calloc(n * d, sizeof *x);
    td_random_dnormal(td_stream_make(1, "bench"), 0, 0, 0, n * d, x);
    for (size_t i = 0; i < n * d; i++)
        x[i] = tanh(x[i]);
    struct work w = make(n, d, x);
    td_free(x);
    return w;
}

static void discard(struct work *w) {
    td_free(w->x);
    td_free(w->term[0]);
    td_free(w->term[1]);
}

static double mean(size_t n, const double *v) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += v[i] / (double)n;
    return sum;
}

int main(int argc, char **argv) {
    struct td_error err;
    const char *dir = directory(argc, argv);
    struct td_array file = {0};
    stop_on(td_platform_init(false, argv, &err), &err);
    if (dir)
        file = load(dir, "X");
    struct work w =
        dir ? make(td_array_rows(&file), td_array_columns(&file), file.v) : made_up(4096, 10);
    struct work wide = made_up(4096, 256);
    struct rate r = rate_of(bounds, &w, block_seconds(argc, argv));
    struct rate s = rate_of(bounds, &wide, block_seconds(argc, argv));
    printf("{\"name\": \"kde\", \"n\": %zu, \"d\": %zu, \"steps_s\": %.5g, \"lo\": %.5g, "
           "\"hi\": %.5g, \"upper\": %.7g, \"lower\": %.7g, \"wide_d\": %zu, \"wide_steps_s\": "
           "%.5g, \"peak_mb\": %.4g, \"fingerprint\": \"%s\"}\n",
           w.n, w.d, r.median, r.min, r.max, mean(w.n, w.term[TD_KDE_UPPER]),
           mean(w.n, w.term[TD_KDE_LOWER]), wide.d, s.median, td_peak_memory() / 1e6,
           td_fingerprint());
    td_array_free(&file);
    discard(&w);
    discard(&wide);
    return 0;
}
