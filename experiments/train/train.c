/* The experiment that exposes all of sim/ and measure/: any network, data set, optimizer, schedule
   and events, and any measures at any places and steps. */
#include "experiments/train/extend.h"
#include "experiments/train/observe.h"
#include "experiments/train/params.h"
#include "sim/event.h"
#include "sim/network.h"
#include "sweep/experiment.h"

/* --- before anything runs ------------------------------------------------------------------- */

/* That the data have the feature which a lesion removes. */
static td_status check_lesion(const struct td_train_options *o, size_t e, struct td_arena *arena,
                              struct td_error *err) {
    const struct td_part *part = &o->events.v[e];
    const struct td_event *event = (const struct td_event *)part->kind;
    const struct td_dataset *data = o->data;
    size_t n_out = data->train.label ? data->n_classes : data->n_targets;
    if (!event->lesion)
        return TD_OK;
    double *left = td_arena_alloc(arena, n_out * sizeof *left);
    double *right = td_arena_alloc(arena, data->d * sizeof *right);
    if (!left || !right)
        return td_fail_memory(err, (n_out + data->d) * sizeof *left);
    td_status status = event->lesion(part->params, data, left, right, err);
    return status ? td_fail_in(err, "events.%zu", e) : TD_OK;
}

/* Events and no_decay by the names of the graph; td_train_create checks them again against the
   weights. */
static td_status check_names(const struct td_train_options *o, struct td_arena *arena,
                             struct td_error *err) {
    struct train_sites sites;
    td_status status = train_sites_list(o, arena, &sites, err);
    if (status)
        return status;
    struct td_slice *slices = td_arena_alloc(arena, (sites.n_weights + 1) * sizeof *slices);
    if (!slices)
        return td_fail_memory(err, sites.n_weights * sizeof *slices);
    for (size_t i = 0; i < sites.n_weights; i++)
        slices[i].name = sites.weights[i];
    const struct td_weights w = {.n_slices = sites.n_weights, .slices = slices};
    status = td_train_check_no_decay(o, &w, err);
    for (size_t i = 0; i < o->events.n && !status; i++) {
        status = td_event_check(&o->events.v[i], i, &w, o->steps, err);
        if (!status)
            status =
                td_event_check_gates(&o->events.v[i], i, sites.controls, sites.n_controls, err);
        if (!status)
            status = check_lesion(o, i, arena, err);
    }
    return status;
}

static td_status check_with_data(const struct train_params *p, const struct td_dataset *data,
                                 struct td_arena *arena, struct td_error *err) {
    const struct td_train_options o = train_options(p, data, 1);
    struct train_observation *observation;
    td_status status = td_train_check(&o, err);
    if (!status)
        status = check_names(&o, arena, err);
    if (!status)
        status = train_observation_plan(p, &o, arena, &observation, err);
    return status;
}

static td_status check(const void *params, struct td_error *err) {
    const struct train_params *p = params;
    const struct td_dataset *data;
    if (p->steps == 0 && p->epochs == 0)
        return td_fail(err, TD_BAD_INPUT, "steps and epochs are both 0: nothing would be trained");
    td_status status = td_dataset_get(&p->data, 1, &data, err);
    if (status)
        return status;
    struct td_arena *arena = td_arena_create();
    status = arena ? check_with_data(p, data, arena, err) : td_fail_memory(err, sizeof(void *));
    td_arena_free(arena);
    td_dataset_release(data);
    return status;
}

/* Floating-point operations: three passes a training step (forward, and backward's two), one an
   evaluated sample. */
static double cost(const void *params) {
    const struct train_params *p = params;
    const struct td_network *net = (const struct td_network *)p->net.kind;
    const struct td_dataset *data;
    struct td_arena *arena = td_arena_create();
    double samples = 0, flops = 0;
    if (arena && !td_dataset_get(&p->data, 1, &data, NULL)) {
        const struct td_train_options o = train_options(p, data, 1);
        struct train_observation *observation;
        samples = 3 * (double)o.steps * (double)(o.batch ? o.batch : data->train.n);
        if (!train_observation_plan(p, &o, arena, &observation, NULL))
            samples += train_observation_samples(observation);
        size_t n_out = data->train.label ? data->n_classes : data->n_targets;
        flops = net->flops(p->net.params, data->d, n_out);
        td_dataset_release(data);
    }
    td_arena_free(arena);
    return samples * flops;
}

/* --- one task ------------------------------------------------------------------------------- */

static td_status run_with_data(struct td_task *task, const struct train_params *p,
                               const struct td_dataset *data, struct td_arena *arena, uint64_t seed,
                               struct td_error *err) {
    const struct td_train_options o = train_options(p, data, seed);
    struct train_observation *observation = NULL;
    struct td_train *t = NULL;
    struct td_observer *observers = NULL;
    td_status status = train_observation_plan(p, &o, arena, &observation, err);
    if (!status)
        status = td_train_create(&o, &t, err);
    if (!status)
        status = train_observation_open(observation, t, err);
    if (!status) {
        size_t n = train_observation_observers(observation, &observers);
        status = td_train_run(t, task, observers, n, err);
    }
    train_observation_close(observation);
    td_train_free(t);
    return status;
}

static td_status run(struct td_task *task, const void *params, uint64_t seed,
                     struct td_error *err) {
    const struct train_params *p = params;
    const struct td_dataset *data;
    td_status status = td_dataset_get(&p->data, seed, &data, err);
    if (status)
        return status;
    struct td_arena *arena = td_arena_create();
    status = arena ? run_with_data(task, p, data, arena, seed, err)
                   : td_fail_memory(err, sizeof(void *));
    td_arena_free(arena);
    td_dataset_release(data);
    return status;
}

static const char *const emits[] = {
    "loss: on train, validation, test, all or batch, without weight decay's penalty [nats or "
    "squared "
    "units]; step is the number of updates made",
    "accuracy: share of samples classified right, on train, validation, test or all; step as above",
    "gradient-norm: at hidden.1, ..., total; step as above",
    "weight-norm: at hidden.1, ..., total; step as above",
    "learning-rate: of the coming step; step as above",
    "KIND or KIND.OUTPUT: any other measure, at the tensors it was applied to (\"hidden.3\", "
    "\"hidden.3,target\", \"hidden.3@test\"); step as above",
    NULL};

extern const struct td_experiment td_experiment_train;
const struct td_experiment td_experiment_train = {
    .kind = TD_KIND("train",
                    "Trains a network and measures it: any network, data set, loss, optimizer, "
                    "schedule and events; any measures at any tensors and steps. Measuring never "
                    "changes the training. A run whose loss leaves the finite numbers ends as "
                    "diverged.",
                    "", train_params_table, struct train_params),
    .version = 1,
    .check = check,
    .cost = cost,
    .extends = train_extends,
    .run = run,
    .emits = emits,
};
