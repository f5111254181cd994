/* Information compression beside training on the 12-bit task: sources whose information is known
   against plain integration, estimators on them, the linear network against plain loops, and the
   batches' gradients against training steps. */
#include "sim/train_setup.h"

#include <math.h>

#include "experiments/information_compression/sources.h"
#include "numeric/array_file.h"
#include "sweep/experiment.h"

static void near(const char *what, double got, double want, double margin) {
    if (!(fabs(got - want) <= margin))
        fail_msg("%s: %.17g, expected %.17g, off by %.3g, allowed %.3g", what, got, want,
                 fabs(got - want), margin);
}

static const struct td_experiment *experiment(const char *name) {
    const struct td_kind *kind = td_registry_find(&td_experiments, name);
    assert_non_null(kind);
    return (const struct td_experiment *)kind;
}

/* Checks and runs; what went wrong is in *err. */
static td_status attempt(const char *name, const char *settings, uint64_t seed,
                         struct kept_task *task, struct td_error *err) {
    const struct td_experiment *e = experiment(name);
    struct td_arena *arena = td_arena_create();
    void *params = td_arena_alloc(arena, e->kind.params_size);
    td_status status = td_params_from_text(e->kind.params, pairs_of(arena, settings), arena, params,
                                           e->kind.params_size, err);
    if (!status && e->check)
        status = e->check(params, err);
    if (!status)
        do {
            kept_task_resume(task);
            status = e->run(&task->task, params, seed, err);
        } while (status == TD_INTERRUPTED);
    td_arena_free(arena);
    return status;
}

static struct kept_task *run(const char *name, const char *settings, uint64_t seed) {
    struct kept_task *task = kept_task_create(0);
    struct td_error err = {0};
    if (attempt(name, settings, seed, task, &err))
        fail_msg("%s", err.message);
    return task;
}

static void refused(const char *name, const char *settings, const char *part) {
    struct kept_task *task = kept_task_create(0);
    struct td_error err = {0};
    assert_int_equal(attempt(name, settings, 1, task, &err), TD_BAD_INPUT);
    if (!strstr(err.message, part))
        fail_msg("\"%s\" says nothing of \"%s\"", err.message, part);
    kept_task_free(task);
}

/* --- truths --------------------------------------------------------------------------------- */

static double normal_density(double x) {
    return exp(-x * x / 2) / sqrt(2 * M_PI);
}

/* -integral of p ln p over [from, to] by the midpoint rule, `steps` intervals. */
static double entropy_of(double (*density)(double x, const double *p), const double *p, double from,
                         double to, int steps) {
    double h = (to - from) / steps, sum = 0;
    for (int i = 0; i < steps; i++) {
        double d = density(from + (i + 0.5) * h, p);
        sum -= d > 0 ? d * log(d) * h : 0;
    }
    return sum;
}

/* p: number of points, spacing */
static double mixture(double x, const double *p) {
    double sum = 0;
    for (int i = 0; i < (int)p[0]; i++)
        sum += normal_density(x - i * p[1]) / p[0];
    return sum;
}

/* Of X + width (U - 1/2), X uniform on [0, 1]: the share of noise that leads there. */
static double trapezoid(double y, const double *p) {
    double from = fmax(0, y - p[0] / 2), to = fmin(1, y + p[0] / 2);
    return fmax(0, to - from) / p[0];
}

static void test_clusters_are_integrated(void **state) {
    (void)state;
    static const double cases[][2] = {{2, 0.5}, {2, 3}, {3, 1.5}, {7, 0.1}, {50, 1}, {12, 6}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const double *c = cases[i];
        double h = entropy_of(mixture, c, -12, (c[0] - 1) * c[1] + 12, 20000);
        near("clusters", source_clusters_information((size_t)c[0], c[1]),
             h - log(2 * M_PI * M_E) / 2, 1e-9);
    }
    near("one", source_clusters_information(1, 4), 0, 0);
    near("far apart", source_clusters_information(64, 1000), log(64), 1e-13);
}

