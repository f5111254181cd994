/* Everything that one run of `train` measures: which probes look when, and the passes they share.
 */
#ifndef TD_EXPERIMENTS_TRAIN_OBSERVE_H
#define TD_EXPERIMENTS_TRAIN_OBSERVE_H

#include "experiments/train/probe.h"

struct train_observation;

/* Plans all probes of `p` in `arena`; refuses unknown sites, steps beyond the run, splits that are
   empty, and two entries that would emit the same values. Runs when a sweep is planned. */
td_status train_observation_plan(const struct train_params *p, const struct td_train_options *o,
                                 struct td_arena *arena, struct train_observation **out,
                                 struct td_error *err);
/* Allocates what the run will need, so that looking allocates nothing (measures aside). */
td_status train_observation_open(struct train_observation *obs, struct td_train *t,
                                 struct td_error *err);
size_t train_observation_observers(struct train_observation *obs, struct td_observer **out);
void train_observation_close(struct train_observation *obs);
/* The entries of `measure` in their order, as planned. */
const struct train_probe_run *train_observation_probes(const struct train_observation *obs,
                                                       size_t *n);
/* Samples that all looks together pass through the network (a backward pass counts as two more). */
double train_observation_samples(const struct train_observation *obs);

#endif
