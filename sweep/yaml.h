/* YAML files as trees that remember where everything was written (libyaml underneath). Bounded: at
   most 16 MiB, depth 64, 200,000 nodes; aliases and duplicate keys are refused. */
#ifndef TD_SWEEP_YAML_H
#define TD_SWEEP_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/memory.h"
#include "numeric/param.h"

enum td_yaml_type { TD_YAML_SCALAR, TD_YAML_LIST, TD_YAML_MAP };

struct td_yaml {
    enum td_yaml_type type;
    struct td_where where;
    const char *text;  /* scalar */
    bool quoted;       /* scalar in quotes */
    size_t n;          /* list items or map entries */
    const char **keys; /* map: n keys, in file order */
    struct td_where *key_where;
    struct td_yaml **items;
};

/* Reads a file into `arena`. Malformed: TD_BAD_INPUT with file:line:column. */
td_status td_yaml_read(const char *path, struct td_arena *arena, struct td_yaml **out,
                       struct td_error *err);
td_status td_yaml_parse(const char *name, const char *text, size_t bytes, struct td_arena *arena,
                        struct td_yaml **out, struct td_error *err);
/* A file's bytes (at most 16 MiB and one) in a malloc'd block: free. */
td_status td_yaml_slurp(const char *path, char **out, size_t *bytes, struct td_error *err);
/* Entry of a map or NULL. */
const struct td_yaml *td_yaml_get(const struct td_yaml *map, const char *key);

/* A scalar as it stands, a list of scalars or lists as "[a,b]" (elements quoted where they must
   be); a map is refused. */
td_status td_yaml_text(const struct td_yaml *node, struct td_arena *arena, const char **out,
                       struct td_error *err);

/* Flattens a map into dotted assignments: nested maps go down, a list of scalars becomes the text
   "[a,b]", a list with maps becomes "a" = "[]" (which replaces what was assigned to a.* before)
   followed by a.0.b, a.1.b, ... A name given twice is refused. `prefix` "": none. */
td_status td_yaml_flatten(const struct td_yaml *map, const char *prefix, struct td_arena *arena,
                          struct td_assign **out, size_t *n, struct td_error *err);

#endif
