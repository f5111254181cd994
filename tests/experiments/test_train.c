/* The experiment `train`: what it emits against direct computation, what it refuses, and that it
   ends in the same values however it is interrupted. */
#include "sim/train_setup.h"

#include <math.h>

#include "sweep/experiment.h"

static void assert_near(double a, double b, double tolerance) {
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.17g is not %.17g (difference %g, allowed %g)", a, b, a - b, tolerance);
}

struct trial {
    struct td_arena *arena;
    const struct td_experiment *experiment;
    void *params;
};

static const struct td_experiment *train_experiment(void) {
    return (const struct td_experiment *)td_registry_find(&td_experiments, "train");
}

static td_status decode(const char *settings, struct trial *trial, struct td_error *err) {
    trial->arena = td_arena_create();
    trial->experiment = train_experiment();
    size_t size = trial->experiment->kind.params_size;
    trial->params = td_arena_alloc(trial->arena, size);
    return td_params_from_text(trial->experiment->kind.params, pairs_of(trial->arena, settings),
                               trial->arena, trial->params, size, err);
}

/* Runs to the end, however often it is interrupted. */
static struct kept_task *run(const char *settings, uint64_t seed, uint64_t interrupt_every,
                             td_status expected) {
    struct trial trial;
    struct td_error err = {0};
    struct kept_task *task = kept_task_create(interrupt_every);
    td_status status = decode(settings, &trial, &err);
    if (!status)
        status = trial.experiment->check(trial.params, &err);
    if (status)
        fail_msg("%s", err.message);
    do {
        kept_task_resume(task);
        status = trial.experiment->run(&task->task, trial.params, seed, &err);
    } while (status == TD_INTERRUPTED);
    if (status != expected)
        fail_msg("status %d: %s", status, err.message);
    td_arena_free(trial.arena);
    return task;
}

#define DATA                                                                                       \
    "data=gaussian-clusters data.classes=3 data.features=5 data.train=300 data.test=100 "          \
    "data.separation=10"

/* --- values --------------------------------------------------------------------------------- */

static void test_loss_and_accuracy(void **state) {
    (void)state;
    const char settings[] =
        DATA " steps=100 optimizer.batch=32 optimizer.lr=0.05 measure.0.kind=loss "
             "measure.0.at=[0,50,end] measure.1.kind=loss measure.1.on=test "
             "measure.2.kind=accuracy measure.3.kind=accuracy measure.3.on=test "
             "measure.4.kind=loss measure.4.on=batch measure.4.at=0..end:10 "
             "measure.5.kind=learning-rate measure.5.at=[3]";
    struct kept_task *task = run(settings, 1, 0, TD_OK);
    /* well separated clusters are learned */
    double first = kept_value(task, "loss", "train", 0);
    assert_true(first > 0.5);
    assert_true(kept_value(task, "loss", "train", 50) < first);
    assert_true(kept_value(task, "loss", "train", 100) < 0.5 * first);
    assert_true(kept_value(task, "accuracy", "train", 100) > 0.9);
    double share = kept_value(task, "accuracy", "test", 100) * 100;
    assert_near(share, round(share), 1e-9);
    assert_true(kept_value(task, "loss", "test", 100) < first);
    assert_near(kept_value(task, "learning-rate", "", 3), 0.05, 0);
    kept_value(task, "loss", "batch", 90);
    assert_int_equal(task->n_values, 3 + 2 + 2 + 2 + 11 + 1);
    kept_task_free(task);
}

/* All samples together: the mean over the parts, weighted by their sizes; so for what is measured
   at the data's own labels, too. */
