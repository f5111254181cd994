/* tdyn measure: any measure on arrays that other programs saved. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/describe.h"
#include "measure/measure.h"
#include "numeric/array_file.h"
#include "numeric/memory.h"

enum { SETS_MAX = 64, INPUTS_MAX = 16, KEY_PORTABLE = 1000 };

enum format { FORMAT_TSV, FORMAT_JSON };

struct request {
    const char *name;
    const char *in[INPUTS_MAX];
    size_t n_in;
    char *sets[SETS_MAX];
    size_t n_sets;
    enum format format;
    bool list, help;
};

/* ---- options ---- */

static void parse_format(const char *text, struct request *r, struct argp_state *state) {
    if (strcmp(text, "tsv") == 0)
        r->format = FORMAT_TSV;
    else if (strcmp(text, "json") == 0)
        r->format = FORMAT_JSON;
    else
        argp_error(state, "--format %s: tsv or json", text);
}

static error_t parse(int key, char *arg, struct argp_state *state) {
    struct request *r = state->input;
    switch (key) {
    case 'i':
        if (r->n_in == INPUTS_MAX)
            argp_error(state, "more than %d arrays", INPUTS_MAX);
        else
            r->in[r->n_in++] = arg;
        return 0;
    case 's':
        if (r->n_sets == SETS_MAX)
            argp_error(state, "more than %d parameters", SETS_MAX);
        else
            r->sets[r->n_sets++] = arg;
        return 0;
    case 'f':
        parse_format(arg, r, state);
        return 0;
    case 'l':
        r->list = true;
        return 0;
    case '?':
        r->help = true;
        return 0;
    case KEY_PORTABLE: /* td_cli_main has seen to it */
        return 0;
    case ARGP_KEY_ARG:
        if (r->name)
            argp_error(state, "one NAME; arrays are given by --in");
        r->name = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"in", 'i', "FILE[:MEMBER]", 0,
     "An array: NPY, NPZ (file.npz:name), HDF5 (file.h5:/name), CSV or TSV; once for every array "
     "that the measure takes, in its order",
     0},
    {"set", 's', "PARAMETER=VALUE", 0, "A parameter of the measure", 0},
    {"format", 'f', "tsv|json", 0, "How to print the values (default tsv)", 0},
    {"list", 'l', 0, 0, "List the measures, their arrays and values", 0},
    {"portable", KEY_PORTABLE, 0, 0, "Pin the kernels, so that mixed machines give the same bytes",
     0},
    {"help", '?', 0, 0, "This text; with NAME, what the measure is and takes", 0},
    {0}};
static const struct argp argp = {
    options,
    parse,
    "NAME --in FILE...\n--list\nNAME --help",
    "Computes a measure of arrays that other programs saved and prints measure, value, lo, hi (95 "
    "% "
    "interval where there is one), unit, warning, n and d (rows and columns of the first array).\v"
    "Rows are samples: all arrays of one call have as many. A 1-D array of n numbers is n samples "
    "of "
    "one feature, a single number is one sample; the further axes of 3-D and 4-D arrays are "
    "flattened into features. Everything is computed in double precision: integers and float16 "
    "give "
    "what the same numbers in float64 give. NaN and inf are refused.",
    NULL,
    NULL,
    NULL};

/* ---- documentation ---- */

static void print_list(void) {
    for (size_t i = 0; i < td_registry_count(&td_measures); ++i) {
        const struct td_measure *m = (const struct td_measure *)td_registry_at(&td_measures, i);
        printf("%-22s %s -> ", m->kind.name, m->in_help);
        td_describe_outputs(m);
        putchar('\n');
    }
}

static void print_help(const struct td_measure *m, char *program) {
    if (!m) {
        argp_help(&argp, stdout,
                  ARGP_HELP_USAGE | ARGP_HELP_PRE_DOC | ARGP_HELP_LONG | ARGP_HELP_POST_DOC,
                  program);
        return;
    }
    printf("tdyn measure %s\n", m->kind.name);
    td_describe_measure(m);
}

/* ---- values ---- */

