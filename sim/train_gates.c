/* Gates and lesions within the training loop: which events act on which controls of a graph. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "numeric/memory.h"
#include "sim/names.h"
#include "sim/train_internal.h"

static const struct td_event *event(const struct td_train *t, size_t e) {
    return (const struct td_event *)t->o.events.v[e].kind;
}

/* --- creation ------------------------------------------------------------------------------- */

static const char *const suffixes[] = {
    [TD_CONTROL_SILENT] = ".silent",
    [TD_CONTROL_DETACHED] = ".detached",
    [TD_CONTROL_LEFT] = ".lesion.left",
    [TD_CONTROL_RIGHT] = ".lesion.right",
};

static enum td_control_role role_of(const char *name) {
    size_t length = strlen(name);
    for (int role = 0; role < TD_CONTROL_OTHER; role++) {
        size_t n = strlen(suffixes[role]);
        if (length > n && strcmp(name + length - n, suffixes[role]) == 0)
            return (enum td_control_role)role;
    }
    return TD_CONTROL_OTHER;
}

static bool concerns(const struct td_train *t, size_t e, const char *control) {
    const struct td_event *kind = event(t, e);
    if (!kind->gate && !kind->lesion)
        return false;
    return td_name_under(kind->what ? kind->what(t->o.events.v[e].params) : "", control);
}

td_status td_pass_controls_create(const struct td_train *t, struct td_pass *pass,
                                  struct td_error *err) {
    size_t n = 0, events = t->o.events.n;
    while (td_graph_control_name(pass->graph, n))
        n++;
    pass->controls = td_calloc(n, sizeof *pass->controls);
    pass->concerned = td_calloc(n * events, sizeof *pass->concerned);
    if (!pass->controls || !pass->concerned)
        return td_fail_memory(err, n * sizeof *pass->controls);
    for (size_t c = 0; c < n; c++) {
        const char *name = td_graph_control_name(pass->graph, c);
        pass->controls[c] =
            (struct td_control){.role = role_of(name), .tensor = td_graph_find(pass->graph, name)};
        for (size_t e = 0; e < events; e++)
            pass->concerned[c * events + e] = concerns(t, e, name);
    }
    pass->n_controls = n;
    return TD_OK;
}

void td_pass_controls_free(struct td_pass *pass) {
    td_free(pass->controls);
    td_free(pass->concerned);
}

static td_status check_names(const struct td_train *t, size_t e, struct td_error *err) {
    enum { NAMES = 4096 };
    const char *names[NAMES];
    const struct td_graph *g = t->passes[0]->graph;
    size_t n = 0;
    while (n < NAMES && (names[n] = td_graph_control_name(g, n)))
        n++;
    return td_event_check_gates(&t->o.events.v[e], e, names, n, err);
}

/* Each control holds as many directions as it has columns. */
static td_status check_room(const struct td_train *t, struct td_error *err) {
    const struct td_pass *pass = t->passes[0];
    size_t events = t->o.events.n;
    for (size_t c = 0; c < pass->n_controls; c++) {
        const struct td_control *control = &pass->controls[c];
        bool left = control->role == TD_CONTROL_LEFT;
        size_t lesions = 0;
        for (size_t e = 0; e < events; e++)
            lesions += pass->concerned[c * events + e] && event(t, e)->lesion;
        if (!left && control->role != TD_CONTROL_RIGHT)
            continue;
        if (lesions > control->tensor->cols)
            return td_fail(err, TD_BAD_INPUT,
                           "events: %zu lesions of one pathway; at most %zu are possible", lesions,
                           control->tensor->cols);
        if (control->tensor->rows != (left ? t->n_out : t->o.data->d))
            return td_fail(err, TD_BAD_INPUT, "%s holds directions of %zu numbers, not %zu",
                           td_graph_control_name(pass->graph, c), control->tensor->rows,
                           left ? t->n_out : t->o.data->d);
    }
    return TD_OK;
}

