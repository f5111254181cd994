/* tdyn query: SQL over a directory's results, as TSV. */
#include <sqlite3.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/tsv.h"
#include "cli/views.h"

struct query_options {
    const char *dir, *sql;
};

static error_t parse(int key, char *arg, struct argp_state *state) {
    struct query_options *o = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        if (!o->dir)
            o->dir = arg;
        else if (!o->sql)
            o->sql = arg;
        else
            argp_error(state, "one DIR and one SQL statement");
        return 0;
    case ARGP_KEY_END:
        if (!o->sql)
            argp_error(state, "DIR and an SQL statement are needed");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    NULL,
    parse,
    "DIR SQL",
    "Runs one SQL statement over the results in DIR and prints TSV with a header.\v"
    "Tables: tasks, one a experiment (selu_training), its view of measured values "
    "(selu_training_values), \"values\", arrays, provenance. Functions beyond SQLite's: median, "
    "quantile, stddev, stderr, ci95, slope, corr, spearman, wilcoxon_p, kruskal_p, mid_rank, "
    "geomean, t_quantile, td_array(id); docs/guide.md lists them all. The results are "
    "opened read-only, also while a run goes on.",
    NULL,
    NULL,
    NULL};

static td_status run(int argc, char **argv, struct td_error *err) {
    struct query_options o = {0};
    argp_parse(&argp, argc, argv, 0, NULL, &o);
    struct td_arena *arena = td_arena_create();
    const char *data_dir;
    sqlite3 *db = NULL;
    td_status status =
        arena ? td_data_dir(arena, &data_dir, err) : td_fail_memory(err, sizeof(void *));
    if (!status)
        status = td_results_open(o.dir, data_dir, arena, &db, err);
    if (!status)
        status = td_tsv_query(db, o.sql, NULL, stdout, NULL, err);
    sqlite3_close(db);
    td_arena_free(arena);
    return status ? status : td_cli_flush(stdout, "standard output", err);
}

const struct td_command td_command_query = {"query", "SQL over the results, as TSV", run, &argp};
