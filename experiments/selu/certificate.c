/* selu/certificate: what selu/theorems finds on a grid, proved. Branch and bound by interval
   arithmetic: the domain is cut into boxes until on each of them the quantity provably stays below
   (for a minimum: above) the best value found anywhere plus a tolerance. The map depends on mean
   and omega through m = mean omega alone, and on variance and tau through their product, so a box
   is a range of m, of the variance and of tau. The boxes and their margins are the certificate. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/selu/moment_box.h"
#include "experiments/selu/selu.h"
#include "sim/activations/selu.h"
#include "sim/moment_bounds.h"

typedef struct td_interval interval;

enum quantity { IMAGE_MEAN, IMAGE_VARIANCE, GROWTH, NORM };
static const char *const quantities[] = {"image.mean", "image.variance", "growth", "norm", NULL};
enum ends { BOTH, SMALLEST, LARGEST };
static const char *const end_names[] = {"both", "min", "max", NULL};

struct options {
    const char *domain;
    struct td_selu selu;
    int quantity, ends;
    struct td_reals box[AXES];
    double tolerance;
    int64_t most_boxes;
};

static const struct td_param params[] = {
    MOMENT_BOX_NAME_PARAM(struct options),
    {.name = "alpha",
     .type = TD_REAL,
     .offset = offsetof(struct options, selu.alpha),
     .initial = TD_SELU_ALPHA_TEXT,
     .min = 0,
     .max = 100,
     .help = "SELU's constant; what is proved holds for all within one rounding of it"},
    {.name = "lambda",
     .type = TD_REAL,
     .offset = offsetof(struct options, selu.lambda),
     .initial = TD_SELU_LAMBDA_TEXT,
     .min = 0,
     .max = 100,
     .flags = TD_OPEN_MIN,
     .help = "likewise"},
    {.name = "quantity",
     .type = TD_CHOICE,
     .offset = offsetof(struct options, quantity),
     .initial = "image.mean",
     .choices = quantities,
     .help = "mean or variance after a layer, growth of the variance, norm of the Jacobian"},
    {.name = "ends",
     .type = TD_CHOICE,
     .offset = offsetof(struct options, ends),
     .initial = "both",
     .choices = end_names,
     .help = "which extremes are bounded"},
    MOMENT_BOX_PARAMS(struct options, box),
    {.name = "tolerance",
     .type = TD_REAL,
     .offset = offsetof(struct options, tolerance),
     .initial = "1e-4",
     .min = 1e-9,
     .max = 1e3,
     .help = "how far the proved bound may lie from the best value found"},
    {.name = "most_boxes",
     .type = TD_INT,
     .offset = offsetof(struct options, most_boxes),
     .initial = "100000",
     .min = 1,
     .max = 1e7,
     .help = "cutting ends here: the bound still holds, but is wider (flag box-limit)"},
    {0}};

static td_status check(const void *p, struct td_error *err) {
    const struct options *o = p;
    td_status status = moment_box_check(o->box, err);
    if (status)
        return status;
    if (o->quantity == NORM && o->ends != LARGEST)
        return td_fail(err, TD_BAD_INPUT,
                       "ends: the norm of the Jacobian has a proof of its maximum only; set "
                       "ends=max");
    return TD_OK;
}

/* ---- the quantity over a box ---- */

/* Outward by a rounding: decimals such as 0.8 are no doubles, and what is stated holds for them. */
static interval range_of(const struct options *o, enum moment_axis a) {
    return td_interval_outward(o->box[a].v[0], o->box[a].v[1]);
}

enum side { M, NU, T, SIDES };

struct box {
    interval side[SIDES], value; /* value: contains the quantity all over the box */
};

/* f(centre) + sum of slope (x - centre): overestimates with the square of the size. */
static interval mean_value(interval at_centre, const interval slope[SIDES],
                           const interval side[SIDES]) {
    interval sum = at_centre;
    for (int i = 0; i < SIDES; i++) {
        interval centre = td_interval_point(td_interval_middle(side[i]));
        interval away = td_interval_subtract(side[i], centre);
        sum = td_interval_add(sum, td_interval_multiply(slope[i], away));
    }
    return sum;
}

static struct td_moment_bounds bounds_over(const struct options *o, const interval side[SIDES]) {
    return td_selu_bounds(o->selu, side[M], td_interval_multiply(side[NU], side[T]));
}

static interval pick(const struct options *o, const struct td_moment_bounds *b, interval nu) {
    return o->quantity == IMAGE_MEAN ? b->mean
           : o->quantity == GROWTH   ? td_interval_subtract(b->var, nu)
                                     : b->var;
}

