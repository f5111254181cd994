#include "cli/claims.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/figures.h"
#include "cli/tsv.h"
#include "cli/views.h"
#include "numeric/param.h"
#include "sweep/interrupt.h"

const char *const td_verdict_names[] = {"reproduced", "not reproduced", "undecided", "reported"};

static td_status at(struct td_error *err, const struct td_where *where, const char *what) {
    char place[512];
    return td_fail(err, TD_FAILED, "%s: %s", td_where_text(where, place, sizeof place), what);
}

/* A scalar entry of a claim; "" if absent. */
static td_status text_of(const struct td_yaml *claim, const char *key, bool required,
                         const char **out, struct td_error *err) {
    const struct td_yaml *v = td_yaml_get(claim, key);
    *out = "";
    if (!v && !required)
        return TD_OK;
    if (!v) {
        char what[80];
        snprintf(what, sizeof what, "the claim has no `%s`", key);
        return at(err, &claim->where, what);
    }
    if (v->type != TD_YAML_SCALAR)
        return at(err, &v->where, "a text is needed here");
    *out = v->text;
    return TD_OK;
}

static td_status list_of(const struct td_yaml *claim, const char *key, struct td_arena *arena,
                         const char ***out, size_t *n, struct td_error *err) {
    const struct td_yaml *v = td_yaml_get(claim, key);
    *n = 0;
    if (!v)
        return TD_OK;
    if (v->type != TD_YAML_LIST)
        return at(err, &v->where, "a list is needed here");
    *out = td_arena_alloc(arena, (v->n + 1) * sizeof **out);
    if (!*out)
        return td_fail_memory(err, (v->n + 1) * sizeof **out);
    for (size_t i = 0; i < v->n; ++i) {
        if (v->items[i]->type != TD_YAML_SCALAR)
            return at(err, &v->items[i]->where, "a name is needed here");
        (*out)[(*n)++] = v->items[i]->text;
    }
    return TD_OK;
}

static td_status number_of(const struct td_yaml *v, double *out, struct td_error *err) {
    char *end = NULL;
    if (v->type == TD_YAML_SCALAR)
        *out = strtod(v->text, &end);
    if (!end || end == v->text || *end || !isfinite(*out))
        return at(err, &v->where, "a finite number is needed here");
    return TD_OK;
}

/* {equal: x, within: t} | {between: [a, b]} | {above: x} | {below: x} | {ordered: true} */
static td_status read_criterion(const struct td_yaml *c, struct td_claim *claim,
                                struct td_arena *arena, struct td_error *err) {
    const struct td_yaml *equal = td_yaml_get(c, "equal"), *within = td_yaml_get(c, "within"),
                         *between = td_yaml_get(c, "between"), *above = td_yaml_get(c, "above"),
                         *below = td_yaml_get(c, "below"), *ordered = td_yaml_get(c, "ordered");
    double x = 0, t = 0;
    td_status status = TD_OK;
    claim->has_range = true;
    claim->lo = -INFINITY;
    claim->hi = INFINITY;
    if (equal && within) {
        status = number_of(equal, &x, err);
        if (!status)
            status = number_of(within, &t, err);
        claim->lo = x - t;
        claim->hi = x + t;
        claim->criterion = td_arena_printf(arena, "equal %g within %g", x, t);
    } else if (between && between->type == TD_YAML_LIST && between->n == 2) {
        status = number_of(between->items[0], &claim->lo, err);
        if (!status)
            status = number_of(between->items[1], &claim->hi, err);
        claim->criterion = td_arena_printf(arena, "between %g and %g", claim->lo, claim->hi);
    } else if (above || below) {
        claim->open = true;
        status = number_of(above ? above : below, above ? &claim->lo : &claim->hi, err);
        claim->criterion =
            td_arena_printf(arena, above ? "above %g" : "below %g", above ? claim->lo : claim->hi);
    } else if (ordered) {
        claim->open = true;
        claim->lo = 0;
        claim->criterion = "ordered (smallest gap above 0)";
    } else {
        return at(err, &c->where,
                  "criterion: {equal: x, within: t}, {between: [a, b]}, {above: x}, {below: x} or "
                  "{ordered: true}");
    }
    return status;
}

