/* Catalogs: what can be run, and how compositions stand upon each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sweep/plan_toys.h"

/* ---- catalogs ---- */

static void catalog_lists_compositions_and_bare_experiments(void **state) {
    struct fixture *f = *state;
    write_text(f, "experiments/selu/training.yaml",
               "experiment: toy\nname: selu/training\nsummary: loss curves\nsource: figure 1\n"
               "optional: true\n");
    write_text(f, "experiments/selu/very_deep.yaml", "experiment: toy\n");
    write_text(f, "experiments/selu/claims.yaml", "claims: []\n");
    write_text(f, "experiments/selu/notes.txt", "{ not yaml");
    write_text(f, "experiments/selu/.hidden.yaml", "{ not yaml");
    write_text(f, "experiments/registry.c", "int x;");
    read_catalog(f);
    static const char *const names[] = {"selu/moment-map", "selu/training", "selu/very-deep",
                                        "toy"};
    assert_int_equal(f->catalog.n, 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(f->catalog.v[i].name, names[i]);
    assert_string_equal(f->catalog.v[1].summary, "loss curves");
    assert_true(f->catalog.v[1].optional);
    assert_false(f->catalog.v[2].optional);
    assert_string_equal(f->catalog.v[1].source, "figure 1");
    assert_ptr_equal(f->catalog.v[1].experiment, &toy);
    assert_string_equal(f->catalog.v[2].summary, "A toy");
    assert_string_equal(f->catalog.v[3].source, "nowhere");
    assert_null(f->catalog.v[3].file);
}

static void compositions_are_found(void **state) {
    struct fixture *f = *state;
    const struct td_recipe *found;
    size_t n;
    write_text(f, "experiments/selu/training.yaml", "experiment: toy\n");
    read_catalog(f);
    assert_int_equal(
        td_catalog_find(&f->catalog, &experiments, "selu", f->arena, &found, &n, &f->err), TD_OK);
    assert_int_equal(n, 2);
    assert_string_equal(found[0].name, "selu/moment-map");
    assert_string_equal(found[1].name, "selu/training");
    static const struct {
        const char *what, *says;
    } misses[] = {{"selu/trainign", "did you mean selu/training?"},
                  {"training", "did you mean selu/training?"},
                  {"sleu", "did you mean selu?"},
                  {"tyo", "did you mean toy?"},
                  {"", "unknown experiment"},
                  {"sel", "unknown experiment"},
                  {"absent/x.yaml", "No such file"}};
    for (size_t i = 0; i < sizeof misses / sizeof *misses; i++) {
        assert_int_equal(td_catalog_find(&f->catalog, &experiments, misses[i].what, f->arena,
                                         &found, &n, &f->err),
                         TD_BAD_INPUT);
        expect_message(f, misses[i].says);
    }
}

static void a_composition_may_carry_its_experiments_name(void **state) {
    struct fixture *f = *state;
    write_text(f, "experiments/selu/moment_map.yaml",
               "experiment: selu/moment-map\npresets: {paper: {}}\n");
    read_catalog(f);
    assert_int_equal(f->catalog.n, 2);
    assert_ptr_equal(f->catalog.v[0].experiment, &map);
    assert_null(f->catalog.v[0].base);
    make_plan(f, "selu/moment-map", "paper", NULL);
    assert_int_equal(f->plan.n, 1);
}

static void broken_compositions_are_refused(void **state) {
    struct fixture *f = *state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"[1, 2]", "a composition is a map"},
        {"experiment: tyo\n", "a.yaml:1:13: unknown experiment \"tyo\"; did you mean toy?"},
        {"width: 3\n", "experiment: NAME is missing"},
        {"experiment: [toy]\n", "experiment must be a name"},
        {"experiment: toy\nname: Selu Training\n",
         "a.yaml:2:7: \"Selu Training\" cannot be a name"},
        {"experiment: toy\nname: tasks\n", "cannot be a name"},
        {"experiment: toy\nname: a//b\n", "cannot be a name"},
        {"experiment: toy\nname: ''\n", "cannot be a name"},
        {"experiment: toy\nname: sqlite-x\n", "cannot be a name"},
        {"experiment: toy\nsummary: [a]\n", "summary must be a text"},
        {"experiment: toy\noptional: maybe\n", "a.yaml:2:11: optional must be true or false"},
        {"experiment: toy\noptional: [true]\n", "optional must be true or false"},
        {"experiment: toy\npresets: [demo]\n", "presets must be a map"},
        {"experiment: toy\npresets: {demo: 3}\n", "preset demo must be a map"},
        {"experiment: toy\nwidth: [1\n", "a.yaml:"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_text(f, "experiments/selu/a.yaml", cases[i].text);
        if (td_catalog_read(f->dir, &experiments, f->arena, &f->catalog, &f->err) != TD_BAD_INPUT)
            fail_msg("accepted: %s", cases[i].text);
        expect_message(f, cases[i].says);
    }
    write_text(f, "experiments/selu/a.yaml", "experiment: toy\nname: selu/x\n");
    write_text(f, "experiments/selu/b.yaml", "experiment: toy\nname: selu/x\n");
    assert_int_equal(td_catalog_read(f->dir, &experiments, f->arena, &f->catalog, &f->err),
                     TD_BAD_INPUT);
    expect_message(f, "two compositions called selu/x");
    assert_int_equal(td_catalog_read("absent", &experiments, f->arena, &f->catalog, &f->err),
                     TD_BAD_INPUT);
}

