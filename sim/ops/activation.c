#include <string.h>

#include "sim/ops/activation_attrs.h"
#include "sim/ops/elementwise.h"

const struct td_param td_activation_table[] = {
    {.name = "activation",
     .type = TD_PART,
     .offset = offsetof(struct td_activation_attrs, activation),
     .initial = "identity",
     .help = "f",
     .registry = &td_activations},
    {0}};

td_status td_activation_of(const struct td_activation_attrs *attrs, const struct td_activation **f,
                           struct td_error *err) {
    const struct td_kind *kind = attrs->activation.kind;
    *f = NULL;
    if (!kind || strcmp(kind->name, "identity") == 0)
        return TD_OK;
    if (kind->params_size && !attrs->activation.params)
        return td_fail(err, TD_BAD_INPUT, "activation %s needs its parameters", kind->name);
    *f = (const struct td_activation *)kind;
    return TD_OK;
}

static td_status shape(struct td_apply *a, struct td_error *err) {
    const struct td_activation *f;
    td_status status = td_activation_of(a->attrs, &f, err);
    if (status)
        return status;
    size_t n_learned = f ? f->n_learned : 0, expected = n_learned ? 2 : 1;
    if (a->n_in != expected)
        return td_fail(err, TD_BAD_INPUT,
                       "%zu inputs given, %zu expected (%zu learned coefficients)", a->n_in,
                       expected, n_learned);
    td_like_input(a);
    a->n_scratch = td_tensor_size(&a->out);
    return n_learned ? td_expect_shape(a, 1, "learned coefficients", n_learned, 1, err) : TD_OK;
}

static void forward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    const struct td_activation_attrs *attrs = a->attrs;
    const struct td_activation *f;
    td_activation_of(attrs, &f, NULL);
    size_t n = td_tensor_size(&a->out);
    if (f)
        f->forward(attrs->activation.params, a->n_in > 1 ? a->in[1]->v : NULL, n, a->in[0]->v,
                   a->out.v);
    else
        memcpy(a->out.v, a->in[0]->v, n * sizeof(real));
}

static void input_gradient(struct td_apply *a, const struct td_activation *f, const void *params,
                           const real *learned) {
    struct td_tensor *x = a->in[0];
    size_t n = td_tensor_size(x);
    const real *dx = a->out.g;
    if (f) {
        real *target = a->add[0] ? a->scratch : x->g;
        f->backward(params, learned, n, x->v, a->out.v, a->out.g, target);
        dx = target;
    }
    if (dx != x->g)
        TD_PUT(a->add[0], n, i, x->g, dx[i]);
}

static void backward(struct td_apply *a, const struct td_run *run) {
    (void)run;
    const struct td_activation_attrs *attrs = a->attrs;
    const struct td_activation *f;
    td_activation_of(attrs, &f, NULL);
    const void *params = attrs->activation.params;
    struct td_tensor *learned = a->n_in > 1 ? a->in[1] : NULL;
    if (a->in[0]->g)
        input_gradient(a, f, params, learned ? learned->v : NULL);
    if (learned && learned->g) {
        if (!a->add[1])
            memset(learned->g, 0, td_tensor_size(learned) * sizeof(real));
        f->backward_learned(params, learned->v, td_tensor_size(&a->out), a->in[0]->v, a->out.g,
                            learned->g);
    }
}

static bool example(int variant, struct td_op_example *e) {
    static const struct td_op_example variants[] = {
        {.n_in = 1, .rows = {4}, .cols = {3}},
        {.n_in = 1, .rows = {5}, .cols = {7}, .attrs = {"activation.kind", "selu"}},
        {.n_in = 1, .rows = {1}, .cols = {1}, .attrs = {"activation.kind", "tanh"}},
        {.n_in = 1, .rows = {2}, .cols = {9}, .attrs = {"activation.kind", "softsign"}},
        {.n_in = 2, .rows = {3, 1}, .cols = {5, 1}, .attrs = {"activation.kind", "crrelu"}},
    };
    if (variant < 0 || (size_t)variant >= sizeof variants / sizeof *variants)
        return false;
    *e = variants[variant];
    return true;
}

const struct td_op td_op_activation = {
    .kind = TD_KIND("activation",
                    "An activation alone, y = f(x). Inputs X and the activation's learned "
                    "coefficients if it has any.",
                    "", td_activation_table, struct td_activation_attrs),
    .min_in = 1,
    .max_in = 2,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .example = example,
};
