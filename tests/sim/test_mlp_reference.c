/* A hand-written MLP in plain loops and double against the graph, over 100 training steps from the
   same weights on the same batches: forward, backward, gradient descent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/sim/graph_support.h"

enum { LAYERS = 4, WIDEST = 12, BATCH = 32, STEPS = 100 };
static const size_t width[LAYERS + 1] = {9, 12, 8, 5, 3};

/* ---- The reference. ---- */

struct mlp {
    double w[LAYERS][WIDEST][WIDEST], b[LAYERS][WIDEST];
    double (*f)(double);
    double (*f_slope)(double); /* at the pre-activation */
    double rate;
};

/* Activations of one sample. */
struct sample {
    double pre[LAYERS + 1][WIDEST], act[LAYERS + 1][WIDEST];
};

static void reference_forward(const struct mlp *m, struct sample *s) {
    for (size_t l = 0; l < LAYERS; l++)
        for (size_t r = 0; r < width[l + 1]; r++) {
            double z = m->b[l][r];
            for (size_t c = 0; c < width[l]; c++)
                z += m->w[l][r][c] * s->act[l][c];
            s->pre[l + 1][r] = z;
            s->act[l + 1][r] = l + 1 < LAYERS ? m->f(z) : z;
        }
}

/* Cross-entropy of the softmax of act[LAYERS]; delta = its gradient. */
static double reference_loss(const struct sample *s, size_t label, double *delta) {
    double sum = 0;
    for (size_t k = 0; k < width[LAYERS]; k++)
        sum += exp(s->act[LAYERS][k]);
    for (size_t k = 0; k < width[LAYERS]; k++)
        delta[k] = exp(s->act[LAYERS][k]) / sum - (k == label);
    return log(sum) - s->act[LAYERS][label];
}

/* gradient += this sample's share of the batch's mean. */
static void reference_backward(const struct mlp *m, const struct sample *s, double *delta,
                               struct mlp *gradient) {
    for (size_t l = LAYERS; l-- > 0;) {
        double below[WIDEST] = {0};
        for (size_t r = 0; r < width[l + 1]; r++) {
            double d = l + 1 < LAYERS ? delta[r] * m->f_slope(s->pre[l + 1][r]) : delta[r];
            gradient->b[l][r] += d / BATCH;
            for (size_t c = 0; c < width[l]; c++) {
                gradient->w[l][r][c] += d * s->act[l][c] / BATCH;
                below[c] += m->w[l][r][c] * d;
            }
        }
        memcpy(delta, below, sizeof below);
    }
}

/* One step of gradient descent; returns the loss before it. x is (d, BATCH). */
static double reference_step(struct mlp *m, const real *x, const real *labels) {
    static struct mlp gradient;
    memset(&gradient, 0, sizeof gradient);
    double loss = 0;
    for (size_t i = 0; i < BATCH; i++) {
        struct sample s;
        double delta[WIDEST];
        for (size_t c = 0; c < width[0]; c++)
            s.act[0][c] = (double)x[c * BATCH + i];
        reference_forward(m, &s);
        loss += reference_loss(&s, (size_t)labels[i], delta) / BATCH;
        reference_backward(m, &s, delta, &gradient);
    }
    for (size_t l = 0; l < LAYERS; l++)
        for (size_t r = 0; r < width[l + 1]; r++) {
            m->b[l][r] -= m->rate * gradient.b[l][r];
            for (size_t c = 0; c < width[l]; c++)
                m->w[l][r][c] -= m->rate * gradient.w[l][r][c];
        }
    return loss;
}

/* ---- The graph. ---- */

static struct td_graph *build(const char *activation, td_node *loss) {
    struct td_graph *g = td_graph_create();
    struct td_arena *arena = td_arena_create();
    const struct td_weight_init lecun = init_of("lecun", arena), zero = {0};
    struct td_activation_attrs attrs = {part_of(&td_activations, activation, NULL, arena)};
    td_node h = td_graph_input(g, "x", width[0], BATCH, false);
    for (size_t l = 0; l < LAYERS; l++) {
        char w[16], b[16];
        snprintf(w, sizeof w, "w%zu", l);
        snprintf(b, sizeof b, "b%zu", l);
        td_node in[] = {td_graph_weight(g, w, width[l + 1], width[l], &lecun), h,
                        td_graph_weight(g, b, width[l + 1], 1, &zero)};
        h = td_graph_apply(g, &td_op_dense, l + 1 < LAYERS ? &attrs : NULL, 3, in, NULL);
    }
    td_node two[] = {h, td_graph_input(g, "labels", 1, BATCH, false)};
    *loss = td_graph_apply(g, &td_op_softmax_cross_entropy, NULL, 2, two, "loss");
    struct td_error err = {0};
    must(td_graph_plan(g, *loss, NULL, &err), &err);
    must(td_weights_init(td_graph_weights(g), 17, &err), &err);
    td_arena_free(arena);
    return g;
}

