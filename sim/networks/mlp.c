/* The multi-layer perceptron: hidden layers of
       product -> normalisation -> activation -> dropout -> (+ the input of the block)
   or -> (mixed with its input by a highway layer's gate), and a linear output layer. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "sim/activation.h"
#include "sim/init.h"
#include "sim/inits/distribution.h"
#include "sim/network.h"
#include "sim/ops/ops.h"

enum shape { RECTANGULAR, CONIC };
enum norm { NORM_NONE, NORM_BATCH, NORM_LAYER, NORM_WEIGHT };

struct mlp {
    int64_t depth, width;
    int shape;
    struct td_ints widths;
    struct td_part activation, init;
    int norm;
    int64_t residual;
    bool highway;
    double gate_bias;
    struct td_part dropout;
    bool bias;
};

/* --- parameters ----------------------------------------------------------------------------- */

static const char *const shapes[] = {"rectangular", "conic", NULL};
static const char *const norms[] = {"none", "batch", "layer", "weight", NULL};

/* Which initialisation fits is known once the activation is: see init_of. */
static const struct td_init init_auto = {
    .kind = TD_KIND_PLAIN("auto",
                          "What fits the activation: he before relu and its kin (leaky-relu, "
                          "prelu, srelu, crrelu), lecun before the others and in the output layer.",
                          ""),
};
static struct td_registry inits = {
    .family = "initialisation",
    .kinds = (const struct td_kind *const[]){&init_auto.kind, NULL},
    .also = &td_inits,
};

struct dropout {
    double rate;
};
static const struct td_param dropout_params[] = {
    {.name = "rate",
     .type = TD_REAL,
     .offset = offsetof(struct dropout, rate),
     .initial = "0.05",
     .min = 0,
     .max = 1,
     .flags = TD_OPEN_MAX,
     .help = "probability that a unit is dropped in a step"},
    {0},
};
static const struct td_kind dropout_none = TD_KIND_PLAIN("none", "No dropout.", "");
static const struct td_kind dropout_plain =
    TD_KIND("plain", "Dropped units become 0, the others grow by 1 / (1 - rate).",
            "Srivastava et al. 2014, section 4", dropout_params, struct dropout);
static const struct td_kind dropout_alpha =
    TD_KIND("alpha",
            "Dropped units become SELU's lower limit, and an affine map keeps mean 0 and "
            "variance 1.",
            "Klambauer et al. 2017, section 3", dropout_params, struct dropout);
static struct td_registry dropouts = {
    .family = "dropout",
    .kinds = (const struct td_kind *const[]){&dropout_none, &dropout_plain, &dropout_alpha, NULL},
};

static const struct td_param params_table[] = {
    {.name = "depth",
     .type = TD_INT,
     .offset = offsetof(struct mlp, depth),
     .initial = "2",
     .min = 1,
     .max = 10000,
     .unit = "hidden layers",
     .help = "number of hidden layers"},
    {.name = "width",
     .type = TD_INT,
     .offset = offsetof(struct mlp, width),
     .initial = "64",
     .min = 0,
     .max = 1e6,
     .unit = "units",
     .help = "units of the first hidden layer; 0: as many as inputs"},
    {.name = "shape",
     .type = TD_CHOICE,
     .offset = offsetof(struct mlp, shape),
     .initial = "rectangular",
     .choices = shapes,
     .help = "all layers alike, or conic: shrinking geometrically towards the number of outputs"},
    {.name = "widths",
     .type = TD_INTS,
     .offset = offsetof(struct mlp, widths),
     .initial = "[]",
     .min = 1,
     .max = 1e6,
     .unit = "units",
     .help = "units of every hidden layer, instead of depth, width and shape"},
    {.name = "activation",
     .type = TD_PART,
     .offset = offsetof(struct mlp, activation),
     .initial = "selu",
     .registry = &td_activations,
     .help = "activation of the hidden layers"},
    {.name = "init",
     .type = TD_PART,
     .offset = offsetof(struct mlp, init),
     .initial = "lecun",
     .registry = &inits,
     .help = "how weight matrices are drawn; biases start at 0"},
    {.name = "norm",
     .type = TD_CHOICE,
     .offset = offsetof(struct mlp, norm),
     .initial = "none",
     .choices = norms,
     .help = "normalisation before the activation (batch, layer) or of the weights"},
    {.name = "residual",
     .type = TD_INT,
     .offset = offsetof(struct mlp, residual),
     .initial = "0",
     .min = 0,
     .max = 10000,
     .unit = "hidden layers",
     .help = "add its input to every block of so many layers after the first; 0: none"},
    {.name = "highway",
     .type = TD_BOOL,
     .offset = offsetof(struct mlp, highway),
     .initial = "false",
     .help = "every layer after the first puts out h t + x (1 - t): h its activation, x its input, "
             "t a learned gate sigmoid(W x + b)"},
    {.name = "gate_bias",
     .type = TD_REAL,
     .offset = offsetof(struct mlp, gate_bias),
     .initial = "-2",
     .min = -100,
     .max = 100,
     .help = "where the biases b of highway gates start; negative: layers start by passing their "
             "input on (the paper: -1, -3)"},
    {.name = "dropout",
     .type = TD_PART,
     .offset = offsetof(struct mlp, dropout),
     .initial = "none",
     .registry = &dropouts,
     .help = "what is dropped after the activation, in training"},
    {.name = "bias",
     .type = TD_BOOL,
     .offset = offsetof(struct mlp, bias),
     .initial = "true",
     .help = "whether units have a bias (batch norm brings its own)"},
    {0},
};

