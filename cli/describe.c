/* tdyn describe: an experiment's (or any kind's) documentation, parameters and presets, all from
   its descriptor and recipe. */
#include <string.h>

#include "cli/cli.h"
#include "cli/describe.h"
#include "cli/plugin.h"
#include "numeric/memory.h"

struct describe_options {
    const char *what, *preset;
};

static error_t parse(int key, char *arg, struct argp_state *state) {
    struct describe_options *o = state->input;
    switch (key) {
    case 'p':
        o->preset = arg;
        return 0;
    case ARGP_KEY_ARG:
        if (o->what)
            argp_error(state, "one name");
        o->what = arg;
        return 0;
    case ARGP_KEY_END:
        if (!o->what)
            argp_error(state, "the name of an experiment or FAMILY:KIND is needed");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"preset", 'p', "NAME", 0, "Show the values of this preset", 0}, {0}};
static const struct argp argp = {
    options,
    parse,
    "EXPERIMENT|FILE.yaml|FAMILY:KIND",
    "Prints summary, source, and every parameter with type, range, default and unit. FAMILY:KIND "
    "(activation:selu, measure:moments; see tdyn list --families) describes one kind.",
    NULL,
    NULL,
    NULL};

static void print_wrapped(const char *text, const char *indent) {
    size_t column = 0;
    for (const char *c = text; *c;) {
        size_t n = strcspn(c, " \n");
        if (column == 0) {
            fputs(indent, stdout);
            column = strlen(indent);
        } else if (column + 1 + n > 98) {
            printf("\n%s", indent);
            column = strlen(indent);
        } else {
            putchar(' ');
            ++column;
        }
        printf("%.*s", (int)n, c);
        column += n;
        c += n + strspn(c + n, " \n");
    }
    putchar('\n');
}

static const char *type_name(enum td_param_type type) {
    static const char *const names[] = {
        [TD_INT] = "integer",           [TD_REAL] = "real",
        [TD_BOOL] = "true|false",       [TD_STRING] = "text",
        [TD_CHOICE] = "choice",         [TD_REALS] = "list of reals",
        [TD_INTS] = "list of integers", [TD_STRINGS] = "list of texts",
        [TD_STEPS] = "steps",           [TD_PART] = "part",
        [TD_PARTS] = "list of parts"};
    return names[type];
}

static void print_range(const struct td_param *p) {
    char lo[32], hi[32];
    if (p->min == p->max)
        return;
    printf(" in %c%s, %s%c", p->flags & TD_OPEN_MIN ? '(' : '[', td_number_text(p->min, lo),
           td_number_text(p->max, hi), p->flags & TD_OPEN_MAX ? ')' : ']');
}

static void print_choices(const struct td_param *p) {
    for (size_t i = 0; p->choices && p->choices[i]; ++i)
        printf("%s%s", i ? "|" : " ", p->choices[i]);
    if (p->registry) {
        for (size_t i = 0; i < td_registry_count(p->registry); ++i)
            printf("%s%s", i ? "|" : " ", td_registry_at(p->registry, i)->name);
    }
}

static void print_param(const struct td_param *p, const char *name, const char *value) {
    printf("  %s = %s\n      %s", name, value && *value ? value : "\"\"", type_name(p->type));
    print_range(p);
    print_choices(p);
    if (p->unit && *p->unit)
        printf(" [%s]", p->unit);
    if (p->flags & TD_OBSERVED)
        printf(" (observation: does not change the trajectory)");
    putchar('\n');
    if (p->help && *p->help)
        print_wrapped(p->help, "      ");
}

void td_describe_table(const struct td_param *table, const char *prefix) {
    for (const struct td_param *p = table; p && p->name; ++p) {
        char name[256];
        snprintf(name, sizeof name, "%s%s", prefix, p->name);
        print_param(p, name, p->initial);
    }
}

void td_describe_kind(const struct td_kind *kind) {
    print_wrapped(kind->doc, "");
    if (kind->source && *kind->source)
        printf("Source: %s\n", kind->source);
    if (kind->params && kind->params->name) {
        printf("\nParameters (name = default):\n");
        td_describe_table(kind->params, "");
    }
}

void td_describe_outputs(const struct td_measure *m) {
    for (size_t i = 0; m->outputs[i]; ++i)
        printf("%s%s", i ? ", " : "", m->outputs[i][0] ? m->outputs[i] : "one value");
    if (m->unit[0])
        printf(" [%s]", m->unit);
}

void td_describe_measure(const struct td_measure *m) {
    td_describe_kind(&m->kind);
    printf("\nArrays (--in): %s\nValues: ", m->in_help);
    td_describe_outputs(m);
    printf("\nComplexity: %s\n", m->complexity);
}

static td_status describe_kind(const char *what, struct td_error *err) {
    char family[64];
    size_t n = strcspn(what, ":");
    if (n >= sizeof family)
        n = sizeof family - 1;
    memcpy(family, what, n);
    family[n] = '\0';
    const struct td_registry *registry = td_family_find(family);
    if (!registry)
        return td_fail(err, TD_BAD_INPUT, "no family '%s'; see tdyn list --families", family);
    const struct td_kind *kind;
    td_status status = td_registry_get(registry, what + strcspn(what, ":") + 1, &kind, err);
    if (status)
        return status;
    printf("%s %s\n", family, kind->name);
    if (registry == &td_measures)
        td_describe_measure((const struct td_measure *)kind);
    else
        td_describe_kind(kind);
    return TD_OK;
}