/* Copies the graph's weights into the reference, or returns the largest difference. */
static double compare(struct td_weights *w, struct mlp *m, bool copy) {
    double worst = 0;
    for (size_t l = 0; l < LAYERS; l++) {
        char name[16];
        snprintf(name, sizeof name, "w%zu", l);
        const real *wl = w->theta + td_weights_find(w, name)->offset;
        snprintf(name, sizeof name, "b%zu", l);
        const real *bl = w->theta + td_weights_find(w, name)->offset;
        for (size_t r = 0; r < width[l + 1]; r++) {
            if (copy)
                m->b[l][r] = (double)bl[r];
            worst = fmax(worst, fabs(m->b[l][r] - (double)bl[r]));
            for (size_t c = 0; c < width[l]; c++) {
                const double v = (double)wl[r * width[l] + c];
                if (copy)
                    m->w[l][r][c] = v;
                worst = fmax(worst, fabs(m->w[l][r][c] - v));
            }
        }
    }
    return worst;
}

/* Where descent is stable, an error once made stays about as large as it is, and a step adds a few
   roundings of weights and gradients of order 1: together at most a few eps a step. In double 1e-10
   is asked for, which is far more than that. */
static const double ALLOWED = sizeof(real) == 8 ? 1e-10 : STEPS * 3 * (double)FLT_EPSILON;

static void follow(const char *activation, double (*f)(double), double (*f_slope)(double),
                   double rate) {
    td_node loss;
    struct td_graph *g = build(activation, &loss);
    struct td_weights *w = td_graph_weights(g);
    static struct mlp m;
    m.f = f, m.f_slope = f_slope, m.rate = rate;
    compare(w, &m, true);
    struct td_tensor *x = td_graph_find(g, "x"), *labels = td_graph_find(g, "labels");
    double first = 0, last = 0;
    for (struct td_run run = training_run(0); run.step < STEPS; run.step++) {
        fill_normal((uint32_t)run.step % 4, elements(x), x->v);
        for (size_t i = 0; i < BATCH; i++)
            labels->v[i] = (real)((x->v[i] > 0) + (x->v[BATCH + i] > 0));
        td_graph_forward(g, &run);
        td_graph_backward(g, &run);
        for (size_t i = 0; i < w->n; i++)
            w->theta[i] -= (real)rate * w->grad[i];
        last = reference_step(&m, x->v, labels->v);
        first = run.step == 0 ? last : first;
        double difference = fabs((double)td_graph_find(g, "loss")->v[0] - last);
        if (!(difference <= ALLOWED))
            fail_msg("%s, step %d: loss differs by %g, %g allowed", activation, (int)run.step,
                     difference, ALLOWED);
    }
    double difference = compare(w, &m, false);
    if (!(difference <= ALLOWED))
        fail_msg("%s: weights differ by %g, %g allowed", activation, difference, ALLOWED);
    assert_true(last < 0.9 * first); /* it has moved */
    td_graph_free(g);
}

static double tanh_slope(double z) {
    return 1 / (cosh(z) * cosh(z));
}

static double selu(double z) {
    return 1.0507009873554805 * (z > 0 ? z : 1.6732632423543772 * expm1(z));
}

static double selu_slope(double z) {
    return 1.0507009873554805 * (z > 0 ? 1 : 1.6732632423543772 * exp(z));
}

static double gelu(double z) {
    return 0.5 * z * erfc(-z * M_SQRT1_2);
}

static double gelu_slope(double z) {
    return 0.5 * erfc(-z * M_SQRT1_2) + z * exp(-z * z / 2) / sqrt(2 * M_PI);
}

static void test_tanh(void **state) {
    (void)state;
    follow("tanh", tanh, tanh_slope, 0.5);
}

static void test_selu(void **state) {
    (void)state;
    follow("selu", selu, selu_slope, 0.1);
}

static void test_gelu(void **state) {
    (void)state;
    follow("gelu", gelu, gelu_slope, 0.1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tanh),
        cmocka_unit_test(test_selu),
        cmocka_unit_test(test_gelu),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
