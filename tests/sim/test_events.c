/* Events act on exactly the steps and weights that they name. */
#include "train_setup.h"

#include <math.h>

#include "sim/names.h"

static void assert_near(double a, double b, double tolerance) {
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.17g is not %.17g (difference %g, allowed %g)", a, b, a - b, tolerance);
}

enum { STEPS = 12, WEIGHTS_MAX = 8192 };

/* The weights before each step and after the last: (STEPS + 1, n). */
struct history {
    size_t n;
    real theta[STEPS + 1][WEIGHTS_MAX];
    double rate[STEPS];
    struct td_slice slices[16];
    char names[16][40];
    size_t n_slices;
};

static struct history *record(const char *settings) {
    struct history *h = calloc(1, sizeof *h);
    struct td_arena *arena = td_arena_create();
    struct setup s = setup_from(arena, settings);
    struct td_dataset data = class_data(40, 0, 5, 3);
    struct td_train_options o = options_of(&s, &data, 8, STEPS, 2);
    struct td_train *t = create(&o);
    struct td_weights *w = td_train_weights(t);
    struct td_error err = {0};
    assert_true(w->n <= WEIGHTS_MAX && w->n_slices <= 16);
    h->n = w->n;
    h->n_slices = w->n_slices;
    for (size_t i = 0; i < w->n_slices; i++) {
        h->slices[i] = w->slices[i];
        snprintf(h->names[i], sizeof h->names[i], "%s", w->slices[i].name);
    }
    for (int k = 0; k < STEPS; k++) {
        memcpy(h->theta[k], w->theta, w->n * sizeof(real));
        h->rate[k] = td_train_rate(t);
        if (td_train_step(t, &err))
            fail_msg("%s", err.message);
    }
    memcpy(h->theta[STEPS], w->theta, w->n * sizeof(real));
    td_train_free(t);
    free_data(&data);
    td_arena_free(arena);
    return h;
}

/* Whether the slice is bit for bit the same before and after step k. */
static bool still(const struct history *h, size_t slice, int k) {
    const struct td_slice *s = &h->slices[slice];
    return memcmp(h->theta[k] + s->offset, h->theta[k + 1] + s->offset,
                  s->rows * s->cols * sizeof(real)) == 0;
}

static void test_freeze(void **state) {
    (void)state;
    const char settings[] =
        "net.width=6 optimizer.lr=0.1 optimizer.momentum=0.9 "
        "optimizer.weight_decay=0.01 events.0.kind=freeze events.0.what=hidden.1 "
        "events.0.at=3 events.0.until=7";
    struct history *h = record(settings);
    for (int k = 0; k < STEPS; k++)
        for (size_t i = 0; i < h->n_slices; i++) {
            bool frozen = k >= 3 && k < 7 && !strncmp(h->names[i], "hidden.1.", 9);
            assert_int_equal(still(h, i, k), frozen);
        }
    free(h);
}

/* The steps before an event are those of a run without it. */
static void test_nothing_before(void **state) {
    (void)state;
    const char plain_pairs[] = "net.width=6";
    struct history *plain = record(plain_pairs);
    static const char *const kinds[] = {"freeze", "scale-gradient", "set-rate", "noise"};
    for (int e = 0; e < 4; e++) {
        char settings[400];
        snprintf(settings, sizeof settings, "net.width=6 events.0.kind=%s events.0.at=5", kinds[e]);
        struct history *h = record(settings);
        for (int k = 0; k <= 5; k++)
            assert_memory_equal(h->theta[k], plain->theta[k], h->n * sizeof(real));
        assert_true(memcmp(h->theta[6], plain->theta[6], h->n * sizeof(real)) != 0);
        free(h);
    }
    free(plain);
}

/* Plain SGD moves by lr times the gradient: scaling it scales the move. */
static void test_scale_gradient(void **state) {
    (void)state;
    const char settings[] = "net.width=6 events.0.kind=scale-gradient events.0.factor=-2 "
                            "events.0.what=*.bias events.0.at=4 events.0.until=5";
    const char nested[] = "net.width=6 events.0.kind=scale-gradient events.0.factor=-2 "
                          "events.0.what=output.bias events.0.at=4 events.0.until=5";
    const char plain_pairs[] = "net.width=6";
    struct history *h = record(nested), *plain = record(plain_pairs), *first = record(settings);
    for (size_t i = 0; i < h->n_slices; i++)
        for (size_t j = 0; j < h->slices[i].rows * h->slices[i].cols; j++) {
            size_t at = h->slices[i].offset + j;
            double factor = strcmp(h->names[i], "output.bias") ? 1 : -2;
            double moved = (double)(h->theta[5][at] - h->theta[4][at]);
            double expected = factor * (double)(plain->theta[5][at] - plain->theta[4][at]);
            assert_near(moved, expected, 4 * TD_REAL_EPS);
        }
    assert_memory_equal(h->theta[5], first->theta[5], h->n * sizeof(real));
    free(h);
    free(plain);
    free(first);
}

static void test_set_rate(void **state) {
    (void)state;
    const char settings[] = "optimizer.lr=0.1 events.0.kind=set-rate events.0.lr=0.5 events.0.at=2 "
                            "events.0.until=6 events.1.kind=set-rate events.1.lr=0 events.1.at=5 "
                            "events.1.until=8";
    static const double expected[STEPS] = {.1, .1, .5, .5, .5, 0, 0, 0, .1, .1, .1, .1};
    struct history *h = record(settings);
    for (int k = 0; k < STEPS; k++) {
        assert_near(h->rate[k], expected[k], 0);
        assert_int_equal(still(h, 0, k), expected[k] == 0);
    }
    free(h);
}

