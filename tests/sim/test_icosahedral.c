/* The 12-bit task: the icosahedron, the published labels, own rules, the parts. Counts are those
   of the published data file. */
#include "data_support.h"

#include "numeric/linalg.h"
#include "sim/datas/icosahedral.h"

enum { V = TD_ICOSAHEDRON_VERTICES, N = TD_ICOSAHEDRON_PATTERNS };

static unsigned coordinate(unsigned j) {
    return 1U << (V - 1 - j);
}

static bool adjacent(unsigned i, unsigned j) {
    return i != j && td_icosahedral_count(coordinate(i) | coordinate(j)).edges == 1;
}

static bool antipodal(unsigned i, unsigned j) {
    return i != j && td_icosahedral_count(coordinate(i) | coordinate(j)).antipodes == 1;
}

static bool label(unsigned pattern) {
    return td_icosahedral_published(td_icosahedral_count(pattern));
}

/* ---- the icosahedron ---- */

static void it_is_an_icosahedron(void **state) {
    (void)state;
    double a[V * V], values[V];
    for (unsigned i = 0; i < V; ++i) {
        int degree = 0, opposite = 0;
        for (unsigned j = 0; j < V; ++j) {
            a[i * V + j] = adjacent(i, j);
            degree += adjacent(i, j);
            opposite += antipodal(i, j);
            if (antipodal(i, j)) /* no edge, no common neighbour */
                for (unsigned k = 0; k < V; ++k)
                    assert_false(adjacent(i, j) || (adjacent(i, k) && adjacent(j, k)));
        }
        assert_int_equal(degree, 5);
        assert_int_equal(opposite, 1);
    }
    struct td_error err;
    assert_int_equal(td_eigh(V, a, values, NULL, &err), TD_OK);
    for (size_t i = 0; i < V; ++i) {
        double want = i < 3 ? -sqrt(5) : i < 8 ? -1 : i < 11 ? sqrt(5) : 5;
        assert_true(fabs(values[i] - want) < 1e-12);
    }
    struct td_icosahedral_counts all = td_icosahedral_count(N - 1);
    assert_int_equal(all.ones, 12);
    assert_int_equal(all.edges, 30);
    assert_int_equal(all.antipodes, 6);
}

/* ---- the published labels ---- */

static void published_counts(void **state) {
    (void)state;
    static const int all[] = {1, 12, 66, 220, 495, 792, 924, 792, 495, 220, 66, 12, 1};
    static const int ones[] = {0, 0, 0, 0, 0, 60, 532, 732, 495, 220, 66, 12, 1};
    int n[V + 1] = {0}, of_class_1[V + 1] = {0}, total = 0;
    for (unsigned i = 0; i < N; ++i) {
        int w = __builtin_popcount(i);
        ++n[w];
        of_class_1[w] += label(i);
        total += label(i);
    }
    assert_memory_equal(n, all, sizeof all);
    assert_memory_equal(of_class_1, ones, sizeof ones);
    assert_int_equal(total, 2118);
    double p = total / (double)N;
    assert_true(fabs(-p * log2(p) - (1 - p) * log2(1 - p) - 0.9991571) < 5e-8);
}

struct search {
    unsigned image[V];
    size_t found;
};

static unsigned moved(const unsigned image[V], unsigned pattern) {
    unsigned out = 0;
    for (unsigned j = 0; j < V; ++j)
        if (pattern & coordinate(j))
            out |= coordinate(image[j]);
    return out;
}

static bool fits(const struct search *s, unsigned vertex, unsigned image) {
    for (unsigned i = 0; i < vertex; ++i)
        if (s->image[i] == image || adjacent(i, vertex) != adjacent(s->image[i], image))
            return false;
    return true;
}

/* All permutations of the vertices that keep the edges; each must keep the labels. */
static void search_symmetries(struct search *s, unsigned vertex) {
    if (vertex == V) {
        ++s->found;
        for (unsigned i = 0; i < N; ++i)
            assert_true(label(moved(s->image, i)) == label(i));
        return;
    }
    for (unsigned image = 0; image < V; ++image)
        if (fits(s, vertex, image)) {
            s->image[vertex] = image;
            search_symmetries(s, vertex + 1);
        }
}

static void symmetries_keep_the_labels(void **state) {
    (void)state;
    struct search s = {.found = 0};
    search_symmetries(&s, 0);
    assert_int_equal(s.found, 120);
}

/* ---- the parts ---- */

static unsigned pattern_of(const real *x) {
    unsigned pattern = 0;
    for (unsigned j = 0; j < V; ++j)
        pattern |= x[j] > 0 ? coordinate(j) : 0;
    return pattern;
}

/* Marks the patterns of a part; every one has its own label and inputs `low` or 1. */
static void check_part(const struct td_split *split, real low, unsigned char seen[N]) {
    for (size_t i = 0; i < split->n; ++i) {
        const real *x = split->x + i * V;
        for (size_t j = 0; j < V; ++j)
            assert_true(x[j] == low || x[j] == 1);
        assert_int_equal(split->label[i], label(pattern_of(x)));
        ++seen[pattern_of(x)];
    }
}

static void check_parts(const struct td_dataset *data, real low) {
    unsigned char seen[N] = {0};
    assert_int_equal(data->d, V);
    assert_int_equal(data->n_classes, 2);
    check_part(&data->train, low, seen);
    check_part(&data->validation, low, seen);
    check_part(&data->test, low, seen);
    for (size_t i = 0; i < N; ++i)
        assert_int_equal(seen[i], 1);
}

