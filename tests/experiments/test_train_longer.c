/* When a training run may go on from the end of a shorter one. That it then gives the same bytes is
   tested from the command line (tests/cli/test_longer.sh). */
#include "sim/train_setup.h"

#include <math.h>

#include "sweep/experiment.h"

#define DATA "data=gaussian-clusters data.train=300 data.test=100 optimizer.batch=64 "

static const void *decode(const char *settings, struct td_arena *arena) {
    const struct td_experiment *e =
        (const struct td_experiment *)td_registry_find(&td_experiments, "train");
    void *params = td_arena_alloc(arena, e->kind.params_size);
    struct td_error err = {0};
    if (td_params_from_text(e->kind.params, pairs_of(arena, settings), arena, params,
                            e->kind.params_size, &err) ||
        e->check(params, &err))
        fail_msg("%s", err.message);
    return params;
}

/* Whether `longer` goes on from `shorter`: *share of it is done. The answer's text, "" for yes. */
static const char *answer(const char *shorter, const char *longer, double *share) {
    static char text[TD_MESSAGE_MAX];
    const struct td_experiment *e =
        (const struct td_experiment *)td_registry_find(&td_experiments, "train");
    struct td_arena *arena = td_arena_create();
    struct td_error err = {0};
    *share = -1;
    td_status status = e->extends(decode(shorter, arena), decode(longer, arena), share, &err);
    td_arena_free(arena);
    assert_true(status == TD_OK || status == TD_BAD_INPUT);
    snprintf(text, sizeof text, "%s", status ? err.message : "");
    return text;
}

static void goes_on(const char *shorter, const char *longer, double wanted) {
    double share;
    const char *text = answer(shorter, longer, &share);
    if (*text)
        fail_msg("refused: %s", text);
    assert_true(fabs(share - wanted) < 1e-12);
}

static void starts_again(const char *shorter, const char *longer, const char *why) {
    double share;
    const char *text = answer(shorter, longer, &share);
    if (!strstr(text, why))
        fail_msg("\"%s\" does not say \"%s\"", text, why);
    assert_true(share > 0); /* what it costs can be said */
}

static void test_lengths(void **state) {
    (void)state;
    goes_on(DATA "steps=200", DATA "steps=500", 0.4);
    starts_again(DATA "steps=500", DATA "steps=500", "not shorter");
    starts_again(DATA "steps=500", DATA "steps=200", "not shorter");
    /* 300 samples in batches of 64: five steps an epoch */
    goes_on(DATA "epochs=2", DATA "epochs=8", 0.25);
    goes_on(DATA "epochs=2", DATA "steps=20", 0.5);
    goes_on(DATA "steps=5", DATA "epochs=2", 0.5);
    starts_again(DATA "steps=10", DATA "epochs=2", "not shorter");
}

static void test_schedules(void **state) {
    (void)state;
    goes_on(DATA "steps=20 schedule=step schedule.every=7 schedule.warmup=30",
            DATA "steps=50 schedule=step schedule.every=7 schedule.warmup=30", 0.4);
    static const char *const closed[] = {"cosine", "linear", "exponential"};
    for (int i = 0; i < 3; i++) {
        char shorter[200], longer[200], why[100];
        snprintf(shorter, sizeof shorter, DATA "steps=20 schedule=%s", closed[i]);
        snprintf(longer, sizeof longer, DATA "steps=50 schedule=%s", closed[i]);
        snprintf(why, sizeof why, "schedule %s depends on the length", closed[i]);
        starts_again(shorter, longer, why);
    }
}

/* A schedule says truly whether it depends on the length: its factors at 40 of 100 and of 1000. */
static void test_open_ended_schedules_are_open_ended(void **state) {
    (void)state;
    size_t open = 0;
    for (size_t i = 0; i < td_registry_count(&td_schedules); i++) {
        const struct td_kind *kind = td_registry_at(&td_schedules, i);
        const struct td_schedule *schedule = (const struct td_schedule *)kind;
        struct td_arena *arena = td_arena_create();
        struct td_error err;
        void *params = kind->params_size ? td_arena_alloc(arena, kind->params_size) : NULL;
        if (params)
            assert_int_equal(td_params_from_text(kind->params, (const char *const[]){NULL}, arena,
                                                 params, kind->params_size, &err),
                             TD_OK);
        bool same = true;
        for (uint64_t step = 0; step < 40; step++)
            same &= schedule->factor(params, step, 100) == schedule->factor(params, step, 1000);
        assert_int_equal(schedule->open_ended, same);
        open += schedule->open_ended;
        td_arena_free(arena);
    }
    assert_int_equal(open, 2);
}