static void test_uniform_noise_is_integrated(void **state) {
    (void)state;
    static const double widths[] = {0.1, 0.5, 1, 1.7, 20};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        double w = widths[i], h = entropy_of(trapezoid, &w, -w / 2, 1 + w / 2, 200000);
        near("uniform noise", source_uniform_noise_information(w), h - log(w), 1e-6);
    }
}

/* The definition, over a grid of (x, t): the density at t > 0 and the mass at t = 0. */
static double rectified_by_grid(double rho) {
    const double s = sqrt(1 - rho * rho), h = 0.01;
    double sum = 0;
    for (double x = -8; x < 8; x += h) {
        double zero = erfc(rho * x / s / sqrt(2)) / 2;
        sum += zero > 0 ? normal_density(x) * zero * log(zero / 0.5) * h : 0;
        for (double t = h / 2; t < 8; t += h) {
            double given = normal_density((t - rho * x) / s) / s;
            if (given > 0)
                sum += normal_density(x) * given * log(given / normal_density(t)) * h * h;
        }
    }
    return sum;
}

static void test_the_rectified_pair_is_integrated(void **state) {
    (void)state;
    near("0.9", source_rectified_information(0.9), rectified_by_grid(0.9), 1e-4);
    near("-0.6", source_rectified_information(-0.6), rectified_by_grid(-0.6), 1e-4);
    near("independent", source_rectified_information(0), 0, 1e-15);
    near("the pair", source_gaussian_pair_information(0.9, 1), 0.8304, 5e-5);
}

/* --- estimators ----------------------------------------------------------------------------- */

#define ESTIMATORS "information-compression/estimators"

static void test_estimates_are_in_bits_beside_the_truth(void **state) {
    (void)state;
    struct kept_task *task =
        run(ESTIMATORS,
            "data=gaussian-pair n=2000 estimators.0.kind=mi-ksg estimators.1.kind=mi-ksg "
            "estimators.1.as=again estimators.1.unit=nats estimators.1.bootstrap=50 "
            "estimators.2.kind=mi-bins estimators.2.of=[patterns]",
            3);
    double truth = kept_value(task, "truth", "", 0), bits = kept_value(task, "mi-ksg", "", 0);
    near("truth", truth, -log2(1 - 0.81) / 2, 1e-14);
    near("nats as bits", kept_value(task, "again", "", 0), bits, 1e-14);
    near("estimate", bits, truth, 0.2); /* 0.04 is its standard deviation */
    assert_true(kept_value(task, "again.lo", "", 0) < bits);
    assert_true(kept_value(task, "again.hi", "", 0) > bits);
    assert_int_equal(task->n_values, 5); /* no mi-bins */
    kept_task_free(task);
}

/* All sources give what their estimators take, and estimates that are near the truth where they
   are meant for it. */
static void test_sources_suit_their_estimators(void **state) {
    (void)state;
    static const struct {
        const char *settings, *site;
        double margin;
    } cases[] = {
        {"data=gaussian-pair data.dimension=2 n=1000 estimators.0.kind=mi-ksg", "", 0.3},
        {"data=uniform-noise n=1000 estimators.0.kind=mi-ksg", "", 0.3},
        {"data=rectified n=1000 estimators.0.kind=mi-gao", "", 0.3},
        {"data=staircase n=1000 estimators.0.kind=mi-ross", "", 0.2},
        {"data=patterns n=4000 estimators.0.kind=mi-bins estimators.0.width=1 "
         "estimators.0.correction=miller-madow",
         "entropy", 0.03},
        {"data=channel n=1000 data.signal=1 estimators.0.kind=mi-noisy "
         "estimators.0.variance=1",
         "x", 0.15},
        {"data=clusters n=1000 estimators.0.kind=mi-noisy estimators.0.variance=1 "
         "estimators.0.draws=4",
         "x", 0.05},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct kept_task *task = run(ESTIMATORS, cases[i].settings, 5);
        const char *name = task->values[0].measure;
        near(cases[i].settings, kept_value(task, name, cases[i].site, 0),
             kept_value(task, "truth", cases[i].site, 0), cases[i].margin);
        kept_task_free(task);
    }
}

