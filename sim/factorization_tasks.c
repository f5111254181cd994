#include "sim/factorization_tasks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/gemm.h"
#include "numeric/linalg.h"
#include "numeric/memory.h"

/* Layers of the draw (step: task): one use each. */
enum draw { DRAW_LEFT, DRAW_RIGHT, DRAW_LEFT_MIX, DRAW_RIGHT_MIX, DRAW_POSITIONS };

td_status td_matrix_tasks_check(const struct td_matrix_tasks_options *o, struct td_error *err) {
    if (o->n < 1 || o->n > TD_FACTOR_SIDE_MAX)
        return td_fail(err, TD_BAD_INPUT, "n is %zu, allowed are 1 to %d", o->n,
                       TD_FACTOR_SIDE_MAX);
    for (int i = 0; i < 2; i++) {
        if (o->rank[i] < 1 || o->rank[i] > o->n)
            return td_fail(err, TD_BAD_INPUT,
                           "rank%d is %zu: a matrix of %zu x %zu has ranks 1 to %zu", i + 1,
                           o->rank[i], o->n, o->n, o->n);
        if (o->observed[i] < 1 || o->observed[i] > o->n * o->n)
            return td_fail(err, TD_BAD_INPUT,
                           "observations%d is %zu: a matrix of %zu x %zu has 1 to %zu entries to "
                           "observe",
                           i + 1, o->observed[i], o->n, o->n, o->n * o->n);
    }
    if (o->same && o->rank[0] != o->rank[1])
        return td_fail(err, TD_BAD_INPUT,
                       "rank1 is %zu and rank2 is %zu: the same matrix has one rank", o->rank[0],
                       o->rank[1]);
    if (!o->same && o->angle > 0 && o->rank[0] + o->rank[1] > o->n)
        return td_fail(err, TD_BAD_INPUT,
                       "angle is %g: subspaces at an angle need rank1 + rank2 <= n, but %zu + %zu "
                       "> %zu",
                       o->angle, o->rank[0], o->rank[1], o->n);
    if (!(o->angle <= 90))
        return td_fail(err, TD_BAD_INPUT, "angle is %g: principal angles go up to 90 degrees",
                       o->angle);
    return TD_OK;
}

/* --- subspaces ------------------------------------------------------------------------------ */

struct side {
    double *factor; /* (n, rank): A or B */
    double *basis;  /* (n, rank) */
};

static td_status draw_side(struct td_stream stream, uint64_t task, enum draw draw, size_t n,
                           size_t rank, struct side *out, struct td_error *err) {
    td_random_dnormal(stream, task, draw, 0, n * rank, out->factor);
    return td_qr(n, rank, out->factor, out->basis, NULL, err);
}

/* Directions of the second space (n, rank2) from an orthonormal frame (n, cols) whose first rank1
   columns u_i span the first; w_i are the others. While there are u_i: cos u_i + sin w_i. */
static void turn_basis(size_t n, const size_t rank[2], double angle, size_t cols,
                       const double *frame, double *basis) {
    double c = cos(angle * M_PI / 180), s = sin(angle * M_PI / 180);
    for (size_t i = 0; i < n; i++) {
        const double *u = frame + i * cols, *w = u + rank[0];
        for (size_t j = 0; j < rank[1]; j++) {
            double *out = &basis[i * rank[1] + j];
            if (angle == 0)
                *out = u[j]; /* and w_(j - rank1) once the u are used up */
            else
                *out = j < rank[0] ? c * u[j] + s * w[j] : w[j];
        }
    }
}

/* A side of task 2 at an angle to that of task 1. */
static td_status draw_turned(const struct td_matrix_tasks_options *o, struct td_stream stream,
                             enum draw draw, const struct side *first, struct side *out,
                             struct td_error *err) {
    size_t n = o->n, most = o->rank[0] + o->rank[1], cols = most < n ? most : n;
    size_t rank = o->rank[1];
    double *raw = td_calloc(2 * n * cols, sizeof *raw), *frame = raw + n * cols;
    double *mix = td_calloc(rank * rank, sizeof *mix);
    td_status status = raw && mix ? TD_OK : td_fail_memory(err, 2 * n * cols * sizeof *raw);
    if (!status) {
        td_random_dnormal(stream, 1, draw, 0, n * cols, raw);
        for (size_t i = 0; i < n; i++)
            memcpy(raw + i * cols, first->basis + i * o->rank[0], o->rank[0] * sizeof *raw);
        status = td_qr(n, cols, raw, frame, NULL, err);
    }
    if (!status) {
        turn_basis(n, o->rank, o->angle, cols, frame, out->basis);
        td_random_dnormal(stream, 1, draw + (DRAW_LEFT_MIX - DRAW_LEFT), 0, rank * rank, mix);
        td_dgemm(false, false, n, rank, rank, out->basis, mix, 0, out->factor);
    }
    td_free(raw);
    td_free(mix);
    return status;
}

/* --- matrices and positions ----------------------------------------------------------------- */

