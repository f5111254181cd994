/* selu/certificate against independent random samples: the boxes cover the domain, and what is
   proved on a box holds at points of it, computed by the closed form in doubles and, for some, by
   GSL's quadrature of the definition. */
#include "experiments/collect.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>

#include "experiments/selu/selu.h"
#include "numeric/random.h"
#include "sim/moment_map.h"

enum { COLUMNS = 8, SAMPLES = 4000 };

struct domain {
    const char *name, *quantity, *ends, *text[4];
    double lo[4], hi[4]; /* mean, variance, omega, tau */
};
static const struct domain domains[] = {
    {"theorem-1",
     "image.mean",
     "both",
     {"[-0.1,0.1]", "[0.8,1.5]", "[-0.1,0.1]", "[0.95,1.1]"},
     {-0.1, 0.8, -0.1, 0.95},
     {0.1, 1.5, 0.1, 1.1}},
    {"theorem-1",
     "image.variance",
     "both",
     {"[-0.1,0.1]", "[0.8,1.5]", "[-0.1,0.1]", "[0.95,1.1]"},
     {-0.1, 0.8, -0.1, 0.95},
     {0.1, 1.5, 0.1, 1.1}},
    {"theorem-1",
     "norm",
     "max",
     {"[-0.1,0.1]", "[0.8,1.5]", "[-0.1,0.1]", "[0.95,1.1]"},
     {-0.1, 0.8, -0.1, 0.95},
     {0.1, 1.5, 0.1, 1.1}},
    {"theorem-2",
     "growth",
     "max",
     {"[-1,1]", "[3,16]", "[-0.1,0.1]", "[0.8,1.25]"},
     {-1, 3, -0.1, 0.8},
     {1, 16, 0.1, 1.25}},
    {"theorem-3a",
     "growth",
     "min",
     {"[-0.1,0.1]", "[0.02,0.16]", "[-0.1,0.1]", "[0.8,1.25]"},
     {-0.1, 0.02, -0.1, 0.8},
     {0.1, 0.16, 0.1, 1.25}},
    {"theorem-3b",
     "growth",
     "min",
     {"[-0.1,0.1]", "[0.02,0.24]", "[-0.1,0.1]", "[0.9,1.25]"},
     {-0.1, 0.02, -0.1, 0.9},
     {0.1, 0.24, 0.1, 1.25}},
};
enum { DOMAINS = sizeof domains / sizeof *domains };

static struct collected certificate(const struct domain *d, const char *tolerance,
                                    const char *most_boxes) {
    const char *const pairs[] = {"domain",  d->name,      "quantity", d->quantity, "ends",
                                 d->ends,   "mean",       d->text[0], "variance",  d->text[1],
                                 "omega",   d->text[2],   "tau",      d->text[3],  "tolerance",
                                 tolerance, "most_boxes", most_boxes, NULL};
    struct collected c = {0};
    struct td_error err = {0};
    if (collect_run(&td_experiment_selu_certificate, pairs, 1, &c, &err))
        fail_msg("%s", err.message);
    return c;
}

/* Largest singular value, from the eigenvalues of J J'. */
static double norm_of(const double j[2][2]) {
    double a = j[0][0] * j[0][0] + j[0][1] * j[0][1], d = j[1][0] * j[1][0] + j[1][1] * j[1][1];
    double b = j[0][0] * j[1][0] + j[0][1] * j[1][1];
    return sqrt(0.5 * (a + d) + hypot(0.5 * (a - d), b));
}

static double quantity_at(const struct domain *d, const double x[4]) {
    struct td_moment_map map = {NULL, td_selu_01, x[2], x[3]};
    struct td_moments image;
    double j[2][2];
    assert_int_equal(td_moment_map_apply(&map, (struct td_moments){x[0], x[1]}, &image, j, NULL),
                     TD_OK);
    return !strcmp(d->quantity, "image.mean") ? image.mean
           : !strcmp(d->quantity, "norm")     ? norm_of(j)
           : !strcmp(d->quantity, "growth")   ? image.var - x[1]
                                              : image.var;
}

