/* critical-periods/completion and completion-analytic against what holds exactly at depth 1, and
   the paper's effects at a size that runs in a second. */
#include "experiments/collect.h"

#include "experiments/critical_periods/completion.h"

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

#define RUN(seed, ...)                                                                             \
    run_of(&td_experiment_critical_completion, (const char *const[]){__VA_ARGS__, NULL}, (seed))
#define SMALL                                                                                      \
    "n", "8", "rank1", "2", "rank2", "2", "observations1", "30", "observations2", "30", "loss",    \
        "sum"

static double final_of(const struct collected *c, const char *site, int64_t steps) {
    return collected_value(c, "final", site, steps);
}

/* At depth 1 descent never moves what is not seen: bit for bit the same for any pre-training, and
   equal to the loss before it. */
static void test_depth_1_keeps_what_it_does_not_see(void **state) {
    (void)state;
    struct collected none = RUN(3, SMALL, "depth", "1", "optimizer.lr", "0.1", "pretraining", "0",
                                "steps", "40", "scale", "0.5", "at", "[0,end]");
    double wanted = final_of(&none, "unobserved", 40);
    assert_true(wanted == collected_value(&none, "unobserved", "task.2", 0));
    const char *const lengths[] = {"1", "7", "300"};
    for (size_t i = 0; i < 3; i++) {
        struct collected c = RUN(3, SMALL, "depth", "1", "optimizer.lr", "0.1", "pretraining",
                                 lengths[i], "steps", "40", "scale", "0.5");
        assert_true(final_of(&c, "unobserved", atoi(lengths[i]) + 40) == wanted);
        collect_free(&c);
    }
    /* What is seen comes nearer by 1 - lr a step. */
    near("observed",
         final_of(&none, "observed", 40) / collected_value(&none, "observed", "task.2", 0),
         pow(0.9, 80), 1e4 * (double)TD_REAL_EPS * pow(0.9, 80));
    collect_free(&none);
}

/* With a rate of 1 at depth 1 a single step learns all that is seen: which task holds at each step
   shows exactly. */
static void test_switch_comes_after_pretraining(void **state) {
    (void)state;
    struct collected c = RUN(1, SMALL, "depth", "1", "optimizer.lr", "1", "pretraining", "3",
                             "steps", "2", "at", "0..end");
    double margin = 1e2 * (double)TD_REAL_EPS * (double)TD_REAL_EPS;
    for (int64_t step = 1; step <= 5; step++) {
        bool first = step <= 3;
        near("learned", collected_value(&c, "observed", first ? "task.1" : "task.2", step), 0,
             margin);
        assert_true(collected_value(&c, "observed", first ? "task.2" : "task.1", step) > 0.1);
    }
    collect_free(&c);
}

/* A mean over 30 observations is their sum with a rate 30 times as large. */
static void test_mean_and_sum(void **state) {
    (void)state;
    struct collected sum =
        RUN(1, SMALL, "depth", "1", "optimizer.lr", "0.01", "pretraining", "9", "steps", "20");
    struct collected mean = RUN(1, SMALL, "loss", "mean", "depth", "1", "optimizer.lr", "0.3",
                                "pretraining", "9", "steps", "20");
    near("final", final_of(&mean, "test", 29), final_of(&sum, "test", 29),
         1e3 * (double)TD_REAL_EPS);
    collect_free(&sum);
    collect_free(&mean);
}

static void test_without_pretraining_task_1_is_nothing(void **state) {
    (void)state;
    struct collected a = RUN(5, SMALL, "depth", "3", "optimizer.lr", "0.01", "scale", "0.1",
                             "pretraining", "0", "steps", "300");
    struct collected b =
        RUN(5, SMALL, "rank1", "6", "observations1", "11", "depth", "3", "optimizer.lr", "0.01",
            "scale", "0.1", "pretraining", "0", "steps", "300");
    assert_true(final_of(&a, "test", 300) == final_of(&b, "test", 300));
    collect_free(&a);
    collect_free(&b);
}

