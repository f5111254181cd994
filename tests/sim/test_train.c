/* The training loop: batches, resuming, looking, clipping, divergence. */
#include "train_setup.h"

#include <malloc.h>
#include <math.h>

#include "numeric/vec.h"

static const char small_net[] = "net.depth=2 net.width=9 net.activation=tanh optimizer.lr=0.1";

struct run {
    struct td_arena *arena;
    struct setup setup;
    struct td_dataset data;
    struct td_train_options options;
};

static struct run prepare(const char *settings, size_t n, size_t batch, uint64_t steps) {
    struct run r = {.arena = td_arena_create()};
    r.setup = setup_from(r.arena, settings);
    r.data = class_data(n, 70, 6, 3);
    r.options = options_of(&r.setup, &r.data, batch, steps, 5);
    return r;
}

static void release(struct run *r) {
    free_data(&r->data);
    td_arena_free(r->arena);
}

/* The options point into the struct itself, which moves when it is returned. */
static struct td_train *start(struct run *r) {
    r->options.data = &r->data;
    return create(&r->options);
}

static void assert_near(double a, double b, double tolerance) {
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.17g is not %.17g (difference %g, allowed %g)", a, b, a - b, tolerance);
}

static void steps(struct td_train *t, int n) {
    struct td_error err;
    for (int i = 0; i < n; i++)
        if (td_train_step(t, &err))
            fail_msg("%s", err.message);
}

/* --- batches -------------------------------------------------------------------------------- */

/* A network that cannot learn (rate 0) on data whose first feature tells the sample: what a batch
   holds can be read from the loss. Here instead: squared-error with all-zero weights gives
   sum over the batch of t^2 / batch, so distinct targets identify batches. */
static double batch_losses(size_t n, size_t batch, bool drop, int epochs, double *sums) {
    const char settings[] = "net.width=1 net.init=zeros net.bias=false optimizer.lr=0";
    struct run r = prepare(settings, n, batch, 1000);
    free_data(&r.data);
    r.data = target_data(n, 0, 1, 1);
    double total = 0;
    for (size_t i = 0; i < n; i++) {
        r.data.train.target[i] = (real)sqrt((double)(i + 1));
        total += (double)(i + 1);
    }
    r.options.loss = TD_LOSS_SQUARED_ERROR;
    r.options.drop_last = drop;
    struct td_train *t = start(&r);
    uint64_t per_epoch = td_train_epoch_steps(n, batch, drop);
    for (int e = 0; e < epochs; e++) {
        sums[e] = 0;
        for (uint64_t s = 0; s < per_epoch; s++) {
            steps(t, 1);
            size_t size = batch && (s + 1) * batch <= n ? batch : batch ? n - s * batch : n;
            sums[e] += td_train_loss(t) * (double)size;
        }
    }
    td_train_free(t);
    release(&r);
    return total;
}

static void test_epoch_takes_every_sample_once(void **state) {
    (void)state;
    static const size_t sizes[][2] = {{24, 8}, {25, 8}, {31, 8}, {7, 7}, {9, 1}, {10, 0}, {33, 16}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        double sums[3];
        double total = batch_losses(sizes[i][0], sizes[i][1], false, 3, sums);
        for (int e = 0; e < 3; e++)
            assert_near(sums[e], total, total * 50 * TD_REAL_EPS);
    }
}

/* Without the last partial batch an epoch holds 24 of 31 samples, different ones each time. */
static void test_drop_partial_batch(void **state) {
    (void)state;
    double sums[3];
    double total = batch_losses(31, 8, true, 3, sums);
    for (int e = 0; e < 3; e++)
        assert_true(sums[e] < total - 7 && sums[e] >= 24 * 25 / 2 - 1e-3);
    assert_true(sums[0] != sums[1] || sums[1] != sums[2]);
    assert_int_equal(td_train_epoch_steps(31, 8, true), 3);
    assert_int_equal(td_train_epoch_steps(31, 8, false), 4);
    assert_int_equal(td_train_epoch_steps(31, 0, false), 1);
}

