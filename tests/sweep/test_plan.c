/* Plans: which tasks a request makes, what names them, what is refused and how. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sweep/plan_toys.h"

/* ---- grids ---- */

static void a_plan_without_sweep_is_one_task(void **state) {
    struct fixture *f = *state;
    read_catalog(f);
    make_plan(f, "toy", NULL, NULL);
    assert_int_equal(f->plan.n, 1);
    assert_int_equal(f->plan.tasks[0].seed, 1);
    assert_int_equal(strlen(f->plan.tasks[0].id), TD_ID_CHARS);
    assert_true(f->plan.tasks[0].cost == 3);
    expect_setting(f, 0, "optimizer.lr", "0.01");
    assert_int_equal(checked, 1);
}

/* The product in the order of nested loops, the first axis slowest, seeds innermost. */
static void grids_are_products_in_order(void **state) {
    struct fixture *f = *state;
    make_text(f,
              "experiment: toy\n"
              "sweep: {seed: 1..3, depth: [8, 16], optimizer: {lr: 'lin(0.1,0.3,3)'}}\n",
              NULL, NULL);
    static const char *const depths[] = {"8", "16"}, *const rates[] = {"0.1", "0.2", "0.3"};
    size_t at = 0;
    assert_int_equal(f->plan.n, 18);
    for (size_t d = 0; d < 2; d++)
        for (size_t r = 0; r < 3; r++)
            for (uint64_t seed = 1; seed <= 3; seed++, at++) {
                expect_setting(f, at, "depth", depths[d]);
                expect_setting(f, at, "optimizer.lr", rates[r]);
                assert_int_equal(f->plan.tasks[at].seed, seed);
            }
    assert_int_equal(checked, 6);
    for (size_t i = 0; i < f->plan.n; i++)
        for (size_t j = i + 1; j < f->plan.n; j++)
            assert_string_not_equal(f->plan.tasks[i].id, f->plan.tasks[j].id);
    assert_ptr_equal(f->plan.tasks[0].settings.v, f->plan.tasks[2].settings.v); /* shared */
}

static void zips_go_together(void **state) {
    struct fixture *f = *state;
    make_text(f,
              "experiment: toy\nzip: {width: [64, 256], optimizer.lr: [0.1, 0.01]}\n"
              "sweep: {depth: 1..2}\n",
              NULL, NULL);
    static const char *const expected[][3] = {
        {"1", "64", "0.1"}, {"1", "256", "0.01"}, {"2", "64", "0.1"}, {"2", "256", "0.01"}};
    assert_int_equal(f->plan.n, 4);
    for (size_t i = 0; i < 4; i++) {
        expect_setting(f, i, "depth", expected[i][0]);
        expect_setting(f, i, "width", expected[i][1]);
        expect_setting(f, i, "optimizer.lr", expected[i][2]);
    }
    make_text(f,
              "experiment: toy\n"
              "zip: [{width: [1, 2], depth: [3, 4]}, {steps: [5, 6], seed: [7, 8]}]\n",
              NULL, NULL);
    assert_int_equal(f->plan.n, 4);
    expect_setting(f, 1, "steps", "6");
    assert_int_equal(f->plan.tasks[1].seed, 8);
    assert_int_equal(f->plan.tasks[2].seed, 7);
}

static void whole_parts_are_swept(void **state) {
    struct fixture *f = *state;
    make_text(f,
              "experiment: toy\noptimizer: {kind: sgd, momentum: 0.5}\n"
              "sweep: {optimizer: [sgd, {kind: adam, beta: 0.8}, {lr: 0.5}]}\n",
              NULL, NULL);
    assert_int_equal(f->plan.n, 3);
    expect_setting(f, 0, "optimizer.momentum", "0.5");
    expect_setting(f, 1, "optimizer.kind", "adam");
    expect_setting(f, 1, "optimizer.beta", "0.8");
    expect_setting(f, 1, "optimizer.momentum", "(absent)");
    expect_setting(f, 2, "optimizer.lr", "0.5");
    expect_setting(f, 2, "optimizer.momentum", "0.5");
    /* the kind chosen anew: what the sweep had set of the part goes with its kinds */
    make_text(f,
              "experiment: toy\n"
              "sweep: {optimizer: [sgd, {kind: adam, beta: 0.8}], depth: [1, 2]}\n",
              NULL, SETS("optimizer=sgd"));
    assert_int_equal(f->plan.n, 2);
    expect_setting(f, 0, "optimizer.kind", "sgd");
    make_text(f,
              "experiment: toy\n"
              "zip: {optimizer: [sgd, {kind: adam, beta: 0.8}], depth: [1, 2]}\n",
              NULL, SETS("optimizer=adam"));
    assert_int_equal(f->plan.n, 2);
    expect_setting(f, 1, "depth", "2");
    expect_setting(f, 0, "optimizer.beta", value_of(&f->plan.tasks[1], "optimizer.beta"));
}

