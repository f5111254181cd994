/* Sources whose information is known. */
#include <math.h>
#include <stddef.h>

#include "experiments/information_compression/sources.h"
#include "numeric/random.h"

/* Layers of the stream. */
enum { LAYER_X, LAYER_Y };

static void normal(uint64_t seed, uint32_t layer, size_t n, double *out) {
    td_random_dnormal(td_stream_make(seed, "data"), 0, layer, 0, n, out);
}

static void uniform(uint64_t seed, uint32_t layer, size_t n, double *out) {
    td_random_duniform(td_stream_make(seed, "data"), 0, layer, 0, n, out);
}

#define DIMENSION(struct_)                                                                         \
    {                                                                                              \
        .name = "dimension", .type = TD_INT, .offset = offsetof(struct struct_, dimension),        \
        .initial = "1", .min = 1, .max = 1000, .help = "independent variables of each kind"        \
    }
#define CORRELATION(struct_)                                                                       \
    {                                                                                              \
        .name = "correlation", .type = TD_REAL, .offset = offsetof(struct struct_, correlation),   \
        .initial = "0.9", .min = -1, .max = 1, .flags = TD_OPEN_MIN | TD_OPEN_MAX,                 \
        .help = "of the two normal variables"                                                      \
    }

/* --- two continuous variables --------------------------------------------------------------- */

struct gaussian_pair {
    int64_t dimension;
    double correlation;
};

/* y = rho x + sqrt(1 - rho^2) z */
static td_status correlated(struct source_sample *s, double rho, size_t n, size_t d, uint64_t seed,
                            double **y, struct td_error *err) {
    double *x;
    td_status status = source_add(s, "x", n, d, &x, err);
    if (!status)
        status = source_add(s, "y", n, d, y, err);
    if (status)
        return status;
    normal(seed, LAYER_X, n * d, x);
    normal(seed, LAYER_Y, n * d, *y);
    for (size_t i = 0; i < n * d; i++)
        (*y)[i] = rho * x[i] + sqrt(1 - rho * rho) * (*y)[i];
    return TD_OK;
}

static td_status draw_gaussian_pair(const void *params, size_t n, uint64_t seed,
                                    struct source_sample *out, struct td_error *err) {
    const struct gaussian_pair *p = params;
    double *y;
    td_status status = correlated(out, p->correlation, n, (size_t)p->dimension, seed, &y, err);
    source_truth(out, "", source_gaussian_pair_information(p->correlation, (double)p->dimension));
    return status;
}

static const struct td_param gaussian_pair_params[] = {
    DIMENSION(gaussian_pair), CORRELATION(gaussian_pair), {0}};
static const struct source gaussian_pair = {
    .kind = TD_KIND("gaussian-pair",
                    "Two normal variables of given correlation, in each dimension: I = -d/2 ln(1 - "
                    "rho^2).",
                    "Kraskov et al. 2004, section III", gaussian_pair_params, struct gaussian_pair),
    .draw = draw_gaussian_pair,
};

struct rectified {
    double correlation;
};

static td_status draw_rectified(const void *params, size_t n, uint64_t seed,
                                struct source_sample *out, struct td_error *err) {
    const struct rectified *p = params;
    double *y;
    td_status status = correlated(out, p->correlation, n, 1, seed, &y, err);
    for (size_t i = 0; i < n && !status; i++)
        y[i] = fmax(0, y[i]);
    source_truth(out, "", source_rectified_information(p->correlation));
    return status;
}

static const struct td_param rectified_params[] = {CORRELATION(rectified), {0}};
static const struct source rectified = {
    .kind = TD_KIND("rectified",
                    "A normal variable and a ReLU of another that correlates with it: half of the "
                    "values are 0, as in a ReLU layer. Truth: half that of the pair, and the "
                    "information in being 0 by quadrature.",
                    "", rectified_params, struct rectified),
    .draw = draw_rectified,
};

struct uniform_noise {
    int64_t dimension;
    double width;
};

