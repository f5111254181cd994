/* What the 12-bit task is: labels by the number of ones, their entropy, the symmetries that they
   keep, and how far a linear rule gets. */
#include <math.h>
#include <stddef.h>

#include "experiments/information_compression/information_compression.h"
#include "numeric/memory.h"
#include "sim/datas/icosahedral.h"
#include "sim/dataset.h"

enum { V = TD_ICOSAHEDRON_VERTICES, PATTERNS = TD_ICOSAHEDRON_PATTERNS };

struct options {
    struct td_part data;
};

struct task_facts {
    bool label[PATTERNS];
    int patterns[V + 1], ones[V + 1]; /* by the number of ones in the pattern; of class 1 */
    int total;                        /* of class 1 */
};

/* --- labels --------------------------------------------------------------------------------- */

static unsigned pattern_of(const real *x) {
    unsigned pattern = 0;
    for (unsigned j = 0; j < V; j++)
        pattern = 2 * pattern + (x[j] > 0);
    return pattern;
}

/* Coordinates are told apart by their signs, which standardising keeps. */
static td_status read_labels(const struct td_dataset *data, struct task_facts *facts,
                             struct td_error *err) {
    const struct td_split *parts[] = {&data->train, &data->validation, &data->test};
    unsigned char seen[PATTERNS] = {0};
    size_t n = 0, doubles = 0;
    for (size_t k = 0; k < 3; k++)
        for (size_t i = 0; i < parts[k]->n; i++, n++) {
            unsigned pattern = pattern_of(parts[k]->x + i * V);
            doubles += seen[pattern]++;
            facts->label[pattern] = parts[k]->label[i] == 1;
        }
    if (n != PATTERNS || doubles)
        return td_fail(err, TD_BAD_INPUT,
                       "data: %zu patterns; all 4096 are described (data.train and data.test 0)",
                       n);
    return TD_OK;
}

static void count_labels(struct task_facts *facts) {
    for (unsigned i = 0; i < PATTERNS; i++) {
        int w = td_icosahedral_count(i).ones;
        facts->patterns[w]++;
        facts->ones[w] += facts->label[i];
        facts->total += facts->label[i];
    }
}

static double entropy_in_bits(double p) {
    return p > 0 && p < 1 ? -p * log2(p) - (1 - p) * log2(1 - p) : 0;
}

/* --- symmetries ----------------------------------------------------------------------------- */

/* A permutation of the vertices that keeps the edges, as far as it has been chosen. */
struct symmetry {
    unsigned image[V];
    int found, kept; /* permutations; those that keep every label */
};

static unsigned coordinate(unsigned j) {
    return 1U << (V - 1 - j);
}

static bool adjacent(unsigned i, unsigned j) {
    return i != j && td_icosahedral_count(coordinate(i) | coordinate(j)).edges == 1;
}

static bool fits(const struct symmetry *s, unsigned vertex, unsigned image) {
    for (unsigned i = 0; i < vertex; i++)
        if (s->image[i] == image || adjacent(i, vertex) != adjacent(s->image[i], image))
            return false;
    return true;
}

static bool keeps_labels(const struct symmetry *s, const struct task_facts *facts) {
    for (unsigned i = 0; i < PATTERNS; i++) {
        unsigned moved = 0;
        for (unsigned j = 0; j < V; j++)
            moved |= i & coordinate(j) ? coordinate(s->image[j]) : 0;
        if (facts->label[moved] != facts->label[i])
            return false;
    }
    return true;
}

static void find_symmetries(struct symmetry *s, unsigned vertex, const struct task_facts *facts) {
    if (vertex == V) {
        s->found++;
        s->kept += keeps_labels(s, facts);
        return;
    }
    for (unsigned image = 0; image < V; image++)
        if (fits(s, vertex, image)) {
            s->image[vertex] = image;
            find_symmetries(s, vertex + 1, facts);
        }
}

/* --- linear rules --------------------------------------------------------------------------- */

/* Share of patterns that "class 1 from `least` ones on" gets right. */
static double threshold_accuracy(const struct task_facts *facts, int least) {
    int right = 0;
    for (int w = 0; w <= V; w++)
        right += w >= least ? facts->ones[w] : facts->patterns[w] - facts->ones[w];
    return right / (double)PATTERNS;
}

static double best_threshold(const struct task_facts *facts) {
    double best = 0;
    for (int least = 0; least <= V + 1; least++) {
        double share = threshold_accuracy(facts, least);
        best = fmax(best, fmax(share, 1 - share)); /* or class 1 below it */
    }
    return best;
}