#define SHORT DATA "steps=20 measure.0.kind=loss "
#define LONG DATA "steps=50 measure.0.kind=loss "

static void test_looks(void **state) {
    (void)state;
    goes_on(SHORT "measure.0.at=[0,10,end]", LONG "measure.0.at=[0,10,30,end]", 0.4);
    goes_on(SHORT "measure.0.at=[0,10,end]", LONG "measure.0.at=[0,10,20,end]", 0.4);
    goes_on(SHORT "measure.0.at=0..end:5", LONG "measure.0.at=0..end:5", 0.4);
    goes_on(SHORT "measure.0.at=0..10:5", LONG "measure.0.at=[0,5,10]", 0.4);
    starts_again(SHORT "measure.0.at=[0,10,end]", LONG "measure.0.at=[0,10,19,end]",
                 "measure.0 (loss) looks at step 19, where the shorter run did not");
    starts_again(SHORT "measure.0.at=[0,10,19,end]", LONG "measure.0.at=[0,10,end]",
                 "the shorter run measured loss at step 19");
    starts_again(SHORT "measure.0.at=log(1,end,5)", LONG "measure.0.at=log(1,end,5)", "at step");
    /* five steps are an epoch */
    goes_on(SHORT "measure.0.at=[0,10]", LONG "measure.0.at=[0,2] measure.0.counts=epochs", 0.4);
}

static void test_what_is_looked_at(void **state) {
    (void)state;
    /* At the end alone: may come and go, whatever it is. */
    goes_on(SHORT, LONG "measure.1.kind=accuracy measure.1.at=end", 0.4);
    goes_on(SHORT "measure.1.kind=moments measure.1.of=[hidden.1] measure.1.at=end", LONG, 0.4);
    /* In another order, and one entry written as two. */
    goes_on(SHORT "measure.1.kind=accuracy", DATA "steps=50 measure=[accuracy,loss]", 0.4);
    goes_on(SHORT "measure.0.at=[0,5]",
            LONG "measure.0.at=[0] measure.1.kind=loss measure.1.at=[5]", 0.4);
    starts_again(SHORT, LONG "measure.1.kind=accuracy", "measure.1 (accuracy) looks at step 0");
    starts_again(SHORT, LONG "measure.0.on=test", "measure.0 (loss) looks at step 0");
    starts_again(SHORT, LONG "measure.0.as=cost", "(cost) looks at step 0");
    starts_again(SHORT, LONG "measure.0.samples=100", "looks at step 0");
    goes_on(SHORT, LONG "measure.0.samples=300", 0.4); /* which are all there are */
    static const char moments[] = "measure.1.kind=moments measure.1.of=[hidden.1]";
    static const char other[] = "measure.1.kind=moments measure.1.of=[hidden.2]";
    char shorter[300], longer[300];
    snprintf(shorter, sizeof shorter, SHORT "%s", moments);
    snprintf(longer, sizeof longer, LONG "%s", moments);
    goes_on(shorter, longer, 0.4);
    snprintf(longer, sizeof longer, LONG "%s", other);
    starts_again(shorter, longer, "measure.1 (moments) looks at step 0");
    /* Parameters of the measure itself. */
    static const char bins[] = "measure.1.kind=mi-bins measure.1.of=[hidden.1,label]";
    snprintf(shorter, sizeof shorter, SHORT "%s measure.1.width=0.10", bins);
    snprintf(longer, sizeof longer, LONG "%s measure.1.width=0.10", bins);
    goes_on(shorter, longer, 0.4);
    snprintf(longer, sizeof longer, LONG "%s measure.1.width=0.11", bins);
    starts_again(shorter, longer, "measure.1 (mi-bins) looks at step 0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_schedules),
        cmocka_unit_test(test_open_ended_schedules_are_open_ended),
        cmocka_unit_test(test_looks),
        cmocka_unit_test(test_what_is_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