static size_t depth_of(const struct mlp *p) {
    return p->widths.n ? p->widths.n : (size_t)p->depth;
}

static bool all_alike(const struct mlp *p) {
    if (p->widths.n == 0)
        return p->shape == RECTANGULAR;
    for (size_t i = 1; i < p->widths.n; i++)
        if (p->widths.v[i] != p->widths.v[0])
            return false;
    return true;
}

static td_status check_highway(const struct mlp *p, struct td_error *err) {
    if (p->highway && !all_alike(p))
        return td_fail(err, TD_BAD_INPUT,
                       "net.highway: where layers have different widths (shape conic, widths) a "
                       "layer's input cannot be mixed with its output");
    if (p->highway && depth_of(p) < 2)
        return td_fail(err, TD_BAD_INPUT,
                       "net.highway: the first hidden layer is a plain one, so at least 2 are "
                       "needed, not %zu",
                       depth_of(p));
    if (p->highway && p->residual)
        return td_fail(err, TD_BAD_INPUT,
                       "net.highway: layers whose gates carry their input on need no net.residual; "
                       "set one of the two");
    return TD_OK;
}

static td_status check(const void *params, struct td_error *err) {
    const struct mlp *p = params;
    if (p->residual && !all_alike(p))
        return td_fail(err, TD_BAD_INPUT,
                       "net.residual: where layers have different widths (shape conic, widths) a "
                       "block's input cannot be added to its output");
    if (p->residual && (size_t)p->residual >= depth_of(p))
        return td_fail(err, TD_BAD_INPUT,
                       "net.residual: a block of %lld layers after the first needs at least %lld "
                       "hidden layers, not %zu",
                       (long long)p->residual, (long long)p->residual + 1, depth_of(p));
    return check_highway(p, err);
}

/* --- shapes --------------------------------------------------------------------------------- */

/* Width of hidden layer l = 1, 2, ... Conic: from width in layer 1 towards n_out in layer
   depth + 1, by the same factor each layer (Klambauer et al. 2017, section 4). */
static size_t layer_width(const struct mlp *p, size_t l, size_t d, size_t n_out) {
    if (p->widths.n)
        return (size_t)p->widths.v[l - 1];
    size_t width = p->width ? (size_t)p->width : d;
    if (p->shape == RECTANGULAR || l == 1)
        return width;
    double share = (double)(l - 1) / (double)p->depth;
    double w = round((double)width * pow((double)n_out / (double)width, share));
    return w < 1 ? 1 : (size_t)w;
}

static double flops(const void *params, size_t d, size_t n_out) {
    const struct mlp *p = params;
    double sum = 0;
    size_t in = d;
    for (size_t l = 1; l <= depth_of(p); l++) {
        size_t out = layer_width(p, l, d, n_out);
        sum += (p->highway && l > 1 ? 4 : 2) * (double)in * (double)out;
        in = out;
    }
    return sum + 2 * (double)in * (double)n_out;
}

/* --- building ------------------------------------------------------------------------------- */

enum { NAME = 40 };

struct layer {
    const struct mlp *p;
    struct td_graph *g;
    char where[NAME]; /* "hidden.3", "output": what its weights are called after */
    size_t in, out;
    enum td_build build;
};