/* Scale of a layer: exact patterns, adaptive KDE and EBAB see none. */
static void test_scales(void **state) {
    (void)state;
    static const char settings[] =
        "data=layer data.inputs=8 n=256 data.units=3 data.scale=%s "
        "estimators.0.kind=mi-bins estimators.0.method=exact estimators.0.as=exact "
        "estimators.1.kind=mi-bins estimators.1.method=ebab estimators.1.as=ebab "
        "estimators.2.kind=mi-kde estimators.2.variant=adaptive estimators.2.as=adaptive "
        "estimators.3.kind=mi-kde estimators.3.as=fixed";
    static const char *const scales[] = {"1", "10", "0.013"};
    struct kept_task *tasks[3];
    for (int i = 0; i < 3; i++) {
        char text[sizeof settings + 8];
        snprintf(text, sizeof text, settings, scales[i]);
        tasks[i] = run(ESTIMATORS, text, 1);
    }
    for (int i = 1; i < 3; i++) {
        static const char *const same[][2] = {
            {"exact", "x"}, {"ebab", "x"}, {"adaptive", "x-upper"}, {"adaptive", "x-lower"}};
        for (size_t k = 0; k < 4; k++)
            near(same[k][0], kept_value(tasks[i], same[k][0], same[k][1], 0),
                 kept_value(tasks[0], same[k][0], same[k][1], 0), 1e-11);
        assert_true(fabs(kept_value(tasks[i], "fixed", "x-upper", 0) -
                         kept_value(tasks[0], "fixed", "x-upper", 0)) > 0.1);
    }
    for (int i = 0; i < 3; i++)
        kept_task_free(tasks[i]);
}

static void test_files(void **state) {
    (void)state;
    const double rows[] = {0, 1, 0, 1, 2, 3, -0.0, 1};
    const char path[] = "test_information_exact.npy";
    char text[200];
    struct td_error err;
    assert_int_equal(td_npy_write(path, 2, (const size_t[]){4, 2}, rows, &err), TD_OK);
    snprintf(text, sizeof text,
             "data=file data.path=%s n=4 estimators.0.kind=mi-bins estimators.0.method=exact",
             path);
    struct kept_task *task = run(ESTIMATORS, text, 1);
    near("rows (0,1) thrice", kept_value(task, "mi-bins", "x", 0), 0.75 * log2(4.0 / 3) + 0.25 * 2,
         1e-15);
    kept_task_free(task);
    snprintf(text, sizeof text, "data=file data.path=%s n=5", path);
    refused(ESTIMATORS, text, "4 rows");
    const double broken[] = {1, NAN};
    assert_int_equal(td_npy_write(path, 1, (const size_t[]){2}, broken, &err), TD_OK);
    snprintf(text, sizeof text, "data=file data.path=%s n=2", path);
    refused(ESTIMATORS, text, "nan");
    remove(path);
    refused(ESTIMATORS, text, path);
}

static void test_senseless_requests(void **state) {
    (void)state;
    refused(ESTIMATORS, "data=clusters data.count=3 n=10", "3 clusters");
    refused(ESTIMATORS, "data=layer data.inputs=3 n=9", "8 patterns");
    refused(ESTIMATORS, "estimators.0.kind=mi-ksg estimators.0.of=[gausian-pair]", "gaussian-pair");
    refused(ESTIMATORS, "estimators.0.kind=mi-ksg estimators.1.kind=mi-ksg", "as: NAME");
    refused(ESTIMATORS, "data=channel estimators.0.kind=mi-ksg", "2 arrays");
    refused("train",
            "steps=2 data=gaussian-clusters data.train=100 optimizer.batch=60 "
            "measure.0.kind=gradient-snr",
            "two full batches");
}

/* --- the linear network --------------------------------------------------------------------- */

enum { N = 6, H = 4, P = 9 };

/* The student after some steps by plain loops: errors, weights of the layers. */
struct plain {
    double w0[N], x[P][N], y[P], w1[H][N], w2[H], total[N];
};

static void draw(uint64_t seed, const char *purpose, uint32_t layer, size_t n, double sd,
                 double *out) {
    td_random_dnormal(td_stream_make(seed, purpose), 0, layer, 0, n, out);
    for (size_t i = 0; i < n; i++)
        out[i] *= sd;
}