static void lists_are_values_in_files_and_on_the_command_line(void **state) {
    struct fixture *f = *state;
    make_text(f, "experiment: toy\nstarts: [1, 2]\n", NULL, NULL);
    expect_setting(f, 0, "starts", "[1,2]");
    make_text(f, "experiment: toy\nsweep: {starts: [[1, 2], [], 3]}\n", NULL, NULL);
    assert_int_equal(f->plan.n, 3);
    expect_setting(f, 0, "starts", "[1,2]");
    expect_setting(f, 1, "starts", "[]");
    expect_setting(f, 2, "starts", "[3]");
    make_plan(f, "toy", NULL, SETS("starts=[1,2]"));
    assert_int_equal(f->plan.n, 1);
    make_plan(f, "toy", NULL, SETS("starts=[1,2],[3]"));
    assert_int_equal(f->plan.n, 2);
    expect_setting(f, 1, "starts", "[3]");
}

static void strings_are_not_grids_unless_written_so(void **state) {
    struct fixture *f = *state;
    make_text(f, "experiment: toy\npath: a,b\n", NULL, NULL);
    expect_setting(f, 0, "path", "a,b");
    make_text(f, "experiment: toy\nsweep: {path: ['a,b', 1..3]}\n", NULL, NULL);
    assert_int_equal(f->plan.n, 2);
    expect_setting(f, 0, "path", "a,b");
    expect_setting(f, 1, "path", "1..3");
    make_plan(f, "toy", NULL, SETS("path=../x,'a,b'"));
    assert_int_equal(f->plan.n, 2);
    expect_setting(f, 0, "path", "../x");
    expect_setting(f, 1, "path", "a,b");
}

static void schedules_are_one_value(void **state) {
    struct fixture *f = *state;
    read_catalog(f);
    make_plan(f, "toy", NULL, SETS("measure=[adam]", "measure.0.at=0..100:5"));
    assert_int_equal(f->plan.n, 1);
    expect_setting(f, 0, "measure.0.at", "0..100:5");
    make_plan(f, "toy", NULL, SETS("measure.0=adam", "measure.0.at=0,10,end"));
    expect_setting(f, 0, "measure.0.at", "[0,10,end]");
}

static void later_layers_win(void **state) {
    struct fixture *f = *state;
    static const char yaml[] = "experiment: toy\nwidth: 1\nsweep: {depth: [8, 16], seed: 1..4}\n"
                               "zip: {steps: [1, 2], optimizer.lr: [0.5, 0.25]}\n"
                               "presets:\n"
                               "  demo: {depth: 4, width: 2}\n"
                               "  paper: {sweep: {steps: [10, 20, 30]}, seed: 5}\n";
    make_text(f, yaml, NULL, NULL);
    assert_int_equal(f->plan.n, 2 * 4 * 2);
    make_text(f, yaml, "demo", NULL); /* depth no longer swept */
    assert_int_equal(f->plan.n, 4 * 2);
    expect_setting(f, 0, "depth", "4");
    expect_setting(f, 0, "width", "2");
    make_text(f, yaml, "paper", NULL); /* steps leaves the zip for an axis of its own */
    assert_int_equal(f->plan.n, 2 * 2 * 3);
    assert_int_equal(f->plan.tasks[0].seed, 5);
    make_text(f, yaml, "demo", SETS("seed=7", "depth=1,2", "width=3", "optimizer.lr=1"));
    assert_int_equal(f->plan.n, 2 * 2);
    expect_setting(f, 0, "depth", "1");
    expect_setting(f, 0, "width", "3");
    make_text(f, yaml, NULL, SETS("depth=1,2", "depth=3,4,5")); /* the later option */
    assert_int_equal(f->plan.n, 4 * 2 * 3);
}

