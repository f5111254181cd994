/* Longer runs: going on from the end states of shorter ones. The reference is the same task run
   from its beginning; how much was computed is counted. */
#include "store_samples.h"

#include <math.h>

#include "numeric/platform.h"
#include "sweep/extend.h"
#include "sweep/identity.h"
#include "sweep/run.h"
#include "sweep/task.h"

/* ---- an experiment that counts its steps ---- */

struct flow {
    double rate;
    int64_t steps, every, box;
};
static const struct td_param flow_params[] = {
    {.name = "rate", .type = TD_REAL, .offset = offsetof(struct flow, rate), .initial = "0.7"},
    {.name = "box", .type = TD_INT, .offset = offsetof(struct flow, box), .initial = "0"},
    {.name = "steps",
     .type = TD_INT,
     .offset = offsetof(struct flow, steps),
     .initial = "5",
     .min = 1,
     .max = 1e6,
     .flags = TD_LENGTH},
    {.name = "every",
     .type = TD_INT,
     .offset = offsetof(struct flow, every),
     .initial = "1",
     .min = 1,
     .max = 1e6,
     .flags = TD_OBSERVED},
    {0}};

static long computed, stop_at; /* steps made; stops at this one, 0: never */
static atomic_int stop;
static bool other_size, other_prelude;
static double pause_at_end; /* seconds */

struct flow_state {
    double x;
    int64_t step, spare;
};

static td_status flow_steps(struct td_task *task, const struct flow *p, struct flow_state *s,
                            struct td_error *err) {
    td_status status = TD_OK;
    for (; s->step < p->steps && !status; s->step++) {
        if (++computed == stop_at)
            atomic_store(&stop, 1);
        status = td_task_poll(task, err);
        if (status)
            break;
        if (s->step % p->every == 0)
            status = td_task_emit(task, "x", "", s->step, s->x, "", err);
        s->x = p->rate * s->x + sin((double)s->step);
        if (p->box && s->step == p->box)
            return td_fail(err, TD_DIVERGED, "out of the box at step %lld", (long long)s->step);
    }
    return status;
}

static td_status flow_run(struct td_task *task, const void *params, uint64_t seed,
                          struct td_error *err) {
    const struct flow *p = params;
    struct flow_state s = {.x = (double)seed};
    size_t bytes = other_size ? sizeof s - sizeof s.spare : sizeof s;
    td_status status = td_task_emit(task, "start", "", 0, other_prelude ? 9 : s.x, "", err);
    if (!status)
        status = td_task_state(task, "flow", &s, bytes, NULL, err);
    if (!status)
        status = flow_steps(task, p, &s, err);
    for (double end = td_clock() + pause_at_end; td_clock() < end;)
        ;
    if (!status)
        status = td_task_end(task, err);
    if (!status)
        status = td_task_emit(task, "x", "", s.step, s.x, "last", err);
    return status ? status
                  : td_task_emit_array(task, "end", "", s.step, 1, (size_t[]){1}, &s.x, err);
}

static td_status flow_extends(const void *shorter, const void *longer, double *share,
                              struct td_error *err) {
    const struct flow *s = shorter, *l = longer;
    *share = (double)s->steps / (double)l->steps;
    if (s->every != l->every && s->steps > 1)
        return td_fail(err, TD_BAD_INPUT, "every %lld is not %lld", (long long)s->every,
                       (long long)l->every);
    return TD_OK;
}

static const struct td_experiment flow = {
    .kind = TD_KIND("test/flow", "A flow.", "", flow_params, struct flow),
    .version = 1,
    .extends = flow_extends,
    .run = flow_run};
static const struct td_recipe recipe = {
    .name = "test/flow", .summary = "", .source = "", .experiment = &flow};

/* ---- tasks ---- */

static struct td_arena *arena;

