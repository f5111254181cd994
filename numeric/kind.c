#include "numeric/kind.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { NAME_MAX_NEAR = 96 }; /* longer names are not compared: nobody mistypes those by a letter */

/* Kind i of the family's own: built-in ones, then plugins; NULL past the end. */
static const struct td_kind *own_kind(const struct td_registry *registry, size_t i) {
    size_t built_in = 0;
    while (registry->kinds && registry->kinds[built_in]) {
        if (built_in == i)
            return registry->kinds[i];
        built_in++;
    }
    i -= built_in;
    return i < TD_REGISTRY_EXTRA ? registry->extra[i] : NULL;
}

static const struct td_kind *find_own(const struct td_registry *registry, const char *name) {
    const struct td_kind *kind;
    for (size_t i = 0; (kind = own_kind(registry, i)); i++)
        if (!strcmp(kind->name, name))
            return kind;
    return NULL;
}

const struct td_kind *td_registry_at(const struct td_registry *registry, size_t i) {
    const struct td_kind *kind;
    size_t own = 0;
    for (; (kind = own_kind(registry, own)); own++)
        if (own == i)
            return kind;
    i -= own;
    for (size_t k = 0; registry->also && (kind = td_registry_at(registry->also, k)); k++)
        if (!find_own(registry, kind->name) && i-- == 0)
            return kind;
    return NULL;
}

size_t td_registry_count(const struct td_registry *registry) {
    size_t n = 0;
    while (td_registry_at(registry, n))
        n++;
    return n;
}

const struct td_kind *td_registry_find(const struct td_registry *registry, const char *name) {
    for (; registry; registry = registry->also) {
        const struct td_kind *kind = find_own(registry, name);
        if (kind)
            return kind;
    }
    return NULL;
}

/* Appends to a bounded message; what does not fit is left out. */
static void append(char *buffer, size_t size, const char *text) {
    size_t used = strlen(buffer);
    snprintf(buffer + used, size - used, "%s", text);
}

static void list_kinds(const struct td_registry *registry, char *buffer, size_t size) {
    const struct td_kind *kind;
    buffer[0] = 0;
    for (size_t i = 0; (kind = td_registry_at(registry, i)); i++) {
        if (strlen(buffer) + strlen(kind->name) + 8 > size) {
            append(buffer, size, ", ...");
            return;
        }
        append(buffer, size, i ? ", " : "");
        append(buffer, size, kind->name);
    }
    if (!buffer[0])
        append(buffer, size, "none");
}

static const char *nearest_kind(const struct td_registry *registry, const char *name) {
    enum { MOST = 512 };
    const char *names[MOST];
    const struct td_kind *kind;
    size_t n = 0;
    for (; n < MOST && (kind = td_registry_at(registry, n)); n++)
        names[n] = kind->name;
    return td_nearest(name, names, n);
}

td_status td_registry_get(const struct td_registry *registry, const char *name,
                          const struct td_kind **out, struct td_error *err) {
    *out = td_registry_find(registry, name);
    if (*out)
        return TD_OK;
    char all[600], hint[128] = "";
    list_kinds(registry, all, sizeof all);
    const char *near = nearest_kind(registry, name);
    if (near)
        snprintf(hint, sizeof hint, " did you mean \"%s\"?", near);
    return td_fail(err, TD_BAD_INPUT, "unknown %s \"%.80s\":%s there are %s", registry->family,
                   name, hint, all);
}

td_status td_registry_add(struct td_registry *registry, const struct td_kind *kind,
                          struct td_error *err) {
    if (!kind || kind->abi != TD_ABI)
        return td_fail(err, TD_BAD_INPUT,
                       "%s plugin was built for another version of tdyn (descriptor layout %u, "
                       "this program has %u): rebuild it",
                       registry->family, kind ? kind->abi : 0, TD_ABI);
    if (kind->real_size != sizeof(real))
        return td_fail(err, TD_BAD_INPUT,
                       "%s plugin was built for reals of %u bytes, this program uses %zu (%s): "
                       "build it with the other TDYN_DOUBLE",
                       registry->family, kind->real_size, sizeof(real), TD_REAL_NAME);
    if (!kind->name || !kind->name[0])
        return td_fail(err, TD_BAD_INPUT, "%s plugin without a name", registry->family);
    if (td_registry_find(registry, kind->name))
        return td_fail(err, TD_BAD_INPUT, "there is already a %s called \"%.80s\"",
                       registry->family, kind->name);
    for (size_t i = 0; i < TD_REGISTRY_EXTRA; i++)
        if (!registry->extra[i]) {
            registry->extra[i] = kind;
            return TD_OK;
        }
    return td_fail(err, TD_BAD_INPUT, "no room for the %s \"%.80s\": plugins may add at most %d",
                   registry->family, kind->name, TD_REGISTRY_EXTRA);
}

static size_t min3(size_t a, size_t b, size_t c) {
    size_t m = a < b ? a : b;
    return m < c ? m : c;
}

/* Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours, case and
   the difference of - and _ ignored. Both lengths at most NAME_MAX_NEAR. */
static size_t edit_distance(const char *a, size_t na, const char *b, size_t nb) {
    size_t rows[3][NAME_MAX_NEAR + 1];
    for (size_t j = 0; j <= nb; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t *now = rows[i % 3], *before = rows[(i + 2) % 3], *older = rows[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            bool same = a[i - 1] == b[j - 1];
            now[j] = min3(before[j] + 1, now[j - 1] + 1, before[j - 1] + !same);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                older[j - 2] + 1 < now[j])
                now[j] = older[j - 2] + 1;
        }
    }
    return rows[na % 3][nb];
}

static size_t fold(const char *name, char *out) {
    size_t n = 0;
    for (; name[n] && n < NAME_MAX_NEAR; n++)
        out[n] = name[n] == '_' ? '-' : (char)tolower((unsigned char)name[n]);
    return n;
}

const char *td_nearest(const char *name, const char *const *names, size_t n) {
    char wanted[NAME_MAX_NEAR], other[NAME_MAX_NEAR];
    size_t length = strlen(name);
    if (length == 0 || length > NAME_MAX_NEAR)
        return NULL;
    length = fold(name, wanted);
    const char *best = NULL;
    size_t best_distance = length / 3 + 1; /* "near": fewer edits than this */
    for (size_t i = 0; i < n; i++) {
        if (strlen(names[i]) > NAME_MAX_NEAR)
            continue;
        size_t distance = edit_distance(wanted, length, other, fold(names[i], other));
        if (distance < best_distance) {
            best = names[i];
            best_distance = distance;
        }
    }
    return best;
}