static void a_part_has_one_name(void **state) {
    struct fixture *f = *state;
    make_text(f, "experiment: toy\nsweep: {optimizer: [sgd, adam]}\n", NULL,
              SETS("optimizer.kind=adam"));
    assert_int_equal(f->plan.n, 1);
    make_text(f, "experiment: toy\nsweep: {optimizer.kind: [sgd, adam]}\n", NULL,
              SETS("optimizer=sgd"));
    assert_int_equal(f->plan.n, 1);
    expect_setting(f, 0, "optimizer.kind", "sgd");
}

static void lists_of_parts_are_replaced(void **state) {
    struct fixture *f = *state;
    make_text(f,
              "experiment: toy\nmeasure: [{kind: adam, at: 5}, sgd]\n"
              "presets: {demo: {measure: [{kind: sgd, at: 7}]}}\n",
              "demo", NULL);
    expect_setting(f, 0, "measure.0.kind", "sgd");
    expect_setting(f, 0, "measure.0.at", "7");
    expect_setting(f, 0, "measure.1.kind", "(absent)");
}

static void duplicates_are_one_task(void **state) {
    struct fixture *f = *state;
    read_catalog(f);
    make_plan(f, "toy", NULL, SETS("seed=1,1,2", "depth=4,4e0,8"));
    assert_int_equal(f->plan.n, 4);
    make_plan(f, "toy", NULL, SETS("optimizer.lr=0.3,3e-1,lin(0,1,11),0..1:0.1"));
    assert_int_equal(f->plan.n, 11);
}

static void presets_are_known_or_refused(void **state) {
    struct fixture *f = *state;
    static const char yaml[] = "experiment: toy\npresets: {paper: {depth: 9}, empty: }\n";
    make_text(f, yaml, "demo", NULL); /* always there */
    expect_setting(f, 0, "depth", "3");
    make_text(f, yaml, "", NULL);
    make_text(f, yaml, "paper", NULL);
    expect_setting(f, 0, "depth", "9");
    make_text(f, yaml, "empty", NULL);
    refuse_text(f, yaml, "papre", NULL, "unknown preset \"papre\" of mine: there are demo, paper");
}

/* ---- identities ---- */

static const char *id_of(struct fixture *f, const char *yaml) {
    make_text(f, yaml, NULL, NULL);
    return td_arena_strdup(f->arena, f->plan.tasks[0].id);
}