static bool rectifies(const struct td_kind *activation) {
    static const char *const names[] = {"relu", "leaky-relu", "prelu", "srelu", "crrelu"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(activation->name, names[i]))
            return true;
    return false;
}

/* The initialisation of a layer's matrix: as given, or what "auto" stands for. */
static struct td_weight_init init_of(const struct layer *layer, bool hidden) {
    static const struct td_scaled_init plain = {.gain = 1};
    const struct td_part *init = &layer->p->init;
    struct td_weight_init out = {.scheme = (const struct td_init *)init->kind,
                                 .params = init->params};
    if (init->kind == &init_auto.kind) {
        bool he = hidden && rectifies(layer->p->activation.kind);
        out.scheme = (const struct td_init *)td_registry_find(&td_inits, he ? "he" : "lecun");
        out.params = &plain;
    }
    return out;
}

static td_node weight(const struct layer *layer, const char *what, size_t rows, size_t cols,
                      const struct td_weight_init *init) {
    char name[2 * NAME];
    snprintf(name, sizeof name, "%s.%s", layer->where, what);
    return td_graph_weight(layer->g, name, rows, cols, init);
}

static td_node constant(const struct layer *layer, const char *what, size_t rows, double value) {
    return weight(layer, what, rows, 1, &(struct td_weight_init){.value = value});
}

/* The matrix of a layer; with weight norm the product of direction and gain, whose rows start out
   as long as those of the plain initialisation are on average. */
static td_node matrix(const struct layer *layer, bool hidden) {
    struct td_weight_init init = init_of(layer, hidden);
    td_node w = weight(layer, "weight", layer->out, layer->in, &init);
    if (!hidden || layer->p->norm != NORM_WEIGHT)
        return w;
    bool he = !strcmp(init.scheme->kind.name, "he");
    td_node in[] = {w, constant(layer, "gain", layer->out, he ? M_SQRT2 : 1)};
    return td_graph_apply(layer->g, &td_op_weight_norm, NULL, 2, in, NULL);
}

/* The activation's learned coefficients as one column; -1 if it has none. */
static td_node coefficients(const struct layer *layer) {
    const struct td_activation *f = (const struct td_activation *)layer->p->activation.kind;
    td_node in[TD_OP_INPUTS];
    if (f->n_learned == 0)
        return -1;
    if (f->n_learned == 1)
        return constant(layer, "coefficient", 1, f->learned_initial[0]);
    for (size_t i = 0; i < f->n_learned && i < TD_OP_INPUTS; i++) {
        char name[24];
        snprintf(name, sizeof name, "coefficient.%zu", i + 1);
        in[i] = constant(layer, name, 1, f->learned_initial[i]);
    }
    return td_graph_apply(layer->g, &td_op_concat_rows, NULL, f->n_learned, in, NULL);
}

/* Product, bias and, if `fused`, the activation in one op. */
static td_node dense(const struct layer *layer, td_node x, bool hidden, bool fused,
                     const char *name) {
    const struct mlp *p = layer->p;
    struct td_activation_attrs attrs = {.activation = {0}};
    td_node in[4] = {matrix(layer, hidden), x};
    size_t n = 2;
    if (p->bias && !(hidden && p->norm == NORM_BATCH))
        in[n++] = constant(layer, "bias", layer->out, 0);
    if (fused) {
        attrs.activation = p->activation;
        in[n] = coefficients(layer);
        n += in[n] >= 0;
    }
    return td_graph_apply(layer->g, &td_op_dense, &attrs, n, in, name);
}

static td_node normalise(const struct layer *layer, td_node x, const char *name) {
    const struct td_op *op = layer->p->norm == NORM_BATCH ? &td_op_batch_norm : &td_op_layer_norm;
    td_node in[] = {x, constant(layer, "gain", layer->out, 1),
                    constant(layer, "shift", layer->out, 0)};
    return td_graph_apply(layer->g, op, NULL, 3, in, name);
}

static td_node activate(const struct layer *layer, td_node x, const char *name) {
    struct td_activation_attrs attrs = {.activation = layer->p->activation};
    td_node in[] = {x, coefficients(layer)};
    return td_graph_apply(layer->g, &td_op_activation, &attrs, in[1] >= 0 ? 2 : 1, in, name);
}