struct row {
    char *name, *unit;
    double value, lo, hi;
    char warning[TD_WARNING_MAX];
};
/* A sink that keeps everything until all is computed: an error leaves no half output. */
struct table {
    struct td_values values; /* first: what measures see */
    const struct td_measure *measure;
    struct td_arena *arena;
    size_t n, capacity;
    struct row *rows;
    bool failed;
};

static void keep(struct td_values *self, const struct td_value *v) {
    struct table *t = (struct table *)self;
    if (t->n == t->capacity) {
        size_t capacity = 2 * t->capacity + 16;
        struct row *rows = realloc(t->rows, capacity * sizeof *rows);
        if (!rows) {
            t->failed = true;
            return;
        }
        t->rows = rows;
        t->capacity = capacity;
    }
    struct row *row = &t->rows[t->n++];
    *row = (struct row){
        .name = td_arena_printf(t->arena, "%s%s%s", t->measure->kind.name, v->name[0] ? "." : "",
                                v->name),
        .unit = td_arena_strdup(t->arena, v->unit),
        .value = v->value,
        .lo = v->lo,
        .hi = v->hi,
    };
    memcpy(row->warning, v->warning, sizeof row->warning);
    for (char *c = row->warning; *c; ++c)
        if (*c == '\t' || *c == '\n')
            *c = ' ';
    t->failed |= !row->name || !row->unit;
}

static void print_number(double x) {
    char buffer[32];
    fputs(isnan(x) ? "" : td_number_text(x, buffer), stdout);
    putchar('\t');
}

static void print_tsv(const struct table *t, const struct td_matrix *first) {
    fputs("measure\tvalue\tlo\thi\tunit\twarning\tn\td\n", stdout);
    for (size_t i = 0; i < t->n; ++i) {
        const struct row *r = &t->rows[i];
        printf("%s\t", r->name);
        print_number(r->value);
        print_number(r->lo);
        print_number(r->hi);
        printf("%s\t%s\t%zu\t%zu\n", r->unit, r->warning, first->n, first->d);
    }
}

static json_t *number_or_null(double x) {
    return isnan(x) ? json_null() : json_real(x);
}

static td_status print_json(const struct table *t, const struct td_matrix *first,
                            struct td_error *err) {
    json_t *rows = json_array();
    bool made = rows != NULL;
    for (size_t i = 0; i < t->n && made; ++i) {
        const struct row *r = &t->rows[i];
        json_t *row = json_pack("{s:s, s:o, s:o, s:o, s:s, s:s, s:I, s:I}", "measure", r->name,
                                "value", number_or_null(r->value), "lo", number_or_null(r->lo),
                                "hi", number_or_null(r->hi), "unit", r->unit, "warning", r->warning,
                                "n", (json_int_t)first->n, "d", (json_int_t)first->d);
        made = row && json_array_append_new(rows, row) == 0;
    }
    char *text = made ? json_dumps(rows, JSON_INDENT(2)) : NULL;
    json_decref(rows);
    if (!text)
        return td_fail(err, TD_FAILED, "out of memory");
    puts(text);
    free(text);
    return TD_OK;
}

/* ---- computation ---- */

/* The measure's parameter struct from --set, in `arena`; NULL if it has none. */
static td_status resolve_params(const struct request *r, const struct td_measure *m,
                                struct td_arena *arena, const void **out, struct td_error *err) {
    struct td_assign assigns[SETS_MAX];
    for (size_t i = 0; i < r->n_sets; ++i) {
        char *equals = strchr(r->sets[i], '=');
        if (!equals || equals == r->sets[i])
            return td_fail(err, TD_BAD_INPUT, "--set %s: PARAMETER=VALUE is needed", r->sets[i]);
        assigns[i] = (struct td_assign){
            .name = td_arena_printf(arena, "%.*s", (int)(equals - r->sets[i]), r->sets[i]),
            .text = equals + 1,
            .where = {.option = td_arena_printf(arena, "--set %s", r->sets[i])},
        };
        if (!assigns[i].name || !assigns[i].where.option)
            return td_fail_memory(err, strlen(r->sets[i]));
    }
    if (!m->kind.params && r->n_sets)
        return td_fail(err, TD_BAD_INPUT, "--set %s: measure %s has no parameters", r->sets[0],
                       m->kind.name);
    *out = NULL;
    if (!m->kind.params)
        return TD_OK;
    struct td_settings settings;
    void *params = td_arena_alloc(arena, m->kind.params_size);
    td_status status = params
                           ? td_resolve(m->kind.params, assigns, r->n_sets, arena, &settings, err)
                           : td_fail_memory(err, m->kind.params_size);
    if (!status)
        status = td_decode(m->kind.params, &settings, arena, params, m->kind.params_size, err);
    *out = params;
    return status;
}