static td_status draw_uniform_noise(const void *params, size_t n, uint64_t seed,
                                    struct source_sample *out, struct td_error *err) {
    const struct uniform_noise *p = params;
    size_t d = (size_t)p->dimension;
    double *x, *y;
    td_status status = source_add(out, "x", n, d, &x, err);
    if (!status)
        status = source_add(out, "y", n, d, &y, err);
    if (status)
        return status;
    uniform(seed, LAYER_X, n * d, x);
    uniform(seed, LAYER_Y, n * d, y);
    for (size_t i = 0; i < n * d; i++)
        y[i] = x[i] + p->width * (y[i] - 0.5);
    source_truth(out, "", (double)d * source_uniform_noise_information(p->width));
    return TD_OK;
}

static const struct td_param uniform_noise_params[] = {
    DIMENSION(uniform_noise),
    {.name = "width",
     .type = TD_REAL,
     .offset = offsetof(struct uniform_noise, width),
     .initial = "0.5",
     .min = 1e-6,
     .max = 1e6,
     .help = "of the uniform noise, in widths of the signal"},
    {0}};
static const struct source uniform_noise = {
    .kind = TD_KIND("uniform-noise",
                    "A uniform variable, and the same with uniform noise: I = w/2 - ln w for a "
                    "width w <= 1, 1/(2 w) beyond, in each dimension.",
                    "", uniform_noise_params, struct uniform_noise),
    .draw = draw_uniform_noise,
};

/* --- a continuous variable and classes ------------------------------------------------------ */

struct staircase {
    int64_t levels;
};

static td_status draw_staircase(const void *params, size_t n, uint64_t seed,
                                struct source_sample *out, struct td_error *err) {
    double m = (double)((const struct staircase *)params)->levels, *t, *label;
    td_status status = source_add(out, "t", n, 1, &t, err);
    if (!status)
        status = source_add(out, "labels", n, 1, &label, err);
    if (status)
        return status;
    uniform(seed, LAYER_X, n, label);
    uniform(seed, LAYER_Y, n, t);
    for (size_t i = 0; i < n; i++) {
        label[i] = floor(m * label[i]);
        t[i] = label[i] + 2 * t[i];
    }
    source_truth(out, "", log(m) - (m - 1) * M_LN2 / m);
    return TD_OK;
}

static const struct td_param staircase_params[] = {{.name = "levels",
                                                    .type = TD_INT,
                                                    .offset = offsetof(struct staircase, levels),
                                                    .initial = "5",
                                                    .min = 1,
                                                    .max = 100000,
                                                    .help = "values m of the discrete variable"},
                                                   {0}};
static const struct source staircase = {
    .kind = TD_KIND("staircase",
                    "A discrete variable X, 0 to m - 1, and one that is uniform on [X, X + "
                    "2]: I = ln m - (m - 1)/m ln 2. The continuous one comes first.",
                    "Gao et al. 2017, section 5", staircase_params, struct staircase),
    .draw = draw_staircase,
};

/* --- patterns ------------------------------------------------------------------------------- */

struct patterns {
    int64_t count;
};

static td_status draw_patterns(const void *params, size_t n, uint64_t seed,
                               struct source_sample *out, struct td_error *err) {
    double k = (double)((const struct patterns *)params)->count, *t, *label;
    td_status status = source_add(out, "t", n, 1, &t, err);
    if (!status)
        status = source_add(out, "labels", n, 1, &label, err);
    if (status)
        return status;
    uniform(seed, LAYER_X, n, t);
    uniform(seed, LAYER_Y, n, label);
    for (size_t i = 0; i < n; i++) {
        t[i] = floor(k * t[i]);
        label[i] = label[i] < 0.5;
    }
    source_truth(out, "entropy", log(k));
    source_truth(out, "y", 0);
    return TD_OK;
}

static const struct td_param patterns_params[] = {{.name = "count",
                                                   .type = TD_INT,
                                                   .offset = offsetof(struct patterns, count),
                                                   .initial = "100",
                                                   .min = 1,
                                                   .max = 1e9,
                                                   .help = "equally likely values K"},
                                                  {0}};
static const struct source patterns = {
    .kind = TD_KIND("patterns",
                    "One of K equally likely whole numbers, and labels that know nothing of it: "
                    "H(T) = ln K, I(T;Y) = 0. What plug-in entropies make of rare patterns.",
                    "Miller 1955", patterns_params, struct patterns),
    .draw = draw_patterns,
};