static interval scalar_over(const struct options *o, const interval side[SIDES]) {
    interval centre[SIDES], slope[SIDES];
    for (int i = 0; i < SIDES; i++)
        centre[i] = td_interval_point(td_interval_middle(side[i]));
    struct td_moment_bounds here = bounds_over(o, centre), all = bounds_over(o, side);
    bool mean = o->quantity == IMAGE_MEAN;
    interval by_s2 = mean ? all.mean_s2 : all.var_s2;
    slope[M] = mean ? all.mean_m : all.var_m;
    slope[NU] = td_interval_multiply(by_s2, side[T]);
    slope[T] = td_interval_multiply(by_s2, side[NU]);
    if (o->quantity == GROWTH)
        slope[NU] = td_interval_subtract(slope[NU], td_interval_point(1));
    return td_interval_meet(mean_value(pick(o, &here, centre[NU]), slope, side),
                            pick(o, &all, side[NU]));
}

/* The Jacobian is D diag(omega, tau), D the derivatives by m and s2. J J' = D diag(omega^2, tau^2)
   D' grows with omega^2 in the sense of positive matrices, so the largest norm is at the largest
   |omega|. Largest singular value: ((t + sqrt(t^2 - 4 det^2)) / 2)^(1/2), t the sum of squares. */
static interval norm_over(const struct options *o, const interval side[SIDES]) {
    struct td_moment_bounds b = bounds_over(o, side);
    interval range = range_of(o, OMEGA);
    interval omega = td_interval_point(fmax(fabs(range.lo), fabs(range.hi)));
    interval j[4] = {td_interval_multiply(b.mean_m, omega),
                     td_interval_multiply(b.mean_s2, side[T]), td_interval_multiply(b.var_m, omega),
                     td_interval_multiply(b.var_s2, side[T])};
    interval t = td_interval_point(0);
    for (int i = 0; i < 4; i++)
        t = td_interval_add(t, td_interval_square(j[i]));
    interval det =
        td_interval_subtract(td_interval_multiply(j[0], j[3]), td_interval_multiply(j[1], j[2]));
    interval four = td_interval_multiply(td_interval_point(4), td_interval_square(det));
    interval root = td_interval_sqrt(td_interval_subtract(td_interval_square(t), four));
    interval half = td_interval_multiply(td_interval_point(0.5), td_interval_add(t, root));
    return td_interval_sqrt(half);
}

static interval over(const struct options *o, const interval side[SIDES]) {
    return o->quantity == NORM ? norm_over(o, side) : scalar_over(o, side);
}

/* ---- branch and bound ---- */

struct search {
    const struct options *o;
    bool largest;      /* maximum; else minimum, as the maximum of the negative */
    double found;      /* a value that is provably reached or passed */
    size_t n, size;    /* boxes: [0, done) are finished, [done, n) wait */
    size_t done, cuts; /* cuts: boxes that were cut */
    struct box *box;
    interval whole[SIDES];
};

static double upper(const struct search *s, interval value) {
    return s->largest ? value.hi : -value.lo;
}

/* Some value at a point: what is proved to be reached. */
static void probe(struct search *s, const double x[SIDES]) {
    interval side[SIDES];
    for (int i = 0; i < SIDES; i++)
        side[i] = td_interval_point(x[i]);
    interval value = over(s->o, side);
    s->found = fmax(s->found, s->largest ? value.lo : -value.hi);
}

static void probe_corners(struct search *s, const interval side[SIDES]) {
    for (unsigned corner = 0; corner < 1u << SIDES; corner++) {
        double x[SIDES];
        for (int i = 0; i < SIDES; i++)
            x[i] = corner >> i & 1 ? side[i].hi : side[i].lo;
        probe(s, x);
    }
}

static void probe_middle(struct search *s, const interval side[SIDES]) {
    double x[SIDES];
    for (int i = 0; i < SIDES; i++)
        x[i] = td_interval_middle(side[i]);
    probe(s, x);
}

static td_status push(struct search *s, const interval side[SIDES], struct td_error *err) {
    if (s->n == s->size) {
        size_t size = 2 * s->size + 64;
        struct box *grown = realloc(s->box, size * sizeof *grown);
        if (!grown)
            return td_fail_memory(err, size * sizeof *grown);
        s->box = grown;
        s->size = size;
    }
    memcpy(s->box[s->n].side, side, sizeof s->box[s->n].side);
    s->box[s->n++].value = over(s->o, side);
    return TD_OK;
}

/* The side that is longest as a share of the domain's. */
static int side_to_cut(const struct search *s, const struct box *b) {
    int longest = 0;
    double share = -1;
    for (int i = 0; i < SIDES; i++) {
        double whole = s->whole[i].hi - s->whole[i].lo;
        double x = whole > 0 ? (b->side[i].hi - b->side[i].lo) / whole : 0;
        if (x > share) {
            share = x;
            longest = i;
        }
    }
    return longest;
}

/* Cuts the last waiting box in two. */
static td_status cut(struct search *s, struct td_error *err) {
    struct box b = s->box[--s->n];
    int i = side_to_cut(s, &b);
    double middle = td_interval_middle(b.side[i]), end = b.side[i].hi;
    s->cuts++;
    b.side[i].hi = middle;
    td_status status = push(s, b.side, err);
    b.side[i] = (interval){middle, end};
    return status ? status : push(s, b.side, err);
}

