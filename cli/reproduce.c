/* tdyn reproduce: run + plot + check + report over all papers. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/claims.h"
#include "cli/cli.h"
#include "cli/figures.h"
#include "cli/report.h"
#include "cli/run_options.h"
#include "sweep/interrupt.h"
#include "sweep/mpi.h"

struct reproduce_options {
    const char *preset, *only, *out;
    bool fresh, quiet;
};

static error_t parse(int key, char *arg, struct argp_state *state) {
    struct reproduce_options *o = state->input;
    switch (key) {
    case 'p':
        o->preset = arg;
        return 0;
    case 'n':
        o->only = arg;
        return 0;
    case 'o':
        o->out = arg;
        return 0;
    case 'q':
        o->quiet = true;
        return 0;
    case TD_KEY_FRESH:
        o->fresh = true;
        return 0;
    case TD_KEY_PORTABLE:
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "no argument is expected: '%s' (a paper is chosen by --only)", arg);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"preset", 'p', "demo|paper", 0, "demo (default: minutes) or the paper's own sizes", 0},
    {"only", 'n', "PAPER", 0, "Only this paper", 0},
    {"out", 'o', "DIR", 0, "Output directory (default runs/reproduce); one folder a paper in it",
     0},
    {"fresh", TD_KEY_FRESH, 0, 0, "Move existing results aside and start anew", 0},
    {"quiet", 'q', 0, 0, "No progress", 0},
    {"portable", TD_KEY_PORTABLE, 0, 0,
     "Pin the kernels, so that mixed machines give the same bytes", 0},
    {0}};
static const struct argp argp = {
    options,
    parse,
    "",
    "Runs every experiment of every paper, draws the figures, checks the claims and writes one "
    "report. Under mpirun the tasks are shared; the same command again goes on where it stopped.",
    NULL,
    NULL,
    NULL};

/* Distinct papers of the catalog, in its order. */
static size_t list_papers(const struct td_catalog *catalog, struct td_arena *arena,
                          const char **papers, size_t max) {
    size_t n = 0;
    char paper[128];
    for (size_t i = 0; i < catalog->n && n < max; ++i) {
        if (!strchr(catalog->v[i].name, '/')) /* train belongs to no paper */
            continue;
        td_paper_of(catalog->v[i].name, paper, sizeof paper);
        size_t k = 0;
        while (k < n && strcmp(papers[k], paper) != 0)
            ++k;
        if (k == n)
            papers[n++] = td_arena_strdup(arena, paper);
    }
    return n;
}

static td_status make_dirs(const char *path, struct td_error *err) {
    char part[PATH_MAX];
    snprintf(part, sizeof part, "%s", path);
    for (char *c = part + 1;; ++c) {
        if (*c != '/' && *c)
            continue;
        char saved = *c;
        *c = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return td_fail(err, TD_BAD_INPUT, "--out %s: %s", path, strerror(errno));
        *c = saved;
        if (!saved)
            return TD_OK;
    }
}

static td_status run_paper(const struct reproduce_options *o, const char *paper, const char *dir,
                           struct td_error *err) {
    struct td_run_request *r = calloc(1, sizeof *r);
    if (!r)
        return td_fail_memory(err, sizeof *r);
    r->names[r->n_names++] = paper;
    r->preset = o->preset;
    r->options = (struct td_run_options){.dir = dir,
                                         .fresh = o->fresh,
                                         .quiet = o->quiet,
                                         .checkpoint_interval = TD_CHECKPOINT_SECONDS};
    td_status status = td_run_request(r, err);
    free(r);
    return status;
}

/* Failed tasks or figures do not stop the rest: they are reported at the end. */
static td_status reproduce_all(const struct reproduce_options *o, const char *data_dir,
                               const char *const *papers, const char **dirs, size_t n,
                               struct td_arena *arena, struct td_error *err) {
    td_status worst = TD_OK;
    struct td_error first = {0};
    for (size_t i = 0; i < n; ++i) {
        dirs[i] = td_arena_printf(arena, "%s/%s", o->out, papers[i]);
        td_status status = run_paper(o, papers[i], dirs[i], err);
        if (!status && td_mpi_rank() == 0)
            status = td_plot_dir(dirs[i], data_dir, NULL, err);
        if (status && status != TD_FAILED)
            return status;
        if (status && !worst) {
            worst = status;
            first = *err;
        }
    }
    if (worst)
        *err = first;
    return worst;
}

static td_status conclude(const char *out, const char *data_dir, const char *const *dirs, size_t n,
                          struct td_arena *arena, struct td_error *err) {
    struct td_claims *claims = td_arena_alloc(arena, n * sizeof *claims);
    td_status status = claims ? TD_OK : td_fail_memory(err, n * sizeof *claims);
    for (size_t i = 0; !status && i < n; ++i) {
        status = td_claims_of_dir(dirs[i], data_dir, arena, &claims[i], err);
        if (!status)
            status = td_claims_write_json(&claims[i],
                                          td_arena_printf(arena, "%s/claims.json", dirs[i]), err);
        if (!status) {
            printf("\n%s\n", strrchr(dirs[i], '/') + 1);
            td_claims_print(&claims[i], stdout);
        }
    }
    const char *report = td_arena_printf(arena, "%s/report.html", out);
    if (!status)
        status = td_report_write(report, dirs, n, claims, data_dir, err);
    if (!status)
        printf("\n%s\n", report);
    return status;
}

static td_status choose_papers(const struct reproduce_options *o, const struct td_catalog *catalog,
                               struct td_arena *arena, const char **papers, size_t *n,
                               struct td_error *err) {
    enum { MAX = 64 };
    *n = list_papers(catalog, arena, papers, MAX);
    if (!o->only)
        return TD_OK;
    for (size_t i = 0; i < *n; ++i) {
        if (strcmp(papers[i], o->only) == 0) {
            papers[0] = papers[i];
            *n = 1;
            return TD_OK;
        }
    }
    const char *near = td_nearest(o->only, papers, *n);
    return td_fail(err, TD_BAD_INPUT, "--only %s: no such paper%s%s", o->only,
                   near ? ", did you mean " : "", near ? near : "");
}

static td_status run(int argc, char **argv, struct td_error *err) {
    struct reproduce_options o = {.preset = "demo", .out = "runs/reproduce"};
    argp_parse(&argp, argc, argv, 0, NULL, &o);
    struct td_arena *arena = td_arena_create();
    const char *data_dir, *papers[64], *dirs[64];
    struct td_catalog catalog;
    size_t n = 0;
    td_status status = td_mpi_start(err);
    if (!status)
        status = td_cli_catalog(arena, &data_dir, &catalog, err);
    if (!status)
        status = choose_papers(&o, &catalog, arena, papers, &n, err);
    if (!status)
        status = make_dirs(o.out, err);
    td_status done = status;
    if (!status) {
        done = reproduce_all(&o, data_dir, papers, dirs, n, arena, err);
        status = done == TD_FAILED ? TD_OK : done;
    }
    if (!status && td_mpi_rank() == 0) {
        struct td_error last = {0};
        status = conclude(o.out, data_dir, dirs, n, arena, &last);
        if (status)
            *err = last;
    }
    td_arena_free(arena);
    if (!status)
        status = td_cli_flush(stdout, "standard output", err);
    return status ? status : done;
}

const struct td_command td_command_reproduce = {
    "reproduce", "run, plot, check and report over all papers", run, &argp};
