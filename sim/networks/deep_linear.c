/* Deep linear pathways side by side: each input -> layers -> gate, their outputs summed. */
#include "sim/networks/deep_linear.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/activation.h"
#include "sim/init.h"
#include "sim/inits/distribution.h"
#include "sim/network.h"
#include "sim/ops/ops.h"

/* --- parameters ----------------------------------------------------------------------------- */

#define SCALE                                                                                      \
    {                                                                                              \
        .name = "scale", .type = TD_REAL, .offset = offsetof(struct td_deep_scale, scale),         \
        .initial = "0.01", .min = 0, .max = 1e6, .flags = TD_OPEN_MIN,                             \
        .help =                                                                                    \
            "size of a pathway's product at the start; each of its D factors gets the D-th root"   \
    }
#define SCALES                                                                                     \
    {                                                                                              \
        .name = "scales", .type = TD_REALS, .offset = offsetof(struct td_deep_scale, scales),      \
        .initial = "[]", .min = 0, .max = 1e6,                                                     \
        .help = "one scale a pathway where they differ; empty: all `scale`"                        \
    }

static const struct td_param aligned_params[] = {
    SCALE,
    SCALES,
    {.name = "spread",
     .type = TD_REAL,
     .offset = offsetof(struct td_deep_scale, spread),
     .initial = "0.1",
     .min = 0,
     .max = 0.2,
     .help = "the strengths are scale (1 + spread N(0, 1)), one a mode, largest first"},
    {0}};
static const struct td_param gaussian_params[] = {SCALE, SCALES, {0}};

static const struct td_init init_aligned = {
    .kind =
        TD_KIND("aligned",
                "Balanced and aligned with the task's modes Y^T X = U S V^T: W1 = R K^(1/D) "
                "V^T, inner W = R K^(1/D) R^T, WD = U K^(1/D) R^T, R random orthogonal, so that "
                "every mode is learned on its own.",
                "Saxe, McClelland and Ganguli 2014; Kleinman et al. 2024, section 3",
                aligned_params, struct td_deep_scale)};
static const struct td_init init_gaussian = {
    .kind = TD_KIND("gaussian",
                    "Entries N(0, scale^(2/D) / fan_in): neither balanced nor aligned, but nearly "
                    "so where the scale is small.",
                    "Kleinman et al. 2024, section 4", gaussian_params, struct td_deep_scale)};
static struct td_registry inits = {
    .family = "initialisation",
    .kinds = (const struct td_kind *const[]){&init_aligned.kind, &init_gaussian.kind, NULL},
    .also = &td_inits,
};

static const char *const inputs_names[] = {"data", "identity", NULL};

static const struct td_param params_table[] = {
    {.name = "pathways",
     .type = TD_INT,
     .offset = offsetof(struct td_deep_linear, pathways),
     .initial = "2",
     .min = 1,
     .max = TD_DEEP_PATHWAYS_MAX,
     .help = "pathways between input and output, called path.a, path.b, ..."},
    {.name = "depth",
     .type = TD_INT,
     .offset = offsetof(struct td_deep_linear, depth),
     .initial = "3",
     .min = 1,
     .max = 1000,
     .unit = "matrices",
     .help = "weight matrices of each pathway"},
    {.name = "depths",
     .type = TD_INTS,
     .offset = offsetof(struct td_deep_linear, depths),
     .initial = "[]",
     .min = 1,
     .max = 1000,
     .unit = "matrices",
     .help = "one depth a pathway where they differ; empty: all `depth`"},
    {.name = "width",
     .type = TD_INT,
     .offset = offsetof(struct td_deep_linear, width),
     .initial = "100",
     .min = 1,
     .max = 16384,
     .unit = "units",
     .help = "of every hidden layer"},
    {.name = "activation",
     .type = TD_PART,
     .offset = offsetof(struct td_deep_linear, activation),
     .initial = "identity",
     .registry = &td_activations,
     .help = "after every layer; identity: the network is linear"},
    {.name = "final_activation",
     .type = TD_BOOL,
     .offset = offsetof(struct td_deep_linear, final_activation),
     .initial = "true",
     .help = "whether the last layer of a pathway has the activation too"},
    {.name = "init",
     .type = TD_PART,
     .offset = offsetof(struct td_deep_linear, init),
     .initial = "aligned",
     .registry = &inits,
     .help = "how weights are drawn; there are no biases"},
    {.name = "gates",
     .type = TD_BOOL,
     .offset = offsetof(struct td_deep_linear, gates),
     .initial = "true",
     .help = "whether events can gate, silence and lesion pathways; costs little"},
    {.name = "inputs",
     .type = TD_CHOICE,
     .offset = offsetof(struct td_deep_linear, inputs),
     .initial = "data",
     .choices = inputs_names,
     .help = "identity: the training inputs are the rows of the identity in their order, so that "
             "the first product is left out; the same numbers, one product a pathway less"},
    {0}};

