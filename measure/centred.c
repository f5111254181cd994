#include "measure/centred.h"

#include <math.h>

#include "measure/support.h"
#include "numeric/memory.h"

double *td_centred(const struct td_matrix *x, bool *zero) {
    double *out = td_calloc(x->n * x->d, sizeof *out);
    const double scale = td_unit_scale(x->n * x->d, x->v);
    *zero = true;
    for (size_t j = 0; out && j < x->d; ++j) {
        double sum = 0, most = 0, left = 0;
        for (size_t i = 0; i < x->n; ++i) {
            double v = x->v[i * x->d + j] * scale;
            sum += v;
            most = fabs(v) > most ? fabs(v) : most;
        }
        for (size_t i = 0; i < x->n; ++i) {
            double v = x->v[i * x->d + j] * scale - sum / (double)x->n;
            out[i * x->d + j] = v;
            left = fabs(v) > left ? fabs(v) : left;
        }
        bool constant = left <= 1e-15 * (double)x->n * most;
        for (size_t i = 0; constant && i < x->n; ++i)
            out[i * x->d + j] = 0;
        *zero &= constant;
    }
    return out;
}
