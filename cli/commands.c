/* All subcommands, one line each, in the order of `tdyn --help`. */
#include "cli/cli.h"

extern const struct td_command td_command_list, td_command_describe, td_command_run,
    td_command_status, td_command_plot, td_command_check, td_command_report, td_command_query,
    td_command_export, td_command_reproduce, td_command_measure, td_command_completion;

const struct td_command *const td_commands[] = {
    &td_command_list,
    &td_command_describe,
    &td_command_run,
    &td_command_status,
    &td_command_plot,
    &td_command_check,
    &td_command_report,
    &td_command_query,
    &td_command_export,
    &td_command_reproduce,
    &td_command_measure,
    &td_command_completion,
    NULL,
};
