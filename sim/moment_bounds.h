/* SELU's moment map over boxes, by interval arithmetic: everything that sim/moment_map.h computes
   at one (m, s2), here as intervals that provably contain the values at all (m, s2) of a box. */
#ifndef TD_SIM_MOMENT_BOUNDS_H
#define TD_SIM_MOMENT_BOUNDS_H

#include "numeric/interval.h"
#include "sim/moment_map.h"

/* As struct td_moment_image, without slope2. */
struct td_moment_bounds {
    struct td_interval mean, var, mean_m, mean_s2, var_m, var_s2;
};

/* For z ~ N(m, s2), s2.lo > 0 (else nothing is known), alpha and lambda within an ulp of f's: the
   decimal constants that f stands for are covered. Overestimates in proportion to the box. */
struct td_moment_bounds td_selu_bounds(struct td_selu f, struct td_interval m,
                                       struct td_interval s2);

#endif