static struct td_task_spec task_of(const char *rate, const char *steps, const char *every,
                                   uint64_t seed) {
    const struct td_assign assigns[] = {{.name = "rate", .text = rate},
                                        {.name = "box", .text = rate[0] == '9' ? "3" : "0"},
                                        {.name = "steps", .text = steps},
                                        {.name = "every", .text = every}};
    struct td_task_spec spec = {.recipe = &recipe, .seed = seed, .cost = strtod(steps, NULL)};
    struct td_error err;
    XXH3_state_t *state = XXH3_createState();
    assert_int_equal(td_resolve(flow_params, assigns, 4, arena, &spec.settings, &err), TD_OK);
    td_identity_begin(state, recipe.name, 1, &spec.settings, TD_OBSERVED);
    td_identity_end(state, seed, spec.id);
    spec.observed = td_identity_observed(state, &spec.settings);
    XXH3_freeState(state);
    return spec;
}

static const char *lineage_of(const struct td_task_spec *spec) {
    static char lineage[4][TD_ID_CHARS + 1];
    static int i;
    i = (i + 1) % 4;
    assert_int_equal(
        td_lineage(spec->recipe->name, 1, &spec->settings, spec->seed, lineage[i], NULL), TD_OK);
    return lineage[i];
}

/* ---- running one ---- */

static char notes[4096];
static void take_note(void *context, const char *text) {
    (void)context;
    size_t used = strlen(notes);
    snprintf(notes + used, sizeof notes - used, "%s\n", text);
}

static struct td_runner *make_runner(const char *dir, enum td_end_states ends, size_t room) {
    const struct td_runner_options options = {.dir = dir,
                                              .fingerprint = PRINT,
                                              .checkpoint_interval = 1e9,
                                              .ends = ends,
                                              .ends_room = room,
                                              .stop = &stop,
                                              .note = take_note};
    struct td_runner *r;
    assert_int_equal(td_runner_create(&options, &r, NULL), TD_OK);
    return r;
}

/* Runs and gives the record as text, "" if it was interrupted. */
static const char *text_of(const char *dir, const struct td_task_spec *spec,
                           enum td_end_states ends, size_t room) {
    static char text[2][4096];
    static int turn;
    char *out = text[turn = !turn];
    struct td_record r;
    struct td_error err;
    size_t used = 0;
    struct td_runner *runner = make_runner(dir, ends, room);
    computed = 0;
    notes[0] = out[0] = 0;
    atomic_store(&stop, 0);
    td_status status = td_runner_run(runner, spec, &r, &err);
    for (size_t i = 0; !status && i < r.n_values; i++)
        used += (size_t)snprintf(out + used, sizeof text[0] - used, "%s %lld %a %s\n",
                                 r.values[i].measure, (long long)r.values[i].step,
                                 r.values[i].value, r.values[i].flag);
    for (size_t i = 0; !status && i < r.n_arrays; i++)
        used +=
            (size_t)snprintf(out + used, sizeof text[0] - used, "%s %lld [%a]\n",
                             r.arrays[i].measure, (long long)r.arrays[i].step, r.arrays[i].v[0]);
    if (!status)
        td_runner_forget(runner);
    td_runner_free(runner);
    return out;
}

/* The text of a run from the beginning, without a directory. */
static const char *reference(const struct td_task_spec *spec) {
    static char text[4096];
    snprintf(text, sizeof text, "%s", text_of(NULL, spec, TD_ENDS_NEVER, 0));
    assert_true(text[0] != 0);
    return text;
}

/* Runs `spec` in `dir`: the reference's values, after so many steps of computing. */
static void check_run(const char *dir, const struct td_task_spec *spec, long steps) {
    const char *wanted = reference(spec);
    assert_string_equal(text_of(dir, spec, TD_ENDS_ALWAYS, 0), wanted);
    assert_int_equal(computed, steps);
}

static int reset(void **state) {
    arena = td_arena_create();
    stop_at = 0;
    other_size = other_prelude = false;
    pause_at_end = 0;
    return make_folder(state);
}

static int finish(void **state) {
    td_arena_free(arena);
    return remove_folder(state);
}

static const char *dir_of(void **state) {
    return ((struct folder *)*state)->path;
}

/* Path of the end state of `spec`. */
static const char *end_of(const char *dir, const struct td_task_spec *spec) {
    static char path[2 * PATH_MAX];
    const char *lineage = lineage_of(spec);
    snprintf(path, sizeof path, "%s/ends/%.2s/%s-%s-%016llx.end", dir, lineage, lineage, spec->id,
             (unsigned long long)spec->observed);
    return path;
}

