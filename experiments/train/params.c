#include "experiments/train/params.h"

#include <stddef.h>

#include "experiments/train/probe.h"
#include "sim/event.h"
#include "sim/network.h"
#include "sim/optimizer.h"

static const char *const partial_names[] = {"keep", "drop", "fit", NULL};
const char *const train_on_names[] = {"train", "validation", "test", "all", "batch", NULL};

static const char *const counts_names[] = {"steps", "epochs", NULL};

static const struct td_param batching_params[] = {
    {.name = "batch",
     .type = TD_INT,
     .offset = offsetof(struct train_batching, batch),
     .initial = "0",
     .min = 0,
     .max = 4e9,
     .unit = "samples",
     .help = "samples a step, a new random order each epoch; 0: the whole training set"},
    {.name = "partial",
     .type = TD_CHOICE,
     .offset = offsetof(struct train_batching, partial),
     .initial = "keep",
     .choices = partial_names,
     .help = "an epoch's last batch, if the samples do not fill it; fit: kept, and a batch larger "
             "than the training set is all of it"},
    {.name = "clip",
     .type = TD_REAL,
     .offset = offsetof(struct train_batching, clip),
     .initial = "0",
     .min = 0,
     .max = 1e30,
     .help = "largest norm of the whole gradient, which is scaled down to it; 0: no clipping"},
    {.name = "no_decay",
     .type = TD_STRINGS,
     .offset = offsetof(struct train_batching, no_decay),
     .initial = "[]",
     .help = "weights left out of weight_decay, by name ([output], [hidden.1, output]); biases and "
             "gains always are"},
    {0},
};

static const struct td_param look_params[] = {
    {.name = "at",
     .type = TD_STEPS,
     .offset = offsetof(struct train_look, at),
     .initial = "[0,end]",
     .flags = TD_OBSERVED,
     .help = "when: step s is the state before update s, 0 the initial one, end the final one"},
    {.name = "counts",
     .type = TD_CHOICE,
     .offset = offsetof(struct train_look, counts),
     .initial = "steps",
     .choices = counts_names,
     .flags = TD_OBSERVED,
     .help =
         "what the numbers of `at` count; epoch e is the state before epoch e (from 0), end the "
         "last whole one's end. Values are stored under their step all the same"},
    {.name = "of",
     .type = TD_STRINGS,
     .offset = offsetof(struct train_look, of),
     .initial = "[]",
     .flags = TD_OBSERVED,
     .help = "tensors (or layers, for norms): hidden.3, hidden.last, hidden.*, output, softmax, "
             "target, "
             "..., or several of them: hidden.*|softmax"},
    {.name = "on",
     .type = TD_CHOICE,
     .offset = offsetof(struct train_look, on),
     .initial = "train",
     .choices = train_on_names,
     .flags = TD_OBSERVED,
     .help = "the training, validation or test set, all three in this order, or the coming step's "
             "batch (loss and gradient)"},
    {.name = "samples",
     .type = TD_INT,
     .offset = offsetof(struct train_look, samples),
     .initial = "0",
     .min = 0,
     .max = 4e9,
     .flags = TD_OBSERVED,
     .help = "only the first so many; 0: all for loss, accuracy and gradients, at most 1024 else"},
    {.name = "every",
     .type = TD_INT,
     .offset = offsetof(struct train_look, every),
     .initial = "1",
     .min = 1,
     .max = 4e9,
     .flags = TD_OBSERVED,
     .help = "of those samples only every so-manieth, from the first on (measures of tensors)"},
    {.name = "outputs",
     .type = TD_STRINGS,
     .offset = offsetof(struct train_look, outputs),
     .initial = "[]",
     .flags = TD_OBSERVED,
     .help = "which of a tensor measure's values are kept (x, y, ...); empty: all"},
    {.name = "as",
     .type = TD_STRING,
     .offset = offsetof(struct train_look, as),
     .initial = "",
     .flags = TD_OBSERVED,
     .help = "name under which values are stored; empty: the kind's"},
    {0},
};

const struct td_param train_params_table[] = {
    {.name = "net",
     .type = TD_PART,
     .offset = offsetof(struct train_params, net),
     .initial = "mlp",
     .registry = &td_networks,
     .help = "the network"},
    {.name = "data",
     .type = TD_PART,
     .offset = offsetof(struct train_params, data),
     .initial = "gaussian-clusters",
     .registry = &td_datas,
     .help = "the data set"},
    {.name = "loss",
     .type = TD_CHOICE,
     .offset = offsetof(struct train_params, loss),
     .initial = "auto",
     .choices = td_loss_names,
     .help = "auto: softmax-cross-entropy for classes, mse for targets"},
    {.name = "optimizer",
     .type = TD_PART,
     .offset = offsetof(struct train_params, optimizer),
     .initial = "sgd",
     .registry = &td_optimizers,
     .common = batching_params,
     .common_size = sizeof(struct train_batching),
     .help = "how the weights follow the gradient"},
    {.name = "schedule",
     .type = TD_PART,
     .offset = offsetof(struct train_params, schedule),
     .initial = "constant",
     .registry = &td_schedules,
     .common = td_schedule_common_params,
     .common_size = sizeof(struct td_schedule_common),
     .help = "how the learning rate changes"},
    {.name = "steps",
     .type = TD_INT,
     .offset = offsetof(struct train_params, steps),
     .initial = "0",
     .min = 0,
     .max = 1e12,
     .flags = TD_LENGTH,
     .help = "training steps; 0: as many as `epochs` takes"},
    {.name = "epochs",
     .type = TD_INT,
     .offset = offsetof(struct train_params, epochs),
     .initial = "10",
     .min = 0,
     .max = 1e9,
     .flags = TD_LENGTH,
     .help = "passes over the training set, if steps is 0"},
    {.name = "events",
     .type = TD_PARTS,
     .offset = offsetof(struct train_params, events),
     .initial = "",
     .registry = &td_events,
     .common = td_event_common_params,
     .common_size = sizeof(struct td_event_common),
     .help = "what is done to the run from one step to another"},
    {.name = "measure",
     .type = TD_PARTS,
     .offset = offsetof(struct train_params, measures),
     .initial = "",
     .registry = &train_probes,
     .common = look_params,
     .common_size = sizeof(struct train_look),
     .flags = TD_OBSERVED,
     .help = "what is measured, where and when"},
    {0},
};

struct td_train_options train_options(const struct train_params *p, const struct td_dataset *data,
                                      uint64_t seed) {
    const struct train_batching *batching = p->optimizer.common;
    struct td_train_options o = {
        .net = p->net,
        .data = data,
        .loss = (enum td_loss)p->loss,
        .optimizer = p->optimizer,
        .schedule = p->schedule,
        .events = p->events,
        .steps = (uint64_t)p->steps,
        .seed = seed,
        .batch = (size_t)batching->batch,
        .drop_last = batching->partial == TRAIN_PARTIAL_DROP,
        .clip = batching->clip,
        .no_decay = batching->no_decay,
    };
    if (batching->partial == TRAIN_PARTIAL_FIT && o.batch > data->train.n)
        o.batch = 0;
    if (p->steps == 0)
        o.steps = (uint64_t)p->epochs * td_train_epoch_steps(data->train.n, o.batch, o.drop_last);
    return o;
}
