#include "sim/datas/icosahedral.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/memory.h"
#include "numeric/random.h"
#include "sim/datas/prepare.h"

enum { VERTICES = TD_ICOSAHEDRON_VERTICES, PATTERNS = TD_ICOSAHEDRON_PATTERNS };
enum rule { RULE_PUBLISHED, RULE_OWN };
enum cut { CUT_BALANCED, CUT_GIVEN };
enum order { ORDER_ORDERED, ORDER_SHUFFLED };
enum inputs { INPUTS_BITS, INPUTS_SIGNS };
static const char *const rule_names[] = {"published", "own", NULL};
static const char *const cut_names[] = {"balanced", "given", NULL};
static const char *const order_names[] = {"ordered", "shuffled", NULL};
static const char *const inputs_names[] = {"bits", "signs", NULL};

struct icosahedral {
    int rule, cut, split, inputs;
    double ones, edges, antipodes, threshold;
    double train_share, validation_share;
    struct td_data_common common;
};

/* ---- the icosahedron ---- */

/* Which coordinate sits on which vertex was worked out from the published labels. */
static const unsigned char edge_ends[][2] = {
    {0, 1},  {0, 3},  {0, 5}, {0, 10}, {0, 11}, {1, 2}, {1, 3}, {1, 4},  {1, 11}, {2, 3},
    {2, 4},  {2, 8},  {2, 9}, {3, 8},  {3, 10}, {4, 6}, {4, 9}, {4, 11}, {5, 6},  {5, 7},
    {5, 10}, {5, 11}, {6, 7}, {6, 9},  {6, 11}, {7, 8}, {7, 9}, {7, 10}, {8, 9},  {8, 10}};
static const unsigned char antipodal_ends[][2] = {{0, 9}, {1, 7}, {2, 5}, {3, 6}, {4, 10}, {8, 11}};

static int bit(unsigned pattern, unsigned coordinate) {
    return (int)(pattern >> (VERTICES - 1 - coordinate) & 1);
}

static int pairs_of_ones(unsigned pattern, const unsigned char ends[][2], size_t n) {
    int pairs = 0;
    for (size_t i = 0; i < n; ++i)
        pairs += bit(pattern, ends[i][0]) & bit(pattern, ends[i][1]);
    return pairs;
}

struct td_icosahedral_counts td_icosahedral_count(unsigned pattern) {
    return (struct td_icosahedral_counts){
        .ones = __builtin_popcount(pattern % PATTERNS),
        .edges = pairs_of_ones(pattern, edge_ends, sizeof edge_ends / sizeof *edge_ends),
        .antipodes =
            pairs_of_ones(pattern, antipodal_ends, sizeof antipodal_ends / sizeof *antipodal_ends)};
}

bool td_icosahedral_published(struct td_icosahedral_counts c) {
    switch (c.ones) {
    case 5:
        return c.edges == 7;
    case 6:
        return c.edges >= 7 || (c.edges == 6 && c.antipodes == 0);
    case 7:
        return !(c.edges == 8 && c.antipodes == 2);
    default:
        return c.ones >= 8;
    }
}

/* ---- own rules ---- */

