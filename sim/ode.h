/* Ordinary differential equations dy/dt = f(t, y) on GSL's odeiv2, and explicit Euler for papers
   that used it. Everything in double. Integration starts afresh at given times (where f jumps), so
   no step crosses one; outputs come at exactly the times asked for and never change the steps. */
#ifndef TD_SIM_ODE_H
#define TD_SIM_ODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/status.h"
#include "numeric/task.h"

struct td_ode_system {
    size_t n; /* >= 1 */
    /* f(t, y) into dydt (n). A value that is not finite makes the step be tried again, smaller. */
    void (*rate)(double t, const double *y, double *dydt, void *context);
    /* df_i/dy_j into dfdy (n, n), df_i/dt into dfdt (n); NULL: none, then msbdf is refused. */
    void (*jacobian)(double t, const double *y, double *dfdy, double *dfdt, void *context);
    void *context;
};

enum td_ode_method {
    TD_ODE_RK8PD,   /* Runge-Kutta, Prince-Dormand 8(9) */
    TD_ODE_RKF45,   /* Runge-Kutta-Fehlberg 4(5) */
    TD_ODE_RKCK,    /* Runge-Kutta, Cash-Karp 4(5) */
    TD_ODE_MSADAMS, /* Adams, variable order up to 12 */
    TD_ODE_MSBDF,   /* backward differences, up to order 5: stiff systems; needs the Jacobian */
    TD_ODE_EULER    /* explicit, fixed step */
};
extern const char *const td_ode_methods[]; /* their names in that order, NULL-terminated */

struct td_ode_options {
    int method;              /* enum td_ode_method */
    double rel_tol, abs_tol; /* local error a step: abs_tol + rel_tol |y|; not for euler */
    double step;             /* euler: the step; others: the first try, 0: picked */
    int64_t max_steps;       /* a run that takes more fails; 0: 1e9 */
};

/* TD_BAD_INPUT: no such method, a tolerance or step that is negative, or both tolerances 0. */
td_status td_ode_options_check(const struct td_ode_options *options, struct td_error *err);

/* One run and what is looked at on the way. Callbacks may be NULL; all get `context`. */
struct td_ode_run {
    double from, until; /* from <= until */
    size_t n_breaks;
    const double *breaks; /* ascending, in [from, until]: f may change its form there */
    /* Called before segment k (0 <= k <= n_breaks) is integrated, also when a run goes on from a
       checkpoint: segment k lies between breaks k - 1 and k. */
    void (*segment)(void *context, size_t k);
    size_t n_outputs;
    const double *outputs; /* ascending, in [from, until] */
    td_status (*output)(void *context, size_t i, double t, const double *y, struct td_error *err);
    /* After every step taken, and once at the start. A multistep method that goes on from a
       checkpoint repeats the steps of the segment. */
    td_status (*look)(void *context, double t, const double *y, struct td_error *err);
    /* True: nothing moves before the next break; y is kept and the rest of the segment skipped.
       Asked after every step. */
    bool (*at_rest)(void *context, double t, const double *y);
    /* crossing[i] (n_levels): first time at which level i passes from negative to >= 0, to
       rounding; NaN if it does not. At the start it counts as passed if it is >= 0 there. */
    size_t n_levels;
    double (*level)(void *context, size_t i, const double *y);
    double *crossing;
    void *context;
    /* Under this name the run's state is kept with the task (td_task_state), so that it goes on bit
       for bit; NULL: it starts again. What the callbacks gather is the caller's to keep. */
    const char *state;
};

struct td_ode;

/* `system` (and its context) must outlive *out; one td_ode serves many runs. */
td_status td_ode_create(const struct td_ode_system *system, const struct td_ode_options *options,
                        struct td_ode **out, struct td_error *err);
void td_ode_free(struct td_ode *ode);

/* Integrates y (n) from run->from to run->until, in place. Polls `task` (may be NULL) every step.
   Euler's steps start at each break; where the last one of a segment is not whole it is shortened.
   Between its steps an output is on the straight line, with the other methods it is integrated from
   the last step to the same tolerance.
   TD_BAD_INPUT: times out of order; TD_DIVERGED: the solution leaves the finite numbers (the step
   is in the message); TD_FAILED: too many steps. */
td_status td_ode_solve(struct td_ode *ode, struct td_task *task, const struct td_ode_run *run,
                       double *y, struct td_error *err);

/* Steps taken by the last run. */
int64_t td_ode_steps(const struct td_ode *ode);

#endif
