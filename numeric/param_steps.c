/* Schedules of steps: `end` is the last step of the run, known only later. */
#include "numeric/param_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MAX = 4 * TD_VALUES_MAX }; /* of one schedule */

enum step_form { STEP_ONE, STEP_RANGE, STEP_LINEAR, STEP_LOGARITHMIC, STEP_LOG1P };
static const char *const call_names[] = {
    [STEP_LINEAR] = "lin", [STEP_LOGARITHMIC] = "log", [STEP_LOG1P] = "log1p"};
static const int64_t END = -1; /* in place of a step number */

/* One element of a schedule. */
struct step_piece {
    enum step_form form;
    int64_t lo, hi; /* or END */
    int64_t third;  /* step of a range, count of lin, log and log1p */
};

static bool parse_bound(const char *s, size_t n, int64_t *out) {
    char text[40];
    while (n && *s == ' ') {
        s++;
        n--;
    }
    while (n && s[n - 1] == ' ')
        n--;
    if (n >= sizeof text)
        return false;
    memcpy(text, s, n);
    text[n] = 0;
    if (!strcmp(text, "end")) {
        *out = END;
        return true;
    }
    return td_integer_parse(text, out) == TD_NUMBER_OK && *out >= 0;
}

/* The form of "lin(...", "log(..." or "log1p(..."; STEP_ONE if it is none of them. */
static enum step_form call_form(const char *s) {
    for (enum step_form form = STEP_LINEAR; form <= STEP_LOG1P; form++) {
        size_t n = strlen(call_names[form]);
        if (!strncmp(s, call_names[form], n) && s[n] == '(')
            return form;
    }
    return STEP_ONE;
}

/* lin(lo,hi,n), log(lo,hi,n) or log1p(lo,hi,n) */
static const char *parse_call(const char *s, enum step_form form, struct step_piece *out) {
    const char *first = strchr(s, '(') + 1, *comma = strchr(first, ',');
    const char *second = comma ? strchr(comma + 1, ',') : NULL;
    const char *close = second ? strchr(second, ')') : NULL;
    out->form = form;
    if (!close || !parse_bound(first, (size_t)(comma - first), &out->lo) ||
        !parse_bound(comma + 1, (size_t)(second - comma - 1), &out->hi) ||
        !parse_bound(second + 1, (size_t)(close - second - 1), &out->third))
        return "lo and hi must be steps (whole, from 0) or end, and n an integer";
    if (out->third < 2 || out->third > TD_VALUES_MAX)
        return "n must be in [2, 1000000]";
    if (out->form == STEP_LOGARITHMIC && out->lo == 0)
        return "a logarithmic schedule cannot start at step 0 (log1p(lo,hi,n) can)";
    return NULL;
}

static const char *parse_piece(const char *s, struct step_piece *out) {
    static const char wanted[] = "not a step (whole, from 0), end, lo..hi:step, lin(lo,hi,n), "
                                 "log(lo,hi,n) or log1p(lo,hi,n)";
    size_t n = strlen(s);
    enum step_form form = call_form(s);
    if (form != STEP_ONE)
        return parse_call(s, form, out);
    const char *dots = strstr(s, "..");
    *out = (struct step_piece){.form = dots ? STEP_RANGE : STEP_ONE, .third = 1};
    if (!dots)
        return parse_bound(s, n, &out->lo) ? NULL : wanted;
    const char *colon = strchr(dots, ':'), *end = colon ? colon : s + n;
    if (!parse_bound(s, (size_t)(dots - s), &out->lo) ||
        !parse_bound(dots + 2, (size_t)(end - dots - 2), &out->hi) ||
        (colon && !parse_bound(colon + 1, strlen(colon + 1), &out->third)))
        return wanted;
    if (out->third < 1)
        return "the step of a range must be at least 1";
    if (out->hi != END && (out->lo == END || out->lo > out->hi))
        return "the range runs backwards";
    return NULL;
}

/* Calls `each` for every element of the schedule's text; returns NULL or what is wrong. */
typedef const char *each_piece(void *context, const struct step_piece *piece);

static const char *walk_schedule(const char *text, struct td_arena *arena, each_piece *each,
                                 void *context, char *culprit, size_t size) {
    struct td_piece whole;
    const char *cursor = text, *wrong = td_piece_next(&cursor, &whole);
    snprintf(culprit, size, "%s", text);
    if (!wrong && !cursor && td_piece_list(&whole))
        text = td_piece_inside(&whole, arena);
    if (!text)
        return "out of memory";
    size_t count = 0;
    for (cursor = text; cursor && !wrong; count++) {
        struct td_piece piece;
        struct step_piece step;
        wrong = td_piece_next(&cursor, &piece);
        if (wrong || (piece.n == 0 && !cursor && count == 0))
            break;
        const char *element = td_piece_text(&piece, arena);
        if (!element || count >= TD_LIST_MAX)
            return element ? "too many elements" : "out of memory";
        snprintf(culprit, size, "%s", element);
        wrong = parse_piece(element, &step);
        if (!wrong)
            wrong = each(context, &step);
    }
    return wrong;
}

static const char *bound_text(int64_t bound, char buffer[32]) {
    if (bound == END)
        return strcpy(buffer, "end");
    snprintf(buffer, 32, "%lld", (long long)bound);
    return buffer;
}

static const char too_many_steps[] = "more than 4000000 steps";

struct canonical {
    struct td_text text;
    size_t n;
    int64_t spaced; /* steps that lin, log and log1p ask for */
};