static td_status check_inputs(const struct request *r, const struct td_measure *m,
                              struct td_error *err) {
    if (r->n_in >= m->min_in && r->n_in <= m->max_in)
        return TD_OK;
    char range[64];
    if (m->min_in == m->max_in)
        snprintf(range, sizeof range, "%zu", m->min_in);
    else
        snprintf(range, sizeof range, "%zu to %zu", m->min_in, m->max_in);
    return td_fail(err, TD_BAD_INPUT, "measure %s takes %s array%s (--in): %s; %zu given",
                   m->kind.name, range, m->max_in == 1 ? "" : "s", m->in_help, r->n_in);
}

static td_status read_inputs(const struct request *r, struct td_array *arrays,
                             struct td_matrix *matrices, struct td_error *err) {
    for (size_t i = 0; i < r->n_in; ++i) {
        td_status status = td_array_read(r->in[i], &arrays[i], err);
        if (!status)
            status = td_array_check_finite(&arrays[i], r->in[i], err);
        if (status)
            return status;
        matrices[i] = (struct td_matrix){.n = td_array_rows(&arrays[i]),
                                         .d = td_array_columns(&arrays[i]),
                                         .v = arrays[i].v,
                                         .name = r->in[i]};
    }
    return TD_OK;
}

static td_status print_values(const struct request *r, const struct table *t,
                              const struct td_matrix *first, struct td_error *err) {
    if (t->failed)
        return td_fail(err, TD_FAILED, "out of memory");
    td_status status = TD_OK;
    if (r->format == FORMAT_JSON)
        status = print_json(t, first, err);
    else
        print_tsv(t, first);
    return status ? status : td_cli_flush(stdout, "standard output", err);
}

static td_status compute(const struct request *r, const struct td_measure *m,
                         struct td_error *err) {
    struct td_array arrays[TD_MEASURE_INPUTS] = {0};
    struct td_matrix matrices[TD_MEASURE_INPUTS];
    struct table t = {.values = {.add = keep}, .measure = m, .arena = td_arena_create()};
    const void *params = NULL;
    td_status status = t.arena ? TD_OK : td_fail_memory(err, 0);
    if (!status)
        status = check_inputs(r, m, err);
    if (!status)
        status = resolve_params(r, m, t.arena, &params, err);
    if (!status)
        status = read_inputs(r, arrays, matrices, err);
    if (!status)
        status = m->compute(params, matrices, r->n_in, &t.values, err);
    if (!status)
        status = print_values(r, &t, matrices, err);
    for (size_t i = 0; i < TD_MEASURE_INPUTS; ++i)
        td_array_free(&arrays[i]);
    free(t.rows);
    td_arena_free(t.arena);
    return status;
}

static td_status run(int argc, char **argv, struct td_error *err) {
    struct request r = {0};
    const struct td_kind *kind = NULL;
    argp_parse(&argp, argc, argv, ARGP_NO_HELP, NULL, &r);
    if (r.name) {
        td_status status = td_registry_get(&td_measures, r.name, &kind, err);
        if (status)
            return status;
    }
    const struct td_measure *m = (const struct td_measure *)kind;
    if (r.list)
        print_list();
    else if (r.help)
        print_help(m, argv[0]);
    else if (!m)
        return td_fail(err, TD_BAD_INPUT,
                       "the NAME of a measure is needed; see tdyn measure --list");
    else
        return compute(&r, m, err);
    return td_cli_flush(stdout, "standard output", err);
}

const struct td_command td_command_measure = {"measure", "any measure on arrays from files", run,
                                              &argp};
