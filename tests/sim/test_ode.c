/* The integrators against closed forms, and pathways against their invariants. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/ode.h"
#include "sim/ode_pathways.h"
#include "sim/ode_root.h"

static void near(const char *what, double got, double want, double margin) {
    if (!(fabs(got - want) <= margin)) {
        print_error("%s: %.17g, expected %.17g, off by %.3g, allowed %.3g\n", what, got, want,
                    fabs(got - want), margin);
        fail();
    }
}

static void ok(td_status status, const struct td_error *err) {
    if (status)
        print_error("%s\n", err->message);
    assert_int_equal(status, TD_OK);
}

static struct td_ode_options method(int m) {
    return (struct td_ode_options){.method = m, .rel_tol = 1e-12, .abs_tol = 1e-14, .step = 1e-3};
}

/* --- systems with closed forms -------------------------------------------------------------- */

/* y1' = y2, y2' = -y1: (sin, cos). */
static void rotate(double t, const double *y, double *f, void *context) {
    (void)t;
    if (context)
        ++*(int *)context;
    f[0] = y[1];
    f[1] = -y[0];
}
static void rotate_jacobian(double t, const double *y, double *dfdy, double *dfdt, void *context) {
    (void)t, (void)y, (void)context;
    memcpy(dfdy, (double[]){0, 1, -1, 0}, 4 * sizeof *dfdy);
    dfdt[0] = dfdt[1] = 0;
}
static const struct td_ode_system rotation = {2, rotate, rotate_jacobian, NULL};

struct seen {
    size_t n;
    double t[64], y[64];
};
static td_status see(void *context, size_t i, double t, const double *y, struct td_error *err) {
    (void)err;
    struct seen *s = context;
    assert_int_equal(i, s->n);
    s->t[s->n] = t;
    s->y[s->n++] = y[0];
    return TD_OK;
}

static void solve(const struct td_ode_system *system, const struct td_ode_options *o,
                  const struct td_ode_run *run, double *y) {
    struct td_ode *ode;
    struct td_error err = {0};
    ok(td_ode_create(system, o, &ode, &err), &err);
    ok(td_ode_solve(ode, NULL, run, y, &err), &err);
    td_ode_free(ode);
}

static void test_rotation_by_every_method(void **state) {
    (void)state;
    const double outputs[] = {0, 0.1, 1, M_PI, 5, 10};
    /* A local error of 1e-12 a step over a few thousand steps; Euler: error h t / 2 at most. */
    const double margin[] = {1e-10, 1e-10, 1e-10, 1e-8, 1e-7, 6e-3};
    for (int m = 0; td_ode_methods[m]; m++) {
        struct seen s = {0};
        struct td_ode_options o = method(m);
        struct td_ode_run run = {
            .until = 10, .n_outputs = 6, .outputs = outputs, .output = see, .context = &s};
        double y[2] = {0, 1};
        solve(&rotation, &o, &run, y);
        assert_int_equal(s.n, 6);
        for (size_t i = 0; i < s.n; i++) {
            assert_true(s.t[i] == outputs[i]);
            near(td_ode_methods[m], s.y[i], sin(outputs[i]), margin[m]);
        }
        near("end", y[1], cos(10), margin[m]);
    }
}

/* dK/dt = K^2 (S - K), the limit of infinite depth: t(K) is elementary. */
static void infinite_depth(double t, const double *y, double *f, void *context) {
    (void)t;
    f[0] = y[0] * y[0] * (*(double *)context - y[0]);
}
static double time_of(double k, double k0, double s) {
    return log(k * (s - k0) / (k0 * (s - k))) / (s * s) + 1 / (s * k0) - 1 / (s * k);
}

static void test_infinite_depth(void **state) {
    (void)state;
    double s = 3, y = 0.1;
    const struct td_ode_system system = {1, infinite_depth, NULL, &s};
    const struct td_ode_options o = method(TD_ODE_RK8PD);
    const struct td_ode_run run = {.until = time_of(2, 0.1, s)};
    solve(&system, &o, &run, &y);
    near("K", y, 2, 1e-10);
}

