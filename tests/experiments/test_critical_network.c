/* critical-periods/network-vs-ode: the network against the equation, and the equation against its
   closed form. */
#include "tests/experiments/collect.h"

#include "experiments/critical_periods/critical_periods.h"
#include "experiments/critical_periods/mode_curves.h"
#include "sim/ode_pathways.h"

static const struct td_experiment *const experiment = &td_experiment_critical_network_vs_ode;

#define SMALL "net.width", "12", "net.depth", "3", "at", "[0,end]", "compare", "lin(0,end,201)"

static struct collected run(const char *const *pairs, uint64_t seed) {
    struct collected c = {0};
    struct td_error err = {0};
    td_status status = collect_run(experiment, pairs, seed, &c, &err);
    if (status)
        print_error("%s\n", err.message);
    assert_int_equal(status, TD_OK);
    return c;
}
#define RUN(seed, ...) run((const char *const[]){SMALL, __VA_ARGS__, NULL}, seed)

static void singular_values(void **state) {
    (void)state;
    static const double squares[] = {15, 7, 3, 3, 1, 1, 1, 1};
    struct collected c = RUN(1, "end", "1");
    for (int m = 0; m < 8; m++) {
        char site[8];
        snprintf(site, sizeof site, "%d", m + 1);
        near("S", collected_value(&c, "singular-value", site, 0), sqrt(squares[m]), 1e-12);
    }
    collect_free(&c);
}

/* Both start from the network's strengths, and end at S. */
static void starts_and_ends(void **state) {
    (void)state;
    struct collected c = RUN(2, "end", "14");
    double start = collected_value(&c, "strength.network", "b.3", 0);
    assert_true(start > 0.005 && start < 0.02);
    near("start", collected_value(&c, "strength.equation", "b.3", 0), start, 1e-12);
    double a = collected_value(&c, "strength.network", "a.3", 1400);
    double b = collected_value(&c, "strength.network", "b.3", 1400);
    near("end", a + b, sqrt(3), 1e-4);
    near("share", collected_value(&c, "share.network", "3", 0), a / (a + b), 1e-12);
    assert_true(collected_value(&c, "drift", "", 0) < 1e-3);
    collect_free(&c);
}

/* The difference is of first order in the step, with and without a deficit of either kind. */
static void converges_with_the_step(void **state) {
    (void)state;
    static const char *const onsets[] = {"-1", "0", "0", "2"};
    static const char *const deficits[] = {"gate", "gate", "silence", "silence"};
    for (int i = 0; i < 4; i++) {
        double deviation[2];
        const char *const rates[] = {"0.005", "0.0025"};
        for (int r = 0; r < 2; r++) {
            struct collected c = RUN(3, "end", "6", "length", "1", "onset", onsets[i], "deficit",
                                     deficits[i], "lr", rates[r]);
            deviation[r] = collected_value(&c, "deviation", "", 0);
            collect_free(&c);
        }
        assert_true(deviation[1] > 1e-4 && deviation[1] < 0.05);
        near("halved", deviation[0] / deviation[1], 2, 0.3);
    }
}

/* The equation's shares and times against the flow in closed form (quadrature and a root). */
static void equation_against_closed_form(void **state) {
    (void)state;
    struct collected c = RUN(4, "end", "12", "onset", "1", "length", "2", "lr", "0.01");
    struct td_pathways model = {.form = TD_PATHWAY_STRENGTH,
                                .n = 2,
                                .depth = {3, 3},
                                .target = 1,
                                .n_deficits = 1,
                                .deficits = {{.pathway = 1, .from = 1, .until = 3, .strength = 1}}};
    double k[2] = {collected_value(&c, "strength.network", "a.7", 0),
                   collected_value(&c, "strength.network", "b.7", 0)};
    struct td_error err = {0};
    assert_int_equal(td_pathways_exact(&model, k, 12, &err), TD_OK);
    near("a", collected_value(&c, "strength.equation", "a.7", 1200), k[0], 1e-8);
    near("b", collected_value(&c, "strength.equation", "b.7", 1200), k[1], 1e-8);
    near("share", collected_value(&c, "share.equation", "7", 0), k[0] / (k[0] + k[1]), 1e-8);
    collect_free(&c);
}

