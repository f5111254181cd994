#include "experiments/train/when.h"

#include <string.h>

#include "numeric/param_text.h"

/* No run is longer (the bound of train's `steps` times 1000). */
static const int64_t beyond_all = 1000000000000000;

/* The largest step that one element of a schedule names by itself; 0 if it says `end`. */
static td_status largest_named(const char *text, struct td_arena *arena, int64_t *largest,
                               struct td_error *err) {
    size_t n;
    const int64_t *steps;
    const struct td_steps element = {text};
    *largest = 0;
    if (strstr(text, "end"))
        return TD_OK;
    td_status status = td_steps_expand(&element, beyond_all, arena, &n, &steps, err);
    if (!status && n)
        *largest = steps[n - 1];
    return status;
}

/* The same over all elements of "[a,b,c]" or "a". */
static td_status check_elements(const char *text, struct td_arena *arena, int64_t *largest,
                                struct td_error *err) {
    struct td_piece piece;
    *largest = 0;
    for (const char *cursor = text; cursor;) {
        int64_t of_element = 0;
        const char *wrong = td_piece_next(&cursor, &piece);
        if (wrong)
            return td_fail(err, TD_BAD_INPUT, "\"%s\": %s", text, wrong);
        char *inside =
            td_piece_list(&piece) ? td_piece_inside(&piece, arena) : td_piece_text(&piece, arena);
        if (!inside)
            return td_fail_memory(err, piece.n);
        td_status status = td_piece_list(&piece) ? check_elements(inside, arena, &of_element, err)
                                                 : largest_named(inside, arena, &of_element, err);
        if (status)
            return status;
        *largest = of_element > *largest ? of_element : *largest;
    }
    return TD_OK;
}

/* From units to steps. */
static td_status multiply(int64_t unit, struct td_arena *arena, size_t n, const int64_t **steps,
                          struct td_error *err) {
    if (unit == 1)
        return TD_OK;
    int64_t *multiplied = td_arena_alloc(arena, n * sizeof *multiplied);
    if (!multiplied)
        return td_fail_memory(err, n * sizeof *multiplied);
    for (size_t i = 0; i < n; i++)
        multiplied[i] = (*steps)[i] * unit;
    *steps = multiplied;
    return TD_OK;
}

td_status train_when(const struct td_steps *at, struct train_unit unit, int64_t last_step,
                     const char *where, struct td_arena *arena, size_t *n, const int64_t **steps,
                     struct td_error *err) {
    int64_t largest, last = last_step / unit.steps;
    td_status status = check_elements(at->text, arena, &largest, err);
    if (!status && largest > last)
        return td_fail(err, TD_BAD_INPUT,
                       "%s: %s %lld is beyond the end of the run, which is %s %lld; \"end\" "
                       "stands for it",
                       where, unit.name, (long long)largest, unit.name, (long long)last);
    if (!status)
        status = td_steps_expand(at, last, arena, n, steps, err);
    if (status)
        return td_fail_in(err, "%s", where);
    if (*n == 0)
        return td_fail(err, TD_BAD_INPUT, "%s: \"%s\" names no step", where, at->text);
    return multiply(unit.steps, arena, *n, steps, err);
}