/* y' = 1 before t = 1, -2 after: exact for every method if no step crosses the break. */
struct kink {
    size_t segment;
};
static void kink_rate(double t, const double *y, double *f, void *context) {
    (void)t, (void)y;
    f[0] = ((struct kink *)context)->segment ? -2 : 1;
}
static void kink_segment(void *context, size_t k) {
    ((struct kink *)context)->segment = k;
}

static void test_breaks_are_hit(void **state) {
    (void)state;
    const double at[] = {1.0003};
    for (int m = 0; td_ode_methods[m]; m++) {
        struct kink kink = {0};
        if (m == TD_ODE_MSBDF)
            continue;
        const struct td_ode_system system = {1, kink_rate, NULL, &kink};
        const struct td_ode_options o = method(m);
        const struct td_ode_run run = {.until = 2.0001,
                                       .n_breaks = 1,
                                       .breaks = at,
                                       .segment = kink_segment,
                                       .context = &kink};
        double y = 0;
        solve(&system, &o, &run, &y);
        near(td_ode_methods[m], y, 1.0003 - 2 * (2.0001 - 1.0003), 1e-12);
    }
}

static void test_euler_takes_the_papers_steps(void **state) {
    (void)state;
    const struct td_ode_options o = {.method = TD_ODE_EULER, .step = 0.001};
    const double breaks[] = {0.1, 0.115};
    const struct td_ode_run run = {.until = 1, .n_breaks = 2, .breaks = breaks};
    struct td_ode *ode;
    struct td_error err = {0};
    double y[2] = {0, 1}, want[2] = {0, 1};
    ok(td_ode_create(&rotation, &o, &ode, &err), &err);
    ok(td_ode_solve(ode, NULL, &run, y, &err), &err);
    assert_int_equal(td_ode_steps(ode), 1000);
    for (int i = 0; i < 1000; i++) {
        double a = want[0] + 0.001 * want[1], b = want[1] - 0.001 * want[0];
        want[0] = a;
        want[1] = b;
    }
    near("y1", y[0], want[0], 1e-14);
    near("y2", y[1], want[1], 1e-14);
    td_ode_free(ode);
}

static void test_outputs_do_not_change_the_steps(void **state) {
    (void)state;
    double outputs[64];
    for (int i = 0; i < 64; i++)
        outputs[i] = 0.1 * i;
    for (int m = 0; td_ode_methods[m]; m++) {
        struct seen s = {0};
        const struct td_ode_options o = method(m);
        const struct td_ode_run plain = {.until = 7}, looked = {.until = 7,
                                                                .n_outputs = 64,
                                                                .outputs = outputs,
                                                                .output = see,
                                                                .context = &s};
        double a[2] = {0, 1}, b[2] = {0, 1};
        solve(&rotation, &o, &plain, a);
        solve(&rotation, &o, &looked, b);
        assert_memory_equal(a, b, sizeof a);
    }
}

static double height(void *context, size_t i, const double *y) {
    (void)context;
    return y[0] - (i ? 0.5 : 2);
}

static void test_crossings(void **state) {
    (void)state;
    double crossing[2];
    const struct td_ode_run run = {
        .until = 5, .n_levels = 2, .level = height, .crossing = crossing};
    for (int m = 0; m < TD_ODE_EULER; m++) {
        const struct td_ode_options o = method(m);
        double y[2] = {0, 1};
        solve(&rotation, &o, &run, y);
        assert_true(isnan(crossing[0]));
        near(td_ode_methods[m], crossing[1], asin(0.5), 1e-7);
    }
}

static void explode(double t, const double *y, double *f, void *context) {
    (void)t, (void)context;
    f[0] = y[0] * y[0]; /* 1 / (1 - t) */
}