static td_status read_claim(const struct td_yaml *y, const char *paper, struct td_claim *claim,
                            struct td_arena *arena, struct td_error *err) {
    if (y->type != TD_YAML_MAP)
        return at(err, &y->where, "a claim is a map with id, says, sql, ...");
    claim->paper_name = paper;
    claim->reason = "";
    claim->criterion = "";
    td_status status = text_of(y, "id", true, &claim->id, err);
    if (!status)
        status = text_of(y, "where", false, &claim->where, err);
    if (!status)
        status = text_of(y, "says", true, &claim->says, err);
    if (!status)
        status = text_of(y, "paper", false, &claim->paper, err);
    if (!status)
        status = text_of(y, "note", false, &claim->note, err);
    if (!status)
        status = text_of(y, "sql", true, &claim->sql, err);
    if (!status)
        status = list_of(y, "needs", arena, &claim->needs, &claim->n_needs, err);
    if (!status)
        status = list_of(y, "presets", arena, &claim->presets, &claim->n_presets, err);
    const struct td_yaml *criterion = td_yaml_get(y, "criterion");
    if (!status && criterion)
        status = read_criterion(criterion, claim, arena, err);
    return status;
}

td_status td_claims_read(const char *data_dir, const char *paper, struct td_arena *arena,
                         struct td_claims *out, struct td_error *err) {
    char folder[128];
    const char *path = td_arena_printf(arena, "%s/experiments/%s/claims.yaml", data_dir,
                                       td_paper_folder(paper, folder, sizeof folder));
    struct td_yaml *root;
    *out = (struct td_claims){0};
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return TD_OK;
    td_status status = td_yaml_read(path, arena, &root, err);
    if (status)
        return status;
    const struct td_yaml *list = root->type == TD_YAML_MAP ? td_yaml_get(root, "claims") : NULL;
    if (!list || list->type != TD_YAML_LIST)
        return at(err, &root->where, "a list `claims:` is needed");
    out->v = td_arena_alloc(arena, list->n * sizeof *out->v);
    if (!out->v)
        return td_fail_memory(err, list->n * sizeof *out->v);
    for (size_t i = 0; !status && i < list->n; ++i)
        status = read_claim(list->items[i], paper, &out->v[out->n++], arena, err);
    return status;
}

static bool preset_fits(const struct td_claim *claim, const char *preset) {
    if (claim->n_presets == 0 || !*preset)
        return true;
    for (size_t i = 0; i < claim->n_presets; ++i)
        if (strcmp(claim->presets[i], preset) == 0)
            return true;
    return false;
}

/* The verdict of an interval against the criterion. */
static void judge(struct td_claim *c, struct td_arena *arena) {
    double lo = c->has_interval ? c->value_lo : c->value;
    double hi = c->has_interval ? c->value_hi : c->value;
    bool inside = c->open ? lo > c->lo && hi < c->hi : lo >= c->lo && hi <= c->hi;
    bool outside = c->open ? hi <= c->lo || lo >= c->hi : hi < c->lo || lo > c->hi;
    if (inside || outside) {
        c->verdict = inside ? TD_REPRODUCED : TD_NOT_REPRODUCED;
        return;
    }
    c->verdict = TD_UNDECIDED;
    /* The half-width falls as 1/sqrt(n); it must get below the distance to the nearest bound. */
    double distance = fmin(fabs(c->value - c->lo), fabs(c->value - c->hi));
    double half = (hi - lo) / 2;
    if (distance > 0 && isfinite(half) && c->n > 0)
        c->reason = td_arena_printf(arena,
                                    "the interval straddles the criterion; about n = %.0f "
                                    "would decide",
                                    ceil((double)c->n * half * half / (distance * distance)));
    else
        c->reason = "the interval straddles the criterion";
}

static td_status read_row(struct td_claim *c, sqlite3_stmt *s, struct td_error *err) {
    int columns = sqlite3_column_count(s);
    if (columns != 4)
        return td_fail(err, TD_FAILED,
                       "claim %s: the query returns %d columns, not value, lo, hi, n", c->id,
                       columns);
    c->has_value = sqlite3_column_type(s, 0) != SQLITE_NULL;
    c->value = sqlite3_column_double(s, 0);
    c->has_interval =
        sqlite3_column_type(s, 1) != SQLITE_NULL && sqlite3_column_type(s, 2) != SQLITE_NULL;
    c->value_lo = sqlite3_column_double(s, 1);
    c->value_hi = sqlite3_column_double(s, 2);
    c->n = (long)sqlite3_column_int64(s, 3);
    return TD_OK;
}

