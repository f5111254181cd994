/* Finding a table entry by its dotted name before any kind is settled. */
#include <string.h>

#include "numeric/param_text.h"

static const struct td_param *find_in(const struct td_param *table, const char *name,
                                      unsigned flags, int depth, unsigned *found_flags);

/* `name` is a name within one part of `param`. */
static const struct td_param *find_in_part(const struct td_param *param, const char *name,
                                           unsigned flags, int depth, unsigned *found_flags) {
    const char *verb = param->registry->verb;
    if (!strcmp(name, "kind") || (verb && !strcmp(name, verb))) {
        *found_flags = flags;
        return param;
    }
    const struct td_param *found = find_in(param->common, name, flags, depth + 1, found_flags);
    const struct td_kind *kind;
    for (size_t i = 0; !found && (kind = td_registry_at(param->registry, i)); i++)
        found = find_in(kind->params, name, flags, depth + 1, found_flags);
    return found;
}

static const struct td_param *find_in(const struct td_param *table, const char *name,
                                      unsigned flags, int depth, unsigned *found_flags) {
    size_t n = strcspn(name, ".");
    for (; table && table->name && depth < TD_PART_DEPTH_MAX; table++) {
        if (strlen(table->name) != n || strncmp(table->name, name, n))
            continue;
        const char *below = name + n;
        bool part = table->type == TD_PART || table->type == TD_PARTS;
        if (table->type == TD_PARTS && *below == '.') {
            size_t digits = strspn(below + 1, "0123456789");
            if (digits == 0)
                return NULL;
            below += 1 + digits;
        }
        flags |= table->flags;
        if (*below == '.')
            return part ? find_in_part(table, below + 1, flags, depth, found_flags) : NULL;
        if (*below)
            return NULL;
        *found_flags = flags;
        return table;
    }
    return NULL;
}

const struct td_param *td_param_find(const struct td_param *table, const char *name,
                                     unsigned *flags) {
    unsigned found_flags = 0;
    const struct td_param *found = find_in(table, name, 0, 0, &found_flags);
    if (flags)
        *flags = found ? found_flags : 0;
    return found;
}