static double selu_moment(double x, void *p) {
    const double *q = p; /* m, s, power */
    double z = q[0] + q[1] * x;
    double f = td_selu_01.lambda * (z > 0 ? z : td_selu_01.alpha * expm1(z));
    return pow(f, q[2]) * exp(-0.5 * x * x) / sqrt(2 * M_PI);
}

/* Mean and variance after a layer, by GSL from the definition. */
static struct td_moments by_quadrature(double m, double s) {
    gsl_integration_workspace *work = gsl_integration_workspace_alloc(500);
    double e[2] = {0, 0}, ends[3] = {-12, -m / s, 12}, error, part;
    for (int power = 1; power <= 2; power++)
        for (int half = 0; half < 2; half++) {
            double q[3] = {m, s, power};
            gsl_function f = {selu_moment, q};
            gsl_integration_qag(&f, ends[half], ends[half + 1], 0, 1e-12, 500, GSL_INTEG_GAUSS61,
                                work, &part, &error);
            e[power - 1] += part;
        }
    gsl_integration_workspace_free(work);
    return (struct td_moments){e[0], e[1] - e[0] * e[0]};
}

static void sample(uint32_t i, const struct domain *d, double x[4]) {
    double u[4];
    td_random_duniform(td_stream_make(3, d->name), 0, i, 0, 4, u);
    for (int a = 0; a < 4; a++) {
        /* A tenth of all coordinates lies on the border, where the extremes are. */
        double v = u[a] < 0.05 ? 0 : u[a] > 0.95 ? 1 : (u[a] - 0.05) / 0.9;
        x[a] = d->lo[a] + v * (d->hi[a] - d->lo[a]);
    }
}

/* Checks the value against every box that holds the point; returns how many do. */
static size_t check_boxes(const struct collected *c, size_t array, const double x[4], double value,
                          double rounding) {
    double at[3] = {x[0] * x[2], x[1], x[3]};
    size_t inside = 0;
    for (size_t k = 0; k < c->arrays[array].rows; k++) {
        const double *row = c->arrays[array].v + COLUMNS * k;
        bool holds = true;
        for (int a = 0; a < 3; a++)
            holds = holds && row[2 * a] <= at[a] && at[a] <= row[2 * a + 1];
        if (!holds)
            continue;
        inside++;
        if (!(row[6] - rounding <= value && value <= row[7] + rounding))
            fail_msg("box %zu proves [%.17g, %.17g], but there is %.17g", k, row[6], row[7], value);
    }
    return inside;
}

static void check_sampling(const struct domain *d, const struct collected *c) {
    const double rounding = 1e-12; /* of the closed form in doubles */
    for (uint32_t i = 0; i < SAMPLES; i++) {
        double x[4];
        sample(i, d, x);
        double value = quantity_at(d, x);
        for (size_t array = 0; array < c->n_arrays; array++) {
            assert_int_equal(c->arrays[array].columns, COLUMNS);
            if (check_boxes(c, array, x, value, rounding) == 0)
                fail_msg("%s %s: no box holds mean %.17g, variance %.17g, omega %.17g, tau %.17g",
                         d->name, d->quantity, x[0], x[1], x[2], x[3]);
        }
        if (strcmp(d->ends, "min"))
            assert_true(value <= collected_value(c, "bound", "max", 0) + rounding);
        if (strcmp(d->ends, "max"))
            assert_true(value >= collected_value(c, "bound", "min", 0) - rounding);
        if (i % 40 || !strcmp(d->quantity, "norm"))
            continue;
        struct td_moments q = by_quadrature(x[0] * x[2], sqrt(x[1] * x[3]));
        double independent = !strcmp(d->quantity, "image.mean") ? q.mean
                             : !strcmp(d->quantity, "growth")   ? q.var - x[1]
                                                                : q.var;
        for (size_t array = 0; array < c->n_arrays; array++)
            check_boxes(c, array, x, independent, 1e-9 * (1 + x[1]));
    }
}