/* --- activities that unit noise is added to ------------------------------------------------- */

static void noisy_truth(struct source_sample *s, double nats) {
    source_truth(s, "x", nats);
    source_truth(s, "x-upper", nats);
    source_truth(s, "x-lower", nats);
}

struct channel {
    int64_t dimension;
    double signal;
};

static td_status draw_channel(const void *params, size_t n, uint64_t seed,
                              struct source_sample *out, struct td_error *err) {
    const struct channel *p = params;
    size_t d = (size_t)p->dimension;
    double *t;
    td_status status = source_add(out, "t", n, d, &t, err);
    if (status)
        return status;
    normal(seed, LAYER_X, n * d, t);
    for (size_t i = 0; i < n * d; i++)
        t[i] *= p->signal;
    noisy_truth(out, (double)d / 2 * log1p(p->signal * p->signal));
    return TD_OK;
}

static const struct td_param channel_params[] = {
    DIMENSION(channel),
    {.name = "signal",
     .type = TD_REAL,
     .offset = offsetof(struct channel, signal),
     .initial = "3",
     .min = 0,
     .max = 1e6,
     .help = "standard deviation of the signal, that of the noise being 1"},
    {0}};
static const struct source channel = {
    .kind = TD_KIND("channel",
                    "A linear Gaussian layer before its noise: normal variables of sd s, to which "
                    "noise of variance 1 is to be added. I(X;T) = d/2 ln(1 + s^2).",
                    "Saxe et al. 2018, appendix", channel_params, struct channel),
    .draw = draw_channel,
};

struct clusters {
    int64_t count;
    double spacing;
};

static td_status check_clusters(const void *params, size_t n, struct td_error *err) {
    size_t count = (size_t)((const struct clusters *)params)->count;
    if (count > n || n % count)
        return td_fail(err, TD_BAD_INPUT,
                       "data.count: %zu clusters do not divide %zu samples into equal parts", count,
                       n);
    return TD_OK;
}

static td_status draw_clusters(const void *params, size_t n, uint64_t seed,
                               struct source_sample *out, struct td_error *err) {
    (void)seed; /* nothing here is random */
    const struct clusters *p = params;
    size_t count = (size_t)p->count;
    double *t;
    td_status status = source_add(out, "t", n, 1, &t, err);
    if (status)
        return status;
    for (size_t i = 0; i < n; i++)
        t[i] = (double)(i % count) * p->spacing;
    double nats = source_clusters_information(count, p->spacing);
    noisy_truth(out, nats);
    source_truth(out, "entropy-upper", nats + log(2 * M_PI * M_E) / 2);
    source_truth(out, "entropy-lower", nats + log(2 * M_PI * M_E) / 2);
    return TD_OK;
}

static const struct td_param clusters_params[] = {
    {.name = "count",
     .type = TD_INT,
     .offset = offsetof(struct clusters, count),
     .initial = "2",
     .min = 1,
     .max = 4096,
     .help = "number of points, each taken by as many samples"},
    {.name = "spacing",
     .type = TD_REAL,
     .offset = offsetof(struct clusters, spacing),
     .initial = "4",
     .min = 0.01,
     .max = 1e6,
     .help = "distance of neighbours, in standard deviations of the noise"},
    {0}};
static const struct source clusters = {
    .kind = TD_KIND("clusters",
                    "Equally likely points on a line, to which noise of variance 1 is to be added: "
                    "I(X;T) by quadrature; 0 for one point, ln K for K points far apart. Nothing "
                    "is random.",
                    "Kolchinsky, Tracey 2017", clusters_params, struct clusters),
    .check = check_clusters,
    .draw = draw_clusters,
};

/* sources_unknown.c */
extern const struct source information_source_layer, information_source_file;

struct td_registry information_sources = {
    .family = "source",
    .kinds =
        (const struct td_kind *const[]){
            &gaussian_pair.kind,
            &rectified.kind,
            &uniform_noise.kind,
            &staircase.kind,
            &patterns.kind,
            &channel.kind,
            &clusters.kind,
            &information_source_layer.kind,
            &information_source_file.kind,
            NULL,
        },
};