/* A given order is taken as it is. */
static void test_given_order(void **state) {
    (void)state;
    const char settings[] = "net.init=zeros net.bias=false optimizer.lr=0";
    struct run r = prepare(settings, 10, 2, 1000);
    free_data(&r.data);
    r.data = target_data(10, 0, 1, 1);
    for (size_t i = 0; i < 10; i++)
        r.data.train.target[i] = (real)i;
    const uint32_t order[] = {3, 3, 9, 0, 1, 2};
    r.options.order = order;
    r.options.n_order = 6;
    r.options.loss = TD_LOSS_SQUARED_ERROR;
    struct td_train *t = start(&r);
    const double expected[] = {9, 40.5, 2.5, 9};
    for (int i = 0; i < 4; i++) {
        steps(t, 1);
        assert_near(td_train_loss(t), expected[i], 40 * TD_REAL_EPS);
    }
    td_train_free(t);
    release(&r);
}

/* Samples of any number of features land in the right place: output = first feature if the first
   layer is the identity on it. Compared with a plain product. */
static void test_batch_values(void **state) {
    (void)state;
    static const size_t dims[] = {1, 3, 16, 29};
    for (size_t k = 0; k < sizeof dims / sizeof *dims; k++) {
        const char settings[] = "net.depth=1 net.width=1 net.activation=identity";
        size_t n = 37, d = dims[k];
        struct run r = prepare(settings, n, 0, 10);
        free_data(&r.data);
        r.data = target_data(n, 0, d, 1);
        struct td_train *t = start(&r);
        struct td_weights *w = td_train_weights(t);
        const real *first = w->theta + td_weights_find(w, "hidden.1.weight")->offset;
        double out = (double)w->theta[td_weights_find(w, "output.weight")->offset], loss = 0;
        for (size_t i = 0; i < n; i++) {
            double h = 0;
            for (size_t f = 0; f < d; f++)
                h += (double)first[f] * (double)r.data.train.x[i * d + f];
            loss += pow(out * h - (double)r.data.train.target[i], 2) / (double)n;
        }
        steps(t, 1);
        assert_near(td_train_loss(t), loss, (1 + loss) * 100 * TD_REAL_EPS);
        td_train_free(t);
        release(&r);
    }
}

/* --- the same bytes ------------------------------------------------------------------------- */

/* Batch norm, dropout, Adam's moments, a schedule, events: everything that has state. */
static const char everything[] =
    "net.depth=3 net.width=11 net.norm=batch net.dropout=alpha "
    "net.dropout.rate=0.1 optimizer=adam optimizer.lr=0.01 schedule=cosine "
    "schedule.warmup=5 events.0.kind=noise events.0.at=10 events.0.until=20 "
    "events.1.kind=freeze events.1.what=hidden.2 events.1.at=15 events.1.until=31";
enum { RUN_STEPS = 60 };

struct looker {
    uint64_t every;
    double *grad;
};
static bool look_due(void *self, uint64_t step) {
    return step % ((struct looker *)self)->every == 0;
}
static void ignore_chunk(void *self, const struct td_chunk *c) {
    (*(double *)self) += c->loss * (double)c->n;
}
static td_status look(void *self, struct td_train *t, struct td_task *task, struct td_error *err) {
    struct looker *l = self;
    double sum = 0, loss = 0;
    int64_t step = (int64_t)td_train_step_number(t);
    td_status status = td_train_evaluate(t, TD_ON_TEST, 0, ignore_chunk, &sum, task, err);
    double peeked = status ? 0 : td_train_peek(t);
    if (!status)
        status = td_train_gradient(t, TD_ON_TRAIN, 0, l->grad, &loss, task, err);
    if (!status && step % 10 == 0) /* the gradient of the peek is gone: again */
        peeked = td_train_peek(t);
    char name[32];
    snprintf(name, sizeof name, "every-%d", (int)l->every);
    if (!status)
        status = td_task_emit(task, name, "test", step, sum, "", err);
    if (!status)
        status = td_task_emit(task, name, "batch", step, peeked, "", err);
    if (!status)
        status = td_task_emit(task, name, "train", step, loss, "", err);
    return status;
}

