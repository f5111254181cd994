/* Training: a network, a data set, an optimizer, and the loop that joins them, as a library.

   One step s (s = 0, 1, ...): the batch of step s, forward and backward, events, clipping, the
   optimizer. Everything random is addressed by (seed, purpose, step), so a run is the same bytes
   however often it is interrupted and whatever is observed. Nothing is allocated by
   td_train_step. */
#ifndef TD_SIM_TRAIN_H
#define TD_SIM_TRAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/param.h"
#include "numeric/task.h"
#include "sim/dataset.h"
#include "sim/graph.h"
#include "sim/weights.h"

/* All but the last are means over samples; cross-entropies are in nats. Classes are one-hot targets
   to all but the first. */
enum td_loss {
    TD_LOSS_AUTO,          /* softmax cross-entropy for classes, mean squared error for targets */
    TD_LOSS_SOFTMAX,       /* softmax-cross-entropy */
    TD_LOSS_SIGMOID,       /* sigmoid-cross-entropy: every output a yes or no; mean over outputs */
    TD_LOSS_MSE,           /* mse: squared error, mean over outputs */
    TD_LOSS_SQUARED_ERROR, /* squared-error: summed over outputs */
    TD_LOSS_HALF_SQUARED_SUM /* half-squared-sum: half the squared error, summed over outputs and
                                samples (of the batch) */
};
extern const char *const td_loss_names[]; /* for TD_CHOICE, NULL-terminated */

/* A loss above this counts as divergence even while it is finite. */
#define TD_LOSS_DIVERGED 1e30

struct td_train_options {
    struct td_part net;            /* of td_networks */
    const struct td_dataset *data; /* borrowed; must outlive the run */
    enum td_loss loss;
    struct td_part optimizer; /* of td_optimizers */
    struct td_part schedule;  /* of td_schedules; kind NULL: constant */
    struct td_parts events;   /* of td_events, in the order in which they act */
    uint64_t steps;           /* length of the run */
    uint64_t seed;
    size_t batch;               /* samples a step; 0: the whole training set */
    bool drop_last;             /* leave out an epoch's last batch if it is not full */
    double clip;                /* largest global gradient norm; 0: no clipping */
    struct td_strings no_decay; /* weights whose names lie under one of these prefixes are left out
                                   of the optimizer's weight decay, as all biases and gains are */
    const uint32_t *order; /* indices of training samples, used cyclically instead of an epoch's
                              random permutation; n_order a multiple of batch; NULL: none */
    size_t n_order;
};

struct td_train;

/* Refuses options that make no sense with each other or with the data, at little cost; events and
   the network's shapes are checked by td_train_create. */
td_status td_train_check(const struct td_train_options *options, struct td_error *err);

/* That there are such weights, by name (of `w` only the slices' names are read). */
td_status td_train_check_no_decay(const struct td_train_options *options,
                                  const struct td_weights *w, struct td_error *err);

/* Builds the graphs and draws the weights. Options are copied, what they point at is borrowed.
   TD_BAD_INPUT for combinations that make no sense. */
td_status td_train_create(const struct td_train_options *options, struct td_train **out,
                          struct td_error *err);
void td_train_free(struct td_train *t);

/* Steps of one epoch over n samples. */
uint64_t td_train_epoch_steps(size_t n, size_t batch, bool drop_last);

/* One step. TD_DIVERGED, with the step in the message, if the loss is not finite or beyond
   TD_LOSS_DIVERGED; the weights are then those of before the step. */
td_status td_train_step(struct td_train *t, struct td_error *err);

/* Somebody who looks at a run at certain steps, before the update of that step (so step 0 is the
   initial state and step `steps` the final one). */
struct td_observer {
    /* Whether it wants to look at `step`. */
    bool (*due)(void *self, uint64_t step);
    /* Looks. May poll the task, but only before it emits its first value, and must leave the run as
       it is (the functions below do). */
    td_status (*look)(void *self, struct td_train *t, struct td_task *task, struct td_error *err);
    void *self;
};

/* Trains to the end of the run: registers the state (weights, op state, moments, step) with the
   task, polls it at every step, lets the observers look. Before they look at the last step, it
   tells the task that this is the end (td_task_end). TD_DIVERGED also if the final weights are
   not finite. */
