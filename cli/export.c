/* tdyn export: everything that was measured, sorted, as CSV or HDF5. */
#include "sweep/export.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

struct export_options {
    const char *dir, *format, *experiment, *out;
};

static error_t parse(int key, char *arg, struct argp_state *state) {
    struct export_options *o = state->input;
    switch (key) {
    case 'f':
        if (strcmp(arg, "csv") != 0 && strcmp(arg, "hdf5") != 0)
            argp_error(state, "--format %s: csv or hdf5", arg);
        o->format = arg;
        return 0;
    case 'e':
        o->experiment = arg;
        return 0;
    case 'o':
        o->out = arg;
        return 0;
    default:
        return td_cli_one_dir(key, arg, state, &o->dir);
    }
}

static const struct argp_option options[] = {
    {"format", 'f', "csv|hdf5", 0, "csv (default, to standard output) or hdf5 (needs --out)", 0},
    {"experiment", 'e', "NAME", 0, "Which one, where DIR holds several experiments", 0},
    {"out", 'o', "FILE", 0, "Write to FILE", 0},
    {0}};
static const struct argp argp = {
    options,
    parse,
    "DIR",
    "Prints every measured value of DIR's current tasks, sorted: task id, parameters, measure, "
    "site, "
    "step, value with 17 significant digits, flag. Equal results give equal bytes.",
    NULL,
    NULL,
    NULL};

/* To a file: under a temporary name first, so that no half-written export is ever left. */
static td_status export_csv_file(const struct export_options *o, struct td_error *err) {
    char temporary[PATH_MAX];
    if (snprintf(temporary, sizeof temporary, "%s.tmp", o->out) >= (int)sizeof temporary)
        return td_fail(err, TD_BAD_INPUT, "--out: the path is too long");
    FILE *out = fopen(temporary, "w");
    if (!out)
        return td_fail(err, TD_BAD_INPUT, "--out %s: %s", o->out, strerror(errno));
    td_status status = td_export_csv(o->dir, o->experiment, out, err);
    if (fclose(out) != 0 && !status)
        status = td_fail(err, TD_FAILED, "cannot write %s: %s", o->out, strerror(errno));
    if (!status && rename(temporary, o->out) != 0)
        status = td_fail(err, TD_FAILED, "cannot write %s: %s", o->out, strerror(errno));
    if (status)
        unlink(temporary);
    return status;
}

static td_status run(int argc, char **argv, struct td_error *err) {
    struct export_options o = {.format = "csv"};
    argp_parse(&argp, argc, argv, 0, NULL, &o);
    if (strcmp(o.format, "csv") == 0)
        return o.out ? export_csv_file(&o, err) : td_export_csv(o.dir, o.experiment, stdout, err);
    if (!o.out)
        return td_fail(err, TD_BAD_INPUT, "--format hdf5 needs --out FILE");
    return td_export_hdf5(o.dir, o.experiment, o.out, err);
}

const struct td_command td_command_export = {"export", "all values as CSV or HDF5", run, &argp};
