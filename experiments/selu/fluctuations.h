/* How far a network of finite width strays from the moment map: linear response around the wide
   limit, for weights that are independent with mean 0 and variance tau / n.

   One input. Given the layer before, with second moment q, the n pre-activations are independent
   N(0, tau q), so that (mean, second moment) of the layer are averages of n independent pairs
   (f, f^2): noise of order 1/n is added in every layer, and what came before is multiplied by the
   map's slope. For SELU at (0, 1) the slope is 0.7826 and the variance of a layer's variance ends
   at (E f^4 - 1) / (1 - 0.7826^2) / n, however deep the network.

   A whole batch of independent inputs. Their noise is common only as far as inputs are correlated.
   The correlation of two inputs is itself noise of variance 1/n a layer that is multiplied by
   (E f')^2 (SELU: 0.9707), so the mean over the batch strays by 1/n, not 1/sqrt(n). */
#ifndef TD_EXPERIMENTS_SELU_FLUCTUATIONS_H
#define TD_EXPERIMENTS_SELU_FLUCTUATIONS_H

#include <stdbool.h>

#include "numeric/param.h"
#include "sim/moment_map.h"

struct td_fluctuations {
    double n;       /* width */
    double tau;     /* sum of a unit's squared weights */
    double samples; /* in the batch */
    /* One input: second moment in the wide limit; covariance matrix of (mean, second moment) over
       draws of the weights. */
    double q, mean;
    double var_mean, cov, var_q;
    /* A batch without end: the same over draws; mean over pairs of inputs of the covariance of
       their activations, and of its square. */
    bool batch; /* false once E f is not 0: inputs are then correlated in the wide limit too */
    double batch_var_mean, batch_cov, batch_var_q, pairs, pairs2;
};

/* Independent Gaussian inputs (n) of the given variance and mean 0. */
struct td_fluctuations td_fluctuations_start(double n, double tau, double samples, double variance);

/* Through one layer. TD_FAILED: quadrature fails. */
td_status td_fluctuations_step(const struct td_part *activation, struct td_fluctuations *f,
                               struct td_error *err);

/* Mean and variance of a layer over draws of the weights: their expectations and covariance. */
struct td_spread {
    double mean, variance; /* expectations; the variance loses 1/n */
    double var_mean, cov, var_variance;
};
struct td_spread td_fluctuations_input(const struct td_fluctuations *f); /* of one input */
struct td_spread td_fluctuations_batch(const struct td_fluctuations *f); /* of a batch */

/* Standard deviation, over the units of a layer, of a unit's mean over the batch. */
double td_fluctuations_units(const struct td_fluctuations *f);

/* Probability that mean is in [-most, most] and variance in [lo, hi] if they are jointly normal. */
double td_spread_inside(const struct td_spread *s, double most, double lo, double hi);

#endif