static void test_certificates_hold_at_samples(void **state) {
    (void)state;
    for (size_t k = 0; k < DOMAINS; k++) {
        struct collected c = certificate(&domains[k], "1e-3", "100000");
        check_sampling(&domains[k], &c);
        collect_free(&c);
    }
}

/* The statements themselves, and that bounds are as tight as they say. */
static void test_theorems(void **state) {
    (void)state;
    for (size_t k = 0; k < DOMAINS; k++) {
        const struct domain *d = &domains[k];
        struct collected c = certificate(d, "1e-4", "100000");
        for (size_t i = 0; i < c.n; i++)
            if (!strcmp(c.v[i].measure, "gap"))
                assert_true(c.v[i].value >= 0 && c.v[i].value <= 1e-4 && !*c.v[i].flag);
        if (!strcmp(d->quantity, "image.mean")) {
            near("lowest mean", collected_value(&c, "bound", "min", 0), -0.03106, 2e-4);
            near("highest mean", collected_value(&c, "bound", "max", 0), 0.06773, 2e-4);
        } else if (!strcmp(d->quantity, "image.variance")) {
            assert_true(collected_value(&c, "bound", "min", 0) > 0.80009);
            assert_true(collected_value(&c, "bound", "max", 0) < 1.48617);
        } else if (!strcmp(d->quantity, "norm")) {
            assert_true(collected_value(&c, "bound", "max", 0) < 0.8985);
            assert_true(collected_value(&c, "found", "max", 0) > 0.8975);
        } else if (!strcmp(d->name, "theorem-2")) {
            assert_true(collected_value(&c, "bound", "max", 0) < -0.119);
        } else {
            assert_true(collected_value(&c, "bound", "min", 0) > 0.007);
        }
        collect_free(&c);
    }
}

/* What is false is not proved: below tau = 0.8 small variances do not all grow. */
static void test_false_statements_stay_unproved(void **state) {
    (void)state;
    struct domain d = domains[4];
    d.text[3] = "[0.5,1.25]";
    struct collected c = certificate(&d, "1e-3", "100000");
    assert_true(collected_value(&c, "bound", "min", 0) < 0);
    assert_true(collected_value(&c, "found", "min", 0) < 0);
    collect_free(&c);
}

/* Stopped early: wider, flagged, still true. */
static void test_box_limit(void **state) {
    (void)state;
    struct collected c = certificate(&domains[2], "1e-6", "100");
    const struct emitted *bound = collected(&c, "bound", "max", 0);
    assert_string_equal(bound->flag, "box-limit");
    assert_true(bound->value >= 0.8976 && bound->value < 3);
    check_sampling(&domains[2], &c);
    collect_free(&c);
}

static void test_refusals(void **state) {
    (void)state;
    const char *const reversed[] = {"tau", "[1.1,0.9]", NULL};
    const char *const smallest_norm[] = {"quantity", "norm", NULL};
    struct collected c = {0};
    struct td_error err;
    assert_int_equal(collect_run(&td_experiment_selu_certificate, reversed, 1, &c, &err),
                     TD_BAD_INPUT);
    assert_non_null(strstr(err.message, "tau"));
    assert_int_equal(collect_run(&td_experiment_selu_certificate, smallest_norm, 1, &c, &err),
                     TD_BAD_INPUT);
    assert_non_null(strstr(err.message, "ends=max"));
    collect_free(&c);
    const char *const pairs[] = {"quantity", "norm", "ends", "max", "tolerance", "1e-5", NULL};
    c.stop_at = 2;
    assert_int_equal(collect_run(&td_experiment_selu_certificate, pairs, 1, &c, &err),
                     TD_INTERRUPTED);
    collect_free(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_certificates_hold_at_samples),
        cmocka_unit_test(test_theorems),
        cmocka_unit_test(test_false_statements_stay_unproved),
        cmocka_unit_test(test_box_limit),
        cmocka_unit_test(test_refusals),
    };
    gsl_set_error_handler_off(); /* qag says when rounding stops it; its result stays good */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
