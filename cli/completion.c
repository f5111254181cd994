/* tdyn completion: shell completion of subcommands, options, experiments, parameters and measures.
   The shell's script is a few lines that ask this program for candidates. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "measure/measure.h"
#include "numeric/memory.h"

static const char bash_script[] =
    "_tdyn() {\n"
    "    local IFS=$'\\n'\n"
    "    COMPREPLY=($(compgen -W \"$(tdyn completion --candidates -- "
    "\"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null)\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
    "    [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace\n"
    "    [[ ${#COMPREPLY[@]} -eq 0 ]] && compopt -o default\n"
    "}\n"
    "COMP_WORDBREAKS=${COMP_WORDBREAKS//=}\n"
    "complete -F _tdyn tdyn\n";
static const char zsh_script[] =
    "#compdef tdyn\n"
    "_tdyn() {\n"
    "    local -a candidates\n"
    "    candidates=(${(f)\"$(tdyn completion --candidates -- \"${words[@]:1:$((CURRENT-1))}\" "
    "2>/dev/null)\"})\n"
    "    compadd -S '' -- ${(M)candidates:#*=}\n"
    "    compadd -- ${candidates:#*=} || _files\n"
    "}\n"
    "compdef _tdyn tdyn\n";

struct completion_options {
    const char *shell;
    bool candidates;
    char **words; /* what follows `tdyn` on the line being completed; the last one is partial */
    int n_words;
};

static error_t parse(int key, char *arg, struct argp_state *state) {
    struct completion_options *o = state->input;
    switch (key) {
    case 'c':
        o->candidates = true;
        return 0;
    case ARGP_KEY_ARGS:
        o->words = state->argv + state->next;
        o->n_words = state->argc - state->next;
        if (!o->candidates) {
            o->shell = o->words[0];
            if (o->n_words != 1)
                argp_error(state, "one shell: bash or zsh");
        }
        return 0;
    case ARGP_KEY_END:
        if (!o->candidates && !o->shell)
            argp_error(state, "which shell? bash or zsh");
        return 0;
    default:
        (void)arg;
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"candidates", 'c', 0, 0, "Print what could stand for the last WORD (the scripts use it)", 0},
    {0}};
static const struct argp argp = {options,
                                 parse,
                                 "bash|zsh",
                                 "Prints a completion script: `source <(tdyn completion bash)`, or "
                                 "put it where your shell looks.",
                                 NULL,
                                 NULL,
                                 NULL};

static const struct td_command *command_named(const char *name) {
    for (size_t i = 0; td_commands[i]; ++i)
        if (strcmp(td_commands[i]->name, name) == 0)
            return td_commands[i];
    return NULL;
}

static void print_options(const struct td_command *command) {
    const struct argp_option *o = command->argp ? command->argp->options : NULL;
    for (; o && (o->name || o->key); ++o)
        if (o->name)
            printf("--%s\n", o->name);
    puts("--help");
}

static void print_experiments(const struct td_catalog *catalog) {
    for (size_t i = 0; i < catalog->n; ++i)
        puts(catalog->v[i].name);
}

/* Parameters of the experiments named on the line, as "name=". */
static void print_parameters(const struct completion_options *o, const struct td_catalog *catalog,
                             struct td_arena *arena) {
    puts("seed=");
    for (int i = 1; i + 1 < o->n_words; ++i) {
        const struct td_recipe *found;
        size_t n = 0;
        struct td_error ignored = {0};
        if (o->words[i][0] == '-' || td_catalog_find(catalog, &td_experiments, o->words[i], arena,
                                                     &found, &n, &ignored) != TD_OK)
            continue;
        for (size_t r = 0; r < n; ++r) {
            struct td_settings settings;
            if (td_recipe_settings(&found[r], NULL, arena, &settings, &ignored) == TD_OK)
                for (size_t k = 0; k < settings.n; ++k)
                    printf("%s=\n", settings.v[k].name);
        }
    }
}

static bool takes_experiments(const char *command) {
    return strcmp(command, "run") == 0 || strcmp(command, "describe") == 0;
}

static td_status print_candidates(const struct completion_options *o, struct td_error *err) {
    if (o->n_words <= 1) {
        for (size_t i = 0; td_commands[i]; ++i)
            puts(td_commands[i]->name);
        return TD_OK;
    }
    const struct td_command *command = command_named(o->words[0]);
    const char *word = o->words[o->n_words - 1], *before = o->words[o->n_words - 2];
    if (!command)
        return TD_OK;
    if (word[0] == '-') {
        print_options(command);
        return TD_OK;
    }
    if (strcmp(before, "--preset") == 0) {
        puts("demo\npaper");
        return TD_OK;
    }
    if (strcmp(o->words[0], "measure") == 0) {
        for (size_t i = 0; o->n_words == 2 && i < td_registry_count(&td_measures); ++i)
            puts(td_registry_at(&td_measures, i)->name);
        return TD_OK;
    }
    if (!takes_experiments(o->words[0]))
        return TD_OK;
    struct td_arena *arena = td_arena_create();
    const char *data_dir;
    struct td_catalog catalog;
    td_status status = td_cli_catalog(arena, &data_dir, &catalog, err);
    if (!status && (strcmp(before, "--set") == 0 || strcmp(before, "-s") == 0))
        print_parameters(o, &catalog, arena);
    else if (!status)
        print_experiments(&catalog);
    td_arena_free(arena);
    return status;
}

static td_status run(int argc, char **argv, struct td_error *err) {
    struct completion_options o = {0};
    argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &o);
    td_status status = TD_OK;
    if (o.candidates)
        status = print_candidates(&o, err);
    else if (strcmp(o.shell, "bash") == 0)
        fputs(bash_script, stdout);
    else if (strcmp(o.shell, "zsh") == 0)
        fputs(zsh_script, stdout);
    else
        status = td_fail(err, TD_BAD_INPUT, "no completion for shell '%s': bash or zsh", o.shell);
    return status ? status : td_cli_flush(stdout, "standard output", err);
}

const struct td_command td_command_completion = {"completion", "shell completion for bash and zsh",
                                                 run, &argp};
