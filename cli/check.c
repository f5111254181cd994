/* tdyn check: every claim of the papers in a directory, with its verdict. */
#include <string.h>

#include "cli/claims.h"
#include "cli/cli.h"

struct check_options {
    const char *dir, *format;
};

static error_t parse(int key, char *arg, struct argp_state *state) {
    struct check_options *o = state->input;
    switch (key) {
    case 'f':
        if (strcmp(arg, "text") != 0 && strcmp(arg, "json") != 0 && strcmp(arg, "markdown") != 0)
            argp_error(state, "--format %s: text, json or markdown", arg);
        o->format = arg;
        return 0;
    default:
        return td_cli_one_dir(key, arg, state, &o->dir);
    }
}

static const struct argp_option options[] = {
    {"format", 'f', "text|json|markdown", 0, "text (default), json, or a table for a web page", 0},
    {0}};
static const struct argp argp = {
    options,
    parse,
    "DIR",
    "Evaluates every claim of the papers in DIR from the measured values: id, verdict, the paper's "
    "value, ours with interval and n, criterion. Also writes DIR/claims.json. Exit code 0 when all "
    "claims were evaluated, whatever the verdicts.",
    NULL,
    NULL,
    NULL};

void td_claims_print(const struct td_claims *claims, FILE *out) {
    char text[200];
    for (size_t i = 0; i < claims->n; ++i) {
        const struct td_claim *c = &claims->v[i];
        td_claim_value_text(c, text, sizeof text);
        fprintf(out, "%-5s %-14s  paper: %s | ours: %s | %s%s%s%s\n", c->id,
                td_verdict_names[c->verdict], c->paper, text,
                *c->criterion ? c->criterion : "no criterion", *c->reason ? " (" : "", c->reason,
                *c->reason ? ")" : "");
    }
    td_claims_summary(claims, text, sizeof text);
    fprintf(out, "%s\n", text);
}

static void put_cell(const char *text, FILE *out) {
    for (; *text; ++text)
        fprintf(out, *text == '|' ? "\\%c" : "%c", *text == '\n' ? ' ' : *text);
}

static void print_markdown(const struct td_claims *claims, FILE *out) {
    char text[200];
    fputs("| id | where | claim | paper | here | criterion | verdict |\n"
          "|---|---|---|---|---|---|---|\n",
          out);
    for (size_t i = 0; i < claims->n; ++i) {
        const struct td_claim *c = &claims->v[i];
        td_claim_value_text(c, text, sizeof text);
        const char *cells[] = {
            c->id, c->where, c->says, c->paper, text, c->criterion, td_verdict_names[c->verdict]};
        for (size_t k = 0; k < sizeof cells / sizeof *cells; ++k) {
            fputs(k ? " | " : "| ", out);
            put_cell(cells[k], out);
        }
        fputs(" |\n", out);
    }
    td_claims_summary(claims, text, sizeof text);
    fprintf(out, "\n%s\n", text);
}

static td_status run(int argc, char **argv, struct td_error *err) {
    struct check_options o = {.format = "text"};
    argp_parse(&argp, argc, argv, 0, NULL, &o);
    struct td_arena *arena = td_arena_create();
    const char *data_dir;
    struct td_claims claims;
    td_status status = arena ? td_data_dir(arena, &data_dir, err) : td_fail_memory(err, 8);
    if (!status)
        status = td_claims_of_dir(o.dir, data_dir, arena, &claims, err);
    if (!status && strcmp(o.format, "json") == 0)
        status = td_claims_print_json(&claims, stdout, err);
    else if (!status && strcmp(o.format, "markdown") == 0)
        print_markdown(&claims, stdout);
    else if (!status)
        td_claims_print(&claims, stdout);
    if (!status) {
        /* A read-only directory keeps its old file; the table above is what was asked for. */
        struct td_error ignored = {0};
        td_claims_write_json(&claims, td_arena_printf(arena, "%s/claims.json", o.dir), &ignored);
    }
    td_arena_free(arena);
    return status ? status : td_cli_flush(stdout, "standard output", err);
}

const struct td_command td_command_check = {"check", "every claim of the papers, with its verdict",
                                            run, &argp};