static void plain_total(struct plain *s) {
    for (int j = 0; j < N; j++) {
        s->total[j] = 0;
        for (int i = 0; i < H; i++)
            s->total[j] += s->w2[i] * s->w1[i][j];
    }
}

static void plain_step(struct plain *s, double rate) {
    double g1[H][N] = {{0}}, g2[H] = {0};
    plain_total(s);
    for (int p = 0; p < P; p++) {
        double e = -s->y[p];
        for (int j = 0; j < N; j++)
            e += s->total[j] * s->x[p][j];
        for (int i = 0; i < H; i++)
            for (int j = 0; j < N; j++) {
                g1[i][j] += e * s->w2[i] * s->x[p][j] / P;
                g2[i] += e * s->w1[i][j] * s->x[p][j] / P;
            }
    }
    for (int i = 0; i < H; i++) {
        for (int j = 0; j < N; j++)
            s->w1[i][j] -= rate * g1[i][j];
        s->w2[i] -= rate * g2[i];
    }
    plain_total(s);
}

static struct plain plain_student(uint64_t seed, double noise, double init, int steps,
                                  double rate) {
    struct plain s;
    double e[P];
    draw(seed, "data", 0, N, 1 / sqrt(N), s.w0);
    draw(seed, "data", 1, P * N, 1, s.x[0]);
    draw(seed, "data", 2, P, noise, e);
    draw(seed, "init", 0, H * N, init / sqrt(N), s.w1[0]);
    draw(seed, "init", 1, H, init / sqrt(H), s.w2);
    for (int p = 0; p < P; p++) {
        s.y[p] = e[p];
        for (int j = 0; j < N; j++)
            s.y[p] += s.w0[j] * s.x[p][j];
    }
    for (int i = 0; i < steps; i++)
        plain_step(&s, rate);
    return s;
}

static double dot(const double *a, const double *b) {
    double sum = 0;
    for (int j = 0; j < N; j++)
        sum += a[j] * b[j];
    return sum;
}

#define LINEAR "information-compression/linear-exact"
#define SMALL "inputs=6 hidden=4 samples=9 steps=40 lr=0.1 teacher_noise=0.3 init=0.5 at=0..40:20 "

static void test_linear_network_against_loops(void **state) {
    (void)state;
    struct kept_task *task = run(LINEAR, SMALL "noise_variance=0.7", 4);
    for (int steps = 0; steps <= 40; steps += 20) {
        struct plain s = plain_student(4, 0.3, 0.5, steps, 0.1);
        double train = 0, test = 0.09;
        plain_total(&s);
        for (int p = 0; p < P; p++)
            train += pow(dot(s.total, s.x[p]) - s.y[p], 2) / P;
        for (int j = 0; j < N; j++)
            test += pow(s.total[j] - s.w0[j], 2);
        near("train", kept_value(task, "error", "train", steps), train, 1e-12);
        near("test", kept_value(task, "error", "test", steps), test, 1e-12);
        /* one output: I(X;T) and I(T;Y) of scalars */
        double ww = dot(s.total, s.total), cov = dot(s.total, s.w0);
        double r2 = cov * cov / ((ww + 0.7) * (dot(s.w0, s.w0) + 0.09));
        near("x", kept_value(task, "information.x", "output", steps), log2(1 + ww / 0.7) / 2,
             1e-12);
        near("y", kept_value(task, "information.y", "output", steps), -log2(1 - r2) / 2, 1e-12);
        assert_true(kept_value(task, "information.x", "hidden", steps) > 0);
    }
    kept_task_free(task);
}

static void test_linear_network_goes_on(void **state) {
    (void)state;
    struct kept_task *whole = run(LINEAR, SMALL, 4), *parts = kept_task_create(7);
    struct td_error err = {0};
    assert_int_equal(attempt(LINEAR, SMALL, 4, parts, &err), TD_OK);
    assert_true(parts->polls > 40);
    assert_int_equal(parts->n_values, whole->n_values);
    for (size_t i = 0; i < whole->n_values; i++)
        assert_true(whole->values[i].value == parts->values[i].value);
    kept_task_free(whole);
    kept_task_free(parts);
    whole = kept_task_create(0);
    assert_int_equal(attempt(LINEAR, SMALL "steps=2000 lr=50 at=end", 4, whole, &err), TD_DIVERGED);
    kept_task_free(whole);
}

