/* tdyn report. */
#include "cli/report.h"

#include <sqlite3.h>
#include <string.h>

#include "cli/claims.h"
#include "cli/cli.h"
#include "cli/figures.h"
#include "cli/text_file.h"
#include "cli/views.h"
#include "numeric/platform.h"

static const char page_head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>tdyn report</title>\n<style>\n"
    "body{font:16px/1.5 sans-serif;max-width:70em;margin:2em auto;padding:0 1em;color:#222}\n"
    "table{border-collapse:collapse;width:100%;font-size:14px}\n"
    "th,td{border-bottom:1px solid #ddd;padding:.35em .6em;text-align:left;vertical-align:top}\n"
    "th{border-bottom:2px solid #888}\n"
    ".reproduced{color:#00614a;font-weight:bold}.not{color:#a63603;font-weight:bold}\n"
    ".undecided{color:#6b5300}.reported{color:#444}\n"
    "figure{margin:2em 0}figure svg{max-width:100%;height:auto}figcaption{color:#444}\n"
    "code{background:#f4f4f4;padding:0 .2em}\n</style>\n</head>\n<body>\n";

static void put_html(const char *text, FILE *out) {
    for (; *text; ++text) {
        switch (*text) {
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '&':
            fputs("&amp;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            fputc(*text, out);
        }
    }
}

static void put_tag(const char *tag, const char *text, FILE *out) {
    fprintf(out, "<%s>", tag);
    put_html(text, out);
    fprintf(out, "</%s>", tag);
}

static void put_claims(const struct td_claims *claims, FILE *out) {
    static const char *const classes[] = {"reproduced", "not", "undecided", "reported"};
    char text[300];
    td_claims_summary(claims, text, sizeof text);
    put_tag("p", text, out);
    fputs("\n<table>\n<tr><th>id</th><th>where</th><th>claim</th><th>paper</th><th>here</th>"
          "<th>criterion</th><th>verdict</th></tr>\n",
          out);
    for (size_t i = 0; i < claims->n; ++i) {
        const struct td_claim *c = &claims->v[i];
        td_claim_value_text(c, text, sizeof text);
        fputs("<tr>", out);
        put_tag("td", c->id, out);
        put_tag("td", c->where, out);
        fputs("<td>", out);
        put_html(c->says, out);
        if (*c->note) {
            fputs("<br><small>", out);
            put_html(c->note, out);
            fputs("</small>", out);
        }
        fputs("</td>", out);
        put_tag("td", c->paper, out);
        put_tag("td", text, out);
        put_tag("td", c->criterion, out);
        fprintf(out, "<td class=\"%s\">%s", classes[c->verdict], td_verdict_names[c->verdict]);
        if (*c->reason) {
            fputs("<br><small>", out);
            put_html(c->reason, out);
            fputs("</small>", out);
        }
        fputs("</td></tr>\n", out);
    }
    fputs("</table>\n", out);
}

static void put_figure(const char *dir, const struct td_figure *f, struct td_arena *arena,
                       FILE *out) {
    const char *path = td_arena_printf(arena, "%s/figures/%s.svg", dir, f->name);
    const char *svg = NULL;
    struct td_error ignored = {0};
    fputs("<figure>\n", out);
    put_tag("h3", f->title, out);
    if (path && td_text_read(path, arena, &svg, &ignored) == TD_OK && (svg = strstr(svg, "<svg")))
        fputs(svg, out);
    else
        fprintf(out, "<p>The figure <code>%s</code> has not been drawn (tdyn plot).</p>", f->name);
    fputs("\n<figcaption>", out);
    put_html(f->caption, out);
    fputs("</figcaption>\n</figure>\n", out);
}

static td_status put_figures(const char *dir, const char *data_dir, sqlite3 *db,
                             struct td_arena *arena, FILE *out, struct td_error *err) {
    const char *const *papers = NULL;
    size_t n = 0;
    td_status status = td_papers_in(db, arena, &papers, &n, err);
    for (size_t i = 0; !status && i < n; ++i) {
        struct td_figures figures;
        status = td_figures_find(data_dir, papers[i], db, arena, &figures, err);
        for (size_t j = 0; !status && j < figures.n; ++j)
            put_figure(dir, &figures.v[j], arena, out);
    }
    return status;
}

static void put_provenance(sqlite3 *db, FILE *out) {
    sqlite3_stmt *s = NULL;
    fputs("<h3>Provenance</h3>\n<table>\n", out);
    if (sqlite3_prepare_v2(db, "SELECT key, value FROM provenance ORDER BY key", -1, &s, NULL) ==
        SQLITE_OK) {
        while (sqlite3_step(s) == SQLITE_ROW) {
            fputs("<tr>", out);
            put_tag("td", (const char *)sqlite3_column_text(s, 0), out);
            fputs("<td><pre>", out);
            const char *value = (const char *)sqlite3_column_text(s, 1);
            put_html(value ? value : "", out);
            fputs("</pre></td></tr>\n", out);
        }
    }
    sqlite3_finalize(s);
    fputs("</table>\n", out);
}

static void put_tasks(sqlite3 *db, FILE *out) {
    sqlite3_stmt *s = NULL;
    fputs("<h3>Tasks</h3>\n<table>\n<tr><th>experiment</th><th>status</th><th>tasks</th>"
          "<th>seconds</th></tr>\n",
          out);
    if (sqlite3_prepare_v2(db,
                           "SELECT experiment, status, count(*), sum(seconds) FROM tasks WHERE "
                           "current GROUP BY 1, 2 ORDER BY 1, 2",
                           -1, &s, NULL) == SQLITE_OK) {
        while (sqlite3_step(s) == SQLITE_ROW) {
            fputs("<tr>", out);
            put_tag("td", (const char *)sqlite3_column_text(s, 0), out);
            put_tag("td", (const char *)sqlite3_column_text(s, 1), out);
            fprintf(out, "<td>%lld</td><td>%.1f</td></tr>\n", sqlite3_column_int64(s, 2),
                    sqlite3_column_double(s, 3));
        }
    }
    sqlite3_finalize(s);
    fputs("</table>\n", out);
}

static const char *base_name(const char *dir) {
    const char *slash = strrchr(dir, '/');
    return slash && slash[1] ? slash + 1 : dir;
}

/* Everything about one directory: the claims are at the top of the page already. */
static td_status put_directory(const char *dir, const char *data_dir, struct td_arena *arena,
                               FILE *out, struct td_error *err) {
    sqlite3 *db = NULL;
    td_status status = td_results_open(dir, data_dir, arena, &db, err);
    if (!status) {
        put_tag("h2", base_name(dir), out);
        status = put_figures(dir, data_dir, db, arena, out, err);
    }
    if (!status) {
        put_tasks(db, out);
        put_provenance(db, out);
    }
    sqlite3_close(db);
    return status;
}

static td_status put_page(const char *const *dirs, size_t n, const struct td_claims *claims,
                          const char *data_dir, struct td_arena *arena, FILE *out,
                          struct td_error *err) {
    fputs(page_head, out);
    fputs("<h1>tdyn report</h1>\n", out);
    td_status status = TD_OK;
    for (size_t i = 0; i < n; ++i) {
        put_tag("h2", base_name(dirs[i]), out);
        put_claims(&claims[i], out);
    }
    for (size_t i = 0; !status && i < n; ++i)
        status = put_directory(dirs[i], data_dir, arena, out, err);
    fprintf(out, "<p><small>%s</small></p>\n</body>\n</html>\n", td_fingerprint());
    return status;
}

td_status td_report_write(const char *path, const char *const *dirs, size_t n,
                          const struct td_claims *claims, const char *data_dir,
                          struct td_error *err) {
    struct td_arena *arena = td_arena_create();
    struct td_output out = {0};
    td_status status = arena ? td_output_open(&out, path, err) : td_fail_memory(err, 8);
    if (!status)
        status = put_page(dirs, n, claims, data_dir, arena, out.file, err);
    if (!status)
        status = td_output_commit(&out, err);
    else
        td_output_discard(&out);
    td_arena_free(arena);
    return status;
}

static error_t parse(int key, char *arg, struct argp_state *state) {
    return td_cli_one_dir(key, arg, state, state->input);
}

static const struct argp argp = {
    NULL,
    parse,
    "DIR",
    "Draws the figures and writes DIR/report.html: one self-contained page with the claims table, "
    "figures and provenance.",
    NULL,
    NULL,
    NULL};

static td_status run(int argc, char **argv, struct td_error *err) {
    const char *dir = NULL, *data_dir;
    argp_parse(&argp, argc, argv, 0, NULL, &dir);
    struct td_arena *arena = td_arena_create();
    td_status status = arena ? td_data_dir(arena, &data_dir, err) : td_fail_memory(err, 8);
    td_status plotted = TD_OK;
    if (!status) {
        plotted = td_plot_dir(dir, data_dir, NULL, err);
        status = plotted == TD_FAILED ? TD_OK : plotted;
    }
    const char *path = status ? NULL : td_arena_printf(arena, "%s/report.html", dir);
    if (!status) {
        struct td_error report_error = {0};
        struct td_claims claims;
        status = td_claims_of_dir(dir, data_dir, arena, &claims, &report_error);
        if (!status)
            status = td_report_write(path, &dir, 1, &claims, data_dir, &report_error);
        if (status)
            *err = report_error;
        else
            printf("%s\n", path);
    }
    td_arena_free(arena);
    if (!status)
        status = td_cli_flush(stdout, "standard output", err);
    return status ? status : plotted;
}

const struct td_command td_command_report = {"report", "one self-contained report.html", run,
                                             &argp};
