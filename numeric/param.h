/* Parameters: one plain C struct plus one table that names its fields. A struct is filled from
   flat, dotted settings ("net.depth" = "16"); parts of many kinds nest (`net.kind` selects the
   table that holds for `net.*`). Everything the user writes passes through here exactly once, so
   that one number is one value however it is spelled, and every error names what is allowed. */
#ifndef TD_NUMERIC_PARAM_H
#define TD_NUMERIC_PARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/kind.h"
#include "numeric/memory.h"
#include "numeric/status.h"

enum td_param_type {             /* the field's C type */
                     TD_INT = 1, /* int64_t */
                     TD_REAL,    /* double */
                     TD_BOOL,    /* bool */
                     TD_STRING,  /* const char *: never NULL */
                     TD_CHOICE,  /* int: index into `choices` */
                     TD_REALS,   /* struct td_reals: a list, written [a,b,c] */
                     TD_INTS,    /* struct td_ints */
                     TD_STRINGS, /* struct td_strings */
                     TD_STEPS,   /* struct td_steps: a schedule of steps */
                     TD_PART,    /* struct td_part: one part, its table chosen by NAME.kind */
                     TD_PARTS /* struct td_parts: a list of parts, written NAME.0.kind, NAME.1.kind,
                                 ... */
};

enum td_param_flag {
    TD_OBSERVED =
        1,         /* what is measured or how it is stored: not part of the trajectory's identity */
    TD_LENGTH = 2, /* how long the trajectory runs: may be raised and gone on from */
    TD_OPEN_MIN = 4, /* `min` itself is not allowed */
    TD_OPEN_MAX = 8,
    TD_PATH = 16, /* a file: its checksum, not its name, would matter; shown in provenance */
    TD_TABLE = 32 /* the name of an installed table (numeric/table_file.h); as TD_PATH */
};

struct td_reals {
    size_t n;
    const double *v;
};
struct td_ints {
    size_t n;
    const int64_t *v;
};
struct td_strings {
    size_t n;
    const char *const *v;
};

/* A schedule of steps as written: `[0,10,end]`, `0..100:5`, `lin(0,end,11)`, `log(1,end,40)`,
   `log1p(0,end,40)`, a number, or `end`. Expanded once the length of the run is known. log rounds
   to the nearest step; log1p spaces step + 1 logarithmically, so that it can start at 0, and rounds
   down. */
struct td_steps {
    const char *text;
};

struct td_part {
    const struct td_kind *kind; /* which; never NULL once filled */
    const void *params;         /* its struct, kind->params_size bytes; NULL if it has none */
    const void *common;         /* the struct of td_param.common; NULL if that is NULL */
};
struct td_parts {
    size_t n;
    const struct td_part *v;
};

struct td_param {
    const char *name; /* NULL ends a table; no dots */
    enum td_param_type type;
    size_t offset;       /* offsetof the field */
    const char *initial; /* default, as text ("1e-2", "[8,16]", "selu"); for TD_PART a kind */
    double min, max;     /* TD_INT, TD_REAL and list elements; min == max: no bounds */
    const char *unit;    /* "" or NULL: none */
    const char *help;    /* one line */
    unsigned flags;      /* enum td_param_flag */
    const char *const *choices;         /* TD_CHOICE: NULL-terminated */
    const struct td_registry *registry; /* TD_PART, TD_PARTS */
    const struct td_param *common; /* TD_PART(S): a table that every kind of this list shares */
    size_t common_size;
    /* TD_STRING: refuses a text that means nothing (TD_BAD_INPUT; name and place are put before the
       message). NULL: any text. */
    td_status (*check)(const char *text, struct td_error *err);
    /* Called by td_decode once this field and those before it in the table are filled: fills fields
       of the same struct that are in no table (a compiled text, say) without pointers, because
       structs are copied. NULL: there are none. */
    td_status (*derive)(void *params, struct td_error *err);
};