/* ---- lineages ---- */

static void test_lineage_is_all_but_length_and_looks(void **state) {
    (void)state;
    struct td_task_spec a = task_of("0.7", "5", "1", 1), longer = task_of("0.7", "9", "3", 1);
    struct td_task_spec seed = task_of("0.7", "5", "1", 2), rate = task_of("0.8", "5", "1", 1);
    char version[TD_ID_CHARS + 1], name[TD_ID_CHARS + 1];
    assert_string_equal(lineage_of(&a), lineage_of(&longer));
    assert_string_not_equal(a.id, longer.id);
    assert_string_not_equal(lineage_of(&a), lineage_of(&seed));
    assert_string_not_equal(lineage_of(&a), lineage_of(&rate));
    td_lineage("test/flow", 2, &a.settings, 1, version, NULL);
    td_lineage("test/flows", 1, &a.settings, 1, name, NULL);
    assert_string_not_equal(lineage_of(&a), version);
    assert_string_not_equal(lineage_of(&a), name);
}

/* ---- going on ---- */

static void test_longer_run_computes_the_rest(void **state) {
    const char *dir = dir_of(state);
    struct td_task_spec five = task_of("0.7", "5", "1", 3), twelve = task_of("0.7", "12", "1", 3);
    check_run(dir, &five, 5);
    check_run(dir, &twelve, 7);
    assert_string_equal(notes, "");
    struct td_task_spec other = task_of("0.7", "12", "1", 4);
    check_run(dir, &other, 12);
}

static void test_the_longest_usable_end_is_taken(void **state) {
    const char *dir = dir_of(state);
    struct td_task_spec five = task_of("0.7", "5", "1", 3), eight = task_of("0.7", "8", "1", 3);
    struct td_task_spec odd = task_of("0.7", "10", "2", 3), twelve = task_of("0.7", "12", "1", 3);
    check_run(dir, &five, 5);
    check_run(dir, &odd, 10); /* looks at other steps: of no use to those, nor they to it */
    check_run(dir, &eight, 3);
    check_run(dir, &twelve, 4);
    struct td_task_spec shorter = task_of("0.7", "6", "1", 3);
    check_run(dir, &shorter, 1);
    struct td_task_spec same = task_of("0.7", "5", "2", 3);
    check_run(dir, &same, 5); /* an end of equal length is not shorter */
}

static void test_ends_are_kept_as_asked(void **state) {
    const char *dir = dir_of(state);
    struct td_task_spec five = task_of("0.7", "5", "1", 3), twelve = task_of("0.7", "12", "1", 3);
    text_of(dir, &five, TD_ENDS_AUTO, 1 << 20); /* took no second */
    assert_int_equal(access(end_of(dir, &five), F_OK), -1);
    text_of(dir, &five, TD_ENDS_NEVER, 1 << 20);
    assert_int_equal(access(end_of(dir, &five), F_OK), -1);
    pause_at_end = TD_ENDS_SECONDS;
    text_of(dir, &five, TD_ENDS_AUTO, 100); /* too large */
    assert_int_equal(access(end_of(dir, &five), F_OK), -1);
    assert_non_null(strstr(notes, "--end-states always"));
    text_of(dir, &five, TD_ENDS_AUTO, 1 << 20);
    assert_int_equal(access(end_of(dir, &five), F_OK), 0);
    pause_at_end = 0;
    text_of(dir, &twelve, TD_ENDS_NEVER, 0);
    assert_int_equal(computed, 12);
    text_of(dir, &twelve, TD_ENDS_AUTO, 0);
    assert_int_equal(computed, 7);
}

/* A directory that cannot be written costs the end state, not the run. */
static void test_no_room_on_disk(void **state) {
    const char *dir = dir_of(state);
    struct td_task_spec five = task_of("0.7", "5", "1", 3);
    FILE *f = fopen(in_folder(state, "ends"), "w"); /* no folder can be made here */
    assert_non_null(f);
    fclose(f);
    check_run(dir, &five, 5);
    assert_non_null(strstr(notes, "an end state could not be written"));
}