/* Accuracy of logistic regression. The symmetries take every coordinate to every other one and the
   likelihood has one maximum, so that all weights are alike and the score is a + b w: Newton's
   method on the two. Where classes are separable, b grows until the cut no longer moves. */
static double logistic_accuracy(const struct task_facts *facts) {
    double a = 0, b = 0;
    for (int step = 0; step < 30; step++) {
        double g[2] = {0}, h[3] = {1e-9, 0, 1e-9};
        for (int w = 0; w <= V; w++) {
            double x = w - V / 2.0, p = 1 / (1 + exp(-a - b * x)), n = facts->patterns[w];
            g[0] += facts->ones[w] - n * p;
            g[1] += x * (facts->ones[w] - n * p);
            h[0] += n * p * (1 - p);
            h[1] += x * n * p * (1 - p);
            h[2] += x * x * n * p * (1 - p);
        }
        double det = h[0] * h[2] - h[1] * h[1];
        a += (h[2] * g[0] - h[1] * g[1]) / det;
        b += (h[0] * g[1] - h[1] * g[0]) / det;
        if (fabs(b) > 100)
            break;
    }
    int right = 0;
    for (int w = 0; w <= V; w++)
        right += a + b * (w - V / 2.0) > 0 ? facts->ones[w] : facts->patterns[w] - facts->ones[w];
    return right / (double)PATTERNS;
}

/* --- the experiment ------------------------------------------------------------------------- */

static td_status describe(const struct options *o, struct task_facts *facts, struct td_error *err) {
    const struct td_dataset *data;
    td_status status = td_dataset_get(&o->data, 1, &data, err);
    if (status)
        return status;
    status = read_labels(data, facts, err);
    td_dataset_release(data);
    if (!status)
        count_labels(facts);
    return status;
}

static td_status check(const void *params, struct td_error *err) {
    struct task_facts facts = {.total = 0};
    return describe(params, &facts, err);
}

static td_status run(struct td_task *task, const void *params, uint64_t seed,
                     struct td_error *err) {
    (void)seed;
    struct task_facts facts = {.total = 0};
    struct symmetry s = {.found = 0};
    td_status status = describe(params, &facts, err);
    if (!status)
        find_symmetries(&s, 0, &facts);
    for (int w = 0; w <= V && !status; w++) {
        status = td_task_emit(task, "patterns", "", w, facts.patterns[w], "", err);
        if (!status)
            status = td_task_emit(task, "ones", "", w, facts.ones[w], "", err);
    }
    const struct {
        const char *measure;
        double value;
    } rest[] = {{"ones.total", facts.total},
                {"entropy", entropy_in_bits(facts.total / (double)PATTERNS)},
                {"symmetries", s.found},
                {"symmetries.kept", s.kept},
                {"threshold.accuracy", best_threshold(&facts)},
                {"logistic.accuracy", logistic_accuracy(&facts)}};
    for (size_t i = 0; i < sizeof rest / sizeof *rest && !status; i++)
        status = td_task_emit(task, rest[i].measure, "", 0, rest[i].value, "", err);
    return status;
}

extern const struct td_data td_data_icosahedral;
static struct td_registry tasks = {
    .family = "data",
    .kinds = (const struct td_kind *const[]){&td_data_icosahedral.kind, NULL},
};

static const struct td_param params[] = {{.name = "data",
                                          .type = TD_PART,
                                          .offset = offsetof(struct options, data),
                                          .initial = "icosahedral",
                                          .registry = &tasks,
                                          .help = "the task: published labels or own ones"},
                                         {0}};

static const char *const emits[] = {
    "patterns, ones: all patterns, and those of class 1; step is their number of ones",
    "ones.total, entropy [bits]: of class 1; of the classes, which is I(X;Y)",
    "symmetries, symmetries.kept: permutations of the vertices that keep the icosahedron's edges; "
    "those that keep every label",
    "threshold.accuracy, logistic.accuracy: share that the best threshold on the number of ones, "
    "and logistic regression, get right",
    NULL};

const struct td_experiment td_experiment_information_icosahedral_task = {
    .kind = TD_KIND("information-compression/icosahedral-task",
                    "What the 12-bit task is: labels by the number of ones, their entropy, which "
                    "symmetries of the icosahedron they keep, and how far linear rules get.",
                    "Shwartz-Ziv, Tishby 2017; rule worked out from its data file", params,
                    struct options),
    .version = 1,
    .check = check,
    .run = run,
    .emits = emits,
};
