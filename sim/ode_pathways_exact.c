/* The flow of pathways without an integrator: one quadrature and one root between two breaks. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <math.h>
#include <string.h>

#include "sim/ode_pathways.h"
#include "sim/ode_root.h"

enum { WORKSPACE = 100 };

/* One stretch between breaks. With tau the integral of r dt, phi_x(tau) = phi_x + gate_x tau. It
   is measured from its end backwards, u = tau_end - tau >= 0 (or <= 0 where strengths fall), since
   phi there is small and well conditioned while phi at the start may be huge. */
struct stretch {
    const struct td_pathways *model;
    const struct td_pathways_flow *flow;
    double phi[TD_PATHWAYS_MAX];    /* at the start */
    double at_end[TD_PATHWAYS_MAX]; /* at the fixed point, or beyond */
    double tau_end;                 /* signed */
    double tail_from, tail_rate;    /* from v = tail_from on, r = tail_rate u */
    double wanted;                  /* residual, level or time that a root is sought for */
    gsl_integration_workspace *workspace;
    int code; /* of the last quadrature */
};

static double strength_at(const struct stretch *s, size_t i, double phi) {
    int form = s->model->form;
    int64_t depth = s->model->depth[i];
    return td_pathway_strength(form, depth, td_pathway_at_coordinate(form, depth, phi));
}

/* sum of outputs at u before the end. */
static double output_at(const struct stretch *s, double u) {
    double total = 0;
    for (size_t i = 0; i < s->model->n; i++)
        if (s->flow->output[i] > 0)
            total += s->flow->output[i] * strength_at(s, i, s->at_end[i] - s->flow->gate[i] * u);
    return total;
}

static double output_gap(double u, void *context) {
    struct stretch *s = context;
    double gap = output_at(s, u) - s->wanted;
    return fmax(fmin(gap, 1e300), -1e300);
}

/* Sets at_end to phi + gate tau. */
static void set_end(struct stretch *s, double tau) {
    s->tau_end = tau;
    for (size_t i = 0; i < s->model->n; i++)
        s->at_end[i] = s->phi[i] + s->flow->gate[i] * tau;
}

/* The end of a rising stretch: first beyond it, where the pathway that gets there first would carry
   everything, then at the root. Equal pathways keep equal coordinates to the last bit. */
static td_status rise_to(struct stretch *s, double level, struct td_error *err) {
    const struct td_pathways *m = s->model;
    double most = level, tau = HUGE_VAL, top = 0;
    size_t first = m->n;
    for (size_t i = 0; i < m->n; i++)
        most += s->flow->output[i] * fmax(-strength_at(s, i, s->phi[i]), 0);
    for (size_t i = 0; i < m->n; i++) {
        double weight = s->flow->output[i], gate = s->flow->gate[i];
        if (!(weight > 0 && gate > 0) || isinf(s->phi[i]))
            continue;
        double state = td_pathway_state(m->form, m->depth[i], most / weight);
        double phi = td_pathway_coordinate(m->form, m->depth[i], state);
        if ((phi - s->phi[i]) / gate < tau) {
            tau = (phi - s->phi[i]) / gate;
            top = phi;
            first = i;
        }
    }
    if (first == m->n)
        return td_fail(err, TD_FAILED, "no pathway can grow: the strengths never sum to %g", level);
    for (size_t i = 0; i < m->n; i++) {
        double ratio = s->flow->gate[i] / s->flow->gate[first];
        s->at_end[i] = i == first ? top : (s->phi[i] - ratio * s->phi[first]) + ratio * top;
        if (isinf(s->phi[i]))
            s->at_end[i] = s->phi[i];
    }
    s->tau_end = tau;
    double u = 0;
    s->wanted = level;
    if (output_gap(0, s) > 0 && output_gap(tau, s) < 0) {
        td_status status = td_root(output_gap, s, 0, tau, 0, &u, err);
        if (status)
            return status;
    }
    for (size_t i = 0; i < m->n; i++)
        s->at_end[i] -= s->flow->gate[i] * u;
    s->tau_end = tau - u;
    return TD_OK;
}