static const char *add_canonical(void *context, const struct step_piece *piece) {
    struct canonical *out = context;
    char lo[32], hi[32], text[128];
    bound_text(piece->lo, lo);
    bound_text(piece->hi, hi);
    switch (piece->form) {
    case STEP_ONE:
        snprintf(text, sizeof text, "%s", lo);
        break;
    case STEP_RANGE:
        if (piece->third == 1)
            snprintf(text, sizeof text, "%s..%s", lo, hi);
        else
            snprintf(text, sizeof text, "%s..%s:%lld", lo, hi, (long long)piece->third);
        break;
    default:
        snprintf(text, sizeof text, "%s(%s,%s,%lld)", call_names[piece->form], lo, hi,
                 (long long)piece->third);
    }
    if (out->n++)
        td_text_add(&out->text, ",");
    td_text_add(&out->text, text);
    if (piece->form >= STEP_LINEAR)
        out->spaced += piece->third;
    return out->spaced > STEPS_MAX ? too_many_steps : NULL;
}

td_status td_steps_canonical(const char *name, const char *text, const struct td_where *where,
                             struct td_arena *arena, const char **out, struct td_error *err) {
    struct canonical canonical = {0};
    char culprit[80];
    const char *wrong =
        walk_schedule(text, arena, add_canonical, &canonical, culprit, sizeof culprit);
    const char *inside = td_text_take(&canonical.text, arena);
    if (wrong)
        return td_fail_at(err, where, "%.120s = \"%s\": %s", name, culprit, wrong);
    *out = canonical.n == 1 ? inside : td_arena_printf(arena, "[%s]", inside ? inside : "");
    return inside && *out ? TD_OK : td_fail_memory(err, 0);
}

struct expansion {
    int64_t last;
    size_t n, size;
    int64_t *v;
    int64_t spaced; /* steps that lin, log and log1p asked for so far, kept or not */
};

static const char *add_step(struct expansion *out, int64_t step) {
    if (step < 0 || step > out->last)
        return NULL;
    if (out->n == STEPS_MAX)
        return too_many_steps;
    if (out->n == out->size) {
        size_t size = out->size * 2 + 64;
        int64_t *grown = realloc(out->v, size * sizeof *grown);
        if (!grown)
            return "out of memory";
        out->v = grown;
        out->size = size;
    }
    out->v[out->n++] = step;
    return NULL;
}

static long double geometric(long double lo, long double hi, long double share) {
    return expl((1 - share) * logl(lo) + share * logl(hi));
}

/* Step i of n between lo and hi: rounded to the nearest whole one, or for log1p, whose numbers step
   + 1 are spaced logarithmically, rounded down (not so where rounding has just missed a whole one).
 */
static int64_t spaced_step(const struct step_piece *piece, int64_t lo, int64_t hi, int64_t i) {
    long double share = (long double)i / (long double)(piece->third - 1);
    long double from = (long double)lo, to = (long double)hi;
    long double x;
    if (i == 0 || i == piece->third - 1)
        return i ? hi : lo;
    if (piece->form == STEP_LINEAR)
        x = roundl((1 - share) * from + share * to);
    else if (piece->form == STEP_LOGARITHMIC)
        x = roundl(geometric(from, to, share));
    else
        x = floorl(geometric(from + 1, to + 1, share) * (1 + 1e-14L)) - 1;
    if (x <= fminl(from, to))
        return lo < hi ? lo : hi;
    return x >= fmaxl(from, to) ? (lo < hi ? hi : lo) : (int64_t)x;
}

static const char *expand_piece(void *context, const struct step_piece *piece) {
    struct expansion *out = context;
    int64_t lo = piece->lo == END ? out->last : piece->lo;
    int64_t hi = piece->hi == END ? out->last : piece->hi;
    const char *wrong = NULL;
    if (piece->form == STEP_ONE)
        return add_step(out, lo);
    if (piece->form == STEP_RANGE) {
        for (int64_t step = lo; step <= hi && step <= out->last && !wrong; step += piece->third) {
            wrong = add_step(out, step);
            if (piece->third > out->last - step)
                break;
        }
        return wrong;
    }
    if (piece->form == STEP_LOGARITHMIC && (lo == 0 || hi == 0))
        return NULL; /* a run of no steps has none on a logarithmic scale */
    out->spaced += piece->third;
    if (out->spaced > STEPS_MAX)
        return too_many_steps;
    for (int64_t i = 0; i < piece->third && !wrong; i++)
        wrong = add_step(out, spaced_step(piece, lo, hi, i));
    return wrong;
}

static int compare_steps(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

td_status td_steps_expand(const struct td_steps *steps, int64_t last, struct td_arena *arena,
                          size_t *n, const int64_t **out, struct td_error *err) {
    struct expansion expansion = {.last = last};
    char culprit[80];
    *n = 0;
    *out = NULL;
    const char *wrong =
        walk_schedule(steps->text, arena, expand_piece, &expansion, culprit, sizeof culprit);
    int64_t *kept = wrong ? NULL : td_arena_alloc(arena, expansion.n * sizeof *kept);
    if (expansion.n)
        qsort(expansion.v, expansion.n, sizeof *expansion.v, compare_steps);
    size_t distinct = 0;
    for (size_t i = 0; kept && i < expansion.n; i++)
        if (i == 0 || expansion.v[i] != expansion.v[i - 1])
            kept[distinct++] = expansion.v[i];
    free(expansion.v);
    if (wrong)
        return td_fail(err, TD_BAD_INPUT, "steps \"%s\": %s", culprit, wrong);
    if (!kept)
        return td_fail_memory(err, expansion.n * sizeof *kept);
    *n = distinct;
    *out = kept;
    return TD_OK;
}