static void ids_name_the_trajectory(void **state) {
    struct fixture *f = *state;
    const char *id = id_of(f, "experiment: toy\ndepth: 5\nwidth: 7\n");
    /* spelling, order and what is observed do not matter */
    static const char *const same[] = {
        "experiment: toy\nwidth: 7e0\ndepth: 5.0\n",
        "experiment: toy\ndepth: 5\nwidth: 7\noptimizer: sgd\nseed: 1\n",
        "experiment: toy\ndepth: 5\nsweep: {width: 7..7}\nsummary: other\n",
        "experiment: toy\ndepth: 5\nwidth: 7\nmeasure: [{kind: adam, at: 3}]\n"};
    /* a value, the seed, the length, the kind, the name do */
    static const char *const other[] = {"experiment: toy\ndepth: 5\nwidth: 8\n",
                                        "experiment: toy\ndepth: 7\nwidth: 5\n",
                                        "experiment: toy\ndepth: 5\nwidth: 7\nseed: 2\n",
                                        "experiment: toy\ndepth: 5\nwidth: 7\nsteps: 101\n",
                                        "experiment: toy\ndepth: 5\nwidth: 7\noptimizer: adam\n",
                                        "experiment: toy\nname: yours\ndepth: 5\nwidth: 7\n"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        assert_string_equal(id_of(f, same[i]), id);
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        assert_string_not_equal(id_of(f, other[i]), id);
}

static void observed_settings_have_a_hash_of_their_own(void **state) {
    struct fixture *f = *state;
    read_catalog(f);
    make_plan(f, "toy", NULL, SETS("measure=[adam]"));
    uint64_t one = f->plan.tasks[0].observed;
    make_plan(f, "toy", NULL, SETS("measure=[adam]", "depth=9"));
    assert_true(f->plan.tasks[0].observed == one);
    make_plan(f, "toy", NULL, SETS("measure=[adam]", "measure.0.at=3"));
    assert_true(f->plan.tasks[0].observed != one);
}

static const struct td_experiment toy2 = {
    .kind = TD_KIND("toy", "The same, changed.", "nowhere", toy_table, struct toy), .version = 2};
static struct td_registry experiments2 = {
    .family = "experiment", .kinds = (const struct td_kind *const[]){&toy2.kind, NULL}};

static void the_version_is_part_of_the_id(void **state) {
    struct fixture *f = *state;
    char id[TD_ID_CHARS + 1];
    read_catalog(f);
    make_plan(f, "toy", NULL, NULL);
    strcpy(id, f->plan.tasks[0].id);
    assert_int_equal(td_catalog_read(f->dir, &experiments2, f->arena, &f->catalog, &f->err), TD_OK);
    make_plan(f, "toy", NULL, NULL);
    assert_string_not_equal(f->plan.tasks[0].id, id);
}

/* ---- errors ---- */

static void errors_name_their_place(void **state) {
    struct fixture *f = *state;
    static const struct {
        const char *yaml, *says;
    } cases[] = {
        {"experiment: toy\ndepht: 3\n",
         "mine.yaml:2:8: unknown parameter depht; did you mean depth?"},
        {"experiment: toy\ndepth: 0\n", "mine.yaml:2:8: depth must be in [1, 100000], not \"0\""},
        {"experiment: toy\ndepth: [8, 16]\n",
         "mine.yaml:2:8: depth must be an integer in [1, 100000], "
         "not \"[8,16]\": one value is meant here"},
        {"experiment: toy\ndepth: 1..3\n", "one value is meant here"},
        {"experiment: toy\noptimizer: {beta: 1}\n",
         "mine.yaml:2:19: optimizer.beta is a parameter of kind adam, but optimizer.kind is sgd"},
        {"experiment: toy\nsweep: {dept: [1, 2]}\n", "mine.yaml:2:16: unknown parameter dept"},
        {"experiment: toy\nsweep: {depth: [1, x]}\n", "mine.yaml:2:20: depth must be an integer"},
        {"experiment: toy\nsweep: {depth: []}\n", "depth: nothing to sweep over"},
        {"experiment: toy\nsweep: {depth: 5..1}\n", "mine.yaml:2:16: \"5..1\" runs backwards"},
        {"experiment: toy\nsweep: [depth]\n", "sweep must be a map"},
        {"experiment: toy\nsweep: {depth: [1, 2]}\nzip: {depth: [3, 4]}\n",
         "mine.yaml:3:15: depth is swept twice, first in line 2"},
        {"experiment: toy\nsweep: {optimizer: {lr: [1]}, optimizer.lr: [1]}\n", "swept twice"},
        {"experiment: toy\nzip: [{depth: [1, 2]}, {depth: [3, 4]}]\n", "swept twice"},
        {"experiment: toy\nzip: {width: [1, 2], depth: 1..3}\n",
         "mine.yaml:2:22: zip: depth has 3 values, but width has 2"},
        {"experiment: toy\nzip: 3\n", "zip must be a map"},
        {"experiment: toy\nzip: {}\n", "zip must be a map"},
        {"experiment: toy\nsweep: {measure.0.at: [1, 2]}\n", "measure.0.at says what is observed"},
        {"experiment: toy\nsweep: {measure: [[adam], [sgd]]}\n", "measure says what is observed"},
        {"experiment: toy\nseed: -1\n", "mine.yaml:2:7: seed must be at least 0"},
        {"experiment: toy\nseed: 9223372036854775808\n", "seed must be an integer"},
        {"experiment: toy\nsweep: {seed: [1, 1.5]}\n", "mine.yaml:2:19: seed must be an integer"},
        {"experiment: toy\nwidth: 1\nwidth: 2\n", "given twice"},
        {"experiment: toy\noptimizer.lr: 1\noptimizer: {lr: 2}\n", "given twice"},
        {"experiment: toy\npresets: {demo: {experiment: toy}}\n", "does not belong in a preset"},
        {"experiment: toy\nsweep: {depth: 1..1000, width: 1..1000, steps: 1..1000}\n",
         "more than 10000000 tasks"},
        {"experiment: toy\nsweep: {depth: 1..1000000, width: 1..1000000, steps: 1..1000000, "
         "seed: 1..1000000}\n",
         "more than 10000000 tasks"},
        {"experiment: toy\nsweep: {depth: [1..1000000, 1]}\n", "more than 1000000 values"},
        {"experiment: toy\nsweep: {depth: [8, 13]}\n", "mine at depth=13: depth 13 makes no sense"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refuse_text(f, cases[i].yaml, "demo", NULL, cases[i].says);
}

static void options_are_checked(void **state) {
    struct fixture *f = *state;
    static const struct {
        const char *set, *says;
    } cases[] = {
        {"depth", "--set depth: NAME=VALUES is wanted"},
        {"=3", "--set =3: NAME=VALUES is wanted"},
        {"", "--set : NAME=VALUES is wanted"},
        {"my depth=3", "NAME=VALUES is wanted"},
        {"depth=", "--set depth=: depth must be an integer"},
        {"dept=3", "--set dept=3: unknown parameter dept; did you mean depth?"},
        {"depth=1,,2", "--set depth=1,,2: "},
        {"depth=0,1", "--set depth=0,1: depth must be in [1, 100000], not \"0\""},
        {"depth=lin(1,2", "closing )"},
        {"seed=1e999", "seed must be an integer"},
        {"measure=[adam],[sgd]", "says what is observed"},
        {"depth=0x10", "depth must be an integer"},
        {"optimizer.lr=nan", "optimizer.lr must be a number in [0, 1]"},
    };
    read_catalog(f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (plan(f, "toy", NULL, SETS(cases[i].set)) != TD_BAD_INPUT)
            fail_msg("accepted: %s", cases[i].set);
        expect_message(f, cases[i].says);
    }
}

static void tables_of_results_do_not_collide(void **state) {
    struct fixture *f = *state;
    write_text(f, "experiments/selu/a.yaml", "experiment: toy\nname: selu/a\n");
    write_text(f, "experiments/selu/b.yaml", "experiment: toy\nname: selu-a\n");
    read_catalog(f);
    const struct td_recipe *a = &f->catalog.v[0], *b = &f->catalog.v[1];
    assert_string_equal(a->name, "selu-a");
    const struct td_recipe *both[] = {a, b}, *twice[] = {a, a};
    assert_int_equal(td_plan_make(both, 2, NULL, NULL, 0, f->arena, &f->plan, &f->err),
                     TD_BAD_INPUT);
    expect_message(f, "one table");
    assert_int_equal(td_plan_make(twice, 2, NULL, NULL, 0, f->arena, &f->plan, &f->err), TD_OK);
    assert_int_equal(f->plan.n, 1);
    assert_int_equal(f->plan.n_recipes, 1);
    assert_int_equal(td_plan_make(NULL, 0, NULL, NULL, 0, f->arena, &f->plan, &f->err), TD_OK);
    assert_int_equal(f->plan.n, 0);
}

/* ---- what is kept ---- */

static void expect_same_plan(const struct td_plan *a, const struct td_plan *b) {
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++)
        assert_string_equal(a->tasks[i].id, b->tasks[i].id);
    assert_string_equal(a->config, b->config);
}

static void read_back(struct fixture *f) {
    char path[128];
    struct td_plan again;
    write_text(f, "config.yaml", f->plan.config);
    snprintf(path, sizeof path, "%s/config.yaml", f->dir);
    if (td_plan_read(path, &f->catalog, &experiments, f->arena, &again, &f->err) != TD_OK)
        fail_msg("%s in\n%s", f->err.message, f->plan.config);
    expect_same_plan(&f->plan, &again);
}

static void requests_are_kept_as_yaml(void **state) {
    struct fixture *f = *state;
    write_text(f, "experiments/selu/training.yaml",
               "experiment: toy\nsweep: {depth: [1, 2]}\npresets: {paper: {width: 5}}\n");
    read_catalog(f);
    make_plan(f, "selu/training", "paper",
              SETS("seed=1..3", "path='a \"b\\c: #d',../x", "starts=[1,2],[3]"));
    assert_int_equal(f->plan.n, 2 * 3 * 2 * 2);
    read_back(f);
    make_plan(f, "toy", NULL, NULL);
    read_back(f);
}

static void the_users_files_are_kept_whole(void **state) {
    struct fixture *f = *state;
    static const char *const texts[] = {
        "experiment: toy\ndepth: 4\n",
        "experiment: toy\ndepth: 4", /* no newline at the end */
        "\n\n   # indented comment\nexperiment: toy\n\n\nsweep:\n    depth: [1, 2]   \n\n\n",
        "{\"experiment\": \"toy\",\n\t\"depth\": 4}\n", /* tabs */
        "experiment: toy\r\ndepth: 4\r\n",
        "\xef\xbb\xbf"
        "experiment: toy\npath: \"\xc3\xbc \xe2\x82\xac \\x41 ' \\\" : # | > \xe2\x80\xa8 x\"\n",
        "---\nexperiment: toy\n...\n",
        "experiment: toy\nsummary: |\n  a: b\n   c\n\n  d\nsource: '|2+'\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        make_text(f, texts[i], "demo", SETS("seed=1..2"));
        read_back(f);
    }
}

static void broken_requests_are_refused(void **state) {
    struct fixture *f = *state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"[1]", "not the request"},
        {"recipes: [gone]\n", "there is no experiment \"gone\" any more"},
        {"recipes: toy\n", "recipes must be a list"},
        {"recipes: [[toy]]\n", "a list within recipes"},
        {"recipes: [{a: b}]\n", "the name of an experiment"},
        {"recipes: [toy]\nset: [{a: b}]\n", "NAME=VALUES"},
        {"recipes: [toy]\nset: x\n", "set must be a list"},
        {"recipes: [toy]\npreset: [x]\n", "preset must be a text"},
        {"recipes: [x]\nfiles: [{recipe: x, file: a.yaml}]\n", "text must be a text"},
        {"recipes: [x]\nfiles: [{recipe: x, file: a.yaml, text: 'a: ['}]\n", "a.yaml:"},
    };
    read_catalog(f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[128];
        write_text(f, "config.yaml", cases[i].text);
        snprintf(path, sizeof path, "%s/config.yaml", f->dir);
        assert_int_equal(td_plan_read(path, &f->catalog, &experiments, f->arena, &f->plan, &f->err),
                         TD_BAD_INPUT);
        expect_message(f, cases[i].says);
    }
}

