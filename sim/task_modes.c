#include "sim/task_modes.h"

#include <stdbool.h>
#include <string.h>

#include "numeric/cross_svd.h"
#include "numeric/memory.h"

static void copy_samples(const struct td_dataset *data, size_t n_out, double *x, double *y) {
    const struct td_split *s = &data->train;
    for (size_t i = 0; i < s->n * data->d; i++)
        x[i] = (double)s->x[i];
    for (size_t i = 0; i < s->n; i++)
        for (size_t k = 0; k < n_out; k++)
            y[i * n_out + k] =
                s->target ? (double)s->target[i * n_out + k] : (size_t)s->label[i] == k;
}

static td_status decompose(const struct td_dataset *data, struct td_task_modes *m,
                           struct td_error *err) {
    size_t n = data->train.n, n_x = 0, n_y = 0;
    bool fits = td_mul(n, m->d, &n_x) && td_mul(n, m->n_out, &n_y);
    double *x = fits ? td_calloc(n_x, sizeof *x) : NULL;
    double *y = fits ? td_calloc(n_y, sizeof *y) : NULL;
    td_status status = x && y ? TD_OK : td_fail_memory(err, (n_x + n_y) * sizeof *x);
    if (!status) {
        copy_samples(data, m->n_out, x, y);
        status = td_cross_svd(n, m->n_out, m->d, y, x, m->s, m->u, m->vt, err);
    }
    td_free(x);
    td_free(y);
    return status;
}

td_status td_task_modes_make(const struct td_dataset *data, struct td_task_modes *out,
                             struct td_error *err) {
    memset(out, 0, sizeof *out);
    if (!data->train.target && !data->train.label)
        return td_fail(err, TD_BAD_INPUT, "the data set has neither labels nor targets");
    out->d = data->d;
    out->n_out = data->train.target ? data->n_targets : data->n_classes;
    out->n = out->d < out->n_out ? out->d : out->n_out;
    out->s = td_calloc(out->n, sizeof *out->s);
    out->u = td_calloc(out->n_out * out->n, sizeof *out->u);
    out->vt = td_calloc(out->n * out->d, sizeof *out->vt);
    td_status status = out->s && out->u && out->vt ? decompose(data, out, err)
                                                   : td_fail_memory(err, out->n * sizeof *out->u);
    if (status)
        td_task_modes_free(out);
    return status;
}

void td_task_modes_free(struct td_task_modes *m) {
    td_free(m->s);
    td_free(m->u);
    td_free(m->vt);
    memset(m, 0, sizeof *m);
}