/* The end of a falling stretch (more output than the target): bracketed by doubling. */
static td_status fall_to(struct stretch *s, double level, struct td_error *err) {
    double reach = 1e-3, u = 0;
    s->wanted = level;
    set_end(s, 0);
    while (output_gap(reach, s) > 0 && reach < 1e300)
        reach *= 2;
    if (!(reach < 1e300))
        return td_fail(err, TD_FAILED, "frozen pathways alone exceed the target %g", level);
    td_status status = td_root(output_gap, s, 0, reach, 0, &u, err);
    if (!status)
        set_end(s, -u);
    return status;
}

static double residual_at(const struct stretch *s, double u) {
    return s->model->target - output_at(s, u);
}

/* dt for a step in v, u = tau_end exp(-v). */
static double time_density(double v, void *context) {
    const struct stretch *s = context;
    double u = s->tau_end * exp(-v);
    return u / residual_at(s, u);
}

/* Close to the end the residual is proportional to u (and its difference drowns in rounding). */
static void find_tail(struct stretch *s) {
    const double close = 1e-6; /* of the target: what is left out is of the order of its square */
    double u = s->tau_end;
    while (fabs(residual_at(s, u)) > close * s->model->target)
        u *= 0.25;
    s->tail_from = log(s->tau_end / u);
    s->tail_rate = residual_at(s, u) / u;
}

/* Near the tail r has fewer digits than the quadrature asks for. That is harmless where the time's
   error moves the strengths, at the rate r, by no more than rounding. */
static bool good_enough(const struct stretch *s, double error, double time) {
    const double of_time = 1e-7, of_target = 1e-11;
    double moved = error * s->tail_rate * fabs(residual_at(s, s->tau_end));
    return error <= of_time * time || moved <= of_target * s->model->target;
}

/* Time from the start of the stretch to v. */
static double time_at(struct stretch *s, double v) {
    gsl_function f = {time_density, s};
    double time = 0, error, to = fmin(v, s->tail_from);
    if (to > 0) {
        const double wanted = 1e-11;
        int code = gsl_integration_qag(&f, 0, to, 0, wanted, WORKSPACE, GSL_INTEG_GAUSS21,
                                       s->workspace, &time, &error);
        s->code = good_enough(s, error, time) ? GSL_SUCCESS : code;
    }
    return time + fmax(v - s->tail_from, 0) / s->tail_rate;
}

static double time_gap(double v, void *context) {
    struct stretch *s = context;
    return time_at(s, v) - s->wanted;
}

/* Where the stretch is after `time`: tau, into phi. */
static td_status go_on(struct stretch *s, double time, struct td_error *err) {
    double before_tail = time_at(s, s->tail_from), v;
    td_status status = TD_OK;
    s->wanted = time;
    if (time >= before_tail)
        v = s->tail_from + (time - before_tail) * s->tail_rate;
    else
        status = td_root(time_gap, s, 0, s->tail_from, 0, &v, err);
    if (!status && s->code)
        status = td_fail(err, TD_FAILED, "quadrature of the flow: %s", gsl_strerror(s->code));
    for (size_t i = 0; i < s->model->n && !status; i++) {
        double gate = s->flow->gate[i];
        /* From the nearer side: close to the start phi + gate tau keeps more digits. */
        s->phi[i] = v < 0.5 ? s->phi[i] - gate * s->tau_end * expm1(-v)
                            : s->at_end[i] - gate * s->tau_end * exp(-v);
    }
    return status;
}

static void coordinates(struct stretch *s, const double *state) {
    for (size_t i = 0; i < s->model->n; i++)
        s->phi[i] = td_pathway_coordinate(s->model->form, s->model->depth[i], state[i]);
}

static td_status start_stretch(struct stretch *s, bool *still, struct td_error *err) {
    const double nothing = 1e-13; /* of the target */
    double gates = 0;
    set_end(s, 0);
    for (size_t i = 0; i < s->model->n; i++)
        gates = fmax(gates, isinf(s->phi[i]) ? 0 : s->flow->gate[i]);
    double r = residual_at(s, 0);
    *still = gates == 0 || fabs(r) <= nothing * s->model->target;
    if (*still)
        return TD_OK;
    td_status status =
        r > 0 ? rise_to(s, s->model->target, err) : fall_to(s, s->model->target, err);
    if (!status)
        find_tail(s);
    return status;
}

