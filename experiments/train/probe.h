/* What `train` can measure. A probe kind is one file that ends in one `const struct train_probe`,
   listed in probes/registry.c; every kind of td_measures is usable beside them, applied to tensors
   (probes/tensor_measure.c). */
#ifndef TD_EXPERIMENTS_TRAIN_PROBE_H
#define TD_EXPERIMENTS_TRAIN_PROBE_H

#include "experiments/train/params.h"
#include "experiments/train/sites.h"
#include "numeric/kind.h"
#include "numeric/task.h"

/* The pass that a probe needs before it can say something. */
enum train_needs {
    TRAIN_NEEDS_NOTHING, /* weights and rates are there */
    TRAIN_NEEDS_FORWARD, /* forward passes over a split, chunk after chunk */
    TRAIN_NEEDS_GRADIENT /* the gradient over a split, or of the coming batch */
};

struct train_probe_value {
    char output[64]; /* "" or what follows the name after a dot */
    const char *site;
    double value;
    char flag[160];
};

struct train_probe_matrix {
    const char *site;
    size_t shape[2];
    const double *v; /* the kind's own */
};

/* One entry of `measure:` in a run. */
struct train_probe_run {
    const struct train_probe *kind;
    const struct td_kind *entry; /* as the user named it: kind->kind, or a td_measure */
    const void *params;
    const struct train_look *look;
    size_t index;     /* in the list, for messages */
    const char *name; /* of what it emits */
    size_t n_steps;
    const int64_t *steps; /* ascending */
    size_t samples;       /* of the split that it looks at; 0: none */
    struct td_arena *arena;
    const struct train_sites *sites;
    size_t n_emitted; /* sites under which it emits, for the check against doubles */
    const char *const *emitted;
    void *own; /* what the kind keeps, in arena or freed by close */
    size_t n_values, room;
    struct train_probe_value *values; /* of the current look */
    size_t n_matrices;
    struct train_probe_matrix *matrices; /* (n_emitted) of the current look */
};

/* What a probe may look at once its pass is done. */
struct train_view {
    struct td_train *train;
    double loss;        /* mean over the split or batch; NaN without a pass */
    const double *grad; /* (weights n) or NULL */
};

struct train_probe {
    struct td_kind kind;
    enum train_needs needs;
    bool takes_of;    /* `of` chooses among sites */
    bool takes_every; /* `every` leaves samples out */
    bool on_batch;    /* may look at the coming step's batch */
    size_t samples;   /* most samples unless the user asks for more; 0: all of the split */
    /* Settles what it emits (n_emitted, emitted) and refuses what makes no sense. No big memory:
       this also runs when a sweep is planned. */
    td_status (*plan)(struct train_probe_run *p, const struct td_train_options *o,
                      struct td_error *err);
    td_status (*open)(struct train_probe_run *p, struct td_train *t, struct td_error *err);
    void (*begin)(struct train_probe_run *p);                               /* a look begins */
    void (*chunk)(struct train_probe_run *p, const struct td_chunk *chunk); /* forward only */
    /* Adds the values of this look (train_probe_add). */
    td_status (*finish)(struct train_probe_run *p, const struct train_view *view,
                        struct td_error *err);
    void (*close)(struct train_probe_run *p);
};
extern struct td_registry train_probes; /* loss, accuracy, gradient-norm, weight-norm,
                                           learning-rate, and all of td_measures */
extern const struct train_probe train_probe_tensor_measure; /* stands for all of td_measures */

/* Adds a value to the current look. */
td_status train_probe_add(struct train_probe_run *p, const char *output, const char *site,
                          double value, const char *flag, struct td_error *err);
/* Adds an array (n, d), which must last until the look's end; at most one for every site that the
   probe emits. */
td_status train_probe_add_matrix(struct train_probe_run *p, const char *site, size_t n, size_t d,
                                 const double *v, struct td_error *err);
/* `name` as a site of this probe's split: "hidden.3", "hidden.3@test", "hidden.3@batch"; refused
   if longer than a site may be. */
td_status train_probe_site(struct train_probe_run *p, const char *name, const char **out,
                           struct td_error *err);
/* Sites of one: what it looks at ("train", "validation", "test", "all" or "batch"). */
td_status train_probe_split_site(struct train_probe_run *p, struct td_error *err);

/* A probe's `of`, expanded over `names`; all of them if it is empty. */
td_status train_probe_of(struct train_probe_run *p, const char *const *names, size_t n,
                         size_t *n_out, const char *const **out, struct td_error *err);

#endif
