#include "sim/factorization.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "numeric/gemm.h"
#include "numeric/linalg.h"
#include "numeric/memory.h"

const char *const td_factor_start_names[] = {"gaussian", "orthogonal", "identity", NULL};

struct td_factorization_plan {
    struct td_gemm multiply;       /* C = A B */
    struct td_gemm by_left;        /* C = A B^T: gradient of the left factor */
    struct td_gemm by_right;       /* C = A^T B: gradient of what it multiplies */
    real *products;                /* (pathways, depth, n, n): W_l ... W_1 */
    real *sum;                     /* (n, n) if there are several pathways, else NULL */
    real *residual;                /* (n, n): loss gradient by W; 0 where nothing is observed */
    real *back[2];                 /* (n, n): gradient on its way down */
    size_t square;                 /* n * n */
    const struct td_observed *set; /* whose positions `residual` is filled at */
};

static real *product_of(const struct td_factorization *f, size_t pathway, size_t layer) {
    return f->plan->products + (pathway * f->depth + layer) * f->plan->square;
}

static td_status create_weights(struct td_factorization *f, struct td_error *err) {
    enum { NAME = 24 }; /* a letter, a point, any number */
    size_t count = f->depth * f->pathways;
    struct td_slice slices[TD_FACTOR_DEPTH_MAX * TD_FACTOR_PATHWAYS_MAX];
    char names[TD_FACTOR_DEPTH_MAX * TD_FACTOR_PATHWAYS_MAX][NAME];
    memset(slices, 0, count * sizeof *slices);
    for (size_t i = 0; i < count; i++) {
        snprintf(names[i], NAME, "%c.%zu", (char)('a' + i / f->depth), i % f->depth + 1);
        slices[i].name = names[i];
        slices[i].rows = slices[i].cols = f->n;
    }
    td_status status = td_weights_create(slices, count, NULL, 0, &f->weights, err);
    for (size_t i = 0; i < count && !status; i++)
        f->weights->slices[i].decay = 1; /* all are matrices */
    return status ? status : td_weights_need_grad(f->weights, err);
}

static td_status create_plan(struct td_factorization *f, struct td_error *err) {
    struct td_factorization_plan *plan = f->plan = td_calloc(1, sizeof *plan);
    size_t n = f->n;
    if (!plan)
        return td_fail_memory(err, sizeof *plan);
    plan->square = n * n;
    td_status status = td_gemm_plan(&plan->multiply, false, false, n, n, n, 0, err);
    if (!status)
        status = td_gemm_plan(&plan->by_left, false, true, n, n, n, 0, err);
    if (!status)
        status = td_gemm_plan(&plan->by_right, true, false, n, n, n, 0, err);
    if (status)
        return status;
    plan->products = td_calloc(f->pathways * f->depth * plan->square, sizeof(real));
    plan->residual = td_calloc(plan->square, sizeof(real));
    plan->sum = td_calloc(plan->square, sizeof(real));
    for (int i = 0; i < 2; i++)
        plan->back[i] = td_calloc(plan->square, sizeof(real));
    if (!plan->products || !plan->residual || !plan->sum || !plan->back[0] || !plan->back[1])
        return td_fail_memory(err, (f->pathways * f->depth + 4) * plan->square * sizeof(real));
    f->product = plan->sum;
    return TD_OK;
}

td_status td_factorization_create(size_t n, size_t depth, size_t pathways,
                                  struct td_factorization *out, struct td_error *err) {
    *out = (struct td_factorization){.n = n, .depth = depth, .pathways = pathways};
    if (n < 1 || n > TD_FACTOR_SIDE_MAX)
        return td_fail(err, TD_BAD_INPUT, "factorization: n is %zu, allowed are 1 to %d", n,
                       TD_FACTOR_SIDE_MAX);
    if (depth < 1 || depth > TD_FACTOR_DEPTH_MAX)
        return td_fail(err, TD_BAD_INPUT, "factorization: depth is %zu, allowed are 1 to %d", depth,
                       TD_FACTOR_DEPTH_MAX);
    if (pathways < 1 || pathways > TD_FACTOR_PATHWAYS_MAX)
        return td_fail(err, TD_BAD_INPUT, "factorization: %zu pathways, allowed are 1 to %d",
                       pathways, TD_FACTOR_PATHWAYS_MAX);
    td_status status = create_weights(out, err);
    if (!status)
        status = create_plan(out, err);
    if (status)
        td_factorization_free(out);
    return status;
}

void td_factorization_free(struct td_factorization *f) {
    if (f->plan) {
        td_free(f->plan->products);
        td_free(f->plan->sum);
        td_free(f->plan->residual);
        td_free(f->plan->back[0]);
        td_free(f->plan->back[1]);
        td_free(f->plan);
    }
    td_weights_free(f->weights);
    *f = (struct td_factorization){0};
}

real *td_factorization_factor(struct td_factorization *f, size_t pathway, size_t layer) {
    return f->weights->theta + f->weights->slices[pathway * f->depth + layer].offset;
}

/* --- initialisation ------------------------------------------------------------------------- */

static td_status draw_factor(const struct td_factorization *f, enum td_factor_start start,
                             double scale, struct td_stream stream, uint32_t draw, real *w,
                             struct td_error *err) {
    size_t n = f->n, square = n * n;
    double root = 1 / (double)f->depth;
    double *gaussian = td_calloc(2 * square, sizeof *gaussian), *q = gaussian + square;
    if (!gaussian)
        return td_fail_memory(err, 2 * square * sizeof *gaussian);
    td_status status = TD_OK;
    td_random_dnormal(stream, 0, draw, 0, square, gaussian);
    double factor = pow(scale, root) / sqrt((double)n);
    if (start == TD_FACTOR_ORTHOGONAL) {
        factor = pow(scale * sqrt((double)n), root);
        status = td_qr(n, n, gaussian, q, NULL, err);
    }
    const double *from = start == TD_FACTOR_ORTHOGONAL ? q : gaussian;
    for (size_t i = 0; i < square && !status; i++)
        w[i] = (real)(factor * from[i]);
    td_free(gaussian);
    return status;
}

