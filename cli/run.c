/* tdyn run: experiments, compositions or a whole paper, alone or under mpirun. */
#include "sweep/run.h"

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/run_options.h"
#include "numeric/memory.h"
#include "sweep/mpi.h"

const struct argp_option td_run_argp_options[] = {
    {"set", 's', "NAME=VALUES", 0,
     "Set a parameter: a | a,b,c | lo..hi | lo..hi:step | lin(lo,hi,n) | log(lo,hi,n) | [a,b]; "
     "more "
     "than one value is a sweep",
     0},
    {"preset", 'p', "NAME", 0, "demo (minutes) or paper (the paper's own sizes)", 0},
    {"out", 'o', "DIR", 0, "Output directory (default runs/NAME)", 0},
    {"fresh", TD_KEY_FRESH, 0, 0, "Move an existing output directory aside and start anew", 0},
    {"retry-failed", TD_KEY_RETRY, 0, 0, "Compute failed tasks again (without it they stay failed)",
     0},
    {"fail-fast", TD_KEY_FAIL_FAST, 0, 0, "Stop at the first failed task", 0},
    {"part", TD_KEY_PART, "I/N", 0, "Only part I of N (job arrays); each part has its own log", 0},
    {"checkpoint-interval", TD_KEY_INTERVAL, "SECONDS", 0,
     "Time between checkpoints of a long task (default 60)", 0},
    {"end-states", TD_KEY_ENDS, "WHICH", 0,
     "What is kept in DIR/ends for longer runs to go on from: auto (tasks of a second and more, 4 "
     "GiB a run), always, or never (then none is used either)",
     0},
    {"logs", TD_KEY_LOGS, "WHICH", 0,
     "A log in DIR/log for each rank, or one for all ranks of a node; auto: node above 64 ranks",
     0},
    {"quiet", 'q', 0, 0, "No progress", 0},
    {"portable", TD_KEY_PORTABLE, 0, 0,
     "Pin the kernels, so that mixed machines give the same bytes", 0},
    {0}};

static void parse_part(const char *text, struct td_run_request *r, struct argp_state *state) {
    char *end;
    long i = strtol(text, &end, 10);
    long n = *end == '/' ? strtol(end + 1, &end, 10) : 0;
    if (*end || i < 1 || n < i || n > 100000)
        argp_error(state, "--part %s: I/N with 1 <= I <= N <= 100000", text);
    r->options.part = (int)i;
    r->options.parts = (int)n;
}

/* Place of `text` among names[n]; an error names them all. */
static int parse_word(const char *option, const char *text, const char *const *names, int n,
                      struct argp_state *state) {
    for (int i = 0; i < n; i++)
        if (strcmp(text, names[i]) == 0)
            return i;
    argp_error(state, "--%s %s: %s, %s or %s", option, text, names[0], names[1], names[2]);
    return 0;
}

static const char *const ends_names[] = {
    [TD_ENDS_AUTO] = "auto", [TD_ENDS_ALWAYS] = "always", [TD_ENDS_NEVER] = "never"};
static const char *const logs_names[] = {
    [TD_LOGS_AUTO] = "auto", [TD_LOGS_RANK] = "rank", [TD_LOGS_NODE] = "node"};