/* Final weights and op state of a run, observed and interrupted as asked for. */
static struct kept_task *whole_run(uint64_t interrupt_every, int n_lookers, size_t *n_bytes,
                                   unsigned char *bytes) {
    struct run r = prepare(everything, 50, 8, RUN_STEPS);
    struct kept_task *task = kept_task_create(interrupt_every);
    td_status status = TD_INTERRUPTED;
    for (int attempt = 0; status == TD_INTERRUPTED; attempt++) {
        assert_true(attempt < 1000);
        kept_task_resume(task);
        struct td_error err = {0};
        struct td_train *t = start(&r);
        double *grad = calloc(td_train_weights(t)->n, sizeof *grad);
        struct looker lookers[] = {{7, grad}, {3, grad}};
        struct td_observer observers[] = {{look_due, look, &lookers[0]},
                                          {look_due, look, &lookers[1]}};
        assert_int_equal(td_train_prepare(t, TD_ON_TEST, 0, false, &err), TD_OK);
        assert_int_equal(td_train_prepare(t, TD_ON_TRAIN, 0, true, &err), TD_OK);
        status = td_train_run(t, &task->task, observers, (size_t)n_lookers, &err);
        if (status && status != TD_INTERRUPTED)
            fail_msg("%s", err.message);
        struct td_weights *w = td_train_weights(t);
        *n_bytes = (w->n + w->n_state) * sizeof(real);
        memcpy(bytes, w->theta, w->n * sizeof(real));
        memcpy(bytes + w->n * sizeof(real), w->state, w->n_state * sizeof(real));
        td_train_free(t);
        free(grad);
    }
    release(&r);
    return task;
}

static void test_same_bytes_observed_and_interrupted(void **state) {
    (void)state;
    static unsigned char plain[1 << 16], other[1 << 16];
    size_t n, m;
    kept_task_free(whole_run(0, 0, &n, plain));
    assert_true(n > 1000);
    struct kept_task *reference = whole_run(0, 2, &m, other);
    assert_int_equal(n, m);
    assert_memory_equal(plain, other, n);
    assert_true(reference->n_values > 60);
    /* a look polls three times at most: an interruption that comes sooner would go round in circles
     */
    static const uint64_t every[] = {5, 7, 11};
    for (size_t i = 0; i < sizeof every / sizeof *every; i++) {
        struct kept_task *task = whole_run(every[i], 2, &m, other);
        assert_memory_equal(plain, other, n);
        assert_int_equal(task->n_values, reference->n_values);
        for (size_t v = 0; v < task->n_values; v++) {
            const struct kept_value *a = &task->values[v];
            double b = kept_value(reference, a->measure, a->site, a->step);
            assert_memory_equal(&a->value, &b, sizeof b);
        }
        kept_task_free(task);
    }
    kept_task_free(reference);
}

/* Another seed is another run; the same one is the same. */
static void test_seeds(void **state) {
    (void)state;
    double losses[3];
    for (int i = 0; i < 3; i++) {
        struct run r = prepare(small_net, 50, 8, 100);
        r.options.seed = i == 2 ? 6 : 5;
        struct td_train *t = start(&r);
        steps(t, 30);
        losses[i] = td_train_loss(t);
        td_train_free(t);
        release(&r);
    }
    assert_true(losses[0] == losses[1]);
    assert_true(losses[0] != losses[2]);
}

