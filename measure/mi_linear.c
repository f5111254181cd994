#include <math.h>
#include <string.h>

#include "measure/mi_common.h"
#include "numeric/gemm.h"
#include "numeric/linalg.h"
#include "numeric/memory.h"

struct linear {
    struct td_mi_options common;
    double input_variance, noise_variance, teacher_noise_variance;
};

static const char *const outputs[] = {"x", "y", NULL};

/* ln(1 + e^a) without overflow */
static double log1p_exp(double a) {
    return a > 0 ? a + log1p(exp(-a)) : log1p(exp(a));
}

/* I(X;T) = 1/2 ln det(I + s_x^2 W W^T / s_mi^2) = 1/2 sum ln(1 + s_x^2 w_i^2 / s_mi^2), w_i the
   singular values of W (outputs, inputs). */
static td_status student_information(const struct linear *p, const struct td_matrix *w, double *out,
                                     struct td_error *err) {
    size_t k = w->n < w->d ? w->n : w->d, total = w->n * w->d;
    double scale = td_unit_scale(total, w->v);
    double *scaled = td_calloc(total, sizeof *scaled), *singular = td_calloc(k, sizeof *singular);
    td_status status = scaled && singular ? TD_OK : td_fail_memory(err, total * sizeof *scaled);
    for (size_t i = 0; i < total && !status; ++i)
        scaled[i] = w->v[i] * scale;
    if (!status)
        status = td_svd(w->n, w->d, scaled, singular, NULL, NULL, err);
    *out = 0;
    for (size_t i = 0; i < k && !status; ++i)
        if (singular[i] > 0)
            *out += log1p_exp(2 * (log(singular[i]) - log(scale)) + log(p->input_variance) -
                              log(p->noise_variance)) /
                    2;
    td_free(scaled);
    td_free(singular);
    return status;
}

/* S^(-1/2) of a covariance S = input_variance A A^T + noise I into out (n, n): from the
   eigenvectors of S. */
static td_status whitening(const struct linear *p, const struct td_matrix *a, double noise,
                           double *out, struct td_error *err) {
    size_t n = a->n;
    double *s = td_calloc(n * n, sizeof *s), *v = td_calloc(n * n, sizeof *v);
    double *e = td_calloc(n, sizeof *e);
    td_status status = s && v && e ? TD_OK : td_fail_memory(err, 2 * n * n * sizeof *s);
    if (!status) {
        td_dgemm(false, true, n, n, a->d, a->v, a->v, 0, s);
        for (size_t i = 0; i < n * n; ++i)
            s[i] = s[i] * p->input_variance + (i % (n + 1) == 0 ? noise : 0);
        status = td_eigh(n, s, e, v, err);
    }
    if (!status) {
        for (size_t i = 0; i < n; ++i)
            for (size_t j = 0; j < n; ++j)
                s[i * n + j] = v[i * n + j] / sqrt(fmax(e[j], noise));
        td_dgemm(false, true, n, n, n, s, v, 0, out);
    }
    td_free(s);
    td_free(v);
    td_free(e);
    return status;
}

/* I(T;Y) = 1/2 ln [det S_T det S_Y / det S_TY] = -1/2 sum ln(1 - r_i^2), r_i the canonical
   correlations: singular values of S_T^(-1/2) cov(T, Y) S_Y^(-1/2). */
static td_status teacher_information(const struct linear *p, const struct td_matrix *w,
                                     const struct td_matrix *w0, double *out,
                                     struct td_error *err) {
    size_t n = w->n, m = w0->n, k = n < m ? n : m;
    double *st = td_calloc(n * n, sizeof *st), *sy = td_calloc(m * m, sizeof *sy);
    double *cross = td_calloc(n * m, sizeof *cross), *half = td_calloc(n * m, sizeof *half);
    double *r = td_calloc(k, sizeof *r);
    td_status status =
        st && sy && cross && half && r ? TD_OK : td_fail_memory(err, (n + m) * (n + m) * 8);
    if (!status)
        status = whitening(p, w, p->noise_variance, st, err);
    if (!status)
        status = whitening(p, w0, p->teacher_noise_variance, sy, err);
    if (!status) {
        td_dgemm(false, true, n, m, w->d, w->v, w0->v, 0, cross);
        td_dgemm(false, false, n, m, n, st, cross, 0, half);
        td_dgemm(false, false, n, m, m, half, sy, 0, cross);
        for (size_t i = 0; i < n * m; ++i)
            cross[i] *= p->input_variance;
        status = td_svd(n, m, cross, r, NULL, NULL, err);
    }
    *out = 0;
    for (size_t i = 0; i < k && !status; ++i)
        *out -= log1p(-fmin(r[i] * r[i], 1 - 1e-16)) / 2;
    td_free(st);
    td_free(sy);
    td_free(cross);
    td_free(half);
    td_free(r);
    return status;
}