static td_node drop(const struct layer *layer, td_node x, const char *name) {
    const struct dropout *dropout = layer->p->dropout.params;
    if (layer->p->dropout.kind == &dropout_plain)
        return td_graph_apply(layer->g, &td_op_dropout,
                              &(struct td_dropout_attrs){.rate = dropout->rate}, 1, &x, name);
    return td_graph_apply(
        layer->g, &td_op_alpha_dropout,
        &(struct td_alpha_dropout_attrs){.rate = dropout->rate, .mean = 0, .variance = 1}, 1, &x,
        name);
}

/* The transform gate of a highway layer, sigmoid(W x + b). */
static td_node transform_gate(const struct layer *layer, size_t number, td_node x) {
    struct td_weight_init init = init_of(layer, false);
    struct td_activation_attrs attrs = {
        .activation = {.kind = td_registry_find(&td_activations, "sigmoid")}};
    td_node in[] = {weight(layer, "gate.weight", layer->out, layer->in, &init), x,
                    constant(layer, "gate.bias", layer->out, layer->p->gate_bias)};
    char name[NAME];
    snprintf(name, sizeof name, "gate.%zu", number);
    return td_graph_apply(layer->g, &td_op_dense, &attrs, 3, in, name);
}

/* Joins y, what the layer computes from x, with what it passes on: the block's input `skip` or,
   behind a gate, x itself. */
static td_node join(const struct layer *layer, size_t number, td_node x, td_node y, td_node skip) {
    if (skip >= 0)
        return td_graph_apply(layer->g, &td_op_add, NULL, 2, (td_node[]){y, skip}, layer->where);
    td_node in[] = {y, transform_gate(layer, number, x), x};
    return td_graph_apply(layer->g, &td_op_highway, NULL, 3, in, layer->where);
}

/* One hidden layer from x; `skip`: the block's input, to be added, or -1. The last of its ops gets
   the layer's name. */
static td_node hidden_layer(const struct layer *layer, size_t number, td_node x, td_node skip) {
    const struct mlp *p = layer->p;
    bool joins = skip >= 0 || (p->highway && number > 1);
    bool drops = p->dropout.kind != &dropout_none;
    bool norm = p->norm == NORM_BATCH || p->norm == NORM_LAYER;
    bool fused = !norm && layer->build == TD_BUILD_FAST;
    char pre[NAME];
    snprintf(pre, sizeof pre, "pre.%zu", number);
    const char *last = layer->where;
    const char *activated = drops || joins ? NULL : last;
    td_node y = dense(layer, x, true, fused, fused ? activated : norm ? NULL : pre);
    if (norm)
        y = normalise(layer, y, pre);
    if (!fused)
        y = activate(layer, y, activated);
    if (drops)
        y = drop(layer, y, joins ? NULL : last);
    return joins ? join(layer, number, x, y, skip) : y;
}

static td_node build(const void *params, struct td_graph *g, td_node input, size_t n_out,
                     enum td_build how) {
    const struct mlp *p = params;
    const struct td_tensor *x = td_graph_tensor(g, input);
    if (!x)
        return -1;
    size_t d = x->rows;
    struct layer layer = {.p = p, .g = g, .in = d, .build = how};
    td_node y = input, block = -1; /* where the current residual block began */
    for (size_t l = 1; l <= depth_of(p); l++) {
        layer.out = layer_width(p, l, d, n_out);
        snprintf(layer.where, sizeof layer.where, "hidden.%zu", l);
        bool ends = p->residual && l > 1 && (l - 1) % (size_t)p->residual == 0;
        y = hidden_layer(&layer, l, y, ends ? block : -1);
        if (l == 1 || ends)
            block = y;
        layer.in = layer.out;
    }
    layer.out = n_out;
    snprintf(layer.where, sizeof layer.where, "output");
    return dense(&layer, y, false, false, "output");
}

extern const struct td_network td_network_mlp;
const struct td_network td_network_mlp = {
    .kind = TD_KIND("mlp",
                    "Multi-layer perceptron: any activation and initialisation, batch, layer or "
                    "weight normalisation, residual blocks or highway layers, dropout or alpha "
                    "dropout. Tensors: input, pre.1, hidden.1, ..., output, gate.2, ... of highway "
                    "layers; weights: hidden.1.weight, hidden.1.bias, hidden.1.gain, "
                    "hidden.2.gate.weight, hidden.2.gate.bias, ..., output.weight, output.bias.",
                    "", params_table, struct mlp),
    .build = build,
    .check = check,
    .flops = flops,
};
