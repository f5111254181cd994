#include "sweep/index_observed.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "sweep/record_bytes.h"
#include "sweep/record_symbols.h"

/* Length of "measure.12." in "measure.12.kind"; 0 for a setting that is not of a list. */
static size_t item_prefix(const char *name) {
    for (const char *dot = strchr(name, '.'); dot; dot = strchr(dot + 1, '.')) {
        const char *end = dot + 1;
        while (isdigit((unsigned char)*end))
            ++end;
        if (end > dot + 1 && *end == '.')
            return (size_t)(end + 1 - name);
    }
    return 0;
}

/* "measure." + the item's settings without its number, from settings[*i] on; *i moves behind it.
   Items of one list stand together. malloc'd; NULL: no memory. */
static char *item_text(const struct td_settings *settings, size_t *i) {
    struct td_writer w = {0};
    const char *first = settings->v[*i].name;
    size_t prefix = item_prefix(first);
    td_put(&w, first, strcspn(first, prefix ? "0123456789" : ""));
    do {
        const struct td_setting *s = &settings->v[*i];
        td_put_text(&w, s->name + prefix);
        td_put_text(&w, s->value);
        ++*i;
    } while (prefix && *i < settings->n && (settings->v[*i].flags & TD_OBSERVED) &&
             strncmp(settings->v[*i].name, first, prefix) == 0);
    for (size_t j = 0; j < w.n; ++j)
        if (!w.v[j])
            w.v[j] = 1; /* lengths become part of a text */
    td_put(&w, "", 1);
    if (!w.failed)
        return (char *)w.v;
    free(w.v);
    return NULL;
}

/* Calls add or find for every item; false if one of them says no. */
static bool each_item(const struct td_settings *settings, struct td_symbols *items, bool add) {
    uint32_t number;
    bool good = true;
    for (size_t i = 0; i < settings->n && good;) {
        if (!(settings->v[i].flags & TD_OBSERVED)) {
            ++i;
            continue;
        }
        char *text = item_text(settings, &i);
        good = text &&
               (add ? td_symbols_add(items, text, &number) : td_symbols_find(items, text, &number));
        free(text);
    }
    return good;
}

bool td_observed_within(const struct td_settings *a, const struct td_settings *b) {
    struct td_symbols items;
    if (!td_symbols_init(&items))
        return false;
    bool within = each_item(b, &items, true) && each_item(a, &items, false);
    td_symbols_free(&items);
    return within;
}
