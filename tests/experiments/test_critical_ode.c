/* Critical periods as ODEs: portraits, trajectories, effect map, against invariants, elementary
   solutions and independent simulations. */
#include "experiments/collect.h"

#include "experiments/critical_periods/critical_periods.h"

static struct collected run_of(const struct td_experiment *e, const char *const *pairs,
                               uint64_t seed) {
    struct collected c = {0};
    struct td_error err = {0};
    td_status status = collect_run(e, pairs, seed, &c, &err);
    if (status)
        print_error("%s\n", err.message);
    assert_int_equal(status, TD_OK);
    return c;
}

static double mean_of(const struct collected *c, const char *measure, const char *site) {
    double sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++)
        if (!strcmp(c->v[i].measure, measure) && !strcmp(c->v[i].site, site)) {
            sum += c->v[i].value;
            n++;
        }
    assert_true(n > 0);
    return sum / (double)n;
}

/* Share of A after the early deficit, 500 starts by the paper's Euler steps, from an independent
   simulation with other random numbers: +- .002 each, so 4 sigma of two such means are .012. */
static void test_early_deficit_grows_with_depth(void **state) {
    (void)state;
    const struct {
        const char *depth;
        double share;
    } known[] = {{"2", .574}, {"3", .678}, {"5", .835}, {"8", .919}, {"13", .960}};
    double last = 0.5;
    for (size_t i = 0; i < 5; i++) {
        const char *const pairs[] = {"method", "euler", "depth", known[i].depth, "grid", "0", NULL};
        struct collected c = run_of(&td_experiment_critical_phase_portrait, pairs, 1);
        double share = mean_of(&c, "share", "1");
        near(known[i].depth, share, known[i].share, 0.012);
        assert_true(share > last);
        last = share;
        near("shares", share + mean_of(&c, "share", "2"), 1, 1e-12);
        collect_free(&c);
    }
}

static void test_integrated_ends_are_the_closed_ones(void **state) {
    (void)state;
    const char *const forms[] = {"strength", "factor", "unbalanced"};
    for (int i = 0; i < 3; i++) {
        const char *const pairs[] = {"form", forms[i], "start",   "[0.3]",    "spread",
                                     "0.02", "depths", "[2,3,5]", "pathways", "3",
                                     "on",   "[2,3]",  "starts",  "5",        "strength",
                                     "0.8",  "end",    "4",       NULL};
        struct collected c = run_of(&td_experiment_critical_phase_portrait, pairs, 3);
        for (int64_t k = 1; k <= 5; k++)
            for (int x = 1; x <= 3; x++) {
                char site[16];
                snprintf(site, sizeof site, "%d", x);
                near("share", collected_value(&c, "share", site, k),
                     collected_value(&c, "share.theory", site, k), 1e-9);
            }
        assert_true(collected_value(&c, "drift", "", 0) < 1e-8);
        collect_free(&c);
    }
}

static void test_late_deficit_does_nothing(void **state) {
    (void)state;
    const char *const pairs[] = {"onset", "0.3", "depth", "8", "starts", "20", "grid", "0", NULL};
    struct collected c = run_of(&td_experiment_critical_phase_portrait, pairs, 2);
    for (int64_t k = 1; k <= 20; k++)
        near("effect", collected_value(&c, "effect", "1", k), 0, 1e-9);
    collect_free(&c);
}

static const double *array_of(const struct collected *c, const char *measure, size_t *rows,
                              size_t *columns) {
    for (size_t i = 0; i < c->n_arrays; i++)
        if (!strcmp(c->arrays[i].measure, measure)) {
            *rows = c->arrays[i].rows;
            *columns = c->arrays[i].columns;
            return c->arrays[i].v;
        }
    fail();
    return NULL;
}

