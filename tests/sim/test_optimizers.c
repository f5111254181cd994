/* Optimizers and schedules against closed forms and plain double recursions of their definitions.
   All weights are numbers whose single-precision error is known: tolerances are a few rounding
   errors a step. */
#include "train_setup.h"

#include <math.h>

enum { N = 37 }; /* not a multiple of any vector length */

/* Two matrices with decay, one bias without. */
struct fixture {
    struct td_weights *w;
    real *moments[4];
};

static struct fixture make(void) {
    static const char *const names[] = {"a.weight", "a.bias", "b.weight"};
    struct td_slice slices[3];
    memset(slices, 0, sizeof slices);
    for (int i = 0; i < 3; i++) {
        slices[i].name = names[i];
        slices[i].rows = N;
        slices[i].cols = 1;
    }
    struct fixture f = {0};
    struct td_error err;
    assert_int_equal(td_weights_create(slices, 3, NULL, 0, &f.w, &err), TD_OK);
    assert_int_equal(td_weights_need_grad(f.w, &err), TD_OK);
    for (int i = 0; i < 3; i++) {
        struct td_slice *s = &f.w->slices[i];
        s->decay = i != 1;
        fill_normal(3, s->name, N, f.w->theta + s->offset);
    }
    for (int i = 0; i < 4; i++)
        f.moments[i] = td_calloc(f.w->n, sizeof(real));
    return f;
}

static void release(struct fixture *f) {
    td_weights_free(f->w);
    for (int i = 0; i < 4; i++)
        td_free(f->moments[i]);
}

static void step(const struct setup *s, struct fixture *f, double lr, uint64_t number) {
    const struct td_optimizer *o = (const struct td_optimizer *)s->optimizer.kind;
    o->step(s->optimizer.params, f->w, f->moments, lr, number);
}

/* gradient = curvature theta, a different curvature for every weight */
static double curvature(size_t i) {
    return 0.1 + 0.05 * (double)(i % 11);
}
static void quadratic_gradient(struct td_weights *w) {
    for (size_t k = 0; k < w->n_slices; k++)
        for (size_t i = 0; i < N; i++) {
            size_t at = w->slices[k].offset + i;
            w->grad[at] = (real)curvature(i) * w->theta[at];
        }
}

static void assert_near(double a, double b, double tolerance) {
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.17g is not %.17g (difference %g, allowed %g)", a, b, a - b, tolerance);
}

static void assert_padding_zero(const struct fixture *f) {
    for (size_t i = 0; i < f->w->n; i++) {
        bool inside = false;
        for (size_t k = 0; k < f->w->n_slices; k++)
            inside |= i >= f->w->slices[k].offset && i < f->w->slices[k].offset + N;
        if (!inside)
            assert_true(f->w->theta[i] == 0);
    }
}

/* theta_t = (1 - lr a)^t theta_0 */
static void test_descent_on_a_quadratic(void **state) {
    (void)state;
    static const char *const kinds[] = {"optimizer=gd", "optimizer=sgd"};
    for (int kind = 0; kind < 2; kind++) {
        struct td_arena *arena = td_arena_create();
        struct setup s = setup_from(arena, kinds[kind]);
        struct fixture f = make();
        real start[3 * 64];
        memcpy(start, f.w->theta, f.w->n * sizeof(real));
        for (int t = 0; t < 50; t++) {
            quadratic_gradient(f.w);
            step(&s, &f, 0.5, (uint64_t)t);
        }
        for (size_t k = 0; k < 3; k++)
            for (size_t i = 0; i < N; i++) {
                size_t at = f.w->slices[k].offset + i;
                double exact = pow(1 - 0.5 * curvature(i), 50) * (double)start[at];
                assert_near((double)f.w->theta[at], exact,
                            100 * TD_REAL_EPS * fabs((double)start[at]));
            }
        assert_padding_zero(&f);
        release(&f);
        td_arena_free(arena);
    }
}

/* The definitions, in double, for one weight. */
struct reference {
    double theta, m, v;
};

static void reference_sgd(struct reference *r, double g, double lr, double momentum, double decay,
                          bool nesterov) {
    g += decay * r->theta;
    r->v = momentum * r->v + g;
    r->theta -= lr * (nesterov ? g + momentum * r->v : momentum == 0 ? g : r->v);
}

static void reference_adam(struct reference *r, double g, double lr, double b1, double b2,
                           double eps, double decay, bool decoupled, int t) {
    if (decoupled)
        r->theta -= lr * decay * r->theta;
    else
        g += decay * r->theta;
    r->m = b1 * r->m + (1 - b1) * g;
    r->v = b2 * r->v + (1 - b2) * g * g;
    double m = r->m / (1 - pow(b1, t)), v = r->v / (1 - pow(b2, t));
    r->theta -= lr * m / (sqrt(v) + eps);
}

