#include "sim/ode.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_odeiv2.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "numeric/memory.h"
#include "sim/ode_root.h"

const char *const td_ode_methods[] = {"rk8pd", "rkf45", "rkck", "msadams", "msbdf", "euler", NULL};

#define MAX_STEPS 1000000000 /* where options.max_steps is 0 */
#define FIRST_STEP 1e-3      /* of a segment, where options.step is 0 */

/* What a run goes on from: the end of the last step, or of the last segment where the method
   remembers earlier steps. */
struct progress {
    int64_t segment, outputs, steps;
    double t, h;
};

struct td_ode {
    const struct td_ode_system *system;
    struct td_ode_options options;
    gsl_odeiv2_system gsl;
    gsl_odeiv2_driver *driver; /* NULL: euler */
    gsl_odeiv2_driver *side;   /* from the last step to an output */
    bool multistep, resting;
    struct progress progress;
    double *kept; /* y of `progress` */
    double *y, *before, *between, *rate;
    double t, h, t_before; /* of y and before */
    int64_t steps;
};

static td_status check_finite(const char *name, double x, bool zero_allowed, struct td_error *err) {
    if (isfinite(x) && (x > 0 || (zero_allowed && x == 0)))
        return TD_OK;
    return td_fail(err, TD_BAD_INPUT, "%s is %g: must be finite and %s 0", name, x,
                   zero_allowed ? "at least" : "above");
}

td_status td_ode_options_check(const struct td_ode_options *o, struct td_error *err) {
    if (o->method < 0 || o->method > TD_ODE_EULER)
        return td_fail(err, TD_BAD_INPUT, "ODE method %d: known are 0 to %d", o->method,
                       TD_ODE_EULER);
    td_status status = check_finite("step", o->step, o->method != TD_ODE_EULER, err);
    if (status || o->method == TD_ODE_EULER)
        return status;
    status = check_finite("rel_tol", o->rel_tol, true, err);
    if (!status)
        status = check_finite("abs_tol", o->abs_tol, true, err);
    if (!status && o->rel_tol == 0 && o->abs_tol == 0)
        status = td_fail(err, TD_BAD_INPUT, "rel_tol and abs_tol are both 0: one must be above 0");
    return status;
}

/* --- the system as GSL wants it ------------------------------------------------------------- */

static int gsl_rate(double t, const double *y, double *dydt, void *context) {
    const struct td_ode_system *system = context;
    system->rate(t, y, dydt, system->context);
    for (size_t i = 0; i < system->n; i++)
        if (!isfinite(dydt[i]))
            return GSL_FAILURE; /* makes GSL try a smaller step */
    return GSL_SUCCESS;
}

static int gsl_jacobian(double t, const double *y, double *dfdy, double *dfdt, void *context) {
    const struct td_ode_system *system = context;
    system->jacobian(t, y, dfdy, dfdt, system->context);
    return GSL_SUCCESS;
}

static td_status make_drivers(struct td_ode *ode, struct td_error *err) {
    const gsl_odeiv2_step_type *const types[] = {gsl_odeiv2_step_rk8pd, gsl_odeiv2_step_rkf45,
                                                 gsl_odeiv2_step_rkck, gsl_odeiv2_step_msadams,
                                                 gsl_odeiv2_step_msbdf};
    const struct td_ode_options *o = &ode->options;
    ode->gsl = (gsl_odeiv2_system){gsl_rate, ode->system->jacobian ? gsl_jacobian : NULL,
                                   ode->system->n, (void *)ode->system};
    const double any_step = 1; /* set before every use */
    ode->driver = gsl_odeiv2_driver_alloc_y_new(&ode->gsl, types[o->method], any_step, o->abs_tol,
                                                o->rel_tol);
    ode->side = gsl_odeiv2_driver_alloc_y_new(&ode->gsl, gsl_odeiv2_step_rk8pd, any_step,
                                              o->abs_tol, o->rel_tol);
    ode->multistep = o->method == TD_ODE_MSADAMS || o->method == TD_ODE_MSBDF;
    return ode->driver && ode->side ? TD_OK : td_fail_memory(err, ode->system->n * sizeof(double));
}