static void test_all_samples(void **state) {
    (void)state;
    const char settings[] =
        "data=csv data.path=" TDYN_SOURCE_DIR "/tests/sim/data/table.csv "
        "data.test_share=0.25 data.validation_share=0.25 steps=5 "
        "measure.0.kind=loss measure.1.kind=loss measure.1.on=validation measure.2.kind=loss "
        "measure.2.on=test measure.3.kind=loss measure.3.on=all measure.4.kind=accuracy "
        "measure.4.on=all measure.5.kind=moments measure.5.of=[label] measure.5.on=all "
        "measure.6.kind=gradient-norm measure.6.on=validation";
    struct kept_task *task = run(settings, 1, 0, TD_OK);
    static const char *const parts[] = {"train", "validation", "test"};
    double mean = 0;
    for (int i = 0; i < 3; i++)
        mean += kept_value(task, "loss", parts[i], 5) * (i ? 5 : 10) / 20;
    assert_near(kept_value(task, "loss", "all", 5), mean, 4 * TD_REAL_EPS);
    double share = kept_value(task, "accuracy", "all", 5) * 20;
    assert_near(share, round(share), 1e-9);
    assert_near(kept_value(task, "moments.mean", "label@all", 5), 0.4, 1e-12);
    assert_true(kept_value(task, "gradient-norm", "total@validation", 0) > 0);
    kept_task_free(task);
}

/* Every third sample: one class of three that take turns, in the data's own labels as in tensors
   (chunks of 256 are no multiple of 3); probabilities sum to 1. */
static void test_every_so_manieth_sample_and_softmax(void **state) {
    (void)state;
    const char settings[] =
        DATA " steps=300 optimizer.batch=32 optimizer.lr=0.05 "
             "measure.0.kind=moments measure.0.of=[label|softmax|label] measure.0.on=all "
             "measure.0.samples=399 measure.0.every=3 "
             "measure.1.kind=accuracy measure.1.on=all "
             "measure.2.kind=mse measure.2.of=[softmax,target] measure.2.on=all "
             "measure.2.samples=400 measure.2.every=3 measure.2.at=end "
             "measure.4.kind=mi-bins measure.4.of=[hidden.*,label] measure.4.outputs=[x,y] "
             "measure.3.kind=mse measure.3.as=all measure.3.of=[softmax,target] measure.3.on=all "
             "measure.3.samples=400 measure.3.at=end";
    struct kept_task *task = run(settings, 1, 0, TD_OK);
    assert_near(kept_value(task, "moments.mean", "label@all", 300), 0, 0);
    assert_near(kept_value(task, "moments.mean", "softmax@all", 300), 1.0 / 3, 1e-15);
    assert_true(kept_value(task, "accuracy", "all", 300) > 0.99);
    assert_true(kept_value(task, "mse", "softmax,target@all", 300) < 0.01);
    assert_true(kept_value(task, "all", "softmax,target@all", 300) < 0.01);
    assert_true(kept_value(task, "mi-bins.x", "hidden.2,label", 300) > 0);
    for (size_t i = 0; i < task->n_values; i++)
        if (strncmp(task->values[i].measure, "mi-bins", 7) == 0)
            assert_true(strchr("xy", task->values[i].measure[8]) && !task->values[i].measure[9]);
    kept_task_free(task);
}

/* The penalty of weight decay moves the weights, all the more with the output layer's, but is no
   part of the loss that is reported. */
static void test_weight_decay(void **state) {
    (void)state;
    const char *const settings[] = {
        DATA " steps=5 optimizer=adam measure.0.kind=loss measure.1.kind=weight-norm",
        DATA " steps=5 optimizer=adam measure.0.kind=loss measure.1.kind=weight-norm "
             "optimizer.weight_decay=10",
        DATA " steps=5 optimizer=adam measure.0.kind=loss measure.1.kind=weight-norm "
             "optimizer.weight_decay=10 optimizer.no_decay=[output]"};
    double first[3], output[3], hidden[3];
    for (int i = 0; i < 3; i++) {
        struct kept_task *task = run(settings[i], 1, 0, TD_OK);
        first[i] = kept_value(task, "loss", "train", 0);
        output[i] = kept_value(task, "weight-norm", "output", 5);
        hidden[i] = kept_value(task, "weight-norm", "hidden.2", 5);
        kept_task_free(task);
    }
    assert_true(first[0] == first[1] && first[1] == first[2]);
    assert_true(hidden[1] < hidden[0] && hidden[2] < hidden[0]);
    assert_true(output[1] < output[2]);
}

/* Where all outputs are equal the first class counts: a third of the samples have it. */
static void test_accuracy_of_ties(void **state) {
    (void)state;
    const char settings[] = DATA " steps=1 net.init=zeros measure.0.kind=accuracy "
                                 "measure.0.at=[0]";
    struct kept_task *task = run(settings, 1, 0, TD_OK);
    assert_near(kept_value(task, "accuracy", "train", 0), 1.0 / 3, 1e-15);
    kept_task_free(task);
}

