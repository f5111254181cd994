/* The area under the ROC curve against a published example, all pairs, and closed forms. */
#include "collect.h"

/* Hanley and McNeil 1982, table 1: ratings 1 to 5 of 58 normal and 51 abnormal images; the area by
   their table is 0.893, its standard error 0.032. */
static void published_ratings(void **state) {
    (void)state;
    static const int normal[] = {33, 6, 6, 11, 2}, abnormal[] = {3, 2, 2, 11, 33};
    double rating[109], label[109];
    size_t n = 0;
    for (int r = 0; r < 5; ++r)
        for (int i = 0; i < normal[r] + abnormal[r]; ++i) {
            rating[n] = r + 1;
            label[n++] = i >= normal[r];
        }
    assert_int_equal(n, 109);
    const struct td_value *v = only("auc", NO_PAIRS, INPUTS({n, 1, rating}, {n, 1, label}));
    near(v->value, 0.893, 5e-4);
    near((v->hi - v->lo) / 2 / 1.959963984540054, 0.032, 5e-4);
    assert_string_equal(v->warning, "");
}

static double plain_area(size_t n, const double *score, const double *label) {
    double won = 0, pairs = 0;
    for (size_t i = 0; i < n; ++i)
        for (size_t j = 0; j < n; ++j)
            if (label[i] == 1 && label[j] == 0) {
                pairs += 1;
                won += score[i] > score[j] ? 1 : score[i] == score[j] ? 0.5 : 0;
            }
    return won / pairs;
}

static void all_pairs(void **state) {
    (void)state;
    uint32_t seed = 7;
    for (size_t n = 2; n <= 60; ++n) {
        double score[60], logits[120], label[60];
        for (size_t i = 0; i < n; ++i) {
            seed = seed * 1664525u + 1013904223u;
            label[i] = i < 2 ? (double)i : (double)(seed >> 31);
            score[i] = (double)((seed >> 16) % 10) - 4; /* with ties */
            logits[2 * i] = (double)(seed >> 8 & 7);
            logits[2 * i + 1] = logits[2 * i] + score[i];
        }
        double area = plain_area(n, score, label);
        near(only("auc", NO_PAIRS, INPUTS({n, 1, score}, {n, 1, label}))->value, area, 1e-14);
        near(only("auc", NO_PAIRS, INPUTS({n, 2, logits}, {n, 1, label}))->value, area, 1e-14);
    }
}

static void closed_forms(void **state) {
    (void)state;
    const double up[] = {1, 2, 3, 4}, down[] = {4, 3, 2, 1}, same[] = {7, 7, 7, 7};
    const double label[] = {0, 0, 1, 1}, ones[] = {1, 1, 1, 1}, huge[] = {-1e308, 0, 1e307, 1e308};
    const struct td_value *v = only("auc", NO_PAIRS, INPUTS({4, 1, up}, {4, 1, label}));
    near(v->value, 1, 0);
    near(v->hi, 1, 0);
    near(only("auc", NO_PAIRS, INPUTS({4, 1, down}, {4, 1, label}))->value, 0, 0);
    near(only("auc", NO_PAIRS, INPUTS({4, 1, same}, {4, 1, label}))->value, 0.5, 0);
    near(only("auc", NO_PAIRS, INPUTS({4, 1, huge}, {4, 1, label}))->value, 1, 0);
    v = only("auc", NO_PAIRS, INPUTS({4, 1, up}, {4, 1, ones}));
    near(v->value, 0.5, 0);
    assert_non_null(strstr(v->warning, "only one class"));
    v = only("auc", NO_PAIRS, INPUTS({1, 1, up}, {1, 1, label}));
    assert_non_null(strstr(v->warning, "only one class"));
}

static void nonsense(void **state) {
    (void)state;
    const double x[] = {1, 2, 3, 4, 5, 6}, label[] = {0, 1}, classes[] = {0, 2}, halves[] = {0, .5};
    refused("auc", NO_PAIRS, INPUTS({2, 3, x}, {2, 1, label}), "two classes");
    refused("auc", NO_PAIRS, INPUTS({3, 1, x}, {2, 1, label}), "3");
    refused("auc", NO_PAIRS, INPUTS({2, 1, x}, {2, 1, classes}), "b.npy");
    refused("auc", NO_PAIRS, INPUTS({2, 1, x}, {2, 1, halves}), "b.npy");
    refused("auc", NO_PAIRS, INPUTS({0, 1, x}, {0, 1, label}), "a.npy");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_ratings),
        cmocka_unit_test(all_pairs),
        cmocka_unit_test(closed_forms),
        cmocka_unit_test(nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
