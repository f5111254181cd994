#include "measure/spectrum.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "measure/support.h"
#include "numeric/gemm.h"
#include "numeric/memory.h"

/* out (n, d): scaled, centred copy. A constant column becomes exactly 0, whatever rounding did to
   its mean. False: all of it is 0. */
static bool center_columns(const struct td_matrix *x, bool center, double *mean, double *out) {
    double scale = td_unit_scale(x->n * x->d, x->v);
    bool nonzero = false;
    for (size_t i = 0; i < x->n && center; ++i)
        for (size_t j = 0; j < x->d; ++j)
            mean[j] += x->v[i * x->d + j] * scale / (double)x->n;
    for (size_t j = 0; j < x->d && center; ++j) {
        bool constant = true;
        for (size_t i = 1; i < x->n && constant; ++i)
            constant = x->v[i * x->d + j] == x->v[j];
        if (constant)
            mean[j] = x->v[j] * scale;
    }
    for (size_t i = 0; i < x->n; ++i) {
        for (size_t j = 0; j < x->d; ++j) {
            double z = x->v[i * x->d + j] * scale - mean[j];
            out[i * x->d + j] = z;
            nonzero |= z != 0;
        }
    }
    return nonzero;
}

td_status td_gram_make(const struct td_matrix *x, bool center, struct td_gram *out,
                       struct td_error *err) {
    size_t n = x->n, d = x->d, bytes;
    memset(out, 0, sizeof *out);
    out->k = n < d ? n : d;
    double *mean = td_calloc(d, sizeof *mean), *z = td_calloc(n * d, sizeof *z);
    bool fits = td_mul(out->k, out->k, &bytes) && td_mul(bytes, sizeof *z, &bytes);
    td_status status = TD_OK;
    if (!mean || !z)
        status = td_fail_memory(err, n * d * sizeof *z);
    if (!status) {
        out->zero = !center_columns(x, center, mean, z);
        if (!out->zero) {
            out->v = fits ? td_calloc(out->k * out->k, sizeof *out->v) : NULL;
            if (!out->v)
                status = td_fail_memory(err, bytes);
        }
    }
    if (!status && !out->zero) /* z is 2^-53 or more somewhere: fourth powers stay in range */
        td_dgemm(n >= d, n < d, out->k, out->k, n < d ? d : n, z, z, 0, out->v);
    td_free(mean);
    td_free(z);
    return status;
}

void td_gram_free(struct td_gram *g) {
    td_free(g->v);
    memset(g, 0, sizeof *g);
}

const char *td_gram_warning(const struct td_matrix *x, bool center, const struct td_gram *g,
                            char buffer[TD_WARNING_MAX]) {
    buffer[0] = '\0';
    if (x->n == 1 && center)
        snprintf(buffer, TD_WARNING_MAX, "one sample has no covariance: set to 0");
    else if (g->zero)
        snprintf(buffer, TD_WARNING_MAX, "%s: set to 0",
                 center ? "constant input has no covariance" : "all entries are 0");
    else if (x->n < x->d + center)
        snprintf(buffer, TD_WARNING_MAX,
                 "%zu samples for %zu features: at most %zu dimensions can show", x->n, x->d,
                 x->n - center);
    return buffer;
}
