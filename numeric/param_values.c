/* The value grammar of sweeps. lo..hi:step and lin() are computed in exact decimals, so that their
   values are the numbers one would write by hand. */
#include "numeric/param_text.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t WHOLE_MAX = 1000000000000000; /* as td_number_text writes them */

/* Values found so far. */
struct values {
    const char **v;
    size_t n, size;
    const struct td_where *where;
    struct td_arena *arena;
    struct td_error *err;
};

static td_status too_many(const struct values *values, const char *piece) {
    return td_fail_at(values->err, values->where, "\"%.60s\": more than %d values", piece,
                      TD_VALUES_MAX);
}

static td_status push(struct values *values, const char *text) {
    if (!text)
        return td_fail_memory(values->err, 0);
    if (values->n == TD_VALUES_MAX)
        return too_many(values, text);
    if (values->n == values->size) {
        size_t size = values->size * 2 + 8;
        const char **grown = realloc(values->v, size * sizeof *grown);
        if (!grown)
            return td_fail_memory(values->err, size * sizeof *grown);
        values->v = grown;
        values->size = size;
    }
    values->v[values->n++] = text;
    return TD_OK;
}

static td_status push_number(struct values *values, double x) {
    char buffer[32];
    return push(values, td_arena_strdup(values->arena, td_number_text(x == 0 ? 0 : x, buffer)));
}

static td_status push_whole(struct values *values, int64_t x) {
    char buffer[32];
    snprintf(buffer, sizeof buffer, "%lld", (long long)x);
    return push(values, td_arena_strdup(values->arena, buffer));
}

/* m 10^e as an integer multiple of 10^`to`; false if it does not fit in TD_DECIMAL_DIGITS. */
static bool rescale(struct td_decimal *x, int to) {
    td_int128 most = 1;
    for (int i = 0; i < TD_DECIMAL_DIGITS; i++)
        most *= 10;
    if (x->m == 0)
        x->e = to;
    for (; x->e > to; x->e--) {
        x->m *= 10;
        if (x->m >= most || x->m <= -most)
            return false;
    }
    return true;
}

/* Brings decimals to one exponent; zeros do not count. */
static bool align(struct td_decimal *const x[], size_t n) {
    int least = INT_MAX;
    for (size_t i = 0; i < n; i++)
        if (x[i]->m != 0 && x[i]->e < least)
            least = x[i]->e;
    for (size_t i = 0; i < n; i++)
        if (!rescale(x[i], least == INT_MAX ? 0 : least))
            return false;
    return true;
}

static td_status push_range(struct values *values, const char *piece, struct td_decimal lo,
                            struct td_decimal hi, struct td_decimal step) {
    if (step.m == 0)
        return td_fail_at(values->err, values->where, "\"%.60s\": the step is zero", piece);
    if (!align((struct td_decimal *const[]){&lo, &hi, &step}, 3))
        return td_fail_at(values->err, values->where,
                          "\"%.60s\": the step is too small for these end points", piece);
    td_int128 span = hi.m - lo.m;
    if (span != 0 && (span < 0) != (step.m < 0))
        return td_fail_at(
            values->err, values->where,
            "\"%.60s\" runs backwards: write the smaller end first, or a step %s zero", piece,
            span < 0 ? "below" : "above");
    if (span / step.m >= TD_VALUES_MAX)
        return too_many(values, piece);
    td_status status = TD_OK;
    for (td_int128 i = 0; status == TD_OK && i <= span / step.m; i++) {
        struct td_decimal x = {lo.m + i * step.m, lo.e};
        bool whole = x.e == 0 && x.m > -WHOLE_MAX && x.m < WHOLE_MAX; /* the common case, fast */
        status =
            whole ? push_whole(values, (int64_t)x.m) : push_number(values, td_decimal_ratio(x, 1));
    }
    return status;
}

/* lo..hi or lo..hi:step with numbers; *is_range tells whether the piece is one (a path such as
   ../data is not). */
static td_status expand_range(struct values *values, const char *piece, bool *is_range) {
    enum { SIDE_MAX = 80 };
    const char *dots = strstr(piece, "..");
    const char *colon = dots ? strchr(dots, ':') : NULL;
    size_t length = strlen(piece);
    *is_range = false;
    if (!dots || length > SIDE_MAX)
        return TD_OK;
    char side[SIDE_MAX + 1];
    struct td_decimal lo, hi, step = {1, 0};
    snprintf(side, sizeof side, "%.*s", (int)(dots - piece), piece);
    if (!td_decimal_parse(side, &lo))
        return TD_OK;
    const char *end = colon ? colon : piece + length;
    snprintf(side, sizeof side, "%.*s", (int)(end - dots - 2), dots + 2);
    if (!td_decimal_parse(side, &hi) || (colon && !td_decimal_parse(colon + 1, &step)))
        return TD_OK;
    *is_range = true;
    return push_range(values, piece, lo, hi, step);
}