static void test_no_allocation(void **state) {
    (void)state;
    struct run r = prepare(everything, 50, 8, 1000);
    struct td_error err;
    double sum = 0;
    struct td_train *t = start(&r);
    assert_int_equal(td_train_prepare(t, TD_ON_TEST, 0, false, &err), TD_OK);
    steps(t, 3);
    struct mallinfo2 before = mallinfo2();
    for (int i = 0; i < 100; i++) {
        steps(t, 1);
        td_train_peek(t);
        assert_int_equal(td_train_evaluate(t, TD_ON_TEST, 0, ignore_chunk, &sum, NULL, &err),
                         TD_OK);
    }
    struct mallinfo2 after = mallinfo2();
    assert_true(before.uordblks == after.uordblks);
    assert_true(before.hblkhd == after.hblkhd);
    td_train_free(t);
    release(&r);
}

/* --- looking -------------------------------------------------------------------------------- */

struct rows {
    const char *name;
    double *out;
    size_t seen;
};
static void collect_rows(void *self, const struct td_chunk *c) {
    struct rows *rows = self;
    td_chunk_rows(c, td_graph_find(c->graph, rows->name), rows->out);
    assert_int_equal(c->row, rows->seen);
    rows->seen += c->n;
}

/* Evaluation in chunks (256 + 256 + 88) is the plain forward pass of every sample. */
static void test_evaluation(void **state) {
    (void)state;
    struct run r = prepare(small_net, 600, 50, 100);
    struct td_error err;
    struct td_train *t = start(&r);
    steps(t, 20);
    assert_int_equal(td_train_prepare(t, TD_ON_TRAIN, 0, false, &err), TD_OK);
    double *out = calloc(600 * 9, sizeof *out), *pre = calloc(600 * 9, sizeof *pre);
    struct rows hidden = {"hidden.1", out, 0}, before = {"pre.1", pre, 0};
    assert_int_equal(td_train_evaluate(t, TD_ON_TRAIN, 0, collect_rows, &hidden, NULL, &err),
                     TD_OK);
    assert_int_equal(td_train_evaluate(t, TD_ON_TRAIN, 0, collect_rows, &before, NULL, &err),
                     TD_OK);
    assert_int_equal(hidden.seen, 600);
    struct td_weights *w = td_train_weights(t);
    const real *m = w->theta + td_weights_find(w, "hidden.1.weight")->offset;
    const real *b = w->theta + td_weights_find(w, "hidden.1.bias")->offset;
    for (size_t i = 0; i < 600; i++)
        for (size_t u = 0; u < 9; u++) {
            double sum = (double)b[u];
            for (size_t f = 0; f < 6; f++)
                sum += (double)m[u * 6 + f] * (double)r.data.train.x[i * 6 + f];
            assert_near(pre[i * 9 + u], sum, 40 * TD_REAL_EPS);
            assert_near(out[i * 9 + u], tanh(sum), 40 * TD_REAL_EPS);
        }
    free(out);
    free(pre);
    td_train_free(t);
    release(&r);
}

static double mean_loss(struct td_train *t, size_t samples) {
    struct td_error err;
    double sum = 0;
    assert_int_equal(td_train_evaluate(t, TD_ON_TRAIN, samples, ignore_chunk, &sum, NULL, &err),
                     TD_OK);
    return sum / (double)samples;
}

/* `all` is the training, validation and test part one after the other: the same outputs bit for
   bit, and as loss and gradient their mean weighted by samples, also of the first 900 samples. */