static td_status check(const struct td_matrix *in, size_t n_in, struct td_error *err) {
    if (n_in > 1 && in[0].d != in[1].d)
        return td_fail(err, TD_BAD_INPUT,
                       "%s has %zu columns, %s has %zu: both have one for every input of the net",
                       in[0].name, in[0].d, in[1].name, in[1].d);
    for (size_t i = 0; i < n_in; ++i)
        if (in[i].n == 0 || in[i].d == 0)
            return td_fail(err, TD_BAD_INPUT, "%s is empty: (%zu, %zu)", in[i].name, in[i].n,
                           in[i].d);
    return TD_OK;
}

/* Nothing of a covariance, nor its square, may leave the range of double. */
static td_status check_range(const struct td_matrix *w, struct td_error *err) {
    for (size_t i = 0; i < w->n * w->d; ++i)
        if (fabs(w->v[i]) > 1e60)
            return td_fail(err, TD_BAD_INPUT,
                           "%s: row %zu is %g: weights are at most 1e60 where "
                           "I(T;Y) is wanted",
                           w->name, i / w->d, w->v[i]);
    return TD_OK;
}

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    const struct linear *p = params;
    double nats[2] = {0};
    td_status status = check(in, n_in, err);
    for (size_t i = 0; i < n_in && n_in > 1 && !status; ++i)
        status = check_range(&in[i], err);
    if (!status)
        status = student_information(p, in, &nats[0], err);
    if (!status && n_in > 1)
        status = teacher_information(p, &in[0], &in[1], &nats[1], err);
    for (size_t k = 0; k < n_in && !status; ++k)
        status = td_value_add(out, "mi-linear",
                              &(struct td_result){.name = outputs[k],
                                                  .value = td_mi_from_nats(&p->common, nats[k]),
                                                  .lo = NAN,
                                                  .hi = NAN,
                                                  .unit = td_mi_unit_names[p->common.unit]},
                              err);
    return status;
}

/* clang-format off */
#define VARIANCE(name_, field, help_)                                                              \
    {.name = (name_), .type = TD_REAL, .offset = offsetof(struct linear, field), .initial = "1",   \
     .min = 1e-60, .max = 1e60, .help = (help_)}
/* clang-format on */
static const struct td_param table[] = {
    VARIANCE("input-variance", input_variance, "Of every input: x ~ N(0, input-variance I)"),
    VARIANCE("noise-variance", noise_variance,
             "Of the noise that makes information finite: T = W x + N(0, noise-variance I)"),
    VARIANCE("teacher-noise-variance", teacher_noise_variance,
             "Of the target's noise: Y = W0 x + N(0, teacher-noise-variance I)"),
    TD_MI_UNIT_PARAM(linear),
    {0}};

const struct td_measure td_measure_mi_linear = {
    .kind = TD_KIND(
        "mi-linear",
        "Exact information of a linear student T = W x + noise of Gaussian inputs, from its "
        "weights: x = I(X;T), and y = I(T;Y) for a linear teacher Y = W0 x + noise. No samples, no "
        "bias.",
        "Saxe et al. 2018, section 3 and appendix", table, struct linear),
    .min_in = 1,
    .max_in = 2,
    .in_help = "w: weights of the student (outputs, inputs); w0: of the teacher (outputs, inputs)",
    .outputs = outputs,
    .unit = "",
    .complexity = "O(k^3) for k outputs or inputs",
    .compute = compute,
};
