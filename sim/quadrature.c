#include "sim/quadrature.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define RANGE 12.0 /* the density beyond is below 1e-31 */
#define FIRST_PANEL 3.0
#define TOLERANCE 4e-15 /* of E[|h_k|], per panel */
enum { NODES = 10, DEPTH = 50, PANELS = 200000 };

/* Positive half of the 20-point Gauss-Legendre rule on [-1, 1]: node, weight. */
static const double rule[NODES][2] = {
    {0.076526521133497338, 0.15275338713072584}, {0.22778585114164507, 0.14917298647260374},
    {0.37370608871541955, 0.14209610931838204},  {0.51086700195082713, 0.13168863844917664},
    {0.63605368072651502, 0.11819453196151841},  {0.7463319064601508, 0.10193011981724044},
    {0.83911697182221878, 0.083276741576704755}, {0.91223442825132595, 0.062672048334109068},
    {0.96397192727791381, 0.040601429800386939}, {0.99312859918509488, 0.017614007139152118},
};

struct panel {
    double a, b;
    int depth;
    double sum[TD_EXPECT_OUT], size[TD_EXPECT_OUT]; /* integrals of h phi and of |h phi| */
};

struct integral {
    td_expectand *h;
    const void *context;
    size_t n_out;
    double sum[TD_EXPECT_OUT], size[TD_EXPECT_OUT];
};

static void add_point(const struct integral *in, double x, double weight, struct panel *p) {
    double h[TD_EXPECT_OUT];
    in->h(in->context, x, h);
    weight *= exp(-0.5 * x * x);
    for (size_t k = 0; k < in->n_out; k++) {
        p->sum[k] += weight * h[k];
        p->size[k] += weight * fabs(h[k]);
    }
}

static void integrate_panel(const struct integral *in, struct panel *p) {
    const double inv_sqrt_2pi = 0.39894228040143267794;
    double centre = 0.5 * (p->a + p->b), half = 0.5 * (p->b - p->a);
    memset(p->sum, 0, sizeof p->sum);
    memset(p->size, 0, sizeof p->size);
    for (int i = 0; i < NODES; i++) {
        double w = rule[i][1] * half * inv_sqrt_2pi, dx = rule[i][0] * half;
        add_point(in, centre - dx, w, p);
        add_point(in, centre + dx, w, p);
    }
}

/* Whether the two halves say the same as the whole; non-finite sums count as agreement, they are
   reported at the end. */
static bool agrees(const struct integral *in, const struct panel *whole, const struct panel *left,
                   const struct panel *right) {
    for (size_t k = 0; k < in->n_out; k++) {
        double halves = left->sum[k] + right->sum[k];
        double scale = fmax(in->size[k], left->size[k] + right->size[k]);
        if (fabs(halves - whole->sum[k]) > TOLERANCE * scale)
            return false;
    }
    return true;
}

/* Depth first, so that the stack holds at most one sibling a level. */
static td_status refine(struct integral *in, struct panel first, size_t *panels,
                        struct td_error *err) {
    struct panel stack[DEPTH + 2];
    int top = 0;
    stack[top++] = first;
    while (top > 0) {
        struct panel whole = stack[--top];
        double middle = 0.5 * (whole.a + whole.b);
        struct panel left = {.a = whole.a, .b = middle, .depth = whole.depth + 1};
        struct panel right = {.a = middle, .b = whole.b, .depth = whole.depth + 1};
        integrate_panel(in, &left);
        integrate_panel(in, &right);
        *panels += 2;
        if (agrees(in, &whole, &left, &right)) {
            for (size_t k = 0; k < in->n_out; k++)
                in->sum[k] += left.sum[k] + right.sum[k];
            continue;
        }
        if (whole.depth >= DEPTH || *panels > PANELS)
            return td_fail(err, TD_FAILED,
                           "quadrature does not converge near %g: the function varies too fast",
                           middle);
        stack[top++] = right;
        stack[top++] = left;
    }
    return TD_OK;
}

/* Ends of the first panels, ascending: the breaks inside the range and a coarse grid. */
static size_t first_edges(size_t n_breaks, const double *breaks, double *edges) {
    size_t n = 0;
    for (double x = -RANGE; x <= RANGE; x += FIRST_PANEL)
        edges[n++] = x;
    for (size_t i = 0; i < n_breaks; i++)
        if (fabs(breaks[i]) < RANGE)
            edges[n++] = breaks[i];
    for (size_t i = 1; i < n; i++)
        for (size_t j = i; j > 0 && edges[j - 1] > edges[j]; j--) {
            double t = edges[j];
            edges[j] = edges[j - 1];
            edges[j - 1] = t;
        }
    return n;
}

td_status td_normal_expectation(td_expectand *h, const void *context, size_t n_out, size_t n_breaks,
                                const double *breaks, double *out, struct td_error *err) {
    enum { EDGES = 16 + TD_EXPECT_BREAKS };
    if (n_out > TD_EXPECT_OUT || n_breaks > TD_EXPECT_BREAKS)
        return td_fail(err, TD_FAILED,
                       "quadrature of %zu functions with %zu breaks: at most %d, %d", n_out,
                       n_breaks, TD_EXPECT_OUT, TD_EXPECT_BREAKS);
    struct integral in = {.h = h, .context = context, .n_out = n_out};
    double edges[EDGES];
    struct panel first[EDGES];
    size_t n = first_edges(n_breaks, breaks, edges), panels = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        first[i] = (struct panel){.a = edges[i], .b = edges[i + 1]};
        integrate_panel(&in, &first[i]);
        for (size_t k = 0; k < n_out; k++)
            in.size[k] += first[i].size[k];
    }
    for (size_t i = 0; i + 1 < n; i++) {
        td_status status = refine(&in, first[i], &panels, err);
        if (status)
            return status;
    }
    for (size_t k = 0; k < n_out; k++) {
        if (!isfinite(in.sum[k]))
            return td_fail(err, TD_FAILED, "quadrature met a value that is not finite");
        out[k] = in.sum[k];
    }
    return TD_OK;
}