td_status td_ode_create(const struct td_ode_system *system, const struct td_ode_options *options,
                        struct td_ode **out, struct td_error *err) {
    *out = NULL;
    td_status status = td_ode_options_check(options, err);
    if (status)
        return status;
    if (system->n == 0)
        return td_fail(err, TD_BAD_INPUT, "an ODE needs at least one variable");
    if (options->method == TD_ODE_MSBDF && !system->jacobian)
        return td_fail(err, TD_BAD_INPUT, "method msbdf needs the system's Jacobian");
    struct td_ode *ode = td_calloc(1, sizeof *ode);
    if (!ode)
        return td_fail_memory(err, sizeof *ode);
    ode->system = system;
    ode->options = *options;
    double **const vectors[] = {&ode->kept, &ode->y, &ode->before, &ode->between, &ode->rate};
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors && !status; i++)
        if (!(*vectors[i] = td_calloc(system->n, sizeof(double))))
            status = td_fail_memory(err, system->n * sizeof(double));
    if (!status && options->method != TD_ODE_EULER)
        status = make_drivers(ode, err);
    if (status)
        td_ode_free(ode);
    else
        *out = ode;
    return status;
}

void td_ode_free(struct td_ode *ode) {
    if (!ode)
        return;
    if (ode->driver)
        gsl_odeiv2_driver_free(ode->driver);
    if (ode->side)
        gsl_odeiv2_driver_free(ode->side);
    td_free(ode->kept);
    td_free(ode->y);
    td_free(ode->before);
    td_free(ode->between);
    td_free(ode->rate);
    td_free(ode);
}

int64_t td_ode_steps(const struct td_ode *ode) {
    return ode->steps;
}

/* --- steps ---------------------------------------------------------------------------------- */

static void copy(const struct td_ode *ode, double *to, const double *from) {
    memcpy(to, from, ode->system->n * sizeof *to);
}

static bool all_finite(const struct td_ode *ode, const double *y) {
    for (size_t i = 0; i < ode->system->n; i++)
        if (!isfinite(y[i]))
            return false;
    return true;
}

static td_status diverged(const struct td_ode *ode, struct td_error *err) {
    return td_fail(err, TD_DIVERGED,
                   "diverged at step %lld: the solution is not finite near t = %g",
                   (long long)ode->steps, ode->t_before);
}

/* One step of fixed length, the segment's last one shortened unless it is whole to rounding. */
static td_status euler_step(struct td_ode *ode, double start, double end, struct td_error *err) {
    const double h = ode->options.step, whole = 1e-6; /* of a step: rounding of the times */
    double done = round((ode->t - start) / h), left = (end - start) / h - done;
    double length = left > 1 - whole ? h : left * h;
    ode->system->rate(ode->t, ode->y, ode->rate, ode->system->context);
    for (size_t i = 0; i < ode->system->n; i++)
        ode->y[i] += length * ode->rate[i];
    ode->t = left > 1 + whole ? start + (done + 1) * h : end;
    return all_finite(ode, ode->y) ? TD_OK : diverged(ode, err);
}

static td_status adaptive_step(struct td_ode *ode, double end, struct td_error *err) {
    gsl_odeiv2_driver *d = ode->driver;
    int code = gsl_odeiv2_evolve_apply(d->e, d->c, d->s, &ode->gsl, &ode->t, end, &ode->h, ode->y);
    if (code == GSL_SUCCESS && all_finite(ode, ode->y)) {
        if (ode->t == ode->t_before)
            return diverged(ode, err); /* the step is below rounding: the solution runs away */
        return TD_OK;
    }
    return diverged(ode, err);
}

static void start_segment(struct td_ode *ode, double start, double end) {
    double h = ode->options.step > 0 ? ode->options.step : FIRST_STEP * (end - start);
    ode->h = fmin(h, end - start);
}

/* y at a time within the step just taken, into ode->between. */
static td_status between(struct td_ode *ode, double t, struct td_error *err) {
    if (t >= ode->t || ode->resting) {
        copy(ode, ode->between, ode->y);
        return TD_OK;
    }
    copy(ode, ode->between, ode->before);
    if (t <= ode->t_before)
        return TD_OK;
    if (!ode->side) {
        double w = (t - ode->t_before) / (ode->t - ode->t_before);
        for (size_t i = 0; i < ode->system->n; i++)
            ode->between[i] += w * (ode->y[i] - ode->before[i]);
        return TD_OK;
    }
    double at = ode->t_before;
    gsl_odeiv2_driver_reset(ode->side);
    gsl_odeiv2_driver_reset_hstart(ode->side, t - at);
    if (gsl_odeiv2_driver_apply(ode->side, &at, t, ode->between) != GSL_SUCCESS)
        return diverged(ode, err);
    return TD_OK;
}

