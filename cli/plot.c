/* tdyn plot: the figures of everything in a directory. */
#include "cli/cli.h"
#include "cli/figures.h"

struct plot_options {
    const char *dir, *figure;
};

static error_t parse(int key, char *arg, struct argp_state *state) {
    struct plot_options *o = state->input;
    switch (key) {
    case 'f':
        o->figure = arg;
        return 0;
    default:
        return td_cli_one_dir(key, arg, state, &o->dir);
    }
}

static const struct argp_option options[] = {{"figure", 'f', "NAME", 0, "Only this figure", 0},
                                             {0}};
static const struct argp argp = {
    options,
    parse,
    "DIR",
    "Draws every figure that the results in DIR allow: DIR/figures/NAME.svg, .png, .pdf, with the "
    "data behind each in DIR/data/NAME.tsv.",
    NULL,
    NULL,
    NULL};

static td_status run(int argc, char **argv, struct td_error *err) {
    struct plot_options o = {0};
    argp_parse(&argp, argc, argv, 0, NULL, &o);
    struct td_arena *arena = td_arena_create();
    const char *data_dir;
    td_status status = arena ? td_data_dir(arena, &data_dir, err) : td_fail_memory(err, 8);
    if (!status)
        status = td_plot_dir(o.dir, data_dir, o.figure, err);
    td_arena_free(arena);
    return status ? status : td_cli_flush(stdout, "standard output", err);
}

const struct td_command td_command_plot = {"plot", "figures as SVG, PNG and PDF", run, &argp};
