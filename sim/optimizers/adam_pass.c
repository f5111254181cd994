#include <math.h>

#include "sim/optimizers/adam_pass.h"

/* Kingma and Ba's m, v are mean and square here; both bias corrections are folded into the two
   numbers that the loop takes:
       theta -= lr / (1 - beta1^t) mean / (sqrt(square) / sqrt(1 - beta2^t) + epsilon)
              = rate mean / (sqrt(square) root + epsilon). */
struct pass {
    real beta1, rest1, beta2, rest2; /* rest = 1 - beta, rounded once */
    real rate, root, epsilon;
};

static inline real root_of(real x) {
#ifdef TDYN_DOUBLE
    return sqrt(x);
#else
    return sqrtf(x);
#endif
}

static void update(size_t n, real *restrict theta, const real *restrict grad, real *restrict mean,
                   real *restrict square, const struct pass *pass, real coupled, real shrink) {
    const struct pass p = *pass;
    for (size_t i = 0; i < n; i++) {
        real g = grad[i] + coupled * theta[i];
        mean[i] = p.beta1 * mean[i] + p.rest1 * g;
        square[i] = p.beta2 * square[i] + p.rest2 * g * g;
        theta[i] = shrink * theta[i] - p.rate * mean[i] / (root_of(square[i]) * p.root + p.epsilon);
    }
}

void td_adam_pass(const struct td_adam_params *p, bool decoupled, struct td_weights *w,
                  real *const *moments, double lr, uint64_t step) {
    double t = (double)step + 1;
    const struct pass pass = {
        .beta1 = (real)p->beta1,
        .rest1 = (real)(1 - p->beta1),
        .beta2 = (real)p->beta2,
        .rest2 = (real)(1 - p->beta2),
        .rate = (real)(lr / (1 - pow(p->beta1, t))),
        .root = (real)(1 / sqrt(1 - pow(p->beta2, t))),
        .epsilon = (real)p->epsilon,
    };
    for (size_t i = 0; i < w->n_slices; i++) {
        const struct td_slice *s = &w->slices[i];
        real decay = (real)p->weight_decay * s->decay;
        real coupled = decoupled ? 0 : decay, shrink = decoupled ? 1 - (real)lr * decay : 1;
        update(s->rows * s->cols, w->theta + s->offset, w->grad + s->offset, moments[0] + s->offset,
               moments[1] + s->offset, &pass, coupled, shrink);
    }
}

double td_adam_rate(const void *params) {
    return ((const struct td_adam_params *)params)->lr;
}