static double gradient_at(size_t k, size_t i, int t) {
    return (double)(float)sin((double)(1 + k) * 0.7 * (double)i + 0.3 * t) + 0.2;
}

enum variant { SGD, HEAVY_BALL, NESTEROV, ADAM, ADAMW, VARIANTS };
static const char *const variants[VARIANTS] = {
    "optimizer=sgd optimizer.weight_decay=0.01",
    "optimizer=sgd optimizer.momentum=0.9 optimizer.weight_decay=0.01",
    "optimizer=sgd optimizer.momentum=0.9 optimizer.weight_decay=0.01 optimizer.nesterov=true",
    "optimizer=adam optimizer.weight_decay=0.01",
    "optimizer=adamw optimizer.weight_decay=0.1",
};

static void reference_step(enum variant variant, struct reference *r, double g, bool decays,
                           double lr, int t) {
    double decay = !decays ? 0 : variant == ADAMW ? 0.1 : 0.01;
    if (variant <= NESTEROV)
        reference_sgd(r, g, lr, variant == SGD ? 0 : 0.9, decay, variant == NESTEROV);
    else
        reference_adam(r, g, lr, 0.9, 0.999, 1e-8, decay, variant == ADAMW, t + 1);
}

static void test_definitions(void **state) {
    (void)state;
    enum { STEPS = 60 };
    const double lr = 0.01;
    for (int variant = 0; variant < VARIANTS; variant++) {
        struct td_arena *arena = td_arena_create();
        struct setup s = setup_from(arena, variants[variant]);
        struct fixture f = make();
        struct reference r[3][N];
        memset(r, 0, sizeof r);
        for (size_t k = 0; k < 3; k++)
            for (size_t i = 0; i < N; i++)
                r[k][i].theta = (double)f.w->theta[f.w->slices[k].offset + i];
        for (int t = 0; t < STEPS; t++) {
            for (size_t k = 0; k < 3; k++)
                for (size_t i = 0; i < N; i++) {
                    f.w->grad[f.w->slices[k].offset + i] = (real)gradient_at(k, i, t);
                    reference_step((enum variant)variant, &r[k][i], gradient_at(k, i, t), k != 1,
                                   lr, t);
                }
            step(&s, &f, lr, (uint64_t)t);
        }
        /* each step rounds theta (of size about 3) a few times */
        for (size_t k = 0; k < 3; k++)
            for (size_t i = 0; i < N; i++)
                assert_near((double)f.w->theta[f.w->slices[k].offset + i], r[k][i].theta,
                            STEPS * 8 * TD_REAL_EPS);
        assert_padding_zero(&f);
        release(&f);
        td_arena_free(arena);
    }
}

/* The first step of Adam is lr in the direction of the gradient, whatever its size. */
static void test_first_adam_step(void **state) {
    (void)state;
    const char settings[] = "optimizer=adam";
    struct td_arena *arena = td_arena_create();
    struct setup s = setup_from(arena, settings);
    struct fixture f = make();
    for (size_t i = 0; i < f.w->n; i++)
        f.w->theta[i] = 0;
    for (size_t i = 0; i < N; i++)
        f.w->grad[i] = (real)((i % 2 ? -1 : 1) * pow(10, (double)(i % 9) - 4));
    step(&s, &f, 0.001, 0);
    for (size_t i = 0; i < N; i++) {
        double size = pow(10, (double)(i % 9) - 4);
        double exact = (i % 2 ? 1 : -1) * 0.001 * size / (size + 1e-8);
        assert_near((double)f.w->theta[i], exact, 0.001 * 16 * TD_REAL_EPS);
    }
    release(&f);
    td_arena_free(arena);
}

/* Slices that are not handed over stay as they are, with their moments. */
static void test_left_out_slices(void **state) {
    (void)state;
    for (int variant = 0; variant < VARIANTS; variant++) {
        struct td_arena *arena = td_arena_create();
        struct setup s = setup_from(arena, variants[variant]);
        struct fixture f = make();
        real before[256];
        memcpy(before, f.w->theta, f.w->n * sizeof(real));
        for (size_t i = 0; i < f.w->n; i++)
            f.w->grad[i] = 1;
        struct td_slice middle = f.w->slices[1];
        struct td_slice some[] = {f.w->slices[0], f.w->slices[2]};
        struct td_weights view = *f.w;
        view.slices = some;
        view.n_slices = 2;
        const struct td_optimizer *o = (const struct td_optimizer *)s.optimizer.kind;
        o->step(s.optimizer.params, &view, f.moments, 0.1, 0);
        for (size_t i = 0; i < N; i++) {
            assert_true(f.w->theta[middle.offset + i] == before[middle.offset + i]);
            assert_true(f.w->theta[some[0].offset + i] != before[some[0].offset + i]);
            assert_true(f.w->theta[some[1].offset + i] != before[some[1].offset + i]);
            for (int m = 0; m < 4; m++)
                assert_true(f.moments[m][middle.offset + i] == 0);
        }
        release(&f);
        td_arena_free(arena);
    }
}