static void test_interrupted_after_going_on(void **state) {
    const char *dir = dir_of(state);
    struct td_task_spec five = task_of("0.7", "5", "1", 3), twelve = task_of("0.7", "12", "1", 3);
    check_run(dir, &five, 5);
    stop_at = 4;
    assert_string_equal(text_of(dir, &twelve, TD_ENDS_ALWAYS, 0), "");
    stop_at = 0;
    check_run(dir, &twelve, 4); /* from step 8 */
}

/* ---- what is damaged or does not fit ---- */

static void flip(const char *path, long at) {
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    fseek(f, at, at < 0 ? SEEK_END : SEEK_SET);
    int byte = fgetc(f);
    fseek(f, -1, SEEK_CUR);
    fputc(byte ^ 16, f);
    fclose(f);
}

static void test_damaged_ends_are_named_and_ignored(void **state) {
    const char *dir = dir_of(state);
    struct td_task_spec five = task_of("0.7", "5", "1", 3), eight = task_of("0.7", "8", "1", 3);
    struct td_task_spec twelve = task_of("0.7", "12", "1", 3);
    check_run(dir, &five, 5);
    check_run(dir, &eight, 3);
    flip(end_of(dir, &eight), -40);
    check_run(dir, &twelve, 7); /* from the end of five */
    assert_non_null(strstr(notes, "is damaged and ignored"));
    assert_non_null(strstr(notes, eight.id));
    assert_int_equal(unlink(end_of(dir, &twelve)), 0);
    assert_int_equal(truncate(end_of(dir, &five), 30), 0);
    check_run(dir, &twelve, 12);
    assert_non_null(strstr(notes, five.id));
}

static void test_end_of_another_trajectory_is_ignored(void **state) {
    const char *dir = dir_of(state);
    struct td_task_spec five = task_of("0.7", "5", "1", 3), other = task_of("0.8", "5", "1", 3);
    struct td_task_spec twelve = task_of("0.7", "12", "1", 3);
    char from[2 * PATH_MAX], to[2 * PATH_MAX];
    check_run(dir, &five, 5);
    check_run(dir, &other, 5);
    snprintf(from, sizeof from, "%s", end_of(dir, &other));
    snprintf(to, sizeof to, "%s", end_of(dir, &five));
    memcpy(strstr(strrchr(to, '/'), five.id), other.id, strlen(other.id));
    assert_int_equal(unlink(end_of(dir, &five)), 0);
    assert_int_equal(rename(from, to), 0);
    check_run(dir, &twelve, 12);
    assert_non_null(strstr(notes, "is of another build or task and ignored"));
}

static void test_alien_files_are_no_ends(void **state) {
    const char *dir = dir_of(state);
    struct td_task_spec five = task_of("0.7", "5", "1", 3), twelve = task_of("0.7", "12", "1", 3);
    static const char *const names[] = {"",
                                        "-.end",
                                        "-x.end",
                                        "-x-y.end",
                                        "-/../x-y.end",
                                        "--0123456789abcdef.end",
                                        "-../../a-0123456789abcdef.end"};
    check_run(dir, &five, 5);
    char path[2 * PATH_MAX];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/ends/%.2s/%s%s", dir, lineage_of(&five), lineage_of(&five),
                 names[i]);
        FILE *f = fopen(path, "w");
        if (f)
            fclose(f);
    }
    check_run(dir, &twelve, 7);
    assert_string_equal(notes, "");
}

static void test_state_that_does_not_fit_starts_again(void **state) {
    const char *dir = dir_of(state);
    struct td_task_spec five = task_of("0.7", "5", "1", 3), twelve = task_of("0.7", "12", "1", 3);
    check_run(dir, &five, 5);
    other_size = true;
    check_run(dir, &twelve, 12);
    assert_non_null(strstr(notes, "end state of task"));
    assert_non_null(strstr(notes, "started again"));
    other_size = false;
    other_prelude = true;
    struct td_task_spec nine = task_of("0.7", "9", "1", 3);
    check_run(dir, &nine, 9);
    assert_non_null(strstr(notes, "with another value than before"));
}

/* ---- what is said before a run ---- */