static double score_of(const struct icosahedral *p, unsigned pattern) {
    struct td_icosahedral_counts c = td_icosahedral_count(pattern);
    return p->ones * c.ones + p->edges * c.edges + p->antipodes * c.antipodes;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The middle of the gap between scores that leaves nearest to half of the patterns above; of two
   equally near, the higher. Scores that differ by rounding are no gap. */
static double balanced_threshold(const double sorted[PATTERNS]) {
    double gap = 1e-12 * (fabs(sorted[0]) + fabs(sorted[PATTERNS - 1])), threshold = NAN;
    int nearest = PATTERNS;
    for (int i = 1; i < PATTERNS; ++i) {
        int off = abs(2 * i - PATTERNS);
        if (sorted[i] - sorted[i - 1] > gap && off <= nearest) {
            nearest = off;
            threshold = sorted[i - 1] + (sorted[i] - sorted[i - 1]) / 2;
        }
    }
    return threshold;
}

static td_status label_own(const struct icosahedral *p, bool label[PATTERNS],
                           struct td_error *err) {
    double *sorted = td_calloc(PATTERNS, sizeof *sorted);
    if (!sorted)
        return td_fail_memory(err, PATTERNS * sizeof *sorted);
    for (unsigned i = 0; i < PATTERNS; ++i)
        sorted[i] = score_of(p, i);
    qsort(sorted, PATTERNS, sizeof *sorted, compare);
    double least = sorted[0], most = sorted[PATTERNS - 1];
    double threshold = p->cut == CUT_GIVEN ? p->threshold : balanced_threshold(sorted);
    td_free(sorted);
    if (!(threshold > least && threshold <= most))
        return td_fail(err, TD_BAD_INPUT,
                       "icosahedral: every pattern would be of one class: ones, edges and "
                       "antipodes give scores from %g to %g; class 1 begins at threshold %g",
                       least, most, threshold);
    for (unsigned i = 0; i < PATTERNS; ++i)
        label[i] = score_of(p, i) >= threshold;
    return TD_OK;
}

static td_status label_patterns(const struct icosahedral *p, bool label[PATTERNS],
                                struct td_error *err) {
    if (p->rule == RULE_OWN)
        return label_own(p, label, err);
    for (unsigned i = 0; i < PATTERNS; ++i)
        label[i] = td_icosahedral_published(td_icosahedral_count(i));
    return TD_OK;
}

/* ---- the parts ---- */

struct sizes {
    size_t train, validation, test; /* of the parts */
};

static td_status cut(const struct icosahedral *p, struct sizes *out, struct td_error *err) {
    out->train = (size_t)lround(p->train_share * PATTERNS);
    out->validation = (size_t)lround(p->validation_share * PATTERNS);
    if (out->train == 0 || out->train + out->validation > PATTERNS)
        return td_fail(err, TD_BAD_INPUT,
                       "icosahedral: train_share %g and validation_share %g: the training part "
                       "needs a pattern, and together they are at most 1",
                       p->train_share, p->validation_share);
    out->test = PATTERNS - out->train - out->validation;
    return TD_OK;
}

static td_status fill(const struct icosahedral *p, const bool *label, const uint32_t *patterns,
                      size_t n, struct td_split *split, struct td_error *err) {
    td_status status = td_split_alloc(split, n, VERTICES, 0, err);
    int low = p->inputs == INPUTS_SIGNS ? -1 : 0;
    for (size_t i = 0; i < n && !status; ++i) {
        for (unsigned j = 0; j < VERTICES; ++j)
            split->x[i * VERTICES + j] = (real)(bit(patterns[i], j) ? 1 : low);
        split->label[i] = label[patterns[i]];
    }
    return status;
}

static td_status build(const struct icosahedral *p, uint64_t seed, struct td_dataset *out,
                       struct td_error *err) {
    bool label[PATTERNS];
    uint32_t order[PATTERNS];
    struct sizes n = {0};
    size_t n_train = 0, n_test = 0;
    for (uint32_t i = 0; i < PATTERNS; ++i)
        order[i] = i;
    if (p->split == ORDER_SHUFFLED)
        td_random_permutation(td_stream_make(seed, "data"), 0, 0, PATTERNS, order);
    td_status status = label_patterns(p, label, err);
    if (!status)
        status = cut(p, &n, err);
    if (!status)
        status = td_samples_take(p->common.train, n.train, "training part", &n_train, err);
    if (!status)
        status = td_samples_take(p->common.test, n.test, "test part", &n_test, err);
    if (!status)
        status = fill(p, label, order, n_train, &out->train, err);
    if (!status)
        status = fill(p, label, order + n.train, n.validation, &out->validation, err);
    if (!status)
        status = fill(p, label, order + n.train + n.validation, n_test, &out->test, err);
    return status ? status : td_dataset_finish(out, p->common.standardize, err);
}

static td_status load(const void *params, uint64_t seed, struct td_dataset *out,
                      struct td_error *err) {
    const struct icosahedral *p = params;
    memset(out, 0, sizeof *out);
    out->d = VERTICES;
    out->n_classes = 2;
    td_status status = build(p, seed, out, err);
    if (status) {
        td_dataset_free(out);
        return status;
    }
    char parts[TD_PARTS_TEXT];
    snprintf(out->summary, sizeof out->summary,
             "12-bit icosahedral task (%s rule, %s split), %s patterns", rule_names[p->rule],
             order_names[p->split], td_parts_text(out, parts));
    return TD_OK;
}

static bool uses_seed(const void *params) {
    return ((const struct icosahedral *)params)->split == ORDER_SHUFFLED;
}

static const struct td_param table[] = {
    {.name = "rule",
     .type = TD_CHOICE,
     .offset = offsetof(struct icosahedral, rule),
     .initial = "published",
     .choices = rule_names,
     .help = "The published labels, or own ones: 1 where ones w + edges e + antipodes a reaches a "
             "threshold (w ones, e edges and a antipodal pairs with both ends one)"},
    {.name = "ones",
     .type = TD_REAL,
     .offset = offsetof(struct icosahedral, ones),
     .initial = "1",
     .min = -1e6,
     .max = 1e6,
     .help = "Own rule: weight of the number of ones w"},
    {.name = "edges",
     .type = TD_REAL,
     .offset = offsetof(struct icosahedral, edges),
     .initial = "0",
     .min = -1e6,
     .max = 1e6,
     .help = "Own rule: weight of the number of edges e"},
    {.name = "antipodes",
     .type = TD_REAL,
     .offset = offsetof(struct icosahedral, antipodes),
     .initial = "0",
     .min = -1e6,
     .max = 1e6,
     .help = "Own rule: weight of the number of antipodal pairs a"},
    {.name = "cut",
     .type = TD_CHOICE,
     .offset = offsetof(struct icosahedral, cut),
     .initial = "balanced",
     .choices = cut_names,
     .help = "Own rule: the threshold that makes the classes nearest to equally large, or the one "
             "given"},
    {.name = "threshold",
     .type = TD_REAL,
     .offset = offsetof(struct icosahedral, threshold),
     .initial = "6",
     .min = -1e9,
     .max = 1e9,
     .help = "Own rule with cut given: the least score of class 1"},
    {.name = "inputs",
     .type = TD_CHOICE,
     .offset = offsetof(struct icosahedral, inputs),
     .initial = "bits",
     .choices = inputs_names,
     .help = "How a coordinate enters: 0 and 1, or -1 and +1"},
    {.name = "split",
     .type = TD_CHOICE,
     .offset = offsetof(struct icosahedral, split),
     .initial = "ordered",
     .choices = order_names,
     .help = "Training, validation and test patterns in counting order, so that the test part has "
             "more ones than the training part; or drawn by the seed"},
    {.name = "train_share",
     .type = TD_REAL,
     .offset = offsetof(struct icosahedral, train_share),
     .initial = "0.8",
     .max = 1,
     .flags = TD_OPEN_MIN,
     .help = "Share of the 4096 patterns that becomes the training part; what no share takes is "
             "the test part"},
    {.name = "validation_share",
     .type = TD_REAL,
     .offset = offsetof(struct icosahedral, validation_share),
     .initial = "0",
     .max = 1,
     .flags = TD_OPEN_MAX,
     .help = "Share of the 4096 patterns that becomes the validation part, between the two others"},
    TD_DATA_COMMON_FILE(struct icosahedral),
    {0}};

const struct td_data td_data_icosahedral = {
    .kind = TD_KIND("icosahedral",
                    "All 4096 patterns of 12 bits in counting order, the first coordinate the most "
                    "significant bit. The coordinates are the vertices of an icosahedron; the "
                    "class depends only on how many ones there are, how many edges and how many "
                    "antipodal pairs have both ends one. The published labels have 2118 ones: "
                    "0.99916 bits.",
                    "Shwartz-Ziv, Tishby 2017, arXiv 1703.00810; rule worked out from its data "
                    "file",
                    table, struct icosahedral),
    .load = load,
    .uses_seed = uses_seed,
};
