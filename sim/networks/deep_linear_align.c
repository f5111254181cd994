/* The balanced, aligned start of deep linear pathways (Kleinman et al. 2024, section 3; Saxe,
   McClelland and Ganguli 2014). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/gemm.h"
#include "numeric/linalg.h"
#include "numeric/memory.h"
#include "numeric/random.h"
#include "sim/networks/deep_linear.h"
#include "sim/task_modes.h"

/* One pathway being set. */
struct pathway {
    const struct td_task_modes *task;
    size_t depth, width, modes; /* modes: those that fit through the hidden layers */
    double *factor;             /* (width) K^(1/D), largest first */
    double *rotation;           /* R (width, width) */
    double *left, *product;     /* scratch (most, most) */
};

static int descending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* Layers of the stream (seed, "aligned"). */
enum { LAYER_STRENGTHS, LAYER_ROTATION, LAYERS };

static td_status draw(struct pathway *p, const struct td_deep_scale *s, size_t index,
                      struct td_stream stream, struct td_error *err) {
    uint32_t layer = (uint32_t)(LAYERS * index);
    size_t n = p->width * p->width;
    double scale = td_deep_scale_of(s, index);
    td_random_dnormal(stream, 0, layer + LAYER_STRENGTHS, 0, p->width, p->factor);
    for (size_t i = 0; i < p->width; i++)
        p->factor[i] = pow(scale * fmax(0, 1 + s->spread * p->factor[i]), 1 / (double)p->depth);
    qsort(p->factor, p->width, sizeof *p->factor, descending);
    td_random_dnormal(stream, 0, layer + LAYER_ROTATION, 0, n, p->product);
    return td_qr(p->width, p->width, p->product, p->rotation, NULL, err);
}

/* w (rows, cols) = A diag(factor) B^T over n directions: a(i, k) = a[i * sa + k * ta] etc. */
struct basis {
    const double *v;
    size_t row, column; /* strides */
};
static void compose(const struct pathway *p, size_t rows, size_t cols, size_t n, struct basis a,
                    struct basis b, real *w) {
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < n; k++)
            p->left[i * n + k] = a.v[i * a.row + k * a.column] * p->factor[k];
    for (size_t j = 0; j < cols; j++)
        for (size_t k = 0; k < n; k++)
            p->product[j * n + k] = b.v[j * b.row + k * b.column];
    double *out = p->product + cols * n;
    td_dgemm(false, true, rows, cols, n, p->left, p->product, 0, out);
    for (size_t i = 0; i < rows * cols; i++)
        w[i] = (real)out[i];
}

static void set_layer(const struct pathway *p, size_t layer, real *w) {
    const struct td_task_modes *t = p->task;
    const struct basis inside = {p->rotation, p->width, 1}, v = {t->vt, 1, t->d},
                       u = {t->u, t->n, 1};
    bool first = layer == 1, last = layer == p->depth;
    size_t rows = last ? t->n_out : p->width, cols = first ? t->d : p->width;
    compose(p, rows, cols, first || last ? p->modes : p->width, last ? u : inside,
            first ? v : inside, w);
}

static td_status allocate(struct pathway *p, struct td_error *err) {
    const struct td_task_modes *t = p->task;
    size_t most = p->width > t->d ? p->width : t->d, square = 0, twice = 0;
    most = most > t->n_out ? most : t->n_out;
    bool fits = td_mul(most, most, &square) && td_mul(square, 2, &twice);
    p->factor = td_calloc(p->width, sizeof *p->factor);
    p->rotation = td_calloc(p->width * p->width, sizeof *p->rotation);
    p->left = fits ? td_calloc(square, sizeof *p->left) : NULL;
    p->product = fits ? td_calloc(twice, sizeof *p->product) : NULL;
    return p->factor && p->rotation && p->left && p->product
               ? TD_OK
               : td_fail_memory(err, twice * sizeof *p->product);
}

static td_status align_pathway(const struct td_deep_linear *o, size_t index,
                               const struct td_task_modes *task, struct td_weights *w,
                               struct td_stream stream, struct td_error *err) {
    size_t depth = td_deep_depth(o, index);
    struct pathway p = {
        .task = task, .depth = depth, .width = depth > 1 ? (size_t)o->width : task->n};
    p.modes = task->n < p.width ? task->n : p.width;
    td_status status = allocate(&p, err);
    if (!status)
        status = draw(&p, o->init.params, index, stream, err);
    for (size_t layer = 1; layer <= depth && !status; layer++) {
        char name[48];
        snprintf(name, sizeof name, "path.%c.%zu.weight", (char)('a' + index), layer);
        const struct td_slice *s = td_weights_find(w, name);
        if (s)
            set_layer(&p, layer, w->theta + s->offset);
        else
            status = td_fail(err, TD_FAILED, "there are no weights \"%s\"", name);
    }
    td_free(p.factor);
    td_free(p.rotation);
    td_free(p.left);
    td_free(p.product);
    return status;
}

td_status td_deep_align(const struct td_deep_linear *p, const struct td_dataset *data,
                        struct td_weights *w, uint64_t seed, struct td_error *err) {
    struct td_task_modes task;
    td_status status = td_task_modes_make(data, &task, err);
    for (size_t i = 0; i < (size_t)p->pathways && !status; i++)
        status = align_pathway(p, i, &task, w, td_stream_make(seed, "aligned"), err);
    if (!status)
        td_task_modes_free(&task);
    return status;
}