static void test_looking_changes_nothing(void **state) {
    (void)state;
    struct collected a =
        RUN(5, SMALL, "optimizer.kind", "adam", "pretraining", "20", "steps", "30");
    struct collected b = RUN(5, SMALL, "optimizer.kind", "adam", "pretraining", "20", "steps", "30",
                             "at", "0..end", "spectra_at", "0..end:3", "singular_values", "3");
    assert_true(final_of(&a, "test", 50) == final_of(&b, "test", 50));
    collect_free(&a);
    collect_free(&b);
}

/* All entries of one matrix seen: it is learned, with its rank and its singular vectors. */
static void test_spectra_of_what_was_learned(void **state) {
    (void)state;
    struct collected c =
        RUN(2, "n", "8", "rank1", "2", "rank2", "2", "observations1", "64", "observations2", "64",
            "loss", "sum", "same", "true", "depth", "2", "optimizer.lr", "0.01", "pretraining",
            "1500", "steps", "1500", "singular_values", "4");
    double squares = 0;
    for (int k = 1; k <= 4; k++) {
        char site[8];
        snprintf(site, sizeof site, "%d", k);
        double s = collected_value(&c, "singular", site, 3000);
        squares += s * s;
        if (k > 2)
            near("small", s, 0, 1e-2);
    }
    near("norm", squares, 64, 0.1);
    near("alignment", collected_value(&c, "alignment", "task.2", 3000), 1, 1e-6);
    near("angle", collected_value(&c, "angle", "task.1", 3000), 0, 0.1);
    double stable = collected_value(&c, "rank", "stable", 3000);
    double participation = collected_value(&c, "rank", "participation", 3000);
    double entropy = collected_value(&c, "rank", "entropy", 3000);
    assert_true(1 < stable && stable < participation && participation < entropy && entropy < 2.1);
    collect_free(&c);
}

/* A gated pathway keeps its small start; without a gate both grow alike. */
static void test_gated_pathway_stands_still(void **state) {
    (void)state;
    const char *const gated[] = {"0", "1"};
    double share[2];
    for (int i = 0; i < 2; i++) {
        struct collected c =
            RUN(4, SMALL, "depth", "2", "pathways", "2", "gated", gated[i], "optimizer.lr", "0.01",
                "pretraining", "800", "steps", "1", "spectra_at", "800");
        share[i] = collected_value(&c, "share", "b", 800);
        near("sum of shares", share[i] + collected_value(&c, "share", "a", 800), 1, 1e-5);
        collect_free(&c);
    }
    near("both learn", share[0], 0.5, 0.25);
    near("gated", share[1], 0, 1e-3);
}

/* Twice as many observations as the second matrix has degrees of freedom (39): pre-training on
   another matrix harms. The margin is the spread of the paired differences. */
static void test_pretraining_harms(void **state) {
    (void)state;
    enum { SEEDS = 8 };
    double sum = 0, squares = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct collected c[2];
        const char *const lengths[] = {"0", "1500"};
        for (int i = 0; i < 2; i++)
            c[i] = RUN(seed, "n", "20", "rank1", "2", "rank2", "1", "observations1", "78",
                       "observations2", "78", "loss", "sum", "optimizer.lr", "3e-3", "depth", "2",
                       "pretraining", lengths[i], "steps", "3000");
        double d = final_of(&c[1], "test", 4500) - final_of(&c[0], "test", 3000);
        sum += d;
        squares += d * d;
        collect_free(&c[0]);
        collect_free(&c[1]);
    }
    double mean = sum / SEEDS, spread = sqrt((squares / SEEDS - mean * mean) / (SEEDS - 1));
    if (!(mean > 3 * spread))
        fail_msg("harm %g +- %g", mean, spread);
}