error_t td_run_parse(int key, char *arg, struct argp_state *state) {
    struct td_run_request *r = state->input;
    switch (key) {
    case 's':
        if (r->n_sets == TD_RUN_ITEMS)
            argp_error(state, "at most %d --set options", TD_RUN_ITEMS);
        r->sets[r->n_sets++].text = arg;
        return 0;
    case 'p':
        r->preset = arg;
        return 0;
    case 'o':
        r->options.dir = arg;
        return 0;
    case TD_KEY_FRESH:
        r->options.fresh = true;
        return 0;
    case TD_KEY_RETRY:
        r->options.retry_failed = true;
        return 0;
    case TD_KEY_FAIL_FAST:
        r->options.fail_fast = true;
        return 0;
    case TD_KEY_PART:
        parse_part(arg, r, state);
        return 0;
    case TD_KEY_INTERVAL: {
        char *end;
        r->options.checkpoint_interval = strtod(arg, &end);
        if (*end || end == arg || !(r->options.checkpoint_interval >= 0))
            argp_error(state, "--checkpoint-interval %s: seconds >= 0", arg);
        return 0;
    }
    case TD_KEY_ENDS:
        r->options.ends = (enum td_end_states)parse_word("end-states", arg, ends_names, 3, state);
        return 0;
    case TD_KEY_LOGS:
        r->options.logs = (enum td_logs)parse_word("logs", arg, logs_names, 3, state);
        return 0;
    case 'q':
        r->options.quiet = true;
        return 0;
    case TD_KEY_PORTABLE: /* took effect before the libraries were loaded */
        return 0;
    case ARGP_KEY_ARG:
        if (r->n_names == TD_RUN_ITEMS)
            argp_error(state, "at most %d experiments", TD_RUN_ITEMS);
        r->names[r->n_names++] = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    td_run_argp_options,
    td_run_parse,
    "EXPERIMENT|PAPER|FILE.yaml...",
    "Runs experiments, keeping every finished task in DIR. The same command again goes on where it "
    "stopped; under mpirun all ranks share the work.",
    NULL,
    NULL,
    NULL};

/* The recipes of a request, and which of them were asked for by name and not as part of a paper. */
struct wanted {
    size_t n;
    const struct td_recipe *recipes[TD_RUN_ITEMS];
    bool named[TD_RUN_ITEMS];
};

static td_status find_recipes(const struct td_run_request *r, const struct td_catalog *catalog,
                              struct td_arena *arena, struct wanted *out, struct td_error *err) {
    for (size_t i = 0; i < r->n_names; ++i) {
        const struct td_recipe *found;
        size_t count;
        td_status status =
            td_catalog_find(catalog, &td_experiments, r->names[i], arena, &found, &count, err);
        if (status)
            return status;
        if (out->n + count > TD_RUN_ITEMS)
            return td_fail(err, TD_BAD_INPUT, "more than %d experiments in one run", TD_RUN_ITEMS);
        bool named = strcmp(found->name, r->names[i]) == 0 || found->text;
        for (size_t j = 0; j < count; ++j) {
            out->named[out->n] = named;
            out->recipes[out->n++] = &found[j];
        }
    }
    return TD_OK;
}

/* Takes an optional recipe out that came with its paper and cannot be planned (its data are not
   installed), and says so; false if it has to be there. */
static bool leave_out(struct wanted *w, const struct td_recipe *recipe, const char *why) {
    size_t kept = 0;
    if (!recipe || !recipe->optional)
        return false;
    for (size_t i = 0; i < w->n; ++i)
        if (w->recipes[i] == recipe && w->named[i])
            return false;
    for (size_t i = 0; i < w->n; ++i) {
        if (w->recipes[i] == recipe)
            continue;
        w->named[kept] = w->named[i];
        w->recipes[kept++] = w->recipes[i];
    }
    if (kept == 0)
        return false;
    w->n = kept;
    if (td_mpi_rank() == 0)
        fprintf(stderr, "%s is left out: %s\n", recipe->name, why);
    return true;
}

static td_status make_plan(const struct td_run_request *r, struct wanted *w, struct td_arena *arena,
                           struct td_plan *plan, struct td_error *err) {
    td_status status;
    do
        status = td_plan_make(w->recipes, w->n, r->preset, r->sets, r->n_sets, arena, plan, err);
    while (status == TD_BAD_INPUT && leave_out(w, plan->refused, err->message));
    return status;
}

/* runs/NAME, the slash of a name as a hyphen. */
static const char *default_dir(const char *name, struct td_arena *arena) {
    const char *base =
        strstr(name, ".yaml") ? (strrchr(name, '/') ? strrchr(name, '/') + 1 : name) : name;
    char *dir = td_arena_printf(arena, "runs/%.*s", (int)strcspn(base, "."), base);
    for (char *c = dir ? dir + 5 : NULL; c && *c; ++c)
        if (*c == '/')
            *c = '-';
    return dir;
}

td_status td_run_request(struct td_run_request *r, struct td_error *err) {
    struct td_arena *arena = td_arena_create();
    const char *data_dir;
    struct td_catalog catalog;
    struct wanted *wanted = td_arena_alloc(arena, sizeof *wanted);
    struct td_plan plan;
    struct td_run_summary summary = {0};
    td_status status = wanted ? td_cli_catalog(arena, &data_dir, &catalog, err)
                              : td_fail_memory(err, sizeof *wanted);
    if (!status)
        status = find_recipes(r, &catalog, arena, wanted, err);
    if (!status)
        status = make_plan(r, wanted, arena, &plan, err);
    if (!status) {
        if (!r->options.dir)
            r->options.dir = default_dir(r->names[0], arena);
        r->options.progress = r->options.quiet ? NULL : stderr;
        status = td_run(&plan, &r->options, &summary, err);
    }
    td_arena_free(arena);
    return status;
}

static td_status run(int argc, char **argv, struct td_error *err) {
    struct td_run_request *r = calloc(1, sizeof *r);
    if (!r)
        return td_fail_memory(err, sizeof *r);
    r->options.checkpoint_interval = TD_CHECKPOINT_SECONDS;
    argp_parse(&argp, argc, argv, 0, NULL, r);
    td_status status = r->n_names == 0
                           ? td_fail(err, TD_BAD_INPUT, "which experiment? see tdyn list")
                           : td_mpi_start(err);
    if (!status)
        status = td_run_request(r, err);
    free(r);
    return status;
}

const struct td_command td_command_run = {"run", "run experiments, alone or under mpirun", run,
                                          &argp};
