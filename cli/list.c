/* tdyn list: experiments by paper, or the kinds of one family. */
#include <string.h>

#include "cli/cli.h"
#include "cli/plugin.h"
#include "numeric/memory.h"

struct list_options {
    const char *family;
    bool families;
};

static error_t parse(int key, char *arg, struct argp_state *state) {
    struct list_options *o = state->input;
    switch (key) {
    case 'f':
        o->families = true;
        return 0;
    case ARGP_KEY_ARG:
        if (o->family)
            argp_error(state, "at most one FAMILY");
        o->family = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"families", 'f', 0, 0, "List the families of kinds instead of the experiments", 0}, {0}};
static const struct argp argp = {options,
                                 parse,
                                 "[FAMILY]",
                                 "Lists the experiments by paper, one a line; with FAMILY "
                                 "(activation, measure, ...) the kinds of "
                                 "that family.",
                                 NULL,
                                 NULL,
                                 NULL};

/* The documentation's first sentence. */
static int first_sentence(const char *doc) {
    const char *end = strstr(doc, ". ");
    return end ? (int)(end - doc) + 1 : (int)strlen(doc);
}

static td_status list_family(const char *name, struct td_error *err) {
    const struct td_registry *registry = td_family_find(name);
    if (!registry) {
        const char *names[32];
        size_t n = 0;
        for (; td_families[n]; ++n)
            names[n] = td_families[n]->family;
        const char *near = td_nearest(name, names, n);
        return td_fail(err, TD_BAD_INPUT, "no family '%s'%s%s; see tdyn list --families", name,
                       near ? ", did you mean " : "", near ? near : "");
    }
    for (size_t i = 0; i < td_registry_count(registry); ++i) {
        const struct td_kind *kind = td_registry_at(registry, i);
        printf("%-24s %.*s\n", kind->name, first_sentence(kind->doc), kind->doc);
    }
    return TD_OK;
}

static td_status list_experiments(struct td_error *err) {
    struct td_arena *arena = td_arena_create();
    const char *data_dir;
    struct td_catalog catalog;
    td_status status = td_cli_catalog(arena, &data_dir, &catalog, err);
    int widest = 0;
    for (size_t i = 0; !status && i < catalog.n; ++i) {
        int n = (int)strlen(catalog.v[i].name);
        widest = n > widest ? n : widest;
    }
    for (size_t i = 0; !status && i < catalog.n; ++i)
        printf("%-*s %s\n", widest, catalog.v[i].name, catalog.v[i].summary);
    td_arena_free(arena);
    return status;
}

static td_status run(int argc, char **argv, struct td_error *err) {
    struct list_options o = {0};
    argp_parse(&argp, argc, argv, 0, NULL, &o);
    td_status status = TD_OK;
    if (o.families) {
        for (size_t i = 0; td_families[i]; ++i)
            printf("%-12s %zu kinds\n", td_families[i]->family, td_registry_count(td_families[i]));
    } else {
        status = o.family ? list_family(o.family, err) : list_experiments(err);
    }
    return status ? status : td_cli_flush(stdout, "standard output", err);
}

const struct td_command td_command_list = {"list", "experiments by paper, one a line", run, &argp};