/* --- what is looked at ---------------------------------------------------------------------- */

/* Outputs up to the end of the step; those made before a checkpoint are not made again. */
static td_status make_outputs(struct td_ode *ode, const struct td_ode_run *run, size_t *next,
                              struct td_error *err) {
    td_status status = TD_OK;
    for (; !status && *next < run->n_outputs && run->outputs[*next] <= ode->t; ++*next) {
        if ((int64_t)*next < ode->progress.outputs)
            continue;
        status = between(ode, run->outputs[*next], err);
        if (!status && run->output)
            status = run->output(run->context, *next, run->outputs[*next], ode->between, err);
        if (!status)
            ode->progress.outputs++;
    }
    return status;
}

struct crossing {
    struct td_ode *ode;
    const struct td_ode_run *run;
    size_t level;
    td_status status;
    struct td_error *err;
};

static double level_at(double t, void *context) {
    struct crossing *c = context;
    td_status status = between(c->ode, t, c->err);
    if (status)
        c->status = status;
    return status ? 0 : c->run->level(c->run->context, c->level, c->ode->between);
}

static td_status find_crossing(struct crossing *c, double *out) {
    td_status status = td_root(level_at, c, c->ode->t_before, c->ode->t, 0, out, c->err);
    return c->status ? c->status : status;
}

static td_status find_crossings(struct td_ode *ode, const struct td_ode_run *run,
                                struct td_error *err) {
    td_status status = TD_OK;
    for (size_t i = 0; i < run->n_levels && !status; i++) {
        if (!isnan(run->crossing[i]) || !(run->level(run->context, i, ode->y) >= 0))
            continue;
        run->crossing[i] = ode->t;
        if (ode->t > ode->t_before && run->level(run->context, i, ode->before) < 0) {
            struct crossing c = {ode, run, i, TD_OK, err};
            status = find_crossing(&c, &run->crossing[i]);
        }
    }
    return status;
}

static td_status look_at_step(struct td_ode *ode, const struct td_ode_run *run, size_t *next,
                              struct td_error *err) {
    td_status status = run->look ? run->look(run->context, ode->t, ode->y, err) : TD_OK;
    if (!status)
        status = find_crossings(ode, run, err);
    return status ? status : make_outputs(ode, run, next, err);
}

/* --- a run ---------------------------------------------------------------------------------- */

static void keep(struct td_ode *ode) {
    ode->progress.t = ode->t;
    ode->progress.h = ode->h;
    ode->progress.steps = ode->steps;
    copy(ode, ode->kept, ode->y);
}

/* y stays as it is from here to the end of the segment. */
static td_status rest_until(struct td_ode *ode, double end, const struct td_ode_run *run,
                            size_t *next, struct td_error *err) {
    ode->resting = true;
    ode->t = end;
    td_status status = make_outputs(ode, run, next, err);
    ode->resting = false;
    return status;
}

static td_status run_segment(struct td_ode *ode, struct td_task *task, const struct td_ode_run *run,
                             size_t k, bool resumed, struct td_error *err) {
    double start = k ? run->breaks[k - 1] : run->from;
    double end = k < run->n_breaks ? run->breaks[k] : run->until;
    int64_t limit = ode->options.max_steps ? ode->options.max_steps : MAX_STEPS;
    size_t next = 0;
    td_status status = TD_OK;
    if (run->segment)
        run->segment(run->context, k);
    if (ode->driver)
        gsl_odeiv2_driver_reset(ode->driver);
    if (!resumed || ode->t == start)
        start_segment(ode, start, end);
    while (next < run->n_outputs && run->outputs[next] <= ode->t &&
           (int64_t)next < ode->progress.outputs)
        next++;
    if (k == 0 && ode->t == start) {
        ode->t_before = ode->t;
        status = look_at_step(ode, run, &next, err);
    }
    while (!status && ode->t < end) {
        copy(ode, ode->before, ode->y);
        ode->t_before = ode->t;
        status = ode->driver ? adaptive_step(ode, end, err) : euler_step(ode, start, end, err);
        ode->steps++;
        if (!status)
            status = look_at_step(ode, run, &next, err);
        if (!status && ode->t < end && run->at_rest && run->at_rest(run->context, ode->t, ode->y))
            status = rest_until(ode, end, run, &next, err);
        if (!status && ode->steps >= limit && ode->t < run->until)
            status = td_fail(err, TD_FAILED, "the ODE took %lld steps and is only at t = %g of %g",
                             (long long)limit, ode->t, run->until);
        if (!status && !ode->multistep)
            keep(ode);
        if (!status)
            status = td_task_poll(task, err);
    }
    return status;
}

