/* selu/solve: every activation's image and fixed points against GSL's quadrature, stability against
   finite differences of it, and what is said when there is no fixed point or an unstable one. */
#include "experiments/collect.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>

#include "experiments/selu/selu.h"
#include "sim/activation.h"
#include "sim/moment_map.h"

#define AGREEMENT 1e-10

static struct collected solve(const char *const *pairs) {
    struct collected c = {0};
    struct td_error err = {0};
    if (collect_run(&td_experiment_selu_solve, pairs, 1, &c, &err))
        fail_msg("%s", err.message);
    return c;
}

/* ---- the map by GSL ---- */

struct reference {
    const struct td_activation *f;
    const void *params;
    double m, s, about;
    int power;
};

static double integrand(double x, void *p) {
    const struct reference *r = p;
    double d = r->f->value(r->params, NULL, r->m + r->s * x) - r->about;
    return (r->power == 2 ? d * d : d) * exp(-0.5 * x * x) / sqrt(2 * M_PI);
}

/* Pieces of half a unit: sine(30 z) turns a few times in each; those at 0 meet all kinks. */
static double integrate(struct reference *r, gsl_integration_workspace *work) {
    const double reach = 12, piece = 0.5;
    double total = 0, part, error, kink = -r->m / r->s;
    gsl_function f = {integrand, r};
    for (double from = -reach; from < reach;) {
        double to = piece * (floor(from / piece) + 1);
        if (from < kink && kink < to)
            to = kink;
        gsl_integration_qag(&f, from, to, 1e-15, 1e-12, 1000, GSL_INTEG_GAUSS61, work, &part,
                            &error);
        total += part;
        from = to;
    }
    return total;
}

static struct td_moments map_by_gsl(const struct td_activation *f, const void *params,
                                    struct td_moments in, double omega, double tau) {
    gsl_integration_workspace *work = gsl_integration_workspace_alloc(1000);
    struct reference r = {f, params, in.mean * omega, sqrt(in.var * tau), 0, 1};
    r.about = integrate(&r, work);
    r.power = 2;
    struct td_moments out = {r.about, integrate(&r, work)};
    gsl_integration_workspace_free(work);
    return out;
}

/* Spectral radius of the Jacobian by central differences of GSL's values. */
static double radius_by_gsl(const struct td_activation *f, const void *params, struct td_moments at,
                            double omega, double tau) {
    double h = 1e-4, j[2][2];
    for (int k = 0; k < 2; k++) {
        struct td_moments up = at, down = at;
        double step = k ? h * at.var : h;
        *(k ? &up.var : &up.mean) += step;
        *(k ? &down.var : &down.mean) -= step;
        up = map_by_gsl(f, params, up, omega, tau);
        down = map_by_gsl(f, params, down, omega, tau);
        j[0][k] = (up.mean - down.mean) / (2 * step);
        j[1][k] = (up.var - down.var) / (2 * step);
    }
    double half = 0.5 * (j[0][0] + j[1][1]), det = j[0][0] * j[1][1] - j[0][1] * j[1][0];
    double d = half * half - det;
    return d >= 0 ? fabs(half) + sqrt(d) : sqrt(det);
}

