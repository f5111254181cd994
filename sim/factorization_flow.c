#include "sim/factorization_flow.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/gemm.h"
#include "numeric/linalg.h"
#include "numeric/memory.h"

/* Matrices of (n, n) that the right sides work in. */
enum { G, UTG, A, B, U, VT, SCRATCH };

struct flow {
    const struct td_flow_options *o;
    const struct td_matrix_task *tasks;
    size_t n, square, now; /* now: the task that holds */
    double *scratch[SCRATCH];
    double *s, *a; /* (n) */
    double *singular;
};

static void multiply(const struct flow *f, bool ta, bool tb, const double *x, const double *y,
                     double *out) {
    td_dgemm(ta, tb, f->n, f->n, f->n, x, y, 0, out);
}

/* G = dL/dW. */
static void loss_gradient(const struct flow *f, const double *w, double *g) {
    const struct td_matrix_task *t = &f->tasks[f->now];
    memset(g, 0, f->square * sizeof *g);
    for (size_t k = 0; k < t->observed.count; k++) {
        size_t i = t->at[k];
        g[i] = f->o->weight[f->now] * (w[i] - t->matrix[i]);
    }
}

/* --- singular-value flow: y holds s (n), U (n, n), V (n, n) ---------------------------------- */

static void compose(const struct flow *f, const double *y, double *w) {
    const double *s = y, *u = y + f->n, *v = u + f->square;
    double *us = f->scratch[A];
    for (size_t i = 0; i < f->n; i++)
        for (size_t r = 0; r < f->n; r++)
            us[i * f->n + r] = u[i * f->n + r] * s[r];
    multiply(f, false, true, us, v, w);
}

/* With P = U^T G V (n, n): F o [P S + S P^T] into left, F o [S P + P^T S] into right. */
static void rotations(const struct flow *f, const double *s, const double *p, double *left,
                      double *right) {
    size_t n = f->n;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double coupling = i == j ? 0 : 1 / (f->a[j] - f->a[i]);
            double ij = p[i * n + j], ji = p[j * n + i];
            left[i * n + j] = coupling * (ij * s[j] + s[i] * ji);
            right[i * n + j] = coupling * (s[i] * ij + ji * s[j]);
        }
}

static void negate(size_t n, double *x) {
    for (size_t i = 0; i < n; i++)
        x[i] = -x[i];
}

static void singular_rate(double t, const double *y, double *dydt, void *context) {
    (void)t;
    const struct flow *f = context;
    size_t n = f->n;
    double depth = (double)f->o->depth, *const *m = f->scratch;
    const double *s = y, *u = y + n, *v = u + f->square;
    compose(f, y, m[B]);
    loss_gradient(f, m[B], m[G]);
    multiply(f, true, false, u, m[G], m[UTG]);
    double *p = m[G];
    multiply(f, false, false, m[UTG], v, p);
    for (size_t r = 0; r < n; r++) {
        f->a[r] = pow(s[r] * s[r], 1 / depth);
        dydt[r] = -depth * pow(s[r] * s[r], 1 - 1 / depth) * p[r * n + r];
    }
    rotations(f, s, p, m[A], m[B]);
    multiply(f, false, false, u, m[A], dydt + n);
    multiply(f, false, false, v, m[B], dydt + n + f->square);
    negate(2 * f->square, dydt + n);
}

static int descending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

static td_status singular_output(void *context, size_t i, double t, const double *y,
                                 struct td_error *err) {
    (void)t, (void)err;
    const struct flow *f = context;
    double *out = f->singular + i * f->n;
    for (size_t r = 0; r < f->n; r++)
        out[r] = fabs(y[r]);
    qsort(out, f->n, sizeof *out, descending);
    return TD_OK;
}

static td_status singular_start(const struct flow *f, const double *w, double *y,
                                struct td_error *err) {
    size_t n = f->n;
    const double nearest = 1e-12; /* of the larger one */
    td_status status = td_svd(n, n, w, y, y + n, f->scratch[VT], err);
    if (status)
        return status;
    for (size_t r = 0; r + 1 < n; r++)
        if (!(y[r] - y[r + 1] > nearest * y[r]))
            return td_fail(err, TD_BAD_INPUT,
                           "singular values %zu and %zu of the start are equal (%g): the flow of "
                           "singular vectors has no value there; part them a little (spread > 0)",
                           r + 1, r + 2, y[r]);
    for (size_t i = 0; i < n; i++)
        for (size_t r = 0; r < n; r++)
            y[n + f->square + i * n + r] = f->scratch[VT][r * n + i];
    return TD_OK;
}

/* --- matrix flow: y is W --------------------------------------------------------------------- */

