#include "sim/names.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Length of the component that starts at s. */
static size_t component(const char *s) {
    return strcspn(s, ".");
}

/* Walks both through equal components. Returns where `name` goes on once `pattern` is used up
   ("" or ".rest"), NULL if they differ. */
static const char *walk(const char *pattern, const char *name) {
    for (;;) {
        size_t p = component(pattern), n = component(name);
        bool any = p == 1 && *pattern == '*' && n > 0;
        if (!any && (p != n || memcmp(pattern, name, n) != 0))
            return NULL;
        pattern += p;
        name += n;
        if (!*pattern)
            return name;
        if (!*name)
            return NULL;
        pattern++;
        name++;
    }
}

bool td_name_under(const char *prefix, const char *name) {
    return !*prefix || walk(prefix, name) != NULL;
}

bool td_name_matches(const char *pattern, const char *name) {
    const char *rest = walk(pattern, name);
    return rest && !*rest;
}

/* The component at s as a number, or -1. */
static int64_t number_at(const char *s) {
    size_t n = component(s);
    int64_t value = 0;
    if (n == 0 || n > 9)
        return -1;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        value = value * 10 + (s[i] - '0');
    }
    return value;
}

/* Largest number that stands in the names right after `beginning` (which ends with its dot). */
static int64_t largest_after(const char *beginning, const char *const *names, size_t n) {
    size_t length = strlen(beginning);
    int64_t largest = -1;
    for (size_t i = 0; i < n; i++) {
        int64_t value =
            strncmp(names[i], beginning, length) == 0 ? number_at(names[i] + length) : -1;
        largest = value > largest ? value : largest;
    }
    return largest;
}

bool td_name_resolve(const char *pattern, const char *const *names, size_t n, char *out,
                     size_t size) {
    size_t used = 0;
    for (const char *at = pattern;;) {
        size_t length = component(at);
        int written;
        if (length == 4 && memcmp(at, "last", 4) == 0) {
            out[used] = '\0';
            int64_t last = largest_after(out, names, n);
            if (last < 0)
                return false;
            written = snprintf(out + used, size - used, "%lld", (long long)last);
        } else {
            written = snprintf(out + used, size - used, "%.*s", (int)length, at);
        }
        if (written < 0 || (size_t)written + 1 >= size - used)
            return false;
        used += (size_t)written;
        at += length;
        if (!*at)
            return true;
        out[used++] = *at++;
    }
}