/* Depth first; finished boxes gather at the front. */
static td_status search(struct td_task *task, struct search *s, struct td_error *err) {
    const double smallest = 1e-9; /* share of the domain: below, rounding counts */
    td_status status = push(s, s->whole, err);
    while (!status && s->done < s->n && s->n < (size_t)s->o->most_boxes) {
        struct box last = s->box[s->n - 1];
        int i = side_to_cut(s, &last);
        double length = last.side[i].hi - last.side[i].lo;
        bool near = upper(s, last.value) <= s->found + s->o->tolerance;
        if (!near)
            probe_middle(s, last.side);
        if (near || length <= smallest * (s->whole[i].hi - s->whole[i].lo)) {
            s->box[s->n - 1] = s->box[s->done];
            s->box[s->done++] = last;
        } else {
            status = cut(s, err);
        }
        if (!status && s->cuts % 256 == 0)
            status = td_task_poll(task, err);
    }
    return status;
}

static double proved(const struct search *s) {
    double bound = -INFINITY;
    for (size_t i = 0; i < s->n; i++)
        bound = fmax(bound, upper(s, s->box[i].value));
    return bound;
}

/* ---- output ---- */

/* (boxes, 8): ends of m, variance, tau, and of the quantity. */
static td_status emit_boxes(struct td_task *task, const struct search *s, const char *site,
                            struct td_error *err) {
    size_t shape[2] = {s->n, 2 * SIDES + 2};
    double *v = malloc(shape[0] * shape[1] * sizeof *v), *row = v;
    if (!v)
        return td_fail_memory(err, shape[0] * shape[1] * sizeof *v);
    for (size_t k = 0; k < s->n; k++, row += shape[1]) {
        for (size_t i = 0; i < SIDES; i++) {
            row[2 * i] = s->box[k].side[i].lo;
            row[2 * i + 1] = s->box[k].side[i].hi;
        }
        row[2 * SIDES] = s->o->quantity == NORM ? 0 : s->box[k].value.lo;
        row[2 * SIDES + 1] = s->box[k].value.hi;
    }
    td_status status = td_task_emit_array(task, "certificate", site, 0, 2, shape, v, err);
    free(v);
    return status;
}

static td_status emit_all(struct td_task *task, const struct search *s, struct td_error *err) {
    const char *site = s->largest ? "max" : "min";
    const char *flag = s->done < s->n ? "box-limit" : "";
    double sign = s->largest ? 1 : -1, bound = proved(s);
    if (!isfinite(bound))
        return td_fail(err, TD_FAILED,
                       "%s over %s: nothing can be proved about boxes this large; raise "
                       "most_boxes or shrink the domain",
                       quantities[s->o->quantity], s->o->domain);
    td_status status = td_task_emit(task, "bound", site, 0, sign * bound, flag, err);
    if (!status)
        status = td_task_emit(task, "found", site, 0, sign * s->found, "", err);
    if (!status)
        status = td_task_emit(task, "gap", site, 0, bound - s->found, flag, err);
    if (!status)
        status = td_task_emit(task, "boxes", site, 0, (double)s->n, "", err);
    return status ? status : emit_boxes(task, s, site, err);
}

static td_status certify(struct td_task *task, const struct options *o, bool largest,
                         struct td_error *err) {
    struct search s = {.o = o, .largest = largest, .found = -INFINITY};
    s.whole[M] = td_interval_multiply(range_of(o, MEAN), range_of(o, OMEGA));
    s.whole[NU] = range_of(o, VARIANCE);
    s.whole[T] = range_of(o, TAU);
    probe_corners(&s, s.whole);
    td_status status = search(task, &s, err);
    if (!status)
        status = emit_all(task, &s, err);
    free(s.box);
    return status;
}

static td_status run(struct td_task *task, const void *p, uint64_t seed, struct td_error *err) {
    (void)seed; /* nothing here is random */
    const struct options *o = p;
    td_status status = TD_OK;
    if (o->ends != LARGEST)
        status = certify(task, o, false, err);
    if (!status && o->ends != SMALLEST)
        status = certify(task, o, true, err);
    return status;
}

static const char *const emits[] = {
    "bound: proved: the quantity is nowhere above (site max) or below (site min) this; flag "
    "box-limit if most_boxes ended the search",
    "found: a value that is provably reached, up to a rounding of the domain's corners",
    "gap: distance of the two, at most the tolerance",
    "boxes: how many the domain was cut into",
    "certificate (boxes, 8): ends of m = mean omega, of the variance and of tau; ends of the "
    "quantity, proved all over that box (of the norm: its upper end)",
    NULL};

const struct td_experiment td_experiment_selu_certificate = {
    .kind =
        TD_KIND("selu/certificate",
                "Proofs by interval arithmetic (outward rounding, branch and bound) of what "
                "theorems 1 to 3 state: bounds of the moment map, of the change of variance and "
                "of the Jacobian's norm over whole domains, with the boxes as certificate.",
                "Klambauer et al. 2017, theorems 1-3", params, struct options),
    .version = 1,
    .check = check,
    .run = run,
    .emits = emits,
};