static void test_arrays(void **state) {
    (void)state;
    const char *const pairs[] = {
        "form",  "strength", "depth",  "2", "start", "[0.1]", "spread",      "0", "grid", "3",
        "paths", "2",        "starts", "3", "end",   "3",     "streamlines", "3", NULL};
    struct collected c = run_of(&td_experiment_critical_phase_portrait, pairs, 1);
    size_t rows = 0, columns = 0;
    const double *v = array_of(&c, "field", &rows, &columns);
    assert_int_equal(rows, 9);
    assert_int_equal(columns, 4);
    for (size_t i = 0; i < rows; i++) /* dK = 2 K (S - K_1 - K_2) */
        for (size_t x = 0; x < 2; x++)
            near("field", v[4 * i + 2 + x], 2 * v[4 * i + x] * (10 - v[4 * i] - v[4 * i + 1]),
                 1e-12);
    v = array_of(&c, "streamlines", &rows, &columns);
    assert_int_equal(columns, 3);
    for (size_t i = 0; i < rows; i++) /* depth 2: rays from the origin, 1 : 3, 1 : 1, 3 : 1 */
        near("ray", v[3 * i + 1] / v[3 * i + 2], v[3 * i] / (4 - v[3 * i]), 1e-12);
    v = array_of(&c, "paths", &rows, &columns);
    assert_int_equal(columns, 4);
    assert_true(v[0] == 1 && v[1] == 0 && v[4 * (rows - 1)] == 2);
    near("start", v[2], 0.1, 0);
    for (size_t i = 1; i + 1 < rows; i++)
        if (v[4 * i - 4] == v[4 * i] && v[4 * i + 4] == v[4 * i]) /* not the first, nor the last */
            assert_true(hypot(v[4 * i + 2] - v[4 * i - 2], v[4 * i + 3] - v[4 * i - 1]) >=
                        0.02 * 10);
    near("end", v[4 * rows - 3], 3, 0);
    near("solution", v[4 * rows - 2] + v[4 * rows - 1], 10, 1e-9);
    collect_free(&c);
}

static void test_trajectories(void **state) {
    (void)state;
    const char *const pairs[] = {"form",   "strength", "depth", "2",      "target", "3", "start",
                                 "[0.01]", "end",      "4",     "points", "41",     NULL};
    struct collected c = run_of(&td_experiment_critical_ode_model, pairs, 1);
    for (int64_t i = 0; i <= 40; i++) {
        double t = collected_value(&c, "time", "", i), e = exp(6 * t);
        double sigmoid = 3 * e / (e - 1 + 3 / 0.02); /* as Saxe et al. write it */
        near("time", t, 0.1 * (double)i, 1e-15);
        near("K", collected_value(&c, "strength", "1", i), sigmoid / 2, 3e-10);
    }
    assert_true(collected_value(&c, "deviation", "sigmoid", 0) < 1e-10);
    assert_true(collected_value(&c, "deviation", "theory", 0) < 1e-10);
    assert_true(collected_value(&c, "drift.ratio", "", 0) < 1e-8);
    collect_free(&c);
    /* Euler is far off: the deviation can be seen. */
    const char *const euler[] = {"form",   "strength", "depth",  "2",    "target",
                                 "3",      "start",    "[0.01]", "end",  "4",
                                 "method", "euler",    "step",   "0.01", NULL};
    c = run_of(&td_experiment_critical_ode_model, euler, 1);
    assert_true(collected_value(&c, "deviation", "sigmoid", 0) > 1e-3);
    collect_free(&c);
}

