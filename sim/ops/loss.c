#include "sim/ops/loss.h"

#include <math.h>
#include <string.h>

#include "sim/ops/elementwise.h"

static const char *const choices[] = {"mean", "sum", NULL};

const struct td_param td_loss_table[] = {{.name = "outputs",
                                          .type = TD_CHOICE,
                                          .offset = offsetof(struct td_loss_attrs, outputs),
                                          .initial = "mean",
                                          .choices = choices,
                                          .help = "over the K outputs; samples are averaged"},
                                         {0}};

td_status td_loss_shape(struct td_apply *a, struct td_error *err) {
    const struct td_tensor *y = a->in[0], *t = a->in[1];
    a->out.rows = a->out.cols = 1;
    if (t->cols == y->cols && (t->rows == y->rows || t->rows == 1))
        return TD_OK;
    return td_fail(err, TD_BAD_INPUT,
                   "predictions are %zu x %zu, the target %zu x %zu: the same shape or one row of "
                   "labels expected",
                   y->rows, y->cols, t->rows, t->cols);
}

bool td_loss_labelled(const struct td_apply *a) {
    return a->in[0]->rows > 1 && a->in[1]->rows == 1;
}

const real *td_loss_target_row(const struct td_apply *a, size_t k, real *buffer) {
    const struct td_tensor *t = a->in[1];
    if (!td_loss_labelled(a))
        return t->v + k * t->cols;
    const real class = (real)k;
    TD_EACH (i, t->cols)
        buffer[i] = t->v[i] == class ? 1 : 0;
    return buffer;
}

real td_loss_check_labels(const struct td_apply *a) {
    const struct td_tensor *t = a->in[1];
    const real classes = (real)a->in[0]->rows;
    if (!td_loss_labelled(a))
        return 0;
    int32_t invalid = 0;
    for (size_t i = 0; i < t->cols; i++) {
        const real label = t->v[i], inside = label >= 0 && label < classes ? label : 0;
        invalid += label != (real)(int32_t)inside;
    }
    return invalid ? (real)NAN : 0;
}

double td_loss_share(const struct td_apply *a, enum td_loss_outputs outputs) {
    const struct td_tensor *y = a->in[0];
    double n = (double)y->cols;
    return 1 / (outputs == TD_LOSS_MEAN ? n * (double)y->rows : n);
}

bool td_loss_target_gradient(struct td_apply *a) {
    struct td_tensor *t = a->in[1];
    if (!t->g)
        return false;
    if (!td_loss_labelled(a))
        return true;
    if (!a->add[1])
        memset(t->g, 0, td_tensor_size(t) * sizeof(real));
    return false;
}