static struct td_task_spec planned[64];

/* Runs a plan of the tasks planned[n] and returns what was said. */
static const char *said(const char *dir, size_t n, struct td_run_options options, size_t done) {
    static char text[4096];
    static const struct td_recipe *recipes[] = {&recipe};
    const struct td_plan plan = {
        .n = n, .tasks = planned, .n_recipes = 1, .recipes = recipes, .config = "x: 1\n"};
    struct td_run_summary summary;
    struct td_error err;
    char *out;
    size_t size;
    options.dir = dir;
    options.progress = open_memstream(&out, &size);
    computed = 0;
    if (td_run(&plan, &options, &summary, &err))
        fail_msg("%s", err.message);
    fclose(options.progress);
    snprintf(text, sizeof text, "%s", out);
    free(out);
    assert_int_equal(summary.done + summary.diverged, done);
    return text;
}

static void plan_seeds(const char *rate, const char *steps, const char *every, size_t first,
                       size_t n) {
    for (size_t i = 0; i < n; i++)
        planned[first + i] = task_of(rate, steps, every, i + 1);
}

static void test_tasks_that_go_on_are_announced(void **state) {
    const struct td_run_options always = {.ends = TD_ENDS_ALWAYS};
    const char *dir = in_folder(state, "run");
    plan_seeds("0.7", "5", "1", 0, 4);
    const char *text = said(dir, 4, always, 4);
    assert_null(strstr(text, "longer"));
    assert_null(strstr(text, "go on"));
    plan_seeds("0.7", "20", "1", 0, 6);
    text = said(dir, 6, always, 6);
    assert_non_null(strstr(text, "4 tasks go on from the end of shorter ones: 25 % of"));
    assert_null(strstr(text, "start again"));
    assert_int_equal(computed, 4 * 15 + 2 * 20);
    /* Shorter ones, and both lengths at once: what is there is not computed again. */
    plan_seeds("0.7", "30", "1", 4, 4);
    plan_seeds("0.7", "20", "1", 0, 4);
    text = said(dir, 8, always, 4);
    assert_non_null(strstr(text, "4 tasks go on from the end of shorter ones: 67 % of"));
    assert_int_equal(computed, 4 * 10);
}

static void test_reasons_for_starting_again_are_announced(void **state) {
    const struct td_run_options always = {.ends = TD_ENDS_ALWAYS}, never = {.ends = TD_ENDS_NEVER};
    const struct td_run_options automatic = {.ends = TD_ENDS_AUTO};
    const char *dir = in_folder(state, "run");
    plan_seeds("0.7", "5", "1", 0, 4);
    said(dir, 4, never, 4);
    plan_seeds("0.7", "10", "2", 0, 4);
    const char *text = said(dir, 4, always, 4);
    assert_non_null(strstr(text, "4 tasks are longer versions of stored ones, but start again"));
    assert_non_null(strstr(text, "every 1 is not 2"));
    assert_int_equal(computed, 40);
    plan_seeds("0.7", "20", "2", 0, 4);
    text = said(dir, 4, never, 4);
    assert_non_null(strstr(text, "--end-states never"));
    assert_int_equal(computed, 80);
    plan_seeds("0.7", "40", "1", 0, 4);
    text = said(dir, 4, automatic, 4);
    assert_non_null(strstr(text, "every 2 is not 1")); /* the longest shorter one speaks */
    assert_int_equal(computed, 160);
    plan_seeds("0.7", "80", "1", 0, 4);
    text = said(dir, 4, automatic, 4);
    assert_non_null(strstr(text, "no end state of the shorter runs is there"));
    /* Diverged runs have no end. */
    plan_seeds("9", "10", "1", 0, 2);
    said(dir, 2, always, 2);
    plan_seeds("9", "20", "1", 0, 2);
    text = said(dir, 2, always, 2);
    assert_non_null(strstr(text, "2 tasks are longer versions of stored ones, but start again"));
    assert_non_null(strstr(text, "diverged"));
}