static void test_all_parts(void **state) {
    (void)state;
    static const size_t sizes[] = {600, 290, 70};
    struct run r = prepare(small_net, sizes[0], 50, 100);
    struct td_dataset other = class_data(sizes[1], 0, 6, 3);
    r.data.validation = other.train;
    struct td_error err;
    struct td_train *t = start(&r);
    steps(t, 20);
    size_t n_w = td_train_weights(t)->n;
    double *out = calloc(2 * 960 * 9, sizeof *out), *grads = calloc(4 * n_w, sizeof *grads);
    double loss[4], mean = 0;
    struct rows whole = {"hidden.1", out, 0};
    for (enum td_on on = TD_ON_TRAIN; on <= TD_ON_ALL; on++) {
        size_t n = on == TD_ON_ALL ? 900 : on == TD_ON_TEST ? 10 : 0;
        assert_int_equal(td_train_prepare(t, on, n, true, &err), TD_OK);
        assert_int_equal(td_train_gradient(t, on, n, grads + on * n_w, &loss[on], NULL, &err),
                         TD_OK);
        assert_int_equal(td_train_prepare(t, on, 0, false, &err), TD_OK);
    }
    assert_int_equal(td_on_samples(&r.data, TD_ON_ALL), 960);
    assert_int_equal(td_train_prepare(t, TD_ON_ALL, 961, false, &err), TD_BAD_INPUT);
    assert_int_equal(td_train_evaluate(t, TD_ON_ALL, 0, collect_rows, &whole, NULL, &err), TD_OK);
    assert_int_equal(whole.seen, 960);
    double *at = out + 960 * 9;
    for (enum td_on on = TD_ON_TRAIN; on <= TD_ON_TEST; on++) {
        struct rows part = {"hidden.1", at, 0};
        assert_int_equal(td_train_evaluate(t, on, 0, collect_rows, &part, NULL, &err), TD_OK);
        assert_int_equal(part.seen, sizes[on]);
        at += sizes[on] * 9;
    }
    assert_memory_equal(out, out + 960 * 9, 960 * 9 * sizeof *out);
    for (int on = 0; on < 3; on++)
        mean += loss[on] * (double)(on == TD_ON_TEST ? 10 : sizes[on]) / 900;
    assert_near(loss[TD_ON_ALL], mean, 1e-12);
    for (size_t i = 0; i < n_w; i++)
        assert_near(grads[3 * n_w + i],
                    (grads[i] * 600 + grads[n_w + i] * 290 + grads[2 * n_w + i] * 10) / 900, 1e-12);
    free(out);
    free(grads);
    td_train_free(t);
    r.data.validation = (struct td_split){0};
    free_data(&other);
    release(&r);
}

/* The gradient over a split against central differences of the evaluated loss. Differences in
   single precision are good to (eps loss / h) + h^2: a few 1e-3 of a gradient of order 0.1. */
static void test_gradient(void **state) {
    (void)state;
    struct run r = prepare(small_net, 300, 50, 100);
    struct td_error err;
    struct td_train *t = start(&r);
    steps(t, 5);
    assert_int_equal(td_train_prepare(t, TD_ON_TRAIN, 290, true, &err), TD_OK);
    assert_int_equal(td_train_prepare(t, TD_ON_TRAIN, 290, false, &err), TD_OK);
    struct td_weights *w = td_train_weights(t);
    double *grad = calloc(w->n, sizeof *grad), loss;
    assert_int_equal(td_train_gradient(t, TD_ON_TRAIN, 290, grad, &loss, NULL, &err), TD_OK);
    assert_near(loss, mean_loss(t, 290), 10 * TD_REAL_EPS);
    double h = sizeof(real) == 4 ? 2e-2 : 1e-5;
    for (size_t k = 0; k < w->n_slices; k++)
        for (size_t i = 0; i < w->slices[k].rows * w->slices[k].cols; i += 5) {
            size_t at = w->slices[k].offset + i;
            real kept = w->theta[at];
            w->theta[at] = kept + (real)h;
            double up = mean_loss(t, 290);
            w->theta[at] = kept - (real)h;
            double down = mean_loss(t, 290);
            w->theta[at] = kept;
            assert_near(grad[at], (up - down) / (2 * h), sizeof(real) == 4 ? 1e-3 : 1e-8);
        }
    free(grad);
    td_train_free(t);
    release(&r);
}

/* Adam by its definition in double, from the same weights and gradient at every step: matrices but
   the output layer's feel the gradient of the penalty decay / 2 |W|^2, nothing else does. */