static const struct td_yaml *section(const struct td_yaml *file, const char *preset,
                                     const char *key) {
    const struct td_yaml *presets = file ? td_yaml_get(file, "presets") : NULL;
    const struct td_yaml *own = presets && preset ? td_yaml_get(presets, preset) : NULL;
    const struct td_yaml *found = own && own->type == TD_YAML_MAP ? td_yaml_get(own, key) : NULL;
    return found ? found : file ? td_yaml_get(file, key) : NULL;
}

static void print_axes(const struct td_yaml *axes, const char *title) {
    if (!axes || axes->type != TD_YAML_MAP)
        return;
    printf("\n%s:\n", title);
    for (size_t i = 0; i < axes->n; ++i) {
        printf("  %s:", axes->keys[i]);
        const struct td_yaml *v = axes->items[i];
        if (v->type == TD_YAML_SCALAR)
            printf(" %s", v->text);
        for (size_t j = 0; v->type == TD_YAML_LIST && j < v->n; ++j)
            printf("%s%s", j ? ", " : " ",
                   v->items[j]->type == TD_YAML_SCALAR ? v->items[j]->text : "[...]");
        putchar('\n');
    }
}

static void print_emits(const struct td_experiment *e) {
    if (!e->emits)
        return;
    printf("\nMeasured (measure: meaning):\n");
    for (size_t i = 0; e->emits[i]; ++i)
        print_wrapped(e->emits[i], "  ");
}

/* A list of parts has no settings while it is empty: what an element N may hold. */
static void print_lists(const struct td_param *table) {
    for (const struct td_param *p = table; p && p->name; ++p) {
        char name[128];
        if (p->type != TD_PARTS)
            continue;
        printf("\nList %s, N = 0, 1, ... (parameters of a kind: tdyn describe %s:KIND):\n", p->name,
               p->registry->family);
        snprintf(name, sizeof name, "%s.N.kind", p->name);
        print_param(p, name, "...");
        snprintf(name, sizeof name, "%s.N.", p->name);
        td_describe_table(p->common, name);
    }
}

static td_status describe_recipe(const struct td_recipe *r, const char *preset,
                                 struct td_arena *arena, struct td_error *err) {
    struct td_settings settings;
    td_status status = td_recipe_settings(r, preset, arena, &settings, err);
    if (status)
        return status;
    printf("%s\n", r->name);
    print_wrapped(r->summary, "");
    if (r->source && *r->source)
        printf("Source: %s\n", r->source);
    if (r->file && strcmp(r->name, r->experiment->kind.name) != 0)
        printf("Composition of: %s\n", r->experiment->kind.name);
    putchar('\n');
    print_wrapped(r->experiment->kind.doc, "");
    printf("\nParameters (name = %s%s):\n", preset ? "value in preset " : "default",
           preset ? preset : "");
    for (size_t i = 0; i < settings.n; ++i)
        print_param(settings.v[i].param, settings.v[i].name, settings.v[i].value);
    printf("  seed = 1\n      integer in [0, 9223372036854775807]\n"
           "      Every random stream of the task derives from it.\n");
    print_lists(r->experiment->kind.params);
    print_axes(section(r->file, preset, "sweep"), "Sweep");
    print_axes(section(r->file, preset, "zip"), "Swept together");
    const struct td_yaml *presets = r->file ? td_yaml_get(r->file, "presets") : NULL;
    for (size_t i = 0; presets && presets->type == TD_YAML_MAP && i < presets->n; ++i)
        printf("%s%s", i ? ", " : "\nPresets: ", presets->keys[i]);
    if (presets)
        putchar('\n');
    print_emits(r->experiment);
    return TD_OK;
}

static td_status run(int argc, char **argv, struct td_error *err) {
    struct describe_options o = {0};
    argp_parse(&argp, argc, argv, 0, NULL, &o);
    struct td_arena *arena = td_arena_create();
    const char *data_dir;
    struct td_catalog catalog;
    const struct td_recipe *found;
    size_t n = 0;
    td_status status;
    if (strchr(o.what, ':') && !strstr(o.what, ".yaml")) {
        status = describe_kind(o.what, err);
    } else {
        status = td_cli_catalog(arena, &data_dir, &catalog, err);
        if (!status)
            status = td_catalog_find(&catalog, &td_experiments, o.what, arena, &found, &n, err);
        for (size_t i = 0; !status && i < n; ++i) {
            if (i)
                printf("\n----\n\n");
            status = describe_recipe(&found[i], o.preset, arena, err);
        }
    }
    td_arena_free(arena);
    return status ? status : td_cli_flush(stdout, "standard output", err);
}

const struct td_command td_command_describe = {
    "describe", "summary, source and every parameter of an experiment", run, &argp};