static td_status find_direction(struct td_train *t, size_t e, struct td_error *err) {
    struct td_lesion *lesion = &t->lesions[e];
    lesion->left = td_calloc(t->n_out, sizeof *lesion->left);
    lesion->right = td_calloc(t->o.data->d, sizeof *lesion->right);
    if (!lesion->left || !lesion->right)
        return td_fail_memory(err, (t->n_out + t->o.data->d) * sizeof *lesion->left);
    td_status status =
        event(t, e)->lesion(t->o.events.v[e].params, t->o.data, lesion->left, lesion->right, err);
    return status ? td_fail_in(err, "events.%zu", e) : TD_OK;
}

td_status td_train_gates_create(struct td_train *t, struct td_error *err) {
    td_status status = TD_OK;
    t->gates = td_calloc(t->o.events.n, sizeof *t->gates);
    t->lesions = td_calloc(t->o.events.n, sizeof *t->lesions);
    if (!t->gates || !t->lesions)
        return td_fail_memory(err, t->o.events.n * sizeof *t->lesions);
    for (size_t e = 0; e < t->o.events.n && !status; e++) {
        status = check_names(t, e, err);
        if (!status && event(t, e)->lesion)
            status = find_direction(t, e, err);
    }
    return status ? status : check_room(t, err);
}

void td_train_gates_free(struct td_train *t) {
    for (size_t e = 0; t->lesions && e < t->o.events.n; e++) {
        td_free(t->lesions[e].left);
        td_free(t->lesions[e].right);
    }
    td_free(t->lesions);
    td_free(t->gates);
}

/* --- before a pass -------------------------------------------------------------------------- */

/* What acts at this step, once for all controls. */
static void decide(struct td_train *t) {
    uint64_t step = t->progress.step;
    for (size_t e = 0; e < t->o.events.n; e++) {
        struct td_gate *gate = &t->gates[e];
        *gate = (struct td_gate){0};
        if (event(t, e)->gate && td_event_acts(&t->o.events.v[e], step))
            event(t, e)->gate(t->o.events.v[e].params, t->noise_streams[e], step, gate);
    }
}

static void close_gate(const struct td_train *t, const struct td_control *c,
                       const bool *concerned) {
    double closed = 0;
    for (size_t e = 0; e < t->o.events.n; e++)
        if (concerned[e])
            closed = fmax(closed,
                          c->role == TD_CONTROL_SILENT ? t->gates[e].silent : t->gates[e].detached);
    c->tensor->v[0] = (real)closed;
}

/* Whether one of the first n columns of D (rows, stride) is the direction v: orthonormal columns
   must not hold one twice. */
static bool holds(const struct td_tensor *d, size_t n, const double *v) {
    for (size_t k = 0; k < n; k++) {
        double along = 0;
        for (size_t r = 0; r < d->rows; r++)
            along += (double)d->v[r * d->cols + k] * v[r];
        if (fabs(along) > 0.5)
            return true;
    }
    return false;
}

static void set_directions(const struct td_train *t, const struct td_control *c,
                           const bool *concerned) {
    struct td_tensor *d = c->tensor;
    size_t n = 0;
    memset(d->v, 0, d->rows * d->cols * sizeof *d->v);
    for (size_t e = 0; e < t->o.events.n; e++) {
        const struct td_lesion *lesion = &t->lesions[e];
        const double *v = c->role == TD_CONTROL_LEFT ? lesion->left : lesion->right;
        if (!concerned[e] || !v || !td_event_acts(&t->o.events.v[e], t->progress.step) ||
            holds(d, n, v))
            continue;
        for (size_t r = 0; r < d->rows; r++)
            d->v[r * d->cols + n] = (real)v[r];
        n++;
    }
}

void td_train_gates_set(struct td_train *t, struct td_pass *pass) {
    if (pass->n_controls == 0 || t->o.events.n == 0)
        return;
    decide(t);
    for (size_t c = 0; c < pass->n_controls; c++) {
        const struct td_control *control = &pass->controls[c];
        const bool *concerned = pass->concerned + c * t->o.events.n;
        if (control->role == TD_CONTROL_SILENT || control->role == TD_CONTROL_DETACHED)
            close_gate(t, control, concerned);
        else if (control->role != TD_CONTROL_OTHER)
            set_directions(t, control, concerned);
    }
}
