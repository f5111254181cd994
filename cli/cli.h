/* The program: one file a subcommand. Each ends in one `const struct td_command`, listed in
   cli/commands.c; td_cli_main turns the returned status into the exit code. */
#ifndef TD_CLI_CLI_H
#define TD_CLI_CLI_H

#include <argp.h>
#include <stdio.h>

#include "numeric/status.h"
#include "sweep/plan.h"

struct td_command {
    const char *name;    /* "run" */
    const char *summary; /* one line for `tdyn --help` */
    /* argv[0] is "tdyn NAME". Uses argp for its options; prints results to stdout. */
    td_status (*run)(int argc, char **argv, struct td_error *err);
    const struct argp *argp; /* its options, for shell completion */
};
extern const struct td_command *const td_commands[]; /* NULL-terminated */

/* Everything after the CPU check: platform set-up, dispatch, messages, exit code. */
int td_cli_main(int argc, char **argv);

/* The folder that holds experiments/ and plots/: TDYN_DATA in the environment, the source tree when
   run from the build folder, else share/tdyn beside the installed program. In `arena`. */
td_status td_data_dir(struct td_arena *arena, const char **out, struct td_error *err);
/* data folder + catalog in one call, as nearly every subcommand needs them. */
td_status td_cli_catalog(struct td_arena *arena, const char **data_dir, struct td_catalog *catalog,
                         struct td_error *err);

/* The option that several commands share, as the program's front sees it before argp runs. */
#define TD_OPTION_PORTABLE "--portable"

/* Part of an argp parser: the one argument DIR, which must be there; ARGP_ERR_UNKNOWN for any other
   key. *dir must begin as NULL. */
error_t td_cli_one_dir(int key, char *arg, struct argp_state *state, const char **dir);

/* Flushes and checks a stream that results were printed to; a closed pipe ends quietly (TD_OK). */
td_status td_cli_flush(FILE *stream, const char *name, struct td_error *err);

/* "critical-periods/phase-portrait" -> "critical-periods" (paper) into buffer. */
const char *td_paper_of(const char *experiment, char *buffer, size_t size);
/* Hyphens become underscores: the name of a paper's folder. */
const char *td_paper_folder(const char *paper, char *buffer, size_t size);

#endif
