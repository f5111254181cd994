/* An experiment in one file: the logistic map x' = r x (1 - x). It keeps its state, so that it goes
   on bit for bit after an interruption, or when more steps are asked for later, and emits x at
   every step that is asked for. */
#include <stddef.h>

#include "numeric/random.h"
#include "sweep/experiment.h"

struct logistic {
    double r;
    int64_t steps;
    int64_t every;
};

static const struct td_param params[] = {
    {.name = "r",
     .type = TD_REAL,
     .offset = offsetof(struct logistic, r),
     .initial = "3.7",
     .min = 0,
     .max = 4,
     .help = "growth rate"},
    {.name = "steps",
     .type = TD_INT,
     .offset = offsetof(struct logistic, steps),
     .initial = "100",
     .min = 1,
     .max = 1e9,
     .flags = TD_LENGTH,
     .help = "iterations"},
    {.name = "every",
     .type = TD_INT,
     .offset = offsetof(struct logistic, every),
     .initial = "1",
     .min = 1,
     .max = 1e9,
     .flags = TD_OBSERVED,
     .help = "iterations between two values that are kept"},
    {0},
};

/* More steps go on where fewer ended, if the same values were kept until then. */
static td_status extends(const void *shorter, const void *longer, double *share,
                         struct td_error *err) {
    const struct logistic *s = shorter, *l = longer;
    *share = (double)s->steps / (double)l->steps;
    if (s->every != l->every)
        return td_fail(err, TD_BAD_INPUT, "every is another one");
    return TD_OK;
}

static td_status run(struct td_task *task, const void *p, uint64_t seed, struct td_error *err) {
    const struct logistic *o = p;
    struct {
        double x;
        int64_t step;
    } state = {0};
    td_random_duniform(td_stream_make(seed, "init"), 0, 0, 0, 1, &state.x);
    td_status status = td_task_state(task, "map", &state, sizeof state, NULL, err);
    while (!status && state.step < o->steps) {
        status = td_task_poll(task, err);
        if (!status && state.step % o->every == 0)
            status = td_task_emit(task, "x", "", state.step, state.x, "", err);
        state.x = o->r * state.x * (1 - state.x);
        ++state.step;
    }
    return status ? status : td_task_end(task, err);
}

static const char *const emits[] = {"x: the population [fraction]; step is the iteration", NULL};

const struct td_experiment logistic_experiment = {
    .kind = TD_KIND("logistic", "The logistic map x' = r x (1 - x) from a random start.",
                    "May 1976, eq. 3", params, struct logistic),
    .version = 1,
    .extends = extends,
    .run = run,
    .emits = emits,
};

/* What a plugin exports. Inside tdyn, the line in experiments/registry.c takes its place. */
const struct td_plugin_kind td_plugin[] = {{"experiment", &logistic_experiment.kind}, {0}};
