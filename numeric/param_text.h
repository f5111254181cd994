/* Text of values, below numeric/param.h: decimal numbers, pieces between commas, quotes, messages
   that say where. Nothing here depends on the locale. */
#ifndef TD_NUMERIC_PARAM_TEXT_H
#define TD_NUMERIC_PARAM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/memory.h"
#include "numeric/param.h"
#include "numeric/status.h"

enum {
    TD_TEXT_MAX = 65536,     /* bytes of one value */
    TD_LIST_MAX = 65536,     /* elements of one list */
    TD_PARTS_MAX = 256,      /* parts of one TD_PARTS */
    TD_PART_DEPTH_MAX = 16,  /* parts within parts */
    TD_PARAM_NAME_MAX = 512, /* bytes of a dotted name */
    TD_SETTINGS_MAX = 65536  /* parameters of one task */
};

/* ---- numbers ---- */

enum td_number_class {
    TD_NUMBER_OK,
    TD_NUMBER_NONE,  /* not a decimal number (nan, inf and hexadecimal floats included) */
    TD_NUMBER_BIG,   /* beyond the type's range */
    TD_NUMBER_TINY,  /* not zero, but rounds to zero */
    TD_NUMBER_BROKEN /* not whole, where an integer is wanted */
};
/* [+-] digits [. digits] [e [+-] digits], blanks around; nothing else. */
enum td_number_class td_number_parse(const char *text, double *out);
/* The same grammar, as long as the number is whole: 1e3 and 12.0 are integers. */
enum td_number_class td_integer_parse(const char *text, int64_t *out);

/* A decimal exactly: m 10^e, |m| < 10^TD_DECIMAL_DIGITS. */
__extension__ typedef __int128 td_int128;
enum { TD_DECIMAL_DIGITS = 30 };
struct td_decimal {
    td_int128 m;
    int e;
};
/* False if the text is no number, has too many digits, or an exponent beyond +-400. */
bool td_decimal_parse(const char *text, struct td_decimal *out);
/* The double nearest to m 10^e / d, d > 0 (correctly rounded if d divides m, else within an ulp).
 */
double td_decimal_ratio(struct td_decimal num, int64_t d);

/* ---- pieces ---- */

/* A piece of text between top-level commas, blanks trimmed, quotes still around it. */
struct td_piece {
    const char *start;
    size_t n;
};
/* Takes the next piece from *cursor, which moves on and becomes NULL after the last one. Commas in
   quotes ('a,b' or "a,b" with \" and \\), in brackets and in parentheses do not separate.
   Returns NULL, or what is wrong with the text. */
const char *td_piece_next(const char **cursor, struct td_piece *out);
bool td_piece_quoted(const struct td_piece *piece);
bool td_piece_list(const struct td_piece *piece); /* [ ... ] */
/* A copy without quotes; NULL: no memory. */
char *td_piece_text(const struct td_piece *piece, struct td_arena *arena);
/* For a list piece: what stands between the brackets ("" if only blanks). */
char *td_piece_inside(const struct td_piece *piece, struct td_arena *arena);

/* ---- building ---- */

/* A growing text; free with free(s). `failed` sticks when memory is short. */
struct td_text {
    char *s;
    size_t n, size;
    bool failed;
};
void td_text_add(struct td_text *text, const char *s);
void td_text_add_bytes(struct td_text *text, const char *s, size_t n);
/* Adds s as an element of a list: in double quotes if it would be read otherwise without. */
void td_text_add_element(struct td_text *text, const char *s);
/* Moves the text into the arena and frees it; NULL: no memory. */
char *td_text_take(struct td_text *text, struct td_arena *arena);

/* ---- messages ---- */

/* TD_BAD_INPUT with "where: " before the message (nothing for a built-in default). */
td_status td_fail_at(struct td_error *err, const struct td_where *where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* " in [0, 1) (UNIT)", " at least 1", " above 0", "" if there are no bounds. */
const char *td_param_range_text(const struct td_param *param, char *buffer, size_t size);
/* "an integer in [1, 64] (layers)", "one of a, b, c", "true or false", ... */
const char *td_param_allowed_text(const struct td_param *param, char *buffer, size_t size);

/* ---- tables ---- */

/* The entry of a dotted name ("net.depth", "measure.3.at"; "net.kind" gives net's own entry) before
   any kind is settled: the first one under any kind. *flags (may be NULL) joins the flags on the
   way. NULL: no such name under any kind. */
const struct td_param *td_param_find(const struct td_param *table, const char *name,
                                     unsigned *flags);

/* Schedules of steps. */
td_status td_steps_canonical(const char *name, const char *text, const struct td_where *where,
                             struct td_arena *arena, const char **out, struct td_error *err);

#endif