static void test_divergence_is_a_status(void **state) {
    (void)state;
    const struct td_ode_system system = {1, explode, NULL, NULL};
    for (int m = 0; td_ode_methods[m]; m++) {
        struct td_ode_options o = method(m);
        struct td_ode *ode;
        struct td_error err = {0};
        double y = 1;
        if (m == TD_ODE_MSBDF)
            continue;
        o.max_steps = 200000;
        ok(td_ode_create(&system, &o, &ode, &err), &err);
        assert_int_equal(td_ode_solve(ode, NULL, &(struct td_ode_run){.until = 2}, &y, &err),
                         TD_DIVERGED);
        assert_non_null(strstr(err.message, "step"));
        td_ode_free(ode);
    }
}

static void test_bad_input(void **state) {
    (void)state;
    struct td_ode *ode;
    struct td_error err = {0};
    struct td_ode_options o = method(TD_ODE_RK8PD);
    const struct td_ode_system no_jacobian = {2, rotate, NULL, NULL};
    o.method = TD_ODE_MSBDF;
    assert_int_equal(td_ode_create(&no_jacobian, &o, &ode, &err), TD_BAD_INPUT);
    o.method = 17;
    assert_int_equal(td_ode_options_check(&o, &err), TD_BAD_INPUT);
    o = (struct td_ode_options){.method = TD_ODE_EULER};
    assert_int_equal(td_ode_options_check(&o, &err), TD_BAD_INPUT);
    o = (struct td_ode_options){.method = TD_ODE_RKF45, .rel_tol = NAN};
    assert_int_equal(td_ode_options_check(&o, &err), TD_BAD_INPUT);
    o = (struct td_ode_options){.method = TD_ODE_RKF45};
    assert_int_equal(td_ode_options_check(&o, &err), TD_BAD_INPUT);
    o = method(TD_ODE_RKF45);
    o.max_steps = 3;
    ok(td_ode_create(&rotation, &o, &ode, &err), &err);
    double y[2] = {0, 1}, bad[2] = {NAN, 1};
    const double backwards[] = {2, 1};
    assert_int_equal(td_ode_solve(ode, NULL, &(struct td_ode_run){.until = 9}, y, &err), TD_FAILED);
    assert_int_equal(td_ode_solve(ode, NULL, &(struct td_ode_run){.until = 9}, bad, &err),
                     TD_BAD_INPUT);
    assert_int_equal(td_ode_solve(ode, NULL, &(struct td_ode_run){.until = INFINITY}, y, &err),
                     TD_BAD_INPUT);
    assert_int_equal(
        td_ode_solve(ode, NULL,
                     &(struct td_ode_run){.until = 9, .n_breaks = 2, .breaks = backwards}, y, &err),
        TD_BAD_INPUT);
    y[0] = 5;
    ok(td_ode_solve(ode, NULL, &(struct td_ode_run){.from = 1, .until = 1}, y, &err), &err);
    assert_true(y[0] == 5); /* an empty run changes nothing */
    td_ode_free(ode);
}

/* --- going on ------------------------------------------------------------------------------- */

enum { SLOTS = 4 };
struct keeper {
    struct td_task task; /* first */
    size_t n, polls, stop_at;
    bool restore;
    char names[SLOTS][TD_SITE_MAX];
    void *ptr[SLOTS];
    size_t bytes[SLOTS];
    char kept[SLOTS][512];
};
static td_status keeper_state(struct td_task *t, const char *name, void *ptr, size_t bytes,
                              bool *restored, struct td_error *err) {
    (void)err;
    struct keeper *k = (struct keeper *)t;
    size_t i = 0;
    while (i < k->n && strcmp(k->names[i], name))
        i++;
    assert_true(i < SLOTS && bytes <= sizeof k->kept[0]);
    if (i == k->n)
        strcpy(k->names[k->n++], name);
    if (ptr && k->restore) {
        assert_int_equal(bytes, k->bytes[i]);
        memcpy(ptr, k->kept[i], bytes);
        if (restored)
            *restored = true;
    }
    k->ptr[i] = ptr;
    if (ptr)
        k->bytes[i] = bytes;
    return TD_OK;
}
static td_status keeper_poll(struct td_task *t, struct td_error *err) {
    struct keeper *k = (struct keeper *)t;
    if (++k->polls != k->stop_at)
        return TD_OK;
    for (size_t i = 0; i < k->n; i++)
        memcpy(k->kept[i], k->ptr[i], k->bytes[i]);
    return td_fail(err, TD_INTERRUPTED, "stop");
}
static const struct td_task_ops keeper_ops = {.state = keeper_state, .poll = keeper_poll};

