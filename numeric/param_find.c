/* Finding a table entry by its dotted name before any kind is settled. */
#include <stdlib.h>
#include <string.h>

#include "numeric/param_text.h"

struct search {
    const char *full; /* the whole dotted name */
    const struct td_assign *assigns;
    size_t n;
    unsigned flags;
};

static const struct td_param *find_in(struct search *s, const struct td_param *table,
                                      const char *rest, unsigned flags, int depth);

/* The kind that the last assignment of the part full[0..length) names, or NULL. */
static const struct td_kind *assigned_kind(const struct search *s, const struct td_param *param,
                                           size_t length) {
    for (size_t i = s->n; i-- > 0;) {
        const char *name = s->assigns[i].name;
        if (!strncmp(name, s->full, length) &&
            (name[length] == 0 || !strcmp(name + length, ".kind")))
            return td_registry_find(param->registry, s->assigns[i].text);
    }
    return NULL;
}

/* `rest` is a name within one part of `param`. */
static const struct td_param *find_in_part(struct search *s, const struct td_param *param,
                                           const char *rest, unsigned flags, int depth) {
    if (!strcmp(rest, "kind")) {
        s->flags = flags;
        return param;
    }
    const struct td_param *found = find_in(s, param->common, rest, flags, depth + 1);
    const struct td_kind *kind = assigned_kind(s, param, (size_t)(rest - s->full) - 1);
    if (!found && kind)
        found = find_in(s, kind->params, rest, flags, depth + 1);
    for (size_t i = 0; !found && (kind = td_registry_at(param->registry, i)); i++)
        found = find_in(s, kind->params, rest, flags, depth + 1);
    return found;
}

static const struct td_param *find_in(struct search *s, const struct td_param *table,
                                      const char *rest, unsigned flags, int depth) {
    size_t n = strcspn(rest, ".");
    for (; table && table->name && depth < TD_PART_DEPTH_MAX; table++) {
        if (strlen(table->name) != n || strncmp(table->name, rest, n))
            continue;
        unsigned joined = flags | table->flags;
        const char *below = rest + n;
        if (table->type == TD_PARTS && *below == '.') {
            size_t digits = strspn(below + 1, "0123456789");
            if (digits == 0)
                return NULL;
            below += 1 + digits;
        }
        if (*below == 0) {
            s->flags = joined;
            return table;
        }
        bool part = table->type == TD_PART || table->type == TD_PARTS;
        return part && *below == '.' ? find_in_part(s, table, below + 1, joined, depth) : NULL;
    }
    return NULL;
}

const struct td_param *td_param_find(const struct td_param *table, const char *name,
                                     const struct td_assign *assigns, size_t n, unsigned *flags) {
    struct search search = {.full = name, .assigns = assigns, .n = n};
    const struct td_param *found = find_in(&search, table, name, 0, 0);
    if (flags)
        *flags = found ? search.flags : 0;
    return found;
}