/* The full-batch gradient norm is the slope of the loss along it: after a small step of plain
   gradient descent the loss falls by lr |g|^2 (1 + O(lr)). */
static void test_gradient_norm(void **state) {
    (void)state;
    const char settings[] =
        DATA " steps=1 optimizer=gd optimizer.lr=1e-3 net.activation=tanh "
             "measure.0.kind=gradient-norm measure.1.kind=loss "
             "measure.2.kind=gradient-norm measure.2.on=batch measure.3.kind=weight-norm";
    struct kept_task *task = run(settings, 1, 0, TD_OK);
    double norm = kept_value(task, "gradient-norm", "total", 0);
    double fall = kept_value(task, "loss", "train", 0) - kept_value(task, "loss", "train", 1);
    assert_true(norm > 0.1);
    assert_near(fall / (1e-3 * norm * norm), 1, 0.05 + 20 * TD_REAL_EPS / (1e-3 * norm * norm));
    assert_near(kept_value(task, "gradient-norm", "total@batch", 0), norm, norm * 1e-5);
    double squares = 0, weights = 0;
    static const char *const layers[] = {"hidden.1", "hidden.2", "output"};
    for (int i = 0; i < 3; i++) {
        squares += pow(kept_value(task, "gradient-norm", layers[i], 0), 2);
        weights += pow(kept_value(task, "weight-norm", layers[i], 0), 2);
    }
    assert_near(squares, norm * norm, 1e-12 * squares);
    assert_near(weights, pow(kept_value(task, "weight-norm", "total", 0), 2), 1e-12 * weights);
    kept_task_free(task);
}

/* Measures of tensors: all of td_measures. The mean of one-hot targets is 1 / classes, that of
   labels (0, 1, 2 in turn) 1; accuracy as a measure of arrays is the probe's. */
static void test_tensor_measures(void **state) {
    (void)state;
    const char settings[] =
        DATA " steps=20 optimizer.batch=32 measure.0.kind=moments "
             "measure.0.of=[hidden.*,target,label] measure.0.at=[0,end] "
             "measure.1.kind=mse measure.1.of=[output,target] measure.1.on=test "
             "measure.2.kind=moments measure.2.of=[pre.last] measure.2.samples=100 "
             "measure.2.as=few measure.3.kind=participation-ratio";
    struct kept_task *task = run(settings, 1, 0, TD_OK);
    assert_near(kept_value(task, "moments.mean", "target", 0), 1.0 / 3, 1e-12);
    assert_near(kept_value(task, "moments.mean", "label", 20), 1, 1e-12);
    assert_near(kept_value(task, "moments.variance", "label", 20), 2.0 / 3, 1e-12);
    kept_value(task, "moments.skewness", "hidden.1", 0);
    kept_value(task, "moments.mean", "hidden.2", 20);
    assert_true(kept_value(task, "mse", "output,target@test", 20) >= 0);
    kept_value(task, "few.variance", "pre.2", 20);
    double dimension = kept_value(task, "participation-ratio", "output", 20);
    assert_true(dimension > 1 && dimension <= 3);
    kept_task_free(task);
}

/* A measure with several inputs, one of them standing for many tensors: a call with each. */
static void test_pattern_in_a_pair(void **state) {
    (void)state;
    const char settings[] =
        DATA " steps=1 net.width=3 measure.0.kind=mse measure.0.of=[hidden.*,target]";
    struct kept_task *task = run(settings, 1, 0, TD_OK);
    kept_value(task, "mse", "hidden.1,target", 0);
    kept_value(task, "mse", "hidden.2,target", 1);
    assert_int_equal(task->n_values, 4);
    kept_task_free(task);
}

static void test_epochs(void **state) {
    (void)state;
    const char keep[] =
        DATA " epochs=2 optimizer.batch=128 measure.0.kind=learning-rate measure.0.at=[end]";
    const char drop[] = DATA " epochs=2 optimizer.batch=128 optimizer.partial=drop "
                             "measure.0.kind=learning-rate measure.0.at=[end]";
    struct kept_task *task = run(keep, 1, 0, TD_OK); /* 300 = 128 + 128 + 44 */
    kept_value(task, "learning-rate", "", 6);
    kept_task_free(task);
    task = run(drop, 1, 0, TD_OK);
    kept_value(task, "learning-rate", "", 4);
    kept_task_free(task);
}