static void test_effect_map(void **state) {
    (void)state;
    /* Depth 2: until learning begins, a deficit of length l multiplies the ratio of strengths by
       exp(2 S tau), tau = l less what is learned meanwhile. */
    const char *const pairs[] = {"form",   "strength",    "depth",    "2",     "target", "3",
                                 "start",  "[1e-6]",      "relative", "false", "length", "0.1",
                                 "onsets", "[0,0.5,1,5]", "end",      "20",    NULL};
    struct collected c = run_of(&td_experiment_critical_effect_map, pairs, 1);
    double ratio = exp(2 * 3 * 0.1), want = ratio / (1 + ratio) - 0.5;
    near("effect at 0", collected_value(&c, "effect", "integrated", 0), want, 1e-6);
    near("effect at 0.5", collected_value(&c, "effect", "theory", 1), want, 1e-5);
    near("effect at 5", collected_value(&c, "effect", "integrated", 3), 0, 1e-4);
    double t = log(3 / 2e-6 - 1) / 6;
    near("learning time", collected_value(&c, "learning-time", "integrated", 0), t, 1e-9);
    near("learning time", collected_value(&c, "learning-time", "theory", 0), t, 1e-9);
    near("learning time", collected_value(&c, "learning-time", "logistic", 0), t, 1e-12);
    near("critical period", collected_value(&c, "critical-period", "integrated", 0),
         collected_value(&c, "critical-period", "theory", 0), 1e-5);
    collect_free(&c);
}

static void refused(const struct td_experiment *e, const char *const *pairs, const char *why) {
    struct collected c = {0};
    struct td_error err = {0};
    assert_int_equal(collect_run(e, pairs, 1, &c, &err), TD_BAD_INPUT);
    if (!strstr(err.message, why))
        print_error("says '%s', not '%s'\n", err.message, why);
    assert_non_null(strstr(err.message, why));
    assert_int_equal(c.n, 0);
    collect_free(&c);
}

static void test_bad_input_is_refused(void **state) {
    (void)state;
    const struct td_experiment *const portrait = &td_experiment_critical_phase_portrait;
    const struct td_experiment *const model = &td_experiment_critical_ode_model;
    const struct td_experiment *const map = &td_experiment_critical_effect_map;
    const char *const negative[] = {"form", "strength", "start", "[-0.1]", NULL};
    refused(portrait, (const char *const[]){"onset", "2", NULL}, "before the end");
    refused(portrait, (const char *const[]){"length", "0", NULL}, "length");
    refused(portrait, (const char *const[]){"onset", "-1", NULL}, "onset");
    refused(portrait, (const char *const[]){"on", "[3]", NULL}, "pathway 3");
    refused(portrait, (const char *const[]){"on", "[]", NULL}, "on");
    refused(portrait, (const char *const[]){"depths", "[2,3,4]", NULL}, "depths");
    refused(portrait, (const char *const[]){"form", "factor", NULL}, "spread");
    refused(portrait, (const char *const[]){"rel_tol", "0", "abs_tol", "0", NULL}, "rel_tol");
    refused(portrait, (const char *const[]){"method", "euler", "step", "1e-12", NULL}, "steps");
    refused(portrait, negative, "at least 0");
    refused(model, negative, "at least 0");
    refused(map, negative, "at least 0");
    refused(model, (const char *const[]){"onset", "3", "length", "1", NULL}, "before the end");
    refused(map, (const char *const[]){"onsets", "[0,20]", NULL}, "before the end");
    refused(map, (const char *const[]){"onsets", "[]", NULL}, "onsets");
    refused(map, (const char *const[]){"length", "0", NULL}, "length");
    refused(map, (const char *const[]){"start", "[9]", NULL}, "nothing to");
    refused(map, (const char *const[]){"start", "[0]", NULL}, "never reach");
}

static void test_stops_when_asked(void **state) {
    (void)state;
    const struct td_experiment *const all[] = {&td_experiment_critical_phase_portrait,
                                               &td_experiment_critical_ode_model,
                                               &td_experiment_critical_effect_map};
    for (int i = 0; i < 3; i++) {
        struct collected c = {.stop_at = 10};
        struct td_error err;
        assert_int_equal(collect_run(all[i], (const char *const[]){NULL}, 1, &c, &err),
                         TD_INTERRUPTED);
        collect_free(&c);
    }
}

/* --- a task that keeps state ---------------------------------------------------------------- */