static void test_decay_without_output(void **state) {
    (void)state;
    struct run r = prepare("net.depth=2 net.width=9 net.activation=tanh optimizer=adam "
                           "optimizer.lr=0.01 optimizer.weight_decay=0.3",
                           50, 8, 100);
    const char *const left_out[] = {"output"};
    r.options.no_decay = (struct td_strings){1, left_out};
    struct td_train *t = start(&r);
    struct td_weights *w = td_train_weights(t);
    double *m = calloc(2 * w->n, sizeof *m), *v = m + w->n;
    real *before = calloc(w->n, sizeof *before);
    for (int s = 1; s <= 30; s++) {
        td_train_peek(t);
        memcpy(before, w->theta, w->n * sizeof *before);
        steps(t, 1);
        for (size_t k = 0; k < w->n_slices; k++) {
            bool decays = !strcmp(w->slices[k].name, "hidden.1.weight") ||
                          !strcmp(w->slices[k].name, "hidden.2.weight");
            for (size_t j = 0; j < w->slices[k].rows * w->slices[k].cols; j++) {
                size_t i = w->slices[k].offset + j;
                double g = (double)w->grad[i] + (decays ? 0.3 * (double)before[i] : 0);
                m[i] = 0.9 * m[i] + 0.1 * g;
                v[i] = 0.999 * v[i] + 0.001 * g * g;
                double move = m[i] / (1 - pow(0.9, s)) / (sqrt(v[i] / (1 - pow(0.999, s))) + 1e-8);
                assert_near((double)w->theta[i], (double)before[i] - 0.01 * move,
                            (0.01 * 200 + fabs((double)before[i])) * TD_REAL_EPS);
            }
        }
    }
    free(m);
    free(before);
    td_train_free(t);
    release(&r);
}

/* A peek shows the loss and gradient that the step then uses. */
static void test_peek(void **state) {
    (void)state;
    struct run r = prepare(small_net, 50, 8, 100);
    struct td_train *t = start(&r);
    steps(t, 6); /* the next one is the remainder batch of 2 */
    struct td_weights *w = td_train_weights(t);
    double loss = td_train_peek(t);
    real *before = calloc(w->n, sizeof *before), *grad = calloc(w->n, sizeof *grad);
    memcpy(before, w->theta, w->n * sizeof *before);
    memcpy(grad, w->grad, w->n * sizeof *grad);
    assert_true(loss != td_train_loss(t));
    steps(t, 1);
    assert_true(td_train_loss(t) == loss);
    for (size_t i = 0; i < w->n; i++)
        assert_near((double)w->theta[i], (double)before[i] - 0.1 * (double)grad[i],
                    4 * TD_REAL_EPS);
    free(before);
    free(grad);
    td_train_free(t);
    release(&r);
}

/* --- clipping, divergence, refusals --------------------------------------------------------- */

static void test_clipping(void **state) {
    (void)state;
    static const double clips[] = {0.01, 1e6};
    for (int i = 0; i < 2; i++) {
        struct run r = prepare(small_net, 50, 8, 100);
        r.options.clip = clips[i];
        struct td_train *t = start(&r);
        struct td_weights *w = td_train_weights(t);
        td_train_peek(t);
        double norm = sqrt(td_vec_sumsq(w->n, w->grad)), moved = 0;
        real *before = calloc(w->n, sizeof *before);
        memcpy(before, w->theta, w->n * sizeof *before);
        steps(t, 1);
        for (size_t k = 0; k < w->n; k++)
            moved += pow((double)w->theta[k] - (double)before[k], 2);
        double expected = 0.1 * (norm < clips[i] ? norm : clips[i]);
        assert_true(norm > 0.01 && norm < 1e6);
        /* weights of order 1 round by eps / 2 each; there are about 200 */
        assert_near(sqrt(moved), expected, 15 * TD_REAL_EPS);
        free(before);
        td_train_free(t);
        release(&r);
    }
}