/* Where the user wrote something: file:line:column, or the command-line option. */
struct td_where {
    const char *file; /* NULL: `option` counts */
    int line, column;
    const char *option; /* "--set net.depth=3"; NULL: built-in default */
};
/* "sweep.yaml:3:7" or "--set net.depth=3" into buffer; returns buffer. */
const char *td_where_text(const struct td_where *where, char *buffer, size_t size);

/* One value as written for one dotted name. Later assignments of a name override earlier ones. */
struct td_assign {
    const char *name;
    const char *text;
    struct td_where where;
};

/* One resolved parameter: dotted name and canonical text. */
struct td_setting {
    const char *name;
    const char *value;
    const struct td_param *param; /* for NAME.kind: the TD_PART(S) entry itself */
    unsigned flags;               /* param->flags joined with those of the enclosing parts */
};
struct td_settings {
    size_t n;
    struct td_setting *v;
};

/* Canonical text of one value of `param`: range-checked, numbers as the shortest decimal that reads
   back as the same number ("1e-3", "0.001", "1.0e-03" all give "0.001"), lists "[a,b]". */
td_status td_param_canonical(const struct td_param *param, const char *name, const char *text,
                             const struct td_where *where, struct td_arena *arena, const char **out,
                             struct td_error *err);

/* Resolves assignments against a table: fills in defaults, picks nested tables by kind, refuses
   unknown names (nearest suggested) and values out of range. Settings come in table order, parts
   depth first; strings live in `arena`.
   A part may be written short: "optimizer" = "adam" is "optimizer.kind" = "adam"; "measure" =
   "[loss,accuracy]" sets the kinds of measure.0 and measure.1 and replaces all of measure.* that
   was assigned before it. A kind assigned over another one drops what was assigned before it for
   the old kind alone. */
td_status td_resolve(const struct td_param *table, const struct td_assign *assigns, size_t n,
                     struct td_arena *arena, struct td_settings *out, struct td_error *err);

/* Fills `out` (size bytes, zeroed first) from resolved settings; nested memory lives in `arena`. */
td_status td_decode(const struct td_param *table, const struct td_settings *settings,
                    struct td_arena *arena, void *out, size_t size, struct td_error *err);

/* Both at once, for C programs: text pairs {"depth", "16", ...} ending in NULL. */
td_status td_params_from_text(const struct td_param *table, const char *const *pairs,
                              struct td_arena *arena, void *out, size_t size, struct td_error *err);

/* Whether two structs that were filled from `table` hold the same values, parts compared by kind
   and value. Fields that are in no table do not count. */
bool td_params_equal(const struct td_param *table, const void *a, const void *b);

/* Expands a schedule to sorted distinct steps in [0, last]; `end` means `last`. Steps beyond `last`
   are left out. *steps is in `arena`. */
td_status td_steps_expand(const struct td_steps *steps, int64_t last, struct td_arena *arena,
                          size_t *n, const int64_t **out, struct td_error *err);

/* Shortest decimal text that reads back as x (buffer >= 32 bytes); whole numbers without exponent
   up to 1e15. Returns buffer. */
const char *td_number_text(double x, char *buffer);

/* The double nearest to the shortest decimal within a few ulps of x: generated grid values such as
   lin(0,1,11)[3] become 0.3, not 0.30000000000000004. */
double td_number_snap(double x);

/* Value grammar of sweeps, split at top level: `a`, `a,b,c`, `lo..hi`, `lo..hi:step`,
   `lin(lo,hi,n)`, `log(lo,hi,n)`, `[a,b]` is one value. Each becomes one text in `arena`. End
   points are hit exactly. At most TD_VALUES_MAX values. */
enum { TD_VALUES_MAX = 1000000 };
td_status td_values_expand(const char *text, const struct td_where *where, struct td_arena *arena,
                           size_t *n, const char *const **out, struct td_error *err);

#endif
