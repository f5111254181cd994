/* What the files of the training loop share; not installed for anybody else's use. */
#ifndef TD_SIM_TRAIN_INTERNAL_H
#define TD_SIM_TRAIN_INTERNAL_H

#include "numeric/random.h"
#include "sim/event.h"
#include "sim/network.h"
#include "sim/optimizer.h"
#include "sim/train.h"

enum { TD_MOMENTS_MAX = 4 };

enum td_pass_kind {
    TD_PASS_TRAIN,    /* the training batch: backward, training mode */
    TD_PASS_EVALUATE, /* forward only, every named tensor */
    TD_PASS_GRADIENT  /* backward, evaluation mode */
};

/* A control of a graph (td_graph_control) and what it stands for, by the end of its name. */
enum td_control_role {
    TD_CONTROL_SILENT,
    TD_CONTROL_DETACHED,
    TD_CONTROL_LEFT,
    TD_CONTROL_RIGHT,
    TD_CONTROL_OTHER
};
struct td_control {
    enum td_control_role role;
    struct td_tensor *tensor;
};
/* The directions that a lesion removes; NULL if the event is none. */
struct td_lesion {
    double *left;  /* (n_out) */
    double *right; /* (d) */
};

/* One graph of a fixed number of samples with its inputs and its loss. */
struct td_pass {
    enum td_pass_kind kind;
    size_t n;
    struct td_graph *graph;
    struct td_tensor *input;  /* (d, n) */
    struct td_tensor *target; /* (1, n) class labels or (n_targets, n) */
    struct td_tensor *loss;   /* (1, 1) */
    size_t n_controls;
    struct td_control *controls;
    bool *concerned; /* (controls, events): the event acts on the control */
};

/* What a checkpoint must keep beside the numbers. */
struct td_progress {
    uint64_t step;
    uint64_t observed; /* observers that have already looked at this step */
};

struct td_train {
    struct td_train_options o;
    const struct td_network *net;
    const struct td_optimizer *optimizer;
    struct td_part schedule;
    enum td_loss loss; /* never auto */
    size_t n_out, batch;
    uint64_t epoch_steps;

    struct td_pass **passes; /* the training pass comes first and owns the weights */
    size_t n_passes;
    struct td_weights *w;
    real *moments[TD_MOMENTS_MAX];
    real *state_before, *state_after; /* op state around a peek */

    struct td_progress progress;
    uint64_t ready; /* step whose pass is already done (its gradient is in w->grad), or NOT_READY */
    double last_loss, peeked_loss;

    struct td_stream batch_stream, dropout_stream, *noise_streams;
    uint32_t *permutation;
    uint64_t permuted; /* the epoch that `permutation` holds, or NOT_READY */
    bool whole_set_loaded;

    struct td_weights active;  /* w with the slices that the optimizer may move */
    bool *acting;              /* (events) at the step of `active` */
    bool *concerned;           /* (events, slices): the event acts on the slice */
    real *noise;               /* scratch of the largest slice */
    struct td_gate *gates;     /* (events) how far each closes what it acts on, at this step */
    struct td_lesion *lesions; /* (events) */
};
#define TD_NOT_READY UINT64_MAX

/* The pass of this kind over n samples, built at the first call. */
td_status td_train_pass(struct td_train *t, enum td_pass_kind kind, size_t n, struct td_pass **out,
                        struct td_error *err);
/* The same, known to have been built. */
struct td_pass *td_train_built_pass(const struct td_train *t, enum td_pass_kind kind, size_t n);
void td_pass_free(struct td_pass *pass);

/* Loads samples index[0 .. n - 1], or first .. first + n - 1 if index is NULL, into the inputs of
   a pass. */
void td_pass_load(const struct td_pass *pass, const struct td_dataset *data,
                  const struct td_split *split, const uint32_t *index, size_t first);
double td_pass_loss(const struct td_pass *pass);
/* What makes this pass's loss one of which the mean over passes of `samples` samples, weighted by
   their numbers, is the loss of all: 1, or samples / n where the loss is a sum. */
double td_pass_parts(const struct td_train *t, const struct td_pass *pass, size_t samples);

/* Loads the batch of `step` and returns the pass that holds it. */
struct td_pass *td_train_load_batch(struct td_train *t, uint64_t step);
/* Forward and backward of the coming step, unless a peek has already done it. Returns the loss. */
double td_train_compute(struct td_train *t);

/* Events. */
td_status td_train_events_create(struct td_train *t, struct td_error *err);
void td_train_events_begin(struct td_train *t); /* who acts at this step, which slices move */
double td_train_events_rate(const struct td_train *t, double rate);
void td_train_events_gradient(struct td_train *t);
void td_train_events_weights(struct td_train *t);

/* Gates and lesions, which are part of the pass. */
td_status td_pass_controls_create(const struct td_train *t, struct td_pass *pass,
                                  struct td_error *err);
void td_pass_controls_free(struct td_pass *pass);
td_status td_train_gates_create(struct td_train *t, struct td_error *err);
void td_train_gates_free(struct td_train *t);
/* Sets the controls of a pass to what the events do at this step. */
void td_train_gates_set(struct td_train *t, struct td_pass *pass);

#endif