/* A batch beyond the 300 samples is all of them where it may: an epoch is then one step. */
static void test_a_batch_that_fits(void **state) {
    (void)state;
    const char *const settings[] = {
        DATA " epochs=7 optimizer.batch=301 optimizer.partial=fit measure.0.kind=loss",
        DATA " epochs=7 measure.0.kind=loss",
        DATA " epochs=7 optimizer.batch=128 optimizer.partial=fit measure.0.kind=loss",
        DATA " epochs=7 optimizer.batch=128 measure.0.kind=loss"};
    double loss[4];
    for (int i = 0; i < 4; i++) {
        struct kept_task *task = run(settings[i], 1, 0, TD_OK);
        loss[i] = kept_value(task, "loss", "train", i < 2 ? 7 : 21);
        kept_task_free(task);
    }
    assert_true(loss[0] == loss[1]);
    assert_true(loss[2] == loss[3]);
    assert_true(loss[0] > loss[2]);
}

/* 300 samples in batches of 128 make three steps an epoch, two without the partial one; four epochs
   and a step. */
static void test_counting_epochs(void **state) {
    (void)state;
    const char keep[] = DATA " steps=13 optimizer.batch=128 measure.0.kind=learning-rate "
                             "measure.0.counts=epochs measure.0.at=[0,log1p(0,end,3)] "
                             "measure.1.kind=learning-rate measure.1.as=steps measure.1.at=[end]";
    const char drop[] = DATA " steps=13 optimizer.batch=128 optimizer.partial=drop "
                             "measure.0.kind=learning-rate measure.0.counts=epochs "
                             "measure.0.at=[3,end]";
    struct kept_task *task = run(keep, 1, 0, TD_OK);
    assert_int_equal(task->n_values, 4);
    kept_value(task, "learning-rate", "", 0);
    kept_value(task, "learning-rate", "", 3); /* floor(sqrt(5)) - 1 = 1 */
    kept_value(task, "learning-rate", "", 12);
    kept_value(task, "steps", "", 13);
    kept_task_free(task);
    task = run(drop, 1, 0, TD_OK);
    assert_int_equal(task->n_values, 2);
    kept_value(task, "learning-rate", "", 6);
    kept_value(task, "learning-rate", "", 12);
    kept_task_free(task);
}

/* --- the same values ------------------------------------------------------------------------ */

#define BUSY                                                                                       \
    DATA " steps=45 optimizer=adam optimizer.batch=64 net.norm=batch net.dropout=plain "           \
         "schedule=cosine measure.0.kind=loss measure.0.at=0..end:5"

static void assert_same_values(const struct kept_task *a, const struct kept_task *b) {
    assert_int_equal(a->n_values, b->n_values);
    for (size_t i = 0; i < a->n_values; i++) {
        const struct kept_value *v = &a->values[i];
        double other = kept_value(b, v->measure, v->site, v->step);
        assert_memory_equal(&v->value, &other, sizeof other);
    }
}

static void test_interrupted_everywhere(void **state) {
    (void)state;
    const char settings[] =
        BUSY " measure.1.kind=gradient-norm measure.1.on=batch measure.1.at=0..end:3 "
             "measure.2.kind=moments measure.2.of=[hidden.*] measure.2.on=test "
             "measure.3.kind=gradient-norm measure.3.on=test";
    struct kept_task *whole = run(settings, 4, 0, TD_OK);
    static const uint64_t every[] = {7, 13, 31};
    for (int i = 0; i < 3; i++) {
        struct kept_task *pieces = run(settings, 4, every[i], TD_OK);
        assert_same_values(whole, pieces);
        kept_task_free(pieces);
    }
    kept_task_free(whole);
}

