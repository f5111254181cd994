/* Gradient flow of deep matrix factorization in the limit of small steps, for balanced factors
   (W_(l+1)^T W_(l+1) = W_l W_l^T): two formulations of the same dynamics that share no code.
   Arora, Cohen, Hu, Luo 2019; G = dL/dW, W = U diag(s) V^T.
   Singular-value flow (theorem 3, lemma 2):
       ds_r/dt = -D (s_r^2)^(1 - 1/D) u_r^T G v_r
       dU/dt = -U (F o [U^T G V S + S V^T G^T U]),  dV/dt = -V (F o [S U^T G V + V^T G^T U S]),
       F_(r'r) = 1 / (s_r^(2/D) - s_r'^(2/D)), 0 on the diagonal.
   Matrix flow (theorem 1): dW/dt = -sum_(j=1)^D (W W^T)^((j-1)/D) G (W^T W)^((D-j)/D). */
#ifndef TD_SIM_FACTORIZATION_FLOW_H
#define TD_SIM_FACTORIZATION_FLOW_H

#include "sim/factorization_tasks.h"
#include "sim/ode.h"

enum td_flow_kind { TD_FLOW_SINGULAR, TD_FLOW_MATRIX };

struct td_flow_options {
    enum td_flow_kind kind;
    size_t depth;
    /* Time runs from 0 to `until`; task 1 holds before `switch_at`, task 2 from then on. */
    double switch_at, until;
    double weight[2]; /* of the loss (weight / 2) sum over the observed of (W_ij - M_ij)^2 */
    struct td_ode_options ode;
    size_t n_outputs;
    const double *outputs; /* ascending times in [0, until] */
    const char *state;     /* as in struct td_ode_run; NULL: starts again */
};

/* Integrates from W (n,n) and leaves the end there. singular (n_outputs, n): the singular values at
   the output times, descending; those that were before a checkpoint are the caller's to keep.
   TD_BAD_INPUT: times out of order, or a start with equal singular values for the singular-value
   flow, where F has no value; else as td_ode_solve. */
td_status td_factorization_flow(const struct td_flow_options *options,
                                const struct td_matrix_task tasks[2], double *w, double *singular,
                                struct td_task *task, struct td_error *err);

#endif