/* Every optimizer that there is or will be descends on a quadratic and keeps padding at 0. */
static void test_all_descend(void **state) {
    (void)state;
    for (size_t k = 0; k < td_registry_count(&td_optimizers); k++) {
        struct td_arena *arena = td_arena_create();
        char settings[400];
        snprintf(settings, sizeof settings, "optimizer=%s",
                 td_registry_at(&td_optimizers, k)->name);
        struct setup s = setup_from(arena, settings);
        const struct td_optimizer *o = (const struct td_optimizer *)s.optimizer.kind;
        struct fixture f = make();
        assert_true(o->n_moments <= 4);
        assert_true(o->rate(s.optimizer.params) > 0);
        double before = 0, after = 0;
        for (size_t i = 0; i < f.w->n; i++)
            before += (double)(f.w->theta[i] * f.w->theta[i]);
        for (int t = 0; t < 300; t++) {
            quadratic_gradient(f.w);
            step(&s, &f, 0.01, (uint64_t)t);
        }
        for (size_t i = 0; i < f.w->n; i++)
            after += (double)(f.w->theta[i] * f.w->theta[i]);
        assert_true(after < 0.7 * before);
        assert_padding_zero(&f);
        release(&f);
        td_arena_free(arena);
    }
}

static double factor(const char *settings, uint64_t at, uint64_t steps) {
    struct td_arena *arena = td_arena_create();
    struct setup s = setup_from(arena, settings);
    double f = td_schedule_factor(&s.schedule, at, steps);
    td_arena_free(arena);
    return f;
}

static void test_schedules(void **state) {
    (void)state;
    const char step_pairs[] = "schedule=step schedule.every=10 schedule.factor=0.5";
    assert_near(factor(step_pairs, 9, 100), 1, 0);
    assert_near(factor(step_pairs, 10, 100), 0.5, 0);
    assert_near(factor(step_pairs, 35, 100), 0.125, 1e-15);
    const char cosine[] = "schedule=cosine schedule.final=0.1";
    assert_near(factor(cosine, 0, 101), 1, 0);
    assert_near(factor(cosine, 50, 101), 0.55, 1e-15);
    assert_near(factor(cosine, 25, 101), 0.1 + 0.9 * (1 + sqrt(0.5)) / 2, 1e-15);
    assert_near(factor(cosine, 100, 101), 0.1, 1e-15);
    assert_near(factor(cosine, 101, 101), 0.1, 1e-15); /* the rate of a step that is not taken */
    const char linear[] = "schedule=linear";
    assert_near(factor(linear, 30, 121), 0.75, 1e-15);
    assert_near(factor(linear, 120, 121), 0, 1e-15);
    const char exponential[] = "schedule=exponential schedule.final=0.0001";
    assert_near(factor(exponential, 25, 101), 0.1, 1e-15);
    assert_near(factor(exponential, 100, 101), 0.0001, 1e-18);
}

static void test_warmup(void **state) {
    (void)state;
    const char settings[] = "schedule=linear schedule.warmup=4";
    const double expected[] = {0.25, 0.5, 0.75, 1, 1, 0.5, 0};
    for (uint64_t t = 0; t < 7; t++)
        assert_near(factor(settings, t, 7), expected[t], 1e-15);
    assert_near(factor(settings, 0, 2), 0.25, 0); /* a warm-up longer than the run */
}

static void test_all_schedules(void **state) {
    (void)state;
    for (size_t k = 0; k < td_registry_count(&td_schedules); k++) {
        char settings[400];
        snprintf(settings, sizeof settings, "schedule=%s", td_registry_at(&td_schedules, k)->name);
        assert_near(factor(settings, 0, 1), 1, 0);
        double last = 1;
        for (uint64_t t = 0; t < 5000; t += 7) {
            double f = factor(settings, t, 5000);
            assert_true(f >= 0 && f <= last);
            last = f;
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_descent_on_a_quadratic),
        cmocka_unit_test(test_definitions),
        cmocka_unit_test(test_first_adam_step),
        cmocka_unit_test(test_left_out_slices),
        cmocka_unit_test(test_all_descend),
        cmocka_unit_test(test_schedules),
        cmocka_unit_test(test_warmup),
        cmocka_unit_test(test_all_schedules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