static void test_goes_on_bit_for_bit(void **state) {
    (void)state;
    const double outputs[] = {0, 0.5, 2, 3.5, 6}, breaks[] = {1, 3};
    for (int m = 0; td_ode_methods[m]; m++) {
        struct td_ode_options o = method(m);
        o.step = 0.01;
        double crossing, whole[2] = {0, 1};
        struct seen all = {0};
        struct td_ode_run run = {.until = 6,
                                 .n_breaks = 2,
                                 .breaks = breaks,
                                 .n_outputs = 5,
                                 .outputs = outputs,
                                 .output = see,
                                 .n_levels = 1,
                                 .level = height,
                                 .crossing = &crossing,
                                 .context = &all,
                                 .state = "ode"};
        solve(&rotation, &o, &run, whole);
        for (size_t stop = 1; stop < 60; stop += 7) {
            struct keeper k = {.task = {&keeper_ops}, .stop_at = stop};
            struct seen s = {0};
            struct td_ode *ode;
            struct td_error err = {0};
            double y[2] = {0, 1};
            run.context = &s;
            ok(td_ode_create(&rotation, &o, &ode, &err), &err);
            td_status status = td_ode_solve(ode, &k.task, &run, y, &err);
            td_ode_free(ode);
            if (status == TD_OK)
                break; /* fewer steps than `stop` */
            assert_int_equal(status, TD_INTERRUPTED);
            k.restore = true;
            y[0] = 0;
            y[1] = 1;
            ok(td_ode_create(&rotation, &o, &ode, &err), &err);
            ok(td_ode_solve(ode, &k.task, &run, y, &err), &err);
            td_ode_free(ode);
            assert_memory_equal(y, whole, sizeof y);
            assert_int_equal(s.n, 5);
            assert_memory_equal(s.y, all.y, 5 * sizeof *s.y);
        }
    }
}

/* --- pathways ------------------------------------------------------------------------------- */

static void test_maps_are_inverse(void **state) {
    (void)state;
    for (int form = 0; td_pathway_forms[form]; form++)
        for (int64_t d = 1; d <= 40; d += d < 14 ? 1 : 13)
            for (double k = 1e-4; k < 20; k *= 3) {
                double p = td_pathway_state(form, d, k);
                near("K", td_pathway_strength(form, d, p), k, 1e-12 * k);
                double phi = td_pathway_coordinate(form, d, p);
                /* K answers to phi with the factor of dK = K'(p) / phi'(p) dphi. */
                double back = td_pathway_at_coordinate(form, d, phi), h = 1e-6 * p;
                double slope = (td_pathway_coordinate(form, d, p + h) -
                                td_pathway_coordinate(form, d, p - h)) /
                               (2 * h);
                near("phi", back, p, 1e-12 * p + 8e-16 * fabs(phi) / slope);
                if (form == TD_PATHWAY_UNBALANCED)
                    near("odd", td_pathway_coordinate(form, d, -p), -phi, 0);
                near("slope of K", td_pathway_strength_slope(form, d, p),
                     (td_pathway_strength(form, d, p + h) - td_pathway_strength(form, d, p - h)) /
                         (2 * h),
                     1e-5 * td_pathway_strength_slope(form, d, p));
            }
    near("asinh", td_pathway_coordinate(TD_PATHWAY_UNBALANCED, 2, 1.5), asinh(1.5), 1e-15);
    near("atan", td_pathway_coordinate(TD_PATHWAY_UNBALANCED, 3, 1.5), atan(1.5), 1e-15);
    /* D = 5: the integral of (1 + u^2)^-2 is (p / (1 + p^2) + atan p) / 2. */
    near("D = 5", td_pathway_coordinate(TD_PATHWAY_UNBALANCED, 5, 1.5),
         0.5 * (1.5 / 3.25 + atan(1.5)), 1e-15);
    assert_true(isinf(td_pathway_at_coordinate(TD_PATHWAY_FACTOR, 3, 0.1)));
    assert_true(isinf(td_pathway_at_coordinate(TD_PATHWAY_UNBALANCED, 5, -1)));
}

