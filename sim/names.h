/* Patterns over dotted names of tensors and weights: "hidden.3", "hidden.*", "hidden.last". */
#ifndef TD_SIM_NAMES_H
#define TD_SIM_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* Whether `name` is under `prefix`: equal to it, or continued by a dot ("hidden.1" holds
   "hidden.1.weight", not "hidden.10.weight"). A component "*" of the prefix stands for any one
   component; the empty prefix holds everything. */
bool td_name_under(const char *prefix, const char *name);

/* Whether `name` matches `pattern` component by component; "*" stands for any one component. */
bool td_name_matches(const char *pattern, const char *name);

/* `pattern` with each component "last" replaced by the largest whole number that names of
   names[n] have in its place after the same beginning: "hidden.last" becomes "hidden.16". Writes to
   out (size bytes); false if it does not fit or no name has a number there. */
bool td_name_resolve(const char *pattern, const char *const *names, size_t n, char *out,
                     size_t size);

#endif