static void test_divergence(void **state) {
    (void)state;
    const char settings[] = "net.activation=identity optimizer.lr=1e4";
    struct run r = prepare(settings, 50, 8, 500);
    free_data(&r.data);
    r.data = target_data(50, 0, 6, 1);
    uint64_t step_number[2];
    for (int observed = 0; observed < 2; observed++) {
        struct td_error err = {0};
        struct td_train *t = start(&r);
        double *grad = calloc(td_train_weights(t)->n, sizeof *grad);
        const struct td_split test = r.data.test;
        r.data.test = r.data.train; /* something to evaluate on */
        struct looker l = {1, grad};
        struct td_observer observer = {look_due, look, &l};
        assert_int_equal(td_train_prepare(t, TD_ON_TEST, 0, false, &err), TD_OK);
        assert_int_equal(td_train_prepare(t, TD_ON_TRAIN, 0, true, &err), TD_OK);
        assert_int_equal(td_train_run(t, NULL, &observer, (size_t)observed, &err), TD_DIVERGED);
        step_number[observed] = td_train_step_number(t);
        char expected[40];
        snprintf(expected, sizeof expected, "step %d:", (int)step_number[observed]);
        assert_non_null(strstr(err.message, expected));
        assert_true(step_number[observed] < 100);
        r.data.test = test;
        free(grad);
        td_train_free(t);
    }
    assert_int_equal(step_number[0], step_number[1]);
    release(&r);
}

/* The last update may be the one that breaks the weights. */
static void test_divergence_in_last_step(void **state) {
    (void)state;
    const char settings[] = "net.activation=identity optimizer.lr=1e6 events.0.kind=scale-gradient "
                            "events.0.factor=1e6 events.1.kind=scale-gradient events.1.factor=1e6";
    struct run r = prepare(settings, 50, 0, 1);
    for (size_t i = 0; i < 300; i++)
        r.data.train.x[i] *= (real)1e26;
    struct td_error err = {0};
    struct td_train *t = start(&r);
    td_status status = td_train_run(t, NULL, NULL, 0, &err);
    if (sizeof(real) == 4) { /* 1e26 * 1e18 is beyond single precision */
        assert_int_equal(status, TD_DIVERGED);
        assert_non_null(strstr(err.message, "step 1:"));
    }
    td_train_free(t);
    release(&r);
}

static void assert_refused(const struct td_train_options *o, const char *part) {
    struct td_train *t = NULL;
    struct td_error err = {0};
    assert_int_equal(td_train_create(o, &t, &err), TD_BAD_INPUT);
    assert_null(t);
    if (!strstr(err.message, part))
        fail_msg("\"%s\" does not say \"%s\"", err.message, part);
}

static void test_refusals(void **state) {
    (void)state;
    struct run r = prepare(small_net, 50, 51, 100);
    r.options.data = &r.data;
    assert_refused(&r.options, "training set has (50)");
    release(&r);
    const char full[] = "optimizer=gd";
    r = prepare(full, 50, 8, 100);
    r.options.data = &r.data;
    assert_refused(&r.options, "whole training set");
    r.options.batch = 0;
    td_train_free(start(&r));
    const uint32_t order[] = {50};
    r.options.order = order;
    r.options.n_order = 50;
    release(&r);
    r = prepare(small_net, 50, 1, 100);
    r.options.data = &r.data;
    r.options.order = order;
    r.options.n_order = 1;
    assert_refused(&r.options, "index 50");
    release(&r);
    r = prepare(small_net, 50, 8, 100);
    struct td_dataset targets = target_data(50, 0, 6, 2);
    r.options.data = &targets;
    r.options.loss = TD_LOSS_SOFTMAX;
    assert_refused(&r.options, "needs classes");
    r.options.loss = TD_LOSS_SIGMOID;
    assert_refused(&r.options, "[0, 1]");
    targets.train.n = 0;
    r.options.loss = TD_LOSS_AUTO;
    assert_refused(&r.options, "empty");
    targets.train.n = 50;
    free_data(&targets);
    struct td_error err;
    struct td_train *t = start(&r);
    double sum = 0;
    assert_int_equal(td_train_evaluate(t, TD_ON_TRAIN, 0, ignore_chunk, &sum, NULL, &err),
                     TD_FAILED);
    assert_int_equal(td_train_prepare(t, TD_ON_TRAIN, 51, false, &err), TD_BAD_INPUT);
    r.data.test.n = 0;
    assert_int_equal(td_train_prepare(t, TD_ON_TEST, 0, false, &err), TD_BAD_INPUT);
    r.data.test.n = 70;
    assert_int_equal(td_train_prepare(t, TD_ON_VALIDATION, 0, false, &err), TD_BAD_INPUT);
    assert_non_null(strstr(err.message, "no validation samples"));
    td_train_free(t);
    release(&r);
}