/* lo + (hi - lo) i / (n - 1), exactly rounded where the decimals can be aligned. */
static double linear_value(struct td_decimal lo, struct td_decimal hi, double lo_value,
                           double hi_value, size_t i, size_t n) {
    int64_t d = (int64_t)n - 1, k = (int64_t)i;
    if (align((struct td_decimal *const[]){&lo, &hi}, 2))
        return td_decimal_ratio((struct td_decimal){lo.m * (d - k) + hi.m * k, lo.e}, d);
    long double share = (long double)k / (long double)d;
    return (double)((1 - share) * lo_value + share * hi_value);
}

static double logarithmic_value(double lo, double hi, size_t i, size_t n) {
    long double share = (long double)i / (long double)(n - 1);
    return (double)expl((1 - share) * logl(lo) + share * logl(hi));
}

/* The three arguments of lin(...) or log(...). */
struct call {
    double lo, hi;
    struct td_decimal lo_decimal, hi_decimal;
    size_t n;
};

static td_status parse_call(struct values *values, const char *piece, struct call *out) {
    enum { ARGUMENT_MAX = 80 };
    char argument[3][ARGUMENT_MAX + 1];
    const char *s = piece + 4, *close = strchr(piece, ')');
    int64_t n;
    for (int i = 0; i < 3; i++) {
        const char *end = i < 2 ? strchr(s, ',') : close;
        if (!end || end > close || end - s > ARGUMENT_MAX)
            return td_fail_at(values->err, values->where,
                              "\"%.60s\": three numbers are wanted: %.3s(lo,hi,n)", piece, piece);
        snprintf(argument[i], sizeof argument[i], "%.*s", (int)(end - s), s);
        s = end + 1;
    }
    if (td_number_parse(argument[0], &out->lo) || td_number_parse(argument[1], &out->hi) ||
        td_integer_parse(argument[2], &n) || !td_decimal_parse(argument[0], &out->lo_decimal) ||
        !td_decimal_parse(argument[1], &out->hi_decimal))
        return td_fail_at(values->err, values->where,
                          "\"%.60s\": lo and hi must be numbers and n an integer: %.3s(lo,hi,n)",
                          piece, piece);
    if (n < 2 || n > TD_VALUES_MAX)
        return td_fail_at(values->err, values->where, "\"%.60s\": n must be in [2, %d]", piece,
                          TD_VALUES_MAX);
    out->n = (size_t)n;
    return TD_OK;
}

static td_status expand_call(struct values *values, const char *piece) {
    struct call call;
    bool logarithmic = !strncmp(piece, "log", 3);
    td_status status = parse_call(values, piece, &call);
    if (status == TD_OK && logarithmic && (call.lo <= 0 || call.hi <= 0))
        status = td_fail_at(values->err, values->where,
                            "\"%.60s\": lo and hi must be above 0 on a logarithmic scale", piece);
    for (size_t i = 0; status == TD_OK && i < call.n; i++) {
        double x = logarithmic ? logarithmic_value(call.lo, call.hi, i, call.n)
                               : linear_value(call.lo_decimal, call.hi_decimal, call.lo, call.hi, i,
                                              call.n);
        if (i == 0 || i == call.n - 1)
            x = i == 0 ? call.lo : call.hi;
        status = push_number(values, td_number_snap(x));
    }
    return status;
}

static td_status expand_piece(struct values *values, const struct td_piece *piece) {
    char *text = td_piece_text(piece, values->arena);
    if (!text)
        return td_fail_memory(values->err, piece->n);
    if (td_piece_quoted(piece) || td_piece_list(piece))
        return push(values, text);
    if (!strncmp(text, "lin(", 4) || !strncmp(text, "log(", 4))
        return expand_call(values, text);
    bool is_range;
    td_status status = expand_range(values, text, &is_range);
    return status == TD_OK && !is_range ? push(values, text) : status;
}

static td_status expand(struct values *values, const char *text) {
    if (strlen(text) > TD_TEXT_MAX * 16)
        return td_fail_at(values->err, values->where, "a list of values of %zu bytes: too long",
                          strlen(text));
    for (const char *cursor = text; cursor;) {
        struct td_piece piece;
        const char *wrong = td_piece_next(&cursor, &piece);
        if (!wrong && piece.n == 0 && (cursor || values->n))
            wrong = "a value between the commas is missing";
        if (wrong)
            return td_fail_at(values->err, values->where, "\"%.60s\": %s", text, wrong);
        td_status status = expand_piece(values, &piece);
        if (status != TD_OK)
            return status;
    }
    return TD_OK;
}

td_status td_values_expand(const char *text, const struct td_where *where, struct td_arena *arena,
                           size_t *n, const char *const **out, struct td_error *err) {
    struct values values = {.where = where, .arena = arena, .err = err};
    td_status status = expand(&values, text);
    const char **kept = NULL;
    if (status == TD_OK) {
        kept = td_arena_alloc(arena, values.n * sizeof *kept);
        if (!kept)
            status = td_fail_memory(err, values.n * sizeof *kept);
        else
            memcpy(kept, values.v, values.n * sizeof *kept);
    }
    *n = kept ? values.n : 0;
    *out = (const char *const *)kept;
    free(values.v);
    return status;
}
