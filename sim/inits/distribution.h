/* Random matrices that the initialisations share. */
#ifndef TD_SIM_INITS_DISTRIBUTION_H
#define TD_SIM_INITS_DISTRIBUTION_H

#include <stddef.h>
#include <stdint.h>

#include "numeric/param.h"
#include "numeric/random.h"

enum td_distribution { TD_NORMAL, TD_UNIFORM, TD_TRUNCATED_NORMAL };

/* w[i], i < n: mean 0 and standard deviation `std` from element i of draw (0, layer). The truncated
   normal is cut at 2 standard deviations of the normal that it comes from. */
void td_draw(enum td_distribution distribution, double std, struct td_stream stream, uint32_t layer,
             size_t n, real *w);

/* Standard deviation of a standard normal cut at +-2: sqrt(1 - 4 phi(2) / (2 Phi(2) - 1)). */
#define TD_TRUNCATED_STD 0.87962566103423978

/* Parameters of the inits whose standard deviation follows from the fans. */
struct td_scaled_init {
    double gain;
    int distribution; /* enum td_distribution */
};
extern const struct td_param td_scaled_init_table[];

/* Parameters of the inits whose spread is given: `per` divides it by sqrt(fan_in), or by
   sqrt(fan_out), the layer's own units, if asked to. */
enum td_per { TD_PER_NOTHING, TD_PER_FAN_IN, TD_PER_FAN_OUT };
extern const char *const td_per_choices[];
double td_per_factor(int per, double fan_in, double fan_out);

#endif
