/* Catalogs and plans: what can be run, which tasks a request makes, what is refused and how. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "numeric/param_text.h"
#include "sweep/plan.h"

/* ---- two toy experiments ---- */

struct sgd {
    double lr, momentum;
};
static const struct td_param sgd_table[] = {
    {.name = "lr",
     .type = TD_REAL,
     .offset = offsetof(struct sgd, lr),
     .initial = "1e-2",
     .min = 0,
     .max = 1},
    {.name = "momentum", .type = TD_REAL, .offset = offsetof(struct sgd, momentum), .initial = "0"},
    {0}};
static const struct td_param adam_table[] = {
    {.name = "lr",
     .type = TD_REAL,
     .offset = offsetof(struct sgd, lr),
     .initial = "1e-3",
     .min = 0,
     .max = 1},
    {.name = "beta", .type = TD_REAL, .offset = offsetof(struct sgd, momentum), .initial = "0.9"},
    {0}};
static const struct td_kind sgd_kind = TD_KIND("sgd", "", "", sgd_table, struct sgd);
static const struct td_kind adam_kind = TD_KIND("adam", "", "", adam_table, struct sgd);
static struct td_registry optimizers = {
    .family = "optimizer", .kinds = (const struct td_kind *const[]){&sgd_kind, &adam_kind, NULL}};

struct toy {
    int64_t depth, width, steps;
    const char *path;
    struct td_reals starts;
    struct td_part optimizer;
    struct td_parts measure;
};
static const struct td_param measure_common[] = {
    {.name = "at", .type = TD_STEPS, .offset = 0, .initial = "end"}, {0}};
static const struct td_param toy_table[] = {
    {.name = "depth",
     .type = TD_INT,
     .offset = offsetof(struct toy, depth),
     .initial = "3",
     .min = 1,
     .max = 100000},
    {.name = "width", .type = TD_INT, .offset = offsetof(struct toy, width), .initial = "10"},
    {.name = "steps",
     .type = TD_INT,
     .offset = offsetof(struct toy, steps),
     .initial = "100",
     .flags = TD_LENGTH},
    {.name = "path", .type = TD_STRING, .offset = offsetof(struct toy, path), .initial = ""},
    {.name = "starts", .type = TD_REALS, .offset = offsetof(struct toy, starts), .initial = "[]"},
    {.name = "optimizer",
     .type = TD_PART,
     .offset = offsetof(struct toy, optimizer),
     .initial = "sgd",
     .registry = &optimizers},
    {.name = "measure",
     .type = TD_PARTS,
     .offset = offsetof(struct toy, measure),
     .initial = "",
     .flags = TD_OBSERVED,
     .registry = &optimizers,
     .common = measure_common,
     .common_size = sizeof(struct td_steps)},
    {0}};

static int checked;
static td_status check_toy(const void *params, struct td_error *err) {
    const struct toy *toy = params;
    checked++;
    return toy->depth == 13 ? td_fail(err, TD_BAD_INPUT, "depth 13 makes no sense") : TD_OK;
}
static double cost_toy(const void *params) {
    return (double)((const struct toy *)params)->depth;
}

static const struct td_experiment toy = {
    .kind = TD_KIND("toy", "A toy. It does nothing.", "nowhere", toy_table, struct toy),
    .version = 1,
    .check = check_toy,
    .cost = cost_toy};
static const struct td_experiment toy2 = {
    .kind = TD_KIND("toy", "The same, changed.", "nowhere", toy_table, struct toy), .version = 2};
static const struct td_experiment map = {.kind = TD_KIND_PLAIN("selu/moment-map", "A map.", ""),
                                         .version = 1};
static struct td_registry experiments = {
    .family = "experiment", .kinds = (const struct td_kind *const[]){&toy.kind, &map.kind, NULL}};
static struct td_registry experiments2 = {
    .family = "experiment", .kinds = (const struct td_kind *const[]){&toy2.kind, NULL}};

/* ---- a data directory of the test's own ---- */

struct fixture {
    char dir[64];
    struct td_arena *arena;
    struct td_error err;
    struct td_catalog catalog;
    struct td_plan plan;
};

static void write_text(const struct fixture *f, const char *name, const char *text) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", f->dir, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int set_up(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    char path[128];
    f->arena = td_arena_create();
    strcpy(f->dir, "/tmp/tdyn-plan-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    snprintf(path, sizeof path, "%s/experiments", f->dir);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/experiments/selu", f->dir);
    mkdir(path, 0700);
    checked = 0;
    *state = f;
    return 0;
}