static td_status check_times(const char *what, const double *t, size_t n,
                             const struct td_ode_run *run, struct td_error *err) {
    for (size_t i = 0; i < n; i++)
        if (!(t[i] >= (i ? t[i - 1] : run->from) && t[i] <= run->until))
            return td_fail(err, TD_BAD_INPUT, "%s %zu at t = %g: must ascend within %g .. %g", what,
                           i + 1, t[i], run->from, run->until);
    return TD_OK;
}

static td_status check_run(const struct td_ode_run *run, struct td_error *err) {
    if (!(isfinite(run->from) && isfinite(run->until) && run->from <= run->until))
        return td_fail(err, TD_BAD_INPUT, "an ODE runs from %g until %g: must be finite, in order",
                       run->from, run->until);
    td_status status = check_times("break", run->breaks, run->n_breaks, run, err);
    return status ? status : check_times("output", run->outputs, run->n_outputs, run, err);
}

/* Registers (or, with `forget`, releases) what the run goes on from. */
static td_status keep_with_task(struct td_ode *ode, struct td_task *task,
                                const struct td_ode_run *run, bool forget, bool *resumed,
                                struct td_error *err) {
    struct {
        const char *suffix;
        void *ptr;
        size_t bytes;
    } parts[] = {{"", &ode->progress, sizeof ode->progress},
                 {".y", ode->kept, ode->system->n * sizeof *ode->kept},
                 {".crossing", run->crossing, run->n_levels * sizeof(double)}};
    *resumed = false;
    td_status status = TD_OK;
    for (size_t i = 0; run->state && i < (run->n_levels ? 3 : 2) && !status; i++) {
        char name[TD_SITE_MAX];
        snprintf(name, sizeof name, "%.40s%s", run->state, parts[i].suffix);
        status = td_task_state(task, name, forget ? NULL : parts[i].ptr,
                               forget ? 0 : parts[i].bytes, i ? NULL : resumed, err);
    }
    return status;
}

static td_status run_segments(struct td_ode *ode, struct td_task *task,
                              const struct td_ode_run *run, bool resumed, struct td_error *err) {
    copy(ode, ode->y, ode->kept);
    ode->t = ode->progress.t;
    ode->h = ode->progress.h;
    ode->steps = ode->progress.steps;
    td_status status = TD_OK;
    while (!status && ode->progress.segment <= (int64_t)run->n_breaks) {
        status = run_segment(ode, task, run, (size_t)ode->progress.segment, resumed, err);
        resumed = false;
        if (!status) {
            ode->progress.segment++;
            keep(ode);
        }
    }
    return status;
}

td_status td_ode_solve(struct td_ode *ode, struct td_task *task, const struct td_ode_run *run,
                       double *y, struct td_error *err) {
    td_status status = check_run(run, err);
    if (!status && !all_finite(ode, y))
        status = td_fail(err, TD_BAD_INPUT, "an ODE must start from finite values");
    if (status)
        return status;
    bool resumed, ignored;
    ode->progress = (struct progress){.t = run->from};
    copy(ode, ode->kept, y);
    for (size_t i = 0; i < run->n_levels; i++)
        run->crossing[i] = NAN;
    status = keep_with_task(ode, task, run, false, &resumed, err);
    gsl_error_handler_t *handler = gsl_set_error_handler_off();
    if (!status)
        status = run_segments(ode, task, run, resumed, err);
    gsl_set_error_handler(handler);
    copy(ode, y, ode->y);
    td_status released =
        status == TD_INTERRUPTED ? TD_OK : keep_with_task(ode, task, run, true, &ignored, err);
    return status ? status : released;
}