/* --- gradients of batches ------------------------------------------------------------------- */

enum { BATCHES = 3, BATCH = 32 };

struct visited {
    size_t n, size;
    real *grad[BATCHES];
};

static void visit(void *self, const real *grad, double loss) {
    struct visited *v = self;
    assert_true(v->n < BATCHES && loss > 0);
    memcpy(v->grad[v->n++], grad, v->size * sizeof *grad);
}

/* At a rate that moves nothing, steps see what the batches show; 100 samples: three full batches.
 */
static void test_batches_are_those_of_the_epoch(void **state) {
    (void)state;
    struct td_arena *arena = td_arena_create();
    struct setup s = setup_from(arena, "net.widths=[7,5] net.activation=tanh net.norm=batch "
                                       "net.dropout=plain optimizer.lr=1e-30");
    struct td_dataset data = class_data(100, 10, 5, 3);
    struct td_train_options o = options_of(&s, &data, BATCH, 8, 3);
    struct td_train *t = create(&o);
    struct td_error err;
    struct visited v = {.size = td_train_weights(t)->n};
    for (int i = 0; i < BATCHES; i++)
        v.grad[i] = calloc(v.size, sizeof(real));
    assert_int_equal(td_train_full_batches(&o), BATCHES);
    for (int i = 0; i < 4; i++) /* into the second epoch, whose steps are 4 to 7 */
        assert_int_equal(td_train_step(t, &err), TD_OK);
    real *before = calloc(td_train_weights(t)->n_state, sizeof *before);
    memcpy(before, td_train_weights(t)->state, td_train_weights(t)->n_state * sizeof *before);
    for (int i = 0; i < BATCHES; i++) {
        v.n = 0;
        td_train_batch_gradients(t, visit, &v);
        assert_int_equal(v.n, BATCHES);
        assert_memory_equal(before, td_train_weights(t)->state,
                            td_train_weights(t)->n_state * sizeof *before);
        td_train_peek(t);
        assert_memory_equal(v.grad[i], td_train_weights(t)->grad, v.size * sizeof(real));
        assert_int_equal(td_train_step(t, &err), TD_OK);
        memcpy(before, td_train_weights(t)->state, td_train_weights(t)->n_state * sizeof *before);
    }
    for (int i = 0; i < BATCHES; i++)
        free(v.grad[i]);
    free(before);
    td_train_free(t);
    free_data(&data);
    td_arena_free(arena);
}

#define SNR_RUN                                                                                    \
    "steps=40 data=gaussian-clusters data.train=200 data.features=4 net.width=6 "                  \
    "optimizer.batch=64 optimizer.lr=0.1 measure.0.kind=loss measure.0.at=end "

/* Ratio of what else is emitted; training goes its way whether it is looked at or not. */
static void test_gradient_snr(void **state) {
    (void)state;
    struct kept_task *seen =
        run("train", SNR_RUN "measure.1.kind=gradient-snr measure.1.at=0..end:7", 2);
    struct kept_task *unseen = run("train", SNR_RUN, 2);
    assert_true(kept_value(seen, "loss", "train", 40) == kept_value(unseen, "loss", "train", 40));
    double squares = 0;
    static const char *const layers[] = {"hidden.1", "hidden.2", "output"};
    for (int i = 0; i < 3; i++) {
        double mean = kept_value(seen, "gradient-snr.mean", layers[i], 7);
        double sd = kept_value(seen, "gradient-snr.sd", layers[i], 7);
        near("ratio", kept_value(seen, "gradient-snr", layers[i], 7), mean / sd, 1e-14);
        squares += sd * sd;
    }
    near("total", kept_value(seen, "gradient-snr.sd", "total", 7), sqrt(squares), 1e-12);
    kept_task_free(seen);
    kept_task_free(unseen);
}