static struct td_pathways some_pathways(int form, int64_t depth) {
    return (struct td_pathways){.form = form,
                                .n = 3,
                                .depth = {depth, depth > 1 ? depth - 1 : 1, depth + 1},
                                .target = 10,
                                .n_deficits = 2,
                                .deficits = {{1, false, 0.02, 0.3, 0.7}, {0, true, 0.1, 0.5, 1}}};
}

static void test_jacobian(void **state) {
    (void)state;
    for (int form = 0; td_pathway_forms[form]; form++)
        for (int64_t d = 1; d < 8; d++) {
            struct td_pathways m = some_pathways(form, d);
            struct td_pathways_flow flow;
            td_pathways_system(&m, 1, &flow);
            for (size_t k = 0; k <= flow.n_breaks; k++) {
                double y[3] = {0.7, 1.1, 0.4}, lo[3], hi[3], j[9], dfdt[3];
                td_pathways_segment(&flow, k);
                flow.system.jacobian(0, y, j, dfdt, &flow);
                for (size_t c = 0; c < 3; c++) {
                    const double h = 1e-6;
                    double at = y[c];
                    y[c] = at + h;
                    flow.system.rate(0, y, hi, &flow);
                    y[c] = at - h;
                    flow.system.rate(0, y, lo, &flow);
                    y[c] = at;
                    for (size_t r = 0; r < 3; r++)
                        near("df/dy", j[3 * r + c], (hi[r] - lo[r]) / (2 * h),
                             1e-6 * (1 + fabs(j[3 * r + c])));
                }
            }
        }
}

static void integrate(const struct td_pathways *m, double until, double *y) {
    struct td_pathways_flow flow;
    td_pathways_system(m, until, &flow);
    const struct td_ode_options o = {.method = TD_ODE_RK8PD, .rel_tol = 1e-13, .abs_tol = 1e-15};
    const struct td_ode_run run = {.until = until,
                                   .n_breaks = flow.n_breaks,
                                   .breaks = flow.breaks,
                                   .segment = td_pathways_segment,
                                   .at_rest = td_pathways_at_rest,
                                   .context = &flow};
    solve(&flow.system, &o, &run, y);
}

/* Two ways that share nothing but the model: steps, and quadrature with a root. */
static void test_integrator_against_invariants(void **state) {
    (void)state;
    for (int form = 0; td_pathway_forms[form]; form++)
        for (int64_t d = 1; d <= 13; d += 3)
            for (double t = 0.01; t < 50; t *= 4) {
                struct td_pathways m = some_pathways(form, d);
                double y[3] = {0.2, 0.3, 0.1}, z[3] = {0.2, 0.3, 0.1};
                struct td_error err = {0};
                integrate(&m, t, y);
                ok(td_pathways_exact(&m, z, t, &err), &err);
                for (int i = 0; i < 3; i++)
                    near("state", y[i], z[i], 1e-9 * fabs(z[i]));
            }
}

/* Depth 2: the strengths sum to a logistic whatever their shares (Saxe et al. 2014); depth 1: to an
   exponential. */
static void test_elementary_solutions(void **state) {
    (void)state;
    struct td_pathways m = {.form = TD_PATHWAY_STRENGTH, .n = 2, .depth = {2, 2}, .target = 3};
    for (double t = 0.25; t < 4; t += 0.25) {
        double y[2] = {0.01, 0.03}, z[2] = {0.01, 0.03};
        struct td_error err = {0};
        double want = 3 / (1 + (3 / 0.04 - 1) * exp(-6 * t));
        integrate(&m, t, y);
        ok(td_pathways_exact(&m, z, t, &err), &err);
        near("sigmoid, integrated", td_pathways_total(&m, y), want, 3e-10);
        near("sigmoid, quadrature", td_pathways_total(&m, z), want, 3e-10);
        near("ratio", y[1] / y[0], 3, 1e-8);
    }
    m.depth[0] = m.depth[1] = 1;
    double y[2] = {1, -0.5};
    integrate(&m, 0.7, y);
    near("exponential", y[0] + y[1], 3 + (0.5 - 3) * exp(-1.4), 1e-11);
    near("difference", y[0] - y[1], 1.5, 1e-11);
}