static void settings_are_shown_without_sweeping(void **state) {
    struct fixture *f = *state;
    struct td_settings settings;
    write_text(f, "experiments/selu/training.yaml",
               "experiment: toy\nwidth: 7\nsweep: {optimizer: [adam, sgd], seed: 1..3}\n"
               "presets: {paper: {width: 8}}\n");
    read_catalog(f);
    const struct td_recipe *training = &f->catalog.v[1];
    assert_int_equal(td_recipe_settings(training, "paper", f->arena, &settings, &f->err), TD_OK);
    struct td_task_spec task = {.settings = settings};
    assert_string_equal(value_of(&task, "width"), "8");
    assert_string_equal(value_of(&task, "optimizer.kind"), "adam");
    assert_int_equal(td_recipe_settings(training, "x", f->arena, &settings, &f->err), TD_BAD_INPUT);
}

static void large_plans_are_made(void **state) {
    struct fixture *f = *state;
    read_catalog(f);
    make_plan(f, "toy", NULL, SETS("seed=1..100000", "depth=1,2"));
    assert_int_equal(f->plan.n, 200000);
    assert_int_equal(checked, 2);
    assert_int_equal(f->plan.tasks[199999].seed, 100000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_plan_without_sweep_is_one_task),
        TEST(grids_are_products_in_order),
        TEST(zips_go_together),
        TEST(whole_parts_are_swept),
        TEST(lists_are_values_in_files_and_on_the_command_line),
        TEST(strings_are_not_grids_unless_written_so),
        TEST(schedules_are_one_value),
        TEST(later_layers_win),
        TEST(a_part_has_one_name),
        TEST(lists_of_parts_are_replaced),
        TEST(duplicates_are_one_task),
        TEST(presets_are_known_or_refused),
        TEST(ids_name_the_trajectory),
        TEST(observed_settings_have_a_hash_of_their_own),
        TEST(the_version_is_part_of_the_id),
        TEST(errors_name_their_place),
        TEST(options_are_checked),
        TEST(tables_of_results_do_not_collide),
        TEST(requests_are_kept_as_yaml),
        TEST(the_users_files_are_kept_whole),
        TEST(broken_requests_are_refused),
        TEST(settings_are_shown_without_sweeping),
        TEST(large_plans_are_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