static void compositions_stand_upon_each_other(void **state) {
    struct fixture *f = *state;
    write_text(f, "experiments/selu/a.yaml",
               "experiment: toy\ndepth: 5\nwidth: 6\nsteps: 7\nsweep: {seed: 1..3}\n"
               "presets: {demo: {depth: 50, width: 60}}\n");
    write_text(f, "experiments/selu/b.yaml",
               "experiment: selu/a\nwidth: 61\npresets: {demo: {steps: 71}}\n");
    read_catalog(f);
    make_plan(f, "selu/b", NULL, NULL);
    assert_int_equal(f->plan.n, 3);
    expect_setting(f, 0, "depth", "5");
    expect_setting(f, 0, "width", "61");
    expect_setting(f, 0, "steps", "7");
    make_plan(f, "selu/b", "demo", NULL); /* a's preset comes before b's file */
    expect_setting(f, 0, "depth", "50");
    expect_setting(f, 0, "width", "61");
    expect_setting(f, 0, "steps", "71");
    make_text(f, "experiment: selu/b\nseed: 9\n", "demo", SETS("depth=1"));
    assert_int_equal(f->plan.n, 1);
    assert_int_equal(f->plan.tasks[0].seed, 9);
    expect_setting(f, 0, "depth", "1");
    expect_setting(f, 0, "width", "61");
}

static void chains_are_finite(void **state) {
    struct fixture *f = *state;
    char name[64], text[64];
    write_text(f, "experiments/selu/a.yaml", "experiment: selu/b\n");
    write_text(f, "experiments/selu/b.yaml", "experiment: selu/a\n");
    assert_int_equal(td_catalog_read(f->dir, &experiments, f->arena, &f->catalog, &f->err),
                     TD_BAD_INPUT);
    expect_message(f, "circle");
    write_text(f, "experiments/selu/a.yaml", "experiment: toy\n");
    write_text(f, "experiments/selu/b.yaml", "experiment: toy\n");
    for (int i = 0; i <= TD_CHAIN_MAX + 1; i++) { /* c0 on toy, c1 on c0, ... */
        snprintf(name, sizeof name, "experiments/selu/c%d.yaml", i);
        snprintf(text, sizeof text, i ? "experiment: selu/c%d\n" : "experiment: toy\n", i - 1);
        td_status expected = i <= TD_CHAIN_MAX ? TD_OK : TD_BAD_INPUT;
        write_text(f, name, text);
        assert_int_equal(td_catalog_read(f->dir, &experiments, f->arena, &f->catalog, &f->err),
                         expected);
    }
}

static void names_of_files_become_names(void **state) {
    struct fixture *f = *state;
    char path[128];
    const struct td_recipe *found;
    size_t n;
    read_catalog(f);
    write_text(f, "My Sweep_2.yaml", "experiment: toy\n");
    snprintf(path, sizeof path, "%s/My Sweep_2.yaml", f->dir);
    assert_int_equal(
        td_catalog_find(&f->catalog, &experiments, path, f->arena, &found, &n, &f->err), TD_OK);
    assert_string_equal(found->name, "my-sweep-2");
    assert_string_equal(found->text, "experiment: toy\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(catalog_lists_compositions_and_bare_experiments),
        TEST(compositions_are_found),
        TEST(a_composition_may_carry_its_experiments_name),
        TEST(broken_compositions_are_refused),
        TEST(compositions_stand_upon_each_other),
        TEST(chains_are_finite),
        TEST(names_of_files_become_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