static void check_activation(const struct td_kind *kind, const char *omega, const char *tau) {
    const char *const pairs[] = {
        "activation",  kind->name, "omega",           omega, "tau",    tau,  "layers", "20",
        "target_mean", "0.3",      "target_variance", "1.7", "points", "31", NULL};
    const char *const none[] = {NULL};
    struct collected c = solve(pairs);
    struct td_arena *arena = td_arena_create();
    void *params = td_arena_alloc(arena, kind->params_size + 1);
    assert_int_equal(
        td_params_from_text(kind->params, none, arena, params, kind->params_size, NULL), TD_OK);
    const struct td_activation *f = (const struct td_activation *)kind;
    const double w = strtod(omega, NULL), t = strtod(tau, NULL);
    char what[80];
    struct td_moments image = map_by_gsl(f, params, (struct td_moments){0.3, 1.7}, w, t);
    snprintf(what, sizeof what, "image of %s", kind->name);
    near(what, collected_value(&c, "image", "mean", 0), image.mean, AGREEMENT);
    near(what, collected_value(&c, "image", "variance", 0), image.var, AGREEMENT);
    double gain = collected_value(&c, "gain", "", 0), shift = collected_value(&c, "shift", "", 0);
    near("gain", gain * gain * image.var, 1.7, AGREEMENT);
    near("shift", gain * (image.mean - shift), 0.3, AGREEMENT);
    size_t n = (size_t)collected_value(&c, "fixed.count", "", 0);
    for (size_t k = 1; k <= n; k++) {
        char site[8];
        snprintf(site, sizeof site, "%zu", k);
        struct td_moments at = {collected_value(&c, "fixed.mean", site, 0),
                                collected_value(&c, "fixed.variance", site, 0)};
        struct td_moments after = map_by_gsl(f, params, at, w, t);
        snprintf(what, sizeof what, "fixed point %zu of %s", k, kind->name);
        near(what, after.mean, at.mean, AGREEMENT * (1 + fabs(at.mean)));
        near(what, after.var, at.var, AGREEMENT * (1 + at.var));
        double radius = collected_value(&c, "fixed.radius", site, 0);
        near(what, radius, radius_by_gsl(f, params, at, w, t), 1e-5 * (1 + radius));
        assert_int_equal(strcmp(collected(&c, "fixed.radius", site, 0)->flag, "unstable") == 0,
                         radius > 1 + 1e-9);
    }
    near("unknown", collected_value(&c, "fixed.unknown", "", 0), 0, 0);
    td_arena_free(arena);
    collect_free(&c);
}

static void test_every_activation_agrees_with_gsl(void **state) {
    (void)state;
    for (size_t i = 0; i < td_registry_count(&td_activations); i++) {
        check_activation(td_registry_at(&td_activations, i), "0", "1");
        check_activation(td_registry_at(&td_activations, i), "0.2", "2");
    }
}

/* ---- what is said ---- */

static void says(const struct collected *c, const char *measure, const char *site, double value,
                 const char *flag) {
    const struct emitted *e = NULL;
    for (size_t i = 0; i < c->n; i++)
        if (!strcmp(c->v[i].measure, measure) && !strcmp(c->v[i].site, site))
            e = &c->v[i];
    assert_non_null(e);
    near(measure, e->value, value, 1e-9 * (1 + fabs(value)));
    assert_string_equal(e->flag, flag);
}

static void test_selu(void **state) {
    (void)state;
    const char *const pairs[] = {NULL};
    struct collected c = solve(pairs);
    says(&c, "solutions", "", 1, "");
    near("alpha", collected_value(&c, "alpha", "1", 0), 1.6732632423543772848, 1e-13);
    near("lambda", collected_value(&c, "lambda", "1", 0), 1.0507009873554804934, 1e-13);
    near("radius", collected_value(&c, "solution.radius", "1", 0), 0.782648, 5e-7);
    near("gain", collected_value(&c, "gain", "", 0), 1, 1e-13);
    near("shift", collected_value(&c, "shift", "", 0), 0, 1e-13);
    says(&c, "fixed.count", "", 1, "");
    says(&c, "fixed.stable", "", 1, "");
    near("fixed mean", collected_value(&c, "fixed.mean", "1", 0), 0, 1e-14);
    near("fixed variance", collected_value(&c, "fixed.variance", "1", 0), 1, 1e-14);
    says(&c, "limit", "variance", 1, "");
    collect_free(&c);
    const char *const impossible[] = {"target_mean", "1", "target_variance", "0.1", NULL};
    c = solve(impossible);
    says(&c, "solutions", "", 0, "no fixed point");
    collect_free(&c);
}

