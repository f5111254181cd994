/* From assignments to resolved settings: a walk over the table, parts depth first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/param_text.h"

/* The assignments by name, and which of them the walk has come across. */
struct resolver {
    const struct td_param *table;
    const struct td_assign *assigns;
    size_t n;
    size_t *order; /* positions sorted by (name, position) */
    bool *used;
    struct td_arena *arena;
    struct td_error *err;
    struct td_setting *v; /* growing */
    size_t n_settings, size;
    char name[TD_PARAM_NAME_MAX]; /* the dotted name being walked */
};

/* Position of no assignment: built-in defaults stand before all. */
static const size_t NOWHERE = (size_t)-1;

static int compare_assigns(const void *a, const void *b, void *context) {
    const struct td_assign *assigns = context;
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    int by_name = strcmp(assigns[x].name, assigns[y].name);
    return by_name ? by_name : (x > y) - (x < y);
}

/* First entry of `order` whose name is not before `name`. */
static size_t lower_bound(const struct resolver *r, const char *name) {
    size_t lo = 0, hi = r->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (strcmp(r->assigns[r->order[mid]].name, name) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* Last assignment of `name` at position `since` or later; marks all of that name as used. */
static size_t take(struct resolver *r, const char *name, size_t since) {
    size_t found = NOWHERE;
    for (size_t i = lower_bound(r, name); i < r->n; i++) {
        size_t at = r->order[i];
        if (strcmp(r->assigns[at].name, name))
            break;
        r->used[at] = true;
        if (at >= since)
            found = at;
    }
    return found;
}

/* The entries of `order` whose names start with "name.": *first up to the returned end. */
static size_t below(const struct resolver *r, const char *name, size_t *first) {
    char prefix[TD_PARAM_NAME_MAX + 1];
    size_t n = (size_t)snprintf(prefix, sizeof prefix, "%s.", name);
    size_t i = lower_bound(r, prefix);
    *first = i;
    while (i < r->n && !strncmp(r->assigns[r->order[i]].name, prefix, n))
        i++;
    return i;
}

static const struct td_where *where_of(const struct resolver *r, size_t at) {
    static const struct td_where built_in = {0};
    return at == NOWHERE ? &built_in : &r->assigns[at].where;
}

/* Appends ".part" to the name being walked; *length restores it with pop_name. */
static td_status push_name(struct resolver *r, const char *part, size_t *length) {
    *length = strlen(r->name);
    size_t n = strlen(part);
    if (*length + n + 2 > sizeof r->name)
        return td_fail(r->err, TD_BAD_INPUT, "%.80s...: the name is too long", r->name);
    snprintf(r->name + *length, sizeof r->name - *length, "%s%s", *length ? "." : "", part);
    return TD_OK;
}

static void pop_name(struct resolver *r, size_t length) {
    r->name[length] = 0;
}

static td_status add_setting(struct resolver *r, const char *value, const struct td_param *param,
                             unsigned flags) {
    if (r->n_settings == TD_SETTINGS_MAX)
        return td_fail(r->err, TD_BAD_INPUT, "%s: more than %d parameters", r->name,
                       TD_SETTINGS_MAX);
    if (r->n_settings == r->size) {
        size_t size = r->size * 2 + 32;
        struct td_setting *grown = realloc(r->v, size * sizeof *grown);
        if (!grown)
            return td_fail_memory(r->err, size * sizeof *grown);
        r->v = grown;
        r->size = size;
    }
    const char *name = td_arena_strdup(r->arena, r->name);
    if (!name)
        return td_fail_memory(r->err, strlen(r->name));
    r->v[r->n_settings++] = (struct td_setting){name, value, param, flags};
    return TD_OK;
}

static td_status resolve_table(struct resolver *r, const struct td_param *table, unsigned flags,
                               size_t since, int depth);

/* Where a part's kind is written: the later one of NAME.kind and the short form NAME. */
static size_t take_kind(struct resolver *r, size_t since) {
    size_t length, short_form = take(r, r->name, since), long_form;
    if (push_name(r, "kind", &length) != TD_OK)
        return short_form;
    long_form = take(r, r->name, since);
    pop_name(r, length);
    if (short_form == NOWHERE || long_form == NOWHERE)
        return short_form == NOWHERE ? long_form : short_form;
    return short_form > long_form ? short_form : long_form;
}

static bool table_has(const struct td_param *table, const char *name, size_t n) {
    for (; table && table->name; table++)
        if (strlen(table->name) == n && !strncmp(table->name, name, n))
            return true;
    return false;
}

/* Whether an earlier assignment chose a kind that has the parameter `component` of this part. */
static bool earlier_kind_has(const struct resolver *r, const struct td_param *param, size_t before,
                             const char *component) {
    char names[2][TD_PARAM_NAME_MAX + 6];
    size_t n = strcspn(component, ".");
    snprintf(names[0], sizeof names[0], "%s", r->name);
    snprintf(names[1], sizeof names[1], "%s.kind", r->name);
    for (int form = 0; form < 2; form++)
        for (size_t i = lower_bound(r, names[form]); i < r->n; i++) {
            const struct td_assign *a = &r->assigns[r->order[i]];
            if (strcmp(a->name, names[form]))
                break;
            const struct td_kind *kind =
                r->order[i] < before ? td_registry_find(param->registry, a->text) : NULL;
            if (kind && table_has(kind->params, component, n))
                return true;
        }
    return false;
}

/* A kind chosen later replaces the part: what was written before it for the kind it replaces, and
   means nothing to the new one, goes away with the old kind. */
static void drop_replaced(struct resolver *r, const struct td_param *param, size_t kind_at) {
    size_t first, end = below(r, r->name, &first), skip = strlen(r->name) + 1;
    for (size_t i = first; kind_at != NOWHERE && i < end; i++) {
        size_t at = r->order[i];
        if (!r->used[at] && at < kind_at &&
            earlier_kind_has(r, param, kind_at, r->assigns[at].name + skip))
            r->used[at] = true;
    }
}

/* One part, r->name being its name. `text`: its kind if no assignment at or after `since` names
   one, written at `text_at`; NULL: none. */
static td_status resolve_part(struct resolver *r, const struct td_param *param, const char *text,
                              size_t text_at, unsigned flags, size_t since, int depth) {
    if (depth >= TD_PART_DEPTH_MAX)
        return td_fail(r->err, TD_BAD_INPUT, "%.120s: parts are nested deeper than %d", r->name,
                       TD_PART_DEPTH_MAX);
    size_t length, at = take_kind(r, since);
    if (at != NOWHERE)
        text = r->assigns[at].text;
    else
        at = text_at;
    td_status status = push_name(r, "kind", &length);
    if (status != TD_OK)
        return status;
    const struct td_kind *kind = NULL;
    struct td_error inner;
    if (!text || !text[0])
        status = td_fail_at(r->err, where_of(r, at), "%s is missing: which %s?", r->name,
                            param->registry->family);
    else if (td_registry_get(param->registry, text, &kind, &inner) != TD_OK)
        status = td_fail_at(r->err, where_of(r, at), "%s: %s", r->name, inner.message);
    else
        status = add_setting(r, kind->name, param, flags);
    pop_name(r, length);
    if (status == TD_OK)
        status = resolve_table(r, param->common, flags, since, depth + 1);
    if (status == TD_OK)
        status = resolve_table(r, kind->params, flags, since, depth + 1);
    drop_replaced(r, param, at);
    return status;
}

/* The items of a TD_PARTS: those written in one go as "[a,b]" at `at`, and for each item the last
   assignment of one of its parameters. */
struct kind_list {
    size_t n, at;
    const char *v[TD_PARTS_MAX];
    size_t given[TD_PARTS_MAX];
};

static td_status read_kind_list(struct resolver *r, const struct td_param *param, const char *text,
                                struct kind_list *out) {
    const char *canonical, *cursor;
    const struct td_where *where = where_of(r, out->at);
    td_status status =
        td_param_canonical(param, r->name, text, where, r->arena, &canonical, r->err);
    if (status != TD_OK || !strcmp(canonical, "[]"))
        return status;
    struct td_piece list = {canonical, strlen(canonical)}, piece;
    for (cursor = td_piece_inside(&list, r->arena); cursor;) {
        if (out->n == TD_PARTS_MAX)
            return td_fail_at(r->err, where, "%s: more than %d items", r->name, TD_PARTS_MAX);
        if (td_piece_next(&cursor, &piece))
            return td_fail_at(r->err, where, "%s: not a list of kinds", r->name);
        out->v[out->n++] = td_piece_text(&piece, r->arena);
    }
    return TD_OK;
}

/* The item number at the start of `s` ("12" or "12.lr"), or -1 if it is none. */
static int item_number(const char *s) {
    size_t n = strspn(s, "0123456789");
    if (n == 0 || n > 6 || (s[0] == '0' && n > 1) || (s[n] && s[n] != '.'))
        return -1;
    return atoi(s);
}

/* How many items there are when NAME.N assignments are counted with the list. */
static td_status count_items(struct resolver *r, size_t since, struct kind_list *list, size_t *n) {
    size_t first, end = below(r, r->name, &first), skip = strlen(r->name) + 1;
    size_t *given = list->given, most = list->n;
    for (size_t i = 0; i < TD_PARTS_MAX; i++)
        given[i] = i < list->n ? list->at : NOWHERE;
    for (size_t i = first; i < end; i++) {
        size_t at = r->order[i];
        int item = item_number(r->assigns[at].name + skip);
        if (at < since)
            r->used[at] = true; /* the list has been written anew since */
        if (at < since || item < 0)
            continue;
        if (item >= TD_PARTS_MAX)
            return td_fail_at(r->err, where_of(r, at), "%.120s: at most %d items",
                              r->assigns[at].name, TD_PARTS_MAX);
        given[item] = at;
        most = (size_t)item + 1 > most ? (size_t)item + 1 : most;
    }
    for (size_t i = list->n; i < most; i++)
        if (given[i] == NOWHERE)
            return td_fail_at(r->err, where_of(r, given[most - 1]),
                              "%s.%zu is given but %s.%zu is not: items are numbered from 0 "
                              "without gaps",
                              r->name, most - 1, r->name, i);
    *n = most;
    return TD_OK;
}

static td_status resolve_parts(struct resolver *r, const struct td_param *param, unsigned flags,
                               size_t since, int depth) {
    struct kind_list *list = td_arena_alloc(r->arena, sizeof *list);
    if (!list)
        return td_fail_memory(r->err, sizeof *list);
    list->at = take(r, r->name, since);
    const char *text = list->at == NOWHERE ? param->initial : r->assigns[list->at].text;
    td_status status = text ? read_kind_list(r, param, text, list) : TD_OK;
    if (list->at != NOWHERE)
        since = list->at; /* a list written in one go replaces what came before */
    size_t n = 0;
    if (status == TD_OK)
        status = count_items(r, since, list, &n);
    for (size_t i = 0; status == TD_OK && i < n; i++) {
        char item[24];
        size_t length;
        snprintf(item, sizeof item, "%zu", i);
        status = push_name(r, item, &length);
        if (status != TD_OK)
            break;
        bool listed = i < list->n;
        status = resolve_part(r, param, listed ? list->v[i] : NULL,
                              listed ? list->at : list->given[i], flags, since, depth);
        pop_name(r, length);
    }
    return status;
}

static td_status resolve_value(struct resolver *r, const struct td_param *param, unsigned flags,
                               size_t since) {
    size_t at = take(r, r->name, since);
    const char *text = at == NOWHERE ? param->initial : r->assigns[at].text;
    const char *value;
    if (!text && param->type == TD_STRING)
        text = "";
    if (!text) {
        char allowed[500];
        return td_fail(r->err, TD_BAD_INPUT, "%s must be given: %s", r->name,
                       td_param_allowed_text(param, allowed, sizeof allowed));
    }
    td_status status =
        td_param_canonical(param, r->name, text, where_of(r, at), r->arena, &value, r->err);
    if (status == TD_OK)
        status = add_setting(r, value, param, flags);
    else if (at == NOWHERE)
        td_fail_in(r->err, "built-in default");
    return status;
}

static td_status resolve_table(struct resolver *r, const struct td_param *table, unsigned flags,
                               size_t since, int depth) {
    td_status status = TD_OK;
    for (; status == TD_OK && table && table->name; table++) {
        size_t length;
        status = push_name(r, table->name, &length);
        if (status != TD_OK)
            return status;
        unsigned joined = flags | table->flags;
        if (table->type == TD_PART)
            status = resolve_part(r, table, table->initial, NOWHERE, joined, since, depth);
        else if (table->type == TD_PARTS)
            status = resolve_parts(r, table, joined, since, depth);
        else
            status = resolve_value(r, table, joined, since);
        pop_name(r, length);
    }
    return status;
}

/* The part setting ("net.kind") whose part holds the dotted `name`, the deepest one; NULL: none. */
static const struct td_setting *enclosing_part(const struct resolver *r, const char *name,
                                               size_t *part_length) {
    const struct td_setting *found = NULL;
    for (size_t i = 0; i < r->n_settings; i++) {
        const struct td_setting *s = &r->v[i];
        if (s->param->type != TD_PART && s->param->type != TD_PARTS)
            continue;
        size_t n = strlen(s->name) - strlen(".kind");
        if (!strncmp(s->name, name, n) && name[n] == '.' && (!found || n > *part_length)) {
            found = s;
            *part_length = n;
        }
    }
    return found;
}

/* "X, Y" of the kinds other than `chosen` whose tables have `component`; false if none has. */
static bool kinds_with(const struct td_setting *chosen, const char *component, char *buffer,
                       size_t size) {
    const struct td_registry *registry = chosen->param->registry;
    const struct td_kind *kind = td_registry_find(registry, chosen->value);
    size_t used = 0, length = strcspn(component, ".");
    if ((kind && table_has(kind->params, component, length)) ||
        table_has(chosen->param->common, component, length))
        return false;
    for (size_t i = 0; (kind = td_registry_at(registry, i)); i++) {
        if (!table_has(kind->params, component, length))
            continue;
        if (used + strlen(kind->name) + 8 > size) {
            snprintf(buffer + used, size - used, ", ...");
            break;
        }
        used += (size_t)snprintf(buffer + used, size - used, "%s%s", used ? ", " : "", kind->name);
    }
    return used > 0;
}

/* All names that would be valid: settings, parts without their ".kind", the table's own entries.
 *names is allocated (free) and points into the arena. */
static size_t valid_names(const struct resolver *r, const char ***names) {
    size_t n = 0, own = 0;
    while (r->table && r->table[own].name)
        own++;
    *names = malloc((2 * r->n_settings + own + 1) * sizeof **names);
    for (size_t i = 0; *names && i < r->n_settings; i++) {
        const struct td_setting *s = &r->v[i];
        (*names)[n++] = s->name;
        if (s->param->type == TD_PART || s->param->type == TD_PARTS)
            (*names)[n++] = td_arena_printf(r->arena, "%.*s",
                                            (int)(strlen(s->name) - strlen(".kind")), s->name);
        if (!(*names)[n - 1])
            n--;
    }
    for (size_t i = 0; *names && i < own; i++)
        (*names)[n++] = r->table[i].name;
    return n;
}

static const char *leaf(const char *name) {
    const char *dot = strrchr(name, '.');
    return dot ? dot + 1 : name;
}

/* The valid name that ends in `name` ("depth": net.depth), else the nearest one, else the one that
   ends most nearly so. */
static const char *nearest_setting(const struct resolver *r, const char *name) {
    const char **names, *near = NULL;
    size_t n = valid_names(r, &names);
    for (size_t i = 0; i < n && !near; i++)
        if (leaf(names[i]) != names[i] && !strcmp(leaf(names[i]), name))
            near = names[i];
    if (!near)
        near = td_nearest(name, names, n);
    for (size_t i = 0; i < n && !near; i++) {
        const char *last = leaf(names[i]);
        near = td_nearest(leaf(name), &last, 1) ? names[i] : NULL;
    }
    free(names);
    return near;
}

/* The name of the list of parts that `name` addresses without saying which part ("measure.kind"),
   into buffer; false if it does not. */
static bool misses_number(const struct resolver *r, const char *name, char *buffer, size_t size) {
    for (const char *dot = strchr(name, '.'); dot; dot = strchr(dot + 1, '.')) {
        snprintf(buffer, size, "%.*s", (int)(dot - name), name);
        const struct td_param *param = td_param_find(r->table, buffer, NULL);
        if (param && param->type == TD_PARTS && item_number(leaf(buffer)) < 0 &&
            item_number(dot + 1) < 0)
            return true;
    }
    return false;
}

static td_status unknown_name(const struct resolver *r, const struct td_assign *assign) {
    size_t length = 0;
    char kinds[300], hint[TD_PARAM_NAME_MAX + 40] = "";
    if (misses_number(r, assign->name, kinds, sizeof kinds))
        return td_fail_at(
            r->err, &assign->where,
            "unknown parameter %.160s: %s is a list of parts, numbered %s.0, %s.1, ... "
            "(in YAML %s: [{kind: ...}, ...])",
            assign->name, kinds, kinds, kinds, kinds);
    const struct td_setting *part = enclosing_part(r, assign->name, &length);
    if (part && kinds_with(part, assign->name + length + 1, kinds, sizeof kinds))
        return td_fail_at(r->err, &assign->where, "%.160s is a parameter of kind %s, but %s is %s",
                          assign->name, kinds, part->name, part->value);
    const char *near = nearest_setting(r, assign->name);
    if (near)
        snprintf(hint, sizeof hint, "; did you mean %s?", near);
    if (part)
        return td_fail_at(r->err, &assign->where, "unknown parameter %.160s (%s is %s)%s",
                          assign->name, part->name, part->value, hint);
    return td_fail_at(r->err, &assign->where, "unknown parameter %.160s%s", assign->name, hint);
}

static td_status refuse_unused(const struct resolver *r) {
    for (size_t i = 0; i < r->n; i++)
        if (!r->used[i])
            return unknown_name(r, &r->assigns[i]);
    return TD_OK;
}

static td_status keep_settings(struct resolver *r, struct td_settings *out) {
    out->v = td_arena_alloc(r->arena, r->n_settings * sizeof *out->v);
    if (!out->v)
        return td_fail_memory(r->err, r->n_settings * sizeof *out->v);
    if (r->n_settings)
        memcpy(out->v, r->v, r->n_settings * sizeof *out->v);
    out->n = r->n_settings;
    return TD_OK;
}

td_status td_resolve(const struct td_param *table, const struct td_assign *assigns, size_t n,
                     struct td_arena *arena, struct td_settings *out, struct td_error *err) {
    struct resolver r = {.table = table, .assigns = assigns, .n = n, .arena = arena, .err = err};
    *out = (struct td_settings){0};
    r.order = calloc(n + 1, sizeof *r.order);
    r.used = calloc(n + 1, sizeof *r.used);
    td_status status = r.order && r.used ? TD_OK : td_fail_memory(err, n * sizeof *r.order);
    for (size_t i = 0; status == TD_OK && i < n; i++)
        r.order[i] = i;
    if (status == TD_OK && n > 1)
        qsort_r(r.order, n, sizeof *r.order, compare_assigns, (void *)assigns);
    if (status == TD_OK)
        status = resolve_table(&r, table, 0, 0, 0);
    if (status == TD_OK)
        status = refuse_unused(&r);
    if (status == TD_OK)
        status = keep_settings(&r, out);
    free(r.order);
    free(r.used);
    free(r.v);
    return status;
}