static void remove_files(const char *directory) {
    char path[512];
    DIR *files = opendir(directory);
    for (struct dirent *entry; files && (entry = readdir(files));) {
        snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        unlink(path);
    }
    closedir(files);
    rmdir(directory);
}

static int tear_down(void **state) {
    struct fixture *f = *state;
    char path[128];
    snprintf(path, sizeof path, "%s/experiments/selu", f->dir);
    remove_files(path);
    snprintf(path, sizeof path, "%s/experiments", f->dir);
    remove_files(path);
    remove_files(f->dir);
    td_arena_free(f->arena);
    free(f);
    return 0;
}

static void read_catalog(struct fixture *f) {
    if (td_catalog_read(f->dir, &experiments, f->arena, &f->catalog, &f->err) != TD_OK)
        fail_msg("%s", f->err.message);
}

static void expect_message(const struct fixture *f, const char *part) {
    if (!strstr(f->err.message, part))
        fail_msg("\"%s\" does not say \"%s\"", f->err.message, part);
}

/* Plans `what` with the options given, up to eight. */
static td_status plan(struct fixture *f, const char *what, const char *preset,
                      const char *const *sets) {
    const struct td_recipe *found, *recipes[16];
    struct td_set_option options[8];
    size_t n, n_sets = 0;
    td_status status =
        td_catalog_find(&f->catalog, &experiments, what, f->arena, &found, &n, &f->err);
    if (status != TD_OK)
        return status;
    for (size_t i = 0; i < n; i++)
        recipes[i] = &found[i];
    for (; sets && sets[n_sets]; n_sets++)
        options[n_sets].text = sets[n_sets];
    return td_plan_make(recipes, n, preset, options, n_sets, f->arena, &f->plan, &f->err);
}

static void make_plan(struct fixture *f, const char *what, const char *preset,
                      const char *const *sets) {
    if (plan(f, what, preset, sets) != TD_OK)
        fail_msg("%s", f->err.message);
}
#define SETS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Writes the user's file mine.yaml and plans it. */
static td_status plan_text(struct fixture *f, const char *yaml, const char *preset,
                           const char *const *sets) {
    char path[128];
    if (!f->catalog.v)
        read_catalog(f);
    write_text(f, "mine.yaml", yaml);
    snprintf(path, sizeof path, "%s/mine.yaml", f->dir);
    return plan(f, path, preset, sets);
}

static const char *value_of(const struct td_task_spec *task, const char *name) {
    for (size_t i = 0; i < task->settings.n; i++)
        if (!strcmp(task->settings.v[i].name, name))
            return task->settings.v[i].value;
    return "(absent)";
}

static void expect_setting(const struct fixture *f, size_t task, const char *name,
                           const char *value) {
    assert_true(task < f->plan.n);
    assert_string_equal(value_of(&f->plan.tasks[task], name), value);
}

static void make_text(struct fixture *f, const char *yaml, const char *preset,
                      const char *const *sets) {
    if (plan_text(f, yaml, preset, sets) != TD_OK)
        fail_msg("%s", f->err.message);
}

static void refuse_text(struct fixture *f, const char *yaml, const char *preset,
                        const char *const *sets, const char *message) {
    if (plan_text(f, yaml, preset, sets) != TD_BAD_INPUT)
        fail_msg("accepted: %s", yaml);
    expect_message(f, message);
    assert_int_equal(f->plan.n, 0);
}

/* ---- catalogs ---- */

static void catalog_lists_compositions_and_bare_experiments(void **state) {
    struct fixture *f = *state;
    write_text(f, "experiments/selu/training.yaml",
               "experiment: toy\nname: selu/training\nsummary: loss curves\nsource: figure 1\n");
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
                  {"/absent/x.yaml", "No such file"}};
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
    assert_int_equal(td_catalog_read("/absent", &experiments, f->arena, &f->catalog, &f->err),
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

#define TEST(name_) cmocka_unit_test_setup_teardown(name_, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(catalog_lists_compositions_and_bare_experiments),
        TEST(compositions_are_found),
        TEST(a_composition_may_carry_its_experiments_name),
        TEST(broken_compositions_are_refused),
        TEST(compositions_stand_upon_each_other),
        TEST(chains_are_finite),
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
        TEST(names_of_files_become_names),
        TEST(requests_are_kept_as_yaml),
        TEST(the_users_files_are_kept_whole),
        TEST(broken_requests_are_refused),
        TEST(settings_are_shown_without_sweeping),
        TEST(large_plans_are_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