static td_status run_query(struct td_claim *c, sqlite3 *db, struct td_arena *arena,
                           struct td_error *err) {
    sqlite3_stmt *s = NULL;
    td_sql_guard(db);
    td_status status = TD_OK;
    int code = sqlite3_prepare_v2(db, c->sql, -1, &s, NULL);
    if (code == SQLITE_OK && s && (code = sqlite3_step(s)) == SQLITE_ROW)
        status = read_row(c, s, err);
    if (td_interrupt_pending())
        status = td_fail(err, TD_INTERRUPTED, "interrupted");
    else if (td_sql_missing_column(db))
        c->reason =
            td_arena_printf(arena, "no data: no task here has %s", td_sql_missing_column(db));
    else if (code != SQLITE_ROW && code != SQLITE_DONE)
        status = td_fail(err, TD_FAILED, "claim %s: SQL: %s", c->id, sqlite3_errmsg(db));
    sqlite3_finalize(s);
    return status;
}

td_status td_claim_evaluate(struct td_claim *c, sqlite3 *db, const char *preset,
                            struct td_arena *arena, struct td_error *err) {
    c->verdict = TD_UNDECIDED;
    for (size_t i = 0; i < c->n_needs; ++i) {
        if (!td_experiment_in(db, c->needs[i])) {
            c->reason =
                td_arena_printf(arena, "needs %s, which is not in this directory", c->needs[i]);
            return TD_OK;
        }
    }
    td_status status = run_query(c, db, arena, err);
    if (status)
        return status;
    if (!c->has_value || isnan(c->value)) {
        c->has_value = false;
        c->reason = *c->reason ? c->reason : "no data";
    } else if (!preset_fits(c, preset)) {
        c->reason =
            td_arena_printf(arena, "holds for preset %s, not for %s", c->presets[0], preset);
    } else if (!c->has_range) {
        c->verdict = TD_REPORTED;
    } else {
        judge(c, arena);
    }
    return TD_OK;
}

td_status td_dir_preset(const char *dir, struct td_arena *arena, const char **out,
                        struct td_error *err) {
    const char *path = td_arena_printf(arena, "%s/config.yaml", dir);
    struct td_yaml *root;
    *out = "";
    td_status status = td_yaml_read(path, arena, &root, err);
    if (status)
        return status;
    const struct td_yaml *preset = root->type == TD_YAML_MAP ? td_yaml_get(root, "preset") : NULL;
    if (preset && preset->type == TD_YAML_SCALAR)
        *out = preset->text;
    return TD_OK;
}

static td_status append(struct td_claims *all, const struct td_claims *more, struct td_arena *arena,
                        struct td_error *err) {
    struct td_claim *v = td_arena_alloc(arena, (all->n + more->n + 1) * sizeof *v);
    if (!v)
        return td_fail_memory(err, (all->n + more->n + 1) * sizeof *v);
    if (all->n)
        memcpy(v, all->v, all->n * sizeof *v);
    if (more->n)
        memcpy(v + all->n, more->v, more->n * sizeof *v);
    all->v = v;
    all->n += more->n;
    return TD_OK;
}

td_status td_claims_of_dir(const char *dir, const char *data_dir, struct td_arena *arena,
                           struct td_claims *out, struct td_error *err) {
    sqlite3 *db = NULL;
    const char *preset = "";
    const char *const *papers = NULL;
    size_t n = 0;
    *out = (struct td_claims){0};
    td_status status = td_results_open(dir, data_dir, arena, &db, err);
    if (!status)
        status = td_dir_preset(dir, arena, &preset, err);
    if (!status)
        status = td_papers_in(db, arena, &papers, &n, err);
    for (size_t i = 0; !status && i < n; ++i) {
        struct td_claims claims;
        status = td_claims_read(data_dir, papers[i], arena, &claims, err);
        for (size_t j = 0; !status && j < claims.n; ++j)
            status = td_claim_evaluate(&claims.v[j], db, preset, arena, err);
        if (!status)
            status = append(out, &claims, arena, err);
    }
    sqlite3_close(db);
    return status;
}

void td_claims_summary(const struct td_claims *claims, char *buffer, size_t size) {
    size_t n[4] = {0};
    for (size_t i = 0; i < claims->n; ++i)
        ++n[claims->v[i].verdict];
    snprintf(buffer, size,
             "%zu claims: %zu reproduced, %zu not reproduced, %zu undecided, %zu reported",
             claims->n, n[TD_REPRODUCED], n[TD_NOT_REPRODUCED], n[TD_UNDECIDED], n[TD_REPORTED]);
}

void td_claim_value_text(const struct td_claim *c, char *buffer, size_t size) {
    if (!c->has_value)
        snprintf(buffer, size, "-");
    else if (c->has_interval && c->value_lo != c->value_hi)
        snprintf(buffer, size, "%.6g [%.6g, %.6g] n=%ld", c->value, c->value_lo, c->value_hi, c->n);
    else
        snprintf(buffer, size, "%.6g n=%ld", c->value, c->n);
}