/* In W's singular bases the sum over j is a factor an entry: with a = s^(2/D), row r and column c
   of U^T G V get k_rc = sum_j a_r^(j-1) a_c^(D-j). */
static double power_sum(double row, double column, size_t depth) {
    double sum = 0, left = 1;
    for (size_t j = 0; j < depth; j++) {
        sum = sum * column + left;
        left *= row;
    }
    return sum;
}

static void matrix_rate(double t, const double *y, double *dydt, void *context) {
    (void)t;
    const struct flow *f = context;
    size_t n = f->n;
    double *const *m = f->scratch;
    loss_gradient(f, y, m[G]);
    if (td_svd(n, n, y, f->s, m[U], m[VT], NULL)) {
        for (size_t i = 0; i < f->square; i++)
            dydt[i] = NAN; /* the step is tried again, smaller */
        return;
    }
    for (size_t r = 0; r < n; r++)
        f->a[r] = pow(f->s[r] * f->s[r], 1 / (double)f->o->depth);
    multiply(f, true, false, m[U], m[G], m[UTG]);
    multiply(f, false, true, m[UTG], m[VT], m[A]);
    for (size_t r = 0; r < n; r++)
        for (size_t c = 0; c < n; c++)
            m[A][r * n + c] *= -power_sum(f->a[r], f->a[c], f->o->depth);
    multiply(f, false, false, m[U], m[A], m[B]);
    multiply(f, false, false, m[B], m[VT], dydt);
}

static td_status matrix_output(void *context, size_t i, double t, const double *y,
                               struct td_error *err) {
    (void)t;
    const struct flow *f = context;
    return td_svd(f->n, f->n, y, f->singular + i * f->n, NULL, NULL, err);
}

/* --- both ------------------------------------------------------------------------------------ */

static void choose_task(void *context, size_t segment) {
    struct flow *f = context;
    f->now = f->o->switch_at > 0 && segment == 0 ? 0 : 1;
}

static td_status solve(struct flow *f, double *y, struct td_task *task, struct td_error *err) {
    const struct td_flow_options *o = f->o;
    bool singular = o->kind == TD_FLOW_SINGULAR;
    struct td_ode_system system = {.n = singular ? f->n + 2 * f->square : f->square,
                                   .rate = singular ? singular_rate : matrix_rate,
                                   .context = f};
    struct td_ode_run run = {.until = o->until,
                             .n_breaks = 1,
                             .breaks = &o->switch_at,
                             .segment = choose_task,
                             .n_outputs = o->n_outputs,
                             .outputs = o->outputs,
                             .output = singular ? singular_output : matrix_output,
                             .context = f,
                             .state = o->state};
    struct td_ode *ode = NULL;
    td_status status = td_ode_create(&system, &o->ode, &ode, err);
    if (!status)
        status = td_ode_solve(ode, task, &run, y, err);
    td_ode_free(ode);
    return status;
}

static td_status allocate(struct flow *f, double **y, struct td_error *err) {
    f->scratch[0] = td_calloc(SCRATCH * f->square, sizeof(double));
    f->s = td_calloc(2 * f->n, sizeof(double));
    *y = td_calloc(f->n + 2 * f->square, sizeof(double));
    if (!f->scratch[0] || !f->s || !*y)
        return td_fail_memory(err, (SCRATCH + 2) * f->square * sizeof(double));
    for (size_t i = 1; i < SCRATCH; i++)
        f->scratch[i] = f->scratch[0] + i * f->square;
    f->a = f->s + f->n;
    return TD_OK;
}

td_status td_factorization_flow(const struct td_flow_options *options,
                                const struct td_matrix_task tasks[2], double *w, double *singular,
                                struct td_task *task, struct td_error *err) {
    size_t n = tasks[0].n;
    struct flow f = {.o = options, .tasks = tasks, .n = n, .square = n * n, .singular = singular};
    double *y = NULL;
    if (!(options->switch_at >= 0 && options->switch_at <= options->until))
        return td_fail(err, TD_BAD_INPUT, "the switch at time %g lies outside of 0 to %g",
                       options->switch_at, options->until);
    td_status status = allocate(&f, &y, err);
    if (!status && options->kind == TD_FLOW_SINGULAR)
        status = singular_start(&f, w, y, err);
    else if (!status)
        memcpy(y, w, f.square * sizeof *y);
    if (!status)
        status = solve(&f, y, task, err);
    if (!status && options->kind == TD_FLOW_SINGULAR)
        compose(&f, y, w);
    else if (!status)
        memcpy(w, y, f.square * sizeof *y);
    td_free(f.scratch[0]);
    td_free(f.s);
    td_free(y);
    return status;
}