/* Noise of a given size, independent from step to step, slice to slice and event to event; rate 0,
   so that nothing else moves. n numbers estimate a variance to sqrt(2 / n), a correlation to
   sqrt(1 / n). */
static void test_noise(void **state) {
    (void)state;
    const char settings[] =
        "net.width=40 optimizer.lr=0 events.0.kind=noise "
        "events.0.what=hidden.2.weight events.0.std=0.2 events.0.relative=false "
        "events.0.until=2 events.1.kind=noise events.1.what=hidden.2.weight "
        "events.1.std=0.3 events.1.relative=false events.1.at=4 events.1.until=5";
    struct history *h = record(settings);
    size_t slice = 0;
    while (strcmp(h->names[slice], "hidden.2.weight"))
        slice++;
    size_t n = h->slices[slice].rows * h->slices[slice].cols, at = h->slices[slice].offset;
    assert_int_equal(n, 1600);
    double square[3] = {0}, cross[3] = {0};
    for (size_t i = 0; i < n; i++) {
        double a = (double)(h->theta[1][at + i] - h->theta[0][at + i]) / 0.2;
        double b = (double)(h->theta[2][at + i] - h->theta[1][at + i]) / 0.2;
        double c = (double)(h->theta[5][at + i] - h->theta[4][at + i]) / 0.3;
        square[0] += a * a, square[1] += b * b, square[2] += c * c;
        cross[0] += a * b, cross[1] += b * c, cross[2] += a * c;
    }
    for (int k = 0; k < 3; k++) {
        assert_near(square[k] / (double)n, 1, 5 * sqrt(2.0 / (double)n));
        assert_near(cross[k] / (double)n, 0, 5 * sqrt(1.0 / (double)n));
    }
    for (int k = 0; k < STEPS; k++)
        for (size_t i = 0; i < h->n_slices; i++)
            assert_int_equal(still(h, i, k), i != slice || !(k < 2 || k == 4));
    free(h);
}

static void test_relative_noise(void **state) {
    (void)state;
    const char settings[] = "net.width=40 optimizer.lr=0 events.0.kind=noise events.0.until=1";
    struct history *h = record(settings);
    for (size_t k = 0; k < h->n_slices; k++) {
        size_t n = h->slices[k].rows * h->slices[k].cols, at = h->slices[k].offset;
        double before = 0, change = 0;
        for (size_t i = 0; i < n; i++) {
            before += pow((double)h->theta[0][at + i], 2);
            change += pow((double)(h->theta[1][at + i] - h->theta[0][at + i]), 2);
        }
        if (before == 0) /* biases: nothing to be relative to */
            assert_true(change == 0);
        else
            assert_near(change / before, 0.01, 0.01 * 5 * sqrt(2.0 / (double)n));
    }
    free(h);
}

static void assert_refused(const char *settings, const char *part) {
    struct td_arena *arena = td_arena_create();
    struct setup s = setup_from(arena, settings);
    struct td_dataset data = class_data(40, 0, 5, 3);
    struct td_train_options o = options_of(&s, &data, 8, STEPS, 2);
    struct td_train *t;
    struct td_error err = {0};
    assert_int_equal(td_train_create(&o, &t, &err), TD_BAD_INPUT);
    if (!strstr(err.message, part))
        fail_msg("\"%s\" does not say \"%s\"", err.message, part);
    free_data(&data);
    td_arena_free(arena);
}

static void test_refusals(void **state) {
    (void)state;
    assert_refused("events.0.kind=freeze events.0.what=hiden.1", "hidden.1");
    assert_refused("events.0.kind=freeze events.0.what=hidden.12", "events.0.what");
    assert_refused("events.0.kind=set-rate events.0.at=5 events.0.until=5", "events.0.until");
    assert_refused("events.0.kind=set-rate events.1.kind=noise events.1.at=12", "events.1.at");
}

static void test_names(void **state) {
    (void)state;
    assert_true(td_name_under("hidden.1", "hidden.1.weight"));
    assert_true(td_name_under("hidden.1", "hidden.1"));
    assert_false(td_name_under("hidden.1", "hidden.10.weight"));
    assert_false(td_name_under("hidden.1.weight", "hidden.1"));
    assert_true(td_name_under("", "anything"));
    assert_true(td_name_under("hidden.*", "hidden.3.bias"));
    assert_true(td_name_under("hidden.*.bias", "hidden.3.bias"));
    assert_false(td_name_under("hidden.*.bias", "hidden.3.weight"));
    assert_true(td_name_matches("hidden.*", "hidden.3"));
    assert_false(td_name_matches("hidden.*", "hidden.3.bias"));
    assert_false(td_name_matches("hidden", "hidden."));
    static const char *const names[] = {"hidden.2", "hidden.11", "hidden.9", "pre.3", "output"};
    char out[32];
    assert_true(td_name_resolve("hidden.last", names, 5, out, sizeof out));
    assert_string_equal(out, "hidden.11");
    assert_true(td_name_resolve("pre.last", names, 5, out, sizeof out));
    assert_string_equal(out, "pre.3");
    assert_true(td_name_resolve("output", names, 5, out, sizeof out));
    assert_string_equal(out, "output");
    assert_false(td_name_resolve("output.last", names, 5, out, sizeof out));
    assert_false(td_name_resolve("hidden.last", names, 5, out, 9));
    assert_true(td_name_resolve("hidden.last", names, 5, out, 11));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_freeze),         cmocka_unit_test(test_nothing_before),
        cmocka_unit_test(test_scale_gradient), cmocka_unit_test(test_set_rate),
        cmocka_unit_test(test_noise),          cmocka_unit_test(test_relative_noise),
        cmocka_unit_test(test_refusals),       cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