/* Mean and sd of one epoch's gradients by definition. */
static void test_gradient_snr_by_definition(void **state) {
    (void)state;
    struct td_arena *arena = td_arena_create();
    struct setup s = setup_from(arena, "net.widths=[6,6] optimizer.lr=0.1");
    const struct td_dataset *data;
    struct td_error err;
    struct td_part part;
    static const struct td_param table[] = {
        {.name = "data", .type = TD_PART, .initial = "gaussian-clusters", .registry = &td_datas},
        {0}};
    assert_int_equal(td_params_from_text(table, pairs_of(arena, "data.train=200 data.features=4"),
                                         arena, &part, sizeof part, &err),
                     TD_OK);
    assert_int_equal(td_dataset_get(&part, 2, &data, &err), TD_OK);
    struct td_train_options o = options_of(&s, data, 64, 40, 2);
    struct td_train *t = create(&o);
    const struct td_weights *w = td_train_weights(t);
    struct visited v = {.size = w->n};
    for (int i = 0; i < BATCHES; i++)
        v.grad[i] = calloc(v.size, sizeof(real));
    td_train_batch_gradients(t, visit, &v);
    double mean2 = 0, sd2 = 0;
    for (size_t i = 0; i < w->n; i++) {
        double g[BATCHES], mean = 0;
        for (int b = 0; b < BATCHES; b++)
            mean += (g[b] = (double)v.grad[b][i]) / BATCHES;
        mean2 += mean * mean;
        for (int b = 0; b < BATCHES; b++)
            sd2 += (g[b] - mean) * (g[b] - mean) / (BATCHES - 1);
    }
    struct kept_task *task =
        run("train", SNR_RUN "measure.1.kind=gradient-snr measure.1.of=[total]", 2);
    near("mean", kept_value(task, "gradient-snr.mean", "total", 0), sqrt(mean2), 1e-12);
    near("sd", kept_value(task, "gradient-snr.sd", "total", 0), sqrt(sd2), 1e-12);
    kept_task_free(task);
    for (int i = 0; i < BATCHES; i++)
        free(v.grad[i]);
    td_train_free(t);
    td_dataset_release(data);
    td_arena_free(arena);
}

/* --- data processing ------------------------------------------------------------------------ */

/* Exact patterns of the layers of a net with dead and saturated units never gain with depth. */
static void test_data_processing(void **state) {
    (void)state;
    struct kept_task *task =
        run("train",
            "net.widths=[6,4,3,2] net.activation=relu data=icosahedral optimizer=adam "
            "optimizer.lr=1e-2 optimizer.batch=256 steps=60 measure.0.kind=mi-bins "
            "measure.0.method=exact measure.0.of=[hidden.*,label] measure.0.samples=3276 "
            "measure.0.at=0..end:20",
            6);
    for (int64_t step = 0; step <= 60; step += 20) {
        double x = log2(3276), y = 1;
        for (int layer = 1; layer <= 4; layer++) {
            char site[32];
            snprintf(site, sizeof site, "hidden.%d,label", layer);
            double next_x = kept_value(task, "mi-bins.x", site, step);
            double next_y = kept_value(task, "mi-bins.y", site, step);
            assert_true(next_x <= x + 1e-12 && next_y <= y + 1e-12);
            x = next_x;
            y = next_y;
        }
    }
    kept_task_free(task);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clusters_are_integrated),
        cmocka_unit_test(test_uniform_noise_is_integrated),
        cmocka_unit_test(test_the_rectified_pair_is_integrated),
        cmocka_unit_test(test_estimates_are_in_bits_beside_the_truth),
        cmocka_unit_test(test_sources_suit_their_estimators),
        cmocka_unit_test(test_scales),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_senseless_requests),
        cmocka_unit_test(test_linear_network_against_loops),
        cmocka_unit_test(test_linear_network_goes_on),
        cmocka_unit_test(test_batches_are_those_of_the_epoch),
        cmocka_unit_test(test_gradient_snr),
        cmocka_unit_test(test_gradient_snr_by_definition),
        cmocka_unit_test(test_data_processing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