static td_status multiply_out(size_t n, size_t rank, const double *a, const double *b, double *m,
                              struct td_error *err) {
    td_dgemm(false, true, n, n, rank, a, b, 0, m);
    double squares = 0;
    for (size_t i = 0; i < n * n; i++)
        squares += m[i] * m[i];
    if (!(squares > 0))
        return td_fail(err, TD_FAILED, "the drawn matrix of rank %zu vanishes", rank);
    double scale = (double)n / sqrt(squares);
    for (size_t i = 0; i < n * n; i++)
        m[i] *= scale;
    return TD_OK;
}

static td_status draw_matrices(const struct td_matrix_tasks_options *o, struct td_stream stream,
                               struct td_matrix_task out[2], struct td_error *err) {
    size_t n = o->n;
    td_status status = TD_OK;
    for (int t = 0; t < 2 && !status; t++) {
        size_t rank = o->rank[t];
        double *factors = td_calloc(2 * n * rank, sizeof *factors);
        if (!factors)
            return td_fail_memory(err, 2 * n * rank * sizeof *factors);
        struct side left = {factors, out[t].left}, right = {factors + n * rank, out[t].right};
        bool turned = t == 1 && o->angle >= 0 && !o->same;
        struct side first[2] = {{NULL, out[0].left}, {NULL, out[0].right}};
        uint64_t step = o->same ? 0 : (uint64_t)t;
        status = turned ? draw_turned(o, stream, DRAW_LEFT, &first[0], &left, err)
                        : draw_side(stream, step, DRAW_LEFT, n, rank, &left, err);
        if (!status)
            status = turned ? draw_turned(o, stream, DRAW_RIGHT, &first[1], &right, err)
                            : draw_side(stream, step, DRAW_RIGHT, n, rank, &right, err);
        if (!status)
            status = multiply_out(n, rank, left.factor, right.factor, out[t].matrix, err);
        td_free(factors);
    }
    return status;
}

static int ascending(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static td_status draw_positions(const struct td_matrix_tasks_options *o, struct td_stream stream,
                                struct td_matrix_task out[2], struct td_error *err) {
    size_t entries = o->n * o->n;
    uint32_t *order = td_calloc(entries, sizeof *order);
    if (!order)
        return td_fail_memory(err, entries * sizeof *order);
    td_random_permutation(stream, 0, DRAW_POSITIONS, entries, order);
    for (int t = 0; t < 2; t++) {
        size_t count = o->observed[t];
        memcpy(out[t].at, order, count * sizeof *order);
        qsort(out[t].at, count, sizeof *order, ascending);
        for (size_t k = 0; k < count; k++)
            out[t].want[k] = (real)out[t].matrix[out[t].at[k]];
        out[t].observed = (struct td_observed){count, out[t].at, out[t].want};
    }
    td_free(order);
    return TD_OK;
}

static td_status allocate(const struct td_matrix_tasks_options *o, struct td_matrix_task out[2],
                          struct td_error *err) {
    for (int t = 0; t < 2; t++) {
        size_t n = o->n, rank = o->rank[t], count = o->observed[t];
        out[t].n = n;
        out[t].rank = rank;
        out[t].matrix = td_calloc(n * n, sizeof(double));
        out[t].left = td_calloc(n * rank, sizeof(double));
        out[t].right = td_calloc(n * rank, sizeof(double));
        out[t].at = td_calloc(count, sizeof(uint32_t));
        out[t].want = td_calloc(count, sizeof(real));
        if (!out[t].matrix || !out[t].left || !out[t].right || !out[t].at || !out[t].want)
            return td_fail_memory(err, n * (n + 2 * rank) * sizeof(double));
    }
    return TD_OK;
}

td_status td_matrix_tasks_create(const struct td_matrix_tasks_options *options, uint64_t seed,
                                 struct td_matrix_task out[2], struct td_error *err) {
    struct td_stream stream = td_stream_make(seed, "data");
    memset(out, 0, 2 * sizeof *out);
    td_status status = td_matrix_tasks_check(options, err);
    if (!status)
        status = allocate(options, out, err);
    if (!status)
        status = draw_matrices(options, stream, out, err);
    if (!status)
        status = draw_positions(options, stream, out, err);
    if (status)
        td_matrix_tasks_free(out);
    return status;
}

void td_matrix_tasks_free(struct td_matrix_task tasks[2]) {
    for (int t = 0; t < 2; t++) {
        td_free(tasks[t].matrix);
        td_free(tasks[t].left);
        td_free(tasks[t].right);
        td_free(tasks[t].at);
        td_free(tasks[t].want);
        tasks[t] = (struct td_matrix_task){0};
    }
}

void td_matrix_task_errors(const struct td_matrix_task *task, const real *w,
                           struct td_completion_errors *out) {
    size_t entries = task->n * task->n, k = 0;
    double seen = 0, unseen = 0;
    for (size_t i = 0; i < entries; i++) {
        double off = (double)w[i] - task->matrix[i];
        if (k < task->observed.count && task->at[k] == i) {
            seen += off * off;
            k++;
        } else
            unseen += off * off;
    }
    out->all = (seen + unseen) / (double)entries;
    out->observed = seen / (double)k;
    out->unobserved = k < entries ? unseen / (double)(entries - k) : NAN;
}