/* The squared error sums over outputs what mse averages; both by plain sums of zero predictions. */
static void test_squared_errors(void **state) {
    (void)state;
    static const enum td_loss losses[] = {TD_LOSS_MSE, TD_LOSS_SQUARED_ERROR, TD_LOSS_AUTO};
    for (int k = 0; k < 3; k++) {
        struct run r = prepare("net.init=zeros", 40, 0, 10);
        free_data(&r.data);
        r.data = target_data(40, 0, 4, 3);
        double sum = 0;
        for (size_t i = 0; i < 40 * 3; i++)
            sum += pow((double)r.data.train.target[i], 2);
        r.options.loss = losses[k];
        struct td_train *t = start(&r);
        steps(t, 1);
        double expected = sum / 40 / (losses[k] == TD_LOSS_SQUARED_ERROR ? 1 : 3);
        assert_near(td_train_loss(t), expected, expected * 50 * TD_REAL_EPS);
        td_train_free(t);
        release(&r);
    }
}

/* --- it learns ------------------------------------------------------------------------------ */

/* Four clusters by sign pattern are separable: every loss and every optimizer gets there. */
static void test_learns(void **state) {
    (void)state;
    static const enum td_loss losses[] = {TD_LOSS_AUTO, TD_LOSS_SIGMOID, TD_LOSS_MSE,
                                          TD_LOSS_SQUARED_ERROR};
    for (size_t i = 0; i < td_registry_count(&td_optimizers); i++)
        for (size_t k = 0; k < 4; k++) {
            const char *name = td_registry_at(&td_optimizers, i)->name;
            bool adaptive = !strncmp(name, "adam", 4);
            char settings[400];
            snprintf(settings, sizeof settings, "optimizer=%s optimizer.lr=%s net.activation=tanh",
                     name, adaptive ? "0.01" : "0.1");
            struct run r = prepare(settings, 200, strcmp(name, "gd") ? 20 : 0, 400);
            r.options.loss = losses[k];
            struct td_error err = {0};
            struct td_train *t = start(&r);
            assert_int_equal(td_train_prepare(t, TD_ON_TRAIN, 0, false, &err), TD_OK);
            double before = mean_loss(t, 200);
            if (td_train_run(t, NULL, NULL, 0, &err))
                fail_msg("%s: %s", name, err.message);
            assert_true(mean_loss(t, 200) < 0.6 * before);
            assert_true(td_train_bytes(t) > 1000);
            td_train_free(t);
            release(&r);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_epoch_takes_every_sample_once),
        cmocka_unit_test(test_drop_partial_batch),
        cmocka_unit_test(test_given_order),
        cmocka_unit_test(test_batch_values),
        cmocka_unit_test(test_same_bytes_observed_and_interrupted),
        cmocka_unit_test(test_seeds),
        cmocka_unit_test(test_no_allocation),
        cmocka_unit_test(test_evaluation),
        cmocka_unit_test(test_all_parts),
        cmocka_unit_test(test_gradient),
        cmocka_unit_test(test_decay_without_output),
        cmocka_unit_test(test_peek),
        cmocka_unit_test(test_clipping),
        cmocka_unit_test(test_divergence),
        cmocka_unit_test(test_divergence_in_last_step),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_squared_errors),
        cmocka_unit_test(test_learns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