static void test_flows_follow_descent(void **state) {
    (void)state;
    struct collected c = run_of(&td_experiment_critical_completion_analytic,
                                (const char *const[]){"n",
                                                      "8",
                                                      "rank1",
                                                      "3",
                                                      "rank2",
                                                      "2",
                                                      "observations1",
                                                      "40",
                                                      "observations2",
                                                      "40",
                                                      "init",
                                                      "identity",
                                                      "spread",
                                                      "1e-5",
                                                      "scale",
                                                      "0.01",
                                                      "lr",
                                                      "0.05",
                                                      "pretraining",
                                                      "2000",
                                                      "steps",
                                                      "2000",
                                                      "at",
                                                      "lin(0,end,11)",
                                                      "compared",
                                                      "4",
                                                      NULL},
                                1);
    double grown = collected_value(&c, "singular", "descent.1", 2000);
    assert_true(grown > 1); /* something was learned */
    for (int64_t step = 0; step <= 4000; step += 400) {
        near("flow", collected_value(&c, "deviation", "singular-flow", step), 0, 0.02);
        near("matrix flow", collected_value(&c, "deviation", "matrix-flow", step), 0, 0.02);
        near("flows", collected_value(&c, "deviation", "flows", step), 0, 1e-6);
    }
    collect_free(&c);
}

static void refused(const struct td_experiment *e, const char *const *pairs, const char *text) {
    struct collected c = {0};
    struct td_error err = {0};
    assert_int_equal(collect_run(e, pairs, 1, &c, &err), TD_BAD_INPUT);
    if (!strstr(err.message, text))
        fail_msg("\"%s\" does not mention \"%s\"", err.message, text);
    collect_free(&c);
}

#define REFUSED(e, text, ...)                                                                      \
    refused(&td_experiment_critical_##e, (const char *const[]){__VA_ARGS__, NULL}, (text))

static void test_bad_input(void **state) {
    (void)state;
    REFUSED(completion, "rank1 is 9", "n", "8", "rank1", "9", "observations1", "10",
            "observations2", "10");
    REFUSED(completion, "observations2 is 65", "n", "8", "observations1", "64", "observations2",
            "65");
    REFUSED(completion, "gated is 1", "gated", "1");
    REFUSED(completion, "same matrix", "same", "true");
    REFUSED(completion, "angle", "n", "8", "rank1", "5", "rank2", "4", "angle", "30",
            "observations1", "10", "observations2", "10");
    REFUSED(completion, "depth", "depth", "0");
    REFUSED(completion, "values are kept", "n", "4096", "depth", "64", "pathways", "8");
    REFUSED(completion_analytic, "balanced factors", "init", "gaussian");
    REFUSED(completion_analytic, "spread is 0", "init", "identity");
    REFUSED(completion_analytic, "n is 600", "n", "600", "init", "identity", "spread", "1e-5");
}

/* Divergence has a status of its own, with the step. */
static void test_divergence(void **state) {
    (void)state;
    struct collected c = {0};
    struct td_error err = {0};
    const char *const pairs[] = {SMALL, "optimizer.lr", "100", "steps", "1000", NULL};
    assert_int_equal(collect_run(&td_experiment_critical_completion, pairs, 1, &c, &err),
                     TD_DIVERGED);
    assert_non_null(strstr(err.message, "at step"));
    collect_free(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_depth_1_keeps_what_it_does_not_see),
        cmocka_unit_test(test_switch_comes_after_pretraining),
        cmocka_unit_test(test_mean_and_sum),
        cmocka_unit_test(test_without_pretraining_task_1_is_nothing),
        cmocka_unit_test(test_looking_changes_nothing),
        cmocka_unit_test(test_spectra_of_what_was_learned),
        cmocka_unit_test(test_gated_pathway_stands_still),
        cmocka_unit_test(test_pretraining_harms),
        cmocka_unit_test(test_flows_follow_descent),
        cmocka_unit_test(test_bad_input),
        cmocka_unit_test(test_divergence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