/* Four tasks whose shorter versions took 0.05 s each: four times as long takes 4 x 0.2 s. */
static void test_the_cost_of_starting_again(void **state) {
    const char *dir = in_folder(state, "run");
    pause_at_end = 0.05;
    plan_seeds("0.7", "5", "1", 0, 4);
    said(dir, 4, (struct td_run_options){0}, 4);
    pause_at_end = 0;
    plan_seeds("0.7", "20", "1", 0, 4);
    const char *text = said(dir, 4, (struct td_run_options){0}, 4);
    const char *about = strstr(text, "which takes about ");
    assert_non_null(about);
    double seconds = strtod(about + strlen("which takes about "), NULL);
    assert_true(seconds >= 0.79 && seconds < 60);
}

/* A task that was interrupted goes on from its checkpoint, whatever there is of shorter ones. */
static void test_interrupted_tasks_are_not_announced(void **state) {
    const struct td_run_options always = {.ends = TD_ENDS_ALWAYS};
    char dir[PATH_MAX];
    snprintf(dir, sizeof dir, "%s", in_folder(state, "run"));
    plan_seeds("0.7", "5", "1", 0, 4);
    said(dir, 4, always, 4);
    plan_seeds("0.7", "20", "1", 0, 4);
    const struct td_section section = {"state:x#1", "12345678", 8};
    struct td_error err = {0};
    assert_ok(td_checkpoint_write(dir, planned[1].id, td_fingerprint(), &section, 1, &err), &err);
    assert_non_null(strstr(said(dir, 4, always, 4), "3 tasks go on"));
    plan_seeds("0.7", "40", "2", 0, 4);
    assert_ok(td_checkpoint_write(dir, planned[1].id, td_fingerprint(), &section, 1, &err), &err);
    assert_non_null(strstr(said(dir, 4, always, 4), "3 tasks are longer versions"));
}

static void test_parts_go_on_for_themselves(void **state) {
    struct td_run_options part = {.ends = TD_ENDS_ALWAYS, .parts = 2};
    const char *dir = in_folder(state, "run");
    plan_seeds("0.7", "5", "1", 0, 5);
    for (part.part = 1; part.part <= 2; part.part++)
        said(dir, 5, part, part.part == 1 ? 3 : 2);
    plan_seeds("0.7", "10", "1", 0, 5);
    for (part.part = 1; part.part <= 2; part.part++) {
        const char *text = said(dir, 5, part, part.part == 1 ? 3 : 2);
        assert_non_null(strstr(text, part.part == 1 ? "3 tasks go on" : "2 tasks go on"));
        assert_int_equal(computed, part.part == 1 ? 15 : 10);
    }
}

/* What was being written when a run was killed goes; what is finished stays. */
static void test_leftovers_go(void **state) {
    const struct td_run_options always = {.ends = TD_ENDS_ALWAYS};
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s", in_folder(state, "run"));
    plan_seeds("0.7", "5", "1", 0, 1);
    said(path, 1, always, 1);
    char leftover[PATH_MAX + 32];
    snprintf(leftover, sizeof leftover, "%s/ends/0-0.tmp-end", path);
    FILE *f = fopen(leftover, "w");
    assert_non_null(f);
    fclose(f);
    said(path, 1, always, 0);
    assert_int_equal(access(leftover, F_OK), -1);
    assert_int_equal(access(end_of(path, &planned[0]), F_OK), 0);
}

#define TEST(name_) cmocka_unit_test_setup_teardown(name_, reset, finish)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_lineage_is_all_but_length_and_looks),
        TEST(test_longer_run_computes_the_rest),
        TEST(test_the_longest_usable_end_is_taken),
        TEST(test_ends_are_kept_as_asked),
        TEST(test_no_room_on_disk),
        TEST(test_interrupted_after_going_on),
        TEST(test_damaged_ends_are_named_and_ignored),
        TEST(test_end_of_another_trajectory_is_ignored),
        TEST(test_alien_files_are_no_ends),
        TEST(test_state_that_does_not_fit_starts_again),
        TEST(test_tasks_that_go_on_are_announced),
        TEST(test_reasons_for_starting_again_are_announced),
        TEST(test_the_cost_of_starting_again),
        TEST(test_interrupted_tasks_are_not_announced),
        TEST(test_parts_go_on_for_themselves),
        TEST(test_leftovers_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
