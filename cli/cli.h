/* The program: one file a subcommand. Each ends in one `const struct td_command`, listed in
   cli/commands.c; main turns the returned status into the exit code. */
#ifndef TD_CLI_CLI_H
#define TD_CLI_CLI_H

#include "numeric/status.h"
#include "sweep/plan.h"

struct td_command {
    const char *name;    /* "run" */
    const char *summary; /* one line for `tdyn --help` */
    /* argv[0] is the subcommand's name. Uses argp for its options; prints results to stdout. */
    td_status (*run)(int argc, char **argv, struct td_error *err);
};
extern const struct td_command *const td_commands[]; /* NULL-terminated */

/* Everything after the CPU check: platform set-up, dispatch, messages, exit code. */
int td_cli_main(int argc, char **argv);

/* The folder that holds experiments/ and plots/: TDYN_DATA in the environment, the source tree when
   run from the build folder, else share/tdyn beside the installed program. In `arena`. */
td_status td_data_dir(struct td_arena *arena, const char **out, struct td_error *err);

#endif