/* As the released code cuts: the test patterns are numbers 3277 to 4095. */
static void ordered_split(void **state) {
    (void)state;
    const struct td_dataset *data = loaded("icosahedral", PAIRS("split", "ordered"), 1);
    const struct td_dataset *again = loaded("icosahedral", PAIRS("split", "ordered"), 2);
    assert_ptr_equal(data, again); /* no seed in it */
    check_parts(data, 0);
    assert_int_equal(data->train.n, 3277);
    assert_int_equal(data->validation.n, 0);
    for (unsigned i = 0; i < N; ++i)
        assert_int_equal(
            pattern_of(i < 3277 ? data->train.x + i * V : data->test.x + (i - 3277) * V), i);
    td_dataset_release(data);
    td_dataset_release(again);
}

static void shuffled_split(void **state) {
    (void)state;
    const char *const *pairs = PAIRS("split", "shuffled", "train_share", "0.7", "validation_share",
                                     "0.1", "inputs", "signs");
    const struct td_dataset *data = loaded("icosahedral", pairs, 1),
                            *other = loaded("icosahedral", pairs, 2);
    check_parts(data, -1);
    check_parts(other, -1);
    assert_int_equal(data->train.n, 2867);
    assert_int_equal(data->validation.n, 410);
    assert_int_equal(data->test.n, 819);
    assert_memory_not_equal(data->train.x, other->train.x, 2867 * V * sizeof(real));
    /* as many ones on average as everywhere: hypergeometric, below four binomial deviations */
    double ones = 0;
    for (size_t i = 0; i < data->test.n * V; ++i)
        ones += data->test.x[i] > 0;
    assert_true(fabs(ones / (819 * V) - 0.5) < 4 * 0.5 / sqrt(819.0 * V));
    td_dataset_release(data);
    td_dataset_release(other);
}

static void whole_table(void **state) {
    (void)state;
    const struct td_dataset *data = loaded("icosahedral", PAIRS("train_share", "1"), 1);
    check_parts(data, 0);
    assert_int_equal(data->train.n, N);
    td_dataset_release(data);
    data = loaded("icosahedral", PAIRS("train", "100", "test", "10"), 1);
    assert_int_equal(data->train.n, 100);
    assert_int_equal(data->test.n, 10);
    assert_int_equal(pattern_of(data->test.x), 3277);
    td_dataset_release(data);
    refused("icosahedral", PAIRS("train_share", "0.9", "validation_share", "0.2"),
            PAIRS("at most 1"));
    refused("icosahedral", PAIRS("train_share", "1e-9"), PAIRS("needs a pattern"));
    refused("icosahedral", PAIRS("train_share", "0"), PAIRS("train_share"));
    refused("icosahedral", PAIRS("train", "4000"), PAIRS("3277"));
}

/* ---- own rules ---- */

static int of_class_1(const char *const *pairs, int (*expected)(struct td_icosahedral_counts)) {
    const struct td_dataset *data = loaded("icosahedral", pairs, 1);
    int ones = 0;
    for (size_t i = 0; i < data->train.n; ++i) {
        if (expected)
            assert_int_equal(data->train.label[i],
                             expected(td_icosahedral_count(pattern_of(data->train.x + i * V))));
        ones += data->train.label[i];
    }
    td_dataset_release(data);
    return ones;
}

static int at_least_six(struct td_icosahedral_counts c) {
    return c.ones >= 6;
}
static int more_than_six(struct td_icosahedral_counts c) {
    return c.ones >= 7;
}
static int mixed(struct td_icosahedral_counts c) {
    return 2 * c.ones - 3 * c.edges + c.antipodes >= -4;
}

static void own_rules(void **state) {
    (void)state;
    /* w >= 6: 2510 patterns, w >= 7: 1586, 462 from 2048 both: the higher threshold */
    assert_int_equal(of_class_1(PAIRS("rule", "own", "train_share", "1"), more_than_six), 1586);
    assert_int_equal(
        of_class_1(PAIRS("rule", "own", "train_share", "1", "cut", "given", "threshold", "6"),
                   at_least_six),
        2510);
    of_class_1(PAIRS("rule", "own", "train_share", "1", "ones", "2", "edges", "-3", "antipodes",
                     "1", "cut", "given", "threshold", "-4"),
               mixed);
    /* One more term splits the 924 patterns of six ones: nearer to half than either of the above.
     */
    int ones = of_class_1(
        PAIRS("rule", "own", "train_share", "1", "ones", "10", "edges", "1", "antipodes", "-0.1"),
        NULL);
    assert_true(abs(ones - 2048) < 100);
    refused("icosahedral", PAIRS("rule", "own", "ones", "0"), PAIRS("one class"));
    refused("icosahedral", PAIRS("rule", "own", "cut", "given", "threshold", "13"),
            PAIRS("from 0 to 12"));
    refused("icosahedral", PAIRS("rule", "own", "cut", "given", "threshold", "0"),
            PAIRS("one class"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_an_icosahedron),
        cmocka_unit_test(published_counts),
        cmocka_unit_test(symmetries_keep_the_labels),
        cmocka_unit_test(ordered_split),
        cmocka_unit_test(shuffled_split),
        cmocka_unit_test(whole_table),
        cmocka_unit_test(own_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
