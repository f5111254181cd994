/* Matrix completion tasks: two matrices of chosen ranks whose column and row spaces lie at a chosen
   angle, and the positions at which each is observed. */
#ifndef TD_SIM_FACTORIZATION_TASKS_H
#define TD_SIM_FACTORIZATION_TASKS_H

#include <stdbool.h>

#include "sim/factorization.h"

struct td_matrix_tasks_options {
    size_t n;
    size_t rank[2];     /* 1 .. n */
    size_t observed[2]; /* 1 .. n * n */
    bool same;          /* task 2 is the matrix of task 1: its rank must be the same */
    /* Principal angle in degrees between the column spaces of the two tasks, and between their row
       spaces: all min(rank) angles are this one; the larger space's other directions are orthogonal
       to the smaller. rank[0] + rank[1] <= n unless it is 0. Negative: spaces drawn independently.
     */
    double angle;
};

/* One matrix M = A B^T / sqrt(rank), A, B ~ N(0, 1) (n, rank), scaled to Frobenius norm n, so that
   its entries have a root mean square of 1. */
struct td_matrix_task {
    size_t n, rank;
    double *matrix;              /* (n, n) */
    double *left, *right;        /* (n, rank): orthonormal bases of column and row space */
    struct td_observed observed; /* drawn without replacement; nested: both tasks read one
                                    permutation from its start */
    uint32_t *at;                /* observed.at */
    real *want;                  /* observed.want */
};

/* TD_BAD_INPUT: a rank above n, more observations than entries, ranks or an angle that do not fit.
 */
td_status td_matrix_tasks_check(const struct td_matrix_tasks_options *options,
                                struct td_error *err);
/* Draws both tasks from stream (seed, "data"). */
td_status td_matrix_tasks_create(const struct td_matrix_tasks_options *options, uint64_t seed,
                                 struct td_matrix_task out[2], struct td_error *err);
void td_matrix_tasks_free(struct td_matrix_task tasks[2]);

/* Means of (W - M)^2: over all entries, over the observed, over the others (NaN if there are none).
 */
struct td_completion_errors {
    double all, observed, unobserved;
};
void td_matrix_task_errors(const struct td_matrix_task *task, const real *w,
                           struct td_completion_errors *out);

#endif