td_status td_train_run(struct td_train *t, struct td_task *task,
                       const struct td_observer *observers, size_t n, struct td_error *err);

uint64_t td_train_step_number(const struct td_train *t); /* steps taken so far */
double td_train_rate(const struct td_train *t);          /* learning rate of the coming step */
double td_train_loss(const struct td_train *t); /* the last step's batch loss; NaN before the first
                                                   step and after going on from a checkpoint */
struct td_weights *td_train_weights(struct td_train *t);
const struct td_train_options *td_train_options(const struct td_train *t);
size_t td_train_outputs(const struct td_train *t); /* rows of "output" */
size_t td_train_bytes(const struct td_train *t);   /* memory of graphs, weights and moments */

/* --- looking without changing anything ------------------------------------------------------ */

/* Which samples: a part of the data set, or all of it: training, then validation, then test. */
enum td_on { TD_ON_TRAIN, TD_ON_VALIDATION, TD_ON_TEST, TD_ON_ALL };
enum { TD_ON_PARTS = 3 };
/* The parts that `on` stands for, in order, some perhaps empty. Returns how many (at most
   TD_ON_PARTS). */
size_t td_on_parts(const struct td_dataset *data, enum td_on on,
                   const struct td_split *out[TD_ON_PARTS]);
size_t td_on_samples(const struct td_dataset *data, enum td_on on); /* of these parts together */
const char *td_on_name(enum td_on on); /* "training", "validation", "test", "whole": for messages */

/* Samples a pass, so that evaluation gives the same bits whatever the training batch is. */
enum { TD_EVALUATION_CHUNK = 256 };

/* One chunk of a split after its forward pass in evaluation mode (no dropout, running moments). */
struct td_chunk {
    struct td_graph *graph;       /* holds every named tensor, (rows, n) */
    const struct td_split *split; /* the part that holds the samples: a chunk is of one part */
    size_t first, n;              /* the samples of that part */
    size_t row;                   /* the first one's number among all that are visited */
    double loss;                  /* their mean; half-squared-sum: so that the mean over chunks,
                                     weighted by n, is the sum over all samples evaluated */
};

/* Builds what td_train_evaluate (and with `gradient` td_train_gradient) over the first `samples` of
   `on` will need, so that they allocate nothing. samples 0: all; more than there are, or none to
   look at: TD_BAD_INPUT. */
td_status td_train_prepare(struct td_train *t, enum td_on on, size_t samples, bool gradient,
                           struct td_error *err);
/* Forward passes over the first `samples` of `on`, chunk after chunk. Polls the task between
   chunks. TD_FAILED if td_train_prepare has not been called for them. */
td_status td_train_evaluate(struct td_train *t, enum td_on on, size_t samples,
                            void (*chunk)(void *self, const struct td_chunk *), void *self,
                            struct td_task *task, struct td_error *err);
/* The gradient of the mean loss over the first `samples` of `on` in evaluation mode, summed in
   double into grad (td_weights.n); *loss: that mean. */
td_status td_train_gradient(struct td_train *t, enum td_on on, size_t samples, double *grad,
                            double *loss, struct td_task *task, struct td_error *err);
/* Forward and backward of the coming step's batch in training mode, as that step will do it: its
   gradient (before events and clipping) is then in td_train_weights(t)->grad. Returns its loss. */
double td_train_peek(struct td_train *t);

/* The batches that td_train_batch_gradients looks at: the full ones of an epoch. */
size_t td_train_full_batches(const struct td_train_options *options);
/* Forward and backward of every full batch of the epoch to which the coming step belongs, in
   training mode and all at the present weights: what their steps' gradients would be (before events
   and clipping) if no step moved anything. Allocates nothing; grad is (td_weights.n). */
void td_train_batch_gradients(struct td_train *t,
                              void (*visit)(void *self, const real *grad, double loss), void *self);

/* A named tensor's values of a chunk as rows of samples: out (n, rows) at row chunk->row. */
void td_chunk_rows(const struct td_chunk *chunk, const struct td_tensor *tensor, double *out);

#endif