/* Time that stretch k has, from t on: until its break or `until`. */
static double stretch_length(const struct td_pathways_flow *flow, size_t k, double until) {
    double from = k ? flow->breaks[k - 1] : 0;
    double to = k < flow->n_breaks ? fmin(flow->breaks[k], until) : until;
    return to - from;
}

static td_status run_stretches(struct stretch *s, struct td_pathways_flow *flow, double time,
                               struct td_error *err) {
    td_status status = TD_OK;
    for (size_t k = 0; k <= flow->n_breaks && !status; k++) {
        double length = stretch_length(flow, k, time);
        bool still;
        if (!(length > 0))
            continue;
        td_pathways_segment(flow, k);
        status = start_stretch(s, &still, err);
        if (status || still)
            continue;
        if (isinf(length))
            memcpy(s->phi, s->at_end, sizeof s->phi);
        else
            status = go_on(s, length, err);
    }
    return status;
}

td_status td_pathways_exact(const struct td_pathways *m, double *state, double time,
                            struct td_error *err) {
    struct td_pathways_flow flow;
    struct stretch s = {.model = m, .flow = &flow};
    td_pathways_system(m, time, &flow);
    s.workspace = gsl_integration_workspace_alloc(WORKSPACE);
    if (!s.workspace)
        return td_fail_memory(err, WORKSPACE * sizeof(double));
    gsl_error_handler_t *handler = gsl_set_error_handler_off();
    coordinates(&s, state);
    td_status status = run_stretches(&s, &flow, time, err);
    for (size_t i = 0; i < m->n && !status; i++)
        if (isfinite(s.phi[i]))
            state[i] = td_pathway_at_coordinate(m->form, m->depth[i], s.phi[i]);
    gsl_set_error_handler(handler);
    gsl_integration_workspace_free(s.workspace);
    return status;
}

/* Time within a rising stretch until the strengths sum to `level`; HUGE_VAL: never. Silent
   pathways count with what they would give. */
static td_status time_in_stretch(struct stretch *s, double level, double *out,
                                 struct td_error *err) {
    struct td_pathways_flow all = *s->flow;
    struct stretch target = *s;
    for (size_t i = 0; i < s->model->n; i++)
        all.output[i] = 1;
    target.flow = &all;
    *out = HUGE_VAL;
    if (rise_to(&target, level, NULL) || !(target.tau_end < s->tau_end))
        return TD_OK;
    *out = time_at(s, -log1p(-target.tau_end / s->tau_end));
    return s->code ? td_fail(err, TD_FAILED, "quadrature of the flow: %s", gsl_strerror(s->code))
                   : TD_OK;
}

static td_status search_stretches(struct stretch *s, struct td_pathways_flow *flow, double level,
                                  double *out, struct td_error *err) {
    td_status status = TD_OK;
    for (size_t k = 0; k <= flow->n_breaks && !status && isnan(*out); k++) {
        double length = stretch_length(flow, k, INFINITY), time;
        bool still;
        if (!(length > 0))
            continue;
        td_pathways_segment(flow, k);
        status = start_stretch(s, &still, err);
        if (status || still)
            continue;
        if (s->tau_end > 0) {
            status = time_in_stretch(s, level, &time, err);
            if (!status && isfinite(time) && time <= length)
                *out = (k ? flow->breaks[k - 1] : 0) + time;
        }
        if (!status && isinf(length))
            break;
        if (!status && isnan(*out))
            status = go_on(s, length, err);
    }
    return status;
}

td_status td_pathways_time_to(const struct td_pathways *m, const double *state, double level,
                              double *out, struct td_error *err) {
    struct td_pathways_flow flow;
    struct stretch s = {.model = m, .flow = &flow};
    *out = td_pathways_total(m, state) >= level ? 0 : NAN;
    if (*out == 0)
        return TD_OK;
    td_pathways_system(m, INFINITY, &flow);
    s.workspace = gsl_integration_workspace_alloc(WORKSPACE);
    if (!s.workspace)
        return td_fail_memory(err, WORKSPACE * sizeof(double));
    gsl_error_handler_t *handler = gsl_set_error_handler_off();
    coordinates(&s, state);
    td_status status = search_stretches(&s, &flow, level, out, err);
    gsl_set_error_handler(handler);
    gsl_integration_workspace_free(s.workspace);
    return status;
}