size_t td_deep_depth(const struct td_deep_linear *p, size_t pathway) {
    return (size_t)(p->depths.n ? p->depths.v[p->depths.n > 1 ? pathway : 0] : p->depth);
}

double td_deep_scale_of(const struct td_deep_scale *s, size_t pathway) {
    return s->scales.n ? s->scales.v[s->scales.n > 1 ? pathway : 0] : s->scale;
}

/* Kinds of init whose parameters are struct td_deep_scale. */
static bool has_scale(const struct td_deep_linear *p) {
    return p->init.kind == &init_aligned.kind || p->init.kind == &init_gaussian.kind;
}

static td_status check_count(const char *name, size_t n, int64_t pathways, struct td_error *err) {
    if (n <= 1 || (int64_t)n == pathways)
        return TD_OK;
    return td_fail(err, TD_BAD_INPUT, "net.%s: %zu values for %lld pathways: give one each, or one",
                   name, n, (long long)pathways);
}

static td_status check(const void *params, struct td_error *err) {
    const struct td_deep_linear *p = params;
    td_status status = check_count("depths", p->depths.n, p->pathways, err);
    if (!status && has_scale(p))
        status =
            check_count("init.scales", ((const struct td_deep_scale *)p->init.params)->scales.n,
                        p->pathways, err);
    if (status)
        return status;
    if (((const struct td_activation *)p->activation.kind)->n_learned)
        return td_fail(err, TD_BAD_INPUT,
                       "net.activation: %s has learned coefficients, for which this network has no "
                       "place (mlp has)",
                       p->activation.kind->name);
    if (p->inputs == TD_INPUTS_IDENTITY && p->gates)
        return td_fail(err, TD_BAD_INPUT,
                       "net.inputs: identity leaves out the input, which gates need (net.gates "
                       "false)");
    return TD_OK;
}

static double flops(const void *params, size_t d, size_t n_out) {
    const struct td_deep_linear *p = params;
    double sum = 0, width = (double)p->width;
    for (size_t i = 0; i < (size_t)p->pathways; i++) {
        size_t depth = td_deep_depth(p, i);
        if (depth == 1)
            sum += 2 * (double)d * (double)n_out;
        else
            sum += 2 * width * ((double)d + (double)n_out + width * (double)(depth - 2));
    }
    return sum;
}

/* --- building ------------------------------------------------------------------------------- */

enum { NAME = 48, LESIONS = 4 };

struct pathway {
    const struct td_deep_linear *p;
    struct td_graph *g;
    size_t index, d, n_out, depth;
    char letter;
};

/* Matrices of D factors each: N(0, scale^(2/D) / fan_in). */
static struct td_weight_init init_of(const struct pathway *w, struct td_scaled_init *buffer) {
    const struct td_part *init = &w->p->init;
    if (!has_scale(w->p))
        return (struct td_weight_init){.scheme = (const struct td_init *)init->kind,
                                       .params = init->params};
    double scale = td_deep_scale_of(init->params, w->index);
    *buffer = (struct td_scaled_init){.gain = pow(scale, 1 / (double)w->depth),
                                      .distribution = TD_NORMAL};
    return (struct td_weight_init){
        .scheme = (const struct td_init *)td_registry_find(&td_inits, "lecun"), .params = buffer};
}

static td_node matrix(const struct pathway *w, size_t layer) {
    char name[NAME];
    struct td_scaled_init buffer;
    size_t width = (size_t)w->p->width;
    size_t rows = layer == w->depth ? w->n_out : width, cols = layer == 1 ? w->d : width;
    struct td_weight_init init = init_of(w, &buffer);
    snprintf(name, sizeof name, "path.%c.%zu.weight", w->letter, layer);
    return td_graph_weight(w->g, name, rows, cols, &init);
}

/* Layer `layer` of x; x < 0: of the identity, the matrix itself. */
static td_node apply_layer(const struct pathway *w, size_t layer, td_node x, const char *name) {
    struct td_activation_attrs attrs = {.activation = w->p->activation};
    if (layer == w->depth && !w->p->final_activation)
        attrs.activation = (struct td_part){0};
    td_node in[] = {matrix(w, layer), x};
    if (x >= 0)
        return td_graph_apply(w->g, &td_op_dense, &attrs, 2, in, name);
    bool linear = !attrs.activation.kind || !strcmp(attrs.activation.kind->name, "identity");
    if (linear && !name)
        return in[0];
    return td_graph_apply(w->g, &td_op_activation, &attrs, 1, in, name);
}

static td_node control(const struct pathway *w, const char *what, size_t rows, size_t cols) {
    char name[NAME];
    snprintf(name, sizeof name, "path.%c.%s", w->letter, what);
    return td_graph_control(w->g, name, rows, cols);
}