/* More measures leave those that were there bit for bit as they were. */
static void test_observation_changes_nothing(void **state) {
    (void)state;
    const char few[] = BUSY;
    const char many[] = BUSY " measure.1.kind=gradient-norm measure.1.on=batch measure.1.at=0..end "
                             "measure.2.kind=loss measure.2.on=test measure.2.at=0..end "
                             "measure.3.kind=gradient-norm measure.3.at=0..end:2";
    struct kept_task *a = run(few, 4, 0, TD_OK), *b = run(many, 4, 0, TD_OK);
    assert_true(b->n_values > a->n_values + 100);
    for (size_t i = 0; i < a->n_values; i++) {
        const struct kept_value *v = &a->values[i];
        double other = kept_value(b, v->measure, v->site, v->step);
        assert_memory_equal(&v->value, &other, sizeof other);
    }
    kept_task_free(a);
    kept_task_free(b);
}

static void test_divergence(void **state) {
    (void)state;
    const char settings[] =
        "data=linear-regression steps=1000 optimizer.lr=1e3 net.activation=identity "
        "measure.0.kind=loss measure.0.at=0..end measure.1.kind=moments "
        "measure.1.at=0..end";
    struct kept_task *task = run(settings, 1, 0, TD_DIVERGED);
    assert_true(task->n_values > 0 && task->n_values < 4000);
    kept_task_free(task);
}

static void test_cost(void **state) {
    (void)state;
    const char one[] = DATA " steps=100 optimizer.batch=32";
    const char two[] = DATA " steps=200 optimizer.batch=32";
    const char seen[] = DATA " steps=100 optimizer.batch=32 measure.0.kind=loss measure.0.at=0..99";
    struct trial trial;
    struct td_error err;
    double cost[3];
    const char *const cases[] = {one, two, seen};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(decode(cases[i], &trial, &err), TD_OK);
        cost[i] = trial.experiment->cost(trial.params);
        td_arena_free(trial.arena);
    }
    /* 2 (5 64 + 64 64 + 64 3) a sample and pass; 3 passes, 100 steps, 32 samples */
    assert_near(cost[0], 2.0 * (5 * 64 + 64 * 64 + 64 * 3) * 3 * 100 * 32, 1);
    assert_near(cost[1], 2 * cost[0], 1);
    assert_near(cost[2], cost[0] * (1 + 300.0 * 100 / (3 * 100 * 32)), 1);
}

/* --- refusals ------------------------------------------------------------------------------- */

static void assert_refused(const char *settings, const char *part) {
    struct trial trial;
    struct td_error err = {0};
    td_status status = decode(settings, &trial, &err);
    if (!status)
        status = trial.experiment->check(trial.params, &err);
    if (status != TD_BAD_INPUT)
        fail_msg("not refused, but it should say \"%s\"", part);
    if (!strstr(err.message, part))
        fail_msg("\"%s\" does not say \"%s\"", err.message, part);
    td_arena_free(trial.arena);
}

#define REFUSED(part_, settings_) assert_refused(DATA " " settings_, part_)