static void learning_times(void **state) {
    (void)state;
    struct collected c = RUN(5, "end", "12", "lr", "0.005");
    double before = 0;
    static const char *const modes[] = {"1", "2", "3", "5"};
    static const double targets[] = {15, 7, 3, 1};
    for (int m = 0; m < 4; m++) {
        char a[8], b[8];
        snprintf(a, sizeof a, "a.%s", modes[m]);
        snprintf(b, sizeof b, "b.%s", modes[m]);
        struct td_pathways model = {
            .form = TD_PATHWAY_STRENGTH, .n = 2, .depth = {3, 3}, .target = sqrt(targets[m])};
        const double k[2] = {collected_value(&c, "strength.network", a, 0),
                             collected_value(&c, "strength.network", b, 0)};
        struct td_error err = {0};
        double theory = 0;
        assert_int_equal(td_pathways_time_to(&model, k, model.target / 2, &theory, &err), TD_OK);
        near("equation", collected_value(&c, "learning-time.equation", modes[m], 0), theory, 1e-8);
        /* a step late for each e-fold, and the straight line between looks */
        near("network", collected_value(&c, "learning-time.network", modes[m], 0), theory, 0.03);
        assert_true(theory > before);
        before = theory;
    }
    collect_free(&c);
}

/* A gate that closes with probability q acts on average like one that blocks q of the gradient. */
static void probability_acts_on_average(void **state) {
    (void)state;
    struct collected whole = RUN(6, "end", "6", "onset", "0", "lr", "0.001");
    struct collected half = RUN(6, "end", "6", "onset", "0", "lr", "0.001", "probability", "0.5");
    struct collected none = RUN(6, "end", "6", "onset", "0", "lr", "0.001", "probability", "0");
    double w = collected_value(&whole, "share.network", "1", 0),
           h = collected_value(&half, "share.network", "1", 0),
           n = collected_value(&none, "share.network", "1", 0);
    assert_true(w > h && h > n);
    /* 1500 draws in the window, relative error of the mean 2.6 %: of the effect, not of the share
     */
    near("half", h, collected_value(&half, "share.equation", "1", 0), 0.1 * (w - n));
    near("none", n, collected_value(&none, "share.equation", "1", 0), 0.01);
    collect_free(&whole);
    collect_free(&half);
    collect_free(&none);
}

/* An early deficit lasts, a late one does not. */
static void critical_period(void **state) {
    (void)state;
    struct collected none = RUN(7, "end", "10"), early = RUN(7, "end", "10", "onset", "0"),
                     late = RUN(7, "end", "10", "onset", "8.5");
    double share = collected_value(&none, "share.network", "1", 0);
    assert_true(collected_value(&early, "share.network", "1", 0) - share > 0.3);
    near("late", collected_value(&late, "share.network", "1", 0), share, 1e-3);
    collect_free(&none);
    collect_free(&early);
    collect_free(&late);
}

static void refuse(const char *const *pairs, const char *text) {
    struct collected c = {0};
    struct td_error err = {0};
    assert_int_equal(collect_run(experiment, pairs, 1, &c, &err), TD_BAD_INPUT);
    if (!strstr(err.message, text))
        fail_msg("\"%s\" not in \"%s\"", text, err.message);
    collect_free(&c);
}
#define REFUSE(text, ...) refuse((const char *const[]){__VA_ARGS__, NULL}, text)

static void refusals(void **state) {
    (void)state;
    REFUSE("not before the end", "end", "5", "onset", "5");
    REFUSE("whole number of steps", "onset", "0.005", "lr", "0.01");
    REFUSE("whole number of steps", "end", "1", "lr", "0.3");
    REFUSE("whole number of steps", "onset", "0", "length", "0.0155", "lr", "0.01");
    REFUSE("length", "onset", "0", "length", "0");
    REFUSE("-1 for no deficit", "onset", "-0.5");
    REFUSE("no equation of their own", "net.activation", "tanh");
    REFUSE("balanced start", "net.init", "gaussian");
    REFUSE("needs them", "net.gates", "false");
    REFUSE("one of path.b", "net.pathways", "1", "onset", "0");
    REFUSE("4 values", "net.depths", "[1,2,3,4]");
    REFUSE("network", "net", "mlp");
    REFUSE("1e9", "end", "1e9", "lr", "1e-3");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(singular_values),         cmocka_unit_test(starts_and_ends),
        cmocka_unit_test(converges_with_the_step), cmocka_unit_test(equation_against_closed_form),
        cmocka_unit_test(learning_times),          cmocka_unit_test(probability_acts_on_average),
        cmocka_unit_test(critical_period),         cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