/* Freeze of 0.05 from p = 0.005 at S = 10: the published shares of depths 2, 3, 4. */
static void test_early_deficit_from_small_weights(void **state) {
    (void)state;
    const double want[] = {0.7311, 0.8943, 0.9431};
    for (int64_t d = 2; d <= 4; d++) {
        struct td_pathways m = {.form = TD_PATHWAY_FACTOR,
                                .n = 2,
                                .depth = {d, d},
                                .target = 10,
                                .n_deficits = 1,
                                .deficits = {{1, false, 0, 0.05, 1}}};
        double y[2] = {0.005, 0.005}, z[2] = {0.005, 0.005};
        struct td_error err = {0};
        integrate(&m, 1e4, y);
        ok(td_pathways_exact(&m, z, INFINITY, &err), &err);
        near("share", td_pathways_share(&m, y, 0), want[d - 2], 1e-4);
        near("share, invariant", td_pathways_share(&m, z, 0), td_pathways_share(&m, y, 0), 1e-9);
        /* The invariant: p^(2-D) of B exceeds that of A by (D - 2) S tau; at depth 2 the ratio of
           strengths is exp(2 S tau). S tau is 0.5 less what A has learned in the window: < 1e-4. */
        double gap =
            d == 2 ? log(y[0] / y[1])
                   : (pow(y[1], 2.0 - (double)d) - pow(y[0], 2.0 - (double)d)) / (double)(d - 2);
        near("gap", gap, 0.5, 1e-4);
    }
}

static void test_learning_time(void **state) {
    (void)state;
    struct td_pathways m = {.form = TD_PATHWAY_STRENGTH, .n = 2, .depth = {2, 2}, .target = 3};
    double y[2] = {0.01, 0.01}, t;
    struct td_error err = {0};
    ok(td_pathways_time_to(&m, y, 1.5, &t, &err), &err);
    near("half", t, log(3 / 0.02 - 1) / 6, 1e-10);
    ok(td_pathways_time_to(&m, y, 0.02, &t, &err), &err);
    near("there already", t, 0, 0);
    ok(td_pathways_time_to(&m, y, 3.5, &t, &err), &err);
    assert_true(isnan(t)); /* beyond the target */
    /* All frozen at first: everything comes later by as much. */
    m.n_deficits = 2;
    m.deficits[0] = (struct td_deficit){0, false, 0, 2, 1};
    m.deficits[1] = (struct td_deficit){1, false, 0, 2, 1};
    ok(td_pathways_time_to(&m, y, 1.5, &t, &err), &err);
    near("half, frozen first", t, 2 + log(3 / 0.02 - 1) / 6, 1e-10);
}

static void test_edges_of_pathways(void **state) {
    (void)state;
    struct td_error err = {0};
    /* p = 0 never moves; the other learns everything. */
    struct td_pathways m = {.form = TD_PATHWAY_FACTOR, .n = 2, .depth = {3, 3}, .target = 2};
    double y[2] = {0, 0.1}, z[2] = {0, 0.1}, none[2] = {0, 0}, t;
    integrate(&m, 100, y);
    ok(td_pathways_exact(&m, z, INFINITY, &err), &err);
    assert_true(y[0] == 0 && z[0] == 0);
    near("other", z[1], cbrt(2), 1e-12);
    near("other", y[1], cbrt(2), 1e-9);
    ok(td_pathways_time_to(&m, none, 1, &t, &err), &err);
    assert_true(isnan(t));
    /* More than the target at the start: strengths fall. */
    double high[2] = {1.4, 1.2}, exact[2] = {1.4, 1.2};
    integrate(&m, 1, high);
    ok(td_pathways_exact(&m, exact, 1, &err), &err);
    near("falling", high[0], exact[0], 1e-10);
    assert_true(high[0] < 1.4);
    /* A deficit of strength 0 is none. */
    m.n_deficits = 1;
    m.deficits[0] = (struct td_deficit){1, true, 0.1, 0.5, 0};
    double a[2] = {0.5, 0.6}, b[2] = {0.5, 0.6};
    ok(td_pathways_exact(&m, a, 2, &err), &err);
    m.n_deficits = 0;
    ok(td_pathways_exact(&m, b, 2, &err), &err);
    near("strength 0", a[0], b[0], 1e-10);
}