static td_node remove_feature(const struct pathway *w, td_node x, const char *side, size_t rows) {
    td_node in[] = {x, control(w, side, rows, LESIONS)};
    return td_graph_apply(w->g, &td_op_project_out, NULL, 2, in, NULL);
}

static td_node close_off(const struct pathway *w, td_node y, const char *name) {
    y = remove_feature(w, y, "lesion.left", w->n_out);
    td_node in[] = {y, control(w, "silent", 1, 1), control(w, "detached", 1, 1)};
    return td_graph_apply(w->g, &td_op_gate, NULL, 3, in, name);
}

/* The whole pathway; its outcome is called `name`. Hidden layers: path.a.1, path.a.2, ... */
static td_node build_pathway(const struct pathway *w, td_node x, const char *name) {
    bool gates = w->p->gates;
    const struct td_tensor *input = td_graph_tensor(w->g, x);
    if (w->p->inputs == TD_INPUTS_IDENTITY && input->cols == w->d)
        x = -1;
    if (gates)
        x = remove_feature(w, x, "lesion.right", w->d);
    for (size_t layer = 1; layer <= w->depth; layer++) {
        char own[NAME];
        snprintf(own, sizeof own, "path.%c.%zu", w->letter, layer);
        bool ends = layer == w->depth && !gates;
        x = apply_layer(w, layer, x, ends ? name : layer == 1 && x < 0 ? NULL : own);
    }
    return gates ? close_off(w, x, name) : x;
}

/* The sum of the pathways, by the op's number of inputs at a time. */
static td_node add_up(struct td_graph *g, size_t n, const td_node *y) {
    td_node in[TD_OP_INPUTS] = {y[0]};
    size_t held = 1;
    for (size_t i = 1; i < n; i++) {
        in[held++] = y[i];
        bool last = i + 1 == n;
        if (held < TD_OP_INPUTS && !last)
            continue;
        in[0] = td_graph_apply(g, &td_op_add, NULL, held, in, last ? "output" : NULL);
        held = 1;
    }
    return in[0];
}

static td_node build(const void *params, struct td_graph *g, td_node input, size_t n_out,
                     enum td_build how) {
    (void)how;
    const struct td_deep_linear *p = params;
    const struct td_tensor *x = td_graph_tensor(g, input);
    td_node y[TD_DEEP_PATHWAYS_MAX] = {0};
    if (!x)
        return -1;
    for (size_t i = 0; i < (size_t)p->pathways; i++) {
        char name[NAME];
        const struct pathway w = {.p = p,
                                  .g = g,
                                  .index = i,
                                  .d = x->rows,
                                  .n_out = n_out,
                                  .depth = td_deep_depth(p, i),
                                  .letter = (char)('a' + i)};
        snprintf(name, sizeof name, "path.%c", w.letter);
        y[i] = build_pathway(&w, input, p->pathways == 1 ? "output" : name);
    }
    return add_up(g, (size_t)p->pathways, y);
}

/* --- the start ------------------------------------------------------------------------------ */

static td_status check_identity(const struct td_dataset *data, struct td_error *err) {
    const struct td_split *s = &data->train;
    bool identity = s->n == data->d;
    for (size_t i = 0; identity && i < s->n; i++)
        for (size_t j = 0; j < data->d; j++)
            identity &= s->x[i * data->d + j] == (real)(i == j);
    if (identity)
        return TD_OK;
    return td_fail(err, TD_BAD_INPUT,
                   "net.inputs: identity, but the %zu training inputs of %zu features are not the "
                   "rows of the identity; choose data",
                   s->n, data->d);
}

static td_status start(const void *params, const struct td_dataset *data, struct td_weights *w,
                       uint64_t seed, struct td_error *err) {
    const struct td_deep_linear *p = params;
    td_status status = p->inputs == TD_INPUTS_IDENTITY ? check_identity(data, err) : TD_OK;
    if (!status && p->init.kind == &init_aligned.kind)
        status = td_deep_align(p, data, w, seed, err);
    return status;
}

extern const struct td_network td_network_deep_linear;
const struct td_network td_network_deep_linear = {
    .kind = TD_KIND("deep-linear",
                    "Pathways of linear layers side by side, y = sum over pathways of WD ... W1 x, "
                    "optionally with an activation after every layer; no biases. Pathways can be "
                    "gated, silenced and lesioned by events. Tensors: input, path.a.1, path.a.2, "
                    "... (layers), path.a (what the pathway adds to the output; of a single one: "
                    "output), output; weights: path.a.1.weight, ...",
                    "Kleinman, Achille and Soatto 2024, section 3", params_table,
                    struct td_deep_linear),
    .build = build,
    .check = check,
    .flops = flops,
    .start = start,
};
