/* Deep linear pathways that learn one feature together (Kleinman et al. 2024, section 3; Saxe et
   al. 2014): pathway x of depth D_x (weight matrices) carries the strength K_x of a singular
   direction of the task, whose singular value is S; all see the same residual r = S - sum_x K_x.

     strength    dK/dt = D K^(2 - 2/D) r                       balanced, state K >= 0       (1)
     factor      dp/dt = p^(D-1) r,            K = p^D         balanced, state p >= 0       (2)
     unbalanced  dp/dt = (p^2+1)^((D-1)/2) r,  K = p (p^2+1)^((D-1)/2), any p; q^2 - p^2 = 1 (3)

   A deficit in [from, until) freezes a pathway (its output stays, its gradient is scaled by
   1 - strength) or silences it (output and gradient are). Any number of pathways and deficits.

   Every form has a coordinate phi(state), the integral of dp / (the factor before r), in which all
   pathways move alike, dphi/dt = r: differences of phi are invariants away from deficits, and the
   whole flow is one quadrature and one root (td_pathways_exact), with no integrator. */
#ifndef TD_SIM_ODE_PATHWAYS_H
#define TD_SIM_ODE_PATHWAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/ode.h"

enum { TD_PATHWAYS_MAX = 64, TD_DEFICITS_MAX = 64, TD_PATHWAY_DEPTH_MAX = 1000 };

enum td_pathway_form { TD_PATHWAY_STRENGTH, TD_PATHWAY_FACTOR, TD_PATHWAY_UNBALANCED };
extern const char *const td_pathway_forms[]; /* NULL-terminated */

struct td_deficit {
    size_t pathway;
    bool silent;        /* else frozen */
    double from, until; /* from < until; until may be INFINITY */
    double strength;    /* 0: none .. 1: whole. A gate that closes with probability q acts, on
                           average, like strength q */
};

struct td_pathways {
    int form; /* enum td_pathway_form */
    size_t n; /* 1 .. TD_PATHWAYS_MAX */
    int64_t depth[TD_PATHWAYS_MAX];
    double target; /* S > 0 */
    size_t n_deficits;
    struct td_deficit deficits[TD_DEFICITS_MAX];
};

/* Refuses, saying what is allowed: no pathway, a depth below 1, S <= 0, a deficit of an unknown
   pathway, an empty interval, an onset at or after `end`, a strength outside [0, 1]. */
td_status td_pathways_check(const struct td_pathways *model, double end, struct td_error *err);
/* Refuses starting states (n) that are not finite, or negative in the balanced forms. */
td_status td_pathways_check_start(const struct td_pathways *model, const double *state,
                                  struct td_error *err);

/* K of a state, and the state of a K (>= 0 in the balanced forms; any in (3), found by root). */
double td_pathway_strength(int form, int64_t depth, double state);
double td_pathway_state(int form, int64_t depth, double strength);

/* dK/dstate. */
double td_pathway_strength_slope(int form, int64_t depth, double state);

/* phi of a state and back. phi in terms of p: p (D = 1), ln p (D = 2), p^(2-D) / (2-D) (D > 2); in
   (3) asinh p (D = 2), atan p (D = 3), the integral of cos^(D-3) up to atan p else. p = 0 has
   phi = -inf in the balanced forms of D >= 2. Beyond the range of phi: +-HUGE_VAL. */
double td_pathway_coordinate(int form, int64_t depth, double state);
double td_pathway_at_coordinate(int form, int64_t depth, double coordinate);

/* sum_x K_x and K_x / sum. */
double td_pathways_total(const struct td_pathways *model, const double *state);
double td_pathways_share(const struct td_pathways *model, const double *state, size_t pathway);

/* The model as a system of equations with its breaks. Fill with td_pathways_system; then pass
   `system` to td_ode_create, and breaks, td_pathways_segment to td_ode_run, whose context must then
   point to (or begin with) this struct. */
struct td_pathways_flow {
    const struct td_pathways *model;
    double gate[TD_PATHWAYS_MAX];   /* factor on a pathway's gradient now */
    double output[TD_PATHWAYS_MAX]; /* factor on its output now */
    size_t n_breaks;
    double breaks[2 * TD_DEFICITS_MAX]; /* ascending, in [0, end] */
    struct td_ode_system system;
};
/* `model` and `flow` must stay where they are; time runs from 0 to `end`. */
void td_pathways_system(const struct td_pathways *model, double end, struct td_pathways_flow *flow);
void td_pathways_segment(void *flow, size_t k);
/* For td_ode_run.at_rest: the residual is below 1e-11 S, so no strength moves by more. */
bool td_pathways_at_rest(void *flow, double t, const double *state);

/* The state at `time` (>= 0, may be INFINITY) without an integrator: between two breaks
   t = integral of dtau / (S - sum K(phi + gate tau)), by GSL's quadrature, turned round by GSL's
   root finder; at infinity only the root of sum K = S. state (n) is in and out.
   TD_FAILED: there is no such root (a frozen pathway alone exceeds S), or no convergence. */
td_status td_pathways_exact(const struct td_pathways *model, double *state, double time,
                            struct td_error *err);

/* When sum K first reaches `level` from `state` (n), by quadrature; NaN: never, 0: there already.
   For two equal pathways of depth 2 and level S/2 this is ln(S/K0 - 1) / (2 S), K0 = sum K. */
td_status td_pathways_time_to(const struct td_pathways *model, const double *state, double level,
                              double *out, struct td_error *err);

#endif
