/* The program's front: platform set-up, choice of subcommand, and how a status becomes an exit
 * code.
 */
#include "cli/cli.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/plugin.h"
#include "numeric/kind.h"
#include "numeric/platform.h"
#include "sweep/interrupt.h"
#include "sweep/mpi.h"

static void print_usage(FILE *out) {
    fputs("Usage: tdyn [--portable] [--plugin FILE] COMMAND [OPTION...] [ARG...]\n"
          "Simulates how small neural networks learn and measures what happens inside them.\n\n"
          "Commands:\n",
          out);
    for (size_t i = 0; td_commands[i]; ++i)
        fprintf(out, "  %-11s %s\n", td_commands[i]->name, td_commands[i]->summary);
    fputs(
        "\nOptions before the command:\n"
        "  --portable     pin the kernels, so that mixed machines give the same bytes\n"
        "  --plugin FILE  load a shared object that adds kinds (may be repeated)\n"
        "  --version      version and fingerprint\n"
        "  --help         this text; `tdyn COMMAND --help` for a command\n\n"
        "Exit codes: 0 done; 1 failed at run time; 2 bad usage or input; 75 interrupted, run the\n"
        "same command again to go on.\n",
        out);
}

static const struct td_command *find_command(const char *name, struct td_error *err) {
    const char *names[32];
    size_t n = 0;
    for (; td_commands[n]; ++n) {
        if (strcmp(td_commands[n]->name, name) == 0)
            return td_commands[n];
        names[n] = td_commands[n]->name;
    }
    const char *near = td_nearest(name, names, n);
    td_fail(err, TD_BAD_INPUT, "unknown command '%s'%s%s%s; see tdyn --help", name,
            near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
    return NULL;
}

/* --portable must take effect before OpenBLAS is loaded, so it is looked for everywhere. */
static bool asks_portable(int argc, char **argv) {
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; ++i)
        if (strcmp(argv[i], TD_OPTION_PORTABLE) == 0)
            return true;
    return false;
}

/* Options before the command; *first is the index of the command. True: everything is done. */
static bool front_options(int argc, char **argv, int *first, td_status *status,
                          struct td_error *err) {
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; ++i) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-?") == 0) {
            print_usage(stdout);
            *status = td_cli_flush(stdout, "standard output", err);
            return true;
        }
        if (strcmp(argv[i], "--version") == 0 || strcmp(argv[i], "-V") == 0) {
            printf("tdyn %s\n%s\n", td_version(), td_fingerprint());
            *status = td_cli_flush(stdout, "standard output", err);
            return true;
        }
        if (strcmp(argv[i], TD_OPTION_PORTABLE) == 0)
            continue;
        if (strcmp(argv[i], "--plugin") == 0 && i + 1 < argc) {
            *status = td_plugin_load(argv[++i], err);
            if (*status)
                return true;
            continue;
        }
        *status = td_fail(err, TD_BAD_INPUT, "unknown option '%s'; see tdyn --help", argv[i]);
        return true;
    }
    *first = i;
    return false;
}

static td_status dispatch(int argc, char **argv, struct td_error *err) {
    int first = 1;
    td_status status = TD_OK;
    if (front_options(argc, argv, &first, &status, err))
        return status;
    if (first >= argc) {
        print_usage(stderr);
        return td_fail(err, TD_BAD_INPUT, "a command is missing");
    }
    const struct td_command *command = find_command(argv[first], err);
    if (!command)
        return TD_BAD_INPUT;
    char name[64]; /* argp prints argv[0] as the program's name */
    snprintf(name, sizeof name, "tdyn %s", command->name);
    char *saved = argv[first];
    argv[first] = name;
    status = command->run(argc - first, argv + first, err);
    argv[first] = saved;
    return status;
}

int td_cli_main(int argc, char **argv) {
    struct td_error err = {0};
    argp_err_exit_status = TD_BAD_INPUT;
    td_interrupt_install();
    td_status status = td_platform_init(asks_portable(argc, argv), argv, &err);
    if (!status)
        status = dispatch(argc, argv, &err);
    if (status && td_mpi_rank() == 0 && err.message[0])
        fprintf(stderr, "tdyn: %s\n", err.message);
    td_mpi_stop();
    return status == TD_DIVERGED ? TD_OK : (int)status;
}

/* Whether the reader of a pipe has gone, which is its right. */
static bool reader_gone(FILE *stream) {
    struct pollfd fd = {.fd = fileno(stream), .events = POLLOUT};
    return poll(&fd, 1, 0) == 1 && (fd.revents & POLLERR) != 0;
}

error_t td_cli_one_dir(int key, char *arg, struct argp_state *state, const char **dir) {
    switch (key) {
    case ARGP_KEY_ARG:
        if (*dir)
            argp_error(state, "one DIR");
        *dir = arg;
        return 0;
    case ARGP_KEY_END:
        if (!*dir)
            argp_error(state, "DIR is needed");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

td_status td_cli_flush(FILE *stream, const char *name, struct td_error *err) {
    errno = 0;
    if ((fflush(stream) == 0 && !ferror(stream)) || reader_gone(stream))
        return TD_OK;
    return td_fail(err, TD_FAILED, "cannot write %s: %s", name,
                   errno ? strerror(errno) : "write error");
}