static void test_refusals(void **state) {
    (void)state;
    REFUSED("measure.0.every: loss looks at every sample", "measure.0.kind=loss measure.0.every=2");
    REFUSED("measure.0.outputs: tensor has only one",
            "measure.0.kind=tensor measure.0.outputs=[x]");
    REFUSED("measure.0.outputs: loss has only one", "measure.0.kind=loss measure.0.outputs=[x]");
    REFUSED("mi-bins has no \"entropie\"; did you mean \"entropy\"?",
            "measure.0.kind=mi-bins measure.0.outputs=[x,entropie]");
    REFUSED("there is no \"nothing\"", "measure.0.kind=moments measure.0.of=[output|nothing]");
    REFUSED("there is no \"\"", "measure.0.kind=moments measure.0.of=[output|]");
    REFUSED("there is no \"softmax\"", "loss=mse measure.0.kind=moments measure.0.of=[softmax]");
    REFUSED("nothing would be trained", "steps=0 epochs=0");
    REFUSED("training set has (300)", "optimizer.batch=301");
    REFUSED("whole training set", "optimizer=gd optimizer.batch=10");
    REFUSED("net.depth", "net.depth=0");
    REFUSED("hidden.2", "measure.0.kind=moments measure.0.of=[hidden.3]");
    REFUSED("output", "measure.0.kind=moments measure.0.of=[outptu]");
    REFUSED("not measured at a tensor", "measure.0.kind=loss measure.0.of=[output]");
    REFUSED("train, validation, test or all", "measure.0.kind=accuracy measure.0.on=batch");
    REFUSED("takes no part of the data", "measure.0.kind=weight-norm measure.0.on=test");
    REFUSED("only 100", "measure.0.kind=loss measure.0.on=test measure.0.samples=101");
    REFUSED("no test samples", "data.test=0 measure.0.kind=loss measure.0.on=test");
    REFUSED("no validation samples", "measure.0.kind=moments measure.0.on=validation");
    REFUSED("whole set has only 400", "measure.0.kind=loss measure.0.on=all measure.0.samples=401");
    REFUSED("beyond the end", "steps=50 measure.0.kind=loss measure.0.at=[0,51]");
    REFUSED("beyond the end", "steps=50 measure.0.kind=loss measure.0.at=log(1,60,4)");
    REFUSED("beyond the end", "steps=50 measure.0.kind=loss measure.0.at=0..60:7");
    REFUSED("epoch 17 is beyond the end of the run, which is epoch 16",
            "steps=50 optimizer.batch=100 measure.0.kind=loss measure.0.counts=epochs "
            "measure.0.at=[17]");
    REFUSED("also what measure.0 gives", "measure.0.kind=loss measure.1.kind=loss");
    REFUSED("tensors", "measure.0.kind=mse measure.0.of=[output]");
    REFUSED("events.0.what", "events.0.kind=freeze events.0.what=hidden.9");
    REFUSED("events.0.at", "steps=50 events.0.kind=noise events.0.at=50");
    REFUSED("optimizer.no_decay", "optimizer.no_decay=[outptu]");
    REFUSED("2 classes", "data.classes=1");
    REFUSED("accuracy", "data=linear-regression measure.0.kind=accuracy");
    REFUSED("moments", "measure.0.kind=momnets");
    REFUSED("gradient-norm", "measure.0.kind=gradient_norms");
}

static bool has_param(const struct td_param *table, const char *name) {
    for (const struct td_param *p = table; p && p->name; p++)
        if (!strcmp(p->name, name))
            return true;
    return false;
}

/* No kind has a parameter that is called like one which all kinds of its family share: it would
   hide it. */
static void test_shared_parameters_are_not_hidden(void **state) {
    (void)state;
    for (const struct td_param *p = train_experiment()->kind.params; p->name; p++)
        for (size_t i = 0; p->common && i < td_registry_count(p->registry); i++) {
            const struct td_kind *kind = td_registry_at(p->registry, i);
            for (const struct td_param *shared = p->common; shared->name; shared++)
                if (has_param(kind->params, shared->name))
                    fail_msg("%s of %s is also shared by all of %s", shared->name, kind->name,
                             p->name);
        }
}

/* What nearly is refused, but is fine. */
static void test_accepted(void **state) {
    (void)state;
    const char settings[] =
        DATA " steps=50 measure.0.kind=loss measure.0.at=[0,50] measure.1.kind=loss "
             "measure.1.at=[1,49] measure.2.kind=loss measure.2.as=again "
             "optimizer.batch=300 events.0.kind=freeze events.0.what=hidden.2 "
             "events.0.at=49";
    struct kept_task *task = run(settings, 1, 0, TD_OK);
    assert_int_equal(task->n_values, 6);
    assert_true(kept_value(task, "again", "train", 50) == kept_value(task, "loss", "train", 50));
    kept_task_free(task);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loss_and_accuracy),
        cmocka_unit_test(test_all_samples),
        cmocka_unit_test(test_every_so_manieth_sample_and_softmax),
        cmocka_unit_test(test_a_batch_that_fits),
        cmocka_unit_test(test_weight_decay),
        cmocka_unit_test(test_accuracy_of_ties),
        cmocka_unit_test(test_gradient_norm),
        cmocka_unit_test(test_tensor_measures),
        cmocka_unit_test(test_pattern_in_a_pair),
        cmocka_unit_test(test_epochs),
        cmocka_unit_test(test_counting_epochs),
        cmocka_unit_test(test_interrupted_everywhere),
        cmocka_unit_test(test_observation_changes_nothing),
        cmocka_unit_test(test_divergence),
        cmocka_unit_test(test_cost),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_shared_parameters_are_not_hidden),
        cmocka_unit_test(test_accepted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