static void test_bad_pathways(void **state) {
    (void)state;
    struct td_error err = {0};
    const struct td_pathways good = some_pathways(TD_PATHWAY_FACTOR, 3);
    ok(td_pathways_check(&good, 1, &err), &err);
    struct td_pathways m = good;
    m.target = -1;
    assert_int_equal(td_pathways_check(&m, 1, &err), TD_BAD_INPUT);
    m = good;
    m.depth[1] = 0;
    assert_int_equal(td_pathways_check(&m, 1, &err), TD_BAD_INPUT);
    m = good;
    m.n = 0;
    assert_int_equal(td_pathways_check(&m, 1, &err), TD_BAD_INPUT);
    m = good;
    m.deficits[0].until = m.deficits[0].from;
    assert_int_equal(td_pathways_check(&m, 1, &err), TD_BAD_INPUT);
    assert_non_null(strstr(err.message, "empty"));
    assert_int_equal(td_pathways_check(&good, 0.1, &err), TD_BAD_INPUT);
    assert_non_null(strstr(err.message, "before the end"));
    m = good;
    m.deficits[1].pathway = 3;
    assert_int_equal(td_pathways_check(&m, 1, &err), TD_BAD_INPUT);
    m = good;
    m.deficits[1].strength = NAN;
    assert_int_equal(td_pathways_check(&m, 1, &err), TD_BAD_INPUT);
    const double negative[] = {0.1, -0.1, 0.1}, nan[] = {NAN, 0, 0};
    assert_int_equal(td_pathways_check_start(&good, negative, &err), TD_BAD_INPUT);
    assert_int_equal(td_pathways_check_start(&good, nan, &err), TD_BAD_INPUT);
    m = some_pathways(TD_PATHWAY_UNBALANCED, 3);
    ok(td_pathways_check_start(&m, negative, &err), &err);
}

static double cubic(double x, void *context) {
    (void)context;
    return x * x * x - 2;
}

static void test_root(void **state) {
    (void)state;
    double x;
    ok(td_root(cubic, NULL, 0, 5, 0, &x, NULL), &(struct td_error){0});
    near("root", x, cbrt(2), 1e-15);
    assert_int_equal(td_root(cubic, NULL, 2, 5, 0, &x, NULL), TD_FAILED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rotation_by_every_method),
        cmocka_unit_test(test_infinite_depth),
        cmocka_unit_test(test_breaks_are_hit),
        cmocka_unit_test(test_euler_takes_the_papers_steps),
        cmocka_unit_test(test_outputs_do_not_change_the_steps),
        cmocka_unit_test(test_crossings),
        cmocka_unit_test(test_divergence_is_a_status),
        cmocka_unit_test(test_bad_input),
        cmocka_unit_test(test_goes_on_bit_for_bit),
        cmocka_unit_test(test_maps_are_inverse),
        cmocka_unit_test(test_jacobian),
        cmocka_unit_test(test_integrator_against_invariants),
        cmocka_unit_test(test_elementary_solutions),
        cmocka_unit_test(test_early_deficit_from_small_weights),
        cmocka_unit_test(test_learning_time),
        cmocka_unit_test(test_edges_of_pathways),
        cmocka_unit_test(test_bad_pathways),
        cmocka_unit_test(test_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