td_status td_factorization_diagonal(size_t n, size_t depth, double scale, double spread,
                                    struct td_stream stream, double *diagonal,
                                    struct td_error *err) {
    if (n < 1 || depth < 1)
        return td_fail(err, TD_BAD_INPUT, "factorization: %zu factors of %zu x %zu", depth, n, n);
    td_random_dnormal(stream, 1, 0, 0, n, diagonal);
    for (size_t i = 0; i < n; i++)
        diagonal[i] = pow(scale, 1 / (double)depth) + spread * diagonal[i];
    return TD_OK;
}

/* Adds `scale` (as of W) and the spread to all diagonals. */
static td_status add_diagonals(struct td_factorization *f, double scale, double spread,
                               struct td_stream stream, struct td_error *err) {
    double *diagonal = td_calloc(f->n, sizeof *diagonal);
    if (!diagonal)
        return td_fail_memory(err, f->n * sizeof *diagonal);
    td_status status =
        td_factorization_diagonal(f->n, f->depth, scale, spread, stream, diagonal, err);
    for (size_t k = 0; k < f->depth * f->pathways && !status; k++) {
        real *w = td_factorization_factor(f, k / f->depth, k % f->depth);
        for (size_t i = 0; i < f->n; i++)
            w[i * f->n + i] += (real)diagonal[i];
    }
    td_free(diagonal);
    return status;
}

td_status td_factorization_start(struct td_factorization *f, enum td_factor_start start,
                                 double scale, double spread, struct td_stream stream,
                                 struct td_error *err) {
    bool identity = start == TD_FACTOR_IDENTITY;
    td_status status = TD_OK;
    for (size_t k = 0; k < f->depth * f->pathways && !status; k++) {
        real *w = td_factorization_factor(f, k / f->depth, k % f->depth);
        if (identity)
            memset(w, 0, f->plan->square * sizeof *w);
        else
            status = draw_factor(f, start, scale, stream, (uint32_t)k, w, err);
    }
    if (!status && (identity || spread > 0))
        status = add_diagonals(f, identity ? scale : 0, spread, stream, err);
    return status;
}

/* --- forward and backward ------------------------------------------------------------------- */

static void forward_pathway(struct td_factorization *f, size_t pathway) {
    memcpy(product_of(f, pathway, 0), td_factorization_factor(f, pathway, 0),
           f->plan->square * sizeof(real));
    for (size_t l = 1; l < f->depth; l++)
        td_gemm_run(&f->plan->multiply, td_factorization_factor(f, pathway, l),
                    product_of(f, pathway, l - 1), product_of(f, pathway, l));
}

void td_factorization_forward(struct td_factorization *f) {
    for (size_t p = 0; p < f->pathways; p++)
        forward_pathway(f, p);
    f->product = td_factorization_pathway(f, 0);
    if (f->pathways == 1)
        return;
    real *sum = f->plan->sum;
    memcpy(sum, f->product, f->plan->square * sizeof *sum);
    for (size_t p = 1; p < f->pathways; p++) {
        const real *w = td_factorization_pathway(f, p);
        for (size_t i = 0; i < f->plan->square; i++)
            sum[i] += w[i];
    }
    f->product = sum;
}

const real *td_factorization_pathway(const struct td_factorization *f, size_t pathway) {
    return product_of(f, pathway, f->depth - 1);
}

/* d loss / d W where something is observed; returns the loss. */
static double fill_residual(struct td_factorization *f, const struct td_observed *set,
                            double weight) {
    real *residual = f->plan->residual;
    double squares = 0;
    if (f->plan->set != set) {
        memset(residual, 0, f->plan->square * sizeof *residual);
        f->plan->set = set;
    }
    for (size_t k = 0; k < set->count; k++) {
        real off = f->product[set->at[k]] - set->want[k];
        squares += (double)off * (double)off;
        residual[set->at[k]] = (real)weight * off;
    }
    return weight / 2 * squares;
}

/* With B_l the gradient by the product W_l ... W_1: dW_l = B_l (W_(l-1) ... W_1)^T, and
   B_(l-1) = W_l^T B_l. */
static void backward_pathway(struct td_factorization *f, size_t pathway) {
    const struct td_factorization_plan *plan = f->plan;
    const real *back = plan->residual;
    for (size_t l = f->depth; l-- > 0;) {
        real *grad = f->weights->grad + f->weights->slices[pathway * f->depth + l].offset;
        if (l == 0) {
            memcpy(grad, back, plan->square * sizeof *grad);
            return;
        }
        td_gemm_run(&plan->by_left, back, product_of(f, pathway, l - 1), grad);
        td_gemm_run(&plan->by_right, td_factorization_factor(f, pathway, l), back,
                    plan->back[l % 2]);
        back = plan->back[l % 2];
    }
}

double td_factorization_gradient(struct td_factorization *f, const struct td_observed *observed,
                                 double weight, size_t learning) {
    td_factorization_forward(f);
    double loss = fill_residual(f, observed, weight);
    for (size_t p = 0; p < f->pathways && p < learning; p++)
        backward_pathway(f, p);
    return loss;
}

double td_factorization_flops(size_t n, size_t depth, size_t pathways) {
    double side = (double)n;
    return 6 * side * side * side * (double)(depth - 1) * (double)pathways + 4 * side * side;
}