static void test_flags(void **state) {
    (void)state;
    /* x^3 / sqrt(15): E z^6 = 15 nu^3, so nu~ = nu^3: 1 is a fixed point with slope 3. */
    const char *const cubic[] = {"activation", "formula",      "activation.f",
                                 "a*x^3",      "activation.a", "0.2581988897471611",
                                 NULL};
    struct collected c = solve(cubic);
    says(&c, "fixed.count", "", 1, "");
    says(&c, "fixed.variance", "1", 1, "unstable");
    says(&c, "fixed.radius", "1", 3, "unstable");
    says(&c, "fixed.stable", "", 0, "unstable");
    collect_free(&c);
    const char *const identity[] = {"activation", "identity", NULL};
    c = solve(identity);
    says(&c, "fixed.count", "", 0, "continuum");
    says(&c, "gain.radius", "", 1, "neutral");
    collect_free(&c);
    const char *const relu[] = {"activation", "relu", NULL};
    c = solve(relu);
    says(&c, "fixed.count", "", 0, "no fixed point");
    says(&c, "fixed.stable", "", 0, "no fixed point");
    const struct emitted *last = NULL;
    for (size_t i = 0; i < c.n; i++)
        if (!strcmp(c.v[i].measure, "limit"))
            last = &c.v[i];
    assert_string_equal(last->flag, "vanishes");
    collect_free(&c);
    const char *const doubling[] = {"activation", "identity", "tau", "2", "layers", "1000", NULL};
    c = solve(doubling);
    says(&c, "limit", "variance", pow(2, 40), "explodes"); /* the first power above 1e12 */
    collect_free(&c);
    /* sin(2 z): nu~ = (1 - e^(-8 nu)) / 2 has one fixed point, of slope 4 e^(-8 nu). */
    const char *const sine[] = {"activation", "sine", "activation.omega", "2", NULL};
    c = solve(sine);
    double nu = collected_value(&c, "fixed.variance", "1", 0);
    near("sine", 0.5 * (1 - exp(-8 * nu)), nu, 1e-13);
    near("sine", collected_value(&c, "fixed.radius", "1", 0), 4 * exp(-8 * nu), 1e-11);
    collect_free(&c);
}

/* A constant activation; and one with more kinks than are told to quadrature, which closes in on
   the rest: |sin(20 z)| at m = 0 has E f^2 = (1 - e^(-800 s2)) / 2 and, for a variance as large as
   this, the mean 2 / pi of a uniform phase. */
static void test_odd_formulas(void **state) {
    (void)state;
    const char *const flat[] = {"activation", "formula", "activation.f", "step(x*0 - 1)", NULL};
    struct collected c = solve(flat);
    says(&c, "fixed.count", "", 0, "no fixed point");
    says(&c, "image", "variance", 0, "");
    collect_free(&c);
    const char *const many[] = {"activation",     "formula", "activation.f",
                                "abs(sin(20*x))", "points",  "5",
                                "layers",         "3",       NULL};
    c = solve(many);
    near("mean", collected_value(&c, "image", "mean", 0), 2 / M_PI, 1e-10);
    near("variance", collected_value(&c, "image", "variance", 0), 0.5 - 4 / (M_PI * M_PI), 1e-10);
    collect_free(&c);
}

static void test_refusals(void **state) {
    (void)state;
    const char *const reversed[] = {"variance", "[2,1]", NULL};
    const char *const typo[] = {"activation", "formula", "activation.f", "max(0,x", NULL};
    struct collected c = {0};
    struct td_error err;
    assert_int_equal(collect_run(&td_experiment_selu_solve, reversed, 1, &c, &err), TD_BAD_INPUT);
    assert_int_equal(collect_run(&td_experiment_selu_solve, typo, 1, &c, &err), TD_BAD_INPUT);
    assert_non_null(strstr(err.message, "column 8"));
    const char *const none[] = {NULL};
    c.stop_at = 3;
    assert_int_equal(collect_run(&td_experiment_selu_solve, none, 1, &c, &err), TD_INTERRUPTED);
    collect_free(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_activation_agrees_with_gsl),
        cmocka_unit_test(test_selu),
        cmocka_unit_test(test_flags),
        cmocka_unit_test(test_odd_formulas),
        cmocka_unit_test(test_refusals),
    };
    gsl_set_error_handler_off(); /* qag says when rounding stops it; its result stays good */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