enum { SLOTS = 8 };
static struct {
    size_t n, polls, stop_at;
    bool restore;
    char names[SLOTS][TD_SITE_MAX];
    void *ptr[SLOTS], *kept[SLOTS];
    size_t bytes[SLOTS];
} kept;

static td_status kept_state(struct td_task *t, const char *name, void *ptr, size_t bytes,
                            bool *restored, struct td_error *err) {
    (void)t, (void)err;
    size_t i = 0;
    while (i < kept.n && strcmp(kept.names[i], name))
        i++;
    assert_true(i < SLOTS);
    if (i == kept.n)
        snprintf(kept.names[kept.n++], TD_SITE_MAX, "%s", name);
    if (ptr && kept.restore) {
        memcpy(ptr, kept.kept[i], bytes);
        if (restored)
            *restored = true;
    }
    kept.ptr[i] = ptr;
    kept.bytes[i] = ptr ? bytes : kept.bytes[i];
    return TD_OK;
}
static td_status kept_poll(struct td_task *t, struct td_error *err) {
    (void)t;
    if (++kept.polls != kept.stop_at)
        return TD_OK;
    for (size_t i = 0; i < kept.n; i++) {
        kept.kept[i] = malloc(kept.bytes[i]);
        memcpy(kept.kept[i], kept.ptr[i], kept.bytes[i]);
    }
    return td_fail(err, TD_INTERRUPTED, "stop");
}

static td_status run_kept(const char *const *pairs, struct collected *c, struct td_error *err) {
    static const struct td_task_ops ops = {
        .state = kept_state, .poll = kept_poll, .emit = collect_value, .emit_array = collect_array};
    struct td_arena *arena = td_arena_create();
    const struct td_experiment *e = &td_experiment_critical_ode_model;
    void *params = td_arena_alloc(arena, e->kind.params_size);
    c->task.ops = &ops;
    td_status status =
        td_params_from_text(e->kind.params, pairs, arena, params, e->kind.params_size, err);
    if (!status)
        status = e->run(&c->task, params, 1, err);
    td_arena_free(arena);
    return status;
}

/* Interrupted at different places, by every method: every value has the same bits. */
static void test_goes_on_bit_for_bit(void **state) {
    (void)state;
    const char *const methods[] = {"rk8pd", "rkf45", "rkck", "msadams", "msbdf", "euler"};
    for (size_t m = 0; m < 6; m++) {
        const char *const pairs[] = {"method", methods[m], "depth", "3",      "step",
                                     "0.01",   "onset",    "0.5",   "length", "0.3",
                                     "points", "11",       NULL};
        struct collected whole = run_of(&td_experiment_critical_ode_model, pairs, 1);
        for (size_t stop = 5; stop < 60; stop += 11) {
            struct collected c = {0};
            struct td_error err = {0};
            memset(&kept, 0, sizeof kept);
            kept.stop_at = stop;
            assert_int_equal(run_kept(pairs, &c, &err), TD_INTERRUPTED);
            kept.restore = true;
            collect_free(&c);
            assert_int_equal(run_kept(pairs, &c, &err), TD_OK);
            assert_int_equal(c.n, whole.n);
            for (size_t i = 0; i < c.n; i++)
                near(c.v[i].measure, c.v[i].value, whole.v[i].value, 0);
            for (size_t i = 0; i < kept.n; i++)
                free(kept.kept[i]);
            collect_free(&c);
        }
        collect_free(&whole);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_early_deficit_grows_with_depth),
        cmocka_unit_test(test_integrated_ends_are_the_closed_ones),
        cmocka_unit_test(test_late_deficit_does_nothing),
        cmocka_unit_test(test_arrays),
        cmocka_unit_test(test_trajectories),
        cmocka_unit_test(test_effect_map),
        cmocka_unit_test(test_bad_input_is_refused),
        cmocka_unit_test(test_stops_when_asked),
        cmocka_unit_test(test_goes_on_bit_for_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
